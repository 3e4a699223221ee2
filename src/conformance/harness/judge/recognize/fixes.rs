//! Chooses the fix of a mistake. The fix of some mistakes depends on the policy.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use http::Method;

use super::{
    Evidence, added_asterisk,
    description::Description,
    facts::{ALLOW_CREDENTIALS, ALLOW_ORIGIN, MAX_AGE, single},
    ignored_headers::fix_of_useless,
    letter_case, list_forms, max_age,
    names::{
        Names, are_options, are_preflights, are_preflights_refused, are_server_errors,
        is_true_repeated, origins,
    },
    options_in_front,
    refused_pages::fix_of_refused_pages,
    wrong_values::{fix_of_lists, fix_of_quotes, sent},
};
use crate::{
    cases::Exchange,
    conformance::harness::{
        judge::null_origin,
        probes::{
            attacks::{EXPRESSION, origin_for_expression},
            shared_hosts::shared_domain,
        },
        report::{cause::Cause, violation::Violation},
    },
    wording,
};

/// The start of a fix if the server answers with an error such as 500.
pub(super) const SERVER_ERRORS_FIRST: &str = "find the reason for the server errors, and ";

/// The fix if long headers get an error.
const FIX_OF_LENGTH: &str = "if your pages send headers of this length, raise the limit in the server, or in the proxy in front of the server; otherwise, answer these requests with the status 431";

/// The fix if some requested header names get an error.
const FIX_OF_NAMES: &str = "answer these preflights without an error: the browser denies each request header that `Access-Control-Allow-Headers` does not list";

/// The fix if preflights without requested header names get no lists.
const FIX_OF_LISTS: &str = "send the same lists to every preflight: browsers send `Access-Control-Request-Headers` only if the request has a header that is not CORS-safelisted";

/// The fix if requests without `Content-Type` get an error.
const FIX_OF_CONTENT_TYPE: &str = "answer a request without `Content-Type`: browsers do not send this header with an empty request";

impl Evidence<'_> {
    /// Returns the fix of `cause` for the policy of this check.
    pub(crate) fn advice(&self, cause: Cause) -> &'static str {
        let spec = &self.expectations.spec;
        match cause {
            _ if self.allows_no_origin() && sends_cors_headers(cause) => {
                Cause::SendsCorsHeaders.advice()
            }
            Cause::RedirectsPreflights => {
                let of_target = self.surroundings.advice_for_redirected_preflights();
                of_target.unwrap_or(cause.advice())
            }
            Cause::RedirectsEverything => {
                let of_target = self.surroundings.advice_for_redirect_of_everything();
                of_target.unwrap_or(cause.advice())
            }
            Cause::WildcardWithCredentials if !spec.credentials => {
                "remove `Access-Control-Allow-Credentials`: the policy does not allow credentials"
            }
            // No server can list every name.
            Cause::WildcardListWithCredentials
                if spec.methods.is_any() || self.expectations.permits_any_name() =>
            {
                concat!(
                    wording::not_a_wildcard!(),
                    ": send the requested method and the requested header names in place of `*`, because the policy permits all of them"
                )
            }
            Cause::SendsPattern
            | Cause::SendsList
            | Cause::ConstantOrigin
            | Cause::WrongConstantOrigin
            | Cause::OtherAllowOrigin
                if spec.origins.is_any() =>
            {
                "send `*`: the policy allows every origin"
            }
            cause => cause.advice(),
        }
    }

    /// Returns the fix of `cause`, with the methods, headers or origins that the check saw. `violations` has the
    /// violations with this cause, and `description` describes their mistake. Returns `None` if
    /// [`advice`](Self::advice) needs no details.
    pub(crate) fn fix(
        &self,
        cause: Cause,
        violations: &[Violation],
        description: &Description,
    ) -> Option<String> {
        if self.allows_no_origin() && cause != Cause::NoResponse {
            return None;
        }
        let mut fix = self.fix_with_names(cause, violations);
        if let Some(of_methods) = self.fix_of_failed_methods(cause, violations) {
            let stem = fix.as_deref().unwrap_or(self.advice(cause));
            fix = Some(format!("{stem}; {of_methods}"));
        }
        if let Some(misspelled) = &description.misspelled {
            let others = fix.unwrap_or_else(|| self.advice(cause).into());
            fix = Some(misspelled.fix(|| others));
        }
        if let Some(place) = description.unnamed_place {
            let (stem, responses) = (
                fix.as_deref().unwrap_or(self.advice(cause)),
                place.responses(),
            );
            fix = Some(format!(
                "{stem}; look for the mistake in the code that sends {responses}"
            ));
        }
        let is_of_waste = matches!(cause, Cause::WildcardOrigin | Cause::AllowsCredentials)
            && cause == self.cause_of_waste();
        if is_of_waste && self.folds_waste {
            let fixes = self.fixes_of_waste(violations);
            let stem = fix.as_deref().unwrap_or(self.advice(cause));
            let parts = core::iter::once(stem).chain(fixes.iter().map(String::as_str));
            fix = Some(parts.collect::<Vec<_>>().join("; "));
        }
        if !hides_others(cause) {
            return fix;
        }
        let fix = fix.unwrap_or_else(|| self.advice(cause).into());
        Some(format!(
            "{fix}; then run the check again, because this mistake can hide others"
        ))
    }

    fn fix_with_names(&self, cause: Cause, violations: &[Violation]) -> Option<String> {
        let exchanges = || violations.iter().flat_map(|violation| &violation.exchanges);
        let spec = &self.expectations.spec;
        let is_refused = are_preflights_refused(exchanges());
        let is_error = are_server_errors(exchanges());
        let first = if is_error { SERVER_ERRORS_FIRST } else { "" };
        let last = if is_error {
            ""
        } else {
            " in place of refusing the preflight"
        };
        if let Some(fix) = self.fix_by_origin(cause, violations) {
            return Some(fix);
        }
        match cause {
            Cause::AllowsEverything
            | Cause::ReflectsAnyOrigin
            | Cause::ReflectsAnyHttpsOrigin
            | Cause::ReflectsAnyHttpOrigin
            | Cause::ReflectsManyOrigins => self.fix_of_reflection(cause, violations),
            Cause::AllowsCredentials if self.reflects_with_credentials => Some(String::from(
                "send `*` to every origin, without `Access-Control-Allow-Credentials`; or, if your pages send cookies, list their origins in the policy, and set its `credentials` to `true`",
            )),
            Cause::LacksMethod
                if violations
                    .iter()
                    .all(|violation| self.lacks_lists_without_names(violation)) =>
            {
                Some(FIX_OF_LISTS.into())
            }
            Cause::LacksMethod => {
                let methods = self.lacking_methods(violations)?.all();
                Some(if is_refused {
                    format!("{first}let the server permit {methods}{last}")
                } else {
                    format!("list {methods} {}", wording::in_allow_methods!())
                })
            }
            Cause::ReadsListsStrictly => list_forms::fix(violations),
            Cause::LacksSafelistedMethod => {
                let methods = self.ungranted_methods(violations, true)?.all();
                Some(format!(
                    "{first}add {methods} to the methods of the server: browsers send a preflight for GET, HEAD and POST too, \
                     if the request has a header that is not CORS-safelisted"
                ))
            }
            Cause::LacksRequestHeader => {
                let headers = self.ungranted_headers(violations)?.all();
                Some(if self.methods_by_names(violations).is_some() {
                    format!("list {headers} in `Access-Control-Allow-Headers` for every method")
                } else if is_refused {
                    format!("{first}let the server permit {headers}{last}")
                } else {
                    format!("list {headers} in `Access-Control-Allow-Headers`")
                })
            }
            Cause::RefusesPreflights | Cause::MissesPreflights
                if self.require_names(violations) =>
            {
                Some(String::from(
                    "answer these preflights like the others, with a status from 200 to 299: browsers send `Access-Control-Request-Headers` only if the request has a header that is not CORS-safelisted",
                ))
            }
            Cause::MissesPreflights
                if exchanges()
                    .all(|exchange| exchange.response.header_list.contains(ALLOW_ORIGIN)) =>
            {
                Some(format!(
                    "the CORS headers are there, so only the status is wrong: {}, and do not pass it on to the router",
                    wording::answer_with_success!()
                ))
            }
            Cause::LacksVary => {
                let other = other_vary(exchanges())?.all();
                Some(format!(
                    "{}; these responses have {other} in `Vary`: if the middleware sends `Origin` in `Vary` already, another part of the server replaces the header; let this part add to `Vary` instead of setting it",
                    cause.advice()
                ))
            }
            Cause::OtherAllowOrigin if self.are_of_other_pages(violations) => Some(format!(
                "{}; if the server does this already, a cache in front of the server ignores `Vary`: let this cache store a response for each `Origin`, or no response",
                cause.advice()
            )),
            Cause::DeniesAllowedOrigin | Cause::NoCorsHeaders => {
                if let Some(entry) = self.entry_mistake(cause, violations) {
                    return Some(entry.fix);
                }
                self.headers_without_allow_origin(cause)?;
                Some(String::from(
                    "compare the list of origins in the server with the policy: each entry must be exactly the origin, without a slash or a space at its end; the other headers show that the CORS middleware runs at this URL",
                ))
            }
            Cause::AllowsOtherOrigin => {
                let others = self.other_origins(violations)?;
                if self.entry_read_as_expression.is_some() {
                    return Some(EXPRESSION.into());
                }
                let entries = self.expectations.spec.origins.entries();
                let mut expressions = entries.iter().filter(|entry| entry.contains("*."));
                if expressions.any(|entry| others.iter().eq([&*origin_for_expression(entry)])) {
                    return Some(EXPRESSION.into());
                }
                let fix = format!(
                    "remove {} from the origins that the server allows, or compare the whole `Origin` with each listed origin",
                    others.all()
                );
                let meant = others
                    .iter()
                    .filter(|origin| self.denied.can_be_meant(origin));
                Some(match Names::of_origins(meant) {
                    None => fix,
                    Some(meant) => format!(
                        "{fix}; or, if pages of {meant} may read responses, add {meant} to `origins` of the policy",
                        meant = meant.all()
                    ),
                })
            }
            Cause::AllowsLocalhost => self.fix_of_local_hosts(violations),
            Cause::ReflectsOnSomeMethods if are_preflights(exchanges()) => Some(String::from(
                concat!(wording::compare_origin!(), " in preflights too"),
            )),
            Cause::LacksHeadersOnErrors | Cause::LacksHeadersOnSomeResponses
                if let Some(headers) = self.required_headers(violations) =>
            {
                let headers = headers.joined("or");
                Some(format!(
                    "answer requests without {headers} like the others, and send the CORS headers: some requests of browsers have no such header"
                ))
            }
            Cause::LacksHeadersOnErrors => {
                let methods = self.refused_methods(violations)?.all_with_noun("method");
                Some(format!(
                    "{}; if the HTTP parser or the router of the server refuses {methods}, list in the policy only the methods that the server accepts",
                    wording::headers_on_errors!()
                ))
            }
            Cause::LacksExposedHeaders if are_options(exchanges()) => Some(String::from(
                "answer only preflights in the middleware, and pass every other OPTIONS request to the handler; or send `Access-Control-Expose-Headers` in these responses too",
            )),
            Cause::AllowsNull => {
                let origins = origins(exchanges())?;
                let is_several = origins.iter().nth(1).is_some();
                let origins = origins.all();
                is_several.then(|| {
                    format!(
                        "do not allow {origins}: {}",
                        wording::sandboxed_pages_are_null!()
                    )
                })
            }
            Cause::ComparesSuffix
                if !self.denied.has_only_open_ends(cause)
                    && self.compares_end_of_origin(violations) =>
            {
                Some(String::from(
                    "compare the whole `Origin`; anchor a regular expression at its beginning (`^`), and put its alternatives into a group",
                ))
            }
            Cause::ComparesPrefix if self.denied.accepts_other_end() => Some(String::from(
                "compare the whole `Origin`, also the last label of the host: the same name with another top-level domain can belong to another site",
            )),
            Cause::ComparesSuffix => {
                let ends = self.compared_ends(cause)?;
                Some(format!(
                    "compare the whole `Origin` with each listed origin, in place of {ends}"
                ))
            }
            Cause::UnescapedDot if self.denied.accepts_only_hyphens() => Some(String::from(
                "let the pattern accept only a dot between two labels: in a regular expression, write `\\.` in place of `[-.]`",
            )),
            Cause::AllowsSharedHosts => {
                let entries = self.expectations.spec.origins.entries().iter();
                let listed = entries.filter_map(|entry| shared_domain(entry));
                let listed: BTreeSet<&str> = listed.collect();
                let allowed = origins(exchanges())?;
                let allowed = allowed.iter().filter_map(shared_domain);
                let both = allowed.filter(|domain| listed.contains(domain));
                let domains = Names::new(both)?.joined("or");
                Some(format!(
                    "allow only the sites that the policy lists: every other name under {domains} can belong to another customer"
                ))
            }
            Cause::AuthenticatesPreflights
                if violations.iter().any(|violation| {
                    let last = violation.exchanges.last();
                    last.is_some_and(|last| !last.request.is_preflight())
                }) =>
            {
                Some(String::from(
                    "let the CORS middleware run before the login, so that it answers preflights, and adds the CORS headers to a response with the status 401",
                ))
            }
            Cause::LacksExposedHeaders
                if self.exposes_on_preflights
                    && exchanges().any(|exchange| exchange.request.method == Method::OPTIONS) =>
            {
                Some(String::from(
                    "send `Access-Control-Expose-Headers` in the other responses, in place of the preflight responses",
                ))
            }
            Cause::LacksOptions => {
                let headers = self.missing_headers()?.all();
                Some(format!(
                    "configure these options in the server: send {headers} as the policy says"
                ))
            }
            Cause::LacksCredentials if is_true_repeated(exchanges()) => {
                Some(Cause::RepeatsAllowOrigin.advice().into())
            }
            Cause::WildcardOrigin if self.has_options_in_front() => {
                Some(options_in_front::FIX.into())
            }
            Cause::WildcardOrigin if self.adds_asterisk(violations) => {
                Some(added_asterisk::FIX.into())
            }
            Cause::WildcardOrigin => {
                let place = self.place(violations);
                let in_place = place.map(|place| format!("; do this in {} too", place.responses()));
                let sends_credentials = !self.expectations.spec.credentials
                    && exchanges()
                        .any(|exchange| exchange.response.header_list.contains(ALLOW_CREDENTIALS));
                let credentials = sends_credentials.then_some(
                    "; and do not send `Access-Control-Allow-Credentials`, which the policy does not allow",
                );
                (in_place.is_some() || sends_credentials).then(|| {
                    let (advice, in_place) = (cause.advice(), in_place.unwrap_or_default());
                    format!("{advice}{in_place}{}", credentials.unwrap_or_default())
                })
            }
            Cause::RefusesNullOrigin => {
                let is_harmless =
                    exchanges().all(|exchange| null_origin::is_harmless(&exchange.request.method));
                is_harmless.then(|| null_origin::HARMLESS_FIX.into())
            }
            Cause::ListsOtherCase if spec.methods.is_any() => Some(String::from(
                "list the requested method byte for byte, or `*`: browsers compare methods byte for byte",
            )),
            Cause::ListsOtherCase => {
                letter_case::fix(&self.grants.permitted_methods(), exchanges())
            }
            Cause::FailsOnDeniedOrigins if self.crashes.fails_without_origin => Some(String::from(
                "answer these requests as usual and without CORS headers, in place of an error: the browser keeps the page from reading the response, and requests without `Origin` are not CORS requests",
            )),
            Cause::UselessHeaders => fix_of_useless(violations),
            Cause::MalformedLists => fix_of_lists(violations),
            Cause::OriginWithSlash
            | Cause::OriginWithComma
            | Cause::OriginWithName
            | Cause::OriginWithPort
            | Cause::OriginWithoutScheme
                if self.denied.reflects().is_some() =>
            {
                Some(format!(
                    "{}; and {}",
                    cause.advice(),
                    wording::compare_origin!()
                ))
            }
            Cause::OtherAllowOrigin => fix_of_quotes(violations, None),
            Cause::WrongConstantOrigin if !spec.origins.is_any() => {
                let several = spec.origins.entries().len() > 1;
                fix_of_quotes(violations, several.then_some(cause.advice()))
            }
            Cause::WrongMaxAge => max_age::fix(&sent(violations, MAX_AGE)?, spec.max_age?),
            Cause::NoResponse => self.fix_of_silence(violations),
            Cause::RefusesAllowedOrigin => fix_of_refused_pages(violations),
            Cause::FailsWithHeaders if self.fail_with_any_origin(violations) => Some(String::from(
                "find the reason for the server errors: for example, some CORS libraries fail on each request with `Origin` if their options do not fit together, such as `*` with credentials; then run the check again, because this mistake can hide others",
            )),
            Cause::FailsWithHeaders
                if self.failed_headers(violations).is_none()
                    && self.requests_without_content_type(violations).is_some() =>
            {
                Some(FIX_OF_CONTENT_TYPE.into())
            }
            Cause::FailsOnRequests => {
                if let Some(reason) = self.reason_of_unpermitted(violations) {
                    return Some(reason.fix().into());
                }
                if self.crashes.length(exchanges()).is_some() {
                    return Some(FIX_OF_LENGTH.into());
                }
                let preflights = self.preflights_with_failed_names(violations);
                preflights.map(|_| FIX_OF_NAMES.into())
            }
            _ => None,
        }
    }
}

/// Whether the mistake can hide other mistakes: the responses then do not show which origins, methods and request
/// headers the server allows.
const fn hides_others(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::DropsPreflights
            | Cause::NoCorsHeaders
            | Cause::RedirectsEverything
            | Cause::RedirectsPreflights
            | Cause::AuthenticatesPreflights
            | Cause::MissesPreflights
            | Cause::RefusesPreflights
            | Cause::IgnoresPreflights
            | Cause::LacksRequestHeader
            | Cause::RepeatsAllowOrigin
            | Cause::OriginWithSlash
            | Cause::OriginWithComma
            | Cause::OriginWithName
            | Cause::OriginWithPort
            | Cause::OriginWithoutScheme
            | Cause::ConstantOrigin
    )
}

/// Whether only a server that sends CORS headers can make the mistake. Returns true for every mistake with a
/// consequence for security.
fn sends_cors_headers(cause: Cause) -> bool {
    cause <= Cause::ExposesOtherHeaders
        || matches!(
            cause,
            Cause::RepeatsAllowOrigin
                | Cause::WildcardWithCredentials
                | Cause::LacksVary
                | Cause::AllowsMalformedOrigin
                | Cause::ReadsOneOfSeveralOrigins
                | Cause::SendsText
                | Cause::ReflectsLongHeaders
                | Cause::WrongMaxAge
                | Cause::UselessHeaders
                | Cause::GrantsHarmless
        )
}

/// Returns the value of `Vary` that all responses have. `None` if they have none, or different values.
fn other_vary<'a>(mut exchanges: impl Iterator<Item = &'a Exchange>) -> Option<Names> {
    let value = |exchange: &Exchange| single(&exchange.response.header_list, "vary");
    let first = value(exchanges.next()?)?;
    let is_same = exchanges.all(|exchange| value(exchange).as_ref() == Some(&first));
    let first = String::from_utf8_lossy(&first).into_owned();
    Names::new(is_same.then_some(first))
}
