//! Generates responses of a server. The values of the response headers depend on the request.

use alloc::{
    string::{String, ToString},
    vec,
    vec::Vec,
};

use http::StatusCode;

use super::{
    allow_credentials::AllowCredentials, allow_origin::AllowOrigin, lists::List,
    request_summary::RequestSummary,
};
use crate::{
    cases::ServerAnswer,
    infrastructure::{
        bytes::isomorphic_encode,
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        response::Response,
    },
};

/// The decisions about a response: the status, and the kind of each header.
#[derive(Debug, Clone)]
pub(crate) struct ServerResponse {
    pub(crate) status: Status,
    pub(crate) allow_origin: AllowOrigin,
    pub(crate) allow_credentials: AllowCredentials,
    pub(crate) allow_methods: List,
    pub(crate) allow_headers: List,
    pub(crate) max_age: &'static [&'static str],
    pub(crate) expose_headers: List,
    pub(crate) other_headers: Vec<(&'static str, &'static str)>,
}

/// The status of a response, or a connection error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    Is(u16),
    /// The first response has status 421. The next response has the given status.
    AfterMisdirected(u16),
    Misdirected,
    ConnectionError,
}

impl ServerResponse {
    /// A response with status 200 that allows the origin and credentials.
    pub(crate) const PLAIN: Self = Self {
        status: Status::Is(200),
        allow_origin: AllowOrigin::Own,
        allow_credentials: AllowCredentials::True,
        allow_methods: List::Absent,
        allow_headers: List::Absent,
        max_age: &[],
        expose_headers: List::Absent,
        other_headers: Vec::new(),
    };

    /// Returns the answers of the server in order. An answer is a response or a connection error. Each response also
    /// has the given `Location` lines.
    pub(crate) fn concrete(
        &self,
        request: &RequestSummary,
        location: &[String],
    ) -> Vec<ServerAnswer> {
        let with_status = |code: u16| {
            let status = StatusCode::from_u16(code).unwrap_or(StatusCode::OK);
            let header_list = self.header_list(request, location);
            ServerAnswer::Response(Response::new(status, header_list))
        };
        match self.status {
            Status::Is(code) => vec![with_status(code)],
            Status::AfterMisdirected(code) => vec![with_status(421), with_status(code)],
            Status::Misdirected => vec![with_status(421), with_status(421), with_status(200)],
            Status::ConnectionError => vec![ServerAnswer::ConnectionError],
        }
    }

    pub(super) fn header_list(&self, request: &RequestSummary, location: &[String]) -> HeaderList {
        let exposed: Vec<String> = self
            .other_headers
            .iter()
            .map(|(name, _)| name.to_string())
            .collect();
        let given = |lines: &[&str]| lines.iter().map(ToString::to_string).collect();
        let method = [request.method.clone()];
        let lines: [(&str, Vec<String>); 7] = [
            (
                self.allow_origin.header_name(),
                self.allow_origin.lines(request),
            ),
            (
                self.allow_credentials.header_name(),
                given(self.allow_credentials.lines()),
            ),
            (
                self.allow_methods
                    .header_name("Access-Control-Allow-Methods"),
                self.allow_methods.lines(&method),
            ),
            (
                self.allow_headers
                    .header_name("Access-Control-Allow-Headers"),
                self.allow_headers.lines(&request.unsafe_names),
            ),
            ("Access-Control-Max-Age", given(self.max_age)),
            (
                self.expose_headers
                    .header_name("Access-Control-Expose-Headers"),
                self.expose_headers.lines(&exposed),
            ),
            ("Location", location.to_vec()),
        ];
        let others = self
            .other_headers
            .iter()
            .map(|(name, value)| (*name, value.to_string()));
        lines
            .into_iter()
            .flat_map(|(name, lines)| lines.into_iter().map(move |line| (name, line)))
            .chain(others)
            .filter_map(|(name, value)| header(name, &value))
            .collect()
    }
}

fn header(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    let value = isomorphic_encode(value)?;
    Some((
        HeaderName::new(name.as_bytes()).ok()?,
        HeaderValue::received(&value).ok()?,
    ))
}
