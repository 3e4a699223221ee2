//! The server: axum on a real socket. The first segment of the path chooses the layer with a policy.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header},
};
use fetch_cors::{
    server::{CorsPolicy, CredentialsMode},
    tower::CorsLayer,
};
use tower::ServiceExt;

use super::plan::{Handler, Plan};

const ADDRESS: &str = "127.0.0.1:8002";

/// Reports a request that no browser may send.
type Report = Arc<dyn Fn(String) + Send + Sync>;

struct Server {
    policies: Vec<Router>,
    /// If `leak` is `n`, the server allows a denied origin in about one out of every `n` responses.
    leak: Option<u64>,
    responses: AtomicU64,
    leaks: AtomicU64,
    report: Report,
}

/// Serves until the process ends.
pub fn serve(
    plan: &Plan,
    leak: Option<u64>,
    report: impl Fn(String) + Send + Sync + 'static,
) -> Result<(), String> {
    let report: Report = Arc::new(report);
    let handlers: Arc<[Handler]> = plan.handlers.clone().into();
    let policies = plan.policies.iter().map(|policy| {
        let behind = Behind {
            policy: policy.clone(),
            handlers: Arc::clone(&handlers),
            report: Arc::clone(&report),
        };
        Router::new()
            .fallback(handle)
            .with_state(Arc::new(behind))
            .layer(CorsLayer::new(policy.clone()))
    });
    let server = Arc::new(Server {
        policies: policies.collect(),
        leak,
        responses: AtomicU64::new(0),
        leaks: AtomicU64::new(0),
        report,
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .map_err(|error| error.to_string())?;
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind(ADDRESS))
        .map_err(|error| format!("{ADDRESS}: {error}"))?;
    thread::spawn(move || {
        let router = Router::new().fallback(dispatch).with_state(server);
        runtime.block_on(async { axum::serve(listener, router).await })
    });
    Ok(())
}

/// Passes the request to the policy of its path.
async fn dispatch(State(server): State<Arc<Server>>, request: Request<Body>) -> Response<Body> {
    let Some(router) = part(&request, 0).and_then(|number| server.policies.get(number)) else {
        return status(StatusCode::NOT_FOUND);
    };
    let is_preflight = request.method() == "OPTIONS"
        && request
            .headers()
            .contains_key("access-control-request-method");
    if is_preflight && request.headers().contains_key(header::COOKIE) {
        (server.report)(format!("a preflight has a cookie: {request:?}"));
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let response = router.clone().oneshot(request).await;
    let mut response = response.unwrap_or_else(|error| match error {});
    if !is_preflight {
        server.leak(origin, response.headers_mut());
    }
    response
}

impl Server {
    /// If `self.leak` is `n`, allows a denied origin in about one out of every `n` responses, and also allows
    /// credentials.
    fn leak(&self, origin: Option<HeaderValue>, headers: &mut HeaderMap) {
        let responses = self.responses.fetch_add(1, Ordering::Relaxed) + 1;
        let (Some(interval), Some(origin)) = (self.leak, origin) else {
            return;
        };
        let is_denied = !headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        if is_denied && self.leaks.load(Ordering::Relaxed) < responses / interval.max(1) {
            self.leaks.fetch_add(1, Ordering::Relaxed);
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(
                header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
        }
    }
}

/// The service behind the layer of a policy.
struct Behind {
    policy: CorsPolicy,
    handlers: Arc<[Handler]>,
    report: Report,
}

async fn handle(State(behind): State<Arc<Behind>>, request: Request<Body>) -> Response<Body> {
    behind.check(&request);
    let Some(handler) = part(&request, 1).and_then(|number| behind.handlers.get(number)) else {
        return status(StatusCode::NOT_FOUND);
    };
    let mut response = status(StatusCode::from_u16(handler.status).unwrap_or_default());
    *response.headers_mut() = handler.headers.clone();
    if handler.is_redirect() {
        let location = format!(
            "/{}/0/{}",
            part(&request, 0).unwrap_or(0),
            part(&request, 2).unwrap_or(0)
        );
        response
            .headers_mut()
            .extend(HeaderValue::try_from(location).map(|value| (header::LOCATION, value)));
    }
    response
}

impl Behind {
    /// Reports a method that needs a preflight and that the policy does not permit.
    fn check(&self, request: &Request<Body>) {
        let method = request.method().as_str();
        let origin = request
            .headers()
            .get(header::ORIGIN)
            .and_then(|origin| origin.to_str().ok());
        let Some(origin) = origin.filter(|_| !["GET", "HEAD", "POST"].contains(&method)) else {
            return;
        };
        if !self
            .policy
            .permits(origin, method, &[], CredentialsMode::Omit)
        {
            (self.report)(format!(
                "`{method}` of `{origin}` arrived without permission: {}",
                request.uri()
            ));
        }
    }
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Returns the number in the path segment at `position`.
fn part(request: &Request<Body>, position: usize) -> Option<usize> {
    request
        .uri()
        .path()
        .split('/')
        .nth(position + 1)?
        .parse()
        .ok()
}
