//! Shows the progress on the standard error, if the standard error is a terminal and the command takes longer than a
//! second.

use std::{
    io::{self, IsTerminal},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use indicatif::{BinaryBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The time from the start of the command until the progress is shown.
const DELAY: Duration = Duration::from_secs(1);

/// The time between two updates of the text.
const UPDATE_INTERVAL: Duration = Duration::from_millis(100);

/// The number of bytes that are read from a pipe before the progress is shown. The progress must not appear for a
/// program that sends a line and waits for the answer. Such a program sends fewer bytes.
const MIN_PIPE_BYTES: u64 = 1024 * 1024;

#[derive(Debug)]
pub(crate) struct Progress {
    /// The time at which the command started. `None` if the standard error is not a terminal.
    beginning: Option<Instant>,
    input: Input,
    bar: Option<ProgressBar>,
    /// The time of the last update of the text.
    updated: Option<Instant>,
    /// Whether the standard output is a terminal.
    has_output_on_terminal: bool,
}

/// The current input. If a command reads several files one after another, each file has its own progress.
#[derive(Debug)]
struct Input {
    beginning: Instant,
    done: u64,
    total: Option<u64>,
}

impl Input {
    fn new(total: Option<u64>) -> Self {
        Self {
            beginning: Instant::now(),
            done: 0,
            total,
        }
    }

    /// Estimates the time until the whole input is done, from the time for the part that is done.
    fn time_left(&self, total: u64) -> Duration {
        #[allow(clippy::cast_precision_loss)]
        let ratio = total.saturating_sub(self.done) as f64 / self.done.max(1) as f64;
        let seconds = self.beginning.elapsed().as_secs_f64() * ratio;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }

    /// Returns the share that is done and the time that is left, such as `40% (2 of 5 cases, 3s left)`.
    fn share(&self, total: u64, done: &str) -> String {
        let percent = u128::from(self.done) * 100 / u128::from(total.max(1));
        let left = HumanDuration(self.time_left(total));
        format!("{percent}% ({done}, {left:#} left)")
    }
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self {
            beginning: io::stderr().is_terminal().then(Instant::now),
            input: Input::new(None),
            bar: None,
            updated: None,
            has_output_on_terminal: io::stdout().is_terminal(),
        }
    }

    /// Shows that `done` of `total` things are done. `things` names the things, such as `cases`.
    pub(crate) fn share(&mut self, done: u64, total: u64, things: &str) {
        self.show(done, Some(total), |input, _| {
            input.share(total, &format!("{done} of {total} {things}"))
        });
    }

    /// Returns the result of `work`. Until `work` returns, shows `text` and the time since the start of the command. The
    /// text says what `work` does, such as `judging 5 exchanges`.
    pub(crate) fn during<T>(&mut self, text: &str, work: impl FnOnce() -> T) -> T {
        if self.beginning.is_none() {
            return work();
        }
        let (end, ended) = mpsc::channel::<()>();
        // Shows the text at once if the command already takes longer than the delay, also if `work` is short.
        self.elapsed(text);
        let result = thread::scope(|scope| {
            let progress = &mut *self;
            let update = move || {
                while ended.recv_timeout(UPDATE_INTERVAL) == Err(RecvTimeoutError::Timeout) {
                    progress.elapsed(text);
                }
            };
            // If there is no memory for a thread, the command works without a progress.
            let _ = thread::Builder::new().spawn_scoped(scope, update);
            let result = work();
            drop(end);
            result
        });
        self.clear();
        result
    }

    /// Shows `text` and the time since the start of the command.
    fn elapsed(&mut self, text: &str) {
        self.show(0, None, |_, elapsed| {
            format!("{text}, {:#} so far", HumanDuration(elapsed))
        });
    }

    /// Shows that `done` bytes are read. `total` is the length of a file. It is `None` if the input is not a file.
    pub(crate) fn bytes(&mut self, done: u64, total: Option<u64>) {
        if total.is_none() && done < MIN_PIPE_BYTES {
            return;
        }
        self.show(done, total, |input, elapsed| {
            let read = BinaryBytes(done);
            match total {
                Some(total) => input.share(total, &format!("{read} of {}", BinaryBytes(total))),
                None => format!("{read} read in {:#}", HumanDuration(elapsed)),
            }
        });
    }

    /// Shows a text. `text` gets the current input and the time since the start of the command.
    fn show(
        &mut self,
        done: u64,
        total: Option<u64>,
        text: impl FnOnce(&Input, Duration) -> String,
    ) {
        let Some(beginning) = self.beginning else {
            return;
        };
        if self.input.total != total || self.input.done > done {
            self.input = Input::new(total);
        }
        self.input.done = done;
        let is_recent = |updated: Instant| updated.elapsed() < UPDATE_INTERVAL;
        if beginning.elapsed() < DELAY || self.updated.is_some_and(is_recent) {
            return;
        }
        self.updated = Some(Instant::now());
        // The bar is hidden until it has a text.
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
            // `wide_msg` cuts a text that is wider than the terminal.
            if let Ok(style) = ProgressStyle::with_template("{wide_msg}") {
                bar.set_style(style);
            }
            bar
        });
        bar.set_message(text(&self.input, beginning.elapsed()));
        if bar.is_hidden() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.tick();
        }
    }

    /// Removes the progress from the terminal while `write` writes to the standard output. Does not redraw the progress
    /// if the standard output is not a terminal.
    pub(crate) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) if self.has_output_on_terminal => bar.suspend(write),
            _ => write(),
        }
    }

    /// Removes the progress from the terminal until the next part of the work is shown.
    pub(crate) fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        self.updated = None;
    }

    /// Removes the progress from the terminal at the end of the command.
    pub(crate) fn end(&mut self) {
        self.clear();
        self.beginning = None;
    }
}
