//! Parses and prints the fetches of a case.

use alloc::{borrow::Cow, format, vec::Vec};
use core::time::Duration;

use ::url::Url;

use super::{
    LineError,
    case_text::{
        ApiText, BodyText, BodyTypeText, CredentialsText, FetchText, ModeText, RedirectText,
        ReferrerPolicyText,
    },
    members::parsed_url,
    recent::Recent,
    seconds::Seconds,
    text::{Pairs, Text},
};
use crate::{
    Failure,
    api::{ApiCall, BodyWithType, RequestInit, XmlHttpRequest},
    fetching::{ConnectionError, UserAgent},
    infrastructure::{
        origin::Origin,
        referrer_policy::ReferrerPolicy,
        request::{Body, CredentialsMode, Mode, RedirectMode},
        url::is_http_or_https,
    },
    outcome::Outcome,
};

/// One call of `fetch()`, or of an `XMLHttpRequest`.
///
/// ```
/// use fetch_cors::{browser::{Origin, RequestInit}, cases::{ApiCall, FetchCall}};
///
/// let call = FetchCall {
///     at: core::time::Duration::ZERO,
///     origin: Origin::parse("https://a.example")?,
///     call: ApiCall::Fetch(RequestInit::new("https://b.example".parse()?)),
/// };
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FetchCall<'a> {
    /// The time of the call, counted from the beginning of the case.
    pub at: Duration,
    /// The origin of the page.
    pub origin: Origin,
    /// The call.
    pub call: ApiCall<'a>,
}

/// Parses a fetch of a case. The time of the call must not be before `earliest`.
pub(super) fn timed_fetch_call<'a>(
    text: FetchText<'a>,
    earliest: Duration,
    recent: &mut Recent,
) -> Result<FetchCall<'a>, LineError> {
    let Seconds(at) = text.at.unwrap_or_default();
    if at < earliest {
        return Err(LineError::new(
            "at",
            "this time is before the time of the previous fetch: order the fetches by time",
        ));
    }
    fetch_call(text, at, recent)
}

/// Parses a fetch. `at` is the time of the call.
pub(super) fn fetch_call<'a>(
    text: FetchText<'a>,
    at: Duration,
    recent: &mut Recent,
) -> Result<FetchCall<'a>, LineError> {
    // Every `null` in a case is the same opaque origin.
    let origin = recent.origin(&text.origin.0);
    let origin = origin.map_err(|error| LineError::new("origin", error))?;
    let url = parsed_url(&text.url.0, recent)?;
    let call = match text.api {
        Some(ApiText::Fetch) if text.use_cors_preflight => {
            let reason =
                "`fetch` has no upload listeners: use `xhr`, or leave `use_cors_preflight` out";
            return Err(LineError::new("api", reason));
        }
        None if text.use_cors_preflight => ApiCall::XmlHttpRequest(xml_http_request(url, text)?),
        Some(ApiText::Xhr) => ApiCall::XmlHttpRequest(xml_http_request(url, text)?),
        None | Some(ApiText::Fetch) => ApiCall::Fetch(request_init(url, text)?),
    };
    check_scheme(&call, &origin)?;
    Ok(FetchCall { at, origin, call })
}

/// Refuses a URL with a scheme that this crate does not support. Accepts the URL if the fetch fails before the scheme
/// matters, because such a fetch sends no request.
fn check_scheme(call: &ApiCall<'_>, origin: &Origin) -> Result<(), LineError> {
    if is_http_or_https(call.url()) {
        return Ok(());
    }
    let request = call.clone().into_request(origin.clone());
    let outcome = Outcome::fetch(&mut UserAgent::new(), request, Duration::ZERO, |_| {
        Err(ConnectionError)
    });
    match outcome.result {
        Err(error) if error.failure() == Failure::UnsupportedScheme => {
            let scheme = call.url().scheme();
            Err(LineError::new(
                "url",
                format!("the scheme `{scheme}` is not supported: use an `http` or `https` URL"),
            ))
        }
        _ => Ok(()),
    }
}

fn request_init(url: Url, text: FetchText<'_>) -> Result<RequestInit<'_>, LineError> {
    Ok(RequestInit {
        url,
        method: text.method.0,
        headers: pairs(text.headers),
        body: body(text.body)?,
        referrer_policy: referrer_policy(text.referrer_policy),
        mode: match text.mode {
            ModeText::Cors => Mode::Cors,
            ModeText::NoCors => Mode::NoCors,
            ModeText::SameOrigin => Mode::SameOrigin,
        },
        credentials: match text.credentials {
            CredentialsText::Omit => CredentialsMode::Omit,
            CredentialsText::SameOrigin => CredentialsMode::SameOrigin,
            CredentialsText::Include => CredentialsMode::Include,
        },
        redirect: match text.redirect {
            RedirectText::Follow => RedirectMode::Follow,
            RedirectText::Error => RedirectMode::Error,
            RedirectText::Manual => RedirectMode::Manual,
        },
    })
}

fn body(text: BodyText<'_>) -> Result<Option<BodyWithType<'_>>, LineError> {
    let content_type = match text {
        BodyText::Absent => return Ok(None),
        BodyText::WithoutType => return Ok(Some(Body::WithSource.into())),
        BodyText::WithType(BodyTypeText {
            content_type: Text(content_type),
        }) => content_type,
    };
    // The type of a body has only characters from U+0020 to U+007E. The constructor of `Blob` drops a type with any
    // other character. The type of a body that is not a `Blob` never has such a character.
    let reason = if content_type.is_empty() {
        "the type is empty: write `true` for a body without a type"
    } else if content_type.chars().any(|c| !matches!(c, ' '..='~')) {
        "the type of a body can have only characters from U+0020 to U+007E: remove all other characters"
    } else {
        return Ok(Some(BodyWithType::new(Body::WithSource, content_type)));
    };
    Err(LineError::new("body.type", reason))
}

fn body_text<'a>(body: Option<&'a BodyWithType<'_>>) -> BodyText<'a> {
    match body {
        None => BodyText::Absent,
        Some(BodyWithType {
            content_type: None, ..
        }) => BodyText::WithoutType,
        Some(BodyWithType {
            content_type: Some(content_type),
            ..
        }) => BodyText::WithType(BodyTypeText {
            content_type: Text(Cow::Borrowed(&**content_type)),
        }),
    }
}

const fn referrer_policy(text: ReferrerPolicyText) -> ReferrerPolicy {
    match text {
        ReferrerPolicyText::Empty => ReferrerPolicy::Empty,
        ReferrerPolicyText::NoReferrer => ReferrerPolicy::NoReferrer,
        ReferrerPolicyText::NoReferrerWhenDowngrade => ReferrerPolicy::NoReferrerWhenDowngrade,
        ReferrerPolicyText::SameOrigin => ReferrerPolicy::SameOrigin,
        ReferrerPolicyText::Origin => ReferrerPolicy::Origin,
        ReferrerPolicyText::StrictOrigin => ReferrerPolicy::StrictOrigin,
        ReferrerPolicyText::OriginWhenCrossOrigin => ReferrerPolicy::OriginWhenCrossOrigin,
        ReferrerPolicyText::StrictOriginWhenCrossOrigin => {
            ReferrerPolicy::StrictOriginWhenCrossOrigin
        }
        ReferrerPolicyText::UnsafeUrl => ReferrerPolicy::UnsafeUrl,
    }
}

const fn referrer_policy_text(policy: ReferrerPolicy) -> ReferrerPolicyText {
    match policy {
        ReferrerPolicy::Empty => ReferrerPolicyText::Empty,
        ReferrerPolicy::NoReferrer => ReferrerPolicyText::NoReferrer,
        ReferrerPolicy::NoReferrerWhenDowngrade => ReferrerPolicyText::NoReferrerWhenDowngrade,
        ReferrerPolicy::SameOrigin => ReferrerPolicyText::SameOrigin,
        ReferrerPolicy::Origin => ReferrerPolicyText::Origin,
        ReferrerPolicy::StrictOrigin => ReferrerPolicyText::StrictOrigin,
        ReferrerPolicy::OriginWhenCrossOrigin => ReferrerPolicyText::OriginWhenCrossOrigin,
        ReferrerPolicy::StrictOriginWhenCrossOrigin => {
            ReferrerPolicyText::StrictOriginWhenCrossOrigin
        }
        ReferrerPolicy::UnsafeUrl => ReferrerPolicyText::UnsafeUrl,
    }
}

fn xml_http_request(url: Url, text: FetchText<'_>) -> Result<XmlHttpRequest<'_>, LineError> {
    let refused = |path: &str, reason: &str| Err(LineError::new(path, reason));
    if text.mode != ModeText::Cors {
        return refused(
            "mode",
            "an XMLHttpRequest always has the mode `cors`: leave `mode` out",
        );
    }
    if text.referrer_policy != ReferrerPolicyText::Empty {
        return refused(
            "referrer_policy",
            "an XMLHttpRequest has no referrer policy of its own: leave `referrer_policy` out",
        );
    }
    if text.redirect != RedirectText::Follow {
        return refused(
            "redirect",
            "an XMLHttpRequest always follows redirects: leave `redirect` out",
        );
    }
    if text.credentials == CredentialsText::Omit {
        return refused(
            "credentials",
            "an XMLHttpRequest cannot omit credentials: use `same-origin` or `include`",
        );
    }
    Ok(XmlHttpRequest {
        url,
        method: text.method.0,
        headers: pairs(text.headers),
        body: body(text.body)?,
        upload_listeners: text.use_cors_preflight,
        with_credentials: text.credentials == CredentialsText::Include,
    })
}

pub(super) fn fetch_text<'a>(fetch: &'a FetchCall<'_>) -> FetchText<'a> {
    let (url, method, headers, body) = match &fetch.call {
        ApiCall::Fetch(init) => (&init.url, &init.method, &init.headers, &init.body),
        ApiCall::XmlHttpRequest(xhr) => (&xhr.url, &xhr.method, &xhr.headers, &xhr.body),
    };
    let text = |string: &'a Cow<'_, str>| Text(Cow::Borrowed(&**string));
    let mut fetch_text = FetchText {
        at: (!fetch.at.is_zero()).then_some(Seconds(fetch.at)),
        api: None,
        origin: Text(Cow::Borrowed(fetch.origin.serialize())),
        url: Text(Cow::Borrowed(url.as_str())),
        method: text(method),
        headers: headers
            .iter()
            .map(|(name, value)| (text(name), text(value)))
            .collect(),
        body: body_text(body.as_ref()),
        referrer_policy: ReferrerPolicyText::Empty,
        mode: ModeText::Cors,
        credentials: CredentialsText::SameOrigin,
        redirect: RedirectText::Follow,
        use_cors_preflight: false,
    };
    match &fetch.call {
        ApiCall::Fetch(init) => {
            fetch_text.referrer_policy = referrer_policy_text(init.referrer_policy);
            fetch_text.mode = match init.mode {
                Mode::Cors => ModeText::Cors,
                Mode::NoCors => ModeText::NoCors,
                Mode::SameOrigin => ModeText::SameOrigin,
            };
            fetch_text.credentials = match init.credentials {
                CredentialsMode::Omit => CredentialsText::Omit,
                CredentialsMode::SameOrigin => CredentialsText::SameOrigin,
                CredentialsMode::Include => CredentialsText::Include,
            };
            fetch_text.redirect = match init.redirect {
                RedirectMode::Follow => RedirectText::Follow,
                RedirectMode::Error => RedirectText::Error,
                RedirectMode::Manual => RedirectText::Manual,
            };
        }
        ApiCall::XmlHttpRequest(xhr) => {
            fetch_text.use_cors_preflight = xhr.upload_listeners;
            if !xhr.upload_listeners {
                fetch_text.api = Some(ApiText::Xhr);
            }
            if xhr.with_credentials {
                fetch_text.credentials = CredentialsText::Include;
            }
        }
    }
    fetch_text
}

pub(super) fn pairs(pairs: Pairs<'_>) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    pairs
        .into_iter()
        .map(|(name, value)| (name.0, value.0))
        .collect()
}
