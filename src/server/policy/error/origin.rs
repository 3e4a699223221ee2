//! The error for an entry that is not an origin: a precise reason, or a suggestion.

use alloc::format;

use super::{ConfigError, ConfigErrorKind as Code};
use crate::server::origin::pattern::{OriginPattern, OriginPatternError};

/// The reason for refusing `null` in a list that comes from an environment variable.
pub(crate) const NULL_IN_A_LIST: &str = "every sandboxed page has the origin `null`, so it cannot be part of this list: call `null_origin` to allow it";

const SEVERAL: &str = "this entry has several origins: write each origin as an entry of its own";
const QUOTED: &str = "the quotation marks are part of the value: remove them";
const NOT_ASCII: &str = "the host is not ASCII: write it as browsers send it, for example, `xn--mnchen-3ya.example` for `m\u{FC}nchen.example`";
const MISPLACED_ASTERISK: &str = "the `*` is misplaced: write it only for whole labels before a host (`https://*.example.com`) or for the port (`http://localhost:*`)";

/// Returns the error for an entry that cannot be parsed.
pub(crate) fn origin_error(
    origin: &str,
    invalid: OriginPatternError,
    error: impl Fn(Code) -> ConfigError,
) -> ConfigError {
    let code = match invalid {
        OriginPatternError::Invalid => Code::InvalidOrigin,
        OriginPatternError::Unmatchable { .. } => Code::UnmatchableOrigin,
    };
    let error = error(code);
    // The URL standard can read several origins as a single one, which would be a misleading suggestion.
    if has_several_origins(origin) {
        return error.with_reason(SEVERAL);
    }
    match invalid {
        OriginPatternError::Unmatchable { suggestion } => error.with_suggestion(suggestion),
        OriginPatternError::Invalid if origin.starts_with(['"', '\'']) => error.with_reason(QUOTED),
        OriginPatternError::Invalid
            if origin.as_bytes().contains(&b'.') && !origin.as_bytes().contains(&b':') =>
        {
            let whole = format!("https://{}", origin.escape_default());
            error.with_reason(format!("the origin has no scheme: write `{whole}`"))
        }
        OriginPatternError::Invalid if origin.as_bytes().contains(&b'*') => {
            error.with_reason(MISPLACED_ASTERISK)
        }
        // With the feature `browser`, the error has a suggestion, or no form of the host is valid.
        OriginPatternError::Invalid if !cfg!(feature = "browser") && !origin.is_ascii() => {
            error.with_reason(NOT_ASCII)
        }
        OriginPatternError::Invalid => error,
    }
}

/// Whether the text is a list of two or more origins, separated by commas, semicolons or spaces.
fn has_several_origins(origin: &str) -> bool {
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
