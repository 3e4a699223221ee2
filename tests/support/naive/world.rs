//! The environment of a case: the servers, the clock, the preflight cache, and the log of sent requests.

use std::time::Duration;

use url::Url;

use super::cache::Cache;
use super::headers::{HeaderList, trim};
use super::{Answer, Failed, Resource, Sent, fail, uri};

pub struct World {
    pub resources: Vec<Resource>,
    /// For each resource, the number of used answers of its two lists.
    pub given: Vec<(usize, usize)>,
    pub cache: Cache,
    pub now: Duration,
    /// The requests of the current fetch.
    pub sent: Vec<Sent>,
}

/// A response before it is filtered.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    pub status: u16,
    pub headers: HeaderList,
    /// An opaque-redirect filtered response.
    pub opaque_redirect: bool,
}

impl World {
    pub fn new(resources: &[Resource]) -> World {
        World {
            resources: resources.to_vec(),
            given: vec![(0, 0); resources.len()],
            cache: Cache::default(),
            now: Duration::ZERO,
            sent: Vec::new(),
        }
    }

    /// Sends a request and returns the answer. After a 421 (Misdirected Request), sends the request a second time.
    pub fn exchange(&mut self, url: &Url, sent: &Sent) -> Result<Response, Failed> {
        let first = self.exchange_once(url, sent)?;
        if first.status == 421 {
            self.exchange_once(url, sent)
        } else {
            Ok(first)
        }
    }

    fn exchange_once(&mut self, url: &Url, sent: &Sent) -> Result<Response, Failed> {
        self.sent.push(sent.clone());
        let preflight = sent.preflight_reasons.is_some();
        match self.answer(url, preflight) {
            Answer::NetworkError => fail("network-error", "http-network-fetch/8.1"),
            Answer::Response { status: 407, .. } => fail(
                "proxy-authentication-required",
                "http-network-or-cache-fetch/16.4",
            ),
            Answer::Response { status, headers } => {
                let strip = |(name, value): (String, Vec<u8>)| (name, trim(&value, b" \t"));
                Ok(Response {
                    status,
                    headers: headers.into_iter().map(strip).collect(),
                    opaque_redirect: false,
                })
            }
        }
    }

    /// Returns the next answer. The answer to a preflight comes from `preflight`, or from `response` if `preflight` is
    /// absent.
    fn answer(&mut self, url: &Url, preflight: bool) -> Answer {
        let wanted = uri::without_fragment_and_userinfo(url);
        for (resource, given) in self.resources.iter().zip(&mut self.given) {
            let listed = Url::parse(&resource.url).expect("the URL of a resource parses");
            if uri::without_fragment_and_userinfo(&listed) != wanted {
                continue;
            }
            let (list, position) = match &resource.preflight {
                Some(list) if preflight => (list, &mut given.0),
                _ => (&resource.response, &mut given.1),
            };
            let answer = list
                .get(*position)
                .or(list.last())
                .expect("a list of answers is not empty");
            *position += 1;
            return answer.clone();
        }
        Answer::Response {
            status: 404,
            headers: Vec::new(),
        }
    }
}
