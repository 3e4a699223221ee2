use alloc::{format, string::String};

use http::{HeaderValue, Request};

use super::{Violation, server_headers::elements, violation::ensure};
use crate::{infrastructure::bytes::is_token, server::CorsPolicy};

/// The same names asked for in several lines, in another order and case, with single spaces and tabs
/// and empty elements between them, are judged the same, within the limits.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::the_same_names_written_otherwise_are_judged_the_same as law, policies::PolicySpec};
///
/// let request = http::Request::options("/").header("origin", "https://a.example");
/// let request = request.header("access-control-request-method", "GET");
/// let request = request.header("access-control-request-headers", "x-a,x-b").body(())?;
/// law(&PolicySpec::of(["https://a.example"]).build()?, &request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn the_same_names_written_otherwise_are_judged_the_same(
    policy: &CorsPolicy,
    request: &Request<()>,
) -> Result<(), Violation> {
    const NAME: &str = "access-control-request-headers";
    let names = elements(request.headers(), NAME);
    if names.len() > 6 || names.iter().any(|name| !is_token(name) || name.len() > 64) {
        return Ok(());
    }
    let plain = names.join(&b","[..]);
    let spaced: String = names
        .iter()
        .map(|name| format!("\t{} ,", String::from_utf8_lossy(name).to_ascii_uppercase()))
        .collect();
    let reversed: alloc::vec::Vec<_> = names.iter().rev().copied().collect();
    let ways: [&[&[u8]]; 5] = [
        &[&plain],
        &names,
        &[spaced.trim().as_bytes()],
        &reversed,
        &[b",", &plain, b"", &plain],
    ];
    let verdicts = ways.map(|lines| {
        let mut headers = request.headers().clone();
        headers.remove(NAME);
        for line in lines {
            if let Ok(line) = HeaderValue::from_bytes(line) {
                headers.append(NAME, line);
            }
        }
        policy.decide(request.method(), &headers).allowed()
    });
    ensure(
        verdicts.iter().all(|verdict| *verdict == verdicts[0]),
        || format!("{verdicts:?}"),
    )
}
