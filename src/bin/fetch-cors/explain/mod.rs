//! `fetch-cors explain`: explains why a fetch is blocked, and what fixes it.

mod answers;
mod call;
mod cases;
mod console;
mod evidence;
mod page;
mod painted;
mod recording;
mod recording_line;
mod recording_text;

use std::{
    fmt::Display,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::ValueEnum;
use fetch_cors::{
    api::ApiCall,
    browser::{CredentialsMode, Mode, Origin, UserAgent},
    engine::Engine,
    explain::{
        Explanation, Verdict as FetchVerdict, explain as explain_call, input::ConsoleMessage,
    },
    server::PublicSuffixList,
};
use url::Url;

pub(crate) use self::cases::explain_cases;
use self::{
    answers::Answers,
    evidence::{Form, form},
    page::Entries,
    painted::painted,
};
use crate::{
    Verdict, html_file,
    input::{Input, refuse_two_standard_inputs},
    output::{Output, Stop, print_aside},
    source::Source,
};

/// The error if the user gives no input.
const NOTHING_TO_EXPLAIN: &str = "nothing to explain: give a console message, a HAR file, a file with cases or `--origin` and `--url`, or pipe the text into `fetch-cors explain -`; try `--help`";

/// Examples for the help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  What will a browser send, and what must the server answer?
    fetch-cors explain --origin https://app.example --url https://api.example/notes \\
      -X PUT -H 'Content-Type: application/json'

  Why is the response blocked?
    curl -si -H 'Origin: https://app.example' https://api.example/notes > response.txt
    fetch-cors explain --origin https://app.example --url https://api.example/notes \\
      --response response.txt

  What does a red line of the console mean?
    fetch-cors explain \"Access to fetch at 'https://api.example/' from origin ...\"

  Which fetches of a recording are blocked, and why?
    fetch-cors explain capture.har

  How do I explain the contents of the clipboard (a console message, a HAR recording or cases)?
    xclip -o | fetch-cors explain -

  How do I send the explanation to the team of the server?
    fetch-cors explain capture.har --html page.html

  Why is the response blocked in Firefox, and not in other engines?
    fetch-cors explain --origin https://app.example --url https://api.example/notes \\
      --response response.txt --engine firefox

  Why does each case of a file fail?
    fetch-cors explain --case cases.ndjson";

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A console message, or a file with a HAR recording, console messages or cases. With `--origin` and `--url`: a file
    /// with the responses that `curl -i` printed. The program recognizes the form; `-` is the standard input.
    #[arg(value_name = "MESSAGE OR FILE", conflicts_with_all = ["case", "response"])]
    evidence: Option<String>,
    /// The origin of the page, such as `https://app.example`.
    #[arg(long, value_name = "ORIGIN", value_parser = call::origin, requires = "url")]
    origin: Option<Origin>,
    /// The URL that the page fetches.
    #[arg(long, value_name = "URL", value_parser = call::url, requires = "origin")]
    url: Option<Url>,
    /// The method. The default is `GET`.
    #[arg(short = 'X', long, value_name = "METHOD", value_parser = call::method)]
    method: Option<String>,
    /// A header that the page sets. The option can be repeated.
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = call::header)]
    headers: Vec<(String, String)>,
    /// The mode of the request. The default is `cors`.
    #[arg(long, value_enum, value_name = "MODE")]
    mode: Option<RequestMode>,
    /// The credentials mode. The default is `same-origin`.
    #[arg(long, value_enum, value_name = "MODE")]
    credentials: Option<Credentials>,
    /// The content type of the body, if the request has a body.
    #[arg(long, value_name = "TYPE", value_parser = call::content_type)]
    body: Option<String>,
    /// The file with the response to the preflight, as `curl -i` prints it; `-` is the standard input.
    #[arg(long, value_name = "FILE")]
    preflight: Option<PathBuf>,
    /// The file with the response, as `curl -i` prints it; with redirects, the file with all responses. `-` is the
    /// standard input.
    #[arg(long, value_name = "FILE")]
    response: Option<PathBuf>,
    /// Explain the cases and vectors of a file; `-` is the standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["origin", "url", "method", "headers", "mode", "credentials", "body"])]
    case: Option<PathBuf>,
    /// In a HAR file, explain only the fetches whose URL contains this text: `/notes` selects `/my/notes/7` too. A text
    /// with `*`, such as `*/notes`, must match the whole URL. The `*` matches any characters.
    #[arg(long, value_name = "TEXT")]
    only_url: Option<String>,
    /// In a HAR file, explain only the fetches that have a response with this status. The value 0 selects the fetches
    /// that have a request without a status, such as a blocked request. Recordings can have 0 or -1 in place of a
    /// missing status.
    #[arg(long, value_name = "STATUS", value_parser = parse_status, allow_negative_numbers = true)]
    only_status: Option<u16>,
    /// In a HAR file, explain all fetches, not only the blocked fetches.
    #[arg(long)]
    all: bool,
    /// The engine whose verdict is explained: `spec` (the standard, the default), `chromium`, `firefox` or `webkit`.
    /// For every choice, the explanation also lists the engines whose verdict differs from the standard.
    #[arg(
        long,
        value_name = "ENGINE",
        default_value = "spec",
        hide_default_value = true
    )]
    engine: Engine,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Write an HTML page to this file instead of printing text; `-` is the standard output. The page is one file, and has
    /// no script.
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    html: Option<PathBuf>,
}

impl Arguments {
    /// Returns each argument that can name an input file. The argument `evidence` can be the text of a console message
    /// instead.
    fn inputs(&self) -> impl Iterator<Item = &Path> {
        let files = [&self.case, &self.preflight, &self.response];
        let files = files.into_iter().filter_map(|file| file.as_deref());
        files.chain(self.evidence.as_deref().map(Path::new))
    }
}

/// The modes that a page can choose, as `fetch()` names them. The mode `navigate` is not a choice, because `fetch()`
/// throws for it.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum RequestMode {
    /// The server has to allow the page to read the response.
    Cors,
    /// A script cannot read the response, and only requests that need no preflight are sent.
    NoCors,
    /// A request to another origin fails.
    SameOrigin,
}

impl From<RequestMode> for Mode {
    fn from(mode: RequestMode) -> Self {
        match mode {
            RequestMode::Cors => Self::Cors,
            RequestMode::NoCors => Self::NoCors,
            RequestMode::SameOrigin => Self::SameOrigin,
        }
    }
}

/// The credentials modes, as `fetch()` names them.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Credentials {
    /// No cookies at all.
    Omit,
    /// Cookies for the page's own origin only.
    SameOrigin,
    /// Cookies for other origins too.
    Include,
}

impl From<Credentials> for CredentialsMode {
    fn from(credentials: Credentials) -> Self {
        match credentials {
            Credentials::Omit => Self::Omit,
            Credentials::SameOrigin => Self::SameOrigin,
            Credentials::Include => Self::Include,
        }
    }
}

fn parse_status(text: &str) -> Result<u16, String> {
    let status = text
        .parse()
        .ok()
        .filter(|status| matches!(status, 0 | 100..=999));
    status.ok_or_else(|| {
        String::from("expected a status, a number from 100 to 999, or 0 for no status")
    })
}

pub(crate) fn explain(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    html_file::refuse_input(arguments.html.as_deref(), arguments.inputs())?;
    if let Some(file) = &arguments.case {
        refuse_options_of_a_recording(arguments)?;
        let input = Input::open(file)?;
        return explain_input(input, arguments, output);
    }
    if let Some(evidence) = &arguments.evidence {
        return explain_evidence(evidence, arguments, output);
    }
    if let (Some(preflight), Some(response)) = (&arguments.preflight, &arguments.response) {
        refuse_two_standard_inputs([preflight, response])?;
    }
    let files = [&arguments.preflight, &arguments.response];
    for file in files.into_iter().flatten() {
        call::refuse_word_for_file(file)?;
    }
    let response = arguments
        .response
        .as_deref()
        .map(Source::open)
        .transpose()?;
    explain_fetch(arguments, response, output)
}

/// Explains the fetch that the options describe.
fn explain_fetch(
    arguments: &Arguments,
    response: Option<Source>,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    refuse_options_of_a_recording(arguments)?;
    let (Some(origin), Some(url)) = (&arguments.origin, &arguments.url) else {
        let reason = match options_of_a_fetch(arguments) {
            Some(option) => format!(
                "{option} describes a fetch: add `--origin ORIGIN --url URL`, the origin of the page and the URL of the request"
            ),
            None => NOTHING_TO_EXPLAIN.into(),
        };
        return Err(Stop::CannotRun(reason));
    };
    call::warn_of_unchecked_rules(url);
    let mut answers = Answers::read(arguments.preflight.as_deref(), response)?;
    if arguments.method.is_none() && !arguments.json && answers.has_response_without_method() {
        print_aside(&format!(
            "the response is judged as the response to a {} request: add `-X METHOD` for another method",
            call::method_or_default(arguments)
        ));
    }
    let mut user_agent = UserAgent::of_engine(arguments.engine);
    user_agent.public_suffixes = std::sync::Arc::new(PublicSuffixList);
    let call = call::call(arguments, url.clone());
    let unused = answers.clone();
    let mut explanation = explain_call(&user_agent, origin, &call, Duration::ZERO, |request| {
        answers.next(request)
    });
    explanation.notes.extend(note_of_credentials(
        arguments,
        &user_agent,
        &explanation,
        unused,
    ));
    let (preflight_file, response_file) = answer_files(arguments);
    explanation.set_answer_files(preflight_file, response_file);
    let has_preflight = explanation
        .exchanges
        .iter()
        .any(|exchange| exchange.is_preflight);
    answers.warn_of_unused(has_preflight);
    call::warn_of_forbidden_headers(arguments);
    if arguments.json {
        output.json(&explanation)?;
    } else if let Some(path) = &arguments.html {
        let asked = &explanation.asked;
        let heading = format!("{} {}", asked.method, asked.url);
        let title = format!("A fetch of {}", asked.origin);
        let mut entries = Entries::default();
        entries.fetch(heading, explanation);
        entries.write(&title, path, output)?;
    } else {
        print(&explanation, explanation.verdict, output)?;
    }
    Ok(Verdict::Passed)
}

/// Returns the verdict of the same fetch with `--credentials include`. `None` if the verdict is the same, if the user
/// chose the credentials mode, or if the answers do not show that the page sends cookies.
fn note_of_credentials(
    arguments: &Arguments,
    user_agent: &UserAgent,
    explanation: &Explanation,
    mut answers: Answers,
) -> Option<String> {
    let (Some(origin), Some(url)) = (&arguments.origin, &arguments.url) else {
        return None;
    };
    if arguments.credentials.is_some() || !answers.show_credentials() {
        return None;
    }
    let mut call = call::call(arguments, url.clone());
    if let ApiCall::Fetch(init) = &mut call {
        init.credentials = CredentialsMode::Include;
    }
    let credentialed = explain_call(user_agent, origin, &call, Duration::ZERO, |request| {
        answers.next_quietly(request)
    });
    let headline = credentialed.headline;
    (headline != explanation.headline)
        .then(|| format!("if the page sends cookies (`--credentials include`): {headline}"))
}

/// Returns the names of the files with the responses. The standard input has no name.
fn answer_files(arguments: &Arguments) -> (Option<String>, Option<String>) {
    let name = |path: Option<&Path>| {
        let name = path?.to_str().filter(|name| *name != "-");
        name.map(String::from)
    };
    let evidence = arguments.evidence.as_deref().map(Path::new);
    (
        name(arguments.preflight.as_deref()),
        name(arguments.response.as_deref().or(evidence)),
    )
}

/// Explains a message, a file of any form, or the standard input.
fn explain_evidence(
    evidence: &str,
    arguments: &Arguments,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    let path = Path::new(evidence);
    let is_named_as_recording = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("har"));
    if evidence != "-" && !is_named_as_recording && !path.exists() {
        refuse_options_of_a_recording(arguments)?;
        refuse_options_of_a_fetch(arguments, "a console message")?;
        let messages = console::messages_of_argument(evidence)?;
        return explain_messages(messages, arguments, output);
    }
    if let Some(preflight) = &arguments.preflight {
        refuse_two_standard_inputs([preflight, &path.to_path_buf()])?;
    }
    let source = Source::open(path)?;
    let form = match form(source.beginning()) {
        // The name of the file ends with `.har`, so the file is treated as a recording.
        Form::Messages if is_named_as_recording => Form::Recording,
        form => form,
    };
    if form != Form::Recording {
        refuse_options_of_a_recording(arguments)?;
    }
    match form {
        Form::Responses if arguments.origin.is_some() => {
            explain_fetch(arguments, Some(source), output)
        }
        Form::Responses => Err(Stop::CannotRun(format!(
            "{} is an HTTP response, which does not show the page: add `--origin ORIGIN --url URL`, the origin of the page and the URL of the request",
            source.name()
        ))),
        Form::Other(kind) => Err(Stop::CannotRun(kind.message_for(source.name()))),
        Form::Recording => {
            refuse_options_of_a_fetch(arguments, "a HAR recording")?;
            recording::explain_recording(arguments, source, path, output)
        }
        Form::Cases => {
            refuse_options_of_a_fetch(arguments, "a case")?;
            explain_input(source.into_input(), arguments, output)
        }
        Form::Messages => {
            refuse_options_of_a_fetch(arguments, "the text of a console")?;
            let messages = console::messages_of_source(source)?;
            explain_messages(messages, arguments, output)
        }
    }
}

/// Returns the name of the first given option that describes a fetch. `None` if the user gives no option of this kind.
fn options_of_a_fetch(arguments: &Arguments) -> Option<&'static str> {
    let given = [
        ("`-X`", arguments.method.is_some()),
        ("`-H`", !arguments.headers.is_empty()),
        ("`--mode`", arguments.mode.is_some()),
        ("`--credentials`", arguments.credentials.is_some()),
        ("`--body`", arguments.body.is_some()),
        ("`--preflight`", arguments.preflight.is_some()),
        ("`--response`", arguments.response.is_some()),
    ];
    let mut given = given.into_iter().filter(|(_, is_given)| *is_given);
    given.next().map(|(option, _)| option)
}

/// Refuses the options that select fetches of a HAR recording.
fn refuse_options_of_a_recording(arguments: &Arguments) -> Result<(), Stop> {
    let given = [
        ("--only-url", arguments.only_url.is_some()),
        ("--only-status", arguments.only_status.is_some()),
        ("--all", arguments.all),
    ];
    let mut given = given.into_iter().filter(|(_, is_given)| *is_given);
    match given.next() {
        Some((option, _)) => Err(Stop::CannotRun(format!(
            "`{option}` selects fetches of a HAR recording, and the input is not a HAR recording: leave `{option}` out, or name a HAR file"
        ))),
        None => Ok(()),
    }
}

/// Refuses all options that describe a fetch, because the input already describes fetches.
fn refuse_options_of_a_fetch(arguments: &Arguments, input: &str) -> Result<(), Stop> {
    if arguments.origin.is_none() {
        return match options_of_a_fetch(arguments) {
            Some(option) => Err(Stop::CannotRun(format!(
                "{option} describes a fetch of `--origin` and `--url`, but this is {input}, which has its own requests: leave the option out"
            ))),
            None => Ok(()),
        };
    }
    Err(Stop::CannotRun(format!(
        "`--origin` and `--url` are for the responses that `curl -i` printed, but this is {input}: leave the options out"
    )))
}

fn explain_input(
    input: Input,
    arguments: &Arguments,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    explain_cases(
        input,
        arguments.engine,
        arguments.json,
        arguments.html.as_deref(),
        output,
    )
}

fn explain_messages(
    messages: Vec<ConsoleMessage>,
    arguments: &Arguments,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    if arguments.engine != Engine::Spec {
        let reason = "`--engine` explains fetches, and a console message is not a fetch: leave `--engine` out, or use `--url`, `--case` or a HAR file";
        return Err(Stop::CannotRun(reason.into()));
    }
    console::explain_messages(messages, arguments, output)
}

/// Prints an explanation, or a part of an explanation. Prints colors if the terminal shows colors. `verdict` selects
/// the color of the first line.
fn print(text: impl Display, verdict: FetchVerdict, output: &mut Output) -> Result<(), Stop> {
    let text = text.to_string();
    let text = text.trim_end();
    if output.has_colors() {
        output.text(painted(text, verdict))
    } else {
        output.text(text)
    }
}
