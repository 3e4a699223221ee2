//! Notes about cookies. Cookies are not a part of the CORS protocol: a fetch can succeed, although the browser
//! neither stores nor sends its cookies.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use ::url::Url;

use super::{
    repair::RunExchange,
    shown::{shown_briefly, shown_name},
};
use crate::{
    fetching::{Credentials, UserAgent},
    infrastructure::{
        origin::{Origin, TupleOrigin},
        site::is_schemelessly_same_site,
        trustworthiness::is_potentially_trustworthy_url,
        url::is_http_or_https,
    },
};

/// The maximum number of notes.
const MAX_NOTES: usize = 10;

/// The maximum number of further cookies that a note names.
const MAX_NAMES: usize = 10;

/// The warning about a cookie with `SameSite=None`.
const DANGER: &str =
    "Other sites can then cause requests with this cookie: check `Origin`, or use a token";

/// The site of the page, compared with the site of the URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    /// The page and the URL possibly belong to the same site. If the user agent has no list of public suffixes, the
    /// last two labels of a host count as its site. Hosts that differ in these two labels belong to different sites
    /// under every list.
    SameSite,
    /// The page and the URL belong to the same site except for the scheme: one scheme is `http`, and the other is
    /// `https`. Chromium counts the page and the URL as different sites.
    OtherScheme,
    OtherSite,
    /// The origin of the page is `null`, so the page belongs to no site.
    Opaque,
}

impl Page {
    /// Returns `None` if the page or the URL is not on http or https. Browsers have other rules for the cookies of
    /// extensions and of apps.
    fn new(user_agent: &UserAgent, page: &Origin, url: &Url) -> Option<Self> {
        let server = TupleOrigin::from_url(url).filter(|_| is_http_or_https(url))?;
        let Origin::Tuple(tuple) = page else {
            return Some(Self::Opaque);
        };
        let page_url = Url::parse(tuple.serialize()).ok()?;
        if !is_http_or_https(&page_url) {
            return None;
        }
        let server = Origin::Tuple(server);
        if !is_schemelessly_same_site(page, &server, &*user_agent.public_suffixes) {
            return Some(Self::OtherSite);
        }
        Some(if page_url.scheme() == url.scheme() {
            Self::SameSite
        } else {
            Self::OtherScheme
        })
    }
}

/// Returns the notes about the cookies that browsers do not store or send, although the fetch is credentialed.
pub(super) fn notes(
    user_agent: &UserAgent,
    page: &Origin,
    exchanges: &[RunExchange],
) -> Vec<String> {
    let mut notes: Vec<Note> = Vec::new();
    for exchange in exchanges {
        if !exchange.is_known || exchange.request.credentials != Credentials::Included {
            continue;
        }
        let Ok(response) = &exchange.answer else {
            continue;
        };
        let url = &exchange.request.url;
        let Some(page) = Page::new(user_agent, page, url) else {
            continue;
        };
        // On a loopback address, Chromium and Firefox store a cookie with `Secure` over http too.
        let is_insecure = !is_potentially_trustworthy_url(url);
        for cookie in response.header_list.values("set-cookie") {
            let cookie = String::from_utf8_lossy(cookie.as_bytes());
            let Some(cookie) = Cookie::parse(&cookie) else {
                continue;
            };
            let found = [
                cookie.note_of_connection(is_insecure),
                cookie.note_of_site(page, is_insecure),
            ];
            for sentence in found.into_iter().flatten() {
                add(&mut notes, &cookie.name, sentence);
            }
        }
    }
    notes.into_iter().map(Note::into_sentence).collect()
}

/// A note about a cookie, with the names of the other cookies that the note is about.
struct Note {
    /// The note with [`NAME`] in place of the name of the cookie.
    sentence: String,
    name: String,
    others: Vec<String>,
    has_more: bool,
}

/// Stands for the name of a cookie in a note.
const NAME: char = '\0';

/// Adds a note about a cookie. `sentence` has [`NAME`] in place of the name.
fn add(notes: &mut Vec<Note>, name: &str, sentence: String) {
    let has_space = notes.len() < MAX_NOTES;
    let known = notes.iter_mut().find(|note| note.sentence == sentence);
    match known {
        Some(note) if note.name == name || note.others.iter().any(|other| other == name) => {}
        Some(note) if note.others.len() < MAX_NAMES => note.others.push(name.into()),
        Some(note) => note.has_more = true,
        None if has_space => notes.push(Note {
            sentence,
            name: name.into(),
            others: Vec::new(),
            has_more: false,
        }),
        None => {}
    }
}

impl Note {
    fn into_sentence(self) -> String {
        let sentence = self.sentence.replace(NAME, &self.name);
        if self.others.is_empty() {
            return sentence;
        }
        let more = if self.has_more { ", and others" } else { "" };
        let names = self.others.join("`, `");
        format!("{sentence}. This note is also about the cookies `{names}`{more}")
    }
}

/// The parts of a value of `Set-Cookie` that decide whether browsers store the cookie.
struct Cookie<'c> {
    name: String,
    same_site: Option<&'c str>,
    is_secure: bool,
}

impl<'c> Cookie<'c> {
    fn parse(cookie: &'c str) -> Option<Self> {
        let mut parts = cookie.split(';');
        let (name, _) = parts.next()?.split_once('=')?;
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
        Some(Self {
            name: shown_name(name.trim()).to_string(),
            same_site,
            is_secure,
        })
    }

    fn has_same_site(&self, value: &str) -> bool {
        self.same_site
            .is_some_and(|other| other.eq_ignore_ascii_case(value))
    }

    /// Returns the note about a cookie with `Secure` in a response over http.
    fn note_of_connection(&self, is_insecure: bool) -> Option<String> {
        (self.is_secure && is_insecure).then(|| {
            format!(
                "the cookie `{NAME}` has `Secure`, but the response comes over http, so browsers do not store it: serve the URL over https"
            )
        })
    }

    /// Returns the note about `SameSite`. `None` if browsers store and send the cookie for requests of the page.
    fn note_of_site(&self, page: Page, is_insecure: bool) -> Option<String> {
        if self.has_same_site("None") {
            return (!self.is_secure).then(|| {
                let fix = if is_insecure {
                    "serve the URL over https, and add `Secure`"
                } else {
                    "add `Secure`"
                };
                let rest = if page == Page::SameSite {
                    String::from(", or use `SameSite=Lax`, which is enough for a page of the same site")
                } else {
                    format!(". {DANGER}")
                };
                format!("the cookie `{NAME}` has `SameSite=None` without `Secure`, so Chromium and Firefox do not store it: {fix}{rest}")
            });
        }
        let is_known = self.has_same_site("Lax") || self.has_same_site("Strict");
        let value = self.same_site.filter(|_| is_known);
        let has = match value {
            Some(value) => format!("`SameSite={}`", shown_briefly(value)),
            None => "no valid `SameSite`, which Chromium reads as `SameSite=Lax`".into(),
        };
        let of_page = match page {
            Page::SameSite => return None,
            Page::OtherScheme => {
                return Some(format!(
                    "the cookie `{NAME}` has {has}, and the page and the URL differ in http and https, which Chromium counts as different sites: Chromium neither stores nor sends the cookie. Serve both over https"
                ));
            }
            Page::OtherSite => "a page of another site",
            Page::Opaque => "a page with the origin `null`, which belongs to no site,",
        };
        let browsers = if is_known {
            "browsers neither store nor send"
        } else {
            "Chromium neither stores nor sends"
        };
        Some(format!(
            "the cookie `{NAME}` has {has}, so {browsers} it if {of_page} fetches the URL. If the page needs the cookie, set it over https with `SameSite=None; Secure`. {DANGER}"
        ))
    }
}
