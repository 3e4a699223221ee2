//! Finds whether a server refuses the credentials of the test requests, or fails on them.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};

use http::StatusCode;

use super::{counted, is_success};
use crate::{
    conformance::harness::{
        interface::Interface, judge::recognize::facts::is_about_resource,
        probes::probe::CREDENTIALS,
    },
    fetching::HttpRequest,
    infrastructure::response::Response,
};

/// The method, the URL and the `Origin` of a request.
type Key = (String, String, Option<Vec<u8>>);

/// The answers to requests with `Cookie` or `Authorization`, and to requests without these headers.
#[derive(Debug, Clone, Default)]
pub(super) struct LoginAnswers {
    /// The requests without credentials that got a status from 200 to 299.
    answered: BTreeSet<Key>,
    /// The method and the URL of each request without credentials that got the status 401 or 403, or a status about the state
    /// of a resource. The reason for a refusal can be a token of the user that expired, or a resource that the check deleted,
    /// and not the test credentials.
    refused: BTreeSet<(String, String)>,
    /// For each request with credentials: the index in [`CREDENTIALS`], and the status of the response.
    with_credentials: Vec<(Key, usize, u16)>,
}

impl LoginAnswers {
    pub(super) fn insert(&mut self, request: &HttpRequest, response: &Response) {
        let key = (
            String::from(request.method.as_str()),
            String::from(request.url.as_str()),
            request.header_list.get("origin").map(Vec::from),
        );
        let status = response.status.as_u16();
        let given = CREDENTIALS.map(|(_, name, _)| request.header_list.get(name));
        for (index, (given, (_, _, value))) in given.iter().zip(CREDENTIALS).enumerate() {
            if given.as_deref() == Some(value) {
                self.with_credentials.push((key.clone(), index, status));
            }
        }
        if given.iter().all(Option::is_none) {
            if is_success(status) {
                self.answered.insert(key);
            } else if is_refusal(response.status) {
                self.refused.insert((key.0, key.1));
            }
        }
    }

    /// Returns a line for each header of [`CREDENTIALS`] whose test value the server never accepts: every request with
    /// this header gets a redirect or an error, although the server answers the same request without this header.
    pub(super) fn unchecked(&self, interface: Interface) -> Vec<String> {
        let lines = CREDENTIALS.iter().enumerate();
        let lines = lines.filter_map(|(index, (_, name, value))| {
            let is_answered = |key: &Key| {
                self.answered.contains(key)
                    && !self.refused.contains(&(key.0.clone(), key.1.clone()))
            };
            let answers = self.with_credentials.iter();
            let answers = answers.filter(|(key, header, _)| *header == index && is_answered(key));
            // The number of earlier requests can be the reason for these statuses.
            let answers = answers.filter(|(.., status)| !matches!(status, 429 | 503));
            let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
            for (_, _, status) in answers {
                *statuses.entry(*status).or_default() += 1;
            }
            let are_refused = statuses.keys().all(|status| (300..600).contains(status));
            let (status, _) = statuses.iter().max_by_key(|(_, count)| **count)?;
            are_refused.then(|| {
                let verb = if statuses.keys().all(|status| *status < 500) {
                    "refuses"
                } else {
                    "fails on"
                };
                let requests = counted(statuses.values().sum(), "request");
                let value = String::from_utf8_lossy(value);
                format!(
                    "the responses to requests with credentials: the server {verb} {requests} with `{name}: {value}` (status {status}), but answers the same requests without this header: {}",
                    interface.login(name),
                )
            })
        });
        lines.collect()
    }
}

fn is_refusal(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) || is_about_resource(status)
}
