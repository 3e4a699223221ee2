//! What is said of an entry that is no origin.

use alloc::format;

use super::{ConfigError, ConfigErrorKind as Code};
use crate::server::origin::pattern::{OriginPattern, OriginPatternError};

/// Of `null` where a list is read from a variable.
pub(crate) const NULL_IN_A_LIST: &str = "anybody can have the origin `null`, so it is not taken from a list: allow it by a call of its own";

const SEVERAL: &str = "these are several origins: each is an entry of its own";
const QUOTED: &str = "the quotation marks are taken for a part of it: leave them out";
const MISPLACED_ASTERISK: &str = "a `*` stands for whole labels before a host, as in `https://*.example.com`, or for the port, as in `http://localhost:*`";

/// The error of an entry that is `invalid`.
pub(crate) fn of_origin(
    origin: &str,
    invalid: OriginPatternError,
    error: impl Fn(Code) -> ConfigError,
) -> ConfigError {
    let code = match invalid {
        OriginPatternError::Invalid => Code::InvalidOrigin,
        OriginPatternError::Unmatchable { .. } => Code::UnmatchableOrigin,
    };
    let error = error(code);
    // What the parser makes of several is one that nobody meant.
    if are_several(origin) {
        return error.with_reason(SEVERAL);
    }
    match invalid {
        OriginPatternError::Unmatchable { suggestion } => error.with_suggestion(suggestion),
        OriginPatternError::Invalid if origin.starts_with(['"', '\'']) => error.with_reason(QUOTED),
        OriginPatternError::Invalid if origin.contains('.') && !origin.contains(':') => {
            let whole = format!("https://{}", origin.escape_default());
            error.with_reason(format!("it has no scheme, such as `{whole}` has"))
        }
        OriginPatternError::Invalid if origin.contains('*') => {
            error.with_reason(MISPLACED_ASTERISK)
        }
        OriginPatternError::Invalid => error,
    }
}

/// Whether they would be entries, if they stood alone.
fn are_several(origin: &str) -> bool {
    let mut parts = origin
        .split([',', ';', ' '])
        .filter(|part| !part.is_empty());
    let mut count = 0;
    let are_entries = parts.all(|part| {
        count += 1;
        part.parse::<OriginPattern>().is_ok()
    });
    are_entries && count > 1
}
