//! Lists of known differences and of known violations.

use std::collections::BTreeMap;

use fetch_cors::{
    conformance::{Cause, Violation, laws::Law},
    nearest_name::nearest_spelling,
};

use crate::{laws, output::Stop};

/// An entry of a list of known differences or violations: a line that is not blank and does not begin with `#`.
struct EntryLine<'a> {
    file: &'a str,
    number: usize,
    text: &'a str,
}

fn lines<'a>(file: &'a str, text: &'a str) -> impl Iterator<Item = EntryLine<'a>> {
    let lines = text.lines().enumerate().map(move |(i, line)| EntryLine {
        file,
        number: i + 1,
        text: line.trim(),
    });
    lines.filter(|line| !line.text.is_empty() && !line.text.starts_with('#'))
}

impl<'a> EntryLine<'a> {
    /// Returns the first two words of the line, and the text after the two words. Returns an error if one of these
    /// three parts is missing. The error message uses `kind` and `parts` to describe an entry.
    fn words(&self, kind: &str, parts: &str) -> Result<[&'a str; 3], Stop> {
        let next_word = |text: &'a str| {
            let (word, rest) = text.split_once(char::is_whitespace)?;
            Some((word, rest.trim_start()))
        };
        let words = next_word(self.text).and_then(|(first, rest)| {
            let (second, reason) = next_word(rest)?;
            Some([first, second, reason])
        });
        words.ok_or_else(|| {
            let line = self.text.escape_debug();
            self.error(&format!(
                "`{line}` is not an entry for a known {kind}: write {parts}, separated by spaces"
            ))
        })
    }

    fn listed_twice(&self, name: &str) -> Stop {
        let name = name.escape_debug();
        self.error(&format!("`{name}` is listed twice: remove one entry"))
    }

    fn error(&self, reason: &str) -> Stop {
        Stop::CannotRun(format!("{}: {reason}", self.place()))
    }

    fn place(&self) -> String {
        format!("{}, line {}", self.file, self.number)
    }
}

/// The known differences. The key is the id of the vector.
#[derive(Debug, Default)]
pub(crate) struct KnownDifferences(BTreeMap<String, Known>);

#[derive(Debug)]
pub(crate) struct Known {
    /// The step of the standard that causes the difference.
    pub(crate) step: String,
    /// The reason for the difference.
    pub(crate) reason: String,
    /// Whether the vector of this difference was read.
    found: bool,
}

impl KnownDifferences {
    /// Parses lines of `id step reason…`.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Stop> {
        let mut differences = BTreeMap::new();
        for line in lines(file, text) {
            let [id, step, reason] = line.words(
                "difference",
                "the id of the vector, the step of the standard and the reason",
            )?;
            let known = Known {
                step: step.to_owned(),
                reason: reason.to_owned(),
                found: false,
            };
            if differences.insert(id.to_owned(), known).is_some() {
                return Err(line.listed_twice(id));
            }
        }
        Ok(Self(differences))
    }

    /// Returns the entry for the vector `id`, and marks the entry as found.
    pub(crate) fn find(&mut self, id: &str) -> Option<&Known> {
        let known = self.0.get_mut(id)?;
        known.found = true;
        Some(known)
    }

    /// Returns the entries whose vector was not read.
    pub(crate) fn missing(&self) -> impl Iterator<Item = (&str, &Known)> {
        let all = self.0.iter().filter(|(_, known)| !known.found);
        all.map(|(id, known)| (&**id, known))
    }
}

/// The known violations of `judge`.
#[derive(Debug, Default)]
pub(crate) struct KnownViolations(BTreeMap<KnownEntry, KnownViolation>);

/// An entry of the list of known violations, without the reason. An entry can match several violations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum KnownEntry {
    /// All violations with this cause.
    Cause(Cause),
    /// The violations that one probe shows for a law. The text is the name of the probe, or the id of a request.
    Probe(Law, String),
}

#[derive(Debug)]
struct KnownViolation {
    /// The name of the file and the number of the line.
    place: String,
    reason: String,
    /// Whether the check found the violation.
    found: bool,
}

impl KnownViolations {
    /// Parses lines of `cause reason…` and of `law probe reason…`.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Stop> {
        let mut violations = BTreeMap::new();
        for line in lines(file, text) {
            let of_cause = line.text.split_once(char::is_whitespace);
            let of_cause = of_cause.and_then(|(name, reason)| {
                let mut causes = Cause::ALL.iter();
                let cause = causes.find(|cause| cause.name() == name)?;
                Some((KnownEntry::Cause(*cause), name.to_owned(), reason.trim()))
            });
            let (entry, name, reason) = if let Some(of_cause) = of_cause {
                of_cause
            } else {
                // The first word can be a misspelled cause, with a reason of one word after it. So the cause is checked
                // before the number of words.
                if let Some(error) = misspelled_cause(line.text) {
                    return Err(line.error(&error));
                }
                let [law, probe, reason] = line.words(
                    "violation",
                    "either a cause and a reason, or a law, a probe and a reason",
                )?;
                let named = laws::law(law).map_err(|reason| line.error(&reason))?;
                let entry = KnownEntry::Probe(named, probe.to_owned());
                (entry, format!("{law} {probe}"), reason)
            };
            let known = KnownViolation {
                place: line.place(),
                reason: reason.to_owned(),
                found: false,
            };
            if violations.insert(entry, known).is_some() {
                return Err(line.listed_twice(&name));
            }
        }
        Ok(Self(violations))
    }

    /// Returns the reason of a known violation. Each entry that matches the violation is marked as found.
    pub(crate) fn find(&mut self, violation: &Violation) -> Option<&str> {
        let names = [violation.probe()].into_iter().chain(violation.ids());
        let of_probe = names.map(|name| KnownEntry::Probe(violation.law(), name.to_owned()));
        let mut first = None;
        for key in of_probe.chain([KnownEntry::Cause(violation.cause())]) {
            if let Some(known) = self.0.get_mut(&key) {
                known.found = true;
                first.get_or_insert(key);
            }
        }
        self.0.get(&first?).map(|known| &*known.reason)
    }

    /// Returns the entries that match no violation of the check, each with its place in the file.
    pub(crate) fn missing(&self) -> impl Iterator<Item = (&KnownEntry, &str)> {
        let missing = self.0.iter().filter(|(_, known)| !known.found);
        missing.map(|(entry, known)| (entry, &*known.place))
    }
}

/// Returns the error for an entry whose first word is a misspelled cause. Returns `None` if this word is a law or a
/// cause, or if no cause is near.
fn misspelled_cause(entry: &str) -> Option<String> {
    let first = entry.split_whitespace().next()?;
    let causes: Vec<&str> = Cause::ALL.iter().map(|cause| cause.name()).collect();
    let nearest = nearest_spelling(first, &causes).filter(|nearest| *nearest != first)?;
    let given = first.escape_debug();
    laws::law(first)
        .is_err()
        .then(|| format!("`{given}` is not a cause: write `{nearest}`"))
}
