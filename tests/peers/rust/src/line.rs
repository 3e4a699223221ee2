//! The lines of an exchange.

use std::io;

use fetch_cors::cases::ExchangeError;
use serde::{Deserialize, Serialize};

use crate::Failure;

pub(crate) type Headers = Vec<(String, String)>;

/// A request to send.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RequestLine {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Headers,
}

/// A received response.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
}

/// A request with its answer.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ExchangeLine {
    pub(crate) id: String,
    pub(crate) request: Asked,
    #[serde(flatten)]
    pub(crate) answer: Answer,
}

/// The response, or the error if the server sent no response.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Answer {
    Response(Response),
    Error(ExchangeError),
}

/// Converts the failure of a request into the error of its exchange.
pub(crate) fn exchange_error(failure: &Failure) -> ExchangeError {
    let error = failure.downcast_ref::<io::Error>();
    match error.map(io::Error::kind) {
        Some(io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => ExchangeError::Timeout,
        _ => ExchangeError::Network,
    }
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Headers,
}

impl RequestLine {
    pub(crate) fn answered(self, answer: Answer) -> ExchangeLine {
        let Self {
            id,
            method,
            url,
            headers,
        } = self;
        let request = Asked {
            method,
            url,
            headers,
        };
        ExchangeLine {
            id,
            request,
            answer,
        }
    }

    /// Returns path and query.
    pub(crate) fn target(&self) -> &str {
        let after_scheme = self.url.find("://").map_or(0, |start| start + 3);
        let authority_on = self.url.get(after_scheme..).unwrap_or_default();
        let target = authority_on
            .find('/')
            .and_then(|start| authority_on.get(start..));
        target.unwrap_or("/")
    }
}

/// Converts each byte to the code point of the same number.
pub(crate) fn decode(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// Converts each code point to a byte. Returns `None` if a code point is above U+00FF.
pub(crate) fn encode(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(c).ok()).collect()
}
