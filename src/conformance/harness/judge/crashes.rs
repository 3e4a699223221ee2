//! Finds requests that get a server error, although similar requests do not get a server error.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use http::{Method, StatusCode};

use crate::conformance::harness::{
    expectations::{Expectations, is_possible_origin},
    judge::{
        failed_preflights::FailedPreflights, recognize::facts::is_like_preflight,
        requests::origin_kind, unpermitted_parts::UnpermittedParts,
    },
    probes::{
        probe::{CREDENTIALS, Plan, Probe},
        special_headers::special_kinds,
    },
    report::{cause::Cause, request_kind::OriginKind, violation::Violation},
};
use crate::{
    cases::Exchange,
    conformance::laws::{Law, severity::Severity},
    fetching::HttpRequest,
    infrastructure::{bytes::isomorphic_decode, origin::Origin},
};

/// The headers that make an OPTIONS request a preflight.
const PREFLIGHT_HEADERS: [&str; 2] = ["origin", "access-control-request-method"];
/// The headers that only preflights have.
const HEADERS_OF_PREFLIGHTS: [&str; 2] = [
    "access-control-request-method",
    "access-control-request-headers",
];

/// The kind of a request: the method, whether it is a preflight, the URL, which headers of [`CREDENTIALS`] it has, and
/// the names of its [special headers](special_kinds). For example, a server behind a login can answer requests with
/// credentials differently, whatever the origin.
type Kind = (Method, bool, String, [bool; 2], BTreeSet<&'static str>);

/// The kind, the kind of the origin, and the `Origin` of a request.
type UsualKey = (Kind, OriginKind, Option<Vec<u8>>);

/// The requests on which a server fails.
#[derive(Debug, Default)]
pub(super) struct Crashes {
    pub(super) failed_preflights: FailedPreflights,
    denied: BTreeMap<Kind, Denied>,
    /// Whether the server fails on a request without `Origin` and without credentials that is not an OPTIONS request.
    pub(super) fails_without_origin: bool,
    /// The kinds of the origins of plain OPTIONS requests (see [`is_plain_options`]) on which the server fails.
    failed_options: BTreeSet<OriginKind>,
    /// Whether the server fails on a malformed `Origin`.
    pub(super) fails_on_malformed_origins: bool,
    pub(super) unpermitted: UnpermittedParts,
    /// For each kind and `Origin` of a usual request (see [`is_usual`]) that is not an OPTIONS request: the number of failures,
    /// and the number of answers.
    usual: BTreeMap<UsualKey, [usize; 2]>,
    /// The headers with credentials on which the server always fails.
    failed_credentials: BTreeSet<[bool; 2]>,
}

/// The answers to requests of one kind from well-formed origins that the policy denies.
#[derive(Debug, Default)]
struct Denied {
    failed: BTreeSet<Vec<u8>>,
    answered: BTreeSet<Vec<u8>>,
}

impl Denied {
    /// Returns a cause if all requests of at least one denied origin fail. There is one cause if only `null` fails, one if
    /// all other origins fail, and one if some of the other origins fail.
    fn cause(&self) -> Option<Cause> {
        let mut only_failed = self.failed.difference(&self.answered).peekable();
        only_failed.peek()?;
        Some(if only_failed.all(|origin| origin == b"null") {
            Cause::FailsOnNullOrigin
        } else if self.answered.iter().all(|origin| origin == b"null") {
            Cause::FailsOnDeniedOrigins
        } else {
            Cause::FailsOnSomeOrigins
        })
    }
}

impl Crashes {
    /// Collects the requests that fail.
    pub(super) fn new<'x>(
        expectations: &Expectations,
        exchanges: impl Iterator<Item = &'x Exchange> + Clone,
    ) -> Self {
        let mut crashes = Self {
            failed_preflights: FailedPreflights::new(expectations, exchanges.clone()),
            ..Self::default()
        };
        // The kinds of the requests of allowed pages, each with whether the server answers at least one of them.
        let mut of_pages: BTreeMap<Kind, bool> = BTreeMap::new();
        for exchange in exchanges {
            let request = &exchange.request;
            crashes.fails_without_origin |= fails(exchange)
                && kind(request).3 == [false; 2]
                && request.method != Method::OPTIONS
                && origin_kind(expectations, request) == OriginKind::Missing;
            let origin_kind = origin_kind(expectations, request);
            if fails(exchange) && is_plain_options(request) {
                crashes.failed_options.insert(origin_kind);
            }
            if origin_kind == OriginKind::Allowed {
                let fails = fails(exchange);
                crashes.unpermitted.insert(expectations, exchange, fails);
            }
            if is_usual(expectations, exchange) && request.method != Method::OPTIONS {
                let key = (kind(request), origin_kind, origin(request));
                let [failed, answered] = crashes.usual.entry(key).or_default();
                *if fails(exchange) { failed } else { answered } += 1;
            }
            if origin_kind == OriginKind::Allowed {
                *of_pages.entry(kind(request)).or_default() |= !fails(exchange);
            }
            let is_denied = origin_kind == OriginKind::Denied;
            crashes.fails_on_malformed_origins |=
                fails(exchange) && is_denied && !is_well_formed(request);
            let (method, is_preflight, ..) = kind(request);
            // If the server fails on an OPTIONS request that is not a preflight, the reason is possibly the method. So
            // this request does not show that the server fails because of the denied origin.
            let is_judged = method != Method::OPTIONS || is_preflight;
            if is_judged
                && is_denied
                && is_well_formed(request)
                && !crashes.is_of_failed_preflight(exchange)
            {
                let origin = origin(request).unwrap_or_default();
                let denied = crashes.denied.entry(kind(request)).or_default();
                let origins = if fails(exchange) {
                    &mut denied.failed
                } else {
                    &mut denied.answered
                };
                origins.insert(origin);
            }
        }
        crashes.failed_credentials = crashes.failed_credentials();
        let failed_credentials = &crashes.failed_credentials;
        // If the server fails on every such request of an allowed page, the denied origin is not the reason.
        crashes.denied.retain(|kind, _| {
            of_pages.get(kind) != Some(&false) && !failed_credentials.contains(&kind.3)
        });
        crashes
    }

    /// Whether the server fails on the preflight, and a condition explains this for allowed pages too.
    fn is_of_failed_preflight(&self, exchange: &Exchange) -> bool {
        fails(exchange)
            && is_like_preflight(&exchange.request)
            && self.failed_preflights.condition(exchange).is_some()
    }

    /// Whether the server fails because the request has credentials: it fails on every usual request of this kind, and on no
    /// request of the same kind and `Origin` without credentials. One failure can be a coincidence, so there are at least two.
    pub(super) fn fails_with_credentials(
        &self,
        expectations: &Expectations,
        exchange: &Exchange,
    ) -> bool {
        if !fails(exchange) || !is_usual(expectations, exchange) {
            return false;
        }
        let request = &exchange.request;
        let with = kind(request);
        let (origin_kind, origin) = (origin_kind(expectations, request), origin(request));
        let has = with.3;
        let [_, answered_with] = self.count(|(kind, ..)| *kind == with);
        let [failures, _] = self.count(|(kind, ..)| kind.3 == has);
        let without = without_credentials(&with);
        let key = (without.clone(), origin_kind, origin);
        let mut counts = self.usual.get(&key).copied().unwrap_or_default();
        if counts == [0, 0] {
            // The check sends no such request without credentials, so the requests of similar origins count.
            counts = self.count(|(kind, other, _)| *kind == without && *other == origin_kind);
        }
        has != [false; 2]
            && failures > 1
            && answered_with == 0
            && matches!(counts, [0, answered] if answered > 0)
    }

    /// Returns the headers with credentials, as in a [`Kind`], on which the server always fails: on each usual request with
    /// these headers, but not on each usual request without them.
    fn failed_credentials(&self) -> BTreeSet<[bool; 2]> {
        let has = self.usual.keys().map(|(kind, ..)| kind.3);
        let has: BTreeSet<[bool; 2]> = has.filter(|has| *has != [false; 2]).collect();
        let always_fails = |has: &[bool; 2]| {
            let [failed, answered] = self.count(|(kind, ..)| kind.3 == *has);
            let mut with = self.usual.keys().filter(|(kind, ..)| kind.3 == *has);
            failed > 1
                && answered == 0
                && with.any(|(kind, origin_kind, origin)| {
                    let key = (without_credentials(kind), *origin_kind, origin.clone());
                    matches!(self.usual.get(&key), Some([0, answered]) if *answered > 0)
                })
        };
        has.into_iter().filter(always_fails).collect()
    }

    /// Returns the number of failures and the number of answers of the selected usual requests.
    fn count(&self, is_selected: impl Fn(&UsualKey) -> bool) -> [usize; 2] {
        let selected = self.usual.iter().filter(|(key, _)| is_selected(key));
        selected.fold(
            [0, 0],
            |[failed, answered], (_, [more_failed, more_answered])| {
                [failed + more_failed, answered + more_answered]
            },
        )
    }

    /// Returns the cause if the server fails on denied origins. All such failures have the same cause.
    pub(super) fn cause_of_denied(&self) -> Option<Cause> {
        let causes: BTreeSet<Cause> = self.denied.values().filter_map(Denied::cause).collect();
        let mut most_exact_first = [
            Cause::FailsOnSomeOrigins,
            Cause::FailsOnDeniedOrigins,
            Cause::FailsOnNullOrigin,
        ]
        .into_iter();
        most_exact_first.find(|cause| causes.contains(cause))
    }

    /// Whether the server fails on every denied origin without `https:`, and on no other denied origin.
    pub(super) fn fails_without_https(&self) -> bool {
        let is_https = |origin: &Vec<u8>| origin.starts_with(b"https://");
        let mut denied = self.denied.values();
        denied.all(|denied| {
            denied.answered.iter().all(is_https) && !denied.failed.iter().any(is_https)
        })
    }

    /// Returns the denied origins on which the server fails.
    pub(super) fn failed_origins(&self) -> BTreeSet<String> {
        let failed = self.denied.values().flat_map(|denied| {
            let failed = denied.failed.difference(&denied.answered);
            failed.map(|origin| String::from_utf8_lossy(origin).into_owned())
        });
        failed.collect()
    }

    /// Returns the cause of a server error.
    pub(super) fn cause(&self, expectations: &Expectations, exchange: &Exchange) -> Cause {
        let request = &exchange.request;
        if self.fails_with_credentials(expectations, exchange)
            || self.failed_credentials.contains(&kind(request).3)
        {
            return Cause::FailsWithCredentials;
        }
        let of_denied = self.cause_of_denied();
        let is_of_denied = match origin_kind(expectations, request) {
            // A server that fails on denied origins, or on the text `null`, also fails on a request with several
            // `Origin` lines.
            OriginKind::Several => true,
            // If the server also fails on plain OPTIONS requests of other origins, the denied origin is not the reason.
            OriginKind::Denied if is_plain_options(request) && self.fails_on_options() => false,
            OriginKind::Denied => !self.is_answered(request),
            // The policy does not list the server's own origin, so a server that fails on every denied origin also
            // fails on its own origin.
            OriginKind::Own => of_denied == Some(Cause::FailsOnDeniedOrigins),
            // Some servers throw an error for each origin that they do not list, and a missing origin is not listed.
            OriginKind::Missing => {
                self.fails_without_origin && of_denied == Some(Cause::FailsOnDeniedOrigins)
            }
            OriginKind::Allowed => false,
        };
        if let Some(cause) = of_denied.filter(|_| is_of_denied) {
            return cause;
        }
        self.cause_of_request(expectations, request)
    }

    /// Returns the cause of a server error. A denied origin is not the reason for the error.
    fn cause_of_request(&self, expectations: &Expectations, request: &HttpRequest) -> Cause {
        let (_, is_preflight, ..) = kind(request);
        let is_options = request.method == Method::OPTIONS && !is_preflight;
        match origin_kind(expectations, request) {
            OriginKind::Several => Cause::FailsOnRequests,
            OriginKind::Denied if !is_well_formed(request) => Cause::FailsOnRequests,
            OriginKind::Missing if self.fails_without_origin => Cause::FailsWithoutOrigin,
            _ if is_options => Cause::FailsOnOptions,
            OriginKind::Missing => Cause::FailsWithoutOrigin,
            OriginKind::Own => Cause::FailsOnOwnOrigin,
            OriginKind::Denied | OriginKind::Allowed => Cause::FailsOnRequests,
        }
    }

    /// Whether the server fails on plain OPTIONS requests for a reason other than the origin.
    fn fails_on_options(&self) -> bool {
        let fails_on_denied = self.cause_of_denied() == Some(Cause::FailsOnDeniedOrigins);
        self.failed_options.iter().any(|kind| match kind {
            OriginKind::Denied | OriginKind::Several => false,
            OriginKind::Missing => !self.fails_without_origin,
            OriginKind::Own => !fails_on_denied,
            OriginKind::Allowed => true,
        })
    }

    /// Whether the server answers another request of the same kind from the same denied origin. The origin is then not
    /// the reason for the failure.
    fn is_answered(&self, request: &HttpRequest) -> bool {
        let origin = request.header_list.get("origin").unwrap_or_default();
        let denied = self.denied.get(&kind(request));
        denied.is_some_and(|denied| denied.answered.contains(&*origin))
    }
}

/// Finds server errors for requests that are not from a page, and for requests from denied pages. An error counts only
/// if an ordinary request (see [`is_plain`]) of the same kind does not get a server error.
pub(crate) fn find_crashes(
    expectations: &Expectations,
    exchanges: &[(Probe, Exchange)],
) -> Vec<Violation> {
    let mut answered: BTreeSet<Kind> = BTreeSet::new();
    // The kinds of the requests that fail for an allowed page. An overloaded server fails on every origin. So the
    // failure of a request from a denied origin does not count if a request of the same kind from an allowed page also
    // fails.
    let mut unstable: BTreeSet<Kind> = BTreeSet::new();
    for (probe, exchange) in exchanges {
        if !is_plain(probe) {
            continue;
        }
        if !fails(exchange) {
            answered.insert(kind(&exchange.request));
        } else if probe.is_from_browser() && is_usual(expectations, exchange) {
            unstable.insert(kind(&exchange.request));
        }
    }
    // If the server answers preflights, and answers every method other than OPTIONS, it implements OPTIONS. So it
    // should also answer OPTIONS requests that are not preflights.
    let mut others = unstable
        .iter()
        .filter(|(method, ..)| *method != Method::OPTIONS);
    if others.all(|kind| answered.contains(kind)) {
        let preflights = answered
            .iter()
            .filter(|(_, is_preflight, ..)| *is_preflight);
        let options = preflights.map(|(method, _, url, has, special)| {
            (method.clone(), false, url.clone(), *has, special.clone())
        });
        answered.extend(options.collect::<Vec<_>>());
    }
    // If the server fails on the requests of allowed pages, the reason is not that a request is malformed or unusual.
    let fails_for_pages = |exchange: &Exchange| {
        let (method, is_preflight, url, has, special) = kind(&exchange.request);
        let method = if method == Method::OPTIONS {
            Method::GET
        } else {
            method
        };
        // A preflight can fail because of its method.
        !is_preflight
            && has_allowed_line(expectations, &exchange.request)
            && unstable.contains(&(method, false, url, has, special))
    };
    let crashes = Crashes::new(expectations, exchanges.iter().map(|(_, exchange)| exchange));
    let failed = exchanges.iter().filter(|(probe, exchange)| {
        if crashes.fails_with_credentials(expectations, exchange) {
            return true;
        }
        // The failed fetch of an allowed page shows this error.
        if crashes.is_of_failed_preflight(exchange) {
            return false;
        }
        fails(exchange)
            && answered.contains(&kind(&exchange.request))
            && ((matches!(probe.plan, Plan::Single) && !fails_for_pages(exchange))
                || (is_denied(expectations, exchange)
                    && !unstable.contains(&kind(&exchange.request))))
    });
    failed
        .map(|(probe, exchange)| {
            let cause = crashes.cause(expectations, exchange);
            let advice = cause.advice();
            let message = format!(
                "the status is {}, although other {} requests do not get a server error: {advice}",
                exchange.response.status.as_u16(),
                exchange.request.method,
            );
            let law = Law::EveryRequestGetsAResponse;
            let detail = if cause == Cause::FailsOnRequests {
                probe.kind()
            } else {
                exchange.request.method.as_str()
            };
            let new = Violation::new(law, &probe.name, message, vec![exchange.clone()]);
            Violation {
                detail: detail.to_string(),
                advice,
                // Apart from preflights, browsers send OPTIONS only if a script chooses this method.
                severity: if cause == Cause::FailsOnOptions {
                    Severity::Waste
                } else {
                    new.severity
                },
                ..new
            }
        })
        .collect()
}

/// Whether the policy allows the origin of an `Origin` line. A server can read only one of several lines.
fn has_allowed_line(expectations: &Expectations, request: &HttpRequest) -> bool {
    let mut lines = request.header_list.values("origin");
    lines.any(|line| expectations.lets_read(&isomorphic_decode(line.as_bytes()), false))
}

fn is_denied(expectations: &Expectations, exchange: &Exchange) -> bool {
    origin_kind(expectations, &exchange.request) == OriginKind::Denied
}

fn without_credentials(kind: &Kind) -> Kind {
    let mut without = kind.clone();
    without.3 = [false; 2];
    without
}

/// Returns the value of `Origin`. The value has all lines of the header.
fn origin(request: &HttpRequest) -> Option<Vec<u8>> {
    request.header_list.get("origin").map(Vec::from)
}

/// Whether the server should answer the request as usual: its origin is not denied. A preflight of the server's own origin
/// does not count, because browsers do not send it.
fn is_usual(expectations: &Expectations, exchange: &Exchange) -> bool {
    match origin_kind(expectations, &exchange.request) {
        OriginKind::Denied => false,
        OriginKind::Own => exchange.request.method != Method::OPTIONS,
        _ => true,
    }
}

/// Whether a page can have the `Origin` of the request.
pub(super) fn is_well_formed(request: &HttpRequest) -> bool {
    let origin = request.header_list.get("origin").unwrap_or_default();
    Origin::parse(&*origin).is_ok_and(|origin| is_possible_origin(&origin))
}

/// Whether a browser can send the requests of the probe, or the requests have neither `Origin` nor
/// `Access-Control-Request-Method`.
fn is_plain(probe: &Probe) -> bool {
    let has_neither = |request: &HttpRequest| {
        let mut names = PREFLIGHT_HEADERS.into_iter();
        names.all(|name| !request.header_list.contains(name))
    };
    let mut lines = probe.requests().iter();
    probe.is_from_browser() || lines.all(|line| has_neither(&line.request))
}

/// Whether the request is an OPTIONS request without the headers that only preflights have.
fn is_plain_options(request: &HttpRequest) -> bool {
    let mut names = HEADERS_OF_PREFLIGHTS.into_iter();
    request.method == Method::OPTIONS && names.all(|name| !request.header_list.contains(name))
}

/// Returns the kind of a request. Servers handle preflights and plain OPTIONS requests in different places of their
/// code, so these requests have different kinds.
fn kind(request: &HttpRequest) -> Kind {
    let mut names = PREFLIGHT_HEADERS.into_iter();
    let has_both = names.all(|name| request.header_list.contains(name));
    let is_preflight = request.method == Method::OPTIONS && has_both;
    let url = String::from(request.url.as_str());
    let has = CREDENTIALS.map(|(_, name, _)| request.header_list.contains(name));
    let special = special_kinds(request);
    (request.method.clone(), is_preflight, url, has, special)
}

/// Whether the response is a server error. Status 501 (the server does not implement the method) does not count.
pub(super) fn fails(exchange: &Exchange) -> bool {
    let status = exchange.response.status;
    status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
}
