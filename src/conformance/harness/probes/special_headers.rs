//! Requests with headers that a browser or a page adds without a preflight. Some servers choose the CORS headers by such a
//! header, or refuse requests by such a header.

use alloc::{borrow::ToOwned, collections::BTreeSet, format, string::String, vec::Vec};

use super::{
    advice::EXACT,
    builder::{Call, ProbeBuilder, UNLISTED_ORIGIN},
    denied::{LOOK_ALIKE, NULL, UNLISTED},
    probe::Probe,
};
use crate::{
    conformance::test_handler::HANDLER_HEADER,
    fetching::HttpRequest,
    infrastructure::{
        forbidden::is_forbidden_request_header, safelist::cors_unsafe_request_header_names,
    },
};

/// A request without a preflight, with headers by which some servers choose the CORS headers of the response.
struct Special {
    /// The end of the probe's name.
    name: &'static str,
    method: &'static str,
    headers: Headers<'static>,
}

/// Headers, each with its name and its value.
type Headers<'h> = &'h [(&'static str, &'h [u8])];

/// The header whose value is the URL of the page, or a part of this URL.
const REFERER: &str = "referer";

/// Requests with headers that a browser adds, or that a page can set without a preflight.
const SPECIAL: [Special; 14] = [
    // If a request lacks these headers, some servers treat it as a request that is not from a browser.
    Special {
        name: BROWSER,
        method: "GET",
        headers: &[
            ("user-agent", b"Mozilla/5.0"),
            (REFERER, b"https://unlisted.test/"),
            ("sec-fetch-dest", b"empty"),
            ("sec-fetch-mode", b"cors"),
            ("sec-fetch-site", CROSS_SITE),
            // A browser that saves data adds this header, which is not CORS-safelisted.
            ("save-data", b"on"),
        ],
    },
    Special {
        name: REVALIDATION,
        method: "GET",
        headers: &[("if-none-match", b"*")],
    },
    // Some servers have only `Last-Modified`, and so ignore `If-None-Match`.
    Special {
        name: REVALIDATION_BY_DATE,
        method: "GET",
        headers: &[("if-modified-since", b"Thu, 31 Dec 2037 23:59:59 GMT")],
    },
    // The headers of a page that the user loads again. A cache in front of the server then asks the server.
    Special {
        name: "-with-cache-control",
        method: "GET",
        headers: &[("cache-control", b"no-cache"), ("pragma", b"no-cache")],
    },
    // Some servers answer errors of browsers with a page in place of JSON.
    Special {
        name: "-with-html",
        method: "GET",
        headers: &[("accept", b"text/html")],
    },
    // The header of `EventSource`.
    Special {
        name: "-with-event-stream",
        method: "GET",
        headers: &[("accept", b"text/event-stream")],
    },
    Special {
        name: "-with-accept",
        method: "GET",
        headers: &[("accept", b"application/json")],
    },
    // `Content-Language` is in two requests, each with another header, so that the responses show which header is the reason.
    Special {
        name: "-with-accept-language",
        method: "GET",
        headers: &[("accept-language", b"en"), ("content-language", b"en")],
    },
    Special {
        name: "-with-range",
        method: "GET",
        headers: &[("range", b"bytes=0-")],
    },
    // The headers of an image. `Content-Language` is CORS-safelisted too.
    Special {
        name: "-with-image",
        method: "GET",
        headers: &[
            ("accept", b"image/avif,image/webp,image/*,*/*;q=0.8"),
            ("content-language", b"en"),
        ],
    },
    // `Content-Type` is CORS-safelisted with every method, also without a body.
    Special {
        name: "-with-content-type",
        method: "GET",
        headers: &[("content-type", b"text/plain;charset=utf-8")],
    },
    Special {
        name: "-with-text",
        method: "POST",
        headers: &[("content-type", b"text/plain")],
    },
    Special {
        name: "-with-form",
        method: "POST",
        headers: &[("content-type", b"application/x-www-form-urlencoded")],
    },
    Special {
        name: "-with-multipart-form",
        method: "POST",
        headers: &[("content-type", b"multipart/form-data;boundary=fetch-cors")],
    },
];

/// The end of the name of a probe with the headers that browsers add to each request.
const BROWSER: &str = "-with-browser-headers";
/// The ends of the names of probes that ask whether a cached response is still valid. A browser adds `If-None-Match` or
/// `If-Modified-Since` to such a request without a preflight. A response with the status 304 replaces the headers of the
/// cached response, so a page can read the cached response if the 304 response allows this.
const REVALIDATION: &str = "-with-if-none-match";
const REVALIDATION_BY_DATE: &str = "-with-if-modified-since";

/// The values of `Sec-Fetch-Site` for a page of another site, and for a page of another subdomain of the same site.
const CROSS_SITE: &[u8] = b"cross-site";
const SAME_SITE: &[u8] = b"same-site";

/// The headers of GET requests of an allowed page. A page can set each of them without a preflight, except for `Cache-Control`,
/// which a browser adds. A request has only one `Accept`.
const HTML_AND_RANGE: [(&str, &[u8]); 2] = [("accept", b"text/html"), ("range", b"bytes=0-")];
const EVENT_STREAM_AND_TEXT: [(&str, &[u8]); 3] = [
    ("accept", b"text/event-stream"),
    ("content-type", b"text/plain;charset=utf-8"),
    ("cache-control", b"no-cache"),
];
const JSON_AND_LANGUAGE: [(&str, &[u8]); 2] =
    [("accept", b"application/json"), ("content-language", b"en")];

const ALLOWED: &str = "choose the CORS headers only by `Origin`: every browser adds these headers to the requests of an allowed page";

/// Returns the names of the headers of [`SPECIAL`] in the request, in lower case.
pub(crate) fn special_header_names(request: &HttpRequest) -> impl Iterator<Item = &'static str> {
    let headers = SPECIAL.iter().flat_map(|special| special.headers);
    let sent = headers.filter(|header| has_special_header(request, header));
    sent.map(|(name, _)| *name)
}

/// Whether a header with this name in lower case is in [`SPECIAL`].
pub(crate) fn is_special_name(name: &str) -> bool {
    let mut headers = SPECIAL.iter().flat_map(|special| special.headers);
    headers.any(|header| header.0 == name)
}

/// Returns the special headers of the request: the names of the headers of [`SPECIAL`]. For a header with usual values, returns
/// the end of the name of the probe in place of the name of the header.
pub(crate) fn special_kinds(request: &HttpRequest) -> BTreeSet<&'static str> {
    let headers = SPECIAL.iter().flat_map(|special| {
        let headers = special.headers.iter();
        headers.map(|header| (special.name, header))
    });
    let sent = headers.filter(|(_, header)| has_special_header(request, header));
    sent.map(|(kind, (name, _))| if has_usual_values(name) { kind } else { *name })
        .collect()
}

/// Returns the names of the headers of the request that need a preflight, in lower case.
pub(crate) fn unsafe_header_names(request: &HttpRequest) -> Vec<String> {
    if request
        .header_list
        .contains("access-control-request-method")
    {
        return Vec::new();
    }
    let names = cors_unsafe_request_header_names(&request.header_list).into_iter();
    let names = names.map(|name| name.as_str().to_ascii_lowercase());
    let is_sent_by_pages = |name: &String| {
        let mut special = SPECIAL.iter().flat_map(|special| special.headers);
        !is_forbidden_request_header(name.as_bytes(), b"")
            // Only some values of `Accept` and `Content-Type` are special.
            && !special.any(|header| header.0 == name && has_special_header(request, header))
            && !["authorization", "vary", HANDLER_HEADER].contains(&name.as_str())
    };
    names.filter(is_sent_by_pages).collect()
}

/// Whether the request has the header. Many requests have another `Accept` or another `Content-Type`, so the value of these
/// headers counts too.
fn has_special_header(request: &HttpRequest, (name, value): &(&str, &[u8])) -> bool {
    if has_usual_values(name) {
        let sent = request.header_list.get(name);
        return sent.is_some_and(|sent| *sent == **value);
    }
    request.header_list.contains(name)
}

fn has_usual_values(name: &str) -> bool {
    matches!(name, "accept" | "content-type")
}

/// Returns the headers that tell a server about the page and the purpose of a request. `site` is the value of
/// `Sec-Fetch-Site`.
const fn fetch_metadata(site: &[u8]) -> [(&'static str, &[u8]); 3] {
    [
        ("sec-fetch-dest", b"empty"),
        ("sec-fetch-mode", b"cors"),
        ("sec-fetch-site", site),
    ]
}

impl ProbeBuilder<'_> {
    /// Adds the requests of [`SPECIAL`] from an unlisted origin, and other requests with the headers of browsers. The origin `null`
    /// and an origin that imitates a listed origin have only the requests that every browser can send without a script.
    pub(crate) fn requests_with_special_headers(&mut self) {
        let look_alike = self.first_look_alike();
        let look_alike = look_alike
            .iter()
            .map(|origin| (LOOK_ALIKE, origin.as_str()));
        let origins = [(UNLISTED, UNLISTED_ORIGIN), (NULL, "null")].into_iter();
        let origins: Vec<(&str, &str)> = origins.chain(look_alike).collect();
        for (kind, origin) in origins {
            if !self.is_denied(origin) {
                continue;
            }
            for special in SPECIAL {
                let is_of_every_origin =
                    [BROWSER, REVALIDATION, REVALIDATION_BY_DATE].contains(&special.name);
                if origin != UNLISTED_ORIGIN && !is_of_every_origin {
                    continue;
                }
                let call = Call {
                    method: special.method,
                    ..Call::from_page(origin)
                };
                let request = call.request(self.config.url());
                let probe = request.and_then(|request| {
                    let name = kind.to_owned() + special.name;
                    Probe::with_headers(name, EXACT, request, special.headers)
                });
                self.probes.extend(probe);
            }
        }
        if let Some(page) = self.expectations.page(self.config.url()) {
            self.browser_headers_of_allowed_page(&page);
            self.referer_with_allowed_page(&page);
        }
        self.metadata_of_sibling();
        self.header_of_unlisted_origin();
    }

    /// Adds fetches of an allowed page with the headers of browsers and with CORS-safelisted headers: GET requests, each with other
    /// headers, and a request with a preflight. Browsers add these headers to preflights too. The unlisted origin sends most of
    /// these headers in requests of their own, so its responses show which header is the reason for a failure.
    fn browser_headers_of_allowed_page(&mut self, page: &str) {
        let url_of_page = format!("{page}/");
        let referer: [(&str, &[u8]); 1] = [(REFERER, url_of_page.as_bytes())];
        let client: [(&str, &[u8]); 2] = [
            ("user-agent", b"Mozilla/5.0"),
            ("accept-language", b"en-US,en;q=0.9"),
        ];
        let metadata = fetch_metadata(CROSS_SITE);
        let spec = &self.expectations.spec;
        let method = spec.methods.entries().first().cloned();
        let name = self.first_listed_name();
        let names: Vec<&str> = name.iter().map(String::as_str).collect();
        let with_preflight = Call {
            method: method.as_deref().unwrap_or("GET"),
            names: &names,
            upload: method.is_none() && names.is_empty(),
            ..Call::from_page(page)
        };
        let plain = Call::from_page(page);
        let calls: [(&str, Call<'_>, Headers<'_>); 7] = [
            ("listed-origin-with-referer", plain, &referer),
            ("listed-origin-with-user-agent", plain, &client),
            ("listed-origin-with-sec-fetch", plain, &metadata),
            ("listed-origin-with-html", plain, &HTML_AND_RANGE),
            (
                "listed-origin-with-event-stream",
                plain,
                &EVENT_STREAM_AND_TEXT,
            ),
            ("listed-origin-with-accept", plain, &JSON_AND_LANGUAGE),
            ("preflight-with-sec-fetch", with_preflight, &metadata),
        ];
        for (name, call, headers) in calls {
            let request = call.request(self.config.url());
            let probe = request.and_then(|request| {
                Probe::with_headers_on_each(String::from(name), ALLOWED, request, headers)
            });
            self.probes.extend(probe);
        }
    }

    /// Adds a request of an unlisted page whose URL contains an allowed origin. With `Referrer-Policy: unsafe-url`, a page
    /// sends its whole URL in `Referer`.
    fn referer_with_allowed_page(&mut self, page: &str) {
        if !self.is_denied(UNLISTED_ORIGIN) {
            return;
        }
        let referer = format!("{UNLISTED_ORIGIN}/?{page}/");
        let request = Call::from_page(UNLISTED_ORIGIN).request(self.config.url());
        let probe = request.and_then(|request| {
            let name = UNLISTED.to_owned() + "-with-listed-referer";
            let headers = [(REFERER, referer.as_bytes())];
            Probe::with_headers(name, EXACT, request, &headers)
        });
        self.probes.extend(probe);
    }

    /// Adds a fetch of an unlisted page with a header that needs a preflight.
    fn header_of_unlisted_origin(&mut self) {
        if !self.is_denied(UNLISTED_ORIGIN) {
            return;
        }
        let name = self.first_listed_name();
        let call = Call {
            names: &[name.as_deref().unwrap_or("content-type")],
            ..Call::from_page(UNLISTED_ORIGIN)
        };
        self.call(UNLISTED.to_owned() + "-with-a-header", EXACT, call);
    }

    /// Returns the first request header that the policy lists by name and that a page can set, in lower case.
    fn first_listed_name(&self) -> Option<String> {
        let mut listed = self.expectations.spec.request_headers.iter();
        let name = listed
            .find(|name| *name != "*" && !is_forbidden_request_header(name.as_bytes(), b""))?;
        Some(name.to_ascii_lowercase())
    }

    /// Adds a request of another subdomain of the server's site, with the headers `Sec-Fetch-…` of browsers. A server can allow
    /// every page of its own site by `Sec-Fetch-Site: same-site`.
    fn metadata_of_sibling(&mut self) {
        let Some(origin) = self.own_sibling().filter(|origin| self.is_denied(origin)) else {
            return;
        };
        let request = Call::from_page(&origin).request(self.config.url());
        let probe = request.and_then(|request| {
            let name = String::from("own-sibling-with-sec-fetch");
            Probe::with_headers(name, EXACT, request, &fetch_metadata(SAME_SITE))
        });
        self.probes.extend(probe);
    }
}
