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
/// Nobody asks for it.
const NOBODYS: &str = "x-nobodys";

/// With credentials mode `include`, a `*` in Access-Control-Allow-Methods or
/// Access-Control-Allow-Headers is a name like any other.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
    // Not of the cache: there a `*` that was stored with credentials acts as a wildcard later. And
    // whoever asks for the method or the header `*` is allowed it by its name.
    let asks = |name| request.method == name || request.header_list.contains(name);
    if request.credentials_mode != CredentialsMode::Include || asks("*") || asks(NOBODYS) {
        return Ok(());
    }
    let literal = with_changed(header_list, &[ALLOW_METHODS, ALLOW_HEADERS], |value| {
        let elements = value.split(|&byte| byte == b',');
        let elements: Vec<&[u8]> = elements
            .map(|element| match element.trim_ascii() {
                b"*" => NOBODYS.as_bytes(),
                _ => element,
            })
            .collect();
        elements.join(&b',')
    });
    let (with, without) = (judge(request, header_list), judge(request, &literal));
    ensure(reason(&with) == reason(&without), || {
        format!("with * {with:?}, with another name {without:?}")
    })
}

/// A request with Authorization fails where Access-Control-Allow-Headers does not name it, whatever
/// else that says.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
    // Of a wildcard too, if there was none.
    for header_list in [header_list, &with_one(header_list, ALLOW_HEADERS, "*")] {
        ensure(judge(request, header_list).is_err(), || {
            format!("Authorization was allowed by {header_list:?}")
        })?;
    }
    Ok(())
}

/// An answer to a preflight whose status is not between 200 and 299 is a failure, whatever its headers.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
        format!("a preflight passed with {status}")
    })?;
    ensure(user_agent.cors_preflight_cache.is_empty(), || {
        format!("an answer with {status} is in the cache")
    })
}

/// An element of Access-Control-Allow-Methods or Access-Control-Allow-Headers that is no token makes
/// the preflight fail, even if the request needs neither; it is not passed over.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
    // The CORS check comes first, and may fail instead.
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
        format!("{expected} was to come, and {result:?} came")
    })
}

/// Access-Control-Allow-Methods allows `PATCH` and not `patch` where it says `PATCH`;
/// Access-Control-Allow-Headers allows the same in any case.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
        format!("names in another case made {as_is:?} into {other_case:?}")
    })?;
    // A safelisted method needs no list, and one without letters has no other case.
    let method = request.method.as_str();
    let other = swap_case(method.as_bytes());
    let is_safelisted = matches!(method, "GET" | "HEAD" | "POST");
    if !is_safelisted && other != method.as_bytes() {
        let other = alloc::string::String::from_utf8_lossy(&other);
        let result = judge(request, &with_one(header_list, ALLOW_METHODS, &other));
        ensure(result.is_err(), || {
            format!("{method} was allowed as {other}")
        })?;
    }
    Ok(())
}

/// With a cache that has nothing in it.
fn judge(request: &Request, header_list: &HeaderList) -> Result<(), FetchError> {
    let response = Response::new(http::StatusCode::OK, header_list.clone());
    judge_cors_preflight_response(request, &response, &mut UserAgent::new(), Duration::ZERO)
}

fn reason(result: &Result<(), FetchError>) -> Option<(Failure, &'static str)> {
    let error = result.as_ref().err()?;
    Some((error.failure(), error.step()))
}

fn swap_case(bytes: &[u8]) -> Vec<u8> {
    let swap = |byte: &u8| match byte.is_ascii_alphabetic() {
        true => byte ^ 0x20,
        false => *byte,
    };
    bytes.iter().map(swap).collect()
}
