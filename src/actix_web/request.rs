//! The request of actix-web in the types of the crate `http` (version 1).

use alloc::string::ToString;

use actix_web::HttpRequest;
use http::{HeaderName, HeaderValue, Request};

/// Copies the method, the URI and the headers of a request, for example for
/// [`CorsPolicy::check_source`](crate::server::CorsPolicy::check_source). The extensions are not copied, because
/// actix-web has its own type of extensions.
///
/// Returns `None` if the URI or a header is not valid for the crate `http` (version 1). Every request that actix-web
/// has accepted is valid.
///
/// ```
/// use actix_web::test::TestRequest;
/// use fetch_cors::{actix_web::http_request, server::{CorsPolicy, SourceError}};
///
/// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
/// let request = TestRequest::post().insert_header(("Origin", "https://evil.test")).to_http_request();
/// let request = http_request(&request).ok_or("a malformed request")?;
/// assert_eq!(policy.check_source(&["https://api.example"], &request), Err(SourceError::Origin));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn http_request(request: &HttpRequest) -> Option<Request<()>> {
    let mut copy = Request::builder()
        .method(request.method().as_str())
        .uri(request.uri().to_string())
        .body(())
        .ok()?;
    for (name, value) in request.headers() {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
        let value = HeaderValue::from_bytes(value.as_bytes()).ok()?;
        copy.headers_mut().append(name, value);
    }
    Some(copy)
}
