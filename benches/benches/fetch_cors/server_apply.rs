//! Puts CORS headers on a response: with `decide` and `apply`, and with hand-written code.

use std::hint::black_box;

use criterion::{BatchSize, Criterion};
use fetch_cors::http::{HeaderMap, Method};
use fetch_cors_benches::policies::{self, ByHand};

type Write = fn(&ByHand, &HeaderMap, &mut HeaderMap);

pub fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("server_apply");
    let request = policies::request_from(&policies::origin(0));
    for (name, policy) in [
        ("one_origin", policies::policy(1)),
        ("with_credentials", policies::policy_with_credentials()),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                policies::response,
                |mut response| {
                    policy
                        .decide(&Method::GET, black_box(&request))
                        .apply(&mut response);
                    response
                },
                BatchSize::SmallInput,
            );
        });
    }
    let by_hand = ByHand::new();
    let writes: [(&str, Write); 2] = [
        ("one_origin/by_hand", ByHand::apply),
        ("with_credentials/by_hand", ByHand::apply_with_credentials),
    ];
    for (name, write) in writes {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                policies::response,
                |mut response| {
                    write(&by_hand, black_box(&request), &mut response);
                    response
                },
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}
