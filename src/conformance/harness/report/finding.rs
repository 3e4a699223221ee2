use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    curl::{curl, headers_in_words},
    severity::Severity,
};
use crate::{
    FetchError,
    cases::{Exchange, RequestLine},
    infrastructure::header_list::HeaderList,
};

const NO_CREDENTIALS: &str =
    "do not send Access-Control-Allow-Credentials: the policy has no credentials";

/// A server breaks a law: which, how bad it is, and what shows it.
///
/// ```
/// use fetch_cors::{conformance::{CheckConfig, Severity, check}, server::CorsPolicy};
///
/// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
/// let mut reflects = |request: http::Request<()>| {
///     let origin = request.headers().get("origin").cloned();
///     let mut response = http::Response::new(());
///     response.headers_mut().extend(origin.map(|origin| (http::header::ACCESS_CONTROL_ALLOW_ORIGIN, origin)));
///     response
/// };
/// let report = check(&mut reflects, &policy, CheckConfig::new("https://api.example/")?)?;
/// let worst = report.violations().iter().find(|violation| violation.probe() == "reflection").unwrap();
/// assert_eq!((worst.law(), worst.severity()), ("denied_page_reads_nothing", Severity::Security));
/// assert_eq!(worst.curl(), ["curl -si -H 'origin: https://stranger.test' https://api.example/"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub(crate) law: &'static str,
    pub(crate) severity: Severity,
    pub(crate) probe: String,
    pub(crate) message: String,
    pub(crate) exchanges: Vec<Exchange>,
    /// A request that got no answer.
    pub(crate) unanswered: Option<RequestLine>,
    pub(crate) error: Option<FetchError>,
    /// What of one law and probe counts as the same.
    pub(crate) detail: String,
    /// What to do about it, where the probe knows.
    pub(crate) advice: &'static str,
}

impl Finding {
    /// The law: the name of a function of [`laws`](crate::conformance::laws).
    pub const fn law(&self) -> &'static str {
        self.law
    }

    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        self.severity
    }

    /// The name of the probe that found it.
    pub fn probe(&self) -> &str {
        &self.probe
    }

    /// What happened, and what to do about it.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The exchanges that show it, in order.
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// Where the browser stopped, if it was one that decided.
    pub const fn error(&self) -> Option<&FetchError> {
        self.error.as_ref()
    }

    /// The ids of the requests that show it.
    pub fn ids(&self) -> Vec<&str> {
        let unanswered = self.unanswered.iter().map(|line| &*line.id);
        let ids = self.exchanges.iter().map(|exchange| &*exchange.id);
        ids.chain(unanswered).collect()
    }

    /// Lines for a shell that ask the same.
    pub fn curl(&self) -> Vec<String> {
        let unanswered = self.unanswered.iter().map(|line| &line.request);
        let requests = self.exchanges.iter().map(|exchange| &exchange.request);
        requests.chain(unanswered).map(curl).collect()
    }

    /// With what to do at the end of the message. Where the very same is permitted without credentials, that is
    /// all that is wrong, whatever was asked, and is told once.
    pub(crate) fn with_advice(mut self, is_permitted_without_credentials: bool) -> Self {
        if is_permitted_without_credentials {
            self.law = "fetch_succeeds_exactly_when_permitted";
            self.detail = "credentials".to_string();
            self.advice = NO_CREDENTIALS;
        }
        self.message = format!("{}: {}", self.message, self.advice);
        self
    }

    /// What one example will do for, if a probe with a name has shown it; credentials are a matter of their own.
    pub(crate) fn kind(&self) -> (&'static str, Severity, bool) {
        (self.law, self.severity, self.advice == NO_CREDENTIALS)
    }

    /// How much it takes to show it: fewer exchanges first, then fewer bytes.
    pub(crate) fn size(&self) -> (usize, usize) {
        let bytes = |list: &HeaderList| -> usize {
            let headers = list.iter();
            headers
                .map(|(name, value)| name.as_bytes().len() + value.as_bytes().len() + 4)
                .sum()
        };
        let unanswered = self.unanswered.iter().map(|line| &line.request);
        let requests = self.exchanges.iter().map(|exchange| &exchange.request);
        let requests = requests.chain(unanswered);
        let sizes =
            requests.map(|request| request.method.as_str().len() + bytes(&request.header_list));
        (self.ids().len(), sizes.sum())
    }

    /// What was asked and answered, where the browser stopped, and how to see it again.
    pub fn explanation(&self) -> String {
        let mut lines = Vec::new();
        let pairs = |list: &HeaderList| {
            let headers = list.iter();
            let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
            headers_in_words(headers).join("\n  ")
        };
        let asked = |line: &Exchange| format!("{} {}", line.request.method, line.request.url);
        for exchange in &self.exchanges {
            lines.push(format!(
                "> {}\n  {}",
                asked(exchange),
                pairs(&exchange.request.header_list)
            ));
            lines.push(format!(
                "< {}\n  {}",
                exchange.response.status.as_u16(),
                pairs(&exchange.response.header_list)
            ));
        }
        if let Some(line) = &self.unanswered {
            let request = &line.request;
            lines.push(format!(
                "> {} {}\n  {}\n< nothing",
                request.method,
                request.url,
                pairs(&request.header_list)
            ));
        }
        if let Some(error) = &self.error {
            lines.push(format!("the browser stops: {error}"));
        }
        lines.extend(self.curl().iter().map(|line| format!("$ {line}")));
        let text = lines.join("\n");
        let text: Vec<_> = text.lines().map(str::trim_end).collect();
        text.join("\n")
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            severity,
            law,
            probe,
            message,
            ..
        } = self;
        writeln!(f, "{severity}: {law} ({probe})\n{message}")?;
        f.write_str(&self.explanation())
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("law", self.law)?;
        map.serialize_entry("severity", &self.severity.to_string())?;
        map.serialize_entry("message", &self.message)?;
        map.serialize_entry("ids", &self.ids())?;
        map.serialize_entry("explanation", &self.explanation())?;
        map.end()
    }
}
