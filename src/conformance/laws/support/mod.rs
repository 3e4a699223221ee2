//! Helpers of the laws: harmless grants, limits, and functions that read headers. The module does not use code that is
//! judged by the laws.

pub(crate) mod harmless_grants;
pub(crate) mod headers;
pub(crate) mod limits;
pub(crate) mod token_lists;
