//! Recognizes a proxy or a handler that answers all OPTIONS requests with `Access-Control-Allow-Origin: *`, in place of the
//! middleware that chooses the right value in other responses.

use http::Method;

use super::{
    Evidence,
    facts::{ALLOW_ORIGIN, single},
};
use crate::{
    cases::Exchange,
    conformance::harness::report::{cause::Cause, violation::Violation},
};

pub(super) const MISTAKE: &str = "OPTIONS requests get `Access-Control-Allow-Origin: *`, although other responses have the right value: a proxy, or a handler for OPTIONS, probably answers in place of the CORS middleware";
pub(super) const FIX: &str = "let the CORS middleware answer preflights: remove the answer to OPTIONS from the proxy, or from the handler; then run the check again, because this mistake can hide others";

/// The values of `Access-Control-Allow-Origin` in responses to requests with `Origin`.
#[derive(Debug, Default)]
pub(super) struct OptionsInFront {
    has_asterisk: bool,
    /// Whether a response to OPTIONS has another value or no value, or a response to another method has `*`.
    has_contradiction: bool,
    has_other_value: bool,
}

impl OptionsInFront {
    pub(super) fn new<'x>(exchanges: impl Iterator<Item = &'x Exchange>) -> Self {
        let mut found = Self::default();
        for exchange in exchanges.filter(|exchange| exchange.request.header_list.contains("origin"))
        {
            let sent = single(&exchange.response.header_list, ALLOW_ORIGIN);
            let is_asterisk = sent.as_deref() == Some(b"*");
            let is_options = exchange.request.method == Method::OPTIONS;
            found.has_asterisk |= is_options && is_asterisk;
            found.has_contradiction |= is_options != is_asterisk;
            found.has_other_value |= !is_options && sent.is_some();
        }
        found
    }
}

impl Evidence<'_> {
    /// Whether all responses to OPTIONS have `*`, and only these, although the policy does not allow every origin.
    pub(super) fn has_options_in_front(&self) -> bool {
        let OptionsInFront {
            has_asterisk,
            has_contradiction,
            has_other_value,
        } = self.options_in_front;
        let is_wrong = !self.expectations.spec.origins.is_any();
        is_wrong && has_asterisk && !has_contradiction && has_other_value
    }

    /// Whether the violation with this cause disappears if the middleware answers OPTIONS requests.
    pub(super) fn is_of_options_in_front(&self, cause: Cause, violation: &Violation) -> bool {
        let is_of_answer = matches!(
            cause,
            Cause::WildcardOrigin
                | Cause::WildcardWithCredentials
                | Cause::WildcardListWithCredentials
                | Cause::LacksCredentials
                | Cause::LacksPreflightGrants
                | Cause::LacksMethod
                | Cause::LacksSafelistedMethod
                | Cause::LacksRequestHeader
                | Cause::GrantsAny
                | Cause::GrantsRequested
                | Cause::GrantsMoreThanPolicy
                | Cause::GrantsOtherMethods
                | Cause::GrantsOtherHeaders
                | Cause::GrantsOtherThanPolicy
                | Cause::GrantsHarmless
                | Cause::GrantsAuthorization
                | Cause::WildcardCoversAuthorization
                | Cause::InterceptsOptions
                | Cause::WrongMaxAge
                | Cause::UselessHeaders
        );
        let last = violation.exchanges.last();
        is_of_answer
            && self.has_options_in_front()
            && last.is_some_and(|last| last.request.method == Method::OPTIONS)
    }
}
