//! `fetch-cors judge`: checks recorded responses to the requests of `probe` against the laws.

use std::path::PathBuf;

use fetch_cors::cases::{Answer, Exchange};

use crate::{
    Verdict,
    input::{self, Content, Input, too_long},
    output::{Output, Stop},
    policy_file, probe,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    probe: probe::Arguments,
    /// The file with one exchange (a request and its response) per line; `-`, the default, is the standard input.
    #[arg(default_value = "-", hide_default_value = true)]
    exchanges: PathBuf,
}

pub(crate) fn judge(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    input::refuse_two_standard_inputs([&arguments.probe.policy, &arguments.exchanges])?;
    let policy = match policy_file::read(&arguments.probe.policy)? {
        Ok(policy) => policy,
        Err(errors) => {
            policy_file::print(&errors, output)?;
            return Ok(Verdict::Failed);
        }
    };
    let mut recorded = arguments.probe.recorded(&policy)?;
    let mut input = Input::open(&arguments.exchanges)?;
    let mut verdict = Verdict::Passed;
    while let Some(line) = input.next_line(output)? {
        let exchange = match line.content {
            Content::Bytes(bytes) => Exchange::parse_line(bytes, line.number),
            Content::TooLong => Err(malformed(None, Some(line.number), too_long())),
        };
        let inserted = exchange.and_then(|exchange| {
            let id = exchange.id.clone();
            let inserted = recorded.insert(exchange);
            inserted.map_err(|error| malformed(Some(id), None, error.to_string()))
        });
        if let Err(answer) = inserted {
            verdict = Verdict::Failed;
            output.json(&answer)?;
        }
    }
    let report = recorded.report();
    for finding in report.findings() {
        verdict = Verdict::Failed;
        output.json(finding)?;
    }
    output.json(&report)?;
    if report.exchanges() == 0 && verdict == Verdict::Passed {
        let message = "the input has no exchange: send the requests of `probe` to the server, and record the responses";
        return Err(Stop::CannotRun(message.into()));
    }
    Ok(verdict)
}

fn malformed(id: Option<String>, line: Option<u64>, malformed: String) -> Answer<'static> {
    Answer::Malformed {
        id,
        line,
        malformed,
    }
}
