//! Laws about preflight responses.

use alloc::{format, vec::Vec};
use core::time::Duration;

use crate::conformance::laws::{
    support::token_lists::{TokenList, with_changed, with_one},
    violation::{LawViolation, ensure},
};
use crate::{
    Failure, FetchError,
    fetching::{UserAgent, cors_preflight_fetch::judge_cors_preflight_response},
    infrastructure::{
        header_list::HeaderList,
        request::{CredentialsMode, Request},
        response::Response,
    },
};

const ALLOW_METHODS: &str = "access-control-allow-methods";
const ALLOW_HEADERS: &str = "access-control-allow-headers";
/// A header name that is not in any request.
const UNREQUESTED: &str = "x-unrequested";

/// For a credentialed request, `*` in `Access-Control-Allow-Methods` or `Access-Control-Allow-Headers` is the name `*`
/// and not a wildcard.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::credentials_make_wildcard_literal as law;
/// use fetch_cors::infrastructure::{header_list::HeaderList, origin::Origin, request::*};
///
/// let mut request = Request::new(Origin::parse(b"http://a")?, "http://b".parse()?);
/// (request.method, request.credentials_mode) = (http::Method::PUT, CredentialsMode::Include);
/// let headers = [("Access-Control-Allow-Origin", "http://a"), ("Access-Control-Allow-Methods", "*")];
/// law(&request, &HeaderList::from_pairs(headers)?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn credentials_make_wildcard_literal(
    request: &Request,
    header_list: &HeaderList,
) -> Result<(), LawViolation> {
    // The law does not apply to the preflight cache: a cached `*` is a wildcard even if the entry has credentials. The
    // law also does not apply if the method or a header name of the request is `*`, because a `*` in the response then
    // allows this method or this name.
    let requests = |name| request.method == name || request.header_list.contains(name);
    if request.credentials_mode != CredentialsMode::Include
        || requests("*")
        || requests(UNREQUESTED)
    {
        return Ok(());
    }
    let literal = with_changed(header_list, &[ALLOW_METHODS, ALLOW_HEADERS], |value| {
        let elements = value.split(|&byte| byte == b',');
        let elements: Vec<&[u8]> = elements
            .map(|element| match element.trim_ascii() {
                b"*" => UNREQUESTED.as_bytes(),
                _ => element,
            })
            .collect();
        elements.join(&b',')
    });
    let (with, without) = (judge(request, header_list), judge(request, &literal));
    ensure(reason(&with) == reason(&without), || {
        format!(
            "`*` acts as a wildcard for a credentialed request: the result of the preflight is {with:?} with `*`, and {without:?} with another name"
        )
    })
}

/// A request with `Authorization` fails if `Access-Control-Allow-Headers` does not list `Authorization`, even if the
/// list has `*`.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::wildcard_never_covers_authorization as law;
/// use fetch_cors::infrastructure::{header_list::HeaderList, origin::Origin, request::*};
///
/// let mut request = Request::new(Origin::parse(b"http://a")?, "http://b".parse()?);
/// request.header_list = HeaderList::from_pairs([("Authorization", "1")])?;
/// let headers = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Headers", "*")];
/// law(&request, &HeaderList::from_pairs(headers)?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn wildcard_never_covers_authorization(
    request: &Request,
    header_list: &HeaderList,
) -> Result<(), LawViolation> {
    let is_named = TokenList::from_header(header_list, ALLOW_HEADERS).has_name("authorization");
    if !request.header_list.contains("authorization") || is_named {
        return Ok(());
    }
    // The headers in `header_list` do not always have a wildcard. So the law also judges the same headers with
    // `Access-Control-Allow-Headers: *`.
    for header_list in [header_list, &with_one(header_list, ALLOW_HEADERS, "*")] {
        ensure(judge(request, header_list).is_err(), || {
            format!(
                "the preflight response allows `Authorization`, although the response does not list this header: {header_list:?}"
            )
        })?;
    }
    Ok(())
}

/// A preflight fails if the status of its response is not from 200 to 299, even if all headers are correct.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::preflight_needs_ok_status as law;
/// use fetch_cors::infrastructure::{header_list::HeaderList, origin::Origin, request::Request, response::Response};
///
/// let request = Request::new(Origin::parse(b"http://a")?, "http://b".parse()?);
/// let headers = HeaderList::from_pairs([("Access-Control-Allow-Origin", "*")])?;
/// law(&request, &Response::new(http::StatusCode::FOUND, headers))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn preflight_needs_ok_status(
    request: &Request,
    response: &Response,
) -> Result<(), LawViolation> {
    let status = response.status.as_u16();
    if (200..300).contains(&status) {
        return Ok(());
    }
    let mut user_agent = UserAgent::new();
    let result = judge_cors_preflight_response(request, response, &mut user_agent, Duration::ZERO);
    ensure(result.is_err(), || {
        format!("a preflight succeeds, although its response has status {status}")
    })?;
    ensure(user_agent.cors_preflight_cache.is_empty(), || {
        format!("a preflight is cached, although its response has status {status}")
    })
}

/// A preflight fails if an element of `Access-Control-Allow-Methods` or `Access-Control-Allow-Headers` is not a token.
/// The preflight fails even if the request does not need the malformed list.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::malformed_list_fails_preflight as law;
/// use fetch_cors::infrastructure::{header_list::HeaderList, origin::Origin, request::Request};
///
/// let request = Request::new(Origin::parse(b"http://a")?, "http://b".parse()?);
/// let headers = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "PUT, a b")];
/// law(&request, &HeaderList::from_pairs(headers)?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn malformed_list_fails_preflight(
    request: &Request,
    header_list: &HeaderList,
) -> Result<(), LawViolation> {
    // The browser runs the CORS check before it parses the lists of methods and header names. So a failure of the CORS
    // check is also correct.
    let is_malformed = |name| TokenList::from_header(header_list, name) == TokenList::Malformed;
    let expected = match (is_malformed(ALLOW_METHODS), is_malformed(ALLOW_HEADERS)) {
        (true, _) => Failure::InvalidAllowMethodsPreflightResponse,
        (false, true) => Failure::InvalidAllowHeadersPreflightResponse,
        (false, false) => return Ok(()),
    };
    let result = judge(request, header_list);
    let holds = result
        .as_ref()
        .is_err_and(|error| error.failure() == expected || error.step().starts_with("cors-check/"));
    ensure(holds, || {
        format!("the preflight should fail with {expected}, but its result is {result:?}")
    })
}

/// The methods in `Access-Control-Allow-Methods` are compared byte for byte. For example,
/// `Access-Control-Allow-Methods: PATCH` does not allow the method `patch`. The letter case of the names in
/// `Access-Control-Allow-Headers` does not matter.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::methods_match_case_sensitively as law;
/// use fetch_cors::infrastructure::{header_list::HeaderList, origin::Origin, request::Request};
///
/// let mut request = Request::new(Origin::parse(b"http://a")?, "http://b".parse()?);
/// request.method = http::Method::PATCH;
/// law(&request, &HeaderList::from_pairs([("Access-Control-Allow-Origin", "*")])?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn methods_match_case_sensitively(
    request: &Request,
    header_list: &HeaderList,
) -> Result<(), LawViolation> {
    let swapped = with_changed(header_list, &[ALLOW_HEADERS], swap_case);
    let (as_is, other_case) = (judge(request, header_list), judge(request, &swapped));
    ensure(reason(&as_is) == reason(&other_case), || {
        format!(
            "the result changes from {as_is:?} to {other_case:?} if the allowed header names have another letter case"
        )
    })?;
    // The law does not apply to a safelisted method, because a preflight response need not list such a method. The law
    // also does not apply to a method without letters, because such a method does not have another letter case.
    let method = request.method.as_str();
    let other = swap_case(method.as_bytes());
    let is_safelisted = matches!(method, "GET" | "HEAD" | "POST");
    if !is_safelisted && other != method.as_bytes() {
        let other = alloc::string::String::from_utf8_lossy(&other);
        let result = judge(request, &with_one(header_list, ALLOW_METHODS, &other));
        ensure(result.is_err(), || {
            format!("the method {method} is allowed, although the response lists only {other}")
        })?;
    }
    Ok(())
}

/// Judges a preflight response. The preflight cache is empty.
fn judge(request: &Request, header_list: &HeaderList) -> Result<(), FetchError> {
    let response = Response::new(http::StatusCode::OK, header_list.clone());
    judge_cors_preflight_response(request, &response, &mut UserAgent::new(), Duration::ZERO)
}

fn reason(result: &Result<(), FetchError>) -> Option<(Failure, &'static str)> {
    let error = result.as_ref().err()?;
    Some((error.failure(), error.step()))
}

fn swap_case(bytes: &[u8]) -> Vec<u8> {
    let swap = |byte: &u8| {
        if byte.is_ascii_alphabetic() {
            byte ^ 0x20
        } else {
            *byte
        }
    };
    bytes.iter().map(swap).collect()
}
