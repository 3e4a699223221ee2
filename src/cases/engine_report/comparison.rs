//! The recordings of one vector, compared with the standard and with the quirks of the engines.

use alloc::{
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};

use super::super::{Difference, LineError, Vector};
use crate::{
    engine::{Engine, Quirk},
    infrastructure::site::NoPublicSuffixes,
};

/// The recordings of one vector, compared with the standard and with the quirks of the engines.
///
/// ```
/// use fetch_cors::cases::RecordedComparison;
/// use fetch_cors::engine::{Engine, Quirk};
///
/// let json = r#"{"case":{"id":"a-1","fetches":[{"origin":"http://a","url":"http://b/","headers":[["Intervention","x"]]}],"server":[]},
///     "observed":{"chromium":{"fetches":[{"result":{"type":"error"},"requests":[
///         {"method":"GET","url":"http://b/","headers":[["intervention","x"],["origin","http://a"]],"credentials":false}]}]}}}"#;
/// let comparison = RecordedComparison::parse(json)?;
/// let [chromium] = &*comparison.engines else { panic!() };
/// assert!(!chromium.standard.is_empty() && chromium.predicted.is_empty());
/// assert_eq!(chromium.quirks, [Quirk::InterventionIsSafelisted]);
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RecordedComparison {
    /// The id of the vector.
    pub id: String,
    /// The engines with a recording, in the order of [`Engine::RECORDED`].
    pub engines: Vec<EngineComparison>,
    /// The text of the vector, if an engine departs from the standard.
    pub(super) json: Option<String>,
}

/// The recording of an engine, compared with the standard and with the quirks of the engine.
///
/// [`RecordedComparison`] has an example.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct EngineComparison {
    /// The engine.
    pub engine: Engine,
    /// The differences between the recording and the standard's outcome.
    pub standard: Vec<Difference>,
    /// The differences between the recording and the outcome that the quirks predict.
    pub predicted: Vec<Difference>,
    /// The quirks that cause the differences in `standard`. The list is empty if the recording equals the standard's
    /// outcome. The list is also empty if the recording differs from the outcome that the quirks predict.
    pub quirks: Vec<Quirk>,
}

impl EngineComparison {
    /// Whether the recording equals neither the standard's outcome nor the outcome that the quirks predict.
    ///
    /// ```
    /// use fetch_cors::cases::RecordedComparison;
    /// let json = r#"{"case":{"id":"a","fetches":[{"origin":"http://a","url":"http://b/"}],"server":[]},
    ///     "observed":{"webkit":{"fetches":[{"result":{"type":"error"},"requests":[]}]}}}"#;
    /// assert!(RecordedComparison::parse(json)?.engines[0].is_unnamed());
    /// # Ok::<(), fetch_cors::cases::LineError>(())
    /// ```
    pub const fn is_unnamed(&self) -> bool {
        !self.standard.is_empty() && !self.predicted.is_empty()
    }
}

impl RecordedComparison {
    /// Parses a vector, and compares its recordings. If the vector has no recordings, the list of engines is empty.
    ///
    /// # Errors
    ///
    /// Returns a [`LineError`] that names the member with the error.
    pub fn parse(json: &str) -> Result<Self, LineError> {
        let vector = Vector::parse(json)?;
        let id = vector.id().to_string();
        let observed = vector.clone().check()?.observed;
        let departs = observed.iter().any(|(_, standard)| !standard.is_empty());
        let engines = observed.into_iter().map(|(engine, standard)| {
            let predicted = vector.clone().check_in(engine)?.observed;
            let predicted: Vec<_> = predicted.into_iter().flat_map(|(_, list)| list).collect();
            let quirks = if standard.is_empty() || !predicted.is_empty() {
                Vec::new()
            } else {
                quirks(&vector, engine)
            };
            Ok(EngineComparison {
                engine,
                standard,
                predicted,
                quirks,
            })
        });
        Ok(Self {
            id,
            engines: engines.collect::<Result<_, _>>()?,
            json: departs.then(|| json.to_string()),
        })
    }

    /// Returns the family of the vector: the id without its last number.
    ///
    /// ```
    /// use fetch_cors::cases::RecordedComparison;
    /// let json = r#"{"id":"method-7","fn":"method","value":"GET","expect":true}"#;
    /// assert_eq!(RecordedComparison::parse(json)?.family(), "method");
    /// # Ok::<(), fetch_cors::cases::LineError>(())
    /// ```
    pub fn family(&self) -> &str {
        family(&self.id)
    }
}

/// Returns the family of an id: `preflight` for `preflight-000123`.
///
/// ```
/// assert_eq!(fetch_cors::cases::family("preflight-000123"), "preflight");
/// assert_eq!(fetch_cors::cases::family("wpt-cors"), "wpt-cors");
/// ```
pub fn family(id: &str) -> &str {
    match id.rsplit_once('-') {
        Some((family, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => family,
        _ => id,
    }
}

/// Returns the quirks that cause the outcomes of the fetches in the engine, in the order of [`Quirk::ALL`].
fn quirks(vector: &Vector<'_>, engine: Engine) -> Vec<Quirk> {
    let Some(case) = vector.case() else {
        return Vec::new();
    };
    let outcome = case.clone().judge_in(engine, Arc::new(NoPublicSuffixes));
    let fetches = outcome.fetches.into_iter();
    let mut quirks: Vec<_> = fetches.flat_map(|fetch| fetch.quirks).collect();
    quirks.sort_unstable();
    quirks.dedup();
    quirks
}
