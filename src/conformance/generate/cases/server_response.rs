//! What a server answers, made concrete against the request that it answers.

use alloc::{
    string::{String, ToString},
    vec,
    vec::Vec,
};

use http::StatusCode;

use super::{allow_origin::AllowOrigin, lists::List, origins::Page};
use crate::{
    cases::ServerAnswer,
    infrastructure::{
        bytes::isomorphic_encode,
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        response::Response,
    },
};

/// What the answers to one request are made concrete against.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) page: Page,
    /// The origin that the request is serialized with.
    pub(crate) origin: &'static str,
    pub(crate) method: String,
    /// The CORS-unsafe request-header names, in lower case.
    pub(crate) names: Vec<String>,
}

/// A kind of answer, header by header.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: Status,
    pub(crate) allow_origin: AllowOrigin,
    pub(crate) allow_credentials: &'static [&'static str],
    pub(crate) allow_methods: List,
    pub(crate) allow_headers: List,
    pub(crate) max_age: &'static [&'static str],
    pub(crate) expose_headers: List,
    pub(crate) others: Vec<(&'static str, &'static str)>,
}

/// What happens to a request that is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Is(u16),
    /// 421 at first.
    AfterMisdirected(u16),
    Misdirected,
    ConnectionError,
}

pub(crate) const STATUSES: &[(u32, Status)] = &[
    (24, Status::Is(200)),
    (4, Status::Is(204)),
    (1, Status::Is(299)),
    (1, Status::Is(300)),
    (1, Status::Is(301)),
    (1, Status::Is(302)),
    (1, Status::Is(303)),
    (1, Status::Is(304)),
    (1, Status::Is(305)),
    (1, Status::Is(306)),
    (1, Status::Is(307)),
    (1, Status::Is(308)),
    (1, Status::Is(309)),
    (2, Status::Is(401)),
    (1, Status::Is(404)),
    (1, Status::Is(407)),
    (2, Status::AfterMisdirected(200)),
    (1, Status::AfterMisdirected(407)),
    (1, Status::Misdirected),
    (1, Status::Is(500)),
    (1, Status::Is(999)),
    (1, Status::ConnectionError),
];

/// The lines of `Access-Control-Max-Age`.
pub(crate) const MAX_AGES: &[(u32, &[&str])] = &[
    (6, &[]),
    (8, &["600"]),
    (2, &["0"]),
    (1, &["1"]),
    (1, &["4"]),
    (1, &["6"]),
    (1, &["7199"]),
    (1, &["7200"]),
    (1, &["7201"]),
    (1, &["86400"]),
    (1, &["0600"]),
    (1, &[" 600 "]),
    (1, &["99999999999999999999"]),
    (1, &["18446744073709551616"]),
    (1, &["-1"]),
    (1, &["+600"]),
    (1, &["600.5"]),
    (1, &["600s"]),
    (1, &[""]),
    (1, &["600", "600"]),
    (1, &["600, 600"]),
];

/// Response headers of which the CORS check knows nothing.
pub(crate) const OTHERS: &[(u32, (&str, &str))] = &[
    (4, ("X-C", "1")),
    (2, ("x-c", "2")),
    (2, ("ETag", "\"1\"")),
    (2, ("Content-Type", "text/plain")),
    (1, ("Cache-Control", "no-cache")),
    (1, ("Content-Language", "en")),
    (1, ("Content-Length", "0")),
    (1, ("Expires", "0")),
    (1, ("Last-Modified", "never")),
    (1, ("Pragma", "no-cache")),
    (2, ("Set-Cookie", "a=b")),
    (1, ("Set-Cookie", "c=d")),
    (1, ("Set-Cookie2", "a=b")),
    (1, ("*", "1")),
    (1, ("Authorization", "1")),
    (1, ("X-D", "\u{e9}")),
    (1, ("Timing-Allow-Origin", "*")),
    (1, ("Vary", "Origin")),
];

pub(crate) const RESOURCE_POLICIES: &[(u32, (&str, &str))] = &[
    (3, ("Cross-Origin-Resource-Policy", "same-origin")),
    (3, ("Cross-Origin-Resource-Policy", "same-site")),
    (1, ("Cross-Origin-Resource-Policy", "cross-origin")),
    (1, ("Cross-Origin-Resource-Policy", "Same-Origin")),
    (1, ("Cross-Origin-Resource-Policy", "")),
    (1, ("X-C", "1")),
];

impl Answer {
    /// One that allows all.
    pub(crate) const PLAIN: Self = Self {
        status: Status::Is(200),
        allow_origin: AllowOrigin::Own,
        allow_credentials: &["true"],
        allow_methods: List::Absent,
        allow_headers: List::Absent,
        max_age: &[],
        expose_headers: List::Absent,
        others: Vec::new(),
    };

    /// One that allows all to a preflight.
    pub(crate) const PREFLIGHT: Self = {
        let mut answer = Self::PLAIN;
        answer.allow_methods = List::Wanted;
        answer.allow_headers = List::Wanted;
        answer
    };

    /// The answers in order, with `location` if there is one.
    pub(crate) fn concrete(&self, asked: &Asked, location: &[String]) -> Vec<ServerAnswer> {
        let with_status = |code: u16| {
            let status = StatusCode::from_u16(code).unwrap_or(StatusCode::OK);
            let header_list = self.header_list(asked, location);
            ServerAnswer::Response(Response::new(status, header_list))
        };
        match self.status {
            Status::Is(code) => vec![with_status(code)],
            Status::AfterMisdirected(code) => vec![with_status(421), with_status(code)],
            Status::Misdirected => vec![with_status(421), with_status(421), with_status(200)],
            Status::ConnectionError => vec![ServerAnswer::ConnectionError],
        }
    }

    fn header_list(&self, asked: &Asked, location: &[String]) -> HeaderList {
        let exposed: Vec<String> = self
            .others
            .iter()
            .map(|(name, _)| name.to_string())
            .collect();
        let given = |lines: &[&str]| lines.iter().map(ToString::to_string).collect();
        let method = [asked.method.clone()];
        let lines: [(&str, Vec<String>); 7] = [
            (
                "Access-Control-Allow-Origin",
                self.allow_origin.lines(asked),
            ),
            (
                "Access-Control-Allow-Credentials",
                given(self.allow_credentials),
            ),
            (
                "Access-Control-Allow-Methods",
                self.allow_methods.lines(&method),
            ),
            (
                "Access-Control-Allow-Headers",
                self.allow_headers.lines(&asked.names),
            ),
            ("Access-Control-Max-Age", given(self.max_age)),
            (
                "Access-Control-Expose-Headers",
                self.expose_headers.lines(&exposed),
            ),
            ("Location", location.to_vec()),
        ];
        let others = self
            .others
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
