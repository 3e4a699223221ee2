//! The port of an origin or of an entry.

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
