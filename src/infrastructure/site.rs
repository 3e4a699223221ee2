//! [Sites](https://html.spec.whatwg.org/#obtain-a-site): a scheme and the host's registrable domain.
//!
//! Which domains are public suffixes is not Fetch's to say, so the list is an argument.
//!
//! ```
//! use fetch_cors::{browser::Origin, infrastructure::site::{NoPublicSuffixes, Site}};
//!
//! let a = Site::from_origin(&Origin::parse("https://a.example:81")?, &NoPublicSuffixes);
//! let b = Site::from_origin(&Origin::parse("https://a.example:82")?, &NoPublicSuffixes);
//! assert_eq!(a, b);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::string::String;
use core::fmt::Debug;

use super::origin::{OpaqueOrigin, Origin, TupleOrigin};

/// A [list of public suffixes](https://publicsuffix.org).
///
/// ```
/// use fetch_cors::{browser::Origin, infrastructure::site::{PublicSuffixes, Site}};
///
/// #[derive(Debug)]
/// struct LastLabel;
/// impl PublicSuffixes for LastLabel {
///     fn public_suffix<'domain>(&self, domain: &'domain str) -> Option<&'domain str> {
///         domain.rsplit('.').next()
///     }
/// }
/// let a = Site::from_origin(&Origin::parse("https://a.app.example")?, &LastLabel);
/// let b = Site::from_origin(&Origin::parse("https://app.example")?, &LastLabel);
/// assert_eq!(a, b);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait PublicSuffixes: Debug + Send + Sync {
    /// The longest public suffix that `domain` is or ends with, or `None` where there is no list to
    /// ask. The domain is in lower case and may end with a dot.
    fn public_suffix<'domain>(&self, domain: &'domain str) -> Option<&'domain str>;
}

/// No list at all: the same site is the same scheme and host.
///
/// ```
/// use fetch_cors::infrastructure::site::{NoPublicSuffixes, PublicSuffixes};
/// assert_eq!(NoPublicSuffixes.public_suffix("a.example"), None);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct NoPublicSuffixes;

impl PublicSuffixes for NoPublicSuffixes {
    fn public_suffix<'domain>(&self, _: &'domain str) -> Option<&'domain str> {
        None
    }
}

/// A [site](https://html.spec.whatwg.org/#site).
///
/// ```
/// use fetch_cors::browser::Origin;
/// use fetch_cors::infrastructure::{origin::OpaqueOrigin, site::{NoPublicSuffixes, Site}};
/// let opaque = Origin::Opaque(OpaqueOrigin(7));
/// assert_eq!(Site::from_origin(&opaque, &NoPublicSuffixes), Site::Opaque(OpaqueOrigin(7)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
// Closed: the standard has these two kinds of sites.
pub enum Site {
    /// A scheme and a registrable domain, or a host that has none.
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
                String::from(registrable_domain_or_host(tuple.host(), public_suffixes)),
            ),
        }
    }
}

/// Whether the two are the [same site](https://html.spec.whatwg.org/#same-site).
///
/// ```
/// use fetch_cors::{browser::Origin, infrastructure::site::{NoPublicSuffixes, is_same_site}};
/// let (a, b) = (Origin::parse("http://a:1")?, Origin::parse("https://a:1")?);
/// assert!(!is_same_site(&a, &b, &NoPublicSuffixes));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn is_same_site(a: &Origin, b: &Origin, public_suffixes: &dyn PublicSuffixes) -> bool {
    // definition/same-site: same scheme, and same registrable domain or host
    Site::from_origin(a, public_suffixes) == Site::from_origin(b, public_suffixes)
}

/// Whether the two are [schemelessly same site](https://html.spec.whatwg.org/#schemelessly-same-site).
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
    let domain = |tuple: &TupleOrigin| {
        String::from(registrable_domain_or_host(tuple.host(), public_suffixes))
    };
    match (a, b) {
        (Origin::Opaque(a), Origin::Opaque(b)) => a == b,
        (Origin::Tuple(a), Origin::Tuple(b)) => domain(a) == domain(b),
        _ => false,
    }
}

/// One label more than the public suffix, or the host: an address, a public suffix itself, or where
/// there is no list.
fn registrable_domain_or_host<'host>(
    host: &'host str,
    public_suffixes: &dyn PublicSuffixes,
) -> &'host str {
    if host.starts_with('[') || host.parse::<core::net::Ipv4Addr>().is_ok() {
        return host;
    }
    let registrable_domain = public_suffixes.public_suffix(host).and_then(|suffix| {
        let before = host.strip_suffix(suffix)?.strip_suffix('.')?;
        let label = before.rsplit('.').next()?;
        host.get(before.len() - label.len()..)
    });
    registrable_domain.unwrap_or(host)
}
