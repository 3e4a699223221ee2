//! Describes failures of a server: errors, redirects and missing responses.

use alloc::{collections::BTreeSet, format, string::String};

use super::super::{
    Evidence,
    description::Description,
    names::{Names, credential_headers, joined},
    unanswered,
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::{
            judge::request_origin::has_empty_origin,
            report::{cause::Cause, place::Place, violation::Violation},
        },
        laws::Law,
    },
};

/// The name of a missing `Content-Type` in a scope.
const NO_CONTENT_TYPE: &str = "no-content-type";

impl Evidence<'_> {
    /// Describes a failure.
    pub(super) fn mistake_with_failure(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> Option<Description> {
        let exchanges = || violations.iter().flat_map(|violation| &violation.exchanges);
        match cause {
            Cause::FailsWithHeaders
                if let Some(others) = self.requests_without_content_type(violations) =>
            {
                let headers = self.failed_headers(violations);
                let with = headers.as_ref().map_or_else(String::new, |headers| {
                    format!("requests with {}, and on ", headers.joined("or"))
                });
                let description = Description::new(format!("the server fails on {with}{others}"));
                Some(match &headers {
                    Some(headers) => description.about_names(headers),
                    None => description.about([String::from(NO_CONTENT_TYPE)]),
                })
            }
            Cause::FailsWithCredentials | Cause::FailsWithHeaders => {
                let headers = if cause == Cause::FailsWithHeaders {
                    self.failed_headers(violations)?
                } else {
                    credential_headers(exchanges())?
                };
                let text = format!("the server fails on requests with {}", headers.joined("or"));
                Some(Description::new(text).about_names(&headers))
            }
            Cause::FailsWithoutOrigin
                if exchanges().any(|exchange| has_empty_origin(&exchange.request)) =>
            {
                Some(Description::new(
                    "the server fails on requests without `Origin`, or with an empty `Origin`",
                ))
            }
            Cause::RefusesPreflights | Cause::MissesPreflights
                if self.require_names(violations) =>
            {
                let statuses = statuses(exchanges());
                Some(Description::new(format!(
                    "preflights without `Access-Control-Request-Headers` get the status {statuses}"
                )))
            }
            Cause::RefusesPreflights | Cause::MissesPreflights
                if let Some(preflights) = self.failed_preflights_of_origins(violations) =>
            {
                let statuses = statuses(exchanges());
                Some(Description::new(format!(
                    "{preflights} get the status {statuses}"
                )))
            }
            Cause::RefusesPreflights => {
                let refused = self.refused_preflights(violations)?;
                let statuses = statuses(exchanges());
                Some(Description::new(format!("{refused} (status {statuses})")))
            }
            Cause::MissesPreflights => {
                let preflights = exchanges().filter(|exchange| exchange.request.is_preflight());
                let statuses = statuses(preflights);
                (!statuses.is_empty())
                    .then(|| Description::new(format!("preflights get the status {statuses}")))
            }
            Cause::FailsOnRequests => {
                if let Some(reason) = self.reason_of_unpermitted(violations) {
                    let description = Description::new(reason.mistake());
                    return Some(description.naming(&[Place::Preflights]));
                }
                if let Some(length) = self.crashes.length(exchanges()) {
                    return Some(Description::new(format!(
                        "the server fails on requests with a header of {length} bytes or more"
                    )));
                }
                let preflights = self.preflights_with_failed_names(violations)?;
                let description = Description::new(format!("the server fails on {preflights}"));
                Some(description.naming(&[Place::Preflights]))
            }
            Cause::NoResponse => {
                if let Some(stopping) = self.stopping_request(violations) {
                    return Some(Description::new(format!(
                        "the server answers all requests before `{stopping}`, but neither this request nor a later one"
                    )));
                }
                if let Some(subject) = self.silent_requests(violations) {
                    return Some(Description::new(format!("{subject} get no response")));
                }
                if let Some(few) = self.few_silent_requests(violations) {
                    return Some(Description::new(few));
                }
                if let Some(method) = unanswered_method(violations) {
                    let is_answered = self.silence.answers_method(method);
                    let method = method.escape_debug();
                    let text = if violations.len() > 1 && is_answered {
                        format!("some requests with the method `{method}` get no response")
                    } else if violations.len() > 1 {
                        format!("requests with the method `{method}` get no response")
                    } else {
                        format!("a request with the method `{method}` gets no response")
                    };
                    return Some(Description::new(text));
                }
                unanswered::mistake(violations, &self.silence).map(Description::new)
            }
            Cause::RefusesAllowedOrigin => self.refused_pages(violations).map(Description::new),
            Cause::FailsOnNullOrigin
                if let Some(methods) = Names::new(self.crashes.failed_methods_of_null()) =>
            {
                let requests = methods.iter().map(|method| format!("{method} requests"));
                let text = format!(
                    "the server fails on {} with `Origin: null`",
                    joined(requests.collect(), "and")
                );
                Some(Description::new(text).about_names(&methods))
            }
            Cause::FailsOnNullOrigin if self.crashes.fails_on_malformed_origins => {
                Some(Description::new(
                    "the server fails on requests with `Origin: null`, or with a malformed `Origin`",
                ))
            }
            Cause::FailsOnDeniedOrigins if self.crashes.fails_without_origin => {
                Some(Description::new(
                    "the server fails on requests of origins that the policy does not allow, and on requests without `Origin`",
                ))
            }
            Cause::FailsOnSomeOrigins if self.crashes.fails_without_https() => {
                Some(Description::new(
                    "the server fails on requests of all origins without `https:` that the policy does not allow",
                ))
            }
            Cause::FailsOnSomeOrigins => {
                let origins = Names::of_origins(self.crashes.failed_origins())?;
                let text = format!(
                    "the server fails on requests of some origins that the policy does not allow: {}",
                    origins.joined("and")
                );
                Some(Description::new(text).about_names(&origins))
            }
            Cause::FailsOnOptions => {
                let has_origin =
                    |exchange: &Exchange| exchange.request.header_list.contains("origin");
                let with = match (exchanges().any(has_origin), exchanges().all(has_origin)) {
                    (_, true) => " with `Origin`",
                    (false, _) => " without `Origin`",
                    _ => return None,
                };
                Some(Description::new(format!(
                    "the server fails on OPTIONS requests{with} that are not preflights"
                )))
            }
            Cause::SlowPreflights
                if violations
                    .iter()
                    .any(|violation| violation.unanswered.is_some()) =>
            {
                Some(Description::new(
                    "long preflights get no response in time, but shorter preflights get one",
                ))
            }
            Cause::DropsPreflights if self.surroundings.drops_options() => Some(Description::new(
                "OPTIONS requests, and so all preflights, get no response, but other requests get one",
            )),
            Cause::AuthenticatesPreflights => Some(Description::new(
                "preflights need authentication: a login answers them with the status 401, in place of the CORS middleware",
            )),
            Cause::RedirectsPreflights => self.surroundings.redirect().map(Description::new),
            Cause::RedirectsEverything => self
                .surroundings
                .redirect_of_everything()
                .map(Description::new),
            _ => None,
        }
    }
}

/// Returns the method of the requests that get no response. Returns `None` if these requests have several methods, or the
/// policy permits none of them.
pub(in super::super) fn unanswered_method(violations: &[Violation]) -> Option<&str> {
    let mut methods = violations.iter().map(|violation| {
        let line = violation.unanswered.as_ref()?;
        Some(line.request.method.as_str())
    });
    let first = methods.next()??;
    let mut laws = violations.iter().map(|violation| violation.law);
    let is_permitted = laws.any(|law| law == Law::FetchSucceedsExactlyWhenPermitted);
    (is_permitted && methods.all(|method| method == Some(first))).then_some(first)
}

/// Returns the different statuses of the responses, joined with "or".
fn statuses<'a>(exchanges: impl Iterator<Item = &'a Exchange>) -> String {
    let statuses: BTreeSet<&str> = exchanges
        .map(|exchange| exchange.response.status.as_str())
        .collect();
    joined(statuses.into_iter().map(String::from).collect(), "or")
}
