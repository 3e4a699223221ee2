//! Computes the CORS-unsafe request-header names of a typical header list.

use std::hint::black_box;

use criterion::Criterion;
use fetch_cors::infrastructure::safelist::cors_unsafe_request_header_names;
use fetch_cors_benches::inputs;

pub fn bench(criterion: &mut Criterion) {
    let typical = inputs::typical_request_headers();
    let safe = inputs::simple_request().header_list;
    let mut group = criterion.benchmark_group("unsafe_names");
    for (name, headers) in [("typical", &typical), ("all_safe", &safe)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| cors_unsafe_request_header_names(black_box(headers)));
        });
    }
    group.finish();
}
