//! Ends a check: judges all exchanges together, and recognizes the causes of the violations.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use super::{
    check::{Answered, Check},
    coverage::Coverage,
    judge::{
        crashes::{Crashes, find_crashes},
        fetch::judge_fetch,
        null_origin::find_refused_null,
        pairs::{Judged, find_copied_vary, find_refusals, find_slow_preflights},
        preflight_vary::preflight_vary_note,
        recognize::{Evidence, facts::ALLOW_ORIGIN},
        request_origin::has_empty_origin,
        requests::{is_needless, origin_kind},
        sent_origins::find_sent_origins,
        shared_cache::judge_shared_cache,
        silence::kinds_without_response,
        silent_requests::Silence,
        stalled::find_stalled_preflights,
        stop::{Stop, find_stop},
        unstable::{find_unavailable, find_unstable},
        whole_run::find_unreached_handler,
    },
    report::{
        Report,
        cause::Cause,
        request_kind::OriginKind,
        violation::{GENERATED_PREFIX, Violation, matter_only_for_uploads},
    },
};
use crate::{
    cases::Exchange,
    conformance::laws::{Law, severity::Severity},
};

impl Check {
    /// Ends the check and returns the report. The remaining requests count as unanswered.
    pub fn report(mut self) -> Report {
        self.skip_all();
        let stop = find_stop(&self.expectations, &self.answered);
        if let Some(stop) = &stop {
            self.leave_out_after(stop);
        }
        let silent_kinds = self.kinds_without_response();
        let mut answered = exchanges(&self.answered);
        let mut silence = Silence::new(&self.expectations, &self.answered, &answered);
        silence.has_pattern = !silent_kinds.is_empty();
        self.coverage.silent_length = silence.min_length;
        let unavailable = find_unavailable(&self.expectations, &answered);
        let ids = unavailable.iter().filter_map(|index| answered.get(*index));
        let ids = ids.map(|(_, exchange)| exchange.id.clone());
        self.coverage.limited.extend(ids);
        self.coverage.has_unavailable |= !unavailable.is_empty();
        if !unavailable.is_empty() || stop.is_some() {
            self.leave_out(&unavailable);
            answered = exchanges(&self.answered);
        }
        let error_url = self.config.error_url.as_ref();
        let unstable = find_unstable(&self.expectations, error_url, &answered);
        let ids = unstable.indexes.iter();
        let ids = ids.filter_map(|index| answered.get(*index));
        let ids = ids.map(|(_, exchange)| exchange.id.clone());
        self.report.unstable.extend(ids);
        if !unstable.indexes.is_empty() {
            self.leave_out(&unstable.indexes);
            answered = exchanges(&self.answered);
        }
        if !(unavailable.is_empty() && unstable.indexes.is_empty() && stop.is_none()) {
            self.judge_again();
        }
        // A finding about refusals at random names their number.
        let is_stable = unstable.indexes.is_empty() && stop.is_none();
        let exchanges = answered;
        self.limit_missing_responses(&silent_kinds);
        self.judge_stalled_preflights();
        let shared_cache = judge_shared_cache(&self.expectations, &exchanges);
        let others = self::exchanges(&self.others);
        let all = exchanges
            .iter()
            .chain(&others)
            .map(|(_, exchange)| exchange);
        let crashes = Crashes::new(&self.expectations, all);
        let more = find_crashes(&self.expectations, &crashes, &exchanges)
            .into_iter()
            .chain(find_unreached_handler(&self.expectations, &exchanges))
            .chain(find_refusals(&self.expectations, &exchanges))
            .chain(find_refused_null(&self.expectations, &exchanges))
            .chain(find_sent_origins(&self.expectations, &exchanges))
            .chain(find_copied_vary(&exchanges))
            .chain(find_slow_preflights(&self.timed, &self.usual_times));
        let more: Vec<Violation> = shared_cache.into_iter().chain(more).collect();
        let (of_stop, unchecked) = stop.map(|stop| (stop.violation, stop.unchecked)).unzip();
        for violation in more.into_iter().chain(unstable.violations).chain(of_stop) {
            self.insert(violation);
        }
        if self.config.notes_preflight_vary {
            let note = preflight_vary_note(&exchanges);
            self.report.notes.extend(note);
        }
        self.report.denied_origins = self.coverage.denied_origins.len();
        self.report.judged_denied_origins = self.count_denied_origins(&exchanges);
        self.report.unchecked = self.coverage.unchecked();
        self.report.unchecked.extend(unstable.unchecked);
        self.report.unchecked.extend(unchecked);
        self.report.unjudged = self.coverage.unjudged();
        let mostly_refused = self.coverage.mostly_refused();
        self.report.mostly_refused = mostly_refused.filter(|_| is_stable);
        self.report.interface = self.config.interface;
        self.report.has_success = self.coverage.has_success();
        self.report.unanswered = self.coverage.unanswered.clone();
        self.report.without_response = self.coverage.failed.clone();
        self.report.limited = self.coverage.limited.clone();
        self.report.has_reason_for_missing_responses =
            self.coverage.has_reason_for_missing_responses();
        self.remove_defaults(&exchanges);
        if let Some(url) = self.coverage.silent_error_url() {
            self.report.has_silent_error_url = true;
            self.report
                .violations
                .retain(|violation| !violation.is_only_at(url));
        }
        self.recognize_causes(&exchanges, &others, crashes, silence);
        self.remove_repeated_generated();
        for violation in &mut self.report.violations {
            violation.curl_additions = self.config.curl_additions.clone();
        }
        self.report.sort();
        self.report
    }

    /// Returns the kinds of origins for which missing responses have a pattern.
    fn kinds_without_response(&self) -> BTreeSet<OriginKind> {
        let answers = self.answered.iter().flat_map(|(probe, answers)| {
            let lines = probe.requests().iter().zip(answers);
            lines.filter_map(move |(line, answer)| {
                let is_answered = answer.as_ref()?.is_ok();
                Some((probe, &line.request, is_answered))
            })
        });
        let answers: Vec<_> = answers.collect();
        kinds_without_response(&self.expectations, &answers)
    }

    /// Gives the lowest severity to each violation that says only that a response is missing, if the missing responses
    /// have no pattern, or if no page needs a response (see [`is_needless`]). Without a pattern, the probable reason is the
    /// network, and the check is not complete.
    fn limit_missing_responses(&mut self, kinds: &BTreeSet<OriginKind>) {
        for violation in &mut self.report.violations {
            let Some(line) = &violation.unanswered else {
                continue;
            };
            let mut requests = violation.requests.iter();
            let is_harmless = !requests.any(|request| kinds.contains(&request.origin))
                || is_needless(&line.request);
            if violation.law == Law::EveryRequestGetsAResponse && is_harmless {
                violation.severity = Severity::Waste;
            }
        }
    }

    /// Inserts the violations about long preflights that the server does not answer in time. They replace the violations that
    /// say only that a response is missing.
    fn judge_stalled_preflights(&mut self) {
        let stalled = find_stalled_preflights(&self.answered);
        let mut failed = self.coverage.failed.iter();
        self.coverage.has_stalled_preflights =
            !stalled.ids.is_empty() && failed.all(|id| stalled.ids.contains(id));
        self.report.violations.retain(|violation| {
            let line = violation.unanswered.as_ref();
            violation.law != Law::EveryRequestGetsAResponse
                || line.is_none_or(|line| !stalled.ids.contains(&line.id))
        });
        for violation in stalled.violations {
            self.insert(violation);
        }
    }

    /// Returns the number of different denied origins. Leaves out the requests without a response, and the requests whose
    /// response is not judged.
    fn count_denied_origins(&self, exchanges: &[Judged]) -> usize {
        let requests = exchanges.iter().map(|(_, exchange)| &exchange.request);
        let denied = requests
            .filter(|request| origin_kind(&self.expectations, request) == OriginKind::Denied);
        let origins: BTreeSet<Vec<u8>> = denied
            .filter_map(|request| request.header_list.get("origin").map(Vec::from))
            .collect();
        origins.len()
    }

    /// Removes the answers that say nothing about the policy. `indexes` has the indexes of their exchanges (see
    /// [`exchanges`]).
    fn leave_out(&mut self, indexes: &BTreeSet<usize>) {
        let answers = self.answered.iter_mut().flat_map(|(_, answers)| answers);
        let responses = answers.filter(|answer| matches!(answer, Some(Ok(_))));
        for (index, answer) in responses.enumerate() {
            if indexes.contains(&index) {
                *answer = None;
            }
        }
        let mut judged = Coverage::new(&self.expectations, &self.config);
        for (probe, answers) in self.answered.iter().chain(&self.others) {
            judged.insert(&self.expectations, probe, answers);
        }
        self.coverage.forget_after_stop(judged);
    }

    /// Removes the answers after a stop. Stores the ids of the requests with a response.
    fn leave_out_after(&mut self, stop: &Stop) {
        let requests = self.answered.iter_mut().flat_map(|(probe, answers)| {
            let lines = probe.requests().iter().zip(answers);
            lines.filter(|(_, answer)| answer.is_some())
        });
        for (position, (line, answer)) in requests.enumerate() {
            if stop.positions.contains(&position) {
                if matches!(answer, Some(Ok(_))) {
                    self.report.unstable.push(line.id.clone());
                }
                *answer = None;
            }
        }
    }

    /// Judges the probes again, after some answers were left out.
    ///
    /// A violation with the severity `Security` stays in the report: if a page can read a response, it can do so even if
    /// other requests fail.
    fn judge_again(&mut self) {
        let is_kept = |violation: &Violation| violation.severity == Severity::Security;
        let known = self.report.take_violations().into_iter().filter(is_kept);
        let mut violations: Vec<Violation> = known.collect();
        for (probe, answers) in self.answered.iter().chain(&self.others) {
            violations.extend(judge_fetch(&self.expectations, probe, answers));
        }
        for violation in violations {
            self.insert(violation);
        }
    }

    fn recognize_causes(
        &mut self,
        exchanges: &[Judged],
        others: &[Judged],
        crashes: Crashes,
        silence: Silence,
    ) {
        let exchanges = exchanges.iter().chain(others);
        let exchanges = exchanges.map(|(_, exchange)| exchange);
        let error_url = self.config.error_url.as_ref();
        let evidence = Evidence::new(
            &self.expectations,
            error_url,
            exchanges,
            &self.report.violations,
            crashes,
            silence,
        );
        let mut by_cause: BTreeMap<Cause, Vec<Violation>> = BTreeMap::new();
        for violation in core::mem::take(&mut self.report.violations) {
            let cause = evidence.cause(&violation);
            by_cause.entry(cause).or_default().push(violation);
        }
        for (cause, mut violations) in by_cause {
            let description = evidence.description(cause, &violations);
            let fix = evidence.fix(cause, &violations, &description);
            let advice = evidence.advice(cause);
            let scope: Vec<_> = description.scope.into_iter().collect();
            // The description of an error that does not depend on the request is already in the violation.
            let is_described = violations
                .iter()
                .any(|violation| violation.mistake.is_some());
            let mistake = Some(description.text).filter(|_| !is_described);
            // If a permitted method fails, this matters more than a method that a page can also send in another letter case.
            let fails = |violation: &Violation| violation.severity == Severity::Broken;
            if cause == Cause::ListsOtherCase && violations.iter().any(fails) {
                for violation in &mut violations {
                    violation.severity = violation.severity.max(Severity::Broken);
                }
            }
            let matters_only_for_uploads = matter_only_for_uploads(&violations);
            for violation in &mut violations {
                violation.set_cause(cause, advice, fix.clone());
                violation.scope.clone_from(&scope);
                if mistake.is_some() {
                    violation.mistake.clone_from(&mistake);
                }
                if matters_only_for_uploads {
                    violation.limit_to_uploads();
                }
            }
            self.report.violations.extend(violations);
        }
    }

    /// Removes violations about responses that only seem to reflect `Origin`. Some servers send the same value to every
    /// denied origin, for example a listed origin. If a request has this value in an `Origin` line, the response seems to
    /// reflect this line.
    ///
    /// A value counts only if the server also sends it to a denied origin that is not empty, and does not contain its host.
    /// Otherwise the server can derive the value from the origin, for example in lower case. Many servers treat an empty
    /// `Origin` like a missing one.
    fn remove_defaults(&mut self, exchanges: &[Judged]) {
        let exchanges = exchanges.iter().map(|(_, exchange)| exchange);
        let denied = exchanges.filter(|exchange| {
            origin_kind(&self.expectations, &exchange.request) == OriginKind::Denied
        });
        let is_default = |(exchange, value): &(&Exchange, Vec<u8>)| {
            let value = in_lower_case(value);
            let host = value.split_once("://").map_or(&*value, |(_, host)| host);
            let mut origins = exchange.request.header_list.values("origin");
            !has_empty_origin(&exchange.request)
                && !origins.any(|origin| {
                    let origin = in_lower_case(origin.as_bytes());
                    origin == value || (!host.is_empty() && origin.contains(host))
                })
        };
        let defaults = denied.filter_map(|exchange| Some((exchange, allow_origin(exchange)?)));
        let defaults: BTreeSet<Vec<u8>> = defaults
            .filter(is_default)
            .map(|(_, value)| value)
            .collect();
        self.report.violations.retain(|violation| {
            let mut values = violation.exchanges.iter().filter_map(allow_origin);
            violation.law != Law::DeniedOriginIsNotReflected
                || !values.any(|value| defaults.contains(&value))
        });
    }

    /// Removes a violation of a generated probe if a named probe shows the same kind of violation with the same cause.
    fn remove_repeated_generated(&mut self) {
        let is_generated = |violation: &Violation| violation.probe.starts_with(GENERATED_PREFIX);
        let kind =
            |violation: &Violation| (violation.cause, violation.is_of_upload, violation.kind());
        let violations = self.report.violations.iter();
        let named = violations.filter(|violation| !is_generated(violation));
        let named: Vec<_> = named.map(kind).collect();
        self.report
            .violations
            .retain(|violation| !is_generated(violation) || !named.contains(&kind(violation)));
    }
}

/// Returns the value of `Access-Control-Allow-Origin`.
fn allow_origin(exchange: &Exchange) -> Option<Vec<u8>> {
    let value = exchange.response.header_list.get(ALLOW_ORIGIN)?;
    Some(value.into_owned())
}

fn in_lower_case(value: &[u8]) -> String {
    String::from_utf8_lossy(value).to_ascii_lowercase()
}

/// Returns the requests that got a response, with their probes.
fn exchanges(answered: &[Answered]) -> Vec<Judged> {
    let pairs = answered.iter().flat_map(|(probe, answers)| {
        let lines = probe.requests().iter().zip(answers);
        lines.map(move |(line, answer)| (probe, line, answer))
    });
    let exchanges = pairs.filter_map(|(probe, line, answer)| {
        let response = answer.as_ref()?.as_ref().ok()?;
        let exchange = Exchange {
            id: line.id.clone(),
            request: line.request.clone(),
            response: response.clone(),
        };
        Some((probe.clone(), exchange))
    });
    exchanges.collect()
}
