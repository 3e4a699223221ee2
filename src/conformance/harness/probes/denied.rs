//! Probes from denied origins: with methods other than GET, with credentials, and at the error URL. Some servers choose
//! the CORS headers in the handler for one method, or in the handler for errors. Other modules have the probes with a
//! plain GET.

use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    attacks::EXACT,
    builder::{Call, ProbeBuilder, UNLISTED_ORIGIN, named},
    error_responses::without_preflight,
    probe::{CREDENTIALS, Probe},
};
use crate::{
    conformance::harness::expectations::{is_possible_origin, origin_for_entry},
    infrastructure::origin::{Origin, TupleOrigin},
};

/// Headers that browsers add to requests. If a request lacks these headers, some servers treat it as a request that is
/// not from a browser.
const BROWSER_HEADERS: [(&str, &[u8]); 5] = [
    ("user-agent", b"Mozilla/5.0"),
    ("referer", b"https://unlisted.test/"),
    ("sec-fetch-dest", b"empty"),
    ("sec-fetch-mode", b"cors"),
    ("sec-fetch-site", b"cross-site"),
];

impl ProbeBuilder<'_> {
    /// Adds requests from an unlisted origin, from an origin that imitates a listed origin, and from the origin `null`.
    /// The requests to the error URL have the method GET, and for the unlisted origin also other methods. The requests to
    /// the URL of the check have other methods, because other probes already send GET to this URL.
    pub(crate) fn denied_origins(&mut self) {
        let origins = [
            ("unlisted-origin", Some(UNLISTED_ORIGIN.to_owned())),
            ("look-alike-origin", self.look_alike()),
            ("null-origin", Some("null".to_owned())),
        ];
        let methods = self.methods_other_than_get();
        for (name, origin) in origins {
            let origin = origin.filter(|origin| !self.is_allowed(origin));
            let Some(origin) = origin else { continue };
            for method in &methods {
                let call = Call {
                    method,
                    ..Call::from_page(&origin)
                };
                self.denied(&named(&format!("{name}-"), method), call, self.config.url());
            }
            let call = Call::from_page(&origin);
            if let Some(url) = &self.config.error_url {
                self.denied(&format!("{name}-error"), call, url);
                if origin == UNLISTED_ORIGIN {
                    let calls = methods.iter().map(|method| Call { method, ..call });
                    let probes = calls.filter_map(|call| {
                        let request = without_preflight(&call, url)?;
                        let name = named("unlisted-origin-error-to-", call.method);
                        Probe::fetch(name, EXACT, request)
                    });
                    let probes: Vec<Probe> = probes.collect();
                    self.probes.extend(probes);
                }
            }
        }
    }

    /// Adds a request with [`BROWSER_HEADERS`] from an unlisted origin.
    pub(crate) fn browser_headers(&mut self) {
        if self.is_allowed(UNLISTED_ORIGIN) {
            return;
        }
        let request = Call::from_page(UNLISTED_ORIGIN).request(self.config.url());
        let probe = request.and_then(|request| {
            let name = "unlisted-origin-with-browser-headers".to_owned();
            Probe::with_headers(name, EXACT, request, &BROWSER_HEADERS)
        });
        self.probes.extend(probe);
    }

    /// Adds a request without credentials from a denied origin. For [`UNLISTED_ORIGIN`], also adds the request with
    /// each kind of credentials.
    fn denied(&mut self, name: &str, call: Call<'_>, url: &::url::Url) {
        let Some(request) = call.request(url) else {
            return;
        };
        let plain = Probe::fetch(name.to_string(), EXACT, request.clone());
        self.probes.extend(plain);
        if call.page != UNLISTED_ORIGIN {
            return;
        }
        for (suffix, header, value) in CREDENTIALS {
            let name = name.to_owned() + suffix;
            let credentials = (header, value);
            let probe = Probe::credentialed(name, EXACT, request.clone(), credentials);
            self.probes.extend(probe);
        }
    }

    pub(super) fn is_allowed(&self, origin: &str) -> bool {
        self.expectations.lets_read(origin, false) || self.expectations.lets_read(origin, true)
    }

    /// Returns a denied origin that begins with a listed origin. If possible, the denied origin also ends with the
    /// listed host: for example, `https://a.com.evila.com` for `https://a.com`. A server that compares only the
    /// beginning or the end of the origin allows the denied origin.
    pub(super) fn look_alike(&self) -> Option<String> {
        let entries = self.expectations.spec.origins.entries().iter();
        let mut web = entries.filter(|entry| entry.starts_with("http"));
        web.find_map(|entry| {
            let listed = origin_for_entry(entry);
            let origin = TupleOrigin::parse(listed.as_bytes()).ok()?;
            let (scheme, host) = (origin.scheme(), origin.host());
            let port = listed.get(format!("{scheme}://{host}").len()..)?;
            let ends = [format!("evil{host}"), "evil.test".to_owned()];
            let mut origins = ends
                .iter()
                .map(|end| format!("{scheme}://{host}.{end}{port}"));
            origins.find(|origin| {
                let parsed = Origin::parse(origin);
                parsed.is_ok_and(|parsed| is_possible_origin(&parsed)) && !self.is_allowed(origin)
            })
        })
    }
}
