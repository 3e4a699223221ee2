//! The cause of a violation: the server's mistake that the exchanges show.

use core::fmt;

use crate::{
    conformance::laws::{Law, law_advice, severity::Severity},
    wording,
};

/// Expands to the last of its arguments.
macro_rules! last {
    ($value:expr) => {
        $value
    };
    ($default:expr, $value:expr) => {
        $value
    };
}

/// Declares the causes in the order of `Cause::ALL`. Each group begins with the severity, the consequence and the laws of
/// its causes. Each row has the name, the mistake and the fix, and then the laws if they are not the laws of the group. The
/// mistake can have a second part after `+`, which is about other requests.
macro_rules! causes {
    ($(
        [$severity:ident, $consequence:literal, $laws:expr]
        $($cause:ident $name:literal: $mistake:literal $(+ $others:literal)?, $advice:expr $(, $own_laws:expr)?;)+
    )+) => {
        /// A mistake of a server. One fix removes all violations with the same cause.
        ///
        /// ```
        /// use fetch_cors::conformance::Cause;
        /// assert_eq!(Cause::ALL[0], Cause::AllowsEverything);
        /// assert_eq!(Cause::ReflectsAnyOrigin.to_string(), "reflects-any-origin");
        /// ```
        // Not exhaustive: releases can add causes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Cause {
            $($(#[doc = concat!("`", $name, "`: ", $mistake $(, $others)?, ".")] $cause,)+)+
        }

        impl Cause {
            /// All causes. The causes with the worst severity come first. Among the causes with the same severity, the
            /// cause that does the most harm comes first.
            pub const ALL: &'static [Self] = &[$($(Self::$cause),+),+];

            /// Returns the name, in kebab-case.
            pub const fn name(self) -> &'static str {
                match self { $($(Self::$cause => $name,)+)+ }
            }

            /// Returns the mistake of the server.
            pub const fn mistake(self) -> &'static str {
                match self { $($(Self::$cause => concat!($mistake $(, $others)?),)+)+ }
            }

            /// Returns the two parts of the mistake: the part about the wrong responses, and the part about other requests.
            /// The second part is empty if the mistake has only one part.
            pub(in crate::conformance::harness) const fn mistake_parts(self) -> [&'static str; 2] {
                match self { $($(Self::$cause => [$mistake, last!("" $(, $others)?)],)+)+ }
            }

            /// Returns the fix.
            pub const fn advice(self) -> &'static str {
                match self { $($(Self::$cause => $advice,)+)+ }
            }

            /// Returns the usual severity of a finding with this cause. The exchanges can show another severity: for
            /// example, the severity is lower if only rare requests fail.
            ///
            /// ```
            /// use fetch_cors::conformance::{Cause, Severity};
            /// assert_eq!(Cause::LacksVary.severity(), Severity::Cache);
            /// assert!(Cause::ALL.iter().is_sorted_by_key(|cause| cause.severity()));
            /// ```
            pub const fn severity(self) -> Severity {
                match self { $($(Self::$cause)|+ => Severity::$severity,)+ }
            }

            /// Returns the usual consequence of the mistake, for users and for attackers.
            ///
            /// ```
            /// use fetch_cors::conformance::Cause;
            /// assert_eq!(Cause::LacksVary.consequence(), "a cache can serve a response to the wrong page");
            /// ```
            pub const fn consequence(self) -> &'static str {
                match self { $($(Self::$cause)|+ => $consequence,)+ }
            }

            /// Returns the laws that the worst violations with this cause usually violate. The other violations of a
            /// finding can violate other laws too.
            ///
            /// ```
            /// use fetch_cors::conformance::{Cause, laws::Law};
            /// assert_eq!(Cause::LacksVary.laws(), [Law::SharedCacheChangesNoVerdict]);
            /// ```
            pub const fn laws(self) -> &'static [Law] {
                match self { $($(Self::$cause => last!($laws $(, $own_laws)?),)+)+ }
            }
        }
    };
}

// Fixes that several causes have.
const IGNORE_CREDENTIALS: &str = "choose the CORS headers only by `Origin`: send the same headers with and without `Cookie` or `Authorization`";
const MORE_THAN_SCHEME: &str =
    "compare the whole `Origin` with the allowed origins, and not only the scheme";
const DENY_WITHOUT_HEADERS: &str = "answer without CORS headers, with the status that a request without `Origin` gets: the browser keeps the page from reading the response";
const ANSWER_WITHOUT_ORIGIN: &str = "answer requests without `Origin`: they are not CORS requests";
const PASS_OTHER_OPTIONS: &str =
    "answer only preflights, and pass every other OPTIONS request to the handler";

causes! {
    [Security, "pages of any site can read responses",
        &[Law::DeniedPageReadsNothing, Law::FetchSucceedsExactlyWhenPermitted, Law::DeniedOriginIsNotReflected]]
    AllowsEverything "allows-everything": "the server reflects any origin, and grants every requested method, every requested header name, or both",
        concat!(wording::compare_origin!(), ", and grant only what the policy permits; the policy always permits GET, HEAD and POST");
    ReflectsAnyOrigin "reflects-any-origin": "the server reflects any origin",
        concat!(wording::compare_origin!(), ", and reflect only an allowed origin");
    ReflectsAnyHttpsOrigin "reflects-any-https-origin": "the server reflects any origin with `https:`",
        MORE_THAN_SCHEME;
    ReflectsAnyHttpOrigin "reflects-any-http-origin": "the server reflects any origin with `http:`",
        MORE_THAN_SCHEME;
    ReflectsManyOrigins "reflects-many-origins": "the server reflects many origins that the policy does not allow, and denies others",
        concat!(wording::compare_origin!(), ", and reflect only an allowed origin: a list of blocked origins or words lets every other site in");
    AllowsSometimes "allows-sometimes": "the server allows origins that the policy denies, but not in every response to an equal request",
        "let the response depend only on the request: compare each `Origin` with the allowed origins, and do not store an origin for other requests";
    ReflectsWithCredentials "reflects-with-credentials": "the server reflects any origin if the request has `Cookie` or `Authorization`",
        IGNORE_CREDENTIALS;
    ReflectsWithHeaders "reflects-with-headers": "the server reflects any origin if the request has certain headers",
        "choose the CORS headers only by `Origin`: send the same headers, whatever other headers the request has";
    ReflectsOnSomeMethods "reflects-on-some-methods": "the server reflects any origin, but only for some methods",
        "choose the CORS headers only by `Origin`: send the same headers for every method";
    ReflectsOnErrors "reflects-on-errors": "the server reflects any origin in error responses",
        "choose the CORS headers only by `Origin`: send the same headers for every status";
    SendsNull "sends-null": "the server sends `null` to origins that it denies, so every sandboxed frame of any site can read the response",
        law_advice::allow_origin_names_an_origin();
    AllowsNull "allows-null": "the server allows the origin `null`",
        concat!("do not allow `null`: ", wording::sandboxed_pages_are_null!());
    ContainsListedHost "contains-listed-host": "the server allows each origin that contains a listed host, or a part of a listed host",
        "compare the whole `Origin`, byte for byte, with each listed origin; anchor a regular expression at both ends";
    ComparesPrefix "compares-prefix": "the server compares only the beginning of the origin or of its host",
        "compare the whole `Origin`; anchor a pattern at its end";
    AllowsLocalhostPrefix "allows-localhost-prefix": "the server allows every origin that begins with `http://localhost`, even if its host only begins with this name, as in `http://localhost.evil.test`",
        "remove the entry for `http://localhost` from the origins that the server allows, or, on a test server, list exact origins with their ports, such as `http://localhost:3000`: anyone can have a host that begins with `localhost`";
    SpecialCharacter "special-character": "the server treats a special character as the end of a listed host",
        "compare the whole `Origin`; browsers send hosts with such characters";
    ComparesSuffix "compares-suffix": "the server compares only the end of the origin or of its host",
        "compare the whole `Origin`; to allow subdomains, compare the end of the host with the domain and a dot before it, such as `.a.example`, because `evila.example` ends with `a.example`";
    ComparesBeginningAndEnd "compares-beginning-and-end": "the server compares only the beginning and the end of the origin or of its host",
        "compare the whole `Origin`, also the text between its beginning and its end: in a regular expression, `.*` matches any text";
    UngroupedAlternatives "ungrouped-alternatives": "the server compares only the beginning of one listed origin and only the end of another, probably because the alternatives of a regular expression have no group",
        "put the alternatives into a group, so that `^` and `$` apply to each of them: `^(a|b)$` in place of `^a|b$`";
    UnescapedDot "unescaped-dot": "the server accepts another character in place of a dot of a listed host",
        "escape the dots of a regular expression: an unescaped `.` matches any character";
    MixesEntries "mixes-entries": "the server allows an origin that combines parts of two listed origins",
        "compare the whole `Origin` with one entry at a time";
    SearchesList "searches-list": "the server allows a part of a listed origin: it searches for the origin in the text of its list, or of an entry",
        "test whether the whole `Origin` equals an entry; if the list is one text, split this text into its entries first";
    AllowsSharedHosts "allows-shared-hosts": "the server allows every page of a shared host",
        "list the exact origins of your own sites: anyone can publish a page on a shared host";
    AllowsAddresses "allows-addresses": "the server allows every page whose host is an IP address",
        "list the exact origins of your own sites: anyone can serve a page from an IP address";
    AllowsOtherOrigin "allows-other-origin": "the server allows an origin that the policy does not allow",
        "remove this origin from the origins that the server allows, or compare the whole `Origin` with each listed origin";
    SendsOtherOrigin "sends-other-origin": "the server sends an origin that the policy does not allow in responses to other origins, so pages of this origin can read the responses",
        "send `Access-Control-Allow-Origin` only to an allowed origin, with the same value as `Origin`; or, if pages of the sent origin may read the responses, add it to `origins` of the policy";
    WildcardOrigin "wildcard-origin": "the server sends `*`, although the policy does not allow every origin",
        concat!("in place of `*`, ", wording::send_allowed_origin!());
    AllowsWithoutOrigin "allows-without-origin": "responses to requests without `Origin` allow pages that the policy denies, and `Vary` of these responses does not list `Origin`, so a page can read them from the cache of the browser",
        "if the request has no `Origin`, send `Vary: Origin`, and do not send `Access-Control-Allow-Origin`", &[Law::SharedCacheChangesNoVerdict];
    [Security, "pages of some unlisted sites can read responses",
        &[Law::DeniedPageReadsNothing, Law::FetchSucceedsExactlyWhenPermitted, Law::DeniedOriginIsNotReflected]]
    AllowsSubdomains "allows-subdomains": "the server allows subdomains of a listed host",
        "allow a subdomain only if the policy lists it";
    AllowsBareDomain "allows-bare-domain": "the server allows the domain itself, although the policy lists only its subdomains",
        "require at least one label and a dot before the domain, or, if its pages may read responses, add the domain to `origins` of the policy";
    WildcardMatchesDots "wildcard-matches-dots": "the server lets the `*` of a pattern match dots, so it allows hosts with more labels",
        "let a `*` within a label match a part of one label only: in a regular expression, write `[^.]+` in place of `.*` or `.+`";
    DropsHyphenOfPattern "drops-hyphen-of-pattern": "the server ignores the hyphen beside the `*` of a pattern, so it allows other hosts",
        "compare the whole text before and after the `*`, with its hyphens: `app-*` does not match `apple`";
    IgnoresTrailingDot "ignores-trailing-dot": "the server ignores a dot at the end of the host",
        "compare the whole `Origin`, byte for byte: for browsers, `https://a.example.` and `https://a.example` are different origins";
    AllowsOwnHost "allows-own-host": "the server allows pages of its own host at another port or with another scheme",
        "allow only listed origins, and do not compare the host of `Origin` with the `Host` of the request: another program can serve a page at another port, and an attacker on the network can serve a page of any `http:` origin";
    AllowsLocalhost "allows-localhost": "the server allows pages of `localhost`, or of names or addresses of a private network",
        "do not allow these hosts: any program on the user's machine or in the user's network can serve such a page";
    AllowsApps "allows-apps": "the server allows origins of apps or extensions that the policy does not allow",
        "compare the whole `Origin`, with its scheme, with each listed origin";
    ComparesHost "compares-host": "the server compares only the host of the origin",
        "compare the scheme and the port too: an attacker on the network can serve a page of any `http:` origin";
    IgnoresScheme "ignores-scheme": "the server allows a listed host with another scheme",
        "compare the scheme too: an attacker on the network can serve a page of any `http:` origin";
    IgnoresPort "ignores-port": "the server allows a listed host with another port",
        "compare the port too";
    SendsCorsHeaders "sends-cors-headers": "the server sends CORS headers, although the policy allows no origin",
        "remove the CORS middleware and the CORS headers from this URL: the policy allows no origin", &[Law::EmptyListAllowsNoOrigin];
    [Security, "a page can read responses to requests with the user's cookies",
        &[Law::FetchSucceedsExactlyWhenPermitted, Law::CorsHeadersNeedAllowOrigin]]
    AllowsCredentials "allows-credentials": "the server allows credentials, but the policy does not allow them",
        "do not send `Access-Control-Allow-Credentials`, or, if your pages send cookies, set `credentials` to `true` in the policy";
    [Security, "a page can send requests that the policy denies",
        &[Law::FetchSucceedsExactlyWhenPermitted, Law::GrantsStayWithinPolicy]]
    GrantsRequested "grants-requested": "preflight responses grant every requested method, every requested header name, or both",
        "grant only what the policy permits, and do not reflect `Access-Control-Request-Method` and `Access-Control-Request-Headers`; the policy always permits GET, HEAD and POST";
    GrantsAny "grants-any": "preflight responses grant `*`, although the policy lists methods or request headers",
        law_advice::grants_stay_within_policy();
    GrantsMoreThanPolicy "grants-more-than-policy": "preflight responses grant methods and request headers that the policy does not permit",
        "in `Access-Control-Allow-Methods` and `Access-Control-Allow-Headers`, list only what the policy permits (GET, HEAD and POST are always permitted); or, if your pages need names that the policy does not permit, add them to `methods` and `request_headers` of the policy";
    GrantsOtherMethods "grants-other-methods": "preflight responses grant methods that the policy does not permit",
        "list in `Access-Control-Allow-Methods` only what the policy permits (GET, HEAD and POST are always permitted); or, if your pages need methods that the policy does not permit, add them to `methods` of the policy";
    GrantsOtherHeaders "grants-other-headers": "preflight responses grant request headers that the policy does not permit",
        "list in `Access-Control-Allow-Headers` only what the policy permits; or, if your pages need the other names, add them to `request_headers` of the policy";
    GrantsOtherThanPolicy "grants-other-than-policy": "preflight responses lack methods or request headers that the policy permits, and grant others that the policy does not permit",
        "in `Access-Control-Allow-Methods` and `Access-Control-Allow-Headers`, list exactly what the policy permits (GET, HEAD and POST are always permitted); or, if your pages need names that the policy does not permit, add them to `methods` and `request_headers` of the policy";
    ListsOtherCase "lists-other-case": "the letter case of a method in preflight responses differs from the policy",
        "list methods byte for byte as the policy lists them: `patch` is not `PATCH`";
    GrantsAuthorization "grants-authorization": "preflight responses grant `authorization`, which a wildcard does not cover",
        "do not grant `authorization`, unless the policy lists it by name";
    WildcardCoversAuthorization "wildcard-covers-authorization": "preflight responses have `*` in `Access-Control-Allow-Headers`; contrary to the standard, browsers apply this `*` to `Authorization` too",
        "list the request headers of your pages by name, or, if pages may send `Authorization`, list `*` and `authorization` in the policy";
    ChecksOneHeader "checks-one-header": "the server grants an unlisted request header together with a listed header",
        "check each requested name, not only one of them";
    IgnoresMethodCase "ignores-method-case": "the server ignores the letter case of methods",
        "compare methods byte for byte: `patch` is not `PATCH`";
    ComparesPartOfMethod "compares-part-of-method": "the server compares only a part of the requested method",
        "compare the whole method: a part of a listed method is another method";
    ComparesPartOfHeader "compares-part-of-header": "the server compares only a part of a requested header name",
        "compare the whole name: a part of a listed name is another header";
    GrantsPrivateNetwork "grants-private-network": "the server grants access to a private network",
        law_advice::private_network_is_not_granted(), &[Law::PrivateNetworkIsNotGranted];
    [Security, "a page can read response headers that the policy does not expose", &[Law::ScriptReadsWhatPolicyExposes]]
    ExposesEverything "exposes-everything": "the server exposes every response header",
        "in place of `*`, list in `Access-Control-Expose-Headers` the names that the policy exposes";
    ExposesOtherHeaders "exposes-other-headers": "scripts can read response headers that the policy does not expose",
        concat!(wording::list_exposed_names!(), "; or, if your pages need the other names, add them to `expose_headers` of the policy");
    [Broken, "every permitted fetch can fail",
        &[Law::FetchSucceedsExactlyWhenPermitted, Law::IntermediaryChangesNoVerdict]]
    StopsAnswering "stops-answering": "from some request on, every request gets the same error or no response",
        "look for the reason in the log of the server, such as a crash, a new version or a limit for the number of requests, and run the check again, because the answers from this request on are not judged", &[Law::EveryRequestGetsAResponse];
    DropsPreflights "drops-preflights": "preflights get no response, but other requests get one",
        "allow OPTIONS requests in the firewall, the proxy or the load balancer in front of the server: browsers send preflights with this method", &[Law::EveryRequestGetsAResponse, Law::FetchSucceedsExactlyWhenPermitted];
    NoResponse "no-response": "a request gets no response",
        "answer every request, even a malformed request", &[Law::EveryRequestGetsAResponse, Law::FetchSucceedsExactlyWhenPermitted];
    NoCorsHeaders "no-cors-headers": "no response to an allowed origin has CORS headers",
        "check that the CORS middleware runs at this URL, and that it has the origins of the policy";
    OriginWithSlash "origin-with-slash": "the value of `Access-Control-Allow-Origin` ends with a slash",
        wording::trailing_slash!();
    OriginWithComma "origin-with-comma": "the value of `Access-Control-Allow-Origin` has a comma before or after the origin",
        "remove the comma: browsers compare the whole value with an origin";
    OriginWithName "origin-with-name": "the value of `Access-Control-Allow-Origin` begins with the name of a header",
        wording::header_name_in_value!();
    OriginWithPort "origin-with-port": "the origin in `Access-Control-Allow-Origin` has the default port",
        wording::remove_default_port!();
    OriginWithoutScheme "origin-without-scheme": "the value of `Access-Control-Allow-Origin` has no scheme",
        wording::write_scheme!();
    SendsPattern "sends-pattern": "`Access-Control-Allow-Origin` is a pattern, which browsers do not support",
        concat!(wording::compare_origin!(), wording::send_matching_origin!());
    SendsList "sends-list": "`Access-Control-Allow-Origin` lists several origins",
        wording::choose_by_origin!(), &[Law::AllowOriginOccursOnce, Law::FetchSucceedsExactlyWhenPermitted];
    RepeatsAllowOrigin "repeats-allow-origin": "responses have several values of `Access-Control-Allow-Origin`",
        law_advice::allow_origin_occurs_once(), &[Law::AllowOriginOccursOnce, Law::FetchSucceedsExactlyWhenPermitted];
    ConstantOrigin "constant-origin": "`Access-Control-Allow-Origin` is always the same listed origin",
        wording::send_allowed_origin!();
    WrongConstantOrigin "wrong-constant-origin": "`Access-Control-Allow-Origin` is always the same value, which is not an allowed origin",
        wording::send_allowed_origin!();
    OtherAllowOrigin "other-allow-origin": "`Access-Control-Allow-Origin` is not the origin of the allowed page",
        "send the `Origin` of the request, byte for byte, if the policy allows it";
    RedirectsEverything "redirects-everything": "the server redirects every request",
        concat!("test and use the URL to which the server redirects: ", wording::preflight_redirects_are_not_followed!());
    RedirectsPreflights "redirects-preflights": "preflights are redirected",
        concat!(wording::answer_before_redirect!(), ", for example to `https:` or to a path with a slash: ", wording::preflight_redirects_are_not_followed!());
    AuthenticatesPreflights "authenticates-preflights": "preflights need authentication",
        concat!(wording::answer_before_authentication!(), ": ", wording::preflights_have_no_credentials!());
    MissesPreflights "misses-preflights": "preflights get the status 404, 405 or 501",
        concat!(wording::answer_before_routing!(), ": the CORS middleware must run before the router");
    RefusesPreflights "refuses-preflights": "allowed preflights get an error",
        concat!(wording::answer_with_success!(), ", if the policy allows it");
    IgnoresPreflights "ignores-preflights": "preflight responses lack `Access-Control-Allow-Origin`, but other responses have it",
        "let the CORS middleware answer preflights, instead of a handler for OPTIONS; without middleware, answer preflights of an allowed origin with `Access-Control-Allow-Origin`, `Access-Control-Allow-Methods` and `Access-Control-Allow-Headers`";
    WildcardWithCredentials "wildcard-with-credentials": "the server sends `*`, which is not a wildcard for requests with credentials",
        concat!("in place of `*`, ", wording::send_allowed_origin!());
    LacksCredentials "lacks-credentials": "`Access-Control-Allow-Credentials` is not `true`, although the policy allows credentials",
        concat!(wording::send_allow_credentials!(), " to allowed origins, in preflight responses too");
    [Broken, "some permitted fetches fail",
        &[Law::FetchSucceedsExactlyWhenPermitted, Law::IntermediaryChangesNoVerdict]]
    DeniesAllowedOrigin "denies-allowed-origin": "the server denies an origin that the policy allows",
        "allow this origin";
    RefusesAllowedOrigin "refuses-allowed-origin": "the server refuses requests of allowed pages" + ", although it answers the same requests of its own pages or without `Origin`",
        "exempt the allowed origins from the check that refuses these requests, such as a CSRF check that compares `Origin`", &[Law::HarmlessOriginIsNotRefused];
    UnstableAnswers "unstable-answers": "the server gives different answers to the same request",
        "let the response depend only on the request; for example, a regular expression with the flag `g` stores a position between requests";
    FailsSometimes "fails-sometimes": "some requests get a server error, apparently at random",
        "look for the reason in the log of the server, and run the check again, because responses with these errors are not judged", &[Law::EveryRequestGetsAResponse];
    RefusesSometimes "refuses-sometimes": "some requests get a redirect or a client error, apparently at random",
        "look for a firewall, a bot protection or a limit for the number of requests in front of the server, let the test requests pass, and run the check again, because responses with these statuses are not judged", &[Law::EveryRequestGetsAResponse];
    LacksPreflightGrants "lacks-preflight-grants": "preflight responses lack `Access-Control-Allow-Methods` and `Access-Control-Allow-Headers`",
        "grant in preflight responses the methods and the request headers of the policy";
    LacksMethod "lacks-method": "preflight responses do not grant a method that the policy permits",
        concat!("list the method ", wording::in_allow_methods!());
    LacksSafelistedMethod "lacks-safelisted-method": "preflight responses do not grant GET, HEAD or POST, but they grant other methods",
        "add GET, HEAD and POST to the methods of the server: browsers send a preflight for them too, if the request has a header that is not CORS-safelisted";
    LacksRequestHeader "lacks-request-header": "preflight responses do not grant a request header that the policy permits",
        "list the name in `Access-Control-Allow-Headers`";
    WildcardListWithCredentials "wildcard-list-with-credentials": "preflight responses list `*`, which is not a wildcard for requests with credentials",
        concat!(wording::not_a_wildcard!(), ": list each method and each request header by name");
    MalformedLists "malformed-lists": "a list of a preflight response is malformed",
        wording::separate_with_commas!();
    RefusesSeveralHeaders "refuses-several-headers": "the server does not grant several request headers to one preflight, but it grants each of them alone",
        "split the list in `Access-Control-Request-Headers` at commas, with or without white space after a comma, and check each name: browsers send `x-a,x-b`";
    ReadsListsStrictly "reads-lists-strictly": "the server does not understand every form of the list in `Access-Control-Request-Headers`",
        "join all lines of the header, split the list at commas, remove the white space, and ignore the letter case of names";
    LacksHeadersOnErrors "lacks-headers-on-errors": "error responses lack the CORS headers",
        wording::headers_on_errors!();
    LacksHeadersOnRedirects "lacks-headers-on-redirects": "redirects lack the CORS headers",
        concat!(wording::headers_on_redirects!(), ", or answer at this URL without a redirect");
    LacksHeadersWithCredentials "lacks-headers-with-credentials": "responses to requests with `Cookie` or `Authorization` lack the CORS headers",
        IGNORE_CREDENTIALS;
    LacksHeadersOnSomeResponses "lacks-headers-on-some-responses": "some responses to an allowed origin lack the CORS headers",
        "send the CORS headers on every response to an allowed origin";
    LacksExposedHeaders "lacks-exposed-headers": "scripts cannot read response headers that the policy exposes",
        law_advice::script_reads_what_policy_exposes(), &[Law::ScriptReadsWhatPolicyExposes];
    LacksOptions "lacks-options": "no response to an allowed origin has the headers of several options of the policy",
        "configure these options in the server", &[Law::FetchSucceedsExactlyWhenPermitted, Law::ScriptReadsWhatPolicyExposes, Law::MaxAgeMatchesPolicy];
    OtherFailure "other-failure": "a permitted fetch fails",
        "read the example: it shows the step where the browser stops";
    [Broken, "the server fails on requests other than permitted fetches, such as requests of its own pages",
        &[Law::EveryRequestGetsAResponse]]
    RefusesOwnOrigin "refuses-own-origin": "the server refuses requests that its own pages send",
        "do not apply the policy to the server's own origin", &[Law::HarmlessOriginIsNotRefused];
    RefusesRequestsWithoutOrigin "refuses-requests-without-origin": "the server refuses requests without `Origin`",
        ANSWER_WITHOUT_ORIGIN, &[Law::HarmlessOriginIsNotRefused];
    RefusesNullOrigin "refuses-null-origin": "the server refuses requests with `Origin: null`" + ", but it answers other origins that the policy does not allow",
        "answer these requests with the usual status and without CORS headers: a page of your own with `Referrer-Policy: no-referrer` can send `Origin: null` with every method except GET and HEAD", &[Law::HarmlessOriginIsNotRefused];
    InterceptsOptions "intercepts-options": "an OPTIONS request that is not a preflight does not reach the handler",
        PASS_OTHER_OPTIONS, &[Law::PlainOptionsReachesHandler, Law::FetchSucceedsExactlyWhenPermitted, Law::ScriptReadsWhatPolicyExposes];
    FailsOnOwnOrigin "fails-on-own-origin": "the server fails on requests that its own pages send",
        "do not apply the policy to the server's own origin, which browsers send with every POST, PUT, PATCH and DELETE";
    FailsWithoutOrigin "fails-without-origin": "the server fails on requests without `Origin`",
        ANSWER_WITHOUT_ORIGIN;
    FailsOnDeniedOrigins "fails-on-denied-origins": "the server fails on requests of origins that the policy does not allow",
        DENY_WITHOUT_HEADERS;
    FailsOnSomeOrigins "fails-on-some-origins": "the server fails on requests of some origins that the policy does not allow",
        DENY_WITHOUT_HEADERS;
    FailsOnNullOrigin "fails-on-null-origin": "the server fails on requests with `Origin: null`",
        DENY_WITHOUT_HEADERS;
    FailsWithCredentials "fails-with-credentials": "the server fails on requests with `Cookie` or `Authorization`",
        "answer every request: ignore a cookie or a login that the server does not know, or use the status 401 or 403";
    FailsWithHeaders "fails-with-headers": "the server fails on requests with certain headers",
        "answer every request: ignore a header, or a value of a header, that the server does not use or know", &[Law::EveryRequestGetsAResponse, Law::FetchSucceedsExactlyWhenPermitted];
    FailsOnRequests "fails-on-requests": "the server fails on malformed or unusual requests",
        "answer every request; for a malformed request, use a status from 400 to 499";
    [Cache, "a cache can serve a response to the wrong page", &[Law::SharedCacheChangesNoVerdict]]
    LacksVary "lacks-vary": "`Vary` does not list `Origin`",
        law_advice::shared_cache_changes_no_verdict();
    ReplacesVary "replaces-vary": "the `Vary` of the handler is lost",
        law_advice::handler_vary_survives(), &[Law::HandlerVarySurvives];
    CopiesVary "copies-vary": "the server copies a `Vary` header of the request into the response",
        law_advice::request_vary_is_not_copied(), &[Law::RequestVaryIsNotCopied];
    [Waste, "no page in a browser can exploit the mistake today", &[Law::DeniedOriginIsNotReflected]]
    AllowsMalformedOrigin "allows-malformed-origin": "the server allows values of `Origin` that no browser sends",
        "compare the whole `Origin`, byte for byte; no browser sends this value, so the mistake is harmless today";
    ReadsOneOfSeveralOrigins "reads-one-of-several-origins": "the server allows requests with several `Origin` lines",
        "deny a request with several `Origin` lines; no browser sends such a request, so the mistake is harmless today", &[Law::DeniedOriginIsNotReflected, Law::AllowOriginOccursOnce];
    SendsText "sends-text": "responses have an `Access-Control-Allow-Origin` that is neither `*` nor the origin of a page",
        law_advice::allow_origin_names_an_origin(), &[Law::AllowOriginNamesAnOrigin];
    ReflectsLongHeaders "reflects-long-headers": "the server reflects very long request headers",
        "stop at the first name that is not permitted, and do not reflect the denied names", &[Law::LongHeadersAreNotReflected];
    WrongMaxAge "wrong-max-age": "the max-age of preflight responses differs from the max-age of the policy",
        "send the max-age of the policy in `Access-Control-Max-Age`, in digits; or correct `max_age` of the policy", &[Law::MaxAgeMatchesPolicy];
    UselessHeaders "useless-headers": "responses have CORS headers that browsers ignore",
        concat!("send `Access-Control-Allow-Methods`, `-Allow-Headers` and `-Max-Age` only in preflight responses, `Access-Control-Expose-Headers` only in other responses, and all of them only with `Access-Control-Allow-Origin`; ", wording::accept_harmless!()), &[Law::CorsHeadersNeedAllowOrigin, Law::PreflightHeadersStayOnPreflights, Law::AllowCredentialsNeedsNamedOrigin];
    FailsOnOptions "fails-on-options": "the server fails on OPTIONS requests that are not preflights",
        PASS_OTHER_OPTIONS, &[Law::EveryRequestGetsAResponse];
    RepeatsVary "repeats-vary": "`Vary` lists a name twice",
        law_advice::vary_lists_each_name_once(), &[Law::VaryListsEachNameOnce];
    GrantsHarmless "grants-harmless": "preflight responses grant methods or request headers that the policy does not permit, but that are harmless",
        "remove these names from `Access-Control-Allow-Methods` and `Access-Control-Allow-Headers`: a page gains nothing from them", &[Law::GrantsStayWithinPolicy, Law::FetchSucceedsExactlyWhenPermitted];
    SlowPreflights "slow-preflights": "the time to answer a preflight grows faster than the length of the preflight",
        law_advice::preflight_time_grows_linearly(), &[Law::PreflightTimeGrowsLinearly];
    Other "other": "the server violates a CORS law in a way that no known mistake explains",
        "read the message of the example: it has the fix", &[];
}

/// Displays the name.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
