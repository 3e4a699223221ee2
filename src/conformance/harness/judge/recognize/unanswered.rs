//! Describes the requests that get no response.

use alloc::{borrow::ToOwned, collections::BTreeSet, format, string::String, vec::Vec};

use http::Method;

use super::{
    Evidence,
    facts::is_like_preflight,
    mistakes::unanswered_method,
    names::{Names, joined},
};
use crate::conformance::{
    harness::{
        judge::{request_origin::has_malformed_origin, silent_requests::Silence},
        report::{
            request_kind::{OriginKind, Purpose, RequestKind},
            violation::Violation,
        },
    },
    laws::severity::Severity,
};

/// The requests without a response are few if there is at most one of them for this number of requests.
const MIN_REQUESTS_PER_FEW: usize = 10;
/// The requests without a response have nothing in common if they have at least this number of kinds.
const MIN_KINDS_OF_FEW: usize = 3;

pub(super) const DENIED: &str = "requests of denied origins";
pub(super) const OWN_PAGES: &str = "requests of the server's own pages";
pub(super) const WITHOUT_ORIGIN: &str = "requests without `Origin`";
pub(super) const SEVERAL_ORIGINS: &str = "requests with several `Origin` lines";

/// Whether each request without a response has an `Origin` that no page can have.
pub(super) fn is_of_malformed_origins(violations: &[Violation]) -> bool {
    let mut requests = violations
        .iter()
        .filter_map(|violation| violation.unanswered.as_ref());
    requests.all(|line| has_malformed_origin(&line.request))
}

/// Describes the missing responses if they have a pattern.
pub(super) fn mistake(violations: &[Violation], silence: &Silence) -> Option<String> {
    let subject = subject(violations, silence)?;
    Some([&subject, " get no response"].concat())
}

/// Describes the requests that get no response, if the missing responses have a pattern.
fn subject(violations: &[Violation], silence: &Silence) -> Option<String> {
    if is_of_malformed_origins(violations) {
        return Some(String::from("requests with a malformed `Origin`"));
    }
    let broken = violations
        .iter()
        .filter(|violation| violation.severity != Severity::Waste);
    let kinds: BTreeSet<RequestKind> = broken.filter_map(kind).collect();
    let some = if kinds.iter().any(|kind| silence.answers_kind(*kind)) {
        "some "
    } else {
        ""
    };
    let nouns: BTreeSet<&str> = kinds.into_iter().map(described).collect();
    let nouns: Vec<String> = nouns.into_iter().map(ToOwned::to_owned).collect();
    (!nouns.is_empty()).then(|| [some, &joined(nouns, "and")].concat())
}

impl Evidence<'_> {
    /// Describes the requests without a response if all of them have a property that no answered request has. If the missing
    /// responses break no page, only the length of a header and the method OPTIONS count: other missing responses can be due to
    /// the network.
    pub(super) fn silent_requests(&self, violations: &[Violation]) -> Option<&str> {
        let is_harmless = is_harmless(violations);
        let is_shown = !is_of_malformed_origins(violations)
            && (!is_harmless
                || self.silence.min_length.is_some()
                || self.silence.is_of_plain_options());
        self.silence.subject.as_deref().filter(|_| is_shown)
    }

    /// Describes requests without a response if they are few and have nothing in common: the server answers similar requests.
    pub(super) fn few_silent_requests(&self, violations: &[Violation]) -> Option<String> {
        let failed = &self.silence.failed;
        let kinds = &self.silence.failed_kinds;
        let are_few = kinds.len() >= MIN_KINDS_OF_FEW
            && failed.len() * MIN_REQUESTS_PER_FEW <= self.silence.count;
        if self.silence.subject.is_some() || !are_few || is_of_malformed_origins(violations) {
            return None;
        }
        let mut kinds = kinds.iter();
        let are_others_answered = kinds.all(|kind| self.silence.answers_kind(*kind));
        let named = Names::new(failed.iter().cloned())?;
        are_others_answered.then(|| {
            format!(
                "{} of {} requests get no response, and similar requests get one: {}",
                failed.len(),
                self.silence.count,
                named.joined("and")
            )
        })
    }

    /// Names the request that has possibly stopped the server. The reason can also be the network.
    pub(super) fn stopping_request(&self, violations: &[Violation]) -> Option<&str> {
        let stopping = self.silence.stopping.as_deref();
        stopping.filter(|_| is_harmless(violations))
    }

    /// Returns the fix for requests without a response.
    pub(super) fn fix_of_silence(&self, violations: &[Violation]) -> Option<String> {
        if is_of_malformed_origins(violations) {
            return None;
        }
        let subject = self.silent_requests(violations);
        if self.silence.min_length.is_some() {
            return Some(String::from(
                "if your pages send headers of this length, raise the limit in the server, or in the proxy in front of the server; otherwise, answer these requests with the status 431, or accept the finding, because no page needs these requests",
            ));
        }
        if let Some(stopping) = self.stopping_request(violations) {
            return Some(format!(
                "start the server again, and send only the request `{stopping}`: if the server answers no other request after it, find what needs so long for this request, for example a regular expression with `+` in a part that has `+` again, such as `([a-z0-9-]+.)+`; otherwise, send all requests again, because the reason is probably the network"
            ));
        }
        if is_harmless(violations) && !self.silence.is_of_plain_options() {
            return Some(String::from(
                "send these requests again: the server answers similar requests, so the reason is probably the network",
            ));
        }
        if self.few_silent_requests(violations).is_some() {
            return Some(String::from(
                "send these requests again; if the same requests get no response again, look into the log of the server, and of the proxy or the firewall in front of the server",
            ));
        }
        if subject.is_none() && unanswered_method(violations).is_some() {
            return Some(String::from(
                "find the reason why the server does not answer this request, which the policy permits: look into the log of the server, or wait longer for the response",
            ));
        }
        let of_kinds = || self::subject(violations, &self.silence);
        let subject = subject.map(String::from).or_else(of_kinds)?;
        Some(format!(
            "look into the log of the server, and of the proxy or the firewall in front of the server, for the reason why {subject} get no response, although other requests get one"
        ))
    }
}

/// Whether the missing responses break no page.
fn is_harmless(violations: &[Violation]) -> bool {
    let mut violations = violations.iter();
    violations.all(|violation| violation.severity == Severity::Waste)
}

/// Returns the kind of the request without a response. A fetch can also have an answered request.
fn kind(violation: &Violation) -> Option<RequestKind> {
    let request = &violation.unanswered.as_ref()?.request;
    let purpose = if is_like_preflight(request) {
        Purpose::Preflight
    } else if request.method == Method::OPTIONS {
        Purpose::Options
    } else {
        Purpose::Request
    };
    let origin = violation.requests.first()?.origin;
    Some(RequestKind { origin, purpose })
}

const fn described(kind: RequestKind) -> &'static str {
    match (kind.purpose, kind.origin) {
        (Purpose::Preflight, OriginKind::Allowed) => "preflights of allowed origins",
        (Purpose::Preflight, OriginKind::Denied) => "preflights of denied origins",
        (Purpose::Preflight, _) => "preflights",
        (Purpose::Options, _) => "OPTIONS requests that are not preflights",
        (Purpose::Request, OriginKind::Allowed) => "requests of allowed origins",
        (Purpose::Request, OriginKind::Denied) => DENIED,
        (Purpose::Request, OriginKind::Own) => OWN_PAGES,
        (Purpose::Request, OriginKind::Missing) => WITHOUT_ORIGIN,
        (Purpose::Request, OriginKind::Several) => SEVERAL_ORIGINS,
    }
}
