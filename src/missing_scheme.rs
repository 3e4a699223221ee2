//! A suggestion for a URL without a scheme, such as `localhost:8000/notes`.

use alloc::{
    format,
    string::{String, ToString},
};

use url::{Host, Url};

/// The maximum length of a URL that a message repeats.
const MAX_URL_BYTES: usize = 200;

/// Returns the URL that the author of `given` probably meant, if `given` is a host with or without a port and a path.
/// The scheme is `http` if the host is `localhost` or an address, and otherwise `https`.
pub fn with_scheme(given: &str) -> Option<String> {
    if given.len() > MAX_URL_BYTES
        || given.contains("://")
        || !given.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
    {
        return None;
    }
    let url = Url::parse(&format!("http://{given}")).ok()?;
    let scheme = match url.host()? {
        _ if !url.username().is_empty() => return None,
        // The URL parser also reads a number, such as `10`, as an address.
        Host::Ipv4(address) if !given.starts_with(&address.to_string()) => return None,
        Host::Domain("localhost") | Host::Ipv4(_) | Host::Ipv6(_) => "http",
        Host::Domain(host) if host.contains('.') => "https",
        Host::Domain(_) => return None,
    };
    Some(format!("{scheme}://{given}"))
}

/// Returns the advice for a text that is not a URL. `example` is the whole URL in the advice if the meant URL is not clear.
pub fn write_whole_url(given: &str, example: &str) -> String {
    match with_scheme(given) {
        Some(meant) => format!("write `{}`", meant.escape_debug()),
        None => format!("write a whole URL, for example `{example}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::with_scheme;

    #[test]
    fn only_hosts_get_a_scheme() {
        for (given, meant) in [
            ("localhost:8000/notes", "http://localhost:8000/notes"),
            ("127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("[::1]:8000/?a", "http://[::1]:8000/?a"),
            ("api.example/notes", "https://api.example/notes"),
            ("api.example:8443", "https://api.example:8443"),
        ] {
            assert_eq!(with_scheme(given).as_deref(), Some(meant));
        }
        for given in [
            "",
            "10",
            "1.5",
            "/notes",
            "//a.example",
            "notes",
            "https://a.example",
            "ftp://a.example",
            "mailto:a@b.example",
            "data:text",
            "a b.example",
            "*.example",
        ] {
            assert_eq!(with_scheme(given), None, "{given}");
        }
    }
}
