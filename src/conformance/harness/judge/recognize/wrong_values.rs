//! Describes mistakes with the wrong values that the server sends or accepts.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    Evidence,
    facts::{
        ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, EXPOSE_HEADERS, MAX_AGE,
        REQUEST_HEADERS, REQUEST_METHOD, allows_origin, elements, joined_names,
    },
    max_age,
    names::{Names, origins},
    scope::header_values::repeated_names,
    violation_facts::{has_several_values, is_any},
};
use crate::{
    Failure,
    cases::Exchange,
    conformance::harness::report::{cause::Cause, violation::Violation},
    explain::header_name::capitalized,
    infrastructure::origin::TupleOrigin,
    wording,
};

impl Evidence<'_> {
    /// Returns the text of a mistake with the wrong values. Returns `None` if the cause has no such values.
    pub(super) fn text_with_values(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> Option<String> {
        let mistake = cause.mistake();
        match cause {
            Cause::WrongMaxAge => {
                let sent = sent(violations, MAX_AGE)?;
                Some(max_age::mistake(&sent, self.expectations.spec.max_age))
            }
            Cause::ExposesOtherHeaders | Cause::LacksExposedHeaders => {
                let exposed = Names::new(self.wrongly_exposed(cause, violations))?;
                Some(format!("{mistake}: {}", exposed.joined("and")))
            }
            Cause::SendsPattern
            | Cause::WrongConstantOrigin
            | Cause::ConstantOrigin
            | Cause::OriginWithSlash
            | Cause::OriginWithComma
            | Cause::OriginWithName
            | Cause::OriginWithPort
            | Cause::OriginWithoutScheme
            | Cause::OtherAllowOrigin
            | Cause::SendsList => {
                let sent = wrong_origins(violations)?.joined("or");
                let also = if self.denied.reflects().is_some() {
                    "; the server reflects any origin, so pages of any site can read responses if only this form is corrected"
                } else {
                    ""
                };
                Some(format!("{mistake}: {sent}{also}"))
            }
            Cause::RepeatsAllowOrigin => {
                let repeated = exchanges(violations).flat_map(|exchange| {
                    let mut values = elements(&exchange.response.header_list, ALLOW_ORIGIN);
                    values.retain(|_| has_several_values(exchange));
                    values
                });
                let repeated = Names::of_origins(repeated)?.joined("and");
                Some(format!("{mistake}: {repeated}"))
            }
            Cause::LacksCredentials => {
                let sent = sent(violations, ALLOW_CREDENTIALS)?;
                let wrong = Names::new(sent.iter().filter(|value| *value != "true"))?;
                Some(format!(
                    "`Access-Control-Allow-Credentials` is {}, and not `true`, although the policy allows credentials",
                    wrong.joined("or")
                ))
            }
            Cause::MalformedLists => malformed_lists(violations),
            Cause::GrantsAny | Cause::WildcardListWithCredentials => {
                let with_asterisk = [ALLOW_HEADERS, ALLOW_METHODS]
                    .into_iter()
                    .filter(|name| exchanges(violations).any(|exchange| is_any(exchange, name)));
                let lists = Names::new(with_asterisk.map(capitalized))?.joined("and");
                let text = mistake.replacen("`*`", &format!("`*` in {lists}"), 1);
                let spec = &self.expectations.spec;
                let lists_no_name = !spec.methods.is_any()
                    && spec.methods.entries().is_empty()
                    && spec.request_headers.is_empty();
                Some(if lists_no_name {
                    text.replacen(
                        "the policy lists methods or",
                        "the policy lists no methods and no",
                        1,
                    )
                } else {
                    text
                })
            }
            Cause::IgnoresMethodCase | Cause::ComparesPartOfMethod => {
                let methods = requested(violations, REQUEST_METHOD);
                let granted = methods.filter(|name| !self.expectations.permits_method(name));
                Some(format!(
                    "{mistake}: it grants {}",
                    Names::new(granted)?.joined("and")
                ))
            }
            Cause::ComparesPartOfHeader | Cause::ChecksOneHeader => {
                let names = requested(violations, REQUEST_HEADERS);
                let granted = names.filter(|name| !self.expectations.permits_name(name));
                Some(format!(
                    "{mistake}: it grants {}",
                    Names::new(granted)?.joined("and")
                ))
            }
            Cause::RepeatsVary => {
                let repeated = exchanges(violations).flat_map(repeated_names);
                let repeated = repeated.map(|name| capitalized(&name));
                Some(format!(
                    "{mistake}: {}",
                    Names::new(repeated)?.joined("and")
                ))
            }
            Cause::AllowsMalformedOrigin => {
                let given = origins(exchanges(violations))?;
                Some(format!("{mistake}: {}", given.joined("and")))
            }
            cause if names_status(cause) => {
                let mut statuses = statuses_of_errors(violations);
                if cause == Cause::LacksHeadersOnErrors {
                    statuses.extend(self.statuses_of_refused_credentials(violations));
                }
                let statuses = joined_statuses(statuses)?;
                let [refused, others] = cause.mistake_parts();
                Some(format!("{refused} (status {statuses}){others}"))
            }
            cause if names_origins(cause) => {
                let allowed = self.wrongly_allowed(cause, violations)?.joined("and");
                let mistake = self.denied.described_comparison(cause).unwrap_or(mistake);
                let ends_with_origins = match cause {
                    Cause::SearchesList => false,
                    Cause::WildcardMatchesDots | Cause::DropsHyphenOfPattern => true,
                    _ => mistake.starts_with("the server allows"),
                };
                let it_allows = if ends_with_origins { "" } else { "it allows " };
                let separator = if cause == Cause::SearchesList {
                    "; "
                } else {
                    ": "
                };
                Some(format!("{mistake}{separator}{it_allows}{allowed}"))
            }
            _ => None,
        }
    }

    /// Returns the origins that the server allows because of the mistake `cause`, although the policy denies them.
    pub(super) fn wrongly_allowed(&self, cause: Cause, violations: &[Violation]) -> Option<Names> {
        let allowed = Names::of_origins(self.denied.origins_with(cause));
        allowed.or_else(|| origins(exchanges(violations)))
    }

    /// Returns the response headers that scripts can read, or cannot read, contrary to the policy.
    pub(super) fn wrongly_exposed(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> BTreeSet<String> {
        let listed = self.expectations.spec.expose_headers.entries().iter();
        let listed: BTreeSet<String> = listed.map(|name| name.to_ascii_lowercase()).collect();
        let sent = exchanges(violations).flat_map(|exchange: &Exchange| {
            elements(&exchange.response.header_list, EXPOSE_HEADERS)
        });
        let sent: BTreeSet<String> = sent.map(|name| name.to_ascii_lowercase()).collect();
        let wrong = if cause == Cause::ExposesOtherHeaders {
            sent.difference(&listed)
        } else {
            listed.difference(&sent)
        };
        wrong.cloned().collect()
    }
}

/// Whether the text of the cause needs the origins that the server allows.
const fn names_origins(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::ContainsListedHost
            | Cause::ComparesPrefix
            | Cause::SpecialCharacter
            | Cause::ComparesSuffix
            | Cause::ComparesBeginningAndEnd
            | Cause::UngroupedAlternatives
            | Cause::UnescapedDot
            | Cause::MixesEntries
            | Cause::SearchesList
            | Cause::AllowsAddresses
            | Cause::AllowsSubdomains
            | Cause::AllowsBareDomain
            | Cause::WildcardMatchesDots
            | Cause::DropsHyphenOfPattern
            | Cause::IgnoresTrailingDot
            | Cause::AllowsOwnHost
            | Cause::AllowsApps
            | Cause::ComparesHost
            | Cause::IgnoresScheme
            | Cause::IgnoresPort
    )
}

/// Whether the text of the cause needs the statuses of the responses.
const fn names_status(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::RefusesPreflights
            | Cause::RefusesAllowedOrigin
            | Cause::RefusesOwnOrigin
            | Cause::RefusesRequestsWithoutOrigin
            | Cause::RefusesNullOrigin
            | Cause::LacksHeadersOnErrors
            | Cause::LacksHeadersOnRedirects
            | Cause::FailsOnOwnOrigin
            | Cause::FailsWithoutOrigin
            | Cause::FailsOnDeniedOrigins
            | Cause::FailsOnNullOrigin
            | Cause::FailsWithCredentials
            | Cause::FailsWithHeaders
            | Cause::FailsOnRequests
    )
}

fn exchanges(violations: &[Violation]) -> impl Iterator<Item = &Exchange> + Clone {
    violations.iter().flat_map(|violation| &violation.exchanges)
}

/// Returns the values of a header in the responses of the violations.
pub(super) fn sent(violations: &[Violation], name: &str) -> Option<Names> {
    let lines =
        exchanges(violations).flat_map(|exchange| exchange.response.header_list.values(name));
    Names::new(lines.map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned()))
}

/// Returns the values of `Access-Control-Allow-Origin` that are not the `Origin` of the request. Returns all values if every
/// value is the `Origin` of the request.
fn wrong_origins(violations: &[Violation]) -> Option<Names> {
    let wrong = exchanges(violations).filter(|exchange| !allows_origin(exchange));
    let lines = wrong.flat_map(|exchange| exchange.response.header_list.values(ALLOW_ORIGIN));
    let wrong = lines.map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned());
    Names::new(wrong).or_else(|| sent(violations, ALLOW_ORIGIN))
}

/// Returns the elements of a list header in the requests of the violations.
fn requested(violations: &[Violation], name: &str) -> impl Iterator<Item = String> {
    exchanges(violations).flat_map(|exchange| elements(&exchange.request.header_list, name))
}

/// Returns the statuses of the redirects and errors. `None` if the violations have no such response.
pub(super) fn error_statuses(violations: &[Violation]) -> Option<String> {
    joined_statuses(statuses_of_errors(violations))
}

fn statuses_of_errors(violations: &[Violation]) -> BTreeSet<String> {
    let statuses = exchanges(violations).map(|exchange| exchange.response.status);
    let statuses = statuses.filter(|status| !status.is_success());
    statuses.map(|status| status.as_str().to_string()).collect()
}

fn joined_statuses(statuses: BTreeSet<String>) -> Option<String> {
    let statuses: Vec<String> = statuses.into_iter().collect();
    (!statuses.is_empty()).then(|| super::names::joined(statuses, "or"))
}

/// Returns the fix if each wrong value of `Access-Control-Allow-Origin` is an origin in quotes. `advice` is the fix of a value
/// that the server sends to every origin, although the policy allows several origins.
pub(super) fn fix_of_quotes(violations: &[Violation], advice: Option<&str>) -> Option<String> {
    let values = wrong_origins(violations)?;
    let mut values = values.iter();
    let are_in_quotes = values.all(|value| {
        let text = value.trim_matches(['\'', '"', '`']);
        text.len() < value.len() && TupleOrigin::parse(text.as_bytes()).is_ok()
    });
    let quotes = "the value is in quotes, but an origin is not: remove the quotes";
    are_in_quotes.then(|| match advice {
        None => String::from(quotes),
        Some(advice) => format!("{quotes}; and {advice}"),
    })
}

/// Describes malformed lists of preflight responses, with their values.
fn malformed_lists(violations: &[Violation]) -> Option<String> {
    let lists = || violations.iter().flat_map(malformed);
    let names = Names::new(lists().map(|(name, _)| capitalized(name)))?;
    let values = Names::new(lists().map(|(_, value)| value))?.joined("and");
    let is = if names.iter().nth(1).is_some() {
        "are"
    } else {
        "is"
    };
    Some(format!(
        "{} of preflight responses {is} malformed: {values}",
        names.joined("and")
    ))
}

/// Returns the fix of malformed lists with a known mistake.
pub(super) fn fix_of_lists(violations: &[Violation]) -> Option<String> {
    let mut lists = violations.iter().flat_map(malformed).peekable();
    lists.peek()?;
    let mut begins_with_name = true;
    let mut has_brackets = true;
    for (name, value) in lists {
        let start = value.get(..name.len()).unwrap_or_default();
        begins_with_name &= start.eq_ignore_ascii_case(name);
        has_brackets &= value.contains(['[', ']', '"', '\'', '{', '(']);
    }
    if begins_with_name {
        Some(wording::header_name_in_list!().into())
    } else if has_brackets {
        Some(String::from(
            "send only the names, separated with commas, without brackets and quotation marks, such as `GET, PUT`",
        ))
    } else {
        None
    }
}

/// Returns the malformed lists of a violation, each with the name of its header and its value.
fn malformed(violation: &Violation) -> Vec<(&'static str, String)> {
    let failure = violation.error.as_ref().map(|error| error.failure());
    let is_malformed = |name: &str, value: &str| match failure {
        Some(Failure::InvalidAllowMethodsPreflightResponse) => name == ALLOW_METHODS,
        Some(Failure::InvalidAllowHeadersPreflightResponse) => name == ALLOW_HEADERS,
        _ => value
            .split(',')
            .any(|element| joined_names(element.trim()).is_some()),
    };
    let lines = violation.exchanges.iter().flat_map(|exchange| {
        [ALLOW_HEADERS, ALLOW_METHODS]
            .into_iter()
            .flat_map(move |name| {
                let lines = exchange.response.header_list.values(name);
                lines.map(move |line| (name, String::from_utf8_lossy(line.as_bytes()).into_owned()))
            })
    });
    lines
        .filter(|(name, value)| is_malformed(name, value))
        .collect()
}
