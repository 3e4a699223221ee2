//! Finds the requests without a response, and what they have in common.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    common_property::subject, known_refusals::KnownRefusals, long_headers::min_length,
    pairs::Judged, recognize::facts::is_like_preflight, request_origin::has_malformed_origin,
    request_properties::Sent, requests::request_kind,
};
use crate::{
    cases::ExchangeError,
    conformance::harness::{
        check::Answered,
        expectations::Expectations,
        report::request_kind::{Purpose, RequestKind},
    },
};

/// The minimum number of requests without a response after a request that has possibly stopped the server.
const MIN_LATER: usize = 3;

/// The requests of a check that get no response.
#[derive(Debug, Clone, Default)]
pub(crate) struct Silence {
    /// The description of the requests without a response, such as "requests with `Cookie`". No answered request fits it.
    /// `None` if the check found no such description.
    pub(crate) subject: Option<String>,
    /// The minimum length of a header value that gets no response, if only the length is the reason.
    pub(crate) min_length: Option<usize>,
    /// The kinds and methods of the requests that get a response.
    answered: BTreeSet<(RequestKind, String)>,
    /// The ids of the requests without a response.
    pub(super) failed: Vec<String>,
    /// The kinds of the requests without a response.
    pub(super) failed_kinds: BTreeSet<RequestKind>,
    /// The number of requests.
    pub(super) count: usize,
    /// The id of a request that runs into a timeout, if no later request gets a response, and all earlier requests get one. The
    /// request has possibly stopped the server.
    pub(super) stopping: Option<String>,
    /// Whether the missing responses have a pattern, so that the network is probably not the reason.
    pub(crate) has_pattern: bool,
}

impl Silence {
    /// `exchanges` has the requests of `answered` that got a response.
    pub(crate) fn new(
        expectations: &Expectations,
        answered: &[Answered],
        exchanges: &[Judged],
    ) -> Self {
        let lines = answered.iter().flat_map(|(probe, answers)| {
            let lines = probe.requests().iter().zip(answers);
            lines.filter_map(|(line, answer)| Some((line, answer.as_ref()?)))
        });
        let has_timeout = lines
            .clone()
            .any(|(_, answer)| matches!(answer, Err(ExchangeError::Timeout)));
        let failed = lines.clone().filter(|(_, answer)| answer.is_err());
        let failed_kinds = failed.clone();
        let failed_kinds = failed_kinds.map(|(line, _)| request_kind(expectations, &line.request));
        let failed_kinds = failed_kinds.collect();
        let failed: Vec<String> = failed.map(|(line, _)| line.id.clone()).collect();
        let requests = lines
            .clone()
            .map(|(line, answer)| (&line.request, answer.is_ok()));
        let mut requests: Vec<Sent<'_>> = requests.collect();
        let mut after_answered = lines.clone().skip_while(|(_, answer)| answer.is_ok());
        let stopping = after_answered.next().filter(|(_, answer)| {
            let mut later = after_answered.clone();
            matches!(answer, Err(ExchangeError::Timeout))
                && later.clone().nth(MIN_LATER - 1).is_some()
                && later.all(|(_, answer)| answer.is_err())
        });
        let responses = requests.iter().filter(|(_, is_answered)| *is_answered);
        let answered = responses.map(|(request, _)| {
            let method = request.method.to_string();
            (request_kind(expectations, request), method)
        });
        let mut silence = Self {
            answered: answered.collect(),
            failed,
            failed_kinds,
            count: requests.len(),
            stopping: stopping.map(|(line, _)| line.id.clone()),
            ..Self::default()
        };
        let are_all_answered = requests.iter().all(|(_, is_answered)| *is_answered);
        if are_all_answered || silence.answered.is_empty() {
            return silence;
        }
        // A server that is too slow for a long header has no limit for the length.
        silence.min_length = min_length(&requests).filter(|_| !has_timeout);
        // A server can close the connection after a malformed `Origin`, even if the other failures have another reason.
        let is_malformed =
            |(request, is_answered): &Sent<'_>| !is_answered && has_malformed_origin(request);
        let mut failures = requests.iter().filter(|(_, is_answered)| !is_answered);
        if !failures.all(is_malformed) {
            requests.retain(|request| !is_malformed(request));
        }
        silence.subject = match silence.min_length {
            Some(length) => {
                let mut failures = requests.iter().filter(|(_, is_answered)| !is_answered);
                let noun = if failures.all(|(request, _)| is_like_preflight(request)) {
                    "preflights"
                } else {
                    "requests"
                };
                Some(format!("{noun} with a header of {length} bytes or more"))
            }
            // A request that gets an error for a known reason does not show that the server answers similar requests.
            // If its origin is the reason, no request of such an origin shows another reason for missing responses.
            None => subject(expectations, &requests).or_else(|| {
                let judged = exchanges.iter().map(|(_, exchange)| exchange);
                let refusals = KnownRefusals::new(expectations, judged.clone(), |_| true);
                let refused = judged.filter(|exchange| refusals.are_of_part(exchange));
                let refused: BTreeSet<&str> = refused.map(|exchange| &*exchange.id).collect();
                let others = lines.filter(|(line, _)| {
                    !refused.contains(&*line.id)
                        && !refusals.are_of_kind(expectations, &line.request)
                });
                let others = others.map(|(line, answer)| (&line.request, answer.is_ok()));
                subject(expectations, &others.collect::<Vec<_>>())
            }),
        };
        silence
    }

    /// Whether a request of this kind gets a response.
    pub(super) fn answers_kind(&self, searched: RequestKind) -> bool {
        self.answered.iter().any(|(kind, _)| *kind == searched)
    }

    /// Whether only OPTIONS requests that are not preflights get no response, and the reason is not the network: these missing
    /// responses have a pattern, or no such request gets a response.
    pub(super) fn is_of_plain_options(&self) -> bool {
        let mut failed = self.failed_kinds.iter();
        let mut answered = self.answered.iter();
        let is_only_options = failed.all(|kind| kind.purpose == Purpose::Options);
        is_only_options
            && (self.has_pattern || !answered.any(|(kind, _)| kind.purpose == Purpose::Options))
    }

    /// Whether a request with this method gets a response.
    pub(super) fn answers_method(&self, searched: &str) -> bool {
        self.answered.iter().any(|(_, method)| method == searched)
    }
}
