//! Generates values of `Access-Control-Allow-Origin`: correct values, and values with a small mistake.

use alloc::{format, string::String, vec, vec::Vec};

use super::request_summary::RequestSummary;

/// A kind of `Access-Control-Allow-Origin` value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

impl AllowOrigin {
    /// Returns the values of the `Access-Control-Allow-Origin` lines.
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

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use alloc::vec::Vec;

    use super::*;
    use crate::{
        api::{ApiCall, RequestInit},
        cases::FetchCall,
        conformance::generate::cases::origins::Page,
        explain::{NearMissKind as Kind, explain},
        fetching::UserAgent,
        infrastructure::{header_list::HeaderList, origin::Origin, response::Response},
    };

    /// Returns the kinds of mistakes that the explanation of the failed fetch names.
    fn named(mistake: AllowOrigin) -> Vec<Kind> {
        let page = Page::Secure;
        let origin = Origin::parse(page.serialization()).unwrap();
        let init = RequestInit::new("https://api.example/r".parse().unwrap());
        let fetch = FetchCall {
            at: Duration::ZERO,
            origin: origin.clone(),
            call: ApiCall::Fetch(init),
        };
        let lines = mistake.lines(&RequestSummary::new(page, &fetch));
        let lines = lines
            .iter()
            .map(|line| ("Access-Control-Allow-Origin", line));
        let headers = HeaderList::from_pairs(lines).unwrap();
        let explanation = explain(
            &UserAgent::new(),
            &origin,
            &fetch.call,
            Duration::ZERO,
            |_| Some(Ok(Response::new(http::StatusCode::OK, headers.clone()))),
        );
        let refusals = explanation.refusals.iter();
        let misses = refusals.flat_map(|refusal| &refusal.near_misses);
        misses.map(|miss| miss.kind).collect()
    }

    #[test]
    fn explanations_name_the_mistake_that_was_drawn() {
        use AllowOrigin as A;
        for (mistake, expected) in [
            (A::Own, &[][..]),
            (A::Star, &[]),
            (A::Absent, &[]),
            (A::Page, &[]),
            // A padded value is not a mistake, because the CORS check ignores white space at the ends of the value.
            (A::Padded, &[]),
            (A::Null, &[Kind::Null]),
            (A::Other, &[Kind::OtherOrigin]),
            (A::TrailingSlash, &[Kind::TrailingSlash]),
            (A::UpperCase, &[Kind::Case]),
            (A::DefaultPort, &[Kind::DefaultPort]),
            (A::OtherPort, &[Kind::OtherOrigin]),
            (A::Shortened, &[Kind::MissingCharacter]),
            (A::Lengthened, &[Kind::OtherOrigin]),
            (A::OtherScheme, &[Kind::Scheme]),
            (A::SchemeLess, &[Kind::MissingScheme]),
            (A::OwnTwice, &[Kind::SameValueTwice]),
            (A::OwnAndEmpty, &[Kind::SeveralValues]),
            (A::StarTwice, &[Kind::SameValueTwice]),
            (A::StarAndOwn, &[Kind::SeveralValues]),
            (A::List, &[Kind::SeveralValues]),
            (A::SpaceSeparated, &[Kind::SeveralValues]),
            (A::Quoted, &[Kind::Quotes]),
            (A::Empty, &[Kind::Empty]),
            (A::UpperCaseNull, &[Kind::Null]),
            (A::Garbage, &[Kind::Placeholder]),
            (A::ByteAboveAscii, &[Kind::InvisibleCharacter]),
        ] {
            assert_eq!(named(mistake), expected, "{mistake:?}");
        }
    }
}
