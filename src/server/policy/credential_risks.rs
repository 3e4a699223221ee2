//! What credentials must not go to, unless somebody insists.

use alloc::{format, vec::Vec};

use super::{builder::CorsPolicyBuilder, error::ConfigErrorKind as Code};
use crate::server::origin::{
    parsed::ParsedOrigin,
    pattern::{OriginPattern, Pattern, Scheme, Subdomains},
};

impl CorsPolicyBuilder {
    /// What is dangerous about giving credentials to it.
    pub(super) fn dangers_of(&self, pattern: &OriginPattern) -> Vec<Code> {
        let mut dangers = Vec::new();
        if pattern.0 == Pattern::Null && !self.dangerously_allow_null_origin {
            dangers.push(Code::NullOriginWithCredentials);
        }
        if is_insecure(pattern) && !self.dangerously_allow_insecure_origins {
            dangers.push(Code::InsecureOriginWithCredentials);
        }
        if self.is_below_a_public_suffix(pattern)
            && !self.dangerously_allow_subdomains_of_public_suffixes
        {
            dangers.push(Code::PublicSuffixWithCredentials);
        }
        dangers
    }

    /// A public suffix itself, or one of which every label before it makes one, as `kawasaki.jp`. Names
    /// of this machine nobody can register. A top-level name is one whatever the list says, as every list
    /// has it for those that it does not know.
    fn is_below_a_public_suffix(&self, pattern: &OriginPattern) -> bool {
        match &pattern.0 {
            Pattern::Wildcard(wildcard) if wildcard.subdomains == Subdomains::Yes => {
                let is_suffix = |host: &str| {
                    let public_suffix = self.public_suffixes.public_suffix(host);
                    public_suffix.is_some_and(|suffix| suffix == host)
                };
                let host = wildcard.host.trim_end_matches('.');
                let is_top_level = !host.contains('.');
                !is_this_machine(host)
                    && (is_top_level || is_suffix(host) || is_suffix(&format!("x--x.{host}")))
            }
            _ => false,
        }
    }
}

/// `http:` to another machine than this one.
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
