//! The program `fetch-cors`: the Fetch standard's CORS protocol for tests in any language.
//!
//! The program reads cases, questions and vectors, one JSON object per line, and prints their outcomes. It also answers
//! requests like a server with a policy, and checks other servers against the CORS laws.
#![forbid(unsafe_code)]

mod batch;
mod check;
mod colors;
mod compare;
mod display;
mod explain;
mod findings;
mod generate;
mod guide;
mod har_file;
mod html_file;
mod input;
mod judge;
mod known;
mod laws;
mod line;
mod nearest_argument;
mod only_url;
mod output;
mod parallel;
mod policy;
mod policy_file;
mod policy_recording;
mod positions;
mod probe;
mod progress;
mod quick_json;
mod recognize;
mod refusals;
mod repeated;
mod respond;
mod run;
mod session;
mod shell;
mod shown;
mod source;
mod table;
mod usage;
mod vector_line;
mod width;

use std::process::ExitCode;

use clap::{Parser, Subcommand, error::ErrorKind};

use crate::output::{Output, Stop};

/// The program spends much of its time on allocation. This allocator is faster than the default allocator, and the threads
/// of the program do not wait for each other when they allocate. Its feature `no_thp` turns off transparent huge pages.
/// With huge pages, each thread would need several MiB. Its feature `v2` selects version 2, which returns freed memory to the
/// system after 10 milliseconds. Version 3 keeps it for a second, so that two threads with large cases need much more memory
/// than one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The exit status of a command whose output was closed before its result was known. A shell reports the same status for
/// a program that SIGPIPE ended.
const OUTPUT_CLOSED: u8 = 141;

/// The result of a command that ran to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Exit status 0.
    Passed,
    /// Exit status 1.
    Failed,
}

/// Judge fetches and servers by the Fetch standard's CORS protocol.
///
/// Input is JSON, one object per line. Some commands read other forms: their help describes the input. Reports are text for
/// people, or JSON with `--json`.
///
/// Exit status: 0 success; 1 a difference, a malformed line, an invalid policy or a violated law; 2 the program could
/// not run; 141 the reader of the output, such as `head`, stopped before the program knew the result.
#[derive(Debug, Parser)]
#[command(name = "fetch-cors", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge cases, questions and vectors from a file, and print the outcome of each.
    ///
    /// A case is one or more fetches of pages, with the answers of the servers. Its outcome is what a browser does: the
    /// requests that it sends, and the result of each fetch. A question is about one algorithm of the standard, such as the
    /// CORS check. A vector is a case with expectations about its outcome.
    ///
    /// The outcomes are printed in the order of the lines. The program does not wait for the next line before it prints an
    /// outcome. For a vector, the program judges the case and ignores the expectations of the vector. A case can also have
    /// several lines, as `jq` prints it.
    ///
    /// Exit status: 0 every line is answered; 1 a line is malformed; 2 the program could not run.
    Run(run::Arguments),
    /// Explain why a fetch is blocked, and print the smallest change of the server's answers that fixes it.
    ///
    /// Describe the fetch in one of these forms: options and the responses that `curl -i` printed; a HAR recording; a
    /// console message; or cases. Without responses, the command prints the requests of a browser, the reason for a
    /// preflight, and `curl` commands that send the same requests. The command proves the fix: it runs the algorithm again
    /// with the changed answers. For a console message, the fix is only the likeliest fix.
    ///
    /// Exit status: 0 every fetch is explained; 1 a line is malformed or contradicts itself, a CORS message among other
    /// messages is not known, an entry is left out, a fetch of a recording cannot be judged, or a recording is not
    /// readable to its end; 2 the program could not run, no message is known, no entry of a recording is readable, a
    /// recording has no cross-origin fetch of a page, no fetch of a recording can be judged, or no fetch matches
    /// `--only-url` or `--only-status`. A fetch counts as not judged if its verdict is `undecided`, or depends on a
    /// credentials mode that the recording does not show: `--credentials` gives the mode.
    #[command(after_help = explain::EXAMPLES)]
    Explain(explain::Arguments),
    /// Judge fetches step by step: print each request, read its response, and print the result.
    ///
    /// Each line of the input opens a fetch, has the response to a request, or resets the session. The program answers each
    /// line at once. The fetches share a preflight cache and a clock.
    ///
    /// Exit status: 0 every line is answered; 1 a line is malformed; 2 the program could not run.
    #[command(after_help = session::LINES)]
    Session(session::Arguments),
    /// Compare vectors from files with the standard, and print the differences and a table of counts.
    ///
    /// A vector is a case (fetches of pages, with the answers of the servers) with expectations about its outcome. The
    /// outcome that the standard gives must match the expectations. If the vector has recordings of browser engines,
    /// and the recordings agree, the outcome must equal all recordings. If the recordings disagree, the outcome must
    /// equal at least one recording.
    ///
    /// Exit status: 0 each vector holds or has a known difference; 1 a vector has an unknown difference or is
    /// malformed, or the list of known differences is out of date; 2 the program could not run, or no vector was
    /// checked.
    Check(check::Arguments),
    /// Compare the outcomes of another implementation with vectors, and print the differences and a table of counts.
    ///
    /// A vector is a case (fetches of pages, with the answers of the servers) with expectations about its outcome. The last
    /// file has the outcomes, and the files before it have the vectors. Each outcome has the id of a vector and
    /// the form that `run` prints. The command prints vectors without an outcome, outcomes without a vector, and ids that
    /// occur twice. In each of these cases, the exit status is 1.
    ///
    /// Exit status: 0 each vector holds or has a known difference; 1 a vector has an unknown difference, a vector or an
    /// outcome is malformed or doubled, an outcome is missing or unknown, or the list of known differences is out of
    /// date; 2 the program could not run, or no outcome was compared.
    Compare(compare::Arguments),
    /// Generate cases from a seed, and print them as vectors with their outcomes.
    ///
    /// A case is one or more fetches of pages, with the answers of the servers. Each vector has a case and the whole
    /// outcome that the standard gives, so you can check another implementation with `compare`. The same seed gives the
    /// same cases.
    ///
    /// Exit status: 0 the cases are printed; 2 the program could not run.
    Generate(generate::Arguments),
    /// Validate a policy from a file, and print what the policy allows, or its errors.
    ///
    /// Each error is printed with its place in the file and a fix. The program contains a list of public suffixes.
    ///
    /// `policy suggest` prints the narrowest policy that a HAR recording needs, and `policy check` checks the requests
    /// of a recording.
    ///
    /// Exit status: 0 the policy is valid; 1 the policy is not valid; 2 the program could not run. `policy diff`, `policy
    /// suggest` and `policy check` use the exit status differently: see their `--help`.
    Policy(policy::Arguments),
    /// Apply a policy to the requests in a file, and print the responses of a server with this policy.
    ///
    /// A request has the form of a line that `probe` prints. A response has the CORS headers, and says whether the
    /// policy allows the request. The responses are printed in the order of the lines, and each response is printed
    /// before the next line is read. If the policy is not valid, its errors are printed to the standard error.
    ///
    /// Exit status: 0 every line is answered; 1 a line is malformed or the policy is not valid; 2 the program could not
    /// run.
    Respond(respond::Arguments),
    /// Print test requests for a server, to find out whether the server implements a policy.
    ///
    /// Each line is a request. Some requests try known attacks and common mistakes. The other requests are generated from a
    /// seed. Send all requests to the server, record the responses, and pass the record to `judge`. Without
    /// `--unsafe-methods`, only requests with GET, HEAD and OPTIONS are printed.
    ///
    /// The id of a request begins with the name of its probe: the attack or the mistake that the request tries, such as
    /// `prefix` or `listed-method`. `judge` prints the name with each violation. Some requests have the header
    /// `fetch-cors-handler`: send this header like the other headers. Your server ignores it. Only a special handler for
    /// tests, which can run behind a CORS middleware, reads this header.
    ///
    /// Exit status: 0 the requests are printed; 1 the policy is not valid; 2 the program could not run.
    #[command(after_long_help = probe::LINES)]
    Probe(probe::Arguments),
    /// Check recorded responses of a server against the CORS laws, and print a report.
    ///
    /// The input is a record of exchanges: each line has a request that `probe` printed, and its response. Use the same
    /// policy, URL and seed as for `probe`. The record shows whether `probe` had `--error-url` and `--unsafe-methods`, so
    /// `judge` does not need these options. The report lists the mistakes of the server, the worst mistake first, each
    /// with its fix. A law is a rule for servers: `fetch-cors laws` prints the laws. A violation counts if `--fail-on`
    /// selects its severity, and `--known` does not accept it.
    ///
    /// Exit status: 0 no violation counts; 1 a violation counts, a line is malformed, the request of an exchange
    /// differs from the request that `probe` printed, the policy is not valid, or the list of known violations is out
    /// of date; 2 the program could not run, or no request got a response.
    ///
    /// The exit status is 2 in place of 0 if the record is incomplete. A record is incomplete if a request that `probe`
    /// printed has no exchange or no response, if the server refused a request because there were too many requests
    /// (status 429 or 503), or if no response has a status from 200 to 299.
    #[command(after_long_help = judge::LINES)]
    Judge(judge::Arguments),
    /// Print the CORS laws and the causes of findings, or explain a law or a cause.
    ///
    /// A law is a rule that `judge` and the tests check. It has an id, a name and a statement. A cause is a mistake of a
    /// server. `judge` reports a violation with the names of its law and its cause. For a cause, the command prints the
    /// mistake, its usual severity and consequence, its fix, and the laws that its worst violations usually violate.
    ///
    /// Exit status: 0 the laws and causes are printed; 2 no law or cause has a given name.
    Laws(laws::Arguments),
    /// Print a page of the guide, or the script `send.py`, which sends the requests of `probe`.
    ///
    /// `fetch-cors guide` lists the pages. `fetch-cors guide send.py > send.py` writes the script to a file. The pages are
    /// Markdown. Their links lead to other pages of the guide, or to the documentation of the library.
    ///
    /// Exit status: 0 the page or the list is printed; 2 there is no such page.
    Guide(guide::Arguments),
    /// Print a script that completes the commands and options of this program in a shell.
    ///
    /// For bash, `eval "$(fetch-cors completions bash)"` in `~/.bashrc` loads the script.
    ///
    /// Exit status: 0 the script is printed; 2 the shell is not supported.
    Completions(shell::CompletionsArguments),
    /// Print the manual page of the program or of a command, in the format of `man`.
    ///
    /// `fetch-cors man > fetch-cors.1` writes the page to a file, and `man ./fetch-cors.1` shows it. Each command has a
    /// page: `fetch-cors man policy suggest`.
    ///
    /// Exit status: 0 the page is printed; 2 there is no such command.
    Man(shell::ManArguments),
}

impl Command {
    /// Whether the exit status of the command is a result about its input.
    const fn judges(&self) -> bool {
        match self {
            Self::Run(_)
            | Self::Explain(_)
            | Self::Check(_)
            | Self::Compare(_)
            | Self::Policy(_)
            | Self::Judge(_) => true,
            Self::Session(_)
            | Self::Generate(_)
            | Self::Respond(_)
            | Self::Probe(_)
            | Self::Laws(_)
            | Self::Guide(_)
            | Self::Completions(_)
            | Self::Man(_) => false,
        }
    }
}

fn main() -> ExitCode {
    if std::env::args_os().len() < 2 {
        return usage::print_help();
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return print_help_or_error(&error),
    };
    let judges = arguments.command.judges();
    let mut output = Output::new();
    let verdict = match arguments.command {
        Command::Run(arguments) => run::run(&arguments, &mut output),
        Command::Explain(arguments) => explain::explain(&arguments, &mut output),
        Command::Session(arguments) => session::session(&arguments, &mut output),
        Command::Check(arguments) => check::check(&arguments, &mut output),
        Command::Compare(arguments) => compare::compare(&arguments, &mut output),
        Command::Generate(arguments) => generate::generate(&arguments, &mut output),
        Command::Policy(arguments) => policy::policy(&arguments, &mut output),
        Command::Respond(arguments) => respond::respond(&arguments, &mut output),
        Command::Probe(arguments) => probe::probe(&arguments, &mut output),
        Command::Judge(arguments) => judge::judge(&arguments, &mut output),
        Command::Laws(arguments) => laws::laws(&arguments, &mut output),
        Command::Guide(arguments) => guide::guide(&arguments, &mut output),
        Command::Completions(arguments) => shell::completions(&arguments, &mut output),
        Command::Man(arguments) => shell::man(&arguments, &mut output),
    };
    output.progress().end();
    // Even if the command ends with an error, its output is useful. So the output is written before the error message.
    match (verdict, output.flush()) {
        (Err(Stop::CannotRun(message)), _) | (Ok(_), Err(Stop::CannotRun(message))) => {
            output::print_error(&message)
        }
        // The program that reads the output, such as `head`, can close the output early. This is not an error, but the
        // result of a command that judges is unknown.
        (Err(Stop::OutputClosed), _) if judges => ExitCode::from(OUTPUT_CLOSED),
        (Ok(Verdict::Passed) | Err(Stop::OutputClosed), _) => ExitCode::SUCCESS,
        (Ok(Verdict::Failed), _) => ExitCode::from(1),
    }
}

/// Prints the help, the version, or the error of the arguments.
fn print_help_or_error(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp => usage::print(error.render().ansi()),
        ErrorKind::DisplayVersion => usage::print(usage::version()),
        _ => output::print_error(&usage::explain(error)),
    }
}
