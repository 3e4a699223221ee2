//! Probes from unlisted origins with other ends than [`UNLISTED_ORIGIN`], or with very long hosts.

use alloc::{format, string::String, vec::Vec};

use super::{
    advice::{EXACT, OTHER_PORT},
    attacks::MAX_LABEL_LENGTH,
    builder::{Call, ProbeBuilder, UNLISTED_ORIGIN},
};

/// The maximum length of a host (RFC 1035 §2.3.4).
const MAX_HOST_LENGTH: usize = 253;

/// Usual ports of development servers, each with the name of its probe and the scheme of such a server.
const USUAL_PORTS: [(&str, &str, u16); 4] = [
    ("unlisted-with-port-3000", "http", 3000),
    ("unlisted-with-port-5173", "http", 5173),
    ("unlisted-with-port-8080", "http", 8080),
    ("unlisted-with-port-8443", "https", 8443),
];

impl ProbeBuilder<'_> {
    /// Adds unlisted origins with other ends than [`UNLISTED_ORIGIN`]: with common last labels, with usual ports, and with the
    /// port of the server.
    pub(super) fn unlisted_ends(&mut self) {
        let url = self.config.url();
        let host = UNLISTED_ORIGIN.trim_start_matches("https://");
        let mut ends = Vec::from([
            (
                "unlisted-com",
                String::from("https://fetch-cors-unlisted.com"),
            ),
            (
                "unlisted-org",
                String::from("https://fetch-cors-unlisted.org"),
            ),
            (
                "unlisted-with-port",
                format!("{UNLISTED_ORIGIN}:{OTHER_PORT}"),
            ),
        ]);
        let usual = USUAL_PORTS.into_iter();
        ends.extend(usual.map(|(name, scheme, port)| (name, format!("{scheme}://{host}:{port}"))));
        if let Some(port) = url.port() {
            let origin = format!("{}://{host}:{port}", url.scheme());
            if ends.iter().all(|(_, other)| *other != origin) {
                ends.push(("unlisted-with-own-port", origin));
            }
        }
        for (name, origin) in ends {
            if self.is_denied(&origin) {
                self.call(name, EXACT, Call::from_page(&origin));
            }
        }
    }

    /// Adds unlisted origins with hosts of the maximum size: a host with many labels, and a host with long labels.
    pub(super) fn long_hosts(&mut self) {
        let host = UNLISTED_ORIGIN.trim_start_matches("https://");
        for (name, label) in [
            ("host-of-many-labels", String::from("a.")),
            ("host-of-long-labels", "a".repeat(MAX_LABEL_LENGTH) + "."),
        ] {
            let count = (MAX_HOST_LENGTH - host.len()) / label.len();
            let origin = format!("https://{}{host}", label.repeat(count));
            if self.is_denied(&origin) {
                self.call(name, EXACT, Call::from_page(&origin));
            }
        }
    }
}
