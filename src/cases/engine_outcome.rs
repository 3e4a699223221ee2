//! The outcome of a case in an engine, with the quirks that cause it.

use alloc::{borrow::Cow, collections::BTreeMap, sync::Arc, vec, vec::Vec};
use core::fmt;

use serde::{Serialize, Serializer};

use super::{
    Case, CaseOutcome,
    case::{run_with, user_agent_without_evictions},
    outcome::OutcomeRecord,
};
use crate::{
    engine::{Engine, Quirk, QuirkSet},
    infrastructure::site::{NoPublicSuffixes, PublicSuffixes},
    outcome::Outcome,
};

/// The size of the largest set of quirks that the attribution tries as a whole. Beyond it, the attribution removes
/// quirks one after another.
const MAX_TRIED_QUIRKS: usize = 3;

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
    /// The quirks without which the outcome would be another: each quirk whose removal alone changes the outcome. If
    /// there is none, the smallest set whose removal does, the first in the order of [`Quirk::ALL`].
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

/// The outcome of a case by the standard and in each engine.
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
    /// The outcome by the standard.
    #[serde(flatten)]
    pub spec: CaseOutcome<'a>,
    /// The outcomes in the engines, by the names of the engines.
    pub engines: BTreeMap<&'static str, ComparedOutcome>,
}

/// The outcome of a case in an engine, compared with the standard.
///
/// ```
/// use fetch_cors::cases::ComparedOutcome;
/// assert_ne!(ComparedOutcome::Same, ComparedOutcome::Other { fetches: Vec::new() });
/// ```
#[derive(Debug, Clone, PartialEq)]
// Closed: an outcome is equal or different.
pub enum ComparedOutcome {
    /// The outcome is the same as by the standard.
    Same,
    /// The outcome is another.
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
    /// Returns the outcome in `engine`, with a list of public suffixes.
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

    /// Returns the outcomes by the standard and in each engine, with a list of public suffixes.
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

    /// Returns the outcomes of the fetches in `engine`, as if it had these quirks.
    pub(super) fn outcomes_with(self, engine: Engine, quirks: QuirkSet) -> Vec<Outcome> {
        let runs = Runs {
            case: self,
            engine,
            public_suffixes: Arc::new(NoPublicSuffixes),
        };
        runs.with(quirks)
    }
}

/// Whether two outcomes print the same.
fn are_equal(a: &Outcome, b: &Outcome) -> bool {
    OutcomeRecord::from(a) == OutcomeRecord::from(b)
}

/// A case that runs again and again, with other quirks.
struct Runs<'a> {
    case: Case<'a>,
    engine: Engine,
    public_suffixes: Arc<dyn PublicSuffixes>,
}

impl Runs<'_> {
    /// Runs the case in the engine, as if it had these quirks.
    fn with(&self, quirks: QuirkSet) -> Vec<Outcome> {
        let mut user_agent =
            user_agent_without_evictions(self.engine, Arc::clone(&self.public_suffixes));
        user_agent.quirks = quirks;
        run_with(&mut user_agent, self.case.clone())
    }

    fn attributed(&self) -> Vec<AttributedOutcome> {
        let all = self.engine.quirks();
        let outcomes = self.with(all);
        let mut quirks = vec![Vec::new(); outcomes.len()];
        for quirk in all.iter() {
            let others = self.with(all.without(quirk));
            for ((quirks, outcome), other) in quirks.iter_mut().zip(&outcomes).zip(&others) {
                if !are_equal(outcome, other) {
                    quirks.push(quirk);
                }
            }
        }
        let without_quirks = self.with(QuirkSet::EMPTY);
        for (i, ((quirks, outcome), other)) in quirks
            .iter_mut()
            .zip(&outcomes)
            .zip(&without_quirks)
            .enumerate()
        {
            if quirks.is_empty() && !are_equal(outcome, other) {
                *quirks = self.smallest_set(i, outcome);
            }
        }
        let attributed = outcomes.into_iter().zip(quirks);
        attributed
            .map(|(outcome, quirks)| AttributedOutcome { outcome, quirks })
            .collect()
    }

    /// Whether the outcome of the fetch `i` is another without the quirks.
    fn changes_without(&self, i: usize, outcome: &Outcome, removed: &[Quirk]) -> bool {
        let removed = removed.iter().copied();
        let quirks = removed.fold(self.engine.quirks(), QuirkSet::without);
        let others = self.with(quirks);
        others
            .get(i)
            .is_some_and(|other| !are_equal(outcome, other))
    }

    /// Returns the smallest set of quirks whose removal changes the outcome of the fetch `i`. No quirk alone does, and
    /// the removal of all quirks does.
    fn smallest_set(&self, i: usize, outcome: &Outcome) -> Vec<Quirk> {
        let all: Vec<Quirk> = self.engine.quirks().iter().collect();
        for size in 2..=MAX_TRIED_QUIRKS {
            let mut sets = Sets::new(&all, size);
            while let Some(set) = sets.next_set() {
                if self.changes_without(i, outcome, &set) {
                    return set;
                }
            }
        }
        let mut set = all.clone();
        for quirk in all.iter().rev() {
            let smaller: Vec<Quirk> = set.iter().copied().filter(|other| other != quirk).collect();
            if self.changes_without(i, outcome, &smaller) {
                set = smaller;
            }
        }
        set
    }
}

/// The subsets of a size, in the order of their elements.
struct Sets<'a> {
    all: &'a [Quirk],
    positions: Option<Vec<usize>>,
}

impl<'a> Sets<'a> {
    fn new(all: &'a [Quirk], size: usize) -> Self {
        let positions = (size <= all.len()).then(|| (0..size).collect());
        Self { all, positions }
    }

    fn next_set(&mut self) -> Option<Vec<Quirk>> {
        let positions = self.positions.as_mut()?;
        let set = positions.iter().filter_map(|&i| self.all.get(i).copied());
        let set = set.collect();
        let (size, count) = (positions.len(), self.all.len());
        let mut positions_from_end = (0..size).rev();
        let next = positions_from_end.find_map(|i| {
            let position = positions.get(i).copied()?;
            (position < count - (size - i)).then_some((i, position))
        });
        match next {
            Some((i, position)) => {
                for (offset, slot) in positions.iter_mut().skip(i).enumerate() {
                    *slot = position + 1 + offset;
                }
            }
            None => self.positions = None,
        }
        Some(set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_ordered_by_their_elements() {
        let all = Quirk::ALL.get(..4).unwrap();
        let mut sets = Sets::new(all, 2);
        let mut found = Vec::new();
        while let Some(set) = sets.next_set() {
            found.push(set.iter().map(|quirk| *quirk as u8).collect::<Vec<_>>());
        }
        assert_eq!(found, [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
    }
}
