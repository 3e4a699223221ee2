//! `fetch-cors policy suggest` and `fetch-cors policy check`: policies and recordings.

mod check;
mod suggest;

use std::{collections::BTreeMap, path::Path};

use fetch_cors::{
    browser::CredentialsMode,
    explain::{
        input::{RecordedFetch, Recording},
        printable,
    },
    recorded::UncheckedFetch,
};
use url::Url;

pub(crate) use self::{
    check::{CheckArguments, check},
    suggest::{SuggestArguments, suggest},
};
use crate::{
    explain::Credentials,
    input, only_url,
    output::{Stop, counted, print_note},
};

/// Prints the servers of a recording, each with its number of fetches, and returns the error for more than one server.
/// `None` if there is only one server.
fn several_servers<'s>(servers: impl Iterator<Item = (&'s str, usize)>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (server, fetches) in servers {
        *counts.entry(server).or_default() += fetches;
    }
    let first = counts.keys().next().filter(|_| counts.len() > 1)?;
    for (server, fetches) in &counts {
        print_note(&heading(server, *fetches));
    }
    Some(format!(
        "the recording has requests to {} servers, but a policy file is for one server: choose the server with `--only-url {}`",
        counts.len(),
        only_url::of_server(first)
    ))
}

/// Returns the fetches of the recording. `given` is the credentials mode of the fetches for which the recording does not
/// show it.
fn fetches(recording: &Recording, given: Option<Credentials>) -> Vec<RecordedFetch> {
    let mut fetches = recording.fetches();
    let given = given.map(|given| CredentialsMode::from(given) == CredentialsMode::Include);
    for fetch in &mut fetches {
        fetch.sends_credentials = fetch.sends_credentials.or(given);
    }
    fetches
}

/// Returns the server with its number of fetches.
fn heading(server: &str, fetches: usize) -> String {
    format!("{server}: {}", counted(fetches, "fetch", "fetches"))
}

/// Returns the number of entries, such as `2 entries`.
fn entries(recording: &Recording) -> String {
    counted(recording.entry_count(), "entry", "entries")
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
    let entries = entries(recording);
    match only_url {
        Some(text) => format!(
            "the recording has {entries}, but no {request} with {}: change `--only-url`",
            only_url::described(text)
        ),
        None => format!("the recording has {entries}, but no {request}"),
    }
}

fn print_unchecked(unchecked: &[UncheckedFetch]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for fetch in unchecked {
        let (method, url) = (printable(&fetch.method), fetch.url.as_str());
        let line = format!("not checked: {method} {url}: {}", fetch.reason);
        *counts.entry(line).or_default() += 1;
    }
    for (line, count) in counts {
        print_note(&with_count(line, count));
    }
}

fn with_count(line: String, count: usize) -> String {
    match count {
        1 => line,
        _ => format!("{line} ({count} times)"),
    }
}

/// Prints why a part of the recording is not readable.
fn print_broken(path: &Path, error: &str, consequence: &str) {
    let name = input::name_of_input(path);
    print_note(&format!("fetch-cors: {name}: {error}; {consequence}"));
}

/// Returns the error that ends the command. `broken` is the error of a recording that is not readable to its end.
fn stopped(path: &Path, broken: Option<String>, message: String) -> Stop {
    let name = input::name_of_input(path);
    Stop::CannotRun(match broken {
        Some(error) => format!("{name}: {error}; {message}"),
        None => format!("{name}: {message}"),
    })
}
