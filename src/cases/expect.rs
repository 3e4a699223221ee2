use alloc::{collections::BTreeMap, string::String, vec::Vec};

use serde::Deserialize;
use serde_json::Value;

use super::object::{present, present_objects};

/// What a test asserts of one fetch's outcome: only the members that are there.
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
    /// Each member equals the outcome's; without `type` the result is not an error.
    #[serde(deserialize_with = "present")]
    pub result: Option<BTreeMap<String, Value>>,
    /// Whether a preflight was sent.
    #[serde(deserialize_with = "present")]
    pub preflighted: Option<bool>,
    /// The number of requests.
    #[serde(deserialize_with = "present")]
    pub request_count: Option<usize>,
    /// Headers by name, null where absent; the names of a preflight's are looked up in the last one.
    pub request_headers: BTreeMap<String, Option<String>>,
    /// Values that headers of the last request that is no preflight do not have.
    pub request_headers_not: BTreeMap<String, Option<String>>,
    /// The method of the last request that is no preflight.
    #[serde(deserialize_with = "present")]
    pub method: Option<String>,
    /// Whether it had credentials.
    #[serde(deserialize_with = "present")]
    pub credentials: Option<bool>,
    /// All preflights, in order.
    #[serde(deserialize_with = "present_objects")]
    pub preflights: Option<Vec<RequestExpectation>>,
    /// All other requests, in order.
    #[serde(deserialize_with = "present_objects")]
    pub actual: Option<Vec<RequestExpectation>>,
    /// Headers that script can read, with their values.
    pub header_values: BTreeMap<String, Option<String>>,
    /// Names that script can read.
    pub visible_headers: Vec<String>,
    /// Names that script cannot read.
    pub hidden_headers: Vec<String>,
    /// Script can read no header at all.
    #[serde(deserialize_with = "present")]
    pub no_headers: Option<bool>,
}

/// What a test asserts of one request.
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
    /// Headers by name, null where absent.
    pub headers: BTreeMap<String, Option<String>>,
    /// Whether it had credentials.
    #[serde(deserialize_with = "present")]
    pub credentials: Option<bool>,
    /// The reasons for a preflight, in order.
    #[serde(rename = "because", deserialize_with = "present")]
    pub preflight_reasons: Option<Vec<String>>,
}
