//! Probes that are not ordinary fetches by a page: plain OPTIONS requests, requests without `Origin`, hostile requests,
//! and requests to the test handler.

use alloc::{string::String, vec::Vec};

use super::builder::{Call, ProbeBuilder, UNLISTED_ORIGIN, numbered};
use super::probe::{LENGTHS, PRIVATE_NETWORK_HEADER};
use crate::conformance::{
    harness::report::cause::Cause, laws::law_advice, test_handler::HANDLER_HEADER,
};

const CACHES: &str = Cause::LacksVary.advice();
const LONG_VALUES: &str = Cause::ReflectsLongHeaders.advice();
const NAMES: &str = "access-control-request-headers";
const OWN_ORIGIN: &str = "answer requests from the server's own origin: they are not cross-origin, so the policy does not apply to them";
const VARY: &str = "add to `Vary` instead of setting it";
const OWN: &str =
    "set the header instead of adding a value to it, because the handler may set it too";

/// The number of times that the probes send each long preflight.
const TIMED_ROUNDS: usize = 3;

impl ProbeBuilder<'_> {
    /// Adds OPTIONS requests that are not preflights, requests without `Origin`, requests from the server's own origin,
    /// HEAD requests, requests to the test handler, and requests of allowed origins to the error URL.
    pub(crate) fn protocol(&mut self) {
        let plain = law_advice::plain_options_reaches_handler();
        let requested_method: (&str, &[u8]) = ("access-control-request-method", b"PUT");
        let origin = ("origin", UNLISTED_ORIGIN.as_bytes());
        let chosen: (&str, &[u8]) = (HANDLER_HEADER, b"vary: accept");
        self.single("plain-options", plain, "OPTIONS", &[chosen]);
        self.single(
            "options-with-an-origin",
            plain,
            "OPTIONS",
            &[origin, chosen],
        );
        self.single(
            "options-without-an-origin",
            plain,
            "OPTIONS",
            &[requested_method, chosen],
        );
        if let Some(page) = self.expectations.page(self.config.url()) {
            let listed = ("origin", page.as_bytes());
            let name = "options-with-a-listed-origin";
            self.single(name, plain, "OPTIONS", &[listed, chosen]);
            let requested: (&str, &[u8]) = ("access-control-request-headers", b"x-fetch-cors");
            let name = "options-without-a-requested-method";
            self.single(name, plain, "OPTIONS", &[listed, requested, chosen]);
            self.metadata(&page);
        }
        self.own_origin();
        self.single("without-an-origin", CACHES, "GET", &[]);
        self.single("head-without-an-origin", CACHES, "HEAD", &[]);
        // Some servers use `Referer` in place of a missing `Origin`.
        let referer: (&str, &[u8]) = ("referer", b"https://unlisted.test/");
        let name = "without-an-origin-with-referer";
        self.single(name, CACHES, "GET", &[referer]);
        if let Some(page) = self.expectations.page(self.config.url()) {
            let call = Call {
                method: "HEAD",
                ..Call::from_page(&page)
            };
            self.call("head", CACHES, call);
            self.error_responses(&page);
            self.handlers(&page);
        }
    }

    /// Adds requests from the server's own origin. Browsers send `Origin` with these requests, because the method is
    /// neither GET nor HEAD. Also adds the same requests without `Origin`, which show whether the server answers the
    /// method.
    fn own_origin(&mut self) {
        let own = self.config.url().origin().ascii_serialization();
        for method in ["POST", "PUT", "DELETE"] {
            let lower = method.to_ascii_lowercase();
            let name = ["own-origin-", &lower].concat();
            self.single(name, OWN_ORIGIN, method, &[("origin", own.as_bytes())]);
            let name = [&lower, "-without-an-origin"].concat();
            self.single(name, OWN_ORIGIN, method, &[]);
        }
    }

    /// Adds requests with `Vary`, which is usually a response header. The policy does not depend on this header. For each
    /// request with `Vary`, another probe has the same request without `Vary`.
    ///
    /// Also adds preflights with `Access-Control-Request-Private-Network`. No policy permits access to a private network,
    /// so a server may refuse these preflights.
    fn metadata(&mut self, page: &str) {
        let origin: (&str, &[u8]) = ("origin", page.as_bytes());
        let unlisted: (&str, &[u8]) = ("origin", UNLISTED_ORIGIN.as_bytes());
        let method: (&str, &[u8]) = ("access-control-request-method", b"GET");
        let vary: (&str, &[u8]) = ("vary", b"x-fetch-cors");
        let network: (&str, &[u8]) = (PRIVATE_NETWORK_HEADER, b"true");
        let copies = law_advice::request_vary_is_not_copied();
        let grants = law_advice::private_network_is_not_granted();
        self.single("request-vary", copies, "GET", &[origin, vary]);
        let name = "request-vary-of-a-preflight";
        self.single(name, copies, "OPTIONS", &[origin, method, vary]);
        let name = "preflight-without-request-vary";
        self.single(name, copies, "OPTIONS", &[origin, method]);
        for (name, origin) in [
            ("private-network", origin),
            ("private-network-from-unlisted-origin", unlisted),
        ] {
            self.single(name, grants, "OPTIONS", &[origin, method, network]);
        }
    }

    /// Adds requests that ask the test handler to send certain headers.
    fn handlers(&mut self, page: &str) {
        let own = ["access-control-allow-origin: ", page].concat();
        let origin = ("origin", page.as_bytes());
        let with_own_origin = [origin, (HANDLER_HEADER, own.as_bytes())];
        self.single("handlers-allow-origin", OWN, "GET", &with_own_origin);
        let with_vary: [(&str, &[u8]); 2] = [
            (HANDLER_HEADER, b"vary: accept"),
            (HANDLER_HEADER, b"vary: cookie"),
        ];
        self.single("handlers-vary", VARY, "GET", &with_vary);
        let [first, second] = with_vary;
        self.single(
            "handlers-vary-to-a-page",
            VARY,
            "GET",
            &[origin, first, second],
        );
    }

    /// Adds requests that are cheap for a client, but can be expensive for a server.
    pub(super) fn hostile(&mut self, page: &str) {
        let listed = self.expectations.spec.request_headers.iter();
        let name = listed.into_iter().find(|name| *name != "*");
        let name = name
            .map_or("x-a", |name| name.as_str())
            .to_ascii_lowercase()
            + ",";
        let long = |unit: &str| unit.repeat(self.config.longest_value / unit.len().max(1));
        let origin = String::from("https://") + &long("a.");
        let mut values = Vec::from([
            ("long-request-headers-of-commas", NAMES, long(",")),
            (
                "long-request-headers-of-unlisted-names",
                NAMES,
                long("x-fetch-cors,"),
            ),
            ("long-request-headers-of-listed-names", NAMES, long(&name)),
            ("long-request-headers-of-one-name", NAMES, long("a")),
            (
                "long-requested-method",
                "access-control-request-method",
                long("A"),
            ),
        ]);
        if !self.is_allowed(&origin) {
            values.push(("long-origin", "origin", origin));
        }
        // Three lengths show whether the time grows faster than the length. On a busy machine, a measured time is often
        // too long. So there are several rounds that measure each length once, and the shortest time counts.
        for round in 0..TIMED_ROUNDS {
            for (name, header, value) in &values {
                for (suffix, divisor) in LENGTHS {
                    let value = beginning(value, divisor);
                    let mut headers: Vec<(&str, &[u8])> = Vec::from([
                        ("origin", page.as_bytes()),
                        ("access-control-request-method", &b"GET"[..]),
                    ]);
                    headers.retain(|(usual, _)| usual != header);
                    headers.push((header, value.as_bytes()));
                    let name = numbered(&[name, suffix].concat(), round);
                    self.single(name, LONG_VALUES, "OPTIONS", &headers);
                }
            }
        }
        let upper: Vec<u8> = name.trim_end_matches(',').to_ascii_uppercase().into_bytes();
        let headers: [(&str, &[u8]); 3] = [
            ("origin", page.as_bytes()),
            ("access-control-request-method", b"GET"),
            ("access-control-request-headers", &upper),
        ];
        self.single(
            "request-headers-in-upper-case",
            LONG_VALUES,
            "OPTIONS",
            &headers,
        );
    }
}

/// Returns the first part of a long value. If the value has commas, the text after the last comma is removed, because
/// this text can be a part of a name. A dot at the end is removed too, because only unusual hosts end with a dot.
fn beginning(value: &str, divisor: usize) -> &str {
    let start = value.get(..value.len() / divisor).unwrap_or(value);
    let end = start.rfind(',');
    let start = end.and_then(|end| start.get(..=end)).unwrap_or(start);
    start.trim_end_matches('.')
}
