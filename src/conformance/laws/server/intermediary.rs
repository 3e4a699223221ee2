//! The law about intermediaries.

use alloc::{format, string::String, vec::Vec};
use core::time::Duration;

use http::{HeaderMap, StatusCode};

use super::fetches::browse;
use crate::conformance::laws::violation::{LawViolation, ensure};
use crate::{
    fetching::{ConnectionError, HttpRequest, UserAgent, fetch},
    infrastructure::{header_list::HeaderList, request::Request, response::Response},
    server::CorsPolicy,
};

/// A header line: the name in its original letter case, and the value.
type HeaderLine = (String, Vec<u8>);
/// A function that takes the value of a header, and returns the values of the new header lines.
type Rewrite = fn(&[u8]) -> Vec<Vec<u8>>;

/// An intermediary between the browser and the server does not change a verdict if it changes only the form of headers:
///
/// - It splits or joins the lines of list headers.
/// - It adds a space or a tab before and after each list element.
/// - It changes the letter case of header names.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::intermediary_changes_no_verdict as law, policies::PolicySpec};
/// use fetch_cors::infrastructure::{origin::Origin, request::{Mode, Request}};
///
/// let mut request = Request::new(Origin::parse(b"https://a.example")?, "https://b.example".parse()?);
/// request.mode = Mode::Cors;
/// law(&PolicySpec::from_origins(["https://a.example"]).build()?, &request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn intermediary_changes_no_verdict(
    policy: &CorsPolicy,
    request: &Request,
) -> Result<(), LawViolation> {
    let direct = browse(policy, request, &HeaderMap::new());
    for rewrite in [split as Rewrite, spaced] {
        let between = |sent: &HttpRequest| {
            let request = rewritten(pairs(&sent.header_list), rewrite);
            let (status, response) = respond(policy, sent.method.as_str(), &request);
            // The intermediary first adds white space around the list elements of the response. Then it changes the
            // response with `rewrite`, as it has changed the request.
            let received = rewritten(rewritten(response, spaced), rewrite);
            let header_list = HeaderList::from_pairs(received).map_err(|_| ConnectionError)?;
            Ok(Response::new(status, header_list))
        };
        let mut user_agent = UserAgent::new().allowing_mixed_content();
        let result = fetch(&mut user_agent, request.clone(), Duration::ZERO, between);
        ensure(result.is_ok() == direct.is_ok(), || {
            format!(
                "an intermediary changes the result: {result:?} with the intermediary, {direct:?} without it"
            )
        })?;
    }
    Ok(())
}

fn pairs(header_list: &HeaderList) -> Vec<HeaderLine> {
    let headers = header_list.iter();
    headers
        .map(|(name, value)| (String::from(name.as_str()), value.as_bytes().to_vec()))
        .collect()
}

/// Returns the response of a server. The server does not change the letter case of header names.
fn respond(
    policy: &CorsPolicy,
    method: &str,
    request: &[HeaderLine],
) -> (StatusCode, Vec<HeaderLine>) {
    let lines = |name: &str| {
        let values = request
            .iter()
            .filter(|(sent, _)| sent.eq_ignore_ascii_case(name));
        let values: Vec<&[u8]> = values.map(|(_, value)| &**value).collect();
        values.into_iter()
    };
    let decision = policy.decide_raw(method.as_bytes(), &lines);
    let mut headers = HeaderMap::new();
    decision.apply(&mut headers);
    let status = decision.status().unwrap_or(StatusCode::OK);
    (status, pairs(&HeaderList::from(&headers)))
}

/// Changes the letter case of all names. Joins the lines of each list header, and replaces the joined line with the
/// lines that `rewrite` returns.
fn rewritten(headers: Vec<HeaderLine>, rewrite: Rewrite) -> Vec<HeaderLine> {
    const LISTS: [&str; 5] = [
        "access-control-request-headers",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-expose-headers",
        "vary",
    ];
    let is_list = |name: &str| LISTS.iter().any(|list| list.eq_ignore_ascii_case(name));
    let (lists, others): (Vec<_>, Vec<_>) =
        headers.into_iter().partition(|(name, _)| is_list(name));
    let mut rewritten: Vec<HeaderLine> = others
        .into_iter()
        .map(|(name, value)| (in_mixed_case(&name), value))
        .collect();
    for list in LISTS {
        let lines = lists
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(list));
        let lines: Vec<&[u8]> = lines.map(|(_, value)| &**value).collect();
        if !lines.is_empty() {
            let lines = rewrite(&lines.join(&b", "[..])).into_iter();
            rewritten.extend(lines.map(|line| (in_mixed_case(list), line)));
        }
    }
    rewritten
}

/// Returns a name in mixed letter case, such as `OrIgIn` for `origin`.
fn in_mixed_case(name: &str) -> String {
    let letters = name.chars().enumerate();
    letters
        .map(|(i, c)| {
            if i % 2 == 0 {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect()
}

fn split(value: &[u8]) -> Vec<Vec<u8>> {
    let lines = value.split(|&byte| byte == b',');
    lines.map(|line| line.trim_ascii().to_vec()).collect()
}

fn spaced(value: &[u8]) -> Vec<Vec<u8>> {
    let elements: Vec<_> = value
        .split(|&byte| byte == b',')
        .map(<[u8]>::trim_ascii)
        .collect();
    Vec::from([elements.join(b"\t, ".as_slice())])
}
