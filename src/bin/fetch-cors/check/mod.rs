//! `fetch-cors check`: compares vectors with the standard.

use std::path::{Path, PathBuf};

use fetch_cors::{
    cases::{EngineReport, family},
    engine::Engine,
};

mod judged;
mod stages;
mod summary;

pub(crate) use summary::Counts;

use judged::Judged;
use stages::{Compare, Files};
use summary::{Summary, SummaryLine};

use crate::{
    Verdict,
    batch::Room,
    findings::{Differing, Finding, FindingKind},
    html_file, input,
    known::KnownDifferences,
    output::{Output, Stop, counted, print_aside},
    parallel::{self, Jobs},
    refusals::Refusals,
    repeated::RepeatedErrors,
    vector_line::NO_ID,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The files, with one vector per line; `-` is the standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The file with the known differences, one per line: `id step reason`. If a listed vector does not differ, the
    /// exit status is 1.
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// Print JSON: a line for each difference and each malformed vector, then a line with the counts.
    #[arg(long)]
    json: bool,
    /// Also print the most frequent failures of the cases, each with an explained example.
    #[arg(long, conflicts_with = "json")]
    examples: bool,
    /// Write an HTML page to this file; `-` is the standard output. A family has vectors about one subject, such as redirects.
    /// For each family and engine, the page has two
    /// percentages: the recordings that equal the standard's outcome, and the recordings that equal the outcome that
    /// the quirks predict. The page also has an example of each quirk.
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    html: Option<PathBuf>,
    /// Compare the recordings of an engine (`chromium`, `firefox` or `webkit`) with the outcomes that its quirks
    /// predict. Without this option, compare the vectors with the outcomes of the standard.
    ///
    /// A quirk is a rule by which an engine departs from the standard. Vectors without a recording of the engine are left
    /// out.
    #[arg(
        long,
        value_name = "ENGINE",
        default_value = "spec",
        hide_default_value = true,
        value_parser = crate::run::parse_engine
    )]
    engine: Engine,
    #[command(flatten)]
    jobs: Jobs,
}

/// The findings so far.
struct Check {
    known: KnownDifferences,
    engine: Engine,
    summary: Summary,
    /// The number of vectors without a recording of the engine of `--engine`.
    left_out: u64,
    printed: Printed,
    repeated: RepeatedErrors,
    /// The failed fetches of the cases. `None` without `--examples`.
    refusals: Option<Refusals>,
    /// The comparison of recorded and computed outcomes, for the HTML page. `None` without `--html`.
    report: Option<EngineReport>,
    output: Output,
}

/// The content of the standard output.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Printed {
    Text,
    Json,
    Page,
}

pub(crate) fn check(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    let inputs = arguments.files.iter().chain(&arguments.known);
    input::refuse_two_standard_inputs(inputs.clone())?;
    html_file::refuse_input(arguments.html.as_deref(), inputs.map(PathBuf::as_path))?;
    let known = match &arguments.known {
        Some(path) => {
            KnownDifferences::parse(&input::name_of_input(path), &input::read_whole(path)?)?
        }
        None => KnownDifferences::default(),
    };
    let check = Check {
        known,
        engine: arguments.engine,
        summary: Summary::default(),
        left_out: 0,
        printed: match arguments.html.as_deref() {
            _ if arguments.json => Printed::Json,
            Some(path) if path == Path::new("-") => Printed::Page,
            _ => Printed::Text,
        },
        repeated: RepeatedErrors::default(),
        refusals: arguments.examples.then(Refusals::default),
        report: arguments.html.as_ref().map(|_| EngineReport::new()),
        output: std::mem::take(output),
    };
    let jobs = arguments.jobs.number();
    let compare = Compare {
        room: Room::new(jobs),
        examples: arguments.examples,
        has_page: arguments.html.is_some(),
        engine: arguments.engine,
    };
    let files = Files {
        paths: arguments.files.clone().into_iter(),
        open: None,
    };
    let (check, result) = parallel::run(compare, jobs, files, check);
    match (check, result) {
        (Some(mut check), result) => {
            let verdict = result.and_then(|()| check.finish());
            let verdict = verdict.and_then(|verdict| {
                check.write_page(arguments)?;
                Ok(verdict)
            });
            *output = check.output;
            verdict
        }
        (None, result) => result.map(|()| Verdict::Failed),
    }
}

impl Check {
    fn vector(&mut self, file: &str, vector: Judged) -> Result<(), Stop> {
        let Judged {
            id,
            number,
            function,
            result,
            refused,
            compared,
        } = vector;
        if let (Some(report), Some(compared)) = (&mut self.report, compared) {
            report.add(compared);
        }
        let id = id.as_deref();
        let known = id.and_then(|id| self.known.find(id));
        if let Ok(checked) = &result
            && self.engine != Engine::Spec
            && checked.observed.is_empty()
        {
            self.left_out += 1;
            return Ok(());
        }
        if let Some(refusals) = &mut self.refusals {
            refusals.add(refused);
        }
        let family = function.as_deref().or(id.map(family)).unwrap_or(NO_ID);
        if let Ok(checked) = &result {
            self.summary.count_engines(family, checked);
        }
        let kind = match (result.map(Differing::from_checked), known) {
            (Err(malformed), _) => Some(FindingKind::Malformed { malformed }),
            (Ok(Some(differing)), None) => Some(FindingKind::Differs(differing)),
            (Ok(Some(differing)), Some(known)) => Some(FindingKind::Known {
                step: &known.step,
                reason: &known.reason,
                differing,
            }),
            (Ok(None), Some(_)) => Some(FindingKind::ListedButAgrees),
            (Ok(None), None) => None,
        };
        self.summary.count(family, kind.as_ref());
        let Some(kind) = kind else { return Ok(()) };
        let finding = Finding {
            id,
            file: Some(file),
            line: Some(number),
            kind,
        };
        print(&mut self.output, &mut self.repeated, self.printed, &finding)
    }

    /// Writes the page of `--html`. Does not write a page if all lines are malformed.
    fn write_page(&mut self, arguments: &Arguments) -> Result<(), Stop> {
        let Some((path, report)) = arguments.html.as_ref().zip(self.report.take()) else {
            return Ok(());
        };
        let Counts {
            vectors, malformed, ..
        } = self.summary.total;
        if malformed == vectors {
            print_aside("the page was not written, because no line of the input is a vector");
            return Ok(());
        }
        let source = source(&arguments.files, malformed);
        let page = report.to_html("Engines and the standard", &source);
        html_file::write(&page, path, &mut self.output)
    }

    fn finish(&mut self) -> Result<Verdict, Stop> {
        for (id, _) in self.known.missing() {
            self.summary.listed_but_missing += 1;
            let finding = Finding {
                id: Some(id),
                file: None,
                line: None,
                kind: FindingKind::ListedButMissing,
            };
            print(&mut self.output, &mut self.repeated, self.printed, &finding)?;
        }
        self.repeated.print(&mut self.output)?;
        let Summary { total, .. } = &self.summary;
        let stale = self.summary.listed_but_agree + self.summary.listed_but_missing;
        let verdict = match total.differ + total.malformed + stale {
            0 => Verdict::Passed,
            _ => Verdict::Failed,
        };
        match self.printed {
            Printed::Text => self.summary.print(&mut self.output)?,
            Printed::Json => self.output.json(&SummaryLine {
                summary: &self.summary,
            })?,
            Printed::Page => {}
        }
        let title = self.engine.title();
        if self.printed == Printed::Text && self.left_out > 0 {
            let vectors = counted(self.left_out, "vector is", "vectors are");
            self.output.text(format_args!(
                "\n{vectors} left out, without a recording of {title}"
            ))?;
        }
        if let Some(refusals) = self
            .refusals
            .as_ref()
            .filter(|_| self.printed == Printed::Text)
        {
            self.output.text(format_args!("\n{refusals}"))?;
        }
        if verdict == Verdict::Passed && self.summary.total.vectors == 0 {
            let message = match self.left_out {
                0 => String::from(
                    "the input has no vector, so nothing was checked: name a file with vectors",
                ),
                _ => format!(
                    "no vector has a recording of {title}, so nothing was checked: name a file with recordings of {title}, or leave `--engine` out"
                ),
            };
            return Err(Stop::CannotRun(message));
        }
        Ok(verdict)
    }
}

fn print(
    output: &mut Output,
    repeated: &mut RepeatedErrors,
    printed: Printed,
    finding: &Finding<'_>,
) -> Result<(), Stop> {
    match printed {
        Printed::Json => output.json(finding),
        Printed::Page => Ok(()),
        Printed::Text => finding.print(repeated, output),
    }
}

/// Returns the text about the source of the vectors: the names of the files, and the number of malformed lines.
fn source(files: &[PathBuf], malformed: u64) -> String {
    let names: Vec<String> = files
        .iter()
        .map(|file| input::name_of_input(file))
        .collect();
    let source = format!("The vectors are from {}.", names.join(", "));
    if malformed == 0 {
        return source;
    }
    let lines = counted(malformed, "line is", "lines are");
    format!("{source} {lines} left out, because of errors in the input.")
}
