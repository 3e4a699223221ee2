//! Tests of the laws of the CORS-preflight cache, with the fetches and answers of generated cases.

use std::time::Duration;

use fetch_cors::{
    cases::Case,
    conformance::{
        Family,
        laws::{self, Visit},
    },
    fetching::{Progress, UserAgent, start},
};

use super::{check, responses};

/// The first max-age, the time of the second preflight, and the second max-age, in seconds.
const RENEWALS: [[u32; 3]; 8] = [
    [10, 5, 100],
    [100, 5, 10],
    [100, 50, 10],
    [10, 9, 0],
    [10, 10, 5],
    [0, 0, 5],
    [5, 0, 5],
    [9000, 7199, 9000],
];

/// Returns a visit for each fetch. The visits use the answers of the server in turn.
fn visits(case: &Case<'static>) -> Vec<Visit> {
    let mut visits = Vec::new();
    for (i, fetch) in case.fetches.iter().enumerate() {
        let Ok(request) = fetch.call.clone().into_request(fetch.origin.clone()) else {
            continue;
        };
        let responses = responses(case, &request);
        if let Some(response) = responses.get(i).or(responses.first()) {
            visits.push(Visit {
                at: fetch.at,
                request,
                preflight_response: (*response).clone(),
            });
        }
    }
    visits
}

#[test]
fn cache_satisfies_the_laws() {
    check(&[Family::Cache, Family::Mixed], |case| {
        let visits = visits(case);
        laws::cache_hit_needs_fresh_preflight(&visits)?;

        let mut user_agent = UserAgent::new();
        for visit in &visits {
            laws::preflight_is_sent_when_needed(&user_agent, &visit.request, visit.at)?;
            let header_list = &visit.preflight_response.header_list;
            for limit in [0, 1, 5, 600, 7200, u64::MAX] {
                laws::max_age_is_clamped(&visit.request, header_list, limit)?;
            }
            if let Progress::Waiting(waiting) =
                start(&mut user_agent, visit.request.clone(), visit.at)
            {
                waiting.answer(
                    &mut user_agent,
                    visit.at,
                    Ok(visit.preflight_response.clone()),
                );
            }
        }

        for visit in visits.iter().take(1) {
            for [max_age, later_by, later_max_age] in RENEWALS {
                laws::renewal_keeps_insertion_time(
                    &visit.request,
                    max_age,
                    later_by,
                    later_max_age,
                )?;
            }
        }
        let stored: Vec<_> = visits.iter().map(|visit| visit.request.clone()).collect();
        for capacity in 0..4 {
            laws::full_cache_evicts_oldest_entry(&stored, capacity)?;
        }
        let entries: Vec<_> = (0..)
            .step_by(5)
            .zip(&visits)
            .map(|(max_age, visit)| (visit.request.clone(), max_age))
            .collect();
        let moments = [0, 1, 4, 5, 9, 10, 11].map(Duration::from_secs);
        for visit in &visits {
            let cleared = &visit.request;
            laws::cleared_entries_never_match_again(&entries, cleared, &moments)?;
        }
        Ok(())
    });
}
