//! The port of an origin or of an entry.

use core::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Port {
    Default,
    Number(u16),
    Any,
}

impl From<Option<u16>> for Port {
    fn from(number: Option<u16>) -> Self {
        number.map_or(Self::Default, Self::Number)
    }
}

/// Writes the port with its colon, as in an entry.
impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => Ok(()),
            Self::Number(number) => write!(f, ":{number}"),
            Self::Any => f.write_str(":*"),
        }
    }
}
