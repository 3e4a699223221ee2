//! What a server says of origins and credentials: right, or nearly so.

use alloc::{format, string::String, vec, vec::Vec};

use super::server_response::Asked;

/// A kind of `Access-Control-Allow-Origin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AllowOrigin {
    /// The origin that the request is serialized with.
    Own,
    Star,
    Absent,
    Null,
    /// The page's origin, also where the request is serialized with another.
    Page,
    Other,
    TrailingSlash,
    UpperCase,
    DefaultPort,
    OtherPort,
    Shortened,
    Lengthened,
    OtherScheme,
    SchemeLess,
    OwnTwice,
    OwnAndEmpty,
    StarTwice,
    StarAndOwn,
    List,
    SpaceSeparated,
    Padded,
    Quoted,
    Empty,
    UpperCaseNull,
    Garbage,
    ByteAboveAscii,
}

pub(crate) const ALLOW_ORIGINS: &[(u32, AllowOrigin)] = &[
    (16, AllowOrigin::Own),
    (8, AllowOrigin::Star),
    (2, AllowOrigin::Absent),
    (2, AllowOrigin::Null),
    (1, AllowOrigin::Page),
    (1, AllowOrigin::Other),
    (1, AllowOrigin::TrailingSlash),
    (1, AllowOrigin::UpperCase),
    (1, AllowOrigin::DefaultPort),
    (1, AllowOrigin::OtherPort),
    (1, AllowOrigin::Shortened),
    (1, AllowOrigin::Lengthened),
    (1, AllowOrigin::OtherScheme),
    (1, AllowOrigin::SchemeLess),
    (1, AllowOrigin::OwnTwice),
    (1, AllowOrigin::OwnAndEmpty),
    (1, AllowOrigin::StarTwice),
    (1, AllowOrigin::StarAndOwn),
    (1, AllowOrigin::List),
    (1, AllowOrigin::SpaceSeparated),
    (1, AllowOrigin::Padded),
    (1, AllowOrigin::Quoted),
    (1, AllowOrigin::Empty),
    (1, AllowOrigin::UpperCaseNull),
    (1, AllowOrigin::Garbage),
    (1, AllowOrigin::ByteAboveAscii),
];

/// For answers whose point is elsewhere.
pub(crate) const USUAL_ALLOW_ORIGINS: &[(u32, AllowOrigin)] = &[
    (16, AllowOrigin::Own),
    (6, AllowOrigin::Star),
    (1, AllowOrigin::Absent),
    (1, AllowOrigin::Null),
    (1, AllowOrigin::Page),
    (1, AllowOrigin::OwnTwice),
    (1, AllowOrigin::Empty),
];

impl AllowOrigin {
    /// The header's lines.
    pub(crate) fn lines(self, asked: &Asked) -> Vec<String> {
        let own = asked.origin;
        let line = match self {
            Self::Absent => return Vec::new(),
            Self::OwnTwice => return vec![own.into(), own.into()],
            Self::OwnAndEmpty => return vec![own.into(), String::new()],
            Self::StarTwice => return vec!["*".into(), "*".into()],
            Self::StarAndOwn => return vec!["*".into(), own.into()],
            Self::Own => own.into(),
            Self::Star => "*".into(),
            Self::Null => "null".into(),
            Self::Page => asked.page.serialization().into(),
            Self::Other => "https://other.example".into(),
            Self::TrailingSlash => format!("{own}/"),
            Self::UpperCase => own.to_ascii_uppercase(),
            Self::DefaultPort => format!("{own}:443"),
            Self::OtherPort => format!("{own}1"),
            Self::Shortened => own.get(..own.len() - 1).unwrap_or_default().into(),
            Self::Lengthened => format!("{own}.other.example"),
            Self::OtherScheme => match own.strip_prefix("https:") {
                Some(rest) => format!("http:{rest}"),
                None => own.replacen("http:", "https:", 1),
            },
            Self::SchemeLess => own.rsplit("//").next().unwrap_or_default().into(),
            Self::List => format!("{own}, https://other.example"),
            Self::SpaceSeparated => format!("{own} https://other.example"),
            Self::Padded => format!(" \t{own} "),
            Self::Quoted => format!("\"{own}\""),
            Self::Empty => String::new(),
            Self::UpperCaseNull => "NULL".into(),
            Self::Garbage => "%".into(),
            Self::ByteAboveAscii => format!("{own}\u{e9}"),
        };
        vec![line]
    }
}

/// The lines of `Access-Control-Allow-Credentials`.
pub(crate) const ALLOW_CREDENTIALS: &[(u32, &[&str])] = &[
    (8, &["true"]),
    (4, &[]),
    (1, &["false"]),
    (1, &["TRUE"]),
    (1, &["True"]),
    (1, &[" true\t"]),
    (1, &["true", "true"]),
    (1, &["true, true"]),
    (1, &["true", ""]),
    (1, &["\"true\""]),
    (1, &["true\u{b}"]),
    (1, &["1"]),
    (1, &[""]),
];

/// For answers whose point is elsewhere.
pub(crate) const USUAL_ALLOW_CREDENTIALS: &[(u32, &[&str])] =
    &[(8, &["true"]), (1, &[]), (1, &["True"])];
