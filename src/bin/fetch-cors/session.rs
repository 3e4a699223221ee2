//! `fetch-cors session`: judges fetches whose requests the caller sends.

use std::{path::PathBuf, sync::Arc};

use fetch_cors::{
    cases::{Session, SessionAnswer},
    server::PublicSuffixList,
};

use crate::{
    Verdict,
    input::{Content, Input, too_long},
    output::{Output, Stop},
};

#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Arguments {
    /// The file with the lines of the session; `-`, the default, is the standard input.
    #[arg(default_value = "-", hide_default_value = true)]
    file: PathBuf,
}

pub(crate) fn session(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    let mut session = Session::with_public_suffixes(Arc::new(PublicSuffixList));
    let mut input = Input::open(&arguments.file)?;
    let mut verdict = Verdict::Passed;
    while let Some(line) = input.next_line(output)? {
        let answer = match line.content {
            Content::Bytes(bytes) => session.answer(bytes, line.number),
            Content::TooLong => SessionAnswer::Malformed {
                line: line.number,
                malformed: too_long(),
            },
        };
        if matches!(answer, SessionAnswer::Malformed { .. }) {
            verdict = Verdict::Failed;
        }
        output.json(&answer)?;
        output.flush()?;
    }
    Ok(verdict)
}
