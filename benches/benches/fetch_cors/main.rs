//! The criterion groups. `header_map_lookup` is the unit of comparison.

mod cache_lookup;
mod cors_check;
mod fetch_preflighted;
mod fetch_simple;
mod header_map_lookup;
mod preflight_evaluation;
mod run;
mod server_apply;
mod server_build;
mod server_decide;
mod server_service;
mod unsafe_names;

use fetch_cors_benches::allocations::Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

criterion::criterion_group!(
    benches,
    header_map_lookup::bench,
    cors_check::bench,
    unsafe_names::bench,
    preflight_evaluation::bench,
    fetch_simple::bench,
    fetch_preflighted::bench,
    cache_lookup::bench,
    run::bench,
    server_decide::bench,
    server_apply::bench,
    server_service::bench,
    server_build::bench,
);
criterion::criterion_main!(benches);
