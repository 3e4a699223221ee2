//! The comparison of an outcome with an expectation or with a recording of an engine.

use alloc::{
    borrow::Cow,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use serde::Serialize;
use serde_json::Value;

use super::{
    expect::{Expectation, RequestExpectation},
    outcome::{OutcomeRecord, RequestRecord, ResultRecord},
};
use crate::engine::Engine;

type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// A place where the outcome differs from the expected or recorded outcome.
///
/// ```
/// use fetch_cors::cases::Vector;
/// let json = r#"{"case":{"id":"a","fetches":[{"origin":"http://a","url":"http://a/"}],"server":[]},
///     "expect":{"fetches":[{"result":{"status":200}}]}}"#;
/// let checked = Vector::parse(json)?.check()?;
/// let difference = &checked.expected.unwrap()[0];
/// assert_eq!(difference.to_string(), "fetches[0].result.status: expected 200, found 404");
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The path of the member in the outcome.
    pub path: String,
    /// The expected value, as JSON.
    pub expected: Value,
    /// The value that was found, as JSON.
    pub found: Value,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: expected {}, found {}",
            self.path, self.expected, self.found
        )
    }
}

/// The differences between the outcome and the known outcomes. Each known outcome has its own list of differences. If
/// this list is empty, the outcome agrees with the known outcome.
///
/// ```
/// use fetch_cors::cases::Vector;
/// let checked = Vector::parse(r#"{"id":"a","fn":"method","value":"GET","expect":true}"#)?.check()?;
/// assert_eq!(checked.expected, Some(vec![]));
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The differences from the expectations, if the vector has expectations.
    pub expected: Option<Vec<Difference>>,
    /// The differences from the recording of each engine.
    pub observed: Vec<(Engine, Vec<Difference>)>,
    /// Whether all recorded engines have the same outcome.
    pub engines_agree: bool,
}

/// Returns the differences between `found` and `recorded`.
///
/// Ignores the credentials of requests, the response headers that servers add, and the members that a recording lacks.
pub(super) fn records(
    found: &[OutcomeRecord<'_>],
    recorded: &[OutcomeRecord<'_>],
) -> Vec<Difference> {
    let mut differences = Differences::default();
    differences.compare("fetches.length", &recorded.len(), &found.len());
    for (i, (found, recorded)) in found.iter().zip(recorded).enumerate() {
        let path = format!("fetches[{i}]");
        let (expected, actual) = (&recorded.requests, &found.requests);
        let urls = |requests: &[RequestRecord<'_>]| -> Vec<String> {
            requests
                .iter()
                .map(|request| format!("{} {}", request.method, request.url))
                .collect()
        };
        let mut pairs = expected.iter().zip(actual);
        let have_same_urls = pairs.all(|(a, b)| (&a.method, &a.url) == (&b.method, &b.url));
        if !have_same_urls || expected.len() != actual.len() {
            differences.compare(&format!("{path}.requests"), &urls(expected), &urls(actual));
        }
        for (j, (expected, actual)) in expected.iter().zip(actual).enumerate() {
            // White space around a value is not a part of the value (RFC 9110 §5.5), so the comparison ignores this
            // white space.
            if !stripped(&expected.headers).eq(stripped(&actual.headers)) {
                let path = format!("{path}.requests[{j}].headers");
                differences.compare(&path, &expected.headers, &actual.headers);
            }
        }
        let path = format!("{path}.result");
        differences.result(&path, &recorded.result, &found.result);
    }
    differences.0
}

/// Returns the headers. Spaces and tabs at both ends of each value are removed.
fn stripped<'r>(
    headers: &'r [(Cow<'_, str>, Cow<'_, str>)],
) -> impl Iterator<Item = (&'r str, &'r str)> {
    let headers = headers.iter();
    headers.map(|(name, value)| (&**name, without_white_space(value)))
}

/// Returns the value of a header without the spaces and tabs at both ends.
fn without_white_space(value: &str) -> &str {
    value.trim_matches([' ', '\t'])
}

/// Returns the differences between `found` and the expectations of a vector.
pub(super) fn with_expectations(
    found: &[OutcomeRecord<'_>],
    expected: &[Expectation],
) -> Vec<Difference> {
    let mut differences = Differences::default();
    if expected.len() > found.len() {
        differences.compare("fetches.length", &expected.len(), &found.len());
    }
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        differences.expectation(&format!("fetches[{i}]"), found, expected);
    }
    differences.0
}

#[derive(Default)]
struct Differences(Vec<Difference>);

impl Differences {
    fn compare<T: Serialize + PartialEq + ?Sized>(&mut self, path: &str, expected: &T, found: &T) {
        // Most found values equal the expected values. Equal values are not converted to JSON, to save time.
        if expected == found {
            return;
        }
        let to_json = |value: &T| serde_json::to_value(value).unwrap_or_default();
        self.0.push(Difference {
            path: path.to_string(),
            expected: to_json(expected),
            found: to_json(found),
        });
    }

    fn result(&mut self, path: &str, expected: &ResultRecord<'_>, found: &ResultRecord<'_>) {
        let expected_type = Value::from(&*expected.response_type);
        self.response_type(path, &expected_type, found);
        self.compare(&format!("{path}.status"), &expected.status, &found.status);
        self.compare(&format!("{path}.url"), &expected.url, &found.url);
        self.compare(
            &format!("{path}.redirected"),
            &expected.redirected,
            &found.redirected,
        );
        if expected.timing_allowed.is_some() {
            self.compare(
                &format!("{path}.timing_allowed"),
                &expected.timing_allowed,
                &found.timing_allowed,
            );
        }
        fn headers<'r>(record: &'r ResultRecord<'_>) -> Option<Vec<(&'r str, &'r str)>> {
            let headers = record.headers.as_ref()?.iter();
            let compared = headers.filter(|(name, _)| !is_added_by_servers(name));
            Some(compared.map(|(name, value)| (&**name, &**value)).collect())
        }
        self.compare(
            &format!("{path}.headers"),
            &headers(expected),
            &headers(found),
        );
    }

    /// Compares the types of the results. For an unexpected error, the difference also shows the failure and the step,
    /// which explain the error.
    fn response_type(&mut self, path: &str, expected: &Value, found: &ResultRecord<'_>) {
        if *expected == *found.response_type {
            return;
        }
        let shown = match &*found.response_type {
            "error" => serde_json::to_value(found.without_words()).unwrap_or_default(),
            response_type => Value::from(response_type),
        };
        self.compare(&format!("{path}.type"), expected, &shown);
    }

    fn expectation<'o>(
        &mut self,
        path: &str,
        found: &'o OutcomeRecord<'_>,
        expected: &Expectation,
    ) {
        let (preflights, actual): (Vec<_>, Vec<_>) = found
            .requests
            .iter()
            .partition(|request| is_preflight(request));
        if let Some(result) = &expected.result {
            let path = format!("{path}.result");
            let record = serde_json::to_value(&found.result).unwrap_or_default();
            if !result.contains_key("type") && found.result.response_type == "error" {
                self.response_type(&path, &Value::from("not an error"), &found.result);
            }
            for (member, value) in result {
                match &**member {
                    "type" => self.response_type(&path, value, &found.result),
                    _ => {
                        let found = record.get(member).unwrap_or(&Value::Null);
                        self.compare(&format!("{path}.{member}"), value, found);
                    }
                }
            }
        }
        if let Some(preflighted) = expected.preflighted {
            self.compare(
                &format!("{path}.preflighted"),
                &preflighted,
                &!preflights.is_empty(),
            );
        }
        if let Some(count) = expected.request_count {
            self.compare(
                &format!("{path}.request_count"),
                &count,
                &found.requests.len(),
            );
        }
        let of_last = |requests: &[&'o RequestRecord<'_>]| {
            requests.last().map(|last| HeaderIndex::of_request(last))
        };
        let has_request_headers = !expected.request_headers.is_empty();
        let has_actual_headers = has_request_headers || !expected.request_headers_not.is_empty();
        let of_preflight = has_request_headers.then(|| of_last(&preflights)).flatten();
        let of_actual = has_actual_headers.then(|| of_last(&actual)).flatten();
        for (name, value) in &expected.request_headers {
            let headers = if is_preflight_header(name) {
                &of_preflight
            } else {
                &of_actual
            };
            let found = headers.as_ref().and_then(|headers| headers.get(name));
            self.compare(
                &format!("{path}.request_headers.{name}"),
                &value.as_deref().map(without_white_space),
                &found,
            );
        }
        for (name, value) in &expected.request_headers_not {
            let found = of_actual.as_ref().and_then(|headers| headers.get(name));
            if found == Some(without_white_space(value)) {
                let not = format!("any value except {value:?}");
                self.compare(
                    &format!("{path}.request_headers_not.{name}"),
                    &Some(&*not),
                    &found,
                );
            }
        }
        if let Some(method) = &expected.method {
            let found = actual.last().map(|request| &*request.method);
            self.compare(&format!("{path}.method"), &Some(&**method), &found);
        }
        if let Some(credentials) = expected.credentials {
            let found = actual.last().map(|request| request.credentials);
            self.compare(&format!("{path}.credentials"), &Some(credentials), &found);
        }
        for (name, expected) in [
            ("preflights", &expected.preflights),
            ("actual", &expected.actual),
        ] {
            if let Some(expected) = expected {
                self.requests(path, name, expected, &found.requests);
            }
        }
        self.readable(path, found, expected);
    }

    /// Compares the preflights with the list `preflights`, or the other requests with the list `actual`. `name` is the
    /// name of the list.
    fn requests(
        &mut self,
        path: &str,
        name: &str,
        expected: &[RequestExpectation],
        requests: &[RequestRecord<'_>],
    ) {
        let requests = requests.iter().enumerate();
        let found: Vec<_> = requests
            .filter(|(_, request)| is_preflight(request) == (name == "preflights"))
            .collect();
        self.compare(
            &format!("{path}.{name}.length"),
            &expected.len(),
            &found.len(),
        );
        for (expected, (i, found)) in expected.iter().zip(found) {
            let path = format!("{path}.requests[{i}]");
            if let Some(method) = &expected.method {
                self.compare(&format!("{path}.method"), &**method, &*found.method);
            }
            if let Some(url) = &expected.url {
                self.compare(&format!("{path}.url"), &**url, &*found.url);
            }
            if let Some(credentials) = expected.credentials {
                self.compare(
                    &format!("{path}.credentials"),
                    &credentials,
                    &found.credentials,
                );
            }
            if let Some(reasons) = &expected.preflight_reasons {
                let found: Vec<String> = found
                    .preflight_reasons
                    .iter()
                    .flatten()
                    .map(ToString::to_string)
                    .collect();
                self.compare(&format!("{path}.because"), reasons, &found);
            }
            let headers = HeaderIndex::of_request(found);
            for (name, value) in &expected.headers {
                self.compare(
                    &format!("{path}.headers.{name}"),
                    &value.as_deref().map(without_white_space),
                    &headers.get(name),
                );
            }
        }
    }

    fn readable(&mut self, path: &str, found: &OutcomeRecord<'_>, expected: &Expectation) {
        let headers = found.result.headers.as_deref().unwrap_or_default();
        let has_names = !expected.header_values.is_empty()
            || !expected.visible_headers.is_empty()
            || !expected.hidden_headers.is_empty();
        let index = HeaderIndex::new(if has_names { headers } else { &[] });
        for (name, value) in &expected.header_values {
            self.compare(
                &format!("{path}.header_values.{name}"),
                &value.as_deref(),
                &index.get(name),
            );
        }
        for name in &expected.visible_headers {
            let found = index.get(name);
            self.compare(
                &format!("{path}.visible_headers.{name}"),
                &true,
                &found.is_some(),
            );
        }
        for name in &expected.hidden_headers {
            self.compare(
                &format!("{path}.hidden_headers.{name}"),
                &None,
                &index.get(name),
            );
        }
        if let Some(no_headers) = expected.no_headers {
            self.compare(
                &format!("{path}.no_headers"),
                &no_headers,
                &headers.is_empty(),
            );
        }
    }
}

/// The headers of a request or a response by name. The map avoids a search of the whole list for each name.
#[derive(Debug)]
struct HeaderIndex<'a>(BTreeMap<String, &'a str>);

impl<'a> HeaderIndex<'a> {
    fn new(headers: &'a [Pair<'_>]) -> Self {
        let mut index = BTreeMap::new();
        for (name, value) in headers {
            index.entry(name.to_ascii_lowercase()).or_insert(&**value);
        }
        Self(index)
    }

    /// Removes the spaces and tabs at both ends of each value, because they are not a part of the value (RFC 9110 §5.5).
    fn of_request(request: &'a RequestRecord<'_>) -> Self {
        let mut index = Self::new(&request.headers);
        for value in index.0.values_mut() {
            *value = without_white_space(value);
        }
        index
    }

    /// Returns the first value of the header.
    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.get(&name.to_ascii_lowercase()).copied()
    }
}

/// Whether only preflights have a header with this name.
fn is_preflight_header(name: &str) -> bool {
    const PREFIX: &str = "access-control-request-";
    name.get(..PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

/// Whether the request is a preflight. The function does not read the member `because`: a recorded preflight does not
/// have this member.
pub(super) fn is_preflight(request: &RequestRecord<'_>) -> bool {
    request.method == "OPTIONS"
        && request
            .headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("access-control-request-method"))
}

fn is_added_by_servers(name: &str) -> bool {
    matches!(
        name,
        "connection" | "content-length" | "date" | "keep-alive" | "transfer-encoding"
    )
}
