//! `fetch-cors session`: judges fetches step by step. The caller sends the requests of the fetches.

use std::{path::PathBuf, sync::Arc};

use fetch_cors::{
    cases::{Session, SessionAnswer},
    server::PublicSuffixList,
};

use crate::{
    Verdict,
    input::{self, Content, Input, too_long},
    output::{Output, Stop, print_aside},
    recognize::{self, Kind},
};

/// The text at the end of the help of `session`.
pub(crate) const LINES: &str = "\
Lines of the input:
  {\"open\": FETCH} begins a fetch of a page. FETCH needs `origin` and `url`. Its other members are `at`, `api`, `method`,
  `headers`, `body`, `referrer_policy`, `mode`, `credentials`, `redirect` and `use_cors_preflight`, as in a case of `run`.
    {\"open\": {\"origin\": \"https://app.example\", \"url\": \"https://api.example/r\", \"method\": \"PUT\", \"credentials\": \"include\"}}
  {\"answer\": ANSWER} is the server's answer to the request of `send`: `status` and `headers`, or `error` for a connection that
  fails.
    {\"answer\": {\"status\": 204, \"headers\": [[\"Access-Control-Allow-Origin\", \"https://app.example\"], [\"Access-Control-Allow-Credentials\", \"true\"], [\"Access-Control-Allow-Methods\", \"PUT\"]]}}
    {\"answer\": {\"error\": \"network\"}}
  {\"answer\": ANSWER, \"at\": SECONDS} is an answer with its time, in seconds from the beginning of the session.
    {\"open\": {\"origin\": \"https://app.example\", \"url\": \"https://api.example/r\"}}
    {\"answer\": {\"status\": 200, \"headers\": [[\"Access-Control-Allow-Origin\", \"*\"]]}, \"at\": 2.5}
  {\"reset\": true} begins a new session: the preflight cache is empty, and the time is 0.
    {\"reset\": true}

Lines of the output:
  {\"send\": REQUEST}: send the request to a server, and write its `answer`.
  {\"result\": RESULT}: the fetch is over. `type` is `error` if the browser blocks it.
  {\"reset\": true}: the session is new.
  {\"id\": null, \"line\": N, \"malformed\": REASON}: the line is malformed, and changes nothing.

The examples above are one session. Paste them after `fetch-cors session`, and end with Ctrl-D.
";

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
    let mut is_empty = true;
    let mut is_waiting = false;
    while let Some(line) = input.next_line(output)? {
        let answer = match line.content {
            Content::Bytes(bytes) => explained(session.answer(bytes, line.number), bytes),
            Content::TooLong => SessionAnswer::Malformed {
                line: line.number,
                malformed: too_long(),
            },
        };
        is_empty = false;
        match answer {
            SessionAnswer::Malformed { .. } => verdict = Verdict::Failed,
            SessionAnswer::Send(_) => is_waiting = true,
            SessionAnswer::Result(_) | SessionAnswer::Reset => is_waiting = false,
        }
        output.json(&answer)?;
        output.flush()?;
    }
    if is_empty {
        input::note_empty(&arguments.file);
    }
    if is_waiting {
        print_aside(
            "fetch-cors: the last fetch has no result, because its last request has no answer: add a line with `answer`",
        );
    }
    Ok(verdict)
}

/// Returns the answer. If the line is of a kind that `session` does not read, the error of the answer names this kind.
fn explained(answer: SessionAnswer, line: &[u8]) -> SessionAnswer {
    match answer {
        SessionAnswer::Malformed {
            line: number,
            malformed,
        } => SessionAnswer::Malformed {
            line: number,
            malformed: recognize::explain(malformed, line, &[Kind::SessionLine]),
        },
        answer => answer,
    }
}
