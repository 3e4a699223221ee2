//! Responses of servers.

use super::table::{Choice, Size, Weighted, tables};
use crate::conformance::generate::cases::{
    allow_credentials::AllowCredentials, allow_origin::AllowOrigin, lists::List,
    server_response::Status,
};

/// The values of the lines of one header.
type Lines = &'static [&'static str];

/// The tables for a response: the status, and each header.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResponseWeights {
    pub(crate) allow_origin: Choice<AllowOrigin>,
    pub(crate) allow_credentials: Choice<AllowCredentials>,
    pub(crate) status: Choice<Status>,
    pub(crate) allow_methods: Choice<Choice<List>>,
    pub(crate) allow_headers: Choice<Choice<List>>,
    pub(crate) max_age: Choice<Lines>,
    pub(crate) expose_headers: Choice<List>,
    pub(crate) other_headers: Choice<Option<OtherHeaderWeights>>,
}

/// The tables for headers that do not belong to the CORS protocol.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OtherHeaderWeights {
    pub(crate) size: &'static Size,
    pub(crate) headers: &'static Weighted<(&'static str, &'static str)>,
}

/// A response that allows the origin and credentials. The response has no list of methods and no list of headers.
pub(crate) const PLAIN: ResponseWeights = ResponseWeights {
    allow_origin: Choice::Fixed(AllowOrigin::Own),
    allow_credentials: Choice::Fixed(AllowCredentials::True),
    status: Choice::Fixed(Status::Is(200)),
    allow_methods: Choice::Fixed(Choice::Fixed(List::Absent)),
    allow_headers: Choice::Fixed(Choice::Fixed(List::Absent)),
    max_age: Choice::Fixed(&[]),
    expose_headers: Choice::Fixed(List::Absent),
    other_headers: Choice::Fixed(None),
};

/// A preflight response that allows everything.
pub(crate) const PLAIN_PREFLIGHT: ResponseWeights = ResponseWeights {
    allow_methods: Choice::Fixed(Choice::Fixed(List::Wanted)),
    allow_headers: Choice::Fixed(Choice::Fixed(List::Wanted)),
    ..PLAIN
};

/// Responses that are correct in most cases.
pub(crate) const USUAL: ResponseWeights = ResponseWeights {
    allow_origin: Choice::Among(&USUAL_ALLOW_ORIGINS),
    allow_credentials: Choice::Among(&USUAL_ALLOW_CREDENTIALS),
    ..PLAIN
};

/// Preflight responses. Most of them have a mistake.
pub(crate) const PREFLIGHT: ResponseWeights = ResponseWeights {
    status: Choice::Among(&STATUSES),
    allow_methods: Choice::Fixed(Choice::Among(&LISTS)),
    allow_headers: Choice::Fixed(Choice::Among(&LISTS)),
    max_age: Choice::Among(&MAX_AGES),
    ..USUAL
};

/// Preflight responses. Most of them grant the request, and a browser caches the grant.
pub(crate) const CACHEABLE: ResponseWeights = ResponseWeights {
    allow_origin: Choice::Among(&CACHEABLE_ALLOW_ORIGINS),
    allow_credentials: Choice::Among(&USUAL_ALLOW_CREDENTIALS),
    status: Choice::Among(&CACHEABLE_STATUSES),
    allow_methods: Choice::Among(&CACHEABLE_LISTS),
    allow_headers: Choice::Among(&CACHEABLE_LISTS),
    max_age: Choice::Among(&MAX_AGES),
    ..PLAIN
};

/// Responses that can have any header.
pub(crate) const ANY: ResponseWeights = ResponseWeights {
    expose_headers: Choice::Among(&LISTS),
    other_headers: Choice::Among(&ANY_OTHER_HEADERS),
    ..PREFLIGHT
};

/// Responses for cases about the CORS check.
pub(crate) const CHECKED: ResponseWeights = ResponseWeights {
    allow_origin: Choice::Among(&ALLOW_ORIGINS),
    allow_credentials: Choice::Among(&ALLOW_CREDENTIALS),
    status: Choice::Among(&STATUSES),
    ..PLAIN
};

/// Responses to the request after a preflight. A list of methods does not have an effect in such a response.
pub(crate) const PREFLIGHTED: ResponseWeights = ResponseWeights {
    allow_methods: Choice::Fixed(Choice::Among(&INEFFECTIVE_LISTS)),
    allow_headers: Choice::Fixed(Choice::Among(&LISTS)),
    ..PLAIN
};

/// Preflight responses without malformed lists. A list has the requested values, only a wildcard, or values that were
/// not requested. Some responses have no list.
pub(crate) const PLAIN_LISTING: ResponseWeights = ResponseWeights {
    allow_methods: Choice::Fixed(Choice::Among(&PLAIN_LISTS)),
    allow_headers: Choice::Fixed(Choice::Among(&PLAIN_LISTS)),
    ..PLAIN
};

/// Preflight responses in cases about redirects.
pub(crate) const REDIRECT_PREFLIGHT: ResponseWeights = ResponseWeights {
    allow_origin: Choice::Among(&USUAL_ALLOW_ORIGINS),
    ..PLAIN_LISTING
};

/// Responses for cases about the response headers that a script can read.
pub(crate) const EXPOSING: ResponseWeights = ResponseWeights {
    allow_origin: Choice::Among(&USUAL_ALLOW_ORIGINS),
    expose_headers: Choice::Among(&LISTS),
    other_headers: Choice::Fixed(Some(OtherHeaderWeights {
        size: &EXPOSED_COUNT,
        headers: &OTHER_HEADERS,
    })),
    ..PLAIN
};

/// Responses for cases about request modes.
pub(crate) const MODE: ResponseWeights = ResponseWeights {
    allow_origin: Choice::Among(&USUAL_ALLOW_ORIGINS),
    status: Choice::Among(&STATUSES),
    other_headers: Choice::Fixed(Some(OtherHeaderWeights {
        size: &RESOURCE_POLICY_COUNT,
        headers: &RESOURCE_POLICIES,
    })),
    ..PLAIN
};

tables! {
    /// The values of `Access-Control-Allow-Origin`.
    static ALLOW_ORIGINS: Weighted<AllowOrigin> = &[
        (16, AllowOrigin::Own),
        (8, AllowOrigin::Star),
        (2, AllowOrigin::Absent),
        (2, AllowOrigin::Null),
        (1, AllowOrigin::Page),
        (1, AllowOrigin::Other),
        (1, AllowOrigin::TrailingSlash),
        (1, AllowOrigin::UpperCase),
        (1, AllowOrigin::DefaultPort),
        (1, AllowOrigin::OtherPort),
        (1, AllowOrigin::Shortened),
        (1, AllowOrigin::Lengthened),
        (1, AllowOrigin::OtherScheme),
        (1, AllowOrigin::SchemeLess),
        (1, AllowOrigin::OwnTwice),
        (1, AllowOrigin::OwnAndEmpty),
        (1, AllowOrigin::StarTwice),
        (1, AllowOrigin::StarAndOwn),
        (1, AllowOrigin::List),
        (1, AllowOrigin::SpaceSeparated),
        (1, AllowOrigin::Padded),
        (1, AllowOrigin::Quoted),
        (1, AllowOrigin::Empty),
        (1, AllowOrigin::UpperCaseNull),
        (1, AllowOrigin::Garbage),
        (1, AllowOrigin::ByteAboveAscii),
        (1, AllowOrigin::Www),
        (1, AllowOrigin::Path),
        (1, AllowOrigin::ReplacedPort),
        (1, AllowOrigin::Encoded),
        (1, AllowOrigin::Pattern),
        (1, AllowOrigin::Undefined),
        (1, AllowOrigin::RepeatedName),
        (1, AllowOrigin::TwoSchemes),
        (1, AllowOrigin::MisspelledName),
    ];

    /// The values of `Access-Control-Allow-Origin` in cases that are not about the CORS check.
    static USUAL_ALLOW_ORIGINS: Weighted<AllowOrigin> = &[
        (16, AllowOrigin::Own),
        (6, AllowOrigin::Star),
        (1, AllowOrigin::Absent),
        (1, AllowOrigin::Null),
        (1, AllowOrigin::Page),
        (1, AllowOrigin::OwnTwice),
        (1, AllowOrigin::Empty),
    ];

    /// The values of `Access-Control-Allow-Origin` in preflight responses that a browser caches.
    static CACHEABLE_ALLOW_ORIGINS: Weighted<AllowOrigin> = &[
        (12, AllowOrigin::Own),
        (4, AllowOrigin::Star),
        (1, AllowOrigin::Other),
    ];

    /// The values of `Access-Control-Allow-Credentials`.
    static ALLOW_CREDENTIALS: Weighted<AllowCredentials> = &[
        (8, AllowCredentials::True),
        (4, AllowCredentials::Absent),
        (1, AllowCredentials::False),
        (1, AllowCredentials::UpperCase),
        (1, AllowCredentials::Capitalized),
        (1, AllowCredentials::Padded),
        (1, AllowCredentials::TrueTwice),
        (1, AllowCredentials::TrueTwiceInOneLine),
        (1, AllowCredentials::TrueAndEmpty),
        (1, AllowCredentials::Quoted),
        (1, AllowCredentials::ControlCharacter),
        (1, AllowCredentials::One),
        (1, AllowCredentials::Empty),
        (1, AllowCredentials::MisspelledName),
    ];

    /// The values of `Access-Control-Allow-Credentials` in cases that are not about the CORS check.
    static USUAL_ALLOW_CREDENTIALS: Weighted<AllowCredentials> = &[
        (8, AllowCredentials::True),
        (1, AllowCredentials::Absent),
        (1, AllowCredentials::Capitalized),
    ];

    /// The statuses of responses, and connection errors. After a response with status 421, there can be a second
    /// response.
    static STATUSES: Weighted<Status> = &[
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

    /// The statuses of preflight responses that a browser caches.
    static CACHEABLE_STATUSES: Weighted<Status> = &[
        (24, Status::Is(200)),
        (1, Status::Is(404)),
        (1, Status::ConnectionError),
    ];

    /// Lists of methods or header names. Most of them grant the request.
    static LISTS: Weighted<List> = &[
        (16, List::Wanted),
        (8, List::Star),
        (3, List::Absent),
        (1, List::Empty),
        (2, List::CaseChanged),
        (2, List::AllButLast),
        (2, List::Spaced),
        (1, List::EmptyElements),
        (2, List::LineEach),
        (2, List::StarAmongOthers),
        (2, List::StarAndAuthorization),
        (1, List::Others),
        (2, List::WantedAndOthers),
        (1, List::Quoted),
        (1, List::Parameter),
        (1, List::InnerSpace),
        (1, List::ByteAboveAscii),
        (1, List::SecondLineBroken),
        (1, List::SpaceSeparated),
        (1, List::SemicolonSeparated),
        (1, List::InBrackets),
        (1, List::Misspelled),
        (1, List::EveryWord),
        (1, List::Negated),
        (1, List::MisspelledName),
    ];

    /// Well-formed lists: the requested values, a wildcard, values that were not requested, or no list.
    static PLAIN_LISTS: Weighted<List> = &[
        (6, List::Wanted),
        (4, List::Star),
        (1, List::Absent),
        (1, List::Others),
    ];

    static CACHEABLE_LISTS: Weighted<Choice<List>> = &[
        (6, Choice::Among(&PLAIN_LISTS)),
        (1, Choice::Among(&LISTS)),
    ];

    static INEFFECTIVE_LISTS: Weighted<List> = &[(3, List::Absent), (1, List::Wanted)];

    /// The values of the `Access-Control-Max-Age` lines.
    static MAX_AGES: Weighted<Lines> = &[
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

    /// Response headers that the CORS check does not read.
    static OTHER_HEADERS: Weighted<(&'static str, &'static str)> = &[
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

    /// Response headers that the CORS check does not read. Most of them are `Cross-Origin-Resource-Policy`.
    static RESOURCE_POLICIES: Weighted<(&'static str, &'static str)> = &[
        (3, ("Cross-Origin-Resource-Policy", "same-origin")),
        (3, ("Cross-Origin-Resource-Policy", "same-site")),
        (1, ("Cross-Origin-Resource-Policy", "cross-origin")),
        (1, ("Cross-Origin-Resource-Policy", "Same-Origin")),
        (1, ("Cross-Origin-Resource-Policy", "")),
        (1, ("X-C", "1")),
    ];

    static EXPOSED_COUNT: Size = 0..=6;
    static RESOURCE_POLICY_COUNT: Size = 0..=2;
    static ANY_OTHER_COUNT: Size = 0..=4;
    static ANY_RESOURCE_POLICY_COUNT: Size = 0..=1;

    static ANY_OTHER_HEADERS: Weighted<Option<OtherHeaderWeights>> = &[
        (2, Some(OtherHeaderWeights { size: &ANY_OTHER_COUNT, headers: &OTHER_HEADERS })),
        (1, Some(OtherHeaderWeights { size: &ANY_RESOURCE_POLICY_COUNT, headers: &RESOURCE_POLICIES })),
    ];

    /// The tables for preflight responses. If the entry is `None`, preflights get the same response as other requests.
    static OFTEN_PREFLIGHT: Weighted<Option<ResponseWeights>> = &[(3, Some(PREFLIGHT)), (1, None)];
    static OFTEN_CACHEABLE: Weighted<Option<ResponseWeights>> = &[(3, Some(CACHEABLE)), (1, None)];
}
