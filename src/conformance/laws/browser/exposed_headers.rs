//! The law about exposed response headers.

use alloc::{format, vec::Vec};
use core::time::Duration;

use crate::conformance::laws::{
    support::{
        headers::SAFELISTED_RESPONSE_HEADER_NAMES,
        token_lists::{TokenList, with_one},
    },
    violation::{LawViolation, ensure},
};
use crate::{
    fetching::{UserAgent, fetch},
    infrastructure::{
        header_list::HeaderList,
        request::{CredentialsMode, Mode, Request},
        response::Response,
    },
};

/// A script can read exactly the safelisted and the exposed headers of a cross-origin response, except `Set-Cookie`. If
/// the request is uncredentialed, an exposed `*` is a wildcard. If the request is credentialed, an exposed `*` is the
/// header name `*`.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::script_reads_exposed_headers_only as law;
/// use fetch_cors::infrastructure::{header_list::HeaderList, origin::Origin, request::Request};
///
/// let request = Request::new(Origin::parse(b"http://a")?, "http://b".parse()?);
/// law(&request, &HeaderList::from_pairs([("Access-Control-Expose-Headers", "ETag"), ("ETag", "1")])?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn script_reads_exposed_headers_only(
    request: &Request,
    header_list: &HeaderList,
) -> Result<(), LawViolation> {
    let include = request.credentials_mode == CredentialsMode::Include;
    let url = request.url().clone();
    let mut plain = Request::new(request.origin.clone(), url);
    (plain.mode, plain.credentials_mode) = (Mode::Cors, request.credentials_mode);
    if plain.origin.is_same_origin_with(plain.url()) {
        return Ok(());
    }
    // A malformed list does not expose any header.
    let exposed = TokenList::from_header(header_list, "access-control-expose-headers");
    let is_readable = |name: &str| {
        let is_forbidden = matches!(name, "set-cookie" | "set-cookie2");
        let is_covered = !include && exposed.has_name("*");
        SAFELISTED_RESPONSE_HEADER_NAMES.contains(&name)
            || (!is_forbidden && (is_covered || exposed.has_name(name)))
    };
    let header_list = with_one(
        header_list,
        "access-control-allow-origin",
        plain.origin.serialize(),
    );
    let header_list = with_one(&header_list, "access-control-allow-credentials", "true");
    let response = Response::new(http::StatusCode::OK, header_list.clone());
    let result = fetch(&mut UserAgent::new(), plain, Duration::ZERO, |_| {
        Ok(response.clone())
    });
    // If the browser blocks the port, the fetch fails without a response, so the law does not apply.
    let Ok(filtered) = result else { return Ok(()) };
    let expected = header_list
        .iter()
        .filter(|(name, _)| is_readable(name.as_str()));
    ensure(filtered.headers().eq(expected), || {
        let names: Vec<_> = filtered.headers().map(|(name, _)| name).collect();
        format!("a script can read the wrong headers: {names:?} of a response with {header_list:?}")
    })
}
