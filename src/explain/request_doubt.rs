//! The doubt about the request of a pasted answer. Many servers send a CORS header, or a certain value of this header,
//! only if the request has a certain header. If the request did not have this header, the server is possibly right.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{ExplainedAnswer, ExplainedExchange, Explanation, Fix, NearMissKind, Refusal, Verdict};
use crate::{
    Failure as F,
    infrastructure::{bytes::isomorphic_decode, header_list::HeaderList},
};

/// A doubt about the fix: the answer is possibly for another request than the request of the browser.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent};
/// use fetch_cors::{api::ApiCall, explain::explain};
///
/// let page = Origin::parse("https://app.example")?;
/// let call = ApiCall::Fetch(RequestInit::new("https://api.example/".parse()?));
/// let mut explanation = explain(&UserAgent::new(), &page, &call, Duration::ZERO, |_| {
///     Some(Ok(Response::new(http::StatusCode::OK, HeaderList::new())))
/// });
/// explanation.set_pasted_requests(|_| None);
/// let doubt = explanation.request_doubt.unwrap();
/// assert_eq!(doubt.curl, "curl -sSi -H 'origin: https://app.example' https://api.example/");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cases", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RequestDoubt {
    /// The position of the exchange in [`exchanges`](super::Explanation::exchanges).
    pub exchange: usize,
    /// True if the request is known, and differs from the request of the browser. False if the request is not known.
    pub is_certain: bool,
    /// The doubt in words.
    pub sentence: String,
    /// A `curl` command that sends the request of the browser.
    pub curl: String,
}

/// The action of a server that depends on the headers of the request.
struct Action {
    /// The action in words. The words `for a request` follow.
    words: String,
    /// The request headers on which the action of the server depends. The names are in lower case.
    request_headers: &'static [&'static str],
    /// Whether the answer has the CORS header with another value. The server then probably got a request with the
    /// necessary headers, unless the text shows another request.
    has_other_value: bool,
}

const ORIGIN: &str = "origin";
const COOKIE: &str = "cookie";
const REQUEST_METHOD: &str = "access-control-request-method";
const REQUEST_HEADERS: &str = "access-control-request-headers";

impl Explanation {
    /// Sets the [`request_doubt`](Self::request_doubt). `request` returns the headers of the request that got the answer
    /// at this position of the [`exchanges`](Self::exchanges), or `None` if this request is not known. Use this
    /// function if the answers come from a text that a user pasted: the user possibly sent other requests than a
    /// browser sends.
    pub fn set_pasted_requests<'r>(
        &mut self,
        request: impl FnOnce(usize) -> Option<&'r HeaderList>,
    ) {
        self.request_doubt = self.doubt(request);
    }

    fn doubt<'r>(
        &self,
        request: impl FnOnce(usize) -> Option<&'r HeaderList>,
    ) -> Option<RequestDoubt> {
        let refusal = self.refusals.first()?;
        let position = refusal.exchange?;
        let exchange = self.exchanges.get(position)?;
        // A mistake of the page, and a redirect to a login page, do not depend on the request that the user sent.
        let depends_on_request = matches!(&self.fix, Fix::Answers { page, .. } if page.is_empty());
        if self.verdict != Verdict::Blocked || !depends_on_request {
            return None;
        }
        let action = action(refusal, exchange)?;
        let expected = action.request_headers.iter().filter_map(|needed| {
            let mut headers = exchange.headers.iter();
            headers.find(|(name, _)| name == needed)
        });
        let request = request(position);
        if request.is_none() && action.has_other_value {
            return None;
        }
        let doubtful = expected.filter(|(name, value)| match request {
            Some(request) => !has_value(request, name, value),
            None => true,
        });
        let mut doubtful: Vec<String> = doubtful
            .map(|(name, value)| format!("`{}: {value}`", canonical(name)))
            .collect();
        let login = request.map_or_else(Vec::new, |request| missing_login(request, exchange));
        let lacks_cookies = login.contains(&COOKIE);
        doubtful.extend(login.into_iter().map(|name| format!("`{name}`")));
        if doubtful.is_empty() {
            return None;
        }
        let headers = listed(&doubtful);
        let these = if doubtful.len() == 1 {
            "this header"
        } else {
            "these headers"
        };
        let with_cookies = if lacks_cookies {
            ", with the cookies (`-b 'NAME=VALUE'`)"
        } else {
            ""
        };
        let action = action.words;
        Some(RequestDoubt {
            exchange: position,
            is_certain: request.is_some(),
            sentence: if request.is_some() {
                format!(
                    "the pasted text shows a request without {headers}. Many servers {action} if a request has {these}, so the server can answer the browser differently. Send the request again as the browser sends it{with_cookies}, with the commands below"
                )
            } else {
                format!(
                    "many servers {action} for a request with {headers}, and the pasted text does not show the request. If your request did not have {these}, send the request again with the commands below"
                )
            },
            curl: exchange.curl.clone(),
        })
    }
}

/// Returns the names of the headers with a login that the request lacks, in lower case: `cookie`, and the headers that
/// the script sets. Without a login, many servers answer with an error or a redirect that has no CORS headers. So the
/// list is empty for a preflight, and for an answer with a success status.
fn missing_login<'e>(request: &HeaderList, exchange: &'e ExplainedExchange) -> Vec<&'e str> {
    let ExplainedAnswer::Response { status, .. } = exchange.answer else {
        return Vec::new();
    };
    if exchange.is_preflight || status.is_none_or(|status| status < 300) {
        return Vec::new();
    }
    let names = exchange.headers.iter().map(|(name, _)| name.as_str());
    let cookie = exchange.has_credentials.then_some(COOKIE);
    let names = names.filter(|name| *name != ORIGIN).chain(cookie);
    names.filter(|name| !request.contains(name)).collect()
}

/// Returns the action that the server did not take. `None` if the mistake in the answer does not depend on the request.
fn action(refusal: &Refusal, exchange: &ExplainedExchange) -> Option<Action> {
    const OF_REQUEST: &[&str] = &[ORIGIN];
    const OF_PREFLIGHT: &[&str] = &[ORIGIN, REQUEST_METHOD];
    const OF_HEADERS: &[&str] = &[ORIGIN, REQUEST_METHOD, REQUEST_HEADERS];
    let ExplainedAnswer::Response { headers, .. } = &exchange.answer else {
        return None;
    };
    let mut misses = refusal.near_misses.iter();
    if misses.any(|miss| miss.kind == NearMissKind::MisspelledHeaderName) {
        return None;
    }
    let (lacked, request_headers) = match refusal.failure {
        F::MissingAllowOriginHeader
        | F::WildcardOriginNotAllowed
        | F::MultipleAllowOriginValues
        | F::InvalidAllowOriginValue
        | F::AllowOriginMismatch => ("Access-Control-Allow-Origin", OF_REQUEST),
        F::PreflightMissingAllowOriginHeader
        | F::PreflightWildcardOriginNotAllowed
        | F::PreflightMultipleAllowOriginValues
        | F::PreflightInvalidAllowOriginValue
        | F::PreflightAllowOriginMismatch => ("Access-Control-Allow-Origin", OF_PREFLIGHT),
        F::MethodDisallowedByPreflightResponse => ("Access-Control-Allow-Methods", OF_PREFLIGHT),
        F::HeaderDisallowedByPreflightResponse => ("Access-Control-Allow-Headers", OF_HEADERS),
        // Without these headers, OPTIONS is not a preflight. Many servers then look for a route or a session.
        F::PreflightInvalidStatus | F::PreflightDisallowedRedirect => {
            return Some(Action {
                words: String::from("answer OPTIONS with a success status only"),
                request_headers: OF_PREFLIGHT,
                has_other_value: false,
            });
        }
        _ => return None,
    };
    let mut names = headers.iter().map(|(name, _)| name);
    let has_other_value = names.any(|name| name.eq_ignore_ascii_case(lacked));
    Some(Action {
        words: if has_other_value {
            format!("send another `{lacked}`")
        } else {
            format!("send `{lacked}` only")
        },
        request_headers,
        has_other_value,
    })
}

/// Whether the request has the header with this value. A list of header names can have another order, other letter cases
/// and further names, because a server that allows the longer list also allows each name of this list.
fn has_value(request: &HeaderList, name: &str, value: &str) -> bool {
    let Some(sent) = request.get(name) else {
        return false;
    };
    let sent = isomorphic_decode(&sent);
    if name != REQUEST_HEADERS {
        return sent == value;
    }
    let sent: BTreeSet<String> = names(&sent).collect();
    names(value).all(|expected| sent.contains(&expected))
}

/// Returns the names of a list of header names, in lower case.
fn names(list: &str) -> impl Iterator<Item = String> {
    let names = list.split(',').map(|name| name.trim_matches([' ', '\t']));
    names.map(str::to_ascii_lowercase)
}

/// Returns the usual spelling of a lower-case header name, such as `Origin` for `origin`.
fn canonical(name: &str) -> &str {
    match name {
        ORIGIN => "Origin",
        REQUEST_METHOD => "Access-Control-Request-Method",
        REQUEST_HEADERS => "Access-Control-Request-Headers",
        name => name,
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [names @ .., last] if !names.is_empty() => format!("{} and {last}", names.join(", ")),
        names => names.first().map(ToString::to_string).unwrap_or_default(),
    }
}
