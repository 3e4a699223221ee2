//! `fetch-cors policy suggest` and `fetch-cors policy check`: policies and recordings.

use std::{collections::BTreeMap, fmt::Write as _, path::PathBuf};

use fetch_cors::{
    explain::input::Recording,
    recorded::{
        CheckedRequest, PolicyCheck, PolicyWarning, RequestVerdict, SuggestedPolicy,
        UncheckedFetch, check_policy, suggest_policies,
    },
    server::{PolicyConfig, PublicSuffixList},
};
use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;

use crate::{
    Verdict, har_file, input, only_url,
    output::{Output, Stop, counted, print_aside},
    policy_file,
};

#[derive(Debug, clap::Args)]
pub(crate) struct SuggestArguments {
    /// The HAR recording of a network panel.
    #[arg(value_name = "CAPTURE.har")]
    recording: PathBuf,
    /// Use only requests whose URL contains this text. A text with `*`, such as `*/notes`, must match the whole URL.
    /// The `*` matches any characters.
    #[arg(long, value_name = "TEXT")]
    only_url: Option<String>,
    /// Print the policy as TOML, with the warnings as comments.
    #[arg(long, conflicts_with = "json")]
    toml: bool,
    /// Print one line of JSON for each server: its origin, the policy, the number of fetches, and the warnings.
    #[arg(long)]
    json: bool,
}

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
    /// Print JSON: one line for each request, or one line for each error of the policy.
    #[arg(long)]
    json: bool,
}

/// Returns a function that is true for the URLs that `--only-url` selects.
fn selection(only_url: Option<&str>) -> impl Fn(&Url) -> bool {
    move |url| only_url.is_none_or(|text| only_url::selects(text, url))
}

/// Returns the error for a recording without a request that the command can use. For example, `only_url` selects no
/// URL, or no request is cross-origin.
///
/// The text `request` describes the requests that the command can use.
fn no_request(recording: &Recording, request: &str, only_url: Option<&str>) -> String {
    let entries = counted(recording.entry_count(), "entry", "entries");
    match only_url {
        Some(text) => format!(
            "the recording has {entries}, but no {request} with {}: change `--only-url`",
            only_url::described(text)
        ),
        None => format!("the recording has {entries}, but no {request}"),
    }
}

/// A suggested policy as a line of JSON.
#[derive(Serialize)]
struct SuggestionLine<'s> {
    server: &'s str,
    fetches: usize,
    policy: Map<String, Value>,
    warnings: Vec<WarningLine<'s>>,
}

#[derive(Serialize)]
struct WarningLine<'s> {
    warning: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    values: &'s [String],
    message: String,
}

impl<'s> From<&'s PolicyWarning> for WarningLine<'s> {
    fn from(warning: &'s PolicyWarning) -> Self {
        Self {
            warning: warning.kind.as_str(),
            values: &warning.values,
            message: warning.to_string(),
        }
    }
}

/// Prints the narrowest policy that a recording needs.
pub(crate) fn suggest(arguments: &SuggestArguments, output: &mut Output) -> Result<Verdict, Stop> {
    let (recording, broken) = har_file::read(&arguments.recording, output)?;
    let is_selected = selection(arguments.only_url.as_deref());
    let suggestions = suggest_policies(&recording.fetches(), &PublicSuffixList, is_selected);
    print_unchecked(&suggestions.unchecked);
    let nothing = || {
        let request = "cross-origin fetch that a policy can allow";
        no_request(&recording, request, arguments.only_url.as_deref())
    };
    match &*suggestions.policies {
        [] => return Err(stopped(arguments.recording.as_path(), broken, nothing())),
        policies if arguments.json => {
            for suggested in policies {
                output.json(&SuggestionLine {
                    server: &suggested.server,
                    fetches: suggested.fetch_count,
                    policy: needed_members(suggested.policy.config())?,
                    warnings: suggested.warnings.iter().map(WarningLine::from).collect(),
                })?;
            }
        }
        [suggested] => print_policy(suggested, arguments.toml, output)?,
        [first, ..] => {
            for suggested in &suggestions.policies {
                let (server, fetches) = (&suggested.server, suggested.fetch_count);
                print_aside(&heading(server, fetches));
            }
            let count = suggestions.policies.len();
            return Err(Stop::CannotRun(format!(
                "the recording has requests to {count} servers, but a policy file is for one server: choose the server with `--only-url {}`, or print all policies with `--json`",
                only_url::of_server(&first.server)
            )));
        }
    }
    let left_out = har_file::left_out_count(&recording);
    if left_out > 0 {
        let entries = counted(left_out, "damaged entry", "damaged entries");
        print_aside(&format!(
            "the policy does not include the requests of {entries}: correct the recording, or record again"
        ));
    }
    if let Some(error) = &broken {
        let consequence = "the policy allows only the requests of the readable part";
        print_broken(&arguments.recording, error, consequence);
    }
    Ok(if left_out == 0 && broken.is_none() {
        Verdict::Passed
    } else {
        Verdict::Failed
    })
}

/// Prints the text of a policy file, and prints the warnings.
fn print_policy(
    suggested: &SuggestedPolicy,
    is_toml: bool,
    output: &mut Output,
) -> Result<(), Stop> {
    let members = needed_members(suggested.policy.config())?;
    let (server, fetches) = (&suggested.server, suggested.fetch_count);
    let heading = heading(server, fetches);
    if is_toml {
        output.text(format_args!("# {heading}"))?;
        for warning in &suggested.warnings {
            output.text(format_args!("# {}: {warning}", warning.kind.as_str()))?;
        }
        return output.text(toml(&members));
    }
    let json = serde_json::to_string_pretty(&members)
        .map_err(|error| Stop::CannotRun(format!("could not serialize the policy: {error}")))?;
    output.text(json)?;
    output.flush()?;
    print_aside(&heading);
    for warning in &suggested.warnings {
        print_aside(&format!("warning: {}: {warning}", warning.kind.as_str()));
    }
    Ok(())
}

fn heading(server: &str, fetches: usize) -> String {
    format!("{server}: {}", counted(fetches, "fetch", "fetches"))
}

/// Returns the member `origins`, and each member whose value is not the default value.
fn needed_members(config: &PolicyConfig) -> Result<Map<String, Value>, Stop> {
    let members = |config: &PolicyConfig| match serde_json::to_value(config) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(Stop::CannotRun("could not serialize the policy".into())),
    };
    let defaults = members(&PolicyConfig::default())?;
    let mut needed = members(config)?;
    needed.retain(|name, value| name == "origins" || defaults.get(name) != Some(value));
    Ok(needed)
}

/// Returns the members as TOML. The strings of a policy have only printable ASCII characters. JSON and TOML write such
/// strings in the same way.
fn toml(members: &Map<String, Value>) -> String {
    let lines = members.iter().map(|(name, value)| match value {
        Value::Array(entries) if entries.len() > 1 => {
            let mut list = format!("{name} = [\n");
            for entry in entries {
                // Writing to a string does not fail.
                let _ = writeln!(list, "  {entry},");
            }
            list + "]"
        }
        value => format!("{name} = {value}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn print_unchecked(unchecked: &[UncheckedFetch]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for fetch in unchecked {
        let (method, url) = (fetch.method.escape_debug(), fetch.url.as_str());
        let line = format!("not checked: {method} {url}: {}", fetch.reason);
        *counts.entry(line).or_default() += 1;
    }
    for (line, count) in counts {
        print_aside(&with_count(line, count));
    }
}

fn with_count(line: String, count: usize) -> String {
    match count {
        1 => line,
        _ => format!("{line} ({count} times)"),
    }
}

/// Prints why a part of the recording is not readable.
fn print_broken(path: &std::path::Path, error: &str, consequence: &str) {
    let name = input::name_of_input(path);
    print_aside(&format!("fetch-cors: {name}: {error}; {consequence}"));
}

/// Returns the error that ends the command. `broken` is the error of a recording that is not readable to its end.
fn stopped(path: &std::path::Path, broken: Option<String>, message: String) -> Stop {
    let name = input::name_of_input(path);
    Stop::CannotRun(match broken {
        Some(error) => format!("{name}: {error}; {message}"),
        None => format!("{name}: {message}"),
    })
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

/// Checks the requests of a recording against a policy.
pub(crate) fn check(arguments: &CheckArguments, output: &mut Output) -> Result<Verdict, Stop> {
    let policy = match policy_file::read(&arguments.policy)? {
        Ok(policy) => policy,
        Err(errors) => {
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
    let check = check_policy(&policy, &recording.fetches(), is_selected);
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
            })?;
        }
    } else if !check.requests.is_empty() {
        output.text(table(&check.requests))?;
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
    print_aside(&summary(&check, left_out));
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
        .all(|request| request.verdict.is_allowed());
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
    let mut servers: Vec<&str> = check.requests.iter().map(|r| &*r.server).collect();
    servers.sort_unstable();
    servers.dedup();
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
        text += "\nallowed only without credentials: the recording does not show whether the page sends credentials: \
                 set `credentials` in the policy if the page fetches with `credentials: \"include\"`";
    }
    if servers.len() > 1 {
        let texts: Vec<String> = servers.iter().map(|s| only_url::of_server(s)).collect();
        let _ = write!(
            text,
            "\n{} servers: choose one with `--only-url`: {}",
            servers.len(),
            texts.join(", ")
        );
    }
    text
}

/// Returns a table with one row for each distinct request. The denied requests come first, and each denied request has
/// its reasons below its row.
fn table(requests: &[CheckedRequest]) -> String {
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
    let width = |column: fn(&Row<'_>) -> usize| {
        let widths = rows.iter().map(|(row, _)| column(row));
        widths.max().unwrap_or_default()
    };
    let verdict_width = width(|row| row.verdict.len());
    let method_width = width(|row| row.method.len());
    let origin_width = width(|row| row.origin.len());
    let mut lines = Vec::new();
    for (row, count) in &rows {
        let line = format!(
            "{:<verdict_width$}  {:<method_width$}  {:<origin_width$}  {}",
            row.verdict, row.method, row.origin, row.url,
        );
        lines.push(with_count(line, *count));
        lines.extend(row.reasons.iter().map(|reason| format!("  {reason}")));
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
        }
    }
}
