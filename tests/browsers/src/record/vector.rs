//! Recorded cases as vectors, and the outcomes of the library.

use std::collections::BTreeMap;

use fetch_cors::cases::Vector;
use serde::Serialize;

use super::outcome::RecordedOutcome;
use crate::{browser::engine::Engine, case::Case};

/// A case with the outcomes of the engines in which it is stable.
#[derive(Debug, Clone, Serialize)]
pub struct RecordedCase {
    /// The command, the versions of the engines, and the date.
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
}

impl RecordedCase {
    /// One line of JSON.
    pub fn line(&self) -> Result<String, String> {
        serde_json::to_string(self).map_err(|error| error.to_string())
    }

    pub fn judge(&self) -> Result<Judged, String> {
        let line = self.line()?;
        let checked = Vector::parse(&line).and_then(|vector| vector.check());
        let checked = checked.map_err(|error| format!("{}: {error}", self.case.id))?;
        let engines = checked.observed.iter().filter_map(|(engine, differences)| {
            let texts = differences.iter().map(ToString::to_string);
            Some((Engine::from_name(engine.name())?, texts.collect()))
        });
        Ok(Judged {
            id: self.case.id.clone(),
            family: self.case.family().to_owned(),
            engines: engines.collect(),
        })
    }
}

impl Judged {
    /// Whether the outcome equals that of one engine at least.
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
    }
}
