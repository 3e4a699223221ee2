//! Controls Chromium by the DevTools protocol, over two pipes.

use std::{
    collections::HashMap,
    fmt,
    fs::File,
    io::Write,
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, json};

use super::{
    har::{Entry, HarHeader},
    server::PAGE,
    session::{DeveloperTools, LIMIT, SETTLED_AFTER, receive},
};
use crate::{browser::devtools::Pipes, date::timestamp};

pub struct Chromium {
    input: File,
    messages: Receiver<Value>,
    /// The id of the DevTools session for the page.
    session: Option<String>,
    last: u64,
    console: Vec<String>,
    network: Network,
    is_loaded: bool,
}

const POLL_INTERVAL: Duration = Duration::from_millis(100);

impl Chromium {
    pub fn new(pipes: &Pipes) -> std::io::Result<Self> {
        let (input, mut all) = pipes.open()?;
        let (sender, messages) = channel();
        thread::spawn(move || all.try_for_each(|text| sender.send(message(&text))));
        Ok(Self {
            input,
            messages,
            session: None,
            last: 0,
            console: Vec::new(),
            network: Network::default(),
            is_loaded: false,
        })
    }

    /// Opens the page, and begins to record.
    pub fn open_page(&mut self) -> Result<(), String> {
        let target = self.target()?;
        let params = json!({"targetId": target, "flatten": true});
        let attached = self.call("Target.attachToTarget", &params)?;
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Network", "Log", "Page", "Runtime"] {
            self.call(&format!("{domain}.enable"), &json!({}))?;
        }
        self.call("Page.navigate", &json!({"url": PAGE}))?;
        while !self.is_loaded {
            let message = receive(&self.messages, LIMIT)?;
            self.on(&message.ok_or("Chromium does not load the page")?);
        }
        self.settle()?;
        self.network = Network::default();
        self.console.clear();
        Ok(())
    }

    /// Waits until the browser has opened its first page, and returns the id of this page.
    fn target(&mut self) -> Result<Value, String> {
        let start = Instant::now();
        while start.elapsed() < LIMIT {
            let targets = self.call("Target.getTargets", &json!({}))?;
            let mut targets = targets["targetInfos"].as_array().into_iter().flatten();
            if let Some(page) = targets.find(|target| target["type"] == "page") {
                return Ok(page["targetId"].clone());
            }
            thread::sleep(POLL_INTERVAL);
        }
        Err("Chromium does not open a page".to_owned())
    }

    fn call(&mut self, method: &str, params: &Value) -> Result<Value, String> {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        write!(self.input, "{message}\0").map_err(|error| format!("{method}: {error}"))?;
        loop {
            let message = receive(&self.messages, LIMIT)?;
            let mut message = message.ok_or_else(|| format!("{method}: no answer"))?;
            if message["id"] != self.last {
                self.on(&message);
            } else if let Some(error) = message["error"]["message"].as_str() {
                return Err(format!("{method}: {error}"));
            } else {
                return Ok(message["result"].take());
            }
        }
    }

    fn on(&mut self, message: &Value) {
        match message["method"].as_str() {
            Some("Log.entryAdded") => {
                let text = message["params"]["entry"]["text"].as_str();
                self.console.extend(text.map(str::to_owned));
            }
            Some("Page.loadEventFired") => self.is_loaded = true,
            Some(method) => self.network.on(method, &message["params"]),
            None => {}
        }
    }
}

impl DeveloperTools for Chromium {
    fn evaluate(&mut self, expression: &str) -> Result<String, String> {
        let params = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let result = self.call("Runtime.evaluate", &params)?;
        let value = result["result"]["value"].as_str().map(str::to_owned);
        value.ok_or_else(|| format!("the page returned {result}"))
    }

    fn settle(&mut self) -> Result<(), String> {
        while let Some(message) = receive(&self.messages, SETTLED_AFTER)? {
            self.on(&message);
        }
        Ok(())
    }

    fn take_console(&mut self) -> Vec<String> {
        std::mem::take(&mut self.console)
    }

    fn entries(&mut self) -> Result<Vec<Entry>, String> {
        let requests = self.network.requests.iter();
        Ok(requests
            .map(|request| self.network.entry(request))
            .collect())
    }
}

/// Parses a message. The parser sorts the members of an object, which loses the order of the headers. This function
/// therefore reads the headers a second time, and stores them as lists of pairs in the order of the browser.
fn message(text: &[u8]) -> Value {
    let mut message: Value = serde_json::from_slice(text).unwrap_or_default();
    let Ok(ordered) = serde_json::from_slice::<Ordered>(text) else {
        return message;
    };
    let params = ordered.params;
    let of_redirect = (
        "/params/redirectResponse/headers",
        params.redirect_response.headers,
    );
    for (path, headers) in [
        ("/params/headers", params.headers),
        ("/params/request/headers", params.request.headers),
        ("/params/response/headers", params.response.headers),
        of_redirect,
    ] {
        if let (Some(value), Some(headers)) = (message.pointer_mut(path), headers) {
            *value = json!(headers.0);
        }
    }
    message
}

#[derive(Default, Deserialize)]
struct Ordered {
    #[serde(default)]
    params: OrderedParams,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct OrderedParams {
    headers: Option<Pairs>,
    request: OrderedHeaders,
    response: OrderedHeaders,
    redirect_response: OrderedHeaders,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OrderedHeaders {
    headers: Option<Pairs>,
}

/// The members of a JSON object, in the order of the text.
struct Pairs(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}

/// The requests of the network panel, in the order of their start. A redirect begins a new request with the same id.
#[derive(Default)]
struct Network {
    requests: Vec<Request>,
    /// The sent headers, by the id of the request. Chromium reports sent headers and received headers in separate
    /// messages.
    sent: HashMap<String, Vec<Value>>,
    received: HashMap<String, Vec<Value>>,
}

struct Request {
    id: String,
    /// The number of earlier requests with this id.
    number: usize,
    params: Value,
    response: Value,
    failure: Value,
}

impl Network {
    fn on(&mut self, method: &str, params: &Value) {
        let Some(id) = params["requestId"].as_str() else {
            return;
        };
        let mut requests = self.requests.iter_mut().rev();
        let current = requests.find(|request| request.id == id);
        match (method, current) {
            ("Network.requestWillBeSent", current) => {
                let mut number = 0;
                if let Some(current) = current {
                    number = current.number + 1;
                    if params["redirectResponse"].is_object() {
                        current.response = params["redirectResponse"].clone();
                    }
                }
                self.requests.push(Request {
                    id: id.to_owned(),
                    number,
                    params: params.clone(),
                    response: Value::Null,
                    failure: Value::Null,
                });
            }
            ("Network.responseReceived", Some(current)) => {
                current.response = params["response"].clone();
            }
            ("Network.loadingFailed", Some(current)) => current.failure = params.clone(),
            ("Network.requestWillBeSentExtraInfo", _) => {
                let sent = self.sent.entry(id.to_owned()).or_default();
                sent.push(params["headers"].clone());
            }
            ("Network.responseReceivedExtraInfo", _) => {
                let received = self.received.entry(id.to_owned()).or_default();
                received.push(params.clone());
            }
            _ => {}
        }
    }

    fn entry(&self, request: &Request) -> Entry {
        let Request {
            id,
            number,
            params,
            response,
            failure,
        } = request;
        let nth = |all: &HashMap<String, Vec<Value>>| {
            let value = all.get(id).and_then(|values| values.get(*number));
            value.cloned().unwrap_or_default()
        };
        let (sent, received) = (nth(&self.sent), nth(&self.received));
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let others = [
            ("_initiator", &params["initiator"]["type"]),
            ("_error", &failure["errorText"]),
            ("_corsErrorStatus", &failure["corsErrorStatus"]),
            ("_blockedReason", &failure["blockedReason"]),
        ];
        let others = others.into_iter().filter(|(_, value)| !value.is_null());
        let status = first(&received["statusCode"], &response["status"]);
        let milliseconds = params["wallTime"].as_f64().unwrap_or_default() * 1000.0;
        Entry {
            others: others.map(|(name, value)| (name, value.clone())).collect(),
            started: timestamp(milliseconds as u64),
            method: text(&params["request"]["method"]),
            url: text(&params["request"]["url"]),
            sent: headers(first(&sent, &params["request"]["headers"])),
            status: status.as_u64().unwrap_or_default(),
            status_text: text(&response["statusText"]),
            received: headers(first(&received["headers"], &response["headers"])),
            mime_type: text(&response["mimeType"]),
        }
    }
}

fn first<'a>(value: &'a Value, otherwise: &'a Value) -> &'a Value {
    if value.is_null() { otherwise } else { value }
}

/// Converts the headers from a list of pairs. Chromium joins the values of equal names with line breaks. Each line of
/// such a value becomes a header.
fn headers(pairs: &Value) -> Vec<HarHeader> {
    let mut headers = Vec::new();
    for pair in pairs.as_array().into_iter().flatten() {
        for line in pair[1].as_str().unwrap_or_default().split('\n') {
            headers.push(HarHeader {
                name: pair[0].as_str().unwrap_or_default().to_owned(),
                value: line.to_owned(),
            });
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_keep_their_order() {
        let text =
            br#"{"method":"a","params":{"request":{"headers":{"b":"1","a":"2"}},"response":{}}}"#;
        let message = message(text);
        let names: Vec<_> = headers(&message["params"]["request"]["headers"])
            .into_iter()
            .map(|header| header.name)
            .collect();
        assert_eq!(names, ["b", "a"]);
        assert_eq!(message["method"], "a");
    }

    #[test]
    fn redirect_is_an_entry_of_its_own() {
        let mut network = Network::default();
        let sent = |url: &str| json!({"requestId": "1", "wallTime": 0.5, "initiator": {"type": "script"}, "request": {"method": "GET", "url": url, "headers": [["a", "b"]]}});
        network.on("Network.requestWillBeSent", &sent("http://a/"));
        let info = json!({"requestId": "1", "statusCode": 302, "headers": [["x", "1\n2"]]});
        network.on("Network.responseReceivedExtraInfo", &info);
        let mut second = sent("http://b/");
        second["redirectResponse"] = json!({"status": 302, "statusText": "Found"});
        network.on("Network.requestWillBeSent", &second);
        let failed = json!({"requestId": "1", "errorText": "net::ERR_FAILED"});
        network.on("Network.loadingFailed", &failed);
        let requests = network.requests.iter();
        let entries: Vec<_> = requests.map(|request| network.entry(request)).collect();
        let [first, second] = &*entries else {
            panic!("two entries");
        };
        assert_eq!((first.status, &*first.status_text), (302, "Found"));
        let values: Vec<_> = first.received.iter().map(|header| &*header.value).collect();
        assert_eq!(values, ["1", "2"]);
        assert_eq!(first.others.len(), 1);
        assert_eq!((second.status, second.others.len()), (0, 2));
        assert_eq!(second.sent[0].name, "a");
        assert_eq!(second.started, "1970-01-01T00:00:00.500Z");
    }
}
