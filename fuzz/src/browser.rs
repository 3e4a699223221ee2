//! Generates the actions of a page: calls of `fetch()` and `XMLHttpRequest`.

use std::time::Duration;

use arbitrary::Arbitrary;
use fetch_cors::{
    api::{BodyWithType, RequestInit, XmlHttpRequest},
    cases::{ApiCall, FetchCall},
    infrastructure::{
        origin::{OpaqueOrigin, Origin},
        referrer_policy::ReferrerPolicy,
        request::{Body, CredentialsMode, Mode, RedirectMode},
    },
    url::Url,
};

use crate::values::{Name, Value};

/// A call of `fetch()` or `XMLHttpRequest`.
#[derive(Debug, Clone, Arbitrary)]
pub struct Call {
    pause: Pause,
    page: Page,
    place: Place,
    method: Method,
    headers: Vec<(Name, HeaderValue)>,
    body: CallBody,
    api: Api,
}

/// The pause before the call, with values at the limits of the cache.
#[derive(Debug, Clone, Copy, Arbitrary)]
enum Pause {
    None,
    Moment,
    FiveSeconds,
    TwoHours,
    Seconds(u16),
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Page {
    Plain,
    Secure,
    Port,
    Opaque,
    App,
    Extension,
}

/// The parts of a URL.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub struct Place {
    host: Host,
    path: Path,
    userinfo: Userinfo,
    fragment: bool,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Host {
    Page,
    PagePort,
    PageSecure,
    Api,
    ApiSecure,
    Other,
    Blocked,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Path {
    Root,
    One,
    Two,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Userinfo {
    None,
    NoneAgain,
    Empty,
    User,
    Password,
}

#[derive(Debug, Clone, Arbitrary)]
enum Method {
    Get,
    Head,
    Post,
    Put,
    LowerPut,
    Patch,
    LowerPatch,
    Options,
    Trace,
    Star,
    Odd(Value),
}

#[derive(Debug, Clone, Arbitrary)]
enum HeaderValue {
    One,
    TextPlain,
    Json,
    Bytes,
    Long(u8),
    Odd(Value),
    NoBytes,
}

#[derive(Debug, Clone, Arbitrary)]
enum CallBody {
    Absent,
    WithoutType,
    TextPlain,
    Json,
    Long(u8),
    /// A type with any characters that the type of a `Blob` can have.
    Odd(Value),
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Api {
    Fetch(Modes),
    XmlHttpRequest {
        with_credentials: bool,
        upload_listeners: bool,
    },
}

#[derive(Debug, Clone, Copy, Arbitrary)]
struct Modes {
    mode: u8,
    credentials: u8,
    redirect: u8,
    referrer_policy: u8,
}

impl Place {
    /// Returns the URL as a string.
    pub fn url(self) -> String {
        let (scheme, host) = match self.host {
            Host::Page => ("http", "a.example"),
            Host::PagePort => ("http", "a.example:8080"),
            Host::PageSecure => ("https", "a.example"),
            Host::Api => ("http", "api.example"),
            Host::ApiSecure => ("https", "api.example"),
            Host::Other => ("http", "b.example"),
            Host::Blocked => ("http", "api.example:25"),
        };
        let userinfo = match self.userinfo {
            Userinfo::None | Userinfo::NoneAgain => "",
            Userinfo::Empty => "@",
            Userinfo::User => "u@",
            Userinfo::Password => ":p@",
        };
        let path = match self.path {
            Path::Root => "",
            Path::One => "/1",
            Path::Two => "/2?q",
        };
        let fragment = if self.fragment { "#f" } else { "" };
        format!("{scheme}://{userinfo}{host}{path}{fragment}")
    }
}

impl Method {
    fn text(&self) -> String {
        let method = match self {
            Self::Get => "GET",
            Self::Head => "head",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::LowerPut => "put",
            Self::Patch => "PATCH",
            Self::LowerPatch => "patch",
            Self::Options => "OPTIONS",
            Self::Trace => "TRACE",
            Self::Star => "*",
            Self::Odd(value) => return value.text(),
        };
        method.to_owned()
    }
}

impl HeaderValue {
    fn text(&self) -> String {
        match self {
            Self::One => "1".to_owned(),
            Self::TextPlain => " text/plain".to_owned(),
            Self::Json => "application/json".to_owned(),
            Self::Bytes => "bytes=0-".to_owned(),
            Self::Long(length) => "a".repeat((*length).into()),
            Self::Odd(value) => value.text(),
            Self::NoBytes => "\u{100}".to_owned(),
        }
    }
}

impl CallBody {
    fn argument(&self) -> Option<BodyWithType<'static>> {
        let content_type = match self {
            Self::Absent => return None,
            Self::WithoutType => String::new(),
            Self::TextPlain => " text/plain;charset=UTF-8".to_owned(),
            Self::Json => "application/json".to_owned(),
            Self::Long(length) => format!("text/plain;{}", "a".repeat((*length).into())),
            Self::Odd(value) => {
                let is_printable = |c: &char| matches!(c, ' '..='~');
                value.text().chars().filter(is_printable).collect()
            }
        };
        Some(if content_type.is_empty() {
            Body::WithSource.into()
        } else {
            BodyWithType::new(Body::WithSource, content_type)
        })
    }
}

impl Call {
    /// Returns the call, with its time: the pause of the call after the time `earlier`.
    pub fn after(&self, earlier: Duration) -> FetchCall<'static> {
        let pause = match self.pause {
            Pause::None => Duration::ZERO,
            Pause::Moment => Duration::from_millis(250),
            Pause::FiveSeconds => Duration::from_secs(5),
            Pause::TwoHours => Duration::from_secs(7200),
            Pause::Seconds(seconds) => Duration::from_secs(seconds.into()),
        };
        let parse = |origin: &str| Origin::parse(origin.as_bytes()).expect("valid origin");
        let origin = match self.page {
            Page::Plain => parse("http://a.example"),
            Page::Secure => parse("https://a.example"),
            Page::Port => parse("http://a.example:8080"),
            Page::Opaque => Origin::Opaque(OpaqueOrigin(0)),
            // Some servers have the host of this page. Their scheme is `http` or `https`, so this page is cross-origin
            // for every server.
            Page::App => parse("tauri://a.example"),
            Page::Extension => parse("chrome-extension://abcdefghijklmnopabcdefghijklmnop"),
        };
        FetchCall {
            at: earlier + pause,
            origin,
            call: self.call(),
        }
    }

    fn call(&self) -> ApiCall<'static> {
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| (name.text().into(), value.text().into()))
            .collect();
        let body = self.body.argument();
        match self.api {
            Api::Fetch(modes) => ApiCall::Fetch(RequestInit {
                method: self.method.text().into(),
                headers,
                body,
                mode: *pick(
                    &[Mode::Cors, Mode::Cors, Mode::NoCors, Mode::SameOrigin],
                    modes.mode,
                ),
                credentials: *pick(
                    &[
                        CredentialsMode::SameOrigin,
                        CredentialsMode::Include,
                        CredentialsMode::Omit,
                    ],
                    modes.credentials,
                ),
                redirect: *pick(
                    &[
                        RedirectMode::Follow,
                        RedirectMode::Follow,
                        RedirectMode::Error,
                        RedirectMode::Manual,
                    ],
                    modes.redirect,
                ),
                referrer_policy: *pick(&ReferrerPolicy::ALL, modes.referrer_policy),
                ..RequestInit::new(parse_url(self.place))
            }),
            Api::XmlHttpRequest {
                with_credentials,
                upload_listeners,
            } => ApiCall::XmlHttpRequest(XmlHttpRequest {
                method: self.method.text().into(),
                headers,
                body,
                upload_listeners,
                with_credentials,
                ..XmlHttpRequest::new(parse_url(self.place))
            }),
        }
    }
}

fn pick<T>(choices: &[T], number: u8) -> &T {
    &choices[usize::from(number) % choices.len()]
}

fn parse_url(place: Place) -> Url {
    place.url().parse().expect("valid URL")
}
