//! What a test says of an outcome. The methods are the outcome's own, so that a test that has the
//! feature has nothing to import; and they are behind the feature, since nothing else here panics.

use alloc::{format, string::String, vec::Vec};

use super::advice::advice;
use crate::{
    Failure, FetchError,
    fetching::Credentials,
    infrastructure::{
        header_list::HeaderList,
        response::{FilteredResponse, ResponseType},
    },
    outcome::{Outcome, SentRequest},
};

/// # For tests (feature `conformance`)
///
/// Each panics with what was sent, what came of it, the step of the standard that decided it, and what
/// fixes it.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::{Failure, api::RequestInit, fetching::UserAgent, outcome::Outcome};
/// use fetch_cors::infrastructure::{header_list::HeaderList, origin::Origin, response::Response};
///
/// let outcome = |headers: &[(&str, &str)], method: &'static str| {
///     let mut init = RequestInit::new("https://api.example/".parse().unwrap());
///     init.method = method.into();
///     let page = Origin::parse(b"https://app.example").unwrap();
///     let response = Response::new(http::StatusCode::OK, HeaderList::from_pairs(headers.iter().copied()).unwrap());
///     Outcome::fetch(&mut UserAgent::new(), init.into_request(page), Duration::ZERO, |_| Ok(response.clone()))
/// };
/// let any = ("Access-Control-Allow-Origin", "*");
/// assert_eq!(outcome(&[any], "GET").assert_readable().status(), 200);
/// outcome(&[any], "GET").assert_not_preflighted();
/// outcome(&[any], "PUT").assert_preflighted();
/// outcome(&[], "GET").assert_blocked();
/// outcome(&[any], "PUT").assert_blocked_by(Failure::MethodDisallowedByPreflightResponse);
/// ```
#[allow(clippy::panic, reason = "to panic is what they are for")]
impl Outcome {
    /// Script can read the response, which it is.
    ///
    /// # Panics
    ///
    /// If it cannot: the fetch failed, or the response is opaque.
    #[track_caller]
    pub fn assert_readable(&self) -> &FilteredResponse {
        match &self.result {
            Ok(response)
                if matches!(
                    response.response_type(),
                    ResponseType::Basic | ResponseType::Cors
                ) =>
            {
                response
            }
            _ => panic!("the response should be readable\n{}", description(self)),
        }
    }

    /// The fetch fails, with the error that this is.
    ///
    /// # Panics
    ///
    /// If there is a response, be it an opaque one.
    #[track_caller]
    pub fn assert_blocked(&self) -> &FetchError {
        match &self.result {
            Err(error) => error,
            Ok(_) => panic!("the fetch should fail\n{}", description(self)),
        }
    }

    /// The fetch fails for that reason.
    ///
    /// # Panics
    ///
    /// If there is a response, or the reason is another one.
    #[track_caller]
    pub fn assert_blocked_by(&self, failure: Failure) -> &FetchError {
        match &self.result {
            Err(error) if error.failure() == failure => error,
            _ => panic!(
                "the fetch should fail by `{failure}`: {}\n{}",
                failure.message(),
                description(self)
            ),
        }
    }

    /// A [preflight](https://fetch.spec.whatwg.org/#cors-preflight-request) was sent.
    ///
    /// # Panics
    ///
    /// If none was.
    #[track_caller]
    pub fn assert_preflighted(&self) {
        let is_preflighted = self.requests.iter().any(SentRequest::is_preflight);
        if !is_preflighted {
            panic!("there should be a preflight\n{}", description(self));
        }
    }

    /// No preflight was sent.
    ///
    /// # Panics
    ///
    /// If one was.
    #[track_caller]
    pub fn assert_not_preflighted(&self) {
        if let Some(preflight) = self.requests.iter().find(|request| request.is_preflight()) {
            let reasons = preflight.preflight_reasons.iter().flatten();
            let reasons: Vec<String> = reasons.map(|reason| format!("{reason}")).collect();
            panic!(
                "there should be no preflight, and there is because of {}\n{}",
                reasons.join(", "),
                description(self)
            );
        }
    }
}

/// What was sent and what came of it, line by line.
fn description(outcome: &Outcome) -> String {
    let mut lines = Vec::new();
    for request in &outcome.requests {
        let credentials = match request.credentials {
            Credentials::Included => ", with credentials",
            Credentials::Excluded => "",
        };
        lines.push(format!("> {} {}{credentials}", request.method, request.url));
        lines.extend(headers(&request.header_list));
    }
    if outcome.requests.is_empty() {
        lines.push(String::from("> nothing was sent"));
    }
    match &outcome.result {
        Ok(response) => {
            let internal = response.internal_response();
            let kind = response.response_type().as_str();
            lines.push(format!("< {}, to script {kind}", internal.status));
            lines.extend(headers(&internal.header_list));
        }
        Err(error) => {
            let origin = outcome.requests.last();
            let origin = origin.and_then(|request| request.header_list.get("origin"));
            let origin = format!("{}", origin.unwrap_or_default().escape_ascii());
            let value = error.value().map(<[u8]>::escape_ascii);
            let value = value.map_or_else(String::new, |value| format!(": `{value}`"));
            let message = error.failure().message();
            lines.push(format!(
                "{} at {}: {message}{value}",
                error.failure(),
                error.step()
            ));
            lines.push(format!("to fix it: {}", advice(error, &origin)));
        }
    }
    lines.join("\n")
}

fn headers(list: &HeaderList) -> impl Iterator<Item = String> {
    list.iter()
        .map(|(name, value)| format!("  {name}: {}", value.as_bytes().escape_ascii()))
}
