//! Chooses the fix of a mistake. The fix of some mistakes depends on the policy.

use super::Evidence;
use crate::conformance::harness::report::cause::Cause;

impl Evidence<'_> {
    /// Returns the fix of `cause` for the policy of this check.
    pub(crate) fn advice(&self, cause: Cause) -> &'static str {
        let spec = &self.expectations.spec;
        match cause {
            _ if self.allows_no_origin() && sends_cors_headers(cause) => {
                Cause::SendsCorsHeaders.advice()
            }
            Cause::WildcardWithCredentials if !spec.credentials => {
                "remove `Access-Control-Allow-Credentials`: the policy does not allow credentials"
            }
            Cause::SendsPattern
            | Cause::SendsList
            | Cause::ConstantOrigin
            | Cause::WrongConstantOrigin
            | Cause::OtherAllowOrigin
                if spec.origins.is_any() =>
            {
                "send `*`: the policy allows every origin"
            }
            cause => cause.advice(),
        }
    }
}

/// Whether only a server that sends CORS headers can make the mistake. Returns true for every mistake with a
/// consequence for security.
fn sends_cors_headers(cause: Cause) -> bool {
    cause <= Cause::ExposesOtherHeaders
        || matches!(
            cause,
            Cause::RepeatsAllowOrigin
                | Cause::WildcardWithCredentials
                | Cause::LacksVary
                | Cause::AllowsMalformedOrigin
                | Cause::ReadsOneOfSeveralOrigins
                | Cause::SendsText
                | Cause::ReflectsLongHeaders
                | Cause::WrongMaxAge
                | Cause::UselessHeaders
        )
}
