//! Finds the sign of a CORS policy in a response without `Access-Control-Allow-Origin`: the server has a policy, and the
//! policy does not allow the origin, or the policy did not run.

use alloc::{borrow::ToOwned, format, string::String};

use super::{Refused, miss};
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::{shown_briefly, shown_name},
        vary::lists_origin,
    },
    infrastructure::{
        bytes::isomorphic_decode,
        response::{Response, is_ok_status},
    },
    wording,
};

/// Returns the known mistake of a policy whose list of origins lacks the origin of the page. `None` if the response has
/// no sign of a policy. `None` also for the origin `null`, because a list must not have `null`.
pub(super) fn origin_not_allowed(refused: &Refused<'_>, response: &Response) -> Option<NearMiss> {
    let sign = sign_of_policy(response)?;
    let sent = refused.request.header_list.get("origin")?;
    let sent = isomorphic_decode(&sent);
    if sent == "null" {
        return None;
    }
    Some(miss(
        Kind::OriginNotAllowed,
        format!(
            "the response has {sign}, so the server probably has a CORS policy that {} `{}`: {ADD_ORIGIN}",
            wording::does_not_allow_origin!(),
            shown_briefly(&*sent)
        ),
    ))
}

const ADD_ORIGIN: &str = "add this origin to the list of origins in the configuration of the server (compare the scheme, `www.`, the port, and a slash at the end), and do not send `Access-Control-Allow-Origin` from a second part of the server";

/// The part of a request that the policy of a server denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Denied {
    Origin,
    /// The method or a header name of a preflight.
    Names,
    /// The origin, the method or a header name: the text of the server does not say which.
    Any,
}

/// The texts of servers that deny a request, in lower case. `Disallowed CORS` is from Starlette, `Invalid CORS request` is
/// from Spring, and `Not allowed by CORS` is from the documentation of the package `cors` for Express.
const DENIALS: [(&str, Denied); 7] = [
    ("disallowed cors origin", Denied::Origin),
    ("disallowed cors method", Denied::Names),
    ("disallowed cors headers", Denied::Names),
    ("invalid cors request", Denied::Any),
    ("not allowed by cors", Denied::Origin),
    ("cors origin denied", Denied::Origin),
    ("cors rejected", Denied::Any),
];

/// Whether the body of a response has a known text with which a server denies a request.
#[cfg(feature = "cases")]
pub(in crate::explain) fn has_denial(body: &str) -> bool {
    first_denial(body).is_some()
}

fn first_denial(body: &str) -> Option<(&str, Denied)> {
    let lower = body.to_ascii_lowercase();
    let found = DENIALS.iter().filter_map(|(text, denied)| {
        let start = lower.find(text)?;
        Some((start, body.get(start..start + text.len())?, *denied))
    });
    let (_, text, denied) = found.min_by_key(|(start, ..)| *start)?;
    Some((text, denied))
}

/// Returns the known mistake that the text of a response names. `sent` is the `Origin` of the request. `None` if the text is
/// not known, or if the policy denies the origin `null`, because a list must not have `null`.
pub(in crate::explain) fn named_in_body(body: &str, sent: &str) -> Option<NearMiss> {
    let (text, denied) = first_denial(body)?;
    if sent == "null" && denied != Denied::Names {
        return None;
    }
    let sent = shown_briefly(sent);
    let policy = "so the CORS policy of the server";
    Some(match denied {
        Denied::Origin => miss(
            Kind::OriginNotAllowed,
            format!(
                "the response has the text `{text}`, {policy} {} `{sent}`: {ADD_ORIGIN}",
                wording::does_not_allow_origin!()
            ),
        ),
        Denied::Names => miss(
            Kind::PreflightDenied,
            format!(
                "the response has the text `{text}`, {policy} {} or a header of the preflight: add them to the lists in the configuration of the server (Starlette and FastAPI: `allow_methods` and `allow_headers`)",
                wording::does_not_allow_method!()
            ),
        ),
        Denied::Any => miss(
            Kind::OriginNotAllowed,
            format!(
                "the response has the text `{text}`, {policy} {} `{sent}`, or the method or a header of the request: add what is missing to the lists in the configuration of the server (for the origin, compare the scheme, `www.`, the port, and a slash at the end)",
                wording::does_not_allow_origin!()
            ),
        ),
    })
}

/// Returns the header that shows that the server probably has a CORS policy.
fn sign_of_policy(response: &Response) -> Option<String> {
    if lists_origin(response) {
        return Some("`Vary: Origin`".to_owned());
    }
    let mut names = response.header_list.iter().map(|(name, _)| name.as_str());
    let name = names.find(|name| {
        name.starts_with("access-control-") && !name.starts_with("access-control-request-")
    })?;
    Some(format!("`{}`", shown_name(name)))
}

/// Returns the known mistake of a server whose framework answers OPTIONS for each route (`Allow`), without CORS headers.
pub(super) fn framework_answers_options(response: &Response) -> Option<NearMiss> {
    let allow = response.header_list.get("allow")?;
    if !is_ok_status(response.status) || sign_of_policy(response).is_some() {
        return None;
    }
    Some(miss(
        Kind::FrameworkAnswersOptions,
        format!(
            "the response has `Allow: {}` and no CORS header, so the framework probably answers OPTIONS by itself, and the CORS code of the server does not run: {} (Express: `app.use(cors())` before the routes), or answer OPTIONS in this route",
            shown_briefly(&allow),
            wording::answer_before_routing!()
        ),
    ))
}

/// Returns the known mistake of a URL or a method that API Gateway does not know. The name of the error is misleading: the
/// error is not about authentication.
pub(super) fn unknown_to_api_gateway(response: &Response) -> Option<NearMiss> {
    let value = response.header_list.get("x-amzn-errortype")?;
    (*value == *b"MissingAuthenticationTokenException").then(|| {
        miss(
            Kind::NoRouteForOptions,
            "API Gateway of AWS sends `MissingAuthenticationTokenException` if it does not know the URL, or the method OPTIONS of the URL: check the URL, and add a method OPTIONS (the change works only after the API is deployed)",
        )
    })
}

/// Returns the known mistake of a check for bots that answers in place of the server. Cloudflare sends this header.
pub(super) fn bot_check(response: &Response) -> Option<NearMiss> {
    let value = response.header_list.get("cf-mitigated")?;
    Some(miss(
        Kind::BotCheck,
        format!(
            "Cloudflare checks whether the request comes from a bot (`cf-mitigated: {}`), and the server does not get the request: let Cloudflare pass requests for this URL, and preflights, without a check",
            shown_briefly(&value)
        ),
    ))
}
