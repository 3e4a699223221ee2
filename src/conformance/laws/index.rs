//! The index of the laws: each law is declared here once.
//!
//! A row has the law's id, its variant of [`Law`], the path of its function below `laws` and its
//! statement. The last segment of the path is the law's name: three to five words with one verb. The
//! statement is one sentence. Laws that the harness checks also have a severity. If the fix does not depend
//! on the probe, they have an advice too.
//!
//! The letter of an id is the subject of the law:
//!
//! | letter | the law is about |
//! |---|---|
//! | `S` | this crate's server side: a policy and a request |
//! | `C` | the client: the browser's algorithms |
//! | `R` | the round trip: a browser's fetches of a server that has a policy |
//! | `A` | any server: an exchange with any CORS middleware |
//!
//! Ids are stable: the id of a removed law is not used again, and a new law takes the next number of its letter.

use super::severity::Severity;

/// `None` without a value.
macro_rules! optional {
    () => {
        None
    };
    ($value:expr) => {
        Some($value)
    };
}

/// Declares the laws: re-exports their functions and derives [`Law`] from the rows.
macro_rules! laws {
    ($(
        $id:ident $law:ident = $side:ident::$file:ident::$name:ident:
        $statement:literal
        $(, $severity:ident $(, $advice:literal)?)?;
    )+) => {
        $(pub use super::$side::$file::$name;)+

        /// A law: the index's entry for a function of this module.
        ///
        /// ```
        /// use fetch_cors::conformance::laws::Law;
        ///
        /// let law = Law::from_name("vary_distinguishes_responses").unwrap();
        /// assert_eq!((law, law.id()), (Law::VaryDistinguishesResponses, "S13"));
        /// assert!(law.statement().contains("`Vary`"));
        /// ```
        // Releases add laws.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Law {
            $(
                #[doc = concat!(stringify!($id), ", [`", stringify!($name), "`]: ", $statement)]
                $law,
            )+
        }

        impl Law {
            /// All laws, by id.
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

            /// Returns the name, which is the name of the law's function.
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

            /// Returns the law in one sentence.
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

            /// Returns the worst severity of a violation; `None` for laws that the harness does not check.
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

            /// Returns how to fix a violation; `None` if the fix depends on the probe, or if the harness
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
        "Building a policy returns the policy or a non-empty list of errors, each with its member and a message.";
    S2 AllowOriginFitsRequest = server::responses::allow_origin_fits_request:
        "A response has at most one `Access-Control-Allow-Origin` line, and its value is `*`, the request's only `Origin`, or the one origin of a static policy.";
    S3 AllowCredentialsNeedsNamedOrigin = server::responses::allow_credentials_needs_named_origin:
        "`Access-Control-Allow-Credentials` is absent, or occurs once with the value `true` together with an `Access-Control-Allow-Origin` that is not `*`.",
        Waste, "send `Access-Control-Allow-Credentials` once, with the value `true`, and send the origin instead of `*`";
    S4 CredentialedPolicySendsNoWildcard = server::responses::credentialed_policy_sends_no_wildcard:
        "A policy that allows credentials sends `*` in no CORS header.";
    S5 DeniedOriginGetsNoHeaders = server::responses::denied_origin_gets_no_headers:
        "A response to an origin that is not allowed and a response that denies a preflight have no CORS headers, except the constant headers of a static policy.";
    S6 CredentialsExcludeUnlistedOrigins = server::origins::credentials_exclude_unlisted_origins:
        "A policy that allows credentials denies an origin that is drawn at random, unless the policy has a predicate or a `dangerously_` member.";
    S7 AllowedOriginMatchesAnEntry = server::origins::allowed_origin_matches_an_entry:
        "Under a list of origins, an allowed origin is a serialized origin and matches an entry by scheme, by host up to a label boundary, and by port.";
    S8 MatcherAgreesWithEachPattern = server::origins::matcher_agrees_with_each_pattern:
        "A policy's list of origins allows an origin exactly when one of its entries, parsed as a pattern, matches the origin.";
    S9 EveryEntryAllowsSomeOrigin = server::origins::every_entry_allows_some_origin:
        "Every entry that a policy accepts allows an origin that browsers send, unless UTS 46 refuses the Punycode of its host.";
    S10 EntryOrderChangesNothing = server::configuration::entry_order_changes_nothing:
        "The order and the repetition of a policy's entries change no response.";
    S11 AddingPermissionsDeniesNothing = server::configuration::adding_permissions_denies_nothing:
        "Adding an origin, a method or a request header to a policy denies no request that was allowed.";
    S12 PolicySurvivesSerialization = server::configuration::policy_survives_serialization:
        "A policy that is serialized and parsed again is equal to the original.";
    S13 VaryDistinguishesResponses = server::responses::vary_distinguishes_responses:
        "Two requests with the same method other than OPTIONS, and with the same values of all headers that the response's `Vary` lists, get the same CORS headers.";
    S14 VaryDependsOnMethodOnly = server::responses::vary_depends_on_method_only:
        "`Vary` is the same for allowed requests, denied requests and requests without `Origin`, if the method is the same.";
    S15 MergingKeepsHandlerVary = server::merging::merging_keeps_handler_vary:
        "Adding to a handler's `Vary` keeps each of its elements, adds each new name once, and adds nothing to `*`.";
    S16 StaticPolicyIgnoresRequestOrigin = server::responses::static_policy_ignores_request_origin:
        "A static policy sends the same `Access-Control-Allow-Origin` to every request other than a preflight, and adds `Vary` only to responses to OPTIONS.";
    S17 PreflightsAreRecognizedExactly = server::preflights::preflights_are_recognized_exactly:
        "A request is a preflight exactly when its method is OPTIONS and it has `Origin` and `Access-Control-Request-Method`.";
    S18 PreflightStatusMatchesDecision = server::preflight_status::preflight_status_matches_decision:
        "A preflight gets an ok status exactly when the policy allows its origin, method and request headers, and the response then grants each of them.";
    S19 SafelistedMethodsNeedNoListing = server::preflights::safelisted_methods_need_no_listing:
        "A preflight for a CORS-safelisted method is allowed whether or not the policy lists the method; all other methods are compared byte for byte.";
    S20 GrantsAreAllowedTokens = server::preflights::grants_are_allowed_tokens:
        "Each method and each header that a response grants is a token that the policy allows, and a preflight whose method is not a single token is denied.";
    S21 RequestHeaderLayoutIsIrrelevant = server::request_headers::request_header_layout_is_irrelevant:
        "Splitting `Access-Control-Request-Headers` into lines, reordering its names, changing their case, and adding white space or empty elements up to the limits change no decision.";
    S22 DecisionWorkIsBounded = server::bounded_work::decision_work_is_bounded:
        "The number of header lines that a decision reads is bounded by the policy, for requests of any size.";
    S23 MalformedOriginIsDenied = server::origins::malformed_origin_is_denied:
        "Under a list of origins, a request with several `Origin` lines or with an `Origin` that is not one serialized origin is denied.";
    S24 ExplanationHasNoControlBytes = server::merging::explanation_has_no_control_bytes:
        "The explanation of a decision contains no control byte of the request.";
    S25 MergingReplacesOnlyCorsHeaders = server::merging::merging_replaces_only_cors_headers:
        "Applying a decision replaces the CORS headers of a handler's response and leaves all other headers except `Vary` unchanged.";
    S26 SameRequestGetsSameResponse = server::merging::same_request_gets_same_response:
        "A server gives the same response to the same request.";
    S27 ApisProduceSameResponse = server::api_equivalence::apis_produce_same_response:
        "All APIs for deciding and for applying headers produce the same response.";
    S28 SubsumptionMatchesPermissions = server::comparison::subsumption_matches_permissions:
        "A policy subsumes another exactly when it permits, and exposes to script, everything that the other policy does.";
    S29 MiddlewareAppliesTheDecision = server::api_equivalence::middleware_applies_the_decision:
        "Middleware with a policy gives the status and the headers of the policy's decision, whether it answers preflights or passes them on.";

    C1 CorsCheckPassesMatchingOrigin = browser::cors_check::cors_check_passes_matching_origin:
        "The CORS check passes exactly when `Access-Control-Allow-Origin` is `*` and the request is uncredentialed, or is the request's serialized origin and, for a credentialed request, `Access-Control-Allow-Credentials` is `true`.";
    C2 TwoAllowOriginLinesFail = browser::cors_check::two_allow_origin_lines_fail:
        "Two `Access-Control-Allow-Origin` lines never pass the CORS check, even if they are equal.";
    C3 CredentialsMakeWildcardLiteral = browser::preflight_response::credentials_make_wildcard_literal:
        "For a credentialed request, `*` in `Access-Control-Allow-Methods` or `Access-Control-Allow-Headers` is the literal name `*`.";
    C4 WildcardNeverCoversAuthorization = browser::preflight_response::wildcard_never_covers_authorization:
        "`*` in `Access-Control-Allow-Headers` never covers `Authorization`.";
    C5 PreflightIsSentWhenNeeded = browser::preflight::preflight_is_sent_when_needed:
        "A preflight is sent exactly when the cache has no match for a method that needs one, or for a CORS-unsafe request-header name.";
    C6 UnsafeNamesFormSortedSet = browser::safelist::unsafe_names_form_sorted_set:
        "The CORS-unsafe request-header names are lower-case, sorted and unique, and the result is empty exactly when each header is safelisted and their values have at most 1024 bytes together.";
    C7 SafelistMatchesByteTable = browser::safelist::safelist_matches_byte_table:
        "A request header is CORS-safelisted exactly when its value has at most 128 bytes and matches the table of permitted bytes and forms for its name.";
    C8 PreflightRequestsMethodAndNames = browser::preflight::preflight_requests_method_and_names:
        "A preflight sends the method verbatim and the CORS-unsafe names in one line, joined by commas, and sends no such line if there are no names.";
    C9 PreflightNeedsOkStatus = browser::preflight_response::preflight_needs_ok_status:
        "A preflight response with a status outside 200 to 299 fails, with any headers.";
    C10 MalformedListFailsPreflight = browser::preflight_response::malformed_list_fails_preflight:
        "An element of `Access-Control-Allow-Methods` or `Access-Control-Allow-Headers` that is not a token makes the preflight fail.";
    C11 MethodsMatchCaseSensitively = browser::preflight_response::methods_match_case_sensitively:
        "A preflight response's methods match byte for byte, and its header names match in any case.";
    C12 CacheHitNeedsFreshPreflight = browser::cache_hit::cache_hit_needs_fresh_preflight:
        "A preflight is skipped only after a successful preflight of the same page, URL and compatible credentials that has not expired.";
    C13 MaxAgeIsClamped = browser::cache::max_age_is_clamped:
        "A preflight is cached for the seconds of `Access-Control-Max-Age`, for 5 seconds if the header is absent or malformed, and never for longer than the browser's limit.";
    C14 ClearedEntriesNeverMatchAgain = browser::cache::cleared_entries_never_match_again:
        "Clearing the preflight cache removes exactly the entries of that page and URL, and cleared or expired entries never match again.";
    C15 OtherHeadersNeverChangeVerdict = browser::verdict::other_headers_never_change_verdict:
        "Response headers other than the six CORS headers and `Location` never change the verdict on a `cors` request.";
    C16 ScriptReadsExposedHeadersOnly = browser::exposed_headers::script_reads_exposed_headers_only:
        "Script reads exactly the safelisted and the exposed response headers, without `Set-Cookie`, and an exposed `*` is a wildcard only for an uncredentialed request.";
    C17 TaintedRequestHasNullOrigin = browser::cors_check::tainted_request_has_null_origin:
        "The origin of a request with a tainted redirect is `null`, both in the `Origin` header and in the CORS check.";
    C18 EveryFailureHasOneStep = browser::verdict::every_failure_has_one_step:
        "Every fetch that fails has one failure code, and one step of the standard that belongs to that code.";
    C19 HeaderOrderNeverChangesVerdict = browser::verdict::header_order_never_changes_verdict:
        "The case of header names and the order of header lines with different names never change a verdict.";
    C20 FullCacheEvictsOldestEntry = browser::cache::full_cache_evicts_oldest_entry:
        "A full preflight cache evicts the entry that was stored first, and no other entry.";
    C21 RenewalKeepsInsertionTime = browser::cache_renewal::renewal_keeps_insertion_time:
        "A later preflight changes the max-age of a cached entry that has not expired, and does not change the time from which the max-age counts.";
    C22 EveryResponseMustAllowTiming = browser::timing::every_response_must_allow_timing:
        "A page sees the timing of a fetch exactly when each response, redirects included, is same-origin or allows timing in `Timing-Allow-Origin`.";

    R1 FetchSucceedsExactlyWhenPermitted = server::fetches::fetch_succeeds_exactly_when_permitted:
        "A browser's fetch succeeds exactly when the policy permits its origin, method, CORS-unsafe headers and credentials.",
        Security;
    R2 DeniedPageReadsNothing = server::fetches::denied_page_reads_nothing:
        "A page whose origin is not allowed reads no status and no header of a response, in any mode.",
        Security;
    R3 EveryListedItemIsUsable = server::fetches::every_listed_item_is_usable:
        "A browser can use every origin, method and request header that a policy lists.";
    R4 PreflightCacheChangesNoVerdict = server::caches::preflight_cache_changes_no_verdict:
        "A browser with a preflight cache reaches the same verdicts as a browser without one.";
    R5 SharedCacheChangesNoVerdict = server::caches::shared_cache_changes_no_verdict:
        "A shared HTTP cache that honors `Vary` changes no verdict.",
        Cache, "list `Origin` in `Vary` on every response, or send the same response to every origin";
    R6 IntermediaryChangesNoVerdict = server::intermediary::intermediary_changes_no_verdict:
        "An intermediary that splits or joins list headers, changes the case of header names or adds white space changes no verdict.",
        Broken;
    R7 ScriptReadsWhatPolicyExposes = server::fetches::script_reads_what_policy_exposes:
        "Script reads exactly the safelisted response headers and those that the policy exposes, and never a forbidden header.",
        Security, "list in `Access-Control-Expose-Headers` exactly the names that the policy exposes";
    R8 SubsumingPolicyKeepsFetchesWorking = server::fetches::subsuming_policy_keeps_fetches_working:
        "A fetch that succeeds with a policy also succeeds with each policy that subsumes it.";
    R9 ChangeAppliesAfterMaxAge = server::caches::change_applies_after_max_age:
        "A change of policy applies to every fetch that is later than the old policy's max-age.";

    A1 AllowOriginOccursOnce = any_server::exchange::allow_origin_occurs_once:
        "A response has at most one `Access-Control-Allow-Origin` line.",
        Broken, "set the header instead of adding to it, and let either the middleware or the handler set it";
    A2 CorsHeadersNeedAllowOrigin = any_server::exchange::cors_headers_need_allow_origin:
        "A response without `Access-Control-Allow-Origin` has no other CORS header.",
        Waste, "send the other CORS headers only together with `Access-Control-Allow-Origin`";
    A3 PreflightHeadersStayOnPreflights = any_server::exchange::preflight_headers_stay_on_preflights:
        "Allowed methods, allowed request headers and a max-age are sent only to preflights, and exposed headers only to other requests.",
        Waste, "send methods, request headers and max-age only to preflights, and exposed headers only to other requests";
    A4 VaryListsEachNameOnce = any_server::exchange::vary_lists_each_name_once:
        "`Vary` lists each header name at most once.",
        Waste, "add a name to `Vary` only if it is not in the list";
    A5 MaxAgeMatchesPolicy = any_server::exchange::max_age_matches_policy:
        "A response that grants a preflight has the max-age of the policy, if the policy has one.",
        Waste, "send the max-age of the policy in `Access-Control-Max-Age`, in digits";
    A6 GrantsStayWithinPolicy = any_server::exchange::grants_stay_within_policy:
        "A preflight response grants no method and no request header that the policy does not permit.",
        Security, "list in `Access-Control-Allow-Methods` and `-Headers` only what the policy permits";
    A7 HandlerVarySurvives = any_server::handler::handler_vary_survives:
        "Each name that a handler puts in `Vary` is in the response's `Vary`, unless that list has `*`.",
        Cache, "add to `Vary` instead of setting it, and do not remove its lines";
    A8 PlainOptionsReachesHandler = any_server::handler::plain_options_reaches_handler:
        "An OPTIONS request that is not a preflight reaches the handler.",
        Broken, "answer only OPTIONS requests with `Origin` and `Access-Control-Request-Method`, and pass every other OPTIONS request to the handler";
    A9 LongHeadersAreNotReflected = any_server::hostile_requests::long_headers_are_not_reflected:
        "The response does not reflect over-long request headers that the policy does not permit.",
        Waste;
    A10 DeniedOriginIsNotReflected = any_server::hostile_requests::denied_origin_is_not_reflected:
        "Under a list of origins, the response does not reflect an `Origin` that is not allowed.",
        Waste;
    A11 EveryRequestGetsAResponse = any_server::hostile_requests::every_request_gets_a_response:
        "Every request gets a response, and the response is not a server error.",
        Broken;
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
