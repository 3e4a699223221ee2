//! Tests the layer with axum over a real socket, and with services that each test defines.
#![cfg(feature = "tower")]
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    Router,
    http::StatusCode,
    routing::{any, get},
};
use fetch_cors::{
    http::{Request, Response},
    server::{CorsPolicy, CorsPolicyBuilder},
    tower::CorsLayer,
};
use tower::{Layer, Service, ServiceExt, service_fn};

use socket::send;

#[path = "tower/choose.rs"]
mod choose;
#[path = "tower/socket.rs"]
mod socket;

const ORIGIN: &str = "Origin: https://app.example";
const OTHER: &str = "Origin: https://other.example";
const PUT: &str = "Access-Control-Request-Method: PUT";
const ON_OPTIONS: &str = "origin, access-control-request-method, access-control-request-headers";

fn policy() -> CorsPolicyBuilder {
    CorsPolicy::builder()
        .origin("https://app.example")
        .credentials(true)
        .methods(["PUT"])
        .request_headers(["x-a"])
        .expose_headers(["etag"])
        .max_age(600)
}

fn layer(policy: CorsPolicyBuilder) -> CorsLayer {
    CorsLayer::new(policy.build().unwrap())
}

/// Returns a router whose handler accepts any method. The handler responds with the name of the method.
fn app(layer: CorsLayer) -> Router {
    let fails = async || (StatusCode::INTERNAL_SERVER_ERROR, "failed");
    Router::new()
        .route(
            "/",
            any(async |method: axum::http::Method| method.to_string()),
        )
        .route("/fails", get(fails))
        .layer(layer)
}

const ALLOWED: [(&str, &str); 3] = [
    ("access-control-allow-credentials", "true"),
    ("access-control-allow-origin", "https://app.example"),
    ("access-control-expose-headers", "etag"),
];

#[test]
fn layer_answers_preflight() {
    let headers = [ORIGIN, PUT, "Access-Control-Request-Headers: x-a"];
    let answer = send(app(layer(policy())), "OPTIONS /", &headers);
    assert_eq!((answer.status, &*answer.body), (204, ""));
    let expected = [
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-headers", "x-a"),
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-origin", "https://app.example"),
        ("access-control-max-age", "600"),
    ];
    assert_eq!(answer.cors(), expected);
    assert_eq!(answer.all("vary"), [ON_OPTIONS]);
}

/// This policy is static: its responses do not depend on the request, except responses to preflights.
#[test]
fn layer_of_a_static_policy_answers_preflight() {
    let layer = layer(CorsPolicy::builder().any_origin());
    let answer = send(app(layer.clone()), "OPTIONS /", &[ORIGIN, PUT]);
    assert_eq!((answer.status, &*answer.body), (204, ""));
    let grants = [
        ("access-control-allow-methods", "GET,HEAD,POST"),
        ("access-control-allow-origin", "*"),
    ];
    assert_eq!(answer.cors(), grants);
    for method in ["GET", "OPTIONS"] {
        let answer = send(app(layer.clone()), &format!("{method} /"), &[]);
        assert_eq!((answer.status, &*answer.body), (200, method));
        assert_eq!(answer.cors(), [("access-control-allow-origin", "*")]);
        let vary = answer.all("vary");
        let expected = [ON_OPTIONS];
        assert_eq!(vary, expected[..usize::from(method == "OPTIONS")]);
    }
}

#[test]
fn preflight_has_the_status_of_the_policy() {
    let layer = layer(policy().preflight_status(200));
    let answer = send(app(layer), "OPTIONS /", &[ORIGIN, PUT]);
    assert_eq!((answer.status, &*answer.body), (200, ""));
}

#[test]
fn layer_answers_denied_preflight() {
    let names = "Access-Control-Request-Headers: x-b";
    let delete = "Access-Control-Request-Method: DELETE";
    let grants = [
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-headers", "x-a"),
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-origin", "https://app.example"),
    ];
    for (headers, status, expected) in [
        (&[OTHER, PUT][..], 403, &[][..]),
        (&[ORIGIN, delete], 204, &grants),
        (&[ORIGIN, PUT, names], 204, &grants),
    ] {
        let answer = send(app(layer(policy())), "OPTIONS /", headers);
        assert_eq!((answer.status, &*answer.body), (status, ""), "{headers:?}");
        assert_eq!(answer.cors(), expected, "{headers:?}");
        assert_eq!(answer.all("vary"), [ON_OPTIONS], "{headers:?}");
    }
}

#[test]
fn other_requests_go_to_the_handler() {
    let answer = send(app(layer(policy())), "PUT /", &[ORIGIN]);
    assert_eq!((answer.status, &*answer.body), (200, "PUT"));
    assert_eq!(answer.cors(), ALLOWED);
    assert_eq!(answer.all("vary"), ["origin"]);

    // The handler also gets a request from an origin that is not allowed: the browser, and not the layer, keeps the
    // page from reading the response.
    for headers in [&[OTHER][..], &[]] {
        let answer = send(app(layer(policy())), "PUT /", headers);
        assert_eq!((answer.status, &*answer.body), (200, "PUT"));
        assert_eq!(answer.cors(), []);
        assert_eq!(answer.all("vary"), ["origin"]);
    }
}

#[test]
fn plain_options_goes_to_the_handler() {
    for headers in [&[ORIGIN][..], &[PUT], &[]] {
        let answer = send(app(layer(policy())), "OPTIONS /", headers);
        assert_eq!((answer.status, &*answer.body), (200, "OPTIONS"));
        assert_eq!(answer.all("vary"), [ON_OPTIONS]);
        let expected = if headers == [ORIGIN] {
            &ALLOWED[..]
        } else {
            &[]
        };
        assert_eq!(answer.cors(), expected);
    }
}

#[test]
fn error_responses_have_the_headers() {
    for (what, status) in [
        ("GET /fails", 500),
        ("GET /nowhere", 404),
        ("PUT /fails", 405),
    ] {
        let answer = send(app(layer(policy())), what, &[ORIGIN]);
        assert_eq!(answer.status, status, "{what}");
        assert_eq!(answer.cors(), ALLOWED, "{what}");
        assert_eq!(answer.all("vary"), ["origin"], "{what}");
    }
}

#[test]
fn policy_without_exposed_headers_sends_its_other_headers() {
    let origins = ["https://app.example", "https://other.example"];
    let several = || layer(CorsPolicy::builder().origins(origins));
    let answer = send(app(several()), "GET /", &[ORIGIN]);
    assert_eq!(answer.cors(), [ALLOWED[1]]);
    assert_eq!(answer.all("vary"), ["origin"]);

    let credentialed = layer(CorsPolicy::builder().origins(origins).credentials(true));
    let answer = send(app(credentialed), "GET /", &[ORIGIN]);
    assert_eq!(answer.cors(), ALLOWED[..2]);
    assert_eq!(answer.all("vary"), ["origin"]);
}

#[test]
fn headers_of_a_handler_stay_except_cors_headers() {
    let headers = [
        ("Vary", "Accept"),
        ("ETag", "\"1\""),
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Allow-Private-Network", "true"),
    ];
    let handler = async move || (axum::response::AppendHeaders(headers), "content");
    let app = || {
        Router::new()
            .route("/", get(handler))
            .layer(layer(policy()))
    };
    let answer = send(app(), "GET /", &[ORIGIN]);
    assert_eq!(answer.cors(), ALLOWED);
    assert_eq!(answer.all("vary"), ["Accept", "origin"]);
    assert_eq!(answer.all("etag"), ["\"1\""]);
    assert_eq!(send(app(), "GET /", &[OTHER]).cors(), []);
}

#[test]
fn routes_can_have_different_policies() {
    let open = || layer(CorsPolicy::builder().any_origin());
    let app = || {
        let nested = Router::new().route("/", get(async || ())).layer(open());
        Router::new()
            .route("/own", get(async || ()).layer(layer(policy())))
            .nest("/open", nested)
            .route("/none", get(async || ()))
    };
    assert_eq!(send(app(), "GET /own", &[ORIGIN]).cors(), ALLOWED);
    assert_eq!(send(app(), "GET /own", &[OTHER]).cors(), []);
    let any = [("access-control-allow-origin", "*")];
    assert_eq!(send(app(), "GET /open", &[OTHER]).cors(), any);
    assert_eq!(send(app(), "GET /none", &[ORIGIN]).cors(), []);

    // If several layers wrap one route, the outermost layer decides. No header line appears twice.
    let both = app().layer(layer(policy()));
    let answer = send(both, "GET /open", &[ORIGIN]);
    assert_eq!(answer.cors(), ALLOWED);
    assert_eq!(answer.all("vary"), ["origin"]);
}

#[test]
fn preflight_can_be_passed_on() {
    let layer = || layer(policy().any_method().any_request_header()).pass_preflights_on();
    let one = "Access-Control-Request-Headers: x-b";
    let two = "Access-Control-Request-Headers: x-c,x-d";
    let answer = send(app(layer()), "OPTIONS /", &[ORIGIN, PUT, one, two]);
    assert_eq!((answer.status, &*answer.body), (200, "OPTIONS"));
    let expected = [
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-headers", "x-b"),
        ("access-control-allow-headers", "x-c,x-d"),
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-origin", "https://app.example"),
        ("access-control-max-age", "600"),
    ];
    assert_eq!(answer.cors(), expected);

    let answer = send(app(layer()), "OPTIONS /", &[OTHER, PUT, one]);
    assert_eq!((answer.status, &*answer.body), (200, "OPTIONS"));
    assert_eq!(answer.cors(), []);
}

fn preflight() -> Request<()> {
    Request::options("/")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "PUT")
        .body(())
        .unwrap()
}

#[test]
fn error_of_the_inner_service_is_passed_on() {
    #[derive(Debug, PartialEq)]
    struct Broken(u8);
    let inner = service_fn(async |_: Request<()>| Err::<Response<()>, _>(Broken(7)));
    let service = layer(policy()).layer(inner);
    let error = pollster::block_on(service.clone().oneshot(Request::new(())));
    assert_eq!(error.unwrap_err(), Broken(7));
    // The inner service always fails. The layer answers a preflight without the inner service, so a preflight gets a
    // response.
    let answer = pollster::block_on(service.oneshot(preflight()));
    assert_eq!(answer.unwrap().status(), 204);
}

#[test]
fn inner_service_is_called_once_and_not_for_preflights() {
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let inner = service_fn(move |_: Request<()>| {
        count.fetch_add(1, Ordering::Relaxed);
        async { Ok::<_, Infallible>(Response::new(())) }
    });
    let mut service = layer(policy()).layer(inner);
    for (request, expected) in [(preflight(), 0), (Request::new(()), 1)] {
        let answer = pollster::block_on(async { service.ready().await?.call(request).await });
        answer.unwrap();
        assert_eq!(calls.load(Ordering::Relaxed), expected);
    }
}

#[test]
fn layer_is_ready_when_the_inner_service_is() {
    struct Busy;
    impl Service<Request<()>> for Busy {
        type Response = Response<()>;
        type Error = Infallible;
        type Future = std::future::Pending<Result<Response<()>, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Pending
        }

        fn call(&mut self, _: Request<()>) -> Self::Future {
            panic!("called without being ready")
        }
    }
    let mut service = layer(policy()).layer(Busy);
    let mut context = Context::from_waker(std::task::Waker::noop());
    assert!(service.poll_ready(&mut context).is_pending());
}

#[test]
fn observer_sees_each_decision() {
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let inner = service_fn(move |request: Request<&'static str>| {
        count.fetch_add(1, Ordering::Relaxed);
        std::future::ready(Ok::<_, Infallible>(Response::new(request.into_body())))
    });
    let layer = layer(policy()).observe(move |decision, request| {
        let verdict = decision.verdict().denial().map(|reason| reason.as_str());
        log.lock()
            .unwrap()
            .push((request.uri.path().to_owned(), verdict));
    });
    let mut service = layer.layer(inner);
    let request = |method: &str, path: &str, headers: &[(&str, &str)]| {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body("body").unwrap()
    };
    let own = ("origin", "https://app.example");
    let method = |method| ("access-control-request-method", method);
    for (request, has_grant) in [
        (request("GET", "/plain", &[]), false),
        (request("GET", "/allowed", &[own]), true),
        (
            request("GET", "/denied", &[("origin", "https://other.example")]),
            false,
        ),
        (request("OPTIONS", "/put", &[own, method("PUT")]), true),
        (
            request("OPTIONS", "/delete", &[own, method("DELETE")]),
            true,
        ),
    ] {
        let is_preflight = request.method() == "OPTIONS";
        let response = pollster::block_on(service.call(request)).unwrap();
        let found = response
            .headers()
            .contains_key("access-control-allow-origin");
        assert_eq!(found, has_grant);
        assert_eq!(response.into_body(), if is_preflight { "" } else { "body" });
    }
    assert_eq!(calls.load(Ordering::Relaxed), 3);
    let expected = [
        ("/plain", None),
        ("/allowed", None),
        ("/denied", Some("origin")),
        ("/put", None),
        ("/delete", Some("method")),
    ];
    let expected = expected.map(|(path, verdict)| (path.to_owned(), verdict));
    assert_eq!(*seen.lock().unwrap(), expected);
}
