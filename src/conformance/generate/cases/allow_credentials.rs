//! Generates values of `Access-Control-Allow-Credentials`: the correct value, and values with a small mistake.

/// A kind of `Access-Control-Allow-Credentials` value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AllowCredentials {
    True,
    Absent,
    False,
    UpperCase,
    Capitalized,
    Padded,
    TrueTwice,
    TrueTwiceInOneLine,
    TrueAndEmpty,
    Quoted,
    ControlCharacter,
    One,
    Empty,
    MisspelledName,
}

impl AllowCredentials {
    /// Returns the values of the header lines.
    pub(crate) const fn lines(self) -> &'static [&'static str] {
        match self {
            Self::True | Self::MisspelledName => &["true"],
            Self::Absent => &[],
            Self::False => &["false"],
            Self::UpperCase => &["TRUE"],
            Self::Capitalized => &["True"],
            Self::Padded => &[" true\t"],
            Self::TrueTwice => &["true", "true"],
            Self::TrueTwiceInOneLine => &["true, true"],
            Self::TrueAndEmpty => &["true", ""],
            Self::Quoted => &["\"true\""],
            Self::ControlCharacter => &["true\u{b}"],
            Self::One => &["1"],
            Self::Empty => &[""],
        }
    }

    /// Returns the name of the header.
    pub(crate) const fn header_name(self) -> &'static str {
        match self {
            Self::MisspelledName => "Access-Control-Allow-Credential",
            _ => "Access-Control-Allow-Credentials",
        }
    }
}
