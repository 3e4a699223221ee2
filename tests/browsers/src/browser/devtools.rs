//! The developer tools of Chromium: the names of the failures that they show.
//!
//! The browser is started with two named pipes, over which it exchanges messages that end with a zero byte.

use std::{
    collections::HashMap,
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A failure that the developer tools showed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DevtoolsError {
    pub url: String,
    /// The name of the CORS error, the reason why the browser blocked the request, or the name of the network error.
    pub error: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
}

/// The two named pipes through which a browser and its worker exchange messages.
pub struct Pipes {
    /// The pipe from which the browser reads messages.
    pub input: PathBuf,
    /// The pipe to which the browser writes messages.
    pub output: PathBuf,
}

impl Pipes {
    pub fn new(folder: &Path) -> io::Result<Self> {
        let (input, output) = (folder.join("input"), folder.join("output"));
        let status = Command::new("mkfifo").args([&input, &output]).status()?;
        if status.success() {
            Ok(Self { input, output })
        } else {
            Err(io::Error::other("`mkfifo` failed"))
        }
    }

    /// Opens the pipes. Returns the pipe for messages to the browser, and an iterator over the messages from the
    /// browser.
    pub fn open(&self) -> io::Result<(File, impl Iterator<Item = Vec<u8>> + Send + 'static)> {
        // A process that opens a named pipe only for reading waits until another process opens the pipe for writing. A
        // process that opens the pipe for reading and writing does not wait.
        let open = |path| OpenOptions::new().read(true).write(true).open(path);
        let (input, output) = (open(&self.input)?, open(&self.output)?);
        let messages = BufReader::new(output).split(0);
        Ok((input, messages.map_while(Result::ok)))
    }

    /// Opens the page in the browser that uses the pipes. Calls `on_error` with each failure, and with the id of the
    /// case in which the failure occurs.
    pub fn open_page(
        &self,
        page: &str,
        on_error: impl Fn(String, DevtoolsError) + Send + 'static,
    ) -> io::Result<()> {
        let (input, messages) = self.open()?;
        let mut session = Session {
            input,
            last: 0,
            page: Some(page.to_owned()),
            failures: Failures::default(),
        };
        session.attach(None)?;
        thread::spawn(move || {
            for message in messages {
                let Ok(message) = serde_json::from_slice(&message) else {
                    continue;
                };
                match session.receive(&message) {
                    Ok(Some((id, error))) => on_error(id, error),
                    Ok(None) => {}
                    Err(_) => return,
                }
            }
        });
        Ok(())
    }
}

struct Session {
    input: File,
    last: u64,
    /// The page that is still to be opened.
    page: Option<String>,
    failures: Failures,
}

impl Session {
    fn send(&mut self, target: Option<&str>, method: &str, params: &Value) -> io::Result<()> {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": params});
        if let Some(target) = target {
            message["sessionId"] = target.into();
        }
        write!(self.input, "{message}\0")
    }

    /// Asks for the pages and frames of the target. Each page and frame waits until the session has prepared it.
    fn attach(&mut self, target: Option<&str>) -> io::Result<()> {
        let params = json!({"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true});
        self.send(target, "Target.setAutoAttach", &params)
    }

    /// Handles a message. If the message reports a failure, returns the failure, and the id of the case in which the
    /// failure occurs.
    fn receive(&mut self, message: &Value) -> io::Result<Option<(String, DevtoolsError)>> {
        if message["method"] == "Target.attachedToTarget" {
            let target = message["params"]["sessionId"].as_str();
            self.send(target, "Network.enable", &json!({}))?;
            self.attach(target)?;
            self.send(target, "Runtime.runIfWaitingForDebugger", &json!({}))?;
            if message["params"]["targetInfo"]["type"] == "page"
                && let Some(page) = self.page.take()
            {
                self.send(target, "Page.navigate", &json!({"url": page}))?;
            }
        }
        Ok(self.failures.receive(message))
    }
}

/// Finds the URLs of failed requests. A message about a failed request does not have the URL.
#[derive(Default)]
struct Failures {
    /// The URL of each request. The key is the id of the target and the id of the request. A redirect replaces the URL.
    urls: HashMap<(String, String), String>,
}

impl Failures {
    fn receive(&mut self, message: &Value) -> Option<(String, DevtoolsError)> {
        let params = &message["params"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let target = text(&message["sessionId"]).unwrap_or_default();
        let request = (target, text(&params["requestId"])?);
        match message["method"].as_str()? {
            "Network.requestWillBeSent" => {
                let url = text(&params["request"]["url"])?;
                self.urls.insert(request, url);
                None
            }
            "Network.loadingFailed" => {
                let url = self.urls.remove(&request)?;
                let status = &params["corsErrorStatus"];
                let error = text(&status["corsError"]);
                let error = error.or_else(|| text(&params["blockedReason"]));
                let error = error.or_else(|| text(&params["errorText"]))?;
                let parameter = text(&status["failedParameter"]);
                let parameter = parameter.filter(|parameter| !parameter.is_empty());
                let id = url.split('/').nth(3)?.to_owned();
                let error = DevtoolsError {
                    url,
                    error,
                    parameter,
                };
                Some((id, error))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(url: &str) -> Value {
        json!({"method": "Network.requestWillBeSent", "sessionId": "a", "params": {"requestId": "1", "request": {"url": url}}})
    }

    #[test]
    fn failure_has_the_last_url_and_the_name() {
        let mut failures = Failures::default();
        assert_eq!(failures.receive(&sent("http://b/check-1/r")), None);
        assert_eq!(failures.receive(&sent("http://c/check-1/h")), None);
        let failed = |params: Value| {
            let mut message = json!({"method": "Network.loadingFailed", "sessionId": "a"});
            message["params"] = params;
            message
        };
        let cors = json!({"corsError": "AllowOriginMismatch", "failedParameter": "null"});
        let message = failed(
            json!({"requestId": "1", "errorText": "net::ERR_FAILED", "corsErrorStatus": cors}),
        );
        let (id, error) = failures.receive(&message).unwrap();
        assert_eq!(id, "check-1");
        assert_eq!(
            serde_json::to_value(error).unwrap(),
            json!({"url": "http://c/check-1/h", "error": "AllowOriginMismatch", "parameter": "null"})
        );
        assert_eq!(failures.receive(&message), None, "the request has ended");
        failures.receive(&sent("http://b/check-1/r"));
        let blocked = json!({"requestId": "1", "errorText": "", "blockedReason": "origin"});
        let (_, error) = failures.receive(&failed(blocked)).unwrap();
        assert_eq!((&*error.error, error.parameter), ("origin", None));
    }

    #[test]
    fn page_is_opened_in_the_first_target() {
        let folder = std::env::temp_dir().join(format!("devtools-{}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        let pipes = Pipes::new(&folder).unwrap();
        let mut browser = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&pipes.output)
            .unwrap();
        let input = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&pipes.input)
            .unwrap();
        pipes.open_page("http://a/", |_, _| {}).unwrap();
        for session in ["1", "2"] {
            let attached = json!({"method": "Target.attachedToTarget", "params": {"sessionId": session, "targetInfo": {"type": "page"}}});
            write!(browser, "{attached}\0").unwrap();
        }
        let messages = BufReader::new(input).split(0).take(8);
        let messages: Vec<Value> = messages
            .map(|message| serde_json::from_slice(&message.unwrap()).unwrap())
            .collect();
        std::fs::remove_dir_all(&folder).unwrap();
        let methods: Vec<_> = messages
            .iter()
            .map(|message| message["method"].as_str().unwrap())
            .collect();
        let opened: Vec<_> = messages
            .iter()
            .filter(|message| message["method"] == "Page.navigate")
            .collect();
        assert_eq!(methods[0], "Target.setAutoAttach");
        assert_eq!(opened.len(), 1);
        assert_eq!(opened[0]["sessionId"], "1");
    }
}
