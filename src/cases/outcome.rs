//! Outcomes, printed and recorded.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    list::{pairs, present_strings},
    object::{object, objects, present},
    text::Text,
};
use crate::{
    FetchError,
    fetching::{Credentials, PreflightReason},
    infrastructure::{
        bytes::isomorphic_decode,
        header::{HeaderName, HeaderValue},
        response::FilteredResponse,
    },
    outcome::{Outcome, SentRequest},
};

/// The outcome of a case.
///
/// ```
/// use fetch_cors::cases::Case;
///
/// let case = Case::parse(r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://a/"}],"server":[]}"#)?;
/// assert_eq!(
///     case.judge().to_string(),
///     r#"{"id":"a","fetches":[{"requests":[{"method":"GET","url":"http://a/","headers":[],"credentials":true}],"result":{"type":"basic","status":404,"url":"http://a/","redirected":false,"timing_allowed":true,"headers":[]}}]}"#,
/// );
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseOutcome<'a> {
    /// The id of the case.
    pub id: Cow<'a, str>,
    /// The outcome of each fetch.
    pub fetches: Vec<Outcome>,
}

/// The outcome as one line of JSON.
impl fmt::Display for CaseOutcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        OutcomeRecord::from(self).serialize(serializer)
    }
}

/// The outcome of a fetch in the case format.
///
/// A recording of a browser lacks some members: each request lacks `because`, and the result lacks `failure`, `step`
/// and `value`.
///
/// ```
/// use fetch_cors::cases::OutcomeRecord;
/// let json = r#"{"requests":[],"result":{"type":"error"}}"#;
/// let record: OutcomeRecord = serde_json::from_str(json)?;
/// assert_eq!(record.result.failure, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeRecord<'a> {
    /// Every request that the user agent sent.
    #[serde(borrow, deserialize_with = "objects")]
    pub requests: Vec<RequestRecord<'a>>,
    /// The result.
    #[serde(borrow, deserialize_with = "object")]
    pub result: ResultRecord<'a>,
}

/// A request in the case format.
///
/// ```
/// use fetch_cors::cases::RequestRecord;
/// let json = r#"{"method":"GET","url":"http://a/","headers":[["origin","null"]],"credentials":false}"#;
/// let record: RequestRecord = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&record)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRecord<'a> {
    /// The method.
    #[serde(borrow)]
    pub method: Cow<'a, str>,
    /// The URL, without fragment and userinfo.
    #[serde(borrow)]
    pub url: Cow<'a, str>,
    /// The headers, sorted by name. The names are in lower case.
    #[serde(borrow, deserialize_with = "borrowed_pairs")]
    pub headers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Whether credentials were included.
    #[serde(default)]
    pub credentials: bool,
    /// The reasons for a preflight. Absent if the request is not a preflight.
    #[serde(
        rename = "because",
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present_strings"
    )]
    pub preflight_reasons: Option<Vec<Cow<'a, str>>>,
}

/// The result of a fetch in the case format.
///
/// ```
/// use fetch_cors::cases::ResultRecord;
/// let json = r#"{"type":"error","failure":"bad-port","step":"main-fetch/7","value":"25"}"#;
/// let record: ResultRecord = serde_json::from_str(json)?;
/// assert_eq!(serde_json::to_string(&record)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultRecord<'a> {
    /// `basic`, `cors`, `opaque`, `opaqueredirect` or `error`.
    #[serde(rename = "type", borrow)]
    pub response_type: Cow<'a, str>,
    /// The status as the script sees it. Absent for an error.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub status: Option<u16>,
    /// The URL as the script sees it. Absent for an error.
    #[serde(
        borrow,
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "borrowed_text"
    )]
    pub url: Option<Cow<'a, str>>,
    /// Whether the fetch followed a redirect. Absent for an error.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub redirected: Option<bool>,
    /// Whether Resource Timing shows the times of the fetch. Absent for an error. A recording can lack this member.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub timing_allowed: Option<bool>,
    /// The headers that a script can read, sorted. Absent for an error.
    #[serde(
        borrow,
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present_borrowed_pairs"
    )]
    pub headers: Option<Vec<(Cow<'a, str>, Cow<'a, str>)>>,
    /// The code of the failure. Absent if the type of the result is not `error`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub failure: Option<Cow<'a, str>>,
    /// The step of the standard at which the fetch fails.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub step: Option<Cow<'a, str>>,
    /// The value that causes the failure. Absent if no single value causes the failure.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub value: Option<Cow<'a, str>>,
    /// The failure in words.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub message: Option<Cow<'a, str>>,
    /// A link to the standard. The link leads to the algorithm that contains `step`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub anchor: Option<Cow<'a, str>>,
}

/// Pairs of strings: the names and values of headers.
type TextPairs<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Deserializes pairs of strings. Borrows the strings if the deserializer permits this.
fn borrowed_pairs<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<TextPairs<'a>, D::Error> {
    let pairs = pairs(deserializer)?.into_iter();
    Ok(pairs
        .map(|(Text(name), Text(value))| (name, value))
        .collect())
}

/// Deserializes optional pairs of strings. Null is an error.
fn present_borrowed_pairs<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<TextPairs<'a>>, D::Error> {
    borrowed_pairs(deserializer).map(Some)
}

/// Deserializes an optional string. Borrows the string if the deserializer permits this. Null is an error.
fn borrowed_text<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'a, str>>, D::Error> {
    Text::deserialize(deserializer).map(|Text(text)| Some(text))
}

impl ResultRecord<'_> {
    /// Returns the result without `message` and `anchor`, which repeat `failure` and `step` in other words.
    ///
    /// ```
    /// use fetch_cors::{Failure, FetchError, cases::ResultRecord};
    /// let error = FetchError::new(Failure::BadPort);
    /// let record = ResultRecord::from(&error);
    /// assert_eq!(record.message.as_deref(), Some(error.failure().message()));
    /// assert_eq!(record.without_words().message, None);
    /// ```
    #[must_use]
    pub fn without_words(&self) -> Self {
        Self {
            message: None,
            anchor: None,
            ..self.clone()
        }
    }

    /// The names of all members.
    pub(super) const MEMBERS: &'static [&'static str] = &[
        "type",
        "status",
        "url",
        "redirected",
        "timing_allowed",
        "headers",
        "failure",
        "step",
        "value",
        "message",
        "anchor",
    ];
}

impl<'a> From<&'a Outcome> for OutcomeRecord<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        Self {
            requests: outcome.requests.iter().map(RequestRecord::from).collect(),
            result: match &outcome.result {
                Ok(response) => ResultRecord::from(response),
                Err(error) => ResultRecord::from(error),
            },
        }
    }
}

impl<'a> From<&'a SentRequest> for RequestRecord<'a> {
    fn from(request: &'a SentRequest) -> Self {
        let words = |reasons: &Vec<PreflightReason>| {
            let words = reasons.iter().map(PreflightReason::to_word);
            words.collect()
        };
        Self {
            method: Cow::Borrowed(request.method.as_str()),
            url: Cow::Borrowed(&request.url),
            headers: request.header_list.iter().map(header).collect(),
            credentials: request.credentials == Credentials::Included,
            preflight_reasons: request.preflight_reasons.as_ref().map(words),
        }
    }
}

impl<'a> From<&'a FilteredResponse> for ResultRecord<'a> {
    fn from(response: &'a FilteredResponse) -> Self {
        let url = response
            .url()
            .map_or("", |url| &url[..url::Position::AfterQuery]);
        Self {
            response_type: Cow::Borrowed(response.response_type().as_str()),
            status: Some(response.status()),
            url: Some(Cow::Borrowed(url)),
            redirected: Some(response.redirected()),
            timing_allowed: Some(response.timing_allow_passed()),
            headers: Some(combined(response.headers())),
            ..Self::default()
        }
    }
}

impl<'a> From<&'a FetchError> for ResultRecord<'a> {
    fn from(error: &'a FetchError) -> Self {
        Self {
            response_type: Cow::Borrowed("error"),
            failure: Some(Cow::Borrowed(error.failure().code())),
            step: Some(Cow::Borrowed(error.step())),
            value: error.value().map(|value| text(value)),
            message: Some(Cow::Borrowed(error.failure().message())),
            anchor: Some(Cow::Borrowed(error.anchor())),
            ..Self::default()
        }
    }
}

/// Sorts and combines headers, as `HeaderList::sort_and_combine` does. Copies only values that are combined.
fn combined<'a>(
    headers: impl Iterator<Item = (&'a HeaderName, &'a HeaderValue)>,
) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
    let mut combined: Vec<_> = headers.map(header).collect();
    combined.sort_by(|(a, _), (b, _)| a.cmp(b)); // stable: values stay in order
    // The values of all headers except `Set-Cookie` can be combined. A script cannot read `Set-Cookie`, so `headers`
    // never has this header.
    combined.dedup_by(|(name, value), (last, first)| {
        let is_same = name == last;
        if is_same {
            let first: &mut String = first.to_mut();
            first.push_str(", ");
            first.push_str(value);
        }
        is_same
    });
    combined
}

fn header<'a>((name, value): (&'a HeaderName, &'a HeaderValue)) -> (Cow<'a, str>, Cow<'a, str>) {
    (Cow::Borrowed(name.as_str()), text(value.as_bytes()))
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    match core::str::from_utf8(bytes) {
        Ok(ascii) if ascii.is_ascii() => Cow::Borrowed(ascii),
        _ => Cow::Owned(isomorphic_decode(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_a_result_are_listed() {
        let text = || Some(Cow::Borrowed("a"));
        let all = ResultRecord {
            response_type: Cow::Borrowed("a"),
            status: Some(200),
            url: text(),
            redirected: Some(false),
            timing_allowed: Some(true),
            headers: Some(Vec::new()),
            failure: text(),
            step: text(),
            value: text(),
            message: text(),
            anchor: text(),
        };
        let json = serde_json::to_string(&all).unwrap();
        let names = json
            .split('"')
            .filter(|word| ResultRecord::MEMBERS.contains(word));
        assert_eq!(names.collect::<Vec<_>>(), ResultRecord::MEMBERS);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json.as_object().unwrap().len(), ResultRecord::MEMBERS.len());
    }
}
