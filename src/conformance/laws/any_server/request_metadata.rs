//! Laws about request headers. The laws do not depend on the policy of the server.

use alloc::format;

use http::{Request, Response};

use crate::conformance::laws::{
    support::headers::{elements, lines, quoted_lines},
    violation::{LawViolation, ensure},
};

const ALLOW_PRIVATE_NETWORK: &str = "access-control-allow-private-network";

/// A `Vary` header of the request does not add a name to the `Vary` of the response. `without` is a response to the
/// same request without this header.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::request_vary_is_not_copied as law;
/// let request = http::Request::builder().header("vary", "x-a").body(())?;
/// let response = |vary: &str| http::Response::builder().header("vary", vary).body(());
/// assert!(law(&request, &response("x-a")?, &response("origin")?).is_err());
/// assert!(law(&request, &response("x-a")?, &response("x-a")?).is_ok());
/// # Ok::<(), http::Error>(())
/// ```
pub fn request_vary_is_not_copied(
    request: &Request<()>,
    response: &Response<()>,
    without: &Response<()>,
) -> Result<(), LawViolation> {
    let is_listed = |response: &Response<()>, name: &[u8]| {
        let mut names = elements(response.headers(), "vary").into_iter();
        names.any(|listed| listed.eq_ignore_ascii_case(name))
    };
    let mut names = elements(request.headers(), "vary").into_iter();
    match names.find(|name| is_listed(response, name) && !is_listed(without, name)) {
        None => Ok(()),
        Some(name) => Err(LawViolation::new(format!(
            "the client chooses the `Vary` of the response: `{}` is copied from the `Vary` of the request, so a cache can serve a response to the wrong page",
            name.escape_ascii()
        ))),
    }
}

/// A response never has `Access-Control-Allow-Private-Network: true`, because a policy cannot permit access to a
/// private network. Only browser versions with [Private Network Access](https://wicg.github.io/private-network-access/)
/// request this access.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::private_network_is_not_granted as law;
/// let response = |value: &str| http::Response::builder().header("access-control-allow-private-network", value).body(());
/// assert!(law(&response("true")?).is_err());
/// assert!(law(&response("false")?).is_ok());
/// # Ok::<(), http::Error>(())
/// ```
pub fn private_network_is_not_granted(response: &Response<()>) -> Result<(), LawViolation> {
    let granted = lines(response.headers(), ALLOW_PRIVATE_NETWORK);
    let mut values = elements(response.headers(), ALLOW_PRIVATE_NETWORK).into_iter();
    ensure(!values.any(|value| value == b"true"), || {
        format!(
            "a page of the internet can reach this server in a private network: `Access-Control-Allow-Private-Network` is {}",
            quoted_lines(&granted)
        )
    })
}
