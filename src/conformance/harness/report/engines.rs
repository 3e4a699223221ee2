//! Describes the browser engines in which a violation occurs.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use crate::engine::Engine;

/// Returns the end of a line about a violation: the engines in which it occurs. Returns an empty text if the violation
/// occurs in all engines.
pub(super) fn only_in(engines: &[Engine]) -> String {
    if engines == Engine::ALL {
        return String::new();
    }
    let has_standard = engines.contains(&Engine::Spec);
    let browsers = engines.iter().filter(|engine| **engine != Engine::Spec);
    let titles: Vec<&str> = browsers.map(|engine| engine.title()).collect();
    match (has_standard, titles.as_slice()) {
        (true, []) => ", in the standard only: no browser has this problem".to_string(),
        (false, [one, two, three]) => {
            format!(", in {one}, {two} and {three}, but not in the standard")
        }
        (_, [one, two]) => format!(", in {one} and {two} only"),
        (_, titles) => format!(", in {} only", titles.join(", ")),
    }
}
