//! Measures each target against its yardstick in one run, by turns, and fails where one falls short.
//!
//! `cargo run --release --bin ratios`, or `… --bin ratios server/` for those whose names begin so.

mod browser;
mod server;
mod work;

use std::{env, process::ExitCode};

use fetch_cors_benches::allocations::Counting;
use work::{Work, best};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    println!("name, ours ns, other ns, ratio, wanted");
    let mut report = Report {
        prefix: env::args().nth(1).unwrap_or_default(),
        all_reached: true,
    };
    browser::measure(&mut report);
    server::measure(&mut report);
    match report.all_reached {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Prints what was measured, and remembers whether anything fell short.
struct Report {
    prefix: String,
    all_reached: bool,
}

impl Report {
    /// Ours, and a yardstick.
    fn pair(&mut self, name: &str, ours: Work<'_>, other: Work<'_>, wanted: f64) {
        if self.wants(name) {
            let [ours, other] = best([&ours, &other]);
            self.line(name, ours, other, wanted);
        }
    }

    /// Ours and another's, both around the bare one, of which only what they add counts.
    fn around(&mut self, name: &str, [ours, other, bare]: [Work<'_>; 3], wanted: f64) {
        if self.wants(name) {
            let [ours, other, bare] = best([&ours, &other, &bare]);
            self.line(name, ours - bare, other - bare, wanted);
        }
    }

    /// What is in no need of turns.
    fn line(&mut self, name: &str, ours: f64, other: f64, wanted: f64) {
        let ratio = ours / other;
        self.all_reached &= ratio <= wanted;
        let wanted = match wanted.is_finite() {
            true => format!("<= {wanted:.3}"),
            false => "-".to_owned(),
        };
        println!("{name}, {ours:.1}, {other:.2}, {ratio:.4}, {wanted}");
    }

    fn wants(&self, name: &str) -> bool {
        name.starts_with(&self.prefix)
    }
}
