//! Values of `Access-Control-Allow-Origin`: correct values, and values with a small mistake.

use alloc::{format, string::String, vec, vec::Vec};

use super::request_summary::RequestSummary;

/// A kind of `Access-Control-Allow-Origin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AllowOrigin {
    /// The serialized origin of the request.
    Own,
    Star,
    Absent,
    Null,
    /// The page's origin, even if the origin of the request is serialized as `null`.
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

impl AllowOrigin {
    /// The header's lines.
    pub(crate) fn lines(self, request: &RequestSummary) -> Vec<String> {
        let own = request.origin;
        let line = match self {
            Self::Absent => return Vec::new(),
            Self::OwnTwice => return vec![own.into(), own.into()],
            Self::OwnAndEmpty => return vec![own.into(), String::new()],
            Self::StarTwice => return vec!["*".into(), "*".into()],
            Self::StarAndOwn => return vec!["*".into(), own.into()],
            Self::Own => own.into(),
            Self::Star => "*".into(),
            Self::Null => "null".into(),
            Self::Page => request.page.serialization().into(),
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
