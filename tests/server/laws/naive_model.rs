//! Compares the crate with the naive model.

use fetch_cors::{
    conformance::{
        laws::LawViolation,
        policies::{PolicySpec, handler_headers, origin_near, request_to},
    },
    infrastructure::request::CredentialsMode,
    server::{CorsPolicy, RequestKind, Verdict},
};
use http::{HeaderMap, Request};

use super::{allowed, built, check, naive, policy_with, same};

fn pairs(headers: &HeaderMap) -> naive::Headers {
    let pair = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.to_string(), value.as_bytes().to_vec())
    };
    headers.iter().map(pair).collect()
}

/// Returns the answer as text.
fn words(answer: &naive::Answer) -> String {
    let header = |(name, value): &(String, Vec<u8>)| format!("{name}: {}", value.escape_ascii());
    let headers: Vec<_> = answer.headers.iter().map(header).collect();
    format!(
        "{:?} {:?} {:?} {headers:#?}",
        answer.kind, answer.denied, answer.status
    )
}

#[test]
fn matcher_equals_the_naive_model() {
    check(policy_with(origin_near), |(mut spec, origin)| {
        spec.predicate = None;
        let Ok(origin) = std::str::from_utf8(&origin) else {
            return Ok(());
        };
        let listed = spec.listed_origins();
        let means = |pattern: &String| naive::matches(pattern, origin);
        let expected = spec.origins.is_any() || listed.iter().any(means);
        same(
            built(&spec).permits(origin, "GET", &[], CredentialsMode::Omit),
            expected,
        )?;
        for pattern in listed {
            let parsed: fetch_cors::server::OriginPattern = pattern.parse().unwrap();
            same(parsed.matches(origin), means(pattern))?;
        }
        Ok(())
    });
}

#[test]
fn decision_equals_the_naive_model() {
    let exchanges = policy_with(|spec| (request_to(spec), handler_headers()));
    check(exchanges, |(spec, (request, handler))| {
        let preflight = allowed(&spec, &request);
        equals(&spec, &request, &handler)?;
        equals(&spec, &preflight, &handler)
    });
}

fn equals(
    spec: &PolicySpec,
    request: &Request<()>,
    handler: &HeaderMap,
) -> Result<(), LawViolation> {
    let (method, headers) = (request.method().as_str(), pairs(request.headers()));
    let expected = naive::respond(&super::naive_of(spec), method, &headers, &pairs(handler));
    let policy = built(spec);
    let given = given(&policy, request, handler);
    if given != expected {
        let reason = format!("{}\nis not {}", words(&given), words(&expected));
        return Err(LawViolation::new(reason));
    }
    // A request with the header type of another framework gets the same response as a request with a `HeaderMap`.
    let by_name = |name: &str| {
        let values = request.headers().get_all(name.to_owned()).into_iter();
        values
            .map(http::HeaderValue::as_bytes)
            .collect::<Vec<_>>()
            .into_iter()
    };
    let raw = policy.decide_raw(method.as_bytes(), &by_name);
    let mut response = handler.clone();
    raw.apply(&mut response);
    same(sorted(&response), expected.headers)?;
    same(is_allowed(raw.verdict()), expected.allowed)
}

fn is_allowed(verdict: Verdict<'_>) -> Option<bool> {
    match verdict {
        Verdict::NotCors => None,
        verdict => Some(verdict.is_allowed()),
    }
}

/// Returns the answer of the crate, as a value of the naive model.
fn given(policy: &CorsPolicy, request: &Request<()>, handler: &HeaderMap) -> naive::Answer {
    let decision = policy.decide(request.method(), request.headers());
    let mut response = handler.clone();
    decision.apply(&mut response);
    naive::Answer {
        kind: match decision.kind() {
            RequestKind::NotCors => "not-cors",
            RequestKind::Cors => "cors",
            RequestKind::Preflight => "preflight",
        },
        allowed: is_allowed(decision.verdict()),
        denied: decision.verdict().denial().map(|reason| reason.as_str()),
        status: decision.status().map(|status| status.as_u16()),
        headers: sorted(&response),
    }
}

fn sorted(headers: &HeaderMap) -> naive::Headers {
    let mut headers = pairs(headers);
    headers.sort_by(|(a, _), (b, _)| a.cmp(b));
    headers
}
