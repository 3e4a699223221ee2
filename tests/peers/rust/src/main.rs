//! Other people's CORS middleware, asked and judged.

mod child;
mod client;
mod handler;
mod in_process;
mod line;
mod peer;
mod policy;
mod serve;

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use crate::{
    line::RequestLine,
    peer::{Opened, PEERS, Server},
    policy::Policy,
};

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str =
    "usage: fetch-cors-peers                     ask and judge all, and write REPORT.md
       fetch-cors-peers ask PEER POLICY     request lines in, exchange lines out
       fetch-cors-peers serve PEER POLICY   listen on port 8000 of 127.0.0.1";

/// What a server that is shown by `curl` listens on.
pub(crate) const PORT: u16 = 8000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match *arguments {
        ["ask", peer, policy] => opened(peer, policy).and_then(|mut server| ask(&mut *server)),
        ["serve", peer, policy] => {
            opened(peer, policy).and_then(|mut server| serve::serve(&mut *server, PORT))
        }
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

/// The folder of the peers.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn opened(name: &str, file: &str) -> Result<Box<dyn Server>, Failure> {
    let file = std::fs::canonicalize(file)?;
    let Some(peer) = PEERS.iter().find(|peer| peer.name == name) else {
        let names: Vec<&str> = PEERS.iter().map(|peer| peer.name).collect();
        return Err(format!("`{name}` is none of {}", names.join(", ")).into());
    };
    match peer.open(&Policy::read(&file)?, &file, &root())? {
        Opened::Serves(server) => Ok(server),
        Opened::CannotExpress(why) => Err(format!("cannot express: {why}").into()),
    }
}

fn ask(server: &mut dyn Server) -> Result<(), Failure> {
    for line in io::stdin().lines() {
        let request: RequestLine = serde_json::from_str(&line?)?;
        match server.answer(&request) {
            Ok(response) => println!("{}", serde_json::to_string(&request.answered(response))?),
            Err(error) => eprintln!("{}: {error}", request.id),
        }
    }
    Ok(())
}
