//! Policies with very many entries.

use std::time::{Duration, Instant};

use fetch_cors::{
    conformance::{Check, check, policies::serve},
    server::CorsPolicy,
};
use http::Request;

use super::config;

fn policy(entries: usize) -> CorsPolicy {
    let numbers = 0..entries;
    let origins = numbers.map(|number| format!("https://app{number}.site{number}.example"));
    let origins: Vec<String> = origins.collect();
    CorsPolicy::builder().origins(origins).build().unwrap()
}

fn requests(entries: usize) -> usize {
    let check = Check::new(&policy(entries), config()).unwrap();
    check.probes().map(|probe| probe.requests().len()).sum()
}

/// The number of requests does not grow with the entries after the first 32. The report says how many entries were not tried.
#[test]
fn requests_for_very_many_entries_have_a_limit() {
    let few = requests(32);
    let many = requests(1000);
    // Some generated requests are equal by chance.
    assert!(few.abs_diff(many) <= few / 20, "{few} {many}");
    let policy = policy(1000);
    let start = Instant::now();
    let mut server = |request: Request<()>| serve(&policy, &request);
    let report = check(&mut server, &policy, config()).unwrap();
    assert!(start.elapsed() < Duration::from_secs(300));
    assert!(report.violations().is_empty(), "{report}");
    let unchecked = report.unchecked().join("\n");
    assert!(unchecked.contains("968 of 1000 entries"), "{report}");
}
