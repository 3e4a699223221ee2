//! `fetch-cors policy check`: checks for each request of a recording whether a policy allows the request.

use std::{
    collections::BTreeMap,
    io::{self, IsTerminal},
    path::PathBuf,
};

use fetch_cors::{
    explain::shell_word,
    recorded::{CheckedRequest, PolicyCheck, PolicyWarningKind, RequestVerdict, check_policy},
    wording,
};
use serde::Serialize;

use super::{
    entries, fetches, no_request, print_broken, print_unchecked, selection, several_servers,
    stopped, with_count,
};
use crate::{
    Verdict,
    explain::Credentials,
    har_file, input,
    output::{Output, Stop, counted, print_note},
    policy_file,
    width::Width,
};

#[derive(Debug, clap::Args)]
pub(crate) struct CheckArguments {
    /// The file with the policy, JSON or TOML; `-` is the standard input.
    #[arg(value_name = "FILE")]
    policy: PathBuf,
    /// The HAR recording of a network panel.
    #[arg(value_name = "CAPTURE.har")]
    recording: PathBuf,
    /// Check only requests whose URL contains this text. A text with `*`, such as `*/notes`, must match the whole URL.
    /// The `*` matches any characters.
    #[arg(long, value_name = "TEXT")]
    only_url: Option<String>,
    /// The credentials mode of the fetches for which the recording does not show it.
    #[arg(long, value_enum, value_name = "MODE")]
    credentials: Option<Credentials>,
    /// Print JSON: one line for each request, or one line for each error of the policy.
    #[arg(long)]
    json: bool,
}

/// Checks the requests of a recording against a policy.
pub(crate) fn check(arguments: &CheckArguments, output: &mut Output) -> Result<Verdict, Stop> {
    let policy = match policy_file::read(&arguments.policy)? {
        Ok(policy) => policy,
        Err(errors) => {
            if errors.is_of_a_recording() {
                let [policy, recording] = [&arguments.recording, &arguments.policy]
                    .map(|path| shell_word(path.as_os_str().as_encoded_bytes()));
                return Err(Stop::CannotRun(format!(
                    "the first file is a HAR recording, but the policy comes first: `fetch-cors policy check {policy} {recording}`",
                )));
            }
            if arguments.json {
                errors.print_json(output)?;
            } else {
                errors.print_aside();
            }
            let name = input::name(&arguments.policy);
            return Err(Stop::CannotRun(format!("{name} is not a valid policy")));
        }
    };
    let (recording, broken) = har_file::read(&arguments.recording, output)?;
    let is_selected = selection(arguments.only_url.as_deref());
    let checking = format!("checking {}", entries(&recording));
    let check = output.progress().during(&checking, || {
        check_policy(
            &policy,
            &fetches(&recording, arguments.credentials),
            is_selected,
        )
    });
    let servers = check.requests.iter().map(|request| (&*request.server, 1));
    if let Some(several) = several_servers(servers) {
        return Err(stopped(&arguments.recording, broken, several));
    }
    if arguments.json {
        for request in &check.requests {
            output.json(&CheckLine::new(request))?;
        }
        for fetch in &check.unchecked {
            output.json(&CheckLine {
                entry: fetch.entry,
                server: &fetch.url.origin().ascii_serialization(),
                method: &fetch.method,
                url: fetch.url.as_str(),
                origin: None,
                verdict: "not-checked",
                reasons: &[fetch.reason.to_string()],
                hidden_headers: &[],
            })?;
        }
    } else if !check.requests.is_empty() {
        output.text(table(&check.requests, output.width()))?;
    }
    output.flush()?;
    if !arguments.json {
        print_unchecked(&check.unchecked);
    }
    if check.requests.is_empty() {
        let request = "cross-origin request that a policy can allow or deny";
        let reason = no_request(&recording, request, arguments.only_url.as_deref());
        let nothing = format!("nothing is checked: {reason}");
        return Err(stopped(&arguments.recording, broken, nothing));
    }
    let left_out = har_file::left_out_count(&recording);
    print_note(&summary(&check, left_out));
    if let Some(error) = broken {
        print_broken(
            &arguments.recording,
            &error,
            "only the readable part is checked",
        );
        return Ok(Verdict::Failed);
    }
    let is_allowed = check
        .requests
        .iter()
        .all(|request| request.verdict == RequestVerdict::Allowed);
    Ok(
        if is_allowed && check.unchecked.is_empty() && left_out == 0 {
            Verdict::Passed
        } else {
            Verdict::Failed
        },
    )
}

/// Returns a text: the number of requests for each verdict, then advice. `left_out` is the number of damaged entries,
/// which count as not checked.
fn summary(check: &PolicyCheck, left_out: usize) -> String {
    let count = |is_counted: fn(&RequestVerdict) -> bool| {
        let verdicts = check.requests.iter().map(|request| &request.verdict);
        verdicts.filter(|verdict| is_counted(verdict)).count()
    };
    let unchecked = check.unchecked.len() + left_out;
    let without_credentials =
        count(|verdict| matches!(verdict, RequestVerdict::AllowedWithoutCredentials));
    let mut text = format!(
        "{}: {} allowed, {without_credentials} allowed only without credentials, {} denied, {unchecked} not checked",
        counted(check.requests.len() + unchecked, "request", "requests"),
        count(|verdict| matches!(verdict, RequestVerdict::Allowed)),
        count(|verdict| matches!(verdict, RequestVerdict::Denied { .. })),
    );
    if without_credentials > 0 {
        text += "\nallowed only without credentials: ";
        text += PolicyWarningKind::UnknownCredentials.message();
        text += ", or run the check with ";
        text += wording::SAME_ORIGIN_CREDENTIALS;
    }
    text
}

/// A checked request as a line of JSON.
#[derive(Serialize)]
struct CheckLine<'c> {
    entry: usize,
    server: &'c str,
    method: &'c str,
    url: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<&'c str>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    reasons: &'c [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    hidden_headers: &'c [String],
}

impl<'c> CheckLine<'c> {
    fn new(request: &'c CheckedRequest) -> Self {
        let reasons = match &request.verdict {
            RequestVerdict::Denied { reasons } => reasons,
            _ => &[][..],
        };
        Self {
            entry: request.entry,
            server: &request.server,
            method: &request.method,
            url: request.url.as_str(),
            origin: Some(&request.origin),
            verdict: word(&request.verdict),
            reasons,
            hidden_headers: &request.hidden_headers,
        }
    }
}

const fn word(verdict: &RequestVerdict) -> &'static str {
    match verdict {
        RequestVerdict::Allowed => "allowed",
        RequestVerdict::AllowedWithoutCredentials => "allowed-without-credentials",
        RequestVerdict::Denied { .. } => "denied",
    }
}

/// Returns a table with one row for each distinct request. The denied requests come first. Below a row are the reasons
/// for the denial, and the response headers that the policy does not expose.
fn table(requests: &[CheckedRequest], width: Width) -> String {
    let mut rows: Vec<(Row<'_>, usize)> = Vec::new();
    let mut positions: BTreeMap<Row<'_>, usize> = BTreeMap::new();
    for request in requests {
        let row = Row::new(request);
        let position = *positions.entry(row.clone()).or_insert(rows.len());
        match rows.get_mut(position) {
            Some((_, count)) => *count += 1,
            None => rows.push((row, 1)),
        }
    }
    rows.sort_by_key(|(row, _)| row.rank);
    let column_width = |column: fn(&Row<'_>) -> usize| {
        let widths = rows.iter().map(|(row, _)| column(row));
        widths.max().unwrap_or_default()
    };
    let verdict_width = column_width(|row| row.verdict.len());
    let method_width = column_width(|row| row.method.len());
    let origin_width = column_width(|row| row.origin.len());
    let mut lines = Vec::new();
    for (row, count) in &rows {
        let line = format!(
            "{:<verdict_width$}  {:<method_width$}  {:<origin_width$}  {}",
            row.verdict, row.method, row.origin, row.url,
        );
        lines.push(with_count(line, *count));
        // In a pipe, a part stays in one line, so that other programs find it.
        let part = |text: &str| {
            if io::stdout().is_terminal() {
                width.wrapped("  ", "    ", text)
            } else {
                format!("  {text}")
            }
        };
        lines.extend(row.reasons.iter().map(|reason| part(reason)));
        let hidden = row.hidden_headers.iter();
        lines.extend(hidden.map(|name| {
            part(&format!("the page can no longer read the response header `{name}`: add `{name}` to `expose_headers`"))
        }));
    }
    lines.join("\n")
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Row<'c> {
    /// The rows with a lower rank come first in the table.
    rank: u8,
    verdict: &'static str,
    method: &'c str,
    origin: &'c str,
    url: &'c str,
    reasons: &'c [String],
    hidden_headers: &'c [String],
}

impl<'c> Row<'c> {
    fn new(request: &'c CheckedRequest) -> Self {
        let line = CheckLine::new(request);
        Self {
            rank: match request.verdict {
                RequestVerdict::Denied { .. } => 0,
                RequestVerdict::AllowedWithoutCredentials => 1,
                RequestVerdict::Allowed => 2,
            },
            verdict: match request.verdict {
                RequestVerdict::AllowedWithoutCredentials => "allowed only without credentials",
                _ => line.verdict,
            },
            method: line.method,
            origin: &request.origin,
            url: line.url,
            reasons: line.reasons,
            hidden_headers: line.hidden_headers,
        }
    }
}
