//! [Requests](https://fetch.spec.whatwg.org/#requests), with the parts that affect CORS.
//!
//! ```
//! use fetch_cors::{browser::Origin, infrastructure::request::Request};
//!
//! let origin = Origin::parse("https://app.example")?;
//! let mut request = Request::new(origin, "https://api.example/".parse()?);
//! assert_eq!(request.serialize_origin(), "https://app.example");
//!
//! request.append_url("https://other.example/".parse()?); // a redirect to another URL
//! assert_eq!(request.serialize_origin(), "null");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::{vec, vec::Vec};

use ::url::Url;
use http::Method;

pub use super::credentials_mode::CredentialsMode;
use super::{
    author_charset::AuthorContentType,
    header::HeaderValue,
    header_list::HeaderList,
    origin::{Origin, TupleOrigin, have_same_tuple_origin},
    referrer_policy::ReferrerPolicy,
    site::{NoPublicSuffixes, PublicSuffixes, is_same_site},
};

/// A [request](https://fetch.spec.whatwg.org/#concept-request).
///
/// ```
/// use fetch_cors::{browser::Origin, infrastructure::request::{Mode, RedirectMode, Request}};
///
/// let request = Request::new(Origin::parse("http://a.example")?, "http://b.example".parse()?);
/// assert_eq!((request.mode, request.redirect_mode), (Mode::NoCors, RedirectMode::Follow));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The [method](https://fetch.spec.whatwg.org/#concept-request-method).
    pub method: Method,
    /// The [header list](https://fetch.spec.whatwg.org/#concept-request-header-list).
    pub header_list: HeaderList,
    /// The [unsafe-request flag](https://fetch.spec.whatwg.org/#unsafe-request-flag). The flag is set if a script can
    /// choose the method and the headers.
    pub unsafe_request_flag: bool,
    /// The [body](https://fetch.spec.whatwg.org/#concept-request-body).
    pub body: Option<Body>,
    /// The [origin](https://fetch.spec.whatwg.org/#concept-request-origin). In this library, the origin is never
    /// `client`.
    pub origin: Origin,
    /// The [referrer policy](https://fetch.spec.whatwg.org/#concept-request-referrer-policy).
    pub referrer_policy: ReferrerPolicy,
    /// The [mode](https://fetch.spec.whatwg.org/#concept-request-mode).
    pub mode: Mode,
    /// The [use-CORS-preflight flag](https://fetch.spec.whatwg.org/#use-cors-preflight-flag).
    pub use_cors_preflight_flag: bool,
    /// The [credentials mode](https://fetch.spec.whatwg.org/#concept-request-credentials-mode).
    pub credentials_mode: CredentialsMode,
    /// The [redirect mode](https://fetch.spec.whatwg.org/#concept-request-redirect-mode).
    pub redirect_mode: RedirectMode,
    /// The [redirect count](https://fetch.spec.whatwg.org/#concept-request-redirect-count).
    pub redirect_count: u8,
    /// The [response tainting](https://fetch.spec.whatwg.org/#concept-request-response-tainting).
    pub response_tainting: ResponseTainting,
    /// The [timing allow failed flag](https://fetch.spec.whatwg.org/#timing-allow-failed).
    pub timing_allow_failed_flag: bool,
    /// Whether an `XMLHttpRequest` created the request. The quirk `userinfo-in-redirect-refused` does not apply to such
    /// a request.
    pub(crate) is_xhr: bool,
    /// Whether an `XMLHttpRequest` took the Content-Type from its body, and not from the script. The quirk
    /// `xhr-body-type-has-no-limit` applies only to such a Content-Type.
    pub(crate) has_xhr_body_type: bool,
    /// The Content-Type that the script set, if an engine can change its charset. Three quirks depend on this value:
    /// `charset-replaced-in-place`, `url-search-params-count-as-string` and `charset-changed-after-check`.
    pub(crate) author_content_type: Option<AuthorContentType>,
    /// The type of the body, if the request mode `no-cors` does not allow this type as the Content-Type. An engine with
    /// the quirk `no-cors-keeps-body-type` sends this type.
    pub(crate) dropped_body_type: Option<HeaderValue>,
    url: Url,
    redirected_to: Vec<Url>,
}

impl Request {
    /// Creates a request with the standard's defaults: the method `GET`, the request mode `no-cors`, the credentials
    /// mode `same-origin`, the redirect mode `follow`, no headers and no body.
    pub fn new(origin: Origin, url: Url) -> Self {
        Self {
            method: Method::GET,
            header_list: HeaderList::new(),
            unsafe_request_flag: false,
            body: None,
            origin,
            referrer_policy: ReferrerPolicy::Empty,
            mode: Mode::NoCors,
            use_cors_preflight_flag: false,
            credentials_mode: CredentialsMode::SameOrigin,
            redirect_mode: RedirectMode::Follow,
            redirect_count: 0,
            response_tainting: ResponseTainting::Basic,
            timing_allow_failed_flag: false,
            is_xhr: false,
            has_xhr_body_type: false,
            author_content_type: None,
            dropped_body_type: None,
            url,
            redirected_to: Vec::new(),
        }
    }

    /// Returns the [URL](https://fetch.spec.whatwg.org/#concept-request-url), which is the first URL of the URL list.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// Replaces the URL of a request that was not redirected.
    pub(crate) fn set_url(&mut self, url: Url) {
        self.url = url;
    }

    /// Returns the [current URL](https://fetch.spec.whatwg.org/#concept-request-current-url), which is the last URL of
    /// the URL list.
    pub fn current_url(&self) -> &Url {
        self.redirected_to.last().unwrap_or(&self.url)
    }

    /// Iterates over the [URL list](https://fetch.spec.whatwg.org/#concept-request-url-list): the first URL, and then the
    /// location URLs of the redirects.
    pub fn url_list(&self) -> impl Iterator<Item = &Url> + Clone {
        core::iter::once(&self.url).chain(&self.redirected_to)
    }

    /// Appends the location URL of a redirect to the URL list.
    pub fn append_url(&mut self, location_url: Url) {
        self.redirected_to.push(location_url);
    }

    pub(crate) fn clone_url_list(&self) -> Vec<Url> {
        let mut url_list = vec![self.url.clone()];
        url_list.extend_from_slice(&self.redirected_to);
        url_list
    }

    /// Returns a new request with the URLs and the origin of this request. All other parts of the new request have the
    /// standard's defaults.
    pub(crate) fn with_same_urls(&self) -> Self {
        let mut request = Self::new(self.origin.clone(), self.url.clone());
        request.redirected_to.clone_from(&self.redirected_to);
        request
    }

    /// Returns a copy of the request with the current URL as its only URL. The copy does not have redirects.
    pub(crate) fn without_redirects(&self) -> Self {
        let mut request = self.clone();
        if let Some(url) = request.redirected_to.pop() {
            request.url = url;
            request.redirected_to.clear();
        }
        request
    }

    /// Whether at least one redirect of the request goes from one origin to a different origin. A redirect from the
    /// origin of the page also counts.
    pub(crate) fn has_cross_origin_redirect(&self) -> bool {
        let mut redirects = self.url_list().zip(&self.redirected_to);
        redirects.any(|(from, to)| !have_same_tuple_origin(from, to))
    }

    /// Whether the last redirect of the request stayed within one origin.
    pub(crate) fn last_redirect_is_same_origin(&self) -> bool {
        let redirects = self.url_list().zip(&self.redirected_to);
        redirects
            .last()
            .is_some_and(|(from, to)| have_same_tuple_origin(from, to))
    }

    /// Returns the [redirect-taint](https://fetch.spec.whatwg.org/#concept-request-tainted-origin), which describes how
    /// the redirects of the request crossed origins.
    ///
    /// A redirect from URL A to URL B taints the request if A is cross-origin to B and to the page.
    pub fn redirect_taint(&self, public_suffixes: &dyn PublicSuffixes) -> RedirectTaint {
        // redirect-taint/2: start without a last URL
        let mut last_url: Option<&Url> = None;
        // redirect-taint/3: start with `same-origin`
        let mut taint = RedirectTaint::SameOrigin;
        // redirect-taint/4: for each URL of the request
        for url in self.url_list() {
            // redirect-taint/4.1: no last URL: keep this one, and continue
            let Some(last) = last_url else {
                last_url = Some(url);
                continue;
            };
            // redirect-taint/4.2: last URL cross-site to this one and to the page: `cross-site`
            let redirect = Redirect {
                from: last,
                to: url,
                request: self,
                public_suffixes,
            };
            if redirect.taints_across_sites() {
                return RedirectTaint::CrossSite;
            }
            // redirect-taint/4.3: last URL cross-origin to this one and to the page: `same-site`
            if redirect.taints() {
                taint = RedirectTaint::SameSite;
            }
            // redirect-taint/4.4: keep this URL as the last
            last_url = Some(url);
        }
        // redirect-taint/5: return the taint
        taint
    }

    /// [Serializes the request origin](https://fetch.spec.whatwg.org/#serializing-a-request-origin), for
    /// the `Origin` header and the CORS check.
    ///
    /// After a redirect that taints the request, the result is `null` and not the origin of the page.
    pub fn serialize_origin(&self) -> &str {
        // serializing-a-request-origin/2: taint other than `same-origin`: `null`
        //
        // The serialization is the same for `same-site` and `cross-site`, so this function does not compare sites.
        let mut redirects = self.url_list().zip(&self.redirected_to);
        let (request, public_suffixes) = (self, &NoPublicSuffixes);
        if redirects.any(|(from, to)| {
            let redirect = Redirect {
                from,
                to,
                request,
                public_suffixes,
            };
            redirect.taints()
        }) {
            return "null";
        }
        // serializing-a-request-origin/3: otherwise: the serialized origin
        self.origin.serialize()
    }

    /// [Byte-serializes the request origin](https://fetch.spec.whatwg.org/#byte-serializing-a-request-origin):
    /// returns the serialized origin as bytes.
    pub fn byte_serialize_origin(&self) -> &[u8] {
        // definition/byte-serializing-a-request-origin: the serialized origin as bytes
        self.serialize_origin().as_bytes()
    }
}

/// One redirect of a request, from one URL to the next URL.
struct Redirect<'a> {
    from: &'a Url,
    to: &'a Url,
    request: &'a Request,
    public_suffixes: &'a dyn PublicSuffixes,
}

impl Redirect<'_> {
    /// Whether the URL before the redirect is cross-origin to the URL after the redirect, and also cross-origin to the
    /// page.
    fn taints(&self) -> bool {
        !have_same_tuple_origin(self.from, self.to)
            && !self.request.origin.is_same_origin_with(self.from)
    }

    /// Whether the URL before the redirect is cross-site to the URL after the redirect, and also cross-site to the
    /// page.
    fn taints_across_sites(&self) -> bool {
        // A cross-site redirect is also a cross-origin redirect. The cross-origin check comes first, because this check
        // does not need the list of public suffixes.
        if !self.taints() {
            return false;
        }
        let tuple = |url: &Url| TupleOrigin::from_url(url).map(Origin::Tuple);
        let same_site = |a: Option<&Origin>, b: Option<&Origin>| {
            a.zip(b)
                .is_some_and(|(a, b)| is_same_site(a, b, self.public_suffixes))
        };
        let (to, from) = (tuple(self.to), tuple(self.from));
        !same_site(to.as_ref(), from.as_ref())
            && !same_site(Some(&self.request.origin), from.as_ref())
    }
}

/// The [redirect-taint](https://fetch.spec.whatwg.org/#concept-request-tainted-origin) of a request. A redirect from
/// URL A to URL B taints the request if A is cross-origin to B and to the page.
///
/// ```
/// use fetch_cors::browser::Origin;
/// use fetch_cors::infrastructure::{request::{RedirectTaint, Request}, site::NoPublicSuffixes};
/// let request = Request::new(Origin::parse("http://a")?, "http://b".parse()?);
/// assert_eq!(request.redirect_taint(&NoPublicSuffixes), RedirectTaint::SameOrigin);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Exhaustive: the algorithm returns one of three values.
pub enum RedirectTaint {
    /// `same-origin`: no redirect taints the request.
    SameOrigin,
    /// `same-site`: at least one redirect taints the request, but no redirect meets the condition of
    /// [`RedirectTaint::CrossSite`].
    SameSite,
    /// `cross-site`: at least one redirect goes from URL A to URL B, and A is cross-site to B and to the page.
    CrossSite,
}

/// The body of a request. For CORS, only one property matters: whether the body can be sent again.
///
/// ```
/// use fetch_cors::infrastructure::request::Body;
/// assert_ne!(Body::WithSource, Body::Stream);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Exhaustive: a body has a source, or does not have a source.
pub enum Body {
    /// A body with a [source](https://fetch.spec.whatwg.org/#concept-body-source) that is not null. Such a body can be
    /// sent again.
    WithSource,
    /// A stream, whose source is null. A stream can be sent only once.
    Stream,
}

/// The [mode](https://fetch.spec.whatwg.org/#concept-request-mode) of a request. The type has the three modes that a
/// script can choose.
///
/// ```
/// use fetch_cors::infrastructure::request::Mode;
/// assert_ne!(Mode::Cors, Mode::NoCors);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Exhaustive: a script can choose one of three modes.
pub enum Mode {
    /// `cors`
    Cors,
    /// `no-cors`
    NoCors,
    /// `same-origin`
    SameOrigin,
}

/// The [redirect mode](https://fetch.spec.whatwg.org/#concept-request-redirect-mode) of a request.
///
/// ```
/// use fetch_cors::infrastructure::request::RedirectMode;
/// assert_ne!(RedirectMode::Follow, RedirectMode::Manual);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Exhaustive: the standard has three redirect modes.
pub enum RedirectMode {
    /// `follow`
    Follow,
    /// `error`
    Error,
    /// `manual`
    Manual,
}

/// The [response tainting](https://fetch.spec.whatwg.org/#concept-request-response-tainting) of a request.
///
/// ```
/// use fetch_cors::infrastructure::request::ResponseTainting;
/// assert_ne!(ResponseTainting::Cors, ResponseTainting::Opaque);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Exhaustive: the standard has three kinds of tainting.
pub enum ResponseTainting {
    /// `basic`
    Basic,
    /// `cors`
    Cors,
    /// `opaque`
    Opaque,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taint(origin: &str, urls: &[&str]) -> RedirectTaint {
        let mut urls = urls.iter().map(|url| url.parse().unwrap());
        let origin = Origin::parse(origin.as_bytes()).unwrap();
        let mut request = Request::new(origin, urls.next().unwrap());
        urls.for_each(|url| request.append_url(url));
        request.redirect_taint(&NoPublicSuffixes)
    }

    #[test]
    fn only_redirects_from_other_origins_taint() {
        use RedirectTaint::*;
        for (urls, expected) in [
            (&["http://a/1", "http://b/2"][..], SameOrigin),
            (&["http://b/1", "http://b/2"], SameOrigin),
            (&["http://b/1", "http://a/2"], CrossSite),
            (&["http://b/1", "http://c/2"], CrossSite),
            (&["http://b/1", "http://b:81/2"], SameSite),
            (&["http://a/1", "http://b/2", "http://c/3"], CrossSite),
            (&["http://b:81/1", "http://b/2", "http://c/3"], CrossSite),
            (&["http://a:81/1", "http://b/2"], SameSite),
        ] {
            assert_eq!(taint("http://a", urls), expected, "{urls:?}");
        }
    }
}
