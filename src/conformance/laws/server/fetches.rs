use alloc::{format, vec::Vec};
use core::time::Duration;

use http::{HeaderMap, Method};

use crate::conformance::laws::{
    support::headers::SAFELISTED_RESPONSE_HEADER_NAMES,
    violation::{LawViolation, ensure},
};
use crate::{
    FetchError,
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
    server::CorsPolicy,
};

/// What a browser comes to that knows nothing yet.
pub(super) fn browse(
    policy: &CorsPolicy,
    request: &Request,
    handler: &HeaderMap,
) -> Result<FilteredResponse, FetchError> {
    let mut user_agent = UserAgent::new();
    fetch(&mut user_agent, request.clone(), Duration::ZERO, |sent| {
        network(policy, sent, handler)
    })
}

/// A browser's fetch across origins succeeds exactly where the policy permits its origin, its method,
/// its CORS-unsafe headers and its credentials. Of a predicate, which sees each request's headers, it
/// says nothing.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::fetch_succeeds_exactly_when_permitted as law;
/// use fetch_cors::{conformance::policies::PolicySpec, infrastructure::{origin::Origin, request::{Mode, Request}}};
///
/// let mut request = Request::new(Origin::parse(b"https://a.example")?, "https://b.example".parse()?);
/// request.mode = Mode::Cors;
/// let spec = PolicySpec::of(["https://a.example"]);
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
    let expected = spec.permits(
        request.serialize_origin(),
        request.method.as_str(),
        names.iter().map(HeaderName::as_str),
        request.credentials_mode == CredentialsMode::Include,
    );
    let result = browse(policy, request, &HeaderMap::new());
    ensure(result.is_ok() == expected, || {
        format!("permitted is {expected}, and it came to {result:?}")
    })
}

/// Of a response to a page that is not allowed no header and no status is ever read, in any mode. Of a
/// predicate it says nothing.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::denied_page_reads_nothing as law, policies::PolicySpec};
/// use fetch_cors::infrastructure::{origin::Origin, request::Request};
///
/// let request = Request::new(Origin::parse(b"https://evil.com")?, "https://b.example".parse()?);
/// let spec = PolicySpec::of(["https://a.example"]);
/// law(&spec, &spec.build()?, &request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn denied_page_reads_nothing(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request,
) -> Result<(), LawViolation> {
    let credentials = request.credentials_mode == CredentialsMode::Include;
    let is_allowed = spec.permits(request.serialize_origin(), "GET", [""; 0], credentials);
    if is_allowed || spec.predicate.is_some() {
        return Ok(());
    }
    for mode in [Mode::Cors, Mode::NoCors, Mode::SameOrigin] {
        let mut request = request.clone();
        request.mode = mode;
        // What an API would have refused, or has no headers that need a preflight.
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
        ensure(is_hidden, || format!("in mode {mode:?} it is {response:?}"))?;
    }
    Ok(())
}

/// Every origin, method and header that a policy lists is of use: a browser can send it.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::every_listed_item_is_usable as law, policies::PolicySpec};
///
/// let mut spec = PolicySpec::of(["https://*.example"]);
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
        let origin = entry.replacen("*.", "a.", 1).replacen(":*", ":8080", 1);
        let Ok(page) = Origin::parse(&origin) else {
            // An app's own scheme, which no page of the web has.
            continue;
        };
        let methods = spec.methods.iter().flatten().map(|method| &**method);
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
                format!("{origin} cannot send {method}: {result:?}")
            })?;
        }
    }
    Ok(())
}

/// Script reads what is exposed and what is safelisted of the handler's headers, and never what is
/// forbidden.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::script_reads_what_policy_exposes as law, policies::PolicySpec};
/// use fetch_cors::infrastructure::{origin::Origin, request::{Mode, Request}};
///
/// let mut request = Request::new(Origin::parse(b"https://a.example")?, "https://b.example".parse()?);
/// request.mode = Mode::Cors;
/// let handler = [("etag".parse()?, "1".parse()?)].into_iter().collect();
/// let spec = PolicySpec::of(["https://a.example"]);
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
            what_is_read_is_exposed(spec, &response).map_err(|(_, violation)| violation)
        }
        Err(_) => Ok(()),
    }
}

/// The same of a response that is there; if it does not hold, with whether script reads too much.
pub(crate) fn what_is_read_is_exposed(
    spec: &crate::conformance::generate::policies::policy_spec::PolicySpec,
    response: &FilteredResponse,
) -> Result<(), (bool, LawViolation)> {
    let read: Vec<_> = response.headers().map(|(name, _)| name).collect();
    let is_exposed = |name: &str| match &spec.expose_headers {
        None => true,
        Some(listed) => listed
            .iter()
            .any(|listed| listed.eq_ignore_ascii_case(name)),
    };
    for (name, _) in response.internal_response().header_list.iter() {
        let is_forbidden = *name == "set-cookie" || *name == "set-cookie2";
        let is_safelisted = SAFELISTED_RESPONSE_HEADER_NAMES.contains(&name.as_str());
        let expected = !is_forbidden && (is_safelisted || is_exposed(name.as_str()));
        let is_read = read.contains(&name);
        ensure(is_read == expected, || match is_read {
            true => format!("script reads `{name}`, which is not exposed"),
            false => format!("script cannot read `{name}`, which is exposed"),
        })
        .map_err(|violation| (is_read, violation))?;
    }
    Ok(())
}

/// Where a policy subsumes another, each fetch that the other lets succeed succeeds with it too.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::subsuming_policy_keeps_fetches_working as law, policies::PolicySpec};
/// use fetch_cors::infrastructure::{origin::Origin, request::{Mode, Request}};
///
/// let mut request = Request::new(Origin::parse(b"https://a.example")?, "https://b.example".parse()?);
/// request.mode = Mode::Cors;
/// let (wide, narrow) = (PolicySpec::of(["https://*.example"]), PolicySpec::of(["https://a.example"]));
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
        format!("{narrow:?} became {wide:?}")
    })
}
