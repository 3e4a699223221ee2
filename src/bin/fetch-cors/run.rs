//! `fetch-cors run`: judges cases, questions and vectors.

use std::{path::PathBuf, sync::Arc};

use fetch_cors::{
    cases::{Answer, answer_with},
    infrastructure::site::PublicSuffixes,
    server::PublicSuffixList,
};

use crate::{
    Verdict,
    explain::explain_cases,
    input::{Content, Input, too_long},
    output::{Output, Stop},
    recognize::{self, Kind},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The file with one case, question or vector per line; `-`, the default, is the standard input.
    #[arg(default_value = "-", hide_default_value = true)]
    file: PathBuf,
    /// Print an explanation of each fetch in words, as `explain --case FILE` does, in place of the outcomes.
    #[arg(long)]
    explain: bool,
}

/// The kinds of lines that `run` answers.
const READABLE: &[Kind] = &[Kind::Case, Kind::Question, Kind::Vector];

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    if arguments.explain {
        return explain_cases(&arguments.file, false, output);
    }
    let public_suffixes: Arc<dyn PublicSuffixes> = Arc::new(PublicSuffixList);
    let mut input = Input::open(&arguments.file)?;
    let mut verdict = Verdict::Passed;
    while let Some(line) = input.next_line(output)? {
        let answer = match line.content {
            Content::Bytes(bytes) => {
                let answer = answer_with(bytes, line.number, &public_suffixes);
                recognize::explained(answer, bytes, READABLE)
            }
            Content::TooLong => Answer::Malformed {
                id: None,
                line: Some(line.number),
                malformed: too_long(),
            },
        };
        if matches!(answer, Answer::Malformed { .. }) {
            verdict = Verdict::Failed;
        }
        output.json(&answer)?;
    }
    Ok(verdict)
}
