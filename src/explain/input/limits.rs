//! Limits for the input.

/// The maximum length of the headers of a message, in bytes. Browsers refuse a response with much shorter headers. The parser of
/// pasted responses refuses longer headers. The parser of recordings cuts them off, so that an entry needs little memory.
pub(super) const MAX_HEADERS_BYTES: usize = 1 << 20;
