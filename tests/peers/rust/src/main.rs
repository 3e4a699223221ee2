//! Sends requests to other CORS middleware and judges the responses.

mod child;
mod client;
mod finding;
mod handler;
mod in_process;
mod judge;
mod line;
mod peer;
mod policy;
mod report;
mod serve;
mod survey;
mod version;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde_json::json;

use crate::{
    line::{Answer, RequestLine, exchange_error},
    peer::{Opened, PEERS, Server},
    policy::Policy,
};

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str =
    "usage: fetch-cors-peers                        judge all peers and write REPORT.md
       fetch-cors-peers violations             judge all peers and print each violation as a JSON line
       fetch-cors-peers exchange PEER POLICY   read request lines and print exchange lines
       fetch-cors-peers serve PEER POLICY      serve requests, for example of curl, on 127.0.0.1:8000";

/// The port of `serve`, which the `curl` lines of the report use.
pub(crate) const PORT: u16 = 8000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // A peer that panics drops the connection. The message of the panic is not printed.
    std::panic::set_hook(Box::new(|_| {}));
    let done = match *arguments {
        ["exchange", peer, policy] => {
            open_peer(peer, policy).and_then(|mut server| exchange(&mut *server))
        }
        ["serve", peer, policy] => {
            open_peer(peer, policy).and_then(|mut server| serve::serve(&mut *server, PORT))
        }
        ["violations"] => violations(),
        [] => report(),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the folder `tests/peers`.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn open_peer(name: &str, file: &str) -> Result<Box<dyn Server>, Failure> {
    let file = std::fs::canonicalize(file)?;
    let Some(peer) = PEERS.iter().find(|peer| peer.name == name) else {
        let names: Vec<&str> = PEERS.iter().map(|peer| peer.name).collect();
        return Err(format!("unknown peer `{name}`: use one of {}", names.join(", ")).into());
    };
    match peer.open(&Policy::read(&file)?, &file, &root())? {
        Opened::Serves(server) => Ok(server),
        Opened::CannotExpress(why) => {
            Err(format!("`{name}` cannot express the policy: {why}").into())
        }
    }
}

fn exchange(server: &mut dyn Server) -> Result<(), Failure> {
    for line in io::stdin().lines() {
        let request: RequestLine = serde_json::from_str(&line?)?;
        let answer = match server.answer(&request) {
            Ok(response) => Answer::Response(response),
            Err(failure) => {
                eprintln!("{}: {failure}", request.id);
                Answer::Error(exchange_error(&failure))
            }
        };
        println!("{}", serde_json::to_string(&request.answered(answer))?);
    }
    Ok(())
}

fn report() -> Result<(), Failure> {
    let columns = survey::survey(&root())?;
    let findings = finding::read(&root().join("findings.json"))?;
    fs::write(
        root().join("REPORT.md"),
        report::render(&columns, &findings),
    )?;
    Ok(())
}

/// Prints a JSON line for each violation, with all its details.
fn violations() -> Result<(), Failure> {
    for column in survey::survey(&root())? {
        for cell in column.cells.into_iter().flatten() {
            for violation in cell.result.into_iter().flat_map(|judged| judged.violations) {
                let line = json!({
                    "peer": column.name,
                    "policy": cell.policy,
                    "probe": violation.probe(),
                    "violation": violation,
                });
                println!("{line}");
            }
        }
    }
    Ok(())
}
