//! What holds of every fetch, one sentence each: the name of the function.
//!
//! A law takes plain inputs and says why it does not hold of them. It speaks from a table or from
//! the definitions, and not through the code that it judges, wherever that can be. Of inputs that it
//! says nothing about it holds.
//!
//! ```
//! use fetch_cors::conformance::{generate, laws};
//!
//! for case in generate(1, None).take(80) {
//!     laws::every_failure_has_one_step(&case)?;
//! }
//! # Ok::<(), laws::LawViolation>(())
//! ```

pub(crate) mod any_server;
pub(crate) mod browser;
pub(crate) mod server;
pub(crate) mod support;
pub(crate) mod violation;

#[cfg(feature = "serde")]
pub use self::server::configuration::policy_survives_serialization;
pub use self::{
    any_server::{
        exchange::{
            allow_origin_occurs_once, cors_headers_need_allow_origin, grants_stay_within_policy,
            max_age_matches_policy, preflight_headers_stay_on_preflights,
            vary_lists_each_name_once,
        },
        handler::{handler_vary_survives, plain_options_reaches_handler},
        hostile_requests::{
            denied_origin_is_not_reflected, every_request_gets_a_response,
            long_headers_are_not_reflected,
        },
    },
    browser::{
        cache::{
            Visit, cleared_entries_never_match_again, full_cache_evicts_oldest_entry,
            max_age_is_clamped,
        },
        cache_hit::cache_hit_needs_fresh_preflight,
        cache_renewal::renewal_keeps_insertion_time,
        cors_check::{
            cors_check_passes_matching_origin, tainted_request_has_null_origin,
            two_allow_origin_lines_fail,
        },
        exposed_headers::script_reads_exposed_headers_only,
        preflight::{preflight_is_sent_when_needed, preflight_requests_method_and_names},
        preflight_response::{
            credentials_make_wildcard_literal, malformed_list_fails_preflight,
            methods_match_case_sensitively, preflight_needs_ok_status,
            wildcard_never_covers_authorization,
        },
        safelist::{safelist_matches_byte_table, unsafe_names_form_sorted_set},
        timing::every_response_must_allow_timing,
        verdict::{
            every_failure_has_one_step, header_order_never_changes_verdict,
            other_headers_never_change_verdict,
        },
    },
    server::{
        api_equivalence::apis_produce_same_response,
        bounded_work::decision_work_is_bounded,
        caches::{
            change_applies_after_max_age, preflight_cache_changes_no_verdict,
            shared_cache_changes_no_verdict,
        },
        comparison::subsumption_matches_permissions,
        configuration::{
            adding_permissions_denies_nothing, build_returns_policy_or_errors,
            entry_order_changes_nothing,
        },
        fetches::{
            denied_page_reads_nothing, every_listed_item_is_usable,
            fetch_succeeds_exactly_when_permitted, script_reads_what_policy_exposes,
            subsuming_policy_keeps_fetches_working,
        },
        intermediary::intermediary_changes_no_verdict,
        merging::{
            explanation_has_no_control_bytes, merging_keeps_handler_vary,
            merging_replaces_only_cors_headers, same_request_gets_same_response,
        },
        origins::{
            allowed_origin_matches_an_entry, credentials_exclude_unlisted_origins,
            every_entry_allows_some_origin, malformed_origin_is_denied,
        },
        preflight_status::preflight_status_matches_decision,
        preflights::{
            grants_are_allowed_tokens, preflights_are_recognized_exactly,
            safelisted_methods_need_no_listing,
        },
        request_headers::request_header_layout_is_irrelevant,
        responses::{
            allow_credentials_needs_named_origin, allow_origin_fits_request,
            credentialed_policy_sends_no_wildcard, denied_origin_gets_no_headers,
            static_policy_ignores_request_origin, vary_depends_on_method_only,
            vary_distinguishes_responses,
        },
    },
    violation::LawViolation,
};
