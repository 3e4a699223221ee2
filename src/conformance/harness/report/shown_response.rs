//! The facts about a response that shows a violation.

use alloc::string::String;

/// The kind of a method.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ShownMethod {
    /// The method OPTIONS of a request with the headers of a preflight.
    Preflight,
    Other(String),
}

/// A response that shows a violation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shown {
    pub(crate) method: ShownMethod,
    /// The status. `None` if there is no response.
    pub(crate) status: Option<u16>,
    /// Whether the response lets a page of a denied origin read the data of a user.
    pub(crate) allows_credentials: bool,
}
