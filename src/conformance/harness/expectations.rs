//! The expectations of the harness: what the server's policy permits.

use alloc::{string::String, vec::Vec};

use hashbrown::HashSet;

use super::extensions::{example_identifier, is_possible_host};
use crate::{
    conformance::generate::policies::policy_spec::{HasPredicateError, PolicySpec},
    infrastructure::{origin::Origin, port::is_bad_port, request::CredentialsMode},
    server::{AllowList, CorsPolicy},
};

/// The permissions of a policy, computed from the members of the policy. The computation does not use the server side
/// of this crate, because the harness also judges this server side.
#[derive(Debug, Clone)]
pub(crate) struct Expectations {
    pub(crate) spec: PolicySpec,
    /// The listed entries that are origins. A search in a set takes the same time for a short list and for a long list.
    exact: HashSet<String>,
    /// The policy without the entries in `exact`.
    of_patterns: PolicySpec,
    pages: Vec<String>,
}

impl Expectations {
    pub(crate) fn from_policy(policy: &CorsPolicy) -> Result<Self, HasPredicateError> {
        let spec = PolicySpec::try_from(policy)?;
        let mut of_patterns = spec.clone();
        let mut exact = HashSet::new();
        if let AllowList::Only(listed) = &mut of_patterns.origins {
            let (patterns, origins) = listed.drain(..).partition(|entry| entry.contains('*'));
            let origins: Vec<String> = origins;
            *listed = patterns;
            exact.extend(origins);
        }
        let pages = match &spec.origins {
            AllowList::Any => Vec::from(["https://page.test".into(), "null".into()]),
            AllowList::Only(listed) => listed.iter().map(|entry| origin_for_entry(entry)).collect(),
        };
        Ok(Self {
            spec,
            exact,
            of_patterns,
            pages,
        })
    }

    pub(crate) fn permits(
        &self,
        origin: &str,
        method: &str,
        unsafe_names: &[&str],
        credentials: bool,
    ) -> bool {
        let credentials_mode = if credentials {
            CredentialsMode::Include
        } else {
            CredentialsMode::Omit
        };
        let spec = if self.exact.contains(origin) {
            &self.spec
        } else {
            &self.of_patterns
        };
        spec.permits(origin, method, unsafe_names, credentials_mode)
    }

    /// Whether a page of the origin may read the response to a simple request. A page that may do this with credentials may
    /// do it without credentials too.
    pub(super) fn lets_read(&self, origin: &str, credentials: bool) -> bool {
        self.permits(origin, "GET", &[], credentials)
    }

    pub(super) fn permits_method(&self, method: &str) -> bool {
        self.spec.allows_method(method)
    }

    pub(super) fn permits_name(&self, name: &str) -> bool {
        self.spec.allows_name(name)
    }

    pub(super) fn permits_any_name(&self) -> bool {
        self.spec.request_headers.iter().any(|name| name == "*")
    }

    /// Returns an allowed origin for each entry of the policy's list. If the policy allows any origin, returns
    /// `https://page.test` and `null`.
    pub(crate) fn pages(&self) -> &[String] {
        &self.pages
    }

    /// Whether `origin` is one of the [`pages`](Self::pages).
    pub(super) fn is_page(&self, origin: &str) -> bool {
        self.exact.contains(origin) || self.pages.iter().any(|page| page == origin)
    }

    /// Returns an allowed origin from which a browser can send a cross-origin request to `url`. A web origin comes
    /// before the origin of an app, because more servers allow web origins.
    pub(crate) fn page(&self, url: &::url::Url) -> Option<String> {
        self.cross_origin_pages(url).into_iter().next()
    }

    /// Returns the allowed origins from which a browser can send a cross-origin request to `url`, web origins first.
    pub(super) fn cross_origin_pages(&self, url: &::url::Url) -> Vec<String> {
        let mut pages = self.pages.clone();
        pages.sort_by_key(|page| !page.starts_with("http:") && !page.starts_with("https:"));
        pages.retain(|page| {
            page == "null"
                || Origin::parse(page.as_bytes())
                    .is_ok_and(|origin| !origin.is_same_origin_with(url))
        });
        pages
    }

    /// Whether the policy lists the origin, or the origin is usual (see [`is_usual_origin`]). The harness does not expect
    /// that a server allows other origins, even if the policy allows them.
    pub(super) fn is_listed_or_usual(&self, origin: &Origin) -> bool {
        is_usual_origin(origin) || self.is_page(origin.serialize())
    }
}

/// Returns an origin that an entry matches.
pub(crate) fn origin_for_entry(entry: &str) -> String {
    let scheme = entry.strip_suffix("://*").unwrap_or_default();
    if let Some(identifier) = example_identifier(scheme) {
        return [scheme, "://", identifier].concat();
    }
    entry.replacen(":*", ":8080", 1).replacen('*', "www", 1)
}

/// Returns the parent domains of a host, the longest first, without the top-level domain. An IP address has no parent
/// domain.
pub(super) fn parent_domains(host: &str) -> Vec<&str> {
    let last = host.rsplit('.').next().unwrap_or_default();
    if !last.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Vec::new();
    }
    let dots = host.match_indices('.');
    let parents = dots.filter_map(|(at, _)| host.get(at + 1..));
    parents.filter(|parent| parent.contains('.')).collect()
}

/// Whether a page can have the origin: its domain name has at most 253 bytes and no empty label. The host of an app is
/// not a domain name, as in `app://.`.
pub(super) fn is_possible_origin(origin: &Origin) -> bool {
    match origin {
        Origin::Tuple(origin) if origin.has_opaque_host() => true,
        Origin::Tuple(origin) => {
            let host = origin.host();
            let host = host.strip_suffix('.').unwrap_or(host);
            host.len() <= 253 && host.split('.').all(|label| !label.is_empty())
        }
        Origin::Opaque(_) => true,
    }
}

/// Whether the origin is usual:
///
/// - The host is an IP address, or all its labels consist of letters, digits and inner hyphens. Browsers also accept
///   other hosts, such as `_a.example`. But few pages have such a host, so a server may deny these pages.
/// - Browsers do not block the port, and an extension has an identifier of its browser's form. No page has another
///   origin of this kind, so a server may deny it.
fn is_usual_origin(origin: &Origin) -> bool {
    let Origin::Tuple(origin) = origin else {
        return true;
    };
    let (scheme, host) = (origin.scheme(), origin.host());
    let port = origin.serialize().rsplit(':').next().unwrap_or_default();
    if port.parse().is_ok_and(is_bad_port) || !is_possible_host(scheme, host) {
        return false;
    }
    let host = host.strip_suffix('.').unwrap_or(host);
    host.starts_with('[') || host.split('.').all(is_label_of_a_host)
}

/// Whether the label of a host has 1 to 63 letters, digits and inner hyphens.
pub(super) fn is_label_of_a_host(label: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let has_hyphen_outside = label.starts_with('-') || label.ends_with('-');
    (1..=63).contains(&label.len()) && label.bytes().all(is_known) && !has_hyphen_outside
}
