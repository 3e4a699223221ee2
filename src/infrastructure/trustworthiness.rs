//! [Potentially trustworthy URLs](https://w3c.github.io/webappsec-secure-contexts/#is-url-trustworthy). Such a URL is
//! never mixed content.
//!
//! ```
//! use fetch_cors::infrastructure::trustworthiness::is_potentially_trustworthy_url;
//!
//! assert!(is_potentially_trustworthy_url(&"http://app.localhost:3000/".parse()?));
//! assert!(!is_potentially_trustworthy_url(&"http://api.example/".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use core::net::Ipv6Addr;

use ::url::{Host, Url};

use super::url::is_http_or_https;

/// Whether `url` is a [potentially trustworthy URL](https://w3c.github.io/webappsec-secure-contexts/#potentially-trustworthy-url).
///
/// An `http` URL is potentially trustworthy if its host is a loopback address or `localhost`.
///
/// ```
/// use fetch_cors::infrastructure::trustworthiness::is_potentially_trustworthy_url;
/// for url in ["https://a.example/", "http://127.0.0.2/", "http://[::1]/", "data:,a", "blob:https://a.example/1"] {
///     assert!(is_potentially_trustworthy_url(&url.parse()?), "{url}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn is_potentially_trustworthy_url(url: &Url) -> bool {
    // is-url-potentially-trustworthy/1: `about:blank` or `about:srcdoc`: trustworthy
    // is-url-potentially-trustworthy/2: scheme `data`: trustworthy
    if matches!(url.as_str(), "about:blank" | "about:srcdoc") || url.scheme() == "data" {
        return true;
    }
    // is-url-potentially-trustworthy/3: otherwise: judge the origin of the URL
    if url.scheme() == "blob" {
        // The origin of a blob URL is the origin of the URL in its path.
        return Url::parse(url.path())
            .is_ok_and(|url| is_http_or_https(&url) && has_potentially_trustworthy_origin(&url));
    }
    has_potentially_trustworthy_origin(url)
}

/// Whether the origin of `url` is [potentially
/// trustworthy](https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy). `url` is not a blob URL.
fn has_potentially_trustworthy_origin(url: &Url) -> bool {
    // is-origin-potentially-trustworthy/1: an opaque origin: not trustworthy
    let has_tuple_origin = matches!(
        url.scheme(),
        "http" | "https" | "ws" | "wss" | "ftp" | "file"
    );
    // is-origin-potentially-trustworthy/3: scheme `https` or `wss`: trustworthy
    has_tuple_origin
        && (matches!(url.scheme(), "https" | "wss")
            // is-origin-potentially-trustworthy/4: host in 127.0.0.0/8, or ::1: trustworthy
            // is-origin-potentially-trustworthy/5: `localhost`, or a domain below it: trustworthy
            || url.host().is_some_and(|host| is_loopback(&host))
            // is-origin-potentially-trustworthy/6: scheme `file`: trustworthy
            // is-origin-potentially-trustworthy/9: anything else: not trustworthy
            || url.scheme() == "file")
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => *address == Ipv6Addr::LOCALHOST,
        Host::Domain(domain) => {
            let domain = domain.strip_suffix('.').unwrap_or(domain);
            domain == "localhost" || domain.ends_with(".localhost")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_and_loopback_hosts_are_trustworthy() {
        for (url, expected) in [
            ("https://a.example", true),
            ("wss://a.example", true),
            ("file:///a", true),
            ("data:,a", true),
            ("about:blank", true),
            ("about:srcdoc", true),
            ("about:config", false),
            ("about:blank?a", false),
            ("http://localhost", true),
            ("http://LOCALHOST.:81/a", true),
            ("http://a.b.localhost", true),
            ("http://a.localhost.", true),
            ("ws://localhost", true),
            ("http://notlocalhost", false),
            ("http://localhost.example", false),
            ("http://localhost..", false),
            ("http://127.0.0.1", true),
            ("http://127.255.1.2:81", true),
            ("http://0x7f.1", true),
            ("http://128.0.0.1", false),
            ("http://0.0.0.0", false),
            ("http://127.0.0.1.example", false),
            ("http://[::1]:81", true),
            ("http://[0:0::1]", true),
            ("http://[::2]", false),
            ("http://[::ffff:127.0.0.1]", false),
            ("http://10.0.0.1", false),
            ("http://a.example", false),
            ("ws://a.example", false),
            ("ftp://a.example", false),
            ("mailto:a@localhost", false),
            ("app://localhost", false),
            ("blob:https://a.example/1", true),
            ("blob:http://localhost/1", true),
            ("blob:http://a.example/1", false),
            ("blob:file:///1", false),
            ("blob:data:,a", false),
            ("blob:null/1", false),
        ] {
            let parsed = Url::parse(url).unwrap();
            assert_eq!(is_potentially_trustworthy_url(&parsed), expected, "{url}");
        }
    }
}
