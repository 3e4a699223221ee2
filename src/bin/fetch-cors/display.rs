//! What a policy allows, in plain words.

use std::fmt;

use fetch_cors::server::{AllowList, CorsPolicy};
use http::{HeaderMap, Method};

/// A policy that is described.
#[derive(Debug)]
pub(crate) struct Summary<'p>(pub(crate) &'p CorsPolicy);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = self.0.config();
        let request = HeaderMap::new();
        let varies = !self.0.decide(&Method::GET, &request).vary().is_empty();
        writeln!(f, "the policy is valid")?;
        let origins = match &config.origins {
            AllowList::Any => vec!["any, `null` too".to_owned()],
            AllowList::Only(origins) => origins.iter().map(|entry| origin(entry)).collect(),
        };
        lines(f, "origins", &origins)?;
        let credentials = match config.credentials {
            true => "allowed",
            false => "not allowed",
        };
        line(f, "credentials", credentials)?;
        let mut methods = vec!["GET, HEAD, POST, as always".to_owned()];
        match (&config.methods, config.credentials) {
            (AllowList::Only(listed), _) => methods.extend_from_slice(listed),
            (AllowList::Any, false) => methods.push("any".into()),
            (AllowList::Any, true) => {
                methods.push("any but `*`, repeated as it is asked for".into())
            }
        }
        lines(f, "methods", &methods)?;
        let mut names = vec!["the safelisted ones with a safe value, as always".to_owned()];
        let rest = match config.request_headers.split_first() {
            Some((first, rest)) if first == "*" => {
                names.push(match (rest.is_empty(), config.credentials) {
                    (true, false) => "any but `authorization`".into(),
                    (false, false) => "any".into(),
                    (true, true) => {
                        "any but `authorization` and `*`, repeated as they are asked for".into()
                    }
                    (false, true) => "any but `*`, repeated as they are asked for".into(),
                });
                &[]
            }
            _ => &*config.request_headers,
        };
        names.extend_from_slice(rest);
        lines(f, "request headers", &names)?;
        let mut exposed = vec!["the safelisted ones, as always".to_owned()];
        match &config.expose_headers {
            AllowList::Only(listed) => exposed.extend_from_slice(listed),
            AllowList::Any => exposed.push("any".into()),
        }
        lines(f, "exposed headers", &exposed)?;
        let kept = match config.max_age {
            None => "for as long as the browser likes, which is 5 seconds".to_owned(),
            Some(0) => "not kept".to_owned(),
            Some(seconds) => format!("kept for {seconds} seconds at most"),
        };
        line(
            f,
            "preflights",
            &format!("status {}", config.preflight_status),
        )?;
        line(f, "", &kept)?;
        let responses = match varies {
            true => "different for each origin, which `Vary` tells caches",
            false => "the same for everybody, so that caches may share them",
        };
        write!(f, "{:<17}{responses}", "responses")?;
        for (is_lifted, danger) in [
            (
                config.dangerously_allow_insecure_origins,
                "whoever is on the network can be an origin of `http:`",
            ),
            (
                config.dangerously_allow_null_origin,
                "anybody can be the origin `null`",
            ),
            (
                config.dangerously_allow_subdomains_of_public_suffixes,
                "anybody can register a subdomain of a public suffix",
            ),
        ] {
            if is_lifted && config.credentials {
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
