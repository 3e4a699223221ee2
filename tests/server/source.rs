//! The check of the source of a request.

use fetch_cors::{
    http::Request,
    server::{CorsPolicy, SourceError},
};

const ALLOWED: (&str, &str) = ("origin", "https://app.example");
const OWN: (&str, &str) = ("origin", "https://api.example");
const OTHER: (&str, &str) = ("origin", "https://evil.test");
const NULL: (&str, &str) = ("origin", "null");
const WEBSOCKET: (&str, &str) = ("upgrade", "h2c, WebSocket");

const fn site(value: &str) -> (&str, &str) {
    ("sec-fetch-site", value)
}

#[test]
fn requests_of_other_sites_are_refused() {
    let policy = CorsPolicy::builder()
        .origin("https://app.example")
        .build()
        .unwrap();
    let foreign = Err(SourceError::Origin);
    for (method, headers, expected) in [
        ("GET", &[OTHER][..], Ok(())),
        ("HEAD", &[site("cross-site")], Ok(())),
        (
            "OPTIONS",
            &[OTHER, ("access-control-request-method", "PUT")],
            Ok(()),
        ),
        ("GET", &[OTHER, WEBSOCKET], foreign),
        ("GET", &[OWN, WEBSOCKET], Ok(())),
        ("GET", &[ALLOWED, WEBSOCKET], Ok(())),
        ("GET", &[WEBSOCKET], Ok(())),
        ("CONNECT", &[OTHER], foreign),
        ("POST", &[], Ok(())),
        ("POST", &[OWN], Ok(())),
        ("POST", &[ALLOWED], Ok(())),
        ("POST", &[OTHER], foreign),
        ("POST", &[NULL], foreign),
        ("POST", &[OWN, OWN], foreign),
        ("POST", &[OTHER, site("same-origin")], Ok(())),
        ("POST", &[OTHER, site("none")], Ok(())),
        ("POST", &[OTHER, site("same-site")], foreign),
        ("POST", &[ALLOWED, site("cross-site")], Ok(())),
        ("POST", &[OTHER, site("cross-site")], foreign),
        ("POST", &[site("cross-site")], Err(SourceError::Site)),
        ("POST", &[site("same-site")], Err(SourceError::Site)),
        ("DELETE", &[OTHER], foreign),
    ] {
        let mut request = Request::builder().method(method).uri("/notes");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).unwrap();
        let own = ["https://api.example"];
        let found = policy.check_source(&own, &request);
        assert_eq!(found, expected, "{method} {headers:?}");
        let found = policy.check_source_parts(&own, &request.into_parts().0);
        assert_eq!(found, expected, "{method} {headers:?}");
    }
}
