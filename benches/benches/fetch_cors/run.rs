//! Answers the recorded cases, from parsing a line of JSON to writing a line of JSON.

use criterion::{Criterion, Throughput};
use fetch_cors_benches::vectors::Lines;

pub fn bench(criterion: &mut Criterion) {
    let mut output = String::new();
    let mut group = criterion.benchmark_group("run");
    group.sample_size(30);
    for (name, lines) in [("cases", Lines::cases()), ("vectors", Lines::vectors())] {
        group.throughput(Throughput::Elements(lines.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| lines.run(&mut output)));
    }
    group.finish();
}
