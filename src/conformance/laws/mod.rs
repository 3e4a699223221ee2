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
//!     laws::every_failure_has_one_reason_and_one_step(&case)?;
//! }
//! # Ok::<(), laws::LawViolation>(())
//! ```

pub(crate) mod any_server;
pub(crate) mod browser;
pub(crate) mod server;
pub(crate) mod support;
pub(crate) mod violation;

#[cfg(feature = "serde")]
pub use self::server::configuration::a_policy_read_back_is_the_same;
pub use self::{
    any_server::{
        exchange::{
            a_preflight_is_remembered_as_long_as_the_policy_says,
            a_response_allows_one_origin_at_most, no_more_is_granted_than_the_policy_permits,
            vary_names_each_header_once, what_preflights_are_told_is_told_to_preflights_alone,
            without_an_allowed_origin_nothing_else_is_said,
        },
        handler::{
            an_options_that_is_no_preflight_reaches_its_handler, what_a_handler_says_in_vary_stays,
        },
        hostile_requests::{
            a_long_question_is_not_repeated, an_origin_that_is_not_allowed_is_not_repeated,
            every_request_is_answered,
        },
    },
    browser::{
        cache::{
            Visit, a_full_cache_forgets_what_was_stored_first_and_nothing_else,
            cleared_and_expired_entries_never_match_again_and_others_do,
            max_age_is_five_where_it_does_not_parse_and_never_above_the_limit,
        },
        cache_hit::a_cache_hit_follows_a_successful_preflight_that_is_young_enough,
        cache_renewal::a_later_preflight_sets_the_max_age_and_not_the_time,
        cors_check::{
            a_request_that_redirects_tainted_has_the_origin_null,
            the_cors_check_passes_exactly_for_a_wildcard_or_the_own_origin,
            two_allow_origin_lines_never_pass,
        },
        exposed_headers::script_reads_the_safelisted_and_the_exposed_headers_and_no_others,
        preflight::{
            a_preflight_asks_for_the_method_verbatim_and_the_unsafe_names_in_one_line,
            a_preflight_is_made_exactly_where_the_cache_does_not_speak_for_the_request,
        },
        preflight_response::{
            a_list_that_does_not_parse_is_a_failure, a_preflight_answer_without_an_ok_status_fails,
            a_wildcard_never_covers_authorization,
            methods_match_byte_for_byte_and_names_in_any_case,
            with_credentials_a_wildcard_is_a_literal_name,
        },
        safelist::{
            a_header_is_safelisted_exactly_where_the_table_says_so,
            unsafe_names_are_a_sorted_lower_case_set_and_empty_exactly_if_all_is_safe,
        },
        timing::timing_is_shown_exactly_where_each_response_allows_it,
        verdict::{
            every_failure_has_one_reason_and_one_step,
            other_response_headers_never_change_the_verdict,
            the_case_of_names_and_the_order_of_lines_never_change_the_verdict,
        },
    },
    server::{
        api_equivalence::all_ways_of_deciding_agree,
        bounded_work::the_work_of_a_decision_is_bounded_by_the_policy,
        caches::{
            a_change_of_policy_is_felt_after_the_old_max_age,
            a_shared_cache_that_honours_vary_changes_no_verdict,
            the_preflight_cache_changes_no_verdict,
        },
        comparison::subsuming_is_permitting_at_least_as_much,
        configuration::{
            building_gives_a_policy_or_says_what_is_wrong, one_more_permission_takes_none_away,
            order_and_repetition_of_entries_change_nothing,
        },
        fetches::{
            a_denied_page_never_reads_a_response,
            a_fetch_succeeds_exactly_where_the_policy_permits_it, all_that_is_listed_can_be_used,
            script_reads_what_the_policy_exposes, what_subsumes_lets_at_least_the_same_succeed,
        },
        intermediary::an_intermediary_that_rewrites_lists_changes_no_verdict,
        merging::{
            an_explanation_has_no_control_byte, merging_keeps_the_vary_of_a_handler,
            merging_replaces_cors_headers_and_no_others, the_same_request_is_answered_the_same,
        },
        origins::{
            a_policy_with_credentials_never_allows_a_stranger,
            an_allowed_origin_is_listed_by_scheme_host_and_port,
            an_origin_that_is_not_one_origin_is_denied,
            every_listed_origin_allows_one_that_browsers_send,
        },
        preflight_status::the_status_is_ok_exactly_where_all_is_granted,
        preflights::{
            a_preflight_is_an_options_with_both_headers,
            safelisted_methods_need_no_listing_and_case_matters,
            what_is_granted_is_a_token_that_is_allowed,
        },
        request_headers::the_same_names_written_otherwise_are_judged_the_same,
        responses::{
            a_denied_origin_is_told_nothing, a_policy_with_credentials_never_says_a_wildcard,
            a_response_allows_one_origin_and_that_is_the_own_or_any,
            a_static_policy_says_the_same_to_everybody,
            credentials_are_allowed_once_and_to_a_named_origin, vary_is_the_same_whoever_asks,
            what_agrees_on_vary_is_answered_the_same,
        },
    },
    violation::LawViolation,
};
