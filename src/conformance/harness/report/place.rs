//! The place of a mistake: the kind of the only responses that show the mistake.

use alloc::vec::Vec;

use http::Method;

use super::violation::Violation;
use crate::{
    cases::Exchange,
    conformance::{
        harness::judge::recognize::facts::{ALLOW_ORIGIN, is_like_preflight},
        laws::Law,
    },
    infrastructure::{header_list::HeaderList, response::is_redirect_status},
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
    const ALL: [Self; 4] = [Self::Preflights, Self::Errors, Self::Redirects, Self::Head];

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

    /// Returns the places that contain all responses that show the violation. If the violation is about a cache, these
    /// responses are those whose `Vary` does not list `Origin`. Otherwise, the last response shows the violation.
    ///
    /// Returns no places if the violation is about the status, or about a missing response. An error or a redirect without
    /// `Access-Control-Allow-Origin` can be the way in which the server denies an origin, so it is not a place either.
    pub(super) fn of_violation(violation: &Violation) -> Vec<Self> {
        let is_about_status = matches!(
            violation.law,
            Law::EveryRequestGetsAResponse | Law::HarmlessOriginIsNotRefused
        );
        if is_about_status || violation.unanswered.is_some() {
            return Vec::new();
        }
        let is_of_cache = violation.law == Law::SharedCacheChangesNoVerdict;
        let shown: Vec<&Exchange> = if is_of_cache {
            let exchanges = violation.exchanges.iter();
            let lacking = exchanges.filter(|exchange| !has_vary(&exchange.response.header_list));
            lacking.collect()
        } else {
            violation.exchanges.last().into_iter().collect()
        };
        let can_be_denial = !is_of_cache
            && shown.iter().any(|exchange| {
                let response = &exchange.response.header_list;
                !response.contains(ALLOW_ORIGIN)
            });
        let mut places = Vec::from(Self::ALL);
        places.retain(|place| !(can_be_denial && matches!(place, Self::Errors | Self::Redirects)));
        places.retain(|place| {
            !shown.is_empty() && shown.iter().all(|exchange| place.contains(exchange))
        });
        places
    }

    /// Returns the place of all violations. If there are several such places, returns the first of them.
    pub(crate) fn of_all(violations: &[Violation]) -> Option<Self> {
        let mut places = Self::ALL.into_iter();
        places.find(|place| {
            !violations.is_empty()
                && violations
                    .iter()
                    .all(|violation| violation.places.contains(place))
        })
    }
}

/// Whether `Vary` lists `Origin`, or is `*`.
fn has_vary(response: &HeaderList) -> bool {
    let lines = response.values("vary");
    let mut elements = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    elements.any(|name| {
        let name = name.trim_ascii();
        name.eq_ignore_ascii_case(b"origin") || name == b"*"
    })
}
