//! Lists the states and results that one input reaches.

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

/// The states and results that an input reached, without duplicates.
#[derive(Debug, Default)]
pub(crate) struct Reached(pub(crate) BTreeSet<String>);

impl Reached {
    fn add(&mut self, state: impl Into<String>) {
        self.0.insert(state.into());
    }

    fn add_failure<T>(&mut self, result: &Result<T, fetch_cors::FetchError>) {
        match result {
            Ok(_) => self.add("a success"),
            Err(error) => self.add(format!("failure `{}`", error.failure().code())),
        }
    }

    /// `alone` is the outcome of the same fetch in a browser with an empty cache.
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
            1 => self.add("a request that is not a preflight"),
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
        "fetch" => with_input(bytes, |input| fetches(input, &mut reached)),
        "round_trip" => with_input(bytes, |visits| round_trip(&visits, &mut reached)),
        "decide" => with_input(bytes, |exchange| decide(&exchange, &mut reached)),
        "cors_check" | "preflight" => with_input(bytes, |exchange: exchanges::Exchange| {
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
        _ => with_input(bytes, |configuration: Configuration| {
            let errors = naive_configuration::expected_errors(&configuration);
            if errors.is_empty() {
                reached.add("a valid policy");
            }
            for (_, code) in errors {
                reached.add(format!("error `{code}`"));
            }
        }),
    }
    reached
}

/// Decodes the input in the same way as a fuzz target.
fn with_input<T: for<'a> Arbitrary<'a>>(bytes: &[u8], then: impl FnOnce(T)) {
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
    let policy = visits.spec.build().expect("generated policies are valid");
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
    let policy = exchange.spec.build().expect("generated policies are valid");
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
