//! Explanations of the fetches of a HAR recording.

use std::{collections::HashMap, path::Path, sync::Arc};

use fetch_cors::{
    Failure,
    browser::{CredentialsMode, UserAgent},
    engine::Engine,
    explain::{
        Explanation, Fix, Verdict as FetchVerdict,
        input::{ConsoleMessage, RecordedFetch, Recording},
    },
    server::PublicSuffixList,
};

use super::{
    Arguments,
    page::Entries,
    recording_line::{Groups, Line, heading, main_position},
    recording_text::print_fetches,
};
use crate::{
    Verdict, har_file, only_url,
    output::{Output, Stop, counted, print_aside},
    source::Source,
};

/// The value of `--only-status` that selects requests without a response status. Recordings can have 0 or -1 in
/// place of a missing status.
const NO_STATUS: u16 = 0;

/// The sentence about a recording without a blocked fetch.
const NOTHING_BLOCKED: &str = "no fetch is blocked: `--all` shows the readable fetches";

/// The maximum number of notes about the fetches that are left out.
const MAX_NOTES: usize = 10;

/// The successful fetches. Without `--all`, the output leaves out these fetches.
#[derive(Debug, Default)]
struct LeftOut {
    count: usize,
    /// The notes about the cookies of the fetches that are left out. Equal notes are stored once.
    notes: Vec<String>,
}

impl LeftOut {
    fn add(&mut self, lines: &[Line<'_>]) {
        self.count += 1;
        let explanations = lines.iter().filter_map(|line| line.explanation.as_ref());
        for note in explanations.flat_map(|explanation| &explanation.notes) {
            if self.notes.len() < MAX_NOTES && !self.notes.contains(note) {
                self.notes.push(note.clone());
            }
        }
    }
}

/// Explains the fetches of a recording. Without `--all`, leaves out the fetches that succeed.
pub(super) fn explain_recording(
    arguments: &Arguments,
    source: Source,
    path: &Path,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    let input = String::from(source.name());
    let (recording, error) = har_file::read_source(source, path, output)?;
    let fetches = recording.fetches();
    // If at least one fetch has an error, the program assumes that the recording has the error of each failed fetch. An
    // error of Firefox (`NS_…`) does not count: Firefox records network errors, but does not record CORS failures.
    let names_errors = fetches.iter().any(|fetch| {
        let error = fetch.reported_error.as_ref();
        error.is_some_and(|error| !error.starts_with("NS_"))
    });
    let mut selected = fetches
        .iter()
        .filter(|fetch| is_selected(arguments, fetch))
        .peekable();
    if let Some(selection) = selection(arguments).filter(|_| selected.peek().is_none()) {
        let error = error.map_or_else(String::new, |error| format!("{error}; "));
        return Err(Stop::CannotRun(format!(
            "{input}: {error}nothing is explained, because no fetch has {selection}"
        )));
    }
    let mut groups = Groups::default();
    let mut explained = Vec::new();
    let mut left_out = LeftOut::default();
    let mut not_judged_count = 0;
    for fetch in selected {
        let mut lines = lines(fetch, names_errors, arguments.engine);
        if !arguments.all && lines.iter().all(Line::is_success) {
            left_out.add(&lines);
            continue;
        }
        groups.add(&mut lines);
        not_judged_count += usize::from(lines.iter().all(Line::is_not_judged));
        if arguments.json {
            lines.iter().try_for_each(|line| output.json(line))?;
        } else {
            explained.push(lines);
        }
    }
    let has_only_left_out = groups.count() == 0 && left_out.count > 0;
    if let Some(file) = &arguments.html {
        let mut entries = Entries::default();
        if has_only_left_out {
            entries.list("Result".into(), NOTHING_BLOCKED, left_out.notes);
        }
        add_fetches(&mut entries, explained);
        add_problems(&mut entries, &recording);
        let title = if path == Path::new("-") {
            format!("Fetches of {input}")
        } else {
            let file_name = path.file_name().unwrap_or_default().to_string_lossy();
            format!("Fetches of {}", file_name.escape_debug())
        };
        entries.write(&title, file, output)?;
    } else {
        if has_only_left_out && !arguments.json {
            output.text(NOTHING_BLOCKED)?;
            for note in &left_out.notes {
                output.text(format_args!("Note: {note}"))?;
            }
        }
        print_fetches(&explained, arguments.all, output)?;
    }
    output.flush()?;
    let explained_count = groups.count() - not_judged_count;
    let not_judged = match not_judged_count {
        0 => String::new(),
        count => format!(", {count} not judged"),
    };
    print_aside(&format!(
        "{}, {} relevant to CORS, {explained_count} explained{not_judged}",
        counted(recording.entry_count(), "entry", "entries"),
        counted(fetches.len(), "fetch that is", "fetches that are"),
    ));
    // A damaged entry that was left out can belong to a fetch that is then not explained.
    let has_left_out = har_file::left_out_count(&recording) > 0;
    if let Some(error) = &error {
        print_aside(&format!("fetch-cors: {input}: {error}"));
    }
    if not_judged_count > 0 && explained_count == 0 && left_out.count == 0 {
        return Err(Stop::CannotRun(format!(
            "{input}: nothing is explained, because no fetch can be judged"
        )));
    }
    Ok(if has_left_out || not_judged_count > 0 || error.is_some() {
        Verdict::Failed
    } else {
        Verdict::Passed
    })
}

/// Describes the fetches that the options select. `None` if the options select all fetches.
fn selection(arguments: &Arguments) -> Option<String> {
    let url = arguments.only_url.as_ref();
    let url = url.map(|text| only_url::described(text));
    let status = arguments.only_status;
    let status = status.map(|status| match status {
        NO_STATUS => String::from("a request without a status"),
        status => format!("a response with the status {status}"),
    });
    let parts: Vec<String> = url.into_iter().chain(status).collect();
    (!parts.is_empty()).then(|| parts.join(" and "))
}

fn is_selected(arguments: &Arguments, fetch: &RecordedFetch) -> bool {
    let has_status = |status: u16| {
        if status == NO_STATUS {
            let mut exchanges = fetch.exchanges.iter();
            return exchanges
                .any(|exchange| exchange.response.is_none() || exchange.is_status_assumed);
        }
        let mut responses = fetch
            .exchanges
            .iter()
            .filter_map(|exchange| exchange.response.as_ref());
        responses.any(|response| response.status.as_u16() == status)
    };
    arguments
        .only_url
        .as_ref()
        .is_none_or(|text| only_url::selects(text, &fetch.url))
        && arguments.only_status.is_none_or(has_status)
}

/// Returns the explanation of a fetch. If the recording does not show the credentials mode, and the credentials mode
/// changes the explanation, returns one explanation for each possible credentials mode.
///
/// `names_errors` is true if the recording has the error of each failed fetch.
fn lines(fetch: &RecordedFetch, names_errors: bool, engine: Engine) -> Vec<Line<'_>> {
    let line = |assumed_credentials, explanation, obstacle| Line {
        fetch: 0,
        same_as: None,
        url: fetch.url.as_str(),
        method: &fetch.method,
        assumed_credentials,
        has_worked: fetch.has_worked(),
        contradicts_recording: false,
        explanation,
        obstacle,
    };
    if let Some(Err(error)) = fetch.request(CredentialsMode::SameOrigin) {
        let failure = error.failure();
        let obstacle = format!(
            "`fetch()` throws before it sends this request: {} (failure {}). Another program made the request, or the recording is wrong",
            failure.message(),
            failure.code()
        );
        return vec![line(None, None, Some(obstacle))];
    }
    let modes = fetch.credentials_modes();
    let explained = modes
        .iter()
        .filter_map(|mode| Some((*mode, explained(fetch, *mode, engine)?)));
    let mut explained: Vec<_> = explained.collect();
    if let (Some(obstacle), []) = (fetch.obstacle, &*explained) {
        let reported = reported(fetch).unwrap_or_default();
        return vec![line(None, None, Some(format!("{obstacle}{reported}")))];
    }
    let is_failed = is_failed_in_recording(fetch, names_errors);
    let answers = fetch.exchanges.iter();
    let answered_count = answers
        .filter(|exchange| exchange.response.is_some())
        .count();
    let is_possible = |explanation: &Explanation| {
        let first = explanation.refusals.first().map(|first| first.failure);
        let is_reported = fetch.reported_failure.is_none() || fetch.reported_failure == first;
        is_reported
            && is_failed.is_none_or(|is_failed| ended(explanation) != Some(!is_failed))
            && sent_count(explanation) >= answered_count
    };
    if explained.iter().any(|(_, other)| is_possible(other)) {
        explained.retain(|(_, explanation)| is_possible(explanation));
    }
    // If the recording has a preflight, and the request after the preflight has no response, the browser probably
    // refused the response to the preflight. So the explanations in which a recorded response blocks the fetch come
    // first.
    let mut requests = fetch.exchanges.iter();
    let has_missing_response =
        requests.any(|exchange| !exchange.is_preflight && exchange.response.is_none());
    if fetch.has_preflight() && has_missing_response {
        explained.sort_by_key(|(_, explanation)| !is_blocked_by_answer(explanation));
    }
    keep_one_if_same(&mut explained);
    let contradicts_recording = is_failed.is_some_and(|is_failed| {
        let mut others = explained.iter();
        others.all(|(_, explanation)| ended(explanation) == Some(!is_failed))
    });
    let is_assumed = explained.len() > 1;
    let explained = explained.into_iter();
    explained
        .map(|(mode, explanation)| Line {
            contradicts_recording,
            ..line(
                is_assumed.then_some(mode_name(mode)),
                Some(explanation),
                None,
            )
        })
        .collect()
}

/// If all explanations have the same meaning, keeps only the first explanation, and adds the notes of the other
/// explanations to the first explanation.
fn keep_one_if_same(explained: &mut Vec<(CredentialsMode, Explanation)>) {
    let Some(((_, first), others)) = explained.split_first_mut() else {
        return;
    };
    if !others.iter().all(|(_, other)| is_same(first, other)) {
        return;
    }
    for (mode, other) in others {
        let notes = other
            .notes
            .iter()
            .filter(|note| !first.notes.contains(note));
        let notes: Vec<String> = notes
            .map(|note| format!("if the credentials mode is `{}`: {note}", mode_name(*mode)))
            .collect();
        first.notes.extend(notes);
    }
    explained.truncate(1);
}

/// Returns the number of requests that the browser sends according to the explanation. A recording with more responses
/// contradicts the explanation.
fn sent_count(explanation: &Explanation) -> usize {
    let exchanges = explanation.exchanges.iter();
    exchanges.filter(|exchange| exchange.was_sent).count()
}

/// Whether the fetch failed in the recording. `None` if the recording does not show the result.
fn is_failed_in_recording(fetch: &RecordedFetch, names_errors: bool) -> Option<bool> {
    match &fetch.reported_error {
        // The page or the user stopped the request, so the result of the fetch is unknown.
        Some(error) if is_stopped(error) => None,
        Some(_) => Some(true),
        None if fetch.reported_failure.is_some() => Some(true),
        // The error of a fetch is in the entry of the request. The recording lacks this entry, so the result is
        // unknown.
        None if fetch.exchanges.iter().all(|exchange| exchange.is_preflight) => None,
        None => names_errors.then_some(false),
    }
}

/// Whether the page or the user stopped the request.
fn is_stopped(error: &str) -> bool {
    ConsoleMessage::parse(error).is_ok_and(|message| message.is_stopped())
}

/// Returns how the explained fetch ended: `Some(true)` for a failure, `Some(false)` for a success, and `None` if the
/// verdict is undecided.
const fn ended(explanation: &Explanation) -> Option<bool> {
    match explanation.verdict {
        FetchVerdict::Blocked => Some(true),
        FetchVerdict::Readable | FetchVerdict::Opaque => Some(false),
        FetchVerdict::Undecided => None,
    }
}

/// Whether a recorded response blocks the fetch. False if the fetch is blocked because a response is missing.
fn is_blocked_by_answer(explanation: &Explanation) -> bool {
    let first = explanation.refusals.first().map(|first| first.failure);
    explanation.verdict == FetchVerdict::Blocked && first != Some(Failure::NetworkError)
}

/// Returns a sentence with the error that the browser reported, and with the meaning of the error. `None` if the error
/// does not show why the fetch failed.
fn reported(fetch: &RecordedFetch) -> Option<String> {
    let error = fetch.reported_error.as_ref()?;
    let message = ConsoleMessage::parse(error).ok()?;
    message.has_reason().then(|| {
        format!(
            ". The browser reported `{}`: {}",
            error.escape_debug(),
            message.meaning()
        )
    })
}

/// Whether two explanations have the same meaning for the user.
fn is_same(one: &Explanation, other: &Explanation) -> bool {
    let failure =
        |explanation: &Explanation| explanation.refusals.first().map(|first| first.failure);
    let is_unanswered = |explanation| failure(explanation) == Some(Failure::NetworkError);
    // If a request got no answer, the credentials mode is not the reason. So two explanations with a missing answer
    // count as the same.
    if is_unanswered(one) && is_unanswered(other) {
        return true;
    }
    // Two explanations also count as the same if both are undecided, and if neither explanation has a fix.
    let has_no_known_fix = |explanation: &Explanation| {
        explanation.verdict == FetchVerdict::Undecided
            && matches!(&explanation.fix, Fix::Answers { page, answers } if page.is_empty() && answers.is_empty())
    };
    if has_no_known_fix(one) && has_no_known_fix(other) {
        return true;
    }
    one.verdict == other.verdict
        && one.refusals == other.refusals
        && one.fix == other.fix
        && one.cautions == other.cautions
        && one.hidden == other.hidden
        && one.engines == other.engines
}

fn explained(fetch: &RecordedFetch, mode: CredentialsMode, engine: Engine) -> Option<Explanation> {
    let mut user_agent = UserAgent::of_engine(engine);
    user_agent.public_suffixes = Arc::new(PublicSuffixList);
    fetch.explanation(&user_agent, mode)
}

const fn mode_name(mode: CredentialsMode) -> &'static str {
    match mode {
        CredentialsMode::Omit => "omit",
        CredentialsMode::SameOrigin => "same-origin",
        CredentialsMode::Include => "include",
    }
}

/// Adds the damaged entries of a recording to the entries of the HTML page.
fn add_problems(entries: &mut Entries, recording: &Recording) {
    for problem in recording.problems() {
        let reason = format!("the recording is damaged here: {}", problem.kind);
        entries.not_judged(format!("Entry {}", problem.entry + 1), reason);
    }
}

/// Adds the fetches to the entries of the HTML page. Fetches with equal explanations are one entry, at the place of the
/// first of these fetches.
fn add_fetches(entries: &mut Entries, fetches: Vec<Vec<Line<'_>>>) {
    let mut equal: HashMap<usize, Vec<String>> = HashMap::new();
    for line in fetches.iter().filter_map(|lines| lines.first()) {
        if let Some(first) = line.same_as {
            equal.entry(first).or_default().push(heading(line));
        }
    }
    for lines in fetches {
        let first = lines.first().filter(|line| line.same_as.is_none());
        let Some(number) = first.map(|line| line.fetch) else {
            continue;
        };
        add(entries, lines);
        entries.equal_fetches(equal.remove(&number).unwrap_or_default());
    }
}

/// Adds the explanation of a fetch to the entries of the HTML page.
fn add(entries: &mut Entries, lines: Vec<Line<'_>>) {
    let Some(main) = main_position(&lines) else {
        for line in lines {
            let reason = line.obstacle.clone().unwrap_or_default();
            entries.not_judged(heading(&line), reason);
        }
        return;
    };
    let mut first = None;
    let mut alternatives = Vec::new();
    for (position, line) in lines.into_iter().enumerate() {
        let mut heading = heading(&line);
        let mode = line.assumed_credentials.unwrap_or_default();
        match line.explanation {
            Some(explanation) if position == main => {
                if !mode.is_empty() {
                    heading += &format!(", if the credentials mode is {mode}");
                }
                first = Some((heading, explanation));
            }
            Some(explanation) => {
                let assumption = format!("If the credentials mode is {mode}");
                alternatives.push((assumption, explanation));
            }
            None => {}
        }
    }
    if let Some((heading, explanation)) = first {
        entries.fetch_with_alternatives(heading, explanation, alternatives);
    }
}
