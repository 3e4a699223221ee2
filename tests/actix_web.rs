//! Tests the middleware for actix-web in an application. The laws judge its responses too.
#![cfg(all(feature = "actix-web", feature = "conformance"))]
#![allow(missing_docs, clippy::panic, clippy::unwrap_used)]

use std::{
    future::ready,
    sync::{Arc, Mutex},
};

use actix_web::{
    App, Error, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody, to_bytes},
    dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse, Transform, fn_service},
    error::{ErrorImATeapot, InternalError},
    http::{
        Method, Uri,
        header::{HeaderName, HeaderValue},
    },
    middleware::{Next, from_fn},
    rt::System,
    test::{TestRequest, init_service},
    web,
};
use fetch_cors::{
    actix_web::{Cors, http_request},
    conformance::{
        CheckConfig, check, handler, laws,
        policies::{self, handler_headers, request_to},
    },
    http::{HeaderMap, Request, Response},
    server::{CorsPolicy, CorsPolicyBuilder, SourceError},
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

const ORIGIN: (&str, &str) = ("origin", "https://app.example");
const OTHER: (&str, &str) = ("origin", "https://other.example");
const PUT: (&str, &str) = ("access-control-request-method", "PUT");
const ON_OPTIONS: &str = "origin, access-control-request-method, access-control-request-headers";
const ALLOWED: [(&str, &str); 3] = [
    ("access-control-allow-credentials", "true"),
    ("access-control-allow-origin", "https://app.example"),
    ("access-control-expose-headers", "etag"),
];

fn policy() -> CorsPolicyBuilder {
    CorsPolicy::builder()
        .origin("https://app.example")
        .credentials(true)
        .methods(["PUT"])
        .request_headers(["x-a"])
        .expose_headers(["etag"])
        .max_age(600)
}

fn cors(policy: CorsPolicyBuilder) -> Cors {
    Cors::new(policy.build().unwrap())
}

/// A response as a client gets it.
struct Answer {
    status: u16,
    body: String,
    headers: HeaderMap,
}

impl Answer {
    async fn new(response: HttpResponse<BoxBody>) -> Self {
        let headers = from_actix(&response).headers().clone();
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body()).await.unwrap();
        let body = String::from_utf8(body.into()).unwrap();
        Self {
            status,
            body,
            headers,
        }
    }

    fn all(&self, name: &str) -> Vec<&str> {
        let lines = self.headers.get_all(name).iter();
        lines.map(|line| line.to_str().unwrap()).collect()
    }

    /// Returns the CORS headers, sorted.
    fn cors(&self) -> Vec<(&str, &str)> {
        let lines = self.headers.iter();
        let mut lines: Vec<_> = lines
            .filter(|(name, _)| name.as_str().starts_with("access-control-"))
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        lines.sort_unstable();
        lines
    }
}

/// Copies a request into the type of actix-web.
fn to_actix(request: &Request<()>) -> TestRequest {
    let method = Method::from_bytes(request.method().as_str().as_bytes()).unwrap();
    let mut copy = TestRequest::with_uri(&request.uri().to_string()).method(method);
    for (name, value) in request.headers() {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).unwrap();
        copy = copy.append_header((name, HeaderValue::from_bytes(value.as_bytes()).unwrap()));
    }
    copy
}

/// Copies a response of actix-web, without its body.
fn from_actix<B>(response: &HttpResponse<B>) -> Response<()> {
    let mut copy = Response::new(());
    *copy.status_mut() = response.status().as_u16().try_into().unwrap();
    for (name, value) in response.headers() {
        let name: fetch_cors::http::HeaderName = name.as_str().parse().unwrap();
        let value = fetch_cors::http::HeaderValue::from_bytes(value.as_bytes()).unwrap();
        copy.headers_mut().append(name, value);
    }
    copy
}

fn append(headers: &HeaderMap, response: &mut HttpResponse) {
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).unwrap();
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        response.headers_mut().append(name, value);
    }
}

/// Sends a request to the service, and returns the response as the client gets it.
async fn respond<R, S, B>(service: &S, request: R) -> HttpResponse<BoxBody>
where
    S: Service<R, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    match service.call(request).await {
        Ok(response) => response.into_parts().1.map_into_boxed_body(),
        Err(error) => error.error_response(),
    }
}

/// An application with three paths. The handler of `/` accepts any method, and responds with the name of the method.
/// The path `/only-put` accepts only PUT, and its handler returns an error. The middleware of `/failing` returns an
/// error.
macro_rules! app {
    ($cors:expr) => {
        App::new()
            .route(
                "/",
                web::to(async |request: HttpRequest| request.method().to_string()),
            )
            .route(
                "/only-put",
                web::put().to(async || Err::<String, _>(ErrorImATeapot("no"))),
            )
            .service(
                web::resource("/failing")
                    .wrap(from_fn(failing))
                    .to(HttpResponse::Ok),
            )
            .wrap($cors)
    };
}

async fn failing(_: ServiceRequest, _: Next<BoxBody>) -> Result<ServiceResponse, Error> {
    Err(ErrorImATeapot("no"))
}

fn send(cors: Cors, method_and_path: &str, headers: &[(&str, &str)]) -> Answer {
    let (method, path) = method_and_path.split_once(' ').unwrap();
    let mut request = TestRequest::with_uri(path).method(method.parse().unwrap());
    for header in headers {
        request = request.append_header(*header);
    }
    System::new().block_on(async {
        let service = init_service(app!(cors)).await;
        Answer::new(respond(&service, request.to_request()).await).await
    })
}

#[test]
fn middleware_answers_preflight() {
    let names = ("access-control-request-headers", "x-a");
    let answer = send(cors(policy()), "OPTIONS /", &[ORIGIN, PUT, names]);
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

    let with_status = cors(policy().preflight_status(200));
    assert_eq!(send(with_status, "OPTIONS /", &[ORIGIN, PUT]).status, 200);
    // The application does not need a route for OPTIONS.
    let answer = send(cors(policy()), "OPTIONS /only-put", &[ORIGIN, PUT]);
    assert_eq!(answer.status, 204);
}

#[test]
fn middleware_answers_denied_preflight() {
    let delete = ("access-control-request-method", "DELETE");
    let names = ("access-control-request-headers", "x-b");
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
        let answer = send(cors(policy()), "OPTIONS /", headers);
        assert_eq!((answer.status, &*answer.body), (status, ""), "{headers:?}");
        assert_eq!(answer.cors(), expected, "{headers:?}");
        assert_eq!(answer.all("vary"), [ON_OPTIONS], "{headers:?}");
    }
}

#[test]
fn other_requests_go_to_the_handler() {
    for (method, headers, expected, vary) in [
        ("PUT", &[ORIGIN][..], &ALLOWED[..], "origin"),
        ("PUT", &[OTHER], &[], "origin"),
        ("PUT", &[], &[], "origin"),
        ("OPTIONS", &[ORIGIN], &ALLOWED, ON_OPTIONS),
        ("OPTIONS", &[PUT], &[], ON_OPTIONS),
        ("OPTIONS", &[], &[], ON_OPTIONS),
    ] {
        let answer = send(cors(policy()), &format!("{method} /"), headers);
        assert_eq!((answer.status, &*answer.body), (200, method), "{headers:?}");
        assert_eq!(answer.cors(), expected, "{method} {headers:?}");
        assert_eq!(answer.all("vary"), [vary], "{method} {headers:?}");
    }
}

#[test]
fn error_responses_have_the_headers() {
    for (what, status) in [
        ("GET /nowhere", 404),
        ("GET /only-put", 404),
        ("PUT /only-put", 418),
        ("GET /failing", 418),
    ] {
        let answer = send(cors(policy()), what, &[ORIGIN]);
        assert_eq!(answer.status, status, "{what}");
        assert_eq!(answer.cors(), ALLOWED, "{what}");
        assert_eq!(answer.all("vary"), ["origin"], "{what}");
    }
}

/// Middleware that creates the response for an error, and then passes on the error. Middleware for logs does this.
async fn logging<B>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let response = next.call(request).await;
    response.inspect_err(|error| {
        for _ in 0..2 {
            assert_eq!(error.error_response().status(), 418);
        }
        // The CORS middleware passes the error on unchanged.
        assert!(error.as_error::<InternalError<&str>>().is_some());
    })
}

#[test]
fn outer_middleware_can_create_error_responses() {
    let answer = System::new().block_on(async {
        let app = app!(cors(policy())).wrap(from_fn(logging));
        let service = init_service(app).await;
        let request = TestRequest::with_uri("/failing").append_header(ORIGIN);
        let response = respond(&service, request.to_request()).await;
        Answer::new(response).await
    });
    assert_eq!((answer.status, &*answer.body), (418, "no"));
    assert_eq!(answer.cors(), ALLOWED);
    assert_eq!(answer.all("vary"), ["origin"]);
}

/// Middleware that wraps the middleware of the policy. It adds a header, and refuses requests that have `x-refused`.
async fn outer<B>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<BoxBody>, Error>
where
    B: MessageBody + 'static,
{
    if request.headers().contains_key("x-refused") {
        return Ok(request.into_response(HttpResponse::Unauthorized()));
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    let headers = response.headers_mut();
    let value = HeaderValue::from_static("accept-encoding");
    headers.append(HeaderName::from_static("vary"), value);
    Ok(response)
}

/// If other middleware wraps the middleware of the policy, responses keep the headers of the policy. If the outer
/// middleware refuses a request, the response has no CORS headers.
#[test]
fn policy_can_have_middleware_outside_of_it() {
    let send = |method: &str, headers: &[(&str, &str)]| {
        let mut request = TestRequest::default().method(method.parse().unwrap());
        for header in headers {
            request = request.append_header(*header);
        }
        System::new().block_on(async {
            let app = app!(cors(policy())).wrap(from_fn(outer));
            let service = init_service(app).await;
            Answer::new(respond(&service, request.to_request()).await).await
        })
    };
    let answer = send("GET", &[ORIGIN]);
    assert_eq!((answer.status, &*answer.body), (200, "GET"));
    assert_eq!(answer.cors(), ALLOWED);
    assert_eq!(answer.all("vary"), ["origin", "accept-encoding"]);
    let answer = send("OPTIONS", &[ORIGIN, PUT]);
    assert_eq!((answer.status, &*answer.body), (204, ""));
    assert_eq!(answer.all("access-control-allow-methods"), ["PUT"]);
    assert_eq!(answer.all("vary"), [ON_OPTIONS, "accept-encoding"]);

    for (method, headers) in [("GET", &[ORIGIN][..]), ("OPTIONS", &[ORIGIN, PUT])] {
        let answer = send(method, &[headers, &[("x-refused", "1")]].concat());
        assert_eq!(answer.status, 401, "{method}");
        assert_eq!(answer.cors(), [], "{method}");
    }
}

/// A policy on a route for PUT sees no preflight: actix-web chooses the route by the method, and a preflight has the
/// method OPTIONS.
#[test]
fn policy_on_a_route_is_too_late_for_preflights() {
    let send = |method: &str, headers: &[(&str, &str)]| {
        let mut request = TestRequest::default().method(method.parse().unwrap());
        for header in headers {
            request = request.append_header(*header);
        }
        System::new().block_on(async {
            let route = web::put().to(HttpResponse::Ok).wrap(cors(policy()));
            let service = init_service(App::new().route("/", route)).await;
            Answer::new(respond(&service, request.to_request()).await).await
        })
    };
    assert_eq!(send("PUT", &[ORIGIN]).cors(), ALLOWED);
    let preflight = send("OPTIONS", &[ORIGIN, PUT]);
    assert_eq!(preflight.status, 404);
    assert_eq!(preflight.cors(), []);
}

#[test]
fn preflight_can_be_passed_on() {
    let cors = || cors(policy().any_method().any_request_header()).pass_preflights_on();
    let lines = [
        ("access-control-request-headers", "x-b"),
        ("access-control-request-headers", "x-c,x-d"),
    ];
    let answer = send(cors(), "OPTIONS /", &[ORIGIN, PUT, lines[0], lines[1]]);
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
    let answer = send(cors(), "OPTIONS /", &[OTHER, PUT]);
    assert_eq!((answer.status, &*answer.body), (200, "OPTIONS"));
    assert_eq!(answer.cors(), []);
}

#[test]
fn observer_sees_each_decision() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let cors = cors(policy()).observe(move |decision, request| {
        let verdict = decision.verdict().denial().map(|reason| reason.as_str());
        let mut log = log.lock().unwrap();
        log.push((request.method().to_string(), verdict));
    });
    let delete = ("access-control-request-method", "DELETE");
    for (method, headers) in [
        ("GET", &[][..]),
        ("GET", &[ORIGIN]),
        ("GET", &[OTHER]),
        ("OPTIONS", &[ORIGIN, PUT]),
        ("OPTIONS", &[ORIGIN, delete]),
    ] {
        send(cors.clone(), &format!("{method} /"), headers);
    }
    let expected = [
        ("GET", None),
        ("GET", None),
        ("GET", Some("origin")),
        ("OPTIONS", None),
        ("OPTIONS", Some("method")),
    ];
    let expected = expected.map(|(method, verdict)| (method.to_owned(), verdict));
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[test]
fn each_request_gets_its_policy() {
    let open = CorsPolicy::builder().any_origin().build().unwrap();
    let own = policy().build().unwrap();
    let tenant = fetch_cors::http::HeaderName::from_static("x-tenant");
    let cors = Cors::choose([tenant], move |request| {
        match request.headers().get("x-tenant")?.as_bytes() {
            b"open" => Some(open.clone()),
            b"own" => Some(own.clone()),
            _ => None,
        }
    });
    let any_origin = &[("access-control-allow-origin", "*")][..];
    let [open, own] = ["open", "own"].map(|tenant| ("x-tenant", tenant));
    let chosen = &["origin, x-tenant"][..];
    let after_policy = &["origin", "x-tenant"][..];
    for (method, headers, status, expected, vary) in [
        ("GET", &[ORIGIN, open][..], 200, any_origin, chosen),
        ("GET", &[ORIGIN, own], 200, &ALLOWED, after_policy),
        ("GET", &[OTHER, own], 200, &[], after_policy),
        ("GET", &[ORIGIN], 200, &[], chosen),
        ("OPTIONS", &[ORIGIN, PUT], 200, &[], chosen),
        (
            "OPTIONS",
            &[OTHER, PUT, own],
            403,
            &[],
            &[ON_OPTIONS, "x-tenant"],
        ),
    ] {
        let answer = send(cors.clone(), &format!("{method} /"), headers);
        assert_eq!(answer.status, status, "{method} {headers:?}");
        assert_eq!(answer.cors(), expected, "{method} {headers:?}");
        assert_eq!(answer.all("vary"), vary, "{method} {headers:?}");
    }
}

#[test]
fn headers_of_a_handler_stay_except_cors_headers() {
    let handler = async || {
        HttpResponse::Ok()
            .append_header(("access-control-allow-origin", "*"))
            .append_header(("access-control-x", "from the handler"))
            .append_header(("vary", "accept"))
            .append_header(("vary", "cookie"))
            .append_header(("etag", "1"))
            .finish()
    };
    let without_policy = Cors::choose([], |_| None);
    for (cors, expected) in [(cors(policy()), &ALLOWED[..]), (without_policy, &[])] {
        let answer = System::new().block_on(async {
            let app = App::new().route("/", web::to(handler)).wrap(cors);
            let service = init_service(app).await;
            let request = TestRequest::default().append_header(ORIGIN).to_request();
            let response = from_actix(&respond(&service, request).await);
            let headers = response.headers().clone();
            Answer {
                status: 200,
                body: String::new(),
                headers,
            }
        });
        assert_eq!(answer.cors(), expected);
        assert_eq!(answer.all("vary"), ["accept", "cookie", "origin"]);
        assert_eq!(answer.all("etag"), ["1"]);
    }
}

#[test]
fn outermost_policy_decides() {
    let open = || cors(CorsPolicy::builder().any_origin());
    let send = |path: &'static str| {
        System::new().block_on(async move {
            let failing = web::resource("/failing").wrap(from_fn(failing));
            let nested = web::scope("/open")
                .wrap(open())
                .route("/", web::get().to(HttpResponse::Ok))
                .service(failing.to(HttpResponse::Ok));
            let app = App::new().service(nested).wrap(cors(policy()));
            let service = init_service(app).await;
            let request = TestRequest::with_uri(path).append_header(ORIGIN);
            let response = from_actix(&respond(&service, request.to_request()).await);
            response.headers().clone()
        })
    };
    // A middleware fails at the second path.
    for path in ["/open/", "/open/failing"] {
        let headers = send(path);
        let lines = |name| headers.get_all(name).iter().collect::<Vec<_>>();
        assert_eq!(lines("access-control-allow-origin"), [ORIGIN.1], "{path}");
        assert_eq!(lines("vary"), ["origin"], "{path}");
    }
}

#[test]
fn predicate_sees_the_uri() {
    let policy = || {
        CorsPolicy::builder().origin_predicate(&["host"], |_, request| {
            request.uri().and_then(|uri| uri.host()) == Some("a.example")
                && request.header("host") == Some(b"h.example")
        })
    };
    for (uri, host, expected) in [
        ("https://a.example/", "h.example", true),
        ("https://b.example/", "h.example", false),
        ("https://a.example/", "other.example", false),
    ] {
        let answer = send(
            cors(policy()),
            &format!("GET {uri}"),
            &[ORIGIN, ("host", host)],
        );
        assert_eq!(!answer.cors().is_empty(), expected, "{uri} {host}");
        assert_eq!(answer.all("vary"), ["origin, host"]);
    }
}

#[test]
fn choice_sees_the_extensions() {
    #[derive(Clone)]
    struct Tenant;
    let policy = CorsPolicy::builder().any_origin().build().unwrap();
    let cors = Cors::choose([], move |request| {
        let is_tenant = request.extensions().contains::<Tenant>();
        is_tenant.then(|| policy.clone())
    });
    for is_tenant in [true, false] {
        let request = TestRequest::default().append_header(ORIGIN).to_request();
        if is_tenant {
            request.extensions_mut().insert(Tenant);
        }
        let response = System::new().block_on(async {
            let service = init_service(app!(cors.clone())).await;
            from_actix(&respond(&service, request).await)
        });
        let is_allowed = response
            .headers()
            .contains_key("access-control-allow-origin");
        assert_eq!(is_allowed, is_tenant);
    }
}

#[test]
fn source_of_a_request_can_be_checked() {
    let policy = policy().build().unwrap();
    let check = |header| {
        let request = TestRequest::post().append_header(header).to_http_request();
        policy.check_source(&["https://api.example"], &http_request(&request).unwrap())
    };
    assert_eq!(check(ORIGIN), Ok(()));
    assert_eq!(check(OTHER), Err(SourceError::Origin));
    assert_eq!(
        check(("sec-fetch-site", "cross-site")),
        Err(SourceError::Site)
    );
}

#[test]
fn http_request_is_a_copy() {
    for uri in [
        "/",
        "*",
        "/a?b",
        "https://a.example:81/%20",
        "a.example:443",
    ] {
        let request = TestRequest::with_uri("/").method("PURGE".parse().unwrap());
        let mut request = request
            .append_header(("x-a", "1"))
            .append_header(("x-a", "\u{fc}"));
        request = request.uri(uri);
        let parsed: Uri = uri.parse().unwrap();
        let copy = http_request(&request.to_http_request()).unwrap();
        assert_eq!(copy.method(), "PURGE");
        assert_eq!(copy.uri().to_string(), parsed.to_string());
        let values: Vec<_> = copy.headers().get_all("x-a").iter().collect();
        assert_eq!(values, [&b"1"[..], "\u{fc}".as_bytes()]);
    }
}

/// The handler that the harness needs, and an error response at `/error`.
async fn harness_handler(request: HttpRequest) -> HttpResponse {
    let response = handler(&http_request(&request).unwrap());
    let mut copy = HttpResponse::Ok().finish();
    append(response.headers(), &mut copy);
    copy
}

#[test]
fn harness_finds_nothing() {
    let policies = [
        policy(),
        CorsPolicy::builder().any_origin(),
        CorsPolicy::builder()
            .origins(["https://*.app.example", "https://b.example:*"])
            .any_method(),
        policy().any_method().any_request_header(),
    ];
    for policy in policies.map(|policy| policy.build().unwrap()) {
        let system = System::new();
        let error = async || Err::<String, _>(ErrorImATeapot("no"));
        let app = App::new()
            .route("/error", web::to(error))
            .default_service(web::to(harness_handler))
            .wrap(Cors::new(policy.clone()));
        let service = system.block_on(init_service(app));
        let mut server = |request: Request<()>| {
            // Some methods have characters that actix-web refuses before a middleware sees the request. For such a
            // method, the policy answers without actix-web.
            if Method::from_bytes(request.method().as_str().as_bytes()).is_err() {
                return policies::serve(&policy, &request);
            }
            let request = to_actix(&request).to_request();
            from_actix(&system.block_on(respond(&service, request)))
        };
        let config = CheckConfig::new("https://api.example/notes").unwrap();
        let config = config.error_url("https://api.example/error").unwrap();
        let report = check(&mut server, &policy, config).unwrap();
        assert!(report.findings().is_empty(), "{report}");
        assert_eq!(report.missing(), 0);
        assert!(report.fetches() > 100, "{report}");
    }
}

/// The response to each generated request follows the decision of the policy.
#[test]
fn middleware_applies_the_decision() {
    let system = System::new();
    let mut runner = TestRunner::deterministic();
    for _ in 0..1000 {
        let spec = policies::policy().new_tree(&mut runner).unwrap().current();
        let request = request_to(&spec).new_tree(&mut runner).unwrap().current();
        let headers = handler_headers().new_tree(&mut runner).unwrap().current();
        let policy = spec.build().unwrap();
        let answer = |cors: Cors, request: Request<()>| {
            let headers = headers.clone();
            let inner = fn_service(move |request: ServiceRequest| {
                let mut response = HttpResponse::Ok().finish();
                append(&headers, &mut response);
                ready(Ok::<_, Error>(request.into_response(response)))
            });
            system.block_on(async {
                let inner = inner.new_service(()).await.unwrap();
                let service = cors.new_transform(inner).await.unwrap();
                let request = to_actix(&request).to_srv_request();
                let response = service.call(request).await.unwrap();
                from_actix(response.response())
            })
        };
        laws::middleware_applies_the_decision(
            &policy,
            &request,
            &headers,
            |request| answer(Cors::new(policy.clone()), request),
            |request| answer(Cors::new(policy.clone()).pass_preflights_on(), request),
        )
        .unwrap_or_else(|violation| panic!("{spec:?}\n{request:?}\n{violation}"));
    }
}
