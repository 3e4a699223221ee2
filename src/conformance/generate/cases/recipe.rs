//! A strategy for each decision about a case.

use alloc::vec::Vec;

use proptest::strategy::{BoxedStrategy, Just, Strategy};

use super::{
    calls::{Api, CREDENTIALS, Call},
    follow_up::Visit,
    origins::{FOREIGN_HOSTS, Host, PAGES, Page, Rest},
    plan::{Plan, Target},
    redirects::Hop,
    request_headers::RequestHeader,
    server_response::Answer,
};
use crate::conformance::generate::weighted::one_of;
use crate::infrastructure::request::{CredentialsMode, Mode, RedirectMode};

/// A strategy for each decision.
pub(super) struct Recipe {
    pub(crate) page: BoxedStrategy<Page>,
    pub(crate) host: BoxedStrategy<Host>,
    pub(crate) rest: BoxedStrategy<Rest>,
    pub(crate) method: BoxedStrategy<&'static str>,
    pub(crate) headers: BoxedStrategy<Vec<RequestHeader>>,
    pub(crate) body: BoxedStrategy<bool>,
    pub(crate) api: BoxedStrategy<Api>,
    pub(crate) mode: BoxedStrategy<Mode>,
    pub(crate) credentials: BoxedStrategy<CredentialsMode>,
    pub(crate) redirect: BoxedStrategy<RedirectMode>,
    pub(crate) preflight: BoxedStrategy<Option<Answer>>,
    pub(crate) hops: BoxedStrategy<Vec<Hop>>,
    pub(crate) rounds: BoxedStrategy<usize>,
    pub(crate) response: BoxedStrategy<Answer>,
    pub(crate) visits: BoxedStrategy<Vec<Visit>>,
}

impl Recipe {
    /// A plain `fetch()` across origins.
    pub(crate) fn plain() -> Self {
        Self {
            page: one_of(PAGES),
            host: one_of(FOREIGN_HOSTS),
            rest: Just(Rest::Path).boxed(),
            method: Just("GET").boxed(),
            headers: Just(Vec::new()).boxed(),
            body: Just(false).boxed(),
            api: Just(Api::Fetch).boxed(),
            mode: Just(Mode::Cors).boxed(),
            credentials: one_of(CREDENTIALS),
            redirect: Just(RedirectMode::Follow).boxed(),
            preflight: Just(Some(Answer::PREFLIGHT)).boxed(),
            hops: Just(Vec::new()).boxed(),
            rounds: Just(0).boxed(),
            response: Just(Answer::PLAIN).boxed(),
            visits: Just(Vec::new()).boxed(),
        }
    }

    pub(super) fn plans(self) -> BoxedStrategy<Plan> {
        let target = (self.page, self.host, self.rest).prop_map(|(page, host, rest)| Target {
            page,
            host,
            rest,
            path: "/r",
        });
        let call = (
            (self.method, self.headers, self.body, self.api),
            (self.mode, self.credentials, self.redirect),
        );
        let call = call.prop_map(|((method, headers, body, api), modes)| Call {
            method,
            headers,
            body,
            api,
            mode: modes.0,
            credentials: modes.1,
            redirect: modes.2,
        });
        let servers = (
            self.preflight,
            self.hops,
            self.rounds,
            self.response,
            self.visits,
        );
        (target, call, servers)
            .prop_map(
                |(target, call, (preflight, hops, rounds, response, visits))| Plan {
                    target,
                    call,
                    preflight,
                    hops,
                    rounds,
                    response,
                    visits,
                },
            )
            .boxed()
    }
}
