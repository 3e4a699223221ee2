//! What the handler behind each middleware answers, whatever the method.

pub(crate) const BODY: &str = "content\n";

/// What no framework sets.
pub(crate) const OF_HANDLER: &str = "x-internal";

pub(crate) const HEADERS: [(&str, &str); 6] = [
    ("cache-control", "max-age=60"),
    ("content-type", "text/plain"),
    ("etag", "\"1\""),
    (OF_HANDLER, "1"),
    ("x-request-id", "7"),
    ("x-total-count", "3"),
];

/// By the path of the request.
pub(crate) enum Answer {
    Plain,
    /// With two lines of `Vary`.
    OwnVary,
    /// With status 500, as a response like any other.
    ErrorStatus,
    /// As the framework has its handlers say that something failed.
    FrameworkError,
}

pub(crate) const OWN_VARY: [&str; 2] = ["accept", "cookie"];

impl Answer {
    pub(crate) fn to(path: &str) -> Self {
        match path {
            "/vary" => Self::OwnVary,
            "/error" => Self::ErrorStatus,
            "/fails" => Self::FrameworkError,
            _ => Self::Plain,
        }
    }

    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::Plain | Self::OwnVary => 200,
            Self::ErrorStatus | Self::FrameworkError => 500,
        }
    }

    pub(crate) fn headers(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let vary: &[_] = match self {
            Self::OwnVary => &OWN_VARY,
            _ => &[],
        };
        HEADERS
            .into_iter()
            .chain(vary.iter().map(|value| ("vary", *value)))
    }
}
