//! Edits of an answer.

use alloc::vec::Vec;

use http::StatusCode;

use crate::{
    explain::fix::{Edit, Wildcard},
    fetching::ConnectionError,
    infrastructure::{
        bytes::{is_http_tab_or_space, strip},
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        response::Response,
    },
};

/// The answer of a server that is not known, and of a server that did not answer.
pub(super) const fn assumed() -> Response {
    Response::new(StatusCode::OK, HeaderList::new())
}

impl Edit {
    /// Applies the edit to an answer. Only [`Edit::Answer`] changes a failed connection.
    pub fn apply(&self, answer: &mut Result<Response, ConnectionError>) {
        let Ok(response) = answer else {
            if *self == Self::Answer {
                *answer = Ok(assumed());
            }
            return;
        };
        match self {
            Self::Answer => {}
            Self::SetStatus { status } => response.status = *status,
            Self::SetHeader { name, value } => {
                set(&mut response.header_list, name, value.as_bytes());
            }
            Self::RemoveHeader { name } => response.header_list.delete(name),
            Self::AddElement {
                name,
                element,
                wildcard,
            } => {
                let list = response.header_list.get(name).unwrap_or_default();
                let elements = list.split(|&byte| byte == b',');
                let elements = elements.map(|element| strip(element, is_http_tab_or_space));
                let kept = elements.filter(|element| {
                    !element.is_empty() && (*wildcard == Wildcard::Keep || *element != b"*")
                });
                let all: Vec<&[u8]> = kept.chain([element.as_bytes()]).collect();
                let value = all.join(b", ".as_slice());
                set(&mut response.header_list, name, &value);
            }
        }
    }
}

fn set(headers: &mut HeaderList, name: &'static str, value: &[u8]) {
    // A value with NUL, CR or LF cannot be sent, so such an edit has no effect.
    if let Ok(value) = HeaderValue::received(value) {
        headers.set(HeaderName::from_static(name), value);
    }
}
