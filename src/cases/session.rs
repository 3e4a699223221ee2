//! Judges the fetches of a session, one line at a time. The caller sends the requests of the fetches.

use alloc::{boxed::Box, format, string::String, sync::Arc};
use core::{fmt, mem, time::Duration};

use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};

use super::{
    FetchCall, LineError, RequestRecord, ResultRecord, ServerAnswer,
    answer::text,
    case::user_agent_without_evictions,
    case_text::{AnswerText, FetchText},
    fetch_call::fetch_call,
    limits::MAX_SESSION_PREFLIGHT_BYTES,
    line_error::from_json,
    object::{present, present_object},
    recent::Recent,
    seconds::Seconds,
    server::answer,
};
use crate::{
    FetchError,
    engine::Engine,
    fetching::{ConnectionError, Progress, UserAgent, Waiting, start},
    infrastructure::{
        response::FilteredResponse,
        site::{NoPublicSuffixes, PublicSuffixes},
    },
    outcome::SentRequest,
};

/// A browsing session. All its fetches share a preflight cache and a clock.
///
/// The session answers each line with one line. The caller sends the requests to a server, and passes the responses to
/// the session.
///
/// ```
/// use fetch_cors::cases::Session;
///
/// let mut session = Session::new();
/// let line = br#"{"open": {"origin": "https://app.example", "url": "https://api.example/r"}}"#;
/// assert_eq!(
///     session.answer(line, 1).to_string(),
///     r#"{"send":{"method":"GET","url":"https://api.example/r","headers":[["origin","https://app.example"]],"credentials":false}}"#,
/// );
/// let line = br#"{"answer": {"status": 200, "headers": [["Access-Control-Allow-Origin", "*"]]}}"#;
/// assert_eq!(
///     session.answer(line, 2).to_string(),
///     r#"{"result":{"type":"cors","status":200,"url":"https://api.example/r","redirected":false,"timing_allowed":false,"headers":[]}}"#,
/// );
/// ```
#[derive(Debug, Clone)]
pub struct Session {
    user_agent: UserAgent,
    /// The time, counted from the beginning of the session.
    now: Duration,
    open: Option<OpenFetch>,
    /// The size of all answers to preflights so far.
    preflight_bytes: usize,
}

/// A fetch that waits for the answer to a request.
#[derive(Debug, Clone)]
struct OpenFetch {
    waiting: Box<Waiting>,
    /// Whether the script set `Accept`.
    shows_accept: bool,
}

/// The answer to a line of a [`Session`].
///
/// ```
/// use fetch_cors::cases::{Session, SessionAnswer};
/// assert_eq!(Session::new().answer(br#"{"reset": true}"#, 1), SessionAnswer::Reset);
/// assert!(matches!(Session::new().answer(b"{}", 7), SessionAnswer::Malformed { line: 7, .. }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
// Exhaustive: version 2 of the format has these answers.
pub enum SessionAnswer {
    /// The request that the caller sends next.
    Send(SentRequest),
    /// The fetch has ended with this result.
    Result(Result<FilteredResponse, FetchError>),
    /// The session was reset to its initial state.
    Reset,
    /// The error of a line that does not fit the format or the state of the session. Such a line does not change the
    /// session.
    Malformed {
        /// The number of the line.
        line: u64,
        /// The error. If the error is in a member, the text begins with the path of the member.
        malformed: String,
    },
}

impl Session {
    /// Creates a session without a list of public suffixes: the last label of a domain is its public suffix.
    ///
    /// ```
    /// # use fetch_cors::cases::Session;
    /// let answer = Session::new().answer(br#"{"answer": {"status": 200}}"#, 1);
    /// assert!(answer.to_string().contains("no fetch waits for an answer"));
    /// ```
    pub fn new() -> Self {
        Self::with_public_suffixes(Arc::new(NoPublicSuffixes))
    }

    /// Creates a session with a list of public suffixes.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use fetch_cors::{cases::Session, infrastructure::site::NoPublicSuffixes};
    /// let session = Session::with_public_suffixes(Arc::new(NoPublicSuffixes));
    /// ```
    pub fn with_public_suffixes(public_suffixes: Arc<dyn PublicSuffixes>) -> Self {
        Self {
            // The preflight cache does not need a limit, because the size of all answers to preflights is limited.
            user_agent: user_agent_without_evictions(Engine::Spec, public_suffixes),
            now: Duration::ZERO,
            open: None,
            preflight_bytes: 0,
        }
    }

    /// Answers a line. `number` is the number of the line.
    ///
    /// The answer to a malformed line is [`SessionAnswer::Malformed`]. The session then continues as if the line
    /// did not exist.
    ///
    /// ```
    /// # use fetch_cors::cases::Session;
    /// let mut session = Session::new();
    /// assert_eq!(
    ///     session.answer(br#"{"open": {"origin": "https://app.example/", "url": "https://api.example/r"}}"#, 3).to_string(),
    ///     r#"{"id":null,"line":3,"malformed":"open.origin: `https://app.example/` is not the origin of a page: write `https://app.example`"}"#,
    /// );
    /// ```
    pub fn answer(&mut self, line: &[u8], number: u64) -> SessionAnswer {
        text(line)
            .and_then(|json| self.try_answer(json))
            .unwrap_or_else(|error| SessionAnswer::Malformed {
                line: number,
                malformed: format!("{error}"),
            })
    }

    fn try_answer(&mut self, json: &str) -> Result<SessionAnswer, LineError> {
        match from_json(json)? {
            LineText {
                open: Some(fetch),
                answer: None,
                at: None,
                reset: None,
            } => self.open(fetch).map_err(|error| error.within("open")),
            LineText {
                open: None,
                answer: Some(given),
                at,
                reset: None,
            } => self.receive(given, at),
            LineText {
                open: None,
                answer: None,
                at: None,
                reset: Some(true),
            } => {
                *self = Self::with_public_suffixes(Arc::clone(&self.user_agent.public_suffixes));
                Ok(SessionAnswer::Reset)
            }
            LineText {
                reset: Some(false), ..
            } => Err(LineError::new(
                "reset",
                "write `true`, or leave `reset` out",
            )),
            LineText {
                answer: None,
                at: Some(_),
                ..
            } => Err(LineError::new(
                "at",
                "only a line with `answer` has a time of its own: in a line with `open`, write `at` into the object of `open`",
            )),
            LineText {
                open: None,
                answer: None,
                ..
            } => Err(LineError::new(
                "",
                "the line has none of the members `open`, `answer` and `reset`: add one of them",
            )),
            _ => Err(LineError::new(
                "",
                "the line has several of the members `open`, `answer` and `reset`: write one of them per line",
            )),
        }
    }

    fn open(&mut self, fetch: FetchText<'_>) -> Result<SessionAnswer, LineError> {
        if self.open.is_some() {
            return Err(LineError::new(
                "",
                "the previous fetch waits for an answer: answer its request, or send `{\"reset\": true}`",
            ));
        }
        let at = self.time(fetch.at)?;
        let FetchCall { origin, call, .. } = fetch_call(fetch, at, &mut Recent::default())?;
        self.now = at;
        let request = match call.into_request(origin) {
            Ok(request) => request,
            Err(error) => return Ok(SessionAnswer::Result(Err(error))),
        };
        let shows_accept = request.header_list.contains("accept");
        let progress = start(&mut self.user_agent, request, at);
        Ok(self.proceed(progress, shows_accept))
    }

    fn receive(
        &mut self,
        given: AnswerText<'_>,
        at: Option<Seconds>,
    ) -> Result<SessionAnswer, LineError> {
        let given = answer(given).map_err(|error| error.within("answer"))?;
        let at = self.time(at)?;
        let Some(open) = &self.open else {
            return Err(LineError::new(
                "answer",
                "no fetch waits for an answer: open a fetch first",
            ));
        };
        let is_preflight = open.waiting.http_request().is_preflight();
        let weight = if is_preflight { given.weight() } else { 0 };
        let preflight_bytes = self.preflight_bytes.saturating_add(weight);
        if preflight_bytes > MAX_SESSION_PREFLIGHT_BYTES {
            let reason = format!(
                "the answers to all preflights of the session have more than {MAX_SESSION_PREFLIGHT_BYTES} bytes together: send `{{\"reset\": true}}`"
            );
            return Err(LineError::new("answer", reason));
        }
        let Some(OpenFetch {
            waiting,
            shows_accept,
        }) = mem::take(&mut self.open)
        else {
            return Err(LineError::new("answer", "no fetch waits for an answer"));
        };
        (self.now, self.preflight_bytes) = (at, preflight_bytes);
        let received = match given {
            ServerAnswer::Response(response) => Ok(response),
            ServerAnswer::ConnectionError => Err(ConnectionError),
        };
        let progress = waiting.answer(&mut self.user_agent, at, received);
        Ok(self.proceed(progress, shows_accept))
    }

    /// Returns the time of a line. A line without a time has the time of the previous line.
    fn time(&self, at: Option<Seconds>) -> Result<Duration, LineError> {
        let Seconds(at) = at.unwrap_or(Seconds(self.now));
        if at < self.now {
            let reason = "this time is before the time of the previous line: write the same time or a later time";
            return Err(LineError::new("at", reason));
        }
        Ok(at)
    }

    fn proceed(&mut self, progress: Progress, shows_accept: bool) -> SessionAnswer {
        match progress {
            Progress::Waiting(waiting) => {
                let request = SentRequest::new(waiting.http_request(), shows_accept);
                self.open = Some(OpenFetch {
                    waiting,
                    shows_accept,
                });
                SessionAnswer::Send(request)
            }
            Progress::Done(result) => SessionAnswer::Result(result),
        }
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

#[derive(Deserialize)]
#[serde(expecting = "an object with one of the members `open`, `answer` and `reset`")]
struct LineText<'a> {
    #[serde(borrow, default, deserialize_with = "present_object")]
    open: Option<FetchText<'a>>,
    #[serde(borrow, default, deserialize_with = "present_object")]
    answer: Option<AnswerText<'a>>,
    #[serde(default, deserialize_with = "present")]
    at: Option<Seconds>,
    #[serde(default, deserialize_with = "present")]
    reset: Option<bool>,
}

impl Serialize for SessionAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Send(request) => map.serialize_entry("send", &RequestRecord::from(request))?,
            Self::Result(result) => {
                let record = result.as_ref().map_or_else(ResultRecord::from, Into::into);
                map.serialize_entry("result", &record)?;
            }
            Self::Reset => map.serialize_entry("reset", &true)?,
            Self::Malformed { line, malformed } => {
                // The lines of a session do not have ids, so the answer has `"id": null`. `run` writes the same id for
                // a line without an id.
                map.serialize_entry("id", &())?;
                map.serialize_entry("line", line)?;
                map.serialize_entry("malformed", malformed)?;
            }
        }
        map.end()
    }
}

/// The answer as one line of JSON.
impl fmt::Display for SessionAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}
