//! Parsers for headers, limits, and harmless grants. Only the laws use this module. The module does not use code that
//! is judged by the laws.

pub(crate) mod harmless_grants;
pub(crate) mod headers;
pub(crate) mod limits;
pub(crate) mod token_lists;
