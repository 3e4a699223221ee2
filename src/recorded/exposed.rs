//! The response headers that a recorded server exposes to the page.

use alloc::{collections::BTreeSet, string::String};

use crate::{
    explain::{
        input::{RecordedExchange, RecordedFetch},
        is_of_transport,
    },
    infrastructure::{always_exposed::is_always_exposed, origin::TupleOrigin, response::Response},
    server::{NoPublicSuffixes, PolicyConfig},
};

/// The response headers that a recorded server exposes to the page.
#[derive(Debug, Default)]
pub(super) struct ExposedHeaders {
    /// The listed names that a response has, in lower case.
    pub(super) names: BTreeSet<String>,
    /// Whether the server lists `*` on a response that the page can read.
    pub(super) has_wildcard: bool,
    /// The names in the responses that list `*`, in lower case and without the headers that a script does not need. A
    /// script can read these headers only without credentials.
    pub(super) names_with_wildcard: BTreeSet<String>,
}

/// Returns the response headers that a server exposes to the page. A listed name also counts on a response that the browser
/// blocks: the server means to expose it, and a policy allows the fetch. `*` does not show which headers are meant, so `*`
/// counts only on a response that the page can read.
pub(super) fn exposed_headers(fetch: &RecordedFetch, server: &str) -> ExposedHeaders {
    let mut exposed = ExposedHeaders::default();
    let mut modes = fetch.credentials_modes().iter();
    let is_readable = modes.any(|mode| {
        let outcome = fetch.outcome(*mode);
        outcome.is_some_and(|outcome| outcome.result.is_ok())
    });
    let responses = responses_of(fetch, server);
    for (_, response) in responses.filter(|(exchange, _)| !exchange.is_preflight) {
        let headers = &response.header_list;
        let sent = headers
            .iter()
            .map(|(name, _)| name.as_str().to_ascii_lowercase());
        let sent: BTreeSet<String> = sent.collect();
        let listed = headers.get_decode_and_split("access-control-expose-headers");
        let listed: BTreeSet<String> = listed
            .into_iter()
            .flatten()
            .map(|name| String::from_utf8_lossy(&name).to_ascii_lowercase())
            .collect();
        // `can_be_exposed` validates a policy, so the cheap filters are first.
        let listed_names = sent.iter().filter(|name| listed.contains(*name));
        let names = listed_names.filter(|name| can_be_exposed(name));
        exposed.names.extend(names.cloned());
        if is_readable && listed.contains("*") {
            exposed.has_wildcard = true;
            let of_server = sent.iter().filter(|name| !is_of_transport(name));
            let names = of_server.filter(|name| can_be_exposed(name));
            exposed.names_with_wildcard.extend(names.cloned());
        }
    }
    exposed
}

/// Returns the responses of a server, each with its exchange.
pub(super) fn responses_of<'f>(
    fetch: &'f RecordedFetch,
    server: &str,
) -> impl Iterator<Item = (&'f RecordedExchange, &'f Response)> {
    let is_of_server = move |exchange: &&RecordedExchange| {
        let origin = TupleOrigin::from_url(&exchange.url);
        origin.is_some_and(|origin| origin.serialize() == server)
    };
    let exchanges = fetch.exchanges.iter().filter(is_of_server);
    exchanges.filter_map(|exchange| Some((exchange, exchange.response.as_ref()?)))
}

/// Whether a policy can expose the header. The result is false for a header that scripts can always read.
fn can_be_exposed(name: &str) -> bool {
    let config = PolicyConfig {
        expose_headers: [name].into(),
        ..PolicyConfig::default()
    };
    !is_always_exposed(name) && config.validate(&NoPublicSuffixes).is_ok()
}
