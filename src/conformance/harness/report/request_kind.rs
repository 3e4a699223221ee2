//! The kind of a request that shows a violation.

use core::fmt;

/// The kind of a request: the kind of its `Origin`, and its purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RequestKind {
    pub(crate) origin: OriginKind,
    pub(crate) purpose: Purpose,
}

/// The kind of the `Origin` of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum OriginKind {
    /// The policy allows the origin.
    Allowed,
    /// The policy does not allow the origin.
    Denied,
    /// The origin is the server's own origin.
    Own,
    /// The request has no `Origin`.
    Missing,
    /// The request has several `Origin` lines.
    Several,
}

/// The purpose of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// A request with a method other than OPTIONS.
    Request,
    /// A CORS-preflight request.
    Preflight,
    /// An OPTIONS request that is not a preflight.
    Options,
}

/// Displays the kind in kebab-case.
impl fmt::Display for RequestKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.origin {
            OriginKind::Allowed => "allowed-origin",
            OriginKind::Denied => "denied-origin",
            OriginKind::Own => "own-origin",
            OriginKind::Missing => "no-origin",
            OriginKind::Several => "several-origins",
        })?;
        f.write_str(match self.purpose {
            Purpose::Request => "",
            Purpose::Preflight => "-preflight",
            Purpose::Options => "-options",
        })
    }
}
