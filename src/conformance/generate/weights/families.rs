//! The tables that the cases of each family use.

use super::{
    calls, request_headers,
    request_headers::RequestHeaderWeights,
    responses,
    responses::ResponseWeights,
    sequences,
    sequences::{FollowUpWeights, RedirectWeights},
    table::{Choice, Uniform, Weighted, tables},
};
use crate::{
    conformance::generate::cases::{
        calls::{Api, CallBody},
        family::Family,
        origins::{Host, Page, UrlExtra},
    },
    infrastructure::{
        referrer_policy::ReferrerPolicy,
        request::{CredentialsMode, Mode, RedirectMode},
    },
};

/// The tables that the cases of one family use. The strategies and [`Arbitrary`](arbitrary::Arbitrary) both read this
/// value, so they draw the cases of a family from the same tables.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CaseWeights {
    pub(crate) page: &'static Weighted<Page>,
    pub(crate) host: &'static Weighted<Host>,
    pub(crate) url_extra: Choice<UrlExtra>,
    pub(crate) method: Choice<Choice<&'static str>>,
    pub(crate) request_headers: Choice<Option<RequestHeaderWeights>>,
    pub(crate) body: Choice<CallBody>,
    pub(crate) api: Choice<Api>,
    pub(crate) referrer_policy: Choice<ReferrerPolicy>,
    pub(crate) mode: Choice<Mode>,
    pub(crate) credentials: &'static Weighted<CredentialsMode>,
    pub(crate) redirect_mode: Choice<RedirectMode>,
    /// The response to preflights; `None` if preflights get the same response as other requests.
    pub(crate) preflight: Choice<Option<ResponseWeights>>,
    pub(crate) redirects: Option<RedirectWeights>,
    /// The number of times that the last URL redirects to itself.
    pub(crate) self_redirects: Choice<Option<&'static Uniform<usize>>>,
    pub(crate) response: ResponseWeights,
    pub(crate) follow_ups: Option<FollowUpWeights>,
}

impl CaseWeights {
    pub(crate) const fn new(family: Family) -> Self {
        match family {
            Family::Check => CHECK,
            Family::Preflight => PREFLIGHT,
            Family::Safelist => SAFELIST,
            Family::Redirect => REDIRECT,
            Family::Expose => EXPOSE,
            Family::Mode => MODE,
            Family::Cache => CACHE,
            Family::Mixed => MIXED,
        }
    }
}

/// The tables for a plain cross-origin `fetch()`.
const PLAIN: CaseWeights = CaseWeights {
    page: &calls::PAGES,
    host: &calls::FOREIGN_HOSTS,
    url_extra: Choice::Fixed(UrlExtra::Path),
    method: Choice::Fixed(Choice::Fixed("GET")),
    request_headers: Choice::Fixed(None),
    body: Choice::Fixed(CallBody::Absent),
    api: Choice::Fixed(Api::Fetch),
    referrer_policy: Choice::Fixed(ReferrerPolicy::Empty),
    mode: Choice::Fixed(Mode::Cors),
    credentials: &calls::CREDENTIALS_MODES,
    redirect_mode: Choice::Fixed(RedirectMode::Follow),
    preflight: Choice::Fixed(Some(responses::PLAIN_PREFLIGHT)),
    redirects: None,
    self_redirects: Choice::Fixed(None),
    response: responses::PLAIN,
    follow_ups: None,
};

const CHECK: CaseWeights = CaseWeights {
    response: responses::CHECKED,
    ..PLAIN
};

const PREFLIGHT: CaseWeights = CaseWeights {
    method: Choice::Fixed(Choice::Among(&calls::METHODS)),
    request_headers: Choice::Fixed(Some(request_headers::FEW_LISTED)),
    api: Choice::Among(&calls::APIS),
    preflight: Choice::Among(&responses::OFTEN_PREFLIGHT),
    response: responses::PREFLIGHTED,
    ..PLAIN
};

const SAFELIST: CaseWeights = CaseWeights {
    method: Choice::Fixed(Choice::Among(&calls::SAFELIST_METHODS)),
    request_headers: Choice::Fixed(Some(request_headers::SAFELIST_HEADERS)),
    api: Choice::Among(&calls::APIS),
    mode: Choice::Among(&calls::SAFELIST_MODES),
    preflight: Choice::Fixed(Some(responses::PLAIN_LISTING)),
    ..PLAIN
};

const REDIRECT: CaseWeights = CaseWeights {
    host: &calls::HOSTS,
    url_extra: Choice::Among(&calls::REDIRECT_URL_EXTRAS),
    method: Choice::Fixed(Choice::Among(&calls::REDIRECT_METHODS)),
    request_headers: Choice::Fixed(Some(request_headers::FEW_LISTED)),
    body: Choice::Among(&calls::RARE_BODIES),
    api: Choice::Among(&calls::APIS),
    referrer_policy: Choice::Among(&calls::REFERRER_POLICIES),
    mode: Choice::Among(&calls::REDIRECT_CASE_MODES),
    redirect_mode: Choice::Among(&calls::MOSTLY_FOLLOW),
    preflight: Choice::Fixed(Some(responses::REDIRECT_PREFLIGHT)),
    redirects: Some(sequences::MANY_REDIRECTS),
    self_redirects: Choice::Among(&sequences::SELF_REDIRECTS),
    response: responses::USUAL,
    ..PLAIN
};

const EXPOSE: CaseWeights = CaseWeights {
    host: &calls::HOSTS,
    response: responses::EXPOSING,
    ..PLAIN
};

const MODE: CaseWeights = CaseWeights {
    host: &calls::HOSTS,
    url_extra: Choice::Among(&calls::URL_EXTRAS),
    method: Choice::Fixed(Choice::Among(&calls::REFUSED_METHODS)),
    request_headers: Choice::Fixed(Some(request_headers::MODE_HEADERS)),
    body: Choice::Among(&calls::OCCASIONAL_BODIES),
    api: Choice::Among(&calls::APIS),
    referrer_policy: Choice::Among(&calls::REFERRER_POLICIES),
    mode: Choice::Among(&calls::MODES),
    redirect_mode: Choice::Among(&calls::REDIRECT_MODES),
    redirects: Some(sequences::ONE_REDIRECT),
    response: responses::MODE,
    ..PLAIN
};

const CACHE: CaseWeights = CaseWeights {
    method: Choice::Fixed(Choice::Among(&calls::METHODS)),
    request_headers: Choice::Fixed(Some(request_headers::FEW_LISTED)),
    api: Choice::Among(&calls::APIS),
    preflight: Choice::Fixed(Some(responses::CACHEABLE)),
    follow_ups: Some(sequences::CACHE_FOLLOW_UPS),
    ..PLAIN
};

const MIXED: CaseWeights = CaseWeights {
    host: &calls::HOSTS,
    url_extra: Choice::Among(&calls::URL_EXTRAS),
    method: Choice::Among(&calls::MIXED_METHODS),
    request_headers: Choice::Among(&request_headers::MIXED_HEADERS),
    body: Choice::Among(&calls::OCCASIONAL_BODIES),
    api: Choice::Among(&calls::APIS),
    referrer_policy: Choice::Among(&calls::REFERRER_POLICIES),
    mode: Choice::Among(&calls::MIXED_MODES),
    redirect_mode: Choice::Among(&calls::MIXED_REDIRECT_MODES),
    preflight: Choice::Among(&responses::OFTEN_PREFLIGHT),
    redirects: Some(sequences::MIXED_REDIRECTS),
    response: responses::ANY,
    follow_ups: Some(sequences::MIXED_FOLLOW_UPS),
    ..PLAIN
};

tables! {
    /// The families of generated cases, if the caller does not choose a family.
    static FAMILIES: Weighted<Family> = &[
        (1, Family::Check),
        (1, Family::Preflight),
        (1, Family::Safelist),
        (1, Family::Redirect),
        (1, Family::Expose),
        (1, Family::Mode),
        (1, Family::Cache),
        (1, Family::Mixed),
    ];
}
