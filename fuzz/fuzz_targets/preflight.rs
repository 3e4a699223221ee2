//! Checks preflight requests, preflight responses and the resulting cache entries against the laws and
//! the naive model.
#![no_main]
#![forbid(unsafe_code)]

use std::time::Duration;

use fetch_cors::{
    conformance::laws,
    fetching::{
        UserAgent, cors_preflight_cache::CacheKey,
        cors_preflight_fetch::judge_cors_preflight_response,
    },
    infrastructure::site::NoPublicSuffixes,
};
use fetch_cors_fuzz::{
    assert_law,
    exchanges::{Exchange, naive_request, naive_server},
    naive::{Failed, cache::Grant, preflight, world::World},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|exchange: Exchange| {
    let Some((request, response)) = exchange.concrete(true) else {
        return;
    };
    let input = || format!("{request:?}\nand {response:?}");
    let list = &response.header_list;

    let mut user_agent = UserAgent::new();
    let given = judge_cors_preflight_response(&request, &response, &mut user_agent, Duration::ZERO);
    // In the naive model, a response with status 407 fails before the preflight response is judged. So such a response
    // is not compared.
    if response.status != 407 {
        let naive_request = naive_request(&request);
        let mut world = World::new(&[naive_server(request.current_url(), &response)]);
        let expected = preflight::fetch(&mut world, &naive_request, Vec::new());
        let given = given.map_err(|error| Failed {
            code: error.failure().code(),
            step: error.step(),
        });
        assert_eq!(given, expected, "{}", input());

        let key = CacheKey::new(&request, &NoPublicSuffixes);
        user_agent
            .cors_preflight_cache
            .remove_expired(Duration::ZERO);
        world.cache.expire(Duration::ZERO);
        let cache = &user_agent.cors_preflight_cache;
        assert_eq!(cache.len(), world.cache.entries.len(), "{}", input());
        for entry in world.cache.entries {
            let end = Duration::from_secs(entry.max_age);
            let matches = |now| match &entry.grant {
                Grant::Method(method) => {
                    // Each code point of the method represents one byte.
                    let bytes: Vec<u8> = method.chars().map(|c| c as u8).collect();
                    cache.has_method_cache_entry_match(&key, &bytes, now)
                }
                Grant::HeaderName(name) => {
                    let name = name.parse().expect("valid header name");
                    cache.has_header_name_cache_entry_match(&key, &name, now)
                }
            };
            assert!(!matches(end), "{entry:?} of {}", input());
            let before = end.checked_sub(Duration::from_nanos(1));
            assert!(before.is_none_or(matches), "{entry:?} of {}", input());
        }
    }

    assert_law(laws::preflight_requests_method_and_names(&request), input);
    assert_law(laws::preflight_needs_ok_status(&request, &response), input);
    assert_law(
        laws::credentials_make_wildcard_literal(&request, list),
        input,
    );
    assert_law(
        laws::wildcard_never_covers_authorization(&request, list),
        input,
    );
    assert_law(laws::malformed_list_fails_preflight(&request, list), input);
    assert_law(laws::methods_match_case_sensitively(&request, list), input);
    for limit in [0, 5, 7200, u64::MAX] {
        let law = laws::max_age_is_clamped;
        assert_law(law(&request, list, limit), input);
    }
});
