//! Decides requests by a policy.

use std::hint::black_box;

use criterion::Criterion;
use fetch_cors::http::Method;
use fetch_cors_benches::policies::{self, MANY, MANY_PATTERNS};

pub fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("server_decide");
    let [first, unlisted] = [0, MANY].map(policies::origin);
    let listed = policies::request_from(&first);
    let (one, many, patterns) = (
        policies::policy(1),
        policies::policy(MANY),
        policies::pattern_policy(MANY_PATTERNS),
    );
    let preflight = policies::preflight_from(&first);
    let cases = [
        ("allowed", &one, Method::GET, &listed),
        (
            "denied",
            &one,
            Method::GET,
            &policies::request_from(&unlisted),
        ),
        (
            "not_cors",
            &one,
            Method::GET,
            &policies::request_from_nowhere(),
        ),
        ("preflight", &one, Method::OPTIONS, &preflight),
        ("100000_origins", &many, Method::GET, &listed),
        (
            "10000_patterns",
            &patterns,
            Method::GET,
            &policies::request_from("https://a.tenant-005000.example"),
        ),
    ];
    for (name, policy, method, headers) in cases {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                black_box(policy)
                    .decide(black_box(&method), black_box(headers))
                    .verdict()
            });
        });
    }
    let any_header = policies::policy_with_any_header();
    for (kind, policy) in [("listed", &one), ("any", &any_header)] {
        for (name, headers) in &policies::hostile_preflights(&first) {
            group.bench_function(format!("hostile/{kind}/{name}"), |bencher| {
                bencher.iter(|| {
                    black_box(policy)
                        .decide(&Method::OPTIONS, black_box(headers))
                        .verdict()
                });
            });
        }
    }
    group.finish();
}
