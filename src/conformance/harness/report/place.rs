//! The place of a mistake: the kind of the only responses that show the mistake.

use http::Method;

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
}

impl Place {
    pub(super) const ALL: [Self; 4] = [Self::Preflights, Self::Errors, Self::Redirects, Self::Head];

    /// Returns the name of the responses.
    pub(crate) const fn responses(self) -> &'static str {
        match self {
            Self::Preflights => "preflight responses",
            Self::Errors => "error responses",
            Self::Redirects => "redirects",
            Self::Head => "responses to `HEAD`",
        }
    }

    /// Whether `text` mentions the place.
    pub(crate) fn is_named_in(self, text: &str) -> bool {
        let word = match self {
            Self::Preflights => "preflight",
            Self::Errors => "error",
            Self::Redirects => "redirect",
            Self::Head => "HEAD",
        };
        text.contains(word) || (self == Self::Preflights && text.contains("OPTIONS"))
    }

    pub(crate) fn contains(self, exchange: &Exchange) -> bool {
        let status = exchange.response.status;
        match self {
            Self::Preflights => is_like_preflight(exchange),
            Self::Errors => status.is_client_error() || status.is_server_error(),
            Self::Redirects => is_redirect_status(status),
            Self::Head => exchange.request.method == Method::HEAD,
        }
    }
}
