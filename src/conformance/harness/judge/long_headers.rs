//! Finds the length of a header on which a server always fails.

use crate::{conformance::laws::support::limits::MIN_LONG_VALUE_BYTES, fetching::HttpRequest};

/// The minimum number of failed requests. One failure can be a coincidence.
const MIN_REQUESTS: usize = 2;

/// Returns the length of the shortest header of a failed request, if every request with a longer header fails, every request
/// without such a header gets an answer, and the header is long. Each request has whether it got an answer.
pub(super) fn min_length(requests: &[(&HttpRequest, bool)]) -> Option<usize> {
    let lengths = |is_searched: bool| {
        let requests = requests
            .iter()
            .filter(move |(_, is_answered)| *is_answered == is_searched);
        requests.map(|(request, _)| {
            let headers = request.header_list.iter();
            let lengths = headers.map(|(_, value)| value.as_bytes().len());
            lengths.max().unwrap_or_default()
        })
    };
    let shortest = lengths(false).min()?;
    let is_reason = lengths(false).count() >= MIN_REQUESTS
        && shortest >= MIN_LONG_VALUE_BYTES
        && lengths(true).all(|length| length < shortest);
    is_reason.then_some(shortest)
}
