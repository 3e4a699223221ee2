//! Generates a request of a script together with the answer of a server.

use std::time::Duration;

use arbitrary::Arbitrary;
use fetch_cors::{
    cases::{FetchCall, ServerAnswer},
    conformance::CaseLine,
    fetching::cors_preflight_fetch::cors_preflight_request,
    infrastructure::{
        header::HeaderValue,
        header_list::HeaderList,
        request::{CredentialsMode, Request, ResponseTainting},
        response::Response,
    },
    url::Url,
};

use crate::{
    browser::{Call, Place},
    naive,
    servers::Answer,
};

/// A request and its answer: unusual values, or the first request and answer of a generated case.
#[derive(Debug, Clone, Arbitrary)]
pub enum Exchange {
    Odd {
        call: Call,
        redirects: Vec<Place>,
        answer: Box<Answer>,
    },
    Generated(CaseLine),
}

impl Exchange {
    /// Returns request and response, or `None` if the API refuses the request or the connection fails.
    pub fn concrete(&self, is_preflight: bool) -> Option<(Request, Response)> {
        match self {
            Self::Odd {
                call,
                redirects,
                answer,
            } => {
                let mut request = request_of(call.after(Duration::ZERO))?;
                for place in redirects.iter().take(3) {
                    request.append_url(place.url().parse().ok()?);
                }
                let answer = answer.to(&cors_preflight_request(&request));
                Some((request, response_of(&answer)?))
            }
            Self::Generated(CaseLine(case)) => {
                let request = request_of(case.fetches.first()?.clone())?;
                // The first resource is the target of the first fetch.
                let resource = case.server.first()?;
                let answers = match &resource.preflight {
                    Some(answers) if is_preflight => answers,
                    _ => &resource.response,
                };
                Some((request, response_of(answers.first()?)?))
            }
        }
    }
}

fn request_of(call: FetchCall<'static>) -> Option<Request> {
    let mut request = call.call.into_request(call.origin).ok()?;
    if !request.header_list.contains("accept") {
        let name = "accept".parse().expect("valid header name");
        let any = HeaderValue::new(b"*/*").expect("valid header value");
        request.header_list.append(name, any);
    }
    request.response_tainting = ResponseTainting::Cors;
    Some(request)
}

fn response_of(answer: &ServerAnswer) -> Option<Response> {
    match answer {
        ServerAnswer::Response(response) => Some(response.clone()),
        ServerAnswer::ConnectionError => None,
    }
}

/// Converts the request for the naive model.
pub fn naive_request(request: &Request) -> naive::fetch::Request {
    naive::fetch::Request {
        origin: request.origin.serialize().to_owned(),
        method: request.method.to_string(),
        urls: request.url_list().cloned().collect(),
        headers: pairs(&request.header_list),
        author_names: Vec::new(),
        referrer_policy: request.referrer_policy.as_str().to_owned(),
        mode: naive::Mode::Cors,
        credentials: match request.credentials_mode {
            CredentialsMode::Omit => naive::Credentials::Omit,
            CredentialsMode::SameOrigin => naive::Credentials::SameOrigin,
            CredentialsMode::Include => naive::Credentials::Include,
        },
        redirect: naive::Redirect::Follow,
        redirect_count: 0,
        use_cors_preflight: request.use_cors_preflight_flag,
        tainting: naive::fetch::Tainting::Cors,
        timing_denied: request.timing_allow_failed_flag,
    }
}

/// Returns a server of the naive model at `url` that answers every request with `response`.
pub fn naive_server(url: &Url, response: &Response) -> naive::Resource {
    naive::Resource {
        url: url.to_string(),
        preflight: None,
        response: vec![naive::Answer::Response {
            status: response.status.as_u16(),
            headers: pairs(&response.header_list),
        }],
    }
}

/// Converts the headers for the naive model.
pub fn pairs(header_list: &HeaderList) -> Vec<(String, Vec<u8>)> {
    header_list
        .iter()
        .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
        .collect()
}
