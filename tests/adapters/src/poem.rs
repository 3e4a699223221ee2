//! A policy in poem.

use fetch_cors::server::CorsPolicy;
use poem::{Endpoint, EndpointExt, IntoResponse, Response};

/// Applies the policy to an endpoint. Wrap the whole `Route`, so that responses with status 404 have the headers too.
pub fn with_cors<E: Endpoint + 'static>(
    endpoint: E,
    policy: CorsPolicy,
) -> impl Endpoint<Output = Response> {
    endpoint.around(move |endpoint, request| {
        let decision = policy
            .decide(request.method(), request.headers())
            .into_owned();
        async move {
            let mut response = match decision.status() {
                Some(status) => status.into_response(),
                // Converts an error into a response here, because an error response needs the CORS headers too.
                None => endpoint.get_response(request).await,
            };
            decision.apply(response.headers_mut());
            Ok(response)
        }
    })
}
