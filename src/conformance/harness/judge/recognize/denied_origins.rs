//! Recognizes how a server compares origins if the server allows origins that the policy denies.
//!
//! One accepted origin is weak evidence. For example, a server that accepts `https://app.example.evil.test` possibly
//! compares only the beginning of the origin, but it can also accept every origin. So the module recognizes a
//! comparison only if the server accepted every tested origin that the comparison accepts.

mod alternatives;
mod answers;
mod causes;
mod changes;
mod comparison;
mod explanations;
mod found;
mod local_pages;
pub(super) mod open_ends;
mod own_host;
mod reflection;

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use ::url::Url;
use http::Method;

use self::{answers::Reflected, changes::Changes, found::Found};
use super::{
    comparison_rules::{Difference, Given, Listed, is_web_scheme},
    facts::{allows_origin, has_credentials, is_error, is_overloaded, needs_login, single},
};
use crate::{
    cases::Exchange,
    conformance::harness::{
        expectations::{Expectations, is_label_of_a_host},
        judge::requests::origin_kind,
        probes::shared_hosts::is_on_shared_host,
        report::{cause::Cause, request_kind::OriginKind},
    },
    infrastructure::origin::TupleOrigin,
};

/// The origins that the policy denies, with the answers of the server.
pub(super) struct DeniedOrigins<'e> {
    expectations: &'e Expectations,
    entries: Vec<Listed>,
    /// Whether the server denies all preflights of allowed origins. If so, an OPTIONS response without CORS headers
    /// does not show that the server refuses an origin.
    ignores_preflights: bool,
    /// Whether no response to a GET request of an allowed origin allows the origin, although other responses do. If so, a
    /// response to GET without CORS headers does not show that the server refuses an origin.
    ignores_gets: bool,
    /// Whether the server needs a login. If so, only requests with credentials show which origins the server allows.
    needs_login: bool,
    /// Whether the server answers every GET request with `Origin` with an error, and allows an origin in such a response. If
    /// so, an error response shows which origins the server allows.
    always_fails: bool,
    /// The URL that the server should answer with an error. An error response without CORS headers does not show that
    /// the server refuses the origin at another URL.
    error_url: Option<&'e Url>,
    /// The host of the server; `None` if the host is `localhost`, because a server with this host usually allows
    /// `localhost` for tests.
    own_host: Option<String>,
    /// The origin of the server.
    own_origin: Option<String>,
    /// For each denied origin: whether the server reflects this origin.
    reflected: BTreeMap<String, Reflected>,
    /// The denied origins whose requests get a server error without CORS headers.
    failed: BTreeSet<String>,
    /// Whether the server sends the value `null` to an origin that is neither allowed nor `null`.
    sends_null: bool,
    /// Whether a page with the origin `null` can read a response, because the server sends the value `null`.
    is_null_readable: bool,
    /// Whether the server sends an empty `Access-Control-Allow-Origin` to a request whose `Origin` is not empty.
    pub(super) sends_empty: bool,
    /// Whether the server sends `*` to a denied origin. A request with `Origin: *` does not count.
    pub(super) sends_asterisk: bool,
    /// The names and values of the CORS headers in responses to denied origins. The `bool` is true if the request has
    /// the method OPTIONS.
    sent: BTreeSet<(bool, String, Vec<u8>)>,
    /// The values of `Access-Control-Allow-Origin` that the server sends to denied origins. Each value has the receivers
    /// whose origin differs from it.
    constants: BTreeMap<Vec<u8>, BTreeSet<String>>,
    found: Found,
    /// The changes, if the server sometimes allows denied origins, and sometimes denies the same origins.
    pub(super) changes: Option<Changes>,
    /// Whether the server answers every request of a denied `http:` origin with an error. Preflights do not count.
    pub(super) refuses_without_https: bool,
}

impl<'e> DeniedOrigins<'e> {
    pub(super) fn new<'x>(
        expectations: &'e Expectations,
        error_url: Option<&'e Url>,
        exchanges: impl Iterator<Item = &'x Exchange> + Clone,
    ) -> Self {
        let mut allowed_preflights = exchanges.clone().filter(|exchange| {
            exchange.request.is_preflight()
                && origin_kind(expectations, &exchange.request) == OriginKind::Allowed
        });
        let ignores_preflights =
            allowed_preflights.clone().next().is_some() && !allowed_preflights.any(allows_origin);
        let mut plain_requests = exchanges.clone().filter(|exchange| {
            exchange.request.method != Method::OPTIONS && !has_credentials(exchange)
        });
        let needs_login =
            plain_requests.clone().next().is_some() && plain_requests.all(needs_login);
        // The error URL gets an error anyway, and an overloaded server can fail on any request.
        let gets = exchanges.clone().filter(|exchange| {
            exchange.request.method == Method::GET
                && exchange.request.header_list.contains("origin")
                && error_url != Some(&exchange.request.url)
                && !is_overloaded(exchange)
        });
        let always_fails = gets.clone().all(is_error) && gets.clone().any(allows_origin);
        let is_of_allowed = |exchange: &&Exchange| {
            origin_kind(expectations, &exchange.request) == OriginKind::Allowed
        };
        let mut of_allowed = exchanges.clone().filter(is_of_allowed);
        let ignores_gets =
            !gets.clone().filter(is_of_allowed).any(allows_origin) && of_allowed.any(allows_origin);
        let mut urls = exchanges.clone().map(|exchange| &exchange.request.url);
        let url = urls.find(|url| error_url != Some(*url));
        let own_host = url.and_then(Url::host_str).map(String::from);
        let own_origin = url.map(|url| url.origin().ascii_serialization());
        let listed = expectations.spec.origins.entries();
        let mut origins = Self {
            expectations,
            entries: listed
                .iter()
                .filter_map(|entry| Listed::parse(entry))
                .collect(),
            ignores_preflights,
            ignores_gets,
            // If the server chooses the CORS headers before the login, requests without credentials show them too.
            needs_login: needs_login && !always_fails,
            always_fails,
            error_url,
            own_host: own_host.filter(|host| host != "localhost"),
            own_origin,
            reflected: BTreeMap::new(),
            failed: BTreeSet::new(),
            sends_null: false,
            is_null_readable: false,
            sends_empty: false,
            sends_asterisk: false,
            sent: BTreeSet::new(),
            constants: BTreeMap::new(),
            found: Found::default(),
            changes: Changes::new(expectations, exchanges.clone()),
            refuses_without_https: refuses_without_https(expectations, exchanges.clone()),
        };
        let is_allowed_page_answered = gets
            .filter(is_of_allowed)
            .any(|exchange| !is_error(exchange) && allows_origin(exchange));
        for exchange in exchanges {
            origins.insert(exchange);
        }
        if is_allowed_page_answered {
            origins.insert_failures_as_refusals();
        }
        origins.compare();
        origins
    }

    /// Returns the origin of the request if the policy denies this origin.
    fn denied(&self, exchange: &Exchange) -> Option<String> {
        let is_denied = origin_kind(self.expectations, &exchange.request) == OriginKind::Denied;
        let origin = single(&exchange.request.header_list, "origin").filter(|_| is_denied)?;
        Some(String::from_utf8_lossy(&origin).into_owned())
    }

    /// Whether the origin is on a shared host, or on the server's own host or a similar host if the policy does not list the
    /// own host. A server can allow such hosts apart from its list: it can list `*.vercel.app`, or compare the host of the
    /// origin with the `Host` of the request. So the answer does not show how the server compares an origin with the entries of
    /// the policy.
    fn is_on_special_host(&self, origin: &str) -> bool {
        is_on_shared_host(origin)
            || parse(origin).is_some_and(|parsed| {
                self.is_on_own_host(&parsed) || self.own_part(&parsed).is_some()
            })
    }

    fn is_on_own_host(&self, parsed: &TupleOrigin) -> bool {
        let mut entries = self.entries.iter();
        self.own_host.as_deref() == Some(parsed.host())
            && is_web_scheme(parsed.scheme())
            && !entries.any(|entry| entry.matches(parsed.host()))
    }

    /// Whether the server sends the origins of earlier requests.
    pub(super) fn sends_earlier_origins(&self) -> bool {
        let changes = self.changes.as_ref();
        changes.is_some_and(|changes| changes.when.is_none())
    }

    fn is_unrelated(&self, origin: &str, parsed: &TupleOrigin) -> bool {
        let mut entries = self.entries.iter();
        !entries.any(|entry| entry.is_similar(parsed)) && !self.found.mixed.contains(origin)
    }

    /// Whether the author of the policy can have forgotten the origin. An origin that imitates an entry, or that has a host
    /// which the check invented, was never meant. A listed host with another scheme or port, and a parent domain of a listed
    /// host, can be meant.
    pub(super) fn can_be_meant(&self, origin: &str) -> bool {
        let Some(parsed) = parse(origin) else {
            return matches!(origin, "null" | "file://");
        };
        let host = parsed.host();
        let given = Given::new(origin, Some(&parsed));
        let has_listed_host = self.entries.iter().any(|entry| {
            is_web_scheme(parsed.scheme()) && (entry.matches(host) || entry.is_below(host))
        });
        let is_imitation = self.entries.iter().any(|entry| {
            entry.is_similar(&parsed) || entry.shares_first_label(given) || entry.contains(origin)
        });
        let is_invented = host.split('.').any(is_invented_label);
        has_listed_host || !(is_imitation || is_invented || self.found.mixed.contains(origin))
    }

    /// Returns how the host of the origin differs from a listed host. Returns `None` if they differ in more than one part.
    pub(super) fn difference(&self, origin: &str) -> Option<Difference> {
        let parsed = parse(origin).filter(|parsed| is_web_scheme(parsed.scheme()))?;
        let mut entries = self.entries.iter();
        entries.find_map(|entry| entry.difference(parsed.host()))
    }

    /// Whether the server reflects origins by default, with any scheme.
    fn reflects_any_scheme(&self) -> bool {
        let reflects = self.found.reflects;
        reflects.is_some_and(|cause| {
            !matches!(
                cause,
                Cause::ReflectsAnyHttpsOrigin | Cause::ReflectsAnyHttpOrigin
            )
        })
    }

    /// Whether the server reflects the origin by default: its scheme is the scheme of the reflected origins.
    fn is_of_reflection(&self, origin: &str) -> bool {
        is_of_reflection(self.found.reflects, origin)
    }

    /// Returns the cause if the server reflects every origin, every origin with one scheme (`http:` or `https:`), or
    /// origins of many kinds. The server can block some origins (see [`blocked`](Self::blocked)).
    pub(super) const fn reflects(&self) -> Option<Cause> {
        self.found.reflects
    }

    /// Returns the parent domains of listed hosts if the server allows each subdomain of these parent domains, such as
    /// `evil.example.com`, but no host such as `evilexample.com`.
    pub(super) fn parents_of_subdomains(&self) -> BTreeSet<&str> {
        self.found.explanations.parents_of_subdomains()
    }

    /// Returns the entries of the policy that the server compares wrongly, with this cause.
    pub(super) fn entries_with(&self, cause: Cause) -> BTreeSet<&str> {
        let explanations = &self.found.explanations;
        if cause == Cause::UngroupedAlternatives {
            explanations.entries()
        } else {
            explanations.entries_with(cause)
        }
    }

    /// Returns each page origin that the server allows because of `mistake`, although the policy denies the origin. Some apps send
    /// the origin `file://`.
    pub(super) fn origins_with(&self, mistake: Cause) -> impl Iterator<Item = String> {
        let origins = self.decisions();
        let allowed = origins.filter(move |(origin, is_reflected)| {
            let is_page =
                parse(origin).is_some() || (mistake == Cause::AllowsApps && *origin == "file://");
            *is_reflected && is_page && self.comparison(origin) == mistake
        });
        allowed.map(|(origin, _)| origin.clone())
    }

    /// Whether the server allows the origin, although the policy denies it.
    pub(super) fn accepts(&self, origin: &str) -> bool {
        let mut decisions = self.decisions();
        decisions.any(|(decided, is_reflected)| decided == origin && is_reflected)
    }

    /// Returns the page origins that the server allows, although the policy denies them.
    pub(super) fn accepted_origins(&self) -> impl Iterator<Item = &str> {
        let accepted = self
            .decisions()
            .filter(|(origin, is_reflected)| *is_reflected && parse(origin).is_some());
        accepted.map(|(origin, _)| origin.as_str())
    }

    /// Returns the page origins that the server denies, as the policy does.
    pub(super) fn refused_origins(&self) -> impl Iterator<Item = &str> {
        let refused = self
            .decisions()
            .filter(|(origin, is_reflected)| !is_reflected && parse(origin).is_some());
        refused.map(|(origin, _)| origin.as_str())
    }
}

/// Whether a server with the reflection `reflects` reflects the origin: its scheme is the scheme of the reflected origins.
fn is_of_reflection(reflects: Option<Cause>, origin: &str) -> bool {
    match reflects {
        None => false,
        Some(Cause::ReflectsAnyHttpsOrigin) => origin.starts_with("https:"),
        Some(Cause::ReflectsAnyHttpOrigin) => origin.starts_with("http:"),
        Some(_) => true,
    }
}

fn refuses_without_https<'x>(
    expectations: &Expectations,
    exchanges: impl Iterator<Item = &'x Exchange>,
) -> bool {
    let mut denied = exchanges.filter(|exchange| {
        let origin = single(&exchange.request.header_list, "origin").unwrap_or_default();
        exchange.request.method != Method::OPTIONS
            && origin.starts_with(b"http://")
            && origin_kind(expectations, &exchange.request) == OriginKind::Denied
    });
    denied.next().is_some_and(is_error) && denied.all(is_error)
}

/// Whether only hosts that the check invents have the label.
fn is_invented_label(label: &str) -> bool {
    label.starts_with("evil") || label.starts_with("fetch-cors") || label == "test"
}

/// Returns the text after the last dot, or the whole text if it has no dot.
fn last_label(host: &str) -> &str {
    host.rsplit('.').next().unwrap_or_default()
}

/// Parses an origin. Returns `None` if the host has an empty label, because no page has such a host.
fn parse(origin: &str) -> Option<TupleOrigin> {
    let parsed = TupleOrigin::parse(origin.as_bytes()).ok()?;
    let host = parsed.host().strip_suffix('.').unwrap_or(parsed.host());
    host.split('.')
        .all(|label| !label.is_empty())
        .then_some(parsed)
}

/// Whether the origin is plain: the scheme is `http` or `https`, the host is a domain name of at least two labels with
/// only letters, digits and hyphens, and there is no port. If an origin is not plain, a server may refuse it because of
/// its unusual form.
fn is_plain(origin: &TupleOrigin) -> bool {
    let (scheme, host) = (origin.scheme(), origin.host());
    let last = last_label(host);
    matches!(scheme, "http" | "https")
        && host.contains('.')
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
        && host.len() <= 253
        && host.split('.').all(is_label_of_a_host)
        && origin.serialize().len() == scheme.len() + "://".len() + host.len()
}
