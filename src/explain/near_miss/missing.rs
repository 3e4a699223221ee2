//! Finds known mistakes that make a CORS header missing.

use alloc::{format, string::String, vec::Vec};

use super::{
    Refused, denied,
    error_status::place_of_reason,
    miss,
    preflight_status::{self, can_be_fetched, with_scheme_of},
};
use crate::{
    Failure,
    explain::{
        followed_redirect::is_followed_redirect,
        header_name::misspelled,
        refusal::{NearMiss, NearMissKind as Kind},
        shown::shown_name,
    },
    infrastructure::{
        response::{Response, is_ok_status},
        url::without_fragment_and_userinfo,
    },
    wording,
};

pub(super) fn near_misses(refused: &Refused<'_>, response: &Response) -> Vec<NearMiss> {
    let misspelled = misspelled_name("access-control-allow-origin", response);
    let is_preflight = refused.error.failure() == Failure::PreflightMissingAllowOriginHeader;
    let status = response.status.as_u16();
    let is_redirect = is_followed_redirect(response);
    let by_status = if is_redirect && !is_preflight {
        return misspelled
            .into_iter()
            .chain(redirect(refused, response))
            .collect();
    } else if is_ok_status(response.status) {
        is_preflight
            .then(|| denied::framework_answers_options(response))
            .flatten()
    } else if status == 304 && !is_preflight {
        Some(not_modified())
    } else if is_preflight {
        preflight_status::near_misses(refused.request, response)
            .into_iter()
            .next()
    } else {
        (400..600).contains(&status).then(|| error(status))
    };
    let login = refused.login.clone().filter(|_| !is_preflight);
    let has_other_name = misspelled.is_some();
    let misses = misspelled.into_iter().chain(login);
    let misses = misses.chain(denied::bot_check(response));
    let denied = denied::origin_not_allowed(refused, response);
    let denied = denied.filter(|_| !has_other_name && status != 304);
    // Servers deny an origin with these statuses, or let the request through without CORS headers. Another error has
    // another reason, and the missing header can follow from this reason.
    if is_ok_status(response.status) || matches!(status, 400 | 403) {
        misses.chain(denied).chain(by_status).collect()
    } else {
        misses.chain(by_status).chain(denied).collect()
    }
}

/// The browser adds the headers of a response with the status 304 to the stored response (RFC 9111 §4.3.4).
fn not_modified() -> NearMiss {
    miss(
        Kind::NotModified,
        "the response has the status 304 (not modified), so the browser uses the CORS headers of the response that it stored earlier: send the CORS headers on the responses with the status 304 and 200, and empty the cache of the browser",
    )
}

fn error(status: u16) -> NearMiss {
    let place = place_of_reason(status);
    miss(
        Kind::ErrorWithoutHeaders,
        format!(
            "the response is an error (status {status}) without CORS headers: many servers set them on successful responses only; {} (nginx: `always` at the end of `add_header`); {place}",
            wording::headers_on_errors!()
        ),
    )
}

fn redirect(refused: &Refused<'_>, response: &Response) -> Vec<NearMiss> {
    let target = preflight_status::redirect_target(&refused.request.url, response);
    if let Some(login) = refused.login.clone() {
        return Vec::from([login]);
    }
    let rule = concat!(
        wording::headers_on_redirects!(),
        ", and not only on the last response"
    );
    let target = target.map(|to| with_scheme_of(&refused.request.url, &to).unwrap_or(to));
    // If a URL redirects to itself, the advice does not name the target: a fetch of the target gets the same redirect.
    let target = target
        .filter(|target| target.as_str() != without_fragment_and_userinfo(&refused.request.url));
    let other_form = (target.as_ref())
        .and_then(|target| preflight_status::to_other_form(&refused.request.url, target));
    let target = target
        .filter(|target| other_form.is_none() && can_be_fetched(&refused.request.url, target));
    let without_headers = miss(
        Kind::RedirectWithoutHeaders,
        match target {
            Some(target) => format!(
                "{rule}; or let the page fetch `{}`",
                shown_name(target.as_str())
            ),
            None => String::from(rule),
        },
    );
    other_form.into_iter().chain([without_headers]).collect()
}

/// Returns the known mistake of a response that has a misspelled name in place of `name`.
pub(in crate::explain) fn misspelled_name(
    name: &'static str,
    response: &Response,
) -> Option<NearMiss> {
    let found = misspelled(name, &response.header_list)?;
    Some(miss(
        Kind::MisspelledHeaderName,
        format!(
            "the response has the misspelled header `{}`: write `{name}`",
            shown_name(found)
        ),
    ))
}
