//! [Mixed content](https://w3c.github.io/webappsec-mixed-content/): fetches over http by pages on https.

use ::url::Url;

use super::UserAgent;
use crate::{
    engine::{Quirk, QuirkSet},
    infrastructure::{
        origin::Origin, request::Request, trustworthiness::is_potentially_trustworthy_url,
    },
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MixedContent {
    Allowed,
    Blocked,
}

/// Whether fetching `request` [should be blocked as mixed content](https://w3c.github.io/webappsec-mixed-content/#should-block-fetch).
pub(super) fn should_fetching_request_be_blocked_as_mixed_content(
    request: &Request,
    user_agent: &UserAgent,
) -> MixedContent {
    // should-fetching-request-be-blocked-as-mixed-content/1: one of these is true: allowed
    // should-fetching-request-be-blocked-as-mixed-content/1.1: the page does not prohibit mixed content
    // should-fetching-request-be-blocked-as-mixed-content/1.2: the URL is potentially trustworthy; differs with quirk loopback-is-mixed-content
    // should-fetching-request-be-blocked-as-mixed-content/1.3: the user allows mixed content
    if !prohibits_mixed_security_contexts(&request.origin)
        || is_trustworthy(request.current_url(), user_agent.quirks)
        || user_agent.allows_mixed_content
    {
        return MixedContent::Allowed;
    }
    // should-fetching-request-be-blocked-as-mixed-content/2: otherwise: blocked
    MixedContent::Blocked
}

/// Whether an engine with these quirks treats `url` as trustworthy. In the standard, an http URL is trustworthy if its
/// host is a loopback address or `localhost`. With the quirk `loopback-is-mixed-content`, no http URL is trustworthy.
fn is_trustworthy(url: &Url, quirks: QuirkSet) -> bool {
    is_potentially_trustworthy_url(url)
        && !(quirks.contains(Quirk::LoopbackIsMixedContent) && url.scheme() == "http")
}

/// Whether a page with the origin `origin` [prohibits mixed security
/// contexts](https://w3c.github.io/webappsec-mixed-content/#categorize-settings-object).
fn prohibits_mixed_security_contexts(origin: &Origin) -> bool {
    // prohibits-mixed-security-contexts/1: a page of the scheme https: prohibits
    // prohibits-mixed-security-contexts/3: any other page: does not restrict
    matches!(origin, Origin::Tuple(tuple) if tuple.scheme() == "https")
}
