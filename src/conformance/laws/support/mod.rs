//! Headers and limits as the laws read them, independently of the code that they judge.

pub(crate) mod headers;
pub(crate) mod limits;
pub(crate) mod token_lists;
