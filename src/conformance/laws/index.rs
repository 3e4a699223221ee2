//! The index of the laws: each law is declared here once.
//!
//! A row has:
//!
//! - the id of the law, such as `S13`;
//! - the variant of [`Law`];
//! - the path of the law's function below `laws`; the last segment of the path is the name of the law;
//! - the statement of the law in one sentence;
//! - the severity of a violation, if the harness checks the law;
//! - the advice (the fix of a violation), if the advice does not depend on the test request.
//!
//! A name has three to five words. One of the words is a verb.
//!
//! The letter of an id shows the subject of the law:
//!
//! | letter | the law is about |
//! |---|---|
//! | `S` | this crate's server side: a policy and a request |
//! | `C` | the client: the browser's algorithms |
//! | `R` | a browser and a server together: a browser's fetches from a server that has a policy |
//! | `A` | any server: a request to any CORS middleware, and its response |
//!
//! Ids are stable. The id of a removed law is not used again. A new law gets the next number of its letter.

use super::severity::Severity;
use crate::wording;

/// Expands to `Some` with the value, or to `None` if the row has no value.
macro_rules! optional {
    () => {
        None
    };
    ($value:expr) => {
        Some($value)
    };
}

/// Declares the laws. Re-exports their functions, and derives [`Law`] from the rows.
macro_rules! laws {
    ($(
        $id:ident $law:ident = $side:ident::$file:ident::$name:ident:
        $statement:literal
        $(, $severity:ident $(, $advice:expr)?)?;
    )+) => {
        $(pub use super::$side::$file::$name;)+

        /// The advice of the laws. A function has the name of its law. A law without an advice has no function, so code
        /// that needs the advice of such a law does not compile.
        pub(crate) mod law_advice {
            use crate::wording;

            $($($(
                #[allow(dead_code, reason = "some advice is read only through `Law::advice`")]
                pub(crate) const fn $name() -> &'static str {
                    $advice
                }
            )?)?)+
        }

        /// A law of the index. Each law has an id, a name and a statement.
        ///
        /// ```
        /// use fetch_cors::conformance::laws::Law;
        ///
        /// let law = Law::from_name("vary_distinguishes_responses").unwrap();
        /// assert_eq!((law, law.id()), (Law::VaryDistinguishesResponses, "S13"));
        /// assert!(law.statement().contains("`Vary`"));
        /// ```
        // Not exhaustive: releases can add laws.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Law {
            $(
                #[doc = concat!(stringify!($id), ", [`", stringify!($name), "`]: ", $statement)]
                $law,
            )+
        }

        impl Law {
            /// All laws, in the order of the index.
            ///
            /// ```
            /// use fetch_cors::conformance::laws::Law;
            /// assert_eq!((Law::ALL[0].id(), Law::ALL[12].id()), ("S1", "S13"));
            /// ```
            pub const ALL: &'static [Self] = &[$(Self::$law),+];

            /// Returns the id: a letter and a number.
            ///
            /// ```
            /// use fetch_cors::conformance::laws::Law;
            /// assert_eq!(Law::DeniedPageReadsNothing.id(), "R2");
            /// ```
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$law => stringify!($id),)+
                }
            }

            /// Returns the name. The law's function has the same name.
            ///
            /// ```
            /// use fetch_cors::conformance::laws::Law;
            /// assert_eq!(Law::DeniedPageReadsNothing.name(), "denied_page_reads_nothing");
            /// ```
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$law => stringify!($name),)+
                }
            }

            /// Returns the statement of the law: one sentence.
            ///
            /// ```
            /// use fetch_cors::conformance::laws::Law;
            /// assert!(Law::ALL.iter().all(|law| law.statement().ends_with('.')));
            /// ```
            pub const fn statement(self) -> &'static str {
                match self {
                    $(Self::$law => $statement,)+
                }
            }

            /// Returns the worst severity that a violation of this law can have. Returns `None` if the harness does not
            /// check the law.
            ///
            /// ```
            /// use fetch_cors::conformance::{Severity, laws::Law};
            /// assert_eq!(Law::DeniedPageReadsNothing.severity(), Some(Severity::Security));
            /// assert_eq!(Law::PolicySurvivesSerialization.severity(), None);
            /// ```
            pub const fn severity(self) -> Option<Severity> {
                match self {
                    $(Self::$law => optional!($(Severity::$severity)?),)+
                }
            }

            /// Returns the fix of a violation. Returns `None` if the fix depends on the test request, or if the harness
            /// does not check the law.
            ///
            /// ```
            /// use fetch_cors::conformance::laws::Law;
            /// let advice = Law::HandlerVarySurvives.advice().unwrap();
            /// assert!(advice.starts_with("add to `Vary`"));
            /// ```
            pub const fn advice(self) -> Option<&'static str> {
                match self {
                    $(Self::$law => optional!($($($advice)?)?),)+
                }
            }
        }
    };
}

laws! {
    S1 BuildReturnsPolicyOrErrors = server::configuration::build_returns_policy_or_errors:
        "Building a policy returns the policy or a non-empty list of errors, each with the name of a member and a message.";
    S2 AllowOriginFitsRequest = server::responses::allow_origin_fits_request:
        "A response has at most one `Access-Control-Allow-Origin` line, whose value is `*`, the request's `Origin`, or the only origin of a policy that lists one origin.";
    S3 AllowCredentialsNeedsNamedOrigin = server::responses::allow_credentials_needs_named_origin:
        "`Access-Control-Allow-Credentials` is sent at most once, with the value `true`, and only together with an `Access-Control-Allow-Origin` that is not `*`.",
        Waste, "send `Access-Control-Allow-Credentials` once, with the value `true`, and send the origin instead of `*`";
    S4 CredentialedPolicySendsNoWildcard = server::responses::credentialed_policy_sends_no_wildcard:
        "A policy that allows credentials never sends `*` in a CORS header.";
    S5 DeniedOriginGetsNoHeaders = server::responses::denied_origin_gets_no_headers:
        "A response to a denied origin has no CORS headers, except the headers that a static policy (no credentials, and either any origin or exactly one origin) sends to every origin.";
    S6 CredentialsExcludeUnlistedOrigins = server::origins::credentials_exclude_unlisted_origins:
        "A policy that allows credentials denies every unlisted origin, unless the policy has a predicate or sets `dangerously_allow_subdomains_of_public_suffixes`.";
    S7 AllowedOriginMatchesAnEntry = server::origins::allowed_origin_matches_an_entry:
        "A policy with a list of origins allows only serialized origins that match the scheme, the host and the port of an entry, where `*.` matches whole labels and a `*` within a label matches a part of this label.";
    S8 MatcherAgreesWithEachPattern = server::origins::matcher_agrees_with_each_pattern:
        "A policy with a list of origins allows an origin exactly when an entry of the list, parsed as an `OriginPattern`, matches the origin.";
    S9 EveryEntryAllowsSomeOrigin = server::origins::every_entry_allows_some_origin:
        "Every entry of a policy's list of origins allows at least one origin that browsers send, unless UTS 46 refuses the Punycode of its host.";
    S10 EntryOrderChangesNothing = server::configuration::entry_order_changes_nothing:
        "Reordering or repeating the entries of a policy does not change any response.";
    S11 AddingPermissionsDeniesNothing = server::configuration::adding_permissions_denies_nothing:
        "A request that a policy allows is still allowed after an origin, a method or a request header is added to the policy.";
    S12 PolicySurvivesSerialization = server::configuration::policy_survives_serialization:
        "A policy that is serialized and parsed again is equal to the original.";
    S13 VaryDistinguishesResponses = server::responses::vary_distinguishes_responses:
        "Two requests get the same CORS headers if they have the same method (not OPTIONS) and the same values for every header that `Vary` lists.";
    S14 VaryDependsOnMethodOnly = server::responses::vary_depends_on_method_only:
        "Responses to requests with the same method have the same `Vary`, whether the request is allowed, is denied or has no `Origin`.";
    S15 MergingKeepsHandlerVary = server::merging::merging_keeps_handler_vary:
        "Merging the policy's `Vary` into the handler's `Vary` keeps each name of the handler, adds each missing name once, and does not change `*`.";
    S16 StaticPolicyIgnoresRequestOrigin = server::responses::static_policy_ignores_request_origin:
        "A static policy (no credentials, and either any origin or exactly one origin) sends the same `Access-Control-Allow-Origin` to every request except preflights, and adds `Vary` only to responses to OPTIONS requests.";
    S17 PreflightsAreRecognizedExactly = server::preflights::preflights_are_recognized_exactly:
        "A request is a preflight exactly when the request has the method OPTIONS, and the headers `Origin` and `Access-Control-Request-Method`.";
    S18 PreflightStatusMatchesDecision = server::preflight_status::preflight_status_matches_decision:
        "A preflight gets status 403 and no CORS headers exactly when its origin is denied or the preflight is malformed; the response to any other preflight has the policy's status, and grants exactly what the policy allows, never `*`.";
    S19 SafelistedMethodsNeedNoListing = server::preflights::safelisted_methods_need_no_listing:
        "A preflight for GET, HEAD or POST does not need an entry in the policy's methods; any other method must equal an entry byte for byte.";
    S20 GrantsAreAllowedTokens = server::preflights::grants_are_allowed_tokens:
        "Each method and each request-header name that a policy grants is a token that the policy allows; a preflight is denied unless it has a single `Access-Control-Request-Method` line whose value is a token.";
    S21 RequestHeaderLayoutIsIrrelevant = server::request_headers::request_header_layout_is_irrelevant:
        "Within the limits of the policy, a decision does not depend on the layout of `Access-Control-Request-Headers`: the number of lines, the order and the letter case of the names, a space or a tab on each side of a name, and empty elements.";
    S22 DecisionWorkIsBounded = server::bounded_work::decision_work_is_bounded:
        "The number of header lines that a decision reads depends on the policy, and does not grow with the size of the request.";
    S23 MalformedOriginIsDenied = server::origins::malformed_origin_is_denied:
        "A policy with a list of origins denies a request with several `Origin` lines, or with an `Origin` that is not exactly one serialized origin.";
    S24 ExplanationHasNoControlBytes = server::merging::explanation_has_no_control_bytes:
        "The explanation of a decision does not contain control bytes of the request, so a request cannot forge log lines.";
    S25 MergingReplacesOnlyCorsHeaders = server::merging::merging_replaces_only_cors_headers:
        "Applying a decision replaces the CORS headers of a handler's response and leaves all other headers except `Vary` unchanged.";
    S26 SameRequestGetsSameResponse = server::merging::same_request_gets_same_response:
        "A server gives the same response to the same request.";
    S27 ApisProduceSameResponse = server::api_equivalence::apis_produce_same_response:
        "All APIs that decide on a request, and all APIs that apply the headers of a decision, produce the same response.";
    S28 SubsumptionMatchesPermissions = server::comparison::subsumption_matches_permissions:
        "`a.subsumes(&b)` is true exactly when policy `a` permits every request that policy `b` permits, and exposes every header that policy `b` exposes.";
    S29 MiddlewareAppliesTheDecision = server::api_equivalence::middleware_applies_the_decision:
        "The middleware sends the status and the headers of the policy's decision, whether it answers preflights itself or passes them on.";
    S30 SuggestionKeepsTheMeaning = server::origins::suggestion_keeps_the_meaning:
        "An entry with a mistake is refused; if the error suggests an entry, the suggested entry is valid, and is the only entry that the author of the policy may have meant.";

    C1 CorsCheckPassesMatchingOrigin = browser::cors_check::cors_check_passes_matching_origin:
        "The CORS check passes in exactly two cases: an uncredentialed request gets `Access-Control-Allow-Origin` with `*` or its own origin, or a credentialed request gets its own origin and `Access-Control-Allow-Credentials: true`.";
    C2 TwoAllowOriginLinesFail = browser::cors_check::two_allow_origin_lines_fail:
        "Two `Access-Control-Allow-Origin` lines never pass the CORS check, even if they are equal.";
    C3 CredentialsMakeWildcardLiteral = browser::preflight_response::credentials_make_wildcard_literal:
        "For a credentialed request, `*` in `Access-Control-Allow-Methods` or `Access-Control-Allow-Headers` is the name `*` and not a wildcard.";
    C4 WildcardNeverCoversAuthorization = browser::preflight_response::wildcard_never_covers_authorization:
        "`*` in `Access-Control-Allow-Headers` never covers `Authorization`.";
    C5 PreflightIsSentWhenNeeded = browser::preflight::preflight_is_sent_when_needed:
        "A browser sends a preflight exactly when the request has a method or a header name that needs a preflight and is not in the preflight cache.";
    C6 UnsafeNamesFormSortedSet = browser::safelist::unsafe_names_form_sorted_set:
        "The CORS-unsafe request-header names are a sorted list of unique lower-case names, which is empty exactly when every header is safelisted and all values together have at most 1024 bytes.";
    C7 SafelistMatchesByteTable = browser::safelist::safelist_matches_byte_table:
        "A request header is CORS-safelisted exactly when its value has at most 128 bytes, and the bytes and the form of the value are permitted for the name of the header.";
    C8 PreflightRequestsMethodAndNames = browser::preflight::preflight_requests_method_and_names:
        "A preflight has the unchanged method of the actual request in `Access-Control-Request-Method`, and all CORS-unsafe names, if there are any, in one comma-separated `Access-Control-Request-Headers` line.";
    C9 PreflightNeedsOkStatus = browser::preflight_response::preflight_needs_ok_status:
        "A preflight fails if the status of its response is not from 200 to 299, even if all headers are right.";
    C10 MalformedListFailsPreflight = browser::preflight_response::malformed_list_fails_preflight:
        "A preflight fails if an element of `Access-Control-Allow-Methods` or `Access-Control-Allow-Headers` is not a token.";
    C11 MethodsMatchCaseSensitively = browser::preflight_response::methods_match_case_sensitively:
        "The methods in `Access-Control-Allow-Methods` are compared byte for byte, but the letter case of the names in `Access-Control-Allow-Headers` does not matter.";
    C12 CacheHitNeedsFreshPreflight = browser::cache_hit::cache_hit_needs_fresh_preflight:
        "A browser skips a preflight only if an earlier preflight of the same page for the same URL succeeded, has not expired, and applies to the credentials mode of the request.";
    C13 MaxAgeIsClamped = browser::cache::max_age_is_clamped:
        "The cache keeps a preflight for the number of seconds in `Access-Control-Max-Age`, or for 5 seconds if the header is absent or malformed, but never for longer than the browser's limit.";
    C14 ClearedEntriesNeverMatchAgain = browser::cache::cleared_entries_never_match_again:
        "Clearing the preflight cache for a page and a URL removes exactly their entries, and cleared or expired entries never match again.";
    C15 OtherHeadersNeverChangeVerdict = browser::verdict::other_headers_never_change_verdict:
        "Response headers other than the six CORS headers and `Location` never change the verdict on a `cors` request.";
    C16 ScriptReadsExposedHeadersOnly = browser::exposed_headers::script_reads_exposed_headers_only:
        "A script can read exactly the safelisted and the exposed response headers, except `Set-Cookie`; an exposed `*` is a wildcard only for an uncredentialed request.";
    C17 TaintedRequestHasNullOrigin = browser::cors_check::tainted_request_has_null_origin:
        "If a redirect taints the origin of a request, the `Origin` header and the CORS check use `null`.";
    C18 EveryFailureHasOneStep = browser::verdict::every_failure_has_one_step:
        "Every failed fetch has one failure code, and one step of the standard that belongs to that code.";
    C19 HeaderOrderNeverChangesVerdict = browser::verdict::header_order_never_changes_verdict:
        "The letter case of header names and the order of header lines with different names never change a verdict.";
    C20 FullCacheEvictsOldestEntry = browser::cache::full_cache_evicts_oldest_entry:
        "A full preflight cache evicts only the entry that was stored first.";
    C21 RenewalKeepsInsertionTime = browser::cache_renewal::renewal_keeps_insertion_time:
        "A later preflight replaces the max-age of a cached entry that has not expired, and the new max-age counts from the time of the first preflight.";
    C22 EveryResponseMustAllowTiming = browser::timing::every_response_must_allow_timing:
        "A page sees the timing of a fetch exactly when each response, redirects included, is same-origin or allows timing in `Timing-Allow-Origin`.";
    C23 BothApisReachOneOutcome = browser::api::both_apis_reach_one_outcome:
        "For the same arguments, `fetch()` and an `XMLHttpRequest` without upload listeners have the same outcome, unless the two APIs have different rules for one of the arguments.";
    C24 BodyTypeActsAsHeader = browser::api::body_type_acts_as_header:
        "If a script sets no `Content-Type`, the type of a body has the same effect as a `Content-Type` header that the script adds after its other headers.";

    R1 FetchSucceedsExactlyWhenPermitted = server::fetches::fetch_succeeds_exactly_when_permitted:
        "A browser's cross-origin fetch succeeds exactly when the policy permits the origin, the method, the CORS-unsafe headers and the credentials of the fetch.",
        Security;
    R2 DeniedPageReadsNothing = server::fetches::denied_page_reads_nothing:
        "A page whose origin is not allowed can read neither the status nor a header of a response, in any mode.",
        Security;
    R3 EveryListedItemIsUsable = server::fetches::every_listed_item_is_usable:
        "A browser can use every origin, method and request header that a policy lists.";
    R4 PreflightCacheChangesNoVerdict = server::caches::preflight_cache_changes_no_verdict:
        "A browser with a preflight cache reaches the same verdicts as a browser without one.";
    R5 SharedCacheChangesNoVerdict = server::caches::shared_cache_changes_no_verdict:
        "An HTTP cache that honors `Vary` never changes a verdict, whether the cache is shared or in a browser.",
        Cache, "list `Origin` in `Vary` on every response, or send the same response to every origin";
    R6 IntermediaryChangesNoVerdict = server::intermediary::intermediary_changes_no_verdict:
        "A verdict does not change if an intermediary splits or joins the lines of list headers, adds white space around list elements, or changes the letter case of header names.",
        Broken;
    R7 ScriptReadsWhatPolicyExposes = server::fetches::script_reads_what_policy_exposes:
        "A script can read exactly the safelisted response headers and the headers that the policy exposes, except forbidden headers.",
        Security, wording::list_exposed_names!();
    R8 SubsumingPolicyKeepsFetchesWorking = server::fetches::subsuming_policy_keeps_fetches_working:
        "A fetch that succeeds with a policy also succeeds with each policy that subsumes this policy (allows at least as much as this policy).";
    R9 ChangeAppliesAfterMaxAge = server::caches::change_applies_after_max_age:
        "A changed policy applies to every fetch that starts after the max-age of the old policy has passed.";
    R10 FailureNamesTheDenial = server::fetches::failure_names_the_denial:
        "If the policy denies a fetch, the browser's failure names what the policy denies: the origin, the credentials, the method, or a header.";

    A1 AllowOriginOccursOnce = any_server::exchange::allow_origin_occurs_once:
        "A response has at most one `Access-Control-Allow-Origin` line, and this line has only one value.",
        Broken, concat!(wording::set_in_one_part!(), ", either the middleware or the handler, and set the header instead of adding a value to it");
    A2 CorsHeadersNeedAllowOrigin = any_server::exchange::cors_headers_need_allow_origin:
        "A response without `Access-Control-Allow-Origin` has no other CORS header.",
        Waste, "send the other CORS headers only together with `Access-Control-Allow-Origin`";
    A3 PreflightHeadersStayOnPreflights = any_server::exchange::preflight_headers_stay_on_preflights:
        "A server sends `Access-Control-Allow-Methods`, `-Allow-Headers` and `-Max-Age` only to preflights, and `Access-Control-Expose-Headers` only to other requests.",
        Waste, "send `Access-Control-Allow-Methods`, `-Allow-Headers` and `-Max-Age` only in preflight responses, and `Access-Control-Expose-Headers` only in other responses";
    A4 VaryListsEachNameOnce = any_server::exchange::vary_lists_each_name_once:
        "`Vary` lists each header name at most once.",
        Waste, "add a name to `Vary` only if it is not in the list";
    A5 MaxAgeMatchesPolicy = any_server::exchange::max_age_matches_policy:
        "A response that grants a preflight has the max-age of the policy, if the policy has one.",
        Waste, "send the max-age of the policy in `Access-Control-Max-Age`, in digits";
    A6 GrantsStayWithinPolicy = any_server::exchange::grants_stay_within_policy:
        "A preflight response grants only methods and request headers that the policy permits.",
        Security, "in `Access-Control-Allow-Methods` and `Access-Control-Allow-Headers`, list only what the policy permits; the policy always permits GET, HEAD and POST";
    A7 HandlerVarySurvives = any_server::handler::handler_vary_survives:
        "The `Vary` of a response lists each name that the handler puts in `Vary`, or has `*`.",
        Cache, "add to `Vary` instead of setting it, and do not remove its lines";
    A8 PlainOptionsReachesHandler = any_server::handler::plain_options_reaches_handler:
        "An OPTIONS request that is not a preflight reaches the handler.",
        Broken, "answer only OPTIONS requests with `Origin` and `Access-Control-Request-Method`, and pass every other OPTIONS request to the handler";
    A9 LongHeadersAreNotReflected = any_server::hostile_requests::long_headers_are_not_reflected:
        "The response does not reflect a very long `Access-Control-Request-Headers` that the policy does not permit.",
        Waste;
    A10 DeniedOriginIsNotReflected = any_server::hostile_requests::denied_origin_is_not_reflected:
        "A response never reflects an `Origin` that the policy denies.",
        Waste;
    A11 EveryRequestGetsAResponse = any_server::hostile_requests::every_request_gets_a_response:
        "Every request gets a response, and the response is not a server error.",
        Broken;
    A12 AllowOriginNamesAnOrigin = any_server::exchange::allow_origin_names_an_origin:
        "In a response to a request that the policy does not allow, `Access-Control-Allow-Origin` is absent, `*` or an origin, and not a text such as `null`, `false` or `undefined`.",
        Waste, "send no `Access-Control-Allow-Origin` to an origin that the policy does not allow";
    A13 HarmlessOriginIsNotRefused = any_server::refusals::harmless_origin_is_not_refused:
        "If a server accepts a request, the server also accepts the same request without `Origin` (except POST), with the server's own origin, and with an origin that the policy allows; a server that answers every other denied web origin also answers `Origin: null`.",
        Broken;
    A14 RequestVaryIsNotCopied = any_server::request_metadata::request_vary_is_not_copied:
        "A `Vary` header of the request does not add a name to the `Vary` of the response.",
        Cache, "do not copy `Vary` from the request: the client chooses its value";
    A15 PrivateNetworkIsNotGranted = any_server::request_metadata::private_network_is_not_granted:
        "A response never has `Access-Control-Allow-Private-Network: true`, because a policy cannot permit access to a private network.",
        Security, "do not send `Access-Control-Allow-Private-Network`: it lets pages of the internet reach servers in private networks";
    A16 PreflightTimeGrowsLinearly = any_server::times::preflight_time_grows_linearly:
        "The time to answer a preflight grows at most as fast as the length of its headers.",
        Waste, "read each header once: compare the whole `Origin` with the allowed origins, compare the whole requested method with the allowed methods, and stop at the first header name that is not permitted";
    A17 EmptyListAllowsNoOrigin = any_server::exchange::empty_list_allows_no_origin:
        "If the policy does not allow any origin, a response never has `Access-Control-Allow-Origin`.",
        Security, "remove the CORS middleware and the CORS headers from this URL";
}

impl Law {
    /// Returns the law with the given name.
    ///
    /// ```
    /// use fetch_cors::conformance::laws::Law;
    /// assert_eq!(Law::from_name("handler_vary_survives"), Some(Law::HandlerVarySurvives));
    /// assert_eq!(Law::from_name("A7"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|law| law.name() == name)
    }
}

/// Displays the name.
impl core::fmt::Display for Law {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}
