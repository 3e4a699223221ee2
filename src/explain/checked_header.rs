//! The header that a failed check reads.

use crate::Failure;

/// Returns the header that the failed check reads. `None` if the check does not read a header of the CORS protocol.
pub(crate) const fn checked_header(failure: Failure) -> Option<&'static str> {
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
        | F::PreflightAllowOriginMismatch => Some("access-control-allow-origin"),
        F::InvalidAllowCredentials | F::PreflightInvalidAllowCredentials => {
            Some("access-control-allow-credentials")
        }
        F::InvalidAllowMethodsPreflightResponse | F::MethodDisallowedByPreflightResponse => {
            Some("access-control-allow-methods")
        }
        F::InvalidAllowHeadersPreflightResponse | F::HeaderDisallowedByPreflightResponse => {
            Some("access-control-allow-headers")
        }
        _ => None,
    }
}
