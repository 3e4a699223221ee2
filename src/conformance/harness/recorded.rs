//! A check of recorded exchanges.

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};

use hashbrown::{HashMap, HashSet};

use super::{
    Check, CheckConfig, Report, config::is_safe, coverage::counted,
    judge::recognize::facts::ALLOW_ORIGIN,
};
use crate::{
    cases::{ExchangeRecord, RequestLine},
    conformance::generate::policies::HasPredicateError,
    fetching::HttpRequest,
    infrastructure::url::without_fragment_and_userinfo,
    server::CorsPolicy,
};

/// A check of recorded exchanges.
///
/// ```
/// use fetch_cors::{cases::Exchange, conformance::{CheckConfig, Recorded}, server::CorsPolicy};
///
/// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
/// let mut recorded = Recorded::new(&policy, CheckConfig::new("https://api.example/")?)?;
/// recorded.insert(Exchange::parse(
///     r#"{"id":"reflection/1","request":{"method":"GET","url":"https://api.example/","headers":[["Origin","https://unlisted.test"]]},
///         "response":{"status":200,"headers":[["Access-Control-Allow-Origin","*"]]}}"#,
/// )?)?;
/// let report = recorded.report();
/// assert_eq!((report.exchanges(), report.violations()[0].ids()), (1, vec!["reflection/1"]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The policy. If the record shows the error URL, the check begins again with this policy.
    source: CorsPolicy,
    config: CheckConfig,
    check: Check,
    requests: HashMap<String, HttpRequest>,
    /// The ids of the test requests for an error URL. Empty if the error URL is known.
    of_error_url: HashSet<String>,
    exchanges: HashMap<String, ExchangeRecord>,
    /// The exchanges whose id is not the id of a test request.
    unknown: Vec<ExchangeRecord>,
    /// The exchanges whose id is the id of an earlier exchange.
    repeated: Vec<ExchangeRecord>,
    /// The notes about exchanges with the same id whose responses contradict each other, by their ids.
    contradictions: BTreeMap<String, String>,
}

/// An error for an exchange that has the id of a test request, but a different request. The usual reason is that a
/// check with another policy, URL or seed generated the test requests.
///
/// ```
/// use fetch_cors::conformance::OtherRequestError;
/// let error = OtherRequestError { member: "request.method", expected: "`PUT`".into(), found: "`GET`".into() };
/// assert_eq!(
///     error.to_string(),
///     "request.method: the exchange has `GET`, but the test request with this id has `PUT`: \
///      use the same policy, URL, error URL and seed as for the test requests",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{member}: the exchange has {found}, but the test request with this id has {expected}: use the same policy, URL, error URL and seed as for the test requests"
)]
pub struct OtherRequestError {
    /// The member that differs between the exchange and the test request, such as `request.method`.
    pub member: &'static str,
    /// The value of `member` in the test request, as the error message displays the value.
    pub expected: String,
    /// The value of `member` in the exchange, as the error message displays the value.
    pub found: String,
}

impl Recorded {
    /// Creates a check of recorded exchanges. Use the policy and the configuration that generated the test requests.
    ///
    /// # Errors
    ///
    /// Returns [`HasPredicateError`] if the policy has a predicate.
    pub fn new(policy: &CorsPolicy, config: CheckConfig) -> Result<Self, HasPredicateError> {
        let (check, requests) = planned(policy, config.clone())?;
        let mut of_error_url = HashSet::new();
        if config.error_url.is_none() {
            // The ids of the test requests do not depend on the error URL, so any URL can stand for it here.
            let mut with_error_url = config.clone();
            with_error_url.error_url = Some(config.url().clone());
            let (_, all) = planned(policy, with_error_url)?;
            of_error_url.extend(all.into_keys().filter(|id| !requests.contains_key(id)));
        }
        Ok(Self {
            source: policy.clone(),
            config,
            check,
            requests,
            of_error_url,
            exchanges: HashMap::new(),
            unknown: Vec::new(),
            repeated: Vec::new(),
            contradictions: BTreeMap::new(),
        })
    }

    /// Returns the requests to send, in order. With [`CheckConfig::without_unsafe_methods`], returns only requests with
    /// safe methods.
    pub fn requests(&self) -> impl Iterator<Item = &RequestLine> {
        let lines = self.check.probes().flat_map(|probe| probe.requests());
        lines.filter(|line| self.check.sends(line))
    }

    /// Adds an exchange. An exchange with the id of a test request belongs to the probe of this request. If the id is
    /// unknown, or an earlier exchange with a response has the same id, the check judges the exchange alone, by the laws
    /// about any response. An exchange replaces an earlier exchange without a response that has the same id: the request
    /// was sent again.
    ///
    /// If the configuration has no error URL, the first exchange with an id such as `error-response/1` sets the error
    /// URL. Only test requests for an error URL have such ids.
    ///
    /// ```
    /// use fetch_cors::{cases::Exchange, conformance::{CheckConfig, Recorded}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut recorded = Recorded::new(&policy, CheckConfig::new("https://api.example/")?)?;
    /// recorded.insert(Exchange::parse(
    ///     r#"{"id":"error-response/1","request":{"method":"GET","url":"https://api.example/missing","headers":[["Origin","https://app.example"]]},
    ///         "response":{"status":404}}"#,
    /// )?)?;
    /// assert_eq!(recorded.report().judged_alone(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`OtherRequestError`] if the request differs from the test request with the same id.
    pub fn insert(&mut self, exchange: impl Into<ExchangeRecord>) -> Result<(), OtherRequestError> {
        let exchange = exchange.into();
        if self.of_error_url.contains(&exchange.id) {
            self.set_error_url(exchange.request.url.as_str());
        }
        let Some(expected) = self.requests.get(&exchange.id) else {
            self.unknown.push(exchange);
            return Ok(());
        };
        let earlier = self.exchanges.get(&exchange.id);
        let earlier = earlier.filter(|earlier| earlier.response.is_ok());
        if let Some(earlier) = earlier {
            if let Some(note) = note_about_contradiction(earlier, &exchange) {
                self.contradictions
                    .entry(exchange.id.clone())
                    .or_insert(note);
            }
            self.repeated.push(exchange);
        } else {
            ensure_same_request(expected, &exchange.request)?;
            self.exchanges.insert(exchange.id.clone(), exchange);
        }
        Ok(())
    }

    /// Sets the error URL, and adds the test requests for this URL. A URL that a browser cannot fetch changes nothing.
    fn set_error_url(&mut self, url: &str) {
        let Ok(config) = self.config.clone().error_url(url) else {
            return;
        };
        let planned = planned(&self.source, config.clone());
        // The policy has no predicate, because `new` refuses predicates.
        if let Ok((check, requests)) = planned {
            (self.check, self.requests, self.config) = (check, requests, config);
            self.of_error_url.clear();
        }
    }

    /// Whether at least one inserted exchange belongs to a probe.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, Recorded}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// assert!(!Recorded::new(&policy, CheckConfig::new("https://api.example/")?)?.has_probe());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn has_probe(&self) -> bool {
        !self.exchanges.is_empty()
    }

    /// Returns the report. If the recording has an exchange with an unsafe method,
    /// [`CheckConfig::without_unsafe_methods`] has no effect: the report names each test request without an exchange,
    /// whatever its method.
    ///
    /// Does not judge an exchange that belongs to no test request if its URL is neither the URL of the configuration nor
    /// the error URL. A note of the report names such an exchange.
    ///
    /// ```
    /// use fetch_cors::{cases::Exchange, conformance::{CheckConfig, Recorded}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut recorded = Recorded::new(&policy, CheckConfig::new("https://api.example/")?)?;
    /// recorded.insert(Exchange::parse(
    ///     r#"{"id":"mine","request":{"method":"GET","url":"https://other.example/"},"response":{"status":200}}"#,
    /// )?)?;
    /// let report = recorded.report();
    /// assert_eq!((report.judged_alone(), report.exchanges()), (0, 0));
    /// assert!(report.notes()[0].starts_with("1 exchange not judged (`mine`): the URL is not a URL of the check"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn report(mut self) -> Report {
        let foreign = self.take_foreign();
        let mut recorded = self.exchanges.values();
        if recorded.any(|exchange| !is_safe(&exchange.request.method)) {
            self.check.send_unsafe_methods();
        }
        // The ids of the recorded requests that lack a header of their test request, by the name of the header.
        let mut lacking: BTreeMap<String, Vec<String>> = BTreeMap::new();
        while let Some(line) = self.check.request() {
            match self.exchanges.remove(&line.id) {
                Some(exchange) => {
                    for name in lacking_names(&line.request, &exchange.request) {
                        lacking.entry(name).or_default().push(line.id.clone());
                    }
                    self.check
                        .answer_after(exchange.response, exchange.duration);
                }
                None => self.check.skip(),
            }
        }
        let unknown = format!(
            "no test request has this id; to judge more, {}",
            self.config.interface.same_configuration()
        );
        let notes = [
            note_about_others(&foreign, "not judged", FOREIGN),
            note_about_others(&self.unknown, "judged alone", &unknown),
            note_about_others(&self.repeated, "judged alone", REPEATED),
        ];
        let contradictions = core::mem::take(&mut self.contradictions);
        let judged_alone = self.unknown.len() + self.repeated.len();
        for exchange in self.unknown.into_iter().chain(self.repeated) {
            self.check.judge_exchange(exchange);
        }
        let mut report = self.check.report();
        let lacking = lacking
            .iter()
            .map(|(name, ids)| unchecked_header(name, ids));
        report.unchecked.extend(lacking);
        report.judged_alone = judged_alone;
        report.notes.extend(notes.into_iter().flatten());
        report
            .notes
            .extend(notes_about_contradictions(contradictions));
        report
    }

    /// Removes and returns the exchanges that belong to no test request and whose URL is not a URL of the check.
    fn take_foreign(&mut self) -> Vec<ExchangeRecord> {
        let urls = [Some(self.config.url()), self.config.error_url.as_ref()];
        let urls: Vec<_> = urls
            .into_iter()
            .flatten()
            .map(without_fragment_and_userinfo)
            .collect();
        let mut foreign = Vec::new();
        for exchanges in [&mut self.unknown, &mut self.repeated] {
            let (own, others): (Vec<_>, Vec<_>) =
                core::mem::take(exchanges)
                    .into_iter()
                    .partition(|exchange| {
                        urls.contains(&without_fragment_and_userinfo(&exchange.request.url))
                    });
            *exchanges = own;
            foreign.extend(others);
        }
        foreign
    }
}

/// Returns a check, and the test requests of the check by id.
fn planned(
    policy: &CorsPolicy,
    config: CheckConfig,
) -> Result<(Check, HashMap<String, HttpRequest>), HasPredicateError> {
    let check = Check::new(policy, config)?.without_shrinking();
    let lines = check.probes().flat_map(|probe| probe.requests());
    let requests = lines.map(|RequestLine { id, request }| (id.clone(), request.clone()));
    let requests = requests.collect();
    Ok((check, requests))
}

/// The end of the note about exchanges with another URL.
const FOREIGN: &str = "the URL is not a URL of the check, so the response says nothing about this server: remove the exchange from the record, or check its URL too";

/// The end of the note about exchanges with a repeated id.
const REPEATED: &str =
    "an earlier exchange has the same id; to judge more, keep one exchange for each id";

/// Returns the note about exchanges that belong to no probe. `result` says how they were judged. `reason` says why the
/// exchanges belong to no probe, and what the user can do. Returns `None` if there are no such exchanges.
fn note_about_others(exchanges: &[ExchangeRecord], result: &str, reason: &str) -> Option<String> {
    let first = exchanges.first()?.id.escape_debug();
    let rest = if exchanges.len() > 1 { ", …" } else { "" };
    let exchanges = counted(exchanges.len(), "exchange");
    Some(format!("{exchanges} {result} (`{first}`{rest}): {reason}"))
}

/// The maximum number of notes about contradictions.
const MAX_CONTRADICTIONS: usize = 3;

/// Returns the first notes about contradictions, and the number of the others.
fn notes_about_contradictions(notes: BTreeMap<String, String>) -> impl Iterator<Item = String> {
    let others = notes.len().saturating_sub(MAX_CONTRADICTIONS);
    let rest = (others > 0).then(|| {
        format!(
            "exchanges of {} contradict each other too",
            counted(others, "other id")
        )
    });
    notes.into_values().take(MAX_CONTRADICTIONS).chain(rest)
}

/// Returns a note if two exchanges have the same id and request, but only one response allows the origin, or the responses have
/// different values of `Access-Control-Allow-Origin`.
fn note_about_contradiction(first: &ExchangeRecord, second: &ExchangeRecord) -> Option<String> {
    ensure_same_request(&first.request, &second.request).ok()?;
    let sent = |record: &ExchangeRecord| {
        let response = record.response.as_ref().ok()?;
        let value = response.header_list.get(ALLOW_ORIGIN);
        Some(match value {
            Some(value) => format!(
                "has `Access-Control-Allow-Origin: {}`",
                value.escape_ascii()
            ),
            None => String::from("has no `Access-Control-Allow-Origin`"),
        })
    };
    let (of_first, of_second) = (sent(first)?, sent(second)?);
    (of_first != of_second).then(|| {
        format!(
            "the exchanges with the id `{}` contradict each other: the first response {of_first}, and a later response {of_second}; \
             if both are from this server, it gives different answers to the same request; otherwise, keep one of the exchanges",
            first.id.escape_debug()
        )
    })
}

/// Returns the names of the headers that the test request has, but the recorded request lacks. Leaves out `Accept: */*`,
/// because a request without `Accept` means the same (RFC 9110 §12.5.1), and headers with an empty value, which some
/// programs do not send.
fn lacking_names(expected: &HttpRequest, sent: &HttpRequest) -> Vec<String> {
    let headers = expected.header_list.iter();
    let headers =
        headers.map(|(name, value)| (name.as_str().to_ascii_lowercase(), value.as_bytes()));
    let lacking = headers.filter(|(name, value)| {
        let is_any_type = name == "accept" && *value == b"*/*";
        !is_any_type && !value.is_empty() && !sent.header_list.contains(name)
    });
    let mut names: Vec<String> = lacking.map(|(name, _)| name).collect();
    names.dedup();
    names
}

/// Returns the description of the requests that were not checked because the recorded requests lack a header.
fn unchecked_header(name: &str, ids: &[String]) -> String {
    let rest = if ids.len() > 1 { ", …" } else { "" };
    let first = ids.first().map_or("", String::as_str);
    let requests = counted(ids.len(), "request");
    format!(
        "requests with the header `{name}`, because {requests} of the record ({first}{rest}) {}: send and record each header of a test request",
        if ids.len() == 1 {
            "lacks it"
        } else {
            "lack it"
        }
    )
}

/// Compares the URL, the method and the CORS headers of a recorded request with the test request. Other headers can
/// differ, because programs add headers to the requests that they send. Differences in white space, and in the division
/// of a value into header lines, do not matter.
fn ensure_same_request(
    expected: &HttpRequest,
    sent: &HttpRequest,
) -> Result<(), OtherRequestError> {
    const NAMES: [(&str, &str); 3] = [
        ("origin", "request.headers, Origin"),
        (
            "access-control-request-method",
            "request.headers, Access-Control-Request-Method",
        ),
        (
            "access-control-request-headers",
            "request.headers, Access-Control-Request-Headers",
        ),
    ];
    let other = |member, sent: Option<&[u8]>, expected: Option<&[u8]>| OtherRequestError {
        member,
        expected: quoted_value(expected),
        found: quoted_value(sent),
    };
    let [url, sent_url] =
        [expected, sent].map(|request| without_fragment_and_userinfo(&request.url));
    if url != sent_url {
        let (url, sent_url) = (url.as_bytes(), sent_url.as_bytes());
        return Err(other("request.url", Some(sent_url), Some(url)));
    }
    if expected.method != sent.method {
        let [method, sent_method] =
            [expected, sent].map(|request| request.method.as_str().as_bytes());
        return Err(other("request.method", Some(sent_method), Some(method)));
    }
    for (name, member) in NAMES {
        let value = |request: &HttpRequest| {
            let value = request.header_list.get(name);
            value.map(|value| {
                let bytes = value.iter().copied();
                bytes
                    .filter(|byte| !b" \t".contains(byte))
                    .collect::<Vec<_>>()
            })
        };
        let is_empty = |value: &Option<Vec<u8>>| value.as_ref().is_none_or(Vec::is_empty);
        let (expected, sent) = (value(expected), value(sent));
        // Some programs do not send a header with an empty value, so an empty value counts as an absent header.
        if expected != sent && !(is_empty(&expected) && is_empty(&sent)) {
            return Err(other(member, sent.as_deref(), expected.as_deref()));
        }
    }
    Ok(())
}

/// Puts the value between backticks. A long value is cut.
fn quoted_value(value: Option<&[u8]>) -> String {
    const MAX_DISPLAYED_BYTES: usize = 100;
    match value {
        None => String::from("nothing"),
        Some(value) => match value.get(..MAX_DISPLAYED_BYTES) {
            Some(beginning) => format!("`{}…`", beginning.escape_ascii()),
            None => format!("`{}`", value.escape_ascii()),
        },
    }
}
