//! Generates values of `Access-Control-Allow-Origin`: correct values, and values with a small mistake.

use alloc::{format, string::String, vec, vec::Vec};

use super::request_summary::RequestSummary;

/// A kind of `Access-Control-Allow-Origin` value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AllowOrigin {
    /// The serialized origin of the request.
    Own,
    Star,
    Absent,
    Null,
    /// The origin of the page, even if a redirect makes the origin of the request `null`.
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
    Www,
    Path,
    ReplacedPort,
    Encoded,
    Pattern,
    Undefined,
    RepeatedName,
    TwoSchemes,
    /// The correct value, in a header with a misspelled name.
    MisspelledName,
}

impl AllowOrigin {
    /// Returns the values of the `Access-Control-Allow-Origin` lines.
    pub(crate) fn lines(self, request: &RequestSummary) -> Vec<String> {
        let own = request.origin;
        let (scheme, authority) = match own.split_once("://") {
            Some((scheme, authority)) => (format!("{scheme}://"), authority),
            None => (String::new(), own),
        };
        let line = match self {
            Self::Absent => return Vec::new(),
            Self::OwnTwice => return vec![own.into(), own.into()],
            Self::OwnAndEmpty => return vec![own.into(), String::new()],
            Self::StarTwice => return vec!["*".into(), "*".into()],
            Self::StarAndOwn => return vec!["*".into(), own.into()],
            Self::Own | Self::MisspelledName => own.into(),
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
            Self::Www => format!("{scheme}www.{authority}"),
            Self::Path => format!("{own}/path"),
            Self::ReplacedPort => {
                let host = authority.split(':').next().unwrap_or_default();
                format!("{scheme}{host}:8443")
            }
            Self::Encoded => own.replace(':', "%3A").replace('/', "%2F"),
            Self::Pattern => format!("{scheme}*.{authority}"),
            Self::Undefined => "undefined".into(),
            Self::RepeatedName => format!("Access-Control-Allow-Origin: {own}"),
            Self::TwoSchemes => format!("https://{own}"),
        };
        vec![line]
    }

    /// Returns the name of the header.
    pub(crate) const fn header_name(self) -> &'static str {
        match self {
            Self::MisspelledName => "Access-Control-Allow-Origins",
            _ => "Access-Control-Allow-Origin",
        }
    }
}
