//! The place of a mistake: the kind of the only responses that show the mistake.

use http::Method;

use super::cause::Cause;
use crate::{
    cases::Exchange, conformance::harness::judge::recognize::facts::is_like_preflight,
    infrastructure::response::is_redirect_status,
};

/// A kind of responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Responses to preflights, or to other requests with the headers of a preflight.
    Preflights,
    /// Responses with a status from 400 to 599.
    Errors,
    Redirects,
    /// Responses to HEAD.
    Head,
    /// Responses to OPTIONS, also to preflights.
    Options,
    Post,
}

impl Place {
    pub(super) const ALL: [Self; 6] = [
        Self::Preflights,
        Self::Errors,
        Self::Redirects,
        Self::Head,
        Self::Options,
        Self::Post,
    ];

    /// Returns the name of the responses.
    pub(crate) const fn responses(self) -> &'static str {
        match self {
            Self::Preflights => "preflight responses",
            Self::Errors => "error responses",
            Self::Redirects => "redirects",
            Self::Head => "responses to `HEAD`",
            Self::Options => "responses to `OPTIONS`",
            Self::Post => "responses to `POST`",
        }
    }

    pub(crate) fn contains(self, exchange: &Exchange) -> bool {
        let status = exchange.response.status;
        match self {
            Self::Preflights => is_like_preflight(&exchange.request),
            Self::Errors => status.is_client_error() || status.is_server_error(),
            Self::Redirects => is_redirect_status(status),
            Self::Head => exchange.request.method == Method::HEAD,
            Self::Options => exchange.request.method == Method::OPTIONS,
            Self::Post => exchange.request.method == Method::POST,
        }
    }

    /// Whether a text that names `named` also names this place. The text can have the method.
    pub(crate) fn is_named_by(self, named: &[Self], text: &str) -> bool {
        named.contains(&self)
            || match self {
                Self::Options => named.contains(&Self::Preflights) || text.contains("OPTIONS"),
                Self::Post => text.contains("POST"),
                Self::Preflights | Self::Errors | Self::Redirects | Self::Head => false,
            }
    }
}

impl Cause {
    /// Returns the places that the [mistake](Self::mistake) names.
    pub(crate) const fn places(self) -> &'static [Place] {
        match self {
            Self::GrantsRequested
            | Self::GrantsAny
            | Self::GrantsMoreThanPolicy
            | Self::GrantsOtherMethods
            | Self::GrantsOtherHeaders
            | Self::GrantsOtherThanPolicy
            | Self::ListsOtherCase
            | Self::GrantsAuthorization
            | Self::WildcardCoversAuthorization
            | Self::DropsPreflights
            | Self::AuthenticatesPreflights
            | Self::MissesPreflights
            | Self::IgnoresPreflights
            | Self::LacksPreflightGrants
            | Self::LacksMethod
            | Self::LacksRequestHeader
            | Self::WildcardListWithCredentials
            | Self::MalformedLists
            | Self::RefusesSeveralHeaders
            | Self::InterceptsOptions
            | Self::FailsOnOptions
            | Self::GrantsHarmless
            | Self::SlowPreflights
            | Self::WrongMaxAge => &[Place::Preflights],
            Self::LacksSafelistedMethod => &[Place::Preflights, Place::Head],
            Self::RefusesPreflights => &[Place::Preflights, Place::Errors],
            Self::RedirectsPreflights => &[Place::Preflights, Place::Redirects],
            Self::ReflectsOnErrors
            | Self::FailsSometimes
            | Self::StopsAnswering
            | Self::LacksHeadersOnErrors => &[Place::Errors],
            Self::RefusesSometimes => &[Place::Errors, Place::Redirects],
            Self::RedirectsEverything | Self::LacksHeadersOnRedirects => &[Place::Redirects],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cause, Place};

    /// The places of a cause are exactly the places in its text.
    #[test]
    fn places_of_causes_are_in_their_texts() {
        for cause in Cause::ALL {
            let text = cause.mistake();
            for (place, words) in [
                (Place::Preflights, ["preflight", "OPTIONS"]),
                (Place::Errors, ["error"; 2]),
                (Place::Redirects, ["redirect"; 2]),
                (Place::Head, ["HEAD"; 2]),
            ] {
                let is_in_text = words.iter().any(|word| text.contains(word));
                assert_eq!(
                    cause.places().contains(&place),
                    is_in_text,
                    "{cause}: {text}"
                );
            }
        }
    }
}
