//! Origins for which a policy can allow credentials only if a `dangerously_` member permits this.

use alloc::{format, string::String, vec::Vec};

use super::{config::PolicyConfig, error::ConfigErrorKind as Code};
use crate::infrastructure::{
    public_suffixes::PublicSuffixes, serialized_origin::Scheme, this_machine::is_this_machine,
};
use crate::server::origin::{
    app_origin::FILE_ORIGIN,
    parsed::ParsedOrigin,
    pattern::{OriginPattern, Pattern},
    wildcard::Subdomains,
};

const LOCAL_DOCUMENTS: &str = "every local document has the origin `file://`, even a downloaded document: remove `file://`, or set `dangerously_allow_null_origin`";

/// Returns the risks of allowing credentials for the origins of `pattern`, without the risks that `config` accepts.
/// Each risk has a kind, and can have a message that replaces the message of the kind.
pub(super) fn credential_risks(
    config: &PolicyConfig,
    public_suffixes: &dyn PublicSuffixes,
    pattern: &OriginPattern,
) -> Vec<(Code, Option<String>)> {
    let mut risks = Vec::new();
    if let Pattern::Extensions(_) = pattern.0
        && !config.dangerously_allow_any_extension_origin
    {
        risks.push((Code::AnyExtensionOriginWithCredentials, None));
    }
    if is_opaque(pattern) && !config.dangerously_allow_null_origin {
        let reason = (pattern.0 != Pattern::Null).then(|| String::from(LOCAL_DOCUMENTS));
        risks.push((Code::NullOriginWithCredentials, reason));
    }
    if is_insecure(pattern) && !config.dangerously_allow_insecure_origins {
        risks.push((Code::InsecureOriginWithCredentials, None));
    }
    if !config.dangerously_allow_subdomains_of_public_suffixes {
        let reason = match public_suffix_of(pattern, public_suffixes) {
            Registrable::No => return risks,
            Registrable::Subdomains => None,
            Registrable::Below(suffix) => Some(format!(
                "the entry also matches the subdomains of the public suffix `{suffix}`, and anyone can register one of these: list the subdomains, or set `dangerously_allow_subdomains_of_public_suffixes`"
            )),
            Registrable::Fitting(suffix) => Some(format!(
                "`{suffix}` is a public suffix, so anyone can register a matching name: list the origins, or set `dangerously_allow_subdomains_of_public_suffixes`"
            )),
        };
        risks.push((Code::PublicSuffixWithCredentials, reason));
    }
    risks
}

/// Whether anyone can register a host that a pattern matches.
enum Registrable {
    No,
    /// Anyone can register a subdomain of the pattern's host.
    Subdomains,
    /// A public suffix below the pattern's host. Anyone can register a subdomain of this public suffix.
    Below(String),
    /// The public suffix after the partial label of the pattern. Anyone can register a matching subdomain.
    Fitting(String),
}

/// Whether the origin is `null` or `file://`. A document of an attacker can have these origins.
fn is_opaque(pattern: &OriginPattern) -> bool {
    match &pattern.0 {
        Pattern::Null => true,
        Pattern::Exact(exact) => &**exact == FILE_ORIGIN,
        _ => false,
    }
}

/// Returns whether anyone can register a host that the pattern matches. Anyone can register such a host if the
/// pattern's host is a public suffix, or if a public suffix is below the pattern's host. A rule such as `*.kawasaki.jp`
/// makes every name directly below `kawasaki.jp` a public suffix. Each top-level domain is a public suffix, even if the
/// list does not contain it. No one can register subdomains of `localhost`.
fn public_suffix_of(pattern: &OriginPattern, public_suffixes: &dyn PublicSuffixes) -> Registrable {
    let (host, is_partial) = match &pattern.0 {
        Pattern::Wildcard(wildcard) if wildcard.subdomains == Subdomains::Yes => {
            (&*wildcard.host, false)
        }
        Pattern::PartialLabel(entry) => (&*entry.host, true),
        _ => return Registrable::No,
    };
    let is_suffix = |host: &str| {
        let public_suffix = public_suffixes.public_suffix(host);
        public_suffix.is_some_and(|suffix| suffix == host)
    };
    let host = host.trim_end_matches('.');
    let is_top_level = !host.contains('.');
    if is_this_machine(host) {
        Registrable::No
    } else if is_top_level || is_suffix(host) {
        if is_partial {
            Registrable::Fitting(host.into())
        } else {
            Registrable::Subdomains
        }
    } else if is_suffix(&format!("x--x.{host}")) {
        Registrable::Below(format!("*.{host}"))
    } else {
        // A partial label matches exactly one label. If a public suffix is below the host of the entry, the subdomains
        // of this suffix have more labels than the entry, so the entry does not match them.
        let below = public_suffixes
            .public_suffix_below(host)
            .filter(|_| !is_partial);
        below.map_or(Registrable::No, |suffix| Registrable::Below(suffix.into()))
    }
}

/// Whether the scheme is `http:` and the host is not the user's own machine (`localhost` or a loopback address).
fn is_insecure(pattern: &OriginPattern) -> bool {
    let (scheme, host) = match &pattern.0 {
        Pattern::Null | Pattern::Extensions(_) => return false,
        Pattern::Exact(exact) => match ParsedOrigin::parse(exact) {
            Some(origin) => (origin.scheme, origin.host),
            None => return exact.starts_with("http:"),
        },
        Pattern::Wildcard(wildcard) => (wildcard.scheme, &*wildcard.host),
        Pattern::PartialLabel(entry) => (entry.scheme, &*entry.host),
    };
    scheme == Scheme::Http && !is_this_machine(host)
}
