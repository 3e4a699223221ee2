//! The law about resource timing.

use alloc::{format, string::String};
use core::time::Duration;

use ::url::Url;

use crate::conformance::laws::{
    support::token_lists::{lines, with_one},
    violation::{LawViolation, ensure},
};
use crate::{
    fetching::{ConnectionError, UserAgent, fetch},
    infrastructure::{
        header_list::HeaderList,
        origin::Origin,
        request::{Mode, Request},
        response::Response,
    },
};

/// A page sees the timing of a fetch exactly when each response, including redirects, allows timing. A response allows
/// timing in two cases:
///
/// - The response and all responses before it have the page's own origin.
/// - The `Timing-Allow-Origin` of the response has `*` or the origin of the request. A redirect can change the origin
///   of the request to `null`.
///
/// Each of `responses` has a URL and the headers of the response. Each response except the last response redirects to
/// the next URL.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::every_response_must_allow_timing as law;
/// use fetch_cors::infrastructure::{header_list::HeaderList, origin::Origin};
///
/// let any = HeaderList::from_pairs([("Timing-Allow-Origin", "*")])?;
/// let none = HeaderList::new();
/// law(&Origin::parse(b"http://a")?, &[("http://b/1".parse()?, any), ("http://b/2".parse()?, none)])?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn every_response_must_allow_timing(
    origin: &Origin,
    responses: &[(Url, HeaderList)],
) -> Result<(), LawViolation> {
    let Some((url, _)) = responses.first() else {
        return Ok(());
    };
    let mut request = Request::new(origin.clone(), url.clone());
    request.mode = Mode::Cors;
    let mut left = responses.iter().peekable();
    let result = fetch(&mut UserAgent::new(), request, Duration::ZERO, |_| {
        let (_, sent) = left.next().ok_or(ConnectionError)?;
        let header_list = with_one(sent, "access-control-allow-origin", "*");
        Ok(match left.peek() {
            Some((next, _)) => Response::new(
                http::StatusCode::TEMPORARY_REDIRECT,
                with_one(&header_list, "location", next.as_str()),
            ),
            None => Response::new(http::StatusCode::OK, header_list),
        })
    });
    // The fetch fails if a redirect leads to a URL that browsers do not follow. The law does not apply to such a fetch.
    let Ok(response) = result else {
        return Ok(());
    };
    let page = origin.serialize();
    let mut current = String::from(page);
    let mut previous = String::from(page);
    let mut is_own = true;
    let mut expected = true;
    for (url, sent) in responses {
        let to = url.origin().ascii_serialization();
        if previous != to && previous != page {
            current = String::from("null");
        }
        is_own &= to == page;
        let all = lines(sent, "timing-allow-origin").join(",");
        let mut elements = all
            .split(',')
            .map(|element| element.trim_matches([' ', '\t']));
        expected &= is_own || elements.any(|element| element == "*" || element == current);
        previous = to;
    }
    let given = response.timing_allow_passed();
    ensure(given == expected, || {
        format!(
            "a page of {page} {}: {responses:?}",
            if given {
                "sees the timing of a fetch, although a response does not allow it"
            } else {
                "does not see the timing of a fetch, although every response allows it"
            }
        )
    })
}
