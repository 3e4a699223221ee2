//! Runs a sequence of steps on a CORS-preflight cache, and compares it with the naive model's list of
//! entries.
#![no_main]
#![forbid(unsafe_code)]

use std::time::Duration;

use fetch_cors::{
    conformance::laws::{self, Visit},
    fetching::{
        Progress, UserAgent, cors_preflight_cache::CacheKey,
        cors_preflight_fetch::judge_cors_preflight_response, start,
    },
    infrastructure::{request::Request, site::NoPublicSuffixes},
};
use fetch_cors_fuzz::{
    assert_law,
    exchanges::{naive_request, naive_server},
    naive::{cache::Grant, preflight, world::World},
    sessions::{METHODS, NAMES, Step},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|steps: Vec<Step>| {
    let mut user_agent = UserAgent::new().allowing_mixed_content();
    let mut world = World::new(&[]);
    let mut visits = Vec::new();
    for step in steps.iter().take(24) {
        match step {
            Step::Wait(pause) => world.now += pause.duration(),
            Step::RemoveExpired => {
                user_agent.cors_preflight_cache.remove_expired(world.now);
                world.cache.expire(world.now);
                let (given, expected) = (
                    user_agent.cors_preflight_cache.len(),
                    world.cache.entries.len(),
                );
                assert_eq!(given, expected, "of {steps:?}");
            }
            Step::Clear(call) => {
                let request = call.request();
                let key = CacheKey::new(&request, &NoPublicSuffixes);
                user_agent.cors_preflight_cache.clear_cache_entries(&key);
                world.cache.clear(&naive_request(&request).cache_key());
            }
            Step::Preflight(call, answer) => {
                let request = call.request();
                let response = answer.response(&request);
                let given =
                    judge_cors_preflight_response(&request, &response, &mut user_agent, world.now);
                world.resources = vec![naive_server(request.current_url(), &response)];
                world.given = vec![(0, 0)];
                let expected = preflight::fetch(&mut world, &naive_request(&request), Vec::new());
                let given = given.map_err(|error| error.failure().code());
                assert_eq!(
                    given,
                    expected.map_err(|failed| failed.code),
                    "of {steps:?}"
                );
                let [earlier, later_by] = [steps.len(), visits.len()].map(|few| few as u32);
                let law = laws::renewal_keeps_insertion_time;
                for max_age in [0, 5, 8000] {
                    assert_law(law(&request, earlier, later_by, max_age), || {
                        format!("{request:?}, of {steps:?}")
                    });
                }
                visits.push(Visit {
                    at: world.now,
                    request,
                    preflight_response: response,
                });
            }
            Step::LookUp(call) => check_lookups(&user_agent, &mut world, &call.request(), &steps),
        }
    }
    let law = laws::cache_hit_needs_fresh_preflight;
    assert_law(law(&visits), || format!("{visits:?}"));
    let stored: Vec<_> = visits.iter().map(|visit| visit.request.clone()).collect();
    let law = laws::full_cache_evicts_oldest_entry;
    assert_law(law(&stored, steps.len() % 5), || format!("{visits:?}"));
    let entries: Vec<_> = (0..)
        .step_by(5)
        .zip(&visits)
        .map(|(age, visit)| (visit.request.clone(), age))
        .collect();
    if let [.., last] = &visits[..] {
        let law = laws::cleared_entries_never_match_again;
        let moments = [0, 4, 5, 10].map(Duration::from_secs);
        assert_law(law(&entries, &last.request, &moments), || {
            format!("{visits:?}")
        });
    }
});

/// Compares every look-up, and the preflight reasons of the request, with the naive model.
fn check_lookups(user_agent: &UserAgent, world: &mut World, request: &Request, steps: &[Step]) {
    let naive_request = naive_request(request);
    let (key, naive_key) = (
        CacheKey::new(request, &NoPublicSuffixes),
        naive_request.cache_key(),
    );
    let include = naive_request.includes_credentials();
    let (cache, now) = (&user_agent.cors_preflight_cache, world.now);
    for method in METHODS {
        let given = cache.has_method_cache_entry_match(&key, method.as_bytes(), now);
        let expected = world
            .cache
            .has(now, &naive_key, include, &Grant::Method(method.into()));
        assert_eq!(given, expected, "{method} in {key:?} of {steps:?}");
    }
    for name in NAMES {
        let parsed = name.parse().expect("valid header name");
        let given = cache.has_header_name_cache_entry_match(&key, &parsed, now);
        let expected = world
            .cache
            .has(now, &naive_key, include, &Grant::HeaderName(name.into()));
        assert_eq!(given, expected, "{name} in {key:?} of {steps:?}");
    }
    let law = laws::preflight_is_sent_when_needed;
    assert_law(law(user_agent, request, now), || {
        format!("{request:?}, of {steps:?}")
    });
    let Progress::Waiting(waiting) = start(&mut user_agent.clone(), request.clone(), now) else {
        panic!("the fetch sends no request: {steps:?}");
    };
    let mut given: Vec<String> = Vec::new();
    for reason in waiting.http_request().preflight_reasons.iter().flatten() {
        given.push(reason.to_string());
    }
    assert_eq!(
        given,
        preflight::reasons(world, &naive_request),
        "of {steps:?}"
    );
}
