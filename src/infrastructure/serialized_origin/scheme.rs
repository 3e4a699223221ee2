//! The schemes `http` and `https`, with their [default ports](https://url.spec.whatwg.org/#default-port).

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    /// Splits an origin into the scheme and the text after `://`.
    #[inline]
    pub(super) fn split(origin: &str) -> Option<(Self, &str)> {
        match origin.strip_prefix("https://") {
            Some(rest) => Some((Self::Https, rest)),
            None => Some((Self::Http, origin.strip_prefix("http://")?)),
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    pub(crate) const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}
