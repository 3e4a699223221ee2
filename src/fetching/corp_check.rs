//! The [cross-origin resource policy check](https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header), which
//! decides whether a page can use an opaque response.
//!
//! ```
//! use fetch_cors::browser::{HeaderList, Origin, Response};
//! use fetch_cors::{fetching::corp_check::*, infrastructure::site::NoPublicSuffixes};
//!
//! let headers = HeaderList::from_pairs([("Cross-Origin-Resource-Policy", "same-origin")])?;
//! let mut response = Response::new(http::StatusCode::OK, headers);
//! response.url_list.push("https://b.example".parse()?);
//! let check = cross_origin_resource_policy_check(&Origin::parse("https://a.example")?, &response, &NoPublicSuffixes);
//! assert_eq!(check, CrossOriginResourcePolicyCheck::Blocked);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use ::url::{Host, Url};

use crate::{
    engine::{Quirk, QuirkSet},
    infrastructure::{
        origin::{Origin, TupleOrigin},
        response::Response,
        site::{PublicSuffixes, has_registrable_domain, is_schemelessly_same_site},
    },
};

/// The result of the cross-origin resource policy check.
///
/// ```
/// use fetch_cors::fetching::corp_check::CrossOriginResourcePolicyCheck;
/// assert_ne!(CrossOriginResourcePolicyCheck::Allowed, CrossOriginResourcePolicyCheck::Blocked);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
// Exhaustive: the algorithm returns one of two values.
pub enum CrossOriginResourcePolicyCheck {
    /// The page can use the response.
    Allowed,
    /// The page cannot use the response.
    Blocked,
}

/// Performs a [cross-origin resource policy check](https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check)
/// for a page with the origin `origin`. The check assumes that the embedder policy of the page is `unsafe-none`.
///
/// The header values are case-sensitive. With an unknown value, the check allows the response.
///
/// ```
/// # use fetch_cors::browser::{HeaderList, Origin, Response};
/// # use fetch_cors::{fetching::corp_check::*, infrastructure::site::NoPublicSuffixes};
/// let response = Response::new(http::StatusCode::OK, HeaderList::new());
/// let check = cross_origin_resource_policy_check(&Origin::parse("http://a")?, &response, &NoPublicSuffixes);
/// assert_eq!(check, CrossOriginResourcePolicyCheck::Allowed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn cross_origin_resource_policy_check(
    origin: &Origin,
    response: &Response,
    public_suffixes: &dyn PublicSuffixes,
) -> CrossOriginResourcePolicyCheck {
    cross_origin_resource_policy_check_with_quirks(
        origin,
        response,
        public_suffixes,
        QuirkSet::EMPTY,
    )
}

/// Performs the check by the rules of an engine with these quirks.
pub(super) fn cross_origin_resource_policy_check_with_quirks(
    origin: &Origin,
    response: &Response,
    public_suffixes: &dyn PublicSuffixes,
    quirks: QuirkSet,
) -> CrossOriginResourcePolicyCheck {
    // cross-origin-resource-policy-check/3: the internal check for `unsafe-none` blocks: blocked
    // cross-origin-resource-policy-check/5: the internal check for the embedder policy allows: allowed
    internal_check(origin, response, public_suffixes, quirks)
}

fn internal_check(
    origin: &Origin,
    response: &Response,
    public_suffixes: &dyn PublicSuffixes,
    quirks: QuirkSet,
) -> CrossOriginResourcePolicyCheck {
    use CrossOriginResourcePolicyCheck::{Allowed, Blocked};

    // cross-origin-resource-policy-internal-check/2: get Cross-Origin-Resource-Policy, all lines combined
    let policy = response.header_list.get("cross-origin-resource-policy");
    // cross-origin-resource-policy-internal-check/3: not one of the three known values: null
    // cross-origin-resource-policy-internal-check/4: null: switch on the embedder policy
    // cross-origin-resource-policy-internal-check/4.unsafe-none: `unsafe-none`: null stays null
    let policy = policy
        .as_deref()
        .filter(|policy| matches!(*policy, b"same-origin" | b"same-site" | b"cross-origin"));
    // cross-origin-resource-policy-internal-check/5: switch on the value
    let allowed = match policy {
        // cross-origin-resource-policy-internal-check/5.null-or-cross-origin: null or `cross-origin`: allowed
        None | Some(b"cross-origin") => true,
        // cross-origin-resource-policy-internal-check/5.same-origin: `same-origin`: allowed for the same origin only
        Some(b"same-origin") => response
            .url()
            .is_some_and(|url| origin.is_same_origin_with(url)),
        // cross-origin-resource-policy-internal-check/5.same-site: `same-site`: allowed within the site, but not from http to https; differs with quirk ip-addresses-are-not-same-site or corp-same-site-allows-opaque-pages
        Some(_) => response.url().is_some_and(|url| {
            (allows_same_site(origin, url, public_suffixes)
                || (quirks.contains(Quirk::CorpSameSiteAllowsOpaquePages)
                    && have_no_domain(origin, url, public_suffixes)))
                && !(quirks.contains(Quirk::IpAddressesAreNotSameSite)
                    && is_other_origin_of_ip_address(origin, url))
        }),
    };
    if allowed { Allowed } else { Blocked }
}

/// Whether the host of `url` is an IP address, and the page's `origin` is not the origin of `url`.
fn is_other_origin_of_ip_address(origin: &Origin, url: &Url) -> bool {
    matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_))) && !origin.is_same_origin_with(url)
}

/// Whether the header value `same-site` allows the response. With this header value, a page on http cannot use a
/// response over https.
fn allows_same_site(origin: &Origin, url: &Url, public_suffixes: &dyn PublicSuffixes) -> bool {
    let Some(url_origin) = TupleOrigin::from_url(url).map(Origin::Tuple) else {
        return false;
    };
    let origin_is_https = matches!(origin, Origin::Tuple(tuple) if tuple.scheme() == "https");
    is_schemelessly_same_site(origin, &url_origin, public_suffixes)
        && (origin_is_https || url.scheme() != "https")
}

/// Whether the page and `url` both have a host without a registrable domain. The quirk
/// `corp-same-site-allows-opaque-pages` uses this check. A page with an opaque origin counts as a page with such a
/// host. Returns false if one of the two hosts is an IP address, or if the URL is on https and the page is not on
/// https.
fn have_no_domain(origin: &Origin, url: &Url, public_suffixes: &dyn PublicSuffixes) -> bool {
    let has_no_domain = |url: &Url| {
        let is_domain = matches!(url.host(), Some(Host::Domain(_)));
        let tuple = TupleOrigin::from_url(url).filter(|_| is_domain);
        tuple.is_some_and(|tuple| !has_registrable_domain(&tuple, public_suffixes))
    };
    let (page_has_no_domain, page_is_https) = match origin {
        Origin::Tuple(tuple) => {
            let page = Url::parse(tuple.serialize());
            let has_no_domain = page.is_ok_and(|page| has_no_domain(&page));
            (has_no_domain, tuple.scheme() == "https")
        }
        Origin::Opaque(_) => (true, false),
    };
    page_has_no_domain && has_no_domain(url) && (page_is_https || url.scheme() != "https")
}
