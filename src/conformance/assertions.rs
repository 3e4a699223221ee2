//! Assertions about an outcome, for tests. The assertions are methods of [`Outcome`], so a test does not have to import
//! the assertions. Only the feature `conformance` has the assertions, because they panic. Other code of the crate does
//! not panic.

use alloc::{format, string::String, vec::Vec};

use crate::{
    Failure, FetchError,
    explain::{
        advice::advice,
        sentences::{preflight_reasons, refusal_with_mistakes},
        shown::{line, shown},
    },
    fetching::Credentials,
    infrastructure::{
        header_list::HeaderList,
        response::{FilteredResponse, ResponseType},
    },
    outcome::{Outcome, SentRequest},
};

/// # For tests (feature `conformance`)
///
/// A failed assertion panics. The message contains the requests, the outcome, the step of the standard that decided the
/// outcome, the reason with the known mistakes, and the fix, in the words of an
/// [`Explanation`](crate::explain::Explanation).
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
#[allow(clippy::panic, reason = "an assertion panics")]
impl Outcome {
    /// Asserts that a script can read the response, and returns the response.
    ///
    /// # Panics
    ///
    /// Panics if the fetch failed, or if the response is opaque.
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

    /// Asserts that the fetch failed, and returns the error.
    ///
    /// # Panics
    ///
    /// Panics if there is a response, even an opaque response.
    #[track_caller]
    pub fn assert_blocked(&self) -> &FetchError {
        match &self.result {
            Err(error) => error,
            Ok(_) => panic!("the fetch should fail\n{}", description(self)),
        }
    }

    /// Asserts that the fetch failed with `failure`, and returns the error.
    ///
    /// # Panics
    ///
    /// Panics if there is a response, or if the fetch failed with another failure.
    #[track_caller]
    pub fn assert_blocked_by(&self, failure: Failure) -> &FetchError {
        match &self.result {
            Err(error) if error.failure() == failure => error,
            _ => panic!(
                "the fetch should fail with `{failure}` ({})\n{}",
                failure.message(),
                description(self)
            ),
        }
    }

    /// Asserts that a [preflight](https://fetch.spec.whatwg.org/#cors-preflight-request) was sent.
    ///
    /// # Panics
    ///
    /// Panics if no preflight was sent.
    #[track_caller]
    pub fn assert_preflighted(&self) {
        let is_preflighted = self.requests.iter().any(SentRequest::is_preflight);
        if !is_preflighted {
            panic!("there should be a preflight\n{}", description(self));
        }
    }

    /// Asserts that no preflight was sent.
    ///
    /// # Panics
    ///
    /// Panics if a preflight was sent.
    #[track_caller]
    pub fn assert_not_preflighted(&self) {
        let mut requests = self.requests.iter();
        if let Some(preflight) = requests.find(|request| request.is_preflight()) {
            let next = requests.next().filter(|request| !request.is_preflight());
            panic!(
                "there should be no preflight, but there is one: {}\n{}",
                preflight_reasons(preflight, next).join("; "),
                description(self)
            );
        }
    }
}

/// Returns the requests and the result as text, one line for each request, header and result.
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
        lines.push(String::from("> no request was sent"));
    }
    match &outcome.result {
        Ok(response) => {
            let internal = response.internal_response();
            let kind = response.response_type().as_str();
            lines.push(format!(
                "< {} (the script sees a response of type `{kind}`)",
                internal.status
            ));
            lines.extend(headers(&internal.header_list));
        }
        Err(error) => {
            let origin = outcome.requests.last();
            let origin = origin.and_then(|request| request.header_list.get("origin"));
            let origin = shown(origin.unwrap_or_default());
            lines.push(format!("{} at {}", error.failure(), error.step()));
            let sentences = refusal_with_mistakes(error, outcome.requests.last()).into_iter();
            lines.extend(sentences.map(|sentence| format!("  {sentence}")));
            lines.push(format!("fix: {}", advice(error, &origin)));
        }
    }
    lines.join("\n")
}

fn headers(list: &HeaderList) -> impl Iterator<Item = String> {
    list.iter()
        .map(|(name, value)| format!("  {name}: {}", line(value.as_bytes())))
}
