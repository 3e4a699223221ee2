//! One group for each thing that has a target; `header_map_lookup` is the yardstick.

mod cache_lookup;
mod cors_check;
mod fetch_preflighted;
mod fetch_simple;
mod header_map_lookup;
mod preflight_evaluation;
mod run;
mod unsafe_names;

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
);
criterion::criterion_main!(benches);
