//! Generates answers of servers. An answer is a list of decisions, which become a response when the request is known.
//! So a response often allows the request, and a response that fails often has only a small mistake.

use arbitrary::Arbitrary;
use fetch_cors::{
    cases::ServerAnswer,
    fetching::HttpRequest,
    http::StatusCode,
    infrastructure::{header_list::HeaderList, response::Response},
};

use crate::{
    browser::Place,
    values::{Name, Value},
};

/// An answer to a request.
#[derive(Debug, Clone, Arbitrary)]
pub struct Answer {
    status: Status,
    allow_origin: AllowOrigin,
    allow_credentials: AllowCredentials,
    allow_methods: List,
    allow_headers: List,
    expose_headers: List,
    max_age: MaxAge,
    resource_policy: ResourcePolicy,
    location: Location,
    others: Vec<(Name, Value)>,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Status {
    Ok,
    NoContent,
    Redirect(u8),
    NotModified,
    NotFound,
    Proxy,
    Misdirected,
    Other(u16),
    Broken,
}

#[derive(Debug, Clone, Arbitrary)]
enum AllowOrigin {
    Requested,
    RequestedAgain,
    Absent,
    Star,
    Null,
    Twice,
    WithSlash,
    UpperCase,
    Two,
    Other,
    Odd(Value),
}

#[derive(Debug, Clone, Arbitrary)]
enum AllowCredentials {
    True,
    Absent,
    UpperCase,
    Twice,
    Odd(Value),
}

/// A list of methods or of header names, which can depend on the requested list.
#[derive(Debug, Clone, Arbitrary)]
enum List {
    Absent,
    Empty,
    Requested,
    RequestedInUpperCase,
    RequestedOnLines,
    AllButTheFirst,
    Star,
    StarAndRequested,
    NoToken,
    Odd(Value),
}

#[derive(Debug, Clone, Arbitrary)]
enum MaxAge {
    Absent,
    Zero,
    Seconds(u16),
    Big,
    Twice(u16),
    Odd(Value),
}

#[derive(Debug, Clone, Arbitrary)]
enum ResourcePolicy {
    Absent,
    SameOrigin,
    SameSite,
    CrossOrigin,
    Twice,
    Odd(Value),
}

#[derive(Debug, Clone, Arbitrary)]
enum Location {
    To(Place),
    Absent,
    Twice(Place),
    Here,
    Relative,
    Slashes(u8),
    Data,
    Ftp,
    Blob,
    Odd(Value),
}

type Headers = Vec<(String, Vec<u8>)>;

impl Answer {
    /// Returns the answer to `http_request`.
    pub fn to(&self, http_request: &HttpRequest) -> ServerAnswer {
        let Some(status) = self.status() else {
            return ServerAnswer::ConnectionError;
        };
        let requested = |name: &str| {
            http_request
                .header_list
                .get(name)
                .unwrap_or_default()
                .into_owned()
        };
        let mut headers = Headers::new();
        let mut add = |name: &str, values: Vec<Vec<u8>>| {
            headers.extend(values.into_iter().map(|value| (name.to_owned(), value)));
        };
        let origin = requested("origin");
        let methods = if http_request.is_preflight() {
            vec![requested("access-control-request-method")]
        } else {
            vec![http_request.method.as_str().into()]
        };
        let header_names = requested("access-control-request-headers");
        let header_names: Vec<_> = header_names
            .split(|byte| *byte == b',')
            .map(Vec::from)
            .collect();
        let exposed = vec![b"ETag".to_vec(), b"x-a".to_vec(), b"set-cookie".to_vec()];
        add(
            "Access-Control-Allow-Origin",
            self.allow_origin.values(origin),
        );
        add(
            "Access-Control-Allow-Credentials",
            self.allow_credentials.values(),
        );
        add(
            "Access-Control-Allow-Methods",
            self.allow_methods.values(&methods),
        );
        add(
            "access-control-allow-headers",
            self.allow_headers.values(&header_names),
        );
        add(
            "Access-Control-Expose-Headers",
            self.expose_headers.values(&exposed),
        );
        add("Access-Control-Max-Age", self.max_age.values());
        add(
            "Cross-Origin-Resource-Policy",
            self.resource_policy.values(),
        );
        add("Location", self.location.values());
        for (name, value) in &self.others {
            add(&name.token(), vec![value.received()]);
        }
        let header_list = HeaderList::from_pairs(headers).expect("valid headers");
        ServerAnswer::Response(Response::new(status, header_list))
    }

    fn status(&self) -> Option<StatusCode> {
        let status = match self.status {
            Status::Ok => 200,
            Status::NoContent => 204,
            Status::Redirect(which) => [301, 302, 303, 307, 308][usize::from(which) % 5],
            Status::NotModified => 304,
            Status::NotFound => 404,
            Status::Proxy => 407,
            Status::Misdirected => 421,
            Status::Other(number) => 200 + number % 800,
            Status::Broken => return None,
        };
        StatusCode::from_u16(status).ok()
    }
}

impl AllowOrigin {
    fn values(&self, requested: Vec<u8>) -> Vec<Vec<u8>> {
        match self {
            Self::Requested | Self::RequestedAgain => vec![requested],
            Self::Absent => vec![],
            Self::Star => vec![b"*".to_vec()],
            Self::Null => vec![b"null".to_vec()],
            Self::Twice => vec![requested.clone(), requested],
            Self::WithSlash => vec![[&requested[..], b"/"].concat()],
            Self::UpperCase => vec![requested.to_ascii_uppercase()],
            Self::Two => vec![[&requested[..], b", *"].concat()],
            Self::Other => vec![b"http://b.example".to_vec()],
            Self::Odd(value) => vec![value.received()],
        }
    }
}

impl AllowCredentials {
    fn values(&self) -> Vec<Vec<u8>> {
        match self {
            Self::True => vec![b"true".to_vec()],
            Self::Absent => vec![],
            Self::UpperCase => vec![b"True".to_vec()],
            Self::Twice => vec![b"true".to_vec(), b"true".to_vec()],
            Self::Odd(value) => vec![value.received()],
        }
    }
}

impl List {
    fn values(&self, requested: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let together = |names: &[Vec<u8>]| vec![names.join(&b", "[..])];
        match self {
            Self::Absent => vec![],
            Self::Empty => vec![vec![]],
            Self::Requested => together(requested),
            Self::RequestedInUpperCase => vec![requested.join(&b"\t,, "[..]).to_ascii_uppercase()],
            Self::RequestedOnLines => requested.to_vec(),
            Self::AllButTheFirst => together(requested.get(1..).unwrap_or_default()),
            Self::Star => vec![b"*".to_vec()],
            Self::StarAndRequested => vec![b"*".to_vec(), requested.join(&b","[..])],
            Self::NoToken => vec![b"a b".to_vec()],
            Self::Odd(value) => vec![value.received()],
        }
    }
}

impl MaxAge {
    fn values(&self) -> Vec<Vec<u8>> {
        let seconds = |seconds: u16| seconds.to_string().into_bytes();
        match self {
            Self::Absent => vec![],
            Self::Zero => vec![b"0".to_vec()],
            Self::Seconds(number) => vec![seconds(*number)],
            Self::Big => vec![b"99999999999999999999".to_vec()],
            Self::Twice(number) => vec![seconds(*number), seconds(*number)],
            Self::Odd(value) => vec![value.received()],
        }
    }
}

impl ResourcePolicy {
    fn values(&self) -> Vec<Vec<u8>> {
        match self {
            Self::Absent => vec![],
            Self::SameOrigin => vec![b"same-origin".to_vec()],
            Self::SameSite => vec![b"same-site".to_vec()],
            Self::CrossOrigin => vec![b"cross-origin".to_vec()],
            Self::Twice => vec![b"same-origin".to_vec(), b"same-origin".to_vec()],
            Self::Odd(value) => vec![value.received()],
        }
    }
}

impl Location {
    fn values(&self) -> Vec<Vec<u8>> {
        let one = |value: &[u8]| vec![value.to_vec()];
        match self {
            Self::To(place) => one(place.url().as_bytes()),
            Self::Absent => vec![],
            Self::Twice(place) => vec![place.url().into_bytes(), place.url().into_bytes()],
            Self::Here => one(b""),
            Self::Relative => one(b"/2?q"),
            Self::Slashes(count) => one(&[
                vec![b'/'; usize::from(count % 5)],
                b"api.example/1".to_vec(),
            ]
            .concat()),
            Self::Data => one(b"data:,"),
            Self::Ftp => one(b"ftp://api.example/"),
            Self::Blob => one(b"blob:http://a.example/1"),
            Self::Odd(value) => vec![value.received()],
        }
    }
}
