//! The quirks. A quirk is a deviation of engines from one step of the standard.

use core::{fmt, str::FromStr};

use super::Engine;

macro_rules! quirks {
    ($(
        $variant:ident = $name:literal {
            step: $step:literal,
            engines: [$($engine:ident),*],
            weight: $weight:ident,
            standard: $standard:literal,
            engine: $does:literal,
            cases: [$($case:literal),*],
        }
    )*) => {
        /// A deviation of engines from one step of the standard.
        ///
        /// ```
        /// use fetch_cors::engine::Quirk;
        ///
        /// for &quirk in Quirk::ALL {
        ///     assert_eq!(quirk.name().parse(), Ok(quirk));
        ///     assert!(!quirk.engines().is_empty());
        /// }
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        // Not exhaustive: engines change, and recordings find new quirks.
        #[non_exhaustive]
        pub enum Quirk {
            $(
                #[doc = concat!("**In the standard**: ", $standard)]
                ///
                #[doc = concat!("**In these engines**: ", $does)]
                $variant,
            )*
        }

        impl Quirk {
            /// All quirks.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Returns the name, in kebab-case.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Returns the step of the standard at which the engines deviate.
            ///
            /// ```
            /// use fetch_cors::engine::Quirk;
            /// assert_eq!(Quirk::WildcardCoversAuthorization.step(), "cors-preflight-fetch/7.6");
            /// ```
            pub const fn step(self) -> &'static str {
                match self {
                    $(Self::$variant => $step,)*
                }
            }

            /// Returns the engines whose recorded version has the quirk.
            ///
            /// ```
            /// use fetch_cors::engine::{Engine, Quirk};
            /// assert_eq!(Quirk::UnsafeNamesRepeat.engines(), [Engine::Firefox]);
            /// ```
            pub const fn engines(self) -> &'static [Engine] {
                match self {
                    $(Self::$variant => &[$(Engine::$engine),*],)*
                }
            }

            /// Returns the severity of the quirk's worst consequence.
            ///
            /// ```
            /// use fetch_cors::engine::{Quirk, Weight};
            /// assert_eq!(Quirk::WildcardCoversAuthorization.weight(), Weight::Security);
            /// ```
            pub const fn weight(self) -> Weight {
                match self {
                    $(Self::$variant => Weight::$weight,)*
                }
            }

            /// Returns the behavior of the standard, in one sentence.
            ///
            /// ```
            /// use fetch_cors::engine::Quirk;
            /// assert!(Quirk::WildcardCoversAuthorization.standard().contains("does not cover"));
            /// ```
            pub const fn standard(self) -> &'static str {
                match self {
                    $(Self::$variant => $standard,)*
                }
            }

            /// Returns the behavior of an engine with the quirk, in one or more sentences.
            ///
            /// ```
            /// use fetch_cors::engine::Quirk;
            /// assert_eq!(Quirk::WildcardCoversAuthorization.engine(), "`*` covers Authorization.");
            /// ```
            pub const fn engine(self) -> &'static str {
                match self {
                    $(Self::$variant => $does,)*
                }
            }

            /// Returns the ids of recorded cases that show the quirk. The list is empty if the quirk was seen only
            /// in recordings that are not part of the crate.
            ///
            /// ```
            /// use fetch_cors::engine::Quirk;
            /// assert!(Quirk::WildcardCoversAuthorization.cases().contains(&"preflight-000214"));
            /// ```
            pub const fn cases(self) -> &'static [&'static str] {
                match self {
                    $(Self::$variant => &[$($case),*],)*
                }
            }
        }
    };
}

quirks! {
    PreflightWithPageOrigin = "preflight-with-page-origin" {
        step: "cors-preflight-fetch/1",
        engines: [Firefox],
        weight: Correctness,
        standard: "After a tainting redirect, the preflight has the origin `null`.",
        engine: "The preflight has the origin of the page, and the CORS check of the preflight response uses this origin. If the preflight goes to a URL with this origin, the browser skips this check.",
        cases: ["redirect-000020", "redirect-000050"],
    }
    UploadListenerNeedsBody = "upload-listener-needs-body" {
        step: "fetch/17",
        engines: [Chromium],
        weight: Security,
        standard: "An upload listener causes a preflight.",
        engine: "An upload listener causes a preflight only if the request has a body.",
        cases: ["preflight-000663", "preflight-001236", "redirect-000116"],
    }
    RedirectKeepsPreflight = "redirect-keeps-preflight" {
        step: "main-fetch/12.cors-preflight",
        engines: [Firefox, Webkit],
        weight: Correctness,
        standard: "After each redirect, the browser decides again whether a preflight is necessary.",
        engine: "After a redirect, a preflight is also necessary if the first request had a CORS-unsafe header, or if an earlier request needed a preflight.",
        cases: ["redirect-000285", "redirect-000387", "redirect-000545"],
    }
    UnsafeNamesSurviveRedirects = "unsafe-names-survive-redirects" {
        step: "main-fetch/12.cors-preflight.2",
        engines: [Webkit],
        weight: Correctness,
        standard: "The CORS-unsafe names are the names of the headers that are left after the redirect.",
        engine: "The CORS-unsafe names are the names of the headers of the first request.",
        cases: ["redirect-000020", "redirect-000072"],
    }
    RedirectRestoresHeaders = "redirect-restores-headers" {
        step: "http-redirect-fetch/13",
        engines: [Firefox],
        weight: Security,
        standard: "A header that a redirect removed stays removed.",
        engine: "Each redirect starts again with the headers of the first request. So a header that one redirect removed comes back at the next redirect, unless the next redirect also removes the header.",
        cases: ["redirect-000813", "redirect-000928"],
    }
    RedirectRestoresBodyHeaders = "redirect-restores-body-headers" {
        step: "http-redirect-fetch/12.2",
        engines: [Webkit],
        weight: Correctness,
        standard: "The headers that describe a body stay removed after a redirect to GET.",
        engine: "The headers come back at a later redirect that keeps the method and leads to another origin. A later 307 or 308 within the page's origin brings back only Content-Type.",
        cases: ["ctback-000333"],
    }
    RedirectRemovesClientHints = "redirect-removes-client-hints" {
        step: "http-redirect-fetch/13",
        engines: [Chromium],
        weight: Minor,
        standard: "A redirect keeps the client hints that a script sets, such as DPR.",
        engine: "If a redirect leads to an origin other than the origin of the page, the redirect removes the client hints that a script sets, except Save-Data.",
        cases: ["chint-000001"],
    }
    UnsafeNamesRepeat = "unsafe-names-repeat" {
        step: "cors-unsafe-request-header-names/6",
        engines: [Firefox],
        weight: Minor,
        standard: "Access-Control-Request-Headers has each CORS-unsafe name once.",
        engine: "Access-Control-Request-Headers has a CORS-unsafe name once for each header with this name.",
        cases: ["preflight-000198", "preflight-000301"],
    }
    AuthorHeadersJudgedCombined = "author-headers-judged-combined" {
        step: "cors-unsafe-request-header-names/4",
        engines: [Chromium, Webkit],
        weight: Correctness,
        standard: "Each header is checked on its own, even if several headers have the same name.",
        engine: "Headers with the same name are combined into one value, and this value is checked.",
        cases: ["safelist-000031", "safelist-000069"],
    }
    NoTotalLimit = "no-total-limit" {
        step: "cors-unsafe-request-header-names/5",
        engines: [Firefox],
        weight: Security,
        standard: "The values of the safelisted headers have a limit of 1024 bytes in total.",
        engine: "The values of the safelisted headers have no limit in total.",
        cases: ["safelist-000135"],
    }
    XhrBodyTypeHasNoLimit = "xhr-body-type-has-no-limit" {
        step: "cors-safelisted-request-header/1",
        engines: [Firefox],
        weight: Security,
        standard: "Content-Type needs a preflight if its value has more than 128 bytes.",
        engine: "The limit of 128 bytes does not apply to the Content-Type that XMLHttpRequest derives from the type of a body.",
        cases: ["xlen-000477"],
    }
    CharsetReplacedInPlace = "charset-replaced-in-place" {
        step: "xmlhttprequest-send/4.5.1.2",
        engines: [Chromium],
        weight: Minor,
        standard: "If the body of an XMLHttpRequest is a string, a charset other than UTF-8 in the author's Content-Type becomes UTF-8, and the Content-Type is written in its normal form.",
        engine: "Each charset in the author's Content-Type becomes `UTF-8`, even `utf-8`. The rest of the Content-Type stays as it is, even if it is malformed.",
        cases: ["charset-000030"],
    }
    UrlSearchParamsCountAsString = "url-search-params-count-as-string" {
        step: "xmlhttprequest-send/4.5.1",
        engines: [Chromium, Firefox, Webkit],
        weight: Minor,
        standard: "If the body of an XMLHttpRequest is a URLSearchParams object, the author's Content-Type stays unchanged.",
        engine: "The charset of the author's Content-Type becomes UTF-8, as for a string.",
        cases: ["charset-000002"],
    }
    CharsetChangedAfterCheck = "charset-changed-after-check" {
        step: "cors-unsafe-request-header-names/4.1",
        engines: [Firefox],
        weight: Minor,
        standard: "If an XMLHttpRequest changes the charset of the author's Content-Type, the changed value decides whether a preflight is necessary.",
        engine: "The value before the change decides whether a preflight is necessary.",
        cases: ["charset-000030"],
    }
    NonAsciiBytesAreUnsafe = "non-ascii-bytes-are-unsafe" {
        step: "definition/cors-unsafe-request-header-byte",
        engines: [Firefox],
        weight: Minor,
        standard: "Bytes of 0x80 or more are safe in Accept and Content-Type.",
        engine: "Bytes of 0x80 or more are unsafe in Accept and Content-Type.",
        cases: ["safelist-000802"],
    }
    StrictContentTypeParameters = "strict-content-type-parameters" {
        step: "cors-safelisted-request-header/2.content-type.3",
        engines: [Firefox],
        weight: Minor,
        standard: "The parameters of Content-Type are ignored.",
        engine: "A comma, an empty parameter at the end, or white space at the start makes Content-Type unsafe.",
        cases: ["safelist-000471"],
    }
    InterventionIsSafelisted = "intervention-is-safelisted" {
        step: "cors-safelisted-request-header/2.otherwise",
        engines: [Chromium],
        weight: Security,
        standard: "The header Intervention needs a preflight.",
        engine: "The header Intervention is safelisted.",
        cases: ["safelist-000333", "safelist-000546"],
    }
    ClientHintsAreSafelisted = "client-hints-are-safelisted" {
        step: "cors-safelisted-request-header/2.otherwise",
        engines: [Chromium],
        weight: Security,
        standard: "A client hint, such as DPR or Save-Data, needs a preflight.",
        engine: "Eight client hints are safelisted if their value is well-formed: Device-Memory, DPR, Downlink, ECT, RTT, Save-Data, Viewport-Width and Width.",
        cases: ["hint-000022"],
    }
    RangeAbove63BitsIsUnsafe = "range-above-63-bits-is-unsafe" {
        step: "parse-a-single-range-header-value/9",
        engines: [Chromium],
        weight: Minor,
        standard: "The numbers in Range can have any size.",
        engine: "A number of 2^63 or more makes Range unsafe.",
        cases: ["range-000004"],
    }
    RangeAbove64BitsIsUnsafe = "range-above-64-bits-is-unsafe" {
        step: "parse-a-single-range-header-value/15",
        engines: [Firefox, Webkit],
        weight: Minor,
        standard: "The numbers in Range can have any size.",
        engine: "A number of 2^64 or more makes Range unsafe.",
        cases: ["range-000004"],
    }
    LenientRange = "lenient-range" {
        step: "parse-a-single-range-header-value/2",
        engines: [Webkit],
        weight: Security,
        standard: "Range has the unit `bytes` in lower case, and its numbers do not have a sign.",
        engine: "The case of `bytes` in Range does not matter, and a number in Range can have a plus sign.",
        cases: ["safelist-000443"],
    }
    RangeRewritten = "range-rewritten" {
        step: "http-network-or-cache-fetch/8.2.1",
        engines: [Chromium],
        weight: Minor,
        standard: "The value of Range is sent as it is.",
        engine: "If the method is GET, Range is sent in a normalized form, such as `bytes=0-1`.",
        cases: ["safelist-000077", "safelist-000157"],
    }
    AuthorValuesAsUtf8 = "author-values-as-utf8" {
        step: "http-network-or-cache-fetch/8",
        engines: [Webkit],
        weight: Correctness,
        standard: "Each code point of a header value that a script sets is sent as one byte.",
        engine: "A header value that a script sets is sent as UTF-8.",
        cases: ["safelist-000231", "safelist-000235"],
    }
    EmptyAuthorValueReplaces = "empty-author-value-replaces" {
        step: "http-network-or-cache-fetch/8.2",
        engines: [Firefox],
        weight: Minor,
        standard: "The values of headers with the same name are combined.",
        engine: "An empty value replaces the earlier values of headers with the same name. The next value replaces the empty value.",
        cases: ["nocors-000403"],
    }
    SingletonAuthorHeaders = "singleton-author-headers" {
        step: "http-network-or-cache-fetch/8.2",
        engines: [Firefox],
        weight: Correctness,
        standard: "All headers with the same name are sent.",
        engine: "If a request has several Authorization headers, only the last is sent. If a request has several Content-Type headers, only one is sent: the first if the request has a body, otherwise the last.",
        cases: ["safelist-000064", "safelist-000082"],
    }
    AuthorUserAgentDropped = "author-user-agent-dropped" {
        step: "fetch/12",
        engines: [Chromium],
        weight: Correctness,
        standard: "A script can set the User-Agent header, and a request with this header needs a preflight.",
        engine: "The browser drops the User-Agent header that a script sets.",
        cases: ["safelist-000026"],
    }
    AuthorUserAgentOnPreflight = "author-user-agent-on-preflight" {
        step: "cors-preflight-fetch/2",
        engines: [Webkit],
        weight: Minor,
        standard: "A preflight does not have the User-Agent header that a script sets.",
        engine: "A preflight has the User-Agent header that a script sets.",
        cases: ["safelist-000026"],
    }
    OverrideValuesSplitAtCommas = "override-values-split-at-commas" {
        step: "forbidden-request-header/3.1",
        engines: [Firefox, Webkit],
        weight: Minor,
        standard: "The value of a method-override header, such as X-HTTP-Method-Override, is split at the commas outside quotation marks.",
        engine: "The value is split at every comma, even inside quotation marks. So the browser forbids some values that the standard permits.",
        cases: ["over-000251"],
    }
    ProxyAuthenticationResponseIsReturned = "proxy-authentication-response-is-returned" {
        step: "http-network-or-cache-fetch/16",
        engines: [Firefox, Webkit],
        weight: Correctness,
        standard: "A response with status 407 is a network error.",
        engine: "A response with status 407 is returned like any other response.",
        cases: ["q407-000009"],
    }
    ResponseBytesGarbled = "response-bytes-garbled" {
        step: "http-network-or-cache-fetch/12",
        engines: [Webkit],
        weight: Correctness,
        standard: "Each byte of a response header is one code point for a script.",
        engine: "Each byte that is not part of valid UTF-8 is replaced with the three bytes of U+FFFD in UTF-8. A script sees these three bytes as the code points U+00EF, U+00BF and U+00BD.",
        cases: ["redirect-000753", "expose-000035", "expose-000346"],
    }
    EmptyLinesDropped = "empty-lines-dropped" {
        step: "http-network-or-cache-fetch/19",
        engines: [Firefox],
        weight: Security,
        standard: "A header line with an empty value is combined with the other header lines that have the same name.",
        engine: "A header line with an empty value is dropped if other header lines have the same name. Exceptions: Content-Length, Content-Type, Location, and an Access-Control-Allow-Origin that is written in exactly this letter case.",
        cases: ["check-000241", "check-001113"],
    }
    SingletonLinesCountOnce = "singleton-lines-count-once" {
        step: "http-network-or-cache-fetch/19",
        engines: [Firefox],
        weight: Minor,
        standard: "All header lines with the same name are combined.",
        engine: "For a header that can have only one value, such as Authorization or Location, only the first line counts.",
        cases: ["loc-000041"],
    }
    ContentTypeLinesJoinedByComma = "content-type-lines-joined-by-comma" {
        step: "http-network-or-cache-fetch/11.2",
        engines: [Firefox],
        weight: Minor,
        standard: "If several header lines have the same name, their values are joined by a comma and a space.",
        engine: "The values of several Content-Type lines are joined by a comma without a space. Empty values at the beginning are left out.",
        cases: ["expose-000124", "expose-000158"],
    }
    DifferentLocationsFail = "different-locations-fail" {
        step: "http-network-or-cache-fetch/11.2",
        engines: [Chromium, Firefox],
        weight: Correctness,
        standard: "Several Location lines matter only if a redirect is followed.",
        engine: "If a response has several Location lines with different values, the fetch fails with a network error, even if the response is not a redirect.",
        cases: ["loc-000029"],
    }
    WildcardBeforeJunkExposes = "wildcard-before-junk-exposes" {
        step: "main-fetch/14.1.1",
        engines: [Firefox],
        weight: Security,
        standard: "A malformed element of Access-Control-Expose-Headers makes the whole value ineffective.",
        engine: "If Access-Control-Expose-Headers has a `*` before the malformed element, the `*` still exposes every header.",
        cases: ["expose-000200"],
    }
    OriginKeptOnGet = "origin-kept-on-get" {
        step: "append-a-request-origin-header/4",
        engines: [Webkit],
        weight: Minor,
        standard: "A same-origin GET does not have an Origin header.",
        engine: "If a redirect within one origin turns another method, such as POST, into GET, the GET keeps the Origin header.",
        cases: ["redirect-000010", "redirect-000342"],
    }
    RedirectIgnoresReferrerPolicy = "redirect-ignores-referrer-policy" {
        step: "append-a-request-origin-header/4.1",
        engines: [Webkit],
        weight: Minor,
        standard: "Before each request, the browser applies the referrer policy, which a redirect can have changed. The policy can change Origin to `null`.",
        engine: "Only the first request uses the referrer policy. A redirect within one origin keeps Origin. After a redirect to another origin, Origin is the origin of the page.",
        cases: ["refpol-000153"],
    }
    DowngradeHidesOrigin = "downgrade-hides-origin" {
        step: "append-a-request-origin-header/4.1.otherwise",
        engines: [Firefox],
        weight: Minor,
        standard: "In mode `no-cors`, the referrer policies `origin-when-cross-origin` and `unsafe-url` keep Origin on a request from https to http.",
        engine: "In mode `no-cors`, Origin is `null` on a request from https to http, even with the referrer policies `origin-when-cross-origin` and `unsafe-url`.",
        cases: ["down-000243"],
    }
    NullOriginAfterNoCorsRedirect = "null-origin-after-no-cors-redirect" {
        step: "append-a-request-origin-header/2",
        engines: [Chromium],
        weight: Minor,
        standard: "Origin is `null` after a tainting redirect.",
        engine: "In mode `no-cors`, Origin is `null` after any cross-origin redirect.",
        cases: ["mixed-000059"],
    }
    NoReferrerKeepsOrigin = "no-referrer-keeps-origin" {
        step: "append-a-request-origin-header/4.1",
        engines: [Chromium],
        weight: Minor,
        standard: "In mode `no-cors`, the referrer policy can change Origin to `null`.",
        engine: "The referrer policy does not change Origin.",
        cases: ["down-000247"],
    }
    DeleteBecomesGet = "delete-becomes-get" {
        step: "http-redirect-fetch/12",
        engines: [Webkit],
        weight: Correctness,
        standard: "Only a 303 changes DELETE to GET.",
        engine: "Any cross-origin redirect changes DELETE to GET, and keeps the headers.",
        cases: ["redirect-000113", "redirect-000446"],
    }
    CredentialedCheckOfRedirects = "credentialed-check-of-redirects" {
        step: "http-fetch/4.4",
        engines: [Webkit],
        weight: Correctness,
        standard: "With credentials mode `same-origin`, the CORS check of a cross-origin redirect does not need Access-Control-Allow-Credentials, and accepts `*`.",
        engine: "If the first URL is same-origin, the CORS check of the redirect is as strict as with credentials mode `include`. If this check fails and the browser sent a preflight before the redirect, the fetch fails only after the next preflight.",
        cases: ["cred-000006", "strict-000001"],
    }
    OtherRedirectStatuses = "other-redirect-statuses" {
        step: "definition/redirect-status",
        engines: [Webkit],
        weight: Correctness,
        standard: "Five statuses redirect: 301, 302, 303, 307 and 308.",
        engine: "Every status from 309 to 399 redirects too.",
        cases: ["redirect-000263", "redirect-000746"],
    }
    EqualLocationsCountOnce = "equal-locations-count-once" {
        step: "location-url/2",
        engines: [Chromium],
        weight: Correctness,
        standard: "Several Location lines are an error.",
        engine: "Several equal Location lines count as one.",
        cases: ["redirect-000482", "redirect-000843"],
    }
    LocationLinesJoined = "location-lines-joined" {
        step: "location-url/2",
        engines: [Webkit],
        weight: Correctness,
        standard: "Several Location lines are an error.",
        engine: "Several Location lines are joined by a comma and a space, and the browser follows the joined value.",
        cases: ["redirect-000139", "redirect-000482"],
    }
    AnyLocationFollowed = "any-location-followed" {
        step: "location-url/2",
        engines: [Chromium, Firefox, Webkit],
        weight: Correctness,
        standard: "A Location that is not a URI reference is an error.",
        engine: "A Location that is not a URI reference is an error only if the URL parser refuses it.",
        cases: ["redirect-000137", "redirect-000171"],
    }
    LocationBaseHasNoUserinfo = "location-base-has-no-userinfo" {
        step: "location-url/3",
        engines: [Chromium, Webkit],
        weight: Correctness,
        standard: "A relative Location takes over the user name and the password of the request's URL, so the CORS protocol refuses the redirect.",
        engine: "In the response to a cross-origin request, a relative Location does not take over the user name and the password of the request's URL, so the browser follows the redirect.",
        cases: ["uinfo-000000"],
    }
    LocationBytesEscaped = "location-bytes-escaped" {
        step: "location-url/3",
        engines: [Chromium, Firefox],
        weight: Minor,
        standard: "Each byte of Location is one code point for the URL parser.",
        engine: "Each byte of Location that is 0x80 or more is percent-encoded before the URL is parsed.",
        cases: ["redirect-000753"],
    }
    EmptyLocationIsNone = "empty-location-is-none" {
        step: "location-url/3",
        engines: [Chromium],
        weight: Correctness,
        standard: "An empty Location leads to the same URL, so the fetch fails after twenty redirects.",
        engine: "A response with an empty Location is not a redirect.",
        cases: ["redirect-000360", "redirect-000559"],
    }
    EmptyLocationIsAnError = "empty-location-is-an-error" {
        step: "location-url/3",
        engines: [Webkit],
        weight: Correctness,
        standard: "An empty Location leads to the same URL, so the fetch fails after twenty redirects.",
        engine: "An empty Location is an error.",
        cases: ["redirect-000360", "redirect-000559"],
    }
    RedirectNeedsLocation = "redirect-needs-location" {
        step: "http-fetch/6",
        engines: [Chromium, Webkit],
        weight: Correctness,
        standard: "In redirect mode `error`, a redirect status without Location is an error.",
        engine: "In redirect mode `error`, a response without Location or with an empty Location is not a redirect, so the page receives it.",
        cases: ["redir-000171"],
    }
    ManualRedirectNeedsValidLocation = "manual-redirect-needs-valid-location" {
        step: "http-fetch/6.3.manual.2",
        engines: [Chromium],
        weight: Correctness,
        standard: "In redirect mode `manual`, Location is not parsed.",
        engine: "In redirect mode `manual`, a Location that does not parse causes a network error.",
        cases: ["mloc-000296"],
    }
    ManualRedirectToFtpFails = "manual-redirect-to-ftp-fails" {
        step: "http-fetch/6.3.manual.2",
        engines: [Webkit],
        weight: Minor,
        standard: "In redirect mode `manual`, Location is not parsed.",
        engine: "In redirect mode `manual`, a Location with the scheme `ftp` causes a network error.",
        cases: ["mloc-000280"],
    }
    UserinfoInRedirectRefused = "userinfo-in-redirect-refused" {
        step: "http-redirect-fetch/9",
        engines: [Chromium],
        weight: Correctness,
        standard: "A same-origin redirect can have userinfo.",
        engine: "A redirect of `fetch()` to a URL with userinfo fails.",
        cases: ["user-000012"],
    }
    UserinfoRefusedAfterPreflight = "userinfo-refused-after-preflight" {
        step: "http-redirect-fetch/10",
        engines: [Webkit],
        weight: Minor,
        standard: "In mode `cors`, a cross-origin redirect to a URL with userinfo fails at once.",
        engine: "In mode `cors`, if a URL with the page's own origin redirects to a cross-origin URL with userinfo, the fetch fails only after the preflight for the cross-origin URL.",
        cases: ["redirect-000749"],
    }
    NoCorsCookiesAfterRedirect = "no-cors-cookies-after-redirect" {
        step: "http-network-or-cache-fetch/8.3",
        engines: [Webkit],
        weight: Security,
        standard: "With credentials mode `same-origin`, a cross-origin request does not have cookies.",
        engine: "In mode `no-cors` and credentials mode `same-origin`, if a same-origin request is redirected to another origin, the request to the other origin has cookies.",
        cases: [],
    }
    LoopbackIsMixedContent = "loopback-is-mixed-content" {
        step: "should-fetching-request-be-blocked-as-mixed-content/1.2",
        engines: [Webkit],
        weight: Correctness,
        standard: "A page on https can fetch from a loopback address and `localhost` over http.",
        engine: "A fetch over http from a page on https is mixed content, even to a loopback address or `localhost`.",
        cases: ["acao-000037"],
    }
    MixedContentRefusedAfterPreflight = "mixed-content-refused-after-preflight" {
        step: "main-fetch/7",
        engines: [Webkit],
        weight: Minor,
        standard: "A redirect to mixed content fails at once.",
        engine: "A redirect to mixed content fails only after the preflight of the redirected request, if this request needs a preflight.",
        cases: ["mix-000106"],
    }
    IpAddressesAreNotSameSite = "ip-addresses-are-not-same-site" {
        step: "cross-origin-resource-policy-internal-check/5.same-site",
        engines: [Chromium],
        weight: Correctness,
        standard: "Cross-Origin-Resource-Policy `same-site` allows the same IP address with another port.",
        engine: "A URL with an IP address is same-site only with pages of its own origin.",
        cases: ["corp-000078"],
    }
    CorpSameSiteAllowsOpaquePages = "corp-same-site-allows-opaque-pages" {
        step: "cross-origin-resource-policy-internal-check/5.same-site",
        engines: [Chromium],
        weight: Security,
        standard: "Cross-Origin-Resource-Policy `same-site` does not allow a page with an opaque origin.",
        engine: "Two hosts without a registrable domain are same-site, and an opaque origin counts as such a host.",
        cases: ["corp-000068"],
    }
    FailedPreflightFillsCache = "failed-preflight-fills-cache" {
        step: "cors-preflight-fetch/7.5",
        engines: [Webkit],
        weight: Correctness,
        standard: "A preflight that fails adds nothing to the preflight cache.",
        engine: "A preflight response that passes the CORS check adds entries to the preflight cache, even if the response denies the request.",
        cases: ["cache-000107", "cache-000198"],
    }
    WildcardCoversAuthorization = "wildcard-covers-authorization" {
        step: "cors-preflight-fetch/7.6",
        engines: [Chromium, Firefox, Webkit],
        weight: Security,
        standard: "`*` in Access-Control-Allow-Headers does not cover Authorization.",
        engine: "`*` covers Authorization.",
        cases: ["preflight-000214", "preflight-000375", "preflight-001425"],
    }
    UploadListenerAllowsNoMethod = "upload-listener-allows-no-method" {
        step: "cors-preflight-fetch/7.4",
        engines: [Chromium, Firefox, Webkit],
        weight: Correctness,
        standard: "If the request has an upload listener, a preflight response without Access-Control-Allow-Methods allows the method of the request.",
        engine: "Even if the request has an upload listener, a preflight response without Access-Control-Allow-Methods allows only safelisted methods.",
        cases: ["preflight-001108"],
    }
    SignedMaxAge = "signed-max-age" {
        step: "cors-preflight-fetch/7.8",
        engines: [Chromium, Webkit],
        weight: Minor,
        standard: "A max-age consists of digits; any other value counts as 5 seconds.",
        engine: "A max-age is a signed number of 64 bits. A negative number counts as 0, and a number that does not fit counts as 5 seconds.",
        cases: ["cache-000045", "cache-000485"],
    }
    MalformedMaxAgeNotCached = "malformed-max-age-not-cached" {
        step: "cors-preflight-fetch/7.9",
        engines: [Firefox],
        weight: Minor,
        standard: "A malformed max-age counts as 5 seconds.",
        engine: "A preflight response whose max-age is malformed or 0 does not change the preflight cache.",
        cases: ["cache-000032", "cache-000045"],
    }
    OnePreflightPerUrl = "one-preflight-per-url" {
        step: "cors-preflight-fetch/7.12",
        engines: [Chromium, Webkit],
        weight: Minor,
        standard: "The preflight cache adds the entries of each preflight to the entries of the URL.",
        engine: "The preflight cache has only the last preflight of each URL. A request that needs another preflight removes the cached preflight.",
        cases: ["one-000019"],
    }
    SafelistedMethodStaysCached = "safelisted-method-stays-cached" {
        step: "cors-preflight-fetch/7.15",
        engines: [Firefox],
        weight: Security,
        standard: "With an upload listener, every method needs an entry in the preflight cache, even GET, HEAD and POST.",
        engine: "With an upload listener, GET and POST do not need an entry of their own if any preflight of the URL was cached before, even if the max-age of this preflight is over.",
        cases: ["cache-000286", "safe-000022"],
    }
    SafelistedMethodIsCached = "safelisted-method-is-cached" {
        step: "cors-preflight-fetch/7.13",
        engines: [Chromium, Webkit],
        weight: Security,
        standard: "With an upload listener, every method needs an entry in the preflight cache, even GET, HEAD and POST.",
        engine: "With an upload listener, a safelisted method does not need an entry of its own while a preflight of the URL is cached.",
        cases: ["cache-000286"],
    }
    HeadNeedsCacheEntry = "head-needs-cache-entry" {
        step: "http-fetch/4.1.1",
        engines: [Firefox],
        weight: Minor,
        standard: "Without an upload listener, the method HEAD does not need an entry in the preflight cache.",
        engine: "If another part of the request, such as a header, needs a preflight, the method HEAD needs an entry in the preflight cache too.",
        cases: ["cache-000245"],
    }
    OpaqueOriginNotCached = "opaque-origin-not-cached" {
        step: "http-fetch/4.1",
        engines: [Chromium],
        weight: Minor,
        standard: "The preflights of a page with an opaque origin are cached.",
        engine: "The preflights of a page with an opaque origin are not cached.",
        cases: ["cache-000253", "cache-000255"],
    }
    CacheSeparatesCredentials = "cache-separates-credentials" {
        step: "definition/cache-entry-match",
        engines: [Firefox],
        weight: Minor,
        standard: "A preflight cache entry that was stored with credentials also serves requests without credentials.",
        engine: "A preflight cache entry that was stored with credentials serves only requests with credentials.",
        cases: ["sepa-000025"],
    }
    CachedWildcardNeedsNoCredentials = "cached-wildcard-needs-no-credentials" {
        step: "definition/method-cache-entry-match",
        engines: [Webkit],
        weight: Security,
        standard: "A cached `*` covers a request with credentials.",
        engine: "A cached `*` does not cover a request with credentials.",
        cases: ["cache-000392", "cache-000417", "cache-000452"],
    }
    CredentialedWildcardNotCached = "credentialed-wildcard-not-cached" {
        step: "definition/header-name-cache-entry-match",
        engines: [Chromium],
        weight: Minor,
        standard: "A cached `*` is a wildcard, even if the preflight of a credentialed request stored it.",
        engine: "A cached `*` is not a wildcard if the preflight of a credentialed request stored it.",
        cases: ["cache-000223", "cache-000392"],
    }
    WildcardNotCached = "wildcard-not-cached" {
        step: "definition/header-name-cache-entry-match",
        engines: [Firefox],
        weight: Minor,
        standard: "A cached `*` is a wildcard.",
        engine: "A cached `*` is not a wildcard.",
        cases: ["cache-000021", "cache-000027"],
    }
    CachedWildcardCoversAuthorization = "cached-wildcard-covers-authorization" {
        step: "definition/header-name-cache-entry-match",
        engines: [Webkit],
        weight: Security,
        standard: "A cached `*` does not cover Authorization.",
        engine: "A cached `*` covers Authorization.",
        cases: ["cache-000421"],
    }
    FailedCheckKeepsCache = "failed-check-keeps-cache" {
        step: "main-fetch/12.cors-preflight.3",
        engines: [Chromium, Webkit],
        weight: Minor,
        standard: "A network error removes the entries of the URL from the preflight cache.",
        engine: "A network error does not remove the entries of the URL from the preflight cache.",
        cases: ["cache-000159", "cache-000177", "cache-000107"],
    }
    RefusedRedirectKeepsCache = "refused-redirect-keeps-cache" {
        step: "main-fetch/12.cors-preflight.3",
        engines: [Firefox],
        weight: Minor,
        standard: "A network error removes the entries of the URL from the preflight cache.",
        engine: "If redirect mode `error` refuses a redirect, the entries of the URL stay in the preflight cache.",
        cases: ["keep-000001"],
    }
    ErrorStatusHidesTiming = "error-status-hides-timing" {
        step: "http-fetch/4.5",
        engines: [Firefox],
        weight: Minor,
        standard: "Timing-Allow-Origin allows the resource timing of a response with any status.",
        engine: "In mode `no-cors`, a cross-origin response with status 206 or a status outside of 200 to 299 does not show its resource timing, unless its type is `text/css` or `text/javascript`.",
        cases: ["tao-000006"],
    }
    NoCorsKeepsBodyType = "no-cors-keeps-body-type" {
        step: "request-constructor/37.4",
        engines: [Webkit],
        weight: Security,
        standard: "In mode `no-cors`, the type of a body is sent as Content-Type only if it is CORS-safelisted.",
        engine: "The type of a body is always sent as Content-Type.",
        cases: ["nocors-000501", "nocors-000502"],
    }
    OpaqueRedirectHidesTiming = "opaque-redirect-hides-timing" {
        step: "main-fetch/19",
        engines: [Chromium],
        weight: Minor,
        standard: "An opaque redirect shows its resource timing if no TAO check (Timing-Allow-Origin) failed.",
        engine: "An opaque redirect never shows its resource timing.",
        cases: ["redirect-000120", "redirect-000204", "mloc-000280"],
    }
    OpaqueRedirectShowsTiming = "opaque-redirect-shows-timing" {
        step: "main-fetch/19",
        engines: [Webkit],
        weight: Security,
        standard: "An opaque redirect shows its resource timing if no TAO check (Timing-Allow-Origin) failed.",
        engine: "An opaque redirect always shows its resource timing.",
        cases: ["redirect-000190", "mixed-000314", "mloc-000329"],
    }
}

/// The severity of the worst consequence of a quirk.
///
/// ```
/// use fetch_cors::engine::Weight;
/// assert_eq!(Weight::Minor.as_str(), "minor");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Exhaustive: three weights are enough to compare quirks.
pub enum Weight {
    /// The engine sends data that the standard does not send, or a script can read data that the standard hides.
    Security,
    /// A page or a server can notice the quirk.
    Correctness,
    /// The quirk causes only an additional request, or affects only unusual values.
    Minor,
}

impl Weight {
    /// Returns the weight as a word, which `spec-notes/engines.md` also uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::Correctness => "correctness",
            Self::Minor => "minor",
        }
    }
}

impl fmt::Display for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Quirk {
    type Err = UnknownQuirkError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.iter().copied();
        all.find(|quirk| quirk.name() == name)
            .ok_or(UnknownQuirkError)
    }
}

/// The error for a name that is not the name of a quirk.
///
/// ```
/// use fetch_cors::engine::{Quirk, UnknownQuirkError};
/// assert_eq!("blink-tag".parse::<Quirk>(), Err(UnknownQuirkError));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a quirk: the documentation of `fetch_cors::engine::Quirk` lists the quirks")]
pub struct UnknownQuirkError;
