//! The public suffix list of the `psl` crate.

use crate::infrastructure::public_suffixes::PublicSuffixes;

/// The [public suffix list](https://publicsuffix.org) in the `psl` crate, with its ICANN and private sections.
///
/// ```
/// use fetch_cors::server::{PublicSuffixList, PublicSuffixes};
/// assert_eq!(PublicSuffixList.public_suffix("a.github.io"), Some("github.io"));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct PublicSuffixList;

impl PublicSuffixes for PublicSuffixList {
    fn public_suffix<'domain>(&self, domain: &'domain str) -> Option<&'domain str> {
        ::psl::suffix_str(domain)
    }
}
