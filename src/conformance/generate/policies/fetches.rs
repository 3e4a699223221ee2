//! Generates fetches by pages to a server that has a policy.

use ::url::Url;
use http::Method;
use proptest::{arbitrary::any, strategy::Strategy};

use super::{
    named::{methods, names},
    near_origins::origin_near,
    policy_spec::PolicySpec,
};
use crate::{
    conformance::generate::{
        draw::strategies::{many, select},
        weights::policy_requests::{
            FETCH_CREDENTIALS_MODES, FETCH_METHODS, FETCH_NAME_COUNT, FETCH_NAMES,
        },
    },
    infrastructure::{
        forbidden::is_forbidden_request_header,
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        origin::{OpaqueOrigin, Origin},
        request::{Mode, Request},
    },
};

/// The URL of generated fetches. No generated policy lists the origin of this URL.
///
/// ```
/// assert_eq!(fetch_cors::conformance::policies::SERVER, "https://server.test/r");
/// ```
pub const SERVER: &str = "https://server.test/r";

/// A header value that is not CORS-safelisted for any header name.
const UNSAFE_VALUE: &str = "\"unsafe\"";

/// Generates requests of pages to [`SERVER`], with the request mode `cors`. The origins, the methods and the
/// CORS-unsafe headers of the requests are values in the policy's lists, or similar values.
///
/// ```
/// use fetch_cors::conformance::policies::{PolicySpec, fetch_to};
/// use proptest::{strategy::{Strategy, ValueTree}, test_runner::TestRunner};
///
/// let fetches = fetch_to(&PolicySpec::from_origins(["https://a.example"]));
/// let request = fetches.new_tree(&mut TestRunner::deterministic())?.current();
/// assert_eq!(request.url().path(), "/r");
/// # Ok::<(), proptest::test_runner::Reason>(())
/// ```
pub fn fetch_to(spec: &PolicySpec) -> impl Strategy<Value = Request> + use<> {
    fetch_at(spec, Url::parse(SERVER).ok())
}

/// Generates requests as [`fetch_to`] does, but to the server at `url`. If `url` is `None`, the strategy does not
/// generate a value.
pub(crate) fn fetch_at(
    spec: &PolicySpec,
    url: Option<Url>,
) -> impl Strategy<Value = Request> + use<> {
    let page = origin_near(spec).prop_map(|origin| page_of(&origin));
    let method = methods(spec, FETCH_METHODS);
    let names = many(&FETCH_NAME_COUNT, names(spec, FETCH_NAMES));
    let credentials = select(&FETCH_CREDENTIALS_MODES);
    (page, method, names, credentials, any::<bool>()).prop_filter_map(
        "a method",
        move |(page, method, names, credentials_mode, use_cors_preflight_flag)| {
            let mut request = request_of(page, url.clone()?, &method, &names)?;
            request.credentials_mode = credentials_mode;
            request.use_cors_preflight_flag = use_cors_preflight_flag;
            Some(request)
        },
    )
}

/// Returns the origin with the given serialization. Returns an opaque origin if the bytes are not a serialized origin.
pub(super) fn page_of(origin: &[u8]) -> Origin {
    Origin::parse(origin).unwrap_or(Origin::Opaque(OpaqueOrigin(0)))
}

/// Returns the request of a script. Returns `None` if the method is not a token.
pub(super) fn request_of<S: AsRef<str>>(
    page: Origin,
    url: Url,
    method: &str,
    names: &[S],
) -> Option<Request> {
    let mut request = Request::new(page, url);
    request.method = Method::from_bytes(method.as_bytes()).ok()?;
    request.unsafe_request_flag = true;
    request.mode = Mode::Cors;
    request.header_list = with_unsafe_values(names);
    Some(request)
}

/// Returns one header for each name in `names` that a script can set. Each header has a value that causes a preflight.
pub(crate) fn with_unsafe_values<S: AsRef<str>>(names: &[S]) -> HeaderList {
    let names = names.iter().map(AsRef::as_ref);
    let settable = names.filter(|name| !is_forbidden_request_header(name.as_bytes(), b""));
    settable
        .filter_map(|name| {
            let value = HeaderValue::new(UNSAFE_VALUE).ok()?;
            Some((HeaderName::new(name.as_bytes()).ok()?, value))
        })
        .collect()
}
