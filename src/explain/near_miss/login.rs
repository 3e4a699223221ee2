//! Finds redirects to a login page.

use alloc::format;

use ::url::Url;

use super::miss;
use crate::{
    explain::{
        login_url::{is_login, is_navigated_login, leads_to_login},
        refusal::{NearMiss, NearMissKind as Kind},
        shown::shown_briefly,
    },
    wording,
};

/// Returns the known mistake of a server that redirects a fetch from the URL `from` to the login page `to`. `None` if
/// `to` does not look like the URL of a login page, or if `from` already looks like the URL of a login page.
/// `is_preflight` is true if the server redirects a preflight.
pub(in crate::explain) fn near_miss(from: &Url, to: &Url, is_preflight: bool) -> Option<NearMiss> {
    leads_to_login(from, to).then(|| redirect_to_login(to, is_preflight))
}

/// Returns the known mistake of a server that redirects a fetch to the login page `to`. The URL from which the server
/// redirects is not known. `None` if `to` does not look like the URL of a login page.
pub(in crate::explain) fn near_miss_without_source(to: &Url) -> Option<NearMiss> {
    is_login(to).then(|| redirect_to_login(to, false))
}

/// Returns the known mistake of a fetch of the login page `to`, if it is not known whether the server redirects to this
/// page. `None` if a script could also fetch `to`.
pub(in crate::explain) fn near_miss_of_navigation(to: &Url) -> Option<NearMiss> {
    is_navigated_login(to).then(|| redirect_to_login(to, false))
}

fn redirect_to_login(to: &Url, is_preflight: bool) -> NearMiss {
    let target = shown_briefly(to.as_str());
    miss(
        Kind::RedirectToLogin,
        if is_preflight {
            format!(
                "`{target}` looks like a login page: {}, so {}",
                wording::preflights_have_no_credentials!(),
                wording::answer_before_authentication!()
            )
        } else {
            format!(
                "`{target}` looks like a login page: the session probably ended, or the request has no cookies; log in again, and let the server answer requests of scripts with status 401 and CORS headers, not with a redirect"
            )
        },
    )
}
