//! Uses a policy as a middleware of actix-web, whose header map differs from that of the crate `http` 1.

use actix_web::{
    App, Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse},
    error::{ErrorImATeapot, InternalError},
    http::{
        Method, StatusCode,
        header::{HeaderMap, HeaderName, HeaderValue, VARY},
    },
    middleware::{Next, from_fn},
    test::{TestRequest, init_service},
    web,
};
use fetch_cors::server::{CorsPolicy, HeaderTarget};

/// The middleware: answers preflights, and puts CORS headers on all other responses.
async fn cors(
    policy: web::Data<CorsPolicy>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // `next.call` consumes the request, so the decision is made first.
    let decision = {
        let headers = request.headers();
        let values = |name: &str| headers.get_all(name).map(HeaderValue::as_bytes);
        let decision = policy.decide_raw(request.method().as_str().as_bytes(), &values);
        decision.into_owned()
    };
    if let Some(status) = decision.status() {
        let status = StatusCode::from_u16(status.as_u16()).expect("a status");
        let mut response = HttpResponse::new(status);
        decision.apply_to(&mut Headers(response.headers_mut()));
        return Ok(request.into_response(response));
    }
    match next.call(request).await {
        Ok(mut response) => {
            decision.apply_to(&mut Headers(response.headers_mut()));
            Ok(response.map_into_boxed_body())
        }
        // An error response needs the headers too. actix-web would create the error response after
        // this middleware, so it is created here.
        Err(error) => {
            let mut response = error.error_response();
            decision.apply_to(&mut Headers(response.headers_mut()));
            Err(InternalError::from_response(error, response).into())
        }
    }
}

/// The headers of a response of actix-web.
struct Headers<'h>(&'h mut HeaderMap);

impl HeaderTarget for Headers<'_> {
    fn remove(&mut self, is_removed: impl Fn(&str) -> bool) {
        self.0.retain(|name, _| !is_removed(name.as_str()));
    }

    fn append(&mut self, name: &str, value: &[u8]) {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
            self.0.append(name, value);
        }
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.0.get_all(name).map(HeaderValue::as_bytes)
    }
}

/// Sends a request to the service. Returns the status and the sorted CORS headers of the response.
fn send(method: Method, path: &str, headers: &[(&str, &str)]) -> (u16, Vec<(String, String)>) {
    let policy = CorsPolicy::builder()
        .origins(["https://app.example", "https://*.app.example"])
        .credentials(true)
        .methods(["PUT"])
        .any_request_header()
        .build()
        .expect("a valid policy");
    actix_web::rt::System::new().block_on(async {
        let handler = async || {
            HttpResponse::Ok()
                .append_header(("access-control-allow-origin", "*"))
                .append_header(("access-control-x", "from the handler"))
                .append_header(("vary", "accept"))
                .append_header(("vary", "cookie"))
                .finish()
        };
        let failing = from_fn(
            async |_: ServiceRequest, _: Next<BoxBody>| -> Result<ServiceResponse, Error> {
                Err(ErrorImATeapot("no"))
            },
        );
        let app = App::new()
            .route("/", web::to(handler))
            .service(web::resource("/failing").wrap(failing).to(HttpResponse::Ok))
            .wrap(from_fn(cors))
            .app_data(web::Data::new(policy));
        let service = init_service(app).await;
        let mut request = TestRequest::with_uri(path).method(method);
        for header in headers {
            request = request.append_header(*header);
        }
        let response = match service.call(request.to_request()).await {
            Ok(response) => response.into_parts().1,
            Err(error) => error.error_response(),
        };
        let mut found: Vec<_> = response
            .headers()
            .iter()
            .filter(|(name, _)| CorsPolicy::owns(name.as_str()) || *name == VARY)
            .map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned()))
            .collect();
        found.sort();
        (response.status().as_u16(), found)
    })
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = pairs
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()));
    owned.collect()
}

const ORIGIN: (&str, &str) = ("origin", "https://www.app.example");

#[test]
fn responses_have_policy_headers_and_full_vary() {
    let expected = [
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-origin", "https://www.app.example"),
        ("vary", "accept"),
        ("vary", "cookie"),
        ("vary", "origin"),
    ];
    assert_eq!(send(Method::GET, "/", &[ORIGIN]), (200, pairs(&expected)));
    assert_eq!(send(Method::GET, "/", &[]), (200, pairs(&expected[2..])));
    let other = ("origin", "https://other.example");
    assert_eq!(
        send(Method::GET, "/", &[other]),
        (200, pairs(&expected[2..]))
    );
}

#[test]
fn error_responses_have_policy_headers() {
    let expected = [
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-origin", "https://www.app.example"),
        ("vary", "origin"),
    ];
    let none = send(Method::GET, "/nowhere", &[ORIGIN]);
    assert_eq!(none, (404, pairs(&expected)));
    let failing = send(Method::GET, "/failing", &[ORIGIN]);
    assert_eq!(failing, (418, pairs(&expected)));
}

#[test]
fn preflight_does_not_reach_handler() {
    let method = ("access-control-request-method", "PUT");
    let lines = [
        ("access-control-request-headers", "x-a"),
        ("access-control-request-headers", "x-b"),
    ];
    let vary = "origin, access-control-request-method, access-control-request-headers";
    let expected = [
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-headers", "x-a"),
        ("access-control-allow-headers", "x-b"),
        ("access-control-allow-methods", "PUT"),
        ("access-control-allow-origin", "https://www.app.example"),
        ("vary", vary),
    ];
    let allowed = send(Method::OPTIONS, "/", &[ORIGIN, method, lines[0], lines[1]]);
    assert_eq!(allowed, (204, pairs(&expected)));
    let method = ("access-control-request-method", "DELETE");
    let denied = send(Method::OPTIONS, "/", &[ORIGIN, method]);
    let grants = [expected[0], expected[3], expected[4], expected[5]];
    assert_eq!(denied, (204, pairs(&grants)));
    let other = send(
        Method::OPTIONS,
        "/",
        &[("origin", "https://other.example"), method],
    );
    assert_eq!(other, (403, pairs(&expected[5..])));
}
