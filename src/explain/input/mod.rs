//! Parsers for the traces of a failed fetch:
//!
//! - responses that `curl` printed,
//! - lines of a browser's console,
//! - recordings of a browser's network panel.
//!
//! ```
//! use fetch_cors::explain::input::PastedResponses;
//!
//! let pasted = PastedResponses::parse(b"HTTP/2 200\r\naccess-control-allow-origin: *\r\n\r\n{}")?;
//! assert_eq!(pasted.responses[0].status, 200);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod console;
mod escaped_text;
#[cfg(feature = "cases")]
mod har;
mod limits;
mod responses;

pub use console::{Browser, ConsoleForm, ConsoleLine, ConsoleMessage, UnknownConsoleMessageError};
#[cfg(feature = "cases")]
pub(crate) use har::allowing;
#[cfg(feature = "cases")]
pub use har::{
    EntryProblem, EntryProblemKind, FetchShape, InternalRedirect, Obstacle, RecordedExchange,
    RecordedFetch, RecordedFetches, Recording, RecordingError, RecordingRepair, UnbuiltFetch,
};
pub use responses::{
    LeftOutReason, LeftOutResponse, MAX_PASTED_BYTES, PastedRequest, PastedResponse,
    PastedResponses, PastedResponsesError, PastedResponsesErrorKind,
};
