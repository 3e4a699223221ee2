//! Finds the errors of a configuration. This module is a second implementation, written from the table in the case
//! format.

use url::Url;

use crate::{
    configurations::{Configuration, HeaderName, Method, SUFFIXES},
    grammar::ORIGIN,
    naive,
    naive_policy::{
        entries::{has_sent_port, is_app_origin, is_dead, is_dead_scheme},
        punycode,
    },
};

/// A member and its error code. [`BAD_ORIGIN`] means either of the two codes of a bad origin.
pub type ExpectedError = (String, &'static str);

/// Either `invalid-origin` or `unmatchable-origin`.
pub const BAD_ORIGIN: &str = "bad-origin";

/// Returns all errors, in order.
pub fn expected_errors(configuration: &Configuration) -> Vec<ExpectedError> {
    let mut errors = Vec::new();
    let mut add = |member: String, code| errors.push((member, code));
    let origins = configuration.origins();
    if configuration.any_origin && configuration.credentials {
        add("origins".into(), "wildcard-origin-with-credentials");
    }
    if !configuration.any_origin && origins.is_empty() {
        add("origins".into(), "empty-origins");
    }
    for (number, origin) in origins.iter().enumerate() {
        let member = || format!("origins[{number}]");
        if !is_entry(origin) {
            add(member(), BAD_ORIGIN);
            continue;
        }
        for code in credential_risks(configuration, origin) {
            add(member(), code);
        }
    }
    for (number, method) in configuration.methods.iter().flatten().enumerate() {
        if let Some(code) = method_code(method) {
            add(format!("methods[{number}]"), code);
        }
    }
    for (number, name) in configuration.request_headers.iter().enumerate() {
        if let Some(code) = request_name_code(&name.text()) {
            add(format!("request_headers[{number}]"), code);
        }
    }
    match &configuration.expose_headers {
        None if configuration.credentials => {
            add("expose_headers".into(), "wildcard-expose-with-credentials");
        }
        names => {
            for (number, name) in names.iter().flatten().enumerate() {
                if let Some(code) = exposed_name_code(name) {
                    add(format!("expose_headers[{number}]"), code);
                }
            }
        }
    }
    if configuration
        .max_age
        .is_some_and(|max_age| max_age.seconds() > 86_400)
    {
        add("max_age".into(), "max-age-out-of-range");
    }
    if configuration
        .preflight_status
        .is_some_and(|status| status.number() / 100 != 2)
    {
        add("preflight_status".into(), "invalid-preflight-status");
    }
    errors
}

/// Whether the text is a valid entry that some origin matches.
pub fn is_entry(entry: &str) -> bool {
    let extensions = [
        "chrome-extension://*",
        "moz-extension://*",
        "safari-web-extension://*",
    ];
    if ["null", "file://"].contains(&entry) || is_exact(entry) || extensions.contains(&entry) {
        return true;
    }
    let Some((scheme, rest)) = entry.split_once("://") else {
        return false;
    };
    let without_port = rest.strip_suffix(":*");
    let host = without_port.unwrap_or(rest);
    let without_labels = host.strip_prefix("*.");
    let host = without_labels.unwrap_or(host);
    if without_labels.is_none()
        && let Some((start, end)) = host.split_once('*')
        && !start.contains('.')
    {
        return is_partial_label(scheme, start, end, without_port.is_some());
    }
    let origin = format!("{scheme}://{host}");
    let Ok(url) = Url::parse(&punycode::replace(&origin)) else {
        return false;
    };
    let is_domain = url.domain().is_some();
    // The shortest label has one character.
    let shortest = match without_labels {
        Some(_) => format!("{scheme}://a.{host}"),
        None => origin.clone(),
    };
    entry.contains('*')
        && !host.contains('*')
        && naive::uri::is_http(&url)
        && is_exact(&origin)
        && (without_labels.is_none() || is_domain)
        && (without_port.is_none() || url.port().is_none())
        && !is_dead(&shortest)
}

/// Whether the parts around the `*` of a first label make a valid entry.
fn is_partial_label(scheme: &str, start: &str, end: &str, any_port: bool) -> bool {
    let shortest = format!("{scheme}://{start}a{end}");
    let Ok(url) = Url::parse(&punycode::replace(&shortest)) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default();
    let Some((label, base)) = host.trim_end_matches('.').split_once('.') else {
        return false;
    };
    let begins_with_text = start.is_empty() && end.starts_with(|c: char| c.is_ascii_alphanumeric());
    naive::uri::is_http(&url)
        && url.domain().is_some()
        && is_exact(&shortest)
        && (!any_port || url.port().is_none())
        && !label.is_empty()
        && !start.starts_with("xn--")
        && !end.contains('*')
        && (!begins_with_text || base.contains('.'))
        && !is_dead(&shortest)
        && !is_dead(&format!("{scheme}://{base}"))
}

fn is_exact(origin: &str) -> bool {
    let without_punycode = punycode::replace(origin);
    match Url::parse(&without_punycode) {
        Ok(url) if naive::uri::is_http(&url) => {
            naive::origin_of(&url) == without_punycode && !origin.contains('*') && !is_dead(origin)
        }
        _ => {
            let scheme = origin.split("://").next().unwrap_or_default();
            !["http", "https", "file"].contains(&scheme)
                && origin != "null"
                && !is_dead_scheme(scheme)
                && (ORIGIN.is_match(origin.as_bytes()) && has_sent_port(origin)
                    || is_app_origin(origin))
        }
    }
}

fn credential_risks(configuration: &Configuration, origin: &str) -> Vec<&'static str> {
    let mut credential_risks = Vec::new();
    if !configuration.credentials {
        return credential_risks;
    }
    if origin.ends_with("://*") && !configuration.extension {
        credential_risks.push("any-extension-origin-with-credentials");
    }
    if ["null", "file://"].contains(&origin) && !configuration.null {
        credential_risks.push("null-origin-with-credentials");
    }
    // Removes the first label if the label has a `*`.
    let without_port = origin.replacen(":*", "", 1);
    let (scheme, host) = without_port.split_once("://").unwrap_or_default();
    let without_wildcards = match host.split_once('.') {
        Some((label, base)) if label.contains('*') => format!("{scheme}://{base}"),
        _ => without_port.clone(),
    };
    // The crate `url` refuses some Punycode labels that an entry can have.
    let host = match Url::parse(&punycode::replace(&without_wildcards)) {
        Ok(url) => url.host_str().unwrap_or_default().to_owned(),
        Err(_) => String::new(),
    };
    if origin.starts_with("http://") && !is_loopback(&host) && !configuration.insecure {
        credential_risks.push("insecure-origin-with-credentials");
    }
    // A top-level domain counts as a public suffix even if it is not on the list.
    let base = host.trim_end_matches('.');
    let is_suffix = SUFFIXES.contains(&base) || (!base.contains('.') && !is_loopback(base));
    let has_free_label = without_wildcards != without_port;
    if has_free_label && is_suffix && !configuration.public_suffixes {
        credential_risks.push("public-suffix-with-credentials");
    }
    credential_risks
}

fn is_loopback(host: &str) -> bool {
    let is_digit_or_dot = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || (host.starts_with("127.") && host.bytes().all(is_digit_or_dot))
}

fn method_code(method: &Method) -> Option<&'static str> {
    let method = method.text();
    match () {
        () if !naive::is_name(&method) || method == "*" => Some("invalid-method"),
        () if naive::is_forbidden_method(&method) => Some("forbidden-method"),
        () if naive::normalize_method(&method) != method => Some("unmatchable-method"),
        () => None,
    }
}

fn request_name_code(name: &str) -> Option<&'static str> {
    let own = ["origin", "credentials", "methods", "headers"];
    let lower = name.to_ascii_lowercase();
    let is_response_header = own
        .iter()
        .any(|part| lower == format!("access-control-allow-{part}"))
        || lower == "access-control-expose-headers"
        || lower == "access-control-max-age";
    match () {
        () if !naive::is_name(name) => Some("invalid-header-name"),
        () if naive::forbidden_request_header(name, b"") => Some("forbidden-header-name"),
        () if is_response_header => Some("misplaced-header-name"),
        () => None,
    }
}

fn exposed_name_code(name: &HeaderName) -> Option<&'static str> {
    let name = name.text();
    let lower = name.to_ascii_lowercase();
    let is_request_header = lower == "origin"
        || lower == "access-control-request-method"
        || lower == "access-control-request-headers";
    match () {
        () if !naive::is_name(&name) || name == "*" => Some("invalid-header-name"),
        () if naive::is_forbidden_response_name(&name) => Some("forbidden-header-name"),
        () if is_request_header => Some("misplaced-header-name"),
        () => None,
    }
}
