//! The test requests for a server, and recorded exchanges with it, one per line.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
};
use core::fmt;

use http::Method;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};

use super::{
    Answer, LineError,
    answer::{malformed, text},
    line_error::{from_json, own_id},
    members::{header_list, headers_text, http_url, status_code},
    object::{object, present},
    seconds::Seconds,
    text::{Pairs, Text},
};
use crate::{
    fetching::{Credentials, HttpRequest},
    infrastructure::{
        header_list::HeaderList, response::Response, url::without_fragment_and_userinfo,
    },
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
    /// The name of the request.
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
    /// The name of the request.
    pub id: String,
    /// The request.
    pub request: HttpRequest,
    /// The response.
    pub response: Response,
}

impl Exchange {
    /// Parses an exchange.
    ///
    /// # Errors
    ///
    /// A [`LineError`] that names the member with the error.
    pub fn parse(json: &str) -> Result<Self, LineError> {
        let ExchangeText {
            id: Text(id),
            request,
            response,
            _seconds: _,
        } = from_json(json)?;
        Ok(Self {
            id: id.into_owned(),
            request: request.parse()?,
            response: Response::new(
                status_code(response.status).map_err(|reason| reason.within("response"))?,
                header_list("response.headers", response.headers)?,
            ),
        })
    }

    /// Parses `line`, which has the given `number`.
    ///
    /// # Errors
    ///
    /// The answer to the line: [`Answer::Malformed`].
    ///
    /// ```
    /// use fetch_cors::cases::Exchange;
    /// let answer = Exchange::parse_line(br#"{"id":"a/1"}"#, 1).unwrap_err();
    /// assert_eq!(answer.to_string(), r#"{"id":"a/1","malformed":"the member `request` is missing: add it"}"#);
    /// ```
    pub fn parse_line(line: &[u8], number: u64) -> Result<Self, Answer<'static>> {
        let json = text(line).map_err(|reason| malformed(None, number, &reason))?;
        Self::parse(json).map_err(|reason| malformed(own_id(json), number, &reason))
    }
}

impl Serialize for Exchange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let url = without_fragment_and_userinfo(&self.request.url);
        let text = ExchangeText {
            id: Text(Cow::Borrowed(&self.id)),
            request: RequestText {
                _id: None,
                method: Text(Cow::Borrowed(self.request.method.as_str())),
                url: Text(Cow::Owned(url)),
                headers: headers_text(&self.request.header_list),
            },
            response: ResponseText {
                status: self.response.status.as_u16(),
                headers: headers_text(&self.response.header_list),
            },
            _seconds: None,
        };
        text.serialize(serializer)
    }
}

/// The exchange as one line of JSON.
impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(expecting = "an exchange")]
struct ExchangeText<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, deserialize_with = "object")]
    request: RequestText<'a>,
    #[serde(borrow, deserialize_with = "object")]
    response: ResponseText<'a>,
    /// The duration of the exchange. It is not judged.
    #[serde(
        rename = "seconds",
        default,
        skip_serializing,
        deserialize_with = "present"
    )]
    _seconds: Option<Seconds>,
}

#[derive(Serialize, Deserialize)]
#[serde(expecting = "a request")]
struct RequestText<'a> {
    /// The id of the line of `probe`, which is a request with an id.
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
    #[serde(borrow, default)]
    headers: Pairs<'a>,
}

#[derive(Serialize, Deserialize)]
#[serde(expecting = "a response")]
struct ResponseText<'a> {
    status: u16,
    #[serde(borrow, default)]
    headers: Pairs<'a>,
}

impl RequestText<'_> {
    fn parse(self) -> Result<HttpRequest, LineError> {
        let method = self.method.0;
        let token = Method::from_bytes(method.as_bytes()).map_err(|_| {
            let method = method.escape_default().to_string();
            let reason = format!("`{method}` is not a method: write a method without white space and without characters such as `,` and `:`");
            LineError::new("request.method", reason)
        })?;
        let header_list: HeaderList = header_list("request.headers", self.headers)?;
        Ok(HttpRequest {
            method: token,
            url: http_url(&self.url.0).map_err(|reason| reason.within("request"))?,
            header_list,
            body: None,
            credentials: Credentials::Excluded,
            preflight_reasons: None,
        })
    }
}
