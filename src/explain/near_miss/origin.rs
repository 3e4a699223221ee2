//! Finds known mistakes in the value of `Access-Control-Allow-Origin`.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use ::url::Url;

use super::{
    Refused, encoded, host_form,
    invisible::{self, decoded, invisible},
    meant_words::is_wildcard_element,
    miss,
    origin_parts::OriginParts,
    other_header::in_allow_origin,
    other_host::{other_host, own_origin},
    pattern,
    placeholder::is_placeholder,
    port::{default_port, port},
    same_value_twice,
    spelling::{self, has_host_of, of_spelling},
};
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::shown_briefly,
    },
    infrastructure::bytes::isomorphic_decode,
    wording,
};

pub(super) fn near_misses(refused: &Refused<'_>, value: &[u8]) -> Vec<NearMiss> {
    let sent = refused
        .request
        .header_list
        .get("origin")
        .unwrap_or_default();
    let sent = isomorphic_decode(&sent);
    let compared = Compared {
        sent: &sent,
        url: Some(&refused.request.url),
        is_credentialed: refused.is_credentialed,
        original: None,
    };
    if sent == "null" {
        let mut misses = of_null(value, &compared);
        misses.push(origin_is_null(refused.redirected_from.is_some()));
        return misses;
    }
    near_misses_of(value, &compared)
}

/// Returns the near misses of a value that is compared with `Origin: null`. A value with another origin is not a
/// misspelled `null`, so the spelling of this value is not a mistake.
fn of_null(value: &[u8], compared: &Compared<'_>) -> Vec<NearMiss> {
    let misses = near_misses_of(value, compared);
    let is_other =
        |miss: &NearMiss| matches!(miss.kind, Kind::OtherOrigin | Kind::ServersOwnOrigin);
    if misses.iter().any(is_other) {
        return Vec::new();
    }
    misses
}

/// Returns the near misses of a value. If the value has invisible characters, the first near miss is about these
/// characters.
pub(in crate::explain) fn near_misses_of(value: &[u8], compared: &Compared<'_>) -> Vec<NearMiss> {
    if let Some((found, value)) = encoded::near_miss(value) {
        let mut misses = Vec::from([found]);
        misses.extend(near_misses_of_decoded(value.trim_ascii(), compared));
        return misses;
    }
    near_misses_of_decoded(value, compared)
}

/// Returns the near misses of a value that is not encoded for a URL or for HTML.
fn near_misses_of_decoded(value: &[u8], compared: &Compared<'_>) -> Vec<NearMiss> {
    // A tab between two origins is a separator like a space. Any other tab is an invisible character.
    let elements = value.split(|byte| *byte == b'\t');
    let origins = elements.filter(|element| element.windows(3).any(|part| part == b"://"));
    if origins.count() > 1 {
        let spaced = value
            .iter()
            .map(|byte| if *byte == b'\t' { b' ' } else { *byte });
        return near_misses_of_decoded(&spaced.collect::<Vec<_>>(), compared);
    }
    if let Some((found, value)) = host_form::near_miss(value, compared.sent) {
        let mut misses = Vec::from([found]);
        misses.extend(of_text(&value, compared));
        return misses;
    }
    match invisible(value) {
        Some((_, visible)) => {
            let mut misses = invisible::near_misses(value);
            let original = decoded(value);
            let compared = Compared {
                original: Some(&original),
                ..*compared
            };
            misses.extend(of_text(&visible, &compared));
            misses
        }
        None => {
            let text = isomorphic_decode(value);
            let misses = of_text(&text, compared);
            let is_other = |miss: &NearMiss| miss.kind == Kind::OtherOrigin;
            // A wrong character such as `/` changes the parts of the value, so the host seems to be a different host.
            // The whole value is therefore also compared with the whole origin.
            let edit = spelling::of_hosts(&text, compared.sent);
            match edit.filter(|_| misses.iter().any(is_other)) {
                Some(kind) => Vec::from([one_character(kind, compared.sent)]),
                None => misses,
            }
        }
    }
}

fn one_character(kind: Kind, sent: &str) -> NearMiss {
    miss(
        kind,
        format!(
            "the value differs from the `Origin` of the request in one character: write `{}`",
            shown_briefly(sent)
        ),
    )
}

/// Returns the reason why the browser sent `Origin: null`. `None` if the `Origin` of the request is not `null`.
pub(super) fn null_origin(refused: &Refused<'_>) -> Option<NearMiss> {
    let sent = refused.request.header_list.get("origin")?;
    (*sent == *b"null").then(|| origin_is_null(refused.redirected_from.is_some()))
}

pub(in crate::explain) fn origin_is_null(is_redirected: bool) -> NearMiss {
    let reason = if is_redirected {
        "if a server of another origin redirects the request to an origin that is not its own, browsers send `Origin: null`, not the origin of the page"
    } else {
        "a page in a sandboxed frame and a page from a file have the origin `null`"
    };
    miss(Kind::OriginIsNull, reason)
}

/// The facts about a request. The search compares the value of `Access-Control-Allow-Origin` with these facts.
#[derive(Debug, Clone, Copy)]
pub(in crate::explain) struct Compared<'c> {
    /// The `Origin` of the request. Empty if the `Origin` is not known.
    pub(in crate::explain) sent: &'c str,
    /// The URL of the request. `None` if the URL is not known.
    pub(in crate::explain) url: Option<&'c Url>,
    pub(in crate::explain) is_credentialed: bool,
    /// The value with its invisible characters. `None` if the value has only visible characters.
    pub(in crate::explain) original: Option<&'c str>,
}

/// The maximum number of mistakes in the spelling of one value that are corrected one after the other.
const MAX_CORRECTIONS: usize = 8;

/// Returns the known mistakes in a value that has only visible characters.
fn of_text(value: &str, compared: &Compared<'_>) -> Vec<NearMiss> {
    of_text_within(value, compared, MAX_CORRECTIONS)
}

/// Returns the known mistakes in a value that has only visible characters, with at most `corrections` mistakes in the
/// spelling.
fn of_text_within(value: &str, compared: &Compared<'_>, corrections: usize) -> Vec<NearMiss> {
    let sent = compared.sent;
    if value == sent && !sent.is_empty() {
        return Vec::new();
    }
    if let Some(left) = corrections.checked_sub(1)
        && let Some((found, rest)) = of_spelling(value, sent)
    {
        let mut misses = Vec::from([found]);
        let others = of_text_within(&rest, compared, left).into_iter();
        let kind = misses.first().map(|found| found.kind);
        misses.extend(others.filter(|other| other.kind != Kind::Empty && Some(other.kind) != kind));
        return misses;
    }
    if sent == "null" && value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        if value.eq_ignore_ascii_case(sent) {
            return Vec::from([upper_case()]);
        }
        if let Some(kind) = spelling::one_edit(value, sent) {
            return Vec::from([one_character(kind, sent)]);
        }
    }
    let found = match value {
        "" => miss(
            Kind::Empty,
            "the value is empty: send the origin of the page",
        ),
        // Without credentials, `*` is correct. If the header has other text around `*`, such as quotation marks, the
        // caller reports the other text.
        "*" if !compared.is_credentialed => return Vec::new(),
        "*" if compared.is_credentialed => miss(
            Kind::WildcardWithCredentials,
            concat!(
                wording::not_a_wildcard!(),
                ": send the origin of the page, or let the page send no credentials"
            ),
        ),
        _ if value.trim_end_matches('/') == "*" => {
            miss(Kind::TrailingSlash, wording::trailing_slash!())
        }
        _ if is_wildcard_element(value.as_bytes()) => miss(
            Kind::Placeholder,
            format!(
                "`{}` is not a wildcard: send the origin of the page{}",
                shown_briefly(value),
                if compared.is_credentialed {
                    ""
                } else {
                    wording::or_send_asterisk!()
                }
            ),
        ),
        _ if !has_host_of(value, sent)
            && let Some(found) = in_allow_origin(value) =>
        {
            found
        }
        _ if is_placeholder(value) && !has_host_of(value, sent) => placeholder(),
        _ if pattern::has_alternatives(value) => pattern::near_miss(),
        _ if value.contains([',', ' ']) || parts(value).nth(1).is_some() => {
            return several(value, compared);
        }
        _ if !value.contains([':', '.', '/', '*'])
            && !is_host(value)
            && !has_host_of(value, sent) =>
        {
            placeholder()
        }
        _ if pattern::is_pattern(value) => pattern::near_miss(),
        _ if value.eq_ignore_ascii_case("null") => miss(
            Kind::Null,
            "`null` is the origin of sandboxed pages, of files, and of requests after some redirects: send the origin of the page",
        ),
        _ => return differences(value, compared),
    };
    Vec::from([found])
}

fn placeholder() -> NearMiss {
    miss(
        Kind::Placeholder,
        concat!(
            "the value is not an origin: ",
            wording::variable_is_not_set!()
        ),
    )
}

/// Returns the elements of a value with several origins.
fn parts(value: &str) -> impl Iterator<Item = &str> + Clone {
    let parts = value.split([',', ' ', ';', '|']);
    let parts = parts.map(|part| part.trim_matches(['"', '\'', '[', ']']));
    parts.filter(|part| !part.is_empty())
}

fn several(value: &str, compared: &Compared<'_>) -> Vec<NearMiss> {
    let sent = compared.sent;
    if !sent.is_empty() && value.split(' ').collect::<String>() == sent {
        return Vec::from([miss(
            Kind::ExtraCharacter,
            "the value has a space in the origin: remove it",
        )]);
    }
    if let Some(kind) = spelling::of_hosts(value, sent) {
        return Vec::from([one_character(kind, sent)]);
    }
    if !value.contains([':', '.', '/', '*']) && !parts(value).any(is_host) {
        return Vec::from([placeholder()]);
    }
    let mut others = parts(value);
    let first = others.next().unwrap_or_default();
    if parts(value).nth(1).is_some() && others.all(|part| part == first) {
        let mut misses = Vec::from([same_value_twice()]);
        // The header has the value `first` twice. The value itself can also have a mistake, such as a slash at the end.
        misses.extend(of_text(first, compared));
        return misses;
    }
    let is_origin =
        |part: &&str| part.contains("://") || *part == "*" || part.eq_ignore_ascii_case("null");
    let words: Vec<&str> = parts(value).filter(|part| !is_origin(part)).collect();
    if !words.is_empty() && parts(value).filter(is_origin).count() == 1 {
        return Vec::from([miss(
            Kind::ExtraCharacter,
            format!(
                "the value has more than an origin: remove `{}`",
                shown_briefly(with_invisible(&words, compared).join(" "))
            ),
        )]);
    }
    let mut misses = Vec::from([miss(
        Kind::SeveralValues,
        if parts(value).any(|part| part == sent) {
            concat!(
                "the origin of the page is one of the values, but the header can have only one: ",
                wording::choose_by_origin!()
            )
        } else {
            concat!(
                "the header can have only one value: ",
                wording::choose_by_origin!()
            )
        },
    )]);
    // A server that chooses one of the values sends the value with its slash.
    let has_slash = |part: &str| {
        let path = OriginParts::new(part).path;
        !path.is_empty() && path.bytes().all(|byte| byte == b'/')
    };
    if let Some(part) = parts(value).find(|part| has_slash(part)) {
        misses.push(miss(
            Kind::TrailingSlash,
            format!(
                "`{}` ends with a slash, but an origin does not: remove the slash from each value",
                shown_briefly(part)
            ),
        ));
    }
    misses
}

/// Returns the words as the value has them: with their invisible characters.
fn with_invisible<'w>(words: &[&'w str], compared: &Compared<'w>) -> Vec<&'w str> {
    let Some(original) = compared.original else {
        return words.to_vec();
    };
    let words: BTreeSet<&str> = words.iter().copied().collect();
    let is_word = |part: &&str| match invisible(part.as_bytes()) {
        Some((_, visible)) => words.contains(&*visible),
        None => words.contains(part),
    };
    parts(original).filter(is_word).collect()
}

/// Whether the value is the host `localhost` or the origin `null`. Other single words are placeholders.
fn is_host(value: &str) -> bool {
    value.eq_ignore_ascii_case("localhost") || value.eq_ignore_ascii_case("null")
}

/// Returns the differences between an origin in the header and the origin of the request, part by part.
fn differences(value: &str, compared: &Compared<'_>) -> Vec<NearMiss> {
    let (has, wants) = (OriginParts::new(value), OriginParts::new(compared.sent));
    let can_lack_host = !matches!(has.scheme, "" | "http" | "https");
    if !has.host.contains(|c: char| c.is_alphanumeric() || c == ':') && !can_lack_host {
        return Vec::from([placeholder()]);
    }
    let mut misses = Vec::new();
    if compared.sent.is_empty() {
        misses.extend(own_origin(compared.url, &has));
    }
    let is_same_host = has.bare_host().eq_ignore_ascii_case(wants.bare_host());
    let lacks_scheme = has.scheme.is_empty() && !has.host.is_empty() && !wants.scheme.is_empty();
    if !is_same_host && !compared.sent.is_empty() {
        misses.extend(lacks_scheme.then(|| missing_scheme(&wants)));
        misses.push(other_host(compared.url, &has, &wants));
    }
    if !has.path.is_empty() && has.path.bytes().all(|byte| byte == b'/') {
        misses.push(miss(Kind::TrailingSlash, wording::trailing_slash!()));
    } else if !has.path.is_empty() {
        let part = match has.path.bytes().next() {
            Some(b'?') => "query",
            Some(b'#') => "fragment",
            _ => "path",
        };
        misses.push(miss(
            Kind::Path,
            format!("the value is a URL with a {part}: remove the {part}, because an origin ends after the host and the port"),
        ));
    }
    if compared.sent.is_empty() {
        let lacks_scheme = has.scheme.is_empty() && !has.host.is_empty();
        misses.extend(lacks_scheme.then(|| {
            miss(
                Kind::MissingScheme,
                concat!(wording::no_scheme!(), ": ", wording::write_scheme!()),
            )
        }));
        misses.extend(default_port(&has));
        let has_upper_case = |part: &str| part.contains(|c: char| c.is_ascii_uppercase());
        misses.extend((has_upper_case(has.scheme) || has_upper_case(has.host)).then(upper_case));
        return misses;
    }
    if !is_same_host {
        return misses;
    }
    if lacks_scheme {
        misses.push(missing_scheme(&wants));
    } else if wants.scheme.is_empty() && !has.scheme.is_empty() {
        misses.push(miss(
            Kind::ExtraCharacter,
            format!(
                "the origin `{}` has no scheme: remove `{}://`",
                shown_briefly(wants.host),
                shown_briefly(has.scheme)
            ),
        ));
    } else if !has.scheme.eq_ignore_ascii_case(wants.scheme) {
        misses.push(miss(
            Kind::Scheme,
            format!(
                "{}: the value has `{}`, but the page has `{}`",
                wording::scheme_differs!(),
                shown_briefly(has.scheme),
                shown_briefly(wants.scheme)
            ),
        ));
    }
    misses.extend(port(&has, &wants));
    let has_www = |parts: &OriginParts<'_>| parts.host.len() != parts.bare_host().len();
    if has_www(&has) != has_www(&wants) {
        misses.push(miss(Kind::Www, wording::www_differs!()));
    }
    let is_case = has.bare_host() != wants.bare_host()
        || (has.scheme != wants.scheme && has.scheme.eq_ignore_ascii_case(wants.scheme));
    misses.extend(is_case.then(upper_case));
    misses
}

fn missing_scheme(wants: &OriginParts<'_>) -> NearMiss {
    miss(
        Kind::MissingScheme,
        format!(
            "{}: write `{}://` before the host",
            wording::no_scheme!(),
            shown_briefly(wants.scheme)
        ),
    )
}

fn upper_case() -> NearMiss {
    miss(
        Kind::Case,
        concat!(
            "the value has upper-case letters: ",
            wording::origin_in_lower_case!()
        ),
    )
}
