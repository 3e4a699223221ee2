//! The fix for a server that redirects a fetch to a login page. A script cannot use a login page, so the fix replaces
//! the redirect.

use alloc::{format, string::String, vec::Vec};

use super::{
    Fix, NearMiss,
    advice::advice as advice_for,
    changed::changed_answers,
    near_miss::{
        login::{Likelihood, Redirect},
        preflight_status::redirect_target,
    },
    repair::{Run, RunExchange},
    shown::shown,
    words,
};
use crate::{
    fetching::{Credentials, HttpRequest},
    infrastructure::{response::is_redirect_status, url::without_fragment_and_userinfo},
};

/// Calls `read` with the redirect at `position`. `None` if the answer at `position` is not a known redirect of a
/// request after the preflight.
fn redirect<T>(
    run: &Run,
    position: usize,
    read: impl FnOnce(&Redirect<'_>) -> Option<T>,
) -> Option<T> {
    let exchange = run.exchanges.get(position)?;
    let response = exchange.answer.as_ref().ok()?;
    let is_redirect = exchange.is_known
        && !exchange.request.is_preflight()
        && is_redirect_status(response.status);
    let from = &exchange.request.url;
    let to = redirect_target(from, response).filter(|_| is_redirect)?;
    read(&Redirect {
        from: Some(from),
        to: &to,
        status: Some(response.status),
        is_get: exchange.request.method == "GET",
        is_own_origin: is_own_origin(&exchange.request),
        answer: run.answer_after(position).or(run.login_page.as_ref()),
    })
}

/// Returns the known mistake of a redirect to a login page: the answer at `position` is the redirect, or the request at
/// `position` follows the redirect.
pub(super) fn near_miss(run: &Run, position: usize) -> Option<NearMiss> {
    let exchange = run.exchanges.get(position)?;
    let response = exchange.answer.as_ref().ok()?;
    let positions = if is_redirect_status(response.status) {
        position..position.saturating_add(1)
    } else {
        0..position
    };
    let mut misses = positions
        .rev()
        .map(|position| redirect(run, position, |redirect| Some(redirect.near_miss(false))));
    misses.find_map(|miss| miss).flatten()
}

/// Whether the request is for the page's own origin, and has credentials. Browsers do not send `Origin` with most of
/// these requests.
fn is_own_origin(request: &HttpRequest) -> bool {
    let origin = request.header_list.get("origin");
    let is_own = origin
        .is_none_or(|origin| *origin == *request.url.origin().ascii_serialization().as_bytes());
    is_own && request.credentials == Credentials::Included
}

/// Returns the position of the first redirect to a page that is probably a login page. `None` if there is no such
/// redirect, or if the browser refuses nothing and all answers are known.
pub(super) fn position(run: &Run) -> Option<usize> {
    let is_accepted = |exchange: &RunExchange| exchange.is_known && exchange.errors.is_empty();
    if run.result.is_ok() && run.exchanges.iter().all(is_accepted) {
        return None;
    }
    probable(run)
}

/// Returns the sentence about the first redirect to a page that is probably a login page.
pub(super) fn sentence(run: &Run) -> Option<String> {
    let miss = redirect(run, probable(run)?, |redirect| redirect.near_miss(false));
    miss.map(|miss| miss.sentence)
}

fn probable(run: &Run) -> Option<usize> {
    (0..run.exchanges.len()).find(|position| {
        let login = redirect(run, *position, |redirect| redirect.login());
        login == Some(Likelihood::Probable)
    })
}

/// Returns the fix for the first redirect to a page that is probably a login page. `None` if there is no such redirect.
/// `has_readable_status` is true if the edits of the run give the request a status that the page can read, in place of the
/// redirect. `origin` is the origin of the page.
pub(super) fn fix(run: &Run, has_readable_status: bool, origin: &str) -> Option<Fix> {
    let position = probable(run)?;
    let exchange = run.exchanges.get(position)?;
    let response = exchange.answer.as_ref().ok()?;
    let target = redirect_target(&exchange.request.url, response)?;
    let advice = if has_readable_status {
        let status = exchange.edited().ok()?.status.as_u16();
        format!("for the status {status}, {}", words::NAVIGATE_TO_LOGIN)
    } else {
        advice(run, position, origin)
    };
    Some(Fix::LoginPage {
        exchange: position,
        status: response.status.as_u16(),
        url: shown(without_fragment_and_userinfo(&target)),
        sentence: sentence(run)?,
        answers: if has_readable_status {
            changed_answers(&run.exchanges)
        } else {
            Vec::new()
        },
        advice,
    })
}

/// Returns the advice for the redirect at `position`, if no answer gives the page a status to read.
fn advice(run: &Run, position: usize, origin: &str) -> String {
    let fix = words::STATUS_401_FOR_LOGIN;
    // The browser can also refuse an answer that comes before the redirect. The advice for this answer then comes
    // first.
    let mut before = run.exchanges.iter().take(position);
    match before.find_map(|exchange| exchange.errors.first()) {
        Some(error) => format!("{}; then {fix}", advice_for(error, origin)),
        None => fix.into(),
    }
}
