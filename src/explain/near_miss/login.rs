//! Finds redirects to a login page.

use alloc::{format, string::String};

use ::url::Url;
use http::StatusCode;

use super::miss;
use crate::{
    explain::{
        login_url::{
            has_login_host, has_login_path, has_return_url, is_login, is_navigated_login,
            leads_to_login,
        },
        refusal::{NearMiss, NearMissKind as Kind},
        shown::shown_briefly,
    },
    infrastructure::{
        header_list::HeaderList,
        response::{Response, is_redirect_status},
    },
    wording,
};

/// How likely the target of a redirect is a login page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::explain) enum Likelihood {
    Possible,
    Probable,
}

/// A redirect that possibly leads to a login page.
#[derive(Debug, Clone, Copy)]
pub(in crate::explain) struct Redirect<'r> {
    /// `None` if the URL from which the server redirects is not known.
    pub(in crate::explain) from: Option<&'r Url>,
    pub(in crate::explain) to: &'r Url,
    /// The status of the redirect. `None` if the status is not known.
    pub(in crate::explain) status: Option<StatusCode>,
    /// Whether the redirected request is a GET request or a preflight.
    pub(in crate::explain) is_get: bool,
    /// Whether the redirected request is for the page's own origin, and has credentials.
    pub(in crate::explain) is_own_origin: bool,
    /// The response of the target. `None` if this response is not known.
    pub(in crate::explain) answer: Option<&'r Response>,
}

impl Redirect<'_> {
    /// Returns how likely the target is a login page. `None` if its URL or its response shows another resource.
    ///
    /// A word such as `sso` anywhere in the URL is a weak sign: an API can have such a URL too. A login page also has the
    /// word in the last segment of the path or in the first label of the host, is HTML, and is fetched with GET after a
    /// temporary redirect. Or its query has a URL to return to. A redirect that keeps the path leads to the same resource on
    /// another host.
    pub(in crate::explain) fn login(&self) -> Option<Likelihood> {
        let has_word = match self.from {
            Some(from) => leads_to_login(from, self.to),
            None => is_login(self.to),
        };
        let is_html = self.is_html();
        if !has_word || is_html == Some(false) {
            return None;
        }
        let path = self.to.path();
        if path != "/" && self.from.is_some_and(|from| from.path() == path) {
            return None;
        }
        if has_return_url(self.to) {
            return Some(Likelihood::Probable);
        }
        let status = self.status.map(|status| status.as_u16());
        let leads_to_get = match status {
            None | Some(302 | 303) => true,
            Some(307) => self.is_get,
            _ => false,
        };
        let has_host = has_login_host(self.to);
        // The root of such a host is its login page.
        let is_page = has_login_path(self.to) || (has_host && path == "/");
        if !leads_to_get || !(is_page || has_host) {
            return None;
        }
        let is_probable = is_html == Some(true) || (is_page && status != Some(307));
        Some(if is_probable {
            Likelihood::Probable
        } else {
            Likelihood::Possible
        })
    }

    /// Whether the target is HTML. `None` if its response does not show the content type.
    fn is_html(&self) -> Option<bool> {
        let is_answer = |response: &&Response| !is_redirect_status(response.status);
        let answer = self.answer.filter(is_answer)?;
        is_html(&answer.header_list)
    }

    /// Returns the known mistake of a server that redirects a fetch to a login page. `None` if the target does not look
    /// like a login page. `is_preflight` is true if the server redirects a preflight.
    pub(in crate::explain) fn near_miss(&self, is_preflight: bool) -> Option<NearMiss> {
        let likelihood = self.login()?;
        Some(redirect_to_login(self, is_preflight, likelihood))
    }
}

/// Whether the headers say that the body is HTML. `None` if there is no content type.
pub(in crate::explain) fn is_html(headers: &HeaderList) -> Option<bool> {
    let content_type = headers.get("content-type")?.to_ascii_lowercase();
    let types = [&b"text/html"[..], b"application/xhtml+xml"];
    Some(types.iter().any(|html| content_type.starts_with(html)))
}

/// Returns the known mistake of a server that redirects a fetch from the URL `from` to the login page `to`. Only the
/// URLs are known. `None` if `to` does not look like the URL of a login page.
pub(in crate::explain) fn near_miss_of_urls(from: Option<&Url>, to: &Url) -> Option<NearMiss> {
    redirect_of_urls(from, to).near_miss(false)
}

/// Returns the known mistake of a fetch of the login page `to`, if it is not known whether the server redirects to this
/// page. `None` if a script could also fetch `to`.
pub(in crate::explain) fn near_miss_of_navigation(to: &Url) -> Option<NearMiss> {
    let redirect = redirect_of_urls(None, to);
    is_navigated_login(to).then(|| redirect_to_login(&redirect, false, Likelihood::Probable))
}

const fn redirect_of_urls<'u>(from: Option<&'u Url>, to: &'u Url) -> Redirect<'u> {
    Redirect {
        from,
        to,
        status: None,
        is_get: true,
        is_own_origin: false,
        answer: None,
    }
}

fn redirect_to_login(
    redirect: &Redirect<'_>,
    is_preflight: bool,
    likelihood: Likelihood,
) -> NearMiss {
    let request = if is_preflight { "preflight" } else { "request" };
    let status = redirect.status.map(|status| status.as_u16());
    let status = status.map_or_else(String::new, |status| format!(" (status {status})"));
    let target = shown_briefly(redirect.to.as_str());
    let is_login = match likelihood {
        Likelihood::Possible => "is possibly a login page",
        Likelihood::Probable => "looks like a login page",
    };
    let reason = if is_preflight {
        concat!(
            wording::preflights_have_no_credentials!(),
            ", so ",
            wording::answer_before_authentication!()
        )
    } else {
        match likelihood {
            Likelihood::Possible => {
                "if so, log in again, and let the server answer requests of scripts with status 401 and CORS headers, not with a redirect"
            }
            Likelihood::Probable if redirect.is_own_origin => {
                "the session of the user probably ended, so log in again"
            }
            Likelihood::Probable => {
                "the session of the user probably ended, or the request has no cookies; log in again"
            }
        }
    };
    miss(
        Kind::RedirectToLogin,
        format!(
            "the server redirects the {request}{status} to `{target}`, which {is_login}: {reason}"
        ),
    )
}
