//! What a policy says, as far as anybody's server is held to it.

use alloc::{string::String, vec::Vec};

use crate::{
    conformance::generate::policies::policy_spec::{HasPredicateError, PolicySpec},
    infrastructure::{origin::Origin, request::CredentialsMode},
    server::{AllowList, CorsPolicy},
};

/// By the policy's own words, and not through our server's side: that is one of those that are judged.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) spec: PolicySpec,
}

impl Terms {
    pub(crate) fn of(policy: &CorsPolicy) -> Result<Self, HasPredicateError> {
        let spec = PolicySpec::try_from(policy)?;
        Ok(Self { spec })
    }

    pub(crate) fn permits(
        &self,
        origin: &str,
        method: &str,
        unsafe_names: &[&str],
        credentials: bool,
    ) -> bool {
        let credentials_mode = match credentials {
            true => CredentialsMode::Include,
            false => CredentialsMode::Omit,
        };
        self.spec
            .permits(origin, method, unsafe_names, credentials_mode)
    }

    /// Whether a page of that origin may read what any page may ask for.
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

    /// One origin for each entry, as a page of it has.
    pub(crate) fn pages(&self) -> Vec<String> {
        match &self.spec.origins {
            AllowList::Any => Vec::from(["https://page.test".into(), "null".into()]),
            AllowList::Only(listed) => listed.iter().map(|entry| meant_by(entry)).collect(),
        }
    }

    /// An origin of a page that the policy allows, and that browsers send.
    pub(crate) fn page(&self, url: &::url::Url) -> Option<String> {
        self.pages().into_iter().find(|page| {
            page == "null"
                || Origin::parse(page.as_bytes())
                    .is_ok_and(|origin| !origin.is_same_origin_with(url))
        })
    }

    /// Whether somebody can have a page of that origin: it is in the list, or its host has a name that can be had.
    pub(super) fn can_be_had(&self, origin: &Origin) -> bool {
        let is_listed = |page: &String| page == origin.serialize();
        has_a_name(origin) || self.pages().iter().any(is_listed)
    }
}

/// An origin that an entry means.
pub(crate) fn meant_by(entry: &str) -> String {
    entry.replacen("*.", "www.", 1).replacen(":*", ":8080", 1)
}

/// No domain name is longer, or has an empty label, and so nobody has a page there.
pub(super) fn is_of_a_host(origin: &Origin) -> bool {
    match origin {
        Origin::Tuple(origin) => {
            let host = origin.host();
            let host = host.strip_suffix('.').unwrap_or(host);
            host.len() <= 253 && host.split('.').all(|label| !label.is_empty())
        }
        Origin::Opaque(_) => true,
    }
}

/// Whether the host is an address, or a name as registries and DNS give to hosts. Browsers ask for others
/// too, and a server that knows no such name keeps nobody out.
fn has_a_name(origin: &Origin) -> bool {
    let Origin::Tuple(origin) = origin else {
        return true;
    };
    let host = origin.host();
    let host = host.strip_suffix('.').unwrap_or(host);
    host.starts_with('[') || host.split('.').all(is_label_of_a_host)
}

fn is_label_of_a_host(label: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let has_hyphen_outside = label.starts_with('-') || label.ends_with('-');
    (1..=63).contains(&label.len()) && label.bytes().all(is_known) && !has_hyphen_outside
}
