//! Predicates that read the URI, headers and extensions of a request: `Vary` lists each header on which a response
//! depends.

use std::cell::Cell;

use fetch_cors::{
    conformance::{
        laws,
        policies::{fetch_to, request_to},
    },
    server::{CorsPolicy, PredicateRequest},
};
use http::{HeaderName, HeaderValue, Request, Response};
use proptest::{bool, collection, strategy::Strategy};

use super::{PolicySpec, check, plain, policy_with};

/// The header from which a middleware makes the extension [`Tenant`].
const TENANT: HeaderName = HeaderName::from_static("x-a");
const ACCEPT: HeaderName = HeaderName::from_static("accept");

/// An extension that a middleware has made from the header [`TENANT`].
#[derive(Debug, Clone)]
struct Tenant(usize);

/// The parts of a request that a predicate reads.
#[derive(Debug, Clone, Copy)]
struct Reads {
    uri: bool,
    header: bool,
    extension: bool,
    method: bool,
}

impl Reads {
    /// Returns the headers on which the answer of the predicate depends.
    fn headers(self) -> Vec<&'static str> {
        let reads = [(self.header, ACCEPT), (self.extension, TENANT)];
        let reads = reads.iter().filter(|(is_read, _)| *is_read);
        reads
            .map(|(_, name)| if *name == ACCEPT { "accept" } else { "x-a" })
            .collect()
    }

    /// Whether the predicate allows the origin. The predicate computes a number from all parts that it reads, and
    /// allows the origin if the number is even.
    fn allows(self, origin: &str, request: &PredicateRequest<'_>) -> bool {
        let mut sum = origin.len();
        if self.uri {
            sum += request.uri().map_or(0, |uri| uri.to_string().len());
        }
        if self.header {
            sum += request.header("accept").map_or(7, <[u8]>::len);
        }
        if self.extension {
            let tenant = request.extensions().and_then(|all| all.get::<Tenant>());
            sum += tenant.map_or(3, |tenant| tenant.0);
        }
        if self.method {
            sum += request.method().len();
        }
        sum.is_multiple_of(2)
    }

    /// Returns the policy of the spec with the predicate. The predicate declares the given headers.
    fn policy(self, spec: &PolicySpec, declared: &[&str]) -> CorsPolicy {
        let builder = spec.builder();
        let allows =
            move |origin: &str, request: &PredicateRequest<'_>| self.allows(origin, request);
        builder.origin_predicate(declared, allows).build().unwrap()
    }
}

fn reads() -> impl Strategy<Value = Reads> {
    let parts = (bool::ANY, bool::ANY, bool::ANY, bool::ANY);
    parts.prop_map(|(uri, header, extension, method)| Reads {
        uri,
        header,
        extension,
        method,
    })
}

/// Answers as a server whose middleware makes the extension, and whose policy decides on the whole request.
fn respond(policy: &CorsPolicy, request: &Request<()>) -> Response<()> {
    let mut request = request.clone();
    if let Some(tenant) = request.headers().get(TENANT) {
        let tenant = Tenant(tenant.len());
        request.extensions_mut().insert(tenant);
    }
    let decision = policy.decide_request(&request);
    let mut response = Response::new(());
    *response.status_mut() = decision.status().unwrap_or_default();
    decision.apply(response.headers_mut());
    response
}

/// Also checks that a predicate violates the laws if the predicate does not declare the headers that it reads.
#[test]
fn vary_covers_what_a_predicate_reads() {
    let undeclared = Cell::new(0);
    let inputs = policy_with(|spec| {
        let requests = (request_to(spec), request_to(spec));
        (requests, collection::vec(fetch_to(spec), 1..=4), reads())
    });
    check(inputs, |(spec, ((request, mut other), fetches, reads))| {
        let spec = plain(spec);
        other.uri_mut().clone_from(request.uri());
        // Two requests of an unlisted page. They differ only in the headers `ACCEPT` and `TENANT`.
        let [short, long] = ["a", "ab"].map(|value| {
            let mut page = request.clone();
            let headers = page.headers_mut();
            headers.insert("origin", HeaderValue::from_static("https://unlisted.test"));
            for name in [ACCEPT, TENANT] {
                headers.insert(name, HeaderValue::from_static(value));
            }
            page
        });
        let laws = |policy: &CorsPolicy| {
            let server = |request: &Request<()>| respond(policy, request);
            laws::vary_distinguishes_responses(server, &request, &other)?;
            laws::vary_distinguishes_responses(server, &short, &long)?;
            laws::vary_depends_on_method_only(server, &request)?;
            laws::same_request_gets_same_response(server, &request)?;
            laws::shared_cache_changes_no_verdict(server, &fetches)
        };
        laws(&reads.policy(&spec, &reads.headers()))?;
        undeclared.set(undeclared.get() + usize::from(laws(&reads.policy(&spec, &[])).is_err()));
        Ok(())
    });
    assert!(undeclared.get() > 20, "{}", undeclared.get());
}
