//! Explanations of the fetches of a HAR recording.

use std::{path::Path, sync::Arc, time::Duration};

use fetch_cors::{
    browser::{ConnectionError, CredentialsMode, HttpRequest, Outcome, Response, UserAgent},
    explain::{Explanation, Verdict as FetchVerdict, explain_request, input::RecordedFetch},
    server::PublicSuffixList,
};
use serde::Serialize;

use super::{Arguments, print};
use crate::{
    Verdict, har_file,
    input::name,
    output::{Output, Stop, print_aside},
};

/// Whether the argument is a file, and not a message.
pub(super) fn is_recording(argument: &str) -> bool {
    let path = Path::new(argument);
    let is_named = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("har"));
    is_named || path.is_file()
}

/// A fetch of the recording as a line of JSON.
#[derive(Serialize)]
struct Line<'f> {
    url: &'f str,
    method: &'f str,
    /// The credentials mode that the explanation assumes, if the recording does not show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    assumed_credentials: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Explanation>,
    /// The reason why the fetch cannot be judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    obstacle: Option<String>,
}

impl Line<'_> {
    fn is_success(&self) -> bool {
        let mut verdicts = self
            .explanation
            .iter()
            .map(|explanation| explanation.verdict);
        verdicts.any(|verdict| matches!(verdict, FetchVerdict::Readable | FetchVerdict::Opaque))
    }
}

/// Explains the fetches of a recording that are blocked, or all of them.
pub(super) fn explain_recording(
    arguments: &Arguments,
    path: &Path,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    let (recording, error) = har_file::read(path, output)?;
    let fetches = recording.fetches();
    let selected = fetches.iter().filter(|fetch| is_selected(arguments, fetch));
    let mut explained = 0;
    for fetch in selected {
        let lines = lines(fetch);
        if !arguments.all && lines.iter().all(Line::is_success) {
            continue;
        }
        explained += 1;
        for line in lines {
            if arguments.json {
                output.json(&line)?;
                continue;
            }
            print_line(&line, arguments.all, output)?;
            output.text("")?;
        }
    }
    output.flush()?;
    print_aside(&format!(
        "{} entries, {} fetches that have to do with CORS, {explained} of them explained",
        recording.entry_count(),
        fetches.len()
    ));
    match error {
        None => Ok(Verdict::Passed),
        Some(error) => {
            print_aside(&format!("fetch-cors: {}: {error}", name(path)));
            Ok(Verdict::Failed)
        }
    }
}

fn is_selected(arguments: &Arguments, fetch: &RecordedFetch) -> bool {
    let has_status = |status: u16| {
        let mut responses = fetch
            .exchanges
            .iter()
            .filter_map(|exchange| exchange.response.as_ref());
        responses.any(|response| response.status.as_u16() == status)
    };
    arguments
        .only_url
        .as_ref()
        .is_none_or(|text| fetch.url.as_str().contains(&**text))
        && arguments.only_status.is_none_or(has_status)
}

/// Returns the explanation; two of them if the recording does not show the credentials mode, and it matters.
fn lines(fetch: &RecordedFetch) -> Vec<Line<'_>> {
    let line = |assumed_credentials, explanation, obstacle| Line {
        url: fetch.url.as_str(),
        method: &fetch.method,
        assumed_credentials,
        explanation,
        obstacle,
    };
    if let Some(obstacle) = fetch.obstacle {
        return vec![line(None, None, Some(obstacle.to_string()))];
    }
    let modes = fetch.credentials_modes();
    let explained = modes
        .iter()
        .filter_map(|mode| Some((*mode, explained(fetch, *mode)?)));
    let mut explained: Vec<_> = explained.collect();
    explained.dedup_by(|(_, other), (_, first)| {
        (&first.headline, &first.fix) == (&other.headline, &other.fix)
    });
    let is_assumed = explained.len() > 1;
    let explained = explained.into_iter();
    explained
        .map(|(mode, explanation)| {
            line(
                is_assumed.then_some(mode_name(mode)),
                Some(explanation),
                None,
            )
        })
        .collect()
}

fn explained(fetch: &RecordedFetch, mode: CredentialsMode) -> Option<Explanation> {
    let request = fetch.request(mode)?.ok()?;
    let mut user_agent = UserAgent::new();
    user_agent.public_suffixes = Arc::new(PublicSuffixList);
    // The requests that the browser sent. The others follow only after the fix, so their answers are unknown.
    let sent = Outcome::fetch(
        &mut user_agent.clone(),
        Ok(request.clone()),
        Duration::ZERO,
        fetch.network(),
    );
    let mut sent = sent.requests.len();
    let mut network = fetch.network();
    let is_complete = fetch
        .exchanges
        .iter()
        .all(|exchange| exchange.response.is_some());
    Some(explain_request(
        &user_agent,
        &request,
        Duration::ZERO,
        |request: &HttpRequest| {
            let was_sent = sent > 0;
            sent = sent.saturating_sub(1);
            known(network(request), was_sent && !is_complete)
        },
    ))
}

/// Returns the answer. A request without a recorded answer has a failed connection if it was sent and the recording
/// shows that it failed. Otherwise its answer is unknown.
fn known(
    answer: Result<Response, ConnectionError>,
    has_failed: bool,
) -> Option<Result<Response, ConnectionError>> {
    match answer {
        Err(ConnectionError) if !has_failed => None,
        answer => Some(answer),
    }
}

const fn mode_name(mode: CredentialsMode) -> &'static str {
    match mode {
        CredentialsMode::Omit => "omit",
        CredentialsMode::SameOrigin => "same-origin",
        CredentialsMode::Include => "include",
    }
}

/// Prints a line as text. Unless all fetches are explained, a success is one sentence.
fn print_line(line: &Line<'_>, is_all: bool, output: &mut Output) -> Result<(), Stop> {
    let url = line.url.escape_debug();
    let method = line.method.escape_debug();
    match line.assumed_credentials {
        Some(mode) => output.text(format_args!(
            "{method} {url}, if the credentials mode is `{mode}`, which the recording does not show"
        ))?,
        None => output.text(format_args!("{method} {url}"))?,
    }
    match (&line.explanation, &line.obstacle) {
        (Some(explanation), _) if line.is_success() && !is_all => {
            output.text(&explanation.headline)
        }
        (Some(explanation), _) => print(explanation, output),
        (None, Some(obstacle)) => output.text(format_args!("cannot be judged: {obstacle}")),
        (None, None) => Ok(()),
    }
}
