//! The error for an entry that is not an origin. The error has a precise reason or a suggestion.

mod address;
mod asterisk;
mod form;
mod local;
mod port;
mod scheme;
mod text;
pub(crate) mod text_list;
mod url;

use alloc::{borrow::Cow, format, string::String};

use self::{
    address::address_mistake,
    asterisk::misplaced_asterisk,
    form::form_mistake,
    port::port_mistake,
    scheme::{invalid_scheme, missing_scheme},
    text::text_mistake,
    url::url_mistake,
};
use super::{ConfigError, ConfigErrorKind as Code};
use crate::server::origin::{
    dead::dead_scheme,
    pattern::{OriginPattern, OriginPatternError},
};

const NONE_IN_A_LIST: &str = "`none` cannot be a list entry: to allow no origin, write `\"origins\": \"none\"` or an empty list";
const NOT_ASCII: &str = "the host is not ASCII: write it as browsers send it, for example, `xn--mnchen-3ya.example` for `m\u{FC}nchen.example`";

/// The reason for refusing an entry, and the entry that the user probably meant.
struct Mistake {
    reason: Cow<'static, str>,
    suggestion: Option<String>,
}

impl Mistake {
    fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            reason: reason.into(),
            suggestion: None,
        }
    }
}

/// Returns the error for an entry that cannot be parsed.
pub(crate) fn origin_error(
    origin: &str,
    invalid: OriginPatternError,
    new_error: impl Fn(Code) -> ConfigError,
) -> ConfigError {
    let dead = match invalid {
        OriginPatternError::Unmatchable { suggestion } => {
            let reason = form_mistake(origin, &suggestion);
            let error = new_error(Code::UnmatchableOrigin).with_suggestion(suggestion);
            return match reason {
                Some(reason) => error.with_reason(reason),
                None => error,
            };
        }
        OriginPatternError::Dead { reason } => Some(reason),
        OriginPatternError::Invalid => None,
    };
    let without_slashes = || {
        origin
            .split_once(':')
            .and_then(|(scheme, _)| dead_scheme(scheme))
    };
    let mistake = address_mistake(origin)
        .or_else(|| port_mistake(origin))
        .or_else(|| text_mistake(origin))
        .map(Mistake::new)
        .or_else(|| missing_scheme(origin))
        .or_else(|| dead.map(Mistake::new))
        .or_else(|| without_slashes().map(Mistake::new))
        .or_else(|| url_mistake(origin).map(Mistake::new))
        .or_else(|| misplaced_asterisk(origin).map(Mistake::new))
        .or_else(|| invalid_scheme(origin).map(Mistake::new))
        .or_else(|| {
            origin
                .eq_ignore_ascii_case("none")
                .then(|| Mistake::new(NONE_IN_A_LIST))
        });
    match mistake {
        Some(Mistake { reason, suggestion }) => {
            let error = new_error(Code::InvalidOrigin).with_reason(reason);
            match suggestion {
                Some(suggestion) => error.with_suggestion(suggestion),
                None => error,
            }
        }
        // Without the feature `browser`, the library cannot convert the host to ASCII, so the error does not have a
        // suggestion.
        None if !cfg!(feature = "browser") && !origin.is_ascii() => {
            new_error(Code::UnmatchableOrigin).with_reason(NOT_ASCII)
        }
        None => new_error(Code::InvalidOrigin),
    }
}

/// Returns the origin in the form that browsers send, or `None` if the text is not an origin.
pub(crate) fn valid_form(origin: &str) -> Option<String> {
    match origin.parse::<OriginPattern>() {
        Ok(_) => Some(origin.into()),
        Err(OriginPatternError::Unmatchable { suggestion }) => Some(suggestion),
        Err(_) => None,
    }
}

fn with_scheme(scheme: &str, host: &str) -> Option<String> {
    valid_form(&format!("{scheme}://{host}"))
}
