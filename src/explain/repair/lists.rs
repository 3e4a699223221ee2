//! Edits the lists in a preflight response.

use alloc::{
    collections::BTreeSet,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    lines::replace,
    names::{MeantNames, text},
};
use crate::{
    explain::{
        fix::{Edit, Wildcard},
        near_miss::{
            listed_element::{
                common_request_header, doubtful_headers, exclusion_of, is_of_other_list,
                is_replaceable, joined_or_quoted, misspelled_header, misspelled_method,
                requested_names, without_requested, words,
            },
            lists::has_asterisk,
            meant_words::{is_false, is_wildcard_element},
            other_header::is_number,
            other_text::is_placeholder,
        },
    },
    fetching::HttpRequest,
    infrastructure::{
        header::HeaderValue,
        header_list::HeaderList,
        header_values::{Abnf, extract_header_list_values},
    },
};

/// The maximum number of denied header names for which a misspelled element is searched. A page can set many headers,
/// so the work needs a limit.
const MAX_CORRECTED_NAMES: usize = 50;

/// Returns an edit that replaces a malformed list with a valid list of the same names. If the malformed value has no
/// names, the edit removes the header. If only some of the header lines are malformed, the other lines stay.
pub(super) fn separated(
    abnf: Abnf,
    preflight: &HttpRequest,
    headers: &HeaderList,
    is_credentialed: bool,
) -> Edit {
    let name = abnf.header_name();
    let lines = headers.values(name).map(HeaderValue::as_bytes).enumerate();
    let malformed = lines.filter(|(_, line)| abnf.parse(line).is_err());
    let (positions, lines): (Vec<usize>, Vec<&[u8]>) = malformed.unzip();
    let value = lines.join(b", ".as_slice());
    let requested = match abnf {
        Abnf::AccessControlAllowMethods => requested_method(preflight),
        _ => requested_names(preflight),
    };
    let mut names = MeantNames::of_list(abnf, &value, &requested);
    // With credentials, `*` is not a wildcard, so the new list leaves out `*`.
    if !is_credentialed && has_asterisk(&value) {
        names.insert(0, "*".into());
    }
    let value = (!names.is_empty()).then(|| names.join(", "));
    replace(name, positions, value, headers)
}

/// Returns the edit that allows a denied method.
pub(super) fn allow_method(method: String, headers: &HeaderList) -> Edit {
    let abnf = Abnf::AccessControlAllowMethods;
    let mut listed = listed(abnf, headers);
    // One element of the list can become the method. Other words in place of names are removed.
    let words = listed.iter().filter(|element| is_word(abnf, element));
    if joined_or_quoted(&method, &listed).is_some() || words.count() > 1 {
        listed = split(abnf, &listed, &listed, Wildcard::Remove);
        if !listed.contains(&method.as_bytes()) {
            let misspelled = misspelled_method(&method, &listed);
            let mut elements = listed.iter_mut();
            match elements.find(|element| Some(**element) == misspelled) {
                Some(element) => *element = method.as_bytes(),
                None => listed.push(method.as_bytes()),
            }
        }
        return set(abnf, &listed);
    }
    let misspelled = misspelled_method(&method, &listed).or_else(|| exclusion_of(&method, &listed));
    let word = || {
        listed
            .iter()
            .copied()
            .find(|element| is_word(abnf, element))
    };
    Edit::AddElement {
        name: abnf.header_name(),
        in_place_of: misspelled.or_else(word).map(text),
        element: method,
        wildcard: Wildcard::Remove,
    }
}

/// Returns the edits that allow the denied header names.
pub(super) fn allow_headers(
    preflight: &HttpRequest,
    headers: &HeaderList,
    is_credentialed: bool,
) -> Vec<Edit> {
    let abnf = Abnf::AccessControlAllowHeaders;
    let requested = requested_names(preflight);
    // If a page sets a header with the name `*`, the preflight asks for `*`, so the fix grants `*`.
    let wildcard = if is_credentialed && !requested.iter().any(|name| name == "*") {
        Wildcard::Remove
    } else {
        Wildcard::Keep
    };
    let mut listed = listed(abnf, headers);
    let mut edits = Vec::new();
    let words = listed.iter().filter(|element| is_word(abnf, element));
    let doubtful = without_requested(&listed, &requested);
    if joined_or_quoted("", &doubtful).is_some() || words.count() > 1 {
        listed = split(abnf, &listed, &doubtful, wildcard);
        edits.push(set(abnf, &listed));
    }
    let mut doubtful = doubtful_headers(&listed, &requested);
    let denied = denied(&requested, &listed, is_credentialed);
    for (position, name) in denied.into_iter().enumerate() {
        let is_compared = position < MAX_CORRECTED_NAMES;
        let word = is_compared
            .then(|| {
                doubtful
                    .iter()
                    .copied()
                    .find(|element| is_word(abnf, element))
            })
            .flatten();
        let misspelled = is_compared
            .then(|| misspelled_header(name, &doubtful))
            .flatten()
            .filter(|element| is_replaceable(element, name))
            .or_else(|| exclusion_of(name, &listed).filter(|_| is_compared))
            .or(word);
        // One element is the misspelled name of only one header.
        doubtful.retain(|element| Some(*element) != misspelled);
        edits.push(Edit::AddElement {
            name: abnf.header_name(),
            element: name.to_string(),
            in_place_of: misspelled.map(text),
            wildcard,
        });
    }
    edits
}

/// Whether the element is a word in place of names, such as `all`, `none` or `%METHODS%`, or a name of the other list.
/// In a list of headers, `Allow` is a name.
fn is_word(abnf: Abnf, element: &[u8]) -> bool {
    if is_of_other_list(abnf, element) {
        return true;
    }
    let is_name =
        || abnf == Abnf::AccessControlAllowHeaders && common_request_header(element).is_some();
    (is_wildcard_element(element)
        || is_number(element)
        || is_false(element)
        || is_placeholder(element))
        && !is_name()
}

/// Returns the header names that the preflight asks for, but that the response does not allow.
pub(super) fn denied_names(
    preflight: &HttpRequest,
    headers: &HeaderList,
    is_credentialed: bool,
) -> Vec<String> {
    let requested = requested_names(preflight);
    let listed = listed(Abnf::AccessControlAllowHeaders, headers);
    let denied = denied(&requested, &listed, is_credentialed);
    denied.into_iter().map(String::from).collect()
}

/// Returns the requested names that the list does not allow.
fn denied<'n>(requested: &'n [String], listed: &[&[u8]], is_credentialed: bool) -> Vec<&'n str> {
    let listed: BTreeSet<Vec<u8>> = listed
        .iter()
        .map(|name| name.to_ascii_lowercase())
        .collect();
    let has = |name: &str| listed.contains(name.as_bytes());
    // Without credentials, a granted `*` is a wildcard, so the fix does not need other names, except `authorization`.
    let asks_for_wildcard = requested.iter().any(|name| name == "*");
    let is_wildcard = !is_credentialed && (has("*") || asks_for_wildcard);
    let is_denied =
        |name: &&str| !has(name) && (!is_wildcard || matches!(*name, "*" | "authorization"));
    requested
        .iter()
        .map(String::as_str)
        .filter(is_denied)
        .collect()
}

/// Returns the method that the preflight asks for.
fn requested_method(preflight: &HttpRequest) -> Vec<String> {
    let requested = preflight.header_list.get("access-control-request-method");
    requested.iter().map(|method| text(method)).collect()
}

/// Returns the elements of a valid list.
fn listed(abnf: Abnf, headers: &HeaderList) -> Vec<&[u8]> {
    let listed = extract_header_list_values(abnf, headers);
    listed.ok().flatten().unwrap_or_default()
}

/// Splits the elements of a list into words. An element that is not in `doubtful` is one name.
fn split<'l>(
    abnf: Abnf,
    listed: &[&'l [u8]],
    doubtful: &[&[u8]],
    wildcard: Wildcard,
) -> Vec<&'l [u8]> {
    let doubtful: BTreeSet<&[u8]> = doubtful.iter().copied().collect();
    let mut all = Vec::new();
    for element in listed {
        match *element {
            b"*" if wildcard == Wildcard::Keep => all.push(*element),
            element if !doubtful.contains(element) && element != b"*" => all.push(element),
            // A word that stands for every name is not a name. In `'*'`, the quotation marks are not around a name.
            element => {
                all.extend(words(element).filter(|word| *word != b"*" && !is_word(abnf, word)))
            }
        }
    }
    all
}

fn set(abnf: Abnf, elements: &[&[u8]]) -> Edit {
    Edit::SetHeader {
        name: abnf.header_name(),
        value: text(&elements.join(b", ".as_slice())),
    }
}
