//! Checks the CORS check of a response, and the headers that a script reads, against the laws and the naive model.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::{
    conformance::laws, fetching::cors_check::cors_check, infrastructure::header_list::HeaderList,
};
use fetch_cors_fuzz::{
    assert_law,
    exchanges::{Exchange, naive_request, pairs},
    naive,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|exchange: Exchange| {
    let Some((request, response)) = exchange.concrete(false) else {
        return;
    };
    let input = || format!("{request:?}\nand {response:?}");
    let list = &response.header_list;

    let given = cors_check(&request, &response).map_err(|error| naive::Failed {
        code: error.failure().code(),
        step: error.step(),
    });
    let naive_response = naive::world::Response {
        status: response.status.as_u16(),
        headers: pairs(list),
        opaque_redirect: false,
    };
    let expected = naive_request(&request).check_cors(&naive_response, false);
    assert_eq!(given, expected, "{}", input());

    assert_law(
        laws::cors_check_passes_matching_origin(&request, list),
        input,
    );
    for first in list.values("access-control-allow-origin") {
        for second in list.values("access-control-allow-origin") {
            assert_law(
                laws::two_allow_origin_lines_fail(&request, first, second),
                input,
            );
        }
    }
    assert_law(laws::tainted_request_has_null_origin(&request), input);
    assert_law(
        laws::script_reads_exposed_headers_only(&request, list),
        input,
    );
    let timing_headers = ["", "*", "null", request.origin.serialize()].map(|value| {
        HeaderList::from_pairs([("Timing-Allow-Origin", value)]).expect("valid header")
    });
    let repeated = timing_headers.iter().cycle().skip(list.len() % 4).cloned();
    let hops: Vec<_> = request.url_list().cloned().zip(repeated).collect();
    assert_law(
        laws::every_response_must_allow_timing(&request.origin, &hops),
        input,
    );
});
