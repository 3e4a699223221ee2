//! The description of a policy as text.

use std::fmt;

use fetch_cors::server::CorsPolicy;
use http::{HeaderMap, Method};
use serde::Deserialize;
use serde_json::Value;

use crate::output::Stop;

/// A policy to describe.
#[derive(Debug)]
pub(crate) struct Description {
    members: Members,
    /// Whether the responses depend on the origin of the request.
    varies: bool,
}

/// The members of a policy, all present.
#[derive(Debug, Deserialize)]
struct Members {
    origins: Value,
    credentials: bool,
    methods: Value,
    request_headers: Vec<String>,
    expose_headers: Value,
    max_age: Option<u32>,
    preflight_status: u16,
    dangerously_allow_insecure_origins: bool,
    dangerously_allow_null_origin: bool,
    dangerously_allow_subdomains_of_public_suffixes: bool,
}

impl Description {
    pub(crate) fn new(policy: &CorsPolicy) -> Result<Self, Stop> {
        let members = serde_json::to_value(policy).and_then(serde_json::from_value);
        let members = members.map_err(|error| {
            Stop::CannotRun(format!("could not convert the policy to JSON: {error}"))
        })?;
        let no_headers = HeaderMap::new();
        let decision = policy.decide(&Method::GET, &no_headers);
        Ok(Self {
            members,
            varies: !decision.vary().is_empty(),
        })
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members = &self.members;
        writeln!(f, "the policy is valid")?;
        let origins = match listed(&members.origins) {
            None => vec!["any origin, also `null`".to_owned()],
            Some(origins) => origins.into_iter().map(origin).collect(),
        };
        lines(f, "origins", &origins)?;
        let credentials = if members.credentials {
            "allowed"
        } else {
            "not allowed"
        };
        line(f, "credentials", credentials)?;
        let mut methods = vec!["GET, HEAD, POST (always allowed)".to_owned()];
        match (listed(&members.methods), members.credentials) {
            (Some(listed), _) => methods.extend(listed.into_iter().map(str::to_owned)),
            (None, false) => methods.push("any method".into()),
            (None, true) => {
                methods.push("any method except `*`; the response reflects the method".into());
            }
        }
        lines(f, "methods", &methods)?;
        let mut names =
            vec!["CORS-safelisted headers with a safe value (always allowed)".to_owned()];
        let rest = match members.request_headers.split_first() {
            Some((first, rest)) if first == "*" => {
                names.push(match (rest.is_empty(), members.credentials) {
                    (true, false) => "any header except `authorization`".into(),
                    (false, false) => "any header".into(),
                    (true, true) => {
                        "any header except `authorization` and `*`; the response reflects the names"
                            .into()
                    }
                    (false, true) => {
                        "any header except `*`; the response reflects the names".into()
                    }
                });
                &[]
            }
            _ => &*members.request_headers,
        };
        names.extend_from_slice(rest);
        lines(f, "request headers", &names)?;
        let mut exposed = vec!["CORS-safelisted headers (always exposed)".to_owned()];
        match listed(&members.expose_headers) {
            Some(listed) => exposed.extend(listed.into_iter().map(str::to_owned)),
            None => exposed.push("any header".into()),
        }
        lines(f, "exposed headers", &exposed)?;
        line(
            f,
            "preflights",
            &format!("status {}", members.preflight_status),
        )?;
        let max_age = match members.max_age {
            None => "no max-age: browsers cache a preflight for 5 seconds".to_owned(),
            Some(0) => "max-age 0: browsers do not cache a preflight".to_owned(),
            Some(seconds) => {
                format!(
                    "max-age {seconds}: browsers cache a preflight for at most {seconds} seconds"
                )
            }
        };
        line(f, "", &max_age)?;
        let responses = if self.varies {
            "different for each origin, and `Vary` lists `Origin` for caches"
        } else {
            "the same for every origin, so caches can share them"
        };
        write!(f, "{:<17}{responses}", "responses")?;
        for (is_set, danger) in [
            (
                members.dangerously_allow_insecure_origins,
                "an attacker on the network can act as a page of an `http` origin",
            ),
            (
                members.dangerously_allow_null_origin,
                "a page of any site can have the origin `null`",
            ),
            (
                members.dangerously_allow_subdomains_of_public_suffixes,
                "anyone can register a subdomain of a public suffix",
            ),
        ] {
            if is_set && members.credentials {
                write!(f, "\n{:<17}{danger}", "danger")?;
            }
        }
        Ok(())
    }
}

/// Returns the entries of a list, or `None` for `*`.
fn listed(value: &Value) -> Option<Vec<&str>> {
    let entries = value.as_array()?;
    Some(entries.iter().filter_map(Value::as_str).collect())
}

fn origin(origin: &str) -> String {
    let subdomains = origin.contains("://*.");
    let ports = origin.ends_with(":*");
    match (origin, subdomains, ports) {
        ("null", _, _) => {
            "null: sandboxed pages and local files, which a page of any site can use".into()
        }
        (_, true, true) => format!("{origin}: all subdomains, not the domain itself, on any port"),
        (_, true, false) => format!("{origin}: all subdomains, not the domain itself"),
        (_, false, true) => format!("{origin}: any port"),
        (_, false, false) => origin.into(),
    }
}

/// Writes one entry a line, with `name` before the first.
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
