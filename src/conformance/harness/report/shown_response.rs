//! The method and the status of a response that shows a violation.

use alloc::string::String;

/// The kind of a method.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ShownMethod {
    /// The method OPTIONS of a request with the headers of a preflight.
    Preflight,
    Other(String),
}

/// The method and the status of a response that shows a violation. The status is `None` if there is no response.
pub(crate) type Shown = (ShownMethod, Option<u16>);
