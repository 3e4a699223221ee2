//! Outcomes of other implementations, and their comparison with vectors.

use alloc::{borrow::Cow, collections::BTreeSet, format, string::String, vec::Vec};

use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, value::RawValue};

use super::{
    Expectation, LineError, OutcomeRecord, RequestRecord, ResultRecord,
    compare::{self, Checked},
    line_error::{from_json, from_open_json},
    object::{OpenObject, object, objects, present, present_objects},
    question_difference,
};

/// The result of an implementation, to compare with a vector: the outcome of a case, or the answer to a question.
///
/// ```
/// use fetch_cors::cases::{GivenOutcome, Vector};
///
/// let vector = Vector::parse(r#"{"id":"a","fn":"normalize-method","value":"put","expect":"PUT"}"#)?;
/// let outcome = GivenOutcome::parse(r#"{"id":"a","result":"put"}"#)?;
/// let comparison = vector.compare(outcome)?;
/// assert_eq!(comparison.checked.expected.unwrap()[0].to_string(), r#"result: expected "PUT", found "put""#);
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone)]
pub struct GivenOutcome<'a> {
    id: Cow<'a, str>,
    body: Body<'a>,
}

#[derive(Debug, Clone)]
enum Body<'a> {
    Question(&'a RawValue),
    Case(Vec<Fetch<'a>>),
}

/// The outcome of a fetch.
#[derive(Debug, Clone)]
struct Fetch<'a> {
    record: OutcomeRecord<'a>,
    /// Whether the requests have `credentials`.
    has_credentials: bool,
}

/// The comparison of an outcome with a vector.
///
/// ```
/// use fetch_cors::cases::{GivenOutcome, Vector};
/// let case = r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://b/"}],"server":[]}"#;
/// let expect = r#"{"fetches":[{"result":{"type":"error","failure":"missing-allow-origin-header"}}]}"#;
/// let line = format!(r#"{{"case":{case},"expect":{expect}}}"#);
/// let vector = Vector::parse(&line)?;
///
/// let outcome = GivenOutcome::parse(r#"{"id":"a","fetches":[{"requests":[],"result":{"type":"error"}}]}"#)?;
/// assert_eq!(vector.compare(outcome)?.left_out, ["failure"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The differences between the outcome and the vector.
    pub checked: Checked,
    /// The members that the vector expects, but the outcome lacks. These members are not compared. The list is sorted.
    pub left_out: Vec<&'static str>,
    /// Whether the comparison can find a difference. False if the outcome lacks all members that the vector expects,
    /// and the vector has no recordings.
    pub has_assertions: bool,
}

#[derive(Deserialize)]
#[serde(expecting = "an outcome, which is an object with the member `id`")]
struct OutcomeText<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "present_objects")]
    fetches: Option<Vec<FetchText<'a>>>,
    #[serde(borrow, default, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    /// `run --engine` prints the members `engine` and `engines`. These two members are not compared.
    #[serde(default, rename = "engine")]
    _engine: IgnoredAny,
    #[serde(default, rename = "engines")]
    _engines: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct FetchText<'a> {
    #[serde(borrow, deserialize_with = "objects")]
    requests: Vec<RequestRecord<'a>>,
    #[serde(borrow, deserialize_with = "object")]
    result: ResultRecord<'a>,
    /// `run --engine` prints this member. The member is not compared.
    #[serde(default, rename = "quirks")]
    _quirks: IgnoredAny,
}

impl<'a> FetchText<'a> {
    fn into_record(self) -> OutcomeRecord<'a> {
        OutcomeRecord {
            requests: self.requests,
            result: self.result,
        }
    }
}

/// The members with a default value in [`OutcomeRecord`]. This type shows whether the line has these members.
#[derive(Deserialize)]
struct Defaults {
    #[serde(deserialize_with = "open_objects")]
    fetches: Vec<FetchDefaults>,
}

#[derive(Deserialize)]
struct FetchDefaults {
    #[serde(deserialize_with = "open_objects")]
    requests: Vec<RequestDefaults>,
}

#[derive(Deserialize)]
struct RequestDefaults {
    credentials: Option<IgnoredAny>,
}

fn open_objects<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let objects = Vec::<OpenObject<T>>::deserialize(deserializer)?;
    Ok(objects
        .into_iter()
        .map(|OpenObject(object)| object)
        .collect())
}

impl<'a> GivenOutcome<'a> {
    /// Parses an outcome.
    ///
    /// # Errors
    ///
    /// Returns a [`LineError`] that names the member with the error.
    pub fn parse(json: &'a str) -> Result<Self, LineError> {
        let OutcomeText {
            id,
            fetches,
            result,
            ..
        } = from_json(json)?;
        let body = match (fetches, result) {
            (Some(records), None) => {
                let defaults: Defaults = from_open_json(json)?;
                let records = records.into_iter().map(FetchText::into_record);
                let fetches = records.zip(defaults.fetches);
                let fetches = fetches.enumerate().map(|(i, (record, defaults))| {
                    let fetch = Fetch::new(record, &defaults);
                    fetch.map_err(|error| error.within(&format!("fetches[{i}]")))
                });
                Body::Case(fetches.collect::<Result<_, _>>()?)
            }
            (None, Some(result)) => Body::Question(result),
            _ => {
                let reason = "an outcome has either `fetches` or `result`: write `fetches` for a case, and `result` for a question";
                return Err(LineError::new("", reason));
            }
        };
        Ok(Self { id, body })
    }

    /// Returns the id of the case or question.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Compares the result of a question.
    pub(super) fn compare_question(self, expect: &RawValue) -> Result<Comparison, LineError> {
        let Body::Question(found) = self.body else {
            let reason = "the vector is a question: write `result` instead of `fetches`";
            return Err(LineError::new("fetches", reason));
        };
        Ok(Comparison {
            checked: Checked {
                expected: Some(question_difference::with_json(found, expect)?),
                observed: Vec::new(),
                engines_agree: true,
            },
            left_out: Vec::new(),
            has_assertions: true,
        })
    }

    /// Returns the outcome of each fetch of a case.
    pub(super) fn into_fetches(self) -> Result<GivenFetches<'a>, LineError> {
        match self.body {
            Body::Case(fetches) => Ok(GivenFetches(fetches)),
            Body::Question(_) => {
                let reason = "the vector is a case: write `fetches` instead of `result`";
                Err(LineError::new("result", reason))
            }
        }
    }
}

/// The outcomes of the fetches of a case.
pub(super) struct GivenFetches<'a>(Vec<Fetch<'a>>);

impl<'a> GivenFetches<'a> {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Removes from the known outcomes each member that the given outcomes lack. Returns the names of the removed
    /// members.
    pub(super) fn leave_out<'r>(
        &self,
        expect: &mut [Expectation],
        recorded: impl Iterator<Item = &'r mut Vec<OutcomeRecord<'a>>>,
    ) -> Vec<&'static str>
    where
        'a: 'r,
    {
        let mut left_out = BTreeSet::new();
        for (fetch, expected) in self.0.iter().zip(expect) {
            fetch.leave_out(expected, &mut left_out);
        }
        for recorded in recorded {
            for (fetch, recorded) in self.0.iter().zip(recorded) {
                if fetch.lacks_timing() && recorded.result.timing_allowed.take().is_some() {
                    left_out.insert("timing_allowed");
                }
            }
        }
        left_out.into_iter().collect()
    }

    pub(super) fn into_records(self) -> Vec<OutcomeRecord<'a>> {
        self.0.into_iter().map(|fetch| fetch.record).collect()
    }
}

impl<'a> Fetch<'a> {
    fn new(mut record: OutcomeRecord<'a>, defaults: &FetchDefaults) -> Result<Self, LineError> {
        let has_credentials = have_credentials(&defaults.requests)?;
        check_members(&record.result).map_err(|error| error.within("result"))?;
        for request in &mut record.requests {
            sort_and_combine(&mut request.headers);
        }
        if let Some(headers) = &mut record.result.headers {
            sort_and_combine(headers);
        }
        Ok(Self {
            record,
            has_credentials,
        })
    }

    fn lacks_timing(&self) -> bool {
        let result = &self.record.result;
        result.response_type != "error" && result.timing_allowed.is_none()
    }

    fn leave_out(&self, expected: &mut Expectation, left_out: &mut BTreeSet<&'static str>) {
        if let Some(members) = &mut expected.result {
            let ResultRecord {
                response_type,
                failure,
                step,
                value,
                ..
            } = &self.record.result;
            let is_error = response_type == "error";
            // The expected value of a failure without a value is null. The outcome of such a failure has no `value`.
            let is_no_value = failure.is_some() && members.get("value").is_some_and(Value::is_null);
            for (member, is_absent) in [
                ("failure", is_error && failure.is_none()),
                ("step", is_error && step.is_none()),
                ("value", is_error && value.is_none() && !is_no_value),
                ("timing_allowed", self.lacks_timing()),
            ] {
                if is_absent && members.remove(member).is_some() {
                    left_out.insert(member);
                }
            }
        }
        let is_preflight_without_reasons = |request: &RequestRecord<'_>| {
            compare::is_preflight(request) && request.preflight_reasons.is_none()
        };
        let lacks_reasons = self
            .record
            .requests
            .iter()
            .any(is_preflight_without_reasons);
        if !self.has_credentials && expected.credentials.take().is_some() {
            left_out.insert("credentials");
        }
        let lists = [&mut expected.preflights, &mut expected.actual];
        for request in lists.into_iter().flatten().flatten() {
            if !self.has_credentials && request.credentials.take().is_some() {
                left_out.insert("credentials");
            }
            if lacks_reasons && request.preflight_reasons.take().is_some() {
                left_out.insert("because");
            }
        }
    }
}

/// Whether the requests have `credentials`. Returns an error if only some of the requests have this member.
fn have_credentials(requests: &[RequestDefaults]) -> Result<bool, LineError> {
    let lacks = |request: &RequestDefaults| request.credentials.is_none();
    match requests.iter().position(lacks) {
        None => Ok(true),
        Some(_) if requests.iter().all(lacks) => Ok(false),
        Some(i) => Err(LineError::new(
            format!("requests[{i}].credentials"),
            "this member is missing, but another request of the fetch has it: add it here, or remove it from all requests of the fetch",
        )),
    }
}

/// Checks that a result has the members that every implementation knows.
fn check_members(result: &ResultRecord<'_>) -> Result<(), LineError> {
    const TYPES: [&str; 5] = ["basic", "cors", "opaque", "opaqueredirect", "error"];
    if !TYPES.contains(&&*result.response_type) {
        let reason = format!(
            "`{}` is not a type: use one of `{}`",
            result.response_type.escape_default(),
            TYPES.join("`, `")
        );
        return Err(LineError::new("type", reason));
    }
    let is_error = result.response_type == "error";
    for (member, is_present) in [
        ("status", result.status.is_some()),
        ("url", result.url.is_some()),
        ("redirected", result.redirected.is_some()),
        ("headers", result.headers.is_some()),
    ] {
        if is_error && is_present {
            let reason =
                "a result of the type `error` does not have this member: remove the member";
            return Err(LineError::new(member, reason));
        }
        if !is_error && !is_present {
            let reason = "this member is missing: add it, or write the type `error`";
            return Err(LineError::new(member, reason));
        }
    }
    Ok(())
}

/// Changes the headers to the form of the case format: the names are in lower case and sorted, and the values of equal
/// names are joined.
fn sort_and_combine<'a>(headers: &mut Vec<(Cow<'a, str>, Cow<'a, str>)>) {
    for (name, _) in headers.iter_mut() {
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            name.to_mut().make_ascii_lowercase();
        }
    }
    headers.sort_by(|(a, _), (b, _)| a.cmp(b)); // stable: values stay in order
    let mut combined: Vec<(Cow<'a, str>, Cow<'a, str>)> = Vec::with_capacity(headers.len());
    for (name, value) in headers.drain(..) {
        match combined.last_mut() {
            Some((last, first)) if *last == name => {
                let first: &mut String = first.to_mut();
                first.push_str(", ");
                first.push_str(&value);
            }
            _ => combined.push((name, value)),
        }
    }
    *headers = combined;
}
