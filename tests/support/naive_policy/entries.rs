//! Entries of a list of origins that are refused although the URL parser reads them.

use fetch_cors::infrastructure::port::is_bad_port;

/// Returns true if no page can have the origin. The argument is an `http` or `https` origin, as the URL parser
/// serializes it. Other tests check the table of ports.
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
                || !host.chars().all(is_in_a_domain)
                || labels.iter().any(|label| is_placeholder(label))
                || is_range(&labels))
}

/// Letters, digits and the three other characters that hosts on the web have.
fn is_in_a_domain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.".contains(c)
}

/// Whether the label is a name between double underscores, such as `__HOST__`.
fn is_placeholder(label: &str) -> bool {
    label.len() > 4 && label.starts_with("__") && label.ends_with("__")
}

/// Whether the labels are a range of addresses. Each label is a number or means several numbers: `x`, or a first and a
/// last number.
fn is_range(labels: &[&str]) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let is_several = |text: &str| {
        let numbers: Vec<&str> = text.split('-').collect();
        text == "x" || numbers.len() == 2 && numbers.into_iter().all(is_number)
    };
    let several = labels.iter().filter(|label| is_several(label)).count();
    let numbers = labels.iter().filter(|label| is_number(label)).count();
    let is_of_numbers = several + numbers == labels.len() && several > 0;
    labels.len() > 1 && is_number(labels[0]) && is_of_numbers || is_from_to(&labels.join("."))
}

/// Whether the host is two IPv4 addresses with `-` between them.
fn is_from_to(host: &str) -> bool {
    let addresses: Vec<&str> = host.split('-').collect();
    let is_address = |text: &&str| text.parse::<std::net::Ipv4Addr>().is_ok();
    addresses.len() == 2 && addresses.iter().all(is_address)
}

/// Returns true if no page can have the scheme: the scheme is known to have no pages, or is a misspelled scheme of
/// pages.
pub fn is_dead_scheme(scheme: &str) -> bool {
    if ["http", "https"].contains(&scheme) {
        return false;
    }
    if EXTENSIONS.contains(&scheme) {
        return false;
    }
    let is_edit = |known: &str| edits(known).iter().any(|edit| edit == scheme);
    WITHOUT_PAGES.contains(&scheme)
        || is_jumbled(scheme)
        || ["http", "https"].into_iter().chain(EXTENSIONS).any(is_edit)
}

const EXTENSIONS: [&str; 3] = ["chrome-extension", "moz-extension", "safari-web-extension"];

/// Whether the scheme begins with `h` and has a `t`, has three letters or more, and has only letters of `https`. `xx`
/// counts as `tt`.
fn is_jumbled(scheme: &str) -> bool {
    let scheme = scheme.replace("xx", "tt");
    let others = scheme.chars().filter(|c| !"https".contains(*c)).count();
    scheme.len() > 2 && scheme.starts_with('h') && scheme.contains('t') && others == 0
}

const WITHOUT_PAGES: [&str; 44] = [
    "about",
    "amqp",
    "blob",
    "data",
    "filesystem",
    "ftp",
    "ftps",
    "git",
    "gopher",
    "imap",
    "irc",
    "ircs",
    "javascript",
    "ldap",
    "ldaps",
    "mailto",
    "mongodb",
    "mqtt",
    "mysql",
    "nfs",
    "nntp",
    "postgres",
    "postgresql",
    "redis",
    "rsync",
    "rtmp",
    "rtsp",
    "sftp",
    "sip",
    "sips",
    "smb",
    "sms",
    "smtp",
    "ssh",
    "svn",
    "tcp",
    "tel",
    "telnet",
    "udp",
    "urn",
    "view-source",
    "ws",
    "wss",
    "xmpp",
];

/// Whether the text is an origin of an app, and the URL parser does not change its host.
pub fn is_app_origin(origin: &str) -> bool {
    let Some((scheme, rest)) = origin.split_once("://") else {
        return false;
    };
    let (host, port) = rest.split_once(':').unwrap_or((rest, "1"));
    let is_scheme_character =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c);
    let is_sent_in_lowercase = scheme == "chrome-extension" || scheme == "moz-extension";
    scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.chars().all(is_scheme_character)
        && !host.is_empty()
        && !host.split('.').any(is_placeholder)
        && !(is_sent_in_lowercase && host.contains(|c: char| c.is_ascii_uppercase()))
        && host
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
        && is_sent_port(port)
}

/// Whether the port is a number of 16 bits, as a browser writes it.
fn is_sent_port(port: &str) -> bool {
    port.parse::<u16>()
        .is_ok_and(|number| number.to_string() == port)
}

/// Whether the origin has no port, or has a port as a browser writes it.
pub fn has_sent_port(origin: &str) -> bool {
    let after_host = origin.rsplit([']', '/']).next().unwrap_or_default();
    let port = after_host.split_once(':');
    port.is_none_or(|(_, port)| is_sent_port(port))
}

/// Returns all texts that are `known` with one mistake: a missing, additional or wrong letter, or two letters in the
/// wrong order.
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

/// Whether the text of a URL can mean something other than the origin with this host. An ambiguous text has no
/// suggestion.
pub fn is_ambiguous(written: &str, host: &str) -> bool {
    let written = written.trim_matches(|c| c <= ' ');
    let rest = written.split_once(':').map_or("", |(_, rest)| rest);
    let rest = rest.trim_start_matches(['/', '\\']);
    let mut odd = ",;|(){}[]$^\"'`<>".to_owned();
    if host.starts_with('[') {
        odd = odd.replace(['[', ']'], "");
    }
    let has_odd = written.contains(|c: char| c <= ' ' || odd.contains(c));
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let userinfo = authority.rsplit_once('@').map_or("", |(before, _)| before);
    let has_typographic_sign = authority.chars().any(|c| {
        let c = u32::from(c);
        (0x2010..0x2028).contains(&c)
            || (0x2030..0x205F).contains(&c)
            || (0x2200..0x2300).contains(&c)
            || [0xAB, 0xBB, 0x3001, 0x3003, 0x29F8].contains(&c)
            || (0x3008..0x3021).contains(&c)
            || (0xFF62..0xFF65).contains(&c)
    });
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
        || has_typographic_sign
        || is_number_of_a_port(authority)
        || is_more_than_a_path(path)
        || ["http", "https", "http.", "https."].contains(&host)
}

/// Whether the text has only digits, and a port can have this number.
fn is_number_of_a_port(text: &str) -> bool {
    let number = text.trim_start_matches('0');
    let is_small = number.is_empty() || number.parse::<u32>().is_ok_and(|number| number < 1 << 16);
    !text.is_empty() && is_small && text.chars().all(|c| c.is_ascii_digit())
}

/// Returns true if the text after the host does not look like the end of a URL. Examples are a query without a name and
/// a value, a fragment that is not a route, and a path that begins with a number, a port or a host.
fn is_more_than_a_path(text: &str) -> bool {
    if text.is_empty() || text == "#" || text.starts_with("#/") || text.starts_with("#!") {
        return false;
    }
    if let Some(query) = text.strip_prefix('?') {
        let name: String = query.chars().take_while(|c| *c != '=').collect();
        let has_value = query.contains('=');
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        return !has_value || name.is_empty() || !name.chars().all(is_name);
    }
    let mut segments = text.split(['/', '\\', '?', '#']);
    let slashes = text.chars().take_while(|c| "/\\".contains(*c)).count();
    let first = segments.nth(slashes).unwrap_or_default();
    let is_number = !first.is_empty() && first.chars().all(|c| c.is_ascii_digit());
    text.starts_with('#') || is_number || first.contains(['.', ':'])
}
