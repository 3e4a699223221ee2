//! Redirects, and the fetches after the first fetch of a case.

use super::{
    responses::{self, ResponseWeights},
    table::{Choice, Size, Uniform, Weighted, tables},
};
use crate::{
    conformance::generate::cases::{
        calls::Api,
        follow_up::Change,
        origins::{Host, Page, UrlExtra},
        redirects::Location,
    },
    infrastructure::request::CredentialsMode,
};

/// The tables for the redirects before the last response of a fetch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RedirectWeights {
    pub(crate) size: &'static Size,
    pub(crate) status: &'static Weighted<u16>,
    pub(crate) location: &'static Weighted<Location>,
    pub(crate) response: ResponseWeights,
}

/// The tables for the fetches after the first fetch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FollowUpWeights {
    pub(crate) size: &'static Size,
    pub(crate) pause_milliseconds: &'static Uniform<u64>,
    pub(crate) change: &'static Weighted<Change>,
    pub(crate) preflight: Choice<Option<ResponseWeights>>,
}

const fn redirects(size: &'static Size) -> RedirectWeights {
    RedirectWeights {
        size,
        status: &REDIRECT_STATUSES,
        location: &LOCATIONS,
        response: responses::USUAL,
    }
}

const fn follow_ups(
    size: &'static Size,
    preflight: &'static Weighted<Option<ResponseWeights>>,
) -> FollowUpWeights {
    FollowUpWeights {
        size,
        pause_milliseconds: &PAUSES_MILLISECONDS,
        change: &CHANGES,
        preflight: Choice::Among(preflight),
    }
}

/// The redirects in cases about redirects.
pub(crate) const MANY_REDIRECTS: RedirectWeights = redirects(&MANY_REDIRECTS_COUNT);
/// The redirects in cases about request modes.
pub(crate) const ONE_REDIRECT: RedirectWeights = redirects(&ONE_REDIRECT_COUNT);
/// The redirects in cases that combine all subjects.
pub(crate) const MIXED_REDIRECTS: RedirectWeights = redirects(&MIXED_REDIRECTS_COUNT);

/// The fetches after the first fetch, in cases about the CORS-preflight cache.
pub(crate) const CACHE_FOLLOW_UPS: FollowUpWeights =
    follow_ups(&CACHE_FOLLOW_UPS_COUNT, &responses::OFTEN_CACHEABLE);
/// The fetches after the first fetch, in cases that combine all subjects.
pub(crate) const MIXED_FOLLOW_UPS: FollowUpWeights =
    follow_ups(&MIXED_FOLLOW_UPS_COUNT, &responses::OFTEN_PREFLIGHT);

tables! {
    static MANY_REDIRECTS_COUNT: Size = 0..=3;
    static ONE_REDIRECT_COUNT: Size = 0..=1;
    static MIXED_REDIRECTS_COUNT: Size = 0..=2;

    /// Redirect statuses, and statuses that are close to them.
    static REDIRECT_STATUSES: Weighted<u16> = &[
        (6, 302),
        (3, 301),
        (3, 303),
        (3, 307),
        (3, 308),
        (1, 300),
        (1, 304),
        (1, 305),
        (1, 306),
    ];

    /// The targets of redirects.
    static LOCATIONS: Weighted<Location> = &[
        (9, Location::Path),
        (9, Location::To(Host::OtherPort, UrlExtra::Path)),
        (9, Location::To(Host::Localhost, UrlExtra::Path)),
        (9, Location::To(Host::Page, UrlExtra::Path)),
        (3, Location::To(Host::SubDomain, UrlExtra::Query)),
        (2, Location::To(Host::Page, UrlExtra::Fragment)),
        (1, Location::To(Host::OtherScheme, UrlExtra::Path)),
        (1, Location::To(Host::OtherPort, UrlExtra::Fragment)),
        (1, Location::To(Host::OtherPort, UrlExtra::User)),
        (1, Location::To(Host::Page, UrlExtra::Password)),
        (1, Location::To(Host::Localhost, UrlExtra::EmptyUser)),
        (1, Location::To(Host::BlockedPort, UrlExtra::Path)),
        (1, Location::WithoutScheme(Host::OtherPort)),
        (1, Location::TooManySlashes(Host::OtherPort)),
        (1, Location::Empty),
        (1, Location::FragmentAlone),
        (1, Location::Absent),
        (1, Location::Twice),
        (1, Location::OtherScheme("data:,a")),
        (1, Location::OtherScheme("ftp://127.0.0.1/")),
        (1, Location::OtherScheme("blob:http://127.0.0.1:8001/a")),
        (1, Location::NoReference("/a b")),
        (1, Location::NoReference("/\u{e9}")),
        (1, Location::NoReference("/%zz")),
        (1, Location::NoReference("http://[")),
        (1, Location::NoReference("\\a")),
        (1, Location::NoReference("http://127.0.0.1:99999/")),
    ];

    static SELF_REDIRECTS: Weighted<Option<&'static Uniform<usize>>> = &[
        (7, None),
        (1, Some(&SELF_REDIRECT_COUNTS)),
    ];

    /// The number of times that a URL redirects to itself. The limit of the standard is 20 redirects.
    static SELF_REDIRECT_COUNTS: Uniform<usize> = &[0, 1, 18, 19, 20, 21];

    static CACHE_FOLLOW_UPS_COUNT: Size = 1..=4;
    static MIXED_FOLLOW_UPS_COUNT: Size = 0..=3;

    /// Times that are close to the times when entries of the preflight cache expire.
    static PAUSES_MILLISECONDS: Uniform<u64> = &[
        0, 0, 0, 0, 1000, 4000, 4999, 5000, 6000, 599_000, 600_000, 601_000, 7_199_000, 7_200_000,
        7_201_000, 500, 1,
    ];

    /// The differences between a later fetch and the first fetch.
    static CHANGES: Weighted<Change> = &[
        (8, Change::Nothing),
        (1, Change::Method("PUT")),
        (1, Change::Method("DELETE")),
        (1, Change::Method("put")),
        (1, Change::Method("Patch")),
        (1, Change::Method("GET")),
        (2, Change::AdditionalHeader("x-b", "2")),
        (1, Change::AdditionalHeader("Authorization", "Basic YTpi")),
        (1, Change::AdditionalHeader("X-Other", "1")),
        (1, Change::NoHeaders),
        (2, Change::Credentials(CredentialsMode::Include)),
        (2, Change::Credentials(CredentialsMode::SameOrigin)),
        (1, Change::Credentials(CredentialsMode::Omit)),
        (1, Change::Page(Page::Plain)),
        (1, Change::Page(Page::Secure)),
        (1, Change::Page(Page::OtherPort)),
        (1, Change::Page(Page::Opaque)),
        (1, Change::Fragment),
        (1, Change::Path),
        (1, Change::Query),
        (1, Change::Host(Host::Localhost)),
        (1, Change::Api(Api::XmlHttpRequestWithListeners)),
        (1, Change::Api(Api::XmlHttpRequest)),
        (1, Change::Api(Api::Fetch)),
    ];
}
