//! Parsers for headers, limits, and harmless grants. Only the laws use this module. The module does not use the code that
//! the laws judge.

pub(crate) mod harmless_grants;
pub(crate) mod headers;
pub(crate) mod limits;
pub(crate) mod token_lists;
