//! Finds the headers with credentials on which a server always fails.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use http::Method;

use super::{fails, kind::Kind, origin};
use crate::{
    cases::Exchange,
    conformance::harness::{
        expectations::Expectations, judge::requests::origin_kind, report::request_kind::OriginKind,
    },
};

/// The kind, the kind of the origin, and the `Origin` of a request.
type Key = (Kind, OriginKind, Option<Vec<u8>>);

/// The failures of usual requests (see [`is_usual`]) with and without credentials.
#[derive(Debug, Default)]
pub(in super::super) struct FailedCredentials {
    /// For each kind and `Origin` of a usual request that is not an OPTIONS request: the number of failures, and the number of
    /// answers.
    usual: BTreeMap<Key, [usize; 2]>,
    /// The headers with credentials, as in a [`Kind`], on which the server always fails.
    always: BTreeSet<[bool; 2]>,
}

impl FailedCredentials {
    pub(super) fn new<'x>(
        expectations: &Expectations,
        exchanges: impl Iterator<Item = &'x Exchange>,
    ) -> Self {
        let mut found = Self::default();
        for exchange in exchanges {
            if is_usual(expectations, exchange) && exchange.request.method != Method::OPTIONS {
                let [failed, answered] =
                    found.usual.entry(key(expectations, exchange)).or_default();
                *if fails(exchange) { failed } else { answered } += 1;
            }
        }
        found.always = found.always_failed();
        found
    }

    /// Whether the server always fails on requests with these headers: on each usual request with them, but not on each usual
    /// request without them.
    pub(super) fn always_fails(&self, credentials: [bool; 2]) -> bool {
        self.always.contains(&credentials)
    }

    /// Whether the server fails because the request has credentials: it fails on every usual request of this kind, and on no
    /// request of the same kind and `Origin` without credentials. One failure can be a coincidence, so there are at least two.
    pub(in super::super) fn explains(
        &self,
        expectations: &Expectations,
        exchange: &Exchange,
    ) -> bool {
        if !fails(exchange) || !is_usual(expectations, exchange) {
            return false;
        }
        let (with, origin_kind, origin) = key(expectations, exchange);
        let has = with.credentials;
        let [_, answered_with] = self.count(|(kind, ..)| *kind == with);
        let [failures, _] = self.count(|(kind, ..)| kind.credentials == has);
        let without = with.without_credentials();
        let key = (without.clone(), origin_kind, origin);
        let mut counts = self.usual.get(&key).copied().unwrap_or_default();
        if counts == [0, 0] {
            // The check sends no such request without credentials, so the requests of similar origins count.
            counts = self.count(|(kind, other, _)| *kind == without && *other == origin_kind);
        }
        let is_answered_without = match counts {
            // The server gives no other answer to such requests without credentials.
            [0, 0] => self.always_fails(has),
            [failed, _] => failed == 0,
        };
        has != [false; 2] && failures > 1 && answered_with == 0 && is_answered_without
    }

    fn always_failed(&self) -> BTreeSet<[bool; 2]> {
        let has = self.usual.keys().map(|(kind, ..)| kind.credentials);
        let has: BTreeSet<[bool; 2]> = has.filter(|has| *has != [false; 2]).collect();
        let always_fails = |has: &[bool; 2]| {
            let [failed, answered] = self.count(|(kind, ..)| kind.credentials == *has);
            let mut with = self.usual.keys();
            failed > 1
                && answered == 0
                && with.any(|(kind, origin_kind, origin)| {
                    let key = (kind.without_credentials(), *origin_kind, origin.clone());
                    kind.credentials == *has
                        && matches!(self.usual.get(&key), Some([0, answered]) if *answered > 0)
                })
        };
        has.into_iter().filter(always_fails).collect()
    }

    /// Returns the number of failures and the number of answers of the selected usual requests.
    fn count(&self, is_selected: impl Fn(&Key) -> bool) -> [usize; 2] {
        let selected = self.usual.iter().filter(|(key, _)| is_selected(key));
        selected.fold(
            [0, 0],
            |[failed, answered], (_, [more_failed, more_answered])| {
                [failed + more_failed, answered + more_answered]
            },
        )
    }
}

fn key(expectations: &Expectations, exchange: &Exchange) -> Key {
    let request = &exchange.request;
    (
        Kind::new(request),
        origin_kind(expectations, request),
        origin(request),
    )
}

/// Whether the server should answer the request as usual: its origin is not denied. A preflight of the server's own origin
/// does not count, because browsers do not send it.
pub(super) fn is_usual(expectations: &Expectations, exchange: &Exchange) -> bool {
    match origin_kind(expectations, &exchange.request) {
        OriginKind::Denied => false,
        OriginKind::Own => exchange.request.method != Method::OPTIONS,
        _ => true,
    }
}
