//! The command that runs the scenarios in each browser, and writes the recordings to files.

use std::{
    ffi::OsString,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
};

use super::{scenarios::SCENARIOS, session::EXPLAIN};
use crate::{
    arguments::Arguments,
    browser::{
        engine::{Engine, Installed},
        isolation::Isolation,
    },
    progress::Progress,
    record::run::Worker,
    worker::{HEADED, Line},
};

/// The engines whose developer tools the recorder can use.
pub const ENGINES: [Engine; 2] = [Engine::Chromium, Engine::Firefox];

/// Returns the folder of the recordings in the checkout.
pub fn default_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../explain/recordings")
}

/// Writes `ENGINE.har` and `ENGINE.console.txt` for each browser. The browsers run one after another.
pub fn record(
    arguments: &Arguments,
    browsers: &[Installed],
    isolation: Isolation,
    folder: &Path,
) -> Result<(), String> {
    let progress = Progress::new(SCENARIOS.len() * browsers.len(), "fetches");
    let mut files = Vec::new();
    for browser in browsers {
        let name = browser.engine.name();
        let (console, har) = recording(browser, isolation, arguments.headed, &progress)?;
        files.push((folder.join(format!("{name}.console.txt")), console));
        files.push((folder.join(format!("{name}.har")), har));
    }
    progress.end();
    for (file, text) in files {
        fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
        println!("{}", file.display());
    }
    Ok(())
}

/// Runs the scenarios in one browser. Returns the lines of the console, and the text of the HAR file.
fn recording(
    browser: &Installed,
    isolation: Isolation,
    headed: bool,
    progress: &Progress,
) -> Result<(String, String), String> {
    let mut arguments = vec![OsString::from(browser.engine.name()), EXPLAIN.into()];
    if headed {
        arguments.push(HEADED.into());
    }
    let command = isolation.worker(&arguments);
    let worker = command.and_then(|mut command| {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
    });
    let mut worker = worker
        .map(Worker)
        .map_err(|error| format!("cannot start a worker: {error}"))?;
    let output = worker.0.stdout.take().ok_or("no output")?;
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        match serde_json::from_str(&line) {
            Ok(Line::Step) => progress.step(),
            Ok(Line::Recording { console, har }) => return Ok((console, har)),
            Ok(Line::Error(error)) => return Err(error),
            _ => {}
        }
    }
    Err(format!("{}: the worker ended", browser.engine.name()))
}
