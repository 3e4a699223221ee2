//! The report as an HTML page.

use alloc::{
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

use serde_json::Value;

use super::{EngineReport, EngineShare, Example, Unnamed};
use crate::{
    cases::{Difference, Vector},
    engine::{Engine, Quirk},
    explain::{Explanation, HtmlPage, HtmlTable},
    infrastructure::site::NoPublicSuffixes,
};

/// The page shows at most this number of differences for an engine. Most later differences follow from the first
/// difference.
const MAX_SHOWN_DIFFERENCES: usize = 2;

/// The page shows at most this number of characters of each value.
const MAX_SHOWN_CHARACTERS: usize = 300;

/// The example of a quirk, as the page shows it.
struct Shown {
    heading: String,
    notes: Vec<String>,
    explanation: Explanation,
}

pub(super) fn page(report: &EngineReport, title: &str, source: &str) -> String {
    let engines: Vec<Engine> = Engine::RECORDED
        .into_iter()
        .filter(|engine| report.share(*engine).recorded > 0)
        .collect();
    if engines.is_empty() {
        let absent =
            "The vectors have no recordings of browser engines, so this page compares nothing.";
        return HtmlPage::new(title)
            .with_list("The standard", absent, &[])
            .with_note(source)
            .to_string();
    }
    let standard = table(
        report,
        &engines,
        "Recordings that equal the standard's outcome",
        |share| (format!("{}", share.of_standard()), share.standard),
    );
    let quirks = table(
        report,
        &engines,
        "Recordings that equal the outcome that the quirks of the engine (its known differences from the standard) predict",
        |share| (format!("{}", share.of_quirks()), share.predicted),
    );
    let examples: Vec<Shown> = Quirk::ALL
        .iter()
        .filter_map(|quirk| example(report, *quirk))
        .collect();
    let unnamed: Vec<String> = report.unnamed.iter().map(unnamed).collect();

    let mut page = HtmlPage::new(title)
        .with_table("The standard", &standard)
        .with_note(source)
        .with_table("The quirks", &quirks)
        .with_list(
            "Differences that no quirk explains",
            if unnamed.is_empty() {
                "Each recording equals the standard's outcome, or the outcome that the quirks of its engine (the engine's known differences from the standard) predict."
            } else {
                "These recordings equal neither the standard's outcome nor the outcome that the quirks of the engine (its known differences from the standard) predict."
            },
            &unnamed,
        );
    for example in &examples {
        page = page.with_fetch(&example.heading, &example.explanation);
        for note in &example.notes {
            page = page.with_note(note);
        }
    }
    format!("{page}")
}

fn table(
    report: &EngineReport,
    engines: &[Engine],
    caption: &str,
    shown: impl Fn(EngineShare) -> (String, u64),
) -> HtmlTable {
    let heads = engines.iter().map(|engine| engine.title());
    let cell = |share: EngineShare| {
        let (share_text, count) = shown(share);
        (share_text, format!("{count} of {}", share.recorded))
    };
    let mut table = HtmlTable::new(caption, "family", heads);
    for (family, shares) in &report.families {
        let shares = engines.iter().map(|engine| shares.get(engine));
        table.push_row(
            family,
            shares.map(|share| cell(share.copied().unwrap_or_default())),
        );
    }
    table.push_row(
        "total",
        engines.iter().map(|engine| cell(report.share(*engine))),
    );
    table
}

fn example(report: &EngineReport, quirk: Quirk) -> Option<Shown> {
    let departure = report.departures.get(&quirk)?;
    let Example {
        engine,
        json,
        differences,
        ..
    } = departure.example.as_ref()?;
    let vector = Vector::parse(json).ok()?;
    let case = vector.case()?;
    let suffixes = || Arc::new(NoPublicSuffixes);
    let outcome = case.clone().judge_in(*engine, suffixes());
    let mut fetches = outcome.fetches.iter();
    let number = fetches.position(|fetch| fetch.quirks.contains(&quirk))?;
    let explained = case.clone().explain_in(*engine, suffixes());
    let explanation = explained.fetches.into_iter().nth(number)?;
    let counts = departure.counts.iter().map(|(engine, count)| {
        let recorded = report.share(*engine).recorded;
        format!("{} {count} of {recorded}", engine.title())
    });
    let position = match outcome.fetches.len() {
        1 => String::new(),
        count => format!(", fetch {} of {count}", number + 1),
    };
    let heading = format!(
        "Example: case `{}`{position}, in {}.",
        code(vector.id()),
        engine.title()
    );
    let mut notes = Vec::from([
        format!("The standard: {}", quirk.standard()),
        format!("The engine: {}", quirk.engine()),
        format!(
            "Step of the standard: `{}`. Consequence: {}. Recordings with this quirk: {}.",
            quirk.step(),
            quirk.weight().as_str(),
            counts.collect::<Vec<_>>().join(", ")
        ),
        heading,
    ]);
    let shown = differences.iter().take(MAX_SHOWN_DIFFERENCES);
    notes.extend(shown.map(|difference| described(difference, "in the standard")));
    Some(Shown {
        heading: format!("{quirk}"),
        notes,
        explanation,
    })
}

fn unnamed(unnamed: &Unnamed) -> String {
    let Unnamed {
        id,
        engine,
        differences,
    } = unnamed;
    let shown = differences.iter().take(MAX_SHOWN_DIFFERENCES);
    let shown: Vec<String> = shown
        .map(|difference| described(difference, "predicted"))
        .collect();
    let more = match differences.len().saturating_sub(MAX_SHOWN_DIFFERENCES) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!(
        "case `{}`, {}: {}{more}",
        code(id),
        engine.title(),
        shown.join("; ")
    )
}

/// Returns a text with the recorded value and the value of a computed outcome. `other` names the computed outcome: `in
/// the standard` or `predicted`.
fn described(difference: &Difference, other: &str) -> String {
    let Difference {
        path,
        expected,
        found,
    } = difference;
    let (recorded, found) = (shortened(expected), shortened(found));
    format!("`{path}`: recorded `{recorded}`, {other} `{found}`")
}

fn shortened(value: &Value) -> String {
    let text = code(&value.to_string());
    match text.char_indices().nth(MAX_SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Returns the text without backticks. The caller writes the text between backticks.
fn code(text: &str) -> String {
    text.replace('`', "'")
}
