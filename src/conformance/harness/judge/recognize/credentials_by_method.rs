//! Finds the methods whose responses have `Access-Control-Allow-Credentials: true`, and the methods whose responses lack it.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

use http::Method;

use super::{
    description::{not_shown_by, shown_only_by},
    facts::{ALLOW_CREDENTIALS, allows_origin, is_like_preflight, single},
    names::{Names, joined},
};
use crate::{
    cases::Exchange,
    conformance::harness::report::{cause::Cause, place::Place},
};

/// The responses to one method that allow an origin.
#[derive(Default)]
struct Answers {
    with: bool,
    without: bool,
}

/// The methods that the sentence names. The check also sends invented methods, which no page sends.
const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];

/// The maximum number of kinds of responses in a sentence.
const MAX_PARTS: usize = 3;

/// A kind of requests: the preflights, or the other requests with one method.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Preflight,
    Request(String),
}

impl Kind {
    fn is_options(&self) -> bool {
        matches!(self, Self::Request(method) if method == Method::OPTIONS.as_str())
    }
}

/// The responses that allow an origin, by the kind of their requests.
#[derive(Default)]
pub(super) struct CredentialsByMethod {
    answers: BTreeMap<Kind, Answers>,
}

impl CredentialsByMethod {
    pub(super) fn new<'x>(exchanges: impl Iterator<Item = &'x Exchange>) -> Self {
        let mut found = Self::default();
        for exchange in exchanges.filter(|exchange| allows_origin(exchange)) {
            let method = &exchange.request.method;
            let kind = if is_like_preflight(&exchange.request) {
                Kind::Preflight
            } else if METHODS.contains(method) {
                Kind::Request(method.to_string())
            } else {
                continue;
            };
            let value = single(&exchange.response.header_list, ALLOW_CREDENTIALS);
            let has_value = value.as_deref() == Some(b"true");
            let answers = found.answers.entry(kind).or_default();
            answers.with |= has_value;
            answers.without |= !has_value;
        }
        found
    }

    /// Adds the responses with the mistake to its text, if their method is the reason: the responses to these methods always
    /// have the mistake, and the responses to other methods never have it. If the other responses are fewer, the text has these.
    /// Returns `None` if the method is not the reason, or if there are too many methods for a text.
    pub(super) fn with_responses(&self, cause: Cause, mistake: &str) -> Option<String> {
        let mut answers = self.answers.values();
        let is_of_method = answers.all(|answers| answers.with != answers.without);
        let is_wrong = |answers: &Answers| answers.with == (cause == Cause::AllowsCredentials);
        let kinds = self.answers.iter();
        let (wrong, right): (Vec<_>, Vec<_>) = kinds.partition(|(_, answers)| is_wrong(answers));
        let [wrong, right] = [wrong, right]
            .map(|kinds| -> Vec<&Kind> { kinds.into_iter().map(|(kind, _)| kind).collect() });
        let is_shorter = parts(&right) < parts(&wrong);
        let named = if is_shorter { &right } else { &wrong };
        let has_few = (1..=MAX_PARTS).contains(&parts(named));
        (is_of_method && has_few && !right.is_empty()).then(|| {
            let responses = responses(named);
            if is_shorter {
                not_shown_by(mistake, &responses)
            } else {
                shown_only_by(mistake, &responses)
            }
        })
    }
}

/// Returns the number of kinds in the text of [`responses`].
fn parts(kinds: &[&Kind]) -> usize {
    let joins_options =
        kinds.contains(&&Kind::Preflight) && kinds.iter().any(|kind| kind.is_options());
    kinds.len().saturating_sub(usize::from(joins_options))
}

/// Returns the names of the responses. Preflight responses are responses to OPTIONS too.
fn responses(kinds: &[&Kind]) -> String {
    let has_preflights = kinds.contains(&&Kind::Preflight);
    let has_options = kinds.iter().any(|kind| kind.is_options());
    let names = kinds.iter().filter_map(|kind| match kind {
        Kind::Request(method) if has_preflights || !kind.is_options() => Some(method.as_str()),
        Kind::Request(_) | Kind::Preflight => None,
    });
    let preflights =
        (has_preflights && !has_options).then(|| String::from(Place::Preflights.responses()));
    let of_methods = Names::new(names).map(|names| format!("responses to {}", names.joined("and")));
    let of_options = (has_options && !has_preflights)
        .then(|| String::from("responses to `OPTIONS` requests other than preflights"));
    let parts = [preflights, of_methods, of_options];
    joined(parts.into_iter().flatten().collect(), "and")
}
