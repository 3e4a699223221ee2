//! Laws about a browser's fetches from a server with a policy.

use alloc::{format, vec::Vec};
use core::time::Duration;

use http::{HeaderMap, Method};

use crate::conformance::laws::{
    support::headers::SAFELISTED_RESPONSE_HEADER_NAMES,
    violation::{LawViolation, ensure},
};
use crate::{
    Failure, FetchError,
    conformance::{
        generate::policies::{
            fetches::{SERVER, with_unsafe_values},
            policy_spec::PolicySpec,
        },
        model::serve::network,
    },
    fetching::{UserAgent, fetch},
    infrastructure::{
        header::HeaderName,
        origin::Origin,
        request::{CredentialsMode, Mode, Request},
        response::{FilteredResponse, ResponseType},
        safelist::cors_unsafe_request_header_names,
    },
    server::{AllowList, CorsPolicy},
};

/// Returns the result of a fetch by a browser with an empty preflight cache.
pub(super) fn browse(
    policy: &CorsPolicy,
    request: &Request,
    handler: &HeaderMap,
) -> Result<FilteredResponse, FetchError> {
    let mut user_agent = UserAgent::new().allowing_mixed_content();
    fetch(&mut user_agent, request.clone(), Duration::ZERO, |sent| {
        network(policy, sent, handler)
    })
}

/// A browser's cross-origin fetch succeeds exactly when the policy permits the origin, the method, the CORS-unsafe
/// headers and the credentials of the fetch.
///
/// Policies with a predicate are outside the scope of the law, because the decision of a predicate can also depend on
/// other headers of the request.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::fetch_succeeds_exactly_when_permitted as law;
/// use fetch_cors::{conformance::policies::PolicySpec, infrastructure::{origin::Origin, request::{Mode, Request}}};
///
/// let mut request = Request::new(Origin::parse(b"https://a.example")?, "https://b.example".parse()?);
/// request.mode = Mode::Cors;
/// let spec = PolicySpec::from_origins(["https://a.example"]);
/// law(&spec, &spec.build()?, &request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fetch_succeeds_exactly_when_permitted(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request,
) -> Result<(), LawViolation> {
    if spec.predicate.is_some() {
        return Ok(());
    }
    let names = cors_unsafe_request_header_names(&request.header_list);
    let names: Vec<_> = names.iter().map(HeaderName::as_str).collect();
    let expected = spec.permits(
        request.serialize_origin(),
        request.method.as_str(),
        &names,
        request.credentials_mode,
    );
    let result = browse(policy, request, &HeaderMap::new());
    ensure(result.is_ok() == expected, || {
        if expected {
            format!("the policy permits the fetch, but it fails: {result:?}")
        } else {
            format!("the policy does not permit the fetch, but it succeeds: {result:?}")
        }
    })
}

/// If a policy denies a fetch, the browser's failure names what the policy denies: the origin, the credentials, the
/// method, or a header. Policies with a predicate are outside the scope of the law.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::failure_names_the_denial as law, policies::PolicySpec};
/// use fetch_cors::infrastructure::{origin::Origin, request::{Mode, Request}};
///
/// let mut request = Request::new(Origin::parse(b"https://a.example")?, "https://b.example".parse()?);
/// (request.mode, request.method) = (Mode::Cors, http::Method::PUT);
/// let spec = PolicySpec::from_origins(["https://a.example"]);
/// law(&spec, &spec.build()?, &request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn failure_names_the_denial(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request,
) -> Result<(), LawViolation> {
    let Err(error) = browse(policy, request, &HeaderMap::new()) else {
        return Ok(());
    };
    if spec.predicate.is_some() {
        return Ok(());
    }
    let value = error.value().unwrap_or_default();
    let value = core::str::from_utf8(value).unwrap_or_default();
    let denies_credentials =
        request.credentials_mode == CredentialsMode::Include && !spec.credentials;
    let is_denied = match error.failure() {
        Failure::MissingAllowOriginHeader
        | Failure::AllowOriginMismatch
        | Failure::PreflightMissingAllowOriginHeader
        | Failure::PreflightAllowOriginMismatch => {
            !spec.allows_origin(request.serialize_origin(), &HeaderMap::new())
        }
        // A `*` makes a fetch fail only if the fetch has credentials.
        Failure::WildcardOriginNotAllowed | Failure::PreflightWildcardOriginNotAllowed => {
            denies_credentials && spec.origins.is_any()
        }
        Failure::InvalidAllowCredentials | Failure::PreflightInvalidAllowCredentials => {
            denies_credentials
        }
        Failure::MethodDisallowedByPreflightResponse => {
            value == request.method.as_str() && !spec.allows_method(value)
        }
        Failure::HeaderDisallowedByPreflightResponse => {
            request.header_list.contains(value) && !spec.allows_name(value)
        }
        _ => false,
    };
    ensure(is_denied, || {
        format!("the browser's failure names a value that the policy allows: {error:?}")
    })
}

/// A page whose origin is not allowed can read neither the status nor a header of a response, in any request mode.
/// Policies with a predicate are outside the scope of the law.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::denied_page_reads_nothing as law, policies::PolicySpec};
/// use fetch_cors::infrastructure::{origin::Origin, request::Request};
///
/// let request = Request::new(Origin::parse(b"https://evil.com")?, "https://b.example".parse()?);
/// let spec = PolicySpec::from_origins(["https://a.example"]);
/// law(&spec, &spec.build()?, &request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn denied_page_reads_nothing(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request,
) -> Result<(), LawViolation> {
    let origin = request.serialize_origin();
    let is_allowed = spec.permits(origin, "GET", &[], request.credentials_mode);
    if is_allowed || spec.predicate.is_some() {
        return Ok(());
    }
    for mode in [Mode::Cors, Mode::NoCors, Mode::SameOrigin] {
        let mut request = request.clone();
        request.mode = mode;
        // If the request mode is `no-cors`, `fetch()` refuses methods and headers that need a preflight. So the law
        // sends only plain GET requests with this mode.
        let is_plain = request.header_list.is_empty() && request.method == Method::GET;
        if mode == Mode::NoCors && !is_plain {
            continue;
        }
        let Ok(response) = browse(policy, &request, &HeaderMap::new()) else {
            continue;
        };
        let is_hidden = response.response_type() == ResponseType::Opaque
            && response.status() == 0
            && response.headers().next().is_none();
        ensure(is_hidden, || {
            format!("in mode {mode:?}, a page whose origin is not allowed can read {response:?}")
        })?;
    }
    Ok(())
}

/// A browser can use every origin, method and request header that a policy lists.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::every_listed_item_is_usable as law, policies::PolicySpec};
///
/// let mut spec = PolicySpec::from_origins(["https://*.example"]);
/// spec.request_headers = vec!["content-type".into()];
/// law(&spec, &spec.build()?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn every_listed_item_is_usable(
    spec: &PolicySpec,
    policy: &CorsPolicy,
) -> Result<(), LawViolation> {
    let url: ::url::Url = SERVER.parse().map_err(LawViolation::new)?;
    for entry in spec.listed_origins() {
        let origin = entry.replacen(":*", ":8080", 1).replacen('*', "a", 1);
        let Ok(page) = Origin::parse(&origin) else {
            // The standard UTS 46 refuses the host of some entries, such as `https://xn--a`. No page can have such an
            // origin, so the law skips the entry.
            continue;
        };
        let methods = spec.methods.entries().iter().map(|method| &**method);
        for method in methods.chain(["GET"]) {
            let mut request = Request::new(page.clone(), url.clone());
            request.method = Method::from_bytes(method.as_bytes()).map_err(LawViolation::new)?;
            (request.mode, request.unsafe_request_flag) = (Mode::Cors, true);
            let names = spec.request_headers.iter().map(|name| match name.as_str() {
                "*" => "x-any",
                name => name,
            });
            request.header_list = with_unsafe_values(&names.collect::<Vec<_>>());
            if spec.credentials {
                request.credentials_mode = CredentialsMode::Include;
            }
            let result = browse(policy, &request, &HeaderMap::new());
            ensure(result.is_ok(), || {
                format!(
                    "a page of {origin} cannot send {method}, although the policy lists both: {result:?}"
                )
            })?;
        }
    }
    Ok(())
}

/// A script can read exactly the safelisted headers and the exposed headers of the handler's response, except forbidden
/// headers.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::script_reads_what_policy_exposes as law, policies::PolicySpec};
/// use fetch_cors::infrastructure::{origin::Origin, request::{Mode, Request}};
///
/// let mut request = Request::new(Origin::parse(b"https://a.example")?, "https://b.example".parse()?);
/// request.mode = Mode::Cors;
/// let handler = [("etag".parse()?, "1".parse()?)].into_iter().collect();
/// let spec = PolicySpec::from_origins(["https://a.example"]);
/// law(&spec, &spec.build()?, &request, &handler)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn script_reads_what_policy_exposes(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request,
    handler: &HeaderMap,
) -> Result<(), LawViolation> {
    match browse(policy, request, handler) {
        Ok(response) => {
            let mistakes = ExposureMistakes::new(spec, &response);
            // A header that the script should not read is worse than a header that the script cannot read.
            let worst = mistakes.readable.or(mistakes.hidden);
            worst.map_or(Ok(()), Err)
        }
        Err(_) => Ok(()),
    }
}

/// The headers of a response that a script reads or does not read, contrary to the policy.
#[derive(Default)]
pub(crate) struct ExposureMistakes {
    /// The first header that a script can read, although the policy does not expose it.
    pub(crate) readable: Option<LawViolation>,
    /// The first header that a script cannot read, although the policy exposes it.
    pub(crate) hidden: Option<LawViolation>,
}

impl ExposureMistakes {
    pub(crate) fn new(
        spec: &crate::conformance::generate::policies::policy_spec::PolicySpec,
        response: &FilteredResponse,
    ) -> Self {
        let read: Vec<_> = response.headers().map(|(name, _)| name).collect();
        let is_exposed = |name: &str| match &spec.expose_headers {
            AllowList::Any => true,
            AllowList::Only(listed) => listed
                .iter()
                .any(|listed| listed.eq_ignore_ascii_case(name)),
        };
        let mut mistakes = Self::default();
        for (name, _) in response.internal_response().header_list.iter() {
            let is_forbidden = *name == "set-cookie" || *name == "set-cookie2";
            let is_safelisted = SAFELISTED_RESPONSE_HEADER_NAMES.contains(&name.as_str());
            let expected = !is_forbidden && (is_safelisted || is_exposed(name.as_str()));
            let is_read = read.contains(&name);
            let is_right = ensure(is_read == expected, || {
                if is_read {
                    format!("a script can read `{name}`, which the policy does not expose")
                } else {
                    format!("a script cannot read `{name}`, which the policy exposes")
                }
            });
            let first = if is_read {
                &mut mistakes.readable
            } else {
                &mut mistakes.hidden
            };
            if first.is_none() {
                *first = is_right.err();
            }
        }
        mistakes
    }
}

/// If a fetch succeeds with the policy `narrow`, it also succeeds with every policy `wide` that subsumes `narrow`.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::subsuming_policy_keeps_fetches_working as law, policies::PolicySpec};
/// use fetch_cors::infrastructure::{origin::Origin, request::{Mode, Request}};
///
/// let mut request = Request::new(Origin::parse(b"https://a.example")?, "https://b.example".parse()?);
/// request.mode = Mode::Cors;
/// let (wide, narrow) = (PolicySpec::from_origins(["https://*.example"]), PolicySpec::from_origins(["https://a.example"]));
/// law(&wide.build()?, &narrow.build()?, &request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn subsuming_policy_keeps_fetches_working(
    wide: &CorsPolicy,
    narrow: &CorsPolicy,
    request: &Request,
) -> Result<(), LawViolation> {
    if wide.subsumes(narrow) != Ok(true) {
        return Ok(());
    }
    let (narrow, wide) = (
        browse(narrow, request, &HeaderMap::new()),
        browse(wide, request, &HeaderMap::new()),
    );
    ensure(narrow.is_err() || wide.is_ok(), || {
        format!(
            "a fetch succeeds with the narrow policy, but fails with the policy that subsumes it: {narrow:?} and {wide:?}"
        )
    })
}
