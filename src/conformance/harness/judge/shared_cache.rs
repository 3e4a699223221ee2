//! Judges all exchanges together, as if there were a cache between the pages and the server: a shared cache, or the HTTP
//! cache of a browser. The cache follows `Vary`.

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};

use http::Method;

use crate::conformance::{
    harness::{
        expectations::Expectations,
        judge::{requests::origin_kind, response::page_of},
        probes::probe::Probe,
        replay::replay,
        report::{
            cause::Cause,
            example_rank::{is_of_look_alike, origin_rank},
            request_kind::OriginKind,
            violation::{GENERATED_PREFIX, Violation},
        },
    },
    test_handler::HANDLER_HEADER,
};
use crate::{
    cases::Exchange,
    conformance::laws::{Law, law_advice, server::caches::may_answer, severity::Severity},
    infrastructure::{
        origin::Origin,
        request::{CredentialsMode, Mode, Request},
        response::Response,
    },
};

/// Statuses of cacheable responses. A cache can store a response with such a status even if the response has no
/// explicit lifetime.
const CACHEABLE_STATUSES: [u16; 12] = [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501];

/// The maximum number of exchanges that are compared in pairs. If the check has more exchanges, it compares only the
/// best examples.
const MAX_COMPARED_EXCHANGES: usize = 128;
/// The maximum number of compared exchanges of the same kind. Two are necessary: a cache can serve the response for one
/// allowed origin to the page of another allowed origin.
const MAX_SIMILAR_EXCHANGES: usize = 2;

/// The credentials modes of cross-origin requests. Each row says whether the request has credentials.
const MODES: [(bool, CredentialsMode); 2] = [
    (false, CredentialsMode::SameOrigin),
    (true, CredentialsMode::Include),
];

/// Finds pairs of exchanges for which a cache changes a verdict. The cache stores the first response and serves
/// this response to the page of the second request.
///
/// For each combination of two kinds of origins, returns only the pair that is the best example. Some servers list
/// `Origin` in `Vary` on some responses only, so they are right for some combinations and wrong for other combinations.
/// A pair that shows an attack without a shared cache (see [`Change::is_attack`]) has its own example.
pub(crate) fn judge_shared_cache(
    expectations: &Expectations,
    exchanges: &[(Probe, Exchange)],
) -> Vec<Violation> {
    let compared = compared(expectations, exchanges);
    let mut changed: BTreeMap<(OriginKind, OriginKind, bool), Changed<'_>> = BTreeMap::new();
    for (first_kind, probe, first) in &compared {
        for (second_kind, second_probe, second) in &compared {
            if !are_comparable(expectations, first, second)
                || !may_answer(&first.request, &first.response, &second.request)
            {
                continue;
            }
            let Some(change) = changes(expectations, first, second) else {
                continue;
            };
            let pair = Changed {
                rank: {
                    let (first, second) = (rank(probe, first), rank(second_probe, second));
                    (
                        first.0.max(second.0),
                        first.1 || second.1,
                        first.2 || second.2,
                        first.3 + second.3,
                    )
                },
                exchanges: [first, second],
                probe,
                change,
            };
            let key = (*first_kind, *second_kind, pair.change.is_attack);
            let is_better = |known: &Changed<'_>| pair.rank < known.rank;
            if changed.get(&key).is_none_or(is_better) {
                changed.insert(key, pair);
            }
        }
    }
    changed.into_values().map(Changed::into_violation).collect()
}

/// A pair of exchanges where a cache changes the verdict.
struct Changed<'e> {
    rank: Rank,
    exchanges: [&'e Exchange; 2],
    /// The probe of the first exchange. The cache stores the response of this exchange.
    probe: &'e Probe,
    change: Change,
}

impl Changed<'_> {
    fn into_violation(self) -> Violation {
        let credentials = if self.change.credentials {
            "with credentials"
        } else {
            "without credentials"
        };
        let page = self.change.page;
        let law = Law::SharedCacheChangesNoVerdict;
        let exchanges = self.exchanges.into_iter().cloned().collect();
        if self.change.is_attack {
            let message = format!(
                "{} can read a response that the policy does not let it read: the page sends the first request below \
                 with the mode `no-cors` and the cookies of the user, the cache of the browser stores the response, and \
                 the second request then gets the stored response; if the response has data of the user, the page reads \
                 this data; {}",
                page_of(&page),
                Cause::AllowsWithoutOrigin.advice()
            );
            let mut violation = Violation::new(law, &self.probe.name, message, exchanges);
            violation.severity = Severity::Security;
            violation.advice = Cause::AllowsWithoutOrigin.advice();
            return violation;
        }
        let consequence = if self.change.is_own_read {
            "cannot read the response to its request"
        } else {
            "can read a response that the policy denies"
        };
        let [first, _] = self.exchanges;
        let cache = if has_directive(&first.response, b"private") {
            "the cache of a browser"
        } else {
            "a shared cache"
        };
        let message = format!(
            "{cache} can answer the second request below with the first response, because `Vary` of the first \
             response does not list `Origin`; then {} {consequence} ({credentials}); {}",
            page_of(&page),
            law_advice::shared_cache_changes_no_verdict()
        );
        Violation::new(law, &self.probe.name, message, exchanges)
    }
}

/// Returns the best examples of each kind of exchange, with small and typical requests first. Exchanges of the same
/// kind differ only in the origin and in properties that cannot change a verdict.
fn compared<'e>(
    expectations: &Expectations,
    exchanges: &'e [(Probe, Exchange)],
) -> Vec<(OriginKind, &'e Probe, &'e Exchange)> {
    let cacheable = exchanges
        .iter()
        .filter(|(_, exchange)| is_cacheable(exchange));
    let mut cacheable: Vec<&(Probe, Exchange)> = cacheable.collect();
    cacheable.sort_by_cached_key(|(probe, exchange)| rank(probe, exchange));
    let mut similar: BTreeMap<String, Vec<Option<Vec<u8>>>> = BTreeMap::new();
    let mut compared = Vec::new();
    for (probe, exchange) in cacheable {
        let kind = origin_kind(expectations, &exchange.request);
        let origin = origin(exchange);
        let known = similar.entry(similarity(kind, exchange)).or_default();
        if known.len() < MAX_SIMILAR_EXCHANGES
            && !known.contains(&origin)
            && compared.len() < MAX_COMPARED_EXCHANGES
        {
            known.push(origin);
            compared.push((kind, probe, exchange));
        }
    }
    compared
}

/// Returns, as text, the parts of an exchange that can change a verdict. The text has the kind of the origin in place
/// of the origin. So two exchanges with different origins of the same kind can have the same text.
fn similarity(kind: OriginKind, exchange: &Exchange) -> String {
    let response = &exchange.response.header_list;
    let value = |name: &str| response.get(name).map(Vec::from);
    let allowed = value("access-control-allow-origin");
    let is_reflected = allowed.is_some() && allowed == origin(exchange);
    format!(
        "{kind:?} {} {} {} {} {:?} {is_reflected} {:?} {:?}",
        exchange.request.method,
        exchange.request.url,
        has_cookie(exchange),
        exchange.response.status.as_u16(),
        allowed.filter(|_| !is_reflected),
        value("access-control-allow-credentials"),
        value("vary"),
    )
}

fn origin(exchange: &Exchange) -> Option<Vec<u8>> {
    exchange.request.header_list.get("origin").map(Vec::from)
}

/// Returns the request of a cross-origin fetch that has the `Origin` of the exchange. Returns `None` if no page sends
/// such a request.
fn cross_origin(exchange: &Exchange) -> Option<Request> {
    let mut origins = exchange.request.header_list.values("origin");
    let origin = match (origins.next(), origins.next()) {
        (Some(origin), None) => Origin::parse(origin.as_bytes()).ok()?,
        _ => return None,
    };
    let mut request = Request::new(origin, exchange.request.url.clone());
    request.mode = Mode::Cors;
    request.method = exchange.request.method.clone();
    Some(request).filter(|request| !request.origin.is_same_origin_with(request.url()))
}

/// Whether the page can read the response.
fn reads(request: &Request, mode: CredentialsMode, response: &Response) -> bool {
    let answers = [Some(Ok(response.clone()))];
    matches!(replay(request, mode, &answers).result, Some(Ok(_)))
}

/// Whether the pair can show a mistake that no other law reports. If both requests have the same origin, the first
/// response is wrong even without a cache. If only one of the requests has `Cookie`, the CORS headers possibly depend on
/// `Cookie`, and another law reports a wrong response to the request with `Cookie`.
fn are_comparable(expectations: &Expectations, first: &Exchange, second: &Exchange) -> bool {
    if origin(first) == origin(second) {
        return false;
    }
    match (has_cookie(first), has_cookie(second)) {
        (true, false) => cross_origin(first).is_none_or(|request| {
            MODES.into_iter().all(|(credentials, mode)| {
                let is_read = reads(&request, mode, &first.response);
                is_read == expectations.lets_read(request.origin.serialize(), credentials)
            })
        }),
        (first, second) => first == second,
    }
}

fn has_cookie(exchange: &Exchange) -> bool {
    exchange.request.header_list.contains("cookie")
}

/// The rank of an exchange as an example: the rank of its origin, whether the probe is generated, whether the origin is
/// similar to a listed origin, and the size. The best example has the lowest rank.
type Rank = (u8, bool, bool, usize);

fn rank(probe: &Probe, exchange: &Exchange) -> Rank {
    (
        origin(exchange).map_or(0, |origin| origin_rank(&origin)),
        probe.name.starts_with(GENERATED_PREFIX),
        is_of_look_alike(&probe.name),
        size(exchange),
    )
}

/// Whether a cache can store the response. With `Cache-Control: private`, only the cache of a browser can store the
/// response. This cache is private to a user, but the pages of different origins share it.
fn is_cacheable(exchange: &Exchange) -> bool {
    // A request with one of the headers below is not a typical request. With `HANDLER_HEADER`, the probe chooses the
    // headers of the response. A typical request has no `Vary`, because `Vary` is a response header. Shared caches do
    // not store responses to requests with `Authorization` (RFC 9111 §3.5), but they store responses to requests with
    // `Cookie`.
    let has_chosen_headers = [HANDLER_HEADER, "authorization", "vary"]
        .into_iter()
        .any(|name| exchange.request.header_list.contains(name));
    matches!(exchange.request.method, Method::GET | Method::HEAD)
        && !has_chosen_headers
        && CACHEABLE_STATUSES.contains(&exchange.response.status.as_u16())
        && !has_directive(&exchange.response, b"no-store")
}

/// Whether `Cache-Control` of the response has the directive without an argument. With an argument, as in
/// `private="set-cookie"`, the directive is only about the named headers.
fn has_directive(response: &Response, directive: &[u8]) -> bool {
    let control = response.header_list.get("cache-control");
    let control = control.unwrap_or_default();
    let mut directives = control.split(|byte| *byte == b',');
    directives.any(|text| text.trim_ascii().eq_ignore_ascii_case(directive))
}

/// Returns the number of bytes of the request headers.
fn size(exchange: &Exchange) -> usize {
    let headers = exchange.request.header_list.iter();
    headers
        .map(|(name, value)| name.as_bytes().len() + value.as_bytes().len())
        .sum()
}

/// A page for which the cache changes the verdict. The page can read its own response but not the stored response, or
/// it can read the stored response but not its own response.
struct Change {
    page: String,
    credentials: bool,
    /// Whether the page can read its own response but cannot read the stored response.
    is_own_read: bool,
    /// Whether the page itself can put the stored response into the cache of the browser, and then read this response. A
    /// request with the mode `no-cors` has no `Origin`, but can have the cookies of the user.
    is_attack: bool,
}

/// Returns the change if the page of the second request gets one verdict with the first response and another verdict
/// with the second response. Returns `None` if both verdicts are the same.
fn changes(expectations: &Expectations, first: &Exchange, second: &Exchange) -> Option<Change> {
    let request = cross_origin(second)?;
    let page = String::from(request.origin.serialize());
    for (credentials, mode) in MODES {
        // Browsers send `Cookie` only in requests with credentials.
        if has_cookie(second) && !credentials {
            continue;
        }
        let own = reads(&request, mode, &second.response);
        // If the verdict is wrong even without a cache, another law already reports the mistake.
        let is_right = own == expectations.lets_read(&page, credentials);
        if is_right && own != reads(&request, mode, &first.response) {
            let is_denied = !expectations.lets_read(&page, false);
            return Some(Change {
                page,
                credentials,
                is_own_read: own,
                is_attack: is_denied && !own && origin(first).is_none(),
            });
        }
    }
    None
}
