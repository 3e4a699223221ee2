//! Describes mistakes with CORS headers that responses lack, or that have a wrong value.

use alloc::{format, string::String};

use http::Method;

use super::{
    super::{
        Evidence,
        description::Description,
        facts::{EXPOSE_HEADERS, MAX_AGE, elements, has_credentials},
        ignored_headers::useless_names,
        names::{
            Names, are_options, credential_headers, is_true_repeated, responses_without_headers,
        },
        wrong_values::error_statuses,
    },
    is_failed_fetch,
};
use crate::{
    cases::Exchange,
    conformance::harness::report::{cause::Cause, place::Place, violation::Violation},
    server::AllowList,
};

/// Describes the responses to requests without any of the headers. `status` is the end of the text.
fn responses_without(headers: &Names, status: &str) -> Description {
    let text = format!(
        "responses to requests without {} lack the CORS headers{status}",
        headers.joined("or")
    );
    Description::new(text).about_names(headers)
}

impl Evidence<'_> {
    /// Describes a mistake with the headers of responses.
    pub(super) fn mistake_with_headers(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> Option<Description> {
        let exchanges = || violations.iter().flat_map(|violation| &violation.exchanges);
        match cause {
            Cause::AllowsCredentials if self.reflects_with_credentials => Some(Description::new(
                "the server reflects any origin with `Access-Control-Allow-Credentials: true`, but the policy does not allow credentials",
            )),
            Cause::LacksHeadersWithCredentials => {
                let headers = credential_headers(exchanges())?;
                let origins = self.origins_without_credentials(violations);
                let of = origins.as_ref().map_or_else(String::new, |origins| {
                    format!(" of {}", origins.joined("and"))
                });
                let text = format!(
                    "responses to requests{of} with {} lack the CORS headers",
                    headers.joined("or")
                );
                let description = Description::new(text).about_names(&headers);
                Some(match &origins {
                    Some(origins) => description.about_names(origins),
                    None => description,
                })
            }
            Cause::LacksHeadersOnSomeResponses | Cause::LacksHeadersOnErrors
                if let Some(headers) = self.required_headers(violations) =>
            {
                let status = error_statuses(violations)
                    .map_or_else(String::new, |status| format!(" (status {status})"));
                Some(responses_without(&headers, &status))
            }
            Cause::LacksHeadersOnSomeResponses
                if let Some(headers) = self.missing_credentials(violations) =>
            {
                Some(responses_without(&headers, ""))
            }
            Cause::LacksHeadersOnSomeResponses if self.allowed.has_headers_only_on_preflights() => {
                Some(
                    Description::new("only preflight responses have the CORS headers: the responses to the actual requests lack them")
                        .naming(&[Place::Preflights]),
                )
            }
            Cause::LacksHeadersOnSomeResponses if self.allowed.has_headers_only_on_get() => {
                Some(Description::new("only responses to GET have the CORS headers"))
            }
            Cause::LacksHeadersOnSomeResponses
                if let Some(preflights) = self.preflights_without_headers(violations) =>
            {
                let text = format!("{preflights} get a response without the CORS headers");
                Some(Description::new(text).naming(&[Place::Preflights]))
            }
            Cause::LacksHeadersOnSomeResponses => {
                let Some(methods) = self.methods_without_headers(violations) else {
                    return responses_without_headers(violations).map(Description::new);
                };
                let text = format!("responses to {} lack the CORS headers", methods.joined("and"));
                Some(Description::new(text).about_names(&methods).naming(&[Place::Head]))
            }
            Cause::LacksHeadersOnErrors => self.errors_without_headers(violations),
            Cause::LacksExposedHeaders
                if self.exposes_on_preflights
                    && exchanges().any(|exchange| exchange.request.method == Method::OPTIONS) =>
            {
                Some(
                    Description::new("scripts cannot read response headers that the policy exposes: only preflight responses have `Access-Control-Expose-Headers`")
                        .naming(&[Place::Preflights]),
                )
            }
            Cause::ExposesEverything if self.hides_from_credentials(exchanges()) => {
                Some(Description::new("the server exposes every response header to fetches without credentials, but no header to fetches with credentials"))
            }
            Cause::LacksExposedHeaders if are_options(exchanges()) => Some(
                Description::new("scripts cannot read response headers that the policy exposes, if the method is OPTIONS")
                    .naming(&[Place::Preflights]),
            ),
            Cause::LacksOptions => {
                let headers = self.missing_headers()?;
                let text = format!(
                    "the server lacks options of the policy: no response to an allowed origin has {}",
                    headers.joined("or")
                );
                Some(Description::new(text).about_names(&headers))
            }
            Cause::LacksCredentials if is_true_repeated(exchanges()) => Some(Description::new("responses have several values of `Access-Control-Allow-Credentials`")),
            Cause::AllowsCredentials | Cause::LacksCredentials
                if self.place(violations).is_none() =>
            {
                let of_values = self.text_with_values(cause, violations);
                let mistake = of_values.unwrap_or_else(|| String::from(cause.mistake()));
                let of_origins = self.credentials_by_origin.description(cause, &mistake);
                of_origins.or_else(|| {
                    let with_responses = self.credentials.with_responses(cause, &mistake)?;
                    Some(Description::new(with_responses))
                })
            }
            Cause::WrongMaxAge
                if exchanges().all(|exchange| !exchange.response.header_list.contains(MAX_AGE)) =>
            {
                Some(Description::new("preflight responses lack the max-age of the policy"))
            }
            Cause::UselessHeaders => {
                let names = useless_names(violations)?;
                let all = names.all();
                let text = format!("responses have CORS headers that browsers ignore: {all}");
                Some(Description::new(text).about_names(&names))
            }
            Cause::LacksVary if violations.iter().any(is_failed_fetch) => Some(Description::new("`Vary` does not list `Origin`, and a page gets the response for another page, probably from a cache")),
            Cause::LacksVary => {
                let place = self.place(violations)?;
                let text = format!("`Vary` of {} does not list `Origin`", place.responses());
                Some(Description::new(text).naming(&[place]))
            }
            Cause::WildcardWithCredentials if !self.expectations.spec.credentials => {
                Some(Description::new("the server sends `Access-Control-Allow-Credentials: true` together with `*`, which has no effect"))
            }
            _ => None,
        }
    }

    /// Whether the responses expose only `*`, which is not a wildcard in a fetch with credentials, and the policy exposes
    /// headers to fetches with credentials. At least one request has credentials, because a server can expose other headers
    /// to such a request.
    fn hides_from_credentials<'x>(
        &self,
        mut exchanges: impl Iterator<Item = &'x Exchange> + Clone,
    ) -> bool {
        let spec = &self.expectations.spec;
        let exposes_names =
            matches!(&spec.expose_headers, AllowList::Only(names) if !names.is_empty());
        spec.credentials
            && exposes_names
            && exchanges.clone().any(has_credentials)
            && exchanges.all(|exchange| {
                let exposed = elements(&exchange.response.header_list, EXPOSE_HEADERS);
                exposed.iter().all(|name| name == "*")
            })
    }
}
