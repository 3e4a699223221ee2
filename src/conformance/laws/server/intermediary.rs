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

/// A header as it is sent.
type Sent = (String, Vec<u8>);
type Rewrite = fn(&[u8]) -> Vec<Vec<u8>>;

/// Something between browser and server that splits or joins lines of lists, adds a space or a tab on
/// either side of their elements, and writes the names of headers otherwise, changes no verdict.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
            let asked = rewritten(pairs(&sent.header_list), rewrite);
            let (status, answer) = answer(policy, sent.method.as_str(), &asked);
            // On the way back the other thing is done too.
            let told = rewritten(rewritten(answer, spaced), rewrite);
            let header_list = HeaderList::from_pairs(told).map_err(|_| ConnectionError)?;
            Ok(Response::new(status, header_list))
        };
        let mut user_agent = UserAgent::new().allowing_mixed_content();
        let result = fetch(&mut user_agent, request.clone(), Duration::ZERO, between);
        ensure(result.is_ok() == direct.is_ok(), || {
            format!("{direct:?} became {result:?}")
        })?;
    }
    Ok(())
}

fn pairs(header_list: &HeaderList) -> Vec<Sent> {
    let headers = header_list.iter();
    headers
        .map(|(name, value)| (String::from(name.as_str()), value.as_bytes().to_vec()))
        .collect()
}

/// The answer of a server that keeps names as they were sent.
fn answer(policy: &CorsPolicy, method: &str, asked: &[Sent]) -> (StatusCode, Vec<Sent>) {
    let lines = |name: &str| {
        let values = asked
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

/// All names in other letters; and of each name that has a list as its value the lines as one, which is
/// then rewritten.
fn rewritten(headers: Vec<Sent>, rewrite: Rewrite) -> Vec<Sent> {
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
    let mut rewritten: Vec<Sent> = others
        .into_iter()
        .map(|(name, value)| (in_other_letters(&name), value))
        .collect();
    for list in LISTS {
        let lines = lists
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(list));
        let lines: Vec<&[u8]> = lines.map(|(_, value)| &**value).collect();
        if !lines.is_empty() {
            let lines = rewrite(&lines.join(&b", "[..])).into_iter();
            rewritten.extend(lines.map(|line| (in_other_letters(list), line)));
        }
    }
    rewritten
}

/// `origin` becomes `OrIgIn`.
fn in_other_letters(name: &str) -> String {
    let letters = name.chars().enumerate();
    letters
        .map(|(i, c)| match i % 2 == 0 {
            true => c.to_ascii_uppercase(),
            false => c.to_ascii_lowercase(),
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
