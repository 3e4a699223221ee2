//! The parts of a response that a script may see under the policy.

use fetch_cors::server::{AllowList, CredentialsMode};
use serde_json::Value;

use super::{
    fetches::PageFetch,
    plan::{Handler, Plan},
};

/// The response headers that a script can read without `Access-Control-Expose-Headers`.
const SAFELISTED_NAMES: &[&str] = &[
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "expires",
    "last-modified",
    "pragma",
];

/// Whether a script can read the response.
pub fn is_readable(fetch: &PageFetch, plan: &Plan) -> bool {
    let names: Vec<&str> = fetch.names.iter().map(|name| &**name).collect();
    plan.policies[fetch.policy].permits(fetch.origin, &fetch.method, &names, fetch.credentials)
}

/// Returns the mistake in the result that the script saw, or `None` if the result agrees with the policy.
pub fn difference(fetch: &PageFetch, plan: &Plan, result: &Value) -> Option<String> {
    let is_expected = is_readable(fetch, plan);
    if (result["type"] != "error") != is_expected {
        let expected = if is_expected {
            "permits"
        } else {
            "does not permit"
        };
        return Some(format!(
            "the policy {expected} the response, but the script sees {result}"
        ));
    }
    if !is_expected {
        return None;
    }
    let handler = &plan.handlers[fetch.handler];
    let last = if handler.is_redirect() {
        &plan.handlers[0]
    } else {
        handler
    };
    if result["status"] != last.status {
        return Some(format!(
            "the status is {}, but the script sees {}",
            last.status, result["status"]
        ));
    }
    let is_visible = |name: &str| {
        let headers = result["headers"].as_array();
        headers.is_some_and(|headers| headers.iter().any(|header| header[0] == name))
    };
    own_names(last).find_map(|name| {
        let expected = is_exposed(name, fetch, plan);
        (is_visible(name) != expected).then(|| {
            let expected = if expected { "can" } else { "cannot" };
            format!("by the policy, the script {expected} read `{name}`, but it sees {result}")
        })
    })
}

/// Returns the names of the handler's headers that reach the script unchanged. The layer changes the CORS headers and
/// `Vary`, and browsers hide `Set-Cookie`.
fn own_names(handler: &Handler) -> impl Iterator<Item = &str> {
    let names = handler.headers.keys().map(http::HeaderName::as_str);
    names.filter(|name| {
        !name.starts_with("access-control-") && !["set-cookie", "vary"].contains(name)
    })
}

fn is_exposed(name: &str, fetch: &PageFetch, plan: &Plan) -> bool {
    let config = plan.policies[fetch.policy].config();
    SAFELISTED_NAMES.contains(&name)
        || match &config.expose_headers {
            AllowList::Any => fetch.credentials != CredentialsMode::Include,
            AllowList::Only(names) => names.iter().any(|listed| listed.eq_ignore_ascii_case(name)),
        }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::policy::origins::PLAIN_PAGES;

    #[test]
    fn every_kind_of_difference_is_found() {
        let plan = Plan::new(7);
        let fetches = PageFetch::all(7, 400, &plan, PLAIN_PAGES);
        let error = json!({"type": "error"});
        let denied = fetches
            .iter()
            .find(|fetch| !is_readable(fetch, &plan))
            .unwrap();
        let response = |status: u16, names: &[&str]| {
            let headers: Vec<_> = names.iter().map(|name| [*name, "1"]).collect();
            json!({"type": "cors", "status": status, "headers": headers})
        };
        assert_eq!(difference(denied, &plan, &error), None);
        assert!(difference(denied, &plan, &response(200, &[])).is_some());

        let hidden = |fetch: &PageFetch, name: &str| !is_exposed(name, fetch, &plan);
        let with_etag = |fetch: &&PageFetch| {
            let handler = &plan.handlers[fetch.handler];
            !handler.is_redirect() && handler.headers.contains_key("etag") && hidden(fetch, "etag")
        };
        let permitted = fetches
            .iter()
            .filter(|fetch| is_readable(fetch, &plan))
            .find(with_etag)
            .unwrap();
        assert!(difference(permitted, &plan, &error).is_some());
        let handler = &plan.handlers[permitted.handler];
        let visible: Vec<_> = own_names(handler)
            .filter(|name| is_exposed(name, permitted, &plan))
            .collect();
        assert_eq!(
            difference(permitted, &plan, &response(handler.status, &visible)),
            None
        );
        assert!(difference(permitted, &plan, &response(999, &visible)).is_some());
        let leaked = [&*visible, &["etag"]].concat();
        assert!(difference(permitted, &plan, &response(handler.status, &leaked)).is_some());
    }
}
