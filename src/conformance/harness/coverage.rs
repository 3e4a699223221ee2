//! Counts the answers of a server, to find the parts of the server that a check did not cover.

mod refused_logins;
mod unchecked;
mod unjudged;

use alloc::{
    borrow::ToOwned,
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};

use http::{Method, StatusCode};

use self::refused_logins::LoginAnswers;
use super::{
    config::{CheckConfig, is_safe},
    expectations::Expectations,
    interface::Interface,
    judge::requests::origin_kind,
    limits::is_limited,
    probes::probe::{Plan, Probe, is_credentialed},
    replay::{Answer, replay},
    report::request_kind::OriginKind,
};
use crate::{
    cases::ExchangeError,
    conformance::test_handler::HANDLER_HEADER,
    fetching::HttpRequest,
    infrastructure::{
        forbidden::is_forbidden_response_header_name,
        header::HeaderName,
        request::CredentialsMode,
        response::{Response, ResponseType},
        safelist::is_cors_safelisted_response_header_name,
        url::without_fragment_and_userinfo,
    },
    server::AllowList,
};

/// Returns the question about a server that seems to need a login, with the advice for this interface.
fn login_question(interface: Interface) -> String {
    format!(
        "does the URL need a login? If so, {}",
        interface.send_login()
    )
}

/// Returns advice for the user about an error status. Returns `None` if there is no advice for the status.
fn hint(interface: Interface, status: u16) -> Option<String> {
    let text = match status {
        401 | 403 => return Some(login_question(interface)),
        400 | 411 | 415 | 422 => {
            return Some(format!(
                "does the URL need parameters, or a body with its `Content-Type`? {}, or use a URL that the server answers with a status from 200 to 299",
                interface.send_body()
            ));
        }
        404 | 410 => "is the path right?",
        429 => {
            return Some(format!(
                "does the server limit the number of requests? If so, {}",
                interface.avoid_limit()
            ));
        }
        // The server does not implement the method.
        501 => return None,
        500.. => "the server fails: look for the reason in its log",
        _ => return None,
    };
    Some(String::from(text))
}

/// The methods that a check covers if the policy permits every method.
const COMMON_METHODS: [&str; 3] = ["PUT", "PATCH", "DELETE"];

/// The parts of a server about which a check got answers.
#[derive(Debug, Clone)]
pub(super) struct Coverage {
    interface: Interface,
    url: String,
    error_url: Option<String>,
    has_page: bool,
    /// Whether the policy allows at least one origin.
    has_origins: bool,
    /// Whether the policy denies at least one origin.
    denies_origins: bool,
    /// The number of entries of the policy's list of origins.
    listed_origins: usize,
    /// Whether a request that was left out has a preflight. The check sends this preflight.
    has_left_out_preflights: bool,
    options_responses: usize,
    /// Whether only OPTIONS requests got an error instead of a response.
    is_only_options_without_response: bool,
    /// For each permitted method: the statuses of the responses to pages of allowed origins. Responses to requests with
    /// `Cookie` or `Authorization` do not count.
    methods: Vec<(String, Vec<u16>)>,
    /// The methods for which a request with `Cookie` or `Authorization` got a status from 200 to 299.
    methods_with_login: Vec<String>,
    login_answers: LoginAnswers,
    /// The exposed header names that no readable response has.
    unseen_names: Vec<String>,
    /// Whether the policy exposes all headers, but no readable response has a header that needs to be exposed (see
    /// [`needs_exposing`]).
    is_any_name_unseen: bool,
    /// The number of responses for each status at the URL of the check. Responses to OPTIONS requests do not count.
    statuses: BTreeMap<u16, usize>,
    /// Same as `statuses`, for the responses to pages of allowed origins only. Pages with an unusual origin do not count.
    statuses_of_pages: BTreeMap<u16, usize>,
    /// The number of responses for each status to requests of allowed origins, preflights included.
    statuses_of_allowed: BTreeMap<u16, usize>,
    /// For each page of the policy's list: the number of responses for each status. Responses to OPTIONS requests do not count.
    statuses_by_page: BTreeMap<String, BTreeMap<u16, usize>>,
    /// Whether a response at the URL of the check has `ETag` or `Last-Modified`. Responses to OPTIONS requests do not count.
    has_validator: bool,
    /// The first `Location` in a response at the URL of the check.
    location: Option<String>,
    /// The first `Allow` in a response at the URL of the check.
    allow: Option<String>,
    /// The number of connection errors, and the number of timeouts.
    errors: [usize; 2],
    responses: usize,
    /// The number of requests to the error URL that got an error instead of a response.
    failed_at_error_url: usize,
    /// The origins of the sent requests that the policy denies.
    pub(super) denied_origins: BTreeSet<Vec<u8>>,
    /// Whether a request to the error URL got a response.
    has_error_response: bool,
    /// The status of the first response at the error URL. Responses to OPTIONS requests do not count.
    error_status: Option<u16>,
    has_handler: bool,
    /// Whether the time of at least one request is known.
    pub(super) has_times: bool,
    /// Whether the check sends requests with methods that can change data.
    pub(super) sends_unsafe_methods: bool,
    /// Whether the check left out a request with a method that can change data.
    has_left_out: bool,
    /// The ids of the requests without an answer.
    pub(super) unanswered: Vec<String>,
    /// The ids of the requests that got an error instead of a response.
    pub(super) failed: Vec<String>,
    /// The minimum length of a header value that gets no response, if only the length is the reason.
    pub(super) silent_length: Option<usize>,
    /// Whether only long preflights get no response, because the server does not answer them in time.
    pub(super) has_stalled_preflights: bool,
    /// The ids of the requests that the server refused because there were too many requests.
    pub(super) limited: Vec<String>,
    /// Whether such a response has the status 429.
    has_too_many_requests: bool,
    /// Whether such a response has the status 503.
    pub(super) has_unavailable: bool,
    /// Whether such a response is to a request of an allowed origin, or to a request without `Origin`.
    limits_others: bool,
}

impl Coverage {
    pub(super) fn new(expectations: &Expectations, config: &CheckConfig) -> Self {
        let spec = &expectations.spec;
        let more: Vec<&str> = match &spec.methods {
            AllowList::Any => COMMON_METHODS.into(),
            AllowList::Only(listed) => listed.iter().map(String::as_str).collect(),
        };
        let mut methods: Vec<(String, Vec<u16>)> = Vec::new();
        for method in ["GET", "HEAD", "POST"].into_iter().chain(more) {
            if methods.iter().all(|(known, _)| known != method) {
                methods.push((method.to_owned(), Vec::new()));
            }
        }
        let exposed = spec.expose_headers.entries().iter();
        Self {
            interface: config.interface,
            url: without_fragment_and_userinfo(config.url()),
            error_url: config.error_url.as_ref().map(without_fragment_and_userinfo),
            has_page: expectations.page(config.url()).is_some(),
            has_origins: spec.origins.is_any() || !spec.origins.entries().is_empty(),
            denies_origins: !spec.origins.is_any(),
            listed_origins: spec.origins.entries().len(),
            has_left_out_preflights: false,
            options_responses: 0,
            is_only_options_without_response: true,
            methods,
            methods_with_login: Vec::new(),
            login_answers: LoginAnswers::default(),
            unseen_names: exposed.map(|name| name.to_ascii_lowercase()).collect(),
            is_any_name_unseen: spec.expose_headers.is_any(),
            statuses: BTreeMap::new(),
            statuses_of_pages: BTreeMap::new(),
            statuses_of_allowed: BTreeMap::new(),
            statuses_by_page: BTreeMap::new(),
            has_validator: false,
            location: None,
            allow: None,
            errors: [0, 0],
            responses: 0,
            failed_at_error_url: 0,
            denied_origins: BTreeSet::new(),
            has_error_response: false,
            error_status: None,
            has_handler: false,
            has_times: false,
            sends_unsafe_methods: config.unsafe_methods,
            has_left_out: false,
            unanswered: Vec::new(),
            failed: Vec::new(),
            silent_length: None,
            has_stalled_preflights: false,
            limited: Vec::new(),
            has_too_many_requests: false,
            has_unavailable: false,
            limits_others: false,
        }
    }

    /// Adds the answers to the requests of a probe.
    pub(super) fn insert(
        &mut self,
        expectations: &Expectations,
        probe: &Probe,
        answers: &[Answer],
    ) {
        for (line, answer) in probe.requests().iter().zip(answers) {
            match answer {
                None if !self.sends_unsafe_methods && !is_safe(&line.request.method) => {
                    self.has_left_out = true;
                    self.has_left_out_preflights |= probe.requests().len() > 1;
                }
                None => self.unanswered.push(line.id.clone()),
                Some(Err(error)) => {
                    self.failed.push(line.id.clone());
                    let url = without_fragment_and_userinfo(&line.request.url);
                    self.failed_at_error_url += usize::from(self.is_only_error_url(&url));
                    self.is_only_options_without_response &= line.request.method == Method::OPTIONS;
                    let [network, timeout] = &mut self.errors;
                    match error {
                        ExchangeError::Network => *network += 1,
                        ExchangeError::Timeout => *timeout += 1,
                    }
                }
                Some(Ok(response)) => {
                    let origin_kind = origin_kind(expectations, &line.request);
                    if is_limited(response) {
                        self.limited.push(line.id.clone());
                        self.limits_others |=
                            matches!(origin_kind, OriginKind::Allowed | OriginKind::Missing);
                        let is_429 = response.status == StatusCode::TOO_MANY_REQUESTS;
                        self.has_too_many_requests |= is_429;
                        self.has_unavailable |= !is_429;
                    }
                    if origin_kind == OriginKind::Allowed {
                        let status = response.status.as_u16();
                        *self.statuses_of_allowed.entry(status).or_default() += 1;
                    }
                    self.insert_response(&line.request, response);
                }
            }
        }
        let (Plan::Fetch(request) | Plan::Credentialed(request)) = &probe.plan else {
            return;
        };
        let last = probe.requests().iter().zip(answers).next_back();
        let Some((line, Some(Ok(response)))) = last else {
            return;
        };
        if without_fragment_and_userinfo(&line.request.url) != self.url {
            return;
        }
        let page = request.origin.serialize();
        let is_only_with_credentials = matches!(probe.plan, Plan::Credentialed(_));
        // A server may deny a page with an unusual origin, so a success of such a page does not count.
        if expectations.lets_read(page, false) && expectations.is_listed_or_usual(&request.origin) {
            let status = response.status.as_u16();
            if line.request.method != Method::OPTIONS {
                *self.statuses_of_pages.entry(status).or_default() += 1;
                if expectations.is_page(page) {
                    let statuses = self.statuses_by_page.entry(page.to_owned()).or_default();
                    *statuses.entry(status).or_default() += 1;
                }
            }
            self.insert_status(&line.request, status);
        }
        if !is_only_with_credentials {
            let result = replay(request, CredentialsMode::SameOrigin, answers).result;
            if let Some(Ok(read)) = result
                && read.response_type() == ResponseType::Cors
            {
                self.insert_readable(response);
            }
        }
    }

    /// Forgets the answers that show the methods and the logins that the server accepts. `judged` has these answers without the
    /// answers after a stop.
    pub(super) fn forget_after_stop(&mut self, judged: Self) {
        self.methods = judged.methods;
        self.methods_with_login = judged.methods_with_login;
        self.login_answers = judged.login_answers;
    }

    /// Adds the status of a response to a page of an allowed origin.
    fn insert_status(&mut self, request: &HttpRequest, status: u16) {
        let method = request.method.as_str();
        let mut methods = self.methods.iter_mut();
        let has_login = is_credentialed(request);
        if has_login && is_success(status) {
            self.methods_with_login.push(method.to_owned());
        } else if let Some((_, statuses)) = methods.find(|(known, _)| known == method)
            && !has_login
        {
            statuses.push(status);
        }
    }

    /// Adds the origins of the requests of a probe that the policy denies. Requests without an exchange do not count.
    pub(super) fn insert_denied_origins(
        &mut self,
        expectations: &Expectations,
        probe: &Probe,
        answers: &[Answer],
    ) {
        let lines = probe.requests().iter().zip(answers);
        let sent = lines.filter(|(_, answer)| answer.is_some());
        let denied =
            sent.filter(|(line, _)| origin_kind(expectations, &line.request) == OriginKind::Denied);
        let origins = denied.filter_map(|(line, _)| line.request.header_list.get("origin"));
        self.denied_origins.extend(origins.map(Vec::from));
    }

    fn insert_response(&mut self, request: &HttpRequest, response: &Response) {
        let status = response.status.as_u16();
        self.responses += 1;
        self.login_answers.insert(request, response);
        self.options_responses += usize::from(request.method == Method::OPTIONS);
        let url = without_fragment_and_userinfo(&request.url);
        if url == self.url && request.method != Method::OPTIONS {
            *self.statuses.entry(status).or_default() += 1;
            let mut validators = ["etag", "last-modified"].into_iter();
            self.has_validator |= validators.any(|name| response.header_list.contains(name));
            for (known, name) in [(&mut self.location, "location"), (&mut self.allow, "allow")] {
                if known.is_none() {
                    let value = response.header_list.get(name);
                    *known = value.map(|value| String::from_utf8_lossy(&value).into_owned());
                }
            }
        }
        self.has_error_response |= self.is_only_error_url(&url);
        if Some(&url) == self.error_url.as_ref() && request.method != Method::OPTIONS {
            // Only the first response at the error URL counts. If the policy allows an origin, the first request to
            // this URL comes from an allowed origin.
            self.error_status.get_or_insert(status);
        }
        self.has_handler |= response.header_list.contains(HANDLER_HEADER);
    }

    /// Whether `url` is the error URL, and not also the URL of the check.
    fn is_only_error_url(&self, url: &str) -> bool {
        self.error_url.as_deref() == Some(url) && url != self.url
    }

    /// Returns the error URL if all requests to this URL failed, but other requests got responses. The probable reason
    /// is a mistake in the error URL.
    pub(super) fn silent_error_url(&self) -> Option<&str> {
        let is_silent =
            self.responses > 0 && self.failed_at_error_url > 0 && !self.has_error_response;
        self.error_url.as_deref().filter(|_| is_silent)
    }

    fn insert_readable(&mut self, response: &Response) {
        let has = |name: &str| response.header_list.contains(name);
        self.unseen_names.retain(|name| !has(name));
        let mut names = response.header_list.iter().map(|(name, _)| name);
        self.is_any_name_unseen &= !names.any(needs_exposing);
    }

    /// Whether a response at the URL of the check has a status from 200 to 299, and the response is to a page of an allowed
    /// origin. If the policy allows no page, the response can be to any request.
    pub(super) fn has_success(&self) -> bool {
        self.counted_statuses()
            .keys()
            .any(|status| is_success(*status))
    }

    /// Returns the statuses that show whether the URL answers. If only the responses to pages of allowed origins lack a status
    /// from 200 to 299, these are the statuses of such responses. Otherwise, these are the statuses of all responses.
    fn counted_statuses(&self) -> &BTreeMap<u16, usize> {
        if self.fails_only_for_pages() {
            &self.statuses_of_pages
        } else {
            &self.statuses
        }
    }

    /// Whether responses have a status from 200 to 299, but no response to a page of an allowed origin does.
    fn fails_only_for_pages(&self) -> bool {
        let has_success =
            |statuses: &BTreeMap<u16, usize>| statuses.keys().any(|status| is_success(*status));
        !self.statuses_of_pages.is_empty()
            && has_success(&self.statuses)
            && !has_success(&self.statuses_of_pages)
    }

    /// Returns the responses without a status from 200 to 299, as a part of a message.
    fn responses_without_success(&self) -> &'static str {
        if self.fails_only_for_pages() {
            "no response to a page of an allowed origin has a status from 200 to 299"
        } else {
            "no response has a status from 200 to 299"
        }
    }
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// Whether a response must expose the header so that a page can read it.
fn needs_exposing(name: &HeaderName) -> bool {
    !name.as_str().starts_with("access-control-")
        && !is_forbidden_response_header_name(name.as_bytes())
        && !is_cors_safelisted_response_header_name(name, &[])
}

/// Returns the number with its noun: `1 request`, `2 requests`, `2 fetches`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    let ending = match count {
        1 => "",
        _ if noun.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{count} {noun}{ending}")
}
