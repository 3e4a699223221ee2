//! The fix for a server that redirects a fetch to a login page. A script cannot use a login page, so the fix replaces
//! the redirect.

use alloc::{format, string::String};

use super::{
    NearMissKind, Refusal,
    advice::advice as advice_for,
    near_miss::{login, preflight_status::redirect_target},
    repair::Run,
    shown::shown_briefly,
    words,
};
use crate::infrastructure::response::is_redirect_status;

/// Returns the advice for the first redirect to a login page. `None` if there is no such redirect. `origin` is the origin
/// of the page.
pub(super) fn advice(run: &Run, refusals: &[Refusal], origin: &str) -> Option<String> {
    let mut exchanges = run.exchanges.iter().enumerate();
    let (position, target) = exchanges.find_map(|(position, exchange)| {
        let response = exchange.answer.as_ref().ok()?;
        let is_redirect = exchange.is_known
            && !exchange.request.is_preflight()
            && is_redirect_status(response.status);
        let from = &exchange.request.url;
        let target = redirect_target(from, response).filter(|_| is_redirect)?;
        login::near_miss(from, &target, false)?;
        Some((position, target))
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
