//! The work of one browser session: the cases, and the requests that have arrived for each case.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::mpsc::Sender,
};

use serde_json::{Value, json};

use super::request::Request;
use crate::case::{Answer, Case, Header};

/// A request that arrived for a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrived {
    pub url: String,
    pub request: Request,
    /// The status of the answer. `None` if the connection broke.
    pub status: Option<u16>,
}

/// A case that the page has run.
#[derive(Debug)]
pub struct Finished {
    pub case: Case,
    /// The result of each fetch, as the script saw it.
    pub results: Vec<Value>,
    /// The requests that arrived for each fetch.
    pub arrived: Vec<Vec<Arrived>>,
    /// The headers that the engine sends with a plain fetch.
    pub engine_headers: Vec<Header>,
}

/// A message of the page.
#[derive(Debug)]
pub enum Event {
    Finished(Box<Finished>),
    Failed(String),
}

struct Running {
    case: Case,
    arrived: Vec<Vec<Arrived>>,
    /// The number of sent answers. The key is a URL and a flag. The flag is true for answers from the list `preflight`.
    given: HashMap<(String, bool), usize>,
    /// The broken connections of the current fetch. An entry is a URL and a flag. The flag is true for the connection
    /// of a preflight.
    broken: HashSet<(String, bool)>,
}

pub struct Session {
    waves: VecDeque<Vec<Case>>,
    running: HashMap<String, Running>,
    engine_headers: Vec<Header>,
    events: Sender<Event>,
}

impl Session {
    pub fn new(waves: impl IntoIterator<Item = Vec<Case>>, events: Sender<Event>) -> Self {
        Self {
            waves: waves.into_iter().collect(),
            running: HashMap::new(),
            engine_headers: Vec::new(),
            events,
        }
    }

    /// Returns the next wave as the JSON that the page reads. The cases of a wave run at the same time. The page sends
    /// `request` with a plain fetch, so the engine alone chooses the headers of `request`.
    pub fn next_wave(&mut self, request: &Request) -> Value {
        self.engine_headers.clone_from(&request.headers);
        let wave = self.waves.pop_front().unwrap_or_default();
        let fetches = |case: &Case| json!({"id": case.id, "fetches": case.fetches});
        let text = wave.iter().map(fetches).collect();
        for case in wave {
            let running = Running {
                case: case.clone(),
                arrived: Vec::new(),
                given: HashMap::new(),
                broken: HashSet::new(),
            };
            self.running.insert(case.id, running);
        }
        text
    }

    /// Begins the next fetch of the case.
    pub fn mark(&mut self, id: &str) {
        if let Some(running) = self.running.get_mut(id) {
            running.arrived.push(Vec::new());
            running.broken.clear();
        }
    }

    /// Returns the answer to a request at a URL of a case.
    pub fn answer(&mut self, url: &str, request: Request) -> Answer {
        let not_found = Answer::Response {
            status: 404,
            headers: Vec::new(),
        };
        let id = url.split('/').nth(3).unwrap_or_default();
        let Some(running) = self.running.get_mut(id) else {
            return not_found;
        };
        let is_preflight = request.is_preflight();
        let key = (url.to_owned(), is_preflight);
        if running.broken.contains(&key) {
            // If the connection of a request broke, Firefox sends the request again. In the standard, the broken
            // connection ends the fetch, so the second request gets an error too.
            return Answer::Error {
                error: "network".to_owned(),
            };
        }
        let same = |listed: &str| without_fragment_and_userinfo(listed).as_deref() == Some(url);
        let mut resources = running.case.server.iter();
        let answer = match resources.find(|resource| same(&resource.url)) {
            None => not_found,
            Some(resource) => {
                let answers = resource.preflight.as_ref().filter(|_| is_preflight);
                let uses_preflight = answers.is_some();
                let given = running.given.entry((url.to_owned(), uses_preflight));
                let given = given.or_default();
                let answer = answers.unwrap_or(&resource.response).get(*given);
                *given += 1;
                answer.cloned().unwrap_or(not_found)
            }
        };
        let status = match answer {
            Answer::Response { status, .. } => Some(status),
            Answer::Error { .. } => {
                running.broken.insert(key);
                None
            }
        };
        if let Some(fetch) = running.arrived.last_mut() {
            fetch.push(Arrived {
                url: url.to_owned(),
                request,
                status,
            });
        }
        answer
    }

    /// Stores the results of a case that the page has run.
    pub fn finish(&mut self, body: &[u8]) {
        let Ok(mut value) = serde_json::from_slice::<Value>(body) else {
            return;
        };
        let id = value["id"].as_str().unwrap_or_default();
        let Some(Running { case, arrived, .. }) = self.running.remove(id) else {
            return;
        };
        let results = value["results"].as_array_mut().map(std::mem::take);
        let finished = Finished {
            case,
            results: results.unwrap_or_default(),
            arrived,
            engine_headers: self.engine_headers.clone(),
        };
        // The receiver is gone only when the worker ends.
        let _ = self.events.send(Event::Finished(Box::new(finished)));
    }

    pub fn fail(&self, message: &[u8]) {
        let message = String::from_utf8_lossy(message).into_owned();
        let _ = self.events.send(Event::Failed(message));
    }
}

fn without_fragment_and_userinfo(url: &str) -> Option<String> {
    let mut url = url::Url::parse(url).ok()?;
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    fn request(method: &str) -> Request {
        let headers = if method == "OPTIONS" {
            vec![("access-control-request-method".to_owned(), "PUT".to_owned())]
        } else {
            Vec::new()
        };
        Request {
            method: method.to_owned(),
            target: String::new(),
            headers,
            body: Vec::new(),
        }
    }

    #[test]
    fn answers_are_given_in_order() {
        let case = r#"{"id":"a-1","fetches":[],"server":[{"url":"http://u@b/a-1/r#f","preflight":{"status":204},"response":[{"status":302},{"status":200}]}]}"#;
        let case: Case = serde_json::from_str(case).unwrap();
        let (sender, receiver) = channel();
        let mut session = Session::new([vec![case]], sender);
        session.next_wave(&request("GET"));
        session.mark("a-1");
        let mut status = |method, url| match session.answer(url, request(method)) {
            Answer::Response { status, .. } => status,
            Answer::Error { .. } => 0,
        };
        assert_eq!(status("GET", "http://b/a-1/r"), 302);
        assert_eq!(status("OPTIONS", "http://b/a-1/r"), 204);
        assert_eq!(status("GET", "http://b/a-1/r"), 200);
        assert_eq!(status("GET", "http://b/a-1/r"), 200);
        assert_eq!(status("GET", "http://b/a-1/s"), 404);
        assert_eq!(status("GET", "http://b/r"), 404);
        session.finish(br#"{"id":"a-1","results":[{"type":"error"}]}"#);
        let Ok(Event::Finished(finished)) = receiver.recv() else {
            panic!("an event");
        };
        assert_eq!(finished.arrived[0].len(), 5);
        assert_eq!(finished.results.len(), 1);
    }

    #[test]
    fn broken_connection_stays_broken_during_a_fetch() {
        let case = r#"{"id":"a-1","fetches":[],"server":[{"url":"http://b/a-1/r","response":[{"error":"network"},{"status":200}]}]}"#;
        let case: Case = serde_json::from_str(case).unwrap();
        let (sender, receiver) = channel();
        let mut session = Session::new([vec![case]], sender);
        session.next_wave(&request("GET"));
        let is_error = |session: &mut Session| {
            matches!(
                session.answer("http://b/a-1/r", request("GET")),
                Answer::Error { .. }
            )
        };
        session.mark("a-1");
        assert!(is_error(&mut session) && is_error(&mut session));
        session.mark("a-1");
        assert!(!is_error(&mut session));
        session.finish(br#"{"id":"a-1","results":[]}"#);
        let Ok(Event::Finished(finished)) = receiver.recv() else {
            panic!("an event");
        };
        let counts: Vec<_> = finished.arrived.iter().map(Vec::len).collect();
        assert_eq!(counts, [1, 1]);
    }
}
