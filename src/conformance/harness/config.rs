//! The configuration of a check.

use alloc::{format, string::String, vec::Vec};

use ::url::Url;
use http::{HeaderName, HeaderValue, Method};

use super::{interface::Interface, report::curl_additions::CurlAdditions};
use crate::{
    infrastructure::{
        port::{BlockBadPort, should_be_blocked_due_to_a_bad_port},
        url::{includes_credentials, is_http_or_https},
    },
    missing_scheme::{with_scheme, write_whole_url},
};

/// The configuration of a check: the URL, the seed and the number of generated fetches.
///
/// The check allows mixed content: pages with an `https` origin can send requests to an `http` URL. Browsers block such
/// requests, but the check judges the server as if its URL were an `https` URL.
///
/// Checks with the same policy and the same configuration send the same requests. If a generated fetch shows a
/// violation, the check also tries smaller fetches, which depend on the answers of the server.
///
/// ```
/// use fetch_cors::conformance::CheckConfig;
///
/// let config = CheckConfig::new("https://api.example/notes")?.seed(7).fetches(1000);
/// assert_eq!(config.url().path(), "/notes");
/// # Ok::<(), fetch_cors::conformance::UnusableUrlError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckConfig {
    url: Url,
    pub(super) error_url: Option<Url>,
    pub(crate) seed: u64,
    pub(crate) fetches: usize,
    pub(super) longest_value: usize,
    pub(super) unsafe_methods: bool,
    pub(super) notes_preflight_vary: bool,
    pub(super) interface: Interface,
    pub(super) curl_additions: CurlAdditions,
}

impl CheckConfig {
    /// Creates a configuration for the URL, with seed 0 and 100 generated fetches. A check also sends the named probes:
    /// test requests that do not depend on the seed.
    ///
    /// # Errors
    ///
    /// Returns [`UnusableUrlError`] if a browser cannot fetch the URL.
    pub fn new(url: &str) -> Result<Self, UnusableUrlError> {
        Ok(Self {
            url: usable(url)?,
            error_url: None,
            seed: 0,
            fetches: 100,
            longest_value: 6000,
            unsafe_methods: true,
            notes_preflight_vary: false,
            interface: Interface::Library,
            curl_additions: CurlAdditions::default(),
        })
    }

    /// Returns the URL, without its fragment.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// Sets the seed of the generated fetches.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the number of generated fetches.
    pub const fn fetches(mut self, fetches: usize) -> Self {
        self.fetches = fetches;
        self
    }

    /// Also checks an error response: the server should answer a request to `url` with an error. If this response lacks
    /// the CORS headers, pages cannot read the error.
    ///
    /// # Errors
    ///
    /// Returns [`UnusableUrlError`] if a browser cannot fetch the URL, or if `url` is the URL of the check. The check expects
    /// an error from the error URL only, so it needs two different URLs.
    ///
    /// ```
    /// use fetch_cors::conformance::CheckConfig;
    ///
    /// let config = CheckConfig::new("https://api.example/notes")?;
    /// assert!(config.clone().error_url("https://api.example/notes").is_err());
    /// assert!(config.error_url("https://api.example/missing").is_ok());
    /// # Ok::<(), fetch_cors::conformance::UnusableUrlError>(())
    /// ```
    pub fn error_url(mut self, url: &str) -> Result<Self, UnusableUrlError> {
        let parsed = usable(url)?;
        if parsed == self.url {
            return Err(UnusableUrlError {
                url: url.into(),
                reason: String::from(
                    "the URL of the error is also the URL of the check: use another URL that the server answers with an error, \
                     such as a path that does not exist",
                ),
            });
        }
        self.error_url = Some(parsed);
        Ok(self)
    }

    /// Sets the length of the longest header values that a check sends, in bytes. The default is 6000. Many servers
    /// reject longer values before the middleware reads them.
    pub const fn longest_value(mut self, bytes: usize) -> Self {
        self.longest_value = bytes;
        self
    }

    /// Sends only requests with the methods GET, HEAD and OPTIONS, which do not change data on a server. The check
    /// still sends and judges the preflights for other methods. [`Report::unchecked`](super::Report::unchecked)
    /// mentions the other methods.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, check, policies::serve}, http::Request, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").methods(["DELETE"]).build()?;
    /// let mut server = |request: Request<()>| {
    ///     assert!(["GET", "HEAD", "OPTIONS"].contains(&request.method().as_str()));
    ///     serve(&policy, &request)
    /// };
    /// let config = CheckConfig::new("https://api.example/")?.without_unsafe_methods();
    /// let report = check(&mut server, &policy, config)?;
    /// assert!(report.unchecked().iter().any(|unchecked| unchecked.contains("DELETE")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn without_unsafe_methods(mut self) -> Self {
        self.unsafe_methods = false;
        self
    }

    /// Adds a note to the report if preflight responses depend on a header that their `Vary` does not list. This is not
    /// a violation, because responses to OPTIONS are not cacheable (RFC 9110 §9.3.7). The note is useful if a cache in
    /// front of the server is configured to store these responses.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, check, policies::serve}, http::Request, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut lacks_vary = |request: Request<()>| {
    ///     let mut response = serve(&policy, &request);
    ///     if request.method() == "OPTIONS" {
    ///         response.headers_mut().remove("vary");
    ///     }
    ///     response
    /// };
    /// let config = CheckConfig::new("https://api.example/")?.note_preflight_vary();
    /// let report = check(&mut lacks_vary, &policy, config)?;
    /// assert!(report.violations().is_empty());
    /// assert!(report.notes()[0].contains("`Origin`"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn note_preflight_vary(mut self) -> Self {
        self.notes_preflight_vary = true;
        self
    }

    /// Adds a header to the `curl` commands of the report, except to OPTIONS requests. Use this function if the client that
    /// sends the test requests adds the header, for example the login of a test user. Without the header, the commands get
    /// other responses than the check. A cookie is added to the cookies of the test request. Any other header replaces the
    /// header of the test request. The test requests themselves do not change.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, check}, http::{HeaderName, HeaderValue, Request, Response}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut allows_all = |_: Request<()>| Response::builder().header("access-control-allow-origin", "*").body(()).unwrap();
    /// let config = CheckConfig::new("https://api.example/")?
    ///     .curl_header(HeaderName::from_static("cookie"), HeaderValue::from_static("session=1"));
    /// let report = check(&mut allows_all, &policy, config)?;
    /// assert!(report.findings()[0].example().curl()[0].contains("-H 'cookie: session=1'"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn curl_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        let header = ((&name).into(), (&value).into());
        self.curl_additions.headers.push(header);
        self
    }

    /// Adds a body to the `curl` commands of the report for PUT, POST and PATCH. Use this function if the client that sends
    /// the test requests adds the body. A request without `Content-Type` gets the type `application/json`; for another type,
    /// also call [`curl_header`](Self::curl_header).
    pub fn curl_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.curl_additions.body = body.into();
        self
    }

    /// Makes the report name the options of the program `fetch-cors`. Without this call, the report names the items of
    /// this crate.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, check, policies::serve}, http::Request, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let config = CheckConfig::new("https://api.example/")?;
    /// for (config, name) in [(config.clone(), "`CheckConfig::error_url`"), (config.name_program_options(), "`--error-url`")] {
    ///     let report = check(&mut |request: Request<()>| serve(&policy, &request), &policy, config)?;
    ///     assert!(report.unchecked().iter().any(|unchecked| unchecked.contains(name)));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn name_program_options(mut self) -> Self {
        self.interface = Interface::Program;
        self
    }

    /// Whether a check with this configuration sends requests with the given method.
    pub(super) fn sends(&self, method: &Method) -> bool {
        self.unsafe_methods || is_safe(method)
    }
}

/// An error for a URL that a browser cannot fetch, or for an error URL that is also the URL of the check.
///
/// ```
/// use fetch_cors::conformance::CheckConfig;
/// let error = CheckConfig::new("http://api.example:25/").unwrap_err();
/// assert_eq!(error.to_string(), "`http://api.example:25/`: browsers block this port: use another port");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}`: {reason}", .url.escape_debug())]
pub struct UnusableUrlError {
    url: String,
    reason: String,
}

impl UnusableUrlError {
    /// Returns why the check cannot use the URL.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// Whether the method is one of the safe methods (RFC 9110 §9.2.1) that browsers send.
pub(super) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn usable(given: &str) -> Result<Url, UnusableUrlError> {
    let unusable = |reason: &str| UnusableUrlError {
        url: String::from(given),
        reason: String::from(reason),
    };
    let mut url = Url::parse(given).map_err(|error| {
        let advice = write_whole_url(given, "https://api.example/");
        unusable(&format!("{error}: {advice}"))
    })?;
    if !is_http_or_https(&url) {
        let meant = with_scheme(given).map(|url| format!(": write `{}`", url.escape_debug()));
        let meant = meant.unwrap_or_default();
        return Err(unusable(&format!(
            "the URL must begin with `http:` or `https:`{meant}"
        )));
    }
    if includes_credentials(&url) {
        return Err(unusable(
            "the URL has a user name or a password, and `fetch()` rejects such URLs: remove the user name and the password",
        ));
    }
    if should_be_blocked_due_to_a_bad_port(&url) == BlockBadPort::Blocked {
        return Err(unusable("browsers block this port: use another port"));
    }
    url.set_fragment(None);
    Ok(url)
}
