//! The check itself, which neither sends nor waits: it says what to ask, and takes what came back.

use alloc::{collections::VecDeque, string::String, vec::Vec};

use super::{
    config::CheckConfig,
    expectations::Expectations,
    judge::{
        fetch::judge_fetch,
        response::judge_response,
        shared_cache::judge_shared_cache,
        whole_run::{find_crashes, find_unreached_handler, has_marked_handler},
    },
    probes::{
        generated::{generated, smaller},
        named_probes,
        probe::Probe,
    },
    replay::Answer,
    report::{Report, finding::Finding},
};
use crate::{
    cases::{Exchange, RequestLine},
    conformance::{
        generate::policies::policy_spec::HasPredicateError,
        laws::{Law, severity::Severity},
    },
    fetching::ConnectionError,
    infrastructure::response::Response,
    server::CorsPolicy,
};

/// Smaller requests to try for one finding.
const MAX_SHRINK_ATTEMPTS: usize = 64;

const HANDLERS: &str = "what becomes of a handler's `Vary`, and whether a plain OPTIONS gets to it: \
     let one like `conformance::handler` answer behind what is checked";
const ERRORS: &str =
    "the responses of errors: `CheckConfig::error_url` names what is answered with one";
const PAGES: &str =
    "methods and request headers: of no origin that is listed a page asks there across origins";

/// A check that is carried on by hand: it asks, and whoever holds the server answers.
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
/// assert!(check.report().findings().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Check {
    expectations: Expectations,
    probes: VecDeque<Probe>,
    answers: Vec<Answer>,
    /// Violations that generated requests have shown, and smaller requests that may show them too.
    shrinking: Option<Shrinking>,
    shrinks: bool,
    exchanges: Vec<(Probe, Exchange)>,
    report: Report,
}

#[derive(Debug, Clone)]
struct Shrinking {
    kind: (Law, Severity, bool),
    candidates: VecDeque<Probe>,
    left: usize,
}

impl Check {
    /// A check of a server that is to have this policy.
    ///
    /// # Errors
    ///
    /// [`HasPredicateError`], where nobody can say what it allows.
    pub fn new(policy: &CorsPolicy, config: CheckConfig) -> Result<Self, HasPredicateError> {
        let expectations = Expectations::from_policy(policy)?;
        let mut report = Report::default();
        report.unchecked.extend(match config.error_url {
            None => Some(ERRORS),
            Some(_) => None,
        });
        report
            .unchecked
            .extend(match expectations.page(config.url()) {
                None => Some(PAGES),
                Some(_) => None,
            });
        let mut probes = named_probes(&expectations, &config);
        probes.extend(generated(&expectations, &config));
        Ok(Self {
            expectations,
            probes: probes.into(),
            answers: Vec::new(),
            shrinking: None,
            shrinks: true,
            exchanges: Vec::new(),
            report,
        })
    }

    /// The same, that asks for nothing but what is known before: it can be written down first, and
    /// answered later.
    #[must_use]
    pub const fn without_shrinking(mut self) -> Self {
        self.shrinks = false;
        self
    }

    /// What is still to be asked, but for smaller requests.
    pub fn probes(&self) -> impl Iterator<Item = &Probe> {
        self.probes.iter()
    }

    /// The request to send, if there is one left; the same one until it is answered or skipped.
    pub fn request(&mut self) -> Option<&RequestLine> {
        self.current()?.requests().get(self.answers.len())
    }

    /// Goes on with what came back.
    pub fn answer(&mut self, answer: Result<Response, ConnectionError>) {
        self.report.exchanges += 1;
        self.go_on(Some(answer));
    }

    /// Goes on without an answer, since nobody has asked.
    pub fn skip(&mut self) {
        self.report.missing += 1;
        self.go_on(None);
    }

    /// Judges an exchange that belongs to no probe, by the laws of any response.
    pub fn judge_exchange(&mut self, exchange: &Exchange) {
        const ADVICE: &str = "compare Origin, byte for byte, with what is listed";
        let probe = Probe::single(exchange.id.clone(), ADVICE, exchange.request.clone());
        self.report.exchanges += 1;
        for finding in judge_response(&self.expectations, &probe, exchange) {
            self.report.insert(finding);
        }
    }

    /// What it came to.
    pub fn report(mut self) -> Report {
        let named: Vec<(String, Exchange)> = self
            .exchanges
            .iter()
            .map(|(probe, exchange)| (probe.name.clone(), exchange.clone()))
            .collect();
        let shared_cache = judge_shared_cache(&self.expectations, &named);
        let more = find_crashes(&self.exchanges)
            .into_iter()
            .chain(find_unreached_handler(&self.expectations, &self.exchanges));
        for finding in shared_cache.into_iter().chain(more) {
            self.report.insert(finding);
        }
        if !has_marked_handler(&self.exchanges) {
            self.report.unchecked.insert(0, HANDLERS);
        }
        self.leave_out_generated();
        self.report.sort();
        self.report
    }

    fn current(&self) -> Option<&Probe> {
        let smaller = self.shrinking.as_ref();
        let smaller = smaller.and_then(|shrinking| shrinking.candidates.front());
        smaller.or_else(|| self.probes.front())
    }

    fn go_on(&mut self, answer: Answer) {
        let Some(probe) = self.current() else {
            return;
        };
        let length = probe.requests().len();
        self.answers.push(answer);
        if self.answers.len() < length {
            return;
        }
        let answers = core::mem::take(&mut self.answers);
        let shrinking = self.shrinking.as_mut();
        let smaller = shrinking.and_then(|shrinking| shrinking.candidates.pop_front());
        match smaller {
            Some(probe) => self.after_smaller(&probe, &answers),
            None => {
                if let Some(probe) = self.probes.pop_front() {
                    self.after(&probe, &answers);
                }
            }
        }
    }

    /// After a probe: its findings, of which those of generated ones are then made smaller.
    fn after(&mut self, probe: &Probe, answers: &[Answer]) {
        let is_generated = probe.name.starts_with("generated-");
        for finding in self.found(probe, answers) {
            let kind = finding.kind();
            let mut known = self.report.findings.iter();
            let is_known = known.any(|other| other.kind() == kind);
            self.report.insert(finding);
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

    /// After a smaller one: where it shows the same, smaller ones yet are made of it.
    fn after_smaller(&mut self, probe: &Probe, answers: &[Answer]) {
        let found = self.found(probe, answers);
        if let Some(shrinking) = &mut self.shrinking {
            shrinking.left = shrinking.left.saturating_sub(1);
            if found.iter().any(|finding| finding.kind() == shrinking.kind) {
                shrinking.candidates = smaller(&self.expectations, probe).into();
            }
        }
        for finding in found {
            self.report.insert(finding);
        }
        self.end_shrinking();
    }

    fn end_shrinking(&mut self) {
        self.shrinking = self
            .shrinking
            .take()
            .filter(|shrinking| shrinking.left > 0 && !shrinking.candidates.is_empty());
    }

    fn found(&mut self, probe: &Probe, answers: &[Answer]) -> Vec<Finding> {
        let is_complete = answers.iter().all(Option::is_some);
        self.report.fetches += usize::from(probe.is_from_browser() && is_complete);
        for (line, answer) in probe.requests().iter().zip(answers) {
            if let Some(Ok(response)) = answer {
                let exchange = Exchange {
                    id: line.id.clone(),
                    request: line.request.clone(),
                    response: response.clone(),
                };
                self.exchanges.push((probe.clone(), exchange));
            }
        }
        judge_fetch(&self.expectations, probe, answers)
    }

    /// What a probe with a name has shown need not be shown by one without.
    fn leave_out_generated(&mut self) {
        let is_generated = |finding: &Finding| finding.probe.starts_with("generated-");
        let named = self.report.findings.iter();
        let named: Vec<_> = named
            .filter(|finding| !is_generated(finding))
            .map(Finding::kind)
            .collect();
        self.report
            .findings
            .retain(|finding| !is_generated(finding) || !named.contains(&finding.kind()));
    }
}
