//! All decisions about a case, and the case that they make.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::time::Duration;

use ::url::Url;

use super::{
    calls::Call,
    family::Family,
    follow_up::Visit,
    origins::{self, Host, Page, Rest},
    redirects::{Hop, Location},
    server_response::{Answer, Asked, Status},
};
use crate::{
    cases::{Case, FetchCall, Resource, ServerAnswer},
    infrastructure::{
        header::{ACCEPT, HeaderName, HeaderValue},
        origin::TupleOrigin,
        safelist::cors_unsafe_request_header_names,
        url::without_fragment_and_userinfo,
    },
};

/// The decisions.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) target: Target,
    pub(crate) call: Call,
    /// Without it, preflights are answered as anything else is.
    pub(crate) preflight: Option<Answer>,
    pub(crate) hops: Vec<Hop>,
    /// How often the last URL redirects to itself before it responds.
    pub(crate) rounds: usize,
    pub(crate) response: Answer,
    /// The fetches after the first.
    pub(crate) visits: Vec<Visit>,
}

/// Who fetches what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    pub(crate) page: Page,
    pub(crate) host: Host,
    pub(crate) rest: Rest,
    pub(crate) path: &'static str,
}

impl Plan {
    /// The case. There is always one, since all that it is made of is known to parse.
    pub(crate) fn into_case(self, family: Family) -> Option<Case<'static>> {
        let mut servers = Servers::default();
        let mut at = Duration::ZERO;
        let (first, asked, url) = self.target.fetch(at, &self.call)?;
        let mut fetches = Vec::from([first]);
        if let Some((asked, url)) = self.redirect(&mut servers, asked, url) {
            self.respond(&mut servers, &asked, &url);
        }
        for visit in &self.visits {
            at += visit.pause;
            let mut call = self.call.clone();
            let target = visit.change.apply(self.target, &mut call);
            let (fetch, asked, url) = target.fetch(at, &call)?;
            fetches.push(fetch);
            let resource = servers.at(&url, || self.preflight_answers(&asked));
            resource
                .response
                .extend(Answer::PLAIN.concrete(&asked, &[]));
            if let (Some(answers), Some(answer)) = (&mut resource.preflight, &visit.preflight) {
                answers.extend(answer.concrete(&asked, &[]));
            }
        }
        Some(Case {
            id: Cow::Borrowed(family.name()),
            fetches,
            server: servers.0,
        })
    }

    /// Adds the redirects; what is asked where they lead to, if they lead anywhere.
    fn redirect(
        &self,
        servers: &mut Servers,
        mut asked: Asked,
        mut url: Url,
    ) -> Option<(Asked, Url)> {
        for (number, hop) in (1..).zip(&self.hops) {
            let path = format!("/h{number}");
            let (location, there) = hop.location.concrete(asked.page, &url, &path);
            let answer = Answer {
                status: Status::Is(hop.status),
                ..hop.answer.clone()
            };
            let resource = servers.at(&url, || self.preflight_answers(&asked));
            resource.response.extend(answer.concrete(&asked, &location));
            let there = there?;
            let origin = TupleOrigin::from_url(&url);
            let is_page = origin
                .as_ref()
                .is_some_and(|origin| origin.serialize() == asked.page.serialization());
            if origin != TupleOrigin::from_url(&there) && !is_page {
                asked.origin = "null";
            }
            url = there;
        }
        Some((asked, url))
    }

    fn respond(&self, servers: &mut Servers, asked: &Asked, url: &Url) {
        let resource = servers.at(url, || self.preflight_answers(asked));
        let round = Answer {
            status: Status::Is(307),
            ..Answer::PLAIN
        };
        let (location, _) = Location::Empty.concrete(asked.page, url, "");
        for _ in 0..self.rounds {
            resource.response.extend(round.concrete(asked, &location));
        }
        resource.response.extend(self.response.concrete(asked, &[]));
    }

    fn preflight_answers(&self, asked: &Asked) -> Option<Vec<ServerAnswer>> {
        let answer = self.preflight.as_ref()?;
        Some(answer.concrete(asked, &[]))
    }
}

impl Target {
    /// The fetch, what its servers are asked, and where.
    fn fetch(self, at: Duration, call: &Call) -> Option<(FetchCall<'static>, Asked, Url)> {
        let url = origins::url(self.page, self.host, self.rest, self.path).ok()?;
        let fetch = FetchCall {
            at,
            origin: self.page.origin().ok()?,
            call: call.to(url.clone()),
        };
        let asked = asked(self.page, &fetch);
        Some((fetch, asked, url))
    }
}

fn asked(page: Page, fetch: &FetchCall<'_>) -> Asked {
    let mut asked = Asked {
        page,
        origin: page.serialization(),
        method: String::from("GET"),
        names: Vec::new(),
    };
    if let Ok(mut request) = fetch.call.clone().into_request(fetch.origin.clone()) {
        if !request.header_list.contains("accept") {
            let value = HeaderValue::from_static(b"*/*");
            request.header_list.append(ACCEPT, value);
        }
        let names = cors_unsafe_request_header_names(&request.header_list);
        asked.names = names.iter().map(HeaderName::to_string).collect();
        asked.method = request.method.to_string();
    }
    asked
}

/// The resources of a case, each URL once.
#[derive(Debug, Default)]
struct Servers(Vec<Resource>);

impl Servers {
    /// The resource at `url`, which has yet to get a response if it is new.
    fn at(
        &mut self,
        url: &Url,
        preflight: impl FnOnce() -> Option<Vec<ServerAnswer>>,
    ) -> &mut Resource {
        let key = without_fragment_and_userinfo(url);
        let known = self
            .0
            .iter()
            .position(|resource| without_fragment_and_userinfo(&resource.url) == key);
        let position = known.unwrap_or_else(|| {
            self.0.push(Resource {
                url: url.clone(),
                preflight: preflight(),
                response: Vec::new(),
            });
            self.0.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "it was found or has been pushed")]
        &mut self.0[position]
    }
}
