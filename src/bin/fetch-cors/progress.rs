//! Shows the progress on the standard error, if the standard error is a terminal and the command takes longer than a
//! second.

use std::{
    io::{self, IsTerminal},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

/// The time from the start of the command until the progress is shown.
const DELAY: Duration = Duration::from_secs(1);

/// The number of bytes that are read from a pipe before the progress is shown. The progress must not appear for a
/// program that sends a line and waits for the answer. Such a program sends fewer bytes.
const MIN_PIPE_BYTES: u64 = 1024 * 1024;

#[derive(Debug)]
pub(crate) struct Progress {
    /// The time at which the command started. `None` if the standard error is not a terminal.
    beginning: Option<Instant>,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            beginning: io::stderr().is_terminal().then(Instant::now),
            bar: None,
        }
    }

    /// Shows that `done` of `total` cases are printed.
    pub(crate) fn cases(&mut self, done: u64, total: u64) {
        self.show(
            done,
            Some(total),
            "{percent}% ({pos} of {len} cases, {eta} left)",
        );
    }

    /// Shows that `done` bytes are read. `total` is the length of a file. It is `None` if the input is not a file.
    pub(crate) fn bytes(&mut self, done: u64, total: Option<u64>) {
        match total {
            Some(_) => self.show(
                done,
                total,
                "{percent}% ({bytes} of {total_bytes}, {eta} left)",
            ),
            None if done < MIN_PIPE_BYTES => {}
            None => self.show(done, None, "{bytes} read in {elapsed}"),
        }
    }

    fn show(&mut self, done: u64, total: Option<u64>, template: &str) {
        let Some(beginning) = self.beginning else {
            return;
        };
        if self.bar.is_none() && beginning.elapsed() < DELAY {
            return;
        }
        let is_same = |bar: &ProgressBar| bar.length() == total && bar.position() <= done;
        // If a command reads several files one after another, each file has its own progress.
        let bar = match self.bar.take() {
            Some(bar) if is_same(&bar) => bar,
            other => {
                let bar = other.unwrap_or_else(ProgressBar::no_length);
                match total {
                    Some(total) => bar.set_length(total),
                    None => bar.unset_length(),
                }
                if let Ok(style) = ProgressStyle::with_template(template) {
                    bar.set_style(style);
                }
                bar.with_elapsed(beginning.elapsed())
            }
        };
        bar.set_position(done);
        self.bar = Some(bar);
    }

    /// Removes the progress from the terminal while `write` writes to the terminal.
    pub(crate) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Removes the progress from the terminal.
    pub(crate) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        self.beginning = None;
    }
}
