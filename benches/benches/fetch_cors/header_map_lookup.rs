//! The unit of comparison: one look-up in an `http::HeaderMap` of eleven headers.

use std::hint::black_box;

use criterion::Criterion;
use fetch_cors::http::header::{ORIGIN, RANGE};
use fetch_cors_benches::inputs;

pub fn bench(criterion: &mut Criterion) {
    let map = inputs::header_map();
    let mut group = criterion.benchmark_group("header_map_lookup");
    group.bench_function("origin", |bencher| {
        bencher.iter(|| black_box(&map).get(ORIGIN))
    });
    group.bench_function("absent", |bencher| {
        bencher.iter(|| black_box(&map).get(RANGE))
    });
    group.finish();
}
