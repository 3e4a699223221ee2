use core::time::Duration;

use arbitrary::{Arbitrary, Error, Result, Unstructured};

use super::{headers::request_headers, one_of, times};
use crate::{
    cases::Case,
    conformance::{
        CaseLine,
        generate::cases::{
            allow_origin::{
                ALLOW_CREDENTIALS, ALLOW_ORIGINS, USUAL_ALLOW_CREDENTIALS, USUAL_ALLOW_ORIGINS,
            },
            calls::{APIS, CREDENTIALS, Call, METHODS, REFUSED_METHODS},
            family::Family,
            family_recipes::{MIXED_MODES, MIXED_REDIRECT_MODES, ROUNDS},
            follow_up::{CHANGES, PAUSES, Visit},
            lists::{LISTS, List, PLAIN_LISTS},
            origins::{HOSTS, PAGES, RESTS},
            plan::{Plan, Target},
            redirects::{Hop, LOCATIONS, REDIRECT_STATUSES},
            response_strategies::{CACHEABLE_ALLOW_ORIGINS, CACHEABLE_STATUSES},
            server_response::{Answer, MAX_AGES, OTHERS, RESOURCE_POLICIES, STATUSES},
        },
    },
};

impl<'a> Arbitrary<'a> for CaseLine {
    /// A case with all at once, as those of [`Family::Mixed`]. No bytes are a plain `fetch()`.
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        Case::arbitrary(bytes).map(Self)
    }
}

impl<'a> Arbitrary<'a> for Case<'static> {
    /// A case with all at once, as those of [`Family::Mixed`]. No bytes are a plain `fetch()`.
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        // There is always one.
        let case = plan(bytes)?.into_case(Family::Mixed);
        case.ok_or(Error::IncorrectFormat)
    }
}

fn plan(bytes: &mut Unstructured<'_>) -> Result<Plan> {
    let target = Target {
        page: one_of(bytes, PAGES)?,
        host: one_of(bytes, HOSTS)?,
        rest: one_of(bytes, RESTS)?,
        path: "/r",
    };
    Ok(Plan {
        target,
        call: call(bytes)?,
        preflight: often(bytes, preflight_answer)?,
        hops: times(bytes, 0..=2, hop)?,
        rounds: match one_of(bytes, &[(15, false), (1, true)])? {
            true => *bytes.choose(ROUNDS)?,
            false => 0,
        },
        response: any_answer(bytes)?,
        visits: times(bytes, 0..=3, visit)?,
    })
}

fn call(bytes: &mut Unstructured<'_>) -> Result<Call> {
    let methods = one_of(bytes, &[(6, METHODS), (1, REFUSED_METHODS)])?;
    Ok(Call {
        method: one_of(bytes, methods)?,
        headers: request_headers(bytes)?,
        body: one_of(bytes, &[(4, false), (1, true)])?,
        api: one_of(bytes, APIS)?,
        mode: one_of(bytes, MIXED_MODES)?,
        credentials: one_of(bytes, CREDENTIALS)?,
        redirect: one_of(bytes, MIXED_REDIRECT_MODES)?,
    })
}

fn hop(bytes: &mut Unstructured<'_>) -> Result<Hop> {
    Ok(Hop {
        status: one_of(bytes, REDIRECT_STATUSES)?,
        location: one_of(bytes, LOCATIONS)?,
        answer: usual_answer(bytes)?,
    })
}

fn visit(bytes: &mut Unstructured<'_>) -> Result<Visit> {
    Ok(Visit {
        pause: Duration::from_millis(*bytes.choose(PAUSES)?),
        change: one_of(bytes, CHANGES)?,
        preflight: often(bytes, preflight_answer)?,
    })
}

fn often<T>(
    bytes: &mut Unstructured<'_>,
    make: impl FnOnce(&mut Unstructured<'_>) -> Result<T>,
) -> Result<Option<T>> {
    match one_of(bytes, &[(3, true), (1, false)])? {
        true => make(bytes).map(Some),
        false => Ok(None),
    }
}

/// One that is to be kept, or any.
fn preflight_answer(bytes: &mut Unstructured<'_>) -> Result<Answer> {
    let is_kept = one_of(bytes, &[(1, true), (1, false)])?;
    let mut answer = Answer::PREFLIGHT;
    if is_kept {
        answer.status = one_of(bytes, CACHEABLE_STATUSES)?;
        answer.allow_origin = one_of(bytes, CACHEABLE_ALLOW_ORIGINS)?;
        answer.allow_credentials = one_of(bytes, USUAL_ALLOW_CREDENTIALS)?;
        answer.allow_methods = plain_list(bytes)?;
        answer.allow_headers = plain_list(bytes)?;
    } else {
        answer.status = one_of(bytes, STATUSES)?;
        answer.allow_origin = one_of(bytes, ALLOW_ORIGINS)?;
        answer.allow_credentials = one_of(bytes, ALLOW_CREDENTIALS)?;
        answer.allow_methods = one_of(bytes, LISTS)?;
        answer.allow_headers = one_of(bytes, LISTS)?;
    }
    answer.max_age = one_of(bytes, MAX_AGES)?;
    Ok(answer)
}

fn plain_list(bytes: &mut Unstructured<'_>) -> Result<List> {
    let lists = one_of(bytes, &[(6, PLAIN_LISTS), (1, LISTS)])?;
    one_of(bytes, lists)
}

fn usual_answer(bytes: &mut Unstructured<'_>) -> Result<Answer> {
    Ok(Answer {
        allow_origin: one_of(bytes, USUAL_ALLOW_ORIGINS)?,
        allow_credentials: one_of(bytes, USUAL_ALLOW_CREDENTIALS)?,
        ..Answer::PLAIN
    })
}

fn any_answer(bytes: &mut Unstructured<'_>) -> Result<Answer> {
    let answer = preflight_answer(bytes)?;
    let (others, most) = one_of(bytes, &[(2, (OTHERS, 4)), (1, (RESOURCE_POLICIES, 1))])?;
    Ok(Answer {
        expose_headers: one_of(bytes, LISTS)?,
        others: times(bytes, 0..=most, |bytes| one_of(bytes, others))?,
        ..answer
    })
}
