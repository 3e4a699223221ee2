//! Generates cases from a seed.

use alloc::{borrow::Cow, format, vec::Vec};

use proptest::{
    strategy::{BoxedStrategy, Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use super::cases::{family::Family, strategies};
use crate::cases::Case;

/// Returns an endless sequence of cases. With a family, all cases are of this family. Without a family, the families
/// take turns. The ids of the cases are of the form `check-000001`.
///
/// The seed and the id of a case determine the case, because the id contains the family and the number of the case.
///
/// ```
/// use fetch_cors::conformance::{Family, generate};
///
/// let ids: Vec<_> = generate(0, Some(Family::Mode)).take(2).map(|case| case.id).collect();
/// assert_eq!(ids, ["mode-000001", "mode-000002"]);
/// ```
pub fn generate(seed: u64, family: Option<Family>) -> Generate {
    let families = match &family {
        Some(family) => core::slice::from_ref(family),
        None => Family::ALL,
    };
    Generate {
        seed,
        strategies: families
            .iter()
            .map(|&family| (family, strategies::cases(family)))
            .collect(),
        given: 0,
    }
}

/// The endless sequence of cases that [`generate`] returns.
///
/// ```
/// use fetch_cors::conformance::{Generate, generate};
/// let cases: Generate = generate(7, None);
/// assert!(cases.take(100).all(|case| !case.fetches.is_empty()));
/// ```
#[derive(Debug, Clone)]
pub struct Generate {
    seed: u64,
    strategies: Vec<(Family, BoxedStrategy<Case<'static>>)>,
    given: usize,
}

impl Iterator for Generate {
    type Item = Case<'static>;

    /// Skips `cases` cases without generating these cases, and returns the next case.
    fn nth(&mut self, cases: usize) -> Option<Case<'static>> {
        self.given = self.given.saturating_add(cases);
        self.next()
    }

    fn next(&mut self) -> Option<Case<'static>> {
        let turn = self.given.checked_rem(self.strategies.len())?;
        let (family, strategy) = self.strategies.get(turn)?;
        let number = self.given / self.strategies.len() + 1;
        self.given = self.given.saturating_add(1);
        let mut runner = runner(rng(self.seed, *family, number));
        let mut case = strategy.new_tree(&mut runner).ok()?.current();
        case.id = Cow::Owned(format!("{family}-{number:06}"));
        Some(case)
    }
}

/// Returns a runner that draws values. The runner is cloned dozens of times for one case, so its configuration has nothing
/// that needs an allocation.
pub(crate) fn runner(rng: TestRng) -> TestRunner {
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, rng)
}

fn rng(seed: u64, family: Family, number: usize) -> TestRng {
    let mut bytes = [0; 32];
    let source = seed
        .to_le_bytes()
        .into_iter()
        .chain((number as u64).to_le_bytes())
        .chain(family.name().bytes());
    for (byte, given) in bytes.iter_mut().zip(source) {
        *byte = given;
    }
    TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)
}
