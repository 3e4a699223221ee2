//! A finding: a violated law, with the exchanges that show it.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::explain::curl::{curl, displayed_headers};
use crate::{
    FetchError,
    cases::{Exchange, RequestLine},
    conformance::laws::{Law, severity::Severity},
    infrastructure::header_list::HeaderList,
};

const NO_CREDENTIALS: &str =
    "do not send `Access-Control-Allow-Credentials`: the policy does not allow credentials";

/// A violation of a law by a server: the law, the severity and the exchanges that show it.
///
/// ```
/// use fetch_cors::{conformance::{CheckConfig, Severity, check, laws::Law}, server::CorsPolicy};
///
/// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
/// let mut reflects = |request: http::Request<()>| {
///     let origin = request.headers().get("origin").cloned();
///     let mut response = http::Response::new(());
///     response.headers_mut().extend(origin.map(|origin| (http::header::ACCESS_CONTROL_ALLOW_ORIGIN, origin)));
///     response
/// };
/// let report = check(&mut reflects, &policy, CheckConfig::new("https://api.example/")?)?;
/// let worst = report.findings().iter().find(|finding| finding.probe() == "reflection").unwrap();
/// assert_eq!((worst.law(), worst.severity()), (Law::DeniedPageReadsNothing, Severity::Security));
/// assert_eq!(worst.curl(), ["curl -si -H 'origin: https://unlisted.test' https://api.example/"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub(crate) law: Law,
    pub(crate) severity: Severity,
    pub(crate) probe: String,
    pub(crate) message: String,
    pub(crate) exchanges: Vec<Exchange>,
    /// A request without a response.
    pub(crate) unanswered: Option<RequestLine>,
    pub(crate) error: Option<FetchError>,
    /// Findings of one law and severity with the same detail have the same cause.
    pub(crate) detail: String,
    /// How to fix the violation.
    pub(crate) advice: &'static str,
}

impl Finding {
    /// Creates a finding with the severity and the advice of its law.
    pub(crate) fn new(law: Law, probe: &str, message: String, exchanges: Vec<Exchange>) -> Self {
        Self {
            law,
            // A law without a severity gets the worst one, so that no finding is lost.
            severity: law.severity().unwrap_or(Severity::Security),
            probe: String::from(probe),
            message,
            exchanges,
            unanswered: None,
            error: None,
            detail: String::new(),
            advice: law.advice().unwrap_or_default(),
        }
    }

    /// Returns the violated law.
    pub const fn law(&self) -> Law {
        self.law
    }

    /// Returns the severity.
    pub const fn severity(&self) -> Severity {
        self.severity
    }

    /// Returns the name of the probe.
    pub fn probe(&self) -> &str {
        &self.probe
    }

    /// Returns the message: the consequence, the cause and the fix.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the exchanges that show the violation, in order.
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// Returns the error of the browser, if the fetch failed.
    pub const fn error(&self) -> Option<&FetchError> {
        self.error.as_ref()
    }

    /// Returns the ids of the requests that show the violation.
    pub fn ids(&self) -> Vec<&str> {
        let unanswered = self.unanswered.iter().map(|line| &*line.id);
        let ids = self.exchanges.iter().map(|exchange| &*exchange.id);
        ids.chain(unanswered).collect()
    }

    /// Returns the requests as shell commands.
    pub fn curl(&self) -> Vec<String> {
        let unanswered = self.unanswered.iter().map(|line| &line.request);
        let requests = self.exchanges.iter().map(|exchange| &exchange.request);
        requests.chain(unanswered).map(curl).collect()
    }

    /// Appends the advice to the message. If the policy permits the fetch without credentials, the credentials
    /// are the only cause of the failure. All such findings then count as one.
    pub(crate) fn with_advice(mut self, is_permitted_without_credentials: bool) -> Self {
        if is_permitted_without_credentials {
            self.law = Law::FetchSucceedsExactlyWhenPermitted;
            self.detail = "credentials".to_string();
            self.advice = NO_CREDENTIALS;
        }
        self.message = format!("{}: {}", self.message, self.advice);
        self
    }

    /// Returns the kind of the finding. If a named probe shows a kind, the report has no findings of this kind
    /// from generated probes. Failures that are due to credentials only are a kind of their own.
    pub(crate) fn kind(&self) -> (Law, Severity, bool) {
        (self.law, self.severity, self.advice == NO_CREDENTIALS)
    }

    /// Returns the size of the example: the number of exchanges, then the number of bytes.
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

    /// Returns the requests and responses, the step where the browser stopped, and the `curl` commands that reproduce
    /// the violation.
    pub fn explanation(&self) -> String {
        let mut lines = Vec::new();
        let pairs = |list: &HeaderList| {
            let headers = list.iter();
            let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
            displayed_headers(headers).join("\n  ")
        };
        let request_line =
            |line: &Exchange| format!("{} {}", line.request.method, line.request.url);
        for exchange in &self.exchanges {
            lines.push(format!(
                "> {}\n  {}",
                request_line(exchange),
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
                "> {} {}\n  {}\n< no response",
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
        map.serialize_entry("law", self.law.name())?;
        map.serialize_entry("severity", &self.severity.to_string())?;
        map.serialize_entry("probe", &self.probe)?;
        map.serialize_entry("message", &self.message)?;
        map.serialize_entry("ids", &self.ids())?;
        map.serialize_entry("explanation", &self.explanation())?;
        map.end()
    }
}
