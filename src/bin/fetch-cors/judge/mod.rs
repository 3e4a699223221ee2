//! `fetch-cors judge`: checks recorded responses against the laws. The responses answer the requests of
//! `fetch-cors probe`.

use std::{
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use fetch_cors::{
    conformance::{Cause, Report, Severity, Violation, laws::Law},
    http::{HeaderName, HeaderValue},
};

mod incomplete;
mod judged;
mod record;

use incomplete::incomplete;
use judged::{Judged, Stale};
use record::{Lines, read};

use crate::{
    Verdict, colors,
    input::{self, Input},
    known::KnownViolations,
    output::{Output, Stop, counted},
    policy_file, probe,
};

/// The end of the help of `judge`: the form of the input.
pub(crate) const LINES: &str = r#"A line of the input has the `id` of a request, the request as `probe` printed it, and its response. `headers`
has all headers of the response, each as a name and a value. `seconds` (the time until the response) can be left out:
  {"id":"reflection/1","request":{"method":"GET","url":"http://127.0.0.1:8000/notes","headers":[["origin","https://unlisted.test"]]},"response":{"status":200,"headers":[["vary","Origin"]]},"seconds":0.002}

Without a response, the line has the error `network` or `timeout`:
  {"id":"reflection/1","request":{"method":"GET","url":"http://127.0.0.1:8000/notes","headers":[["origin","https://unlisted.test"]]},"response":{"error":"timeout"}}

Do not follow redirects. Send each header of a request. You can add other headers, such as `user-agent`."#;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    probe: probe::Arguments,
    /// Also accept an incomplete record: some requests that `probe` printed were not sent, or got no response that shows what
    /// the server allows.
    ///
    /// Without this option, the exit status is 2 if one of these requests has no line in the record, or has an error in place of a
    /// response, if the server refused a request because there were too many requests (status 429 or 503), or if no
    /// response to a page of an allowed origin has a status from 200 to 299.
    ///
    /// With this option, the report counts the requests without a response, and does not report a missing response as a violation.
    /// There is one exception: a permitted fetch that fails because a request has no response is still reported as
    /// `broken`. A record without any response is never accepted.
    #[arg(long)]
    allow_unanswered: bool,
    /// Exit with status 1 for violations of this severity and of worse severities: `security`, `broken`, `cache` or
    /// `waste`; the default is `cache`.
    #[arg(long, value_name = "SEVERITY", value_parser = severities(), default_value = Severity::Cache.name(),
        hide_default_value = true, hide_possible_values = true)]
    fail_on: Severity,
    /// The file with the findings and violations to accept. To accept a finding, write the line for it, which the report
    /// has at its end, with your reason, such as `lacks-method[PATCH] our proxy blocks it`.
    ///
    /// The line begins with the cause of the finding. The brackets have its scope: the methods, header names, origins,
    /// statuses and values that the mistake concerns. If the server allows a denied origin, the scope also has `credentials`
    /// if a page of this origin can read the data of a user, and `preflights` if the page can also send requests such as
    /// PUT. A finding with another scope is not accepted.
    ///
    /// To accept only one violation, write a line with the law, the probe and your reason, such as
    /// `denied_page_reads_nothing null the editor is sandboxed`. Write `[credentials]` after the law if the violation lets a
    /// page of a denied origin read the data of a user. An accepted violation does not change the exit status.
    /// If an accepted violation does not occur, the exit status is 1.
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// A header that `send.py` added to the requests, such as `cookie: session=1` of a test user. The `curl` commands of
    /// the report then have the header too, except for OPTIONS. The option can be repeated. The report contains the value.
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = parse_header)]
    headers: Vec<(HeaderName, HeaderValue)>,
    /// The body that `send.py` added to POST, PUT and PATCH requests. The `curl` commands of the report then have the body
    /// too.
    #[arg(long, value_name = "TEXT")]
    body: Option<String>,
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
    let inputs = [&arguments.probe.policy, &arguments.exchanges];
    input::refuse_two_standard_inputs(inputs.into_iter().chain(&arguments.known))?;
    let policy = match policy_file::read(&arguments.probe.policy)? {
        Ok(policy) => policy,
        Err(errors) => {
            if arguments.json {
                errors.print_json(output)?;
            } else if is_empty(&arguments.exchanges, output) {
                // In a pipe from `probe`, `probe` has already printed the errors.
                errors.print_count(&input::name_of_input(&arguments.probe.policy), output)?;
            } else {
                errors.print(output)?;
            }
            return Ok(Verdict::Failed);
        }
    };
    let mut known = match &arguments.known {
        Some(path) => {
            KnownViolations::parse(&input::name_of_input(path), &input::read_whole(path)?)?
        }
        None => KnownViolations::default(),
    };
    let mut config = arguments.probe.config()?;
    if arguments.note_preflight_vary {
        config = config.note_preflight_vary();
    }
    for (name, value) in &arguments.headers {
        config = config.curl_header(name.clone(), value.clone());
    }
    if let Some(body) = &arguments.body {
        config = config.curl_body(body.as_str());
    }
    let mut recorded = probe::recorded(&policy, config)?;
    let Lines {
        exchange_count,
        is_whole,
        is_of_other_probes,
    } = read(&arguments.exchanges, &mut recorded, arguments.json, output)?;
    if is_of_other_probes {
        return Ok(Verdict::Failed);
    }
    let has_probe = recorded.has_probe();
    let judging = format!(
        "judging {}",
        counted(exchange_count, "exchange", "exchanges")
    );
    let mut report = output.progress().during(&judging, || recorded.report());
    if report.exchanges() == 0 {
        if arguments.json {
            output.json(&report)?;
        }
        if !is_whole {
            return Ok(Verdict::Failed);
        }
        // A note names the exchanges that are not judged.
        let message = report.notes().first().map_or(
            "the input has no exchange: send the requests that `fetch-cors probe` prints to the server, and record the responses",
            String::as_str,
        );
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
        let message = "nothing was checked, because no request has a response: start the server, and send again the requests that `fetch-cors probe` printed";
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
        judged.print_json(&report, &stale, arguments.known.is_some(), output)?;
    } else {
        judged.print(&mut report, &stale, output)?;
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

/// Whether the record is readable and empty. A record that a user types into a terminal does not count as empty.
fn is_empty(path: &Path, output: &mut Output) -> bool {
    let is_typed = path == Path::new("-") && io::stdin().is_terminal();
    let mut lines = (!is_typed).then(|| Input::open(path).ok()).flatten();
    lines
        .as_mut()
        .is_some_and(|lines| matches!(lines.next_line(output), Ok(None)))
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

fn parse_header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let parts = text.split_once(':');
    let parts = parts.filter(|(name, _)| !name.trim().is_empty());
    let (name, value) = parts.ok_or(
        "write the name, a colon and the value of the header, such as `cookie: session=1`",
    )?;
    let name = name.trim().parse().map_err(|_| {
        format!(
            "`{}` is not the name of a header: write, for example, `cookie: session=1`",
            name.trim().escape_debug()
        )
    })?;
    let value = HeaderValue::from_bytes(value.trim().as_bytes()).map_err(
        |_| "the value has a control character, such as a line break: remove the character",
    )?;
    Ok((name, value))
}

fn severities() -> impl TypedValueParser<Value = Severity> {
    let names = Severity::ALL.map(Severity::name);
    PossibleValuesParser::new(names).map(|name| {
        let mut all = Severity::ALL.into_iter();
        let named = all.find(|severity| severity.name() == name);
        named.unwrap_or(Severity::Waste)
    })
}
