//! Groups similar requests. A server with a mistake usually makes this mistake for a whole group.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec,
    vec::Vec,
};

use crate::{
    conformance::{
        harness::{
            expectations::Expectations,
            judge::{
                pairs::Judged,
                recognize::facts::{REQUEST_METHOD, has_credentials},
                request_origin::is_well_formed,
                request_parts::{parts, parts_without},
                requests::origin_kind,
            },
            probes::{generated::SIMPLE_SUFFIX, probe::Probe},
            report::{request_kind::OriginKind, violation::GENERATED_PREFIX},
        },
        laws::support::limits::MIN_LONG_VALUE_BYTES,
    },
    fetching::HttpRequest,
    infrastructure::{bytes::isomorphic_decode, header::HeaderValue, header_list::HeaderList},
};

/// What the requests of a group have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Property {
    /// All parts of the request.
    Equal,
    /// The kind of the probe, and whether the request is a preflight.
    Probe,
    Origin,
    Method,
    /// The kind of the origin. The kind of a denied origin is malformed, `null` or other.
    OriginKind,
    /// The kind of the origin, and the method.
    OriginKindAndMethod,
    /// The name of a header.
    Header,
    /// The method that a preflight of an allowed page requests.
    RequestedMethod,
    /// The name and the length of the longest header, if this header is long.
    Length,
}

/// The groups of a check. Each group has the indexes of its requests.
pub(super) type Groups = BTreeMap<(Property, String), Vec<usize>>;

/// Groups the requests. The index of a request is its position in `requests`.
pub(super) fn groups<'x>(
    expectations: &Expectations,
    requests: impl Iterator<Item = (&'x Probe, &'x HttpRequest)>,
) -> Groups {
    let mut groups = Groups::new();
    for (index, (probe, request)) in requests.enumerate() {
        for key in keys(expectations, probe, request) {
            groups.entry(key).or_default().push(index);
        }
    }
    groups
}

/// Returns the keys of the groups that contain the request.
fn keys(
    expectations: &Expectations,
    probe: &Probe,
    request: &HttpRequest,
) -> Vec<(Property, String)> {
    let (method, is_preflight) = (&request.method, request.is_preflight());
    // A server that reads only one of several `Origin` lines usually reads the first.
    let mut origins = request.header_list.values("origin");
    let origin = origins.next().map_or(&b""[..], HeaderValue::as_bytes);
    let origin = isomorphic_decode(origin);
    let kind = origin_kind(expectations, request);
    let class = match kind {
        OriginKind::Denied if origin == "null" => "null",
        OriginKind::Denied if !is_well_formed(request) => "malformed",
        _ => "",
    };
    let mut keys = Vec::from([
        (Property::Equal, parts(request)),
        (Property::Probe, format!("{} {is_preflight}", probe.kind())),
        (Property::Origin, origin),
        (Property::Method, format!("{method} {is_preflight}")),
        (Property::OriginKind, format!("{kind:?} {class}")),
        (
            Property::OriginKindAndMethod,
            format!("{kind:?} {class} {method} {is_preflight}"),
        ),
    ]);
    if is_preflight && kind == OriginKind::Allowed {
        let requested = value(&request.header_list, REQUEST_METHOD);
        keys.push((Property::RequestedMethod, requested));
    }
    let headers = request.header_list.iter();
    let names: BTreeSet<String> = headers
        .clone()
        .map(|(name, _)| name.as_str().to_ascii_lowercase())
        .collect();
    keys.extend(names.into_iter().map(|name| (Property::Header, name)));
    let headers = headers.map(|(name, value)| (value.as_bytes().len(), name));
    if let Some((length, name)) = headers.max_by_key(|(length, _)| *length)
        && length >= MIN_LONG_VALUE_BYTES
    {
        let key = format!("{} {}", name.as_str(), length.ilog2());
        keys.push((Property::Length, key));
    }
    keys
}

/// The failures of a check, if they are consecutive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Series {
    /// The failures are not consecutive.
    Several,
    One,
    /// The failures are consecutive, and several of them are of generated probes. The order of generated probes is
    /// random, so a server that decides by the request does not fail only on consecutive ones.
    OneOfGenerated,
}

/// Returns the keys of the groups of very similar requests. A server that decides by the request gives the same kind of
/// answer to all requests of such a group. Each list has the keys of groups that are similar only together.
///
/// The denied origins of a kind of probe differ, and a server can fail on some of them. So requests from different
/// denied origins are very similar only if all failures of the check are consecutive.
pub(super) fn close_keys(
    expectations: &Expectations,
    (probe, exchange): &Judged,
    series: Series,
) -> Vec<Vec<String>> {
    let request = &exchange.request;
    let has_credentials = has_credentials(exchange);
    let (method, kind) = (&request.method, origin_kind(expectations, request));
    let requested_method = value(&request.header_list, REQUEST_METHOD);
    let is_well_formed = is_well_formed(request);
    let origin = value(&request.header_list, "origin");
    let purpose = format!("{method} {requested_method} {has_credentials}");
    let close = match kind {
        // A server can decide by the exact origin, but two allowed pages should get the same kind of answer. A policy that allows
        // any origin also allows malformed ones, which no page has.
        OriginKind::Allowed if is_well_formed => parts_without(request, "origin"),
        OriginKind::Denied => format!("{purpose} {origin}"),
        _ => parts(request),
    };
    // Without the kind, an allowed page would have the key of the same request without `Origin`.
    let mut keys = vec![vec![format!("{kind:?} {close}")]];
    let is_generated = probe.name.starts_with(GENERATED_PREFIX);
    let is_of_kind = kind != OriginKind::Denied || series != Series::Several;
    // Generated probes have nothing in common.
    if is_of_kind && !is_generated {
        keys.push(vec![format!(
            "{} {purpose} {kind:?} {is_well_formed}",
            probe.kind()
        )]);
    }
    // The server answers the origin, and it answers the same kind of request of another denied origin. The origin `null`
    // does not count, because a server can fail on `null` only for unsafe methods.
    if kind == OriginKind::Denied && series != Series::Several && origin != "null" {
        keys.push(vec![
            format!("origin {origin}"),
            format!("{purpose} {kind:?} {is_well_formed}"),
        ]);
    }
    if is_generated && !probe.name.ends_with(SIMPLE_SUFFIX) && series == Series::OneOfGenerated {
        keys.push(vec![GENERATED_PREFIX.into()]);
    }
    keys
}

fn value(list: &HeaderList, name: &str) -> String {
    isomorphic_decode(&list.get(name).unwrap_or_default())
}
