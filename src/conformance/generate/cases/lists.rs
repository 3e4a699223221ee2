//! Generates lists of methods or header names, in different forms that servers send.

use alloc::{format, string::String, vec, vec::Vec};

/// A kind of list. `Wanted` means the elements that the request needs: the method of the request, or the CORS-unsafe
/// header names of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Wanted,
    Star,
    Absent,
    Empty,
    CaseChanged,
    AllButLast,
    Spaced,
    EmptyElements,
    LineEach,
    StarAmongOthers,
    StarAndAuthorization,
    Others,
    WantedAndOthers,
    Quoted,
    Parameter,
    InnerSpace,
    ByteAboveAscii,
    SecondLineBroken,
}

impl List {
    /// Returns the values of the header lines that contain the list.
    pub(crate) fn lines(self, wanted: &[String]) -> Vec<String> {
        let joined = |separator| wanted.join(separator);
        let line = match self {
            Self::Absent => return Vec::new(),
            Self::LineEach => return wanted.to_vec(),
            Self::SecondLineBroken => return vec![joined(","), String::from("a b")],
            Self::Wanted => joined(","),
            Self::Star => String::from("*"),
            Self::Empty => String::new(),
            Self::CaseChanged => joined(", ").chars().map(change_case).collect(),
            Self::AllButLast => wanted
                .split_last()
                .map_or_else(String::new, |(_, rest)| rest.join(",")),
            Self::Spaced => format!("\t{} ", joined(" \t,  ")),
            Self::EmptyElements => format!(", ,,{},", joined(",,\t,")),
            Self::StarAmongOthers => format!("x-other, *,{}", joined(",")),
            Self::StarAndAuthorization => String::from("*, Authorization"),
            Self::Others => String::from("X-Other, DELETE"),
            Self::WantedAndOthers => format!("PUT, X-Other, {}", joined(", ")),
            Self::Quoted => format!("\"{}\"", joined("\",\"")),
            Self::Parameter => format!("{};q=1", joined(",")),
            Self::InnerSpace => format!("a {}", joined(" ")),
            Self::ByteAboveAscii => format!("{},\u{e9}", joined(",")),
        };
        vec![line]
    }
}

fn change_case(c: char) -> char {
    if c.is_ascii_lowercase() {
        c.to_ascii_uppercase()
    } else {
        c.to_ascii_lowercase()
    }
}
