//! Writes recorded cases as vectors, and compares the recorded outcomes with the outcomes of the library.

use std::collections::BTreeMap;

use fetch_cors::cases::{LineError, RecordedComparison};
use serde::Serialize;

use super::outcome::RecordedOutcome;
use crate::{browser::engine::Engine, case::Case};

/// A case, with the outcome of each engine whose two runs had the same outcome.
#[derive(Debug, Clone, Serialize)]
pub struct RecordedCase {
    /// The command that makes the case, the versions of the engines, and the date.
    pub source: String,
    pub case: Case,
    pub observed: BTreeMap<&'static str, RecordedOutcome>,
}

/// The comparison of the library's outcome with the outcomes of the engines. For each engine, `engines` has the
/// differences between the library's outcome and the engine's outcome.
#[derive(Debug, Clone)]
pub struct Judged {
    pub id: String,
    pub family: String,
    pub engines: Vec<(Engine, Vec<String>)>,
    /// Each engine whose outcome differs from the standard exactly as its quirks predict, and the names of these
    /// quirks.
    pub quirks: Vec<(Engine, Vec<&'static str>)>,
    /// Each engine whose outcome is neither the standard's outcome nor the outcome that its quirks predict. The
    /// strings are the differences from the predicted outcome.
    pub unpredicted: Vec<(Engine, Vec<String>)>,
}

impl RecordedCase {
    /// Returns the case as one line of JSON.
    pub fn line(&self) -> Result<String, String> {
        serde_json::to_string(self).map_err(|error| error.to_string())
    }

    /// Compares the recordings with the library.
    pub fn compare(&self) -> Result<RecordedComparison, String> {
        let failed = |error: LineError| format!("{}: {error}", self.case.id);
        RecordedComparison::parse(&self.line()?).map_err(failed)
    }
}

impl From<&RecordedComparison> for Judged {
    fn from(comparison: &RecordedComparison) -> Self {
        let mut judged = Self {
            id: comparison.id.clone(),
            family: comparison.family().to_owned(),
            engines: Vec::new(),
            quirks: Vec::new(),
            unpredicted: Vec::new(),
        };
        for compared in &comparison.engines {
            let Some(engine) = Engine::from_name(compared.engine.name()) else {
                continue;
            };
            if !compared.standard.is_empty() && !compared.is_unnamed() {
                let mut names: Vec<_> = compared.quirks.iter().map(|quirk| quirk.name()).collect();
                names.sort_unstable();
                judged.quirks.push((engine, names));
            }
            if compared.is_unnamed() {
                let texts = compared.predicted.iter().map(ToString::to_string);
                judged.unpredicted.push((engine, texts.collect()));
            }
            let texts = compared.standard.iter().map(ToString::to_string).collect();
            judged.engines.push((engine, texts));
        }
        judged
    }
}

impl Judged {
    /// Returns the names of the quirks that make the engine differ from the standard. Returns `None` if the engine does
    /// not differ, or if the quirks do not predict the outcome of the engine.
    pub fn quirks_of(&self, engine: Engine) -> Option<&[&'static str]> {
        let mut quirks = self.quirks.iter();
        quirks
            .find(|(other, _)| *other == engine)
            .map(|(_, names)| &**names)
    }

    /// Whether the outcome of each engine equals the standard's outcome, or the outcome that the quirks of the engine
    /// predict.
    pub fn is_explained(&self) -> bool {
        self.unpredicted.is_empty()
    }

    /// Whether the library's outcome equals the outcome of at least one engine.
    pub fn equals_an_engine(&self) -> bool {
        self.engines
            .iter()
            .any(|(_, differences)| differences.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcome_is_compared_with_the_library() {
        let case: Case = serde_json::from_str(
            r#"{"id":"check-1","fetches":[{"origin":"http://a","url":"http://b/"}],"server":[]}"#,
        )
        .unwrap();
        let outcome = |origin: &str| -> RecordedOutcome {
            serde_json::from_str(&format!(
                r#"{{"id":"check-1","fetches":[{{"requests":[{{"method":"GET","url":"http://b/","headers":[["origin","{origin}"]],"credentials":false}}],"result":{{"type":"error"}}}}]}}"#
            ))
            .unwrap()
        };
        let recorded = RecordedCase {
            source: "a test".into(),
            case,
            observed: BTreeMap::from([
                ("chromium", outcome("http://a")),
                ("firefox", outcome("null")),
            ]),
        };
        let judged = Judged::from(&recorded.compare().unwrap());
        assert_eq!(judged.family, "check");
        assert!(judged.engines[0].1.is_empty() && judged.equals_an_engine());
        assert_eq!(judged.engines[1].1.len(), 1);
        assert!(!judged.is_explained());
    }

    #[test]
    fn known_quirk_explains_a_difference() {
        let line = include_str!("../../../vectors/browsers.ndjson")
            .lines()
            .find(|line| line.contains(r#""id":"preflight-000214""#))
            .unwrap();
        let mut vector: serde_json::Value = serde_json::from_str(line).unwrap();
        let observed = serde_json::from_value(vector["observed"]["firefox"].take()).unwrap();
        let recorded = RecordedCase {
            source: "a test".into(),
            case: serde_json::from_value(vector["case"].take()).unwrap(),
            observed: BTreeMap::from([("firefox", observed)]),
        };
        let judged = Judged::from(&recorded.compare().unwrap());
        assert!(!judged.equals_an_engine() && judged.is_explained());
        assert_eq!(
            judged.quirks_of(Engine::Firefox),
            Some(&["wildcard-covers-authorization"][..])
        );
    }
}
