//! What can be made ready before a request comes.

use alloc::{string::String, sync::Arc, vec::Vec};

use http::{HeaderName, HeaderValue, header};

use super::{
    CorsPolicy,
    names::{Methods, RequestHeaders, ResponseHeaders},
    policy::{Origins, Policy},
    vary::Vary,
};

/// A policy with the header values that do not depend on a request.
#[derive(Debug, PartialEq)]
pub(super) struct Compiled {
    pub(super) policy: Policy,
    /// The value of Access-Control-Allow-Origin on every response, if the policy is static.
    pub(super) static_origin: Option<HeaderValue>,
    /// None where nothing is sent or where the method is reflected.
    pub(super) allow_methods: Option<HeaderValue>,
    pub(super) reflects_method: bool,
    /// None where nothing is sent or where the names are reflected.
    pub(super) allow_headers: Option<HeaderValue>,
    pub(super) reflects_headers: bool,
    pub(super) expose_headers: Option<HeaderValue>,
    pub(super) max_age: Option<HeaderValue>,
    pub(super) vary_on_options: Vary,
    pub(super) vary: Vary,
}

impl CorsPolicy {
    pub(super) fn compile(policy: Policy) -> Self {
        let static_origin = match &policy.origins {
            _ if policy.credentials || policy.predicate.is_some() => None,
            Origins::Any => Some(HeaderValue::from_static("*")),
            Origins::Listed(set) => set
                .only_exact()
                .and_then(|origin| HeaderValue::from_str(origin).ok()),
        };
        // Any origin stays any origin beside a predicate.
        let static_origin = match policy.origins {
            Origins::Any => Some(HeaderValue::from_static("*")),
            Origins::Listed(_) => static_origin,
        };
        let reflects_method = policy.credentials && policy.methods == Methods::Any;
        let allow_methods = match &policy.methods {
            Methods::Any if policy.credentials => None,
            Methods::Any => Some(HeaderValue::from_static("*")),
            Methods::Listed(listed) => joined(listed),
        };
        let reflects_headers = policy.credentials && policy.request_headers.any;
        let RequestHeaders { any, listed } = &policy.request_headers;
        let allow_headers = match any {
            true if policy.credentials => None,
            true if listed.is_empty() => Some(HeaderValue::from_static("*")),
            true => Some(HeaderValue::from_static("*,authorization")),
            false => joined(listed),
        };
        let expose_headers = match &policy.expose_headers {
            ResponseHeaders::Any => Some(HeaderValue::from_static("*")),
            ResponseHeaders::Listed(listed) => joined(listed),
        };
        let reads: Vec<HeaderName> = policy
            .predicate
            .iter()
            .flat_map(|predicate| &predicate.reads)
            .filter_map(|name| name.parse().ok())
            .filter(|name| *name != header::ORIGIN)
            .collect();
        let with_reads = |names: &[HeaderName]| {
            let mut names = names.to_vec();
            names.extend(
                reads
                    .iter()
                    .filter(|name| !names.contains(name))
                    .cloned()
                    .collect::<Vec<_>>(),
            );
            Vary::new(names)
        };
        let is_static = static_origin.is_some();
        Self(Arc::new(Compiled {
            static_origin,
            allow_methods,
            reflects_method,
            allow_headers,
            reflects_headers,
            expose_headers,
            max_age: policy.max_age.map(HeaderValue::from),
            vary_on_options: with_reads(&[
                header::ORIGIN,
                header::ACCESS_CONTROL_REQUEST_METHOD,
                header::ACCESS_CONTROL_REQUEST_HEADERS,
            ]),
            vary: if is_static {
                Vary::new(Vec::new())
            } else {
                with_reads(&[header::ORIGIN])
            },
            policy,
        }))
    }
}

fn joined(names: &[String]) -> Option<HeaderValue> {
    HeaderValue::from_str(&names.join(","))
        .ok()
        .filter(|_| !names.is_empty())
}
