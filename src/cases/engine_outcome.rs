//! The outcome of a case in an engine, with the quirks that cause it.

use alloc::{borrow::Cow, collections::BTreeMap, sync::Arc, vec::Vec};
use core::fmt;

use serde::{Serialize, Serializer};

use super::{
    Case, CaseOutcome,
    case::{run_with, user_agent_without_evictions},
    outcome::OutcomeRecord,
};
use crate::{
    engine::{Engine, Quirk, QuirkSet, attribution},
    infrastructure::site::{NoPublicSuffixes, PublicSuffixes},
    outcome::Outcome,
};

/// The outcome of a case in an engine.
///
/// ```
/// use std::sync::Arc;
/// use fetch_cors::{cases::Case, engine::{Engine, Quirk}, infrastructure::site::NoPublicSuffixes};
///
/// let case = Case::parse(r#"{"id":"a",
///     "fetches":[{"origin":"http://a","url":"http://b/","headers":[["Authorization","x"]]}],
///     "server":[{"url":"http://b/","response":{"status":200,"headers":[
///         ["Access-Control-Allow-Origin","*"],["Access-Control-Allow-Headers","*"]]}}]}"#)?;
/// let outcome = case.judge_in(Engine::Firefox, Arc::new(NoPublicSuffixes));
/// assert!(outcome.fetches[0].outcome.result.is_ok());
/// assert_eq!(outcome.fetches[0].quirks, [Quirk::WildcardCoversAuthorization]);
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EngineOutcome<'a> {
    /// The id of the case.
    pub id: Cow<'a, str>,
    /// The engine.
    #[serde(serialize_with = "name")]
    pub engine: Engine,
    /// The outcome of each fetch.
    pub fetches: Vec<AttributedOutcome>,
}

/// The outcome of a fetch in an engine, with the quirks that cause it.
///
/// ```
/// use std::sync::Arc;
/// use fetch_cors::{cases::Case, engine::Engine, infrastructure::site::NoPublicSuffixes};
/// let case = Case::parse(r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://a/"}],"server":[]}"#)?;
/// let outcome = case.judge_in(Engine::Webkit, Arc::new(NoPublicSuffixes));
/// assert!(outcome.fetches[0].quirks.is_empty());
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AttributedOutcome {
    /// The outcome.
    pub outcome: Outcome,
    /// The quirks that cause the outcome. A quirk is in the list if the engine would have a different outcome without
    /// this quirk. If no single quirk has this effect, the list is a small set of quirks, and the engine would have a
    /// different outcome without the whole set.
    pub quirks: Vec<Quirk>,
}

impl Serialize for AttributedOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Attributed<'a> {
            #[serde(flatten)]
            record: OutcomeRecord<'a>,
            quirks: Vec<&'static str>,
        }
        let attributed = Attributed {
            record: OutcomeRecord::from(&self.outcome),
            quirks: self.quirks.iter().map(|quirk| quirk.name()).collect(),
        };
        attributed.serialize(serializer)
    }
}

/// The outcome as one line of JSON.
impl fmt::Display for EngineOutcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

fn name<S: Serializer>(engine: &Engine, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(engine.name())
}

/// The standard's outcome of a case, and the outcome in each engine.
///
/// ```
/// use std::sync::Arc;
/// use fetch_cors::{cases::Case, infrastructure::site::NoPublicSuffixes};
/// let case = Case::parse(r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://a/"}],"server":[]}"#)?;
/// let outcomes = case.judge_in_all(Arc::new(NoPublicSuffixes));
/// assert!(outcomes.to_string().ends_with(r#""engines":{"chromium":"same","firefox":"same","webkit":"same"}}"#));
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AllOutcomes<'a> {
    /// The standard's outcome.
    #[serde(flatten)]
    pub spec: CaseOutcome<'a>,
    /// The outcome in each engine. The key is the name of the engine.
    pub engines: BTreeMap<&'static str, ComparedOutcome>,
}

/// The outcome of a case in an engine, compared with the standard.
///
/// ```
/// use fetch_cors::cases::ComparedOutcome;
/// assert_ne!(ComparedOutcome::Same, ComparedOutcome::Other { fetches: Vec::new() });
/// ```
#[derive(Debug, Clone, PartialEq)]
// Exhaustive: an outcome is equal or different.
pub enum ComparedOutcome {
    /// The outcome in the engine equals the standard's outcome.
    Same,
    /// The outcome in the engine differs from the standard's outcome.
    Other {
        /// The outcome of each fetch.
        fetches: Vec<AttributedOutcome>,
    },
}

impl Serialize for ComparedOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Other<'a> {
            fetches: &'a [AttributedOutcome],
        }
        match self {
            Self::Same => serializer.serialize_str("same"),
            Self::Other { fetches } => Other { fetches }.serialize(serializer),
        }
    }
}

/// The outcomes as one line of JSON.
impl fmt::Display for AllOutcomes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl<'a> Case<'a> {
    /// Returns the outcome in `engine`. Uses the given list of public suffixes.
    pub fn judge_in(
        self,
        engine: Engine,
        public_suffixes: Arc<dyn PublicSuffixes>,
    ) -> EngineOutcome<'a> {
        let id = self.id.clone();
        let runs = Runs {
            case: self,
            engine,
            public_suffixes,
        };
        EngineOutcome {
            id,
            engine,
            fetches: runs.attributed(),
        }
    }

    /// Returns the standard's outcome and the outcome in each engine. Uses the given list of public suffixes.
    pub fn judge_in_all(self, public_suffixes: Arc<dyn PublicSuffixes>) -> AllOutcomes<'a> {
        let engines = Engine::RECORDED.into_iter().map(|engine| {
            let outcome = self.clone().judge_in(engine, Arc::clone(&public_suffixes));
            (engine, outcome.fetches)
        });
        let engines: Vec<_> = engines.collect();
        let spec = self.judge_with(public_suffixes);
        let compared = |fetches: Vec<AttributedOutcome>| {
            let mut pairs = fetches.iter().zip(&spec.fetches);
            if pairs.all(|(engine, spec)| are_equal(&engine.outcome, spec)) {
                ComparedOutcome::Same
            } else {
                ComparedOutcome::Other { fetches }
            }
        };
        AllOutcomes {
            engines: engines
                .into_iter()
                .map(|(engine, fetches)| (engine.name(), compared(fetches)))
                .collect(),
            spec,
        }
    }

    /// Returns the outcomes of the fetches in `engine`, as if the engine had exactly these quirks.
    pub(super) fn outcomes_with(self, engine: Engine, quirks: QuirkSet) -> Vec<Outcome> {
        let runs = Runs {
            case: self,
            engine,
            public_suffixes: Arc::new(NoPublicSuffixes),
        };
        runs.with(quirks)
    }
}

/// Whether two outcomes are equal in the case format.
fn are_equal(a: &Outcome, b: &Outcome) -> bool {
    OutcomeRecord::from(a) == OutcomeRecord::from(b)
}

/// A case that runs several times, each time with another set of quirks.
struct Runs<'a> {
    case: Case<'a>,
    engine: Engine,
    public_suffixes: Arc<dyn PublicSuffixes>,
}

impl Runs<'_> {
    /// Runs the case in the engine, as if the engine had exactly these quirks.
    fn with(&self, quirks: QuirkSet) -> Vec<Outcome> {
        let mut user_agent =
            user_agent_without_evictions(self.engine, Arc::clone(&self.public_suffixes));
        user_agent.quirks = quirks;
        run_with(&mut user_agent, self.case.clone())
    }

    fn attributed(&self) -> Vec<AttributedOutcome> {
        let runs = attribution::Runs {
            quirks: self.engine.quirks(),
            run: |quirks| self.with(quirks),
            are_equal,
        };
        let attributed = runs.attributed().into_iter();
        attributed
            .map(|(outcome, quirks)| AttributedOutcome { outcome, quirks })
            .collect()
    }
}
