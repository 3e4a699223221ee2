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
//! # Ok::<(), laws::Violation>(())
//! ```

mod cache;
mod cache_hit;
mod check;
mod lists;
mod preflight;
mod preflight_answer;
mod response;
mod safelist;
mod verdict;
mod violation;

pub use self::{
    cache::{
        Visit, cleared_and_expired_entries_never_match_again_and_others_do,
        max_age_is_five_where_it_does_not_parse_and_never_above_the_limit,
    },
    cache_hit::a_cache_hit_follows_a_successful_preflight_that_is_young_enough,
    check::{
        a_request_that_redirects_tainted_has_the_origin_null,
        the_cors_check_passes_exactly_for_a_wildcard_or_the_own_origin,
        two_allow_origin_lines_never_pass,
    },
    preflight::{
        a_preflight_asks_for_the_method_verbatim_and_the_unsafe_names_in_one_line,
        a_preflight_is_made_exactly_where_the_cache_does_not_speak_for_the_request,
    },
    preflight_answer::{
        a_list_that_does_not_parse_is_a_failure, a_preflight_answer_without_an_ok_status_fails,
        a_wildcard_never_covers_authorization, methods_match_byte_for_byte_and_names_in_any_case,
        with_credentials_a_wildcard_is_a_literal_name,
    },
    response::script_reads_the_safelisted_and_the_exposed_headers_and_no_others,
    safelist::{
        a_header_is_safelisted_exactly_where_the_table_says_so,
        unsafe_names_are_a_sorted_lower_case_set_and_empty_exactly_if_all_is_safe,
    },
    verdict::{
        every_failure_has_one_reason_and_one_step, other_response_headers_never_change_the_verdict,
        the_case_of_names_and_the_order_of_lines_never_change_the_verdict,
    },
    violation::Violation,
};
