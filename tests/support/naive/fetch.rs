//! Main fetch, HTTP fetch, redirects, and the sent request.

use url::Url;

use super::cache::Key;
use super::check;
use super::headers::{self, HeaderList, borrow, delete, lines, lower};
use super::safelist::{is_safelisted_method, unsafe_names};
use super::tables::{BAD_PORTS, BODY_NAMES, NON_WILDCARD_NAMES, REDIRECT_STATUSES};
use super::world::{Response, World};
use super::{Credentials, Failed, Mode, Redirect, Sent, fail, preflight, uri};

#[derive(Debug, Clone, PartialEq)]
pub enum Tainting {
    Basic,
    Cors,
    Opaque,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub origin: String,
    pub method: String,
    /// The URL list: each redirect adds a URL, and the last URL is the current URL.
    pub urls: Vec<Url>,
    pub headers: HeaderList,
    /// The names that the script set, in lower case.
    pub author_names: Vec<String>,
    /// The referrer policy. Empty if the policy of the page applies.
    pub referrer_policy: String,
    pub mode: Mode,
    pub credentials: Credentials,
    pub redirect: Redirect,
    pub redirect_count: u32,
    pub use_cors_preflight: bool,
    pub tainting: Tainting,
    /// Whether a response without a suitable Timing-Allow-Origin was received.
    pub timing_denied: bool,
}

impl Request {
    pub fn current_url(&self) -> &Url {
        self.urls.last().expect("a request has a URL")
    }

    pub fn includes_credentials(&self) -> bool {
        self.credentials == Credentials::Include
    }

    /// Whether the page has the origin of `url`. An opaque origin never matches.
    fn is_same_origin(&self, url: &Url) -> bool {
        uri::is_http(url) && self.origin == uri::origin_of(url)
    }

    /// Returns the origin that is sent: `null` after a cross-origin URL has redirected to another origin.
    pub fn serialized_origin(&self) -> String {
        for pair in self.urls.windows(2) {
            if uri::origin_of(&pair[0]) != uri::origin_of(&pair[1])
                && !self.is_same_origin(&pair[0])
            {
                return "null".to_string();
            }
        }
        self.origin.clone()
    }

    pub fn cache_key(&self) -> Key {
        let partition = match Url::parse(&self.origin) {
            Ok(page) => format!("{}://{}", page.scheme(), uri::site_host(&page)),
            Err(_) => "opaque".to_string(),
        };
        Key {
            partition,
            origin: self.serialized_origin(),
            url: self.current_url().to_string(),
        }
    }

    pub fn check_cors(&self, response: &Response, preflight: bool) -> Result<(), Failed> {
        let acao = lines(&response.headers, "access-control-allow-origin");
        let acac = lines(&response.headers, "access-control-allow-credentials");
        let origin = self.serialized_origin();
        check::cors_check(
            &origin,
            self.includes_credentials(),
            &borrow(&acao),
            &borrow(&acac),
        )
        .map_err(|code| check::cors_failure(code, preflight))
    }
}

pub fn main_fetch(world: &mut World, request: &mut Request) -> Result<Response, Failed> {
    let url = request.current_url().clone();
    if uri::is_http(&url) && url.port().is_some_and(|port| BAD_PORTS.contains(&port)) {
        return fail("bad-port", "main-fetch/7");
    }
    if request.origin.starts_with("https:") && !uri::is_trustworthy(&url) {
        return fail("blocked-as-mixed-content", "main-fetch/7");
    }
    let own_blob = url.scheme() == "blob" && request.origin == uri::origin_of(&url);
    if request.tainting == Tainting::Basic && (request.is_same_origin(&url) || own_blob)
        || url.scheme() == "data"
    {
        assert!(uri::is_http(&url), "{url}: a case has no such URL");
        return http_fetch(world, request, false);
    }
    if request.mode == Mode::SameOrigin {
        return fail("disallowed-by-mode", "main-fetch/12");
    }
    if request.mode == Mode::NoCors {
        if request.redirect != Redirect::Follow {
            return fail("no-cors-redirect-mode-not-follow", "main-fetch/12");
        }
        request.tainting = Tainting::Opaque;
        assert!(uri::is_http(&url), "{url}: a case has no such URL");
        return http_fetch(world, request, false);
    }
    if !uri::is_http(&url) {
        return fail("cors-disabled-scheme", "main-fetch/12");
    }
    request.tainting = Tainting::Cors;
    let with_preflight = request.use_cors_preflight
        || !is_safelisted_method(&request.method)
        || !unsafe_names(&request.headers).is_empty();
    let response = http_fetch(world, request, with_preflight);
    if with_preflight && response.is_err() {
        // A redirect changes the URL of the request, and so the key. The key is therefore computed after the fetch.
        world.cache.clear(&request.cache_key());
    }
    response
}

fn http_fetch(
    world: &mut World,
    request: &mut Request,
    with_preflight: bool,
) -> Result<Response, Failed> {
    if with_preflight {
        let reasons = preflight::reasons(world, request);
        if !reasons.is_empty() {
            preflight::fetch(world, request, reasons)?;
        }
    }
    let url = request.current_url().clone();
    let mut response = world.exchange(&url, &outgoing(request))?;
    if request.tainting == Tainting::Cors {
        request.check_cors(&response, false)?;
    }
    let timing = lines(&response.headers, "timing-allow-origin");
    if !check::tao_check(
        &request.serialized_origin(),
        request.tainting == Tainting::Basic,
        &borrow(&timing),
    ) {
        request.timing_denied = true;
    }
    if request.tainting == Tainting::Opaque {
        let policy = lines(&response.headers, "cross-origin-resource-policy");
        if !check::resource_policy_allows(&request.origin, &url, &borrow(&policy)) {
            return fail("blocked-by-cross-origin-resource-policy", "http-fetch/5");
        }
    }
    if !REDIRECT_STATUSES.contains(&response.status) {
        return Ok(response);
    }
    match request.redirect {
        Redirect::Error => fail("redirect-mode-error", "http-fetch/6.3"),
        Redirect::Manual => {
            response.opaque_redirect = true;
            Ok(response)
        }
        Redirect::Follow => redirect_fetch(world, request, response),
    }
}

fn redirect_fetch(
    world: &mut World,
    request: &mut Request,
    response: Response,
) -> Result<Response, Failed> {
    let here = request.current_url().clone();
    let there = match &lines(&response.headers, "location")[..] {
        [] => return Ok(response),
        [one] => uri::location(&here, one),
        _ => Err(()),
    };
    let Ok(there) = there else {
        return fail("redirect-invalid-location", "http-redirect-fetch/5");
    };
    if !uri::is_http(&there) {
        return fail("redirect-disallowed-scheme", "http-redirect-fetch/6");
    }
    if request.redirect_count == 20 {
        return fail("too-many-redirects", "http-redirect-fetch/7");
    }
    request.redirect_count += 1;
    if request.mode == Mode::Cors && uri::has_userinfo(&there) && !request.is_same_origin(&there) {
        return fail("redirect-contains-credentials", "http-redirect-fetch/9");
    }
    if request.tainting == Tainting::Cors && uri::has_userinfo(&there) {
        return fail("redirect-contains-credentials", "http-redirect-fetch/10");
    }
    if becomes_get(response.status, &request.method) {
        request.method = "GET".to_string();
        for name in BODY_NAMES {
            delete(&mut request.headers, name);
        }
    }
    if uri::origin_of(&here) != uri::origin_of(&there) {
        for name in NON_WILDCARD_NAMES {
            delete(&mut request.headers, name);
        }
    }
    request.urls.push(there);
    let given = lines(&response.headers, "referrer-policy");
    if let Some(policy) = headers::parse_referrer_policy(&borrow(&given)) {
        request.referrer_policy = policy;
    }
    main_fetch(world, request)
}

fn becomes_get(status: u16, method: &str) -> bool {
    match status {
        301 | 302 => method == "POST",
        303 => method != "GET" && method != "HEAD",
        _ => false,
    }
}

/// Returns the record of the sent request.
fn outgoing(request: &Request) -> Sent {
    let mut list = request.headers.clone();
    list.retain(|(name, _)| request.author_names.contains(&lower(name)));
    if let Some(origin) = origin_header(request) {
        list.push((
            "Origin".to_string(),
            headers::encode(&origin).expect("origins are ASCII"),
        ));
    }
    let credentials = match request.credentials {
        Credentials::Omit => false,
        Credentials::SameOrigin => request.tainting == Tainting::Basic,
        Credentials::Include => true,
    };
    Sent {
        method: request.method.clone(),
        url: uri::without_fragment_and_userinfo(request.current_url()),
        headers: headers::sort_and_combine(&list),
        credentials,
        preflight_reasons: None,
    }
}

/// Returns the Origin header, if there is one.
fn origin_header(request: &Request) -> Option<String> {
    let origin = request.serialized_origin();
    if request.tainting == Tainting::Cors {
        return Some(origin);
    }
    if request.method == "GET" || request.method == "HEAD" {
        return None;
    }
    let downgrade =
        request.origin.starts_with("https:") && request.current_url().scheme() != "https";
    let hidden = match request.referrer_policy.as_str() {
        "no-referrer" => true,
        "same-origin" => !request.is_same_origin(request.current_url()),
        "origin" | "origin-when-cross-origin" | "unsafe-url" => false,
        _ => downgrade,
    };
    if request.mode != Mode::Cors && hidden {
        Some("null".to_string())
    } else {
        Some(origin)
    }
}
