//! Makes cases from bytes. `cases/strategies.rs` generates the same cases with proptest.

use alloc::vec::Vec;
use core::time::Duration;

use arbitrary::{Arbitrary, Error, Result, Unstructured};

use super::headers::request_headers;
use crate::{
    cases::Case,
    conformance::{
        CaseLine,
        generate::{
            cases::{
                calls::Call, follow_up::FollowUp, lists::List, plan::CasePlan, redirects::Redirect,
                server_response::ServerResponse, target::Target,
            },
            draw::bytes::{choose, many, one_of, select},
            weights::{
                families::{CaseWeights, FAMILIES},
                responses::{OtherHeaderWeights, ResponseWeights},
                sequences::{FollowUpWeights, RedirectWeights},
                table::Choice,
            },
        },
    },
};

impl<'a> Arbitrary<'a> for CaseLine {
    /// Makes a case of any [`Family`](crate::conformance::Family). An empty input gives a plain `fetch()`.
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        Case::arbitrary(bytes).map(Self)
    }
}

impl<'a> Arbitrary<'a> for Case<'static> {
    /// Makes a case of any [`Family`](crate::conformance::Family). An empty input gives a plain `fetch()`.
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let family = one_of(bytes, &FAMILIES)?;
        let case = plan(bytes, &CaseWeights::new(family))?.into_case(family);
        case.ok_or(Error::IncorrectFormat)
    }
}

pub(crate) fn plan(bytes: &mut Unstructured<'_>, weights: &CaseWeights) -> Result<CasePlan> {
    let target = Target {
        page: one_of(bytes, weights.page)?,
        host: one_of(bytes, weights.host)?,
        url_extra: choose(bytes, weights.url_extra)?,
        path: Target::PATH,
    };
    Ok(CasePlan {
        target,
        call: call(bytes, weights)?,
        preflight: optional_response(bytes, weights.preflight)?,
        redirects: match &weights.redirects {
            Some(weights) => redirects(bytes, weights)?,
            None => Vec::new(),
        },
        self_redirects: match choose(bytes, weights.self_redirects)? {
            Some(counts) => select(bytes, counts)?,
            None => 0,
        },
        response: response(bytes, &weights.response)?,
        follow_ups: match &weights.follow_ups {
            Some(weights) => follow_ups(bytes, weights)?,
            None => Vec::new(),
        },
    })
}

fn call(bytes: &mut Unstructured<'_>, weights: &CaseWeights) -> Result<Call> {
    let method = choose(bytes, weights.method)?;
    Ok(Call {
        method: choose(bytes, method)?,
        headers: match choose(bytes, weights.request_headers)? {
            Some(weights) => request_headers(bytes, weights)?,
            None => Vec::new(),
        },
        body: choose(bytes, weights.body)?,
        api: choose(bytes, weights.api)?,
        referrer_policy: choose(bytes, weights.referrer_policy)?,
        mode: choose(bytes, weights.mode)?,
        credentials: one_of(bytes, weights.credentials)?,
        redirect: choose(bytes, weights.redirect_mode)?,
    })
}

fn redirects(bytes: &mut Unstructured<'_>, weights: &RedirectWeights) -> Result<Vec<Redirect>> {
    many(bytes, weights.size, |bytes| {
        Ok(Redirect {
            status: one_of(bytes, weights.status)?,
            location: one_of(bytes, weights.location)?,
            response: response(bytes, &weights.response)?,
        })
    })
}

fn follow_ups(bytes: &mut Unstructured<'_>, weights: &FollowUpWeights) -> Result<Vec<FollowUp>> {
    many(bytes, weights.size, |bytes| {
        Ok(FollowUp {
            pause: Duration::from_millis(select(bytes, weights.pause_milliseconds)?),
            change: one_of(bytes, weights.change)?,
            preflight: optional_response(bytes, weights.preflight)?,
        })
    })
}

fn optional_response(
    bytes: &mut Unstructured<'_>,
    weights: Choice<Option<ResponseWeights>>,
) -> Result<Option<ServerResponse>> {
    match choose(bytes, weights)? {
        Some(weights) => response(bytes, &weights).map(Some),
        None => Ok(None),
    }
}

fn response(bytes: &mut Unstructured<'_>, weights: &ResponseWeights) -> Result<ServerResponse> {
    Ok(ServerResponse {
        status: choose(bytes, weights.status)?,
        allow_origin: choose(bytes, weights.allow_origin)?,
        allow_credentials: choose(bytes, weights.allow_credentials)?,
        allow_methods: list(bytes, weights.allow_methods)?,
        allow_headers: list(bytes, weights.allow_headers)?,
        max_age: choose(bytes, weights.max_age)?,
        expose_headers: choose(bytes, weights.expose_headers)?,
        other_headers: match choose(bytes, weights.other_headers)? {
            Some(OtherHeaderWeights { size, headers }) => {
                many(bytes, size, |bytes| one_of(bytes, headers))?
            }
            None => Vec::new(),
        },
    })
}

fn list(bytes: &mut Unstructured<'_>, lists: Choice<Choice<List>>) -> Result<List> {
    let lists = choose(bytes, lists)?;
    choose(bytes, lists)
}
