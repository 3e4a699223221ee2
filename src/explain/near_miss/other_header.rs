//! Recognizes a value that belongs in another CORS header, such as a list of methods in `Access-Control-Allow-Origin`.

use alloc::format;
use core::ops::Range;

use super::{
    listed_element::{is_custom_header, is_of_list},
    miss,
};
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind},
        shown::shown_briefly,
    },
    infrastructure::header_values::Abnf,
};

/// Returns the known mistake of a value that is not an origin, but the value of another CORS header.
pub(super) fn in_allow_origin(value: &str) -> Option<NearMiss> {
    let value = value.as_bytes();
    let place = of_number(value).or_else(|| of_list(value))?;
    let advice = "send the origin of the page in `Access-Control-Allow-Origin`";
    Some(near_miss(value, place, advice))
}

/// Returns the known mistake of a value that is not `true`, but the value of another CORS header.
pub(super) fn in_allow_credentials(value: &str) -> Option<NearMiss> {
    let value = value.as_bytes();
    let place = of_origin(value).or_else(|| of_list(value))?;
    let advice = "send `true` in `Access-Control-Allow-Credentials`";
    Some(near_miss(value, place, advice))
}

/// Returns the known mistake of a list of methods or of header names with an element that is the value of another CORS
/// header.
pub(super) fn in_list(abnf: Abnf, element: &[u8]) -> Option<NearMiss> {
    let place = of_number(element).or_else(|| of_origin(element))?;
    let advice = match abnf {
        Abnf::AccessControlAllowMethods => "list methods in `Access-Control-Allow-Methods`",
        Abnf::AccessControlExposeHeaders => {
            "list names of response headers in `Access-Control-Expose-Headers`"
        }
        _ => "list names of request headers in `Access-Control-Allow-Headers`",
    };
    Some(near_miss(element, place, advice))
}

/// The meaning of a value, and the header to which the value belongs.
struct Place {
    meaning: &'static str,
    header: &'static str,
}

fn near_miss(value: &[u8], place: Place, advice: &str) -> NearMiss {
    let Place { meaning, header } = place;
    miss(
        NearMissKind::ValueOfOtherHeader,
        format!(
            "`{}` is {meaning}, which belongs in `{header}`: {advice}",
            shown_briefly(value)
        ),
    )
}

fn of_number(value: &[u8]) -> Option<Place> {
    is_number(value).then_some(Place {
        meaning: "a number of seconds",
        header: "Access-Control-Max-Age",
    })
}

fn of_origin(value: &[u8]) -> Option<Place> {
    origin(value).map(|_| Place {
        meaning: "an origin",
        header: "Access-Control-Allow-Origin",
    })
}

/// Whether the value can be a number of seconds. Another mistake is the number 1, which can mean `true`.
pub(in crate::explain) fn is_number(value: &[u8]) -> bool {
    value.len() > 1 && value.iter().all(u8::is_ascii_digit)
}

/// Returns the position of the first origin in the text. The origin ends with its word.
pub(super) fn origin(text: &[u8]) -> Option<Range<usize>> {
    const MARK: &[u8] = b"://";
    let mark = text.windows(MARK.len()).position(|part| part == MARK)?;
    let (before, after) = text.split_at_checked(mark + MARK.len())?;
    let scheme = before.get(..mark).unwrap_or_default().iter().rev();
    let scheme = scheme
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b",;|\"'`<>(){}".contains(byte);
    let host = after.iter().position(is_end).unwrap_or(after.len());
    (scheme > 0 && host > 0).then(|| mark - scheme..mark + MARK.len() + host)
}

fn of_list(value: &[u8]) -> Option<Place> {
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b",;|".contains(byte);
    let elements = value.split(is_end).filter(|element| !element.is_empty());
    let all = |is: &dyn Fn(&[u8]) -> bool| elements.clone().all(is);
    let is_one = match elements.clone().take(2).count() {
        0 => return None,
        1 => true,
        _ => false,
    };
    let is_method = |element: &[u8]| is_of_list(Abnf::AccessControlAllowMethods, element);
    let is_header = |element: &[u8]| {
        is_of_list(Abnf::AccessControlAllowHeaders, element) || is_custom_header(element)
    };
    if all(&is_method) {
        Some(Place {
            meaning: if is_one {
                "a method"
            } else {
                "a list of methods"
            },
            header: "Access-Control-Allow-Methods",
        })
    } else if all(&is_header) {
        Some(Place {
            meaning: if is_one {
                "the name of a header"
            } else {
                "a list of header names"
            },
            header: "Access-Control-Allow-Headers",
        })
    } else {
        None
    }
}
