//! Hosts that look like a host of a different site.

use super::local_host::is_local_host;
use crate::infrastructure::{
    origin::{Origin, TupleOrigin},
    public_suffixes::PublicSuffixes,
    site::Site,
};

/// The minimum length of the first label of a registrable domain, in bytes. Domains with a shorter first label are not
/// compared by character, because they often differ in only one character by chance.
const MIN_COMPARED_BYTES: usize = 5;

/// The minimum length of the first label of a domain with which the end of another domain is compared, in bytes. For
/// example, `netflix.com` does not look like `x.com`.
const MIN_END_BYTES: usize = 3;

/// Whether the host `other` looks like a host of the site `domain`, but does not belong to the site. For `example.com`,
/// examples are `app.example.com.evil.test`, `evilexample.com`, and names with one changed, added or removed character.
///
/// `other_domain` is the registrable domain of `other`.
pub(crate) fn looks_like(other: &str, other_domain: &str, domain: &str) -> bool {
    if other_domain == domain {
        return false;
    }
    let begins = other.match_indices(domain).any(|(at, _)| {
        let behind = other.get(at + domain.len()..);
        behind.is_some_and(|behind| behind.starts_with('.'))
    });
    let label = domain.split('.').next().unwrap_or_default();
    let ends = label.len() >= MIN_END_BYTES && other_domain.ends_with(domain);
    let is_long = [domain, other_domain].iter().all(|domain| {
        let label = domain.split('.').next();
        label.is_some_and(|label| label.len() >= MIN_COMPARED_BYTES)
    });
    domain.contains('.') && (begins || ends || (is_long && differs_in_one(other_domain, domain)))
}

/// Whether the page looks like the origin `other`, but does not belong to the same site. False if one of the two is not an
/// http or https origin, or if `other` is in a private network.
pub(super) fn is_look_alike(
    page: &TupleOrigin,
    other: &TupleOrigin,
    public_suffixes: &dyn PublicSuffixes,
) -> bool {
    let domain = |origin: &TupleOrigin| {
        let is_web = matches!(origin.scheme(), "http" | "https");
        match Site::from_origin(&Origin::Tuple(origin.clone()), public_suffixes) {
            Site::SchemeAndHost(_, domain) if is_web => Some(domain),
            _ => None,
        }
    };
    match (domain(page), domain(other)) {
        (Some(page_domain), Some(domain)) => {
            !is_local_host(other.host()) && looks_like(page.host(), &page_domain, &domain)
        }
        _ => false,
    }
}

/// Whether `a` and `b` differ in one changed, added or removed byte.
fn differs_in_one(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let same_before = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (
        a.get(same_before..).unwrap_or_default(),
        b.get(same_before..).unwrap_or_default(),
    );
    let same_behind = a.iter().rev().zip(b.iter().rev());
    let same_behind = same_behind.take_while(|(a, b)| a == b).count();
    a.len() - same_behind <= 1 && b.len() - same_behind <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_hosts_are_recognized() {
        for (other, other_domain, domain, expected) in [
            ("app.example.com", "example.com", "example.com", false),
            ("example.com.evil.test", "evil.test", "example.com", true),
            (
                "app-example.com.evil.test",
                "evil.test",
                "example.com",
                true,
            ),
            ("evilexample.com", "evilexample.com", "example.com", true),
            ("examp1e.com", "examp1e.com", "example.com", true),
            ("exmple.com", "exmple.com", "example.com", true),
            ("example.co", "example.co", "example.com", true),
            ("other.test", "other.test", "example.com", false),
            ("app.example", "app.example", "api.example", false),
            ("localhost", "localhost", "localhosts", false),
        ] {
            assert_eq!(looks_like(other, other_domain, domain), expected, "{other}");
        }
    }
}
