//! Builds a policy from a list of origins.

use criterion::{Criterion, Throughput};
use fetch_cors::server::CorsPolicy;
use fetch_cors_benches::{
    allocations::counting,
    policies::{self, MANY},
};

pub fn bench(criterion: &mut Criterion) {
    let origins: Vec<String> = policies::origins(MANY).collect();
    let build = || {
        let builder = CorsPolicy::builder().origins(origins.iter().map(String::as_str));
        builder.build().expect("a valid policy")
    };
    let (policy, allocated) = counting(build);
    println!(
        "server_build/100000_origins: {} bytes, {} allocations",
        allocated.bytes, allocated.times
    );
    drop(policy);
    let mut group = criterion.benchmark_group("server_build");
    group.sample_size(30);
    group.throughput(Throughput::Elements(MANY as u64));
    group.bench_function("100000_origins", |bencher| bencher.iter(build));
    group.finish();
}
