//! Origins to which credentials must not go, unless a `dangerously_` member allows it.

use alloc::{format, vec::Vec};

use super::{config::PolicyConfig, error::ConfigErrorKind as Code};
use crate::infrastructure::{public_suffixes::PublicSuffixes, serialized_origin::Scheme};
use crate::server::origin::{
    parsed::ParsedOrigin,
    pattern::{OriginPattern, Pattern},
    wildcard::Subdomains,
};

/// Returns the risks of credentials for the origins of `pattern`, without the risks that `config` accepts.
pub(super) fn credential_risks(
    config: &PolicyConfig,
    public_suffixes: &dyn PublicSuffixes,
    pattern: &OriginPattern,
) -> Vec<Code> {
    let mut risks = Vec::new();
    if pattern.0 == Pattern::Null && !config.dangerously_allow_null_origin {
        risks.push(Code::NullOriginWithCredentials);
    }
    if is_insecure(pattern) && !config.dangerously_allow_insecure_origins {
        risks.push(Code::InsecureOriginWithCredentials);
    }
    if !config.dangerously_allow_subdomains_of_public_suffixes
        && is_below_a_public_suffix(pattern, public_suffixes)
    {
        risks.push(Code::PublicSuffixWithCredentials);
    }
    risks
}

/// Whether the pattern matches all subdomains of a public suffix, or of a name whose subdomains are all public
/// suffixes, such as `kawasaki.jp`. Each top-level domain counts as a public suffix, also if the list does not have
/// it. Subdomains of `localhost` cannot be registered.
fn is_below_a_public_suffix(pattern: &OriginPattern, public_suffixes: &dyn PublicSuffixes) -> bool {
    let wildcard = match &pattern.0 {
        Pattern::Wildcard(wildcard) if wildcard.subdomains == Subdomains::Yes => wildcard,
        _ => return false,
    };
    let is_suffix = |host: &str| {
        let public_suffix = public_suffixes.public_suffix(host);
        public_suffix.is_some_and(|suffix| suffix == host)
    };
    let host = wildcard.host.trim_end_matches('.');
    let is_top_level = !host.as_bytes().contains(&b'.');
    !is_this_machine(host)
        && (is_top_level || is_suffix(host) || is_suffix(&format!("x--x.{host}")))
}

/// Whether the scheme is `http:` and the host is another machine.
fn is_insecure(pattern: &OriginPattern) -> bool {
    let (scheme, host) = match &pattern.0 {
        Pattern::Null => return false,
        Pattern::Exact(exact) => match ParsedOrigin::parse(exact) {
            Some(origin) => (origin.scheme, origin.host),
            None => return exact.starts_with("http:"),
        },
        Pattern::Wildcard(wildcard) => (wildcard.scheme, &*wildcard.host),
    };
    scheme == Scheme::Http && !is_this_machine(host)
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host
            .parse::<core::net::Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
}
