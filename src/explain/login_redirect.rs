//! The fix for a server that redirects a fetch to a login page. A script cannot use a login page, so the fix replaces
//! the redirect.

use alloc::{format, string::String};

use super::{
    NearMiss, NearMissKind, Refusal,
    advice::advice as advice_for,
    near_miss::{
        login::{Likelihood, Redirect},
        preflight_status::redirect_target,
    },
    repair::Run,
    shown::shown_briefly,
    words,
};
use crate::infrastructure::response::is_redirect_status;

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
    let mut later = run.exchanges.iter().skip(position.saturating_add(1));
    let next = later.find(|exchange| !exchange.request.is_preflight());
    let next = next.filter(|next| next.is_known);
    read(&Redirect {
        from: Some(from),
        to: &to,
        status: Some(response.status),
        is_get: exchange.request.method == "GET",
        answer: next.and_then(|next| next.answer.as_ref().ok()),
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

/// Returns the advice for the first redirect to a page that is probably a login page. `None` if there is no such
/// redirect. `origin` is the origin of the page.
pub(super) fn advice(run: &Run, refusals: &[Refusal], origin: &str) -> Option<String> {
    let (position, target) = (0..run.exchanges.len()).find_map(|position| {
        redirect(run, position, |redirect| {
            let is_login = redirect.login() == Some(Likelihood::Probable);
            is_login.then(|| (position, redirect.to.clone()))
        })
    })?;
    let fix = words::STATUS_401_FOR_LOGIN;
    let mut misses = refusals.iter().flat_map(|refusal| &refusal.near_misses);
    let fix = if misses.any(|miss| miss.kind == NearMissKind::RedirectToLogin) {
        String::from(fix)
    } else {
        let target = shown_briefly(target.as_str());
        format!("{fix} (`{target}` looks like a login page)")
    };
    // The browser can also refuse an answer that comes before the redirect. The advice for this answer then comes
    // first.
    let mut before = run.exchanges.iter().take(position);
    let refused = before.find_map(|exchange| exchange.errors.first());
    Some(match refused {
        Some(error) => format!("{}; then {fix}", advice_for(error, origin)),
        None => fix,
    })
}
