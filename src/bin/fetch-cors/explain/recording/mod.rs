//! Explanations of the fetches of a HAR recording.

mod explained;
mod groups;
mod headings;
mod json;
mod line;
mod modes;
mod overview;
mod page;
mod text;
mod with_credentials;

use std::{collections::BTreeSet, path::Path};

use fetch_cors::{
    explain::{
        heading_url,
        input::{RecordedFetches, Recording},
    },
    wording,
};

use self::{
    explained::{Explained, explained},
    groups::Group,
    headings::{Headings, Request},
    page::{add_fetches, add_problems},
    text::{Shown, print_fetches},
};
use super::{Arguments, page::Entries};
use crate::{
    Verdict, har_file, only_url,
    output::{Output, Stop, counted, print_aside},
    shown::{MAX_MESSAGE_CHARS, shown},
    source::Source,
};

/// The value of `--only-status` that selects requests without a response status. Recordings can have 0 or -1 in
/// place of a missing status.
const NO_STATUS: u16 = 0;

/// Returns the sentence about a recording without the fetches that `explain` judges. `$found` says which fetches are
/// missing.
macro_rules! nothing_to_explain {
    ($found:literal) => {
        concat!(
            $found,
            ": open the network panel, repeat the fetch, and record again. Browsers do not check CORS headers in the mode `no-cors` (such as images without `crossorigin`), and programs that are not browsers never check them"
        )
    };
}

/// The sentence about a recording without a fetch that is relevant to CORS.
const NOTHING_RELEVANT: &str =
    nothing_to_explain!("the recording has no cross-origin fetch of a page with the mode `cors`");

/// The sentence in place of [`NOTHING_RELEVANT`] if an entry was left out because it is not readable.
const NOTHING_READABLE: &str = nothing_to_explain!(
    "no readable cross-origin fetch of a page with the mode `cors` is in the recording"
);

/// The maximum number of URLs in the error about `--only-url`.
const MAX_NAMED_URLS: usize = 5;

/// The maximum number of the equal fetches of a group whose URLs are in the output.
const MAX_LISTED_EQUAL: usize = 100;

/// Explains the fetches of a recording. Without `--all`, leaves out the fetches that succeed.
pub(super) fn explain_recording(
    arguments: &Arguments,
    source: Source,
    path: &Path,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    let input = String::from(source.name());
    // With these options, the output has the headers of each fetch.
    let has_each_fetch = arguments.all || arguments.json;
    let new_recording = if has_each_fetch {
        Recording::with_compared_entries
    } else {
        Recording::with_shared_headers
    };
    let (recording, error) = har_file::read_source(source, path, new_recording, output)?;
    let recorded = counted(recording.entry_count(), "entry", "entries");
    let pairing = format!("finding the fetches in {recorded}");
    let fetches = output
        .progress()
        .during(&pairing, || recording.unbuilt_fetches());
    let Explained {
        relevant_count,
        selected_count,
        not_judged_count,
        in_doubt_count,
        left_out,
        listed_count,
        groups,
    } = explained(&fetches, arguments, output)?;
    if let Some(selection) = selection(arguments).filter(|_| selected_count == 0) {
        output.progress().clear();
        let error = error.map_or_else(String::new, |error| format!("{error}; "));
        return Err(Stop::CannotRun(format!(
            "{input}: {error}nothing is explained, because no fetch has {selection}{}{}",
            recorded_urls(&fetches, arguments),
            left_out_entries(arguments)
        )));
    }
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
    let hidden_count = groups.counted.total();
    if let Some(file) = &arguments.html {
        let mut entries = Entries::default();
        if let Some(nothing) = nothing {
            entries.list("Result".into(), nothing, left_out.notes);
        }
        let headings = headings(&groups.explained, &fetches);
        add_fetches(&mut entries, groups, &headings);
        add_problems(&mut entries, &recording);
        let title = if path == Path::new("-") {
            format!("Fetches of {input}")
        } else {
            let file_name = path.file_name().unwrap_or_default().to_string_lossy();
            format!("Fetches of {}", shown(&file_name, MAX_MESSAGE_CHARS))
        };
        entries.write(&title, file, output)?;
    } else if !arguments.json {
        let printed = nothing.filter(|_| left_out.count > 0);
        if let Some(nothing) = printed {
            output.text(output.width().wrapped("", "  ", nothing))?;
            for note in &left_out.notes {
                output.text(format_args!("Note: {note}"))?;
            }
        }
        let shown = Shown {
            has_successes: arguments.all,
            has_doubts: arguments.all || arguments.only_url.is_some(),
        };
        let headings = headings(&groups.explained, &fetches);
        print_fetches(&groups, &headings, shown, output)?;
    }
    output.flush()?;
    let explained_count = listed_count - not_judged_count;
    let in_doubt = match in_doubt_count {
        0 => String::new(),
        count => format!(", {count} with a verdict for each credentials mode"),
    };
    let hidden = match hidden_count {
        0 => String::new(),
        count => format!(" ({count} of them not shown)"),
    };
    let not_judged = match not_judged_count {
        0 => String::new(),
        count => format!(", {count} not judged"),
    };
    print_aside(&format!(
        "{recorded}, {} relevant to CORS, {explained_count} explained{hidden}{in_doubt}{not_judged}",
        counted(relevant_count, "fetch that is", "fetches that are"),
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
    if in_doubt_count > 0 && in_doubt_count == explained_count && left_out.count == 0 {
        return Err(Stop::CannotRun(format!(
            "{input}: no verdict is certain, because the recording does not show whether the page sends credentials: run again with {}, or with `--credentials include` if it does",
            wording::SAME_ORIGIN_CREDENTIALS
        )));
    }
    Ok(if is_damaged || not_judged_count + in_doubt_count > 0 {
        Verdict::Failed
    } else {
        Verdict::Passed
    })
}

/// Returns the headings of the groups and of the first equal fetches of each group.
fn headings(groups: &[Group], fetches: &RecordedFetches<'_>) -> Headings {
    let members = groups.iter().flat_map(|group| {
        let first = std::iter::once(&group.first);
        first.chain(group.equal.iter().take(MAX_LISTED_EQUAL))
    });
    let requests = members.filter_map(|member| {
        let (method, url, page) = fetches.get(member.position)?.call()?;
        let request = Request::new(&method, url.as_str(), page.as_ref());
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

/// Returns the words about the URLs of the recorded fetches, if the user selected another URL.
fn recorded_urls(fetches: &RecordedFetches<'_>, arguments: &Arguments) -> String {
    if arguments.only_url.is_none() {
        return String::new();
    }
    let calls = (0..).map_while(|position| fetches.get(position));
    let urls = calls.filter_map(|fetch| Some(fetch.call()?.1.to_string()));
    let urls: BTreeSet<String> = urls.collect();
    let shown = urls.iter().take(MAX_NAMED_URLS);
    let shown: Vec<String> = shown.map(|url| format!("`{}`", heading_url(url))).collect();
    match urls.len().saturating_sub(shown.len()) {
        _ if shown.is_empty() => String::new(),
        0 => format!(". The fetches have: {}", shown.join(", ")),
        rest => format!(". The fetches have: {} and {rest} more", shown.join(", ")),
    }
}

/// Returns the reason why an entry of the recording can be missing among the fetches with the selected URL.
const fn left_out_entries(arguments: &Arguments) -> &'static str {
    if arguments.only_url.is_some() {
        ". An entry with this URL is left out if browsers do not check its CORS headers: a request to the page's own origin, a navigation, or an element without `crossorigin`"
    } else {
        ""
    }
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
