//! Finds denied origins that a server allows in some responses, and not in others, although the requests are equal.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};

use ::url::Url;

use super::super::{
    facts::{ALLOW_ORIGIN, is_overloaded, single},
    other_forms::has_other_form,
};
use crate::{
    cases::Exchange,
    conformance::harness::{
        expectations::Expectations,
        judge::{request_parts::parts, requests::origin_kind},
        report::request_kind::OriginKind,
    },
    infrastructure::origin::Origin,
};

/// The minimum number of denied origins that a server sends to later requests. A server with a default origin sends only one.
const MIN_EARLIER_ORIGINS: usize = 3;

/// The answers of a server that sometimes allows denied origins.
pub(in super::super) struct Changes {
    /// The denied origins that at least one response allows.
    pub(in super::super) allowed: BTreeSet<String>,
    /// Describes the responses that allow these origins. `None` if the server sends the origins of earlier requests.
    pub(in super::super) when: Option<String>,
}

/// A response to a request of a denied origin.
struct Answer<'x> {
    exchange: &'x Exchange,
    origin: Vec<u8>,
    is_allowed: bool,
}

impl Changes {
    /// Returns the changes if a response allows a denied origin, and the response to an equal request has the same status and no
    /// `Access-Control-Allow-Origin`. A server that sends the same answer to equal requests disproves the mistake.
    pub(super) fn new<'x>(
        expectations: &Expectations,
        exchanges: impl Iterator<Item = &'x Exchange> + Clone,
    ) -> Option<Self> {
        let earlier = of_earlier_requests(expectations, exchanges.clone());
        if earlier.len() >= MIN_EARLIER_ORIGINS {
            return Some(Self {
                allowed: earlier,
                when: None,
            });
        }
        let denied = exchanges.filter(|exchange| {
            origin_kind(expectations, &exchange.request) == OriginKind::Denied
                && !is_overloaded(exchange)
        });
        let answers = denied.filter_map(|exchange| {
            let origin = single(&exchange.request.header_list, "origin")?;
            let sent = single(&exchange.response.header_list, ALLOW_ORIGIN);
            let is_allowed = sent.as_ref() == Some(&origin);
            let is_denied = !exchange.response.header_list.contains(ALLOW_ORIGIN);
            (is_allowed || is_denied).then_some(Answer {
                exchange,
                origin,
                is_allowed,
            })
        });
        let answers: Vec<Answer<'_>> = answers.collect();
        let mut by_request: BTreeMap<(String, u16), [bool; 2]> = BTreeMap::new();
        for answer in &answers {
            let status = answer.exchange.response.status.as_u16();
            let key = (parts(&answer.exchange.request), status);
            let [is_denied, is_allowed] = by_request.entry(key).or_default();
            *is_denied |= !answer.is_allowed;
            *is_allowed |= answer.is_allowed;
        }
        by_request.values().find(|seen| **seen == [true, true])?;
        let allowed = answers.iter().filter(|answer| answer.is_allowed);
        let allowed = allowed.map(|answer| String::from_utf8_lossy(&answer.origin).into_owned());
        Some(Self {
            allowed: allowed.collect(),
            when: Some(when(&answers)),
        })
    }
}

/// Returns the denied origins that the server sends in the response to a later request with another origin. An
/// origin that is a form of the origin of this later request does not count.
fn of_earlier_requests<'x>(
    expectations: &Expectations,
    exchanges: impl Iterator<Item = &'x Exchange>,
) -> BTreeSet<String> {
    let (mut seen, mut sent_later) = (BTreeSet::new(), BTreeSet::new());
    for exchange in exchanges {
        let origin = single(&exchange.request.header_list, "origin");
        let sent = single(&exchange.response.header_list, ALLOW_ORIGIN);
        let later = sent.filter(|sent| {
            let is_of_request =
                |origin: &Vec<u8>| origin == sent || normal_form(origin).as_ref() == Some(sent);
            seen.contains(sent)
                && !origin.as_ref().is_some_and(is_of_request)
                && !has_other_form(exchange)
        });
        sent_later.extend(later);
        let is_denied = origin_kind(expectations, &exchange.request) == OriginKind::Denied;
        seen.extend(origin.filter(|origin| is_denied && Origin::parse(&**origin).is_ok()));
    }
    let origins = sent_later.iter();
    origins
        .map(|origin| String::from_utf8_lossy(origin).into_owned())
        .collect()
}

/// Returns the origin as the URL standard serializes it: in lower case, without a default port, and `null` if it is opaque.
fn normal_form(origin: &[u8]) -> Option<Vec<u8>> {
    let url = Url::parse(core::str::from_utf8(origin).ok()?).ok()?;
    Some(url.origin().ascii_serialization().into_bytes())
}

/// Describes the responses that allow denied origins: only the first responses, only the last ones, or others.
fn when(answers: &[Answer<'_>]) -> String {
    let count = answers.iter().filter(|answer| answer.is_allowed).count();
    let first = answers.iter().position(|answer| answer.is_allowed);
    let last = answers.iter().rposition(|answer| answer.is_allowed);
    let (Some(first), Some(last)) = (first, last) else {
        return String::new();
    };
    let id = |index: usize| {
        let answer = answers.get(index);
        answer.map_or_else(String::new, |answer| {
            answer.exchange.id.escape_debug().to_string()
        })
    };
    // A server can deny some unusual origins in each response.
    let is_most = |length: usize| count * 10 >= length * 9;
    if first > 0 && is_most(answers.len() - first) {
        format!("only from the request `{}` on", id(first))
    } else if first == 0 && last + 1 < answers.len() && is_most(last + 1) {
        format!("only before the request `{}`", id(last + 1))
    } else {
        format!(
            "in {count} of {} responses, apparently at random",
            answers.len()
        )
    }
}
