//! The report of a check.

pub(crate) mod cause;
pub(crate) mod curl_additions;
pub(crate) mod display;
mod engines;
pub(crate) mod example_rank;
pub(crate) mod finding;
pub(crate) mod library_options;
pub(crate) mod place;
pub(crate) mod places_of_violations;
pub(crate) mod request_kind;
pub(crate) mod shown_response;
pub(crate) mod violation;

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use serde::{Serialize, Serializer, ser::SerializeMap};

use self::{
    cause::Cause,
    finding::Finding,
    places_of_violations::{places_of, shown_by},
    violation::{ExampleKey, Violation},
};
use crate::conformance::{harness::interface::Interface, laws::severity::Severity};

/// The report of a check.
///
/// ```
/// use fetch_cors::{conformance::{CheckConfig, check, policies::serve}, server::CorsPolicy};
///
/// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
/// let report = check(&mut |request: http::Request<()>| serve(&policy, &request), &policy, CheckConfig::new("https://api.example/")?)?;
/// assert!(report.violations().is_empty(), "{report}");
/// assert!(report.exchanges() > 100 && report.fetches() > 50 && report.missing() == 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub(super) interface: Interface,
    pub(crate) violations: Vec<Violation>,
    /// The index in `violations` for each key. The map is empty after the check has sorted the violations.
    indexes: BTreeMap<ExampleKey, usize>,
    pub(crate) exchanges: usize,
    pub(crate) fetches: usize,
    pub(crate) missing: usize,
    /// The number of distinct origins of the requests that the policy denies.
    pub(super) denied_origins: usize,
    /// The number of these origins with a response that the check judged.
    pub(super) judged_denied_origins: usize,
    /// The ids of the requests that got an error instead of a response.
    pub(super) without_response: Vec<String>,
    /// The ids of the requests that the server refused because there were too many requests.
    pub(super) limited: Vec<String>,
    /// See [`unstable`](Self::unstable).
    pub(super) unstable: Vec<String>,
    pub(super) notes: Vec<String>,
    /// The number of exchanges that belong to no test request.
    pub(super) judged_alone: usize,
    pub(super) unchecked: Vec<String>,
    pub(super) unanswered: Vec<String>,
    /// The reason why the check could not judge the server.
    pub(super) unjudged: Option<String>,
    /// The text about a server that refuses most requests of allowed pages.
    pub(super) mostly_refused: Option<String>,
    /// See [`has_success`](Self::has_success).
    pub(super) has_success: bool,
    /// Whether no request to the error URL got a response, although other requests got responses.
    pub(super) has_silent_error_url: bool,
    /// See [`has_reason_for_missing_responses`](Self::has_reason_for_missing_responses).
    pub(super) has_reason_for_missing_responses: bool,
    /// Whether [`retain`](Self::retain) removed a violation.
    has_removed: bool,
}

impl Report {
    /// Returns the findings, the worst finding first. Each finding is one mistake of the server, with the violations
    /// that the mistake causes.
    ///
    /// ```
    /// use fetch_cors::{conformance::{Cause, CheckConfig, check}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut allows_all = |_: http::Request<()>| {
    ///     http::Response::builder().header("access-control-allow-origin", "*").body(()).unwrap()
    /// };
    /// let report = check(&mut allows_all, &policy, CheckConfig::new("https://api.example/")?)?;
    /// let findings = report.findings();
    /// assert_eq!(findings[0].cause(), Cause::WildcardOrigin);
    /// let violations: usize = findings.iter().map(|finding| finding.violations().len()).sum();
    /// assert_eq!(violations, report.violations().len());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn findings(&self) -> Vec<Finding<'_>> {
        Finding::from_violations(&self.violations)
    }

    /// Returns the violations. The violations of the worst finding come first. The first violation of a finding is the
    /// best example of this finding. If several requests of the same kind violate a law in the same way, the list has
    /// only one of these violations.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Returns the violations of the given severity.
    pub fn with_severity(&self, severity: Severity) -> impl Iterator<Item = &Violation> {
        let violations = self.violations.iter();
        violations.filter(move |violation| violation.severity == severity)
    }

    /// Returns the number of requests that got a response or an error.
    pub const fn exchanges(&self) -> usize {
        self.exchanges
    }

    /// Returns the number of judged fetches. A fetch can have several requests, such as a preflight and a GET request.
    pub const fn fetches(&self) -> usize {
        self.fetches
    }

    /// Returns the number of requests that got neither a response nor an error.
    pub const fn missing(&self) -> usize {
        self.missing
    }

    /// Returns the ids of the requests that got neither a response nor an error.
    pub fn unanswered(&self) -> &[String] {
        &self.unanswered
    }

    /// Returns the ids of the requests that got an error instead of a response.
    ///
    /// ```
    /// use fetch_cors::{conformance::{Check, CheckConfig}, fetching::ConnectionError, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut check = Check::new(&policy, CheckConfig::new("https://api.example/")?)?;
    /// check.answer(Err(ConnectionError));
    /// assert_eq!(check.report().without_response(), ["listed-origin/1"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn without_response(&self) -> &[String] {
        &self.without_response
    }

    /// Returns the ids of the requests that the server refused because there were too many requests. The response to
    /// such a request has the status 429, or the status 503 and `Retry-After`. If most requests get the status 503, all
    /// requests with this status count as refused. But if the status 503 depends on the request, for example on its
    /// origin, the report has a finding about these requests. The check does not judge the responses to refused
    /// requests.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, check}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut limits = |_: http::Request<()>| http::Response::builder().status(429).body(()).unwrap();
    /// let report = check(&mut limits, &policy, CheckConfig::new("https://api.example/")?)?;
    /// assert_eq!(report.limited().len(), report.exchanges());
    /// assert!(report.violations().is_empty() && !report.is_complete());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn limited(&self) -> &[String] {
        &self.limited
    }

    /// Returns the ids of the requests whose responses say nothing about the policy, because the server fails, refuses
    /// or denies at random, or refuses every request after some time. The check does not judge these responses.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, check}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut count = 0;
    /// let mut fails_later = |_: http::Request<()>| {
    ///     count += 1;
    ///     let status = if count < 200 { 200 } else { 502 };
    ///     http::Response::builder().status(status).body(()).unwrap()
    /// };
    /// let report = check(&mut fails_later, &policy, CheckConfig::new("https://api.example/")?)?;
    /// assert!(!report.unstable().is_empty() && !report.is_complete());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn unstable(&self) -> &[String] {
        &self.unstable
    }

    /// Whether at least one request got a response. If not, the check could not judge the server, and each violation
    /// only states that a response is missing.
    ///
    /// ```
    /// use fetch_cors::{conformance::{Check, CheckConfig}, fetching::ConnectionError, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut check = Check::new(&policy, CheckConfig::new("https://api.example/")?)?;
    /// while check.request().is_some() {
    ///     check.answer(Err(ConnectionError));
    /// }
    /// assert!(!check.report().has_response());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn has_response(&self) -> bool {
        self.without_response.len() < self.exchanges
    }

    /// Whether a response at the URL of the check has a status from 200 to 299, and the response is to a page that the policy
    /// allows. If no page that the policy allows can send a cross-origin request to the URL, the response can be to any
    /// request. A response with another status, such as the status of a redirect, proves little about the server.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, check}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut silent = |_: http::Request<()>| http::Response::new(());
    /// assert!(check(&mut silent, &policy, CheckConfig::new("https://api.example/")?)?.has_success());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn has_success(&self) -> bool {
        self.has_success
    }

    /// Whether no request to the error URL got a response, although other requests got responses. If true, the error
    /// URL probably has a mistake, and the report has no violations about requests to this URL.
    ///
    /// ```
    /// use fetch_cors::{conformance::{Check, CheckConfig}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let config = CheckConfig::new("https://api.example/")?.error_url("https://api.exmaple/missing")?;
    /// assert!(!Check::new(&policy, config)?.report().has_silent_error_url());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn has_silent_error_url(&self) -> bool {
        self.has_silent_error_url
    }

    /// Whether the check knows why some requests get no response, such as a limit for the length of a header. The findings and
    /// [`unchecked`](Self::unchecked) have this reason. It does not help to send the requests again.
    ///
    /// ```
    /// use fetch_cors::{conformance::{Check, CheckConfig}, fetching::ConnectionError, infrastructure::response::Response, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut check = Check::new(&policy, CheckConfig::new("https://api.example/")?)?;
    /// // The firewall in front of this server drops OPTIONS requests.
    /// while let Some(line) = check.request() {
    ///     let is_dropped = line.request.method == "OPTIONS";
    ///     let response = Response::new(http::StatusCode::OK, Default::default());
    ///     check.answer(if is_dropped { Err(ConnectionError) } else { Ok(response) });
    /// }
    /// assert!(check.report().has_reason_for_missing_responses());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn has_reason_for_missing_responses(&self) -> bool {
        self.has_reason_for_missing_responses
    }

    /// Returns descriptions of the parts of the server that were not checked. A description often has the reason, and
    /// the way to check the part.
    pub fn unchecked(&self) -> &[String] {
        &self.unchecked
    }

    /// Returns the reason why the check could not judge the server, or `None` if there is no reason. There are three possible
    /// reasons: no request got a response; no response from the URL of the check has a status from 200 to 299; or only
    /// responses to requests other than those of allowed pages have such a status. For example, the server is down, the path is
    /// misspelled, or the server needs a login. The text ends with advice on how to continue. The same problem can also cause
    /// findings: for example, a login page has no CORS headers.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, check}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut misspelled = |_: http::Request<()>| http::Response::builder().status(404).body(()).unwrap();
    /// let report = check(&mut misspelled, &policy, CheckConfig::new("https://api.example/nots")?)?;
    /// assert!(report.unjudged().unwrap().ends_with(": is the path right?"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn unjudged(&self) -> Option<&str> {
        self.unjudged.as_deref()
    }

    /// Returns the number of exchanges that belong to no test request. Each of these exchanges was judged alone, by the
    /// laws about any response. The number is 0 unless the exchanges were [recorded](super::Recorded).
    ///
    /// ```
    /// use fetch_cors::{cases::Exchange, conformance::{CheckConfig, Recorded}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut recorded = Recorded::new(&policy, CheckConfig::new("https://api.example/")?)?;
    /// recorded.insert(Exchange::parse(
    ///     r#"{"id":"mine","request":{"method":"GET","url":"https://api.example/"},"response":{"status":200}}"#,
    /// )?)?;
    /// let report = recorded.report();
    /// assert_eq!(report.judged_alone(), 1);
    /// assert!(report.notes()[0].starts_with("1 exchange judged alone"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn judged_alone(&self) -> usize {
        self.judged_alone
    }

    /// Returns the notes: facts that are not violations. There are five notes:
    ///
    /// - the note of [`CheckConfig::note_preflight_vary`](super::CheckConfig::note_preflight_vary);
    /// - a note about the exchanges that were not judged because their URL is not a URL of the check;
    /// - a note about the exchanges that were [judged alone](Self::judged_alone) because their id is unknown;
    /// - a note about the exchanges that were judged alone because an earlier exchange has the same id;
    /// - notes about exchanges with the same id whose responses contradict each other.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Removes the violations for which `keep` returns false. For example, `keep` can return false for known
    /// violations.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, Severity, check}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut silent = |_: http::Request<()>| http::Response::new(());
    /// let mut report = check(&mut silent, &policy, CheckConfig::new("https://api.example/")?)?;
    /// report.retain(|violation| violation.severity() == Severity::Security);
    /// assert!(report.violations().is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn retain(&mut self, keep: impl FnMut(&Violation) -> bool) {
        let count = self.violations.len();
        self.violations.retain(keep);
        self.has_removed |= self.violations.len() < count;
    }

    /// Whether the check could judge the server. All of the following must be true: every request has a response, the lists of
    /// [limited](Self::limited) and [unstable](Self::unstable) requests are empty, and a response to an allowed page has a
    /// status from 200 to 299 (see [`has_success`](Self::has_success)). If the check is not complete, a report without
    /// violations proves nothing.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, check}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut misspelled = |_: http::Request<()>| http::Response::builder().status(404).body(()).unwrap();
    /// let report = check(&mut misspelled, &policy, CheckConfig::new("https://api.example/nots")?)?;
    /// assert!(!report.is_complete());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn is_complete(&self) -> bool {
        self.missing == 0
            && self.without_response.is_empty()
            && self.limited.is_empty()
            && self.unstable.is_empty()
            && self.has_success
    }

    /// Inserts a violation. If the report already has a violation with the same key, only the better example stays.
    pub(crate) fn insert(&mut self, mut violation: Violation) {
        violation.places = places_of(&violation);
        violation.shown = shown_by(&violation);
        let number = self.violations.len();
        let index = self
            .indexes
            .entry(violation.example_key())
            .or_insert(number);
        match self.violations.get_mut(*index) {
            Some(known) if known.example_rank() <= violation.example_rank() => {
                known.merge(&violation);
            }
            Some(known) => {
                violation.merge(known);
                *known = violation;
            }
            None => self.violations.push(violation),
        }
    }

    /// Removes and returns all violations.
    pub(super) fn take_violations(&mut self) -> Vec<Violation> {
        self.indexes.clear();
        core::mem::take(&mut self.violations)
    }

    /// Sorts the violations by cause. The cause of the worst violation is first.
    pub(super) fn sort(&mut self) {
        self.indexes.clear();
        let mut worst: BTreeMap<Cause, Severity> = BTreeMap::new();
        for violation in &self.violations {
            let severity = worst.entry(violation.cause).or_insert(violation.severity);
            *severity = violation.severity.min(*severity);
        }
        self.violations.sort_by(|a, b| {
            let key = |violation: &Violation| {
                let cause = violation.cause;
                (
                    worst.get(&cause).copied(),
                    cause,
                    violation.severity,
                    violation.typical_rank(),
                    violation.example_rank(),
                    violation.law,
                )
            };
            (key(a), &a.probe).cmp(&(key(b), &b.probe))
        });
    }
}

/// Serializes the report as an object. The member `not_judged` is absent if the check could judge the server. The
/// members `without_response` and `notes` are absent if their lists are empty. The member `judged_alone` is absent if no
/// exchange was judged alone.
impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("exchanges", &self.exchanges)?;
        map.serialize_entry("fetches", &self.fetches)?;
        map.serialize_entry("missing", &self.missing)?;
        map.serialize_entry("violations", &self.violations.len())?;
        if let Some(reason) = &self.unjudged {
            map.serialize_entry("not_judged", reason)?;
        }
        map.serialize_entry("findings", &self.findings())?;
        map.serialize_entry("unanswered", &self.unanswered)?;
        if !self.without_response.is_empty() {
            map.serialize_entry("without_response", &self.without_response)?;
        }
        if self.judged_alone > 0 {
            map.serialize_entry("judged_alone", &self.judged_alone)?;
        }
        map.serialize_entry("not_checked", &self.unchecked)?;
        if !self.notes.is_empty() {
            map.serialize_entry("notes", &self.notes)?;
        }
        map.end()
    }
}
