//! Fetches of pages to a server that has a policy.

use alloc::{string::String, vec::Vec};

use ::url::Url;
use http::Method;
use proptest::{
    arbitrary::any,
    collection, sample,
    strategy::{BoxedStrategy, Just, Strategy, Union},
};

use super::{
    near_origins::origin_near,
    policy::{METHODS, NAMES},
    policy_spec::PolicySpec,
};
use crate::infrastructure::{
    forbidden::is_forbidden_request_header,
    header::{HeaderName, HeaderValue},
    header_list::HeaderList,
    origin::{OpaqueOrigin, Origin},
    request::{CredentialsMode, Mode, Request},
};

/// Where the server is that fetches go to. No generated policy lists its origin.
///
/// ```
/// assert_eq!(fetch_cors::conformance::policies::SERVER, "https://server.test/r");
/// ```
pub const SERVER: &str = "https://server.test/r";

/// A value that no name's safelist takes.
pub(super) const UNSAFE_VALUE: &str = "\"unsafe\"";

/// Requests of pages to [`SERVER`], in mode `cors`: pages that the policy lists, or nearly, with
/// methods and CORS-unsafe headers that it lists, or nearly.
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

/// The same to a server elsewhere; to none, if there is no URL.
pub(crate) fn fetch_at(
    spec: &PolicySpec,
    url: Option<Url>,
) -> impl Strategy<Value = Request> + use<> {
    let page = origin_near(spec).prop_map(|origin| page_of(&origin));
    let method = of_list(METHODS, spec.methods.entries().to_vec(), ODD_METHOD);
    let names = of_list(NAMES, spec.request_headers.clone(), ODD_NAME);
    let names = collection::vec(names, 0..=3);
    let credentials = sample::select(CREDENTIALS_MODES);
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

pub(super) const CREDENTIALS_MODES: &[CredentialsMode] = &[
    CredentialsMode::SameOrigin,
    CredentialsMode::Include,
    CredentialsMode::Omit,
];

/// What else is asked for than what is listed, or known.
pub(super) const ODD_METHOD: &str = "*";
pub(super) const ODD_NAME: &str = "x-c";

/// The origin of that serialization, an opaque one where it is none.
pub(super) fn page_of(origin: &[u8]) -> Origin {
    Origin::parse(origin).unwrap_or(Origin::Opaque(OpaqueOrigin(0)))
}

/// What script of that page asks for; always there where the method is a token.
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

/// Those of the names that script can set, each with a value that needs a preflight.
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

fn of_list(
    list: &'static [&'static str],
    listed: Vec<String>,
    odd: &'static str,
) -> BoxedStrategy<String> {
    let mut kinds = Vec::from([
        (3, sample::select(list).prop_map(String::from).boxed()),
        (1, Just(String::from(odd)).boxed()),
    ]);
    if !listed.is_empty() {
        kinds.push((8, sample::select(listed).boxed()));
    }
    Union::new_weighted(kinds).boxed()
}
