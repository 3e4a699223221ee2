//! Splits a string that should be an origin into scheme, host, port and path.

/// The scheme, the host, the port and the path of a string that should be an origin. The string is not always a valid
/// origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OriginParts<'o> {
    /// The scheme. Empty if the string has no scheme.
    pub(super) scheme: &'o str,
    pub(super) host: &'o str,
    /// The port. Empty if the string has no port.
    pub(super) port: &'o str,
    /// The rest of the string, from the first `/`, `?` or `#`.
    pub(super) path: &'o str,
}

impl<'o> OriginParts<'o> {
    pub(super) fn new(text: &'o str) -> Self {
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (authority, ""),
        };
        Self {
            scheme,
            host,
            port,
            path,
        }
    }

    /// Returns the host without `www.` at its start.
    pub(super) fn bare_host(&self) -> &'o str {
        const WWW: &str = "www.";
        match self.host.get(..WWW.len()) {
            Some(start) if start.eq_ignore_ascii_case(WWW) => {
                self.host.get(WWW.len()..).unwrap_or_default()
            }
            _ => self.host,
        }
    }

    /// Returns the port without zeros at its start.
    pub(super) fn short_port(&self) -> &'o str {
        self.port.trim_start_matches('0')
    }

    /// Whether the port is the default port of the scheme.
    pub(super) fn has_default_port(&self) -> bool {
        let scheme = self.scheme;
        match self.short_port() {
            "80" => scheme.is_empty() || scheme.eq_ignore_ascii_case("http"),
            "443" => scheme.is_empty() || scheme.eq_ignore_ascii_case("https"),
            _ => false,
        }
    }
}
