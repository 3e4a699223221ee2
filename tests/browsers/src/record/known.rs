//! Known differences: cases in which an engine differs from the library, with the name of the departure. A departure is
//! a rule by which the engine differs from the standard: a quirk, or another known difference.
//!
//! The list is about one release of each engine. A recording of this release must have exactly the listed differences.
//! If the recording is of a different release, the program prints the mistakes of the list, but does not fail.

use std::collections::BTreeMap;

use super::vector::Judged;
use crate::{
    browser::engine::{Engine, Installed},
    case::Case,
};

/// In the list of known differences, the word for a departure that does not have a name yet.
const UNNAMED: &str = "unnamed";

/// The known differences of all engines. A line of the file is `engine release id departures`, with commas between the
/// names of several departures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownDifferences {
    releases: BTreeMap<Engine, String>,
    departures: BTreeMap<(Engine, String), String>,
}

impl KnownDifferences {
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut known = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let malformed =
                || format!("line {number}: `{line}` is not `engine release id departures`");
            let words: Vec<_> = line.split(' ').collect();
            let [engine, release, id, departure] = *words else {
                return Err(malformed());
            };
            let engine = Engine::from_name(engine).ok_or_else(malformed)?;
            if known
                .releases
                .entry(engine)
                .or_insert_with(|| release.to_owned())
                != release
            {
                return Err(format!("line {number}: {} has two releases", engine.name()));
            }
            known
                .departures
                .insert((engine, id.to_owned()), departure.to_owned());
        }
        Ok(known)
    }

    /// Returns a new list of known differences for a recording. If `self` has an explanation of a difference, the
    /// new list copies the explanation. If not, the new list has the names of the quirks that predict the difference.
    pub fn updated(&self, browsers: &[Installed], cases: &[Judged]) -> String {
        let mut text = String::new();
        for browser in browsers {
            let engine = browser.engine;
            let release = browser.release();
            let differing = cases
                .iter()
                .filter(|judged| differences(judged, engine).is_some_and(|d| !d.is_empty()));
            for judged in differing {
                let departure = self.departures.get(&(engine, judged.id.clone()));
                let quirks = judged.quirks_of(engine).map(|names| names.join(","));
                let departure = departure.cloned().or(quirks);
                let departure = departure.unwrap_or_else(|| UNNAMED.to_owned());
                text += &format!("{} {release} {} {departure}\n", engine.name(), judged.id);
            }
        }
        text
    }

    /// Whether the list of known differences is about the release of `browser`.
    pub fn is_about(&self, browser: &Installed) -> bool {
        let release = self.releases.get(&browser.engine);
        release.is_none_or(|release| release == browser.release())
    }

    /// Returns the mistakes in the list of known differences. Each mistake follows the id of its case. A case without a
    /// recording of the engine is skipped.
    pub fn unexpected<'a>(&self, engine: Engine, cases: &'a [Judged]) -> Vec<(&'a str, String)> {
        let mut unexpected = Vec::new();
        for judged in cases {
            let Some(differences) = differences(judged, engine) else {
                continue;
            };
            let departure = self.departures.get(&(engine, judged.id.clone()));
            match (differences, departure) {
                ([], None) | ([_, ..], Some(_)) => {}
                ([], Some(departure)) => {
                    let text = format!("listed as `{departure}`, but does not differ");
                    unexpected.push((&*judged.id, text));
                }
                (differences, None) => {
                    let text = format!("differs, and is not listed: {}", differences.join("; "));
                    unexpected.push((&*judged.id, text));
                }
            }
        }
        unexpected
    }
}

impl KnownDifferences {
    /// Returns the case ids that are in the list of known differences of the engine, but not in `cases`.
    pub fn stale(&self, engine: Engine, cases: &[Case]) -> Vec<&str> {
        let listed = self.departures.keys().filter(|(other, _)| *other == engine);
        let ids = listed.map(|(_, id)| &**id);
        ids.filter(|id| !cases.iter().any(|case| case.id == *id))
            .collect()
    }
}

fn differences(judged: &Judged, engine: Engine) -> Option<&[String]> {
    let mut engines = judged.engines.iter();
    engines
        .find(|(other, _)| *other == engine)
        .map(|(_, differences)| &**differences)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(id: &str, differences: &[&str]) -> Judged {
        Judged {
            id: id.to_owned(),
            family: String::new(),
            engines: vec![(
                Engine::Chromium,
                differences.iter().map(|&text| text.to_owned()).collect(),
            )],
            quirks: Vec::new(),
            unpredicted: Vec::new(),
        }
    }

    fn browser(version: &str) -> Installed {
        Installed {
            engine: Engine::Chromium,
            program: "c".into(),
            version: version.into(),
        }
    }

    #[test]
    fn both_directions_are_compared() {
        let known =
            KnownDifferences::parse("# a comment\nchromium 156 a-1 range-rewritten\n").unwrap();
        let unexpected = |cases: &[Judged]| -> Vec<String> {
            let pairs = known.unexpected(Engine::Chromium, cases);
            pairs
                .into_iter()
                .map(|(id, text)| format!("{id}: {text}"))
                .collect()
        };
        assert!(unexpected(&[judged("a-1", &["x"]), judged("a-2", &[])]).is_empty());
        assert_eq!(
            unexpected(&[judged("a-1", &[])]),
            ["a-1: listed as `range-rewritten`, but does not differ"]
        );
        assert_eq!(
            unexpected(&[judged("a-2", &["x", "y"])]),
            ["a-2: differs, and is not listed: x; y"]
        );
        assert_eq!(known.stale(Engine::Chromium, &[]), ["a-1"]);
        assert!(known.stale(Engine::Firefox, &[]).is_empty());
        assert!(
            known
                .unexpected(Engine::Firefox, &[judged("a-2", &["x"])])
                .is_empty()
        );
    }

    #[test]
    fn list_is_about_one_release() {
        let known = KnownDifferences::parse("chromium 156 a-1 range-rewritten").unwrap();
        assert!(known.is_about(&browser("Chromium 156.0.1")));
        assert!(!known.is_about(&browser("Chromium 157.0.1")));
        assert!(KnownDifferences::parse("chromium 156 a-1 b\nchromium 157 a-2 b").is_err());
        assert!(KnownDifferences::parse("chromium a-1 b").is_err());
    }

    #[test]
    fn update_keeps_names() {
        let known = KnownDifferences::parse("chromium 156 a-1 range-rewritten").unwrap();
        let cases = [
            judged("a-1", &["x"]),
            judged("a-2", &["x"]),
            judged("a-3", &[]),
        ];
        assert_eq!(
            known.updated(&[browser("Chromium 157.0")], &cases),
            "chromium 157 a-1 range-rewritten\nchromium 157 a-2 unnamed\n"
        );
    }

    #[test]
    fn departures_of_the_list_have_names_of_quirks() {
        let text = include_str!("../../known-differences.txt");
        let known = KnownDifferences::parse(text).unwrap();
        let names = known.departures.values().flat_map(|names| names.split(','));
        let is_quirk = |name: &&str| name.parse::<fetch_cors::engine::Quirk>().is_ok();
        let others: Vec<_> = names.filter(|name| !is_quirk(name)).collect();
        assert!(others.is_empty(), "{others:?}");
    }
}
