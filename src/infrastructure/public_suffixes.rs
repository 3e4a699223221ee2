//! Lists of [public suffixes](https://publicsuffix.org).
//!
//! The list of public suffixes is large and changes, so the caller passes a list as an argument. Without a list, only
//! the default rule applies: the last label is a public suffix.
//!
//! ```
//! use fetch_cors::server::{NoPublicSuffixes, PublicSuffixes};
//! assert_eq!(NoPublicSuffixes.public_suffix("a.co.uk"), None);
//! ```

use core::fmt::Debug;

/// A [list of public suffixes](https://publicsuffix.org).
///
/// ```
/// use fetch_cors::{browser::Origin, infrastructure::site::{PublicSuffixes, is_same_site}};
///
/// #[derive(Debug)]
/// struct British;
/// impl PublicSuffixes for British {
///     fn public_suffix<'domain>(&self, domain: &'domain str) -> Option<&'domain str> {
///         domain.ends_with(".co.uk").then_some("co.uk")
///     }
/// }
/// let (a, b) = (Origin::parse("https://a.co.uk")?, Origin::parse("https://b.co.uk")?);
/// assert!(!is_same_site(&a, &b, &British));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait PublicSuffixes: Debug + Send + Sync {
    /// Returns the longest public suffix of `domain`, or `None` if no rule of the list matches. The result can be the
    /// whole domain. `domain` is in lower case and can end with a dot.
    fn public_suffix<'domain>(&self, domain: &'domain str) -> Option<&'domain str>;

    /// Returns a public suffix that is a subdomain of `domain`, or `None` if the list does not have such a suffix. The
    /// result can also be a rule such as `*.example.com`. The default implementation returns `None`.
    ///
    /// A policy calls this method for an entry that allows all subdomains of `domain`, but only if `domain` itself is
    /// not a public suffix. If the method returns a suffix, anyone can register an origin that the entry allows.
    ///
    /// ```
    /// # #[cfg(feature = "psl")] {
    /// use fetch_cors::server::{PublicSuffixList, PublicSuffixes};
    /// assert_eq!(PublicSuffixList.public_suffix_below("railway.app"), Some("up.railway.app"));
    /// # }
    /// ```
    fn public_suffix_below(&self, domain: &str) -> Option<&str> {
        let _ = domain;
        None
    }
}

/// An empty list. Only the default rule applies: the last label of every domain is a public suffix.
///
/// ```
/// use fetch_cors::{browser::Origin, infrastructure::site::{NoPublicSuffixes, is_same_site}};
/// let (app, cdn) = (Origin::parse("https://app.site.example")?, Origin::parse("https://cdn.site.example")?);
/// assert!(is_same_site(&app, &cdn, &NoPublicSuffixes));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct NoPublicSuffixes;

impl PublicSuffixes for NoPublicSuffixes {
    fn public_suffix<'domain>(&self, _: &'domain str) -> Option<&'domain str> {
        None
    }
}
