//! Tests of the law of resource timing, with the URLs of redirects.

use fetch_cors::{
    conformance::{
        Family,
        laws::{self, LawViolation},
    },
    infrastructure::header_list::HeaderList,
};

use super::check;

#[test]
fn timing_satisfies_its_law() {
    check(&[Family::Redirect], |case| {
        let Some(fetch) = case.fetches.first() else {
            return Ok(());
        };
        let own = fetch.origin.serialize();
        let list = |values: &[&str]| {
            let pairs = values.iter().map(|value| ("Timing-Allow-Origin", *value));
            HeaderList::from_pairs(pairs).map_err(LawViolation::new)
        };
        let all = [
            list(&[])?,
            list(&["*"])?,
            list(&["null", own])?,
            list(&["http://x, null"])?,
            list(&[own])?,
        ];
        let urls = case.server.iter().map(|resource| &resource.url);
        for (step, start) in (0..all.len()).flat_map(|start| [(1, start), (2, start)]) {
            let values = all.iter().cycle().skip(start).step_by(step).cloned();
            let responses: Vec<_> = urls.clone().cloned().zip(values).collect();
            for redirects in (0..responses.len()).filter_map(|first| responses.get(first..)) {
                laws::every_response_must_allow_timing(&fetch.origin, redirects)?;
            }
        }
        Ok(())
    });
}
