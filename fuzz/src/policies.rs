//! Generates policies together with requests to them, with the crate's own generators.

use crate::{
    naive_policy,
    one_change::{CHANGES, changeable, one_change},
    unlisted_origins::unlisted_origin,
};
use arbitrary::{Arbitrary, Result, Unstructured};
use fetch_cors::{
    conformance::{
        arbitrary::{fetch_to, handler_headers, origin_near, request_to},
        policies::PolicySpec,
    },
    http::{self, HeaderMap},
    infrastructure::request::Request,
    server::{AllowList, CorsPolicy, Decision, RequestKind, Verdict},
};

/// A policy, a request to its server, and the headers of its handler.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub spec: PolicySpec,
    pub request: http::Request<()>,
    pub handler: HeaderMap,
    pub law: DecideLaws,
}

/// The group of laws to check, with the additional inputs that they need.
#[derive(Debug, Clone)]
pub enum DecideLaws {
    Origins { origin: Vec<u8> },
    Answers,
    Merged { other: Box<http::Request<()>> },
    Configurations { more: PolicySpec },
    UnlistedOrigins { more: PolicySpec, unlisted: String },
    Work,
    Apis,
    Subsumed { by: PolicySpec, changed: PolicySpec },
}

impl<'a> Arbitrary<'a> for Exchange {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let law = bytes.int_in_range(0..=7)?;
        let spec = PolicySpec::arbitrary(bytes)?;
        let request = request_to(&spec, bytes)?;
        let handler = handler_headers(bytes)?;
        Ok(Self {
            law: DecideLaws::new(law, &spec, bytes)?,
            spec,
            request,
            handler,
        })
    }
}

impl DecideLaws {
    fn new(law: u8, spec: &PolicySpec, bytes: &mut Unstructured<'_>) -> Result<Self> {
        Ok(match law {
            0 => Self::Origins {
                origin: origin_near(spec, bytes)?,
            },
            1 => Self::Answers,
            2 => Self::Merged {
                other: Box::new(request_to(spec, bytes)?),
            },
            3 => Self::Configurations {
                more: PolicySpec::arbitrary(bytes)?,
            },
            4 => Self::UnlistedOrigins {
                more: PolicySpec::arbitrary(bytes)?,
                unlisted: unlisted_origin(bytes)?,
            },
            5 => Self::Work,
            6 => Self::Apis,
            _ => {
                let by = changeable(spec.clone());
                let more = PolicySpec::arbitrary(bytes)?;
                let change = bytes.int_in_range(0..=CHANGES - 1)?;
                let at = usize::from(bytes.arbitrary::<u8>()?);
                let changed = one_change(&by, &more, change, |length| at % length);
                Self::Subsumed { by, changed }
            }
        })
    }
}

/// A policy and a fetch to its server. The policy has no predicate, because browsers cannot evaluate a
/// predicate.
#[derive(Debug, Clone)]
pub struct FetchSequence {
    pub spec: PolicySpec,
    pub first: Request,
    pub law: RoundTripLaw,
}

/// The law to check, with the additional inputs that it needs.
#[derive(Debug, Clone)]
pub enum RoundTripLaw {
    Denied,
    Listed,
    Read {
        handler: HeaderMap,
    },
    Intermediary,
    PreflightCache {
        more: Vec<Request>,
        /// The pause before each request, in seconds.
        pauses: [u32; 4],
    },
    SharedCache {
        more: Vec<Request>,
        are_simple: bool,
    },
    OtherPolicy {
        other: PolicySpec,
        more: Vec<Request>,
    },
}

impl<'a> Arbitrary<'a> for FetchSequence {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let law = bytes.int_in_range(0..=6)?;
        let spec = spec_without_predicate(bytes)?;
        let first = fetch_to(&spec, bytes)?;
        let law = match law {
            0 => RoundTripLaw::Denied,
            1 => RoundTripLaw::Listed,
            2 => RoundTripLaw::Read {
                handler: handler_headers(bytes)?,
            },
            3 => RoundTripLaw::Intermediary,
            4 => RoundTripLaw::PreflightCache {
                more: more_requests(&spec, &first, bytes)?,
                pauses: pauses(bytes)?,
            },
            5 => RoundTripLaw::SharedCache {
                more: more_requests(&spec, &first, bytes)?,
                are_simple: bytes.arbitrary()?,
            },
            _ => RoundTripLaw::OtherPolicy {
                other: spec_without_predicate(bytes)?,
                more: more_requests(&spec, &first, bytes)?,
            },
        };
        Ok(Self { spec, first, law })
    }
}

fn spec_without_predicate(bytes: &mut Unstructured<'_>) -> Result<PolicySpec> {
    let mut spec = PolicySpec::arbitrary(bytes)?;
    spec.predicate = None;
    Ok(spec)
}

/// Generates up to three further requests. Some of these requests are equal to the first request.
fn more_requests(
    spec: &PolicySpec,
    first: &Request,
    bytes: &mut Unstructured<'_>,
) -> Result<Vec<Request>> {
    let count = bytes.int_in_range(0..=3)?;
    let again = |bytes: &mut Unstructured<'_>| match bytes.int_in_range(0..=1)? {
        0 => fetch_to(spec, bytes),
        _ => Ok(first.clone()),
    };
    (0..count).map(|_| again(bytes)).collect()
}

/// Chooses pauses around the limits of max-age.
fn pauses(bytes: &mut Unstructured<'_>) -> Result<[u32; 4]> {
    let mut pause = || bytes.choose(&[0, 1, 4, 5, 599, 600, 7199, 7200, 86_400]);
    Ok([*pause()?, *pause()?, *pause()?, *pause()?])
}

impl FetchSequence {
    /// Returns all requests in order.
    pub fn requests(&self) -> Vec<Request> {
        let more = match &self.law {
            RoundTripLaw::PreflightCache { more, .. }
            | RoundTripLaw::SharedCache { more, .. }
            | RoundTripLaw::OtherPolicy { more, .. } => &more[..],
            _ => &[],
        };
        [std::slice::from_ref(&self.first), more].concat()
    }

    /// Returns the union of this policy and `other`.
    pub fn wider(&self, other: &PolicySpec) -> PolicySpec {
        let (mut wide, more) = (changeable(self.spec.clone()), &other.config);
        if let AllowList::Only(origins) = &mut wide.origins {
            origins.extend_from_slice(more.origins.entries());
        }
        if !wide.methods.is_any() {
            wide.methods = more.methods.clone();
        }
        wide.request_headers
            .extend_from_slice(&more.request_headers);
        wide
    }
}

/// Converts the policy for the naive model.
pub fn naive_of(spec: &PolicySpec) -> naive_policy::Policy {
    let listed = |list: &AllowList| (!list.is_any()).then(|| list.entries().to_vec());
    naive_policy::Policy {
        origins: listed(&spec.origins),
        predicate: spec
            .predicate
            .clone()
            .map(|predicate| naive_policy::Predicate {
                origin: predicate.origin,
                header: predicate.header,
                value: predicate.value,
            }),
        credentials: spec.credentials,
        methods: listed(&spec.methods),
        request_headers: spec.request_headers.clone(),
        expose_headers: listed(&spec.expose_headers),
        max_age: spec.max_age,
        preflight_status: spec.preflight_status,
    }
}

/// Converts the headers for the naive model.
pub fn pairs(headers: &HeaderMap) -> naive_policy::Headers {
    let pair = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.to_string(), value.as_bytes().to_vec())
    };
    headers.iter().map(pair).collect()
}

/// Converts the headers for the naive model, sorted by name.
pub fn sorted(headers: &HeaderMap) -> naive_policy::Headers {
    let mut headers = pairs(headers);
    headers.sort_by(|(a, _), (b, _)| a.cmp(b));
    headers
}

/// Returns the answer of the policy as a value of the naive model.
pub fn answer(
    policy: &CorsPolicy,
    request: &http::Request<()>,
    handler: &HeaderMap,
) -> naive_policy::Answer {
    let decision = policy.decide(request.method(), request.headers());
    let mut response = handler.clone();
    decision.apply(&mut response);
    naive_policy::Answer {
        kind: kind(&decision),
        allowed: match decision.verdict() {
            Verdict::NotCors => None,
            verdict => Some(verdict.is_allowed()),
        },
        denied: denied(&decision),
        status: decision.status().map(|status| status.as_u16()),
        headers: sorted(&response),
    }
}

/// Returns the name of the kind of request.
pub fn kind(decision: &Decision<'_>) -> &'static str {
    match decision.kind() {
        RequestKind::NotCors => "not-cors",
        RequestKind::Cors => "cors",
        RequestKind::Preflight => "preflight",
    }
}

/// Returns the name of the denial reason, if the request is denied.
pub fn denied(decision: &Decision<'_>) -> Option<&'static str> {
    decision.verdict().denial().map(|reason| reason.as_str())
}
