//! The bodies of responses. A browser does not read the body of a refused response, but some servers name the reason in it.

use super::{Explanation, NearMissKind as Kind, near_miss::denied::named_in_body};
use crate::Failure as F;

impl Explanation {
    /// Adds the known mistake that the body of the refused response names. `body` returns the beginning of the body of the
    /// response at this position of the [`exchanges`](Self::exchanges), or `None` if the body is not known.
    ///
    /// ```
    /// use core::time::Duration;
    /// use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent};
    /// use fetch_cors::{api::ApiCall, explain::explain};
    ///
    /// let page = Origin::parse("https://app.example")?;
    /// let call = ApiCall::Fetch(RequestInit::new("https://api.example/".parse()?));
    /// let mut explanation = explain(&UserAgent::new(), &page, &call, Duration::ZERO, |_| {
    ///     Some(Ok(Response::new(http::StatusCode::FORBIDDEN, HeaderList::new())))
    /// });
    /// explanation.set_response_bodies(|_| Some("Invalid CORS request"));
    /// let first = &explanation.refusals[0].near_misses[0];
    /// assert!(first.sentence.starts_with("the response has the text `Invalid CORS request`"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_response_bodies<B: AsRef<str>>(&mut self, body: impl FnOnce(usize) -> Option<B>) {
        let Some(refusal) = self.refusals.first_mut() else {
            return;
        };
        let is_denial = matches!(
            refusal.failure,
            F::MissingAllowOriginHeader
                | F::PreflightMissingAllowOriginHeader
                | F::PreflightInvalidStatus
        );
        let position = refusal.exchange.filter(|_| is_denial);
        let named = position
            .and_then(body)
            .and_then(|body| named_in_body(body.as_ref(), &self.asked.origin));
        let Some(named) = named else {
            return;
        };
        // The server denied the request, so the request had `Origin`.
        self.request_doubt.take_if(|doubt| !doubt.is_certain);
        // The body proves what these mistakes only suppose.
        refusal.near_misses.retain(|miss| {
            !matches!(
                miss.kind,
                Kind::OriginNotAllowed
                    | Kind::PreflightDenied
                    | Kind::PreflightNeedsAuthentication
                    | Kind::ErrorWithoutHeaders
            )
        });
        refusal.near_misses.insert(0, named);
    }
}
