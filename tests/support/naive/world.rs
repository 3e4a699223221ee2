//! What a case plays in: the servers, the clock, the preflight cache, and the log of what was sent.

use std::time::Duration;

use url::Url;

use super::cache::Cache;
use super::headers::{HeaderList, trim};
use super::{Answer, Failed, Resource, Sent, fail, uri};

pub struct World {
    pub resources: Vec<Resource>,
    /// For each resource, how many answers of its two lists were given.
    pub given: Vec<(usize, usize)>,
    pub cache: Cache,
    pub now: Duration,
    /// By the fetch that is running.
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

    /// Sends a request and gets the answer; a misdirected one (421) is sent once more.
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

    /// The next answer of the list that is meant. A preflight without a list of its own takes one from the other.
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
