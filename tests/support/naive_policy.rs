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

#[path = "naive_policy/entries.rs"]
pub mod entries;
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
    if rest == "*" {
        let identifier = origin
            .strip_prefix(scheme)
            .and_then(|rest| rest.strip_prefix("://"));
        let is_character = |c: char| c.is_ascii_alphanumeric() || c == '-';
        return identifier.is_some_and(|identifier| {
            (1..=64).contains(&identifier.len()) && identifier.chars().all(is_character)
        });
    }
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
    match base.split_once('*') {
        None => host == base,
        Some(("", dot_base)) if dot_base.starts_with('.') => host
            .strip_suffix(dot_base)
            .is_some_and(|labels| labels.split('.').all(|label| !label.is_empty())),
        // Tries each part of the host that the `*` could match.
        Some((start, end)) => (1..host.len()).any(|length| {
            let part = host.get(start.len()..start.len() + length);
            part.is_some_and(|part| !part.contains('.') && format!("{start}{part}{end}") == host)
        }),
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
    let methods = policy.methods.as_ref();
    ["GET", "HEAD", "POST"].contains(&method)
        || methods.map_or(method != "*", |methods| {
            methods.iter().any(|listed| listed == method)
        })
}

fn allows_name(policy: &Policy, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_listed = |name: &str| {
        let listed = policy.request_headers.iter();
        listed.into_iter().any(|l| l.to_ascii_lowercase() == name)
    };
    name != "*" && (is_listed(&name) || (is_listed("*") && name != "authorization"))
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
    // A preflight that is denied for its method or a header gets a response with everything else that is allowed.
    let is_partly_denied = matches!(denied, Some("method" | "header"));
    if is_static && kind != "preflight" || allowed == Some(true) || is_partly_denied {
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
    if kind == "preflight" && (allowed == Some(true) || is_partly_denied) {
        let asked = &methods[0];
        let is_safelisted = [&b"GET"[..], b"HEAD", b"POST"].contains(&&asked[..]);
        let methods = match &policy.methods {
            None if is_safelisted || denied == Some("method") => None,
            None => Some(asked.clone()),
            Some(methods) if methods.is_empty() => None,
            Some(methods) => Some(sorted(methods, false)),
        };
        let always = is_partly_denied.then(|| b"GET,HEAD,POST".to_vec());
        if let Some(methods) = methods.or(always) {
            add("access-control-allow-methods", &methods);
        }
        let (listed, any) = listed_names(policy);
        if !listed.is_empty() && (!any || is_partly_denied) {
            let listed: Vec<_> = listed.into_iter().collect();
            add("access-control-allow-headers", &sorted(&listed, true));
        }
        if any && is_partly_denied {
            for name in covered_names(policy, &name_lines) {
                add("access-control-allow-headers", &name);
            }
        } else if any {
            let has_name = |line: &&Vec<u8>| line.iter().any(|byte| !b", \t".contains(byte));
            for line in name_lines.iter().filter(has_name) {
                add("access-control-allow-headers", line);
            }
        }
        if let Some(max_age) = policy.max_age.filter(|_| !is_partly_denied) {
            add("access-control-max-age", max_age.to_string().as_bytes());
        }
    }
    let vary = missing_vary(policy, method, &lines(handler, "vary"));
    if !vary.is_empty() {
        add("vary", vary.join(", ").as_bytes());
    }
    out.sort_by(|(a, _), (b, _)| a.cmp(b));
    let status = match denied {
        Some("origin" | "malformed-request") => 403,
        _ => policy.preflight_status,
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
        let is_exact = |origin: &String| {
            !["null", "file://"].contains(&origin.as_str()) && !origin.contains('*')
        };
        distinct.len() == 1 && distinct.into_iter().all(is_exact) && policy.predicate.is_none()
    };
    !policy.credentials && policy.origins.as_ref().is_none_or(is_one)
}

fn deny_origin(policy: &Policy, lines: &[Vec<u8>], headers: &Headers) -> Option<&'static str> {
    let is_one = lines.len() == 1 && allows_origin(policy, &lines[0], headers);
    (policy.origins.is_some() && !is_one).then_some("origin")
}

fn deny_method(policy: &Policy, lines: &[Vec<u8>]) -> Option<&'static str> {
    let [only] = lines else {
        return Some("malformed-request");
    };
    let method = String::from_utf8_lossy(only);
    if allows_method(policy, &method) && (only.len() <= 8192 || policy.methods.is_some()) {
        return (!is_token(only)).then_some("malformed-request");
    }
    let start = &only[..only.len().min(8192)];
    Some(if is_token(start) {
        "method"
    } else {
        "malformed-request"
    })
}

/// Returns the listed names that have an effect, and whether the list has a wildcard. With a wildcard, only
/// `authorization` has an effect, unless the listed names raise the limit of 8 KiB.
fn listed_names(policy: &Policy) -> (BTreeSet<String>, bool) {
    let mut listed: BTreeSet<_> = lower(&policy.request_headers).into_iter().collect();
    let any = listed.remove("*");
    if any && list_bytes(&listed) <= 8192 {
        listed.retain(|name| name == "authorization");
    }
    (listed, any)
}

/// Returns the number of bytes in the longest request that a list allows.
fn list_bytes(listed: &BTreeSet<String>) -> usize {
    let longest = listed.iter().map(String::len).max().unwrap_or(0);
    (listed.len() + 16) * (longest + 3)
}

/// Reads the names of all lines, as far as the limits permit. Also returns the reason why the reading stopped.
fn read_names<'l>(policy: &Policy, lines: &'l [Vec<u8>]) -> (Vec<&'l [u8]>, Option<&'static str>) {
    let (listed, any) = listed_names(policy);
    let limit = list_bytes(&listed).max(8192);
    let longest = listed.iter().map(String::len).max().unwrap_or(0);
    let name_limit = longest.max(8192);
    let (mut elements_left, mut bytes_left, mut names) = (listed.len() + 16, limit, Vec::new());
    for (at, line) in lines.iter().enumerate() {
        // The commas in the first 512 bytes of a long line are counted before an element is read.
        let start = line.get(..512).unwrap_or_default();
        let commas = start.iter().filter(|&&byte| byte == b',').count();
        if any && (at == limit || line.len() > bytes_left) || !any && commas >= elements_left {
            return (names, Some("header"));
        }
        bytes_left -= if any { line.len() } else { 0 };
        for element in line.split(|byte| *byte == b',') {
            if !any && elements_left == 0 {
                return (names, Some("header"));
            }
            elements_left -= usize::from(!any);
            let name = without_one_space(element);
            if name.get(..=name_limit).is_some_and(is_token) {
                return (names, Some("header"));
            }
            if !name.is_empty() && !is_token(name) {
                return (names, Some("malformed-request"));
            }
            names.extend((!name.is_empty()).then_some(name));
        }
    }
    (names, None)
}

fn deny_names(policy: &Policy, lines: &[Vec<u8>]) -> Option<&'static str> {
    let (names, stop) = read_names(policy, lines);
    let is_allowed =
        |name: &&[u8]| allows_name(policy, std::str::from_utf8(name).expect("a token"));
    stop.or((!names.iter().all(is_allowed)).then_some("header"))
}

/// Returns the requested names that only the wildcard allows.
fn covered_names(policy: &Policy, lines: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let (listed, _) = listed_names(policy);
    let is_covered = |name: &[u8]| {
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        name != "*" && name != "authorization" && !listed.contains(&name)
    };
    let names = read_names(policy, lines).0.into_iter();
    names
        .filter(|name| is_covered(name))
        .map(<[u8]>::to_vec)
        .collect()
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
