//! The law about the comparison of two policies with `subsumes`.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

use crate::conformance::generate::policies::policy_spec::PolicySpec;
use crate::conformance::laws::{
    support::headers::SAFELISTED_RESPONSE_HEADER_NAMES,
    violation::{LawViolation, ensure},
};
use crate::infrastructure::request::CredentialsMode;

/// `a.subsumes(&b)` is true exactly if policy `a` permits every request that policy `b` permits, and exposes every
/// header that policy `b` exposes. The law ignores the limits on `Access-Control-Request-Headers`. Policies with a
/// predicate are outside the scope of the law.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::subsumption_matches_permissions as law, policies::PolicySpec};
///
/// let (wide, narrow) = (PolicySpec::from_origins(["https://*.example"]), PolicySpec::from_origins(["https://a.example"]));
/// law(&wide, &narrow)?;
/// law(&narrow, &wide)?;
/// # Ok::<(), fetch_cors::conformance::laws::LawViolation>(())
/// ```
pub fn subsumption_matches_permissions(
    wide: &PolicySpec,
    narrow: &PolicySpec,
) -> Result<(), LawViolation> {
    if wide.predicate.is_some() || narrow.predicate.is_some() {
        return Ok(());
    }
    let beyond = questions(wide, narrow)
        .into_iter()
        .find(|question| question.is_permitted(narrow) && !question.is_permitted(wide));
    let subsumes = wide
        .build()
        .map_err(LawViolation::new)?
        .subsumes(&narrow.build().map_err(LawViolation::new)?);
    ensure(subsumes == Ok(beyond.is_none()), || {
        format!(
            "`subsumes` of the first policy wrongly returns {subsumes:?}; only the second policy permits: {beyond:?}"
        )
    })
}

/// A question about one policy. The answer can differ between two policies.
#[derive(Debug)]
enum Question {
    /// Does the policy allow this origin?
    Origin(String),
    /// Does the policy permit a request with this origin, method, header name and credentials mode?
    Request(String, String, Option<String>, CredentialsMode),
    /// Does the policy expose the response header with this name?
    Exposed(String),
}

impl Question {
    fn is_permitted(&self, spec: &PolicySpec) -> bool {
        match self {
            Self::Origin(origin) => spec.permits(origin, "GET", &[], CredentialsMode::Omit),
            Self::Request(origin, method, name, credentials) => {
                let names: Vec<_> = name.iter().map(String::as_str).collect();
                spec.permits(origin, method, &names, *credentials)
            }
            Self::Exposed(name) => {
                let mut listed = spec.expose_headers.entries().iter();
                SAFELISTED_RESPONSE_HEADER_NAMES.contains(&&**name)
                    || spec.expose_headers.is_any()
                    || listed.any(|listed| listed.eq_ignore_ascii_case(name))
            }
        }
    }
}

/// Returns questions to which two different policies can have different answers. Some questions are about the listed
/// origins and similar origins. The questions about methods, header names and credentials are about one origin of the
/// policy `narrow`.
fn questions(wide: &PolicySpec, narrow: &PolicySpec) -> Vec<Question> {
    let both = || [wide, narrow].into_iter();
    let mut questions = Vec::new();
    let unlisted = || String::from("https://unlisted.test");
    let entries = both().flat_map(PolicySpec::listed_origins);
    let origins: Vec<String> = entries.flat_map(|entry| origins_of(entry)).collect();
    let origin = narrow.listed_origins().first();
    let origin = origin.and_then(|entry| origins_of(entry).pop());
    let origin = origin.unwrap_or_else(unlisted);
    questions.extend(
        origins
            .into_iter()
            .chain([unlisted()])
            .map(Question::Origin),
    );
    let request = |method: &str, name: Option<&str>, credentials| {
        let name = name.map(ToOwned::to_owned);
        Question::Request(origin.clone(), method.to_owned(), name, credentials)
    };
    let methods = both().flat_map(|spec| spec.methods.entries());
    let methods = methods.map(String::as_str).chain(["X-UNLISTED", "*"]);
    let names = both().flat_map(|spec| &spec.request_headers);
    let names = names
        .map(String::as_str)
        .chain(["x-unlisted", "*", "authorization"]);
    questions.extend(methods.map(|method| request(method, None, CredentialsMode::Omit)));
    questions.extend(names.map(|name| request("GET", Some(name), CredentialsMode::Omit)));
    questions.push(request("GET", None, CredentialsMode::Include));
    let exposed = both().flat_map(|spec| spec.expose_headers.entries().iter());
    let exposed = exposed.map(String::as_str).chain(["x-unlisted"]);
    questions.extend(exposed.map(|name| Question::Exposed(name.to_owned())));
    questions
}

/// Returns origins that match an entry, and similar origins that do not match the entry. The last origin matches.
fn origins_of(entry: &str) -> Vec<String> {
    let mut origins = Vec::new();
    for labels in ["", "a.", "unlisted.b.", "unlisted."] {
        for port in ["", ":8443", ":4711"] {
            let of_port = entry.replacen(":*", port, 1);
            let part = labels.split('.').next().unwrap_or_default();
            origins.push(of_port.replacen("*.", labels, 1).replacen('*', part, 1));
        }
    }
    origins
}
