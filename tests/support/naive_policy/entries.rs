//! Entries of a list of origins that are refused although the URL parser reads them.

use fetch_cors::infrastructure::port::is_bad_port;

/// Whether no page has the origin, an `http` or `https` origin as the URL parser serializes it. The table of ports has
/// tests of its own.
pub fn is_dead(origin: &str) -> bool {
    let (_, rest) = origin.split_once("://").expect("an origin has a scheme");
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (rest, "443"),
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    let labels: Vec<&str> = host.split('.').collect();
    let has_domain = !host.starts_with('[');
    let is_bad_label = |label: &&str| label.is_empty() || label.len() > 63;
    port.parse().is_ok_and(is_bad_port)
        || has_domain
            && (labels.iter().any(is_bad_label)
                || host.len() > 253
                || host.contains(|c| ",;{}$()\"'".contains(c)))
}

/// Whether the scheme has no pages, or is misspelled.
pub fn is_dead_scheme(scheme: &str) -> bool {
    ["about", "blob", "data", "ftp", "javascript", "ws", "wss"].contains(&scheme)
        || !["http", "https"].contains(&scheme)
            && ["http", "https"]
                .into_iter()
                .any(|known| edits(known).iter().any(|edit| edit == scheme))
}

/// Whether the text is an origin of an app, whose host the URL parser does not change.
pub fn is_app_origin(origin: &str) -> bool {
    let Some((scheme, rest)) = origin.split_once("://") else {
        return false;
    };
    let (host, port) = rest.split_once(':').unwrap_or((rest, "1"));
    let is_scheme_character =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c);
    scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.chars().all(is_scheme_character)
        && !host.is_empty()
        && host
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
        && (1..=5).contains(&port.len())
        && port.chars().all(|c| c.is_ascii_digit())
}

/// Returns all texts that differ from `known` by one letter, or by the order of two.
fn edits(known: &str) -> Vec<String> {
    let mut edits = Vec::new();
    for at in 0..=known.len() {
        let (before, after) = known.split_at(at);
        for letter in "abcdefghijklmnopqrstuvwxyz0123456789+-.".chars() {
            edits.push(format!("{before}{letter}{after}"));
            if let Some(after) = after.get(1..) {
                edits.push(format!("{before}{letter}{after}"));
                edits.push(format!("{before}{after}"));
            }
        }
        if let (Some(two), Some(after)) = (after.get(..2), after.get(2..)) {
            let swapped: String = two.chars().rev().collect();
            edits.push(format!("{before}{swapped}{after}"));
        }
    }
    edits
}

/// Whether the text of a URL can mean something else than the origin with this host, so that there is no suggestion.
pub fn is_ambiguous(written: &str, host: &str) -> bool {
    let written = written.trim_matches(|c| c <= ' ');
    let rest = written.split_once(':').map_or("", |(_, rest)| rest);
    let rest = rest.trim_start_matches(['/', '\\']);
    let is_address = host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
    let mut odd = ",;|(){}[]$^\"'`<>".to_owned();
    if host.starts_with('[') {
        odd = odd.replace(['[', ']'], "");
    }
    let has_odd = written.contains(|c: char| c <= ' ' || odd.contains(c));
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let userinfo = authority.rsplit_once('@').map_or("", |(before, _)| before);
    let digits = path.strip_prefix('/').unwrap_or("");
    let is_prefix_length = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    let lower = rest.to_ascii_lowercase();
    let has_another_scheme = lower.match_indices("://").any(|(at, _)| {
        let (before, _) = lower.split_at(at);
        let name = before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "+-".contains(c));
        let is_name = !name.is_empty() && name != before && !name.ends_with('.');
        is_name || before.ends_with("http") || before.ends_with("https")
    });
    has_odd
        || has_another_scheme
        || userinfo.contains('.')
        || path.starts_with('\\') && path.len() > 1
        || is_address && is_prefix_length
        || ["http", "https"].contains(&host)
}
