//! [Scheme fetch](https://fetch.spec.whatwg.org/#scheme-fetch). For `http` and `https`, the algorithm runs HTTP fetch.
//! For any other scheme, the library returns a failure.

use core::time::Duration;

use super::{
    UserAgent,
    fetch_params::{FetchParams, Flow},
    http_fetch::{MakeCorsPreflight, http_fetch},
};
use crate::{FetchError, infrastructure::url::is_http_or_https};

pub(super) fn scheme_fetch(
    fetch_params: &mut FetchParams,
    user_agent: &mut UserAgent,
    now: Duration,
) -> Result<Flow, FetchError> {
    // scheme-fetch/2: take the request
    // scheme-fetch/3: switch on the scheme of the current URL
    let url = fetch_params.request.current_url();
    if !is_http_or_https(url) {
        // The standard does not have this failure. For example, the standard returns a response for a `data` URL.
        return Err(FetchError::unsupported_scheme(url));
    }
    // scheme-fetch/3.http: http or https: run HTTP fetch
    http_fetch(fetch_params, MakeCorsPreflight::No, user_agent, now)
}
