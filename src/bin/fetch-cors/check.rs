//! `fetch-cors check`: vectors in, and how they compare with the standard out.

use std::{borrow::Cow, collections::BTreeMap, path::PathBuf};

use fetch_cors::cases::{Answer, Checked, Engine, Vector, answer};
use serde::{Deserialize, Serialize};

use crate::{
    Verdict,
    findings::{Differing, Finding, What},
    input::{self, Content, Input, Line, too_long},
    known::KnownDifferences,
    output::{Output, Stop},
    refusals::Refusals,
    table::Table,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Files with one vector a line; `-` is the standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Known differences, each a line `id step reason`: one that is none is an error too.
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// Print JSON: a line for each vector that is not plain agreement, then one with all counts.
    #[arg(long)]
    json: bool,
    /// Print the most frequent failures of the cases too, each with an explained example.
    #[arg(long, conflicts_with = "json")]
    examples: bool,
}

/// How many vectors came to what.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Counts {
    vectors: u64,
    hold: u64,
    differ: u64,
    known: u64,
    malformed: u64,
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

/// The last line of the JSON.
#[derive(Serialize)]
struct SummaryLine<'a> {
    summary: &'a Summary,
}

struct Check<'a> {
    known: KnownDifferences,
    summary: Summary,
    json: bool,
    /// The failures of the cases; absent without `--examples`.
    refusals: Option<Refusals>,
    output: &'a mut Output,
}

pub(crate) fn check(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    let known = match &arguments.known {
        Some(path) => KnownDifferences::parse(&input::name(path), &input::read_whole(path)?)?,
        None => KnownDifferences::default(),
    };
    let mut check = Check {
        known,
        summary: Summary::default(),
        json: arguments.json,
        refusals: arguments.examples.then(Refusals::default),
        output,
    };
    for path in &arguments.files {
        let mut input = Input::open(path)?;
        let file = match input.name() {
            "standard input" => String::from("-"),
            _ => path.to_string_lossy().into_owned(),
        };
        while let Some(line) = input.next_line(check.output)? {
            check.vector(&file, &line)?;
        }
    }
    check.finish()
}

impl Check<'_> {
    fn vector(&mut self, file: &str, line: &Line<'_>) -> Result<(), Stop> {
        let Judged {
            id,
            function,
            result,
        } = judge(line);
        if let Some(refusals) = &mut self.refusals {
            refusals.add(line);
        }
        let id = id.as_deref();
        let family = function.as_deref().or(id.map(family)).unwrap_or("(no id)");
        let summary = &mut self.summary;
        if let Ok(checked) = &result {
            for (engine, differences) in &checked.observed {
                let families = summary.engines.entry(engine.name()).or_default();
                let counts = families.entry(family.to_owned()).or_default();
                match differences.is_empty() {
                    true => counts.equal += 1,
                    false => counts.differ += 1,
                }
            }
        }
        let known = id.and_then(|id| self.known.find(id));
        let what = match (result.map(Differing::of), known) {
            (Err(malformed), _) => Some(What::Malformed { malformed }),
            (Ok(Some(differing)), None) => Some(What::Differs(differing)),
            (Ok(Some(differing)), Some(known)) => Some(What::Known {
                step: &known.step,
                reason: &known.reason,
                differing,
            }),
            (Ok(None), Some(_)) => Some(What::ListedButAgrees),
            (Ok(None), None) => None,
        };
        let families = &mut summary.families;
        for counts in [
            &mut summary.total,
            families.entry(family.to_owned()).or_default(),
        ] {
            counts.vectors += 1;
            *match &what {
                Some(What::Malformed { .. }) => &mut counts.malformed,
                Some(What::Differs(_)) => &mut counts.differ,
                Some(What::Known { .. }) => &mut counts.known,
                // The vector holds; it is the list that does not.
                Some(What::ListedButAgrees | What::ListedButMissing) | None => &mut counts.hold,
            } += 1;
        }
        if let Some(What::ListedButAgrees) = &what {
            summary.listed_but_agree += 1;
        }
        let Some(what) = what else { return Ok(()) };
        let finding = Finding {
            id,
            file: Some(file),
            line: Some(line.number),
            what,
        };
        print(self.output, self.json, &finding)
    }

    fn finish(mut self) -> Result<Verdict, Stop> {
        for (id, _) in self.known.missing() {
            self.summary.listed_but_missing += 1;
            let finding = Finding {
                id: Some(id),
                file: None,
                line: None,
                what: What::ListedButMissing,
            };
            print(self.output, self.json, &finding)?;
        }
        let Summary { total, .. } = &self.summary;
        let stale = self.summary.listed_but_agree + self.summary.listed_but_missing;
        let verdict = match total.differ + total.malformed + stale {
            0 => Verdict::Well,
            _ => Verdict::Unwell,
        };
        match self.json {
            true => self.output.json(&SummaryLine {
                summary: &self.summary,
            })?,
            false => self.summary.print(self.output)?,
        }
        if let Some(refusals) = &self.refusals {
            self.output.text(format_args!("\n{refusals}"))?;
        }
        Ok(verdict)
    }
}

/// For a person, the known differences are a number in the table.
fn print(output: &mut Output, json: bool, finding: &Finding<'_>) -> Result<(), Stop> {
    match (json, &finding.what) {
        (true, _) => output.json(finding),
        (false, What::Known { .. }) => Ok(()),
        (false, _) => output.text(format_args!("{finding}\n")),
    }
}

impl Summary {
    fn print(&self, output: &mut Output) -> Result<(), Stop> {
        let mut table = Table::new(["family", "vectors", "hold", "differ", "known", "malformed"]);
        for (family, counts) in &self.families {
            let Counts {
                vectors,
                hold,
                differ,
                known,
                malformed,
            } = *counts;
            table.row(family, [vectors, hold, differ, known, malformed]);
        }
        table.total();
        output.text(table)?;
        for engine in Engine::ALL {
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

/// A line's vector, held against the standard.
struct Judged<'a> {
    id: Option<String>,
    /// Of a question.
    function: Option<Cow<'a, str>>,
    /// Or why it is malformed.
    result: Result<Checked, String>,
}

fn judge<'a>(line: &Line<'a>) -> Judged<'a> {
    let Content::Bytes(bytes) = line.content else {
        return Judged {
            id: None,
            function: None,
            result: Err(too_long()),
        };
    };
    let Ok(json) = std::str::from_utf8(bytes) else {
        return malformed(bytes, line.number, None);
    };
    match Vector::parse(json) {
        Ok(vector) => {
            let id = Some(vector.id().to_owned());
            let result = vector.check().map_err(|malformed| malformed.to_string());
            Judged {
                id,
                function: function(json),
                result,
            }
        }
        Err(reason) => malformed(bytes, line.number, Some(reason.to_string())),
    }
}

/// The id is what an answer to the line would have; the reason too, where there is none yet.
fn malformed(bytes: &[u8], number: u64, reason: Option<String>) -> Judged<'static> {
    let (id, answered) = match answer(bytes, number) {
        Answer::Outcome(outcome) => (Some(outcome.id.into_owned()), String::new()),
        Answer::Question(question) => (Some(question.id.into_owned()), String::new()),
        Answer::Malformed { id, malformed, .. } => (id, malformed),
    };
    Judged {
        id,
        function: None,
        result: Err(reason.unwrap_or(answered)),
    }
}

fn function(json: &str) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct Function<'a> {
        #[serde(rename = "fn", borrow)]
        function: Option<Cow<'a, str>>,
    }
    serde_json::from_str::<Function<'_>>(json).ok()?.function
}

/// An id without its last number: `preflight` of `preflight-000123`.
fn family(id: &str) -> &str {
    match id.rsplit_once('-') {
        Some((family, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => family,
        _ => id,
    }
}
