//! A policy in salvo.

use fetch_cors::server::CorsPolicy;
use salvo::{Depot, FlowCtrl, Handler, Request, Response, async_trait};

/// Add it to the service, so that responses with status 404 have the headers too: `Service::new(router).hoop(Cors(policy))`.
pub struct Cors(pub CorsPolicy);

#[async_trait]
impl Handler for Cors {
    async fn handle(
        &self,
        request: &mut Request,
        depot: &mut Depot,
        response: &mut Response,
        flow: &mut FlowCtrl,
    ) {
        let decision = self
            .0
            .decide(request.method(), request.headers())
            .into_owned();
        match decision.status() {
            Some(status) => {
                response.status_code(status);
                flow.skip_rest();
            }
            None => {
                flow.call_next(request, depot, response).await;
            }
        }
        decision.apply(response.headers_mut());
    }
}
