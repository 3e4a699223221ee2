//! URL functions that the `url` crate lacks, and the grammar of URI-reference (RFC 3986, appendix A).

use url::Url;

/// Returns the serialized origin. The result is never `null` for http and https.
///
/// A `blob:` URL has the origin of the inner URL if the inner URL is http or https. Otherwise the origin
/// is opaque.
pub fn origin_of(url: &Url) -> String {
    if url.scheme() == "blob" {
        return match Url::parse(url.path()) {
            Ok(inner) if is_http(&inner) => origin_of(&inner),
            _ => "null".to_string(),
        };
    }
    url.origin().ascii_serialization()
}

/// The origin of a page with this URL, if there can be such a page: http(s), or the scheme of an app or
/// extension.
pub fn page_origin(url: &Url) -> Option<String> {
    let scheme = url.scheme();
    if is_http(url) {
        return Some(origin_of(url));
    }
    if scheme == "file" {
        return Some("file://".to_string());
    }
    let without_pages = [
        "about",
        "blob",
        "data",
        "filesystem",
        "ftp",
        "ftps",
        "javascript",
        "mailto",
        "sftp",
        "sms",
        "ssh",
        "tcp",
        "tel",
        "udp",
        "urn",
        "view-source",
        "ws",
        "wss",
    ];
    let host = url.host_str().unwrap_or("");
    if without_pages.contains(&scheme) || host.is_empty() {
        return None;
    }
    Some(match url.port() {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

/// Whether a page on https can fetch the URL. For a blob URL, the URL in its path decides.
pub fn is_trustworthy(url: &Url) -> bool {
    if url.scheme() == "blob" {
        return Url::parse(url.path()).is_ok_and(|inner| is_http(&inner) && is_trustworthy(&inner));
    }
    if ["about:blank", "about:srcdoc"].contains(&url.as_str()) {
        return true;
    }
    if ["https", "wss", "data", "file"].contains(&url.scheme()) {
        return true;
    }
    if !["http", "ws", "ftp"].contains(&url.scheme()) {
        return false;
    }
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.octets()[0] == 127,
        Some(url::Host::Ipv6(address)) => address.to_string() == "::1",
        Some(url::Host::Domain(name)) => ["localhost", "localhost."]
            .iter()
            .any(|local| name == *local || name.ends_with(&format!(".{local}"))),
        None => false,
    }
}

/// Returns the registrable domain of the host, if only top-level domains are public suffixes. For an address or a
/// single label, returns the whole host.
pub fn site_host(url: &Url) -> String {
    let host = url.host_str().unwrap_or("").to_string();
    if !matches!(url.host(), Some(url::Host::Domain(_))) {
        return host;
    }
    let labels: Vec<&str> = host.split('.').collect();
    let wanted = if host.ends_with('.') { 3 } else { 2 };
    labels[labels.len().saturating_sub(wanted)..].join(".")
}

pub fn is_http(url: &Url) -> bool {
    url.scheme() == "http" || url.scheme() == "https"
}

pub fn has_userinfo(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some_and(|password| !password.is_empty())
}

pub fn without_fragment(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.to_string()
}

/// Returns the URL as it is sent. This URL is also the key of the servers.
pub fn without_fragment_and_userinfo(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

/// Returns the URL to which a redirect from `base` leads, or `Err` if the location is invalid. If the location does not
/// have a fragment, the URL has the fragment of `base`.
pub fn location(base: &Url, value: &[u8]) -> Result<Url, ()> {
    if !is_uri_reference(value) {
        return Err(());
    }
    let mut reference = String::from_utf8(value.to_vec()).expect("the grammar is ASCII");
    // The URL standard skips the slashes after the first two. The crate `url` reports a missing host, so this function
    // removes these slashes.
    while reference.starts_with("///") {
        reference.remove(0);
    }
    let mut url = base.join(&reference).map_err(|_| ())?;
    if url.fragment().is_none() {
        url.set_fragment(base.fragment());
    }
    Ok(url)
}

/// Splits a reference into its parts, and checks each part.
pub fn is_uri_reference(value: &[u8]) -> bool {
    let Ok(value) = std::str::from_utf8(value) else {
        return false;
    };
    let (rest, fragment) = value.split_once('#').unwrap_or((value, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    if !made_of(fragment, "!$&'()*+,;=:@/?") || !made_of(query, "!$&'()*+,;=:@/?") {
        return false;
    }
    let first_segment = rest.split('/').next().unwrap_or("");
    let hierarchy = match first_segment.split_once(':') {
        Some((scheme, _)) if is_scheme(scheme) => &rest[scheme.len() + 1..],
        Some(_) => return false,
        None => rest,
    };
    match hierarchy.strip_prefix("//") {
        Some(after) => {
            let end = after.find('/').unwrap_or(after.len());
            is_authority(&after[..end]) && made_of(&after[end..], "!$&'()*+,;=:@/")
        }
        None => made_of(hierarchy, "!$&'()*+,;=:@/"),
    }
}

/// Whether the part has only unreserved characters, percent-encoded bytes, and characters of `others`.
fn made_of(part: &str, others: &str) -> bool {
    let mut rest = part;
    while let Some(c) = rest.chars().next() {
        if c == '%' {
            let hex = rest.as_bytes().get(1..3);
            if !hex.is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) {
                return false;
            }
            rest = &rest[3..];
            continue;
        }
        if !c.is_ascii_alphanumeric() && !"-._~".contains(c) && !others.contains(c) {
            return false;
        }
        rest = &rest[c.len_utf8()..];
    }
    true
}

fn is_scheme(scheme: &str) -> bool {
    scheme
        .chars()
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

fn is_authority(authority: &str) -> bool {
    let (userinfo, host_and_port) = authority.split_once('@').unwrap_or(("", authority));
    let (host, port) = match host_and_port.rfind(':') {
        Some(colon) if !host_and_port[colon..].contains(']') => {
            (&host_and_port[..colon], &host_and_port[colon + 1..])
        }
        _ => (host_and_port, ""),
    };
    let host_fits = match host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        Some(address) => is_ipv6(address) || is_future_address(address),
        None => made_of(host, "!$&'()*+,;="),
    };
    made_of(userinfo, "!$&'()*+,;=:") && host_fits && port.chars().all(|c| c.is_ascii_digit())
}

fn is_future_address(address: &str) -> bool {
    let Some((version, rest)) = address.split_once('.') else {
        return false;
    };
    let hex = version.strip_prefix(['v', 'V']).unwrap_or("");
    !hex.is_empty()
        && hex.chars().all(|c| c.is_ascii_hexdigit())
        && !rest.is_empty()
        && !rest.contains('%')
        && made_of(rest, "!$&'()*+,;=:")
}

fn is_ipv6(address: &str) -> bool {
    match address.split_once("::") {
        Some((before, after)) => {
            let counts = (count_groups(before, false), count_groups(after, true));
            matches!(counts, (Some(before), Some(after)) if before + after <= 7)
        }
        None => count_groups(address, true) == Some(8),
    }
}

/// Returns the number of 16-bit groups, or `None` if a group is malformed. The last two groups can be written as an
/// IPv4 address.
fn count_groups(groups: &str, last: bool) -> Option<usize> {
    if groups.is_empty() {
        return Some(0);
    }
    let groups: Vec<&str> = groups.split(':').collect();
    let mut count = 0;
    for (index, group) in groups.iter().enumerate() {
        if last && index + 1 == groups.len() && is_ipv4(group) {
            count += 2;
        } else if (1..=4).contains(&group.len()) && group.chars().all(|c| c.is_ascii_hexdigit()) {
            count += 1;
        } else {
            return None;
        }
    }
    Some(count)
}

fn is_ipv4(address: &str) -> bool {
    let octets: Vec<&str> = address.split('.').collect();
    octets.len() == 4
        && octets
            .iter()
            .all(|octet| (0..=255).any(|number: u16| number.to_string() == *octet))
}
