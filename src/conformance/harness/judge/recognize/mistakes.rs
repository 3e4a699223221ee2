//! Describes a mistake of a server. The description names methods, headers or origins from the violations.

use alloc::{collections::BTreeSet, format, string::String};

use http::Method;

use super::{
    Evidence, added_asterisk,
    description::Description,
    facts::{
        ALLOW_ORIGIN, EXPOSE_HEADERS, MAX_AGE, elements, has_credentials, is_like_preflight, single,
    },
    folded::OTHERS_FAIL,
    ignored_headers::useless_names,
    letter_case,
    names::{
        Names, are_options, are_preflights, are_server_errors, common_headers, credential_headers,
        is_true_repeated, joined, origins,
    },
    options_in_front,
    unanswered::{self, DENIED, OWN_PAGES, SEVERAL_ORIGINS, WITHOUT_ORIGIN},
    unpermitted_methods,
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::{
            judge::requests::origin_kind,
            probes::shared_hosts::shared_domain,
            report::{
                cause::Cause,
                place::Place,
                places_of_violations::place_of_all,
                request_kind::{OriginKind, Purpose},
                violation::Violation,
            },
        },
        laws::Law,
    },
    explain::header_name::capitalized,
    infrastructure::origin::TupleOrigin,
    server::AllowList,
};

const DENIED_OPTIONS: &str = "OPTIONS requests of denied origins";

impl Evidence<'_> {
    /// Describes the mistake of `cause` with details from `violations`, which all have this cause. If the server makes
    /// the mistake only for requests with a certain header, or only in responses of one kind, the text names the header
    /// or the kind.
    pub(crate) fn description(&self, cause: Cause, violations: &[Violation]) -> Description {
        let misspelled = self.misspelled_description(cause, violations);
        // No response has the right name of a misspelled header, so the place does not matter.
        let place = self.place(violations).filter(|_| misspelled.is_none());
        let detailed = misspelled.or_else(|| self.detailed_mistake(cause, violations));
        let with_values = || self.text_with_values(cause, violations);
        let detailed = detailed.or_else(|| with_values().map(Description::new));
        let detailed = detailed.unwrap_or_else(|| Description::new(cause.mistake()));
        let mut description = detailed.naming(cause.places()).in_place(place);
        let exchanges = || violations.iter().flat_map(|violation| &violation.exchanges);
        let names_header = match cause {
            // The texts of these causes name the header already.
            Cause::ReflectsWithCredentials
            | Cause::ReflectsWithHeaders
            | Cause::LacksHeadersWithCredentials
            | Cause::FailsWithCredentials
            | Cause::GrantsPrivateNetwork => true,
            // Of the preflights of denied origins, the check judges only those with a special header: a page does not see
            // why a preflight fails.
            Cause::FailsOnDeniedOrigins => are_preflights(exchanges()),
            _ => false,
        };
        let headers = self.headers_with_mistake(violations);
        if let Some(headers) = headers.filter(|_| !names_header) {
            let (with, mistake) = (headers.joined("or"), &description.text);
            description.text = format!("if the request has {with}, {mistake}");
            description = description.about_names(&headers);
        }
        if matches!(
            cause,
            Cause::UnstableAnswers | Cause::FailsSometimes | Cause::RefusesSometimes
        ) {
            // The requests of these mistakes are random.
            description.scope.clear();
        } else {
            description.scope = self.scope(cause, violations, description.scope);
        }
        description
    }

    /// Returns the place of all violations. Returns `None` if no usual response has a status from 200 to 299, because the
    /// check then did not see responses without the mistake.
    pub(super) fn place(&self, violations: &[Violation]) -> Option<Place> {
        place_of_all(violations).filter(|_| self.allowed.has_success)
    }

    fn misspelled_description(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> Option<Description> {
        let [wrong, right] = self.misspelled_headers(cause, violations)?;
        let text = format!(
            "responses have the misspelled {} in place of {}",
            wrong.noun_and_names("header"),
            right.joined("and")
        );
        Some(Description::new(text).about_names(&wrong))
    }

    fn detailed_mistake(&self, cause: Cause, violations: &[Violation]) -> Option<Description> {
        let exchanges = || violations.iter().flat_map(|violation| &violation.exchanges);
        match cause {
            Cause::ReflectsOnSomeMethods if are_preflights(exchanges()) => Some(
                Description::new("preflight responses reflect any origin, but other responses do not")
                    .naming(&[Place::Preflights]),
            ),
            Cause::ReflectsOnSomeMethods => {
                let others = exchanges().filter(|exchange| !is_like_preflight(&exchange.request));
                let methods = Names::new(others.map(|exchange| exchange.request.method.as_str()))?;
                let has_preflight =
                    exchanges().any(|exchange| is_like_preflight(&exchange.request));
                let and = and_in_preflights(has_preflight);
                let text = format!(
                    "the server reflects any origin if the method is {}{and}",
                    methods.joined("or")
                );
                Some(Description::new(text).about_names(&methods).naming(&[Place::Head]))
            }
            Cause::ReflectsWithCredentials => {
                let headers = credential_headers(exchanges())?;
                let has_preflight = exchanges().any(|exchange| {
                    exchange.request.is_preflight() && self.denied.cause(exchange) == Some(cause)
                });
                let and = and_in_preflights(has_preflight);
                let text = format!(
                    "the server reflects any origin if the request has {}{and}",
                    headers.joined("or")
                );
                let places = [Place::Preflights];
                let named = if has_preflight { &places[..] } else { &[] };
                Some(Description::new(text).about_names(&headers).naming(named))
            }
            Cause::ReflectsWithHeaders => {
                let headers = common_headers(violations)?;
                let is_of_cache = headers.iter().eq(["If-None-Match"]);
                let why = if is_of_cache {
                    ", which browsers add to ask whether a cached response is still valid: the CORS headers of the 304 response then replace those of the cached response"
                } else {
                    ""
                };
                let text = format!(
                    "the server reflects any origin if the request has {}{why}",
                    headers.joined("or")
                );
                Some(Description::new(text).about_names(&headers))
            }
            Cause::LacksHeadersWithCredentials => {
                let headers = credential_headers(exchanges())?;
                let text = format!(
                    "responses to requests with {} lack the CORS headers",
                    headers.joined("or")
                );
                Some(Description::new(text).about_names(&headers))
            }
            Cause::FailsWithCredentials => {
                let headers = credential_headers(exchanges())?;
                let text = format!("the server fails on requests with {}", headers.joined("or"));
                Some(Description::new(text).about_names(&headers))
            }
            Cause::LacksHeadersOnSomeResponses if self.allowed.has_headers_only_on_preflights() => {
                Some(
                    Description::new("only preflight responses have the CORS headers: the responses to the actual requests lack them")
                        .naming(&[Place::Preflights]),
                )
            }
            Cause::RefusesPreflights | Cause::MissesPreflights
                if self.allowed.granted.requires_names() =>
            {
                let statuses = statuses(exchanges());
                Some(Description::new(format!(
                    "preflights without `Access-Control-Request-Headers` get the status {statuses}"
                )))
            }
            Cause::MissesPreflights => {
                let preflights = exchanges().filter(|exchange| exchange.request.is_preflight());
                let statuses = statuses(preflights);
                (!statuses.is_empty())
                    .then(|| Description::new(format!("preflights get the status {statuses}")))
            }
            Cause::OtherAllowOrigin if self.are_of_other_pages(violations) => Some(Description::new("a page gets the response for another page, although `Vary` lists `Origin`")),
            Cause::OtherAllowOrigin if exchanges().all(sends_null) => Some(Description::new("the server sends `null` in place of the allowed origin")),
            Cause::AllowsNull => {
                let origins = origins(exchanges())?;
                let is_several = origins.iter().nth(1).is_some();
                is_several.then(|| {
                    let text = format!("the server allows the origins {}", origins.joined("and"));
                    Description::new(text).about_names(&origins)
                })
            }
            Cause::GrantsOtherHeaders if self.grants.prefix().is_some() => {
                let prefix = self.grants.prefix()?;
                let text = format!(
                    "preflight responses grant every request header that begins with `{prefix}`, but the policy does not permit all of them"
                );
                Some(Description::new(text).about([prefix]))
            }
            Cause::LacksHeadersOnSomeResponses if self.allowed.has_headers_only_on_get() => {
                Some(Description::new("only responses to GET have the CORS headers"))
            }
            Cause::LacksHeadersOnSomeResponses => {
                let methods = self.methods_without_headers(violations)?;
                let text = format!("responses to {} lack the CORS headers", methods.joined("and"));
                Some(Description::new(text).about_names(&methods).naming(&[Place::Head]))
            }
            Cause::LacksHeadersOnErrors => self.errors_without_headers(violations),
            Cause::LacksExposedHeaders
                if self.exposes_on_preflights
                    && exchanges().any(|exchange| exchange.request.method == Method::OPTIONS) =>
            {
                Some(
                    Description::new("scripts cannot read response headers that the policy exposes: only preflight responses have `Access-Control-Expose-Headers`")
                        .naming(&[Place::Preflights]),
                )
            }
            Cause::ExposesEverything if self.hides_from_credentials(exchanges()) => {
                Some(Description::new("the server exposes every response header to fetches without credentials, but no header to fetches with credentials"))
            }
            Cause::ComparesPrefix | Cause::ComparesSuffix | Cause::ContainsListedHost
                if self.denied.entries_with(cause).is_empty()
                    && let Some(own) = self.denied.own_origin_with(cause) =>
            {
                let part = match cause {
                    Cause::ComparesPrefix => "begins with",
                    Cause::ComparesSuffix => "ends with",
                    _ => "contains",
                };
                let own = TupleOrigin::parse(own.as_str()).ok()?;
                Some(Description::new(format!(
                    "the server allows origins whose host {part} its own host `{}`",
                    own.host()
                )))
            }
            Cause::ComparesSuffix if self.compares_end_of_origin(violations) => {
                let allowed = self.wrongly_allowed(cause, violations)?.joined("and");
                let text = format!("the server compares only the end of the origin: it allows {allowed}");
                Some(Description::new(text))
            }
            Cause::ComparesSuffix => {
                let parents = self.denied.parents_of_subdomains();
                let parents = Names::new(parents)?;
                let text = format!(
                    "the server allows names under {} that the policy does not list",
                    parents.joined("and")
                );
                Some(Description::new(text).about_names(&parents))
            }
            Cause::ReflectsAnyOrigin | Cause::ReflectsAnyHttpsOrigin => {
                let exceptions = self.exceptions().unwrap_or_default();
                let others = if self.has_errors_without_https(violations) {
                    OTHERS_FAIL
                } else {
                    ""
                };
                Some(Description::new(format!("{}{exceptions}{others}", cause.mistake())))
            }
            Cause::ReflectsManyOrigins => self.many_origins().map(Description::new),
            Cause::AllowsEverything => {
                let granted = self.grants.described_reflection()?;
                if self.denied.reflects() == Some(Cause::ReflectsManyOrigins) {
                    let reflected = self.many_origins()?;
                    let text = format!("{reflected}, and grants every requested {granted}");
                    return Some(Description::new(text).about([in_kebab_case(granted)]));
                }
                let exceptions = self.exceptions().unwrap_or_default();
                let text = format!(
                    "the server reflects any origin{exceptions}, and grants every requested {granted}"
                );
                Some(Description::new(text).about([in_kebab_case(granted)]))
            }
            Cause::GrantsRequested => {
                let granted = self.grants.described_reflection()?;
                let text = format!("preflight responses grant every requested {granted}");
                Some(Description::new(text).about([in_kebab_case(granted)]))
            }
            Cause::GrantsOtherThanPolicy => self.other_grants(violations),
            Cause::GrantsMoreThanPolicy | Cause::GrantsHarmless => self.granted(cause, true, true),
            Cause::GrantsOtherMethods => self.granted(cause, true, false),
            Cause::GrantsOtherHeaders => self.granted(cause, false, true),
            Cause::ListsOtherCase => {
                let failed = violations
                    .iter()
                    .filter(|violation| is_failed_fetch(violation));
                let failed = failed.flat_map(|violation| &violation.exchanges);
                letter_case::mistake(&self.grants.permitted_methods(), failed)
            }
            Cause::LacksMethod => {
                if let Some(description) = self.description_by_origin(cause, violations) {
                    return Some(description);
                }
                let names = self.ungranted_methods(violations, false)?;
                let methods = names.with_noun("method");
                let text = if are_server_errors(exchanges()) {
                    format!(
                        "preflights for {methods}, which the policy permits, get a server error"
                    )
                } else {
                    format!("preflight responses do not grant {methods}, which the policy permits")
                };
                Some(Description::new(text).about_names(&names))
            }
            Cause::LacksSafelistedMethod => {
                let names = self.ungranted_methods(violations, true)?;
                let methods = names.with_noun("method");
                let text = if are_server_errors(exchanges()) {
                    format!("preflights for {methods} get a server error")
                } else {
                    format!(
                        "preflight responses do not grant {methods}, but they grant other methods"
                    )
                };
                Some(Description::new(text).about_names(&names))
            }
            Cause::LacksRequestHeader => {
                if let Some(description) = self.description_by_origin(cause, violations) {
                    return Some(description);
                }
                let names = self.ungranted_headers(violations)?;
                let headers = names.with_noun("request header");
                if let Some([without, with]) = self.methods_by_names(violations) {
                    let text = format!(
                        "preflight responses for {} do not grant {headers}, but those for {} do",
                        without.joined("and"),
                        with.joined("and")
                    );
                    let description = Description::new(text).about_names(&without);
                    return Some(description.about_names(&names));
                }
                let text = if are_server_errors(exchanges()) {
                    format!(
                        "preflights for {headers}, which the policy permits, get a server error"
                    )
                } else {
                    format!("preflight responses do not grant {headers}, which the policy permits")
                };
                Some(Description::new(text).about_names(&names))
            }
            Cause::DeniesAllowedOrigin | Cause::NoCorsHeaders => {
                let Some(entry) = self.entry_mistake(cause, violations) else {
                    let others = self.headers_without_allow_origin(cause)?;
                    let text = format!(
                        "no response to an allowed origin has `Access-Control-Allow-Origin`, but responses have {}",
                        others.joined("and")
                    );
                    return Some(Description::new(text));
                };
                let description = Description::new(entry.mistake).about(entry.origins);
                Some(description.naming(entry.places))
            }
            Cause::AllowsOtherOrigin => {
                let origins = self.other_origins(violations)?;
                let text = format!(
                    "the server allows {}, which the policy does not allow",
                    origins.with_noun("origin")
                );
                Some(Description::new(text).about_names(&origins))
            }
            Cause::LacksExposedHeaders if are_options(exchanges()) => Some(
                Description::new("scripts cannot read response headers that the policy exposes, if the method is OPTIONS")
                    .naming(&[Place::Preflights]),
            ),
            Cause::LacksOptions => {
                let headers = self.missing_headers()?;
                let text = format!(
                    "the server lacks options of the policy: no response to an allowed origin has {}",
                    headers.joined("or")
                );
                Some(Description::new(text).about_names(&headers))
            }
            Cause::LacksCredentials if is_true_repeated(exchanges()) => Some(Description::new("responses have several values of `Access-Control-Allow-Credentials`")),
            Cause::WrongMaxAge
                if exchanges().all(|exchange| !exchange.response.header_list.contains(MAX_AGE)) =>
            {
                Some(Description::new("preflight responses lack the max-age of the policy"))
            }
            Cause::UselessHeaders => {
                let names = useless_names(violations)?;
                let all = names.all();
                let text = format!("responses have CORS headers that browsers ignore: {all}");
                Some(Description::new(text).about_names(&names))
            }
            Cause::AllowsSharedHosts => {
                let hosts = exchanges().filter_map(|exchange| {
                    let origin = exchange.request.header_list.get("origin")?;
                    let origin = String::from_utf8_lossy(&origin).into_owned();
                    Some(match shared_domain(&origin) {
                        Some(domain) => ["*.", domain].concat(),
                        None => origin,
                    })
                });
                let hosts = Names::new(hosts)?;
                let text = format!(
                    "the server allows every page of a shared host: {}",
                    hosts.joined("and")
                );
                Some(Description::new(text).about_names(&hosts))
            }
            Cause::SendsText => Some(sent_text(violations)),
            Cause::FailsOnRequests if self.fails_on_unpermitted_methods(violations) => {
                Some(Description::new(unpermitted_methods::MISTAKE).naming(&[Place::Preflights]))
            }
            Cause::NoResponse => {
                if let Some(method) = unanswered_method(violations) {
                    let method = method.escape_debug();
                    let text = if violations.len() > 1 {
                        format!("requests with the method `{method}` get no response")
                    } else {
                        format!("a request with the method `{method}` gets no response")
                    };
                    return Some(Description::new(text));
                }
                unanswered::mistake(violations).map(Description::new)
            }
            Cause::SendsOtherOrigin => {
                let origins = sent_origins(violations)?;
                let text = format!(
                    "the server sends {} in `Access-Control-Allow-Origin` to other origins or without `Origin`, and so lets pages of a denied origin read the responses",
                    origins.all()
                );
                Some(Description::new(text).about_names(&origins))
            }
            Cause::WrongConstantOrigin => {
                let origins = sent_origins(violations)?;
                let (mistake, all) = (cause.mistake(), origins.all());
                let text = format!("{mistake}: pages of {all} can read the responses");
                Some(Description::new(text).about_names(&origins))
            }
            Cause::FailsOnNullOrigin if self.crashes.fails_on_malformed_origins => {
                Some(Description::new("the server fails on requests with `Origin: null`, or with a malformed `Origin`"))
            }
            Cause::FailsOnDeniedOrigins if self.crashes.fails_without_origin => Some(Description::new("the server fails on requests of origins that the policy does not allow, and on requests without `Origin`")),
            Cause::FailsOnSomeOrigins if self.crashes.fails_without_https() => Some(
                Description::new("the server fails on requests of all origins without `https:` that the policy does not allow"),
            ),
            Cause::FailsOnSomeOrigins => {
                let origins = Names::of_origins(self.crashes.failed_origins())?;
                let text = format!(
                    "the server fails on requests of some origins that the policy does not allow: {}",
                    origins.joined("and")
                );
                Some(Description::new(text).about_names(&origins))
            }
            Cause::FailsOnOptions => {
                let has_origin =
                    |exchange: &Exchange| exchange.request.header_list.contains("origin");
                let with = match (exchanges().any(has_origin), exchanges().all(has_origin)) {
                    (_, true) => " with `Origin`",
                    (false, _) => " without `Origin`",
                    _ => return None,
                };
                Some(Description::new(format!(
                    "the server fails on OPTIONS requests{with} that are not preflights"
                )))
            }
            Cause::SlowPreflights if violations.iter().any(|violation| violation.unanswered.is_some()) => {
                Some(Description::new("long preflights get no response in time, but shorter preflights get one"))
            }
            Cause::DropsPreflights if self.surroundings.drops_options() => Some(Description::new("OPTIONS requests, and so all preflights, get no response, but other requests get one")),
            Cause::RedirectsPreflights => self.surroundings.redirect().map(Description::new),
            Cause::LacksVary if violations.iter().any(is_failed_fetch) => Some(Description::new("`Vary` does not list `Origin`, and a page gets the response for another page, probably from a cache")),
            Cause::LacksVary => {
                let place = self.place(violations)?;
                let text = format!("`Vary` of {} does not list `Origin`", place.responses());
                Some(Description::new(text).naming(&[place]))
            }
            Cause::WildcardOrigin if self.has_options_in_front() => Some(
                Description::new(options_in_front::MISTAKE).naming(&[Place::Preflights]),
            ),
            Cause::WildcardOrigin if self.adds_asterisk(violations) => {
                Some(Description::new(added_asterisk::MISTAKE))
            }
            Cause::WildcardOrigin => {
                let place = self.place(violations);
                let in_place = place.map(|place| format!(" in {}", place.responses()));
                let in_place = in_place.unwrap_or_default();
                let consequence = if violations.iter().any(is_failed_fetch) {
                    ", and requests with credentials fail"
                } else {
                    ""
                };
                let text = format!(
                    "the server sends `*`{in_place}, although the policy does not allow every origin{consequence}"
                );
                Some(Description::new(text).naming(place.as_slice()))
            }
            Cause::RepeatsAllowOrigin if exchanges().any(|exchange| self.is_repeated(exchange)) => {
                Some(Description::new("responses have several values of `Access-Control-Allow-Origin`, and one of them is the `Origin` of a page that the policy does not allow"))
            }
            Cause::WildcardWithCredentials if !self.expectations.spec.credentials => {
                Some(Description::new("the server sends `Access-Control-Allow-Credentials: true` together with `*`, which has no effect"))
            }
            Cause::AllowsLocalhost => self.local_hosts(violations).map(Description::new),
            _ => None,
        }
    }

    /// Whether the responses expose only `*`, which is not a wildcard in a fetch with credentials, and the policy exposes
    /// headers to fetches with credentials. At least one request has credentials, because a server can expose other headers
    /// to such a request.
    fn hides_from_credentials<'x>(
        &self,
        mut exchanges: impl Iterator<Item = &'x Exchange> + Clone,
    ) -> bool {
        let spec = &self.expectations.spec;
        let exposes_names =
            matches!(&spec.expose_headers, AllowList::Only(names) if !names.is_empty());
        spec.credentials
            && exposes_names
            && exchanges.clone().any(has_credentials)
            && exchanges.all(|exchange| {
                let exposed = elements(&exchange.response.header_list, EXPOSE_HEADERS);
                exposed.iter().all(|name| name == "*")
            })
    }

    /// Returns the CORS headers that the server sends although no response has `Access-Control-Allow-Origin`.
    pub(super) fn headers_without_allow_origin(&self, cause: Cause) -> Option<Names> {
        let sent = self.allowed.sent_without_allow_origin().iter();
        Names::new(sent.map(|name| capitalized(name))).filter(|_| cause == Cause::NoCorsHeaders)
    }

    /// Describes the origins that the server reflects, and the origins that it blocks.
    fn many_origins(&self) -> Option<String> {
        let reflected = self.denied.origins_with(Cause::ReflectsManyOrigins);
        let reflected = Names::of_origins(reflected)?;
        let blocked = Names::of_origins(self.denied.blocked())?;
        Some(format!(
            "the server reflects many origins that the policy does not allow ({}), and denies others ({})",
            reflected.joined("and"),
            blocked.joined("and"),
        ))
    }

    /// Describes the origins that the server blocks although it reflects nearly any origin.
    fn exceptions(&self) -> Option<String> {
        let blocked = Names::of_origins(self.denied.blocked())?.joined("and");
        Some(format!(" except {blocked}"))
    }

    /// Returns the text of the cause. The text has the names of the unpermitted methods and request headers that the
    /// server grants.
    fn granted(&self, cause: Cause, has_methods: bool, has_names: bool) -> Option<Description> {
        let is_harmless = cause == Cause::GrantsHarmless;
        let granted = self.grants.named(has_methods, has_names, is_harmless);
        let granted = Names::new(granted)?;
        let text = format!("{}: {}", cause.mistake(), granted.joined("and"));
        Some(Description::new(text).about_names(&granted))
    }

    /// Describes lists that lack permitted names and have unpermitted names.
    fn other_grants(&self, violations: &[Violation]) -> Option<Description> {
        let methods = self.ungranted_methods(violations, false);
        let headers = self.ungranted_headers(violations);
        let granted = [self.allowed.granted.methods(), self.allowed.granted.names()];
        let missing = methods.iter().chain(&headers).flat_map(Names::iter);
        // A preflight that requests a granted name can fail because of another name.
        let missing = missing.filter(|name| !granted.iter().any(|granted| granted.contains(*name)));
        let missing = Names::new(missing)?;
        let unpermitted = Names::new(self.grants.named(true, true, false))?;
        let text = format!(
            "preflight responses do not grant {}, which the policy permits, but they grant {}, which the policy does not permit",
            missing.joined("and"),
            unpermitted.joined("and")
        );
        Some(
            Description::new(text)
                .about_names(&missing)
                .about_names(&unpermitted),
        )
    }

    /// Whether one of the values of `Access-Control-Allow-Origin` is the denied origin of the request. If the header
    /// has several values, no page can read the response. But if the server later sends only this value, the page can
    /// read the response.
    fn is_repeated(&self, exchange: &Exchange) -> bool {
        let origin = single(&exchange.request.header_list, "origin").unwrap_or_default();
        let origin = String::from_utf8_lossy(&origin).into_owned();
        let is_origin = origin == "null" || TupleOrigin::parse(origin.as_bytes()).is_ok();
        is_origin
            && origin_kind(self.expectations, &exchange.request) == OriginKind::Denied
            && elements(&exchange.response.header_list, ALLOW_ORIGIN).contains(&origin)
    }
}

/// Returns the words with hyphens between them. A name in a scope has no spaces.
fn in_kebab_case(words: &str) -> String {
    words.replace(' ', "-")
}

fn sends_null(exchange: &Exchange) -> bool {
    single(&exchange.response.header_list, ALLOW_ORIGIN).as_deref() == Some(b"null")
}

/// Whether a permitted fetch fails.
fn is_failed_fetch(violation: &Violation) -> bool {
    violation.law == Law::FetchSucceedsExactlyWhenPermitted && violation.error.is_some()
}

/// Returns the method of the requests that get no response. Returns `None` if these requests have several methods, or the
/// policy permits none of them.
pub(super) fn unanswered_method(violations: &[Violation]) -> Option<&str> {
    let mut methods = violations.iter().map(|violation| {
        let line = violation.unanswered.as_ref()?;
        Some(line.request.method.as_str())
    });
    let first = methods.next()??;
    let mut laws = violations.iter().map(|violation| violation.law);
    let is_permitted = laws.any(|law| law == Law::FetchSucceedsExactlyWhenPermitted);
    (is_permitted && methods.all(|method| method == Some(first))).then_some(first)
}

/// Describes the values of `Access-Control-Allow-Origin` that are not origins, and the requests that get these values.
fn sent_text(violations: &[Violation]) -> Description {
    let kinds: BTreeSet<&str> = violations
        .iter()
        .flat_map(|violation| &violation.requests)
        .map(|kind| match (kind.origin, kind.purpose) {
            (OriginKind::Missing, _) => WITHOUT_ORIGIN,
            (OriginKind::Several, _) => SEVERAL_ORIGINS,
            (OriginKind::Own, _) => OWN_PAGES,
            (_, Purpose::Request) => DENIED,
            (_, Purpose::Preflight | Purpose::Options) => DENIED_OPTIONS,
        })
        .collect();
    let is_implied = |kind: &str| kind == DENIED_OPTIONS && kinds.contains(DENIED);
    let named = kinds.iter().filter(|kind| !is_implied(kind));
    let requests = joined(named.copied().map(String::from).collect(), "and");
    let exchanges = violations.iter().flat_map(|violation| &violation.exchanges);
    let values = exchanges.filter_map(|exchange| {
        let value = single(&exchange.response.header_list, ALLOW_ORIGIN)?;
        Some(String::from_utf8_lossy(&value).into_owned())
    });
    let text = match Names::new(values) {
        None => {
            format!("responses to {requests} have several values of `Access-Control-Allow-Origin`")
        }
        // `null` is an origin, so the text below about other values would be wrong.
        Some(values) if values.iter().eq(["null"]) => format!(
            "responses to {requests} have `Access-Control-Allow-Origin: null`, which is not the origin of a page that may read them"
        ),
        Some(values) if values.iter().eq([""]) => {
            format!("responses to {requests} have an empty `Access-Control-Allow-Origin`")
        }
        Some(values) => format!(
            "responses to {requests} have an `Access-Control-Allow-Origin` that is neither `*` nor the origin of a page: {}",
            values.joined("or")
        ),
    };
    let places = [Place::Preflights];
    let is_named = kinds.contains(DENIED_OPTIONS) && !is_implied(DENIED_OPTIONS);
    let named = if is_named { &places[..] } else { &[] };
    let requests = violations.iter().flat_map(|violation| violation.requests());
    Description::new(text).about(requests).naming(named)
}

/// Returns the denied origins that the server sends to other origins. `None` if no violation shows such an origin.
fn sent_origins(violations: &[Violation]) -> Option<Names> {
    let shown = violations.iter();
    let exchanges = shown.filter(|violation| violation.law == Law::DeniedPageReadsNothing);
    let values = exchanges.flat_map(|violation| &violation.exchanges);
    let values = values.filter_map(|exchange| {
        let value = single(&exchange.response.header_list, ALLOW_ORIGIN)?;
        Some(String::from_utf8_lossy(&value).into_owned())
    });
    Names::new(values)
}

const fn and_in_preflights(has_preflight: bool) -> &'static str {
    if has_preflight {
        ", and in responses to preflights"
    } else {
        ""
    }
}

/// Returns the different statuses of the responses, joined with "or".
fn statuses<'a>(exchanges: impl Iterator<Item = &'a Exchange>) -> String {
    let statuses: BTreeSet<&str> = exchanges
        .map(|exchange| exchange.response.status.as_str())
        .collect();
    joined(statuses.into_iter().map(String::from).collect(), "or")
}
