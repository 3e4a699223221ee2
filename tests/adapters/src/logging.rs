//! Denials in a log and in a metric, and the denials of a policy that is only planned.

use fetch_cors::{server::CorsPolicy, tower::CorsLayer};

/// Applies the policy, and logs and counts each denial.
pub fn logged(policy: CorsPolicy) -> CorsLayer {
    CorsLayer::new(policy).observe(|decision, request| {
        if let Some(reason) = decision.verdict().denial() {
            let reason = reason.as_str(); // `origin`, `malformed-request`, `method` or `header`
            metrics::counter!("cors_denied_total", "reason" => reason).increment(1);
            tracing::warn!(reason, uri = %request.uri, "cors denied: {}", decision.describe());
        }
    })
}

/// Applies today's policy, and logs the requests that only the planned policy denies.
pub fn report_only(today: CorsPolicy, planned: CorsPolicy) -> CorsLayer {
    CorsLayer::new(today).observe(move |decision, request| {
        let planned = planned.decide_parts(request);
        if decision.verdict().is_allowed() && planned.verdict().denial().is_some() {
            tracing::warn!(uri = %request.uri, "the planned policy denies this: {}", planned.describe());
        }
    })
}
