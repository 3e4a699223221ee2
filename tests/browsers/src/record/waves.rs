//! The order in which a browser runs cases.

use crate::case::Case;

/// The number of cases that run at the same time. Firefox's preflight cache has about 100 entries, so only a few cases
/// that use the cache may run at a time.
const WAVE_CASES: usize = 24;

/// Cases with several fetches come first, before other cases fill the preflight cache. Cases that take equally long
/// run together.
pub fn waves(mut cases: Vec<Case>) -> Vec<Vec<Case>> {
    cases.sort_by(|a, b| {
        let key = |case: &Case| (case.fetches.len() == 1, case.duration());
        key(a)
            .partial_cmp(&key(b))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut waves: Vec<Vec<Case>> = Vec::new();
    for case in cases {
        match waves.last_mut() {
            Some(wave)
                if wave.len() < WAVE_CASES
                    && (wave[0].fetches.len() == 1) == (case.fetches.len() == 1) =>
            {
                wave.push(case);
            }
            _ => waves.push(vec![case]),
        }
    }
    waves
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_cases_come_first_in_waves_of_their_own() {
        let case = |id: usize, times: &[f64]| -> Case {
            let fetches: Vec<_> = times
                .iter()
                .map(|at| format!(r#"{{"at":{at},"origin":"null","url":"http://b/"}}"#))
                .collect();
            serde_json::from_str(&format!(
                r#"{{"id":"a-{id}","fetches":[{}],"server":[]}}"#,
                fetches.join(",")
            ))
            .unwrap()
        };
        let mut cases: Vec<_> = (0..30).map(|id| case(id, &[0.0])).collect();
        cases.push(case(30, &[0.0, 5.2]));
        cases.push(case(31, &[0.0, 1.2]));
        let waves = waves(cases);
        let sizes: Vec<_> = waves.iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 24, 6]);
        assert_eq!(waves[0][0].id, "a-31");
    }
}
