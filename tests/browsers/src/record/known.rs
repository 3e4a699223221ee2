//! Known differences: cases in which an engine does not do what the library says, with the name of the departure.
//!
//! The list is compared with the recording in both directions, but only for the major version that it was recorded with.

use std::collections::BTreeMap;

use super::vector::Judged;
use crate::browser::engine::{Engine, Installed};

/// The departure of an entry that is not classified.
const UNNAMED: &str = "unnamed";

/// The lines of a file: `engine major id departure`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownDifferences {
    majors: BTreeMap<Engine, u32>,
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
                || format!("line {number}: `{line}` is not `engine major id departure`");
            let words: Vec<_> = line.split(' ').collect();
            let [engine, major, id, departure] = *words else {
                return Err(malformed());
            };
            let engine = Engine::from_name(engine).ok_or_else(malformed)?;
            let major = major.parse().map_err(|_| malformed())?;
            if *known.majors.entry(engine).or_insert(major) != major {
                return Err(format!(
                    "line {number}: {} has two major versions",
                    engine.name()
                ));
            }
            known
                .departures
                .insert((engine, id.to_owned()), departure.to_owned());
        }
        Ok(known)
    }

    /// The list of a recording. Names of departures come from `self`.
    pub fn updated(&self, browsers: &[Installed], cases: &[Judged]) -> String {
        let mut text = String::new();
        for browser in browsers {
            let engine = browser.engine;
            let major = browser.major().unwrap_or(0);
            let differing = cases
                .iter()
                .filter(|judged| differences(judged, engine).is_some_and(|d| !d.is_empty()));
            for judged in differing {
                let departure = self.departures.get(&(engine, judged.id.clone()));
                let departure = departure.map_or(UNNAMED, |name| name);
                text += &format!("{} {major} {} {departure}\n", engine.name(), judged.id);
            }
        }
        text
    }

    /// Whether the list was recorded with this major version.
    pub fn is_about(&self, browser: &Installed) -> bool {
        let major = self.majors.get(&browser.engine);
        major.is_none() || major.copied() == browser.major()
    }

    /// What the list and the recording of an engine do not share. Cases that the recording lacks are not judged.
    pub fn unexpected(&self, engine: Engine, cases: &[Judged]) -> Vec<String> {
        let mut unexpected = Vec::new();
        for judged in cases {
            let Some(differences) = differences(judged, engine) else {
                continue;
            };
            let departure = self.departures.get(&(engine, judged.id.clone()));
            match (differences, departure) {
                ([], None) | ([_, ..], Some(_)) => {}
                ([], Some(departure)) => {
                    unexpected.push(format!(
                        "{}: listed as `{departure}`, but it does not differ",
                        judged.id
                    ));
                }
                (differences, None) => {
                    unexpected.push(format!(
                        "{}: differs, and is not listed: {}",
                        judged.id,
                        differences.join("; ")
                    ));
                }
            }
        }
        unexpected
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
        let unexpected = |cases: &[Judged]| known.unexpected(Engine::Chromium, cases);
        assert!(unexpected(&[judged("a-1", &["x"]), judged("a-2", &[])]).is_empty());
        assert_eq!(
            unexpected(&[judged("a-1", &[])]),
            ["a-1: listed as `range-rewritten`, but it does not differ"]
        );
        assert_eq!(
            unexpected(&[judged("a-2", &["x", "y"])]),
            ["a-2: differs, and is not listed: x; y"]
        );
        assert!(
            known
                .unexpected(Engine::Firefox, &[judged("a-2", &["x"])])
                .is_empty()
        );
    }

    #[test]
    fn list_is_about_one_major_version() {
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
}
