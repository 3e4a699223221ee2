//! A violation of a law, with the exchanges that show the violation.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use http::Method;
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{
    cause::Cause, curl_additions::CurlAdditions, engines::only_in, place::Place,
    request_kind::RequestKind, shown_response::Shown,
};
use crate::{
    FetchError,
    cases::{Exchange, RequestLine},
    conformance::laws::{Law, severity::Severity},
    engine::Engine,
    explain::curl::displayed_headers,
    infrastructure::{header_list::HeaderList, url::without_fragment_and_userinfo},
};

/// The beginning of the name of each generated probe.
pub(crate) const GENERATED_PREFIX: &str = "generated-";

/// The end of the text about a mistake that breaks only uploads with listeners.
const ONLY_UPLOADS: &str = "; of the requests that the policy permits, only an `XMLHttpRequest` with listeners for its upload needs this preflight: \
     if your pages have no such listeners, ignore this finding";

const NO_CREDENTIALS: &str = Cause::AllowsCredentials.advice();

/// A violation of a law by a server, with the severity and the exchanges that show the violation.
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
/// let worst = report.violations().iter().find(|violation| violation.probe() == "reflection").unwrap();
/// assert_eq!((worst.law(), worst.severity()), (Law::DeniedPageReadsNothing, Severity::Security));
/// assert_eq!(worst.curl(), ["curl -sSi -H 'origin: https://unlisted.test' https://api.example/"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub(crate) law: Law,
    pub(crate) severity: Severity,
    pub(crate) probe: String,
    pub(crate) message: String,
    pub(crate) exchanges: Vec<Exchange>,
    /// The request that got no response. `None` if all requests that show the violation got a response.
    pub(crate) unanswered: Option<RequestLine>,
    pub(crate) error: Option<FetchError>,
    /// The kinds of the requests that show the violation.
    pub(crate) requests: Vec<RequestKind>,
    /// A text that keeps violations of the same law, severity and request kinds apart. The report has one violation for
    /// each text.
    pub(crate) detail: String,
    /// How to fix the violation.
    pub(crate) advice: &'static str,
    /// The fix for the error of a failed fetch. `message` ends with this text, until `set_cause` replaces the text with
    /// the fix of the cause.
    pub(crate) failure_advice: String,
    /// The mistake of the server. The check sets this field at its end, if it is [`Cause::Other`] until then.
    pub(crate) cause: Cause,
    /// The description of the mistake, with the methods, headers or origins that the check saw. `None` if
    /// [`Cause::mistake`] needs no details. The check sets this field at its end.
    pub(crate) mistake: Option<String>,
    /// The fix in words, with the methods, headers or origins that the check saw. `None` if `advice` needs no details.
    /// The check sets this field at its end.
    pub(crate) fix: Option<String>,
    /// Whether a fetch fails at a preflight that is needed only because of the listeners for an upload.
    pub(crate) is_of_upload: bool,
    /// The browser engines in which the violation occurs. The list is empty if the violation occurs in all engines.
    pub(crate) engines: Vec<Engine>,
    /// The places that contain the responses of the violation, and of all other examples of the violation. The report sets
    /// this field.
    pub(crate) places: Vec<Place>,
    /// The responses that show the violation, and those of all other examples of the violation.
    /// The report sets this field.
    pub(crate) shown: BTreeSet<Shown>,
    /// The scope of the mistake. The check sets this field at its end.
    pub(crate) scope: Vec<String>,
    /// The additions of the `curl` commands. The check sets this field at its end.
    pub(crate) curl_additions: CurlAdditions,
}

impl Violation {
    /// Creates a violation with the severity and the advice of its law.
    pub(crate) fn new(law: Law, probe: &str, message: String, exchanges: Vec<Exchange>) -> Self {
        Self {
            law,
            // A law without a severity gets the worst severity, so that the user notices the violation.
            severity: law.severity().unwrap_or(Severity::Security),
            probe: String::from(probe),
            message,
            exchanges,
            unanswered: None,
            error: None,
            requests: Vec::new(),
            detail: String::new(),
            advice: law.advice().unwrap_or_default(),
            failure_advice: String::new(),
            cause: Cause::Other,
            mistake: None,
            fix: None,
            is_of_upload: false,
            engines: Vec::new(),
            places: Vec::new(),
            shown: BTreeSet::new(),
            scope: Vec::new(),
            curl_additions: CurlAdditions::default(),
        }
    }

    /// Returns the browser engines in which the violation occurs. Most violations occur in all engines.
    ///
    /// ```
    /// use fetch_cors::{conformance::{Check, CheckConfig}, engine::Engine, infrastructure::response::Response, server::CorsPolicy};
    /// use fetch_cors::conformance::policies::serve;
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").credentials(true).build()?;
    /// let mut check = Check::new(&policy, CheckConfig::new("https://api.example/")?)?;
    /// while let Some(line) = check.request() {
    ///     let mut response = serve(&policy, &http::Request::try_from(&line.request)?);
    ///     // Firefox ignores the empty line, so only other engines refuse the response.
    ///     response.headers_mut().append("access-control-allow-credentials", "".parse()?);
    ///     check.answer(Ok(Response::from(&response)));
    /// }
    /// let report = check.report();
    /// let engines = report.violations().iter().map(|violation| violation.engines());
    /// assert!(engines.into_iter().any(|engines| !engines.contains(&Engine::Firefox)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn engines(&self) -> &[Engine] {
        if self.engines.is_empty() {
            &Engine::ALL
        } else {
            &self.engines
        }
    }

    /// Adds the browser engines of `other`, another example of the violation. `is_of_upload` stays true only if `other`
    /// is about an upload too. A place stays only if it contains the responses of `other` too.
    pub(super) fn merge(&mut self, other: &Self) {
        self.places.retain(|place| other.places.contains(place));
        self.shown.extend(other.shown.iter().cloned());
        self.is_of_upload &= other.is_of_upload;
        let in_any =
            |engine: &Engine| self.engines().contains(engine) || other.engines().contains(engine);
        let engines: Vec<Engine> = Engine::ALL.into_iter().filter(in_any).collect();
        self.engines = if engines == Engine::ALL {
            Vec::new()
        } else {
            engines
        };
    }

    /// Returns the violated law.
    pub const fn law(&self) -> Law {
        self.law
    }

    /// Returns the severity.
    pub const fn severity(&self) -> Severity {
        self.severity
    }

    /// Returns the cause of the violation: the server's mistake that the violation shows.
    pub const fn cause(&self) -> Cause {
        self.cause
    }

    /// Returns the scope of the mistake: the methods, header names, origins, statuses and other values that the mistake
    /// concerns. The scope is empty if the mistake does not depend on such values. All violations of a finding have the
    /// same scope. If the scope changes, the server has another mistake with the same cause.
    ///
    /// ```
    /// use fetch_cors::{conformance::{Cause, CheckConfig, check}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").methods(["PUT", "PATCH"]).build()?;
    /// let server_policy = CorsPolicy::builder().origin("https://app.example").methods(["PUT"]).build()?;
    /// let mut server = |request: http::Request<()>| fetch_cors::conformance::policies::serve(&server_policy, &request);
    /// let report = check(&mut server, &policy, CheckConfig::new("https://api.example/")?)?;
    /// let violation = &report.violations()[0];
    /// assert_eq!((violation.cause(), violation.scope()), (Cause::LacksMethod, &["PATCH".to_string()][..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn scope(&self) -> &[String] {
        &self.scope
    }

    /// Whether a page of a denied origin can read the data of a user.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, check}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// for allows_credentials in [true, false] {
    ///     let mut reflects = |request: http::Request<()>| {
    ///         let origin = request.headers().get("origin").cloned();
    ///         let mut response = http::Response::new(());
    ///         let headers = response.headers_mut();
    ///         headers.extend(origin.map(|origin| (http::header::ACCESS_CONTROL_ALLOW_ORIGIN, origin)));
    ///         if allows_credentials {
    ///             headers.insert("access-control-allow-credentials", "true".parse().unwrap());
    ///         }
    ///         response
    ///     };
    ///     let report = check(&mut reflects, &policy, CheckConfig::new("https://api.example/")?)?;
    ///     assert_eq!(report.violations()[0].allows_credentials(), allows_credentials);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn allows_credentials(&self) -> bool {
        self.shown.iter().any(|shown| shown.allows_credentials)
    }

    /// Returns the name of the probe (the test request) that shows the violation.
    pub fn probe(&self) -> &str {
        &self.probe
    }

    /// Returns the kinds of the requests that show the violation, such as `allowed-origin` or
    /// `denied-origin-preflight`. If the violated law compares two requests, the list usually has the kinds of both
    /// requests.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, check, laws::Law}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origins(["https://app.example", "https://other.example"]).build()?;
    /// let mut lacks_vary = |request: http::Request<()>| {
    ///     let mut response = fetch_cors::conformance::policies::serve(&policy, &request);
    ///     response.headers_mut().remove("vary");
    ///     response
    /// };
    /// let report = check(&mut lacks_vary, &policy, CheckConfig::new("https://api.example/")?)?;
    /// let requests: Vec<_> = report.violations().iter().map(|violation| violation.requests()).collect();
    /// assert!(requests.contains(&vec!["no-origin".into(), "allowed-origin".into()]));
    /// assert!(requests.contains(&vec!["allowed-origin".into(), "allowed-origin".into()]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn requests(&self) -> Vec<String> {
        self.requests.iter().map(ToString::to_string).collect()
    }

    /// Returns the message: the consequence, the cause and the fix.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the exchanges that show the violation, in order.
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// Returns the error of the browser if the fetch failed.
    pub const fn error(&self) -> Option<&FetchError> {
        self.error.as_ref()
    }

    /// Returns the ids of the requests that show the violation.
    pub fn ids(&self) -> Vec<&str> {
        let unanswered = self.unanswered.iter().map(|line| &*line.id);
        let ids = self.exchanges.iter().map(|exchange| &*exchange.id);
        ids.chain(unanswered).collect()
    }

    /// Returns the requests as `curl` commands. The commands have the headers of
    /// [`CheckConfig::curl_header`](crate::conformance::CheckConfig::curl_header), and the body of
    /// [`CheckConfig::curl_body`](crate::conformance::CheckConfig::curl_body).
    pub fn curl(&self) -> Vec<String> {
        let unanswered = self.unanswered.iter().map(|line| &line.request);
        let requests = self.exchanges.iter().map(|exchange| &exchange.request);
        let requests = requests.chain(unanswered);
        let commands = requests.map(|request| self.curl_additions.curl(request));
        commands.collect()
    }

    /// Appends the fix to the message. The violation is about a fetch that the policy does not permit. If the policy
    /// permits the same fetch without credentials, the only mistake is that the server allows credentials. The
    /// violation then gets the law, the detail and the fix of this mistake, so that the report can merge all violations
    /// with this mistake.
    pub(crate) fn with_advice(mut self, is_permitted_without_credentials: bool) -> Self {
        if is_permitted_without_credentials {
            self.law = Law::FetchSucceedsExactlyWhenPermitted;
            self.detail = "credentials".to_string();
            self.advice = NO_CREDENTIALS;
        }
        self.message = format!("{}: {}", self.message, self.advice);
        self
    }

    /// Whether the only mistake is that the server allows credentials.
    pub(crate) fn is_due_to_credentials(&self) -> bool {
        self.advice == NO_CREDENTIALS
    }

    /// Sets the cause, and ends the message with the fix of the cause. A violation and its finding then have the same
    /// fix. `advice` is the fix for the policy; `fix` is the same fix with the methods, headers or origins that the check
    /// saw.
    pub(crate) fn set_cause(&mut self, cause: Cause, advice: &'static str, fix: Option<String>) {
        self.cause = cause;
        if self.refers_to_message() {
            return;
        }
        let message = self.message_without_advice();
        self.message = format!("{message}: {}", fix.as_deref().unwrap_or(advice));
        self.advice = advice;
        self.fix = fix;
        self.failure_advice.clear();
    }

    /// Returns the fix of the cause.
    pub(super) fn fix(&self) -> &str {
        if self.refers_to_message() {
            self.cause.advice()
        } else {
            self.fix.as_deref().unwrap_or(self.advice)
        }
    }

    /// Whether the fix of the cause only tells the user to read the message.
    const fn refers_to_message(&self) -> bool {
        matches!(self.cause, Cause::Other | Cause::OtherFailure)
    }

    /// Returns the message without the fix at its end, because the callers write the fix themselves. If the fix of the
    /// cause only tells the user to read the message, returns the whole message.
    pub(super) fn message_without_advice(&self) -> &str {
        let message = self.message.as_str();
        if self.refers_to_message() {
            return message;
        }
        let failure = self.failure_advice.as_str();
        let message = message.strip_suffix(failure).unwrap_or(message);
        let fix = self.fix.as_deref().unwrap_or_default();
        let mut advice = [fix, self.cause.advice(), self.advice].into_iter();
        let stem = advice.find_map(|advice| {
            let stem = message.strip_suffix(advice).filter(|_| !advice.is_empty());
            stem?.trim_end().strip_suffix([':', ';'])
        });
        stem.unwrap_or(message)
    }

    /// Whether the violation can be a problem only for uploads with listeners. There are two kinds of such violations.
    /// In the first kind, a fetch with upload listeners fails at its preflight. In the second kind, all requests are
    /// OPTIONS requests, and a response is missing, has the status of a server error, or has a wrong max-age.
    fn matters_only_for_uploads(&self) -> bool {
        let unanswered = self.unanswered.iter().map(|line| &line.request);
        let exchanges = self.exchanges.iter().map(|exchange| &exchange.request);
        let mut requests = exchanges.chain(unanswered);
        let is_of_server = matches!(
            self.law,
            Law::EveryRequestGetsAResponse | Law::MaxAgeMatchesPolicy
        );
        self.is_of_upload
            || (is_of_server && requests.all(|request| request.method == Method::OPTIONS))
    }

    /// Limits the violation to uploads with listeners: the text of the mistake states this limit, and the severity
    /// becomes the lowest. Few pages have such listeners, and the policy does not say whether a page has them.
    pub(crate) fn limit_to_uploads(&mut self) {
        let mistake = self.mistake.as_deref().unwrap_or(self.cause.mistake());
        self.mistake = Some(format!("{mistake}{ONLY_UPLOADS}"));
        self.severity = Severity::Waste;
    }

    /// Whether all requests of the violation go to `url`.
    pub(crate) fn is_only_at(&self, url: &str) -> bool {
        let unanswered = self.unanswered.iter().map(|line| &line.request);
        let exchanges = self.exchanges.iter().map(|exchange| &exchange.request);
        let mut requests = exchanges.chain(unanswered);
        requests.all(|request| without_fragment_and_userinfo(&request.url) == url)
    }

    /// Returns the kind of the violation. The report leaves out the violation of a generated probe if a named probe
    /// shows a violation of the same kind and cause. A violation that is due only to credentials has its own kind.
    pub(crate) fn kind(&self) -> ViolationKind {
        ViolationKind {
            law: self.law,
            severity: self.severity,
            is_due_to_credentials: self.is_due_to_credentials(),
            requests: self.requests.clone(),
        }
    }

    /// Returns the key of the violation. If several violations have the same key, the report keeps only the best
    /// example.
    pub(super) fn example_key(&self) -> ExampleKey {
        let requests = self.requests.clone();
        (self.law, self.severity, requests, self.detail.clone())
    }

    /// Returns the requests and responses, the step where the browser stopped, and the `curl` commands that reproduce
    /// the violation.
    pub fn explanation(&self) -> String {
        let mut lines = Vec::new();
        let header_lines = |list: &HeaderList| {
            let headers = list.iter();
            let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
            let displayed = displayed_headers(headers).into_iter();
            displayed
                .map(|line| format!("\n  {line}"))
                .collect::<String>()
        };
        let request_line =
            |line: &Exchange| format!("{} {}", line.request.method, line.request.url);
        for exchange in &self.exchanges {
            lines.push(format!(
                "> {}{}",
                request_line(exchange),
                header_lines(&exchange.request.header_list)
            ));
            lines.push(format!(
                "< {}{}",
                exchange.response.status.as_u16(),
                header_lines(&exchange.response.header_list)
            ));
        }
        if let Some(line) = &self.unanswered {
            let request = &line.request;
            lines.push(format!(
                "> {} {}{}\n< no response",
                request.method,
                request.url,
                header_lines(&request.header_list)
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

/// Whether the violations matter only for uploads with listeners, and at least one violation shows such an upload.
pub(crate) fn matter_only_for_uploads(violations: &[Violation]) -> bool {
    violations.iter().any(|violation| violation.is_of_upload)
        && violations.iter().all(Violation::matters_only_for_uploads)
}

/// The key of a violation: the law, the severity, the kinds of the requests, and the detail.
pub(super) type ExampleKey = (Law, Severity, Vec<RequestKind>, String);

/// The kind of a violation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ViolationKind {
    law: Law,
    severity: Severity,
    is_due_to_credentials: bool,
    requests: Vec<RequestKind>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            severity,
            law,
            probe,
            message,
            ..
        } = self;
        let only = only_in(self.engines());
        writeln!(f, "{severity}: {law} ({probe}){only}\n{message}")?;
        f.write_str(&self.explanation())
    }
}

impl Serialize for Violation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("law", self.law.name())?;
        map.serialize_entry("severity", &self.severity.to_string())?;
        map.serialize_entry("cause", self.cause.name())?;
        map.serialize_entry("probe", &self.probe)?;
        if self.allows_credentials() {
            map.serialize_entry("credentials", &true)?;
        }
        map.serialize_entry("requests", &self.requests())?;
        if !self.engines.is_empty() {
            let names: Vec<&str> = self.engines.iter().map(|engine| engine.name()).collect();
            map.serialize_entry("engines", &names)?;
        }
        map.serialize_entry("message", &self.message)?;
        map.serialize_entry("ids", &self.ids())?;
        map.serialize_entry("explanation", &self.explanation())?;
        map.end()
    }
}
