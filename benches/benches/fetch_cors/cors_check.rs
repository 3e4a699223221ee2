//! Runs the CORS check on a request and a response.

use std::hint::black_box;

use criterion::Criterion;
use fetch_cors::fetching::cors_check::cors_check;
use fetch_cors_benches::inputs;

pub fn bench(criterion: &mut Criterion) {
    let (simple, with_credentials) = (inputs::simple_request(), inputs::request_with_credentials());
    let mut group = criterion.benchmark_group("cors_check");
    for (name, request, response) in [
        ("exact_origin", &simple, inputs::allowing_response()),
        ("any_origin", &simple, inputs::wildcard_response()),
        (
            "with_credentials",
            &with_credentials,
            inputs::allowing_response(),
        ),
        ("denied", &simple, inputs::denying_response()),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| cors_check(black_box(request), black_box(&response)));
        });
    }
    group.finish();
}
