//! `fetch-cors respond`: answers requests like a server with a policy.

use std::path::PathBuf;

use fetch_cors::cases::{PolicyAnswer, respond as respond_to};

use crate::{
    Verdict,
    input::{self, Content, Input, too_long},
    output::{Output, Stop},
    policy_file,
    recognize::{self, Kind},
    repeated::RepeatedErrors,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The file with the policy, JSON or TOML; `-` is the standard input.
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The file with one request per line; `-`, the default, is the standard input.
    #[arg(default_value = "-", hide_default_value = true)]
    requests: PathBuf,
}

pub(crate) fn respond(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    input::refuse_two_standard_inputs([&arguments.policy, &arguments.requests])?;
    let policy = match policy_file::read(&arguments.policy)? {
        Ok(policy) => policy,
        Err(errors) => {
            errors.print_aside();
            return Ok(Verdict::Failed);
        }
    };
    let mut input = Input::open(&arguments.requests)?;
    let mut verdict = Verdict::Passed;
    let mut errors = RepeatedErrors::default();
    while let Some(line) = input.next_line(output)? {
        let number = line.number;
        let answer = match line.content {
            Content::Bytes(bytes) => explained(respond_to(&policy, bytes, line.number), bytes),
            Content::TooLong => PolicyAnswer::Malformed {
                id: None,
                line: Some(line.number),
                malformed: too_long(),
            },
        };
        if let PolicyAnswer::Malformed { malformed, .. } = &answer {
            verdict = Verdict::Failed;
            // If `errors` is full, the error is not stored. But the answer to the line has the error, so the error is
            // not lost.
            let _ = errors.add_line(number, malformed);
        } else {
            errors.add_other_line();
        }
        output.json(&answer)?;
    }
    output.flush()?;
    errors.print_only_error_aside();
    if errors.is_empty() {
        input::note_empty(&arguments.requests);
    }
    Ok(verdict)
}

/// Returns the answer. If the line is of a kind that `respond` does not read, the error of the answer names this kind.
fn explained<'a>(answer: PolicyAnswer<'a>, line: &[u8]) -> PolicyAnswer<'a> {
    match answer {
        PolicyAnswer::Malformed {
            id,
            line: number,
            malformed,
        } => PolicyAnswer::Malformed {
            id,
            line: number,
            malformed: recognize::explain(malformed, line, &[Kind::Request]),
        },
        answer => answer,
    }
}
