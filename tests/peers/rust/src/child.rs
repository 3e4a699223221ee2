//! A server in a process of its own.

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

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Child {
    process: process::Child,
    client: Client,
}

/// The first line that a server prints.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Greeting {
    /// The port.
    Listening(u16),
    CannotExpress(String),
}

impl Child {
    pub(crate) fn start(
        program: &str,
        directory: &Path,
        script: Option<&str>,
        policy: &Path,
    ) -> Result<Opened, Failure> {
        let program = match program.contains('/') {
            true => directory.join(program),
            false => program.into(),
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
        // From here on the process is ended when this is dropped.
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
    let output = process.stdout.take().ok_or("no standard output")?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut lines = BufReader::new(output).lines();
        // Nobody may be waiting any more.
        let _ = sender.send(lines.next());
        lines.for_each(drop);
    });
    let line = receiver
        .recv_timeout(PATIENCE)?
        .ok_or("it ended before it listened")?;
    Ok(serde_json::from_str(&line?)?)
}

impl Server for Child {
    fn answer(&mut self, request: &RequestLine) -> Result<Response, Failure> {
        self.client.send(request)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
