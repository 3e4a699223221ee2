//! The expectations of a vector.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{
    list::{present_strings, strings},
    object::{present, present_members, present_objects},
    outcome::ResultRecord,
};

/// The expected outcome of one fetch. Absent members are not compared.
///
/// ```
/// use fetch_cors::cases::Expectation;
/// let json = r#"{"result":{"status":200},"preflighted":true}"#;
/// let expectation: Expectation = serde_json::from_str(json)?;
/// assert_eq!(expectation.preflighted, Some(true));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct Expectation {
    /// Members of the result, with their values. If these members do not include `type`, the
    /// actual result must not be an error.
    #[serde(deserialize_with = "result_members")]
    pub result: Option<BTreeMap<String, Value>>,
    /// Whether a preflight was sent.
    #[serde(deserialize_with = "present")]
    pub preflighted: Option<bool>,
    /// The number of requests.
    #[serde(deserialize_with = "present")]
    pub request_count: Option<usize>,
    /// Values by header name. Null means that the header must be absent. A header whose name begins with
    /// `access-control-request-` is looked up in the last preflight. Any other header is looked up in the last request
    /// other than a preflight.
    pub request_headers: BTreeMap<String, Option<String>>,
    /// Forbidden values by header name. In the last request other than a preflight, the header with this name must not
    /// have the forbidden value.
    pub request_headers_not: BTreeMap<String, String>,
    /// The method of the last request other than a preflight.
    #[serde(deserialize_with = "present")]
    pub method: Option<String>,
    /// Whether the last request other than a preflight included credentials.
    #[serde(deserialize_with = "present")]
    pub credentials: Option<bool>,
    /// All preflights, in order.
    #[serde(deserialize_with = "present_objects")]
    pub preflights: Option<Vec<RequestExpectation>>,
    /// All requests except preflights, in order.
    #[serde(deserialize_with = "present_objects")]
    pub actual: Option<Vec<RequestExpectation>>,
    /// Headers that a script can read, with their values.
    pub header_values: BTreeMap<String, Option<String>>,
    /// Names of headers that a script can read.
    #[serde(deserialize_with = "strings")]
    pub visible_headers: Vec<String>,
    /// Names of headers that a script cannot read.
    #[serde(deserialize_with = "strings")]
    pub hidden_headers: Vec<String>,
    /// `true` asserts that a script cannot read any header. `false` asserts that a script can read at least one header.
    #[serde(deserialize_with = "present")]
    pub no_headers: Option<bool>,
}

impl Expectation {
    /// Whether the expectations assert nothing: each member is absent, an empty list of names, or an empty object of
    /// headers. An empty `result` asserts that the result is not an error. An empty list of requests asserts that no
    /// request was sent.
    pub(super) fn asserts_nothing(&self) -> bool {
        let Self {
            result,
            preflighted,
            request_count,
            request_headers,
            request_headers_not,
            method,
            credentials,
            preflights,
            actual,
            header_values,
            visible_headers,
            hidden_headers,
            no_headers,
        } = self;
        let has_requests = preflights.is_some() || actual.is_some() || request_count.is_some();
        let has_member = result.is_some()
            || preflighted.is_some()
            || method.is_some()
            || credentials.is_some()
            || no_headers.is_some();
        let has_headers = !request_headers.is_empty()
            || !request_headers_not.is_empty()
            || !header_values.is_empty()
            || !visible_headers.is_empty()
            || !hidden_headers.is_empty();
        !has_requests && !has_member && !has_headers
    }
}

/// The expectations for one request. Absent members are not compared.
///
/// ```
/// use fetch_cors::cases::RequestExpectation;
/// let expectation: RequestExpectation = serde_json::from_str(r#"{"headers":{"origin":null}}"#)?;
/// assert_eq!(expectation.headers["origin"], None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct RequestExpectation {
    /// The method.
    #[serde(deserialize_with = "present")]
    pub method: Option<String>,
    /// The URL.
    #[serde(deserialize_with = "present")]
    pub url: Option<String>,
    /// Header values by name. Null means that the header must be absent.
    pub headers: BTreeMap<String, Option<String>>,
    /// Whether the request included credentials.
    #[serde(deserialize_with = "present")]
    pub credentials: Option<bool>,
    /// The reasons for a preflight, in order.
    #[serde(rename = "because", deserialize_with = "present_strings")]
    pub preflight_reasons: Option<Vec<String>>,
}

fn result_members<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BTreeMap<String, Value>>, D::Error> {
    present_members(deserializer, ResultRecord::MEMBERS)
}
