//! Probes from unlisted origins with other ends than [`UNLISTED_ORIGIN`], or with very long hosts.

use alloc::{format, string::String, vec::Vec};

use super::{
    advice::{EXACT, OTHER_PORT},
    attacks::MAX_LABEL_LENGTH,
    builder::{Call, ProbeBuilder, UNLISTED_ORIGIN},
};

/// The maximum length of a host (RFC 1035 §2.3.4).
const MAX_HOST_LENGTH: usize = 253;

/// The origin with the last label of most sites.
pub(crate) const UNLISTED_COM: &str = "https://fetch-cors-unlisted.com";

/// Origins with the last labels of many sites, each with the name of its probe.
const USUAL_ENDS: [(&str, &str); 6] = [
    ("unlisted-com", UNLISTED_COM),
    ("unlisted-org", "https://fetch-cors-unlisted.org"),
    ("unlisted-de", "https://fetch-cors-unlisted.de"),
    ("unlisted-fr", "https://fetch-cors-unlisted.fr"),
    ("unlisted-dev", "https://fetch-cors-unlisted.dev"),
    ("unlisted-co-uk", "https://fetch-cors-unlisted.co.uk"),
];

/// Usual ports of development servers, each with the name of its probe and the scheme of such a server.
const USUAL_PORTS: [(&str, &str, u16); 8] = [
    ("unlisted-with-port-1234", "http", 1234),
    ("unlisted-with-port-3000", "http", 3000),
    ("unlisted-with-port-4200", "http", 4200),
    ("unlisted-with-port-5173", "http", 5173),
    ("unlisted-with-port-8080", "http", 8080),
    ("unlisted-with-port-8081", "http", 8081),
    ("unlisted-with-port-8443", "https", 8443),
    ("unlisted-with-port-9000", "http", 9000),
];

impl ProbeBuilder<'_> {
    /// Adds unlisted origins with other ends than [`UNLISTED_ORIGIN`]: with common last labels, with usual ports, and with the
    /// port of the server.
    pub(super) fn unlisted_ends(&mut self) {
        let url = self.config.url();
        let host = UNLISTED_ORIGIN.trim_start_matches("https://");
        let labels = USUAL_ENDS.into_iter();
        let labels = labels.map(|(name, origin)| (name, String::from(origin)));
        let mut ends: Vec<(&str, String)> = labels.collect();
        ends.push((
            "unlisted-with-port",
            format!("{UNLISTED_ORIGIN}:{OTHER_PORT}"),
        ));
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
