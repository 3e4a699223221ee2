//! The worker: a browser session in a process of its own. It reads cases from its input, and writes outcomes.

use std::{
    fs,
    io::{self, BufRead, Write},
    path::PathBuf,
    process::{self, Child, Command},
    sync::{
        Arc, Mutex,
        mpsc::{RecvTimeoutError, channel},
    },
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use crate::{
    browser::{
        devtools::{DevtoolsError, Pipes},
        engine::{Engine, Installed},
        isolation::{self, ISOLATED},
        launch::{self, Tools},
    },
    case::Case,
    explain::session::{self as explain, EXPLAIN},
    policy::{self, origins, serve::serve},
    record::{
        outcome::{RecordedOutcome, outcome},
        recordable,
        run::Work,
        waves::waves,
    },
    server::{
        certificate::Certificate,
        connection::{
            ADDRESSES, NAMED_ADDRESSES, Plan, Shared, TLS_ADDRESSES, listen, listen_with_tls,
        },
        session::{Event, Session},
    },
};

/// A line that a worker writes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    Outcome(RecordedOutcome),
    /// The id of a case in which a fetch did not end in time.
    Unfinished(String),
    /// A failure that the developer tools showed, with the id of the case.
    Devtools(String, DevtoolsError),
    /// A request that no browser may send.
    Violation(String),
    /// The worker has recorded a fetch for `explain`.
    Step,
    /// The files for `explain`.
    Recording {
        console: String,
        har: String,
    },
    Error(String),
}

/// The time limit of a fetch. A fetch that takes longer has no outcome. An XMLHttpRequest of Firefox never ends if a
/// redirect leads to a bad port.
pub const FETCH_LIMIT_SECONDS: u64 = 20;

/// A browser that gives no result for this time counts as hung.
const HUNG_AFTER: Duration = Duration::from_secs(75);

/// The worker waits for this time after the last case, so that the developer tools can report all failures.
const DEVTOOLS_DELAY: Duration = Duration::from_secs(1);

/// The argument that tells a worker to report the failures that the developer tools show.
pub const DEVTOOLS: &str = "--devtools";

/// The argument that makes a worker show the windows of the browser.
pub const HEADED: &str = "--headed";

/// The address of the recorder's page.
const PAGE: &str = "http://127.0.0.1:8001/";

/// The number of fetches of each frame before the first case.
const WARM_UP_FETCHES: usize = 4;

/// Runs the cases of the input, up to an empty line. When the input is closed, the worker ends.
pub fn run(arguments: &[String]) -> ! {
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let engine = arguments
        .iter()
        .find_map(|argument| Engine::from_name(argument));
    let number = |prefix: &str| {
        let mut texts = arguments
            .iter()
            .filter_map(|argument| argument.strip_prefix(prefix));
        texts.find_map(|text| text.parse().ok())
    };
    let options = Options {
        headed: has(HEADED),
        isolated: has(ISOLATED),
        devtools: has(DEVTOOLS),
    };
    let work = match number("--policies=") {
        Some(seed) => Work::Policies {
            seed,
            leak: number("--leak="),
        },
        None => Work::Cases,
    };
    let result = engine.ok_or("no engine".to_owned()).and_then(|engine| {
        if has(EXPLAIN) {
            explain::record(engine, options.headed, options.isolated)
        } else {
            run_session(engine, work, options)
        }
    });
    if let Err(error) = &result {
        write(&Line::Error(error.clone()));
    }
    process::exit(i32::from(result.is_err()));
}

/// The browser and its folder. `end` ends the browser and removes the folder.
pub struct Running {
    browser: Child,
    folder: PathBuf,
}

impl Running {
    /// Starts the browser. When the input of this process ends, the browser ends too.
    pub fn start(
        installed: &Installed,
        folder: PathBuf,
        page: &str,
        headed: bool,
        certificate: Option<&Certificate>,
        tools: Tools<'_>,
    ) -> Result<Arc<Mutex<Self>>, String> {
        let browser = launch::start(installed, &folder, page, headed, certificate, tools)
            .map_err(|error| format!("{}: {error}", installed.program.display()))?;
        let running = Arc::new(Mutex::new(Self { browser, folder }));
        end_with_input(&running);
        Ok(running)
    }

    pub fn end(&mut self) {
        let group = format!("-{}", self.browser.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        // The command above ends the whole process group of the browser. If the machine does not have the program
        // `kill`, the method below ends at least the browser itself.
        let _ = self.browser.kill();
        let _ = self.browser.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[derive(Debug, Clone, Copy)]
struct Options {
    headed: bool,
    isolated: bool,
    devtools: bool,
}

fn run_session(engine: Engine, work: Work, options: Options) -> Result<(), String> {
    let Options {
        headed,
        isolated,
        devtools,
    } = options;
    if isolated {
        isolation::enter(headed)?;
    }
    let cases = read_cases()?;
    let count = cases.len();
    let (sender, events) = channel();
    let (origins, warm_up, addresses) = surroundings(work, isolated);
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    let shared = Arc::new(Shared {
        plan: Plan {
            origins: owned(origins),
            warm_up: owned(warm_up),
            limit_seconds: FETCH_LIMIT_SECONDS,
        },
        session: Mutex::new(Session::new(waves(cases), sender)),
    });
    listen(&addresses, &shared).map_err(|error| format!("cannot listen: {error}"))?;
    let certificate = isolated.then(Certificate::new).transpose()?;
    if let Some(certificate) = &certificate {
        listen_with_tls(TLS_ADDRESSES, certificate, &shared)
            .map_err(|error| format!("cannot listen: {error}"))?;
    }
    if let Work::Policies { seed, leak } = work {
        let report = |violation| write(&Line::Violation(violation));
        serve(&policy::plan::Plan::new(seed), leak, report)?;
    }

    let installed = engine.find().ok_or("the browser is gone")?;
    let folder = new_folder(engine)?;
    let pipes = devtools.then(|| Pipes::new(&folder)).transpose();
    let pipes = pipes.map_err(|error| format!("cannot create pipes: {error}"))?;
    // With developer tools, the browser starts with an empty page. The tools open the test page when they are ready.
    let page = if devtools { "about:blank" } else { PAGE };
    if let Some(pipes) = &pipes {
        let report = |id, error| write(&Line::Devtools(id, error));
        pipes
            .open_page(PAGE, report)
            .map_err(|error| format!("cannot open pipes: {error}"))?;
    }
    let tools = pipes.as_ref().map_or(Tools::Unused, Tools::Pipes);
    let running = Running::start(
        &installed,
        folder,
        page,
        headed,
        certificate.as_ref(),
        tools,
    )?;

    let result = (|| {
        let mut last = Instant::now();
        let mut left = count;
        while left > 0 {
            match events.recv_timeout(Duration::from_secs(1)) {
                Ok(Event::Finished(finished)) => {
                    left -= 1;
                    last = Instant::now();
                    let id = finished.case.id.clone();
                    write(&outcome(&finished).map_or(Line::Unfinished(id), Line::Outcome));
                }
                Ok(Event::Failed(message)) => return Err(format!("the page failed: {message}")),
                Err(RecvTimeoutError::Timeout) => {
                    let mut running = running.lock().map_err(|error| error.to_string())?;
                    if let Ok(Some(status)) = running.browser.try_wait() {
                        return Err(format!("the browser ended: {status}"));
                    }
                    if last.elapsed() > HUNG_AFTER {
                        return Err("the browser hangs".to_owned());
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return Err("the server ended".to_owned()),
            }
        }
        if devtools {
            thread::sleep(DEVTOOLS_DELAY);
        }
        Ok(())
    })();
    if let Ok(mut running) = running.lock() {
        running.end();
    }
    result
}

/// Creates a new folder for the profile of a browser.
pub fn new_folder(engine: Engine) -> Result<PathBuf, String> {
    let folder = PathBuf::from(format!(
        "/var/tmp/fetch-cors-browsers-{}-{}",
        engine.name(),
        process::id()
    ));
    fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Returns the origins of the pages, the URLs that are fetched before the first case, and the addresses of the servers.
fn surroundings(
    work: Work,
    isolated: bool,
) -> (Vec<&'static str>, Vec<&'static str>, Vec<&'static str>) {
    match work {
        Work::Cases => {
            let warm_up = vec!["http://127.0.0.1:8002/.warm-up"; WARM_UP_FETCHES];
            let mut pages = recordable::PLAIN_PAGES.to_vec();
            let mut addresses = ADDRESSES.to_vec();
            if isolated {
                pages.extend(recordable::NAMED_PAGES);
                addresses.extend(NAMED_ADDRESSES);
            }
            (pages, warm_up, addresses)
        }
        Work::Policies { .. } if isolated => (
            [origins::PLAIN_PAGES, origins::NAMED_PAGES].concat(),
            Vec::new(),
            [origins::PLAIN_ADDRESSES, origins::NAMED_ADDRESSES].concat(),
        ),
        Work::Policies { .. } => (
            origins::PLAIN_PAGES.to_vec(),
            Vec::new(),
            origins::PLAIN_ADDRESSES.to_vec(),
        ),
    }
}

/// Ends the browser and this process when the recorder ends, for any reason.
fn end_with_input(running: &Arc<Mutex<Running>>) {
    let running = Arc::clone(running);
    thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        if let Ok(mut running) = running.lock() {
            running.end();
        }
        process::exit(1);
    });
}

fn read_cases() -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    let mut line = String::new();
    let mut input = io::stdin().lock();
    loop {
        line.clear();
        input
            .read_line(&mut line)
            .map_err(|error| error.to_string())?;
        if line.trim().is_empty() {
            return Ok(cases);
        }
        cases.push(serde_json::from_str(&line).map_err(|error| error.to_string())?);
    }
}

/// Writes a line to the recorder. If the recorder has ended, the line is lost.
pub fn write(line: &Line) {
    if let Ok(text) = serde_json::to_string(line) {
        let mut output = io::stdout().lock();
        let _ = writeln!(output, "{text}").and_then(|()| output.flush());
    }
}
