//! Explanations of outcomes that a test or a log has kept.

use fetch_cors::{
    cases::{Case, FetchCall},
    conformance::{CaseLine, any_case},
    explain::{ExplainOutcomeError, Explanation, explain_outcome, explain_request},
    fetching::{ConnectionError, UserAgent},
    infrastructure::response::Response,
    outcome::Outcome,
};
use proptest::{strategy::Strategy, test_runner::TestCaseError};

use crate::{runner, server::Server};

type Answers = Vec<Result<Response, ConnectionError>>;

/// Explains the outcome of each fetch of the case, and the same fetch with a server that answers.
fn explained(case: &Case<'_>) -> Vec<[Explanation; 2]> {
    let mut user_agent = UserAgent::new();
    let mut server = Server::new(&case.server);
    let mut explained = Vec::new();
    for FetchCall { at, origin, call } in &case.fetches {
        let (before, mut server_before) = (user_agent.clone(), server.clone());
        let request = call.clone().into_request(origin.clone());
        let mut answers = Answers::new();
        let outcome = Outcome::fetch(&mut user_agent, request.clone(), *at, |request| {
            let answer = server.answer(request);
            answers.push(answer.clone());
            answer
        });
        let Ok(request) = request else {
            continue;
        };
        let of_outcome = explain_outcome(&before, &request, *at, &outcome, &answers).unwrap();
        let of_server = explain_request(&before, &request, *at, |request| {
            Some(server_before.answer(request))
        });
        explained.push([of_outcome, of_server]);

        if let Some((_, rest)) = answers.split_last() {
            let error = explain_outcome(&before, &request, *at, &outcome, rest).unwrap_err();
            let (requests, answers) = (answers.len(), rest.len());
            assert_eq!(
                error,
                ExplainOutcomeError::AnswerCount { requests, answers }
            );
        }
    }
    explained
}

/// The explanation of an outcome says the same about the fetch as the explanation that asks the server. Only the answers
/// to requests after the fix are not known, so their exchanges can be missing.
#[test]
fn outcome_is_explained_like_its_fetch() {
    let check = |CaseLine(case): CaseLine| {
        for [of_outcome, of_server] in explained(&case) {
            let known = of_outcome.exchanges.len();
            let says = |explanation: &Explanation| {
                let exchanges = explanation.exchanges.iter().take(known);
                let urls: Vec<String> = exchanges.map(|exchange| exchange.url.clone()).collect();
                let refusal = explanation.refusals.first().map(|refusal| refusal.failure);
                (explanation.verdict, refusal, urls)
            };
            if says(&of_outcome) != says(&of_server) {
                let message = format!("{:#?}\n{:#?}", says(&of_outcome), says(&of_server));
                return Err(TestCaseError::fail(message));
            }
        }
        Ok(())
    };
    runner().run(&any_case().prop_map(CaseLine), check).unwrap();
}

#[test]
fn answers_of_another_fetch_are_an_error() {
    use fetch_cors::browser::{HeaderList, Mode, Origin, Request};

    let page = Origin::parse("https://a.example").unwrap();
    let mut request = Request::new(page, "https://b.example/".parse().unwrap());
    request.mode = Mode::Cors;
    let answer = |value: &str| {
        let headers = HeaderList::from_pairs([("Access-Control-Allow-Origin", value)]).unwrap();
        Ok(Response::new(http::StatusCode::OK, headers))
    };
    let now = core::time::Duration::ZERO;
    let before = UserAgent::new();
    let outcome = Outcome::fetch(&mut before.clone(), Ok(request.clone()), now, |_| {
        answer("https://c.example")
    });
    let explain = |value| explain_outcome(&before, &request, now, &outcome, &[answer(value)]);
    assert!(explain("https://c.example").is_ok());
    assert_eq!(explain("*").unwrap_err(), ExplainOutcomeError::OtherOutcome);
}
