//! The edit that corrects the misspelled name of a header and keeps its value.

use alloc::string::String;

use super::edits::{ALLOW_CREDENTIALS, ALLOW_ORIGIN};
use crate::{
    Failure,
    explain::{fix::Edit, header_name::misspelled},
    fetching::Progress,
    infrastructure::response::Response,
};

/// Returns the edit that renames a misspelled header, if the response lacks the header of the failed check. The value is
/// possibly wrong, so the caller has to [check](is_accepted) the renamed header.
pub(super) fn renamed(failure: Failure, response: &Response) -> Option<Edit> {
    let to = header_of(failure)?;
    if response.header_list.contains(to) {
        return None;
    }
    let from = misspelled(to, &response.header_list)?;
    Some(Edit::RenameHeader {
        from: String::from(from),
        to,
    })
}

/// Whether the browser accepts the value of the renamed header. `progress` is the fetch after the answer with the renamed
/// header. `failure` is the failed check of the answer without this header.
pub(super) fn is_accepted(failure: Failure, progress: &Progress) -> bool {
    match progress {
        Progress::Done(Err(error)) => header_of(error.failure()) != header_of(failure),
        Progress::Done(Ok(_)) | Progress::Waiting(_) => true,
    }
}

/// Returns the header that the failed check reads. `None` if the check does not read a header of the CORS protocol.
const fn header_of(failure: Failure) -> Option<&'static str> {
    use Failure as F;
    match failure {
        F::MissingAllowOriginHeader
        | F::WildcardOriginNotAllowed
        | F::MultipleAllowOriginValues
        | F::InvalidAllowOriginValue
        | F::AllowOriginMismatch
        | F::PreflightMissingAllowOriginHeader
        | F::PreflightWildcardOriginNotAllowed
        | F::PreflightMultipleAllowOriginValues
        | F::PreflightInvalidAllowOriginValue
        | F::PreflightAllowOriginMismatch => Some(ALLOW_ORIGIN),
        F::InvalidAllowCredentials | F::PreflightInvalidAllowCredentials => Some(ALLOW_CREDENTIALS),
        F::InvalidAllowMethodsPreflightResponse | F::MethodDisallowedByPreflightResponse => {
            Some("access-control-allow-methods")
        }
        F::InvalidAllowHeadersPreflightResponse | F::HeaderDisallowedByPreflightResponse => {
            Some("access-control-allow-headers")
        }
        _ => None,
    }
}
