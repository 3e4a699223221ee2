//! The program `fetch-cors`: the Fetch standard's CORS protocol for tests in any language.
//!
//! It reads cases, questions and vectors, one JSON object a line, and writes what becomes of them; and
//! it holds requests against a server's policy, and servers against the laws.
#![forbid(unsafe_code)]

mod check;
mod display;
mod findings;
mod generate;
mod input;
mod judge;
mod known;
mod laws;
mod output;
mod policy;
mod policy_file;
mod probe;
mod refusals;
mod respond;
mod run;
mod table;
mod usage;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum, error::ErrorKind};

use crate::output::{Output, Stop};

/// Whether all was well, where the program could run at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Well,
    Unwell,
}

/// The Fetch standard's CORS protocol: what becomes of a fetch, with the step that decided it.
///
/// Exit status: 0 all is well, 1 something differs, is malformed or breaks a law, 2 the program could not run.
#[derive(Debug, Parser)]
#[command(name = "fetch-cors", version, propagate_version = true)]
struct Arguments {
    /// Whose behaviour is right.
    #[arg(long, global = true, value_enum, default_value_t = Profile::Spec)]
    profile: Profile,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Profile {
    /// The standard, literally.
    Spec,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer each case, question or vector with its outcome.
    ///
    /// Of a vector it takes the case. Answers come in the order of the lines, each as soon as its
    /// line has been read.
    Run(run::Arguments),
    /// Hold vectors against the standard.
    ///
    /// What a test asserts has to hold. A case on which the engines agree has to equal them, any
    /// other at least one of them.
    Check(check::Arguments),
    /// Print generated cases with their outcomes.
    ///
    /// They are vectors that assert all of the outcome, so that another implementation can be held
    /// against them. The same seed gives the same cases.
    Generate(generate::Arguments),
    /// Say what a server's policy allows, or all that is wrong with it.
    ///
    /// What is wrong is printed as JSON, an error a line. Origins below public suffixes are found by
    /// the list that is built in.
    ///
    /// Exit status: 0 the policy is valid, 1 it is not, 2 it cannot be read. Of `policy diff`: 0 nothing
    /// is widened, 1 something is, 2 a policy is not valid or cannot be read.
    Policy(policy::Arguments),
    /// Answer each request as a server with a policy does.
    ///
    /// Answers come in the order of the lines, each as soon as its line has been read. If the policy
    /// is not valid, its errors are all there is.
    ///
    /// Exit status: 0 every line was answered, 1 one is malformed or the policy is not valid, 2 the
    /// program could not run.
    Respond(respond::Arguments),
    /// Print the test requests to send to a server that should implement a policy.
    ///
    /// One request a line: known attacks and mistakes, and generated requests from a seed. Send them to
    /// the server, and record the responses for `judge`.
    ///
    /// Exit status: 0 the requests are printed, 1 the policy is not valid, 2 the program could not run.
    Probe(probe::Arguments),
    /// Check recorded responses of a server against the CORS laws.
    ///
    /// It takes the policy, the URL and the seed of `probe`. Each violation is a line, the smallest first,
    /// and the last line has the counts. `laws` prints the laws.
    ///
    /// Exit status: 0 no law is violated, 1 a law is violated, a line is malformed or the policy is not
    /// valid, 2 the program could not run or there was nothing to judge.
    Judge(judge::Arguments),
    /// Print the CORS laws, each with its id, its name and its statement.
    ///
    /// `judge` reports a violation by the law's name.
    ///
    /// Exit status: 0 the laws are printed, 2 no law has a given id or name.
    Laws(laws::Arguments),
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return without_command(&error),
    };
    let mut output = Output::new();
    // There is one profile so far, and it is what the library does.
    let Profile::Spec = arguments.profile;
    let verdict = match arguments.command {
        Command::Run(arguments) => run::run(&arguments, &mut output),
        Command::Check(arguments) => check::check(&arguments, &mut output),
        Command::Generate(arguments) => generate::generate(&arguments, &mut output),
        Command::Policy(arguments) => policy::policy(&arguments, &mut output),
        Command::Respond(arguments) => respond::respond(&arguments, &mut output),
        Command::Probe(arguments) => probe::probe(&arguments, &mut output),
        Command::Judge(arguments) => judge::judge(&arguments, &mut output),
        Command::Laws(arguments) => laws::laws(&arguments, &mut output),
    };
    // What was found before an error is worth having, so it is written too.
    let flushed = output.flush();
    match verdict.and_then(|verdict| flushed.map(|()| verdict)) {
        // Whoever closes the output has seen enough.
        Ok(Verdict::Well) | Err(Stop::Closed) => ExitCode::SUCCESS,
        Ok(Verdict::Unwell) => ExitCode::from(1),
        Err(Stop::Failed(message)) => output::complain(&message),
    }
}

/// What is left to do where the arguments name no command: help, the version, or an error.
fn without_command(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp => {
            // It can only fail because nobody reads it.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayVersion => {
            let mut output = Output::new();
            match output.text(usage::version()).and_then(|()| output.flush()) {
                Ok(()) | Err(Stop::Closed) => ExitCode::SUCCESS,
                Err(Stop::Failed(message)) => output::complain(&message),
            }
        }
        _ => output::complain(&usage::explain(error)),
    }
}
