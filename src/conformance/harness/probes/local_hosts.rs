//! Origins with hosts that are not names on the internet: `localhost`, names and addresses of a private network, and public
//! IP addresses.

use super::{
    advice::EXACT,
    attacks::LOCALHOST_LOOK_ALIKE,
    builder::{Call, ProbeBuilder},
};
use crate::conformance::harness::report::cause::Cause;

/// Origins of the user's own machine, and of other computers of a private network. Some servers allow these origins for
/// tests.
const LOCAL: &[(&str, &str)] = &[
    ("localhost", "http://localhost"),
    ("localhost-port", "http://localhost:3000"),
    // The port of a development server if another one has the port 3000.
    ("localhost-port-3001", "http://localhost:3001"),
    // The default ports of common development servers: Angular, Vite and Vue.
    ("localhost-port-4200", "http://localhost:4200"),
    ("localhost-port-5173", "http://localhost:5173"),
    ("localhost-port-8080", "http://localhost:8080"),
    ("localhost-with-https", "https://localhost"),
    ("localhost-port-with-https", "https://localhost:3000"),
    ("localhost-prefix", LOCALHOST_LOOK_ALIKE),
    ("loopback-address", "http://127.0.0.1:3000"),
    ("loopback-address-port-5173", "http://127.0.0.1:5173"),
    ("loopback-address-port-8080", "http://127.0.0.1:8080"),
    ("loopback-address-of-version-six", "http://[::1]:3000"),
    ("private-address", "http://192.168.1.2"),
    ("private-address-port", "http://192.168.1.2:3000"),
    ("private-address-of-class-a", "http://10.0.0.2"),
    ("private-address-of-class-a-port", "http://10.0.0.2:3000"),
    ("private-address-of-class-b", "http://172.16.0.2"),
    ("private-address-of-class-b-port", "http://172.16.0.2:3000"),
    ("local-name", "http://fetch-cors.local"),
    ("local-name-port", "http://fetch-cors.local:3000"),
];

/// Origins whose host is an address on the internet. No server has these addresses (RFC 5737).
const ADDRESSES: &[(&str, &str)] = &[
    ("public-address", "http://198.51.100.77"),
    ("public-address-with-https", "https://198.51.100.77"),
];

const BEGINNING: &str = Cause::AllowsLocalhostPrefix.advice();

impl ProbeBuilder<'_> {
    /// Adds the origins of [`LOCAL`] and [`ADDRESSES`].
    pub(super) fn local_hosts(&mut self) {
        for (name, origin) in LOCAL {
            let advice = if *origin == LOCALHOST_LOOK_ALIKE {
                BEGINNING
            } else {
                EXACT
            };
            self.call(*name, advice, Call::from_page(origin));
        }
        for (name, origin) in ADDRESSES {
            let advice = Cause::AllowsAddresses.advice();
            self.call(*name, advice, Call::from_page(origin));
        }
    }
}
