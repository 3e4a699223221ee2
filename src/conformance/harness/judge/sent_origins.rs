//! Finds an origin that a server sends in `Access-Control-Allow-Origin` to other origins, such as a default origin.

use alloc::{collections::BTreeSet, format, string::String, vec, vec::Vec};

use http::Method;

use super::{
    pairs::Judged,
    recognize::{
        facts::{ALLOW_CREDENTIALS, ALLOW_ORIGIN, single},
        other_forms::has_other_form,
    },
    request_origin::is_well_formed,
    response::credentials_clause,
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::{
            expectations::Expectations,
            report::{cause::Cause, violation::Violation},
        },
        laws::Law,
    },
    infrastructure::origin::{Origin, TupleOrigin},
};

/// Finds responses that let pages of an unlisted origin read them. The origin of the request is another origin.
///
/// If a request of the check has the unlisted origin, the response to this request shows whether its pages can read, so
/// this function skips the origin.
pub(crate) fn find_sent_origins(
    expectations: &Expectations,
    exchanges: &[Judged],
) -> Vec<Violation> {
    // With such a policy, the law `empty_list_allows_no_origin` forbids every value.
    if expectations.pages().is_empty() {
        return Vec::new();
    }
    let requests = exchanges.iter().map(|(_, exchange)| &exchange.request);
    let requested: BTreeSet<Vec<u8>> = requests
        .filter_map(|request| request.header_list.get("origin").map(Vec::from))
        .collect();
    let violations = exchanges.iter().filter_map(|(probe, exchange)| {
        let sent = sent_origin(exchange)?;
        let serialized = sent.serialize();
        // Values such as `https://*.a.example` and `https://a.example,` are URLs, but few or no pages have these hosts.
        if !expectations.is_listed_or_usual(&sent)
            || requested.contains(serialized.as_bytes())
            || expectations.lets_read(serialized, false)
        {
            return None;
        }
        let credentials = single(&exchange.response.header_list, ALLOW_CREDENTIALS);
        let advice = Cause::SendsOtherOrigin.advice();
        let message = format!(
            "`Access-Control-Allow-Origin` lets pages of {serialized} read the response{}, although the policy does not allow \
             this, and the request is not from such a page: {advice}",
            credentials_clause(credentials.as_deref() == Some(b"true")),
        );
        let law = Law::DeniedPageReadsNothing;
        Some(Violation {
            detail: String::from(serialized),
            advice,
            ..Violation::new(law, &probe.name, message, vec![exchange.clone()])
        })
    });
    violations.collect()
}

/// Returns the origin that the response names, if the server did not compute it from `Origin`, and if it is not the
/// server's own origin. Skips OPTIONS requests, because reading their responses gains a page nothing.
fn sent_origin(exchange: &Exchange) -> Option<Origin> {
    let request = &exchange.request;
    let mut origins = request.header_list.values("origin");
    let given = origins.next();
    let is_judged = request.method != Method::OPTIONS
        && origins.next().is_none()
        && (given.is_none() || is_well_formed(request));
    let value = single(&exchange.response.header_list, ALLOW_ORIGIN).filter(|_| is_judged)?;
    let sent = TupleOrigin::parse(value).ok()?;
    // A server that changes only the scheme of `Origin` does not send one origin to the others.
    let (_, host) = sent.serialize().split_once("://")?;
    let given = given.map(|given| given.as_bytes().to_ascii_lowercase());
    let host_in_lower_case = host.to_ascii_lowercase();
    let is_given =
        given.is_some_and(|given| String::from_utf8_lossy(&given).contains(&*host_in_lower_case));
    // Behind a proxy, the server's own origin can have another scheme than the tested URL.
    let own = TupleOrigin::from_url(&request.url);
    let is_own = own.is_some_and(|own| own.serialize().ends_with(&format!("://{host}")));
    if is_given || is_own || has_other_form(exchange) {
        return None;
    }
    Some(Origin::Tuple(sent))
}
