//! Progress on standard error: a bar on a terminal, and nothing elsewhere.

use std::{
    io::{IsTerminal, Write, stderr},
    sync::atomic::{AtomicUsize, Ordering},
};

const WIDTH: usize = 40;

/// The number of units that are done.
#[derive(Debug)]
pub struct Progress {
    done: AtomicUsize,
    all: usize,
    /// The name of the units, in the plural.
    units: &'static str,
}

impl Progress {
    pub fn new(all: usize, units: &'static str) -> Self {
        Self {
            done: AtomicUsize::new(0),
            all,
            units,
        }
    }

    /// Counts one more unit as done.
    pub fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if stderr().is_terminal() {
            let _ = write!(stderr(), "\r{}", bar(done, self.all, self.units));
        }
    }

    /// Ends the line of the bar.
    pub fn end(&self) {
        if stderr().is_terminal() {
            let _ = writeln!(stderr());
        }
    }
}

fn bar(done: usize, all: usize, units: &str) -> String {
    let full = (WIDTH * done).checked_div(all).unwrap_or(WIDTH).min(WIDTH);
    format!(
        "[{}{}] {done} of {all} {units}",
        "#".repeat(full),
        "-".repeat(WIDTH - full)
    )
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn bar_has_its_width() {
        assert!(
            bar(1, 2, "fetches").starts_with("[####################--------------------] 1 of 2")
        );
        assert!(bar(0, 0, "fetches").ends_with("0 of 0 fetches"));
    }
}
