//! Plays a session, records it as a case, and judges the case with the library and the naive model.

use std::{collections::BTreeMap, time::Duration};

use arbitrary::Arbitrary;
use fetch_cors::{
    api::BodyWithType,
    cases::{ApiCall, Case, FetchCall, OutcomeRecord, Resource, ServerAnswer},
    conformance::CaseLine,
    fetching::{ConnectionError, HttpRequest, UserAgent},
    infrastructure::{
        bytes::isomorphic_decode,
        request::{CredentialsMode, Mode, RedirectMode},
        url::without_fragment_and_userinfo,
    },
    outcome::Outcome,
};

use crate::{browser::Call, naive, servers::Answer};

/// A generated input: a session to play, or a case.
#[derive(Debug, Clone, Arbitrary)]
pub enum Input {
    Played(Session),
    Generated(CaseLine),
}

impl Input {
    /// Returns the case and the library's outcomes.
    pub fn judge(self) -> (Case<'static>, Vec<Outcome>) {
        match self {
            Self::Played(session) => session.play(),
            Self::Generated(CaseLine(case)) => {
                let outcomes = case.clone().judge().fetches;
                (case, outcomes)
            }
        }
    }
}

/// Consecutive calls, and the answers to their requests. The last answer repeats.
#[derive(Debug, Clone, Arbitrary)]
pub struct Session {
    first: Call,
    more: Vec<Call>,
    answers: Vec<Answer>,
}

/// The answers that were given at one URL, in order.
#[derive(Debug, Default)]
struct Given {
    preflight: Vec<ServerAnswer>,
    response: Vec<ServerAnswer>,
}

impl Session {
    /// Runs the session and records its answers. Returns the recorded case and the outcomes.
    pub fn play(&self) -> (Case<'static>, Vec<Outcome>) {
        let mut user_agent = UserAgent::new();
        let mut given: BTreeMap<String, Given> = BTreeMap::new();
        let mut answers = self.answers.iter();
        let mut answer = self.answers.first();
        let mut now = Duration::ZERO;
        let mut fetches = Vec::new();
        let mut outcomes = Vec::new();
        for call in std::iter::once(&self.first).chain(&self.more).take(4) {
            let call = call.after(now);
            now = call.at;
            let request = call.call.clone().into_request(call.origin.clone());
            outcomes.push(Outcome::fetch(
                &mut user_agent,
                request,
                now,
                |http_request| {
                    answer = answers.next().or(answer);
                    let answer = answer.map_or(ServerAnswer::ConnectionError, |answer| {
                        answer.to(http_request)
                    });
                    record_answer(&mut given, http_request, &answer);
                    match answer {
                        ServerAnswer::Response(response) => Ok(response),
                        ServerAnswer::ConnectionError => Err(ConnectionError),
                    }
                },
            ));
            fetches.push(call);
        }
        let server = given.into_iter().map(resource).collect();
        (
            Case {
                id: "fuzz".into(),
                fetches,
                server,
            },
            outcomes,
        )
    }
}

fn record_answer(
    given: &mut BTreeMap<String, Given>,
    http_request: &HttpRequest,
    answer: &ServerAnswer,
) {
    let given = given
        .entry(without_fragment_and_userinfo(&http_request.url))
        .or_default();
    if http_request.is_preflight() {
        given.preflight.push(answer.clone());
    } else {
        given.response.push(answer.clone());
    }
}

fn resource((url, mut given): (String, Given)) -> Resource {
    if given.response.is_empty() {
        given.response.push(ServerAnswer::ConnectionError);
    }
    Resource {
        url: url.parse().expect("a requested URL is valid"),
        preflight: Some(given.preflight).filter(|preflight| !preflight.is_empty()),
        response: given.response,
    }
}

/// Judges `case` with the naive model.
pub fn judge_naively(case: &Case<'_>) -> naive::Outcome {
    naive::judge(&naive::Case {
        fetches: case.fetches.iter().map(naive_call).collect(),
        server: case.server.iter().map(naive_resource).collect(),
    })
}

fn naive_call(fetch: &FetchCall<'_>) -> naive::FetchCall {
    let owned = |headers: &[(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)]| {
        headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect()
    };
    let at = fetch.at;
    let origin = fetch.origin.serialize().to_owned();
    match &fetch.call {
        ApiCall::Fetch(init) => naive::FetchCall {
            at,
            origin,
            url: init.url.to_string(),
            method: init.method.to_string(),
            headers: owned(&init.headers),
            body: naive_body(init.body.as_ref()),
            referrer_policy: init.referrer_policy.as_str().to_owned(),
            mode: match init.mode {
                Mode::Cors => naive::Mode::Cors,
                Mode::NoCors => naive::Mode::NoCors,
                Mode::SameOrigin => naive::Mode::SameOrigin,
            },
            credentials: match init.credentials {
                CredentialsMode::Omit => naive::Credentials::Omit,
                CredentialsMode::SameOrigin => naive::Credentials::SameOrigin,
                CredentialsMode::Include => naive::Credentials::Include,
            },
            redirect: match init.redirect {
                RedirectMode::Follow => naive::Redirect::Follow,
                RedirectMode::Error => naive::Redirect::Error,
                RedirectMode::Manual => naive::Redirect::Manual,
            },
            api: naive::Api::Fetch,
        },
        ApiCall::XmlHttpRequest(xhr) => naive::FetchCall {
            at,
            origin,
            url: xhr.url.to_string(),
            method: xhr.method.to_string(),
            headers: owned(&xhr.headers),
            body: naive_body(xhr.body.as_ref()),
            referrer_policy: String::new(),
            mode: naive::Mode::Cors,
            credentials: if xhr.with_credentials {
                naive::Credentials::Include
            } else {
                naive::Credentials::SameOrigin
            },
            redirect: naive::Redirect::Follow,
            api: naive::Api::Xhr {
                listeners: xhr.upload_listeners,
            },
        },
    }
}

fn naive_body(body: Option<&BodyWithType<'_>>) -> naive::Body {
    match body.map(|body| &body.content_type) {
        None => naive::Body::None,
        Some(None) => naive::Body::Untyped,
        Some(Some(content_type)) => naive::Body::Typed(content_type.to_string()),
    }
}

fn naive_resource(resource: &Resource) -> naive::Resource {
    let answers = |answers: &Vec<ServerAnswer>| answers.iter().map(naive_answer).collect();
    naive::Resource {
        url: resource.url.to_string(),
        preflight: resource.preflight.as_ref().map(answers),
        response: answers(&resource.response),
    }
}

fn naive_answer(answer: &ServerAnswer) -> naive::Answer {
    match answer {
        ServerAnswer::ConnectionError => naive::Answer::NetworkError,
        ServerAnswer::Response(response) => naive::Answer::Response {
            status: response.status.as_u16(),
            headers: response
                .header_list
                .iter()
                .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
                .collect(),
        },
    }
}

/// Converts the library's outcome of one fetch to the type of the naive model.
pub fn in_naive_terms(outcome: &Outcome) -> naive::FetchOutcome {
    let record = OutcomeRecord::from(outcome);
    let requests = record.requests.into_iter().map(|request| naive::Sent {
        method: request.method.into_owned(),
        url: request.url.into_owned(),
        headers: owned(request.headers),
        credentials: request.credentials,
        preflight_reasons: request
            .preflight_reasons
            .map(|reasons| reasons.into_iter().map(Into::into).collect()),
    });
    let requests = requests.collect();
    let result = match &outcome.result {
        Err(error) => Err(naive::Failed {
            code: error.failure().code(),
            step: error.step(),
        }),
        Ok(response) => Ok(naive::Readable {
            kind: response.response_type().as_str(),
            status: response.status(),
            url: record.result.url.unwrap_or_default().into_owned(),
            redirected: response.redirected(),
            timing_allowed: response.timing_allow_passed(),
            headers: owned(record.result.headers.unwrap_or_default()),
        }),
    };
    naive::FetchOutcome { requests, result }
}

fn owned(
    headers: Vec<(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)>,
) -> Vec<(String, String)> {
    headers
        .into_iter()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// Returns the bytes as escaped text, for the message of a failed check.
pub fn show(bytes: &[u8]) -> String {
    isomorphic_decode(bytes).escape_default().to_string()
}
