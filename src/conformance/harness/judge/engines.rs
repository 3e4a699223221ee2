//! Finds the browser engines in which a violation occurs.

use alloc::vec::Vec;

use crate::{conformance::harness::report::violation::Violation, engine::Engine};

/// Judges a fetch as the standard requires and as each engine does, and returns the violations with their engines. If
/// the result in an engine is unknown, `judge` returns `None`, and the function uses the violations of `Engine::Spec`
/// for this engine.
pub(super) fn judge_in_engines(judge: impl Fn(Engine) -> Option<Vec<Violation>>) -> Vec<Violation> {
    let by_standard = judge(Engine::Spec).unwrap_or_default();
    let mut all: Vec<Violation> = by_standard.clone();
    for violation in &mut all {
        violation.engines.push(Engine::Spec);
    }
    for engine in Engine::RECORDED {
        let found = judge(engine).unwrap_or_else(|| by_standard.clone());
        for violation in found {
            let mut known = all.iter_mut();
            // A fetch can have two violations of the same kind in one engine. So a violation in `all` that already has
            // `engine` is not the same as `violation`.
            let is_same = |known: &&mut Violation| {
                known.kind() == violation.kind() && !known.engines.contains(&engine)
            };
            match known.find(is_same) {
                Some(known) => known.engines.push(engine),
                None => all.push(Violation {
                    engines: Vec::from([engine]),
                    ..violation
                }),
            }
        }
    }
    for violation in &mut all {
        if violation.engines == Engine::ALL {
            violation.engines.clear();
        }
    }
    all
}
