//! Probes from origins that are similar to the server's own origin, or that belong to its neighbors.

use alloc::{format, string::String, vec::Vec};

use super::{
    advice::{EXACT, OTHER_PORT},
    builder::{Call, ProbeBuilder},
};
use crate::conformance::harness::expectations::parent_domains;

impl ProbeBuilder<'_> {
    /// Adds the server's own origin with another port, and with another scheme. Also adds the neighbors of the server's
    /// own host: a subdomain, the parent domain, and another subdomain of the parent domain. Other hosts begin or end with the
    /// own host or end with its parent domain, because some servers compare only a part of `Origin` with the `Host` of the
    /// request.
    pub(super) fn own_host(&mut self) {
        let url = self.config.url();
        let Some(host) = url.host_str() else {
            return;
        };
        let scheme = url.scheme();
        let other_scheme = if scheme == "https" { "http" } else { "https" };
        let port = url
            .port()
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        let other_port = if url.port() == Some(OTHER_PORT) {
            OTHER_PORT + 1
        } else {
            OTHER_PORT
        };
        let mut origins = Vec::from([
            (
                "own-host-other-port",
                format!("{scheme}://{host}:{other_port}"),
            ),
            (
                "own-host-other-scheme",
                format!("{other_scheme}://{host}{port}"),
            ),
        ]);
        if let Some(parent) = parent_domains(host).first() {
            origins.extend([
                ("own-parent", format!("{scheme}://{parent}{port}")),
                (
                    "own-parent-suffix",
                    format!("{scheme}://evil{parent}{port}"),
                ),
            ]);
        }
        origins.extend(self.own_sibling().map(|origin| ("own-sibling", origin)));
        if url.domain().is_some_and(|domain| domain.contains('.')) {
            let origin = format!("{scheme}://fetch-cors-subdomain.{host}{port}");
            origins.push(("own-subdomain", origin));
        }
        let own = format!("{scheme}://{host}{port}");
        let entries = self.expectations.spec.origins.entries();
        // If the policy lists the own origin, other probes imitate it.
        if !entries.contains(&own) {
            if !host.starts_with('[') {
                let origin = format!("{scheme}://{host}.evil.test{port}");
                origins.push(("own-prefix", origin));
            }
            if url.domain().is_some() {
                let origin = format!("{scheme}://evil{host}{port}");
                origins.push(("own-suffix", origin));
            }
        }
        for (name, origin) in origins {
            if self.is_denied(&origin) {
                self.call(name, EXACT, Call::from_page(&origin));
            }
        }
    }

    /// Returns the origin of another subdomain of the server's parent domain. Returns `None` if the own host has no parent
    /// domain.
    pub(super) fn own_sibling(&self) -> Option<String> {
        let url = self.config.url();
        let parents = parent_domains(url.host_str()?);
        let parent = parents.first()?;
        let port = url.port().map(|port| format!(":{port}"));
        let (scheme, port) = (url.scheme(), port.unwrap_or_default());
        Some(format!("{scheme}://fetch-cors-sibling.{parent}{port}"))
    }
}
