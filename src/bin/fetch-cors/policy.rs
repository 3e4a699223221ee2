//! `fetch-cors policy`: validates a policy, describes it, and compares two policies. The commands of `policy` for
//! recordings are in `policy_recording/`.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use fetch_cors::server::CorsPolicy;
use serde::Serialize;

use crate::{
    Verdict,
    display::Summary,
    input, nearest_argument,
    output::{Output, Stop},
    policy_file, policy_recording, usage,
};

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Arguments {
    /// The file with the policy, JSON or TOML; `-` is the standard input.
    #[arg(required = true, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Print JSON: the policy with all members and with sorted lists, or one line for each error.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compare two policies from files, and print the differences: what only the new policy allows, and what only the
    /// old policy allows.
    ///
    /// The list `widened` has the origins, methods and headers that only the new policy allows. The list
    /// `narrowed` has the origins, methods and headers that only the old policy allows.
    ///
    /// Exit status: 0 the list `widened` is empty; 1 the list `widened` is not empty; 2 a policy is not valid or cannot
    /// be read.
    Diff(DiffArguments),
    /// Print the narrowest policy that allows the cross-origin requests of a HAR recording, with warnings.
    ///
    /// The policy allows the requests that the page sent, and the requests that were blocked: their origins, methods,
    /// request headers and credentials. The policy also has the max-age of the recorded server, at most 86400 seconds (one
    /// day), and the response headers that the server exposes by name on a response that has them, also if the browser
    /// blocked this response. Read each warning. A policy is for one server:
    /// `--only-url` selects the server.
    ///
    /// Exit status: 0 the policy is printed; 1 the policy is printed, but an entry of the recording is left out or the
    /// recording is not readable to its end; 2 there is nothing to allow, or the recording has requests to several
    /// servers.
    Suggest(policy_recording::SuggestArguments),
    /// Check the cross-origin requests of a HAR recording against a policy, and print why the policy denies a request.
    ///
    /// The policy answers the requests of the recording in place of the recorded server. Each reason for a denial names
    /// the change of the policy file. The output also names the response headers that the recorded server exposes to
    /// the page, and that the policy does not expose. A policy is for one server: `--only-url` selects the server.
    ///
    /// Exit status: 0 each request is `allowed`; 1 a request is denied, is `allowed only without credentials` or cannot be
    /// checked, an entry is left out, or the recording is not readable to its end; 2 nothing is checked, the recording
    /// has requests to several servers, or the policy is not valid.
    Check(policy_recording::CheckArguments),
}

#[derive(Debug, clap::Args)]
struct DiffArguments {
    /// The file with the old policy; `-` is the standard input.
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The file with the new policy; `-` is the standard input.
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Print JSON: the differences as one object, or one line for each error of a policy.
    #[arg(long)]
    json: bool,
}

pub(crate) fn policy(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    let file = match (&arguments.command, &arguments.file) {
        (Some(Command::Diff(arguments)), _) => return diff(arguments, output),
        (Some(Command::Suggest(arguments)), _) => {
            return policy_recording::suggest(arguments, output);
        }
        (Some(Command::Check(arguments)), _) => return policy_recording::check(arguments, output),
        (None, Some(file)) => {
            let name = file.to_string_lossy();
            if nearest_argument::nearest_subcommand(&["policy"], &name).is_some() && !file.exists()
            {
                let error = usage::unknown_subcommand(&["policy"], &name);
                return Err(Stop::CannotRun(format!("{error}; try `--help`")));
            }
            file
        }
        (None, None) => return Err(Stop::CannotRun("missing `<FILE>`; try `--help`".into())),
    };
    match policy_file::read(file)? {
        Err(errors) => {
            if arguments.json {
                errors.print_json(output)?;
            } else {
                errors.print(output)?;
            }
            Ok(Verdict::Failed)
        }
        Ok(policy) => {
            if arguments.json {
                output.json(&policy)?;
            } else {
                output.text(Summary(&policy))?;
            }
            Ok(Verdict::Passed)
        }
    }
}

/// The differences of two policies as a line of JSON.
#[derive(Serialize)]
struct DifferenceLine<'a> {
    widened: &'a [String],
    narrowed: &'a [String],
}

fn diff(arguments: &DiffArguments, output: &mut Output) -> Result<Verdict, Stop> {
    input::refuse_two_standard_inputs([&arguments.old, &arguments.new])?;
    let (old, new) = match (
        read_or_print_errors(&arguments.old, arguments.json, output)?,
        read_or_print_errors(&arguments.new, arguments.json, output)?,
    ) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(invalid), Ok(_)) | (Ok(_), Err(invalid)) => return Err(Stop::CannotRun(invalid)),
        (Err(old), Err(new)) => return Err(Stop::CannotRun(format!("{old}, and {new}"))),
    };
    let difference = new
        .difference(&old)
        .map_err(|error| Stop::CannotRun(error.to_string()))?;
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
            output.text("both policies allow the same requests and expose the same headers")?;
        }
    }
    Ok(if widened.is_empty() {
        Verdict::Passed
    } else {
        Verdict::Failed
    })
}

/// Reads a policy. If the policy is not valid, prints its errors, and returns a message with the name of the file.
fn read_or_print_errors(
    path: &Path,
    json: bool,
    output: &mut Output,
) -> Result<Result<CorsPolicy, String>, Stop> {
    match policy_file::read(path)? {
        Ok(policy) => Ok(Ok(policy)),
        Err(errors) => {
            if json {
                errors.print_json(output)?;
            } else {
                errors.print_aside();
            }
            Ok(Err(format!("{} is not a valid policy", input::name(path))))
        }
    }
}
