//! Judges a preflight response and stores it in the cache.

use std::hint::black_box;

use criterion::{BatchSize, Criterion};
use fetch_cors::fetching::{UserAgent, cors_preflight_fetch::judge_cors_preflight_response};
use fetch_cors_benches::inputs::{self, NOW};

pub fn bench(criterion: &mut Criterion) {
    let (request, response) = (inputs::preflighted_request(), inputs::preflight_response());
    let judge = |user_agent: &mut UserAgent| {
        judge_cors_preflight_response(black_box(&request), black_box(&response), user_agent, NOW)
    };
    let mut group = criterion.benchmark_group("preflight_evaluation");
    group.bench_function("empty_cache", |bencher| {
        bencher.iter_batched_ref(UserAgent::new, judge, BatchSize::SmallInput);
    });
    group.bench_function("renewed_in_the_cache", |bencher| {
        let mut user_agent = UserAgent::new();
        bencher.iter(|| judge(&mut user_agent));
    });
    group.finish();
}
