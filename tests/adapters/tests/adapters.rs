//! Each recipe answers preflights, sets the headers on all other responses, and passes the harness.

use std::{cell::RefCell, convert::Infallible};

use fetch_cors::{
    conformance::{CheckConfig, check_async},
    http::{HeaderName, HeaderValue, Request, Response, StatusCode},
    server::{CorsPolicy, CorsPolicyBuilder},
};
use fetch_cors_adapters as recipes;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use lambda_http::{Adapter, LambdaEvent, request::LambdaRequest};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tower::ServiceExt;
use warp::Reply;

fn policy() -> CorsPolicy {
    let builder = CorsPolicy::builder().origins(["https://app.example", "https://*.app.example"]);
    let builder = builder.credentials(true).methods(["PUT"]);
    let builder = builder
        .request_headers(["content-type"])
        .expose_headers(["etag"]);
    builder.max_age(600).build().unwrap()
}

/// Returns a static policy that reflects the requested header names of a preflight.
fn open() -> CorsPolicyBuilder {
    CorsPolicy::builder().any_origin().any_request_header()
}

const ORIGIN: (&str, &str) = ("origin", "https://app.example");
const OTHER: (&str, &str) = ("origin", "https://other.example");
const PUT: (&str, &str) = ("access-control-request-method", "PUT");
const DELETE: (&str, &str) = ("access-control-request-method", "DELETE");
const ON_OPTIONS: &str = "origin, access-control-request-method, access-control-request-headers";

/// The response to a request: the status, the CORS headers, and `Vary`.
type Answer = (u16, Vec<(String, String)>, Vec<String>);

fn answer<B>(response: &Response<B>) -> Answer {
    let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
    let headers = response.headers();
    let mut cors: Vec<_> = headers
        .iter()
        .filter(|(name, _)| CorsPolicy::owns(name.as_str()))
        .map(|(name, value)| (name.as_str().to_owned(), text(value)))
        .collect();
    cors.sort_unstable();
    let vary = headers.get_all("vary").iter().map(text).collect();
    (response.status().as_u16(), cors, vary)
}

/// Checks a server that has a handler at `/notes` for GET and PUT, with its policy and with an open
/// policy.
async fn check<B>(
    open: CorsPolicyBuilder,
    mut server: impl AsyncFnMut(CorsPolicy, Request<()>) -> Response<B>,
) {
    let grants = [
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-headers", "content-type"),
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-origin", "https://app.example"),
        ("access-control-max-age", "600"),
    ];
    let allowed = [
        grants[0],
        grants[3],
        ("access-control-expose-headers", "etag"),
    ];
    for (what, headers, status, cors, vary) in [
        (
            "OPTIONS /notes",
            &[ORIGIN, PUT][..],
            204,
            &grants[..],
            ON_OPTIONS,
        ),
        (
            "OPTIONS /notes",
            &[ORIGIN, DELETE],
            204,
            &grants[..4],
            ON_OPTIONS,
        ),
        ("OPTIONS /notes", &[OTHER, PUT], 403, &[], ON_OPTIONS),
        ("PUT /notes", &[ORIGIN], 200, &allowed, "origin"),
        ("PUT /notes", &[OTHER], 200, &[], "origin"),
        ("PUT /notes", &[], 200, &[], "origin"),
        ("GET /nowhere", &[ORIGIN], 404, &allowed, "origin"),
    ] {
        let (method, path) = what.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = server(policy(), request.body(()).unwrap()).await;
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let cors = cors.iter().map(owned).collect();
        let expected = (status, cors, vec![vary.to_owned()]);
        assert_eq!(answer(&response), expected, "{what} {headers:?}");
    }
    for policy in [policy(), open.build().unwrap()] {
        let config = CheckConfig::new("https://api.example/notes").unwrap();
        let config = config.error_url("https://api.example/nowhere").unwrap();
        let respond = async |request| Ok::<_, Infallible>(server(policy.clone(), request).await);
        let report = check_async(respond, &policy, config).await.unwrap();
        assert!(report.findings().is_empty(), "{report}");
        assert!(report.fetches() > 60, "{report}");
    }
}

/// Sends a request over a socket, and checks that the response has the headers of the policy.
async fn check_over_socket(address: std::net::SocketAddr) {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let request = "GET /notes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: https://app.example\r\n\r\n";
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    socket.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    assert!(
        response.contains("access-control-allow-origin: https://app.example\r\n"),
        "{response}"
    );
    assert!(response.ends_with("a note"), "{response}");
}

fn block_on(future: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread();
    { runtime }.enable_all().build().unwrap().block_on(future);
}

/// Checks that a server of HTTP/1 also answers HTTP/2: the first frame that the server sends has the type 4, which
/// means settings.
async fn check_http2(address: std::net::SocketAddr) {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let request = [&preface[..], &settings].concat();
    socket.write_all(&request).await.unwrap();
    let mut frame = [0; 9];
    socket.read_exact(&mut frame).await.unwrap();
    assert_eq!(frame[3], 4, "{frame:?}");
}

/// Writes a text to the connection of a request after the connection is upgraded.
fn write_after_upgrade(request: Request<Incoming>) {
    tokio::spawn(async {
        let upgraded = hyper::upgrade::on(request).await.unwrap();
        let mut socket = TokioIo::new(upgraded);
        socket.write_all(b"upgraded").await.unwrap();
        socket.shutdown().await.unwrap();
    });
}

/// Checks a server that answers each request with `write_after_upgrade`.
async fn check_upgrade(address: std::net::SocketAddr) {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let request =
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: text\r\n\r\n";
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    socket.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 101"), "{response}");
    assert!(response.ends_with("\r\n\r\nupgraded"), "{response}");
}

async fn listen() -> (TcpListener, std::net::SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

#[test]
fn recipe_for_hyper_passes_the_harness() {
    block_on(async {
        check(open().any_method(), async |policy, request| {
            recipes::hyper::respond(policy, request).await.unwrap()
        })
        .await;
        let (listener, address) = listen().await;
        let service =
            hyper::service::service_fn(|request| recipes::hyper::respond(policy(), request));
        tokio::spawn(recipes::hyper::serve(listener, service));
        check_over_socket(address).await;
        check_http2(address).await;

        let (listener, address) = listen().await;
        let service = hyper::service::service_fn(async |request| {
            write_after_upgrade(request);
            let mut response = Response::default();
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
            Ok::<_, Infallible>(response)
        });
        tokio::spawn(recipes::hyper::serve(listener, service));
        check_upgrade(address).await;
    });
}

#[test]
fn recipe_for_warp_passes_the_harness() {
    block_on(async {
        check(open().any_method(), async |policy, request: Request<()>| {
            let request = request.map(|()| String::new());
            recipes::warp::service(policy)
                .oneshot(request)
                .await
                .unwrap()
        })
        .await;
        let (listener, address) = listen().await;
        tokio::spawn(recipes::warp::serve(
            listener,
            recipes::warp::service(policy()),
        ));
        check_over_socket(address).await;
        check_http2(address).await;

        let (listener, address) = listen().await;
        let service = tower::service_fn(async |request| {
            write_after_upgrade(request);
            Ok::<_, Infallible>(StatusCode::SWITCHING_PROTOCOLS.into_response())
        });
        tokio::spawn(recipes::warp::serve(listener, service));
        check_upgrade(address).await;
    });
}

/// A handler of AWS Lambda.
async fn lambda_handler(
    request: lambda_http::Request,
) -> Result<Response<lambda_http::Body>, lambda_http::Error> {
    let mut response = Response::new("a note".into());
    if request.uri().path() != "/notes" {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    Ok(response)
}

#[test]
fn recipe_for_aws_lambda_passes_the_harness() {
    block_on(check(
        open().any_method(),
        async |policy, request: Request<()>| {
            let request = request.map(|()| lambda_http::Body::Empty);
            recipes::lambda::with_cors(policy, lambda_http::service_fn(lambda_handler))
                .oneshot(request)
                .await
                .unwrap()
        },
    ));
}

/// Sends a request to the function. Returns the JSON that an HTTP API of the API Gateway gets as the response.
async fn gateway_response(policy: CorsPolicy, method: &str, headers: Value) -> Value {
    let handler = async |_| {
        let response = Response::builder()
            .header("vary", "accept")
            .header("set-cookie", "a=1")
            .header("set-cookie", "b=2");
        Ok(response.body(lambda_http::Body::Empty)?)
    };
    let service = recipes::lambda::with_cors(policy, lambda_http::service_fn(handler));
    let event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/notes",
        "rawQueryString": "",
        "headers": headers,
        "isBase64Encoded": false,
        "requestContext": {
            "accountId": "1",
            "apiId": "a",
            "domainName": "api.example",
            "domainPrefix": "api",
            "http": {"method": method, "path": "/notes", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": ""},
            "requestId": "1",
            "routeKey": "$default",
            "stage": "$default",
            "time": "",
            "timeEpoch": 0,
        },
    });
    let event = LambdaEvent::new(
        serde_json::from_value::<LambdaRequest>(event).unwrap(),
        lambda_http::Context::default(),
    );
    let response = Adapter::from(service).oneshot(event).await.unwrap();
    serde_json::to_value(&response).unwrap()
}

#[test]
fn gateway_of_aws_lambda_gets_each_header_line() {
    block_on(async {
        let response = gateway_response(policy(), "GET", json!({"origin": ORIGIN.1})).await;
        let expected = json!({
            "access-control-allow-credentials": "true",
            "access-control-allow-origin": ORIGIN.1,
            "access-control-expose-headers": "etag",
            "vary": "accept, origin",
        });
        assert_eq!(response["headers"], expected);
        assert_eq!(response["cookies"], json!(["a=1", "b=2"]));

        // The wildcard does not allow `authorization`, so the preflight is denied. The policy still sends one line for
        // each allowed name, and the recipe joins these lines.
        let open = open().build().unwrap();
        let preflight = json!({
            "origin": ORIGIN.1,
            "access-control-request-method": "PUT",
            "access-control-request-headers": "x-a,authorization,x-b",
        });
        let response = gateway_response(open, "OPTIONS", preflight).await;
        let names = &response["headers"]["access-control-allow-headers"];
        assert_eq!(names, "x-a, x-b");
    });
}

#[test]
fn recipe_for_poem_passes_the_harness() {
    use poem::{Endpoint, Route, handler};

    #[handler]
    fn note() -> &'static str {
        "a note"
    }
    block_on(check(
        open().any_method(),
        async |policy, request: Request<()>| {
            let app = recipes::poem::with_cors(Route::new().at("/notes", note), policy);
            let mut copy = poem::Request::builder()
                .method(request.method().clone())
                .uri(request.uri().clone())
                .finish();
            *copy.headers_mut() = request.headers().clone();
            let response = app.get_response(copy).await;
            let mut copy = Response::new(());
            *copy.status_mut() = response.status();
            *copy.headers_mut() = response.headers().clone();
            copy
        },
    ));
}

#[test]
fn recipe_for_salvo_passes_the_harness() {
    use salvo::{Router, Service, handler};

    #[handler]
    async fn note() -> &'static str {
        "a note"
    }
    block_on(check(
        open().any_method(),
        async |policy, request: Request<()>| {
            let router = Router::with_path("notes").goal(note);
            let service = Service::new(router).hoop(recipes::salvo::Cors(policy));
            let mut copy = salvo::Request::new();
            copy.method_mut().clone_from(request.method());
            copy.uri_mut().clone_from(request.uri());
            copy.headers_mut().clone_from(request.headers());
            // This code does not call `Service::handle`, which needs the feature `test` and its compression libraries.
            let (local, remote) = (copy.local_addr().clone(), copy.remote_addr().clone());
            let (scheme, connection) = (copy.scheme().clone(), salvo::ConnCtrl::new());
            let service = service.hyper_handler(local, remote, scheme, None, connection, None);
            let response = service.handle(copy).await;
            let mut copy = Response::new(());
            *copy.status_mut() = response.status_code.unwrap();
            copy.headers_mut().clone_from(response.headers());
            copy
        },
    ));
}

#[test]
fn recipe_for_rocket_passes_the_harness() {
    use rocket::{
        Build, Rocket, get,
        http::{Header, Method as RocketMethod},
        local::asynchronous::Client,
        put, routes,
    };

    #[get("/notes")]
    fn read() -> &'static str {
        "a note"
    }
    #[put("/notes")]
    fn write() -> &'static str {
        "a note"
    }
    fn server(policy: CorsPolicy) -> Rocket<Build> {
        let figment = rocket::Config::figment().merge(("log_level", "off"));
        rocket::custom(figment)
            .mount("/", routes![read, write])
            .attach(recipes::rocket::Cors(policy))
    }
    // Creating a client starts a server, so calls with the same policy share a client.
    let last: RefCell<Option<(CorsPolicy, std::rc::Rc<Client>)>> = RefCell::new(None);
    let client = async |policy: CorsPolicy| {
        if let Some((of, client)) = &*last.borrow()
            && *of == policy
        {
            return client.clone();
        }
        let client = std::rc::Rc::new(Client::untracked(server(policy.clone())).await.unwrap());
        *last.borrow_mut() = Some((policy, client.clone()));
        client
    };
    block_on(check(
        open().methods(["PUT", "PATCH"]),
        async |policy, request: Request<()>| {
            let mut copy = Response::new(());
            // Rocket refuses methods that it does not know, before its fairings run.
            let Ok(method) = request.method().as_str().parse::<RocketMethod>() else {
                *copy.status_mut() = StatusCode::BAD_REQUEST;
                return copy;
            };
            let client = client(policy).await;
            let mut local = client.req(method, request.uri().to_string());
            for (name, value) in request.headers() {
                // Rocket drops header lines that are not UTF-8.
                if let Ok(value) = std::str::from_utf8(value.as_bytes()) {
                    local.add_header(Header::new(name.to_string(), value.to_owned()));
                }
            }
            let response = local.dispatch().await;
            *copy.status_mut() = response.status().code.try_into().unwrap();
            for header in response.headers().iter() {
                let name: HeaderName = header.name().as_str().parse().unwrap();
                copy.headers_mut()
                    .append(name, header.value().parse().unwrap());
            }
            copy
        },
    ));
}
