//! Laws about the two APIs, `fetch()` and `XMLHttpRequest`.

use alloc::{borrow::Cow, format, vec::Vec};

use crate::conformance::laws::violation::{LawViolation, ensure};
use crate::{
    api::{BodyWithType, RequestInit, XmlHttpRequest},
    cases::{ApiCall, Case},
    infrastructure::{
        request::{Body, CredentialsMode, Mode, RedirectMode},
        url::includes_credentials,
    },
};

/// For the same arguments, `fetch()` and an `XMLHttpRequest` without upload listeners have the same outcome. The law
/// applies only to calls in which the two APIs have the same rules for each argument.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{generate, laws::both_apis_reach_one_outcome as law};
/// law(&generate(1, None).next().unwrap())?;
/// # Ok::<(), fetch_cors::conformance::laws::LawViolation>(())
/// ```
pub fn both_apis_reach_one_outcome(case: &Case<'static>) -> Result<(), LawViolation> {
    has_same_outcome(case, |call| match call {
        ApiCall::Fetch(init) => to_xml_http_request(init).map(ApiCall::XmlHttpRequest),
        ApiCall::XmlHttpRequest(xhr) => to_fetch(xhr).map(ApiCall::Fetch),
    })
}

/// If a script does not set `Content-Type`, the type of a body acts as a `Content-Type` header that the script adds
/// after its other headers.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{generate, laws::body_type_acts_as_header as law};
/// law(&generate(1, None).next().unwrap())?;
/// # Ok::<(), fetch_cors::conformance::laws::LawViolation>(())
/// ```
pub fn body_type_acts_as_header(case: &Case<'static>) -> Result<(), LawViolation> {
    has_same_outcome(case, |call| {
        let mut call = call.clone();
        let (is_ignored, headers, body) = match &mut call {
            ApiCall::Fetch(init) => (false, &mut init.headers, &mut init.body),
            ApiCall::XmlHttpRequest(xhr) => {
                (is_get_or_head(&xhr.method), &mut xhr.headers, &mut xhr.body)
            }
        };
        let content_type = body.as_mut()?.content_type.take()?;
        let is_set = headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        // The law turns the type of a body into a header that a script sets. Web IDL refuses a header value with a code
        // point above U+00FF, but does not check the type of a body. In a browser, the type of a body is always ASCII.
        // So the law does not apply to a type that is not ASCII.
        if is_ignored || is_set || !content_type.is_ascii() {
            return None;
        }
        headers.push((Cow::Borrowed("Content-Type"), content_type));
        Some(call)
    })
}

/// Checks that a case has the same outcome after its calls are replaced. `other` returns the new call, or `None` if the
/// call does not change.
fn has_same_outcome(
    case: &Case<'static>,
    other: impl Fn(&ApiCall<'static>) -> Option<ApiCall<'static>>,
) -> Result<(), LawViolation> {
    let mut changed = case.clone();
    for fetch in &mut changed.fetches {
        if let Some(call) = other(&fetch.call) {
            fetch.call = call;
        }
    }
    if changed == *case {
        return Ok(());
    }
    let outcomes = |case: &Case<'static>| case.clone().judge().fetches;
    let (before, after) = (outcomes(case), outcomes(&changed));
    ensure(before == after, || {
        format!(
            "the outcome changes from {before:?} to {after:?} if the page makes equivalent calls: {changed}"
        )
    })
}

fn to_xml_http_request(init: &RequestInit<'static>) -> Option<XmlHttpRequest<'static>> {
    let is_common = init.mode == Mode::Cors
        && init.redirect == RedirectMode::Follow
        && init.credentials != CredentialsMode::Omit
        && has_common_arguments(&init.method, &init.headers, init.body.as_ref())
        && !includes_credentials(&init.url);
    is_common.then(|| XmlHttpRequest {
        method: init.method.clone(),
        headers: init.headers.clone(),
        body: init.body.clone(),
        with_credentials: init.credentials == CredentialsMode::Include,
        ..XmlHttpRequest::new(init.url.clone())
    })
}

fn to_fetch(xhr: &XmlHttpRequest<'static>) -> Option<RequestInit<'static>> {
    let is_common = !xhr.upload_listeners
        && has_common_arguments(&xhr.method, &xhr.headers, xhr.body.as_ref())
        && !includes_credentials(&xhr.url);
    is_common.then(|| RequestInit {
        method: xhr.method.clone(),
        headers: xhr.headers.clone(),
        body: xhr.body.clone(),
        credentials: if xhr.with_credentials {
            CredentialsMode::Include
        } else {
            CredentialsMode::SameOrigin
        },
        ..RequestInit::new(xhr.url.clone())
    })
}

/// Whether the two APIs have the same rules for each argument. An `XMLHttpRequest` differs from `fetch()` in five ways:
///
/// - It combines headers with equal names.
/// - It ignores a body with GET and HEAD.
/// - Its body cannot be a stream.
/// - If its body is a string or a document, it changes the charset of the author's Content-Type.
/// - It judges the method before the headers. This order matters if the method or a header has a code point above
///   U+00FF.
fn has_common_arguments(
    method: &str,
    headers: &[(Cow<'_, str>, Cow<'_, str>)],
    body: Option<&BodyWithType<'_>>,
) -> bool {
    let mut names: Vec<_> = headers
        .iter()
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect();
    names.sort_unstable();
    names.dedup();
    let is_ascii =
        |(name, value): &(Cow<'_, str>, Cow<'_, str>)| name.is_ascii() && value.is_ascii();
    let sets_content_type = names.iter().any(|name| name == "content-type");
    let changes_charset =
        sets_content_type && body.is_some_and(BodyWithType::is_string_or_document);
    !changes_charset
        && names.len() == headers.len()
        && method.is_ascii()
        && headers.iter().all(is_ascii)
        && body.is_none_or(|body| body.body == Body::WithSource && !is_get_or_head(method))
}

fn is_get_or_head(method: &str) -> bool {
    method.eq_ignore_ascii_case("GET") || method.eq_ignore_ascii_case("HEAD")
}
