//! Shared hosts: hosts where anyone can publish a page.

use super::builder::{Call, ProbeBuilder};
use crate::conformance::harness::report::cause::Cause;

/// The beginning of each origin in [`SHARED_HOSTS`] where the subdomain shows who published the page.
const SHARED_HOST_START: &str = "https://fetch-cors-unlisted.";

/// Origins on hosts where anyone can publish a page. Each row has the name of the probe.
const SHARED_HOSTS: &[(&str, &str)] = &[
    (
        "shared-host-vercel",
        "https://fetch-cors-unlisted.vercel.app",
    ),
    (
        "shared-host-netlify",
        "https://fetch-cors-unlisted.netlify.app",
    ),
    (
        "shared-host-github",
        "https://fetch-cors-unlisted.github.io",
    ),
    (
        "shared-host-gitlab",
        "https://fetch-cors-unlisted.gitlab.io",
    ),
    (
        "shared-host-cloudflare",
        "https://fetch-cors-unlisted.pages.dev",
    ),
    (
        "shared-host-firebase",
        "https://fetch-cors-unlisted.web.app",
    ),
    (
        "shared-host-heroku",
        "https://fetch-cors-unlisted.herokuapp.com",
    ),
    (
        "shared-host-ngrok",
        "https://fetch-cors-unlisted.ngrok-free.app",
    ),
    (
        "shared-host-azure",
        "https://fetch-cors-unlisted.azurewebsites.net",
    ),
    (
        "shared-host-s3",
        "https://fetch-cors-unlisted.s3.amazonaws.com",
    ),
    (
        "shared-host-cloudfront",
        "https://fetch-cors-unlisted.cloudfront.net",
    ),
    (
        "shared-host-render",
        "https://fetch-cors-unlisted.onrender.com",
    ),
    (
        "shared-host-workers",
        "https://fetch-cors-unlisted.workers.dev",
    ),
    ("shared-host-codepen", "https://codepen.io"),
    ("shared-host-jsfiddle", "https://jsfiddle.net"),
    ("shared-host-jshell", "https://fiddle.jshell.net"),
];

impl ProbeBuilder<'_> {
    /// Adds the origins of [`SHARED_HOSTS`] that the policy denies. A policy with the origin `*` denies every origin in
    /// requests with credentials.
    pub(super) fn shared_hosts(&mut self) {
        let advice = Cause::AllowsSharedHosts.advice();
        for (name, origin) in SHARED_HOSTS {
            if self.is_denied(origin) {
                self.call(*name, advice, Call::from_page(origin));
            }
        }
    }
}

/// Whether [`SHARED_HOSTS`] contains the origin: anyone can publish a page on the host of this origin.
pub(crate) fn is_on_shared_host(origin: &str) -> bool {
    SHARED_HOSTS.iter().any(|(_, shared)| *shared == origin)
}

/// Returns the domain under which anyone can publish a page, such as `github.io` for `https://a.github.io` and for the
/// entry `https://a-*.github.io`. Returns `None` if [`SHARED_HOSTS`] has no such domain.
pub(crate) fn shared_domain(origin: &str) -> Option<&'static str> {
    let mut domains = shared_domains();
    domains.find(|domain| {
        let before = origin.strip_suffix(domain);
        before.is_some_and(|before| before.ends_with('.'))
    })
}

/// Whether anyone can publish a page under the domain.
pub(crate) fn is_shared_domain(domain: &str) -> bool {
    shared_domains().any(|shared| shared == domain)
}

fn shared_domains() -> impl Iterator<Item = &'static str> {
    let origins = SHARED_HOSTS.iter().map(|(_, origin)| *origin);
    origins.filter_map(|origin| origin.strip_prefix(SHARED_HOST_START))
}
