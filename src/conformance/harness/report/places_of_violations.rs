//! The places of violations: the kinds of the only responses that show them.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use super::{
    place::Place,
    request_kind::OriginKind,
    shown_response::{Shown, ShownMethod},
    violation::Violation,
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::judge::recognize::facts::{
            ALLOW_CREDENTIALS, ALLOW_ORIGIN, is_like_preflight, single,
        },
        laws::{Law, severity::Severity},
    },
    fetching::HttpRequest,
    infrastructure::header_list::HeaderList,
};

/// Returns the facts about the responses that show the violation.
pub(super) fn shown_by(violation: &Violation) -> BTreeSet<Shown> {
    let method = |request: &HttpRequest| {
        if is_like_preflight(request) {
            ShownMethod::Preflight
        } else {
            ShownMethod::Other(String::from(request.method.as_str()))
        }
    };
    if let Some(line) = &violation.unanswered {
        let shown = Shown {
            method: method(&line.request),
            status: None,
            allows_credentials: false,
        };
        return [shown].into();
    }
    let shown = showing_exchanges(violation).into_iter();
    let shown = shown.map(|exchange| Shown {
        method: method(&exchange.request),
        status: Some(exchange.response.status.as_u16()),
        allows_credentials: allows_credentials(violation, exchange),
    });
    shown.collect()
}

/// Whether the response lets a page of a denied origin read the data of a user.
fn allows_credentials(violation: &Violation, exchange: &Exchange) -> bool {
    let mut kinds = violation.requests.iter();
    let response = &exchange.response.header_list;
    violation.severity == Severity::Security
        && kinds.any(|kind| kind.origin == OriginKind::Denied)
        && single(response, ALLOW_CREDENTIALS).as_deref() == Some(b"true")
        // With `*`, a page cannot read a response to a request with credentials.
        && single(response, ALLOW_ORIGIN).is_some_and(|value| value != b"*")
        && single(response, ALLOW_ORIGIN) == single(&exchange.request.header_list, "origin")
}

/// Returns the exchanges whose responses show the violation. If the violation is about a cache, these are the responses
/// whose `Vary` does not list `Origin`. Otherwise, the last response shows the violation.
fn showing_exchanges(violation: &Violation) -> Vec<&Exchange> {
    if violation.law == Law::SharedCacheChangesNoVerdict {
        let exchanges = violation.exchanges.iter();
        let lacking = exchanges.filter(|exchange| !has_vary(&exchange.response.header_list));
        lacking.collect()
    } else {
        violation.exchanges.last().into_iter().collect()
    }
}

/// Returns the places that contain all responses that show the violation.
///
/// Returns no places if the violation is about the status, or about a missing response. An error or a redirect without
/// `Access-Control-Allow-Origin` can be the way in which the server denies an origin, so it is not a place either.
pub(super) fn places_of(violation: &Violation) -> Vec<Place> {
    let is_about_status = matches!(
        violation.law,
        Law::EveryRequestGetsAResponse | Law::HarmlessOriginIsNotRefused
    );
    if is_about_status || violation.unanswered.is_some() {
        return Vec::new();
    }
    let shown = showing_exchanges(violation);
    let can_be_denial = violation.law != Law::SharedCacheChangesNoVerdict
        && shown.iter().any(|exchange| {
            let response = &exchange.response.header_list;
            !response.contains(ALLOW_ORIGIN)
        });
    let mut places = Vec::from(Place::ALL);
    // The check sends some headers only with POST, so a missing header does not show that the method is the reason.
    places.retain(|place| {
        let needs_header = matches!(place, Place::Errors | Place::Redirects | Place::Post);
        !(can_be_denial && needs_header)
    });
    places
        .retain(|place| !shown.is_empty() && shown.iter().all(|exchange| place.contains(exchange)));
    places
}

/// Returns the place of all violations. If there are several such places, returns the first of them.
pub(crate) fn place_of_all(violations: &[Violation]) -> Option<Place> {
    let mut places = Place::ALL.into_iter();
    places.find(|place| {
        !violations.is_empty()
            && violations
                .iter()
                .all(|violation| violation.places.contains(place))
    })
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
