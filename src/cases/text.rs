//! Strings in an input line.

use alloc::{borrow::Cow, vec::Vec};

use serde::{Deserialize, Serialize};

/// A string in an input line. Borrowed from the line if the string does not have an escape sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// Names and values of headers, in order.
pub(super) type Pairs<'a> = Vec<(Text<'a>, Text<'a>)>;
