//! Which decisions each family makes at random, the others being plain.

use alloc::vec;

use proptest::{
    bool, collection, sample,
    strategy::{BoxedStrategy, Just, Strategy, Union},
};

use super::{
    allow_origin::{ALLOW_CREDENTIALS, ALLOW_ORIGINS, USUAL_ALLOW_ORIGINS},
    calls::{APIS, METHODS, MODES, REDIRECT_MODES, REFUSED_METHODS},
    family::Family,
    follow_up::visit,
    lists::{LISTS, List, PLAIN_LISTS},
    origins::{HOSTS, RESTS, Rest},
    recipe::Recipe,
    redirects::hop,
    request_headers::{headers, listed_headers},
    response_strategies::{any_answers, cacheable_answers, preflight_answers, usual_answers},
    server_response::{Answer, OTHERS, RESOURCE_POLICIES, STATUSES},
};
use crate::conformance::generate::weighted::{often, one_of, some_of};
use crate::{
    cases::Case,
    infrastructure::request::{Mode, RedirectMode},
};

/// The cases of a family.
pub(crate) fn cases(family: Family) -> BoxedStrategy<Case<'static>> {
    let recipe = match family {
        Family::Check => check(),
        Family::Preflight => preflight(),
        Family::Safelist => safelist(),
        Family::Redirect => redirect(),
        Family::Expose => expose(),
        Family::Mode => mode(),
        Family::Cache => cache(),
        Family::Mixed => mixed(),
    };
    recipe
        .plans()
        .prop_filter_map("a part does not parse", move |plan| plan.into_case(family))
        .boxed()
}

fn check() -> Recipe {
    Recipe {
        response: (
            one_of(ALLOW_ORIGINS),
            one_of(ALLOW_CREDENTIALS),
            one_of(STATUSES),
        )
            .prop_map(|(allow_origin, allow_credentials, status)| Answer {
                status,
                allow_origin,
                allow_credentials,
                ..Answer::PLAIN
            })
            .boxed(),
        ..Recipe::plain()
    }
}

fn preflight() -> Recipe {
    Recipe {
        method: one_of(METHODS),
        headers: listed_headers(),
        api: one_of(APIS),
        preflight: often(preflight_answers()),
        response: (
            one_of(&[(3, List::Absent), (1, List::Wanted)]),
            one_of(LISTS),
        )
            .prop_map(|(allow_methods, allow_headers)| Answer {
                allow_methods,
                allow_headers,
                ..Answer::PLAIN
            })
            .boxed(),
        ..Recipe::plain()
    }
}

fn safelist() -> Recipe {
    Recipe {
        method: one_of(&[(6, "GET"), (2, "POST"), (1, "PUT")]),
        headers: headers(6),
        api: one_of(APIS),
        mode: one_of(&[(6, Mode::Cors), (1, Mode::NoCors)]),
        preflight: (one_of(PLAIN_LISTS), one_of(PLAIN_LISTS))
            .prop_map(|(allow_methods, allow_headers)| {
                Some(Answer {
                    allow_methods,
                    allow_headers,
                    ..Answer::PLAIN
                })
            })
            .boxed(),
        ..Recipe::plain()
    }
}

pub(crate) const ROUNDS: &[usize] = &[0, 1, 18, 19, 20, 21];

fn redirect() -> Recipe {
    let rounds = sample::select(ROUNDS);
    Recipe {
        host: one_of(HOSTS),
        rest: one_of(&[(6, Rest::Path), (1, Rest::Fragment)]),
        method: one_of(&[
            (6, "GET"),
            (4, "POST"),
            (3, "PUT"),
            (1, "HEAD"),
            (1, "patch"),
        ]),
        headers: listed_headers(),
        api: one_of(APIS),
        mode: one_of(&[(16, Mode::Cors), (1, Mode::NoCors), (1, Mode::SameOrigin)]),
        redirect: one_of(&[
            (16, RedirectMode::Follow),
            (1, RedirectMode::Error),
            (1, RedirectMode::Manual),
        ]),
        body: bool::weighted(0.1).boxed(),
        preflight: (
            one_of(PLAIN_LISTS),
            one_of(PLAIN_LISTS),
            one_of(USUAL_ALLOW_ORIGINS),
        )
            .prop_map(|(allow_methods, allow_headers, allow_origin)| {
                Some(Answer {
                    allow_origin,
                    allow_methods,
                    allow_headers,
                    ..Answer::PLAIN
                })
            })
            .boxed(),
        hops: collection::vec(hop(), 0..=3).boxed(),
        rounds: Union::new_weighted(vec![(7, Just(0).boxed()), (1, rounds.boxed())]).boxed(),
        response: usual_answers(),
        ..Recipe::plain()
    }
}

fn expose() -> Recipe {
    Recipe {
        host: one_of(HOSTS),
        response: (
            one_of(LISTS),
            some_of(OTHERS, 6),
            one_of(USUAL_ALLOW_ORIGINS),
        )
            .prop_map(|(expose_headers, others, allow_origin)| Answer {
                allow_origin,
                expose_headers,
                others,
                ..Answer::PLAIN
            })
            .boxed(),
        ..Recipe::plain()
    }
}

fn mode() -> Recipe {
    Recipe {
        host: one_of(HOSTS),
        rest: one_of(RESTS),
        method: one_of(REFUSED_METHODS),
        headers: headers(2),
        body: bool::weighted(0.2).boxed(),
        api: one_of(APIS),
        mode: one_of(MODES),
        redirect: one_of(REDIRECT_MODES),
        hops: collection::vec(hop(), 0..=1).boxed(),
        response: (
            one_of(STATUSES),
            one_of(USUAL_ALLOW_ORIGINS),
            some_of(RESOURCE_POLICIES, 2),
        )
            .prop_map(|(status, allow_origin, others)| Answer {
                status,
                allow_origin,
                others,
                ..Answer::PLAIN
            })
            .boxed(),
        ..Recipe::plain()
    }
}

fn cache() -> Recipe {
    Recipe {
        method: one_of(METHODS),
        headers: listed_headers(),
        api: one_of(APIS),
        preflight: cacheable_answers().prop_map(Some).boxed(),
        visits: collection::vec(visit(cacheable_answers()), 1..=4).boxed(),
        ..Recipe::plain()
    }
}

pub(crate) const MIXED_MODES: &[(u32, Mode)] =
    &[(8, Mode::Cors), (2, Mode::NoCors), (1, Mode::SameOrigin)];

pub(crate) const MIXED_REDIRECT_MODES: &[(u32, RedirectMode)] = &[
    (6, RedirectMode::Follow),
    (1, RedirectMode::Error),
    (1, RedirectMode::Manual),
];

fn mixed() -> Recipe {
    Recipe {
        host: one_of(HOSTS),
        rest: one_of(RESTS),
        method: Union::new_weighted(vec![(6, one_of(METHODS)), (1, one_of(REFUSED_METHODS))])
            .boxed(),
        headers: Union::new_weighted(vec![(2, listed_headers()), (1, headers(4))]).boxed(),
        body: bool::weighted(0.2).boxed(),
        api: one_of(APIS),
        mode: one_of(MIXED_MODES),
        redirect: one_of(MIXED_REDIRECT_MODES),
        preflight: often(preflight_answers()),
        hops: collection::vec(hop(), 0..=2).boxed(),
        response: any_answers(),
        visits: collection::vec(visit(preflight_answers()), 0..=3).boxed(),
        ..Recipe::plain()
    }
}
