//! Runs cases in an engine. A worker process runs the cases. If the browser dies or hangs, a new worker runs the
//! remaining cases.

use std::{
    collections::HashMap,
    ffi::OsString,
    io::{BufRead, BufReader, Write},
    process::{Child, Stdio},
};

use super::outcome::RecordedOutcome;
use crate::{
    browser::{engine::Engine, isolation::Isolation},
    case::Case,
    worker::{DEVTOOLS, HEADED, Line},
};

/// The number of cases of one browser session. Each session begins with an empty preflight cache. If the cache of
/// Chromium has about a thousand entries, Chromium drops some of them, so the number of cases is limited.
const SESSION_CASES: usize = 400;

/// The run ends early if this number of sessions in a row have no outcome.
const FRUITLESS_SESSIONS: usize = 3;

/// The work of a run: how the servers answer the requests of the cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// The servers answer as the case describes.
    Cases,
    /// The server applies the policies that the seed generates. If `leak` is `n`, the server allows a denied origin in
    /// about one out of every `n` responses.
    Policies { seed: u64, leak: Option<u64> },
}

/// How to run cases.
#[derive(Debug, Clone, Copy)]
pub struct Runner {
    pub engine: Engine,
    pub isolation: Isolation,
    pub headed: bool,
    pub work: Work,
    /// Whether to record the failures that the developer tools of Chromium show.
    pub devtools: bool,
}

/// The results of one run of the cases in one engine.
#[derive(Debug, Default)]
pub struct Run {
    pub outcomes: HashMap<String, RecordedOutcome>,
    /// Cases with a fetch that did not end.
    pub unfinished: Vec<String>,
    /// Requests that no browser may send.
    pub violations: Vec<String>,
    /// The reasons why browsers were replaced.
    pub replaced: Vec<String>,
    /// Whether the run ended early, because too many sessions in a row had no outcome.
    pub is_broken: bool,
}

impl Runner {
    /// Runs every case once. Each session has a new profile. `progress` is called for each case.
    pub fn run(self, cases: &[Case], progress: impl Fn()) -> Run {
        let mut run = Run::default();
        let mut fruitless = 0;
        loop {
            let is_left = |case: &&Case| {
                !run.outcomes.contains_key(&case.id) && !run.unfinished.contains(&case.id)
            };
            let left: Vec<&Case> = cases
                .iter()
                .filter(is_left)
                .take(self.session_cases())
                .collect();
            if left.is_empty() {
                return run;
            }
            let before = run.outcomes.len() + run.unfinished.len();
            let mut devtools: HashMap<String, Vec<_>> = HashMap::new();
            let result = self.session(&left, |line| {
                match line {
                    Line::Outcome(outcome) => {
                        run.outcomes.insert(outcome.id.clone(), outcome);
                    }
                    Line::Devtools(id, error) => {
                        devtools.entry(id).or_default().push(error);
                        return None;
                    }
                    Line::Unfinished(id) => run.unfinished.push(id),
                    Line::Violation(violation) => {
                        run.violations.push(violation);
                        return None;
                    }
                    Line::Error(error) => return Some(error),
                    Line::Step | Line::Recording { .. } => return None,
                }
                progress();
                None
            });
            if let Err(error) = result {
                run.replaced.push(error);
            }
            // A case that did not finish runs again in a later session. Only the failures of the session that finished
            // the case are stored.
            for case in left {
                if let Some(outcome) = run.outcomes.get_mut(&case.id) {
                    // Chromium reports a preflight and its fetch in either order, so the failures are sorted.
                    outcome.devtools = devtools.remove(&case.id).unwrap_or_default();
                    outcome.devtools.sort();
                }
            }
            if run.outcomes.len() + run.unfinished.len() > before {
                fruitless = 0;
            } else {
                fruitless += 1;
                if fruitless == FRUITLESS_SESSIONS {
                    run.is_broken = true;
                    return run;
                }
            }
        }
    }

    /// Returns the maximum number of cases in one session. With `Work::Policies`, the server counts its responses over
    /// all cases, so all cases run in one session.
    fn session_cases(self) -> usize {
        match self.work {
            Work::Cases => SESSION_CASES,
            Work::Policies { .. } => usize::MAX,
        }
    }

    /// Runs a session in one worker. The worker ends when its input is closed, so no worker outlives this process.
    fn session(
        self,
        cases: &[&Case],
        mut on_line: impl FnMut(Line) -> Option<String>,
    ) -> Result<(), String> {
        let mut arguments = vec![OsString::from(self.engine.name())];
        if self.headed {
            arguments.push(HEADED.into());
        }
        if self.devtools && self.engine == Engine::Chromium {
            arguments.push(DEVTOOLS.into());
        }
        if let Work::Policies { seed, leak } = self.work {
            arguments.push(format!("--policies={seed}").into());
            arguments.extend(leak.map(|leak| format!("--leak={leak}").into()));
        }
        let command = self.isolation.worker(&arguments);
        let mut worker = command
            .and_then(|mut command| {
                command
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .stderr(Stdio::null())
                    .spawn()
            })
            .map(Worker)
            .map_err(|error| format!("cannot start a worker: {error}"))?;
        let mut input = worker.0.stdin.take().ok_or("no input")?;
        let output = worker.0.stdout.take().ok_or("no output")?;
        let lines: String = cases
            .iter()
            .filter_map(|case| serde_json::to_string(case).ok())
            .map(|line| line + "\n")
            .collect();
        let sent = input
            .write_all(format!("{lines}\n").as_bytes())
            .and_then(|()| input.flush());
        let mut received = 0;
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let Ok(line) = serde_json::from_str(&line) else {
                continue;
            };
            received += usize::from(!matches!(line, Line::Violation(_) | Line::Devtools(..)));
            if let Some(error) = on_line(line) {
                return Err(error);
            }
        }
        // The worker still writes lines after the last outcome, so the loop reads all output of the worker.
        if received == cases.len() {
            return Ok(());
        }
        Err(sent
            .err()
            .map_or("the worker ended".to_owned(), |error| error.to_string()))
    }
}

/// A worker process. Dropping the value ends the process.
pub struct Worker(pub Child);

impl Drop for Worker {
    fn drop(&mut self) {
        // The worker ends when its input is closed, and its namespaces end with the worker.
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
