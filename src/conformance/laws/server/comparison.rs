use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

use crate::conformance::generate::policies::policy_spec::PolicySpec;
use crate::conformance::laws::{
    support::headers::SAFELISTED_RESPONSE_HEADER_NAMES,
    violation::{LawViolation, ensure},
};
use crate::infrastructure::request::CredentialsMode;

/// A policy subsumes another exactly where it permits, and lets script read, all that the other does.
/// Limits on Access-Control-Request-Headers are no part of that; of predicates it says nothing.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
    let beyond = asked(wide, narrow)
        .into_iter()
        .find(|asked| asked.is_permitted(narrow) && !asked.is_permitted(wide));
    let subsumes = wide
        .build()
        .map_err(LawViolation::new)?
        .subsumes(&narrow.build().map_err(LawViolation::new)?);
    ensure(subsumes == Ok(beyond.is_none()), || {
        format!("that it subsumes is {subsumes:?}, and beyond it is {beyond:?}")
    })
}

#[derive(Debug)]
enum Asked {
    Of(String),
    Sent(String, String, Option<String>, CredentialsMode),
    Read(String),
}

impl Asked {
    fn is_permitted(&self, spec: &PolicySpec) -> bool {
        match self {
            Self::Of(origin) => spec.permits(origin, "GET", &[], CredentialsMode::Omit),
            Self::Sent(origin, method, name, credentials) => {
                let names: Vec<_> = name.iter().map(String::as_str).collect();
                spec.permits(origin, method, &names, *credentials)
            }
            Self::Read(name) => {
                let mut listed = spec.expose_headers.entries().iter();
                SAFELISTED_RESPONSE_HEADER_NAMES.contains(&&**name)
                    || spec.expose_headers.is_any()
                    || listed.any(|listed| listed.eq_ignore_ascii_case(name))
            }
        }
    }
}

/// What can tell the two apart: each origin, and of an origin of the narrow one each method, each name,
/// and credentials. All else is put together of these.
fn asked(wide: &PolicySpec, narrow: &PolicySpec) -> Vec<Asked> {
    let both = || [wide, narrow].into_iter();
    let mut asked = Vec::new();
    let stranger = || String::from("https://stranger.test");
    let entries = both().flat_map(PolicySpec::listed_origins);
    let origins: Vec<String> = entries.flat_map(|entry| origins_of(entry)).collect();
    let origin = narrow.listed_origins().first();
    let origin = origin.and_then(|entry| origins_of(entry).pop());
    let origin = origin.unwrap_or_else(stranger);
    asked.extend(origins.into_iter().chain([stranger()]).map(Asked::Of));
    let sent = |method: &str, name: Option<&str>, credentials| {
        let name = name.map(ToOwned::to_owned);
        Asked::Sent(origin.clone(), method.to_owned(), name, credentials)
    };
    let methods = both().flat_map(|spec| spec.methods.entries());
    let methods = methods.map(String::as_str).chain(["X-UNLISTED", "*"]);
    let names = both().flat_map(|spec| &spec.request_headers);
    let names = names
        .map(String::as_str)
        .chain(["x-unlisted", "*", "authorization"]);
    asked.extend(methods.map(|method| sent(method, None, CredentialsMode::Omit)));
    asked.extend(names.map(|name| sent("GET", Some(name), CredentialsMode::Omit)));
    asked.push(sent("GET", None, CredentialsMode::Include));
    let exposed = both().flat_map(|spec| spec.expose_headers.entries().iter());
    let exposed = exposed.map(String::as_str).chain(["x-unlisted"]);
    asked.extend(exposed.map(|name| Asked::Read(name.to_owned())));
    asked
}

/// Origins that an entry means, and some beside it; one that it means is the last.
fn origins_of(entry: &str) -> Vec<String> {
    let mut origins = Vec::new();
    for labels in ["", "a.", "unlisted.b.", "unlisted."] {
        for port in ["", ":8443", ":4711"] {
            origins.push(entry.replacen("*.", labels, 1).replacen(":*", port, 1));
        }
    }
    origins
}
