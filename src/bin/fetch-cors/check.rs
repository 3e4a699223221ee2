//! `fetch-cors check`: compares vectors with the standard.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    vec,
};

use fetch_cors::{
    cases::{Checked, EngineReport, RecordedComparison, Vector, family},
    engine::Engine,
};
use serde::Serialize;

use crate::{
    Verdict,
    batch::{Batch, Position, Room},
    findings::{Differing, Finding, FindingKind},
    html_file,
    input::{self, Content, Input, Line, too_long},
    known::KnownDifferences,
    output::{Output, Stop, counted, print_aside},
    parallel::{self, Jobs, Part, Stages},
    recognize::{self, Kind},
    refusals::{Refusals, Refused, refused_fetches},
    repeated::RepeatedErrors,
    table::Table,
    vector_line::{NO_ID, answered_error, function},
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
    /// Write an HTML page to this file; `-` is the standard output. For each family and engine, the page has two
    /// percentages: the recordings that equal the outcome by the standard, and the recordings that equal the outcome that
    /// the quirks predict. The page also has an example of each quirk.
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    html: Option<PathBuf>,
    /// Compare the recordings of an engine (`chromium`, `firefox` or `webkit`) with the outcomes that its quirks
    /// predict. By default, compare with the outcomes of the standard.
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

/// The number of vectors by result.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Counts {
    pub(crate) vectors: u64,
    pub(crate) hold: u64,
    pub(crate) differ: u64,
    pub(crate) known: u64,
    pub(crate) malformed: u64,
}

impl Counts {
    /// Returns the counts in the order of the table's columns.
    pub(crate) const fn columns(self) -> [u64; 5] {
        let Self {
            vectors,
            hold,
            differ,
            known,
            malformed,
        } = self;
        [vectors, hold, differ, known, malformed]
    }
}

#[derive(Debug, Default, Serialize)]
struct EngineCounts {
    equal: u64,
    differ: u64,
}

#[derive(Debug, Default, Serialize)]
struct Summary {
    #[serde(flatten)]
    total: Counts,
    listed_but_agree: u64,
    listed_but_missing: u64,
    families: BTreeMap<String, Counts>,
    engines: BTreeMap<&'static str, BTreeMap<String, EngineCounts>>,
}

/// The last line of the output with `--json`.
#[derive(Serialize)]
struct SummaryLine<'a> {
    summary: &'a Summary,
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
    /// The failures of the cases. `None` without `--examples`.
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

/// The files that were not yet read to their end.
struct Files {
    paths: vec::IntoIter<PathBuf>,
    open: Option<(Arc<str>, Input)>,
}

/// Some lines of a file.
#[derive(Default)]
struct FileBatch {
    file: Arc<str>,
    batch: Batch,
}

/// The vectors of a batch, compared with the standard.
#[derive(Default)]
struct Compared {
    position: Position,
    file: Arc<str>,
    vectors: Vec<Judged>,
}

struct Compare {
    room: Room,
    examples: bool,
    has_page: bool,
    engine: Engine,
}

impl Stages for Compare {
    type Batch = FileBatch;
    type Worker = ();
    type Result = Compared;
    type Source = Files;
    type Sink = Check;

    fn read(
        &self,
        files: &mut Files,
        batch: &mut FileBatch,
        wait: &dyn Fn(),
    ) -> Result<Part, Stop> {
        loop {
            let Some((file, input)) = &mut files.open else {
                let Some(path) = files.paths.next() else {
                    return Ok(Part::End);
                };
                let file = path.to_string_lossy().into();
                files.open = Some((file, Input::open(&path)?));
                continue;
            };
            batch.file = Arc::clone(file);
            match input.next_batch(&mut batch.batch, self.room, wait)? {
                Part::End => files.open = None,
                part => return Ok(part),
            }
        }
    }

    fn worker(&self) {}

    fn work(&self, (): &mut (), batch: &FileBatch, compared: &mut Compared) -> Result<(), Stop> {
        compared.file = Arc::clone(&batch.file);
        compared.position = batch.batch.position();
        let lines = batch.batch.lines();
        let vectors = lines.map(|line| Judged {
            refused: if self.examples {
                refused_fetches(&line)
            } else {
                Vec::new()
            },
            compared: self.has_page.then(|| recordings(&line)).flatten(),
            ..judge(&line, self.engine)
        });
        compared.vectors.extend(vectors);
        Ok(())
    }

    fn finish(&self, check: &mut Check, compared: &mut Compared) -> Result<(), Stop> {
        for vector in compared.vectors.drain(..) {
            check.vector(&compared.file, vector)?;
        }
        compared.position.show(check.output.progress());
        check.output.flush()
    }
}

pub(crate) fn check(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    input::refuse_two_standard_inputs(&arguments.files)?;
    let inputs = arguments.files.iter().chain(&arguments.known);
    html_file::refuse_input(arguments.html.as_deref(), inputs.map(PathBuf::as_path))?;
    let known = match &arguments.known {
        Some(path) => KnownDifferences::parse(&input::name(path), &input::read_whole(path)?)?,
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
        let summary = &mut self.summary;
        if let Ok(checked) = &result {
            for (engine, differences) in &checked.observed {
                let families = summary.engines.entry(engine.name()).or_default();
                let counts = families.entry(family.to_owned()).or_default();
                if differences.is_empty() {
                    counts.equal += 1;
                } else {
                    counts.differ += 1;
                }
            }
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
        let families = &mut summary.families;
        for counts in [
            &mut summary.total,
            families.entry(family.to_owned()).or_default(),
        ] {
            counts.vectors += 1;
            *match &kind {
                Some(FindingKind::Malformed { .. }) => &mut counts.malformed,
                Some(FindingKind::Differs(_)) => &mut counts.differ,
                Some(FindingKind::Known { .. }) => &mut counts.known,
                // A vector that holds is counted here, even if the vector is listed as a known difference.
                _ => &mut counts.hold,
            } += 1;
        }
        if let Some(FindingKind::ListedButAgrees) = &kind {
            summary.listed_but_agree += 1;
        }
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

impl Summary {
    fn print(&self, output: &mut Output) -> Result<(), Stop> {
        let mut table = Table::new(["family", "vectors", "hold", "differ", "known", "malformed"]);
        if self.total.vectors > 0 && self.total.malformed == self.total.vectors {
            table.row("(no vector)", self.total.columns());
        } else {
            for (family, counts) in &self.families {
                table.row(family, counts.columns());
            }
        }
        table.total();
        output.text(table)?;
        for engine in Engine::RECORDED {
            let Some(families) = self.engines.get(engine.name()) else {
                continue;
            };
            let mut table = Table::new([engine.name(), "equal", "differ"]);
            for (family, counts) in families {
                table.row(family, [counts.equal, counts.differ]);
            }
            table.total();
            output.text(format_args!("\n{table}"))?;
        }
        Ok(())
    }
}

/// The vector of a line, compared with the standard.
struct Judged {
    id: Option<String>,
    number: u64,
    /// The function that a question asks about. `None` if the line is not a question.
    function: Option<String>,
    /// The differences, or the error of a malformed line.
    result: Result<Checked, String>,
    /// The failed fetches of the case. Empty without `--examples`.
    refused: Vec<Refused>,
    /// The comparison of recorded and computed outcomes. `None` without `--html`, or if the line is malformed.
    compared: Option<RecordedComparison>,
}

/// Compares the recorded and the computed outcomes of a vector. Returns `None` for a malformed line, because `judge`
/// reports the error of the line.
fn recordings(line: &Line<'_>) -> Option<RecordedComparison> {
    let Content::Bytes(bytes) = line.content else {
        return None;
    };
    RecordedComparison::parse(std::str::from_utf8(bytes).ok()?).ok()
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

fn judge(line: &Line<'_>, engine: Engine) -> Judged {
    let Content::Bytes(bytes) = line.content else {
        return Judged {
            id: None,
            number: line.number,
            function: None,
            result: Err(too_long()),
            refused: Vec::new(),
            compared: None,
        };
    };
    let Ok(json) = std::str::from_utf8(bytes) else {
        return malformed(bytes, line.number, None);
    };
    match Vector::parse(json) {
        Ok(vector) => {
            let id = Some(vector.id().to_owned());
            let result = vector
                .check_in(engine)
                .map_err(|malformed| malformed.to_string());
            Judged {
                id,
                number: line.number,
                function: function(json),
                result,
                refused: Vec::new(),
                compared: None,
            }
        }
        Err(reason) => {
            let reason = recognize::explain(reason.to_string(), bytes, &[Kind::Vector]);
            malformed(bytes, line.number, Some(reason))
        }
    }
}

/// Returns the result for a malformed line. If `reason` is `None`, the result has the error that `run` prints for the
/// line.
fn malformed(bytes: &[u8], number: u64, reason: Option<String>) -> Judged {
    let (id, answered) = answered_error(bytes, number);
    Judged {
        id,
        number,
        function: None,
        result: Err(reason.unwrap_or(answered)),
        refused: Vec::new(),
        compared: None,
    }
}
