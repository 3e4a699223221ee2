//! Recorded cases as vectors, and the outcomes of the library.

use std::{collections::BTreeMap, sync::Arc};

use fetch_cors::{
    cases::{self, LineError, Vector},
    infrastructure::site::NoPublicSuffixes,
};
use serde::Serialize;

use super::outcome::RecordedOutcome;
use crate::{browser::engine::Engine, case::Case};

/// A case with the outcomes of the engines in which it is stable.
#[derive(Debug, Clone, Serialize)]
pub struct RecordedCase {
    /// The command that makes the case, the versions of the engines, and the date.
    pub source: String,
    pub case: Case,
    pub observed: BTreeMap<&'static str, RecordedOutcome>,
}

/// Whether the library's outcome equals the outcome of each engine; if not, the differences.
#[derive(Debug, Clone)]
pub struct Judged {
    pub id: String,
    pub family: String,
    pub engines: Vec<(Engine, Vec<String>)>,
    /// The names of the quirks that cause the differences, for each engine that differs and has the outcome that its
    /// quirks predict.
    pub quirks: Vec<(Engine, Vec<&'static str>)>,
}

impl RecordedCase {
    /// One line of JSON.
    pub fn line(&self) -> Result<String, String> {
        serde_json::to_string(self).map_err(|error| error.to_string())
    }

    pub fn judge(&self) -> Result<Judged, String> {
        let failed = |error: LineError| format!("{}: {error}", self.case.id);
        let line = self.line()?;
        let checked = Vector::parse(&line)
            .and_then(Vector::check)
            .map_err(failed)?;
        let mut judged = Judged {
            id: self.case.id.clone(),
            family: self.case.family().to_owned(),
            engines: Vec::new(),
            quirks: Vec::new(),
        };
        for (library_engine, differences) in &checked.observed {
            let Some(engine) = Engine::from_name(library_engine.name()) else {
                continue;
            };
            if !differences.is_empty() {
                let names = self.quirks(&line, *library_engine).map_err(failed)?;
                judged.quirks.extend(names.map(|names| (engine, names)));
            }
            let texts = differences.iter().map(ToString::to_string).collect();
            judged.engines.push((engine, texts));
        }
        Ok(judged)
    }

    /// The quirks of the outcome that the library predicts for the engine. `None` if the engine has another outcome.
    fn quirks(
        &self,
        line: &str,
        engine: fetch_cors::engine::Engine,
    ) -> Result<Option<Vec<&'static str>>, LineError> {
        let checked = Vector::parse(line)?.check_in(engine)?;
        let mut observed = checked.observed.iter();
        if !observed.any(|(other, differences)| *other == engine && differences.is_empty()) {
            return Ok(None);
        }
        let case = serde_json::to_string(&self.case).unwrap_or_default();
        let outcome = cases::Case::parse(&case)?.judge_in(engine, Arc::new(NoPublicSuffixes));
        let quirks = outcome.fetches.iter().flat_map(|fetch| &fetch.quirks);
        let mut names: Vec<_> = quirks.map(|quirk| quirk.name()).collect();
        names.sort_unstable();
        names.dedup();
        Ok(Some(names))
    }
}

impl Judged {
    /// The names of the quirks that make the engine differ. `None` if it does not differ, or if its quirks predict another
    /// outcome.
    pub fn quirks_of(&self, engine: Engine) -> Option<&[&'static str]> {
        let mut quirks = self.quirks.iter();
        quirks
            .find(|(other, _)| *other == engine)
            .map(|(_, names)| &**names)
    }

    /// Whether each engine has the outcome by the standard or the outcome that its quirks predict.
    pub fn is_explained(&self) -> bool {
        let mut engines = self.engines.iter();
        engines.all(|(engine, differences)| {
            differences.is_empty() || self.quirks_of(*engine).is_some()
        })
    }

    /// Whether the outcome equals the outcome of at least one engine.
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
        let judged = recorded.judge().unwrap();
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
        let judged = recorded.judge().unwrap();
        assert!(!judged.equals_an_engine() && judged.is_explained());
        assert_eq!(
            judged.quirks_of(Engine::Firefox),
            Some(&["wildcard-covers-authorization"][..])
        );
    }
}
