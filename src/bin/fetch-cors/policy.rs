//! `fetch-cors policy`: whether a policy is valid and what it allows, and what a change of it opens.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use fetch_cors::server::CorsPolicy;
use serde::Serialize;

use crate::{
    Verdict,
    display::Summary,
    input,
    output::{Output, Stop},
    policy_file,
};

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Arguments {
    /// A policy, JSON or TOML; `-` is the standard input.
    #[arg(required = true, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Print the policy as JSON, with every member and in order.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what one policy allows that another does not.
    ///
    /// Exit status: 0 nothing is widened, 1 something is, 2 a policy is not valid or cannot be read.
    Diff(DiffArguments),
}

#[derive(Debug, clap::Args)]
struct DiffArguments {
    /// The policy as it was; `-` is the standard input.
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The policy as it will be; `-` is the standard input.
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(crate) fn policy(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    let file = match (&arguments.command, &arguments.file) {
        (Some(Command::Diff(arguments)), _) => return diff(arguments, output),
        (None, Some(file)) => file,
        (None, None) => return Err(Stop::Failed("missing `<FILE>`; try `--help`".into())),
    };
    match policy_file::read(file)? {
        Err(errors) => {
            policy_file::print(&errors, output)?;
            Ok(Verdict::Unwell)
        }
        Ok(policy) => {
            match arguments.json {
                true => output.json(&policy)?,
                false => output.text(Summary(&policy))?,
            }
            Ok(Verdict::Well)
        }
    }
}

/// What is widened and what is narrowed, an entry each.
#[derive(Serialize)]
struct DifferenceLine<'a> {
    widened: &'a [String],
    narrowed: &'a [String],
}

fn diff(arguments: &DiffArguments, output: &mut Output) -> Result<Verdict, Stop> {
    input::only_once([&arguments.old, &arguments.new])?;
    let (old, new) = match (
        valid(&arguments.old, output)?,
        valid(&arguments.new, output)?,
    ) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(invalid), Ok(_)) | (Ok(_), Err(invalid)) => return Err(Stop::Failed(invalid)),
        (Err(old), Err(new)) => return Err(Stop::Failed(format!("{old}, and {new}"))),
    };
    let difference = new
        .difference(&old)
        .map_err(|error| Stop::Failed(error.to_string()))?;
    let (widened, narrowed) = (&*difference.widened, &*difference.narrowed);
    if arguments.json {
        output.json(&DifferenceLine { widened, narrowed })?;
    } else {
        for (heading, entries) in [("widened", widened), ("narrowed", narrowed)] {
            if !entries.is_empty() {
                output.text(heading)?;
            }
            for entry in entries {
                output.text(format_args!("  {entry}"))?;
            }
        }
        if widened.is_empty() && narrowed.is_empty() {
            output.text("both allow the same")?;
        }
    }
    Ok(match widened.is_empty() {
        true => Verdict::Well,
        false => Verdict::Unwell,
    })
}

/// A policy; or its errors are printed, and it is said whose they are.
fn valid(path: &Path, output: &mut Output) -> Result<Result<CorsPolicy, String>, Stop> {
    match policy_file::read(path)? {
        Ok(policy) => Ok(Ok(policy)),
        Err(errors) => {
            policy_file::print(&errors, output)?;
            Ok(Err(format!("{} is not a valid policy", input::name(path))))
        }
    }
}
