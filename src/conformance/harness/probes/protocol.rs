//! What is no page's fetch: no preflight, too much, too often.

use alloc::vec::Vec;

use super::builder::{Call, ProbeBuilder, UNLISTED_ORIGIN};
use super::probe::Probe;
use crate::conformance::{laws::Law, test_handler::HANDLER_HEADER};

const CACHES: &str =
    "name Origin in `Vary` on every response, whoever asks, unless all of them say the same";
const LONG_VALUES: &str =
    "stop at the first name that is not permitted, and repeat nothing of what is refused";
const VARY: &str = "add to `Vary` instead of setting it";
const OWN: &str = "set the header instead of adding to it: the handler may have said it already";
const ERRORS: &str = "put the headers on errors too, or no page can tell what went wrong";

impl ProbeBuilder<'_> {
    pub(crate) fn protocol(&mut self) {
        let plain = Law::PlainOptionsReachesHandler.advice().unwrap_or_default();
        let asks: (&str, &[u8]) = ("access-control-request-method", b"PUT");
        let origin = ("origin", UNLISTED_ORIGIN.as_bytes());
        let says: (&str, &[u8]) = (HANDLER_HEADER, b"vary: accept");
        self.single("plain-options", plain, "OPTIONS", &[says]);
        self.single("options-with-an-origin", plain, "OPTIONS", &[origin, says]);
        self.single("options-without-an-origin", plain, "OPTIONS", &[asks, says]);
        self.single("without-an-origin", CACHES, "GET", &[]);
        self.single("head-without-an-origin", CACHES, "HEAD", &[]);
        if let Some(page) = self.expectations.page(self.config.url()) {
            let call = Call {
                method: "HEAD",
                ..Call::from_page(&page)
            };
            self.call("head", CACHES, call);
            let request = self.config.error_url.as_ref();
            let request = request.and_then(|url| Call::from_page(&page).request(url));
            let probe =
                request.map(|request| Probe::fetch("error-response".into(), ERRORS, request));
            self.probes.extend(probe.flatten());
            self.handlers(&page);
        }
    }

    /// What a handler says that does what probes ask of it.
    fn handlers(&mut self, page: &str) {
        let own = ["access-control-allow-origin: ", page].concat();
        let origin = ("origin", page.as_bytes());
        let says_own = [origin, (HANDLER_HEADER, own.as_bytes())];
        self.single("handlers-allow-origin", OWN, "GET", &says_own);
        let says_vary: [(&str, &[u8]); 2] = [
            (HANDLER_HEADER, b"vary: accept"),
            (HANDLER_HEADER, b"vary: cookie"),
        ];
        self.single("handlers-vary", VARY, "GET", &says_vary);
        let [first, second] = says_vary;
        self.single(
            "handlers-vary-to-a-page",
            VARY,
            "GET",
            &[origin, first, second],
        );
    }

    /// What costs a careless server much, and would cost a browser little.
    pub(super) fn hostile(&mut self, page: &str) {
        let listed = self.expectations.spec.request_headers.iter();
        let name = listed.into_iter().find(|name| *name != "*");
        let name = name
            .map_or("x-a", |name| name.as_str())
            .to_ascii_lowercase()
            + ",";
        let long = |unit: &str| unit.repeat(self.config.longest_value / unit.len().max(1));
        let values = [
            ("long-request-headers-of-commas", long(",")),
            (
                "long-request-headers-of-strange-names",
                long("x-fetch-cors,"),
            ),
            ("long-request-headers-of-listed-names", long(&name)),
            ("long-request-headers-of-one-name", long("a")),
        ];
        for (name, value) in &values {
            let headers: [(&str, &[u8]); 3] = [
                ("origin", page.as_bytes()),
                ("access-control-request-method", b"GET"),
                ("access-control-request-headers", value.as_bytes()),
            ];
            self.single(*name, LONG_VALUES, "OPTIONS", &headers);
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
