//! Ratios of the browser side.

use std::{
    cell::RefCell,
    hint::black_box,
    time::{Duration, Instant},
};

use fetch_cors::{
    fetching::{UserAgent, cors_check::cors_check, fetch},
    http::header::ORIGIN,
    infrastructure::request::Request,
    outcome::Outcome,
};
use fetch_cors_benches::{
    inputs::{self, NOW},
    pages::{Filled, Shape},
    vectors::Lines,
};

use crate::{
    Report,
    work::{Work, repeat, repeat_with_input},
};

pub fn measure(report: &mut Report) {
    // The limits were set in nanoseconds on a machine where one look-up takes 8 ns.
    let look_ups = |nanoseconds: f64| nanoseconds / 8.0;

    let map = inputs::header_map();
    let look_up = || repeat(|| black_box(&map).get(ORIGIN).is_some());

    let (request, with_credentials) =
        (inputs::simple_request(), inputs::request_with_credentials());
    let (exact, any, denied) = (
        inputs::allowing_response(),
        inputs::wildcard_response(),
        inputs::denying_response(),
    );
    let check =
        |request, response| repeat(move || cors_check(black_box(request), black_box(response)));

    let preflighted = inputs::preflighted_request();
    let network = inputs::network();
    let fresh = |request| move || (UserAgent::new(), Request::clone(request));
    let to_response = |request| {
        repeat_with_input(fresh(request), |(mut user_agent, request)| {
            let response = fetch(&mut user_agent, request, NOW, &network);
            (user_agent, response)
        })
    };
    let to_outcome = |request| {
        repeat_with_input(fresh(request), |(mut user_agent, request)| {
            let outcome = Outcome::fetch(&mut user_agent, Ok(request), NOW, &network);
            (user_agent, outcome)
        })
    };

    let caches = [Shape::ManyPages, Shape::OnePage]
        .map(|shape| [10, 10_000].map(|entries| Filled::new(shape, entries)));
    let [[few_pages, many_pages], [few_names, many_names]] = &caches;
    let hits = |filled| {
        repeat(move || Filled::look_up_hits(black_box(filled))).with_operations(Filled::LOOK_UPS)
    };
    let misses = |filled| {
        repeat(move || Filled::look_up_misses(black_box(filled))).with_operations(Filled::LOOK_UPS)
    };

    let (cases, vectors) = (Lines::cases(), Lines::vectors());

    let mut compare = |name, ours, other, limit| report.compare(name, ours, other, limit);
    compare(
        "cors_check/exact_origin",
        check(&request, &exact),
        look_up(),
        look_ups(60.0),
    );
    compare(
        "cors_check/any_origin",
        check(&request, &any),
        look_up(),
        look_ups(60.0),
    );
    compare(
        "cors_check/with_credentials",
        check(&with_credentials, &exact),
        look_up(),
        look_ups(60.0),
    );
    compare(
        "cors_check/denied",
        check(&request, &denied),
        look_up(),
        f64::INFINITY,
    );
    compare(
        "fetch_simple/response",
        to_response(&request),
        look_up(),
        look_ups(1500.0),
    );
    compare(
        "fetch_simple/outcome",
        to_outcome(&request),
        look_up(),
        look_ups(1500.0),
    );
    compare(
        "fetch_preflighted/response",
        to_response(&preflighted),
        look_up(),
        look_ups(5000.0),
    );
    compare(
        "fetch_preflighted/outcome",
        to_outcome(&preflighted),
        look_up(),
        look_ups(5000.0),
    );
    compare(
        "cache_lookup/many_pages/hits",
        hits(many_pages),
        hits(few_pages),
        1.5,
    );
    compare(
        "cache_lookup/many_pages/misses",
        misses(many_pages),
        misses(few_pages),
        1.5,
    );
    compare(
        "cache_lookup/one_page/hits",
        hits(many_names),
        hits(few_names),
        1.5,
    );
    compare(
        "cache_lookup/one_page/misses",
        misses(many_names),
        misses(few_names),
        1.5,
    );
    compare("run/cases", run(&cases), look_up(), look_ups(10_000.0));
    compare("run/vectors", run(&vectors), look_up(), f64::INFINITY);
}

/// Measures the lines in chunks of a hundred and adds the best times. One pass over all lines takes longer
/// than a time slice of the scheduler, so it would always include other load.
fn run(lines: &Lines) -> Work<'_> {
    let chunks = lines.chunks(100);
    let best = RefCell::new(vec![Duration::MAX; chunks.len()]);
    let output = RefCell::new(String::new());
    let run = Box::new(move |times| {
        let (mut best, mut output) = (best.borrow_mut(), output.borrow_mut());
        for _ in 0..times {
            for (chunk, best) in chunks.iter().zip(&mut *best) {
                let start = Instant::now();
                chunk.run(&mut output);
                *best = start.elapsed().min(*best);
            }
        }
        best.iter().sum::<Duration>() * times
    });
    Work::new(run).with_operations(lines.len())
}
