//! Finds the reasons for server errors: an origin, credentials, or another part of a request.

mod failed_credentials;
mod kind;
mod violations;

pub(crate) use self::violations::find_crashes;

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use http::{Method, StatusCode};

use self::{failed_credentials::FailedCredentials, kind::Kind};
use super::{
    failed_parts::FailedParts,
    failed_preflights::{FailedPreflights, has_error},
    known_refusals::KnownRefusals,
    long_headers::min_length,
    recognize::facts::is_like_preflight,
    request_origin::{has_empty_origin, is_well_formed},
    requests::origin_kind,
    unpermitted_parts::UnpermittedParts,
};
use crate::{
    cases::Exchange,
    conformance::harness::{
        expectations::Expectations,
        report::{cause::Cause, request_kind::OriginKind},
    },
    fetching::HttpRequest,
};

/// The headers that only preflights have.
const HEADERS_OF_PREFLIGHTS: [&str; 2] = [
    "access-control-request-method",
    "access-control-request-headers",
];

/// The requests on which a server fails.
#[derive(Debug, Default)]
pub(crate) struct Crashes {
    pub(super) failed_preflights: FailedPreflights,
    denied: BTreeMap<Kind, Denied>,
    /// Whether the server fails on a request without `Origin` and without credentials that is not an OPTIONS request.
    pub(super) fails_without_origin: bool,
    /// The kinds of the origins of plain OPTIONS requests (see [`is_plain_options`]) on which the server fails.
    failed_options: BTreeSet<OriginKind>,
    /// Whether the server fails on a malformed `Origin`.
    pub(super) fails_on_malformed_origins: bool,
    pub(super) unpermitted: UnpermittedParts,
    pub(super) credentials: FailedCredentials,
    pub(super) parts: FailedParts,
    /// Whether the server fails on every request with `Origin` except for OPTIONS and requests of its own pages, and answers a
    /// request without `Origin`. For example, the configuration of a CORS library is wrong, and the library checks it for each request.
    fails_with_origin: bool,
    /// The errors other than server errors that have a known reason.
    pub(super) refusals: KnownRefusals,
    /// The minimum length of a header value on which the server fails, if only the length is the reason for such errors.
    min_length: Option<usize>,
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
    /// Collects the requests that fail. A failure that a part of the request explains shows no other reason.
    pub(crate) fn new<'x>(
        expectations: &Expectations,
        exchanges: impl Iterator<Item = &'x Exchange> + Clone,
    ) -> Self {
        let refusals =
            KnownRefusals::new(expectations, exchanges.clone(), |exchange| !fails(exchange));
        // A refusal because of a header does not show that the server has no other mistake.
        let exchanges: Vec<&Exchange> = exchanges
            .filter(|exchange| fails(exchange) || !refusals.are_of_part(exchange))
            .collect();
        let exchanges = exchanges.iter().copied();
        let (failed, answered): (Vec<&Exchange>, Vec<&Exchange>) =
            exchanges.clone().partition(|exchange| fails(exchange));
        let failed_preflights = FailedPreflights::new(expectations, exchanges.clone(), has_error);
        let parts = FailedParts::new(failed, &answered, false, |exchange| {
            refusals.explain(expectations, exchange)
                || (has_error(exchange) && failed_preflights.condition(exchange).is_some())
        });
        let mut crashes = Self {
            fails_with_origin: fails_with_origin(expectations, exchanges.clone()),
            failed_preflights,
            unpermitted: UnpermittedParts::new(expectations, exchanges.clone(), fails),
            parts,
            refusals,
            ..Self::default()
        };
        let exchanges: Vec<&Exchange> = exchanges
            .filter(|exchange| !fails(exchange) || !crashes.parts.explains(exchange))
            .collect();
        let preflights = exchanges
            .iter()
            .filter(|exchange| is_like_preflight(&exchange.request));
        let sent: Vec<(&HttpRequest, bool)> = preflights
            .map(|exchange| (&exchange.request, !fails(exchange)))
            .collect();
        crashes.min_length = min_length(&sent);
        let unrefused = exchanges.iter().copied().filter(|exchange| {
            fails(exchange) || !crashes.refusals.explain(expectations, exchange)
        });
        crashes.credentials = FailedCredentials::new(expectations, unrefused);
        // The kinds of the requests of allowed pages, each with whether the server answers at least one of them.
        let mut of_pages: BTreeMap<Kind, bool> = BTreeMap::new();
        for exchange in exchanges {
            let request = &exchange.request;
            let (kind, fails) = (Kind::new(request), fails(exchange));
            let origin_kind = origin_kind(expectations, request);
            crashes.fails_without_origin |= fails
                && kind.credentials == [false; 2]
                && request.method != Method::OPTIONS
                && origin_kind == OriginKind::Missing;
            if fails && is_plain_options(request) {
                crashes.failed_options.insert(origin_kind);
            }
            match origin_kind {
                OriginKind::Allowed => *of_pages.entry(kind).or_default() |= !fails,
                OriginKind::Denied => crashes.insert_denied(expectations, exchange, kind),
                _ => {}
            }
        }
        // If the server fails on every such request of an allowed page, the denied origin is not the reason.
        let credentials = &crashes.credentials;
        crashes.denied.retain(|kind, _| {
            let plain = kind.clone().without_headers();
            of_pages.get(kind) != Some(&false)
                && of_pages.get(&plain) != Some(&false)
                && !credentials.always_fails(kind.credentials)
        });
        crashes
    }

    /// Adds the exchange of a denied origin.
    fn insert_denied(&mut self, expectations: &Expectations, exchange: &Exchange, kind: Kind) {
        let (request, fails) = (&exchange.request, fails(exchange));
        let is_well_formed = is_well_formed(request);
        self.fails_on_malformed_origins |= fails && !is_well_formed;
        // If the server fails on an OPTIONS request that is not a preflight, the reason is possibly the method. So this request
        // does not show that the server fails because of the denied origin.
        let is_judged = kind.method != Method::OPTIONS || kind.is_preflight;
        let is_of_preflight = || {
            self.is_of_failed_preflight(exchange)
                || (fails && self.unpermitted.explains(expectations, exchange))
        };
        if is_judged && is_well_formed && !is_of_preflight() {
            let denied = self.denied.entry(kind).or_default();
            let origins = if fails {
                &mut denied.failed
            } else {
                &mut denied.answered
            };
            origins.insert(origin(request).unwrap_or_default());
        }
    }

    /// Whether the server fails on the preflight, and a condition explains this for allowed pages too.
    fn is_of_failed_preflight(&self, exchange: &Exchange) -> bool {
        fails(exchange)
            && is_like_preflight(&exchange.request)
            && self.failed_preflights.condition(exchange).is_some()
    }

    /// Returns the minimum length of a header value on which the server fails, if all exchanges have such a value.
    pub(super) fn length<'x>(
        &self,
        mut exchanges: impl Iterator<Item = &'x Exchange>,
    ) -> Option<usize> {
        let has_length = |exchange: &Exchange| {
            let mut headers = exchange.request.header_list.iter();
            headers.any(|(_, value)| Some(value.as_bytes().len()) >= self.min_length)
        };
        self.min_length.filter(|_| exchanges.all(has_length))
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

    /// Returns the methods with which the server fails on `Origin: null`, if it answers `null` with another method. Preflights do
    /// not count.
    pub(super) fn failed_methods_of_null(&self) -> BTreeSet<&str> {
        let requests = self.denied.iter().filter(|(kind, _)| !kind.is_preflight);
        let methods_of = |origins: fn(&Denied) -> &BTreeSet<Vec<u8>>| -> BTreeSet<&str> {
            let with_null = requests.clone();
            let with_null = with_null.filter(|(_, denied)| origins(denied).contains(&b"null"[..]));
            with_null.map(|(kind, _)| kind.method.as_str()).collect()
        };
        let failed = methods_of(|denied| &denied.failed);
        let answered = methods_of(|denied| &denied.answered);
        if answered.is_empty() || !failed.is_disjoint(&answered) {
            return BTreeSet::new();
        }
        failed
    }

    /// Returns the denied origins on which the server fails.
    pub(super) fn failed_origins(&self) -> BTreeSet<String> {
        let failed = self.denied.values().flat_map(|denied| {
            let failed = denied.failed.difference(&denied.answered);
            failed.map(|origin| String::from_utf8_lossy(origin).into_owned())
        });
        failed.collect()
    }

    /// Whether the server fails on the request because of a header of the request, or because of a missing `Content-Type`.
    pub(super) fn is_of_headers(&self, exchange: &Exchange) -> bool {
        self.parts.headers(exchange).is_some()
            || self.parts.without_content_type(exchange).is_some()
    }

    /// Whether the server fails on the request because it has `Origin`.
    pub(super) fn is_of_any_origin(&self, exchange: &Exchange) -> bool {
        self.fails_with_origin && fails(exchange) && exchange.request.header_list.contains("origin")
    }

    /// Returns the cause of a server error.
    pub(super) fn cause(&self, expectations: &Expectations, exchange: &Exchange) -> Cause {
        let request = &exchange.request;
        if self.is_of_headers(exchange) || self.is_of_any_origin(exchange) {
            return Cause::FailsWithHeaders;
        }
        if self.parts.explains(exchange) {
            return Cause::FailsOnRequests;
        }
        if self.credentials.explains(expectations, exchange)
            || self
                .credentials
                .always_fails(Kind::new(request).credentials)
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
        let is_options = request.method == Method::OPTIONS && !is_like_preflight(request);
        match origin_kind(expectations, request) {
            OriginKind::Several => Cause::FailsOnRequests,
            // Many servers treat an empty `Origin` like a missing one.
            OriginKind::Denied if self.fails_without_origin && has_empty_origin(request) => {
                Cause::FailsWithoutOrigin
            }
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
        let denied = self.denied.get(&Kind::new(request));
        denied.is_some_and(|denied| denied.answered.contains(&*origin))
    }
}

fn fails_with_origin<'x>(
    expectations: &Expectations,
    exchanges: impl Iterator<Item = &'x Exchange>,
) -> bool {
    let (mut has_failure, mut has_answer) = (false, false);
    // A server can answer OPTIONS before it reads the list of origins.
    for exchange in exchanges.filter(|exchange| exchange.request.method != Method::OPTIONS) {
        let fails = fails(exchange);
        match origin_kind(expectations, &exchange.request) {
            OriginKind::Own => {}
            OriginKind::Missing => has_answer |= !fails,
            // Many servers treat an empty `Origin` like a missing one.
            _ if !fails && has_empty_origin(&exchange.request) => {}
            _ if !fails => return false,
            OriginKind::Allowed => has_failure = true,
            _ => {}
        }
    }
    has_failure && has_answer
}

/// Returns the value of `Origin`. The value has all lines of the header.
fn origin(request: &HttpRequest) -> Option<Vec<u8>> {
    request.header_list.get("origin").map(Vec::from)
}

/// Whether the request is an OPTIONS request without the headers that only preflights have.
fn is_plain_options(request: &HttpRequest) -> bool {
    let mut names = HEADERS_OF_PREFLIGHTS.into_iter();
    request.method == Method::OPTIONS && names.all(|name| !request.header_list.contains(name))
}

/// Whether the response is a server error. Status 501 (the server does not implement the method) does not count.
pub(super) fn fails(exchange: &Exchange) -> bool {
    let status = exchange.response.status;
    status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
}
