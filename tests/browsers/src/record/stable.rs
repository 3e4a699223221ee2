//! Outcomes that are the same in two runs.

use super::{outcome::RecordedOutcome, run::Run};

/// The result of two runs of a case.
#[derive(Debug, Clone, PartialEq)]
pub enum Stability {
    Stable(RecordedOutcome),
    Unstable([RecordedOutcome; 2]),
    /// In at least one run, a fetch did not end in time.
    Unfinished,
    /// At least one run has no outcome, because the browser ended.
    Missing,
}

pub fn stability(id: &str, runs: &[Run; 2]) -> Stability {
    let [first, second] = runs.each_ref().map(|run| run.outcomes.get(id));
    match (first, second) {
        (Some(first), Some(second)) if first == second => Stability::Stable(first.clone()),
        (Some(first), Some(second)) => Stability::Unstable([first.clone(), second.clone()]),
        _ if runs
            .iter()
            .any(|run| run.unfinished.iter().any(|other| other == id)) =>
        {
            Stability::Unfinished
        }
        _ => Stability::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_equal_outcomes_are_stable() {
        let outcome = |url: &str| RecordedOutcome {
            id: url.to_owned(),
            fetches: Vec::new(),
            devtools: Vec::new(),
        };
        let run = |outcomes: &[(&str, &str)]| Run {
            outcomes: outcomes
                .iter()
                .map(|(id, url)| ((*id).to_owned(), outcome(url)))
                .collect(),
            ..Run::default()
        };
        let runs = [
            run(&[("a", "1"), ("b", "1"), ("c", "1")]),
            run(&[("a", "1"), ("b", "2")]),
        ];
        assert_eq!(stability("a", &runs), Stability::Stable(outcome("1")));
        assert_eq!(
            stability("b", &runs),
            Stability::Unstable([outcome("1"), outcome("2")])
        );
        assert_eq!(stability("c", &runs), Stability::Missing);
        let mut runs = runs;
        runs[1].unfinished.push("c".to_owned());
        assert_eq!(stability("c", &runs), Stability::Unfinished);
    }
}
