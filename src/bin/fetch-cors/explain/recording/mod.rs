//! Explanations of the fetches of a HAR recording.

mod groups;
mod headings;
mod json;
mod line;
mod modes;
mod overview;
mod page;
mod text;
mod with_credentials;

use std::path::Path;

use fetch_cors::explain::{Wrapped, input::RecordedFetch};

use self::{
    groups::{Group, Groups},
    headings::{Headings, Request},
    json::print_json,
    line::Line,
    modes::lines,
    page::{add_fetches, add_problems},
    text::{Shown, print_fetches},
};
use super::{Arguments, page::Entries};
use crate::{
    Verdict, har_file, only_url,
    output::{Output, Stop, counted, print_aside},
    source::Source,
};

/// The value of `--only-status` that selects requests without a response status. Recordings can have 0 or -1 in
/// place of a missing status.
const NO_STATUS: u16 = 0;

/// The sentence about a recording without a fetch that is relevant to CORS.
const NOTHING_RELEVANT: &str = "no cross-origin fetch of a page is in the recording: open the network panel, repeat the fetch, and record again. Programs that are not browsers do not check CORS";

/// The sentence in place of [`NOTHING_RELEVANT`] if an entry was left out because it is not readable.
const NOTHING_READABLE: &str = "no readable cross-origin fetch of a page is in the recording: open the network panel, repeat the fetch, and record again. Programs that are not browsers do not check CORS";

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
    fn add(&mut self, lines: &[Line]) {
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
    let recorded = counted(recording.entry_count(), "entry", "entries");
    let pairing = format!("finding the fetches in {recorded}");
    let fetches = output.progress().during(&pairing, || recording.fetches());
    // If at least one fetch has an error, the program assumes that the recording has the error of each failed fetch. An
    // error of Firefox (`NS_…`) or of a proxy does not count: Firefox and proxies record network errors, but do not
    // record CORS failures.
    let names_errors = fetches.iter().any(|fetch| {
        let error = fetch.reported_error.as_ref();
        !fetch.is_of_proxy && error.is_some_and(|error| !error.starts_with("NS_"))
    });
    let selected: Vec<&RecordedFetch> = fetches
        .iter()
        .filter(|fetch| is_selected(arguments, fetch))
        .collect();
    if let Some(selection) = selection(arguments).filter(|_| selected.is_empty()) {
        let error = error.map_or_else(String::new, |error| format!("{error}; "));
        return Err(Stop::CannotRun(format!(
            "{input}: {error}nothing is explained, because no fetch has {selection}"
        )));
    }
    let mut groups = Groups::default();
    let mut left_out = LeftOut::default();
    let mut not_judged_count = 0;
    let selected_count = u64::try_from(selected.len()).unwrap_or_default();
    for (position, fetch) in selected.iter().enumerate() {
        let done = u64::try_from(position).unwrap_or_default();
        output.progress().share(done, selected_count, "fetches");
        let lines = lines(fetch, names_errors, arguments);
        if !arguments.all && lines.iter().all(Line::is_success) {
            left_out.add(&lines);
            continue;
        }
        not_judged_count += usize::from(lines.iter().all(Line::is_not_judged));
        groups.add(position, lines);
    }
    let groups = groups.finish();
    let listed_count: usize = groups.iter().map(Group::len).sum();
    output.progress().clear();
    // A damaged entry that was left out can belong to a fetch that is then not explained.
    let has_left_out = har_file::left_out_count(&recording) > 0;
    let is_damaged = has_left_out || error.is_some();
    let nothing_blocked = nothing_blocked(selection(arguments).as_deref(), is_damaged);
    let nothing = match (listed_count, left_out.count) {
        (0, 0) if has_left_out => Some(NOTHING_READABLE),
        (0, 0) => Some(NOTHING_RELEVANT),
        (0, _) => Some(&*nothing_blocked),
        _ => None,
    };
    if let Some(file) = &arguments.html {
        let mut entries = Entries::default();
        if let Some(nothing) = nothing {
            entries.list("Result".into(), nothing, left_out.notes);
        }
        let headings = headings(&groups, &selected);
        add_fetches(&mut entries, groups, &headings);
        add_problems(&mut entries, &recording);
        let title = if path == Path::new("-") {
            format!("Fetches of {input}")
        } else {
            let file_name = path.file_name().unwrap_or_default().to_string_lossy();
            format!("Fetches of {}", file_name.escape_debug())
        };
        entries.write(&title, file, output)?;
    } else if arguments.json {
        let explained = |position| {
            let fetch: Option<&&RecordedFetch> = selected.get(position);
            fetch.map_or_else(Vec::new, |fetch| lines(fetch, names_errors, arguments))
        };
        print_json(&groups, explained, output)?;
    } else {
        let printed = nothing.filter(|_| left_out.count > 0);
        if let Some(nothing) = printed {
            output.text(Wrapped {
                first: "",
                rest: "  ",
                text: nothing,
            })?;
            for note in &left_out.notes {
                output.text(format_args!("Note: {note}"))?;
            }
        }
        let shown = Shown {
            has_successes: arguments.all,
            has_doubts: arguments.all || arguments.only_url.is_some(),
        };
        print_fetches(&groups, &headings(&groups, &selected), shown, output)?;
    }
    output.flush()?;
    let explained_count = listed_count - not_judged_count;
    let not_judged = match not_judged_count {
        0 => String::new(),
        count => format!(", {count} not judged"),
    };
    print_aside(&format!(
        "{recorded}, {} relevant to CORS, {explained_count} explained{not_judged}",
        counted(fetches.len(), "fetch that is", "fetches that are"),
    ));
    if let Some(error) = &error {
        print_aside(&format!("fetch-cors: {input}: {error}"));
    }
    if listed_count + left_out.count == 0 {
        let nothing = nothing.unwrap_or(NOTHING_RELEVANT);
        let web_sockets = if recording.has_web_socket() {
            format!(". Also, {}", har_file::NOTE_OF_WEB_SOCKETS)
        } else {
            String::new()
        };
        return Err(Stop::CannotRun(format!("{input}: {nothing}{web_sockets}")));
    }
    if not_judged_count > 0 && explained_count == 0 && left_out.count == 0 {
        return Err(Stop::CannotRun(format!(
            "{input}: nothing is explained, because no fetch can be judged"
        )));
    }
    Ok(if is_damaged || not_judged_count > 0 {
        Verdict::Failed
    } else {
        Verdict::Passed
    })
}

/// Returns the headings of all fetches of the groups.
fn headings(groups: &[Group], fetches: &[&RecordedFetch]) -> Headings {
    let members = groups.iter().flat_map(|group| {
        let first = std::iter::once(&group.first);
        first.chain(&group.equal)
    });
    let requests = members.filter_map(|member| {
        let fetch = fetches.get(member.position)?;
        let request = Request::new(&fetch.method, fetch.url.as_str(), fetch.origin.as_ref());
        Some((member.number, request))
    });
    Headings::new(&requests.collect::<Vec<_>>())
}

/// Returns the sentence about a recording without a blocked fetch. Names the fetches that were not explained: the fetches
/// that the options do not select, and the fetches of damaged entries.
fn nothing_blocked(selection: Option<&str>, is_damaged: bool) -> String {
    let selection = selection.map_or_else(String::new, |selection| format!(" with {selection}"));
    let damage = if is_damaged {
        ", but the recording is damaged, so fetches are possibly missing"
    } else {
        ""
    };
    format!("no fetch{selection} is blocked{damage}: `--all` shows the readable fetches")
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
