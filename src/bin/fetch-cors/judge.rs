//! `fetch-cors judge`: checks recorded responses against the laws. The responses answer the requests of
//! `fetch-cors probe`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use fetch_cors::{
    cases::{Answer, ExchangeRecord},
    conformance::{Cause, Recorded, Report, Severity, Violation, laws::Law},
};
use serde::Serialize;

use crate::{
    Verdict, colors,
    input::{self, Content, Input, too_long},
    known::{KnownEntry, KnownViolations},
    output::{Output, Stop, counted},
    policy_file, probe,
    recognize::{self, Kind},
    repeated::RepeatedErrors,
    shown::{MAX_MESSAGE_CHARS, shown},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    probe: probe::Arguments,
    /// Also accept an incomplete record: a record that lacks exchanges for requests that `probe` printed, has an error
    /// instead of a response, has a response with which the server limits the number of requests, or has no response
    /// with a status from 200 to 299.
    ///
    /// The report names the requests without a response, but a missing response is not an error. A fetch that the
    /// policy permits is still reported as `broken` if the fetch fails because a request has no response. A record
    /// without any response is never accepted.
    #[arg(long)]
    allow_unanswered: bool,
    /// Exit with status 1 for violations of this severity and of worse severities: `security`, `broken`, `cache` or `waste`;
    /// the default is `cache`.
    #[arg(long, value_name = "SEVERITY", value_parser = severities(), default_value = Severity::Cache.name(),
        hide_default_value = true, hide_possible_values = true)]
    fail_on: Severity,
    /// The file with the known violations, one per line: `cause reason` accepts a finding with all its violations; `law
    /// probe reason` accepts one violation, where `law` is the name or the id of a law. A known violation does not change
    /// the exit status. If a listed violation does not occur, the exit status is 1.
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// Print a note if preflight responses depend on a header that their `Vary` does not list. This is not a violation:
    /// it matters only behind a cache that is configured to store responses to OPTIONS.
    #[arg(long)]
    note_preflight_vary: bool,
    /// Print JSON: a line for each violation, then a line with the counts.
    #[arg(long)]
    json: bool,
    /// The file with one exchange (a request and its response) per line; `-`, the default, is the standard input.
    #[arg(default_value = "-", hide_default_value = true)]
    exchanges: PathBuf,
}

pub(crate) fn judge(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    input::refuse_two_standard_inputs([&arguments.probe.policy, &arguments.exchanges])?;
    let policy = match policy_file::read(&arguments.probe.policy)? {
        Ok(policy) => policy,
        Err(errors) => {
            if arguments.json {
                errors.print_json(output)?;
            } else {
                errors.print(output)?;
            }
            return Ok(Verdict::Failed);
        }
    };
    let mut known = match &arguments.known {
        Some(path) => KnownViolations::parse(&input::name(path), &input::read_whole(path)?)?,
        None => KnownViolations::default(),
    };
    let mut config = arguments.probe.config()?;
    if arguments.note_preflight_vary {
        config = config.note_preflight_vary();
    }
    let mut recorded = probe::recorded(&policy, config)?;
    let Lines {
        is_whole,
        is_of_other_probes,
    } = read(arguments, &mut recorded, output)?;
    if is_of_other_probes && !arguments.json {
        return Ok(Verdict::Failed);
    }
    let has_probe = recorded.has_probe();
    let mut report = recorded.report();
    if report.exchanges() == 0 {
        if arguments.json {
            output.json(&report)?;
        }
        if !is_whole {
            return Ok(Verdict::Failed);
        }
        let message = "the input has no exchange: send the requests that `fetch-cors probe` prints to the server, and record the responses";
        return Err(Stop::CannotRun(message.into()));
    }
    if !report.has_response() {
        // No request has a response, so the violations say nothing about the server.
        report.retain(|_| false);
        if arguments.json {
            output.json(&report)?;
        } else {
            output.text(output.without_missing_colors(colors::painted(&report)))?;
        }
        let message = "nothing was checked, because no request has a response: start the server, and send the requests that `fetch-cors probe` printed again";
        return Err(Stop::CannotRun(message.into()));
    }
    if arguments.allow_unanswered {
        accept_unanswered(&mut report, &mut known);
    }
    let is_unchecked = report.fetches() == 0 && report.violations().is_empty();
    let without_response = unknown_without_response(&report, &mut known);
    let judged = Judged::new(&report, &mut known, arguments.fail_on);
    let stale: Vec<Stale<'_>> = known.missing().map(Stale::from).collect();
    let verdict = if is_whole && !judged.fails && stale.is_empty() {
        Verdict::Passed
    } else {
        Verdict::Failed
    };
    if arguments.json {
        judged.print(&report, &stale, arguments.known.is_some(), output)?;
    } else {
        let number = judged.known.iter().flatten().count();
        let mut known = judged.known.iter();
        report.retain(|_| known.next().is_none_or(Option::is_none));
        output.text(output.without_missing_colors(colors::painted(&report)))?;
        if let Some(finding) = report.findings().last() {
            let cause = finding.cause();
            output.text(format_args!(
                "\nto accept a finding, write its cause and your reason in a file, such as `{cause} our reason`, and give this file with `--known`"
            ))?;
        }
        if number > 0 {
            output.text(format_args!("\nknown violations, not shown: {number}"))?;
        }
        for stale in &stale {
            let entry = match stale {
                Stale {
                    law: Some(law),
                    probe: Some(probe),
                    ..
                } => format!("{law} ({})", probe.escape_debug()),
                Stale { cause, .. } => String::from(cause.unwrap_or_default()),
            };
            output.text(format_args!(
                "\n{entry}: this violation is listed as known, but it does not occur: remove the entry from the list"
            ))?;
        }
    }
    if verdict == Verdict::Failed {
        return Ok(verdict);
    }
    let is_strict = !arguments.allow_unanswered;
    let reason = if !has_probe && (is_unchecked || is_strict) {
        Some("no exchange has the id of a request that `fetch-cors probe` printed: copy the `id` of each request".into())
    } else if is_strict {
        incomplete(&report, &without_response)
    } else if is_unchecked {
        Some("no fetch of a page was checked: send all requests that `fetch-cors probe` printed, and record the responses".into())
    } else {
        None
    };
    reason.map_or(Ok(verdict), |reason| Err(Stop::CannotRun(reason)))
}

/// Returns the ids of the requests that have an error instead of a response. Leaves out each request whose missing
/// response is a known violation.
fn unknown_without_response(report: &Report, known: &mut KnownViolations) -> Vec<String> {
    let violations = report.violations().iter();
    let known = violations.filter(|violation| {
        violation.cause() == Cause::NoResponse && known.find(violation).is_some()
    });
    let known: Vec<&str> = known.flat_map(Violation::ids).collect();
    let ids = report.without_response().iter();
    ids.filter(|id| !known.contains(&id.as_str()))
        .cloned()
        .collect()
}

/// Removes the violations that say only that a request has no response. Keeps a violation if a permitted fetch fails
/// because a request has no response.
fn accept_unanswered(report: &mut Report, known: &mut KnownViolations) {
    report.retain(|violation| {
        let is_accepted = violation.law() == Law::EveryRequestGetsAResponse
            && violation.cause() == Cause::NoResponse;
        if is_accepted {
            // `find` marks the entry of the violation as found, so the entry is not reported as out of date.
            known.find(violation);
        }
        !is_accepted
    });
}

/// The facts about the lines of a record.
struct Lines {
    /// Whether each line is a valid exchange, and no exchange counts as [`OtherRequests`].
    is_whole: bool,
    /// Whether more than half of the valid exchanges count as [`OtherRequests`]. If so, the record probably belongs to
    /// another policy, URL or seed.
    is_of_other_probes: bool,
}

/// The exchanges whose request differs from the request that `probe` printed with the same id.
#[derive(Default)]
struct OtherRequests {
    count: usize,
    /// The line number, the id and the error of the first counted exchange.
    first: Option<(u64, String, String)>,
}

impl OtherRequests {
    /// Prints one message about all exchanges that `self` counts. The message is a JSON object, or two lines of text.
    /// `inserted` is the number of exchanges that were inserted into [`Recorded`].
    fn print(&self, inserted: usize, is_json: bool, output: &mut Output) -> Result<(), Stop> {
        let Some((line, id, error)) = &self.first else {
            return Ok(());
        };
        let count = self.count;
        let of_all = format!(
            "exchanges whose request differs from the request that `fetch-cors probe` printed with the same id: {count} of {}",
            inserted + count
        );
        if is_json {
            let rest = if count > 1 {
                format!("; {of_all}")
            } else {
                String::new()
            };
            return output.json(&malformed(Some(id.clone()), None, format!("{error}{rest}")));
        }
        let result = if count > inserted {
            "; the record is not judged"
        } else {
            "; these exchanges are not judged"
        };
        let error = shown(error, MAX_MESSAGE_CHARS);
        output.text(format_args!(
            "{of_all}{result}\nthe first is in line {line}, `{}`: {error}\n",
            id.escape_debug()
        ))
    }
}

/// Reads the exchanges, and prints the errors of the lines.
fn read(
    arguments: &Arguments,
    recorded: &mut Recorded,
    output: &mut Output,
) -> Result<Lines, Stop> {
    let mut input = Input::open(&arguments.exchanges)?;
    let mut is_whole = true;
    let mut inserted = 0;
    let mut others = OtherRequests::default();
    let mut errors = RepeatedErrors::default();
    while let Some(line) = input.next_line(output)? {
        let number = line.number;
        let exchange = match line.content {
            Content::Bytes(bytes) => ExchangeRecord::parse_line(bytes, number)
                .map_err(|answer| recognize::explained(answer, bytes, &[Kind::Exchange])),
            Content::TooLong => Err(malformed(None, Some(number), too_long())),
        };
        match exchange {
            Ok(exchange) => {
                let id = exchange.id.clone();
                match recorded.insert(exchange) {
                    Ok(()) => inserted += 1,
                    Err(error) => {
                        others.count += 1;
                        let first = (number, id, error.to_string());
                        others.first.get_or_insert(first);
                    }
                }
                continue;
            }
            Err(answer) if arguments.json => output.json(&answer)?,
            Err(Answer::Malformed { malformed, .. }) => {
                if let Some(text) = errors.add_line(number, &malformed) {
                    output.text(format_args!("{text}\n"))?;
                }
            }
            Err(_) => {}
        }
        is_whole = false;
    }
    errors.print(output)?;
    others.print(inserted, arguments.json, output)?;
    Ok(Lines {
        is_whole: is_whole && others.count == 0,
        is_of_other_probes: others.count > inserted,
    })
}

/// The violations of a report, compared with the list of known violations.
struct Judged {
    /// The reasons from the list of known violations, one for each violation of the report. `None` if the list does not
    /// have the violation.
    known: Vec<Option<String>>,
    /// Whether `--fail-on` selects at least one violation that is not in the list.
    fails: bool,
}

impl Judged {
    fn new(report: &Report, known: &mut KnownViolations, fail_on: Severity) -> Self {
        let mut judged = Self {
            known: Vec::new(),
            fails: false,
        };
        for violation in report.violations() {
            let reason = known.find(violation).map(String::from);
            judged.fails |= reason.is_none() && violation.severity() <= fail_on;
            judged.known.push(reason);
        }
        judged
    }

    /// Prints the report as lines of JSON. `has_list` is true if the user gives a list of known violations.
    fn print(
        &self,
        report: &Report,
        stale: &[Stale<'_>],
        has_list: bool,
        output: &mut Output,
    ) -> Result<(), Stop> {
        for (violation, known) in report.violations().iter().zip(&self.known) {
            let known = known.as_deref();
            output.json(&ViolationLine { violation, known })?;
        }
        for stale in stale {
            output.json(stale)?;
        }
        output.json(&SummaryLine {
            report,
            known: has_list.then(|| self.known.iter().flatten().count()),
            listed_but_missing: has_list.then_some(stale.len()),
        })
    }
}

/// A violation as a line of JSON.
#[derive(Serialize)]
struct ViolationLine<'a> {
    #[serde(flatten)]
    violation: &'a Violation,
    /// The reason of a known violation.
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<&'a str>,
}

/// An entry of the list of known violations. The violation of this entry did not occur.
#[derive(Serialize)]
struct Stale<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    law: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    probe: Option<&'a str>,
    status: &'static str,
}

impl<'a> From<&'a KnownEntry> for Stale<'a> {
    fn from(entry: &'a KnownEntry) -> Self {
        let (cause, law, probe) = match entry {
            KnownEntry::Cause(cause) => (Some(cause.name()), None, None),
            KnownEntry::Probe(law, probe) => (None, Some(law.name()), Some(&**probe)),
        };
        Self {
            cause,
            law,
            probe,
            status: "listed-but-missing",
        }
    }
}

/// The last line of the output with `--json`.
#[derive(Serialize)]
struct SummaryLine<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listed_but_missing: Option<usize>,
}

/// A part that an incomplete record lacks for some of the requests that `probe` printed.
#[derive(Clone, Copy)]
enum Lack {
    Exchange,
    Response,
    /// Permission for the request. The server refused the request with the status 429 or 503.
    Permission,
}

impl Lack {
    const fn noun(self) -> &'static str {
        match self {
            Self::Exchange => "exchange",
            Self::Response => "response",
            Self::Permission => {
                "response except a refusal, because the server limits the number of requests or is not available"
            }
        }
    }
}

/// Returns the reason why the record is incomplete, or `None` if the record is complete. A record is incomplete in four
/// cases: a request has no exchange, a request has no response, the server refused a request with the status 429 or
/// 503, or no response has a status from 200 to 299. `failed` has the ids of the requests without a response.
fn incomplete(report: &Report, failed: &[String]) -> Option<String> {
    const MAX_NAMED_IDS: usize = 6;
    let missing = report.unanswered();
    let (ids, lack) = match (missing, failed, report.limited()) {
        ([], [], []) if report.has_success() => return None,
        ([], [], []) => {
            let reason = "no response has a status from 200 to 299: test a URL that the server answers, or accept this with `--allow-unanswered`";
            return Some(reason.into());
        }
        ([], [], limited) => (limited, Lack::Permission),
        ([], failed, _) => (failed, Lack::Response),
        (missing, ..) => (missing, Lack::Exchange),
    };
    let them = if ids.len() == 1 { "it" } else { "them" };
    let advice = match lack {
        Lack::Permission => "raise the limit for the test, or send the requests more slowly".into(),
        Lack::Response if report.has_silent_error_url() => {
            "no request to the error URL gets a response: is the URL right? Correct it".into()
        }
        Lack::Response => format!("send {them} again"),
        Lack::Exchange => format!("send {them}, and record the responses"),
    };
    let named: Vec<String> = ids
        .iter()
        .take(MAX_NAMED_IDS)
        .map(|id| format!("`{}`", id.escape_debug()))
        .collect();
    let rest = if ids.len() > MAX_NAMED_IDS {
        ", …"
    } else {
        ""
    };
    let (requests, named) = (
        counted(
            ids.len(),
            "request that `fetch-cors probe` printed has",
            "requests that `fetch-cors probe` printed have",
        ),
        named.join(", "),
    );
    Some(format!(
        "{requests} no {} ({named}{rest}): {advice}, or accept this with `--allow-unanswered`",
        lack.noun()
    ))
}

fn malformed(id: Option<String>, line: Option<u64>, malformed: String) -> Answer<'static> {
    Answer::Malformed {
        id,
        line,
        malformed,
    }
}

fn severities() -> impl TypedValueParser<Value = Severity> {
    let names = Severity::ALL.map(Severity::name);
    PossibleValuesParser::new(names).map(|name| {
        let mut all = Severity::ALL.into_iter();
        let named = all.find(|severity| severity.name() == name);
        named.unwrap_or(Severity::Waste)
    })
}
