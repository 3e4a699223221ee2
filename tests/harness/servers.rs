//! Servers with a mistake. Each server changes one part of the correct response of a policy.

use fetch_cors::{conformance::policies::serve, server::CorsPolicy};
use http::{HeaderMap, HeaderValue, Request, Response};

/// Returns the policy that the servers should implement.
pub(crate) fn policy() -> CorsPolicy {
    let policy = CorsPolicy::builder().origins(["https://app.example", "https://other.example"]);
    let policy = policy.credentials(true).methods(["PUT", "PATCH"]);
    let policy = policy
        .request_headers(["x-a", "x-b"])
        .expose_headers(["etag"])
        .max_age(600);
    policy.build().unwrap()
}

pub(crate) fn origin(request: &Request<()>) -> String {
    let origin = request.headers().get("origin");
    let origin = origin.map(|origin| String::from_utf8_lossy(origin.as_bytes()).into_owned());
    origin.unwrap_or_default()
}

/// Returns a server that also allows the origins for which `allows` returns true.
pub(crate) fn allowing(
    policy: CorsPolicy,
    allows: impl Fn(&str) -> bool,
) -> impl FnMut(Request<()>) -> Response<()> {
    move |mut request| {
        let given = request.headers().get("origin").cloned();
        if given.is_none() || !allows(&origin(&request)) {
            return serve(&policy, &request);
        }
        let entry = policy.origins().unwrap()[0].to_string();
        let page = entry.replace(":*", "").replace('*', "www");
        set(request.headers_mut(), "origin", &page);
        let mut response = serve(&policy, &request);
        if response
            .headers()
            .contains_key("access-control-allow-origin")
        {
            let given = given.unwrap();
            response
                .headers_mut()
                .insert("access-control-allow-origin", given);
        }
        response
    }
}

pub(crate) fn reflecting() -> impl FnMut(Request<()>) -> Response<()> {
    allowing(policy(), |_| true)
}

/// Changes the correct response with `change`.
pub(crate) fn changed(
    policy: CorsPolicy,
    change: impl Fn(&Request<()>, &mut Response<()>),
) -> impl FnMut(Request<()>) -> Response<()> {
    move |request| {
        let mut response = serve(&policy, &request);
        change(&request, &mut response);
        response
    }
}

pub(crate) fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
}

pub(crate) fn is_preflight(request: &Request<()>) -> bool {
    request.method() == "OPTIONS"
        && request
            .headers()
            .contains_key("access-control-request-method")
}

pub(crate) fn is_granted(response: &Response<()>) -> bool {
    response
        .headers()
        .contains_key("access-control-allow-origin")
}
