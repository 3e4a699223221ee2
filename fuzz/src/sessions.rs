//! Generates steps on a CORS-preflight cache. The steps use few pages, URLs, methods and names, so a look-up often
//! finds an entry.

use std::time::Duration;

use arbitrary::Arbitrary;
use fetch_cors::{
    http::{Method, StatusCode},
    infrastructure::{
        header_list::HeaderList,
        origin::{OpaqueOrigin, Origin},
        request::{CredentialsMode, Mode, Request},
        response::Response,
    },
};

/// A step of a session.
#[derive(Debug, Clone, Arbitrary)]
pub enum Step {
    /// A preflight gets an answer.
    Preflight(Call, Answer),
    /// A request looks up its method and names in the cache.
    LookUp(Call),
    Wait(Pause),
    /// A request fails. The cache entries of this request are cleared.
    Clear(Call),
    RemoveExpired,
}

/// A request. Each number selects from a short list.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub struct Call {
    page: u8,
    url: u8,
    method: u8,
    names: u8,
    credentials: bool,
    use_cors_preflight: bool,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
pub enum Pause {
    Moment,
    Second,
    FourSeconds,
    FiveSeconds,
    TwoHours,
    Seconds(u16),
}

/// The grants of a preflight response. Each number selects from a short list.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub struct Answer {
    methods: u8,
    names: u8,
    max_age: u8,
}

pub const METHODS: [&str; 5] = ["PUT", "GET", "patch", "PATCH", "*"];
pub const NAMES: [&str; 4] = ["x-a", "X-B", "authorization", "*"];

const URLS: [&str; 4] = [
    "http://b.example/",
    "http://b.example/#f",
    "http://u@b.example/",
    "https://b.example/",
];
const MAX_AGES: [&[&str]; 8] = [
    &["600"],
    &[],
    &["0"],
    &["1"],
    &["7200"],
    &["99999999999999999999"],
    &["5", "5"],
    &["1.5"],
];

impl Call {
    /// Returns the request.
    pub fn request(self) -> Request {
        let page = match self.page % 3 {
            0 => Origin::parse(b"http://a.example").expect("valid origin"),
            1 => Origin::parse(b"https://a.example:8443").expect("valid origin"),
            _ => Origin::Opaque(OpaqueOrigin(0)),
        };
        let url = URLS[usize::from(self.url) % URLS.len()];
        let mut request = Request::new(page, url.parse().expect("valid URL"));
        let method = METHODS[usize::from(self.method) % METHODS.len()];
        request.method = Method::from_bytes(method.as_bytes()).expect("valid method");
        request.mode = Mode::Cors;
        request.unsafe_request_flag = true;
        request.use_cors_preflight_flag = self.use_cors_preflight;
        if self.credentials {
            request.credentials_mode = CredentialsMode::Include;
        }
        let names = chosen(&NAMES, self.names).map(|name| (name, "\"1\""));
        request.header_list = HeaderList::from_pairs(names).expect("valid headers");
        request
    }
}

impl Pause {
    pub fn duration(self) -> Duration {
        match self {
            Self::Moment => Duration::from_nanos(1),
            Self::Second => Duration::from_secs(1),
            Self::FourSeconds => Duration::from_secs(4),
            Self::FiveSeconds => Duration::from_secs(5),
            Self::TwoHours => Duration::from_secs(7200),
            Self::Seconds(seconds) => Duration::from_secs(seconds.into()),
        }
    }
}

impl Answer {
    /// Returns a response that passes the CORS check for `request`.
    pub fn response(self, request: &Request) -> Response {
        let mut headers = vec![
            (
                "access-control-allow-origin",
                request.serialize_origin().to_owned(),
            ),
            ("access-control-allow-credentials", "true".to_owned()),
        ];
        let mut list = |name, elements: Vec<&str>| {
            if !elements.is_empty() {
                headers.push((name, elements.join(", ")));
            }
        };
        list(
            "access-control-allow-methods",
            chosen(&METHODS, self.methods).collect(),
        );
        list(
            "access-control-allow-headers",
            chosen(&NAMES, self.names).collect(),
        );
        let max_age = MAX_AGES[usize::from(self.max_age) % MAX_AGES.len()];
        headers.extend(
            max_age
                .iter()
                .map(|line| ("access-control-max-age", (*line).to_owned())),
        );
        let header_list = HeaderList::from_pairs(headers).expect("valid headers");
        Response::new(StatusCode::OK, header_list)
    }
}

/// Returns the elements whose bits are set.
fn chosen<'a>(list: &'a [&'static str], bits: u8) -> impl Iterator<Item = &'static str> + 'a {
    let numbered = list.iter().enumerate();
    numbered
        .filter(move |(number, _)| bits & (1 << number) != 0)
        .map(|(_, element)| *element)
}
