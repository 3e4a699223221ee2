//! Laws about the verdict on a whole fetch.

use alloc::{borrow::Cow, format, string::String, vec::Vec};

use crate::conformance::laws::violation::{LawViolation, ensure};
use crate::{
    Failure, FetchError,
    cases::{ApiCall, Case, ServerAnswer},
    infrastructure::{
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        request::Mode,
        response::ResponseType,
    },
    outcome::SentRequest,
};

/// The response headers that can change the verdict on a request with the request mode `cors`.
const RELEVANT_HEADERS: [&str; 7] = [
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "location",
];

/// In a fetch with the request mode `cors`, only the six CORS headers and `Location` of a response have an effect. The
/// other response headers do not change the verdict, and do not change the requests that the browser sends.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{generate, laws::other_headers_never_change_verdict as law};
///
/// let case = generate(1, None).next().unwrap();
/// law(&case, &"Cross-Origin-Resource-Policy".parse()?, &"same-origin".try_into()?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn other_headers_never_change_verdict(
    case: &Case<'static>,
    name: &HeaderName,
    value: &HeaderValue,
) -> Result<(), LawViolation> {
    // The law does not apply to the request mode `no-cors`, because the response header `Cross-Origin-Resource-Policy`
    // blocks some fetches with this request mode.
    let is_cors = case.fetches.iter().all(|fetch| match &fetch.call {
        ApiCall::Fetch(init) => init.mode == Mode::Cors,
        ApiCall::XmlHttpRequest(_) => true,
    });
    if !is_cors || RELEVANT_HEADERS.contains(&name.as_str()) {
        return Ok(());
    }
    let mut changed = case.clone();
    for header_list in answers(&mut changed) {
        header_list.append(name.clone(), value.clone());
    }
    let (before, after) = (verdicts(case), verdicts(&changed));
    ensure(before == after, || {
        format!(
            "the verdict changes from {before:?} to {after:?} if the responses have the header {name} too"
        )
    })
}

/// Every failed fetch has one failure code, and one step of the standard that belongs to this code. Different failures
/// have different codes.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{generate, laws::every_failure_has_one_step as law};
/// law(&generate(1, None).next().unwrap())?;
/// # Ok::<(), fetch_cors::conformance::laws::LawViolation>(())
/// ```
pub fn every_failure_has_one_step(case: &Case<'static>) -> Result<(), LawViolation> {
    for outcome in case.clone().judge().fetches {
        let Err(error) = &outcome.result else {
            continue;
        };
        let failure = error.failure();
        let with_code = Failure::ALL
            .iter()
            .filter(|other| other.code() == failure.code())
            .count();
        ensure(with_code == 1, || {
            format!(
                "{with_code} failures have the code {failure}, but a code belongs to exactly one failure"
            )
        })?;
        ensure(failure.steps().contains(&error.step()), || {
            format!(
                "the failure {failure} has the step {}, which does not belong to it",
                error.step()
            )
        })?;
        // If an API refuses the call, the browser does not send a request. If a preflight fails, the preflight is the
        // last request.
        let is_refused = [
            "request-constructor/",
            "headers-validate/",
            "webidl-bytestring/",
        ]
        .into_iter()
        .any(|algorithm| error.step().starts_with(algorithm));
        ensure(!is_refused || outcome.requests.is_empty(), || {
            format!("the API refuses the call ({failure}), but a request was sent")
        })?;
        let is_preflights = failure.code().contains("preflight");
        let ends_with_preflight = outcome
            .requests
            .last()
            .is_some_and(|request| request.is_preflight());
        ensure(!is_preflights || ends_with_preflight, || {
            format!(
                "the failure {failure} is about a preflight, but the last request is not a preflight"
            )
        })?;
    }
    Ok(())
}

/// The letter case of header names never changes a verdict. The order of header lines with different names never
/// changes a verdict either. The law applies to the headers of the author and to the headers of the server.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{generate, laws::header_order_never_changes_verdict as law};
/// law(&generate(1, None).next().unwrap())?;
/// # Ok::<(), fetch_cors::conformance::laws::LawViolation>(())
/// ```
pub fn header_order_never_changes_verdict(case: &Case<'static>) -> Result<(), LawViolation> {
    let mut changed = case.clone();
    for fetch in &mut changed.fetches {
        let headers = match &mut fetch.call {
            ApiCall::Fetch(init) => &mut init.headers,
            ApiCall::XmlHttpRequest(xhr) => &mut xhr.headers,
        };
        for (name, _) in headers.iter_mut() {
            *name = Cow::Owned(name.chars().map(swap_case).collect());
        }
        // A stable sort keeps the order of lines with equal names. If several headers are invalid, the error has the
        // value of the first invalid header. The new order can change this value, so the law does not compare the
        // value.
        headers.sort_by_cached_key(|(name, _)| core::cmp::Reverse(name.to_ascii_lowercase()));
    }
    for header_list in answers(&mut changed) {
        let mut headers: Vec<_> = core::mem::take(header_list).into_iter().collect();
        headers.sort_by(|(a, _), (b, _)| b.cmp(a));
        let other_case = headers.into_iter().filter_map(|(name, value)| {
            let name: String = name.as_str().chars().map(swap_case).collect();
            Some((HeaderName::new(name.as_bytes()).ok()?, value))
        });
        *header_list = other_case.collect();
    }
    let (before, after) = (verdicts(case), verdicts(&changed));
    ensure(before == after, || {
        format!(
            "the verdict changes from {before:?} to {after:?} if the order of the headers and the letter case of their names change"
        )
    })
}

/// The parts of a fetch outcome that the law compares.
type Verdict = (
    Vec<SentRequest>,
    Result<(ResponseType, u16), (Failure, &'static str)>,
);

fn verdicts(case: &Case<'static>) -> Vec<Verdict> {
    // If several headers are invalid, the first invalid header decides the step of the failure. The law changes the
    // order of the headers, so it does not compare this step.
    let step = |error: &FetchError| match error.failure() {
        Failure::InvalidHeader => "",
        _ => error.step(),
    };
    let reason = |error: &FetchError| (error.failure(), step(error));
    let verdicts = case.clone().judge().fetches.into_iter().map(|outcome| {
        let result = outcome
            .result
            .map(|response| (response.response_type(), response.status()))
            .map_err(|error| reason(&error));
        (outcome.requests, result)
    });
    verdicts.collect()
}

/// Returns the header lists of all responses in the case.
fn answers<'a>(case: &'a mut Case<'static>) -> impl Iterator<Item = &'a mut HeaderList> {
    case.server
        .iter_mut()
        .flat_map(|resource| {
            resource
                .preflight
                .iter_mut()
                .flatten()
                .chain(&mut resource.response)
        })
        .filter_map(|answer| match answer {
            ServerAnswer::Response(response) => Some(&mut response.header_list),
            ServerAnswer::ConnectionError => None,
        })
}

const fn swap_case(c: char) -> char {
    if c.is_ascii_lowercase() {
        c.to_ascii_uppercase()
    } else {
        c.to_ascii_lowercase()
    }
}
