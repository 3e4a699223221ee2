//! Compares the time of our code with the time of other code, in alternating turns. Fails if a ratio is over its limit.
//!
//! `cargo run --release --bin ratios` runs all measurements. `… --bin ratios server/` runs the
//! measurements whose names begin with `server/`.

mod browser;
mod server;
mod work;

use std::{env, process::ExitCode};

use fetch_cors_benches::allocations::Counting;
use work::{Work, best};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    println!("name, ours (ns), comparison (ns), ratio, limit");
    let mut report = Report {
        prefix: env::args().nth(1).unwrap_or_default(),
        is_within_limits: true,
    };
    browser::measure(&mut report);
    server::measure(&mut report);
    if report.is_within_limits {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Prints the measurements, and records whether a ratio is over its limit.
struct Report {
    prefix: String,
    is_within_limits: bool,
}

impl Report {
    /// Measures our code and the code to compare with.
    fn compare(&mut self, name: &str, ours: Work<'_>, other: Work<'_>, limit: f64) {
        if self.selects(name) {
            let [ours, other] = best([&ours, &other]);
            self.print(name, ours, other, limit);
        }
    }

    /// Measures two middlewares around the same bare service, and compares the times that the middlewares add to the
    /// time of the bare service.
    fn compare_added(&mut self, name: &str, [ours, other, bare]: [Work<'_>; 3], limit: f64) {
        if self.selects(name) {
            let [ours, other, bare] = best([&ours, &other, &bare]);
            self.print(name, ours - bare, other - bare, limit);
        }
    }

    /// Prints two measured values and checks their ratio.
    fn print(&mut self, name: &str, ours: f64, other: f64, limit: f64) {
        let ratio = ours / other;
        self.is_within_limits &= ratio <= limit;
        let limit = if limit.is_finite() {
            format!("<= {limit:.3}")
        } else {
            "-".to_owned()
        };
        println!("{name}, {ours:.1}, {other:.2}, {ratio:.4}, {limit}");
    }

    fn selects(&self, name: &str) -> bool {
        name.starts_with(&self.prefix)
    }
}
