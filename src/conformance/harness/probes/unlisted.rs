//! Probes from unlisted origins with other ends than [`UNLISTED_ORIGIN`], or with very long hosts.

use alloc::{format, string::String, vec::Vec};

use super::{
    advice::{EXACT, OTHER_PORT},
    attacks::MAX_LABEL_LENGTH,
    builder::{Call, ProbeBuilder, UNLISTED_ORIGIN},
};

/// The maximum length of a host (RFC 1035 §2.3.4).
const MAX_HOST_LENGTH: usize = 253;

impl ProbeBuilder<'_> {
    /// Adds unlisted origins with other ends than [`UNLISTED_ORIGIN`]: with common last labels, with a port, and with the port of
    /// the server.
    pub(super) fn unlisted_ends(&mut self) {
        let url = self.config.url();
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
        if let Some(port) = url.port() {
            let host = UNLISTED_ORIGIN.trim_start_matches("https://");
            let origin = format!("{}://{host}:{port}", url.scheme());
            ends.push(("unlisted-with-own-port", origin));
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
