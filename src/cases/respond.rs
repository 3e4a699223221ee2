//! The answer of a policy to a line with a request.

use alloc::{
    borrow::Cow,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use http::StatusCode;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};

use super::{
    LineError,
    answer::text,
    line_error::{from_json, own_id},
    list::pairs,
    members::header_list,
    object::present,
    text::{Pairs, Text},
};
use crate::{
    infrastructure::{
        bytes::{is_token, isomorphic_decode},
        header::HeaderValue,
        header_list::HeaderList,
    },
    server::{CorsPolicy, RequestKind, Verdict},
    wording,
};

/// The answer to a line with a request.
///
/// ```
/// use fetch_cors::{cases::{PolicyAnswer, respond}, server::CorsPolicy};
/// let policy = CorsPolicy::builder().any_origin().build()?;
/// assert!(matches!(respond(&policy, b"{}", 7), PolicyAnswer::Malformed { line: Some(7), .. }));
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
// Exhaustive: version 2 of the format has these answers.
pub enum PolicyAnswer<'a> {
    /// The response to a request.
    Response(PolicyResponse<'a>),
    /// The error of a line that does not fit the format.
    Malformed {
        /// The id of the line, if the id is readable.
        id: Option<String>,
        /// The number of the line, if the id is not readable.
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<u64>,
        /// The error. If the error is in a member, the text begins with the path of the member.
        malformed: String,
    },
}

/// The verdict of a policy on a request, and the headers of the response.
///
/// ```
/// use fetch_cors::{cases::{PolicyAnswer, respond}, server::{CorsPolicy, RequestKind}};
///
/// let policy = CorsPolicy::builder().any_origin().build()?;
/// let line = br#"{"id":"a","method":"GET","headers":[["Origin","https://a.example"]]}"#;
/// let PolicyAnswer::Response(response) = respond(&policy, line, 1) else { unreachable!() };
/// assert_eq!((response.kind, response.allowed, response.status), (RequestKind::Cors, Some(true), None));
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyResponse<'a> {
    /// The id of the request.
    pub id: Cow<'a, str>,
    /// The kind of the request.
    pub kind: RequestKind,
    /// Whether the request is allowed. `None` if the request is not a CORS request.
    pub allowed: Option<bool>,
    /// The reason of a denial: the text of [`DenialReason::as_str`](crate::server::DenialReason::as_str).
    pub denied: Option<&'static str>,
    /// The status of the response to a preflight.
    pub status: Option<StatusCode>,
    /// All headers of the response, sorted by name. If names are equal, the headers of the handler come before the
    /// headers of the policy.
    pub headers: HeaderList,
}

/// Answers a line. The line has a request, and the headers that the handler of the request has set on the response.
/// `number` is the number of the line.
///
/// ```
/// use fetch_cors::{cases::respond, server::CorsPolicy};
///
/// let policy = CorsPolicy::builder().origin("https://*.app.example").build()?;
/// let line = br#"{"id": "a", "method": "GET", "headers": [["Origin", "https://www.app.example"]], "response_headers": [["Vary", "accept"]]}"#;
/// assert_eq!(
///     respond(&policy, line, 1).to_string(),
///     r#"{"id":"a","kind":"cors","allowed":true,"headers":[["access-control-allow-origin","https://www.app.example"],["vary","accept"],["vary","origin"]]}"#,
/// );
///
/// let line = br#"{"id": "b", "method": "G T", "headers": []}"#;
/// assert!(respond(&policy, line, 2).to_string().contains(r#""malformed":"method: `G T` is not a method: write "#));
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
pub fn respond<'a>(policy: &CorsPolicy, line: &'a [u8], number: u64) -> PolicyAnswer<'a> {
    let answer = text(line).map_err(|reason| (None, reason));
    let answer =
        answer.and_then(|json| try_respond(policy, json).map_err(|reason| (own_id(json), reason)));
    match answer {
        Ok(response) => PolicyAnswer::Response(response),
        Err((id, reason)) => PolicyAnswer::Malformed {
            line: id.is_none().then_some(number),
            id,
            malformed: reason.to_string(),
        },
    }
}

#[derive(Deserialize)]
#[serde(expecting = "a request, which is an object with the members `id`, `method` and `headers`")]
struct RequestText<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    method: Text<'a>,
    #[serde(borrow, deserialize_with = "pairs")]
    headers: Pairs<'a>,
    #[serde(borrow, default, deserialize_with = "pairs")]
    response_headers: Pairs<'a>,
    /// The member `url` of a line that `probe` printed. The member is ignored, because a policy does not depend on the
    /// URL.
    #[serde(borrow, rename = "url", default, deserialize_with = "present")]
    _url: Option<Text<'a>>,
}

fn try_respond<'a>(policy: &CorsPolicy, json: &'a str) -> Result<PolicyResponse<'a>, LineError> {
    let RequestText {
        id: Text(id),
        method: Text(method),
        headers,
        response_headers,
        _url: _,
    } = from_json(json)?;
    if !is_token(method.as_bytes()) {
        return Err(LineError::new("method", wording::not_a_method(&method)));
    }
    let request = header_list("headers", headers)?;
    let mut response = header_list("response_headers", response_headers)?;
    let lines = |name: &str| {
        let values: Vec<_> = request.values(name).map(HeaderValue::as_bytes).collect();
        values.into_iter()
    };
    let decision = policy.decide_raw(method.as_bytes(), &lines);
    decision.apply_to(&mut response);
    let mut headers: Vec<_> = response.into_iter().collect();
    headers.sort_by(|(a, _), (b, _)| a.cmp(b)); // stable: values stay in order
    Ok(PolicyResponse {
        id,
        kind: decision.kind(),
        allowed: match decision.verdict() {
            Verdict::NotCors => None,
            verdict => Some(verdict.is_allowed()),
        },
        denied: decision.verdict().denial().map(|reason| reason.as_str()),
        status: decision.status(),
        headers: headers.into_iter().collect(),
    })
}

impl Serialize for PolicyResponse<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        let kind = match self.kind {
            RequestKind::NotCors => "not-cors",
            RequestKind::Cors => "cors",
            RequestKind::Preflight => "preflight",
        };
        map.serialize_entry("kind", kind)?;
        map.serialize_entry("allowed", &self.allowed)?;
        if let Some(denied) = self.denied {
            map.serialize_entry("denied", denied)?;
        }
        if let Some(status) = self.status {
            map.serialize_entry("status", &status.as_u16())?;
        }
        let headers = self.headers.iter();
        let headers =
            headers.map(|(name, value)| (name.as_str(), isomorphic_decode(value.as_bytes())));
        map.serialize_entry("headers", &headers.collect::<Vec<_>>())?;
        map.end()
    }
}

/// The answer as one line of JSON.
impl fmt::Display for PolicyAnswer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}
