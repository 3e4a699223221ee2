//! Looks up entries in preflight caches of ten and of ten thousand entries. One measured call is ten
//! look-ups.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use fetch_cors_benches::pages::{Filled, Shape};

pub fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cache_lookup");
    group.throughput(Throughput::Elements(Filled::LOOK_UPS as u64));
    for (shape, name) in [
        (Shape::ManyPages, "many_pages"),
        (Shape::OnePage, "one_page"),
    ] {
        for entries in [10, 10_000] {
            let filled = Filled::new(shape, entries);
            group.bench_function(
                BenchmarkId::new(format!("{name}/hits"), entries),
                |bencher| {
                    bencher.iter(|| black_box(&filled).look_up_hits());
                },
            );
            group.bench_function(
                BenchmarkId::new(format!("{name}/misses"), entries),
                |bencher| {
                    bencher.iter(|| black_box(&filled).look_up_misses());
                },
            );
        }
    }
    group.finish();
}
