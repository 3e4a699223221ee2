//! Notes about cookies. Cookies are not a part of the CORS protocol: a fetch can succeed, although the browser
//! neither stores nor sends its cookies.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    repair::RunExchange,
    shown::{shown_briefly, shown_name},
};
use crate::{
    fetching::{Credentials, UserAgent},
    infrastructure::{
        origin::{Origin, TupleOrigin},
        site::is_schemelessly_same_site,
    },
};

/// The maximum number of notes.
const MAX_NOTES: usize = 10;

/// Returns a note for each cookie that browsers neither store nor send because the page and the server belong to
/// different sites.
pub(super) fn notes(
    user_agent: &UserAgent,
    page: &Origin,
    exchanges: &[RunExchange],
) -> Vec<String> {
    let mut notes = Vec::new();
    for exchange in exchanges {
        if !exchange.is_known || exchange.request.credentials != Credentials::Included {
            continue;
        }
        let Ok(response) = &exchange.answer else {
            continue;
        };
        if !is_of_other_site(user_agent, page, &exchange.request.url) {
            continue;
        }
        for cookie in response.header_list.values("set-cookie") {
            let note = note(&String::from_utf8_lossy(cookie.as_bytes()));
            notes.extend(note.filter(|note| !notes.contains(note)));
            if notes.len() == MAX_NOTES {
                return notes;
            }
        }
    }
    notes
}

/// Whether the page and the URL certainly belong to different sites. If the user agent has no list of public suffixes,
/// the last two labels of a host count as its site. Hosts that differ in these two labels belong to different sites
/// under every list of public suffixes.
fn is_of_other_site(user_agent: &UserAgent, page: &Origin, url: &::url::Url) -> bool {
    let Origin::Tuple(tuple) = page else {
        return false;
    };
    // Browsers have other rules for the cookies of extensions and of apps.
    if !matches!(tuple.scheme(), "http" | "https") {
        return false;
    }
    let server = TupleOrigin::from_url(url).map(Origin::Tuple);
    server.is_some_and(|server| {
        !is_schemelessly_same_site(page, &server, &*user_agent.public_suffixes)
    })
}

/// Returns the note for a value of `Set-Cookie`. `None` if browsers store and send the cookie for requests from other
/// sites.
fn note(cookie: &str) -> Option<String> {
    let mut parts = cookie.split(';');
    let (name, _) = parts.next()?.split_once('=')?;
    let name = shown_name(name.trim());
    let mut same_site = None;
    let mut is_secure = false;
    for part in parts {
        let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
        match &*attribute.trim().to_ascii_lowercase() {
            "samesite" => same_site = Some(value.trim()),
            "secure" => is_secure = true,
            _ => {}
        }
    }
    let is = |value: &str| same_site.is_some_and(|other| other.eq_ignore_ascii_case(value));
    let condition = "if a page of another site fetches the URL. If the page needs the cookie, set it over https with `SameSite=None; Secure`";
    let danger =
        "Other sites can then cause requests with this cookie: check `Origin`, or use a token";
    if is("None") {
        return (!is_secure).then(|| {
            format!("the cookie `{name}` has `SameSite=None` without `Secure`, so Chromium does not store it: add `Secure`. {danger}")
        });
    }
    Some(match same_site {
        Some(value) if is("Lax") || is("Strict") => {
            let value = shown_briefly(value).to_string();
            format!(
                "the cookie `{name}` has `SameSite={value}`, so browsers neither store nor send it {condition}. {danger}"
            )
        }
        _ => format!(
            "the cookie `{name}` has no valid `SameSite`, which Chromium reads as `SameSite=Lax`, so Chromium neither stores nor sends it {condition}. {danger}"
        ),
    })
}
