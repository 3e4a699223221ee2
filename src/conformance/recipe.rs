//! A strategy for each decision about a case.

use alloc::vec::Vec;

use proptest::strategy::{BoxedStrategy, Just, Strategy};

use super::{
    answers::Answer,
    calls::{Api, CREDENTIALS, Call},
    kinds::one_of,
    origins::{FOREIGN_HOSTS, Host, PAGES, Page, Rest},
    plan::{Plan, Target},
    redirects::Hop,
    request_headers::RequestHeader,
    visits::Visit,
};
use crate::infrastructure::request::{CredentialsMode, Mode, RedirectMode};

/// A strategy for each decision.
pub(super) struct Recipe {
    pub(super) page: BoxedStrategy<Page>,
    pub(super) host: BoxedStrategy<Host>,
    pub(super) rest: BoxedStrategy<Rest>,
    pub(super) method: BoxedStrategy<&'static str>,
    pub(super) headers: BoxedStrategy<Vec<RequestHeader>>,
    pub(super) body: BoxedStrategy<bool>,
    pub(super) api: BoxedStrategy<Api>,
    pub(super) mode: BoxedStrategy<Mode>,
    pub(super) credentials: BoxedStrategy<CredentialsMode>,
    pub(super) redirect: BoxedStrategy<RedirectMode>,
    pub(super) preflight: BoxedStrategy<Option<Answer>>,
    pub(super) hops: BoxedStrategy<Vec<Hop>>,
    pub(super) rounds: BoxedStrategy<usize>,
    pub(super) response: BoxedStrategy<Answer>,
    pub(super) visits: BoxedStrategy<Vec<Visit>>,
}

impl Recipe {
    /// A plain `fetch()` across origins.
    pub(super) fn plain() -> Self {
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
