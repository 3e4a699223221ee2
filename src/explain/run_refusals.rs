//! The refusals of a run, with the known mistakes that cause these refusals.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use ::url::Url;

use super::{
    NearMiss, NearMissKind, Refusal,
    followed_redirect::is_followed_redirect,
    login_redirect,
    near_miss::{Refused, near_misses},
    page_failures::PageFailure,
    repair::{Run, RunExchange},
    scheme::has_unsupported_scheme,
    shown::{heading_url, shown, shown_name},
    words::{self, Part},
};
use crate::{
    Failure, FetchError,
    infrastructure::{
        request::{CredentialsMode, Request},
        response::is_ok_status,
        url::without_fragment_and_userinfo,
    },
};

/// The maximum number of refusals for which `near_misses` looks for known mistakes. A page can set many headers, and
/// each header can be refused, so the work needs a limit.
const MAX_NEAR_MISSES: usize = 50;

/// Returns the refusals of a run: each error that an edit fixes, and the error that ends the fetch.
pub(super) fn refusals(request: &Request, run: &Run) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for (position, exchange) in run.exchanges.iter().enumerate() {
        let origin = exchange
            .request
            .header_list
            .get("origin")
            .unwrap_or_default();
        let has_corrected_list = |error: &FetchError| {
            let malformed = malformed_list_of(error.failure());
            let mut errors = exchange.errors.iter();
            errors.any(|other| Some(other.failure()) == malformed)
        };
        let refuse = |error: &FetchError, has_near_misses: bool| {
            let misses = has_near_misses.then(|| {
                near_misses(&Refused {
                    error,
                    request: &exchange.request,
                    answer: &exchange.answer,
                    method: request.method.as_str(),
                    is_credentialed: request.credentials_mode == CredentialsMode::Include,
                    has_corrected_list: has_corrected_list(error),
                    page: request.origin.serialize(),
                    redirected_from: redirect_before(run, position),
                    login: login_redirect::near_miss(run, position),
                })
            });
            let misses = misses.unwrap_or_default();
            let misses = if misses.is_empty() {
                of_failure(error, run.redirect_loop.as_ref())
            } else {
                misses
            };
            let refusal = refusal(
                error,
                Some(position),
                part(exchange),
                &heading_url(&shown(origin.as_ref())).to_string(),
                misses,
            );
            match missing_with_status(error, exchange) {
                Some(sentence) => Refusal {
                    sentence,
                    ..refusal
                },
                None => refusal,
            }
        };
        let rest = MAX_NEAR_MISSES.saturating_sub(refusals.len());
        if exchange.is_known {
            let (named, others) = exchange
                .errors
                .split_at_checked(rest)
                .unwrap_or((&exchange.errors, &[]));
            refusals.extend(named.iter().map(|error| refuse(error, true)));
            refusals.extend(others.iter().map(|error| refuse(error, false)));
        }
    }
    // The loop above adds only errors that an edit fixes. No edit fixes the error of the result, so it is added here.
    if let (Err(error), Some(last)) = (&run.result, run.exchanges.len().checked_sub(1)) {
        let origin = heading_url(&shown(request.origin.serialize())).to_string();
        refusals.push(refusal(
            error,
            Some(last),
            Part::Response,
            &origin,
            of_failure(error, run.redirect_loop.as_ref()),
        ));
    }
    refusals
}

/// Returns the refusal of a preflight response that lacks `Access-Control-Allow-Origin` and also has a wrong status. With the
/// status, a reader can distinguish such responses. If the server redirects the preflight, Chromium names only the redirect.
fn missing_with_status(error: &FetchError, exchange: &RunExchange) -> Option<String> {
    let answer = exchange.answer.as_ref().ok()?;
    let status = answer.status;
    let missing = words::refusal(error, part(exchange), "");
    match error.failure() {
        _ if is_ok_status(status) => None,
        Failure::PreflightMissingAllowOriginHeader if is_followed_redirect(answer) => {
            Some(format!(
                "the preflight response is a redirect (status {}), and has no `Access-Control-Allow-Origin`",
                status.as_u16()
            ))
        }
        Failure::PreflightMissingAllowOriginHeader => {
            Some(format!("{missing} (status {})", status.as_u16()))
        }
        _ => None,
    }
}

/// Returns the failure of a malformed list, for the failure of a list that lacks a method or a header.
const fn malformed_list_of(failure: Failure) -> Option<Failure> {
    match failure {
        Failure::MethodDisallowedByPreflightResponse => {
            Some(Failure::InvalidAllowMethodsPreflightResponse)
        }
        Failure::HeaderDisallowedByPreflightResponse => {
            Some(Failure::InvalidAllowHeadersPreflightResponse)
        }
        _ => None,
    }
}

/// Returns the refusals for which the browser sends no request.
pub(super) fn refusals_of_page(failures: &[PageFailure], origin: &str) -> Vec<Refusal> {
    let refusals = failures.iter().map(|failure| {
        let misses = of_failure(&failure.error, None);
        let refusal = refusal(&failure.error, None, Part::Response, origin, misses);
        match &failure.mistake {
            Some(mistake) => Refusal {
                sentence: mistake.sentence.clone(),
                ..refusal
            },
            None => refusal,
        }
    });
    refusals.collect()
}

/// Returns the known mistakes that do not follow from the refused answer.
fn of_failure(error: &FetchError, loop_url: Option<&Url>) -> Vec<NearMiss> {
    match error.failure() {
        Failure::TooManyRedirects => loop_url.into_iter().map(redirect_loop).collect(),
        Failure::BlockedAsMixedContent if !has_unsupported_scheme(url_of(error)) => Vec::from([NearMiss::new(
            NearMissKind::MixedContent,
            "a page on https cannot fetch over http, whatever the server sends: use an `https` URL"
                .into(),
        )]),
        Failure::RedirectModeError => Vec::from([NearMiss::new(
            NearMissKind::RedirectModeError,
            "the page fetches with `redirect: \"error\"`, which refuses every redirect: use `redirect: \"follow\"`, or let the server answer without a redirect"
                .into(),
        )]),
        Failure::NetworkError => Vec::from([NearMiss::new(
            NearMissKind::NoAnswer,
            "the browser got no answer, so this is not about CORS: check the host, the port and the certificate, and whether the server runs"
                .into(),
        )]),
        _ => Vec::new(),
    }
}

fn redirect_loop(url: &Url) -> NearMiss {
    let url = shown_name(without_fragment_and_userinfo(url));
    NearMiss::new(
        NearMissKind::RedirectLoop,
        format!(
            "the redirects lead back to `{url}`, so they never end: answer this URL without a redirect. Often two parts of a server redirect to each other, for example a proxy to https and the server back to http, or one part adds a slash at the end and the other part removes it"
        ),
    )
}

fn url_of(error: &FetchError) -> &str {
    core::str::from_utf8(error.value().unwrap_or_default()).unwrap_or_default()
}

fn refusal(
    error: &FetchError,
    exchange: Option<usize>,
    part: Part,
    origin: &str,
    near_misses: Vec<NearMiss>,
) -> Refusal {
    Refusal {
        exchange,
        failure: error.failure(),
        step: error.step(),
        anchor: error.anchor(),
        value: error.value().map(shown),
        sentence: words::refusal(error, part, origin),
        near_misses,
    }
}

/// Returns the URL of the last redirected request before `position`.
fn redirect_before(run: &Run, position: usize) -> Option<&Url> {
    let before = run.exchanges.iter().take(position);
    let mut redirects = before.filter(|exchange| part(exchange) == Part::Redirect);
    redirects.next_back().map(|exchange| &exchange.request.url)
}

fn part(exchange: &RunExchange) -> Part {
    match &exchange.answer {
        _ if exchange.request.is_preflight() => Part::Preflight,
        Ok(response) if is_followed_redirect(response) => Part::Redirect,
        _ => Part::Response,
    }
}
