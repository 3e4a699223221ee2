//! Where redirects lead.

use alloc::{format, string::String, vec, vec::Vec};

use ::url::Url;
use proptest::strategy::{BoxedStrategy, Strategy};

use super::{
    origins::{self, Host, Page, Rest},
    response_strategies::usual_answers,
    server_response::Answer,
};
use crate::conformance::generate::weighted::one_of;

/// A redirect on the way.
#[derive(Debug, Clone)]
pub(crate) struct Hop {
    pub(crate) status: u16,
    pub(crate) location: Location,
    /// Its status does not count.
    pub(crate) answer: Answer,
}

pub(crate) fn hop() -> BoxedStrategy<Hop> {
    (
        one_of(REDIRECT_STATUSES),
        one_of(LOCATIONS),
        usual_answers(),
    )
        .prop_map(|(status, location, answer)| Hop {
            status,
            location,
            answer,
        })
        .boxed()
}

pub(crate) const REDIRECT_STATUSES: &[(u32, u16)] = &[
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

/// A kind of `Location`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    To(Host, Rest),
    /// Within the same origin.
    Path,
    WithoutScheme(Host),
    TooManySlashes(Host),
    Empty,
    FragmentAlone,
    Absent,
    Twice,
    OtherScheme(&'static str),
    NoReference(&'static str),
}

pub(crate) const LOCATIONS: &[(u32, Location)] = &[
    (9, Location::Path),
    (9, Location::To(Host::OtherPort, Rest::Path)),
    (9, Location::To(Host::Localhost, Rest::Path)),
    (9, Location::To(Host::Page, Rest::Path)),
    (3, Location::To(Host::SubDomain, Rest::Query)),
    (2, Location::To(Host::Page, Rest::Fragment)),
    (1, Location::To(Host::OtherScheme, Rest::Path)),
    (1, Location::To(Host::OtherPort, Rest::Fragment)),
    (1, Location::To(Host::OtherPort, Rest::User)),
    (1, Location::To(Host::Page, Rest::Password)),
    (1, Location::To(Host::Localhost, Rest::EmptyUser)),
    (1, Location::To(Host::BlockedPort, Rest::Path)),
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

impl Location {
    /// The header's lines, and what they lead to from `here` if they lead anywhere.
    pub(crate) fn concrete(self, page: Page, here: &Url, path: &str) -> (Vec<String>, Option<Url>) {
        let authority = |host: Host| host.origin(page).rsplit("//").next().unwrap_or_default();
        let text = match self {
            Self::Absent => return (Vec::new(), None),
            Self::Twice => return (vec![path.into(), path.into()], None),
            Self::OtherScheme(text) | Self::NoReference(text) => return (vec![text.into()], None),
            Self::TooManySlashes(host) => {
                let text = format!("//{}{path}", authority(host));
                return (vec![format!("/{text}")], here.join(&text).ok());
            }
            Self::To(host, rest) => origins::text(page, host, rest, path),
            Self::Path => path.into(),
            Self::WithoutScheme(host) => format!("//{}{path}", authority(host)),
            Self::Empty => String::new(),
            Self::FragmentAlone => "#g".into(),
        };
        let there = here.join(&text).ok();
        (vec![text], there)
    }
}
