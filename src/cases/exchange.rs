//! The test requests for a server, and the recorded exchanges with this server, one per line.

use alloc::{borrow::Cow, format, string::String};
use core::{fmt, time::Duration};

use http::Method;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};

use super::{
    Answer, LineError,
    answer::{malformed, text},
    line_error::{from_json, own_id},
    list::{pairs, present_pairs},
    members::{header_list, headers_text, http_url, present_status, status_code},
    object::{object, present, present_word},
    recent::Recent,
    seconds::Seconds,
    text::{Pairs, Text},
};
use crate::{
    fetching::{ConnectionError, Credentials, HttpRequest},
    infrastructure::{
        header_list::HeaderList, response::Response, url::without_fragment_and_userinfo,
    },
    wording,
};

/// A test request to send to a server.
///
/// ```
/// use fetch_cors::{browser::{Credentials, HeaderList, HttpRequest}, cases::RequestLine};
///
/// let request = HttpRequest {
///     method: http::Method::GET,
///     url: "https://api.example/r".parse()?,
///     header_list: HeaderList::from_pairs([("Origin", "https://a.example")])?,
///     body: None,
///     credentials: Credentials::Excluded,
///     preflight_reasons: None,
/// };
/// assert_eq!(
///     RequestLine { id: "a/1".into(), request }.to_string(),
///     r#"{"id":"a/1","method":"GET","url":"https://api.example/r","headers":[["origin","https://a.example"]]}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLine {
    /// The id of the request.
    pub id: String,
    /// The request.
    pub request: HttpRequest,
}

impl Serialize for RequestLine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("method", self.request.method.as_str())?;
        map.serialize_entry("url", &without_fragment_and_userinfo(&self.request.url))?;
        map.serialize_entry("headers", &headers_text(&self.request.header_list))?;
        map.end()
    }
}

/// The request as one line of JSON.
impl fmt::Display for RequestLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// A request that was sent to a server, and its response.
///
/// ```
/// use fetch_cors::cases::Exchange;
///
/// let line = r#"{"id":"a/1","request":{"method":"GET","url":"https://api.example/r","headers":[]},"response":{"status":200,"headers":[["vary","origin"]]}}"#;
/// let exchange = Exchange::parse(line)?;
/// assert_eq!(exchange.response.status, 200);
/// assert_eq!(exchange.to_string(), line);
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The id of the request.
    pub id: String,
    /// The request.
    pub request: HttpRequest,
    /// The response.
    pub response: Response,
}

impl Exchange {
    /// Parses an exchange with a response. [`ExchangeRecord::parse`] also parses a request without a response.
    ///
    /// # Errors
    ///
    /// Returns a [`LineError`] that names the member with the error.
    pub fn parse(json: &str) -> Result<Self, LineError> {
        let ExchangeRecord {
            id,
            request,
            response,
            ..
        } = ExchangeRecord::parse(json)?;
        let response = response.map_err(|_| {
            LineError::new(
                "response.error",
                "this line needs a response, but has an error: write `status` and `headers`",
            )
        })?;
        Ok(Self {
            id,
            request,
            response,
        })
    }
}

impl Serialize for Exchange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = exchange_text(&self.id, &self.request, Ok(&self.response), None);
        text.serialize(serializer)
    }
}

/// The exchange as one line of JSON.
impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// The reason why a request has no response.
///
/// ```
/// use fetch_cors::cases::ExchangeError;
/// assert_eq!(ExchangeError::Timeout.to_string(), "the server does not answer in time");
/// assert_eq!(ExchangeError::Timeout.name(), "timeout");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
// Exhaustive: version 2 of the format has these errors.
pub enum ExchangeError {
    /// The connection could not be established, or the connection broke.
    #[error("the connection fails")]
    Network,
    /// The response did not come in time.
    #[error("{}", wording::no_answer_in_time!())]
    Timeout,
}

impl ExchangeError {
    /// All errors that an exchange can have.
    pub const ALL: [Self; 2] = [Self::Network, Self::Timeout];

    /// Returns the name of the error in an exchange.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Timeout => "timeout",
        }
    }
}

impl From<ConnectionError> for ExchangeError {
    fn from(_: ConnectionError) -> Self {
        Self::Network
    }
}

/// A request that was sent to a server, with the response or with the reason why there is no response.
///
/// ```
/// use fetch_cors::cases::{ExchangeError, ExchangeRecord};
///
/// let line = r#"{"id":"a/1","request":{"method":"GET","url":"https://api.example/r","headers":[]},"response":{"error":"timeout"},"seconds":10}"#;
/// let record = ExchangeRecord::parse(line)?;
/// assert_eq!(record.response, Err(ExchangeError::Timeout));
/// assert_eq!(record.to_string(), line);
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRecord {
    /// The id of the request.
    pub id: String,
    /// The request.
    pub request: HttpRequest,
    /// The response, or the reason why there is no response.
    pub response: Result<Response, ExchangeError>,
    /// The time from the request to the response.
    pub duration: Option<Duration>,
}

impl ExchangeRecord {
    /// Parses an exchange, with or without a response.
    ///
    /// # Errors
    ///
    /// Returns a [`LineError`] that names the member with the error.
    pub fn parse(json: &str) -> Result<Self, LineError> {
        let ExchangeText {
            id: Text(id),
            request,
            response,
            seconds,
        } = from_json(json)?;
        Ok(Self {
            id: id.into_owned(),
            request: request.parse()?,
            response: response.parse()?,
            duration: seconds.map(|Seconds(duration)| duration),
        })
    }

    /// Parses a line. `number` is the number of the line.
    ///
    /// # Errors
    ///
    /// If the line is not an exchange, returns [`Answer::Malformed`] as the error.
    ///
    /// ```
    /// use fetch_cors::cases::ExchangeRecord;
    /// let answer = ExchangeRecord::parse_line(br#"{"id":"a/1"}"#, 1).unwrap_err();
    /// assert_eq!(answer.to_string(), r#"{"id":"a/1","malformed":"the member `request` is missing: add it"}"#);
    /// ```
    pub fn parse_line(line: &[u8], number: u64) -> Result<Self, Answer<'static>> {
        let json = text(line).map_err(|reason| malformed(None, number, &reason))?;
        Self::parse(json).map_err(|reason| malformed(own_id(json), number, &reason))
    }
}

/// Converts an exchange. The result has no duration.
impl From<Exchange> for ExchangeRecord {
    fn from(exchange: Exchange) -> Self {
        Self {
            id: exchange.id,
            request: exchange.request,
            response: Ok(exchange.response),
            duration: None,
        }
    }
}

impl Serialize for ExchangeRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let response = self.response.as_ref().map_err(|error| *error);
        let text = exchange_text(&self.id, &self.request, response, self.duration);
        text.serialize(serializer)
    }
}

/// The exchange as one line of JSON.
impl fmt::Display for ExchangeRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

fn exchange_text<'a>(
    id: &'a str,
    request: &'a HttpRequest,
    response: Result<&'a Response, ExchangeError>,
    duration: Option<Duration>,
) -> ExchangeText<'a> {
    ExchangeText {
        id: Text(Cow::Borrowed(id)),
        request: RequestText {
            _id: None,
            method: Text(Cow::Borrowed(request.method.as_str())),
            url: Text(Cow::Owned(without_fragment_and_userinfo(&request.url))),
            headers: headers_text(&request.header_list),
        },
        response: match response {
            Ok(response) => ResponseText {
                error: None,
                status: Some(response.status.as_u16()),
                headers: Some(headers_text(&response.header_list)),
            },
            Err(error) => ResponseText {
                error: Some(error),
                status: None,
                headers: None,
            },
        },
        seconds: duration.map(Seconds),
    }
}

#[derive(Serialize, Deserialize)]
#[serde(
    expecting = "an exchange, which is an object with the members `id`, `request` and `response`"
)]
struct ExchangeText<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, deserialize_with = "object")]
    request: RequestText<'a>,
    #[serde(borrow, deserialize_with = "object")]
    response: ResponseText<'a>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    seconds: Option<Seconds>,
}

#[derive(Serialize, Deserialize)]
#[serde(
    expecting = "a request, such as `{\"method\": \"GET\", \"url\": \"https://api.example/r\"}`"
)]
struct RequestText<'a> {
    /// The request of an exchange can be a copied line that `probe` printed. The id of this line is ignored.
    #[serde(
        borrow,
        rename = "id",
        default,
        skip_serializing,
        deserialize_with = "present"
    )]
    _id: Option<Text<'a>>,
    #[serde(borrow)]
    method: Text<'a>,
    #[serde(borrow)]
    url: Text<'a>,
    #[serde(borrow, default, deserialize_with = "pairs")]
    headers: Pairs<'a>,
}

#[derive(Serialize, Deserialize)]
#[serde(expecting = "a response, such as `{\"status\": 200}`")]
struct ResponseText<'a> {
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present_word"
    )]
    error: Option<ExchangeError>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present_status"
    )]
    status: Option<u16>,
    #[serde(
        borrow,
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present_pairs"
    )]
    headers: Option<Pairs<'a>>,
}

impl ResponseText<'_> {
    fn parse(self) -> Result<Result<Response, ExchangeError>, LineError> {
        if let Some(error) = self.error {
            let member = self.status.map(|_| "response.status");
            let member = member.or(self.headers.map(|_| "response.headers"));
            return match member {
                None => Ok(Err(error)),
                Some(member) => {
                    let reason = "a request without a response has no status and no headers: remove this member, or remove `error`";
                    Err(LineError::new(member, reason))
                }
            };
        }
        let status = self.status.ok_or_else(|| {
            let errors =
                ExchangeError::ALL.map(|error| format!("`\"error\": \"{}\"`", error.name()));
            let reason = format!(
                "a response needs a status: add `status`, or write {}",
                errors.join(" or ")
            );
            LineError::new("response", reason)
        })?;
        Ok(Ok(Response::new(
            status_code(status).map_err(|reason| reason.within("response"))?,
            header_list("response.headers", self.headers.unwrap_or_default())?,
        )))
    }
}

impl RequestText<'_> {
    fn parse(self) -> Result<HttpRequest, LineError> {
        let method = self.method.0;
        let token = Method::from_bytes(method.as_bytes())
            .map_err(|_| LineError::new("request.method", wording::not_a_method(&method)))?;
        let header_list: HeaderList = header_list("request.headers", self.headers)?;
        Ok(HttpRequest {
            method: token,
            url: http_url(&self.url.0, &mut Recent::default())
                .map_err(|reason| reason.within("request"))?,
            header_list,
            body: None,
            credentials: Credentials::Excluded,
            preflight_reasons: None,
        })
    }
}
