//! Records all scenarios in one browser. This code runs in a worker.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::Duration,
};

use serde_json::Value;

use super::{
    chromium::Chromium,
    firefox::{self, Firefox},
    har::{self, Entry},
    scenarios::SCENARIOS,
    server::{self, PAGE},
};
use crate::{
    browser::{devtools::Pipes, engine::Engine, isolation, launch::Tools},
    worker::{Line, Running, new_folder, write},
};

/// The argument that tells a worker to make a recording for `explain`.
pub const EXPLAIN: &str = "--explain";

/// The time limit for an answer of the browser.
pub const LIMIT: Duration = Duration::from_secs(60);

/// The time to wait for a further message. If no message arrives in this time, the developer tools have reported
/// everything about a fetch.
pub const SETTLED_AFTER: Duration = Duration::from_millis(150);

/// The script of the page: runs a fetch, and returns the parts of the response that a script can read, or the error.
const SCRIPT: &str = r#"async (url, init) => {
  try {
    const response = await fetch(url, init);
    await response.text();
    return response.type + " " + response.status + " " + [...response.headers.keys()].join(" ");
  } catch (error) {
    return String(error);
  }
}"#;

/// The developer tools of a browser that shows the page.
pub trait DeveloperTools {
    /// Runs the expression in the page. Returns the string to which the promise of the expression resolves.
    fn evaluate(&mut self, expression: &str) -> Result<String, String>;

    /// Waits until no more messages arrive.
    fn settle(&mut self) -> Result<(), String>;

    /// Returns the lines that the console printed since the last call.
    fn take_console(&mut self) -> Vec<String>;

    /// Returns the entries of the network panel.
    fn entries(&mut self) -> Result<Vec<Entry>, String>;
}

/// Returns the next message. Returns `None` if no message arrives within `limit`.
pub fn receive(messages: &Receiver<Value>, limit: Duration) -> Result<Option<Value>, String> {
    match messages.recv_timeout(limit) {
        Ok(message) => Ok(Some(message)),
        Err(RecvTimeoutError::Timeout) => Ok(None),
        Err(RecvTimeoutError::Disconnected) => Err("the browser has ended".to_owned()),
    }
}

/// Records each scenario, and writes the recording as a line.
pub fn record(engine: Engine, headed: bool, isolated: bool) -> Result<(), String> {
    if isolated {
        isolation::enter(headed)?;
    }
    server::listen().map_err(|error| format!("cannot listen: {error}"))?;
    let installed = engine.find().ok_or("the browser is gone")?;
    let folder = new_folder(engine)?;
    let pipes = (engine == Engine::Chromium).then(|| Pipes::new(&folder));
    let pipes = pipes.transpose();
    let pipes = pipes.map_err(|error| format!("cannot create pipes: {error}"))?;
    let (page, tools) = match &pipes {
        Some(pipes) => ("about:blank", Tools::Pipes(pipes)),
        None => (PAGE, Tools::Port(firefox::PORT)),
    };
    // `Chromium::new` opens the pipes, which must be open before the browser starts.
    let chromium = pipes.as_ref().map(Chromium::new).transpose();
    let chromium = chromium.map_err(|error| format!("cannot open pipes: {error}"))?;
    let running = Running::start(&installed, folder, page, headed, None, tools)?;
    let name = engine.name();
    let recorded = match chromium {
        Some(mut tools) => tools
            .open_page()
            .and_then(|()| run("Chromium", &installed.version, &mut tools)),
        None => {
            Firefox::connect().and_then(|mut tools| run("Firefox", &installed.version, &mut tools))
        }
    };
    if let Ok(mut running) = running.lock() {
        running.end();
    }
    write(&recorded.map_err(|error| format!("{name}: {error}"))?);
    Ok(())
}

fn run(name: &str, version: &str, tools: &mut impl DeveloperTools) -> Result<Line, String> {
    let mut console = format!("# {version}\n");
    for scenario in SCENARIOS {
        let url = serde_json::to_string(&scenario.url()).map_err(|error| error.to_string())?;
        let seen = tools.evaluate(&format!("({SCRIPT})({url}, {})", scenario.init))?;
        tools.settle()?;
        console += &format!("# {}: {seen}\n", scenario.name);
        for line in tools.take_console() {
            console += &format!("{line}\n");
        }
        write(&Line::Step);
    }
    let number = version.rsplit(' ').next().unwrap_or(version);
    let har = har::text(name, number, &tools.entries()?).map_err(|error| error.to_string())?;
    Ok(Line::Recording { console, har })
}
