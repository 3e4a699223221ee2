//! The same policies, origins and requests as those of the strategies, made from bytes.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use arbitrary::{Arbitrary, Result, Unstructured};
use http::{HeaderMap, Request as HttpRequest};

use super::{
    fetches::{CREDENTIALS_MODES, ODD_METHOD, ODD_NAME, SERVER, page_of, request_of as fetch_of},
    listed_origins::{ENTRIES, ENTRY_PORTS, LABELS, PORTS, SCHEMES, WILDCARDS, concrete},
    near_origins::{OTHER, UNLISTED, meant},
    origin_mutations::{
        BEFORE, BEFORE_HOST, BEHIND, BEHIND_HOST, BETWEEN, CHARACTERS, EDITS, Edit, EditKind,
        LENGTHS, OTHERS, PORTS as EDITED_PORTS,
    },
    policy::{
        EXPOSED, MAX_AGES, METHODS, NAMES, PREDICATE_HEADERS, PREDICATE_ORIGINS, STATUSES,
        made_valid, predicate_of,
    },
    policy_spec::PolicySpec,
    requests::{
        HANDLER_HEADERS, LENGTHS as NAME_LENGTHS, LONG, Lines, METHOD_LINES, NAME_LINES,
        ODD_ELEMENTS, ODD_METHODS, ORIGIN_LINES, READ_VALUES, SENT_METHODS, SPACES, Weighted,
        map_of, others_of, read_header, received, request_of, times as element_times,
    },
};
use crate::{
    conformance::generate::arbitrary::{one_of, some, times},
    infrastructure::request::Request,
    server::{AllowList, PolicyConfig},
};

impl<'a> Arbitrary<'a> for PolicySpec {
    /// A valid policy. No bytes are the smallest one.
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let origins = match one_of(bytes, &[(5, Some(5)), (2, Some(1)), (1, None)])? {
            Some(most) => AllowList::Only(times(bytes, 1..=most, entry)?),
            None => AllowList::Any,
        };
        let predicate = match one_of(bytes, &[(9, false), (1, true)])? {
            true => Some(predicate_of(
                bytes.choose(PREDICATE_ORIGINS)?,
                bytes.choose(PREDICATE_HEADERS)?,
            )),
            false => None,
        };
        let credentials = bytes.arbitrary()?;
        let methods = or_any(bytes, METHODS)?;
        let mut request_headers = some(bytes, NAMES, 4)?;
        if one_of(bytes, &[(3, false), (1, true)])? {
            request_headers.push(String::from("*"));
        }
        let config = PolicyConfig {
            origins,
            credentials,
            methods,
            request_headers,
            expose_headers: or_any(bytes, EXPOSED)?,
            max_age: match bytes.arbitrary()? {
                true => Some(*bytes.choose(MAX_AGES)?),
                false => None,
            },
            preflight_status: *bytes.choose(STATUSES)?,
            dangerously_allow_insecure_origins: bytes.arbitrary()?,
            dangerously_allow_null_origin: bytes.arbitrary()?,
            dangerously_allow_subdomains_of_public_suffixes: bytes.arbitrary()?,
        };
        Ok(made_valid(Self { config, predicate }))
    }
}

fn or_any(bytes: &mut Unstructured<'_>, list: &'static [&'static str]) -> Result<AllowList> {
    match one_of(bytes, &[(4, true), (1, false)])? {
        true => some(bytes, list, 4).map(AllowList::Only),
        false => Ok(AllowList::Any),
    }
}

fn entry(bytes: &mut Unstructured<'_>) -> Result<String> {
    if one_of(bytes, &[(3, true), (2, false)])? {
        return bytes.choose(ENTRIES).map(ToString::to_string);
    }
    let label =
        |bytes: &mut Unstructured<'_>| bytes.choose(&["a", "b", "aa", "ab", "ba", "bb"]).copied();
    let (scheme, wildcard) = (bytes.choose(SCHEMES)?, bytes.choose(WILDCARDS)?);
    let labels = times(bytes, 1..=3, label)?.join(".");
    let port = bytes.choose(ENTRY_PORTS)?;
    Ok([scheme, "://", wildcard, &*labels, port].concat())
}

/// As [`policies::origin_near`](super::near_origins::origin_near) has it: bytes of an Origin header that are one of
/// the policy's origins, or close to one.
///
/// # Errors
///
/// Never: where the bytes run out the rest is as plain as can be.
///
/// ```
/// use arbitrary::Unstructured;
/// use fetch_cors::conformance::{arbitrary::origin_near, policies::PolicySpec};
///
/// let spec = PolicySpec::from_origins(["https://*.example"]);
/// assert_eq!(origin_near(&spec, &mut Unstructured::new(b""))?, b"https://w.example");
/// # Ok::<(), arbitrary::Error>(())
/// ```
pub fn origin_near(spec: &PolicySpec, bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let listed: Vec<&String> = meant(spec).collect();
    let near = match bytes.choose_iter(listed.iter()) {
        Ok(entry) => entry.as_str(),
        Err(_) => UNLISTED,
    };
    let labels = bytes.choose(LABELS)?;
    let port = match bytes.arbitrary()? {
        true => Some(*bytes.choose(PORTS)?),
        false => None,
    };
    let near = concrete(near, labels, port);
    let edit = edit(bytes)?;
    let other = match (&edit, bytes.choose_iter(listed.iter())) {
        (Edit::Joined(_), Ok(entry)) => entry.as_str(),
        _ => OTHER,
    };
    Ok(edit.bytes(&near, other))
}

fn edit(bytes: &mut Unstructured<'_>) -> Result<Edit> {
    Ok(match one_of(bytes, EDITS)? {
        EditKind::Nothing => Edit::Nothing,
        EditKind::Replaced => Edit::Replaced(at(bytes)?, *bytes.choose(CHARACTERS)?),
        EditKind::Removed => Edit::Removed(at(bytes)?),
        EditKind::Inserted => Edit::Inserted(at(bytes)?, *bytes.choose(CHARACTERS)?),
        EditKind::Before => Edit::Before(bytes.choose(BEFORE)?),
        EditKind::BeforeHost => Edit::BeforeHost(bytes.choose(BEFORE_HOST)?),
        EditKind::BehindHost => Edit::BehindHost(bytes.choose(BEHIND_HOST)?),
        EditKind::Behind => Edit::Behind(bytes.choose(BEHIND)?),
        EditKind::WithoutFirstLabel => Edit::WithoutFirstLabel,
        EditKind::OtherScheme => Edit::OtherScheme,
        EditKind::OtherPort => Edit::OtherPort(bytes.choose(EDITED_PORTS)?),
        EditKind::UpperCase => Edit::UpperCase,
        EditKind::Joined => Edit::Joined(bytes.choose(BETWEEN)?),
        EditKind::LongHost => Edit::LongHost(*bytes.choose(LENGTHS)?),
        EditKind::Instead => Edit::Instead(bytes.choose(OTHERS)?),
    })
}

/// No origin that is edited there is longer.
fn at(bytes: &mut Unstructured<'_>) -> Result<usize> {
    bytes.arbitrary::<u8>().map(usize::from)
}

/// As [`policies::fetch_to`](super::fetches::fetch_to) has it: a request of a page to
/// [`SERVER`](super::fetches::SERVER), in mode `cors`.
///
/// # Errors
///
/// Never: where the bytes run out the rest is as plain as can be.
///
/// ```
/// use arbitrary::Unstructured;
/// use fetch_cors::conformance::{arbitrary::fetch_to, policies::PolicySpec};
///
/// let spec = PolicySpec::from_origins(["https://a.example"]);
/// let request = fetch_to(&spec, &mut Unstructured::new(b""))?;
/// assert_eq!(request.serialize_origin(), "https://a.example");
/// # Ok::<(), arbitrary::Error>(())
/// ```
pub fn fetch_to(spec: &PolicySpec, bytes: &mut Unstructured<'_>) -> Result<Request> {
    let page = page_of(&origin_near(spec, bytes)?);
    let listed = spec.methods.entries();
    let method = of_list(bytes, METHODS, listed, &[ODD_METHOD], 8)?;
    let names = times(bytes, 0..=3, |bytes| {
        of_list(bytes, NAMES, &spec.request_headers, &[ODD_NAME], 8)
    })?;
    // All that is listed is a token.
    let url = SERVER.parse().ok();
    let request = url.and_then(|url| fetch_of(page, url, method, &names));
    let mut request = request.ok_or(arbitrary::Error::IncorrectFormat)?;
    request.credentials_mode = *bytes.choose(CREDENTIALS_MODES)?;
    request.use_cors_preflight_flag = bytes.arbitrary()?;
    Ok(request)
}

/// One that is listed, mostly, if there is one; else one that is known, or an odd one.
fn of_list<'s>(
    bytes: &mut Unstructured<'_>,
    known: &[&'static str],
    listed: &'s [String],
    odd: &[&'static str],
    weight: u32,
) -> Result<&'s str> {
    let weight = if listed.is_empty() { 0 } else { weight };
    Ok(match one_of(bytes, &[(3, 0), (weight, 1), (1, 2)])? {
        0 => bytes.choose(known)?,
        1 => bytes.choose(listed)?,
        _ => bytes.choose(odd)?,
    })
}

/// As [`policies::request_to`](super::requests::request_to) has it: a request to a server with the policy, of a
/// browser or not.
///
/// # Errors
///
/// Never: where the bytes run out the rest is as plain as can be.
///
/// ```
/// use arbitrary::Unstructured;
/// use fetch_cors::conformance::{arbitrary::request_to, policies::PolicySpec};
///
/// let spec = PolicySpec::from_origins(["https://a.example"]);
/// let request = request_to(&spec, &mut Unstructured::new(b""))?;
/// assert!(request.headers().get("origin").is_none());
/// # Ok::<(), arbitrary::Error>(())
/// ```
pub fn request_to(spec: &PolicySpec, bytes: &mut Unstructured<'_>) -> Result<HttpRequest<()>> {
    let method = bytes.choose(SENT_METHODS)?;
    let lines = [
        lines(bytes, &ORIGIN_LINES, |bytes| origin_near(spec, bytes))?,
        lines(bytes, &METHOD_LINES, |bytes| {
            let listed = spec.methods.entries();
            let method = of_list(bytes, METHODS, listed, ODD_METHODS, 6)?;
            Ok(method.trim().as_bytes().to_vec())
        })?,
        lines(bytes, &NAME_LINES, |bytes| name_line(spec, bytes))?,
    ];
    let read = times(bytes, 0..=2, |bytes| bytes.choose(READ_VALUES).copied())?;
    Ok(request_of(
        method,
        others_of(read_header(spec), read),
        lines,
    ))
}

fn lines(
    bytes: &mut Unstructured<'_>,
    counts: &[Weighted],
    line: impl FnMut(&mut Unstructured<'_>) -> Result<Vec<u8>>,
) -> Result<Lines> {
    let count = one_of(bytes, counts)?;
    times(bytes, count, line)
}

fn name_line(spec: &PolicySpec, bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let line = match one_of(bytes, &[(20, 0), (3, 1), (2, 2)])? {
        0 => times(bytes, 0..=5, |bytes| element(spec, bytes))?.join(","),
        1 => (element(spec, bytes)? + ",").repeat(*bytes.choose(&element_times(spec))?),
        _ => {
            let (length, piece) = (bytes.choose(NAME_LENGTHS)?, bytes.choose(LONG)?);
            piece.chars().cycle().take(*length).collect()
        }
    };
    Ok(received(&line))
}

fn element(spec: &PolicySpec, bytes: &mut Unstructured<'_>) -> Result<String> {
    let before = one_of(bytes, SPACES)?;
    let name = of_list(bytes, NAMES, &spec.request_headers, ODD_ELEMENTS, 12)?;
    let behind = one_of(bytes, SPACES)?;
    Ok(match one_of(bytes, &[(4, false), (1, true)])? {
        true => [before, &name.to_ascii_uppercase(), behind].concat(),
        false => [before, name, behind].concat(),
    })
}

/// As [`policies::handler_headers`](super::requests::handler_headers) has them: what a handler has put on a
/// response before.
///
/// # Errors
///
/// Never: where the bytes run out there is nothing more.
///
/// ```
/// use fetch_cors::conformance::arbitrary::handler_headers;
/// assert!(handler_headers(&mut arbitrary::Unstructured::new(b""))?.is_empty());
/// # Ok::<(), arbitrary::Error>(())
/// ```
pub fn handler_headers(bytes: &mut Unstructured<'_>) -> Result<HeaderMap> {
    times(bytes, 0..=6, |bytes| bytes.choose(HANDLER_HEADERS).copied()).map(map_of)
}
