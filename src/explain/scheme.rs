//! Advice for URLs with a scheme that browsers do not fetch.

use alloc::{format, string::String};

use super::shown::shown_name;

/// The advice for a URL whose scheme is neither `http` nor `https`.
pub(super) const USE_HTTP: &str = "use an `http` or `https` URL";

/// The advice for the URL of a WebSocket.
const WEB_SOCKET: &str = "open a WebSocket with `new WebSocket(url)`, not with `fetch()`: CORS headers have no effect on a WebSocket, and the server checks its `Origin` itself. For a fetch, use an `https` URL";

/// Returns the advice for a URL such as `localhost:3000/notes`, whose host is read as its scheme. `None` for other URLs.
/// `page` is the origin of the page. A page on https can fetch over http only from `localhost`.
///
/// The text before the first colon counts as a host if a port comes after the colon, and one of these conditions is
/// true: the text is `localhost`, the text contains a dot, or the port has a path after it.
pub(super) fn host_as_scheme(url: &str, page: &str) -> Option<String> {
    let (host, rest) = url.split_once(':')?;
    let end = rest.find(|c: char| !c.is_ascii_digit());
    let (port, path) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
    let is_port = !port.is_empty() && port.len() <= 5 && (path.is_empty() || path.starts_with('/'));
    let is_host = host == "localhost" || host.contains('.') || path.starts_with('/');
    let scheme = if is_secure(page) && host != "localhost" {
        "https"
    } else {
        "http"
    };
    (is_port && is_host).then(|| {
        format!(
            "`{}:` is read as the scheme: write `{scheme}://{}`",
            shown_name(host),
            shown_name(url)
        )
    })
}

/// Whether browsers fetch the URLs of the scheme without a server.
pub(super) fn is_without_server(scheme: &str) -> bool {
    matches!(scheme, "data" | "blob")
}

fn is_secure(page: &str) -> bool {
    page.starts_with("https:")
}

/// Whether the URL has a scheme that browsers do not fetch from servers.
pub(super) fn has_unsupported_scheme(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| !matches!(scheme, "http" | "https"))
}

/// Returns the advice for a URL with a scheme that browsers do not fetch from servers. `None` for `http` and `https`.
/// `page` is the origin of the page.
pub(super) fn unsupported_scheme(url: &str, page: &str) -> Option<String> {
    if !has_unsupported_scheme(url) {
        return None;
    }
    let (scheme, _) = url.split_once(':')?;
    if matches!(scheme, "ws" | "wss") {
        return Some(WEB_SOCKET.into());
    }
    if is_without_server(scheme) {
        return Some(USE_HTTP.into());
    }
    let schemes = if is_secure(page) {
        "`https`"
    } else {
        "`http` or `https`"
    };
    Some(host_as_scheme(url, page).unwrap_or_else(|| {
        format!(
            "use an {schemes} URL: browsers do not fetch `{}:` URLs",
            shown_name(scheme)
        )
    }))
}
