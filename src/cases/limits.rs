//! The limits of the case format.

/// The maximum length of a line: 8 MiB.
///
/// ```
/// use fetch_cors::cases::{MAX_LINE_BYTES, answer};
/// let line = " ".repeat(MAX_LINE_BYTES + 1);
/// let answer = answer(line.as_bytes(), 1).to_string();
/// assert!(answer.contains("the line is longer than 8388608 bytes"), "{answer}");
/// ```
pub const MAX_LINE_BYTES: usize = 8 * 1024 * 1024;

/// The maximum work of a case: 256 MiB. The work is the number of fetches times the size of all answers in bytes.
pub(super) const MAX_WORK_BYTES: usize = 256 * 1024 * 1024;

/// The maximum size of all answers to the preflights of a session. The preflight cache can store these answers, so
/// their size needs a limit.
pub(super) const MAX_SESSION_PREFLIGHT_BYTES: usize = MAX_WORK_BYTES;

/// The statuses of an answer. A response with a status of 1xx is not an answer.
pub(super) const STATUSES: core::ops::RangeInclusive<u16> = 200..=999;
