//! Fetches of pages to the servers of a plan.

use fetch_cors::server::{AllowList, CorsPolicy, CredentialsMode, PolicyConfig};
use serde_json::{Value, json};

use super::{draw::Draw, plan::Plan};
use crate::case::{Case, Fetch};

/// The address of the server with the CORS layer.
pub const SERVER: &str = "http://127.0.0.1:8002";

/// A value that is not CORS-safelisted, for any header name.
const UNSAFE_VALUE: &str = "\"unsafe\"";

const METHODS: &[&str] = &[
    "GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "patch",
];

const NAMES: &[&str] = &[
    "x-a",
    "X-B",
    "authorization",
    "content-type",
    "accept",
    "x-unlisted",
];

/// The number of URLs of a handler. Several fetches have the same URL, so they share cache entries.
const URLS: usize = 3;

/// A fetch of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct PageFetch {
    pub id: String,
    pub policy: usize,
    pub handler: usize,
    pub origin: &'static str,
    pub method: String,
    pub names: Vec<String>,
    pub credentials: CredentialsMode,
    url_number: usize,
}

impl PageFetch {
    /// Makes `count` random fetches from the seed.
    pub fn all(seed: u64, count: usize, plan: &Plan, pages: &[&'static str]) -> Vec<Self> {
        let mut draw = Draw::new(!seed);
        let fetch = |number: usize| {
            let policy = draw.below(plan.policies.len());
            let config = plan.policies[policy].config();
            Self {
                id: format!("policy-{:06}", number + 1),
                policy,
                handler: draw.below(plan.handlers.len()),
                origin: origin(&mut draw, &plan.policies[policy], pages),
                method: method(&mut draw, config),
                names: names(&mut draw, config),
                credentials: draw.among(&[
                    CredentialsMode::SameOrigin,
                    CredentialsMode::Omit,
                    CredentialsMode::Include,
                ]),
                url_number: draw.below(URLS),
            }
        };
        (0..count).map(fetch).collect()
    }

    /// Returns a case that consists of this fetch. A page runs the case.
    pub fn case(&self) -> Case {
        let Self {
            policy,
            handler,
            url_number,
            ..
        } = self;
        let credentials = match self.credentials {
            CredentialsMode::Omit => "omit",
            CredentialsMode::SameOrigin => "same-origin",
            CredentialsMode::Include => "include",
        };
        let others = json!({"method": self.method, "credentials": credentials});
        let fetch = Fetch {
            at: 0.0,
            origin: self.origin.to_owned(),
            url: format!("{SERVER}/{policy}/{handler}/{url_number}"),
            headers: self
                .names
                .iter()
                .map(|name| (name.clone(), UNSAFE_VALUE.to_owned()))
                .collect(),
            body: Value::Null,
            others: others.as_object().cloned().unwrap_or_default(),
        };
        Case {
            id: self.id.clone(),
            fetches: vec![fetch],
            server: Vec::new(),
        }
    }
}

/// Half of the pages have an allowed origin, if the policy allows an origin.
fn origin(draw: &mut Draw, policy: &CorsPolicy, pages: &[&'static str]) -> &'static str {
    let is_allowed = |origin: &&&str| policy.permits(origin, "GET", &[], CredentialsMode::Omit);
    let allowed: Vec<_> = pages.iter().filter(is_allowed).copied().collect();
    if allowed.is_empty() || draw.once_in(2) {
        draw.among(pages)
    } else {
        draw.among(&allowed)
    }
}

fn method(draw: &mut Draw, config: &PolicyConfig) -> String {
    let listed = config.methods.entries();
    if !listed.is_empty() && draw.once_in(2) {
        return listed[draw.below(listed.len())].clone();
    }
    draw.among(METHODS).to_owned()
}

/// About two thirds of the fetches set request headers. If the policy lists header names, most of these headers are
/// listed.
fn names(draw: &mut Draw, config: &PolicyConfig) -> Vec<String> {
    let listed = AllowList::Only(config.request_headers.clone());
    let listed: Vec<_> = listed
        .entries()
        .iter()
        .filter(|name| *name != "*")
        .cloned()
        .collect();
    let count = draw.below(3);
    let name = |_| {
        if !listed.is_empty() && !draw.once_in(4) {
            listed[draw.below(listed.len())].clone()
        } else {
            draw.among(NAMES).to_owned()
        }
    };
    (0..count).map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::origins::PLAIN_PAGES;

    #[test]
    fn fetches_are_permitted_and_denied() {
        let plan = Plan::new(7);
        let fetches = PageFetch::all(7, 400, &plan, PLAIN_PAGES);
        assert_eq!(fetches, PageFetch::all(7, 400, &plan, PLAIN_PAGES));
        let permitted = fetches
            .iter()
            .filter(|fetch| crate::policy::expected::is_readable(fetch, &plan))
            .count();
        assert!((40..360).contains(&permitted), "{permitted}");
    }
}
