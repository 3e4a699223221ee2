//! The explanations of a recorded fetch: one explanation for each possible credentials mode.

use std::{slice, sync::Arc};

use fetch_cors::{
    Failure,
    browser::{CredentialsMode, UserAgent},
    engine::Engine,
    explain::{
        Explanation, Fix, Verdict as FetchVerdict,
        input::{ConsoleMessage, Obstacle, RecordedFetch},
        printable,
    },
    server::PublicSuffixList,
    wording,
};

use super::{
    super::Arguments,
    line::{Line, main_position, set_certain},
};

/// The maximum length of the error of a browser in a sentence.
const MAX_ERROR_CHARS: usize = 200;

/// The note on a fix that does not depend on the credentials mode, if the recording does not show the mode.
const SAME_FIX: &str = "the recording does not show whether the page sends credentials; the fix is the same with and without credentials";

/// The sentence about the credentials mode of a fetch that succeeds with and without credentials, if the recording does
/// not show the mode.
const ASSUMED_CREDENTIALS: &str = "the credentials mode of the request is not in the recording: `same-origin` is assumed; the result is the same for `include`";

/// The note on a failure that the recorded headers do not cause.
const OTHER_REASONS: &str = "look for the reason in the red line of the console. Possible reasons are an extension of the browser, a service worker, the Content Security Policy of the page (`connect-src`), the permission to access the local network, and a preflight that the recording lacks";

/// The algorithms in which a browser refuses the target of a redirect without a request.
const ALGORITHMS_BEFORE_TARGET: [&str; 3] = ["http-redirect-fetch", "main-fetch", "scheme-fetch"];

/// Returns the explanation of a fetch. If the recording does not show the credentials mode, and the credentials mode
/// changes the explanation, returns one explanation for each possible credentials mode, or only the explanation for the
/// mode of `--credentials`.
///
/// `names_errors` is true if the recording has the error of each failed fetch.
pub(super) fn lines(fetch: &RecordedFetch, names_errors: bool, arguments: &Arguments) -> Vec<Line> {
    let mut lines = lines_of_modes(fetch, names_errors, arguments);
    set_certain(&mut lines);
    name_assumed_credentials(&mut lines);
    lines
}

fn lines_of_modes(fetch: &RecordedFetch, names_errors: bool, arguments: &Arguments) -> Vec<Line> {
    let line = |assumed_credentials, explanation, obstacle| Line {
        fetch: 0,
        same_as: None,
        url: fetch.url.as_str().into(),
        method: fetch.method.clone(),
        certain: false,
        assumed_credentials,
        also_needed: None,
        has_worked: fetch.has_worked(),
        was_stopped: false,
        contradicts_recording: false,
        explanation,
        obstacle,
        message: None,
    };
    if let Some(Err(error)) = fetch.request(CredentialsMode::SameOrigin) {
        let failure = error.failure();
        let obstacle = format!(
            "`fetch()` throws before it sends this request: {} (failure {}). Probably, {}",
            failure.message(),
            failure.code(),
            wording::ANOTHER_PROGRAM
        );
        return vec![line(None, None, Some(obstacle))];
    }
    let given = arguments.credentials.map(CredentialsMode::from);
    let given = given.filter(|_| fetch.sends_credentials.is_none());
    let modes = given.as_ref().map(slice::from_ref);
    let modes = modes.unwrap_or_else(|| fetch.credentials_modes());
    let explained = modes
        .iter()
        .filter_map(|mode| Some((*mode, explained(fetch, *mode, arguments.engine)?)));
    let mut explained: Vec<_> = explained.collect();
    let last = fetch.exchanges.last();
    let has_response = last.is_some_and(|last| last.response.is_some());
    // Without the last response, an explanation cannot have the failure that the browser reported.
    let is_unknown = |explanation: &Explanation| {
        !has_response && explanation.refusals.is_empty() && ended(explanation).is_none()
    };
    let is_unanswered = |(_, explanation): &(CredentialsMode, Explanation)| {
        let first = explanation.refusals.first().map(|first| first.failure);
        first == Some(Failure::NetworkError) || is_unknown(explanation)
    };
    note_other_reason(fetch, &mut explained);
    let is_failed = is_failed_in_recording(fetch, names_errors);
    let answers = fetch.exchanges.iter();
    let answered_count = answers
        .filter(|exchange| exchange.response.is_some())
        .count();
    let is_possible = |explanation: &Explanation| {
        let first = explanation.refusals.first().map(|first| first.failure);
        let is_reported = fetch.reported_failure.is_none()
            || fetch.reported_failure == first
            || is_unknown(explanation);
        is_reported
            && is_failed.is_none_or(|is_failed| ended(explanation) != Some(!is_failed))
            && sent_count(explanation) >= answered_count
    };
    if explained.iter().any(|(_, other)| is_possible(other)) {
        explained.retain(|(_, explanation)| is_possible(explanation));
    }
    if explained.iter().all(is_unanswered)
        && let Some(message) = fetch.reported_message()
    {
        return vec![Line {
            message: Some(message),
            ..line(None, None, None)
        }];
    }
    if let (Some(obstacle), []) = (fetch.obstacle, &*explained) {
        let reported = reported(fetch).unwrap_or_default();
        return vec![line(None, None, Some(format!("{obstacle}{reported}")))];
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
    if is_failed == Some(true)
        && (explained.iter()).all(|(_, explanation)| ended(explanation) == Some(false))
    {
        for (_, explanation) in &mut explained {
            set_unexplained_failure(fetch, explanation);
        }
    }
    keep_one_if_same(&mut explained);
    let is_failed = is_failed.or_else(|| fetch.has_worked().then_some(false));
    let contradicts_recording = is_failed.is_some_and(|is_failed| {
        let mut others = explained.iter();
        others.all(|(_, explanation)| ended(explanation) == Some(!is_failed))
            && !ends_before_refused_target(fetch, &explained)
    });
    let is_assumed = explained.len() > 1;
    let explained = explained.into_iter();
    let lines = explained.map(|(mode, explanation)| Line {
        was_stopped: was_stopped(fetch, &explanation),
        contradicts_recording,
        ..line(
            is_assumed.then_some(mode_name(mode)),
            Some(explanation),
            None,
        )
    });
    let mut lines = lines.collect();
    compare_with_main(&mut lines);
    lines
}

/// Adds a sentence to the main explanation if the recording does not show the credentials mode, and if the explanations of
/// the possible modes differ.
fn name_assumed_credentials(lines: &mut [Line]) {
    let mut others = lines.iter().filter_map(|line| line.also_needed.as_ref());
    let has_same_fix = others.any(Vec::is_empty);
    let Some(line) = main_position(lines).and_then(|main| lines.get_mut(main)) else {
        return;
    };
    let (Some(mode), Some(explanation)) = (line.assumed_credentials, &mut line.explanation) else {
        return;
    };
    let result = match explanation.fix {
        _ if !line.certain => "verdict",
        Fix::NotNeeded => "explanation",
        _ => "fix",
    };
    let meaning = if line.certain && has_same_fix {
        String::from("the fix is the same in both cases")
    } else {
        format!(
            "this {result} is for the credentials mode `{mode}`, and the {result} for the other mode is below"
        )
    };
    explanation.not_recorded.push(format!(
        "the recording does not show whether the page sends cookies: {meaning}"
    ));
}

/// Changes the explanation of a fetch that failed in the recording, although the recorded headers allow the fetch. The
/// reason of the failure is not in the recording, so the fetch is not judged.
fn set_unexplained_failure(fetch: &RecordedFetch, explanation: &mut Explanation) {
    let error = fetch.reported_error.as_ref();
    let error = error.map_or_else(String::new, |error| format!(" `{}`", shown_error(error)));
    explanation.verdict = FetchVerdict::Undecided;
    explanation.headline = format!(
        "undecided: the browser reported the failure{error}, but the recorded headers allow the fetch"
    );
    explanation.hidden.clear();
    explanation.hidden_near_misses.clear();
    if fetch.reported_message().is_none() {
        explanation.notes.push(OTHER_REASONS.into());
    }
}

/// If the browser reported a CORS failure that no explanation has, adds a note to each explanation.
fn note_other_reason(fetch: &RecordedFetch, explained: &mut [(CredentialsMode, Explanation)]) {
    let has_response = fetch
        .exchanges
        .last()
        .is_some_and(|last| last.response.is_some());
    let Some(message) = fetch.reported_message().filter(|_| has_response) else {
        return;
    };
    let is_reported = |explanation: &Explanation| {
        let mut refusals = explanation.refusals.iter();
        refusals.any(|refusal| Some(refusal.failure) == fetch.reported_failure)
    };
    if explained.iter().any(|(_, other)| is_reported(other)) {
        return;
    }
    for (_, explanation) in explained {
        explanation.notes.push(format!(
            "the browser reported another reason than the recorded headers show: {}. The recording was edited, or a program such as a proxy changed the response: record again",
            message.meaning()
        ));
    }
}

/// Writes into each line, except the line of the main explanation, the changes that are also needed.
fn compare_with_main(lines: &mut Vec<Line>) {
    let Some(main) = main_position(lines) else {
        return;
    };
    let main_line = lines.remove(main);
    for line in &mut *lines {
        let explanations = line
            .explanation
            .as_ref()
            .zip(main_line.explanation.as_ref());
        line.also_needed = explanations.and_then(|(own, main)| own.also_needed(main));
    }
    lines.insert(main, main_line);
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
    for (mode, other) in &*others {
        let notes = other
            .notes
            .iter()
            .filter(|note| !first.notes.contains(note));
        let notes: Vec<String> = notes
            .map(|note| format!("if the credentials mode is `{}`: {note}", mode_name(*mode)))
            .collect();
        first.notes.extend(notes);
    }
    let has_changes = match &first.fix {
        Fix::NotNeeded | Fix::NotCors { .. } => false,
        Fix::Answers { page, answers, .. } => !page.is_empty() || !answers.is_empty(),
        Fix::Page { .. } | Fix::LoginPage { .. } => true,
    };
    let is_same_fix = others.iter().all(|(_, other)| other.fix == first.fix);
    if has_changes && is_same_fix && !others.is_empty() {
        first.notes.push(SAME_FIX.into());
    }
    let is_success = matches!(first.verdict, FetchVerdict::Readable | FetchVerdict::Opaque);
    if is_success && !others.is_empty() {
        first.not_recorded.push(ASSUMED_CREDENTIALS.into());
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
        Some(_) if is_stopped(fetch) => None,
        Some(_) => Some(true),
        None if fetch.reported_failure.is_some() => Some(true),
        // The error of a fetch is in the entry of the request. The recording lacks this entry, so the result is
        // unknown.
        None if fetch.exchanges.iter().all(|exchange| exchange.is_preflight) => None,
        None => names_errors.then_some(false),
    }
}

/// Whether the page or the user stopped the request.
fn is_stopped(fetch: &RecordedFetch) -> bool {
    let message = fetch.error_message();
    message.is_some_and(|message| message.is_stopped())
}

/// Whether the page or the user stopped the request before an answer blocked the fetch.
fn was_stopped(fetch: &RecordedFetch, explanation: &Explanation) -> bool {
    let is_of_error = matches!(explanation.fix, Fix::NotCors { .. });
    is_of_error && is_stopped(fetch)
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

/// Whether the recording ends with a redirect, and the browser refuses the target of the redirect without a request. The
/// error of the browser is then in the entry of the target. Such an entry without `Origin` is a fetch of its own, so the
/// recording does not show the result of the redirected fetch.
fn ends_before_refused_target(
    fetch: &RecordedFetch,
    explained: &[(CredentialsMode, Explanation)],
) -> bool {
    let last = fetch.exchanges.last();
    let is_redirect = last
        .and_then(|last| last.response.as_ref())
        .is_some_and(|response| response.status.is_redirection());
    let mut others = explained.iter();
    is_redirect
        && fetch.reported_error.is_none()
        && others.any(|(_, explanation)| {
            let first = explanation.refusals.first();
            let mut steps = first.iter().flat_map(|first| first.failure.steps());
            steps.any(|step| {
                let algorithm = step.split('/').next().unwrap_or_default();
                ALGORITHMS_BEFORE_TARGET.contains(&algorithm)
            })
        })
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
    let message = fetch.error_message();
    let is_of_mixed_content = |message: &ConsoleMessage| {
        let mut failures = message.failures.iter();
        failures.any(|failure| *failure == Failure::BlockedAsMixedContent)
    };
    // The meaning of an error about mixed content is false for the recorded URL: see `RecordedFetch::reported_message`.
    if fetch.obstacle == Some(Obstacle::AmbiguousError)
        || message.as_ref().is_some_and(is_of_mixed_content)
    {
        return Some(format!(". The browser reported `{}`", shown_error(error)));
    }
    let message = message?;
    message.is_complete().then(|| {
        format!(
            ". The browser reported `{}`: {}",
            shown_error(error),
            message.meaning()
        )
    })
}

/// Returns the error of the browser with the escapes of [`printable`], and without the middle of a long error.
fn shown_error(error: &str) -> String {
    let length = error.chars().count();
    if length <= MAX_ERROR_CHARS {
        return printable(error);
    }
    let half = MAX_ERROR_CHARS / 2;
    let start: String = error.chars().take(half).collect();
    let end: String = error.chars().skip(length - half).collect();
    format!("{}…{}", printable(start), printable(end))
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
            && matches!(&explanation.fix, Fix::Answers { page, answers, .. } if page.is_empty() && answers.is_empty())
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

pub(super) const fn mode_name(mode: CredentialsMode) -> &'static str {
    match mode {
        CredentialsMode::Omit => "omit",
        CredentialsMode::SameOrigin => "same-origin",
        CredentialsMode::Include => "include",
    }
}
