//! What is wrong with the answers to one probe.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::response::{judge_alone, what_is_read};
use crate::conformance::harness::{
    expectations::Terms,
    probes::probe::{Plan, Probe},
    replay::{Answer, Replay, replay},
    report::{finding::Finding, severity::Severity},
};
use crate::{
    Failure, FetchError,
    cases::Exchange,
    conformance::{advice::mend, laws::server::fetches::what_is_read_is_exposed},
    infrastructure::{
        header::HeaderName,
        request::{CredentialsMode, Request},
        response::ResponseType,
        safelist::cors_unsafe_request_header_names,
    },
};

pub(crate) fn judge(terms: &Terms, probe: &Probe, answers: &[Answer]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut exchanges = Vec::new();
    for (line, answer) in probe.requests().iter().zip(answers) {
        match answer {
            Some(Ok(response)) => exchanges.push(Exchange {
                id: line.id.clone(),
                request: line.request.clone(),
                response: response.clone(),
            }),
            Some(Err(_)) => found.push(Finding {
                law: "every_request_is_answered",
                severity: Severity::Broken,
                probe: probe.name.clone(),
                message: String::from("the request gets no response: answer whatever is asked"),
                exchanges: Vec::new(),
                unanswered: Some(line.clone()),
                error: None,
                detail: String::new(),
                advice: "",
            }),
            None => {}
        }
    }
    for exchange in &exchanges {
        found.extend(judge_alone(terms, probe, exchange));
    }
    if let Plan::Fetch(request) | Plan::Rewritten(request) = &probe.plan {
        let fetch = Fetch::new(terms, probe, request, &exchanges, answers);
        found.extend(fetch.reads());
        found.extend(fetch.sends());
        found.extend(fetch.fails());
        found.extend(fetch.exposes());
    }
    found
}

/// A fetch of a page, once with credentials and once without.
struct Fetch<'a> {
    terms: &'a Terms,
    probe: &'a Probe,
    request: &'a Request,
    unsafe_names: Vec<HeaderName>,
    exchanges: &'a [Exchange],
    with_credentials: Replay,
    without: Replay,
}

impl<'a> Fetch<'a> {
    fn new(
        terms: &'a Terms,
        probe: &'a Probe,
        request: &'a Request,
        exchanges: &'a [Exchange],
        answers: &[Answer],
    ) -> Self {
        Self {
            terms,
            probe,
            request,
            unsafe_names: cors_unsafe_request_header_names(&request.header_list),
            exchanges,
            with_credentials: replay(request, CredentialsMode::Include, answers),
            without: replay(request, CredentialsMode::SameOrigin, answers),
        }
    }

    /// The worse first.
    fn ways(&self) -> [(bool, &Replay); 2] {
        [(true, &self.with_credentials), (false, &self.without)]
    }

    fn origin(&self) -> &str {
        self.request.origin.serialize()
    }

    fn is_permitted(&self, credentials: bool) -> bool {
        let names: Vec<_> = self.unsafe_names.iter().map(HeaderName::as_str).collect();
        let method = self.request.method.as_str();
        let origin = self.origin();
        self.terms.permits(origin, method, &names, credentials)
    }

    /// A page that may not read it reads the response.
    fn reads(&self) -> Option<Finding> {
        let reads = |(credentials, replay): &(bool, &Replay)| {
            let is_read = matches!(&replay.result, Some(Ok(response)) if response.response_type() == ResponseType::Cors);
            is_read && !self.terms.lets_read(self.origin(), *credentials)
        };
        let (credentials, replay) = self.ways().into_iter().find(reads)?;
        let message = format!(
            "a page of {} reads the response{}, and the policy does not let it",
            self.origin(),
            what_is_read(credentials),
        );
        let law = "a_denied_page_never_reads_a_response";
        let violation = self.violation(law, Severity::Security, message, replay.taken, None);
        let is_right_without = self.terms.lets_read(self.origin(), false);
        Some(violation.with_advice(is_right_without))
    }

    /// A preflight grants what is not permitted, so that it is sent.
    fn sends(&self) -> Option<Finding> {
        let sends = |(credentials, replay): &(bool, &Replay)| {
            replay.is_granted && !self.is_permitted(*credentials)
        };
        let [with, without] = self.ways().map(|way| sends(&way));
        if !with && !without {
            return None;
        }
        let message = format!(
            "a page of {}{} may send {}, which the policy does not permit",
            self.origin(),
            only(with, without),
            self.in_words(),
        );
        let law = "a_fetch_succeeds_exactly_where_the_policy_permits_it";
        let violation = self.violation(law, Severity::Security, message, 1, None);
        Some(violation.with_advice(self.is_permitted(false)))
    }

    /// What is permitted fails, and because of CORS.
    fn fails(&self) -> Option<Finding> {
        if !self.terms.can_be_had(&self.request.origin) {
            return None;
        }
        let [with, without] = self
            .ways()
            .map(|(credentials, replay)| match &replay.result {
                Some(Err(error)) if is_of_cors(error) && self.is_permitted(credentials) => {
                    Some((replay.taken, error.clone()))
                }
                _ => None,
            });
        // A policy that lets nobody have them leaves nothing to tell apart.
        let ways = match self.terms.spec.credentials {
            true => only(with.is_some(), without.is_some()),
            false => "",
        };
        // What fails even without credentials is the plainer case.
        let (taken, error) = without.or(with)?;
        let status = self.exchanges.get(..taken).and_then(<[Exchange]>::last);
        let status = status.map(|exchange| exchange.response.status);
        let is_error = status.is_some_and(|status| {
            (status.is_client_error() || status.is_server_error())
                && error_is_of_the_response(&error)
        });
        let on_errors = match is_error {
            true => "; a response that tells of an error needs the headers as any other",
            false => "",
        };
        let message = format!(
            "the policy lets a page of {}{ways} send {} and read the response, and the browser does not: {}; {}{on_errors}",
            self.origin(),
            self.in_words(),
            error.failure().message(),
            mend(&error, self.origin()),
        );
        let is_of_one_header = is_of_one_header(error.failure());
        let law = match self.probe.plan {
            Plan::Rewritten(_) if !is_of_one_header => {
                "an_intermediary_that_rewrites_lists_changes_no_verdict"
            }
            _ => "a_fetch_succeeds_exactly_where_the_policy_permits_it",
        };
        let detail = is_of_one_header.then(|| error.step().to_string());
        let violation = self.violation(law, Severity::Broken, message, taken, Some(error));
        Some(Finding {
            detail: detail.unwrap_or(violation.detail),
            ..violation
        })
    }

    /// Script reads headers that are not exposed, or does not read those that are.
    fn exposes(&self) -> Option<Finding> {
        let Some(Ok(response)) = &self.without.result else {
            return None;
        };
        let is_judged = response.response_type() == ResponseType::Cors
            && self.terms.lets_read(self.origin(), false);
        let (reads_too_much, violation) = what_is_read_is_exposed(&self.terms.spec, response)
            .err()
            .filter(|_| is_judged)?;
        let severity = match reads_too_much {
            true => Severity::Security,
            false => Severity::Broken,
        };
        let message =
            format!("{violation}: let Access-Control-Expose-Headers name what the policy does");
        let law = "script_reads_what_the_policy_exposes";
        Some(self.violation(law, severity, message, self.without.taken, None))
    }

    fn in_words(&self) -> String {
        let names: Vec<&str> = self.unsafe_names.iter().map(HeaderName::as_str).collect();
        let with_names = match names.as_slice() {
            [] => String::new(),
            names => format!(" with {}", names.join(", ")),
        };
        format!("{}{with_names}", self.request.method)
    }

    fn violation(
        &self,
        law: &'static str,
        severity: Severity,
        message: String,
        taken: usize,
        error: Option<FetchError>,
    ) -> Finding {
        let code = error.as_ref().map_or("", |error| error.failure().code());
        Finding {
            law,
            severity,
            probe: self.probe.name.clone(),
            detail: format!("{} {code}", self.probe.kind()),
            message,
            exchanges: self.exchanges.iter().take(taken.max(1)).cloned().collect(),
            unanswered: None,
            error,
            advice: self.probe.advice,
        }
    }
}

/// Which of the two it is, where it is not both.
const fn only(with_credentials: bool, without: bool) -> &'static str {
    match (with_credentials, without) {
        (true, false) => ", with credentials,",
        (false, true) => ", without credentials,",
        _ => "",
    }
}

/// Whether a failure is the doing of the headers that this is about.
fn is_of_cors(error: &FetchError) -> bool {
    ["cors-check/", "cors-preflight-fetch/"]
        .into_iter()
        .any(|algorithm| error.step().starts_with(algorithm))
}

fn error_is_of_the_response(error: &FetchError) -> bool {
    error.failure() != Failure::PreflightInvalidStatus && error.step().starts_with("cors-check/")
}

/// What is wrong with a header whatever is asked: one fetch that shows it will do.
const fn is_of_one_header(failure: Failure) -> bool {
    matches!(
        failure,
        Failure::MultipleAllowOriginValues
            | Failure::PreflightMultipleAllowOriginValues
            | Failure::InvalidAllowCredentials
            | Failure::PreflightInvalidAllowCredentials
    )
}
