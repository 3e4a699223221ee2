//! The state of a check. A check returns the next request and expects the response to this request. The check itself
//! does not send requests.

use alloc::{collections::VecDeque, string::String, vec::Vec};
use core::time::Duration;

use super::{
    config::CheckConfig,
    coverage::Coverage,
    expectations::Expectations,
    judge::{
        fetch::judge_fetch,
        pairs::{TimedPreflight, header_bytes},
        requests::requests_of,
    },
    limits::without_refusals,
    probes::{
        advice::EXACT,
        generated::smaller,
        probe::{LONG_PREFIX, Probe},
        probes,
    },
    replay::Answer,
    report::{
        Report,
        violation::{GENERATED_PREFIX, Violation, ViolationKind},
    },
};
use crate::{
    cases::{Exchange, ExchangeError, ExchangeRecord, RequestLine},
    conformance::generate::policies::policy_spec::HasPredicateError,
    fetching::ConnectionError,
    infrastructure::response::Response,
    server::CorsPolicy,
};

/// The maximum number of smaller requests to try for one violation.
const MAX_SHRINK_ATTEMPTS: usize = 64;

/// A check that your code drives. Your code sends each request to the server, and passes the response to the check.
///
/// ```
/// use fetch_cors::{conformance::{Check, CheckConfig, policies::serve}, infrastructure::response::Response, server::CorsPolicy};
///
/// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
/// let mut check = Check::new(&policy, CheckConfig::new("https://api.example/")?)?;
/// while let Some(line) = check.request() {
///     let request = http::Request::try_from(&line.request)?;
///     check.answer(Ok(Response::from(&serve(&policy, &request))));
/// }
/// assert!(check.report().violations().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Check {
    pub(super) expectations: Expectations,
    pub(super) config: CheckConfig,
    probes: VecDeque<Probe>,
    answers: Vec<Answer>,
    /// The time from each request of the current probe to its answer; `None` if the time is unknown.
    durations: Vec<Option<Duration>>,
    pub(super) timed: Vec<TimedPreflight>,
    /// The other preflights: the length of the headers, and the time until the response.
    pub(super) usual_times: Vec<(usize, Duration)>,
    /// The search for a smaller request that also shows the violation of a generated request.
    shrinking: Option<Shrinking>,
    shrinks: bool,
    /// The probes with their answers.
    pub(super) answered: Vec<Answered>,
    /// The exchanges that [`judge_exchange`](Self::judge_exchange) got. Each has a new probe, which is not in
    /// `answered`.
    pub(super) others: Vec<Answered>,
    pub(super) coverage: Coverage,
    pub(super) report: Report,
}

/// A probe with the answers to its requests. An answer is `None` if it is unknown, or if it says nothing about the policy.
pub(super) type Answered = (Probe, Vec<Answer>);

/// A search for a smaller request that also shows the violation of a generated request.
#[derive(Debug, Clone)]
struct Shrinking {
    kind: ViolationKind,
    candidates: VecDeque<Probe>,
    left: usize,
}

impl Check {
    /// Creates a check of a server that should implement `policy`.
    ///
    /// # Errors
    ///
    /// Returns [`HasPredicateError`] if the policy has a predicate.
    pub fn new(policy: &CorsPolicy, config: CheckConfig) -> Result<Self, HasPredicateError> {
        let expectations = Expectations::from_policy(policy)?;
        let coverage = Coverage::new(&expectations, &config);
        let probes = probes(&expectations, &config).into();
        Ok(Self {
            expectations,
            probes,
            answers: Vec::new(),
            durations: Vec::new(),
            timed: Vec::new(),
            usual_times: Vec::new(),
            shrinking: None,
            shrinks: true,
            answered: Vec::new(),
            others: Vec::new(),
            coverage,
            report: Report::default(),
            config,
        })
    }

    /// Turns off the search for smaller requests after a violation. All requests are then known at the start, so your
    /// code can write all requests to a file and send them later.
    #[must_use]
    pub const fn without_shrinking(mut self) -> Self {
        self.shrinks = false;
        self
    }

    /// Returns the remaining probes, without the smaller requests that the check tries after a violation.
    pub fn probes(&self) -> impl Iterator<Item = &Probe> {
        self.probes.iter()
    }

    /// Returns the next request to send. Returns `None` at the end. The request stays the same until your code answers
    /// or skips it.
    pub fn request(&mut self) -> Option<&RequestLine> {
        while self.next_line().is_some_and(|line| !self.sends(line)) {
            self.advance(None);
        }
        self.next_line()
    }

    fn next_line(&self) -> Option<&RequestLine> {
        self.current()?.requests().get(self.answers.len())
    }

    /// Whether the configuration permits sending the request.
    pub(super) fn sends(&self, line: &RequestLine) -> bool {
        self.config.sends(&line.request.method)
    }

    /// From now on, the check also sends requests with unsafe methods.
    pub(super) const fn send_unsafe_methods(&mut self) {
        self.config.unsafe_methods = true;
        self.coverage.sends_unsafe_methods = true;
    }

    /// Judges the response to the current request, and continues with the next request.
    pub fn answer(&mut self, answer: Result<Response, ConnectionError>) {
        self.answer_after(answer.map_err(ExchangeError::from), None);
    }

    /// Judges the answer to the current request, and continues with the next request. An answer is a response, or the
    /// reason why there is no response. `duration` is the time from the request to the answer.
    ///
    /// ```
    /// use core::time::Duration;
    /// use fetch_cors::{cases::ExchangeError, conformance::{Check, CheckConfig}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut check = Check::new(&policy, CheckConfig::new("https://api.example/")?)?;
    /// check.answer_after(Err(ExchangeError::Timeout), Some(Duration::from_secs(10)));
    /// assert_eq!(check.report().violations()[0].curl().len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn answer_after(
        &mut self,
        answer: Result<Response, ExchangeError>,
        duration: Option<Duration>,
    ) {
        self.report.exchanges += 1;
        self.durations.resize(self.answers.len(), None);
        self.durations.push(duration);
        self.advance(Some(answer));
    }

    /// Continues with the next request. The current request counts as unanswered.
    pub fn skip(&mut self) {
        self.report.missing += 1;
        self.advance(None);
    }

    /// Counts the remaining requests as unanswered.
    pub(super) fn skip_all(&mut self) {
        self.shrinking = None;
        while self.request().is_some() {
            self.skip();
        }
    }

    /// Judges an exchange that does not belong to a probe. The check applies only the laws about a single exchange.
    pub fn judge_exchange(&mut self, exchange: impl Into<ExchangeRecord>) {
        let exchange = exchange.into();
        let line = RequestLine {
            id: exchange.id,
            request: exchange.request,
        };
        let probe = Probe::recorded(line, EXACT);
        self.report.exchanges += 1;
        let answers = [Some(exchange.response)];
        self.coverage.insert(&self.expectations, &probe, &answers);
        let answers = without_refusals(&answers);
        for violation in judge_fetch(&self.expectations, &probe, &answers) {
            self.insert(violation);
        }
        self.others.push((probe, answers));
    }

    pub(super) fn insert(&mut self, violation: Violation) {
        let requests = requests_of(&self.expectations, &violation);
        self.report.insert(Violation {
            requests,
            ..violation
        });
    }

    fn current(&self) -> Option<&Probe> {
        let smaller = self.shrinking.as_ref();
        let smaller = smaller.and_then(|shrinking| shrinking.candidates.front());
        smaller.or_else(|| self.probes.front())
    }

    fn advance(&mut self, answer: Answer) {
        let Some(probe) = self.current() else {
            return;
        };
        let length = probe.requests().len();
        self.answers.push(answer);
        if self.answers.len() < length {
            return;
        }
        let answers = core::mem::take(&mut self.answers);
        let durations = core::mem::take(&mut self.durations);
        let shrinking = self.shrinking.as_mut();
        let smaller = shrinking.and_then(|shrinking| shrinking.candidates.pop_front());
        match smaller {
            Some(probe) => self.finish_smaller(&probe, &answers),
            None => {
                if let Some(probe) = self.probes.pop_front() {
                    self.insert_time(&probe, &answers, &durations);
                    self.finish_probe(&probe, &answers);
                }
            }
        }
    }

    /// Stores the response time if the first request is a preflight. Also stores whether at least one
    /// response time is known.
    fn insert_time(&mut self, probe: &Probe, answers: &[Answer], durations: &[Option<Duration>]) {
        self.coverage.has_times |= durations.iter().any(Option::is_some);
        let line = probe.requests().first();
        let (Some(line), Some(Some(Ok(response))), Some(Some(duration))) =
            (line, answers.first(), durations.first())
        else {
            return;
        };
        if probe.name.starts_with(LONG_PREFIX) {
            self.timed.push(TimedPreflight {
                kind: String::from(probe.kind()),
                exchange: Exchange {
                    id: line.id.clone(),
                    request: line.request.clone(),
                    response: response.clone(),
                },
                duration: *duration,
            });
        } else if line.request.is_preflight() {
            let length = header_bytes(&line.request);
            self.usual_times.push((length, *duration));
        }
    }

    /// Inserts the violations of a probe into the report. If the probe is generated, starts a search for a smaller
    /// request that shows the first new violation.
    fn finish_probe(&mut self, probe: &Probe, answers: &[Answer]) {
        let is_generated = probe.name.starts_with(GENERATED_PREFIX);
        for violation in self.judge(probe, answers) {
            let kind = violation.kind();
            let mut known = self.report.violations.iter();
            let is_known = known.any(|other| other.kind() == kind);
            self.report.insert(violation);
            if is_generated && self.shrinks && !is_known && self.shrinking.is_none() {
                self.shrinking = Some(Shrinking {
                    kind,
                    candidates: smaller(&self.expectations, probe).into(),
                    left: MAX_SHRINK_ATTEMPTS,
                });
            }
        }
        self.end_shrinking();
    }

    /// Inserts the violations of a smaller probe into the report. If one of these violations has the same kind as the
    /// violation of the generated probe, the search continues with even smaller probes.
    fn finish_smaller(&mut self, probe: &Probe, answers: &[Answer]) {
        let found = self.judge(probe, answers);
        if let Some(shrinking) = &mut self.shrinking {
            shrinking.left = shrinking.left.saturating_sub(1);
            if found
                .iter()
                .any(|violation| violation.kind() == shrinking.kind)
            {
                shrinking.candidates = smaller(&self.expectations, probe).into();
            }
        }
        for violation in found {
            self.report.insert(violation);
        }
        self.end_shrinking();
    }

    fn end_shrinking(&mut self) {
        self.shrinking = self
            .shrinking
            .take()
            .filter(|shrinking| shrinking.left > 0 && !shrinking.candidates.is_empty());
    }

    /// Stores the exchanges of a probe, and returns the violations that the exchanges show.
    fn judge(&mut self, probe: &Probe, answers: &[Answer]) -> Vec<Violation> {
        self.coverage.insert(&self.expectations, probe, answers);
        self.coverage
            .insert_denied_origins(&self.expectations, probe, answers);
        let answers = without_refusals(answers);
        let is_complete = answers.iter().all(Option::is_some);
        self.report.fetches += usize::from(probe.is_from_browser() && is_complete);
        let mut found = judge_fetch(&self.expectations, probe, &answers);
        for violation in &mut found {
            violation.requests = requests_of(&self.expectations, violation);
        }
        self.answered.push((probe.clone(), answers));
        found
    }
}
