//! Finds the parts of a server that a check did not cover, and the reasons.

use alloc::{
    borrow::ToOwned,
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};

use http::Method;

use super::{
    config::{CheckConfig, is_safe},
    expectations::Expectations,
    limits::is_limited,
    probes::probe::{Plan, Probe},
    replay::{Answer, replay},
};
use crate::{
    cases::ExchangeError,
    conformance::test_handler::HANDLER_HEADER,
    explain::login_url::leads_to_login,
    fetching::HttpRequest,
    infrastructure::{
        forbidden::is_forbidden_response_header_name,
        header::HeaderName,
        request::CredentialsMode,
        response::{Response, ResponseType},
        safelist::is_cors_safelisted_response_header_name,
        url::{self, without_fragment_and_userinfo},
    },
    server::AllowList,
};

/// The maximum number of request ids in a text about requests without an answer.
const MAX_NAMED_IDS: usize = 6;

const HANDLERS: &str = "whether the middleware keeps the handler's `Vary`, and whether the handler gets OPTIONS requests that are not preflights: \
     to check this, put a test handler behind the middleware (`conformance::handler`)";
const HANDLERS_WITHOUT_CORS: &str = "whether the handler gets OPTIONS requests: to check this, answer the requests with a test handler (`conformance::handler`)";
const HANDLERS_WITHOUT_PAGE: &str = "whether the handler gets OPTIONS requests that are not preflights: \
     to check this, put a test handler behind the middleware (`conformance::handler`)";
const ERRORS: &str = "to check them, give a URL that the server answers with an error (`CheckConfig::error_url`, `--error-url`)";
const UNSAFE_METHODS: &str =
    "to check them, send these requests too, to a test instance (`--unsafe-methods`)";
const PAGES: &str = "everything that the policy allows, because no page of an allowed origin can send a cross-origin request to this URL \
     (every allowed origin is the server's own origin or is not a web origin): list the origins of the pages in the policy, or use a URL of another origin";
const SILENT_ERROR_URL: &str = "no request to the error URL gets a response: is the URL right?";
const TIMES: &str = "whether the time to answer a long preflight grows faster than its length: \
     to check this, record the `seconds` of each exchange";
const ANY_EXPOSED: &str = "the exposed headers, because no readable response has a header that needs to be exposed: \
     to check them, use a URL whose response has such a header";

const LOGIN: &str = "does the URL need a login? Send the credentials of a test user, such as `Authorization: Bearer …`, with every request except OPTIONS";

/// The methods that a check covers if the policy permits any method.
const COMMON_METHODS: [&str; 3] = ["PUT", "PATCH", "DELETE"];

/// The parts of a server about which a check got answers.
#[derive(Debug, Clone)]
pub(super) struct Coverage {
    url: String,
    error_url: Option<String>,
    has_page: bool,
    /// Whether the policy allows at least one origin.
    has_origins: bool,
    /// Whether the policy denies at least one origin.
    denies_origins: bool,
    /// Whether the check sends a preflight, but leaves out the request after the preflight.
    has_left_out_preflights: bool,
    options_responses: usize,
    /// Whether only OPTIONS requests got an error instead of a response.
    is_only_options_without_response: bool,
    /// The permitted methods. Each method has the statuses of the responses to pages of allowed origins. Responses to
    /// requests with `Cookie` or `Authorization` do not count.
    methods: Vec<(String, Vec<u16>)>,
    /// The methods for which a request with `Cookie` or `Authorization` got a status from 200 to 299.
    methods_with_login: Vec<String>,
    /// The exposed header names that are not in any readable response.
    unseen_names: Vec<String>,
    /// Whether the policy exposes all headers, but no readable response has a header that needs to be exposed (see
    /// [`needs_exposing`]).
    is_any_name_unseen: bool,
    /// The number of responses for each status at the URL of the check. Responses to OPTIONS requests do not count.
    statuses: BTreeMap<u16, usize>,
    /// The first `Location` in a response at the URL of the check.
    location: Option<String>,
    /// The first `Allow` in a response at the URL of the check.
    allow: Option<String>,
    /// The number of connection errors, and the number of timeouts.
    errors: [usize; 2],
    responses: usize,
    /// The number of requests to the error URL that got an error instead of a response.
    failed_at_error_url: usize,
    /// Whether a request to the error URL got a response.
    has_error_response: bool,
    /// The status of the first response at the error URL. Responses to OPTIONS requests do not count.
    error_status: Option<u16>,
    has_handler: bool,
    /// Whether the time of any request is known.
    pub(super) has_times: bool,
    /// Whether the check sends requests with methods that can change data.
    pub(super) sends_unsafe_methods: bool,
    /// Whether the check left out a request with a method that can change data.
    has_left_out: bool,
    /// The ids of the requests without an answer.
    pub(super) unanswered: Vec<String>,
    /// The ids of the requests that got an error instead of a response.
    pub(super) failed: Vec<String>,
    /// The ids of the requests that the server refused because there were too many requests.
    pub(super) limited: Vec<String>,
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
            url: without_fragment_and_userinfo(config.url()),
            error_url: config.error_url.as_ref().map(without_fragment_and_userinfo),
            has_page: expectations.page(config.url()).is_some(),
            has_origins: spec.origins.is_any() || !spec.origins.entries().is_empty(),
            denies_origins: !spec.origins.is_any(),
            has_left_out_preflights: false,
            options_responses: 0,
            is_only_options_without_response: true,
            methods,
            methods_with_login: Vec::new(),
            unseen_names: exposed.map(|name| name.to_ascii_lowercase()).collect(),
            is_any_name_unseen: spec.expose_headers.is_any(),
            statuses: BTreeMap::new(),
            location: None,
            allow: None,
            errors: [0, 0],
            responses: 0,
            failed_at_error_url: 0,
            has_error_response: false,
            error_status: None,
            has_handler: false,
            has_times: false,
            sends_unsafe_methods: config.unsafe_methods,
            has_left_out: false,
            unanswered: Vec::new(),
            failed: Vec::new(),
            limited: Vec::new(),
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
                    if is_limited(response) {
                        self.limited.push(line.id.clone());
                    }
                    self.insert_response(&line.request, response);
                }
            }
        }
        if let Plan::Fetch(request) = &probe.plan
            && let Some((line, Some(Ok(response)))) =
                probe.requests().iter().zip(answers).next_back()
            && without_fragment_and_userinfo(&line.request.url) == self.url
        {
            let page = request.origin.serialize();
            if expectations.lets_read(page, false) {
                let method = request.method.as_str();
                let mut methods = self.methods.iter_mut();
                let has_login = ["cookie", "authorization"]
                    .into_iter()
                    .any(|name| line.request.header_list.contains(name));
                let status = response.status.as_u16();
                if has_login && is_success(status) {
                    self.methods_with_login.push(method.to_owned());
                } else if let Some((_, statuses)) = methods.find(|(known, _)| known == method)
                    && !has_login
                {
                    statuses.push(status);
                }
            }
            let result = replay(request, CredentialsMode::SameOrigin, answers).result;
            if let Some(Ok(read)) = result
                && read.response_type() == ResponseType::Cors
            {
                self.insert_readable(response);
            }
        }
    }

    /// Records the ids of requests that the server refused with the status 503, because it is not available or limits the
    /// number of requests.
    pub(super) fn insert_unavailable(&mut self, ids: &BTreeSet<String>) {
        self.limited.extend(ids.iter().cloned());
    }

    fn insert_response(&mut self, request: &HttpRequest, response: &Response) {
        let status = response.status.as_u16();
        self.responses += 1;
        self.options_responses += usize::from(request.method == Method::OPTIONS);
        let url = without_fragment_and_userinfo(&request.url);
        if url == self.url && request.method != Method::OPTIONS {
            *self.statuses.entry(status).or_default() += 1;
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

    /// Returns the error URL if all requests to it failed, but other requests got responses. The probable reason is a
    /// mistake in the error URL.
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

    /// Whether a response at the URL of the check has a status from 200 to 299.
    pub(super) fn has_success(&self) -> bool {
        self.statuses.keys().any(|status| is_success(*status))
    }

    /// Returns the parts of the server that were not checked, the most important part first.
    pub(super) fn unchecked(&self) -> Vec<String> {
        let mut unchecked = Vec::new();
        if self.has_origins && !self.has_page {
            unchecked.push(PAGES.to_string());
        }
        for (ids, lack, advice) in [
            (
                &self.unanswered,
                "an exchange",
                "to check them, send every request and record its response or its error",
            ),
            (
                &self.failed,
                "a response",
                if self.failed.len() == self.failed_at_error_url {
                    SILENT_ERROR_URL
                } else if self.drops_options() {
                    "every OPTIONS request fails, so allow OPTIONS in the firewall or the proxy in front of the server, and send these requests again"
                } else {
                    "the connection failed or timed out, so send these requests again"
                },
            ),
        ] {
            if !ids.is_empty() {
                let rest = if ids.len() > MAX_NAMED_IDS {
                    ", …"
                } else {
                    ""
                };
                let named = ids.get(..MAX_NAMED_IDS).unwrap_or(ids).join(", ");
                let requests = counted(ids.len(), "request");
                unchecked.push(format!(
                    "{requests} without {lack} ({named}{rest}): {advice}"
                ));
            }
        }
        if !self.limited.is_empty() {
            let refused = self.limited.len();
            let requests = counted(self.responses, "request");
            unchecked.push(format!(
                "{refused} of {requests} (refused with the status 429 or 503), because the server limits the number of requests or is not available: \
                 raise the limit for the test, or send the requests more slowly"
            ));
        }
        if self.has_left_out {
            let to = self.checked_origins();
            let preflights = if self.has_left_out_preflights {
                "; without this option, only the preflights of these requests are checked"
            } else {
                ""
            };
            unchecked.push(format!(
                "responses to POST, PUT, PATCH, DELETE and other methods that can change data, {to}: {UNSAFE_METHODS}{preflights}"
            ));
        }
        if self.has_success() {
            unchecked.extend(self.unchecked_methods());
        } else {
            unchecked.push(self.unchecked_url());
        }
        let unseen = self.unseen_names.iter().filter(|_| self.has_page);
        let unseen = unseen.map(|name| {
            format!(
                "the exposed header `{name}`, because no response that a page can read has this header: use a URL whose response has it"
            )
        });
        unchecked.extend(unseen);
        if self.is_any_name_unseen && self.has_page {
            unchecked.push(ANY_EXPOSED.to_string());
        }
        if !self.has_handler {
            let handlers = match (self.has_origins, self.has_page) {
                (false, _) => HANDLERS_WITHOUT_CORS,
                (true, false) => HANDLERS_WITHOUT_PAGE,
                (true, true) => HANDLERS,
            };
            unchecked.push(handlers.to_string());
        }
        match self.error_status {
            _ if self.error_url.is_none() => {
                let to = self.checked_origins();
                unchecked.push(format!("the CORS headers of error responses, {to}: {ERRORS}"));
            }
            Some(status) if status < 400 => unchecked.push(format!(
                "the CORS headers of error responses, because the status at the error URL is {status}, which is not an error: \
                 to check them, use an error URL whose status is 400 or higher"
            )),
            Some(_) => {}
            None if self.silent_error_url().is_some() => unchecked.push(format!(
                "the CORS headers of error responses, because {SILENT_ERROR_URL}"
            )),
            None => unchecked.push(
                "the CORS headers of error responses, because no recorded response is from the error URL"
                    .to_string(),
            ),
        }
        if self.has_page && !self.has_times {
            unchecked.push(TIMES.to_string());
        }
        unchecked
    }

    /// Returns, as a part of a message, the kinds of origins from which the check sends requests.
    const fn checked_origins(&self) -> &'static str {
        match (self.has_page, self.denies_origins) {
            (true, true) => "to allowed and to denied origins",
            (true, false) => "to allowed origins",
            (false, _) => "to denied origins",
        }
    }

    /// Whether every OPTIONS request got an error, and no other request got an error.
    const fn drops_options(&self) -> bool {
        self.is_only_options_without_response && self.options_responses == 0 && self.responses > 0
    }

    /// Returns the reason why the check could not judge the server: no request got a response, or no response at the
    /// URL of the check has a status from 200 to 299. Returns `None` if neither is true, or if the check has no
    /// answers.
    pub(super) fn unjudged(&self) -> Option<String> {
        let url = &self.url;
        let [network, timeout] = self.errors;
        if self.responses == 0 && network + timeout > 0 {
            let reason = if network >= timeout {
                "the connection fails"
            } else {
                "the server does not answer in time"
            };
            return Some(format!(
                "no request to {url} gets a response, because {reason}: is the server running?"
            ));
        }
        if self.has_success() || self.statuses.is_empty() {
            return None;
        }
        let (seen, question) = (self.seen(), self.question());
        Some(format!(
            "no response from {url} has a status from 200 to 299{seen}: {question}"
        ))
    }

    /// Returns the most frequent status at the URL of the check, and its number of responses.
    fn most_frequent(&self) -> Option<(u16, usize)> {
        let counts = self.statuses.iter();
        let most_frequent = counts.max_by_key(|(_, count)| **count);
        most_frequent.map(|(status, count)| (*status, *count))
    }

    fn seen(&self) -> String {
        self.most_frequent()
            .map_or_else(String::new, |(status, count)| {
                let total = self.statuses.values().sum();
                format!(
                    " (the status is {status} in {count} of {})",
                    counted(total, "response")
                )
            })
    }

    /// Returns a question about the most frequent status, with advice for the user.
    fn question(&self) -> String {
        let question = match self.most_frequent().map(|(status, _)| status) {
            Some(401 | 403) => LOGIN,
            Some(404 | 410) => "is the path right?",
            Some(405 | 501) => {
                return format!(
                    "does the URL answer GET? Use a URL that answers GET{}",
                    self.other_methods()
                );
            }
            Some(429) => {
                "does the server limit the number of requests? Raise the limit for the test"
            }
            Some(500..) => "the server fails: look for the reason in its log",
            Some(304) => {
                "does a cache in front of the server answer? Send the requests to the server itself, without `If-None-Match` and `If-Modified-Since`"
            }
            Some(300..=399) => return self.question_about_redirects(),
            _ => "use a URL that the server answers with a status from 200 to 299",
        };
        question.to_string()
    }

    /// Returns the question about redirects. If the target of the redirect is on another host or looks like a login
    /// page, the text does not ask the user to test the target.
    fn question_about_redirects(&self) -> String {
        let to = self.location.as_deref();
        let named = to.map_or_else(String::new, |to| format!(" (`{}`)", to.escape_debug()));
        let from = ::url::Url::parse(&self.url).ok();
        let target = from.as_ref().zip(to);
        let target = target.and_then(|(from, to)| Some((from, url::parse(to, from)?)));
        match target {
            Some((from, to)) if leads_to_login(from, &to) => {
                format!("{LOGIN}, because the server redirects to a login page{named}")
            }
            Some((from, to)) if from.host_str() != to.host_str() => format!(
                "does the server redirect every request to another host{named}? \
                 If the URL needs a login, send the credentials of a test user with every request except OPTIONS; \
                 otherwise, test a URL that the server answers itself"
            ),
            _ => format!(
                "does the server redirect every request? Test the URL to which it redirects{named}"
            ),
        }
    }

    /// Returns the end of the question about the status 405 or 501. If the first `Allow` lists methods that can change
    /// data, the text mentions these methods and the option `--unsafe-methods`.
    fn other_methods(&self) -> String {
        let allow = self.allow.as_deref().unwrap_or_default();
        let methods = allow.split(',').map(str::trim);
        let is_unsafe = |method: &&str| {
            Method::from_bytes(method.as_bytes()).is_ok_and(|method| !is_safe(&method))
        };
        let methods: Vec<&str> = methods.filter(is_unsafe).collect();
        if methods.is_empty() || self.sends_unsafe_methods {
            return String::new();
        }
        format!(
            ", or use `--unsafe-methods`, which also sends {} to the URL",
            methods.join(", ").escape_debug()
        )
    }

    fn unchecked_url(&self) -> String {
        let (seen, question) = (self.seen(), self.question());
        format!(
            "the responses of this URL, because no response has a status from 200 to 299{seen}: {question}"
        )
    }

    fn unchecked_methods(&self) -> Vec<String> {
        let is_left_out = |method: &str| {
            let method = Method::from_bytes(method.as_bytes());
            !self.sends_unsafe_methods && method.is_ok_and(|method| !is_safe(&method))
        };
        let methods = self.methods.iter().filter(|(method, statuses)| {
            self.has_page
                && !is_left_out(method)
                && !statuses.iter().any(|status| is_success(*status))
        });
        let lines = methods.map(|(method, statuses)| {
            let reason = statuses.first().map_or_else(
                || String::from("there is no response to a page of an allowed origin"),
                |status| format!("no response has a status from 200 to 299 (one has {status})"),
            );
            let needs_login = self.methods_with_login.contains(method)
                || statuses
                    .first()
                    .is_some_and(|status| matches!(status, 401 | 403));
            let advice = if needs_login {
                LOGIN
            } else {
                "to check them, use a URL that answers this method"
            };
            let without = if self.methods_with_login.contains(method) {
                " without `Cookie` and `Authorization`"
            } else {
                ""
            };
            format!("the responses to the method `{method}`{without}, because {reason}: {advice}")
        });
        lines.collect()
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
