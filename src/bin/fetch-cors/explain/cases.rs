//! Explanations of the cases of a file.

use std::{path::Path, sync::Arc};

use fetch_cors::{
    cases::{Answer, CaseExplanation, explain_line},
    engine::Engine,
    infrastructure::site::PublicSuffixes,
    server::PublicSuffixList,
};

use super::{page::Entries, print_explanation};
use crate::{
    Verdict,
    input::{Content, Input, too_long},
    output::{Output, Stop, print_aside},
    recognize::{self, Kind},
    repeated::RepeatedErrors,
    shown::{MAX_MESSAGE_CHARS, shown},
};

/// The kinds of lines that this command explains.
const READABLE: &[Kind] = &[Kind::Case, Kind::Vector];

/// Explains the case in each line of an input, as text, as JSON, or as an HTML page. A line is a case, or a vector with a
/// case.
pub(crate) fn explain_cases(
    mut input: Input,
    engine: Engine,
    is_json: bool,
    html: Option<&Path>,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    let public_suffixes: Arc<dyn PublicSuffixes> = Arc::new(PublicSuffixList);
    let mut verdict = Verdict::Passed;
    let mut is_first = true;
    let mut entries = Entries::default();
    let mut errors = RepeatedErrors::default();
    while let Some(line) = input.next_line(output)? {
        let number = line.number;
        let explained = match line.content {
            Content::Bytes(bytes) => explain_line(bytes, line.number, engine, &public_suffixes)
                .map_err(|answer| recognize::explained(answer, bytes, READABLE)),
            Content::TooLong => Err(Answer::Malformed {
                id: None,
                line: Some(line.number),
                malformed: too_long(),
            }),
        };
        match explained {
            Ok(explained) if html.is_some() => add(&mut entries, explained),
            Ok(explained) if is_json => output.json(&explained)?,
            Ok(explained) => {
                if !is_first {
                    output.text("")?;
                }
                print_case(&explained, output)?;
            }
            Err(malformed) => {
                verdict = Verdict::Failed;
                match &malformed {
                    Answer::Malformed {
                        malformed,
                        line,
                        id,
                    } if html.is_some() => {
                        let heading = match (id, line) {
                            (Some(id), _) => heading(id, 1, 1),
                            (None, Some(line)) => format!("line {line}"),
                            (None, None) => String::from("case"),
                        };
                        let malformed = shown(malformed, MAX_MESSAGE_CHARS);
                        entries.not_judged(heading, malformed);
                    }
                    Answer::Malformed {
                        malformed,
                        line,
                        id,
                    } if !is_json => {
                        let is_repeated = errors.has(malformed);
                        let _ = errors.add_line(number, malformed);
                        if is_repeated {
                            continue;
                        }
                        if !is_first {
                            output.text("")?;
                        }
                        match (id, line) {
                            (Some(id), _) => output.text(heading(id, 1, 1))?,
                            (None, Some(line)) => output.text(format_args!("line {line}"))?,
                            (None, None) => {}
                        }
                        let malformed = shown(malformed, MAX_MESSAGE_CHARS);
                        output.text(format_args!("malformed: {malformed}"))?;
                    }
                    malformed => output.json(malformed)?,
                }
            }
        }
        is_first = false;
    }
    if is_first {
        print_aside("fetch-cors: the input has no case, so there is nothing to explain");
    }
    if let Some(path) = html {
        entries.write("Fetches of cases", path, output)?;
    }
    output.flush()?;
    errors.print_aside();
    Ok(verdict)
}

/// Adds the fetches of a case to a page.
fn add(entries: &mut Entries, explained: CaseExplanation<'_>) {
    let count = explained.fetches.len();
    let id = &explained.id;
    for (position, explanation) in (1..).zip(explained.fetches) {
        let heading = heading(id, position, count);
        entries.fetch(heading, explanation);
    }
}

/// Returns the heading of a fetch of a case.
fn heading(id: &str, position: usize, count: usize) -> String {
    let id = shown(id, MAX_MESSAGE_CHARS);
    match count {
        1 => format!("case `{id}`"),
        _ => format!("case `{id}`, fetch {position} of {count}"),
    }
}

fn print_case(explained: &CaseExplanation<'_>, output: &mut Output) -> Result<(), Stop> {
    let count = explained.fetches.len();
    for (position, explanation) in (1..).zip(&explained.fetches) {
        if position > 1 {
            output.text("")?;
        }
        let heading = heading(&explained.id, position, count);
        output.text(&heading)?;
        print_explanation(explanation, output.width().rows(&heading), output)?;
    }
    Ok(())
}
