//! Collects the methods, headers and origins that a mistake concerns, for its description and its fix.

mod request_headers;

pub(super) use self::request_headers::{
    credential_headers, plain_responses, reflected_headers, unreflected_headers,
};

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use http::Method;

use super::{
    Evidence,
    allowed_origins::allow_origin_values::has_value_for_origin,
    facts::{
        ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, REQUEST_HEADERS, REQUEST_METHOD, elements,
        is_like_preflight, is_unexpected_error, single,
    },
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::report::{
            cause::Cause, example_rank::origin_rank, place::Place, violation::Violation,
        },
        laws::severity::Severity,
    },
    explain::shown::line,
    infrastructure::method::is_cors_safelisted_method,
};

/// The maximum number of names in a sentence.
const MAX_NAMES: usize = 3;

/// The maximum number of names in a fix that lists every name.
const MAX_NAMES_OF_FIX: usize = 12;

/// The maximum number of characters that a sentence shows of a name. The names of real servers are shorter.
const MAX_NAME_CHARS: usize = 80;

/// Distinct names, such as methods. There is at least one name. The first names are the best examples.
#[derive(Debug, Clone)]
pub(super) struct Names(Vec<String>);

impl Names {
    /// Collects the distinct names. Returns `None` if there are no names.
    pub(super) fn new<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Option<Self> {
        let distinct: BTreeSet<String> = names.into_iter().map(Into::into).collect();
        (!distinct.is_empty()).then(|| Self(distinct.into_iter().collect()))
    }

    /// Returns the names that are not in `granted`. If no name is left, returns all of `names`. Returns `None` if
    /// `names` is empty.
    fn without(
        granted: &BTreeSet<String>,
        names: impl IntoIterator<Item = String>,
    ) -> Option<Self> {
        let names = Self::new(names)?;
        let ungranted = names.iter().filter(|name| !granted.contains(*name));
        Some(Self::new(ungranted).unwrap_or(names))
    }

    /// Returns the origins, the plainest origins first. Returns `None` if there are no origins.
    pub(super) fn of_origins(origins: impl IntoIterator<Item: Into<String>>) -> Option<Self> {
        let mut names = Self::new(origins)?;
        names.0.sort_by_key(|origin| origin_rank(origin.as_bytes()));
        Some(names)
    }

    /// Returns a text with at most [`MAX_NAMES`] names: `a`, `b`, `c` and 4 more. If only one more name is left, the text
    /// has this name too, because the name is about as long as `1 more`. The text is for a description.
    pub(super) fn joined(&self, conjunction: &str) -> String {
        let is_one_more = self.0.len() == MAX_NAMES + 1;
        self.joined_up_to(MAX_NAMES + usize::from(is_one_more), conjunction)
    }

    /// Returns a text for a fix, with every name. If there are more than [`MAX_NAMES_OF_FIX`] names, the text has the first
    /// [`MAX_NAMES`] and the number of the others.
    pub(super) fn all(&self) -> String {
        let len = self.0.len();
        let max = if len > MAX_NAMES_OF_FIX {
            MAX_NAMES
        } else {
            len
        };
        self.joined_up_to(max, "and")
    }

    fn joined_up_to(&self, max: usize, conjunction: &str) -> String {
        let quoted = self.0.iter().take(max);
        let mut quoted: Vec<String> = quoted.map(|name| quoted_name(name)).collect();
        let more = self.0.len().saturating_sub(max);
        if more > 0 {
            quoted.push(format!("{more} more"));
        }
        joined(quoted, conjunction)
    }

    /// Returns the names after their noun: the method `a`, the methods `a` and `b`.
    pub(super) fn with_noun(&self, noun: &str) -> String {
        format!("the {}", self.noun_and_names(noun))
    }

    /// Returns the names after their noun, without an article.
    pub(super) fn noun_and_names(&self, noun: &str) -> String {
        format!("{} {}", self.noun(noun), self.joined("and"))
    }

    /// Returns all names after their noun, for a fix.
    pub(super) fn all_with_noun(&self, noun: &str) -> String {
        format!("the {} {}", self.noun(noun), self.all())
    }

    fn noun(&self, noun: &str) -> String {
        let ending = if self.0.len() == 1 { "" } else { "s" };
        [noun, ending].concat()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// Returns a name in backticks. Of a very long name, the text has only the beginning.
pub(super) fn quoted_name(name: &str) -> String {
    match name.char_indices().nth(MAX_NAME_CHARS) {
        Some((end, _)) => {
            let start = name.get(..end).unwrap_or(name);
            format!("`{}…`", line(start.as_bytes()))
        }
        None => format!("`{}`", line(name.as_bytes())),
    }
}

impl Evidence<'_> {
    /// Returns the origins that the policy allows and the server denies. In each of the `violations`, the server denies
    /// such an origin.
    pub(super) fn denied_origins(&self, violations: &[Violation]) -> Option<Names> {
        let shown = exchanges(violations).filter_map(origin);
        let allowed = shown.filter(|origin| self.expectations.lets_read(origin, false));
        Names::of_origins(allowed.chain(self.allowed.denied_origins()))
    }

    /// Returns the origins that the server allows although the policy does not list these origins. Leaves out texts
    /// that browsers never send as an origin.
    pub(super) fn other_origins(&self, violations: &[Violation]) -> Option<Names> {
        let of_pages = violations
            .iter()
            .filter(|violation| violation.severity() == Severity::Security);
        let shown = of_pages.flat_map(|violation| violation.exchanges());
        let others = self.denied.origins_with(Cause::AllowsOtherOrigin);
        Names::of_origins(shown.filter_map(origin).chain(others))
    }

    /// Returns the permitted methods that a preflight asks for and that the response does not grant. If `is_safelisted`
    /// is true, returns only CORS-safelisted methods. If `is_safelisted` is false, returns only methods that are not
    /// CORS-safelisted.
    pub(super) fn ungranted_methods(
        &self,
        violations: &[Violation],
        is_safelisted: bool,
    ) -> Option<Names> {
        let shown = exchanges(violations).flat_map(|exchange| {
            let granted = elements(&exchange.response.header_list, ALLOW_METHODS);
            let mut requested = elements(&exchange.request.header_list, REQUEST_METHOD);
            requested.retain(|method| !granted.contains(method));
            requested
        });
        let all = shown.chain(self.allowed.granted.ungranted_methods());
        let is_selected =
            |method: &String| is_cors_safelisted_method(method.as_bytes()) == is_safelisted;
        Names::without(self.allowed.granted.methods(), all.filter(is_selected))
    }

    /// Returns the permitted methods that the server does not grant. CORS-safelisted methods are in the list only if a violation
    /// has a preflight for such a method.
    pub(super) fn lacking_methods(&self, violations: &[Violation]) -> Option<Names> {
        let others = self.ungranted_methods(violations, false)?;
        let mut requested = exchanges(violations)
            .flat_map(|exchange| elements(&exchange.request.header_list, REQUEST_METHOD));
        let has_safelisted = requested.any(|method| is_cors_safelisted_method(method.as_bytes()));
        let safelisted = has_safelisted.then(|| self.ungranted_methods(violations, true));
        let safelisted = safelisted.flatten();
        Names::new(safelisted.iter().flat_map(Names::iter).chain(others.iter()))
    }

    /// Returns the methods for which preflight responses do not grant request headers, and the methods for which they do.
    /// Returns `None` if the method is not the reason.
    pub(super) fn methods_by_names(&self, violations: &[Violation]) -> Option<[Names; 2]> {
        let requested = exchanges(violations)
            .flat_map(|exchange| elements(&exchange.request.header_list, REQUEST_METHOD));
        let without = Names::new(requested)?;
        let with = self.allowed.granted.methods_with_names();
        let is_of_method = exchanges(violations).all(|preflight| {
            self.allowed
                .granted
                .grants_names_of_other_methods(preflight)
        });
        is_of_method.then_some([without, Names::new(with.iter().cloned())?])
    }

    /// Returns the methods whose responses lack the CORS headers, although responses to other methods have them. Returns
    /// `None` if the method is not the reason.
    pub(super) fn methods_without_headers(&self, violations: &[Violation]) -> Option<Names> {
        let failed = violations
            .iter()
            .filter_map(|violation| violation.exchanges.last());
        let methods: BTreeSet<&Method> = failed.map(|exchange| &exchange.request.method).collect();
        let is_of_method = methods
            .iter()
            .all(|method| self.allowed.is_method_without_headers(method));
        let names = Names::new(methods.iter().map(|method| method.as_str()));
        names.filter(|_| is_of_method && self.allowed.has_method_with_headers())
    }

    /// Returns the methods for which the server always sends an error without the CORS headers. Returns `None` if the
    /// reason for a violation is not the method.
    pub(super) fn refused_methods(&self, violations: &[Violation]) -> Option<Names> {
        let mut failed = violations
            .iter()
            .filter_map(|violation| violation.exchanges.last());
        let is_of_methods = failed.all(|exchange| self.allowed.refuses_method(exchange));
        // Every server knows the method GET. A server that refuses GET has another reason, such as a login.
        let refuses_get = self.allowed.refused_methods().any(|method| method == "GET");
        let is_permitted = |method: &&String| {
            is_cors_safelisted_method(method.as_bytes()) || self.expectations.permits_method(method)
        };
        let names = Names::new(self.allowed.refused_methods().filter(is_permitted));
        names.filter(|_| is_of_methods && !refuses_get)
    }

    /// Returns the end of a sentence that names the responses in which the server denies an origin, and the place that
    /// this text names. The text is empty if the server denies the origin in all responses.
    pub(super) fn place_of_denial(
        &self,
        violations: &[Violation],
    ) -> (&'static str, &'static [Place]) {
        let failed = || {
            violations
                .iter()
                .filter_map(|violation| violation.exchanges.last())
        };
        if failed().any(|exchange| self.allowed.is_denied(exchange)) {
            ("", &[])
        } else if failed().all(|exchange| exchange.request.is_preflight()) {
            (", in preflight responses", &[Place::Preflights])
        } else if failed().all(|exchange| !exchange.request.is_preflight()) {
            (", in responses other than preflight responses", &[])
        } else {
            ("", &[])
        }
    }

    /// Whether each origin that the server allows is a text and then an entry of the policy.
    pub(super) fn compares_end_of_origin(&self, violations: &[Violation]) -> bool {
        let origins = origins(exchanges(violations));
        origins.is_some_and(|origins| {
            let mut origins = origins.iter();
            origins.all(|origin| self.denied.follows_other_text(origin))
        })
    }

    /// Whether each violation ends with a response that allows another allowed page.
    pub(super) fn are_of_other_pages(&self, violations: &[Violation]) -> bool {
        let mut last = violations
            .iter()
            .map(|violation| violation.exchanges.last());
        last.all(|last| last.is_some_and(|last| self.allowed.values.is_of_other_page(last)))
    }

    /// Describes refused preflights that request a method together with header names. Returns `None` if some of the refused
    /// preflights request no header names, if they request several methods, or if the server refuses all preflights.
    pub(super) fn refused_preflights(&self, violations: &[Violation]) -> Option<String> {
        let refused = || {
            let last = violations
                .iter()
                .filter_map(|violation| violation.exchanges.last());
            last.map(|exchange| {
                let list = &exchange.request.header_list;
                (
                    elements(list, REQUEST_METHOD),
                    elements(list, REQUEST_HEADERS),
                )
            })
        };
        let methods = Names::new(refused().flat_map(|(methods, _)| methods))?;
        let names = Names::new(refused().flat_map(|(_, names)| names))?;
        let have_names = refused().all(|(_, names)| !names.is_empty());
        let is_one = methods.iter().nth(1).is_none();
        let are_others_granted = !self.allowed.granted.methods().is_empty();
        (have_names && is_one && are_others_granted).then(|| {
            format!(
                "allowed preflights for {} together with {} get an error",
                methods.with_noun("method"),
                names.with_noun("request header")
            )
        })
    }

    /// Returns the permitted header names that a preflight asks for and that the response does not grant.
    pub(super) fn ungranted_headers(&self, violations: &[Violation]) -> Option<Names> {
        let shown = exchanges(violations).flat_map(|exchange| {
            let granted = elements(&exchange.response.header_list, ALLOW_HEADERS);
            let mut requested = elements(&exchange.request.header_list, REQUEST_HEADERS);
            requested.retain(|name| {
                let covers = |granted: &String| {
                    granted.eq_ignore_ascii_case(name)
                        || (granted == "*" && !name.eq_ignore_ascii_case("authorization"))
                };
                !granted.iter().any(covers)
            });
            requested
        });
        let all = shown.chain(self.allowed.granted.ungranted_names());
        Names::without(self.allowed.granted.names(), all)
    }
}

/// Joins the parts of a sentence: `a`, `a and b`, `a, b and c`.
pub(in crate::conformance::harness::judge) fn joined(
    mut parts: Vec<String>,
    conjunction: &str,
) -> String {
    let last = parts.pop().unwrap_or_default();
    if parts.is_empty() {
        last
    } else {
        format!("{} {conjunction} {last}", parts.join(", "))
    }
}

fn exchanges(violations: &[Violation]) -> impl Iterator<Item = &Exchange> {
    violations.iter().flat_map(Violation::exchanges)
}

/// Returns the origin of the request.
fn origin(exchange: &Exchange) -> Option<String> {
    let origin = single(&exchange.request.header_list, "origin")?;
    Some(String::from_utf8_lossy(&origin).into_owned())
}

/// Returns the origins of the requests.
pub(super) fn origins<'x>(exchanges: impl Iterator<Item = &'x Exchange>) -> Option<Names> {
    Names::of_origins(exchanges.filter_map(origin))
}

/// Whether each response has several lines of `Access-Control-Allow-Credentials`, all with the value `true`.
pub(super) fn is_true_repeated<'x>(mut exchanges: impl Iterator<Item = &'x Exchange>) -> bool {
    exchanges.all(|exchange| {
        let values = elements(&exchange.response.header_list, ALLOW_CREDENTIALS);
        values.len() > 1 && values.iter().all(|value| value == "true")
    })
}

/// Describes responses without the CORS headers, with the methods and the origins of their requests.
pub(super) fn responses_without_headers(violations: &[Violation]) -> Option<String> {
    let failed = || {
        violations
            .iter()
            .filter_map(|violation| violation.exchanges.last())
    };
    let methods = Names::new(failed().map(|exchange| exchange.request.method.as_str()))?;
    let origins = origins(failed())?;
    let is_of_status = failed().any(|exchange| !exchange.response.status.is_success());
    (!is_of_status).then(|| {
        format!(
            "responses to {} requests of {} lack the CORS headers",
            methods.joined("and"),
            origins.joined("and")
        )
    })
}

/// Whether each response is a server error other than 501.
pub(super) fn are_server_errors<'x>(mut exchanges: impl Iterator<Item = &'x Exchange>) -> bool {
    exchanges.all(|exchange| is_unexpected_error(exchange.response.status))
}

/// Whether each exchange is a preflight.
pub(super) fn are_preflights<'x>(mut exchanges: impl Iterator<Item = &'x Exchange>) -> bool {
    exchanges.all(|exchange| is_like_preflight(&exchange.request))
}

/// Whether the method of each request is OPTIONS.
pub(super) fn are_options<'x>(mut exchanges: impl Iterator<Item = &'x Exchange>) -> bool {
    exchanges.all(|exchange| exchange.request.method == Method::OPTIONS)
}

/// Whether the server refuses each preflight as a whole: the response has an error status, or does not allow the
/// origin.
pub(super) fn are_preflights_refused<'x>(
    mut exchanges: impl Iterator<Item = &'x Exchange>,
) -> bool {
    exchanges.all(|exchange| {
        exchange.request.is_preflight()
            && !(exchange.response.status.is_success() && has_value_for_origin(exchange))
    })
}
