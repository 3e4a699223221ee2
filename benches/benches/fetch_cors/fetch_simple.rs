//! Runs a fetch without a preflight, from the request to the response that a script reads.

use criterion::{BatchSize, Criterion};
use fetch_cors::{
    fetching::{UserAgent, fetch},
    outcome::Outcome,
};
use fetch_cors_benches::inputs::{self, NOW};

pub fn bench(criterion: &mut Criterion) {
    let request = inputs::simple_request();
    let network = inputs::network();
    let fresh = || (UserAgent::new(), request.clone());
    let mut group = criterion.benchmark_group("fetch_simple");
    group.bench_function("response", |bencher| {
        bencher.iter_batched(
            fresh,
            |(mut user_agent, request)| {
                (fetch(&mut user_agent, request, NOW, &network), user_agent)
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("outcome", |bencher| {
        bencher.iter_batched(
            fresh,
            |(mut user_agent, request)| {
                (
                    Outcome::fetch(&mut user_agent, Ok(request), NOW, &network),
                    user_agent,
                )
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}
