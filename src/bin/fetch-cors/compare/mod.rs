//! `fetch-cors compare`: compares the outcomes of any implementation with vectors.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    path::PathBuf,
};

use fetch_cors::cases::{Comparison, GivenOutcome, Vector};

mod summary;

use summary::{Counts, Summary, SummaryLine};

use crate::{
    Verdict,
    findings::{Differing, Finding, FindingKind},
    input::{self, Content, Input, Line, name_of_input, too_long},
    known::KnownDifferences,
    output::{Output, Stop},
    recognize::{self, Kind},
    repeated::RepeatedErrors,
    vector_line::{NO_ID, family_of, malformed_line},
};

/// The error if the arguments have only one file.
pub(crate) const MISSING_FILE: &str = "`compare` needs two files, first the vectors and then the outcomes: \
     write `fetch-cors compare VECTORS OUTCOMES`; `fetch-cors run VECTORS > OUTCOMES` writes outcomes";

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(override_usage = "fetch-cors compare [OPTIONS] <VECTORS>... <OUTCOMES>")]
pub(crate) struct Arguments {
    /// The files with one vector per line, and then the file with one outcome per line, in any order; `-` is the standard
    /// input.
    // One argument for all files: an option can then be between the vectors and the outcomes.
    #[arg(required = true, num_args = 1.., value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The file with the known differences, one per line: `id step reason`. If a listed vector does not differ, the
    /// exit status is 1.
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// Print JSON: a line for each difference and each error of the input, then a line with the counts.
    #[arg(long)]
    json: bool,
}

/// A line of the file with the outcomes.
struct Outcome {
    line: u64,
    /// The line, or the error of a line that is too long or not UTF-8.
    json: Result<String, String>,
    /// The line number of the second outcome with the id of this outcome. `None` if only one outcome has the id.
    doubled_by: Option<u64>,
    has_vector: bool,
}

struct Compare<'a> {
    /// The name of the file with the outcomes.
    outcomes_file: &'a str,
    outcomes: BTreeMap<String, Outcome>,
    known: KnownDifferences,
    /// The ids of the vectors so far.
    ids: BTreeSet<String>,
    summary: Summary,
    repeated: RepeatedErrors,
    json: bool,
    output: &'a mut Output,
}

pub(crate) fn compare(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    let Some((outcomes_path, vectors)) = arguments
        .files
        .split_last()
        .filter(|(_, vectors)| !vectors.is_empty())
    else {
        return Err(Stop::CannotRun(MISSING_FILE.into()));
    };
    input::refuse_two_standard_inputs(arguments.files.iter().chain(&arguments.known))?;
    let known = match &arguments.known {
        Some(path) => KnownDifferences::parse(&name_of_input(path), &input::read_whole(path)?)?,
        None => KnownDifferences::default(),
    };
    let file = outcomes_path.to_string_lossy();
    let mut compare = Compare {
        outcomes_file: &file,
        outcomes: BTreeMap::new(),
        known,
        ids: BTreeSet::new(),
        summary: Summary::default(),
        repeated: RepeatedErrors::default(),
        json: arguments.json,
        output,
    };
    let mut outcomes = Input::open(outcomes_path)?;
    while let Some(line) = outcomes.next_line(compare.output)? {
        if line.number == 1 {
            let file = name_of_input(outcomes_path);
            match kind_of(&line) {
                Some(Kind::Vector | Kind::FlatVector) => {
                    return Err(other_order(&file, "has vectors", "outcomes"));
                }
                Some(Kind::Question) => {
                    return Err(other_order(&file, "begins with a question", "outcomes"));
                }
                Some(Kind::Case) => {
                    return Err(other_order(&file, "begins with a case", "outcomes"));
                }
                Some(Kind::Outcome) | None => {}
                Some(kind) => return Err(Stop::CannotRun(kind.message_for(&file))),
            }
        }
        compare.outcome(&line)?;
    }
    if compare.outcomes.is_empty() && compare.summary.total.checked.malformed == 0 {
        let file = name_of_input(outcomes_path);
        return Err(Stop::CannotRun(format!(
            "{file} has no outcome, so nothing was compared: name a file with outcomes; `fetch-cors run VECTORS > OUTCOMES` writes outcomes"
        )));
    }
    for path in vectors {
        let mut vectors = Input::open(path)?;
        while let Some(line) = vectors.next_line(compare.output)? {
            if line.number == 1 && kind_of(&line) == Some(Kind::Outcome) {
                let file = name_of_input(path);
                return Err(other_order(&file, "has outcomes", "vectors"));
            }
            compare.vector(&path.to_string_lossy(), &line)?;
        }
    }
    if compare.summary.total.checked.vectors == 0 {
        let message = "the files have no vector, so nothing was compared: name a file with vectors";
        return Err(Stop::CannotRun(message.into()));
    }
    compare.finish()
}

impl Compare<'_> {
    /// Stores an outcome. If the outcome has no id, prints it as malformed.
    fn outcome(&mut self, line: &Line<'_>) -> Result<(), Stop> {
        let (id, json) = match line.content {
            Content::TooLong => (None, Err(too_long())),
            Content::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(json) => (id_of(json), Ok(json.to_owned())),
                Err(error) => (
                    None,
                    Err(format!(
                        "byte {} of the line is not UTF-8: save the file as UTF-8",
                        error.valid_up_to() + 1
                    )),
                ),
            },
        };
        let Some(id) = id else {
            // The line belongs to no vector, so the number of vectors stays the same.
            let families = &mut self.summary.families;
            let without_id = families.entry(NO_ID.to_owned()).or_default();
            without_id.checked.malformed += 1;
            self.summary.total.checked.malformed += 1;
            let malformed = match json {
                Ok(json) => parse(&json).err(),
                Err(error) => Some(error),
            };
            let malformed = malformed.unwrap_or_default();
            let kind = FindingKind::Malformed { malformed };
            return self.print(None, Some((self.outcomes_file, line.number)), kind);
        };
        match self.outcomes.entry(id) {
            Entry::Vacant(entry) => {
                entry.insert(Outcome {
                    line: line.number,
                    json,
                    doubled_by: None,
                    has_vector: false,
                });
            }
            Entry::Occupied(entry) => {
                entry.into_mut().doubled_by.get_or_insert(line.number);
            }
        }
        Ok(())
    }

    fn vector(&mut self, file: &str, line: &Line<'_>) -> Result<(), Stop> {
        let json = match line.content {
            Content::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            Content::TooLong => None,
        };
        let parsed = json.map(Vector::parse);
        let (vector, json) = match (parsed, json) {
            (Some(Ok(vector)), Some(json)) => (vector, json),
            (parsed, _) => {
                let error = parsed.and_then(Result::err).map(|error| error.to_string());
                let (id, malformed) = malformed_line(line, error);
                let malformed = match line.content {
                    Content::Bytes(bytes) => recognize::explain(malformed, bytes, &[Kind::Vector]),
                    Content::TooLong => malformed,
                };
                let family = family_of(id.as_deref(), None);
                self.count(&family, |counts| &mut counts.checked.malformed);
                if let Some(outcome) = id.as_deref().and_then(|id| self.outcomes.get_mut(id)) {
                    outcome.has_vector = true;
                }
                let kind = FindingKind::Malformed { malformed };
                return self.print(id.as_deref(), Some((file, line.number)), kind);
            }
        };
        let id = vector.id().to_owned();
        let family = family_of(Some(&id), Some(json));
        let is_first = self.ids.insert(id.clone());
        let outcome = self.outcomes.get_mut(&id);
        let (doubled_by, found) = match outcome {
            Some(outcome) => {
                outcome.has_vector = true;
                (
                    outcome.doubled_by,
                    Some((outcome.line, outcome.json.clone())),
                )
            }
            None => (None, None),
        };
        let place_of_outcome = found.as_ref().map(|(line, _)| (self.outcomes_file, *line));
        let place = Some((file, line.number));
        let known = self.known.find(&id);
        let known = known.map(|known| (known.step.clone(), known.reason.clone()));
        let compared = match (found, doubled_by) {
            _ if !is_first => {
                self.count(&family, |counts| &mut counts.doubled);
                return self.print(Some(&id), place, FindingKind::DoubledVector);
            }
            (None, _) => {
                self.count(&family, |counts| &mut counts.missing);
                return self.print(Some(&id), place, FindingKind::Missing);
            }
            (Some(_), Some(doubled_by)) => {
                self.count(&family, |counts| &mut counts.doubled);
                return self.print(Some(&id), place, FindingKind::Doubled { doubled_by });
            }
            (Some((_, Err(malformed))), None) => Err(malformed),
            (Some((_, Ok(found))), None) => parse(&found).and_then(|outcome| {
                let compared = vector.compare(outcome);
                compared.map_err(|error| error.to_string())
            }),
        };
        let Comparison {
            checked,
            left_out,
            has_assertions,
        } = match compared {
            Ok(compared) => compared,
            Err(reason) => {
                self.count(&family, |counts| &mut counts.checked.malformed);
                let malformed = format!("outcome: {reason}");
                let kind = FindingKind::Malformed { malformed };
                return self.print(Some(&id), place_of_outcome, kind);
            }
        };
        for member in left_out {
            *self.summary.left_out.entry(member).or_default() += 1;
        }
        if !has_assertions {
            self.count(&family, |counts| &mut counts.not_compared);
            return self.print(Some(&id), place, FindingKind::NotCompared);
        }
        match (Differing::from_checked(checked), &known) {
            (None, None) => {
                self.count(&family, |counts| &mut counts.checked.hold);
                Ok(())
            }
            (None, Some(_)) => {
                self.count(&family, |counts| &mut counts.checked.hold);
                self.summary.listed_but_agree += 1;
                self.print(Some(&id), place, FindingKind::ListedButAgrees)
            }
            (Some(differing), None) => {
                self.count(&family, |counts| &mut counts.checked.differ);
                self.print(Some(&id), place, FindingKind::Differs(differing))
            }
            (Some(differing), Some((step, reason))) => {
                self.count(&family, |counts| &mut counts.checked.known);
                let kind = FindingKind::Known {
                    step,
                    reason,
                    differing,
                };
                self.print(Some(&id), place, kind)
            }
        }
    }

    /// Counts a vector in the total and in its family.
    fn count(&mut self, family: &str, count: impl Fn(&mut Counts) -> &mut u64) {
        let families = &mut self.summary.families;
        for counts in [
            &mut self.summary.total,
            families.entry(family.to_owned()).or_default(),
        ] {
            counts.checked.vectors += 1;
            *count(counts) += 1;
        }
    }

    fn print(
        &mut self,
        id: Option<&str>,
        place: Option<(&str, u64)>,
        kind: FindingKind<'_>,
    ) -> Result<(), Stop> {
        let (file, line) = place.unzip();
        let finding = Finding {
            id,
            file,
            line,
            kind,
        };
        if self.json {
            return self.output.json(&finding);
        }
        finding.print(&mut self.repeated, self.output)
    }

    fn finish(mut self) -> Result<Verdict, Stop> {
        for (id, outcome) in std::mem::take(&mut self.outcomes) {
            if !outcome.has_vector {
                self.summary.unknown += 1;
                self.print(
                    Some(&id),
                    Some((self.outcomes_file, outcome.line)),
                    FindingKind::Unknown,
                )?;
            }
        }
        let missing: Vec<String> = self.known.missing().map(|(id, _)| id.to_owned()).collect();
        for id in missing {
            self.summary.listed_but_missing += 1;
            self.print(Some(&id), None, FindingKind::ListedButMissing)?;
        }
        self.repeated.print(self.output)?;
        if self.json {
            let summary = &self.summary;
            self.output.json(&SummaryLine { summary })?;
        } else {
            self.summary.print(self.output)?;
        }
        Ok(if self.summary.has_passed() {
            Verdict::Passed
        } else {
            Verdict::Failed
        })
    }
}

fn kind_of(line: &Line<'_>) -> Option<Kind> {
    match line.content {
        Content::Bytes(bytes) => recognize::kind(str::from_utf8(bytes).ok()?),
        Content::TooLong => None,
    }
}

/// Parses an outcome. If the implementation refused the case, the line has the member `malformed`, and the function
/// returns an error.
fn parse(json: &str) -> Result<GivenOutcome<'_>, String> {
    #[derive(serde::Deserialize)]
    struct Refusal {
        malformed: String,
    }
    if let Ok(Refusal { malformed }) = serde_json::from_str(json) {
        let malformed = malformed.escape_debug();
        return Err(format!(
            "the implementation refused the case with the error `{malformed}`: correct the case or the implementation"
        ));
    }
    GivenOutcome::parse(json).map_err(|error| error.to_string())
}

/// Returns the error for files in the wrong order.
fn other_order(file: &str, found: &str, expected: &str) -> Stop {
    Stop::CannotRun(format!(
        "{file} {found}, but it must have {expected}: write `fetch-cors compare VECTORS OUTCOMES`, with the outcomes last; \
         `fetch-cors run VECTORS > OUTCOMES` writes outcomes"
    ))
}

/// Returns the id of an outcome, even if the rest of the line is not a valid outcome.
fn id_of(json: &str) -> Option<String> {
    let line: serde_json::Value = serde_json::from_str(json).ok()?;
    Some(line.get("id")?.as_str()?.to_owned())
}
