//! Generates lists of methods or header names, in different forms that servers send.

use alloc::{format, string::String, vec, vec::Vec};

/// A kind of list. `Wanted` means the elements that the request needs: the method of the request, or the CORS-unsafe
/// header names of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
    SpaceSeparated,
    SemicolonSeparated,
    InBrackets,
    /// Each wanted element without its second letter.
    Misspelled,
    /// A word that stands for every element.
    EveryWord,
    Negated,
    /// The wanted elements, in a header with a misspelled name.
    MisspelledName,
}

impl List {
    /// Returns the values of the header lines that contain the list.
    pub(crate) fn lines(self, wanted: &[String]) -> Vec<String> {
        let joined = |separator| wanted.join(separator);
        let line = match self {
            Self::Absent => return Vec::new(),
            Self::LineEach => return wanted.to_vec(),
            Self::SecondLineBroken => return vec![joined(","), String::from("a b")],
            Self::Wanted | Self::MisspelledName => joined(","),
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
            Self::SpaceSeparated => format!("GET {}", joined(" ")),
            Self::SemicolonSeparated => format!("GET; {}", joined("; ")),
            Self::InBrackets => format!("[\"{}\"]", joined("\", \"")),
            Self::Misspelled => {
                let misspelled = wanted.iter().map(|name| without_second_letter(name));
                misspelled.collect::<Vec<_>>().join(", ")
            }
            Self::EveryWord => String::from("all"),
            Self::Negated => {
                let negated = wanted.iter().map(|name| format!("!{name}"));
                negated.collect::<Vec<_>>().join(", ")
            }
        };
        vec![line]
    }

    /// Returns the name of the header with the list. `name` is the correct name, which ends with `s`.
    pub(crate) fn header_name(self, name: &'static str) -> &'static str {
        match self {
            Self::MisspelledName => name.strip_suffix('s').unwrap_or(name),
            _ => name,
        }
    }
}

fn without_second_letter(name: &str) -> String {
    let letters = name.chars().enumerate();
    let letters = letters.filter(|(position, _)| *position != 1);
    letters.map(|(_, letter)| letter).collect()
}

fn change_case(c: char) -> char {
    if c.is_ascii_lowercase() {
        c.to_ascii_uppercase()
    } else {
        c.to_ascii_lowercase()
    }
}
