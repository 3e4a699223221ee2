//! How far an input comes.

use std::{collections::BTreeSet, time::Duration};

use arbitrary::{Arbitrary, Unstructured};
use fetch_cors::{
    cases::Case,
    conformance::policies::network,
    fetching::{
        UserAgent, cors_check::cors_check, cors_preflight_fetch::judge_cors_preflight_response,
    },
    http::HeaderMap,
    outcome::Outcome,
};
use fetch_cors_fuzz::{
    cases::Input,
    configurations::Configuration,
    exchanges, naive_configuration,
    policies::{self, FetchSequence},
};

pub(crate) const TARGETS: [&str; 6] = [
    "fetch",
    "round_trip",
    "decide",
    "cors_check",
    "preflight",
    "policy_build",
];

/// Each thing once.
#[derive(Debug, Default)]
pub(crate) struct Reached(pub(crate) BTreeSet<String>);

impl Reached {
    fn add(&mut self, what: impl Into<String>) {
        self.0.insert(what.into());
    }

    fn add_failure<T>(&mut self, result: &Result<T, fetch_cors::FetchError>) {
        match result {
            Ok(_) => self.add("a success"),
            Err(error) => self.add(format!("failure `{}`", error.failure().code())),
        }
    }

    /// `alone` is what the same fetch comes to in a browser that knows nothing yet.
    fn add_outcome(&mut self, outcome: &Outcome, alone: &Outcome) {
        let is_preflighted = |outcome: &Outcome| {
            let first = outcome.requests.first();
            first.is_some_and(|request| request.is_preflight())
        };
        if outcome
            .requests
            .iter()
            .any(|request| request.is_preflight())
        {
            self.add("a preflight");
        }
        let actual = outcome
            .requests
            .iter()
            .filter(|request| !request.is_preflight());
        match actual.count() {
            0 => {}
            1 => self.add("a request that is no preflight"),
            2..=20 => self.add("a redirect that is followed"),
            _ => self.add("twenty redirects"),
        }
        if !outcome.requests.is_empty() && is_preflighted(alone) && !is_preflighted(outcome) {
            self.add("a cache hit");
        }
        self.add_failure(&outcome.result);
    }
}

pub(crate) fn reached(target: &str, bytes: &[u8]) -> Reached {
    let mut reached = Reached::default();
    match target {
        "fetch" => with(bytes, |input| fetches(input, &mut reached)),
        "round_trip" => with(bytes, |visits| round_trip(&visits, &mut reached)),
        "decide" => with(bytes, |exchange| decide(&exchange, &mut reached)),
        "cors_check" | "preflight" => with(bytes, |exchange: exchanges::Exchange| {
            let Some((request, response)) = exchange.concrete(target == "preflight") else {
                return;
            };
            let now = Duration::ZERO;
            let mut user_agent = UserAgent::new();
            reached.add_failure(&match target {
                "cors_check" => cors_check(&request, &response),
                _ => judge_cors_preflight_response(&request, &response, &mut user_agent, now),
            });
        }),
        _ => with(bytes, |configuration: Configuration| {
            let wrong = naive_configuration::wrong(&configuration);
            if wrong.is_empty() {
                reached.add("a policy");
            }
            for (_, code) in wrong {
                reached.add(format!("error `{code}`"));
            }
        }),
    }
    reached
}

/// As a target has it.
fn with<T: for<'a> Arbitrary<'a>>(bytes: &[u8], then: impl FnOnce(T)) {
    if let Ok(input) = T::arbitrary_take_rest(Unstructured::new(bytes)) {
        then(input);
    }
}

fn fetches(input: Input, reached: &mut Reached) {
    let (case, outcomes) = input.judge();
    for (fetch, outcome) in case.fetches.iter().zip(&outcomes) {
        let alone = Case {
            fetches: vec![fetch.clone()],
            ..case.clone()
        };
        let alone = alone.judge();
        reached.add_outcome(outcome, &alone.fetches[0]);
    }
}

fn round_trip(visits: &FetchSequence, reached: &mut Reached) {
    let policy = visits.spec.build().expect("it is valid");
    let none = HeaderMap::new();
    let mut user_agent = UserAgent::new();
    for request in visits.requests() {
        let play = |user_agent: &mut UserAgent| {
            Outcome::fetch(user_agent, Ok(request.clone()), Duration::ZERO, |sent| {
                network(&policy, sent, &none)
            })
        };
        let alone = play(&mut UserAgent::new());
        let outcome = play(&mut user_agent);
        reached.add_outcome(&outcome, &alone);
    }
}

fn decide(exchange: &policies::Exchange, reached: &mut Reached) {
    let policy = exchange.spec.build().expect("it is valid");
    let request = &exchange.request;
    let decision = policy.decide(request.method(), request.headers());
    let kind = policies::kind(&decision);
    let verdict = match policies::denied(&decision) {
        Some(denied) => format!("{kind}, denied: {denied}"),
        None => match kind {
            "not-cors" => kind.to_owned(),
            _ => format!("{kind}, allowed"),
        },
    };
    reached.add(verdict);
}
