//! Explanations of the cases of a file.

use std::{path::Path, sync::Arc};

use fetch_cors::{
    cases::{Answer, CaseExplanation, explain_line},
    infrastructure::site::PublicSuffixes,
    server::PublicSuffixList,
};

use super::print;
use crate::{
    Verdict,
    input::{Content, Input, too_long},
    output::{Output, Stop},
    recognize::{self, Kind},
};

/// The kinds of lines that are explained.
const READABLE: &[Kind] = &[Kind::Case, Kind::Vector];

/// Explains each case of a file, and each case of a vector.
pub(crate) fn explain_cases(
    file: &Path,
    is_json: bool,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    let public_suffixes: Arc<dyn PublicSuffixes> = Arc::new(PublicSuffixList);
    let mut input = Input::open(file)?;
    let mut verdict = Verdict::Passed;
    let mut is_first = true;
    while let Some(line) = input.next_line(output)? {
        let explained = match line.content {
            Content::Bytes(bytes) => explain_line(bytes, line.number, &public_suffixes)
                .map_err(|answer| recognize::explained(answer, bytes, READABLE)),
            Content::TooLong => Err(Answer::Malformed {
                id: None,
                line: Some(line.number),
                malformed: too_long(),
            }),
        };
        match explained {
            Ok(explained) if is_json => output.json(&explained)?,
            Ok(explained) => {
                if !is_first {
                    output.text("")?;
                }
                print_case(&explained, output)?;
            }
            Err(malformed) => {
                verdict = Verdict::Failed;
                output.json(&malformed)?;
            }
        }
        is_first = false;
    }
    Ok(verdict)
}

fn print_case(explained: &CaseExplanation<'_>, output: &mut Output) -> Result<(), Stop> {
    let count = explained.fetches.len();
    let id = explained.id.escape_debug();
    for (position, explanation) in (1..).zip(&explained.fetches) {
        if position > 1 {
            output.text("")?;
        }
        match count {
            1 => output.text(format_args!("case `{id}`"))?,
            _ => output.text(format_args!("case `{id}`, fetch {position} of {count}"))?,
        }
        print(explanation, output)?;
    }
    Ok(())
}
