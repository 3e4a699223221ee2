//! The public suffix list of the `psl` crate.

use self::suffixes_below::SUFFIXES_BELOW;
use crate::infrastructure::public_suffixes::PublicSuffixes;

mod suffixes_below;

/// The [public suffix list](https://publicsuffix.org) in the `psl` crate, with its ICANN and private sections.
///
/// - [`public_suffix`](PublicSuffixes::public_suffix) uses the version of `psl` that your build has. To update the list,
///   update `psl` with `cargo`.
/// - [`public_suffix_below`](PublicSuffixes::public_suffix_below) uses a table. Each release of this crate generates the
///   table from one version of `psl`. If a later version of `psl` adds a suffix below a name, the table does not have
///   the suffix.
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

    fn public_suffix_below(&self, domain: &str) -> Option<&str> {
        let is_below = |suffix: &&&str| {
            let labels = suffix.strip_suffix(domain);
            labels.is_some_and(|labels| labels.ends_with('.'))
        };
        SUFFIXES_BELOW.iter().find(is_below).copied()
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn table_agrees_with_the_list() {
        let is_public_suffix =
            |domain: &str| PublicSuffixList.public_suffix(domain) == Some(domain);
        for suffix in SUFFIXES_BELOW {
            let subdomain = suffix.replacen('*', "x--x", 1);
            assert!(is_public_suffix(&subdomain), "{suffix}");
            let (_, name) = suffix.split_once('.').unwrap_or_default();
            assert!(name.contains('.'), "{suffix}");
        }
        let reversed = |suffix: &&str| {
            let labels = suffix.split('.').rev().map(ToString::to_string);
            labels.collect::<alloc::vec::Vec<_>>()
        };
        assert!(SUFFIXES_BELOW.iter().is_sorted_by_key(reversed));
    }

    #[test]
    fn suffix_below_a_name_is_found() {
        let below = |name| PublicSuffixList.public_suffix_below(name);
        assert!(below("amazonaws.com").is_some_and(|suffix| suffix.ends_with(".amazonaws.com")));
        for name in ["xn--mre-og-romsdal-qqb.no", "xn--stfold-9xa.no"] {
            assert!(below(name).is_some(), "{name}");
        }
        assert_eq!(below("zonaws.com"), None);
        assert_eq!(below("example.com"), None);
    }
}
