use alloc::{format, string::String, vec::Vec};

use hashbrown::HashMap;

use super::{Check, CheckConfig, Report};
use crate::{
    cases::{Exchange, RequestLine},
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
///     r#"{"id":"reflection/1","request":{"method":"GET","url":"https://api.example/","headers":[["Origin","https://stranger.test"]]},
///         "response":{"status":200,"headers":[["Access-Control-Allow-Origin","*"]]}}"#,
/// )?)?;
/// let report = recorded.report();
/// assert_eq!((report.exchanges(), report.findings()[0].ids()), (1, vec!["reflection/1"]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Recorded {
    check: Check,
    asked: HashMap<String, HttpRequest>,
    answered: HashMap<String, Exchange>,
    others: Vec<Exchange>,
}

/// An exchange has the id of a probe, and is about another request: of another policy, URL or seed.
///
/// ```
/// use fetch_cors::conformance::OtherRequestError;
/// let error = OtherRequestError { member: "request.method", asked: "`GET`".into(), judged: "`PUT`".into() };
/// assert_eq!(
///     error.to_string(),
///     "request.method: not what the probe of this name asks for with this policy, URL and seed: \
///      `GET` was asked, and `PUT` is judged",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{member}: not what the probe of this name asks for with this policy, URL and seed: {asked} was asked, and {judged} is judged"
)]
pub struct OtherRequestError {
    /// What is another one.
    pub member: &'static str,
    /// What it is in the exchange, in words.
    pub asked: String,
    /// What it is in the probe, in words.
    pub judged: String,
}

impl Recorded {
    /// With the policy and the configuration that the requests were made from.
    ///
    /// # Errors
    ///
    /// [`HasPredicateError`], where nobody can say what the policy allows.
    pub fn new(policy: &CorsPolicy, config: CheckConfig) -> Result<Self, HasPredicateError> {
        let check = Check::new(policy, config)?.without_shrinking();
        let lines = check.probes().flat_map(|probe| probe.requests());
        let asked = lines.map(|RequestLine { id, request }| (id.clone(), request.clone()));
        Ok(Self {
            asked: asked.collect(),
            answered: HashMap::new(),
            others: Vec::new(),
            check,
        })
    }

    /// The requests that are to be asked, in order.
    pub fn requests(&self) -> impl Iterator<Item = &RequestLine> {
        self.check.probes().flat_map(|probe| probe.requests())
    }

    /// Takes an exchange. One whose id is no probe's, or was there before, is judged by itself.
    ///
    /// # Errors
    ///
    /// [`OtherRequestError`], where the probe of that name asks for something else.
    pub fn insert(&mut self, exchange: Exchange) -> Result<(), OtherRequestError> {
        match self.asked.get(&exchange.id) {
            Some(asked) if !self.answered.contains_key(&exchange.id) => {
                is_asked(asked, &exchange.request)?;
                self.answered.insert(exchange.id.clone(), exchange);
            }
            _ => self.others.push(exchange),
        }
        Ok(())
    }

    /// What it came to.
    pub fn report(mut self) -> Report {
        while let Some(line) = self.check.request() {
            match self.answered.remove(&line.id) {
                Some(exchange) => self.check.answer(Ok(exchange.response)),
                None => self.check.skip(),
            }
        }
        for exchange in &self.others {
            self.check.judge_exchange(exchange);
        }
        self.check.report()
    }
}

/// Programs add headers of their own; those that count have to be there, in as many lines as they like.
fn is_asked(asked: &HttpRequest, sent: &HttpRequest) -> Result<(), OtherRequestError> {
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
    let other = |member, sent: Option<&[u8]>, asked: Option<&[u8]>| OtherRequestError {
        member,
        asked: quoted_value(sent),
        judged: quoted_value(asked),
    };
    let [url, sent_url] = [asked, sent].map(|request| without_fragment_and_userinfo(&request.url));
    if url != sent_url {
        let (url, sent_url) = (url.as_bytes(), sent_url.as_bytes());
        return Err(other("request.url", Some(sent_url), Some(url)));
    }
    if asked.method != sent.method {
        let [method, sent_method] = [asked, sent].map(|request| request.method.as_str().as_bytes());
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
        let (asked, sent) = (value(asked), value(sent));
        // Some programs leave out what is empty.
        if asked != sent && !(is_empty(&asked) && is_empty(&sent)) {
            return Err(other(member, sent.as_deref(), asked.as_deref()));
        }
    }
    Ok(())
}

/// The value in backticks, cut where it is long.
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
