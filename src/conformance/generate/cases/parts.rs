//! Generates single parts of cases, for generators that do not need a whole case.

use alloc::{borrow::Cow, vec::Vec};

use proptest::strategy::Strategy;

use super::{
    origins::Page,
    request_headers::RequestHeader,
    request_summary::RequestSummary,
    strategies::{headers_at_limits, responses},
};
use crate::{cases::ServerAnswer, conformance::generate::weights::responses::ANY};

/// Generates headers that an author sets in a call of an API. Many of the headers test the limits of [the
/// safelist](https://fetch.spec.whatwg.org/#cors-safelisted-request-header). For example, a value has 128 or 129 bytes,
/// or has an unsafe byte. Some headers have a forbidden name, or an invalid name or value.
///
/// The generator draws up to `max` times. Some draws add several headers, so there can be more than `max` headers.
///
/// ```
/// use fetch_cors::{api::RequestInit, conformance::author_headers, infrastructure::origin::Origin};
/// use proptest::{strategy::{Strategy, ValueTree}, test_runner::TestRunner};
///
/// let mut init = RequestInit::new("https://b.example".parse()?);
/// init.headers = author_headers(3).new_tree(&mut TestRunner::deterministic()).unwrap().current();
/// let _ = init.into_request(Origin::parse(b"https://a.example")?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn author_headers(
    max: usize,
) -> impl Strategy<Value = Vec<(Cow<'static, str>, Cow<'static, str>)>> {
    headers_at_limits(max)
        .prop_map(|headers| headers.iter().flat_map(RequestHeader::pairs).collect())
}

/// The origin of the page that gets the answers of [`server_answers`].
///
/// ```
/// assert_eq!(fetch_cors::conformance::PAGE, "http://127.0.0.1:8001");
/// ```
pub const PAGE: &str = Page::Plain.serialization();

/// Generates the answers of a server to a page with the origin [`PAGE`]. The page sends a request with the method
/// `method` and with CORS-unsafe headers that have the names `unsafe_names`. The answers are for this request or for
/// its preflight.
///
/// Most headers of an answer allow the request, but some headers do not. The server sends the answers in order, and
/// repeats the last answer.
///
/// ```
/// use fetch_cors::conformance::server_answers;
/// use proptest::{strategy::{Strategy, ValueTree}, test_runner::TestRunner};
///
/// let answers = server_answers("PUT", &["x-a"]);
/// assert!(!answers.new_tree(&mut TestRunner::deterministic())?.current().is_empty());
/// # Ok::<(), proptest::test_runner::Reason>(())
/// ```
pub fn server_answers(
    method: &str,
    unsafe_names: &[&str],
) -> impl Strategy<Value = Vec<ServerAnswer>> + use<> {
    let request = RequestSummary {
        page: Page::Plain,
        origin: PAGE,
        method: method.into(),
        unsafe_names: unsafe_names.iter().map(|name| (*name).into()).collect(),
    };
    responses(ANY).prop_map(move |response| response.concrete(&request, &[]))
}
