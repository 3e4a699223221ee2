//! Header parsing and limits of the laws, independent of the code that the laws judge.

pub(crate) mod headers;
pub(crate) mod limits;
pub(crate) mod token_lists;
