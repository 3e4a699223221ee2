//! Ranks violations as examples: the first violation of a finding is the best example of the finding.

use core::net::Ipv4Addr;

use super::{
    cause::Cause,
    violation::{GENERATED_PREFIX, Violation},
};
use crate::{
    conformance::harness::probes::probe::{UNLISTED_HEADER, UNLISTED_METHOD},
    conformance::laws::{Law, severity::Severity},
    infrastructure::{header_list::HeaderList, origin::Origin},
};

impl Violation {
    /// Returns the rank of the violation as an example. The best example has the lowest rank.
    pub(crate) fn example_rank(&self) -> ExampleRank {
        let is_of_page = matches!(
            self.law,
            Law::DeniedPageReadsNothing | Law::FetchSucceedsExactlyWhenPermitted
        );
        let unanswered = self.unanswered.iter().map(|line| &line.request);
        let exchanges = self.exchanges.iter().map(|exchange| &exchange.request);
        let requests = exchanges.chain(unanswered);
        let origins = requests.clone().filter_map(|request| {
            let origin = request.header_list.get("origin")?;
            Some(origin_rank(&origin))
        });
        let methods = requests.map(|request| {
            let requested = request.header_list.get("access-control-request-method");
            let of_requested = requested.map_or(0, |requested| method_rank(&requested));
            of_requested.max(method_rank(request.method.as_str().as_bytes()))
        });
        ExampleRank {
            severity: self.severity,
            has_server_error: self
                .exchanges
                .iter()
                .any(|exchange| exchange.response.status.is_server_error()),
            is_of_some_engines: !self.engines.is_empty(),
            is_other_than_fetch: !is_of_page,
            is_of_upload: self.is_of_upload,
            // A request with an origin shows better than a request without one what a page can do.
            origin: origins.max().unwrap_or(1),
            is_generated: self.probe.starts_with(GENERATED_PREFIX),
            is_of_look_alike: is_of_look_alike(&self.probe),
            requests: self.ids().len(),
            method: methods.max().unwrap_or(0),
            size: self.size(),
        }
    }

    /// Returns the position of the probe among the typical probes of the cause, or the number of typical probes if the
    /// probe is not typical.
    pub(super) fn typical_rank(&self) -> usize {
        // A fetch with a preflight shows that the login answers the preflight.
        if self.cause == Cause::AuthenticatesPreflights {
            let last = self.exchanges.last();
            return usize::from(!last.is_some_and(|last| last.request.is_preflight()));
        }
        let typical: &[&str] = match self.cause {
            // An origin that is not similar to a listed origin is the best evidence that every origin is allowed.
            Cause::AllowsEverything
            | Cause::ReflectsAnyOrigin
            | Cause::ReflectsAnyHttpsOrigin
            | Cause::ReflectsManyOrigins
            | Cause::WildcardOrigin => &["reflection"],
            Cause::ReflectsAnyHttpOrigin => &["reflection-with-http"],
            // The request has the credentials. Its preflight, if there is one, does not have them.
            Cause::ReflectsWithCredentials => {
                &["reflection-with-cookie", "reflection-with-authorization"]
            }
            Cause::ContainsListedHost => &["contained"],
            Cause::ComparesPrefix => &["prefix"],
            Cause::AllowsLocalhostPrefix => &["localhost-prefix"],
            // An attacker can register a domain that ends with the parent domain of a listed host, so `parent-suffix`
            // is a better example than `suffix`.
            Cause::ComparesSuffix => &["parent-suffix", "suffix"],
            Cause::UnescapedDot => &["unescaped-dot"],
            Cause::GrantsRequested => &[UNLISTED_METHOD, UNLISTED_HEADER],
            _ => &[],
        };
        let mut typical_probes = typical.iter();
        // The probes of the policy's second entry have the names of the first entry's probes, with `-2` at the end. A name
        // with a hyphen at its end is the beginning of the names of several probes.
        let is_named = |name: &str| {
            let rest = self.probe.strip_prefix(name);
            rest.is_some_and(|rest| {
                rest.trim_start_matches('-').parse::<usize>().is_ok()
                    || rest.is_empty()
                    || name.ends_with('-')
            })
        };
        let position = typical_probes.position(|probe| is_named(probe));
        position.unwrap_or(typical.len())
    }

    /// Returns the size of the example: the number of requests, and their total length in bytes.
    pub(crate) fn size(&self) -> (usize, usize) {
        let bytes = |list: &HeaderList| -> usize {
            let headers = list.iter();
            headers
                .map(|(name, value)| name.as_bytes().len() + value.as_bytes().len() + 4)
                .sum()
        };
        let unanswered = self.unanswered.iter().map(|line| &line.request);
        let requests = self.exchanges.iter().map(|exchange| &exchange.request);
        let requests = requests.chain(unanswered);
        let sizes =
            requests.map(|request| request.method.as_str().len() + bytes(&request.header_list));
        (self.ids().len(), sizes.sum())
    }
}

/// The rank of a violation as an example. The members are sorted by importance, the most important member first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ExampleRank {
    severity: Severity,
    /// Whether a response is a server error. A server error can have a reason other than the mistake that the violation
    /// shows.
    has_server_error: bool,
    is_of_some_engines: bool,
    /// Whether the law of the violation is not about the result of a page's fetch.
    is_other_than_fetch: bool,
    /// See [`Violation::is_of_upload`]. An upload with listeners is a bad example, because such an upload is rare.
    is_of_upload: bool,
    /// The highest rank of an origin in the requests (see [`origin_rank`]).
    origin: u8,
    is_generated: bool,
    is_of_look_alike: bool,
    requests: usize,
    /// The highest rank of a method in the requests, or of a method that a preflight requests (see [`method_rank`]).
    method: u8,
    size: (usize, usize),
}

/// The maximum length of a host that a reader recognizes at once.
const MAX_PLAIN_HOST_LENGTH: usize = 63;

/// Returns the rank of an origin. A low rank is better. An origin with a plain host has a low rank, because a reader
/// recognizes the host at once. An origin that no browser sends has a high rank. The origin `null` has a high rank,
/// because many mistakes allow `null`.
pub(in crate::conformance::harness) fn origin_rank(origin: &[u8]) -> u8 {
    let Ok(parsed) = Origin::parse(origin) else {
        return 5;
    };
    let Origin::Tuple(origin) = parsed else {
        return 4;
    };
    let (scheme, host) = (origin.scheme(), origin.host());
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    let has_port = origin.serialize().len() > scheme.len() + "://".len() + host.len();
    let is_local = host.starts_with("localhost") || host.parse::<Ipv4Addr>().is_ok();
    let is_long = host.len() > MAX_PLAIN_HOST_LENGTH;
    if !matches!(scheme, "http" | "https") || !host.bytes().all(is_known) || host.ends_with('.') {
        3
    } else if is_local || is_long || !host.contains('.') {
        2
    } else {
        u8::from(has_port || scheme == "http")
    }
}

/// Whether a probe has an origin that is neither listed nor plainly unlisted. A reader recognizes a listed origin or
/// `https://evil.example` at once, but has to compare an origin that is similar to a listed origin.
pub(in crate::conformance::harness) fn is_of_look_alike(probe: &str) -> bool {
    let plain = [
        "listed-",
        "other-page-",
        "unlisted-origin",
        "reflection",
        "without-an-origin",
    ];
    !plain.into_iter().any(|start| probe.starts_with(start))
}

/// Returns the rank of a method. Simple methods have a low rank. GET and OPTIONS (the method of preflights) have the
/// lowest rank. A method that only a test sends, such as a part of another method, has the highest rank.
fn method_rank(method: &[u8]) -> u8 {
    match method {
        b"GET" | b"OPTIONS" => 0,
        b"HEAD" | b"POST" => 1,
        b"PUT" | b"PATCH" | b"DELETE" => 2,
        _ => 3,
    }
}
