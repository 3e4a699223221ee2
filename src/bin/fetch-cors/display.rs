//! The description of a policy as text.

use std::fmt;

use fetch_cors::{
    server::{AllowList, CorsPolicy},
    wording,
};
use http::{HeaderMap, Method};

/// Displays the description of a policy.
#[derive(Debug)]
pub(crate) struct Summary<'p>(pub(crate) &'p CorsPolicy);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = self.0.config();
        let request = HeaderMap::new();
        let varies = !self.0.decide(&Method::GET, &request).vary().is_empty();
        writeln!(f, "the policy is valid")?;
        let origins = match &config.origins {
            AllowList::Any => vec!["any origin, including `null`".to_owned()],
            AllowList::Only(origins) if origins.is_empty() => {
                vec!["none: the policy denies every cross-origin request".to_owned()]
            }
            AllowList::Only(origins) => origins.iter().map(|entry| origin(entry)).collect(),
        };
        lines(f, "origins", &origins)?;
        let credentials = if config.credentials {
            "allowed"
        } else {
            "not allowed"
        };
        line(f, "credentials", credentials)?;
        let mut methods = vec!["GET, HEAD, POST (always allowed)".to_owned()];
        match &config.methods {
            AllowList::Only(listed) => methods.extend(listed.iter().map(|name| method(name))),
            AllowList::Any => {
                methods.push("any method except `*`; the response reflects the method".into());
            }
        }
        lines(f, "methods", &methods)?;
        let mut names =
            vec!["CORS-safelisted headers with a safe value (always allowed)".to_owned()];
        let rest = match config.request_headers.split_first() {
            Some((first, rest)) if first == "*" => {
                let except = if rest.iter().any(|name| name == "authorization") {
                    "`*`"
                } else {
                    "`authorization` and `*`"
                };
                names.push(format!(
                    "any header except {except}; the response reflects the names"
                ));
                &[]
            }
            _ => &*config.request_headers,
        };
        names.extend_from_slice(rest);
        lines(f, "request headers", &names)?;
        let mut exposed = vec!["CORS-safelisted headers (always exposed)".to_owned()];
        match &config.expose_headers {
            AllowList::Only(listed) => exposed.extend_from_slice(listed),
            AllowList::Any => exposed.push("any header".into()),
        }
        lines(f, "exposed headers", &exposed)?;
        line(
            f,
            "preflights",
            &format!("status {}", config.preflight_status),
        )?;
        let max_age = match config.max_age {
            None => "no max-age: browsers cache a preflight for 5 seconds".to_owned(),
            Some(0) => "max-age 0: browsers do not cache a preflight".to_owned(),
            Some(seconds) => {
                format!(
                    "max-age {seconds}: browsers cache a preflight for at most {seconds} seconds"
                )
            }
        };
        line(f, "", &max_age)?;
        let responses = if varies {
            "different for each origin, and `Vary` lists `Origin` for caches"
        } else {
            "the same for every origin, so caches can share them"
        };
        write!(f, "{:<17}{responses}", "responses")?;
        for (is_set, danger) in [
            (
                config.dangerously_allow_any_extension_origin,
                "any browser extension that a user installs can act as an allowed page",
            ),
            (
                config.dangerously_allow_insecure_origins,
                "an attacker on the network can act as a page of an `http` origin",
            ),
            (
                config.dangerously_allow_null_origin,
                "a page of any site can have the origin `null`",
            ),
            (
                config.dangerously_allow_subdomains_of_public_suffixes,
                "anyone can register a subdomain of a public suffix",
            ),
        ] {
            if is_set && config.credentials {
                write!(f, "\n{:<17}{danger}", "danger")?;
            }
        }
        Ok(())
    }
}

fn origin(origin: &str) -> String {
    let subdomains = origin.contains("://*.");
    let ports = origin.ends_with(":*");
    match (origin, subdomains, ports) {
        ("null", _, _) => {
            "null: sandboxed pages and local files; a page of any site can have this origin".into()
        }
        (_, true, true) => format!("{origin}: all subdomains, not the domain itself, on any port"),
        (_, true, false) => format!("{origin}: all subdomains, not the domain itself"),
        (_, false, true) => format!("{origin}: any port"),
        (_, false, false) => origin.into(),
    }
}

/// Returns the method, with a note if the method has a lower-case letter. Methods are case-sensitive, and browsers change
/// only some methods to upper case.
fn method(method: &str) -> String {
    let upper = method.to_ascii_uppercase();
    if method == upper {
        upper
    } else {
        format!(
            "{method}: this is not the method `{upper}`, because {}",
            wording::METHODS_ARE_CASE_SENSITIVE
        )
    }
}

/// Writes each entry on its own line, with `name` before the first entry.
fn lines(f: &mut fmt::Formatter<'_>, name: &str, entries: &[String]) -> fmt::Result {
    let names = std::iter::once(name).chain(std::iter::repeat(""));
    entries
        .iter()
        .zip(names)
        .try_for_each(|(entry, name)| line(f, name, entry))
}

fn line(f: &mut fmt::Formatter<'_>, name: &str, entry: &str) -> fmt::Result {
    writeln!(f, "{name:<17}{entry}")
}

#[cfg(test)]
mod tests {
    use fetch_cors::{infrastructure::site::NoPublicSuffixes, server::PolicyConfig};
    use serde_json::{Value, json};

    use super::*;

    /// Sets every member, and then resets one member at a time. Each reset changes the summary.
    #[test]
    fn summary_has_every_member() {
        let mut every = json!({
            "origins": ["https://a.example"],
            "methods": ["PUT"],
            "request_headers": ["x-a"],
            "expose_headers": ["etag"],
            "max_age": 600,
            "preflight_status": 200,
        });
        let default = serde_json::to_value(PolicyConfig::default()).unwrap();
        for (member, value) in default.as_object().unwrap() {
            if value.is_boolean() {
                every[member] = json!(true);
            }
        }
        let summary = |policy: &Value| {
            let config: PolicyConfig = serde_json::from_value(policy.clone()).unwrap();
            let policy = config.validate(&NoPublicSuffixes).unwrap();
            (Summary(&policy).to_string(), policy)
        };
        let (whole, policy) = summary(&every);
        let members = serde_json::to_value(&policy).unwrap();
        for member in members.as_object().unwrap().keys() {
            let mut policy = every.clone();
            if member == "origins" {
                policy[member] = json!(["https://b.example"]);
            } else {
                policy.as_object_mut().unwrap().remove(member).unwrap();
            }
            assert_ne!(summary(&policy).0, whole, "{member}");
        }
    }
}
