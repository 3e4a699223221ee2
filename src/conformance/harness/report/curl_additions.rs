//! The parts of the sent requests that the test requests lack. The user adds these parts, for example a login.

use alloc::{format, string::String, vec::Vec};

use http::Method;

use crate::{
    explain::curl::curl,
    fetching::HttpRequest,
    infrastructure::{
        header::{HeaderName, HeaderValue},
        shell_word::shell_word,
    },
};

/// The headers and the body that the `curl` commands of a report have in addition to the test requests. The commands
/// then send the same requests as the script `send.py` with the same headers and the same body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CurlAdditions {
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Vec<u8>,
}

impl CurlAdditions {
    /// Returns a `curl` command that sends the request with the additions. Browsers send preflights without credentials,
    /// so an OPTIONS request gets no additions.
    pub(super) fn curl(&self, request: &HttpRequest) -> String {
        if request.method == Method::OPTIONS {
            return curl(request);
        }
        let mut request = request.clone();
        let headers = &mut request.header_list;
        let has_body = !self.body.is_empty()
            && matches!(request.method, Method::PATCH | Method::POST | Method::PUT);
        if has_body && !headers.contains("content-type") {
            headers.append(
                HeaderName::from_static("content-type"),
                HeaderValue::from_static(b"application/json"),
            );
        }
        for (name, value) in &self.headers {
            let value = if *name == "cookie" {
                with_earlier_cookies(headers.get("cookie").as_deref(), value)
            } else {
                value.clone()
            };
            headers.delete(name.as_str());
            headers.append(name.clone(), value);
        }
        let line = curl(&request);
        if has_body {
            format!("{line} --data-raw {}", shell_word(&self.body))
        } else {
            line
        }
    }
}

/// Joins the cookies of a request and an added cookie. Many servers do not understand several lines of `Cookie`.
fn with_earlier_cookies(earlier: Option<&[u8]>, value: &HeaderValue) -> HeaderValue {
    let joined = earlier.map(|earlier| [earlier, b"; ", value.as_bytes()].concat());
    let joined = joined.and_then(|joined| HeaderValue::new(&joined).ok());
    joined.unwrap_or_else(|| value.clone())
}
