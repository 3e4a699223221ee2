//! The order in which a browser runs cases.

use crate::case::Case;

/// The number of cases that run at the same time. Firefox's preflight cache has room for about 100 entries, so only a
/// few cases that use the cache may run at a time.
const WAVE_CASES: usize = 24;

/// The maximum number of cases with redirects that run at the same time. Chromium opens six connections to a host. A
/// redirected request keeps its connection until the preflight for the redirect target has ended, and this preflight
/// can need a connection to the same host. Six such requests wait for each other forever.
const WAVE_REDIRECTS: usize = 5;

/// Divides the cases into waves. Cases with several fetches come first, before other cases fill the preflight cache.
/// The cases of a wave run at the same time, and have similar durations.
pub fn waves(mut cases: Vec<Case>) -> Vec<Vec<Case>> {
    cases.sort_by(|a, b| {
        let key = |case: &Case| (case.fetches.len() == 1, case.duration());
        key(a)
            .partial_cmp(&key(b))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut waves: Vec<Vec<Case>> = Vec::new();
    for case in cases {
        let has_room = |wave: &&mut Vec<Case>| {
            let redirects = wave.iter().filter(|case| case.has_redirect()).count();
            wave.len() < WAVE_CASES
                && (wave[0].fetches.len() == 1) == (case.fetches.len() == 1)
                && (redirects < WAVE_REDIRECTS || !case.has_redirect())
        };
        match waves.iter_mut().find(has_room) {
            Some(wave) => wave.push(case),
            None => waves.push(vec![case]),
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

    #[test]
    fn few_redirects_run_at_the_same_time() {
        let case = |id: usize, status: u16| -> Case {
            serde_json::from_str(&format!(
                r#"{{"id":"a-{id}","fetches":[{{"origin":"null","url":"http://b/"}}],"server":[{{"url":"http://b/","response":{{"status":{status}}}}}]}}"#
            ))
            .unwrap()
        };
        let cases = (0..12).map(|id| case(id, if id < 7 { 308 } else { 200 }));
        let waves = waves(cases.collect());
        let sizes: Vec<_> = waves.iter().map(Vec::len).collect();
        assert_eq!(sizes, [10, 2]);
    }
}
