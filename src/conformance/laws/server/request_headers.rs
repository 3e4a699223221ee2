//! The law about the layout of `Access-Control-Request-Headers`.

use alloc::{format, string::String, vec::Vec};

use http::{HeaderValue, Request};

use crate::conformance::laws::{
    support::{
        headers::elements,
        limits::{elements_allowed, has_wildcard, is_within_limits, wildcard_bytes_allowed},
    },
    violation::{LawViolation, ensure},
};
use crate::{
    conformance::generate::policies::policy_spec::PolicySpec, infrastructure::bytes::is_token,
    server::CorsPolicy,
};

const NAME: &str = "access-control-request-headers";

/// Within the limits of the policy, the layout of `Access-Control-Request-Headers` does not change a decision. The
/// layout is:
///
/// - the number of lines,
/// - the order and the letter case of the names,
/// - a space or a tab on each side of a name,
/// - empty elements.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::request_header_layout_is_irrelevant as law, policies::PolicySpec};
///
/// let request = http::Request::options("/").header("origin", "https://a.example");
/// let request = request.header("access-control-request-method", "GET");
/// let request = request.header("access-control-request-headers", "x-a,x-b").body(())?;
/// let spec = PolicySpec::from_origins(["https://a.example"]);
/// law(&spec, &spec.build()?, &request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn request_header_layout_is_irrelevant(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request<()>,
) -> Result<(), LawViolation> {
    let names = elements(request.headers(), NAME);
    if !names.iter().all(|name| is_token(name)) {
        return Ok(());
    }
    let mut first = None;
    for lines in equivalent_layouts(spec, &names) {
        let lines: Vec<&[u8]> = lines.iter().map(|line| line.trim_ascii()).collect();
        if !is_within_limits(spec, &lines) {
            continue;
        }
        let mut headers = request.headers().clone();
        headers.remove(NAME);
        for line in lines {
            headers.append(
                NAME,
                HeaderValue::from_bytes(line).map_err(LawViolation::new)?,
            );
        }
        let decision = policy.decide(request.method(), &headers);
        // A denial contains the denied name in the letter case of the request. So the law compares only the kinds of
        // the reasons.
        let reason = decision.verdict().denial().map(|reason| reason.as_str());
        let verdict = (decision.kind(), reason);
        let first = first.get_or_insert(verdict);
        ensure(verdict == *first, || {
            format!(
                "another layout of the same names changes the decision from {first:?} to {verdict:?}: {headers:?}"
            )
        })?;
    }
    Ok(())
}

/// Returns different layouts of the same names. Some layouts are as long as the limits of the policy allow.
fn equivalent_layouts(spec: &PolicySpec, names: &[&[u8]]) -> Vec<Vec<Vec<u8>>> {
    let plain = names.join(&b","[..]);
    let each = |write: &dyn Fn(&[u8]) -> Vec<u8>| names.iter().map(|name| write(name)).collect();
    let spaced: Vec<Vec<u8>> = each(&|name| {
        let name = String::from_utf8_lossy(name).to_ascii_uppercase();
        format!("\t{name} ").into_bytes()
    });
    let lines: Vec<Vec<u8>> = each(&<[u8]>::to_vec);
    let reversed = lines.iter().rev().cloned().collect();
    let twice = Vec::from([b",".to_vec(), plain.clone(), Vec::new(), plain.clone()]);
    // The number of commas that fill the list up to the limit.
    let commas = if has_wildcard(spec) {
        wildcard_bytes_allowed(spec).saturating_sub(plain.len())
    } else {
        elements_allowed(spec).saturating_sub(names.len().max(1))
    };
    let full = [plain.clone(), b",".repeat(commas)].concat();
    let spaced_full = [spaced.join(&b","[..]), b", ".repeat(commas / 2)].concat();
    let one = |line: Vec<u8>| Vec::from([line]);
    Vec::from([
        one(plain),
        lines,
        one(spaced.join(&b","[..])),
        reversed,
        twice,
        one(full),
        one(spaced_full),
    ])
}
