//! Laws about the origins that a policy allows.

use alloc::{format, string::String, vec::Vec};

use ::url::Url;
use http::{HeaderMap, HeaderValue, Request};

use crate::conformance::laws::violation::{LawViolation, ensure};
use crate::{
    conformance::{
        generate::policies::policy_spec::PolicySpec,
        model::{permits::is_serialized, serve::serve},
    },
    infrastructure::{
        origin_header::is_scheme_without_pages,
        port::{BlockBadPort, should_be_blocked_due_to_a_bad_port},
        request::CredentialsMode,
    },
    server::{CorsPolicy, DenialReason, OriginPattern, Verdict},
};

/// A policy that allows credentials denies every unlisted origin, unless the policy has a predicate or sets
/// `dangerously_allow_subdomains_of_public_suffixes`. `unlisted` is an origin that was drawn at random.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::credentials_exclude_unlisted_origins as law;
/// use fetch_cors::conformance::policies::PolicySpec;
///
/// let mut spec = PolicySpec::from_origins(["https://*.a.example"]);
/// spec.credentials = true;
/// law(&spec, &spec.build()?, "https://qwertyuiop.example:81")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn credentials_exclude_unlisted_origins(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    unlisted: &str,
) -> Result<(), LawViolation> {
    let is_exempt =
        spec.predicate.is_some() || spec.dangerously_allow_subdomains_of_public_suffixes;
    let value = HeaderValue::from_str(unlisted).map_err(LawViolation::new)?;
    if !spec.credentials || is_exempt {
        return Ok(());
    }
    let mut request = Request::new(());
    request.headers_mut().insert("origin", value);
    let response = serve(policy, &request);
    let allowed = response.headers().get("access-control-allow-origin");
    ensure(allowed.is_none(), || {
        format!(
            "the policy does not list `{unlisted}`, but allows it with `Access-Control-Allow-Origin` {allowed:?}"
        )
    })
}

/// If a policy lists its origins, each allowed origin is a serialized origin. Its scheme, host and port match an entry.
/// In an entry, `*.` matches whole labels of the host, and a `*` within a label matches a part of this label.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::allowed_origin_matches_an_entry as law;
/// use fetch_cors::conformance::policies::PolicySpec;
///
/// let spec = PolicySpec::from_origins(["https://*.example"]);
/// law(&spec, &spec.build()?, "https://a.example")?;
/// law(&spec, &spec.build()?, "https://evilexample")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn allowed_origin_matches_an_entry(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    origin: &str,
) -> Result<(), LawViolation> {
    if spec.origins.is_any() || !policy.permits(origin, "GET", &[], CredentialsMode::Omit) {
        return Ok(());
    }
    let is_matched = spec.allows_origin(origin, &HeaderMap::new());
    ensure(is_matched, || {
        format!("{origin} is allowed, but no entry matches it")
    })?;
    ensure(is_origin(origin), || {
        format!("{origin} is allowed, but it is not a serialized origin")
    })
}

/// If a policy lists its origins, the policy allows an origin exactly when the [`OriginPattern`] of an entry matches
/// the origin. Policies with a predicate are outside the scope of the law.
///
/// # Errors
///
/// Returns [`LawViolation`] if the list and its patterns differ.
///
/// ```
/// use fetch_cors::conformance::{laws::matcher_agrees_with_each_pattern as law, policies::PolicySpec};
///
/// let spec = PolicySpec::from_origins(["https://*.example", "https://a.test"]);
/// law(&spec, &spec.build()?, "https://a.example")?;
/// let other = PolicySpec::from_origins(["https://b.test"]).build()?;
/// assert!(law(&spec, &other, "https://a.example").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn matcher_agrees_with_each_pattern(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    origin: &str,
) -> Result<(), LawViolation> {
    if spec.origins.is_any() || spec.predicate.is_some() {
        return Ok(());
    }
    let mut is_matched = false;
    for entry in spec.listed_origins() {
        let pattern: OriginPattern = entry.parse().map_err(LawViolation::new)?;
        is_matched |= pattern.matches(origin);
    }
    let is_allowed = policy.permits(origin, "GET", &[], CredentialsMode::Omit);
    ensure(is_allowed == is_matched, || {
        if is_allowed {
            format!("the policy allows `{origin}`, but no entry, parsed as a pattern, matches it")
        } else {
            format!("the policy denies `{origin}`, but an entry, parsed as a pattern, matches it")
        }
    })
}

/// Whether the text is a serialized origin, as browsers send it in `Origin`.
fn is_origin(text: &str) -> bool {
    ["null", "file://"].contains(&text) || is_serialized(text) || is_of_another_scheme(text)
}

/// Whether the text is an origin with the custom scheme of an app, such as `tauri://localhost`. The URL standard does
/// not define these origins, so the function does not use the URL parser.
fn is_of_another_scheme(origin: &str) -> bool {
    origin.split_once("://").is_some_and(|(scheme, host)| {
        let is_scheme_byte =
            |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.');
        !matches!(scheme, "" | "http" | "https" | "file")
            && scheme.bytes().all(is_scheme_byte)
            && !host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_graphic())
            && !host.contains(['/', '?', '#', '@', '*', '\\'])
    })
}

/// Whether a page can have the origin. Returns true if pages with this scheme exist, the host is an address or a name
/// that the DNS can resolve, and browsers do not block the port.
fn is_of_a_page(origin: &str) -> bool {
    let Some((scheme, rest)) = origin.split_once("://").filter(|_| origin != "file://") else {
        return true;
    };
    if scheme != "http" && scheme != "https" {
        let is_misspelled = [
            "http",
            "https",
            "chrome-extension",
            "moz-extension",
            "safari-web-extension",
        ];
        let is_misspelled = is_misspelled.map(|known| is_one_edit_apart(scheme, known));
        let port = rest.rsplit(']').next().and_then(|end| end.split_once(':'));
        return !is_scheme_without_pages(scheme)
            && !is_misspelled.contains(&true)
            && !is_anagram(scheme)
            && is_sent_form(scheme, rest)
            && port.is_none_or(|(_, port)| is_port(port));
    }
    let is_allowed = |url: &Url| should_be_blocked_due_to_a_bad_port(url) == BlockBadPort::Allowed;
    let host = rest
        .rsplit_once(':')
        .filter(|(_, port)| !port.ends_with(']'))
        .map_or(rest, |(host, _)| host);
    let domain = host.trim_end_matches('.');
    let is_short = domain.len() <= 253 && domain.split('.').all(|label| label.len() <= 63);
    let has_labels = !host.ends_with("..") && domain.split('.').all(|label| !label.is_empty());
    // The standard UTS 46 refuses some hosts with Punycode. An origin with such a host is not a valid URL, so its port
    // is not checked.
    Url::parse(origin).ok().as_ref().is_none_or(is_allowed)
        && (host.starts_with('[') || is_short && has_labels && has_form_of_a_name(domain))
}

/// Whether the host has only the characters of a domain name, and is neither a placeholder nor a range of addresses.
fn has_form_of_a_name(host: &str) -> bool {
    let is_character = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_' | '.');
    let is_numeric = |label: &str| {
        let mut numbers = label.splitn(2, '-');
        label == "x" || numbers.all(is_digits)
    };
    let first = host.split('.').next().unwrap_or_default();
    let is_range = !is_digits(host.rsplit('.').next().unwrap_or_default())
        && host.contains('.')
        && is_digits(first)
        && host.split('.').all(is_numeric);
    host.chars().all(is_character) && !host.split('.').any(is_placeholder) && !is_range
}

fn is_placeholder(label: &str) -> bool {
    label.len() > 4 && label.starts_with("__") && label.ends_with("__")
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_port(digits: &str) -> bool {
    let number: Option<u16> = digits.parse().ok();
    number.is_some_and(|number| format!("{number}") == digits)
}

/// Whether browsers can send an origin with this host and port. Returns false if the host or the port has a
/// placeholder, such as `__HOST__`. Also returns false if the host of a `chrome-extension` or `moz-extension` origin
/// has an upper-case letter.
fn is_sent_form(scheme: &str, host_and_port: &str) -> bool {
    let is_sent_in_lowercase = ["chrome-extension", "moz-extension"].contains(&scheme);
    let has_uppercase = host_and_port.contains(|c: char| c.is_ascii_uppercase());
    let has_placeholder = host_and_port.split(['.', ':']).any(is_placeholder);
    !has_placeholder && (!is_sent_in_lowercase || !has_uppercase)
}

/// Whether the scheme is a misspelled `http` or `https`: it begins with `h`, has a `t`, and has only letters of
/// `https`. The letters `xx` count as `tt`, as in `hxxps`.
fn is_anagram(scheme: &str) -> bool {
    let scheme = scheme.replace("xx", "tt");
    let mut letters = scheme.bytes();
    scheme.len() >= 3
        && scheme.starts_with('h')
        && scheme.contains('t')
        && letters.all(|letter| matches!(letter, b'h' | b't' | b'p' | b's'))
}

/// Whether the texts differ by exactly one edit: a letter is inserted, removed or replaced, or two adjacent letters are
/// swapped.
fn is_one_edit_apart(a: &str, b: &str) -> bool {
    let removals = |text: &str| -> Vec<String> {
        let without = |place| {
            text.char_indices()
                .filter(|(i, _)| *i != place)
                .map(|(_, c)| c)
                .collect()
        };
        (0..text.len()).map(without).collect()
    };
    let differing: Vec<_> = a.chars().zip(b.chars()).filter(|(x, y)| x != y).collect();
    let is_swap = matches!(&*differing, [(p, q), (r, s)] if p == s && q == r && is_adjacent(a, b));
    (a.len() == b.len() && (differing.len() == 1 || is_swap))
        || (a.len() + 1 == b.len() && removals(b).iter().any(|shorter| shorter == a))
        || (b.len() + 1 == a.len() && removals(a).iter().any(|shorter| shorter == b))
}

/// Whether the first two differences between the texts are next to each other.
fn is_adjacent(a: &str, b: &str) -> bool {
    let pairs = || a.chars().zip(b.chars());
    let first = pairs().position(|(x, y)| x != y);
    first.is_some_and(|first| pairs().nth(first + 1).is_some_and(|(x, y)| x != y))
}

/// Every entry of a policy's list of origins allows at least one origin that browsers send. An exception is an entry
/// whose host has Punycode that the standard UTS 46 refuses.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::every_entry_allows_some_origin as law;
/// law("https://*.example:*")?;
/// law("https://*.1.2.3.4")?;
/// # Ok::<(), fetch_cors::conformance::laws::LawViolation>(())
/// ```
pub fn every_entry_allows_some_origin(entry: &str) -> Result<(), LawViolation> {
    let Ok(policy) = CorsPolicy::builder().origin(entry).build() else {
        return Ok(());
    };
    let origin = entry.replacen(":*", ":81", 1).replacen('*', "a", 1);
    // In an entry such as `https://*.0.0.x`, only the part after the first label shows the mistake: `0.0.x` is a range
    // of addresses. So if the first label has a wildcard, the law also checks the origin without this label.
    let first = entry.split('.').next().unwrap_or_default();
    let parts = origin.split_once("://").filter(|_| first.contains('*'));
    let base = parts.and_then(|(scheme, host)| {
        let (_, base) = host.split_once('.')?;
        Some(format!("{scheme}://{base}"))
    });
    let is_base_of_a_page = base.is_none_or(|base| is_of_a_page(&base));
    let is_sent = is_origin(&origin) && is_of_a_page(&origin) && is_base_of_a_page;
    ensure(is_sent, || {
        format!("the entry {entry} allows {origin}, which no browser sends")
    })?;
    ensure(
        policy.permits(&origin, "GET", &[], CredentialsMode::Omit),
        || format!("the policy lists {entry}, but does not allow {origin}"),
    )
}

/// An entry with a mistake is refused. If the error suggests an entry, the suggested entry is valid, and is the only
/// entry that the author of the policy may have meant. `written` is the entry with the mistake. `meant` lists all
/// entries that the author may have meant.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::suggestion_keeps_the_meaning as law;
/// law("https://a.example/", &["https://a.example".into()])?;
/// law("https://a.example\nhttps://b.example", &["https://a.example".into(), "https://b.example".into()])?;
/// assert!(law("https://a.example/", &[]).is_err());
/// assert!(law("https://a.example", &[]).is_err());
/// # Ok::<(), fetch_cors::conformance::laws::LawViolation>(())
/// ```
pub fn suggestion_keeps_the_meaning(written: &str, meant: &[String]) -> Result<(), LawViolation> {
    let Err(errors) = CorsPolicy::builder().origin(written).build() else {
        return ensure(*meant == [written], || {
            format!(
                "the policy accepts the entry `{}`, which has a mistake and can mean {meant:?}",
                written.escape_debug()
            )
        });
    };
    for suggestion in errors
        .iter()
        .filter_map(crate::server::ConfigError::suggestion)
    {
        ensure(*meant == [suggestion], || {
            format!(
                "`{}` means {meant:?}, but the suggestion is `{suggestion}`",
                written.escape_debug()
            )
        })?;
        let is_valid = CorsPolicy::builder().origin(suggestion).build().is_ok();
        ensure(is_valid, || {
            format!(
                "the suggestion `{suggestion}` for `{}` is not a valid entry",
                written.escape_debug()
            )
        })?;
    }
    Ok(())
}

/// If a policy lists its origins, it denies a request with several `Origin` lines. It also denies a request whose
/// `Origin` is not exactly one serialized origin.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::malformed_origin_is_denied as law;
/// use fetch_cors::conformance::policies::PolicySpec;
///
/// let spec = PolicySpec::from_origins(["https://*.example"]);
/// let request = http::Request::builder().header("origin", "https://a.example/").body(())?;
/// law(&spec, &spec.build()?, &request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn malformed_origin_is_denied(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request<()>,
) -> Result<(), LawViolation> {
    let mut origins = request.headers().get_all("origin").iter();
    let Some(first) = origins.next().filter(|_| !spec.origins.is_any()) else {
        return Ok(());
    };
    let is_one = core::str::from_utf8(first.as_bytes()).is_ok_and(is_origin);
    if is_one && origins.next().is_none() {
        return Ok(());
    }
    let decision = policy.decide(request.method(), request.headers());
    let verdict = decision.verdict();
    ensure(verdict == Verdict::Denied(DenialReason::Origin), || {
        format!(
            "the `Origin` {first:?} is malformed or has several lines, but the verdict is {verdict:?} instead of a denial"
        )
    })
}
