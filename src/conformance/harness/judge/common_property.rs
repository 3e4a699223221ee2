//! Describes what all requests without a response have in common, and no answered request has.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};

use super::{
    recognize::facts::is_like_preflight,
    request_properties::{DENIED, Property, Sent, described_kind, described_wide_kind},
};
use crate::{
    conformance::harness::expectations::Expectations, explain::header_name::capitalized,
    fetching::HttpRequest, infrastructure::bytes::isomorphic_decode,
};

/// The minimum number of requests without a response that have a value of a condition. One missing answer can be a coincidence.
const MIN_REQUESTS: usize = 2;

/// The maximum number of values, such as methods, in a condition.
const MAX_VALUES: usize = 3;

/// A description that does not fit all requests without a response fits at least this number of requests for each other one.
const MIN_COVERED_PER_OTHER: usize = 4;

/// The minimum number of requests without a response if all of them are of different denied origins. The check sends some
/// origins only once, so fewer such requests can be a coincidence.
const MIN_OF_DENIED_ORIGINS: usize = 10;

/// Describes the requests without a response. The description with the fewest values is the best. If no description fits all of
/// these requests, a description that fits most of them also has the number of the others.
pub(super) fn subject(expectations: &Expectations, requests: &[Sent<'_>]) -> Option<String> {
    let failures = requests.iter().filter(|(_, is_answered)| !is_answered);
    let max_others = failures.count() / MIN_COVERED_PER_OTHER;
    let mut numbers = [0, max_others].into_iter();
    let found = numbers.find_map(|max_others| {
        let conditions = Conditions {
            expectations,
            requests,
            max_others,
        };
        let subject = conditions
            .of_property()
            .or_else(|| conditions.of_kind())
            .or_else(|| conditions.of_kinds())
            .or_else(|| conditions.of_origin())
            .or_else(|| conditions.of_method_and_header())
            .or_else(|| conditions.of_properties());
        subject.map(|(subject, others)| with_others(subject, others))
    });
    found.or_else(|| of_denied_origins(expectations, requests))
}

fn with_others(subject: String, others: usize) -> String {
    match others {
        0 => subject,
        1 => format!("{subject} and 1 other request"),
        _ => format!("{subject} and {others} other requests"),
    }
}

/// Describes requests without a response whose denied origins never get a response, although other denied origins get one.
fn of_denied_origins(expectations: &Expectations, requests: &[Sent<'_>]) -> Option<String> {
    let origins = |is_searched: bool| {
        let searched = requests
            .iter()
            .filter(move |(_, is_answered)| *is_answered == is_searched);
        searched.map(|(request, _)| {
            let origin = request.header_list.get("origin")?;
            (described_wide_kind(expectations, request) == DENIED)
                .then(|| isomorphic_decode(&origin))
        })
    };
    let count = origins(false).count();
    let silent: BTreeSet<String> = origins(false).collect::<Option<_>>()?;
    if count < MIN_OF_DENIED_ORIGINS
        || origins(true)
            .flatten()
            .any(|origin| silent.contains(&origin))
    {
        return None;
    }
    let mut shortest: Vec<&String> = silent.iter().collect();
    shortest.sort_by_key(|origin| origin.len());
    let mut named: Vec<String> = shortest
        .iter()
        .take(MAX_VALUES)
        .map(|origin| format!("`{}`", origin.escape_debug()))
        .collect();
    let rest = silent.len().saturating_sub(MAX_VALUES);
    if rest > 0 {
        named.push(format!("{rest} more"));
    }
    let mut failures = requests.iter().filter(|(_, is_answered)| !is_answered);
    let noun = if failures.all(|(request, _)| is_like_preflight(request)) {
        "preflights"
    } else {
        "requests"
    };
    Some(format!(
        "{noun} of some denied origins ({})",
        super::recognize::joined(named, "and")
    ))
}

/// The search for a condition that all requests without a response fulfill, except at most `max_others` of them.
struct Conditions<'x> {
    expectations: &'x Expectations,
    requests: &'x [Sent<'x>],
    max_others: usize,
}

/// The description of the requests that fulfill a condition, and the number of the other requests without a response.
type Described = (String, usize);

impl Conditions<'_> {
    /// Describes requests by one property.
    fn of_property(&self) -> Option<Described> {
        let single = Property::ALL.into_iter().filter_map(|property| {
            let values = |sent: Sent<'_>| property.values(self.expectations, sent);
            Some((property, self.covering_values(values)?))
        });
        let best = single.min_by_key(|(_, (values, others))| (*others, values.len()));
        best.map(|(property, (values, others))| (property.described(&values, ""), others))
    }

    /// Describes requests by a property and one kind of origin.
    fn of_kind(&self) -> Option<Described> {
        self.with(|request| Vec::from([String::from(described_kind(self.expectations, request))]))
            .find(|(kinds, ..)| kinds.len() == 1)
            .map(described_pairs)
    }

    /// Describes requests by a property and several kinds of origins.
    fn of_kinds(&self) -> Option<Described> {
        self.with(|request| {
            Vec::from([String::from(described_wide_kind(
                self.expectations,
                request,
            ))])
        })
        .next()
        .map(described_pairs)
    }

    /// Describes requests by a property and one origin.
    fn of_origin(&self) -> Option<Described> {
        let of_origin = |request: &HttpRequest| {
            let origins = Property::Origin.values(self.expectations, (request, false));
            let quoted = origins.into_iter();
            let quoted = quoted.map(|origin| format!(" of `{}`", origin.escape_debug()));
            quoted.collect::<Vec<_>>()
        };
        self.with(of_origin)
            .find(|(origins, ..)| origins.len() == 1)
            .map(described_pairs)
    }

    /// Describes requests by a method and one header.
    fn of_method_and_header(&self) -> Option<Described> {
        let of_header = |request: &HttpRequest| {
            let names = Property::Header.values(self.expectations, (request, false));
            let names = names
                .iter()
                .map(|name| format!("with `{}`", capitalized(name)));
            names.collect::<Vec<_>>()
        };
        self.with(of_header)
            .find(|(names, _, property, _)| names.len() == 1 && *property == Property::Method)
            .map(described_pairs)
    }

    /// Describes requests by several properties, each of which is a reason.
    fn of_properties(&self) -> Option<Described> {
        let values = |sent: Sent<'_>| {
            let properties = Property::ALL.into_iter().flat_map(|property| {
                let values = property.values(self.expectations, sent).into_iter();
                values.map(move |value| (property, value))
            });
            properties.collect::<Vec<_>>()
        };
        let (values, others) = self.covering_values(values)?;
        let described = values
            .into_iter()
            .map(|(property, value)| property.described(&BTreeSet::from([value]), ""));
        let described: Vec<String> = described.collect();
        Some((super::recognize::joined(described, "and"), others))
    }

    /// Finds properties that are the reason together with a part of the request. Returns the parts, the values, the property
    /// and the number of the other requests without a response. The requests without a response have every combination of the
    /// parts and the values.
    fn with(&self, part: impl Fn(&HttpRequest) -> Vec<String>) -> impl Iterator<Item = Pairs> {
        let found = Property::WITH_ORIGINS
            .into_iter()
            .filter_map(move |property| {
                let of_part = |sent: Sent<'_>| {
                    let values = property.values(self.expectations, sent);
                    let parts = part(sent.0);
                    let pairs = parts.iter().flat_map(|part| {
                        let values = values.iter();
                        values.map(|value| (part.clone(), value.clone()))
                    });
                    pairs.collect::<Vec<_>>()
                };
                let (pairs, others) = self.covering_values(of_part)?;
                let count = pairs.len();
                let (parts, values): (BTreeSet<String>, BTreeSet<String>) =
                    pairs.into_iter().unzip();
                (parts.len() * values.len() == count).then_some((parts, values, property, others))
            });
        found.collect::<Vec<_>>().into_iter()
    }

    /// Returns the fewest values so that no answered request has one of them, and each request without a response has one. At
    /// most `max_others` requests without a response have none of the values; also returns their number.
    fn covering_values<T: Ord + Clone>(
        &self,
        values: impl Fn(Sent<'_>) -> Vec<T>,
    ) -> Option<(BTreeSet<T>, usize)> {
        let mut failed: BTreeMap<T, BTreeSet<usize>> = BTreeMap::new();
        let mut uncovered: BTreeSet<usize> = BTreeSet::new();
        let mut answered: BTreeSet<T> = BTreeSet::new();
        for (index, (request, is_answered)) in self.requests.iter().enumerate() {
            let values = values((request, *is_answered));
            if *is_answered {
                answered.extend(values);
                continue;
            }
            uncovered.insert(index);
            for value in values {
                failed.entry(value).or_default().insert(index);
            }
        }
        failed.retain(|value, indexes| !answered.contains(value) && indexes.len() >= MIN_REQUESTS);
        let mut covering = BTreeSet::new();
        while uncovered.len() > self.max_others && covering.len() < MAX_VALUES {
            let (value, indexes) = failed
                .iter()
                .max_by_key(|(_, indexes)| indexes.intersection(&uncovered).count())?;
            let rest: BTreeSet<usize> = uncovered.difference(indexes).copied().collect();
            if rest.len() == uncovered.len() {
                return None;
            }
            covering.insert(value.clone());
            uncovered = rest;
        }
        (uncovered.len() <= self.max_others && !covering.is_empty())
            .then_some((covering, uncovered.len()))
    }
}

/// The kinds of the origins or the origins, the values of a property, and the number of the other requests without a response.
type Pairs = (BTreeSet<String>, BTreeSet<String>, Property, usize);

/// Describes the requests with one of the origins and one of the values. Each origin is the end of a sentence.
fn described_pairs((origins, values, property, others): Pairs) -> Described {
    let origins = origins.iter().map(|origin| String::from(origin.trim()));
    let of = [" ", &super::recognize::joined(origins.collect(), "and")].concat();
    (property.described(&values, &of), others)
}
