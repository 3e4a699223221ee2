//! The failures of a call before the browser sends a request. No answer of a server changes such a failure. The page can
//! have several of them, and the browser reports only the first. So each failure is corrected in a copy of the call, and
//! the copy is checked again.

use alloc::{format, string::String, vec::Vec};
use core::time::Duration;

use ::url::Url;

use super::{
    advice::advice,
    page_headers::{self, CallMistake},
    scheme::host_as_scheme,
};
use crate::{
    Failure as F, FetchError,
    api::{ApiCall, BodyWithType, Guard, Headers},
    fetching::{Progress, UserAgent, start},
    infrastructure::{
        origin::Origin,
        request::{Body, Mode, RedirectMode, Request},
    },
};

/// The maximum number of corrections. Each correction removes a kind of failure, and a call has fewer kinds than this
/// limit.
const MAX_CORRECTIONS: usize = 16;

/// A method that is always valid, needs no preflight, and can have a body.
const VALID_METHOD: &str = "POST";

/// A failure before the browser sends a request.
pub(super) struct PageFailure {
    pub(super) error: FetchError,
    /// The mistake in a header that the script sets, or in the method. `None` for other failures.
    pub(super) mistake: Option<CallMistake>,
}

impl From<FetchError> for PageFailure {
    fn from(error: FetchError) -> Self {
        Self {
            error,
            mistake: None,
        }
    }
}

impl PageFailure {
    /// Returns the correction of the page. `origin` is the origin of the page.
    pub(super) fn advice(&self, origin: &str) -> String {
        match &self.mistake {
            Some(mistake) => mistake.advice.clone(),
            None => advice(&self.error, origin),
        }
    }
}

/// Returns the failures of a call that throws. The failures of the corrected call follow.
pub(super) fn of_call(
    user_agent: &UserAgent,
    origin: &Origin,
    call: &ApiCall<'_>,
    now: Duration,
) -> Vec<PageFailure> {
    let mut call = call.clone();
    let mut failures = Vec::new();
    for _ in 0..MAX_CORRECTIONS {
        match call.clone().into_request(origin.clone()) {
            Ok(request) => {
                add_of_request(&mut failures, user_agent, &request, now);
                break;
            }
            Err(error) => failures.extend(corrected_call(&mut call, error)),
        }
    }
    failures
}

/// Returns the failures of a request before the browser sends it. The list is empty if the browser sends a request.
pub(super) fn of_request(
    user_agent: &UserAgent,
    request: &Request,
    now: Duration,
) -> Vec<PageFailure> {
    let mut failures = Vec::new();
    add_of_request(&mut failures, user_agent, request, now);
    failures
}

/// Adds the failures of a request to the failures of its call.
fn add_of_request(
    failures: &mut Vec<PageFailure>,
    user_agent: &UserAgent,
    request: &Request,
    now: Duration,
) {
    let mut request = request.clone();
    for _ in 0..MAX_CORRECTIONS {
        let progress = start(&mut user_agent.clone(), request.clone(), now);
        let Progress::Done(Err(error)) = progress else {
            break;
        };
        // This failure is of the library: the standard supports the scheme.
        if error.failure() == F::UnsupportedScheme && !failures.is_empty() {
            break;
        }
        let is_corrected = correct_request(&mut request, &error);
        failures.push(error.into());
        if is_corrected.is_none() {
            break;
        }
    }
}

/// Corrects the failure in the call, and returns the failure. Returns each invalid header as a failure.
fn corrected_call(call: &mut ApiCall<'_>, error: FetchError) -> Vec<PageFailure> {
    match error.failure() {
        F::InvalidHeader => return without_invalid_headers(call, error),
        F::InvalidMethod | F::ForbiddenMethod | F::MethodNotNoCorsSafelisted => {
            let method = match call {
                ApiCall::Fetch(init) => &mut init.method,
                ApiCall::XmlHttpRequest(xhr) => &mut xhr.method,
            };
            let mistake = page_headers::wrong_method(method);
            *method = VALID_METHOD.into();
            return Vec::from([PageFailure { error, mistake }]);
        }
        F::UrlIncludesCredentials => {
            if let ApiCall::Fetch(init) = call {
                // A URL with a user name or a password has a host, so both functions succeed.
                let _ = init.url.set_username("");
                let _ = init.url.set_password(None);
            }
        }
        F::BodyNotAllowed => {
            if let ApiCall::Fetch(init) = call {
                init.body = None;
            }
        }
        F::StreamBodyNotAllowed => {
            if let ApiCall::Fetch(init) = call {
                init.body = Some(BodyWithType::from(Body::WithSource));
            }
        }
        _ => {}
    }
    Vec::from([error.into()])
}

/// Removes the invalid headers. If all headers are valid, removes the type of the body.
fn without_invalid_headers(call: &mut ApiCall<'_>, error: FetchError) -> Vec<PageFailure> {
    let (headers, body) = match call {
        ApiCall::Fetch(init) => (&mut init.headers, &mut init.body),
        ApiCall::XmlHttpRequest(xhr) => (&mut xhr.headers, &mut xhr.body),
    };
    let mut failures = Vec::new();
    headers.retain(|(name, value)| match invalid(name, value) {
        Some(failure) => {
            failures.push(failure);
            false
        }
        None => true,
    });
    if failures.is_empty() {
        let content_type = body.as_mut().and_then(|body| body.content_type.take());
        failures.extend(content_type.and_then(|value| invalid("Content-Type", &value)));
    }
    if failures.is_empty() {
        failures.push(error.into());
    } else {
        // The browser reports `error`, so this failure comes first.
        failures.sort_by_key(|failure| failure.error != error);
    }
    failures
}

fn invalid(name: &str, value: &str) -> Option<PageFailure> {
    let error = Headers::new(Guard::Request).append(name, value).err()?;
    Some(PageFailure {
        error,
        mistake: page_headers::mistake(name, value),
    })
}

/// Corrects the failure in the request. `None` if no correction is known.
fn correct_request(request: &mut Request, error: &FetchError) -> Option<()> {
    let mut url = request.url().clone();
    match error.failure() {
        F::BadPort => url.set_port(None).ok()?,
        F::BlockedAsMixedContent | F::CorsDisabledScheme | F::UnsupportedScheme => {
            url = with_https(&url)?;
        }
        F::DisallowedByMode => request.mode = Mode::Cors,
        F::NoCorsRedirectModeNotFollow => request.redirect_mode = RedirectMode::Follow,
        _ => return None,
    }
    request.set_url(url);
    Some(())
}

/// Returns the URL with the scheme `https`. `None` if the URL has no host.
fn with_https(url: &Url) -> Option<Url> {
    let text = url.as_str();
    let rest = match host_as_scheme(text, "") {
        Some(_) => text,
        None => text.split_once("://")?.1,
    };
    Url::parse(&format!("https://{rest}")).ok()
}
