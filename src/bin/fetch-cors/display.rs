//! What a policy allows, in plain words.

use std::fmt;

use fetch_cors::server::CorsPolicy;
use http::{HeaderMap, Method};
use serde::Deserialize;
use serde_json::Value;

use crate::output::Stop;

/// A policy that is described.
#[derive(Debug)]
pub(crate) struct InWords {
    members: Members,
    /// Whether responses depend on who asks.
    varies: bool,
}

/// Its members, each there.
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

impl InWords {
    pub(crate) fn of(policy: &CorsPolicy) -> Result<Self, Stop> {
        let members = serde_json::to_value(policy).and_then(serde_json::from_value);
        let members = members
            .map_err(|error| Stop::Failed(format!("could not read the policy again: {error}")))?;
        let nobody = HeaderMap::new();
        Ok(Self {
            members,
            varies: !policy.decide(&Method::GET, &nobody).vary().is_empty(),
        })
    }
}

impl fmt::Display for InWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members = &self.members;
        writeln!(f, "the policy is valid")?;
        let origins = match listed(&members.origins) {
            None => vec!["any, `null` too".to_owned()],
            Some(origins) => origins.into_iter().map(origin).collect(),
        };
        lines(f, "origins", &origins)?;
        let credentials = match members.credentials {
            true => "allowed",
            false => "not allowed",
        };
        line(f, "credentials", credentials)?;
        let mut methods = vec!["GET, HEAD, POST, as always".to_owned()];
        match (listed(&members.methods), members.credentials) {
            (Some(listed), _) => methods.extend(listed.into_iter().map(str::to_owned)),
            (None, false) => methods.push("any".into()),
            (None, true) => methods.push("any but `*`, repeated as it is asked for".into()),
        }
        lines(f, "methods", &methods)?;
        let mut names = vec!["the safelisted ones with a safe value, as always".to_owned()];
        let rest = match members.request_headers.split_first() {
            Some((first, rest)) if first == "*" => {
                names.push(match (rest.is_empty(), members.credentials) {
                    (true, false) => "any but `authorization`".into(),
                    (false, false) => "any".into(),
                    (true, true) => {
                        "any but `authorization` and `*`, repeated as they are asked for".into()
                    }
                    (false, true) => "any but `*`, repeated as they are asked for".into(),
                });
                &[]
            }
            _ => &*members.request_headers,
        };
        names.extend_from_slice(rest);
        lines(f, "request headers", &names)?;
        let mut exposed = vec!["the safelisted ones, as always".to_owned()];
        match listed(&members.expose_headers) {
            Some(listed) => exposed.extend(listed.into_iter().map(str::to_owned)),
            None => exposed.push("any".into()),
        }
        lines(f, "exposed headers", &exposed)?;
        let kept = match members.max_age {
            None => "for as long as the browser likes, which is 5 seconds".to_owned(),
            Some(0) => "not kept".to_owned(),
            Some(seconds) => format!("kept for {seconds} seconds at most"),
        };
        line(
            f,
            "preflights",
            &format!("status {}", members.preflight_status),
        )?;
        line(f, "", &kept)?;
        let responses = match self.varies {
            true => "different for each origin, which `Vary` tells caches",
            false => "the same for everybody, so that caches may share them",
        };
        write!(f, "{:<17}{responses}", "responses")?;
        for (is_lifted, danger) in [
            (
                members.dangerously_allow_insecure_origins,
                "whoever is on the network can be an origin of `http:`",
            ),
            (
                members.dangerously_allow_null_origin,
                "anybody can be the origin `null`",
            ),
            (
                members.dangerously_allow_subdomains_of_public_suffixes,
                "anybody can register a subdomain of a public suffix",
            ),
        ] {
            if is_lifted && members.credentials {
                write!(f, "\n{:<17}{danger}", "danger")?;
            }
        }
        Ok(())
    }
}

/// The entries; `None` for `*`.
fn listed(value: &Value) -> Option<Vec<&str>> {
    let entries = value.as_array()?;
    Some(entries.iter().filter_map(Value::as_str).collect())
}

fn origin(origin: &str) -> String {
    let subdomains = origin.contains("://*.");
    let ports = origin.ends_with(":*");
    match (origin, subdomains, ports) {
        ("null", _, _) => "null: sandboxed and local pages, and so anybody's".into(),
        (_, true, true) => format!("{origin}: all subdomains, not the domain itself, on any port"),
        (_, true, false) => format!("{origin}: all subdomains, not the domain itself"),
        (_, false, true) => format!("{origin}: on any port"),
        (_, false, false) => origin.into(),
    }
}

/// One below the other, with their name before the first.
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
