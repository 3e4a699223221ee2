//! Makes policies, origins and requests from bytes. The proptest strategies generate the same values.

use alloc::{string::String, vec::Vec};

use arbitrary::{Arbitrary, Result, Unstructured};
use http::{HeaderMap, Request as HttpRequest};

use super::{
    fetches::{SERVER, page_of, request_of as fetch_of},
    listed_origins::concrete,
    named::{is_available, reflects_any_method},
    near_origins::{DEFAULT_ORIGIN, DEFAULT_OTHER_ORIGIN, entries},
    origin_mutations::OriginMutation,
    policy::{made_valid, predicate_of, with_flags},
    policy_spec::PolicySpec,
    requests::{
        Lines, line_kinds, long_line, map_of, others_of, read_header, received, repeated,
        request_of, spaced,
    },
};
use crate::{
    conformance::generate::{
        draw::bytes::{chance, many, one_of, one_of_those, optional, repeat, select},
        weights::{
            origin_mutations::{
                CHARACTERS, HOST_LENGTHS_BYTES, HOST_PREFIXES, HOST_SEPARATORS, HOST_SUFFIXES,
                MUTATION_KINDS, MutationKind, OTHER_ORIGINS, OTHER_PORTS, PREFIXES, SUFFIXES,
            },
            policies::{
                ANY_REQUEST_HEADER, EXPOSED_NAMES, HAS_MAX_AGE, HAS_PREDICATE, LIST_SIZE,
                LIST_SIZES, MAX_AGES_SECONDS, METHODS, NAMES, PREDICATE_HEADERS, PREDICATE_ORIGINS,
                PREFLIGHT_STATUSES,
            },
            policy_origins::{
                ENTRY_KINDS, ENTRY_LABEL_COUNT, ENTRY_LABELS, ENTRY_PORTS, ENTRY_SCHEMES,
                ENTRY_WILDCARDS, EntryKind, GIVEN_ENTRIES, ORIGIN_LIST_SIZES, WILDCARD_HAS_PORT,
                WILDCARD_LABELS, WILDCARD_PORTS,
            },
            policy_requests::{
                ELEMENT_COUNT, FETCH_CREDENTIALS_MODES, FETCH_METHODS, FETCH_NAME_COUNT,
                FETCH_NAMES, HANDLER_HEADER_COUNT, HANDLER_HEADERS, LINE_LENGTHS_BYTES,
                LONG_LINE_PIECES, LineKind, NameSource, NameWeights, ORIGIN_LINE_COUNTS,
                READ_VALUE_COUNT, READ_VALUES, REPEAT_COUNTS, REQUESTED_METHOD_LINE_COUNTS,
                REQUESTED_METHODS, REQUESTED_NAMES, REQUESTED_NAMES_LINE_COUNTS, SENT_METHODS,
                UPPER_CASE_ELEMENT, WHITE_SPACE,
            },
            table::{Size, Uniform, Weighted},
        },
    },
    infrastructure::request::Request,
    server::{AllowList, PolicyConfig},
};

impl<'a> Arbitrary<'a> for PolicySpec {
    /// Makes a valid policy. An empty input gives the smallest policy.
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let origins = list_or_any(bytes, &ORIGIN_LIST_SIZES, entry)?;
        let predicate = optional(bytes, &HAS_PREDICATE, |bytes| {
            let origin = select(bytes, &PREDICATE_ORIGINS)?;
            Ok(predicate_of(origin, select(bytes, &PREDICATE_HEADERS)?))
        })?;
        let credentials = bytes.arbitrary()?;
        let methods = or_any(bytes, &METHODS)?;
        let mut request_headers = many(bytes, &LIST_SIZE, |bytes| text(bytes, &NAMES))?;
        if chance(bytes, &ANY_REQUEST_HEADER)? {
            request_headers.push(String::from("*"));
        }
        let config = PolicyConfig {
            origins,
            credentials,
            methods,
            request_headers,
            expose_headers: or_any(bytes, &EXPOSED_NAMES)?,
            max_age: optional(bytes, &HAS_MAX_AGE, |bytes| {
                select(bytes, &MAX_AGES_SECONDS)
            })?,
            preflight_status: select(bytes, &PREFLIGHT_STATUSES)?,
            ..with_flags(bytes.arbitrary()?)
        };
        Ok(made_valid(Self { config, predicate }))
    }
}

fn text(bytes: &mut Unstructured<'_>, list: &'static Uniform<&'static str>) -> Result<String> {
    select(bytes, list).map(String::from)
}

fn or_any(bytes: &mut Unstructured<'_>, list: &'static Uniform<&'static str>) -> Result<AllowList> {
    list_or_any(bytes, &LIST_SIZES, |bytes| text(bytes, list))
}

fn list_or_any(
    bytes: &mut Unstructured<'_>,
    sizes: &'static Weighted<Option<&'static Size>>,
    entry: impl Fn(&mut Unstructured<'_>) -> Result<String>,
) -> Result<AllowList> {
    match one_of(bytes, sizes)? {
        Some(size) => many(bytes, size, entry).map(AllowList::Only),
        None => Ok(AllowList::Any),
    }
}

fn entry(bytes: &mut Unstructured<'_>) -> Result<String> {
    match one_of(bytes, &ENTRY_KINDS)? {
        EntryKind::Given => text(bytes, &GIVEN_ENTRIES),
        EntryKind::Composed => {
            let scheme = select(bytes, &ENTRY_SCHEMES)?;
            let wildcard = select(bytes, &ENTRY_WILDCARDS)?;
            let label = |bytes: &mut Unstructured<'_>| one_of(bytes, &ENTRY_LABELS);
            let labels = many(bytes, &ENTRY_LABEL_COUNT, label)?.join(".");
            let port = select(bytes, &ENTRY_PORTS)?;
            Ok([scheme, "://", wildcard, &*labels, port].concat())
        }
    }
}

/// Makes the bytes of an `Origin` header: an origin of the policy, or an origin that is similar to an origin of the
/// policy. The strategy [`policies::origin_near`](super::near_origins::origin_near) generates the same values.
///
/// # Errors
///
/// The function never returns an error. When the bytes run out, each further choice is the simplest one.
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
    let entries: Vec<&String> = entries(spec).collect();
    let entry = match bytes.choose_iter(entries.iter()) {
        Ok(entry) => entry.as_str(),
        Err(_) => DEFAULT_ORIGIN,
    };
    let labels = select(bytes, &WILDCARD_LABELS)?;
    let port = optional(bytes, &WILDCARD_HAS_PORT, |bytes| {
        select(bytes, &WILDCARD_PORTS)
    })?;
    let origin = concrete(entry, labels, port);
    let mutation = mutation(bytes)?;
    let other = match (&mutation, bytes.choose_iter(entries.iter())) {
        (OriginMutation::JoinedHosts(_), Ok(entry)) => entry.as_str(),
        _ => DEFAULT_OTHER_ORIGIN,
    };
    Ok(mutation.bytes(&origin, other))
}

fn mutation(bytes: &mut Unstructured<'_>) -> Result<OriginMutation> {
    Ok(match one_of(bytes, &MUTATION_KINDS)? {
        MutationKind::Nothing => OriginMutation::Nothing,
        MutationKind::ReplaceCharacter => {
            OriginMutation::ReplaceCharacter(index(bytes)?, select(bytes, &CHARACTERS)?)
        }
        MutationKind::RemoveCharacter => OriginMutation::RemoveCharacter(index(bytes)?),
        MutationKind::InsertCharacter => {
            OriginMutation::InsertCharacter(index(bytes)?, select(bytes, &CHARACTERS)?)
        }
        MutationKind::Prefix => OriginMutation::Prefix(select(bytes, &PREFIXES)?),
        MutationKind::HostPrefix => OriginMutation::HostPrefix(select(bytes, &HOST_PREFIXES)?),
        MutationKind::HostSuffix => OriginMutation::HostSuffix(select(bytes, &HOST_SUFFIXES)?),
        MutationKind::Suffix => OriginMutation::Suffix(select(bytes, &SUFFIXES)?),
        MutationKind::WithoutFirstLabel => OriginMutation::WithoutFirstLabel,
        MutationKind::OtherScheme => OriginMutation::OtherScheme,
        MutationKind::OtherPort => OriginMutation::OtherPort(select(bytes, &OTHER_PORTS)?),
        MutationKind::UpperCase => OriginMutation::UpperCase,
        MutationKind::JoinedHosts => OriginMutation::JoinedHosts(select(bytes, &HOST_SEPARATORS)?),
        MutationKind::LongHost => OriginMutation::LongHost(select(bytes, &HOST_LENGTHS_BYTES)?),
        MutationKind::OtherOrigin => OriginMutation::OtherOrigin(select(bytes, &OTHER_ORIGINS)?),
    })
}

/// Draws the index of a character. One byte is enough, because a generated origin has at most 256 characters.
fn index(bytes: &mut Unstructured<'_>) -> Result<usize> {
    bytes.arbitrary::<u8>().map(usize::from)
}

/// Makes a request of a page to [`SERVER`](super::fetches::SERVER), with the request mode `cors`. The strategy
/// [`policies::fetch_to`](super::fetches::fetch_to) generates the same values.
///
/// # Errors
///
/// The function never returns an error. When the bytes run out, each further choice is the simplest one.
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
    let method = method(bytes, spec, FETCH_METHODS)?;
    let names = many(bytes, &FETCH_NAME_COUNT, |bytes| {
        name(bytes, spec, FETCH_NAMES)
    })?;
    let url = SERVER.parse().ok();
    // `SERVER` is a URL, and each method of the tables and of a valid policy is a token. So `request` is never `None`.
    let request = url.and_then(|url| fetch_of(page, url, method, &names));
    let mut request = request.ok_or(arbitrary::Error::IncorrectFormat)?;
    request.credentials_mode = select(bytes, &FETCH_CREDENTIALS_MODES)?;
    request.use_cors_preflight_flag = bytes.arbitrary()?;
    Ok(request)
}

fn method<'s>(
    bytes: &mut Unstructured<'_>,
    spec: &'s PolicySpec,
    weights: NameWeights,
) -> Result<&'s str> {
    let listed = spec.methods.entries();
    named(bytes, weights, listed, reflects_any_method(spec))
}

fn name<'s>(
    bytes: &mut Unstructured<'_>,
    spec: &'s PolicySpec,
    weights: NameWeights,
) -> Result<&'s str> {
    named(bytes, weights, &spec.request_headers, false)
}

fn named<'s>(
    bytes: &mut Unstructured<'_>,
    weights: NameWeights,
    listed: &'s [String],
    reflects_any: bool,
) -> Result<&'s str> {
    let source = one_of_those(bytes, weights.source, |source| {
        is_available(source, listed, reflects_any)
    })?;
    Ok(match source {
        NameSource::Known => select(bytes, weights.known)?,
        NameSource::Unusual => select(bytes, weights.unusual)?,
        NameSource::Listed => bytes.choose(listed)?,
        NameSource::Asterisk => "*",
    })
}

/// Makes a request to a server with the policy. The strategy [`policies::request_to`](super::requests::request_to)
/// generates the same values.
///
/// # Errors
///
/// The function never returns an error. When the bytes run out, each further choice is the simplest one.
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
    let sent_method = select(bytes, &SENT_METHODS)?;
    let lines = [
        lines(bytes, &ORIGIN_LINE_COUNTS, |bytes| origin_near(spec, bytes))?,
        lines(bytes, &REQUESTED_METHOD_LINE_COUNTS, |bytes| {
            let method = method(bytes, spec, REQUESTED_METHODS)?;
            Ok(method.trim().as_bytes().to_vec())
        })?,
        lines(bytes, &REQUESTED_NAMES_LINE_COUNTS, |bytes| {
            requested_names(spec, bytes)
        })?,
    ];
    let read = many(bytes, &READ_VALUE_COUNT, |bytes| {
        select(bytes, &READ_VALUES)
    })?;
    let others = others_of(read_header(spec), read);
    Ok(request_of(sent_method, others, lines))
}

fn lines(
    bytes: &mut Unstructured<'_>,
    counts: &'static Weighted<usize>,
    line: impl FnMut(&mut Unstructured<'_>) -> Result<Vec<u8>>,
) -> Result<Lines> {
    let count = one_of(bytes, counts)?;
    repeat(bytes, count, line)
}

/// Makes the value of an `Access-Control-Request-Headers` line.
fn requested_names(spec: &PolicySpec, bytes: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let line = match one_of(bytes, line_kinds(spec))? {
        LineKind::List => many(bytes, &ELEMENT_COUNT, |bytes| element(spec, bytes))?.join(","),
        LineKind::Repeated => {
            let element = element(spec, bytes)?;
            let count = select(bytes, &REPEAT_COUNTS)?;
            repeated(element, count.with_listed(spec.request_headers.len()))
        }
        LineKind::Long => {
            let length = select(bytes, &LINE_LENGTHS_BYTES)?;
            long_line(length, select(bytes, &LONG_LINE_PIECES)?)
        }
    };
    Ok(received(&line))
}

fn element(spec: &PolicySpec, bytes: &mut Unstructured<'_>) -> Result<String> {
    let before = one_of(bytes, &WHITE_SPACE)?;
    let name = name(bytes, spec, REQUESTED_NAMES)?;
    let after = one_of(bytes, &WHITE_SPACE)?;
    let is_upper_case = chance(bytes, &UPPER_CASE_ELEMENT)?;
    Ok(spaced(before, name, after, is_upper_case))
}

/// Makes the headers that a handler sets before the policy is applied. The strategy
/// [`policies::handler_headers`](super::requests::handler_headers) generates the same values.
///
/// # Errors
///
/// The function never returns an error. When the bytes run out, the list ends.
///
/// ```
/// use fetch_cors::conformance::arbitrary::handler_headers;
/// assert!(handler_headers(&mut arbitrary::Unstructured::new(b""))?.is_empty());
/// # Ok::<(), arbitrary::Error>(())
/// ```
pub fn handler_headers(bytes: &mut Unstructured<'_>) -> Result<HeaderMap> {
    many(bytes, &HANDLER_HEADER_COUNT, |bytes| {
        select(bytes, &HANDLER_HEADERS)
    })
    .map(map_of)
}
