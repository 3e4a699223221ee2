//! `fetch-cors run`: judges cases, questions and vectors.

use std::{path::PathBuf, str::FromStr, sync::Arc};

use fetch_cors::{
    cases::{Answer, Answerer},
    engine::{Engine, UnknownEngineError},
    infrastructure::site::PublicSuffixes,
    server::PublicSuffixList,
};

use crate::{
    Verdict,
    batch::{Batch, Position, Room},
    explain::explain_cases,
    html_file,
    input::{self, Content, Input, Line, too_long},
    output::{Output, Stop, json_line},
    parallel::{self, Jobs, Part, Stages},
    recognize::{self, Kind},
    repeated::RepeatedErrors,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The file with one case, question or vector per line; `-`, the default, is the standard input.
    #[arg(default_value = "-", hide_default_value = true)]
    file: PathBuf,
    /// The engine whose outcomes are printed: `spec` (the standard, the default), `chromium`, `firefox`, `webkit`, or `all`.
    ///
    /// A quirk is a rule by which an engine departs from the standard. In the output, `quirks` lists the quirks that cause
    /// an outcome. `all` prints the standard's outcome and, for each engine, `same` or the outcome in the engine.
    /// `fetch-cors guide engines` describes the quirks.
    #[arg(
        long,
        value_name = "ENGINE",
        default_value = "spec",
        hide_default_value = true
    )]
    engine: Judged,
    /// Print an explanation of each fetch in place of the outcomes, like `explain --case FILE`. `--engine` can name one
    /// engine, but not `all`.
    #[arg(long, conflicts_with = "jobs")]
    explain: bool,
    /// Print JSON, the default without `--explain`. With `--explain`, print each explanation as a line of JSON.
    #[arg(long, conflicts_with = "html")]
    json: bool,
    /// With `--explain`, write the explanations to this file as an HTML page; `-` is the standard output.
    #[arg(long, value_name = "FILE", requires = "explain")]
    html: Option<PathBuf>,
    #[command(flatten)]
    jobs: Jobs,
}

/// The value of `--engine`: one engine, or `all`.
#[derive(Debug, Clone, Copy)]
enum Judged {
    In(Engine),
    InAll,
}

impl FromStr for Judged {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if name == "all" {
            return Ok(Self::InAll);
        }
        match parse_engine(name) {
            Ok(engine) => Ok(Self::In(engine)),
            Err(_) if name.eq_ignore_ascii_case("all") => Err(String::from("write `all`")),
            Err(error) if meant_engine(name).is_some() => Err(error),
            Err(_) => Err(String::from(
                "write `spec`, `chromium`, `firefox`, `webkit` or `all`",
            )),
        }
    }
}

/// Parses the name of an engine. If `name` is the name of a browser or has upper case, the error suggests the engine.
pub(crate) fn parse_engine(name: &str) -> Result<Engine, String> {
    name.parse()
        .map_err(|error: UnknownEngineError| match meant_engine(name) {
            Some((engine, note)) => format!("write `{engine}`{note}"),
            None => error.to_string(),
        })
}

/// Returns the engine that the author of `name` meant, and a note about it. The name is the name of a browser, such as
/// `chrome`, another name of an engine, such as `blink`, or the name of an engine in upper case.
fn meant_engine(name: &str) -> Option<(Engine, &'static str)> {
    let name = name.to_ascii_lowercase();
    let engine = match &*name {
        "chrome" | "edge" | "opera" | "brave" | "blink" => Engine::Chromium,
        "safari" => Engine::Webkit,
        "gecko" => Engine::Firefox,
        name => return name.parse().ok().map(|engine| (engine, "")),
    };
    Some((engine, ", the engine of this browser"))
}

/// The answers to the lines of a batch.
#[derive(Debug, Default)]
struct Answers {
    lines: Vec<u8>,
    /// The number and the error of each malformed line.
    malformed: Vec<(u64, String)>,
    /// Whether at least one line is not malformed.
    have_others: bool,
    position: Position,
}

struct Run {
    public_suffixes: Arc<dyn PublicSuffixes>,
    room: Room,
    judged: Judged,
}

impl Stages for Run {
    type Batch = Batch;
    type Worker = Answerer;
    type Result = Answers;
    type Source = Input;
    type Sink = (Output, Verdict, RepeatedErrors);

    fn read(&self, input: &mut Input, batch: &mut Batch, wait: &dyn Fn()) -> Result<Part, Stop> {
        input.next_batch(batch, self.room, wait)
    }

    fn worker(&self) -> Answerer {
        let answerer = Answerer::new(Arc::clone(&self.public_suffixes));
        match self.judged {
            Judged::In(engine) => answerer.judging_in(engine),
            Judged::InAll => answerer.judging_in_all(),
        }
    }

    fn work(
        &self,
        answerer: &mut Answerer,
        batch: &Batch,
        answers: &mut Answers,
    ) -> Result<(), Stop> {
        answers.position = batch.position();
        for line in batch.lines() {
            let answer = answer_line(&line, answerer);
            if let Answer::Malformed { malformed, .. } = &answer {
                answers.malformed.push((line.number, malformed.clone()));
            } else {
                answers.have_others = true;
            }
            json_line(&mut answers.lines, &answer)?;
        }
        Ok(())
    }

    fn finish(
        &self,
        (output, verdict, errors): &mut (Output, Verdict, RepeatedErrors),
        answers: &mut Answers,
    ) -> Result<(), Stop> {
        if std::mem::take(&mut answers.have_others) {
            errors.add_other_line();
        }
        for (number, malformed) in answers.malformed.drain(..) {
            *verdict = Verdict::Failed;
            // If `errors` is full, the error is not stored. But the answer to the line has the error, so the error is
            // not lost.
            let _ = errors.add_line(number, &malformed);
        }
        answers.position.show(output.progress());
        output.take_lines(&mut answers.lines)
    }
}

fn answer_line<'a>(line: &Line<'a>, answerer: &mut Answerer) -> Answer<'a> {
    match line.content {
        Content::Bytes(bytes) => {
            let answer = answerer.answer(bytes, line.number);
            recognize::explained(answer, bytes, READABLE)
        }
        Content::TooLong => Answer::Malformed {
            id: None,
            line: Some(line.number),
            malformed: too_long(),
        },
    }
}

/// The kinds of lines that `run` answers.
const READABLE: &[Kind] = &[Kind::Case, Kind::Question, Kind::Vector];

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    if arguments.explain {
        html_file::refuse_input(arguments.html.as_deref(), [arguments.file.as_path()])?;
        let Judged::In(engine) = arguments.engine else {
            let reason = "`--explain` explains the fetches in one engine, and says where the other engines differ: write `--engine spec`, `chromium`, `firefox` or `webkit`";
            return Err(Stop::CannotRun(reason.into()));
        };
        return explain_cases(
            Input::open(&arguments.file)?,
            engine,
            arguments.json,
            arguments.html.as_deref(),
            output,
        );
    }
    let jobs = arguments.jobs.number();
    let stages = Run {
        public_suffixes: Arc::new(PublicSuffixList),
        room: Room::new(jobs),
        judged: arguments.engine,
    };
    let input = Input::open(&arguments.file)?;
    let sink = (
        std::mem::take(output),
        Verdict::Passed,
        RepeatedErrors::default(),
    );
    let (sink, result) = parallel::run(stages, jobs, input, sink);
    let Some((sink, verdict, errors)) = sink else {
        return result.map(|()| Verdict::Failed);
    };
    *output = sink;
    errors.print_only_error_aside();
    if result.is_ok() && errors.is_empty() {
        input::note_empty(&arguments.file);
    }
    result.map(|()| verdict)
}
