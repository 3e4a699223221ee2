//! Controls Firefox by its own protocol for developer tools, over a connection. A message is its length, a colon and
//! JSON.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    har::{Entry, HarHeader},
    server::PAGE,
    session::{DeveloperTools, LIMIT, SETTLED_AFTER, receive},
};

/// The port on which Firefox listens.
pub const PORT: u16 = 8004;

/// The longest message that is read.
const MAX_MESSAGE_BYTES: u64 = 1 << 26;

const POLL_INTERVAL: Duration = Duration::from_millis(200);

pub struct Firefox {
    stream: TcpStream,
    messages: Receiver<Value>,
    /// The actor that runs scripts in the page.
    console_actor: String,
    log: Log,
}

/// The events that have arrived.
#[derive(Default)]
struct Log {
    console: Vec<String>,
    /// The requests of the network panel, in the order of their start.
    requests: Vec<Value>,
    /// The pages that Firefox has announced to the developer tools.
    pages: Vec<Value>,
    results: Vec<Value>,
}

impl Firefox {
    /// Waits until Firefox has opened the test page. Then makes Firefox report the errors and the requests of the page.
    pub fn connect() -> Result<Self, String> {
        let stream = poll("Firefox does not listen", || {
            Ok(TcpStream::connect(("127.0.0.1", PORT)).ok())
        })?;
        let reader = stream.try_clone().map_err(|error| error.to_string())?;
        let (sender, messages) = channel();
        thread::spawn(move || {
            let mut reader = BufReader::new(reader);
            while let Ok(Some(message)) = read(&mut reader) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        // The first message is a greeting.
        receive(&messages, LIMIT)?.ok_or("Firefox does not send a greeting")?;
        let mut firefox = Self {
            stream,
            messages,
            console_actor: String::new(),
            log: Log::default(),
        };
        let tab = poll("Firefox does not show the page", || {
            let reply = firefox.call("root", "listTabs", json!({}))?;
            let mut tabs = reply["tabs"].as_array().into_iter().flatten();
            Ok(tabs.find(|tab| tab["url"] == PAGE).cloned())
        })?;
        let options = json!({"isServerTargetSwitchingEnabled": true});
        let watcher = firefox.call(text(&tab["actor"]), "getWatcher", options)?;
        let watcher = text(&watcher["actor"]);
        firefox.call(watcher, "watchTargets", json!({"targetType": "frame"}))?;
        let types = json!({"resourceTypes": ["error-message", "network-event"]});
        firefox.call(watcher, "watchResources", types)?;
        let page = poll("Firefox does not give access to the page", || {
            firefox.settle()?;
            let mut pages = firefox.log.pages.iter();
            Ok(pages.find(|page| page["url"] == PAGE).cloned())
        })?;
        firefox.console_actor = text(&page["consoleActor"]).to_owned();
        Ok(firefox)
    }

    fn call(&mut self, to: &str, kind: &str, mut message: Value) -> Result<Value, String> {
        message["to"] = json!(to);
        message["type"] = json!(kind);
        let message = message.to_string();
        write!(self.stream, "{}:{message}", message.len())
            .map_err(|error| format!("{kind}: {error}"))?;
        loop {
            let message = receive(&self.messages, LIMIT)?;
            let message = message.ok_or_else(|| format!("{kind}: no answer"))?;
            if message["from"] != to || is_event(&message) {
                self.log.on(message);
            } else if message["error"].is_null() {
                return Ok(message);
            } else {
                return Err(format!("{kind}: {message}"));
            }
        }
    }
}

fn is_event(message: &Value) -> bool {
    match message["type"].as_str() {
        None | Some("error") => false,
        Some("evaluationResult") => true,
        Some(_) => message["resultID"].is_null(),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Calls the function until it returns a value.
fn poll<T>(
    late: &str,
    mut attempt: impl FnMut() -> Result<Option<T>, String>,
) -> Result<T, String> {
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        if let Some(value) = attempt()? {
            return Ok(value);
        }
        thread::sleep(POLL_INTERVAL);
    }
    Err(late.to_owned())
}

/// Reads a message. Returns `None` at the end of the stream.
fn read(stream: &mut impl BufRead) -> io::Result<Option<Value>> {
    let mut length = Vec::new();
    stream.read_until(b':', &mut length)?;
    let Some((b':', digits)) = length.split_last() else {
        return Ok(None);
    };
    let digits = str::from_utf8(digits).map_err(io::Error::other)?;
    let length: u64 = digits.parse().map_err(io::Error::other)?;
    let mut bytes = Vec::new();
    let mut message = stream.take(length.min(MAX_MESSAGE_BYTES));
    message.read_to_end(&mut bytes)?;
    Ok(Some(serde_json::from_slice(&bytes)?))
}

impl DeveloperTools for Firefox {
    fn evaluate(&mut self, expression: &str) -> Result<String, String> {
        let actor = self.console_actor.clone();
        let options = json!({"text": expression, "mapped": {"await": true}});
        let reply = self.call(&actor, "evaluateJSAsync", options)?;
        loop {
            let mut results = self.log.results.iter();
            if let Some(result) = results.find(|result| result["resultID"] == reply["resultID"]) {
                let text = result["result"].as_str().map(str::to_owned);
                return text.ok_or_else(|| format!("the page returned {result}"));
            }
            let message = receive(&self.messages, LIMIT)?;
            self.log.on(message.ok_or("the page does not return")?);
        }
    }

    fn settle(&mut self) -> Result<(), String> {
        while let Some(message) = receive(&self.messages, SETTLED_AFTER)? {
            self.log.on(message);
        }
        Ok(())
    }

    fn take_console(&mut self) -> Vec<String> {
        std::mem::take(&mut self.log.console)
    }

    fn entries(&mut self) -> Result<Vec<Entry>, String> {
        let mut entries = Vec::new();
        for request in self.log.requests.clone() {
            let actor = text(&request["actor"]);
            let sent = self.call(actor, "getRequestHeaders", json!({}))?;
            let received = self.call(actor, "getResponseHeaders", json!({}))?;
            entries.push(entry(&request, &sent, &received));
        }
        Ok(entries)
    }
}

impl Log {
    fn on(&mut self, message: Value) {
        let of_types = message["array"].as_array().into_iter().flatten();
        let resources = of_types.flat_map(|pair| {
            let resources = pair[1].as_array().into_iter().flatten();
            resources.map(move |resource| (text(&pair[0]), resource))
        });
        match text(&message["type"]) {
            "resources-available-array" => {
                for (kind, resource) in resources {
                    if kind == "error-message" {
                        let line = text(&resource["pageError"]["errorMessage"]);
                        self.console.push(line.to_owned());
                    } else if kind == "network-event" {
                        self.requests.push(resource.clone());
                    }
                }
            }
            "resources-updated-array" => resources.for_each(|(_, update)| self.update(update)),
            "target-available-form" => self.pages.push(message["target"].clone()),
            "evaluationResult" => self.results.push(message),
            _ => {}
        }
    }

    fn update(&mut self, update: &Value) {
        let mut requests = self.requests.iter_mut();
        let request = requests.find(|request| request["resourceId"] == update["resourceId"]);
        let members = update["resourceUpdates"].as_object();
        if let (Some(request), Some(members)) = (request, members) {
            for (name, value) in members {
                request[name] = value.clone();
            }
        }
    }
}

fn entry(request: &Value, sent: &Value, received: &Value) -> Entry {
    let own_or_inner = |name: &str| match &request[name] {
        Value::Null => text(&request["request"][name]).to_owned(),
        value => text(value).to_owned(),
    };
    let headers = |reply: &Value| -> Vec<HarHeader> {
        serde_json::from_value(reply["headers"].clone()).unwrap_or_default()
    };
    // The status is a number, or a string of digits.
    let status = &request["status"];
    let status = status.as_u64().or_else(|| status.as_str()?.parse().ok());
    let reason = &request["blockedReason"];
    let is_blocked = !reason.is_null() && *reason != 0 && *reason != "";
    let blocked = is_blocked.then(|| ("_blockedReason", reason.clone()));
    Entry {
        others: blocked.into_iter().collect(),
        started: text(&request["startedDateTime"]).to_owned(),
        method: own_or_inner("method"),
        url: own_or_inner("url"),
        sent: headers(sent),
        status: status.unwrap_or_default(),
        status_text: text(&request["statusText"]).to_owned(),
        received: headers(received),
        mime_type: text(&request["mimeType"]).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_their_length_before_them() {
        let mut bytes = &b"9:{\"a\":\"b\"}2:{}x"[..];
        assert_eq!(read(&mut bytes).unwrap(), Some(json!({"a": "b"})));
        assert_eq!(read(&mut bytes).unwrap(), Some(json!({})));
        assert_eq!(read(&mut bytes).unwrap(), None);
        assert!(read(&mut &b"a:{}"[..]).is_err());
    }

    #[test]
    fn update_is_added_to_its_request() {
        let mut log = Log::default();
        log.on(json!({"type": "resources-available-array", "array": [
            ["network-event", [{"resourceId": 1, "url": "http://a/"}, {"resourceId": 2, "request": {"url": "http://b/"}}]],
            ["error-message", [{"pageError": {"errorMessage": "blocked"}}]],
        ]}));
        log.on(json!({"type": "resources-updated-array", "array": [
            ["network-event", [{"resourceId": 2, "resourceUpdates": {"status": "204", "blockedReason": 1004}}]],
        ]}));
        assert_eq!(log.console, ["blocked"]);
        let reply = json!({"headers": [{"name": "A", "value": "b", "rawHeader": "A: b"}]});
        let blocked = entry(&log.requests[1], &reply, &json!({}));
        assert_eq!((&*blocked.url, blocked.status), ("http://b/", 204));
        assert_eq!(blocked.others, [("_blockedReason", json!(1004))]);
        assert_eq!(blocked.sent[0].value, "b");
        let waiting = entry(&log.requests[0], &reply, &reply);
        assert_eq!((&*waiting.url, waiting.status), ("http://a/", 0));
        assert!(waiting.others.is_empty());
    }

    #[test]
    fn replies_differ_from_events() {
        assert!(!is_event(&json!({"from": "root", "tabs": []})));
        assert!(!is_event(&json!({"resultID": "1"})));
        assert!(is_event(
            &json!({"type": "evaluationResult", "resultID": "1"})
        ));
        assert!(is_event(&json!({"type": "target-available-form"})));
    }
}
