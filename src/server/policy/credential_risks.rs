//! Origins to which credentials must not go, unless a `dangerously_` member allows it.

use alloc::{format, string::String, vec::Vec};

use super::{config::PolicyConfig, error::ConfigErrorKind as Code};
use crate::infrastructure::{public_suffixes::PublicSuffixes, serialized_origin::Scheme};
use crate::server::origin::{
    parsed::ParsedOrigin,
    pattern::{OriginPattern, Pattern},
    wildcard::Subdomains,
};

/// Returns the risks of credentials for the origins of `pattern`, without the risks that `config` accepts. A risk can have
/// a reason that replaces the message of its kind.
pub(super) fn credential_risks(
    config: &PolicyConfig,
    public_suffixes: &dyn PublicSuffixes,
    pattern: &OriginPattern,
) -> Vec<(Code, Option<String>)> {
    let mut risks = Vec::new();
    if pattern.0 == Pattern::Null && !config.dangerously_allow_null_origin {
        risks.push((Code::NullOriginWithCredentials, None));
    }
    if is_insecure(pattern) && !config.dangerously_allow_insecure_origins {
        risks.push((Code::InsecureOriginWithCredentials, None));
    }
    if !config.dangerously_allow_subdomains_of_public_suffixes {
        let reason = match public_suffix_of(pattern, public_suffixes) {
            Registrable::No => return risks,
            Registrable::Subdomains => None,
            Registrable::Below(suffix) => Some(format!(
                "`{suffix}` is a public suffix below this name, so anyone can register a subdomain of it: list the subdomains, or set `dangerously_allow_subdomains_of_public_suffixes`"
            )),
        };
        risks.push((Code::PublicSuffixWithCredentials, reason));
    }
    risks
}

/// Whether anyone can register a host that a pattern matches.
enum Registrable {
    No,
    /// Anyone can register a subdomain.
    Subdomains,
    /// Anyone can register a name below this public suffix, which is below the pattern's host.
    Below(String),
}

/// Whether the pattern matches all subdomains of a public suffix, or of a name with public suffixes below it, such as
/// `kawasaki.jp` (all its subdomains are public suffixes) and `amazonaws.com`. Each top-level domain counts as a public
/// suffix, even if the list does not have it. Subdomains of `localhost` cannot be registered.
fn public_suffix_of(pattern: &OriginPattern, public_suffixes: &dyn PublicSuffixes) -> Registrable {
    let wildcard = match &pattern.0 {
        Pattern::Wildcard(wildcard) if wildcard.subdomains == Subdomains::Yes => wildcard,
        _ => return Registrable::No,
    };
    let is_suffix = |host: &str| {
        let public_suffix = public_suffixes.public_suffix(host);
        public_suffix.is_some_and(|suffix| suffix == host)
    };
    let host = wildcard.host.trim_end_matches('.');
    let is_top_level = !host.contains('.');
    if is_this_machine(host) {
        Registrable::No
    } else if is_top_level || is_suffix(host) {
        Registrable::Subdomains
    } else if is_suffix(&format!("x--x.{host}")) {
        Registrable::Below(format!("*.{host}"))
    } else {
        let below = public_suffixes.public_suffix_below(host);
        below.map_or(Registrable::No, |suffix| Registrable::Below(suffix.into()))
    }
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
