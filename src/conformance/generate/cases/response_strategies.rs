//! Strategies for whole answers.

use alloc::vec;

use proptest::strategy::{BoxedStrategy, Strategy, Union};

use super::{
    allow_origin::{AllowOrigin, USUAL_ALLOW_CREDENTIALS, USUAL_ALLOW_ORIGINS},
    lists::{LISTS, List, PLAIN_LISTS},
    server_response::{Answer, MAX_AGES, OTHERS, RESOURCE_POLICIES, STATUSES, Status},
};
use crate::conformance::generate::weighted::{one_of, some_of};

/// Answers to a preflight, at odds with it in some place more often than not.
pub(super) fn preflight_answers() -> BoxedStrategy<Answer> {
    let says = (
        one_of(USUAL_ALLOW_ORIGINS),
        one_of(USUAL_ALLOW_CREDENTIALS),
        one_of(STATUSES),
    );
    let lists = (one_of(LISTS), one_of(LISTS), one_of(MAX_AGES));
    answers(says, lists)
}

pub(crate) const CACHEABLE_STATUSES: &[(u32, Status)] = &[
    (24, Status::Is(200)),
    (1, Status::Is(404)),
    (1, Status::ConnectionError),
];

pub(crate) const CACHEABLE_ALLOW_ORIGINS: &[(u32, AllowOrigin)] = &[
    (12, AllowOrigin::Own),
    (4, AllowOrigin::Star),
    (1, AllowOrigin::Other),
];

/// Answers to a preflight that mostly allow it, for a while.
pub(super) fn cacheable_answers() -> BoxedStrategy<Answer> {
    let says = (
        one_of(CACHEABLE_ALLOW_ORIGINS),
        one_of(USUAL_ALLOW_CREDENTIALS),
        one_of(CACHEABLE_STATUSES),
    );
    let list = || Union::new_weighted(vec![(6, one_of(PLAIN_LISTS)), (1, one_of(LISTS))]);
    answers(says, (list(), list(), one_of(MAX_AGES)))
}

/// Answers that are mostly right.
pub(super) fn usual_answers() -> BoxedStrategy<Answer> {
    (one_of(USUAL_ALLOW_ORIGINS), one_of(USUAL_ALLOW_CREDENTIALS))
        .prop_map(|(allow_origin, allow_credentials)| Answer {
            allow_origin,
            allow_credentials,
            ..Answer::PLAIN
        })
        .boxed()
}

pub(super) fn any_answers() -> BoxedStrategy<Answer> {
    let others = Union::new_weighted(vec![
        (2, some_of(OTHERS, 4)),
        (1, some_of(RESOURCE_POLICIES, 1)),
    ]);
    (preflight_answers(), one_of(LISTS), others)
        .prop_map(|(answer, expose_headers, others)| Answer {
            expose_headers,
            others,
            ..answer
        })
        .boxed()
}

/// A header's lines.
type Lines = &'static [&'static str];

/// Those that say so of origin, credentials and status, and have such lists and such a max-age.
fn answers(
    says: impl Strategy<Value = (AllowOrigin, Lines, Status)> + 'static,
    lists: impl Strategy<Value = (List, List, Lines)> + 'static,
) -> BoxedStrategy<Answer> {
    (says, lists)
        .prop_map(
            |((allow_origin, allow_credentials, status), (methods, names, max_age))| Answer {
                status,
                allow_origin,
                allow_credentials,
                allow_methods: methods,
                allow_headers: names,
                max_age,
                ..Answer::PLAIN
            },
        )
        .boxed()
}
