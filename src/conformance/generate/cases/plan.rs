//! The plan of a case: all decisions that a generator draws.

use alloc::{borrow::Cow, format, vec::Vec};
use core::time::Duration;

use ::url::Url;

use super::{
    calls::Call,
    family::Family,
    follow_up::FollowUp,
    redirects::{Location, Redirect},
    request_summary::RequestSummary,
    server_response::{ServerResponse, Status},
    target::Target,
};
use crate::{
    cases::{Case, Resource, ServerAnswer},
    infrastructure::{origin::TupleOrigin, url::without_fragment_and_userinfo},
};

/// All decisions about one case.
#[derive(Debug, Clone)]
pub(crate) struct CasePlan {
    pub(crate) target: Target,
    pub(crate) call: Call,
    /// The response to preflights; `None` if preflights get the same response as other requests.
    pub(crate) preflight: Option<ServerResponse>,
    pub(crate) redirects: Vec<Redirect>,
    /// The number of times that the last URL redirects to itself before the server sends the last response.
    pub(crate) self_redirects: usize,
    pub(crate) response: ServerResponse,
    /// The fetches after the first fetch.
    pub(crate) follow_ups: Vec<FollowUp>,
}

impl CasePlan {
    /// Builds the case. Returns `None` if a part of the plan cannot be parsed. All parts in the
    /// generator's tables can be parsed.
    pub(crate) fn into_case(self, family: Family) -> Option<Case<'static>> {
        let mut servers = Servers::default();
        let mut at = Duration::ZERO;
        let (first, url) = self.target.fetch(at, &self.call)?;
        let request = RequestSummary::new(self.target.page, &first);
        let mut fetches = Vec::from([first]);
        if let Some((request, url)) = self.redirect(&mut servers, request, url) {
            self.respond(&mut servers, &request, &url);
        }
        for follow_up in &self.follow_ups {
            at += follow_up.pause;
            let mut call = self.call.clone();
            let target = follow_up.change.apply(self.target, &mut call);
            let (fetch, url) = target.fetch(at, &call)?;
            let request = RequestSummary::new(target.page, &fetch);
            fetches.push(fetch);
            let resource = servers.at(&url, || self.preflight_answers(&request));
            let answers = ServerResponse::PLAIN.concrete(&request, &[]);
            resource.response.extend(answers);
            if let (Some(answers), Some(response)) = (&mut resource.preflight, &follow_up.preflight)
            {
                answers.extend(response.concrete(&request, &[]));
            }
        }
        Some(Case {
            id: Cow::Borrowed(family.name()),
            fetches,
            server: servers.0,
        })
    }

    /// Adds the redirects. Returns the request after the last redirect, and the URL of this request. Returns `None` if
    /// a redirect does not have a valid location.
    fn redirect(
        &self,
        servers: &mut Servers,
        mut request: RequestSummary,
        mut url: Url,
    ) -> Option<(RequestSummary, Url)> {
        for (number, redirect) in (1..).zip(&self.redirects) {
            let path = format!("/h{number}");
            let (location, there) = redirect.location.concrete(request.page, &url, &path);
            let response = ServerResponse {
                status: Status::Is(redirect.status),
                ..redirect.response.clone()
            };
            let resource = servers.at(&url, || self.preflight_answers(&request));
            let answers = response.concrete(&request, &location);
            resource.response.extend(answers);
            let there = there?;
            let origin = TupleOrigin::from_url(&url);
            let is_page = origin
                .as_ref()
                .is_some_and(|origin| origin.serialize() == request.page.serialization());
            if origin != TupleOrigin::from_url(&there) && !is_page {
                request.origin = "null";
            }
            url = there;
        }
        Some((request, url))
    }

    /// Adds the redirects from the last URL to itself, and then the last response.
    fn respond(&self, servers: &mut Servers, request: &RequestSummary, url: &Url) {
        let resource = servers.at(url, || self.preflight_answers(request));
        let self_redirect = ServerResponse {
            status: Status::Is(307),
            ..ServerResponse::PLAIN
        };
        let (location, _) = Location::Empty.concrete(request.page, url, "");
        for _ in 0..self.self_redirects {
            let answers = self_redirect.concrete(request, &location);
            resource.response.extend(answers);
        }
        resource
            .response
            .extend(self.response.concrete(request, &[]));
    }

    fn preflight_answers(&self, request: &RequestSummary) -> Option<Vec<ServerAnswer>> {
        let response = self.preflight.as_ref()?;
        Some(response.concrete(request, &[]))
    }
}

/// The resources of a case. There is one resource for each URL.
#[derive(Debug, Default)]
struct Servers(Vec<Resource>);

impl Servers {
    /// Returns the resource at `url`. If there is no such resource, adds a resource without a response.
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
