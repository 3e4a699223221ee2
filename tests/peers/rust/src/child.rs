//! A server in a child process.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{self, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde::Deserialize;

use crate::{
    Failure,
    client::Client,
    line::{RequestLine, Response},
    peer::{Opened, Server},
};

/// The time limit for the start of a server.
const TIMEOUT: Duration = Duration::from_secs(60);

pub(crate) struct Child {
    process: process::Child,
    client: Client,
}

/// The first line that a server prints.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Greeting {
    /// The server listens on this port.
    Listening(u16),
    /// The middleware cannot express the policy, for this reason.
    CannotExpress(String),
}

impl Child {
    pub(crate) fn start(
        program: &str,
        directory: &Path,
        script: Option<&str>,
        policy: &Path,
    ) -> Result<Opened, Failure> {
        let program = if program.contains('/') {
            directory.join(program)
        } else {
            program.into()
        };
        let mut command = Command::new(program);
        command
            .args(script)
            .arg(policy)
            .arg("0")
            .current_dir(directory);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = command.spawn()?;
        let greeting = greeting(&mut process);
        // Dropping the child ends the process.
        let mut child = Self {
            process,
            client: Client::new(0),
        };
        match greeting? {
            Greeting::CannotExpress(why) => Ok(Opened::CannotExpress(why)),
            Greeting::Listening(port) => {
                child.client = Client::new(port);
                Ok(Opened::Serves(Box::new(child)))
            }
        }
    }
}

fn greeting(process: &mut process::Child) -> Result<Greeting, Failure> {
    let output = process
        .stdout
        .take()
        .ok_or("the server has no standard output")?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(output).lines();
        // The receiver is gone after a time-out.
        let _ = sender.send(lines.next());
        lines.for_each(drop);
    });
    let line = receiver
        .recv_timeout(TIMEOUT)?
        .ok_or("the server exited before it listened")?;
    Ok(serde_json::from_str(&line?)?)
}

impl Server for Child {
    fn answer(&mut self, request: &RequestLine) -> Result<Response, Failure> {
        self.client.send(request)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // The process may have exited already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
