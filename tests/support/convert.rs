//! Conversion of cases and outcomes of the library to the types of the naive model.

use fetch_cors::{
    api::BodyWithType,
    cases::{ApiCall, Case, CaseOutcome, FetchCall, Resource, ResultRecord, ServerAnswer},
    infrastructure::{
        header_list::HeaderList,
        request::{CredentialsMode, Mode, RedirectMode},
    },
    outcome::Outcome,
};

use super::naive;

/// Converts a case for [`naive::judge`].
pub fn case(case: &Case<'_>) -> naive::Case {
    naive::Case {
        fetches: case.fetches.iter().map(fetch).collect(),
        server: case.server.iter().map(resource).collect(),
    }
}

/// Converts an outcome, without the values that cause a failure.
pub fn outcome(outcome: &CaseOutcome<'_>) -> naive::Outcome {
    naive::Outcome {
        fetches: outcome.fetches.iter().map(fetch_outcome).collect(),
    }
}

fn fetch(fetch: &FetchCall<'_>) -> naive::FetchCall {
    let pairs = |pairs: &[(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)]| {
        let owned = pairs
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()));
        owned.collect()
    };
    let mut converted = naive::FetchCall {
        at: fetch.at,
        origin: fetch.origin.serialize().to_owned(),
        url: String::new(),
        method: String::new(),
        headers: Vec::new(),
        body: naive::Body::None,
        referrer_policy: String::new(),
        mode: naive::Mode::Cors,
        credentials: naive::Credentials::SameOrigin,
        redirect: naive::Redirect::Follow,
        api: naive::Api::Fetch,
    };
    match &fetch.call {
        ApiCall::Fetch(init) => {
            converted.url = init.url.to_string();
            converted.method = init.method.to_string();
            converted.headers = pairs(&init.headers);
            converted.body = body(init.body.as_ref());
            converted.referrer_policy = init.referrer_policy.as_str().to_owned();
            converted.mode = match init.mode {
                Mode::Cors => naive::Mode::Cors,
                Mode::NoCors => naive::Mode::NoCors,
                Mode::SameOrigin => naive::Mode::SameOrigin,
            };
            converted.credentials = match init.credentials {
                CredentialsMode::Omit => naive::Credentials::Omit,
                CredentialsMode::SameOrigin => naive::Credentials::SameOrigin,
                CredentialsMode::Include => naive::Credentials::Include,
            };
            converted.redirect = match init.redirect {
                RedirectMode::Follow => naive::Redirect::Follow,
                RedirectMode::Error => naive::Redirect::Error,
                RedirectMode::Manual => naive::Redirect::Manual,
            };
        }
        ApiCall::XmlHttpRequest(xhr) => {
            converted.url = xhr.url.to_string();
            converted.method = xhr.method.to_string();
            converted.headers = pairs(&xhr.headers);
            converted.body = body(xhr.body.as_ref());
            converted.api = naive::Api::Xhr {
                listeners: xhr.upload_listeners,
            };
            if xhr.with_credentials {
                converted.credentials = naive::Credentials::Include;
            }
        }
    }
    converted
}

fn body(body: Option<&BodyWithType<'_>>) -> naive::Body {
    match body.map(|body| &body.content_type) {
        None => naive::Body::None,
        Some(None) => naive::Body::Untyped,
        Some(Some(content_type)) => naive::Body::Typed(content_type.to_string()),
    }
}

fn resource(resource: &Resource) -> naive::Resource {
    let answers = |answers: &[ServerAnswer]| answers.iter().map(answer).collect::<Vec<_>>();
    naive::Resource {
        url: resource.url.to_string(),
        preflight: resource.preflight.as_deref().map(answers),
        response: answers(&resource.response),
    }
}

fn answer(answer: &ServerAnswer) -> naive::Answer {
    match answer {
        ServerAnswer::ConnectionError => naive::Answer::NetworkError,
        ServerAnswer::Response(response) => naive::Answer::Response {
            status: response.status.as_u16(),
            headers: headers(&response.header_list),
        },
    }
}

/// Converts a header list.
pub fn headers(header_list: &HeaderList) -> Vec<(String, Vec<u8>)> {
    let owned = header_list
        .iter()
        .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
    owned.collect()
}

fn fetch_outcome(outcome: &Outcome) -> naive::FetchOutcome {
    let requests = outcome.requests.iter().map(|request| naive::Sent {
        method: request.method.to_string(),
        url: request.url.clone(),
        headers: shown(&request.header_list),
        credentials: request.credentials == fetch_cors::fetching::Credentials::Included,
        preflight_reasons: request
            .preflight_reasons
            .as_ref()
            .map(|reasons| reasons.iter().map(ToString::to_string).collect()),
    });
    naive::FetchOutcome {
        requests: requests.collect(),
        result: match &outcome.result {
            Ok(response) => {
                let record = ResultRecord::from(response);
                Ok(naive::Readable {
                    kind: response.response_type().as_str(),
                    status: response.status(),
                    url: record.url.expect("a response has a URL").into_owned(),
                    redirected: response.redirected(),
                    timing_allowed: response.timing_allow_passed(),
                    headers: record
                        .headers
                        .expect("a response has headers")
                        .into_iter()
                        .map(|(name, value)| (name.into_owned(), value.into_owned()))
                        .collect(),
                })
            }
            Err(error) => Err(naive::Failed {
                code: error.failure().code(),
                step: error.step(),
            }),
        },
    }
}

fn shown(header_list: &HeaderList) -> Vec<(String, String)> {
    let decoded = headers(header_list)
        .into_iter()
        .map(|(name, value)| (name, value.iter().map(|byte| char::from(*byte)).collect()));
    decoded.collect()
}
