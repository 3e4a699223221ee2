//! Judges all exchanges together, with a shared cache between browsers and server that honors `Vary`.

use alloc::{format, string::String, vec::Vec};

use http::Method;

use crate::conformance::{
    harness::{expectations::Expectations, replay::replay, report::finding::Finding},
    test_handler::HANDLER_HEADER,
};
use crate::{
    cases::Exchange,
    conformance::laws::{Law, server::caches::may_answer},
    infrastructure::{
        origin::Origin,
        request::{CredentialsMode, Mode, Request},
        response::Response,
    },
};

/// Statuses that a cache stores without an explicit lifetime.
const CACHEABLE_STATUSES: [u16; 12] = [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501];

/// Finds the smallest pair of exchanges where a shared cache changes a verdict: the cache stores the first
/// response and serves it to the page of the second request.
pub(crate) fn judge_shared_cache(
    expectations: &Expectations,
    exchanges: &[(String, Exchange)],
) -> Option<Finding> {
    let mut seconds: Vec<&(String, Exchange)> = exchanges
        .iter()
        .filter(|(_, exchange)| is_cacheable(exchange))
        .collect();
    seconds.sort_by_key(|(_, exchange)| size(exchange));
    let origin = |exchange: &Exchange| exchange.request.header_list.get("origin").map(Vec::from);
    // One of several equal responses is enough.
    let firsts = without_repetition(&seconds, |a, b| {
        a.request.method == b.request.method
            && a.request.url == b.request.url
            && a.response == b.response
            && (!a.response.header_list.contains("vary") || a.request == b.request)
    });
    let seconds = without_repetition(&seconds, |a, b| {
        a.request.method == b.request.method
            && a.request.url == b.request.url
            && a.response == b.response
            && origin(a) == origin(b)
    });
    let pairs = firsts.iter().flat_map(|first| {
        let seconds = seconds.iter().map(move |second| (*first, *second));
        seconds.filter(|((_, first), (_, second))| {
            may_answer(&first.request, &first.response, &second.request)
        })
    });
    let changed = pairs.filter_map(|((_, first), (probe, second))| {
        let change = changes(expectations, first, second)?;
        Some((size(first) + size(second), first, second, probe, change))
    });
    let (_, first, second, probe, change) = changed.min_by_key(|(size, ..)| *size)?;
    let credentials = if change.credentials {
        "with credentials"
    } else {
        "without credentials"
    };
    let page = change.page;
    let consequence = if change.is_own_read {
        "cannot read the response to its request"
    } else {
        "can read a response that the policy denies"
    };
    let law = Law::SharedCacheChangesNoVerdict;
    let message = format!(
        "a page of {page} {consequence} ({credentials}), if a shared cache serves the first response to this page: \
         `Vary` of the first response does not list a header in which the two requests differ: {}",
        law.advice().unwrap_or_default()
    );
    let exchanges = Vec::from([first.clone(), second.clone()]);
    Some(Finding::new(law, probe, message, exchanges))
}

/// Returns the exchanges without repetitions. `is_same` compares two exchanges.
fn without_repetition<'e>(
    exchanges: &[&'e (String, Exchange)],
    is_same: impl Fn(&Exchange, &Exchange) -> bool,
) -> Vec<&'e (String, Exchange)> {
    let mut distinct: Vec<&(String, Exchange)> = Vec::new();
    for exchange in exchanges {
        if !distinct.iter().any(|other| is_same(&other.1, &exchange.1)) {
            distinct.push(exchange);
        }
    }
    distinct
}

/// Whether a shared cache can store the response.
fn is_cacheable(exchange: &Exchange) -> bool {
    let control = exchange.response.header_list.get("cache-control");
    let control = control.unwrap_or_default().to_ascii_lowercase();
    let is_private = [&b"no-store"[..], b"private"]
        .into_iter()
        .any(|word| control.windows(word.len()).any(|part| part == word));
    // The probe chose the headers of the handler, or sent the header of one user, so the response is not typical.
    let has_chosen_headers = [HANDLER_HEADER, "cookie", "authorization", "vary"]
        .into_iter()
        .any(|name| exchange.request.header_list.contains(name));
    matches!(exchange.request.method, Method::GET | Method::HEAD)
        && !has_chosen_headers
        && CACHEABLE_STATUSES.contains(&exchange.response.status.as_u16())
        && !is_private
}

/// The number of bytes of the request headers.
fn size(exchange: &Exchange) -> usize {
    let headers = exchange.request.header_list.iter();
    headers
        .map(|(name, value)| name.as_bytes().len() + value.as_bytes().len())
        .sum()
}

/// A page that can read its own response but not the stored response, or the reverse.
struct Change {
    page: String,
    credentials: bool,
    /// Whether the page can read its own response.
    is_own_read: bool,
}

/// Returns the change, if the first response gives the page of the second request another verdict than the
/// second response does.
fn changes(expectations: &Expectations, first: &Exchange, second: &Exchange) -> Option<Change> {
    let mut origins = second.request.header_list.values("origin");
    let origin = match (origins.next(), origins.next()) {
        (Some(origin), None) => Origin::parse(origin.as_bytes()).ok()?,
        _ => return None,
    };
    let mut request = Request::new(origin, second.request.url.clone());
    if request.origin.is_same_origin_with(request.url()) {
        return None;
    }
    request.mode = Mode::Cors;
    request.method = second.request.method.clone();
    let reads = |response: &Response, mode| {
        let answers = [Some(Ok(response.clone()))];
        matches!(replay(&request, mode, &answers).result, Some(Ok(_)))
    };
    let page = String::from(request.origin.serialize());
    for (credentials, mode) in [
        (false, CredentialsMode::SameOrigin),
        (true, CredentialsMode::Include),
    ] {
        let own = reads(&second.response, mode);
        // If the verdict is wrong even without a cache, another law reports it.
        let is_right = own == expectations.lets_read(&page, credentials);
        if is_right && own != reads(&first.response, mode) {
            return Some(Change {
                page,
                credentials,
                is_own_read: own,
            });
        }
    }
    None
}
