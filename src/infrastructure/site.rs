//! [Sites](https://html.spec.whatwg.org/#obtain-a-site). A site is a scheme with a registrable domain.
//!
//! The list of public suffixes is large and changes, so the caller passes a list as an argument. Without a list, only
//! the default rule applies: the last label is a public suffix.
//!
//! ```
//! use fetch_cors::{browser::Origin, infrastructure::site::{NoPublicSuffixes, Site}};
//!
//! let a = Site::from_origin(&Origin::parse("https://app.site.example:81")?, &NoPublicSuffixes);
//! let b = Site::from_origin(&Origin::parse("https://cdn.site.example:82")?, &NoPublicSuffixes);
//! assert_eq!(a, b);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::string::String;

use super::origin::{OpaqueOrigin, Origin, TupleOrigin};
pub use super::public_suffixes::{NoPublicSuffixes, PublicSuffixes};

/// A [site](https://html.spec.whatwg.org/#site).
///
/// ```
/// use fetch_cors::browser::Origin;
/// use fetch_cors::infrastructure::{origin::OpaqueOrigin, site::{NoPublicSuffixes, Site}};
/// let opaque = Origin::Opaque(OpaqueOrigin(7));
/// assert_eq!(Site::from_origin(&opaque, &NoPublicSuffixes), Site::Opaque(OpaqueOrigin(7)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
// Exhaustive: the standard has two kinds of sites.
pub enum Site {
    /// A scheme with a registrable domain, or with the host if the host does not have a registrable domain.
    SchemeAndHost(String, String),
    /// An opaque origin.
    Opaque(OpaqueOrigin),
}

impl Site {
    /// [Obtains the site](https://html.spec.whatwg.org/#obtain-a-site) of an origin.
    pub fn from_origin(origin: &Origin, public_suffixes: &dyn PublicSuffixes) -> Self {
        match origin {
            Origin::Opaque(opaque) => Self::Opaque(*opaque),
            Origin::Tuple(tuple) => Self::SchemeAndHost(
                String::from(tuple.scheme()),
                String::from(registrable_domain_or_host(tuple, public_suffixes)),
            ),
        }
    }
}

/// Whether two origins are [same site](https://html.spec.whatwg.org/#same-site). Their schemes must be equal, but their
/// ports can differ.
///
/// ```
/// use fetch_cors::{browser::Origin, infrastructure::site::{NoPublicSuffixes, is_same_site}};
/// let (a, b) = (Origin::parse("http://a:1")?, Origin::parse("https://a:1")?);
/// assert!(!is_same_site(&a, &b, &NoPublicSuffixes));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn is_same_site(a: &Origin, b: &Origin, public_suffixes: &dyn PublicSuffixes) -> bool {
    // definition/same-site: same scheme, and same registrable domain or host
    //
    // This code returns the same result as a comparison of two `Site` values, but does not copy strings.
    let site = |tuple| registrable_domain_or_host(tuple, public_suffixes);
    match (a, b) {
        (Origin::Opaque(a), Origin::Opaque(b)) => a == b,
        (Origin::Tuple(a), Origin::Tuple(b)) => a.scheme() == b.scheme() && site(a) == site(b),
        _ => false,
    }
}

/// Whether two origins are [schemelessly same site](https://html.spec.whatwg.org/#schemelessly-same-site).
/// Their schemes and ports can differ.
///
/// ```
/// use fetch_cors::browser::Origin;
/// use fetch_cors::infrastructure::site::{NoPublicSuffixes, is_schemelessly_same_site};
/// let (a, b) = (Origin::parse("http://a:1")?, Origin::parse("https://a:1")?);
/// assert!(is_schemelessly_same_site(&a, &b, &NoPublicSuffixes));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn is_schemelessly_same_site(
    a: &Origin,
    b: &Origin,
    public_suffixes: &dyn PublicSuffixes,
) -> bool {
    // An opaque host is neither a domain nor an address, so an opaque host equals neither a domain nor an address
    // with the same text.
    let host = |tuple: &TupleOrigin| {
        let host = String::from(registrable_domain_or_host(tuple, public_suffixes));
        (tuple.has_opaque_host(), host)
    };
    match (a, b) {
        (Origin::Opaque(a), Origin::Opaque(b)) => a == b,
        (Origin::Tuple(a), Origin::Tuple(b)) => host(a) == host(b),
        _ => false,
    }
}

/// Whether the host has a registrable domain. IP addresses and public suffixes do not have a registrable domain.
pub(crate) fn has_registrable_domain(
    origin: &TupleOrigin,
    public_suffixes: &dyn PublicSuffixes,
) -> bool {
    registrable_domain(origin, public_suffixes).is_some()
}

/// Returns the registrable domain, or the host itself if the host does not have a registrable domain.
fn registrable_domain_or_host<'host>(
    origin: &'host TupleOrigin,
    public_suffixes: &dyn PublicSuffixes,
) -> &'host str {
    registrable_domain(origin, public_suffixes).unwrap_or_else(|| origin.host())
}

/// Returns the [registrable domain](https://url.spec.whatwg.org/#host-registrable-domain) of the host.
fn registrable_domain<'host>(
    origin: &'host TupleOrigin,
    public_suffixes: &dyn PublicSuffixes,
) -> Option<&'host str> {
    let host = origin.host();
    if origin.has_opaque_host()
        || host.starts_with('[')
        || host.parse::<core::net::Ipv4Addr>().is_ok()
    {
        return None;
    }
    let domain = host.strip_suffix('.').unwrap_or(host);
    let suffix = public_suffix(domain, public_suffixes);
    let label = domain
        .strip_suffix(suffix)
        .and_then(|before| before.strip_suffix('.'))
        .and_then(|before| before.rsplit('.').next());
    // The final dot is a part of the result: `a.example.` and `a.example` are different registrable domains.
    label.and_then(|label| {
        let dot = host.len() - domain.len();
        host.get(host.len() - dot - suffix.len() - 1 - label.len()..)
    })
}

/// Returns the public suffix of `domain`. If no rule of the list matches, returns the last label. `domain` does not end
/// with a dot.
fn public_suffix<'domain>(
    domain: &'domain str,
    public_suffixes: &dyn PublicSuffixes,
) -> &'domain str {
    let last_label = || domain.rsplit('.').next().unwrap_or(domain);
    public_suffixes
        .public_suffix(domain)
        .unwrap_or_else(last_label)
}
