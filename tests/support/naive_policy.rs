//! The naive model of the server's side: the responses of a policy, in simple and slow code.
//!
//! The model shares no code with the crate. It parses URLs with the `url` crate.
#![allow(
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub
)]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;

use url::Url;

use self::lists::{is_token, lines, lower, sorted, without_one_space};

#[path = "naive_policy/lists.rs"]
mod lists;
#[path = "naive_policy/punycode.rs"]
pub mod punycode;

/// A valid policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// `None` means any origin.
    pub origins: Option<Vec<String>>,
    pub predicate: Option<Predicate>,
    pub credentials: bool,
    /// `None` means any method.
    pub methods: Option<Vec<String>>,
    /// `*` means any name except `authorization`.
    pub request_headers: Vec<String>,
    /// `None` means any name.
    pub expose_headers: Option<Vec<String>>,
    pub max_age: Option<u32>,
    pub preflight_status: u16,
}

/// A predicate that allows an additional origin if a request header has a given value.
#[derive(Debug, Clone)]
pub struct Predicate {
    pub origin: String,
    pub header: String,
    pub value: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub kind: &'static str,
    pub allowed: Option<bool>,
    pub denied: Option<&'static str>,
    pub status: Option<u16>,
    /// All headers of the response, in lower case, sorted by name.
    pub headers: Headers,
}

pub type Headers = Vec<(String, Vec<u8>)>;

/// Whether an entry of a list of origins matches `origin`.
pub fn matches(pattern: &str, origin: &str) -> bool {
    if !pattern.contains('*') {
        return pattern == origin;
    }
    let (scheme, rest) = pattern.split_once("://").expect("a wildcard has a scheme");
    let (rest, any_port) = match rest.strip_suffix(":*") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    // A browser sends the serialization of a parsed origin. A domain name has at most 253 bytes, and
    // can have a dot at its end.
    let without_punycode = punycode::replace(origin);
    let Ok(url) = Url::parse(&without_punycode) else {
        return false;
    };
    let host = origin.split_once("://").map_or("", |(_, rest)| rest);
    let host = host
        .rsplit_once(':')
        .filter(|_| url.port().is_some())
        .map_or(host, |(host, _)| host);
    if url.origin().ascii_serialization() != without_punycode
        || url.scheme() != scheme
        || host.len() > 254
    {
        return false;
    }
    let (base, port) = match rest.rsplit_once(':') {
        Some((base, port)) if !port.is_empty() && !port.contains(']') => (base, Some(port)),
        _ => (rest, None),
    };
    if !any_port && url.port().map(|port| port.to_string()).as_deref() != port {
        return false;
    }
    match base.strip_prefix("*") {
        None => host == base,
        Some(dot_base) => host
            .strip_suffix(dot_base)
            .is_some_and(|labels| labels.split('.').all(|label| !label.is_empty())),
    }
}

/// Whether the policy permits a fetch.
pub fn permits(p: &Policy, origin: &str, method: &str, unsafe_names: &[&str], creds: bool) -> bool {
    let origins = p.origins.as_ref();
    (!creds || p.credentials)
        && origins.is_none_or(|origins| origins.iter().any(|pattern| matches(pattern, origin)))
        && allows_method(p, method)
        && unsafe_names.iter().all(|name| allows_name(p, name))
}

fn allows_method(policy: &Policy, method: &str) -> bool {
    let any = !policy.credentials || method != "*";
    let methods = policy.methods.as_ref();
    ["GET", "HEAD", "POST"].contains(&method)
        || methods.map_or(any, |methods| methods.iter().any(|listed| listed == method))
}

fn allows_name(policy: &Policy, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_listed = |name: &str| {
        let listed = policy.request_headers.iter();
        listed.into_iter().any(|l| l.to_ascii_lowercase() == name)
    };
    if is_listed("*") && name != "authorization" {
        !policy.credentials || name != "*"
    } else {
        is_listed(&name)
    }
}

fn allows_origin(policy: &Policy, origin: &[u8], headers: &Headers) -> bool {
    let (Some(origins), Ok(origin)) = (&policy.origins, std::str::from_utf8(origin)) else {
        return policy.origins.is_none();
    };
    let by_predicate = policy.predicate.as_ref().is_some_and(|predicate| {
        let value = lines(headers, &predicate.header).first().cloned();
        predicate.origin == origin && value.as_deref() == Some(predicate.value.as_bytes())
    });
    origins.iter().any(|pattern| matches(pattern, origin)) || by_predicate
}

/// Returns the answer of a policy. `handler` has the headers that the handler has set.
pub fn respond(policy: &Policy, method: &str, headers: &Headers, handler: &Headers) -> Answer {
    let origins = lines(headers, "origin");
    let methods = lines(headers, "access-control-request-method");
    let name_lines = lines(headers, "access-control-request-headers");
    let kind = match (method, origins.len(), methods.len()) {
        (_, 0, _) => "not-cors",
        ("OPTIONS", _, 1..) => "preflight",
        _ => "cors",
    };
    let denied = match kind {
        "not-cors" => None,
        "cors" => deny_origin(policy, &origins, headers),
        _ => deny_origin(policy, &origins, headers)
            .or_else(|| deny_method(policy, &methods))
            .or_else(|| deny_names(policy, &name_lines)),
    };
    let allowed = (kind != "not-cors").then_some(denied.is_none());

    let mut out: Headers = handler
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
        .filter(|(name, _)| !name.starts_with("access-control-"))
        .collect();
    let mut add = |name: &str, value: &[u8]| out.push((name.into(), value.to_vec()));
    let is_static = is_static(policy);
    if is_static && kind != "preflight" || allowed == Some(true) {
        match policy.origins.as_deref() {
            None => add("access-control-allow-origin", b"*"),
            Some(listed) if is_static => add("access-control-allow-origin", listed[0].as_bytes()),
            Some(_) => add("access-control-allow-origin", &origins[0]),
        }
        if policy.credentials {
            add("access-control-allow-credentials", b"true");
        }
        if kind != "preflight" {
            match &policy.expose_headers {
                None => add("access-control-expose-headers", b"*"),
                Some(names) if names.is_empty() => {}
                Some(names) => add("access-control-expose-headers", &sorted(names, true)),
            }
        }
    }
    if kind == "preflight" && allowed == Some(true) {
        let asked = &methods[0];
        let is_safelisted = [&b"GET"[..], b"HEAD", b"POST"].contains(&&asked[..]);
        match &policy.methods {
            None if !policy.credentials => add("access-control-allow-methods", b"*"),
            None if is_safelisted => {}
            None => add("access-control-allow-methods", asked),
            Some(methods) if methods.is_empty() => {}
            Some(methods) => add("access-control-allow-methods", &sorted(methods, false)),
        }
        let names: Vec<_> = lower(&policy.request_headers);
        let has = |name: &str| names.iter().any(|n| n == name);
        match (has("*"), policy.credentials, has("authorization")) {
            (true, true, _) => {
                for line in &name_lines {
                    add("access-control-allow-headers", line);
                }
            }
            (true, false, true) => add("access-control-allow-headers", b"*,authorization"),
            (true, false, false) => add("access-control-allow-headers", b"*"),
            _ if names.is_empty() => {}
            _ => add("access-control-allow-headers", &sorted(&names, true)),
        }
        if let Some(max_age) = policy.max_age {
            add("access-control-max-age", max_age.to_string().as_bytes());
        }
    }
    let vary = missing_vary(policy, method, &lines(handler, "vary"));
    if !vary.is_empty() {
        add("vary", vary.join(", ").as_bytes());
    }
    out.sort_by(|(a, _), (b, _)| a.cmp(b));
    let status = match denied {
        None => policy.preflight_status,
        Some(_) => 403,
    };
    Answer {
        kind,
        allowed,
        denied,
        status: (kind == "preflight").then_some(status),
        headers: out,
    }
}

pub fn is_static(policy: &Policy) -> bool {
    let is_one = |origins: &Vec<String>| {
        let distinct: BTreeSet<_> = origins.iter().collect();
        let is_exact = |origin: &String| origin != "null" && !origin.contains('*');
        distinct.len() == 1 && distinct.into_iter().all(is_exact) && policy.predicate.is_none()
    };
    !policy.credentials && policy.origins.as_ref().is_none_or(is_one)
}

fn deny_origin(policy: &Policy, lines: &[Vec<u8>], headers: &Headers) -> Option<&'static str> {
    let is_one = lines.len() == 1 && allows_origin(policy, &lines[0], headers);
    (policy.origins.is_some() && !is_one).then_some("origin")
}

fn deny_method(policy: &Policy, lines: &[Vec<u8>]) -> Option<&'static str> {
    let method = String::from_utf8_lossy(&lines[0]);
    match lines {
        [only] if is_token(only) => (!allows_method(policy, &method)).then_some("method"),
        _ => Some("malformed-request"),
    }
}

fn deny_names(policy: &Policy, lines: &[Vec<u8>]) -> Option<&'static str> {
    let listed: BTreeSet<_> = lower(&policy.request_headers).into_iter().collect();
    let bytes: usize = lines.iter().map(Vec::len).sum();
    let elements = lines.iter().flat_map(|l| l.split(|b| *b == b','));
    let mut names: Vec<&[u8]> = elements.map(without_one_space).collect();
    let is_over = if listed.contains("*") {
        bytes > 8192 || lines.len() > 8192
    } else {
        // The rest of the list after the first 8193 bytes of a name is not read.
        let is_too_long = |name: &&[u8]| name.get(..=8192).is_some_and(is_token);
        if let Some(at) = names.iter().position(is_too_long) {
            names[at] = b"too-long";
            names.truncate(at + 1);
        }
        names.len() > listed.len() + 16
    };
    if is_over || !names.iter().all(|name| name.is_empty() || is_token(name)) {
        return Some("malformed-request");
    }
    let is_allowed = |name: &&[u8]| {
        name.is_empty() || allows_name(policy, std::str::from_utf8(name).expect("a token"))
    };
    (!names.iter().all(is_allowed)).then_some("header")
}

fn missing_vary(policy: &Policy, method: &str, handler: &[Vec<u8>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    if method == "OPTIONS" || !is_static(policy) {
        names.push("origin".into());
    }
    if method == "OPTIONS" {
        names.push("access-control-request-method".into());
        names.push("access-control-request-headers".into());
    }
    if let Some(predicate) = &policy.predicate
        && method != "OPTIONS"
        && !names.is_empty()
        && !names.contains(&predicate.header)
    {
        names.push(predicate.header.clone());
    }
    let there: Vec<String> = handler
        .iter()
        .flat_map(|line| line.split(|byte| *byte == b','))
        .map(|element| {
            String::from_utf8_lossy(element)
                .trim_matches([' ', '\t'])
                .to_ascii_lowercase()
        })
        .collect();
    if there.contains(&"*".into()) {
        return Vec::new();
    }
    names.retain(|name| !there.contains(name));
    names
}
