//! Layers that choose a policy for each request.

use std::{
    convert::Infallible,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
};

use axum::{Router, response::AppendHeaders, routing::any};
use fetch_cors::{
    http::{HeaderMap, HeaderName, Request, Response, request::Parts},
    server::CorsPolicy,
    tower::CorsLayer,
};
use tower::{Layer, Service, ServiceExt, service_fn};

use super::{ALLOWED, ON_OPTIONS, ORIGIN, OTHER, PUT, layer, policy, socket::send};

const TENANT: HeaderName = HeaderName::from_static("x-tenant");
const OPEN: &str = "X-Tenant: open";
const OWN: &str = "X-Tenant: own";

/// The tenants: `open` allows any origin, and `own` allows one origin with credentials.
fn tenants() -> impl Fn(&HeaderMap) -> Option<CorsPolicy> + Clone + Send + Sync {
    let open = CorsPolicy::builder().any_origin().build().unwrap();
    let own = policy().build().unwrap();
    move |headers| match headers.get(TENANT)?.as_bytes() {
        b"open" => Some(open.clone()),
        b"own" => Some(own.clone()),
        _ => None,
    }
}

/// Returns a router whose handler sets CORS headers.
fn router() -> Router {
    let headers = [("Access-Control-Allow-Origin", "*"), ("Vary", "Accept")];
    let handler =
        async move |method: axum::http::Method| (AppendHeaders(headers), method.to_string());
    Router::new().route("/", any(handler))
}

/// One router for each kind of chooser.
fn apps() -> [Router; 2] {
    let (chosen, later) = (tenants(), tenants());
    let sync = CorsLayer::choose([TENANT], move |request| chosen(&request.headers));
    let later = CorsLayer::choose_async([TENANT], move |request: &Parts| {
        let policy = later(&request.headers);
        async move {
            tokio::task::yield_now().await;
            policy
        }
    });
    [router().layer(sync), router().layer(later)]
}

#[test]
fn each_request_gets_its_policy() {
    let any_origin = &[("access-control-allow-origin", "*")][..];
    let put = &[
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-headers", "x-a"),
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-origin", "https://app.example"),
        ("access-control-max-age", "600"),
    ];
    let on_get = &["Accept", "origin, x-tenant"][..];
    let named = &["Accept", "origin", "x-tenant"][..];
    let answered = &[ON_OPTIONS, "x-tenant"];
    for (method, headers, status, body, cors, vary) in [
        ("GET", &[ORIGIN, OPEN][..], 200, "GET", any_origin, on_get),
        ("GET", &[ORIGIN, OWN], 200, "GET", &ALLOWED, named),
        ("GET", &[OTHER, OWN], 200, "GET", &[], named),
        ("GET", &[OWN], 200, "GET", &[], named),
        ("GET", &[ORIGIN], 200, "GET", &[], on_get),
        ("OPTIONS", &[ORIGIN, PUT, OWN], 204, "", put, answered),
        ("OPTIONS", &[OTHER, PUT, OWN], 403, "", &[], answered),
        ("OPTIONS", &[ORIGIN, PUT], 200, "OPTIONS", &[], on_get),
    ] {
        for app in apps() {
            let answer = send(app, &format!("{method} /"), headers);
            assert_eq!(
                (answer.status, &*answer.body),
                (status, body),
                "{headers:?}"
            );
            assert_eq!(answer.cors(), cors, "{method} {headers:?}");
            assert_eq!(answer.all("vary"), vary, "{method} {headers:?}");
        }
    }
}

#[test]
fn choice_sees_the_whole_request() {
    #[derive(Clone)]
    struct Tenant;
    let policy = CorsPolicy::builder().any_origin().build().unwrap();
    let layer = CorsLayer::choose([], move |request| {
        let is_tenant = request.extensions.get::<Tenant>().is_some();
        let is_put = request.method == "PUT" && request.uri.host() == Some("a.example");
        (is_tenant && is_put).then(|| policy.clone())
    });
    let inner = service_fn(async |request: Request<&'static str>| {
        Ok::<_, Infallible>(Response::new(request.into_body()))
    });
    for (method, uri, is_tenant, expected) in [
        ("PUT", "http://a.example", true, true),
        ("GET", "http://a.example", true, false),
        ("PUT", "http://b.example", true, false),
        ("PUT", "http://a.example", false, false),
    ] {
        let mut request = Request::builder().method(method).uri(uri);
        if is_tenant {
            request = request.extension(Tenant);
        }
        let request = request.body("body").unwrap();
        let service = layer.layer(inner);
        let response = pollster::block_on(service.oneshot(request)).unwrap();
        let headers = response.headers();
        let is_allowed = headers.contains_key("access-control-allow-origin");
        assert_eq!(is_allowed, expected, "{method} {uri} {is_tenant}");
        assert_eq!(headers["vary"], "origin");
        assert_eq!(response.into_body(), "body");
    }
}

#[test]
fn layer_gives_a_predicate_the_uri() {
    let policy = || {
        CorsPolicy::builder().origin_predicate(&["host"], |_, request| {
            request.uri().and_then(|uri| uri.host()) == Some("a.example")
        })
    };
    let inner = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(())));
    for layer in [layer(policy()), layer(policy()).observe(|_, _| ())] {
        for (uri, expected) in [("https://a.example/", true), ("https://b.example/", false)] {
            let request = Request::get(uri).header("origin", "https://app.example");
            let service = layer.layer(inner);
            let response = pollster::block_on(service.oneshot(request.body(()).unwrap())).unwrap();
            let headers = response.headers();
            let is_allowed = headers.contains_key("access-control-allow-origin");
            assert_eq!(is_allowed, expected, "{uri}");
            assert_eq!(headers["vary"], "origin, host");
        }
    }
}

#[test]
fn settings_apply_to_each_chosen_policy() {
    let seen = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&seen);
    let choose = tenants();
    let layer = CorsLayer::choose([TENANT], move |request| choose(&request.headers))
        .pass_preflights_on()
        .observe(move |_, _| {
            count.fetch_add(1, Ordering::Relaxed);
        });
    let app = router().layer(layer);
    let answer = send(app.clone(), "OPTIONS /", &[ORIGIN, PUT, OWN]);
    assert_eq!((answer.status, &*answer.body), (200, "OPTIONS"));
    assert_eq!(answer.cors().len(), 5);
    assert_eq!(seen.load(Ordering::Relaxed), 1);
    // If no policy is chosen, there is no decision.
    send(app, "GET /", &[ORIGIN]);
    assert_eq!(seen.load(Ordering::Relaxed), 1);
}

#[test]
fn inner_service_is_called_after_the_choice() {
    let (is_chosen, calls) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&calls);
    let inner = service_fn(move |_: Request<()>| {
        count.fetch_add(1, Ordering::Relaxed);
        async { Err::<Response<()>, _>("broken") }
    });
    let chosen = Arc::clone(&is_chosen);
    let layer = CorsLayer::choose_async([], move |_: &Parts| {
        let chosen = Arc::clone(&chosen);
        std::future::poll_fn(move |_| match chosen.load(Ordering::Relaxed) {
            0 => Poll::Pending,
            _ => Poll::Ready(None),
        })
    });
    let mut service = layer.layer(inner);
    let mut context = Context::from_waker(Waker::noop());
    assert!(service.poll_ready(&mut context).is_ready());
    let mut response = pin!(service.call(Request::new(())));
    assert!(response.as_mut().poll(&mut context).is_pending());
    assert_eq!(calls.load(Ordering::Relaxed), 0);
    is_chosen.store(1, Ordering::Relaxed);
    let Poll::Ready(result) = response.as_mut().poll(&mut context) else {
        panic!("the choice is made");
    };
    assert_eq!(result.unwrap_err(), "broken");
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}
