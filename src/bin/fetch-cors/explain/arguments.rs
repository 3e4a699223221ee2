//! The arguments of `fetch-cors explain`, and the options that do not fit an input.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use fetch_cors::{
    browser::{CredentialsMode, Mode, Origin},
    engine::Engine,
};
use url::Url;

use super::values;
use crate::output::Stop;

/// Examples for the help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  What will a browser send, and what must the server answer?
    fetch-cors explain --origin https://app.example --url https://api.example/notes \\
      -X PUT -H 'Content-Type: application/json'

  Why is the response blocked?
    curl -sSvi -H 'Origin: https://app.example' https://api.example/notes > response.txt 2>&1
    fetch-cors explain --origin https://app.example --url https://api.example/notes \\
      --response response.txt

  What does a red line of the console mean?
    fetch-cors explain \\
      \"Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 200\"

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
    pub(super) evidence: Option<String>,
    /// The origin of the page, such as `https://app.example`.
    #[arg(long, value_name = "ORIGIN", value_parser = values::origin, requires = "url")]
    pub(super) origin: Option<Origin>,
    /// The URL that the page fetches.
    #[arg(long, value_name = "URL", value_parser = values::url, requires = "origin")]
    pub(super) url: Option<Url>,
    /// The method. The default is `GET`.
    #[arg(short = 'X', long, value_name = "METHOD", value_parser = values::method)]
    pub(super) method: Option<String>,
    /// A header that the page sets. The option can be repeated.
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = values::header)]
    pub(super) headers: Vec<(String, String)>,
    /// The mode of the request. The default is `cors`.
    #[arg(long, value_enum, value_name = "MODE")]
    pub(super) mode: Option<RequestMode>,
    /// The credentials mode. The default is `same-origin`. For a HAR recording, this mode applies to the fetches whose
    /// credentials mode the recording does not show.
    #[arg(long, value_enum, value_name = "MODE")]
    pub(super) credentials: Option<Credentials>,
    /// The content type of the body, if the request has a body.
    #[arg(long, value_name = "TYPE", value_parser = values::content_type)]
    pub(super) body: Option<String>,
    /// The file with the response to the preflight, as `curl -i` prints it; `-` is the standard input.
    #[arg(long, value_name = "FILE")]
    pub(super) preflight: Option<PathBuf>,
    /// The file with the response, as `curl -i` prints it; with redirects, the file with all responses. `-` is the
    /// standard input.
    #[arg(long, value_name = "FILE")]
    pub(super) response: Option<PathBuf>,
    /// Explain the cases and vectors of a file; `-` is the standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["origin", "url", "method", "headers", "mode", "credentials", "body"])]
    pub(super) case: Option<PathBuf>,
    /// In a HAR file, explain only the fetches whose URL contains this text: `/notes` selects `/my/notes/7` too. A text
    /// with `*`, such as `*/notes`, must match the whole URL. The `*` matches any characters.
    #[arg(long, value_name = "TEXT")]
    pub(super) only_url: Option<String>,
    /// In a HAR file, explain only the fetches that have a response with this status. The value 0 or -1 selects the
    /// fetches that have a request without a response status, such as a blocked request. Recordings have 0 or -1 in
    /// place of a missing status.
    #[arg(long, value_name = "STATUS", value_parser = values::status, allow_negative_numbers = true)]
    pub(super) only_status: Option<u16>,
    /// In a HAR file, explain all fetches, not only the blocked fetches.
    #[arg(long)]
    pub(super) all: bool,
    /// The engine whose verdict is explained: `spec` (the standard, the default), `chromium`, `firefox` or `webkit`.
    /// For every choice, the explanation also lists the engines whose verdict differs from the standard.
    #[arg(
        long,
        value_name = "ENGINE",
        default_value = "spec",
        hide_default_value = true
    )]
    pub(super) engine: Engine,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
    /// Write an HTML page to this file instead of printing text; `-` is the standard output. The page is one file, and has
    /// no script.
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub(super) html: Option<PathBuf>,
}

impl Arguments {
    /// Returns each argument that can name an input file. The argument `evidence` can be the text of a console message
    /// instead.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &Path> {
        let files = [&self.case, &self.preflight, &self.response];
        let files = files.into_iter().filter_map(|file| file.as_deref());
        files.chain(self.evidence.as_deref().map(Path::new))
    }
}

/// The modes that a page can choose, as `fetch()` names them. The mode `navigate` is not a choice, because `fetch()`
/// throws for it.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum RequestMode {
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
pub(crate) enum Credentials {
    /// The browser does not send cookies.
    Omit,
    /// The browser sends cookies only to the page's own origin.
    SameOrigin,
    /// The browser sends cookies to the page's own origin and to other origins.
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

/// Returns the name of the first given option that describes a fetch. `None` if the user gives no option of this kind.
pub(super) fn options_of_a_fetch(arguments: &Arguments) -> Option<&'static str> {
    let credentials = arguments.credentials.map(|_| "`--credentials`");
    options_except_credentials(arguments).or(credentials)
}

fn options_except_credentials(arguments: &Arguments) -> Option<&'static str> {
    let given = [
        ("`-X`", arguments.method.is_some()),
        ("`-H`", !arguments.headers.is_empty()),
        ("`--mode`", arguments.mode.is_some()),
        ("`--body`", arguments.body.is_some()),
        ("`--preflight`", arguments.preflight.is_some()),
        ("`--response`", arguments.response.is_some()),
    ];
    let mut given = given.into_iter().filter(|(_, is_given)| *is_given);
    given.next().map(|(option, _)| option)
}

/// Refuses the options that select fetches of a HAR recording.
pub(super) fn refuse_options_of_a_recording(arguments: &Arguments) -> Result<(), Stop> {
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
pub(super) fn refuse_options_of_a_fetch(arguments: &Arguments, input: &str) -> Result<(), Stop> {
    refuse(arguments, options_of_a_fetch(arguments), input)
}

/// Refuses the options that describe a fetch, except `--credentials`: a HAR recording usually does not show the
/// credentials mode.
pub(super) fn refuse_options_that_a_recording_shows(arguments: &Arguments) -> Result<(), Stop> {
    let given = options_except_credentials(arguments);
    refuse(arguments, given, "a HAR recording")
}

fn refuse(arguments: &Arguments, given: Option<&str>, input: &str) -> Result<(), Stop> {
    if arguments.origin.is_none() {
        return match given {
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
