//! Describes a mistake of a server. The description names methods, headers or origins from the violations.

mod failures;
mod grants;
mod headers;
mod origins;

use alloc::{format, string::String};

pub(super) use self::failures::unanswered_method;
use super::{
    Evidence, description::Description, misspelled_headers::MisspelledHeaders,
    names::are_preflights, wrong_values::error_statuses,
};
use crate::conformance::{
    harness::report::{
        cause::Cause, place::Place, places_of_violations::place_of_all, violation::Violation,
    },
    laws::Law,
};

/// A part of the text of a mistake, and the part that replaces it if all failed requests are preflights.
const FAILS_ON_REQUESTS: &str = "fails on requests";
const FAILS_ON_PREFLIGHTS: &str = "fails on preflights";

impl Evidence<'_> {
    /// Describes the mistake of `cause` with details from `violations`, which all have this cause. If the server makes
    /// the mistake only for requests with a certain header, or only in responses of one kind, the text names the header
    /// or the kind.
    pub(crate) fn description(&self, cause: Cause, violations: &[Violation]) -> Description {
        let misspelled = self.misspelled_headers(cause, violations);
        // If no response has the right name of a misspelled header, the place does not matter.
        let is_misspelled = misspelled
            .as_ref()
            .is_some_and(MisspelledHeaders::is_whole_mistake);
        let place = self.place(violations).filter(|_| !is_misspelled);
        let detailed = self
            .detailed_mistake(cause, violations)
            .filter(|_| !is_misspelled);
        let with_values = || self.text_with_values(cause, violations);
        let detailed = detailed.or_else(|| with_values().map(Description::new));
        let mut detailed = detailed.unwrap_or_else(|| Description::new(cause.mistake()));
        let exchanges = || violations.iter().flat_map(|violation| &violation.exchanges);
        if detailed.text.contains(FAILS_ON_REQUESTS) && are_preflights(exchanges()) {
            detailed.text = detailed
                .text
                .replacen(FAILS_ON_REQUESTS, FAILS_ON_PREFLIGHTS, 1);
            detailed = detailed.naming(&[Place::Preflights]);
        }
        let mut description = detailed.naming(cause.places()).in_place(place);
        if let Some(misspelled) = &misspelled {
            let others = core::mem::take(&mut description.text);
            description.text = misspelled.description(|| others);
            description = description.about_names(&misspelled.wrong);
        }
        description.misspelled = misspelled;
        let names_header = match cause {
            // The texts of these causes name the header already.
            Cause::ReflectsWithCredentials
            | Cause::ReflectsWithHeaders
            | Cause::LacksHeadersWithCredentials
            | Cause::FailsWithCredentials
            | Cause::FailsWithHeaders
            | Cause::GrantsPrivateNetwork => true,
            // Of the preflights of denied origins, the check judges only those with a special header: a page does not see
            // why a preflight fails.
            Cause::FailsOnDeniedOrigins => are_preflights(exchanges()),
            _ => false,
        };
        let lacks_headers = matches!(
            cause,
            Cause::LacksHeadersOnErrors | Cause::LacksHeadersOnSomeResponses
        );
        let of_bare = || self.headers_of_bare_responses(violations);
        let headers = lacks_headers.then(of_bare).flatten();
        let headers = headers.or_else(|| self.headers_with_mistake(violations));
        if let Some(headers) = headers.filter(|_| !names_header) {
            let (with, mistake) = (headers.joined("or"), &description.text);
            description.text = format!("if the request has {with}, {mistake}");
            description = description.about_names(&headers);
        }
        if matches!(
            cause,
            Cause::UnstableAnswers
                | Cause::FailsSometimes
                | Cause::RefusesSometimes
                | Cause::StopsAnswering
                | Cause::AllowsSometimes
        ) {
            // The requests of these mistakes are random.
            description.scope.clear();
        } else {
            description.scope = self.scope(cause, violations, description.scope);
        }
        description
    }

    /// Returns the place of all violations. Returns `None` if no usual response has a status from 200 to 299, because the
    /// check then did not see responses without the mistake. For the same reason, error responses and redirects are a place only
    /// if a request of the same kind gets a status from 200 to 299.
    pub(super) fn place(&self, violations: &[Violation]) -> Option<Place> {
        let has_success = |violation: &Violation| {
            let mut kinds = violation.requests.iter();
            kinds.any(|kind| self.kinds_with_success.contains(kind))
        };
        let is_shown = |place: &Place| {
            !matches!(place, Place::Errors | Place::Redirects) || violations.iter().any(has_success)
        };
        let place = place_of_all(violations).filter(|_| self.allowed.has_success);
        place.filter(is_shown)
    }

    fn detailed_mistake(&self, cause: Cause, violations: &[Violation]) -> Option<Description> {
        let description = self
            .mistake_with_origins(cause, violations)
            .or_else(|| self.mistake_with_grants(cause, violations))
            .or_else(|| self.mistake_with_headers(cause, violations))
            .or_else(|| self.mistake_with_failure(cause, violations));
        let mut description = description?;
        let names_no_status = matches!(
            cause,
            Cause::FailsOnNullOrigin
                | Cause::FailsOnDeniedOrigins
                | Cause::FailsOnSomeOrigins
                | Cause::FailsOnOptions
                | Cause::FailsWithCredentials
                | Cause::FailsWithHeaders
                | Cause::FailsWithoutOrigin
        );
        if let Some(statuses) = error_statuses(violations).filter(|_| names_no_status) {
            let text = &description.text;
            description.text = format!("{text} (status {statuses})");
        }
        Some(description)
    }
}

/// Returns the words with hyphens between them. A name in a scope has no spaces.
fn in_kebab_case(words: &str) -> String {
    words.replace(' ', "-")
}

/// Whether a permitted fetch fails.
fn is_failed_fetch(violation: &Violation) -> bool {
    violation.law == Law::FetchSucceedsExactlyWhenPermitted && violation.error.is_some()
}
