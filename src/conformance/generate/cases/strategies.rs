//! Proptest strategies for cases. `arbitrary/cases.rs` makes the same cases from bytes.

use alloc::vec::Vec;
use core::{fmt::Debug, time::Duration};

use proptest::strategy::{BoxedStrategy, Just, Strategy};

use super::{
    calls::Call, family::Family, follow_up::FollowUp, plan::CasePlan, redirects::Redirect,
    request_headers::RequestHeader, server_response::ServerResponse, target::Target,
};
use crate::{
    cases::Case,
    conformance::generate::{
        draw::strategies::{choose, choose_then, many, many_up_to, one_of, one_of_then, select},
        weights::{
            families::{CaseWeights, FAMILIES},
            request_headers::{
                BYTE_PLACES, HEADER_KINDS, HeaderKind, LISTED, RequestHeaderWeights,
                RequestHeaders, SAFELISTED_NAMES, TOTAL_LENGTHS_BYTES, VALUE_BYTES,
                VALUE_LENGTHS_BYTES,
            },
            responses::{OtherHeaderWeights, ResponseWeights},
            sequences::{FollowUpWeights, RedirectWeights},
        },
    },
};

pub(crate) fn any_cases() -> BoxedStrategy<Case<'static>> {
    one_of_then(&FAMILIES, cases)
}

pub(crate) fn cases(family: Family) -> BoxedStrategy<Case<'static>> {
    plans(&CaseWeights::new(family))
        .prop_filter_map("a part does not parse", move |plan| plan.into_case(family))
        .boxed()
}

pub(crate) fn plans(weights: &CaseWeights) -> BoxedStrategy<CasePlan> {
    let target = (
        one_of(weights.page),
        one_of(weights.host),
        choose(weights.url_extra),
    );
    let target = target.prop_map(|(page, host, url_extra)| Target {
        page,
        host,
        url_extra,
        path: Target::PATH,
    });
    let servers = (
        choose_then(weights.preflight, optional_response),
        weights.redirects.map_or_else(nothing, redirects),
        choose_then(weights.self_redirects, |counts| {
            counts.map_or_else(|| Just(0).boxed(), select)
        }),
        responses(weights.response),
        weights.follow_ups.map_or_else(nothing, follow_ups),
    );
    (target, calls(weights), servers)
        .prop_map(
            |(target, call, (preflight, redirects, self_redirects, response, follow_ups))| {
                CasePlan {
                    target,
                    call,
                    preflight,
                    redirects,
                    self_redirects,
                    response,
                    follow_ups,
                }
            },
        )
        .boxed()
}

fn nothing<T: Clone + Debug + 'static>() -> BoxedStrategy<Vec<T>> {
    Just(Vec::new()).boxed()
}

fn calls(weights: &CaseWeights) -> BoxedStrategy<Call> {
    let arguments = (
        choose_then(weights.method, choose),
        choose_then(weights.request_headers, |weights| {
            weights.map_or_else(nothing, request_headers)
        }),
        choose(weights.body),
        choose(weights.api),
        choose(weights.referrer_policy),
    );
    let modes = (
        choose(weights.mode),
        one_of(weights.credentials),
        choose(weights.redirect_mode),
    );
    (arguments, modes)
        .prop_map(
            |((method, headers, body, api, referrer_policy), (mode, credentials, redirect))| Call {
                method,
                headers,
                body,
                api,
                referrer_policy,
                mode,
                credentials,
                redirect,
            },
        )
        .boxed()
}

fn request_headers(weights: RequestHeaderWeights) -> BoxedStrategy<Vec<RequestHeader>> {
    let header = match weights.headers {
        RequestHeaders::Listed => one_of(&LISTED).prop_map(RequestHeader::from).boxed(),
        RequestHeaders::Limits => header(),
    };
    many(weights.size, header)
}

/// Generates headers of the kinds in the table `HEADER_KINDS`. Draws up to `max` times.
pub(super) fn headers_at_limits(max: usize) -> BoxedStrategy<Vec<RequestHeader>> {
    many_up_to(max, header())
}

fn header() -> BoxedStrategy<RequestHeader> {
    one_of_then(&HEADER_KINDS, |kind| match kind {
        HeaderKind::Given(pairs) => select(pairs).prop_map(RequestHeader::from).boxed(),
        HeaderKind::Long => (select(&SAFELISTED_NAMES), select(&VALUE_LENGTHS_BYTES))
            .prop_map(|(name, length)| RequestHeader::Long(name, length))
            .boxed(),
        HeaderKind::Byte => (
            select(&SAFELISTED_NAMES),
            select(&VALUE_BYTES),
            one_of(&BYTE_PLACES),
        )
            .prop_map(|(name, byte, place)| RequestHeader::Byte(name, byte, place))
            .boxed(),
        HeaderKind::Together => select(&TOTAL_LENGTHS_BYTES)
            .prop_map(RequestHeader::Together)
            .boxed(),
    })
}

fn redirects(weights: RedirectWeights) -> BoxedStrategy<Vec<Redirect>> {
    let redirect = (
        one_of(weights.status),
        one_of(weights.location),
        responses(weights.response),
    );
    let redirect = redirect.prop_map(|(status, location, response)| Redirect {
        status,
        location,
        response,
    });
    many(weights.size, redirect.boxed())
}

fn follow_ups(weights: FollowUpWeights) -> BoxedStrategy<Vec<FollowUp>> {
    let follow_up = (
        select(weights.pause_milliseconds),
        one_of(weights.change),
        choose_then(weights.preflight, optional_response),
    );
    let follow_up = follow_up.prop_map(|(pause, change, preflight)| FollowUp {
        pause: Duration::from_millis(pause),
        change,
        preflight,
    });
    many(weights.size, follow_up.boxed())
}

fn optional_response(weights: Option<ResponseWeights>) -> BoxedStrategy<Option<ServerResponse>> {
    match weights {
        Some(weights) => responses(weights).prop_map(Some).boxed(),
        None => Just(None).boxed(),
    }
}

pub(super) fn responses(weights: ResponseWeights) -> BoxedStrategy<ServerResponse> {
    let permissions = (
        choose(weights.allow_origin),
        choose(weights.allow_credentials),
        choose(weights.status),
    );
    let grants = (
        choose_then(weights.allow_methods, choose),
        choose_then(weights.allow_headers, choose),
        choose(weights.max_age),
    );
    let readable = (
        choose(weights.expose_headers),
        choose_then(weights.other_headers, |weights| {
            weights.map_or_else(nothing, other_headers)
        }),
    );
    (permissions, grants, readable)
        .prop_map(
            |(
                (allow_origin, allow_credentials, status),
                (allow_methods, allow_headers, max_age),
                (expose_headers, other_headers),
            )| ServerResponse {
                status,
                allow_origin,
                allow_credentials,
                allow_methods,
                allow_headers,
                max_age,
                expose_headers,
                other_headers,
            },
        )
        .boxed()
}

fn other_headers(weights: OtherHeaderWeights) -> BoxedStrategy<Vec<(&'static str, &'static str)>> {
    many(weights.size, one_of(weights.headers))
}
