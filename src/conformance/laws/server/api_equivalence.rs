use alloc::{format, string::String, vec::Vec};

use http::{HeaderMap, HeaderName, HeaderValue, Request};

use crate::conformance::laws::{
    support::headers::{elements, lines},
    violation::{LawViolation, ensure},
};
use crate::{
    infrastructure::header_list::HeaderList,
    server::{CorsPolicy, RequestValue, ResponseValue},
};

/// However a decision is come by, and however its headers are put on a response that a handler has put
/// `handler` on, the response is the same.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::all_ways_of_deciding_agree as law, policies::PolicySpec};
///
/// let policy = PolicySpec::from_origins(["https://*.example"]).build()?;
/// let request = http::Request::builder().header("origin", "https://a.example").body(())?;
/// law(&policy, &request, &http::HeaderMap::new())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn all_ways_of_deciding_agree(
    policy: &CorsPolicy,
    request: &Request<()>,
    handler: &HeaderMap,
) -> Result<(), LawViolation> {
    let decision = policy.decide(request.method(), request.headers());
    let judged = (decision.kind(), decision.allowed(), decision.status());
    let mut expected = handler.clone();
    decision.apply(&mut expected);

    let method = request.method().as_str().as_bytes();
    let raw = policy.decide_raw(method, |name: &str| {
        lines(request.headers(), name).into_iter()
    });
    same(
        "decide_raw",
        &judged,
        &(raw.kind(), raw.allowed(), raw.status()),
    )?;
    same(
        "explain",
        &format!("{}", decision.explain()),
        &format!("{}", raw.explain()),
    )?;
    let mut applied = handler.clone();
    raw.apply(&mut applied);
    same("decide_raw and apply", &expected, &applied)?;
    same(
        "headers and vary",
        &expected,
        &by_hand(handler, raw.headers(), raw.vary()),
    )?;
    same(
        "headers and vary",
        &expected,
        &by_hand(handler, decision.headers(), decision.vary()),
    )?;

    // A header list has no white space around its values.
    let mut list = HeaderList::from(handler);
    let mut stripped = HeaderMap::try_from(&list).map_err(LawViolation::new)?;
    decision.apply(&mut stripped);
    decision.apply_to_list(&mut list);
    let listed = HeaderMap::try_from(&list).map_err(LawViolation::new)?;
    same("apply_to_list", &stripped, &listed)?;

    vary_is_completed(handler, &expected, |said| decision.missing_vary(said))?;
    vary_is_completed(handler, &expected, |said| raw.missing_vary(said))?;

    for (way, owned) in [
        ("into_owned", decision.into_owned()),
        ("raw into_owned", raw.into_owned()),
    ] {
        same(
            way,
            &judged,
            &(owned.kind(), owned.allowed(), owned.status()),
        )?;
        let mut applied = handler.clone();
        owned.apply(&mut applied);
        same(way, &expected, &applied)?;
        vary_is_completed(handler, &expected, |said| owned.missing_vary(said))?;
    }
    #[cfg(feature = "tower")]
    layer::agrees(policy, request, handler, judged.2, &expected)?;
    Ok(())
}

fn same<T: PartialEq + core::fmt::Debug>(
    way: &str,
    expected: &T,
    given: &T,
) -> Result<(), LawViolation> {
    ensure(expected == given, || {
        format!("by {way} it is {given:?}, and not {expected:?}")
    })
}

/// What is said to be missing is the line that is added to those of the handler.
fn vary_is_completed(
    handler: &HeaderMap,
    expected: &HeaderMap,
    missing: impl FnOnce(Vec<&[u8]>) -> Option<HeaderValue>,
) -> Result<(), LawViolation> {
    let said = lines(handler, "vary");
    let missing = missing(said.clone());
    let missing = missing.as_ref().map(HeaderValue::as_bytes);
    let completed: Vec<&[u8]> = said.into_iter().chain(missing).collect();
    same("missing_vary", &lines(expected, "vary"), &completed)
}

/// As a framework with a header map of its own does it.
fn by_hand<'r, V: RequestValue<'r>>(
    handler: &HeaderMap,
    headers: impl Iterator<Item = (HeaderName, ResponseValue<'r, V>)>,
    vary: &[HeaderName],
) -> HeaderMap {
    let is_cors = |name: &HeaderName| name.as_str().starts_with("access-control-");
    let kept = handler.iter().filter(|(name, _)| !is_cors(name));
    let mut response: HeaderMap = kept
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for (name, value) in headers {
        let bytes = match value {
            ResponseValue::Prepared(value) => value.as_bytes(),
            ResponseValue::Requested(value) => value.bytes(),
        };
        response.extend(
            HeaderValue::from_bytes(bytes)
                .ok()
                .map(|value| (name, value)),
        );
    }
    let there = elements(handler, "vary");
    let is_there = |name: &str| {
        there
            .iter()
            .any(|there| there.eq_ignore_ascii_case(name.as_bytes()))
    };
    let missing: Vec<&str> = vary
        .iter()
        .map(HeaderName::as_str)
        .filter(|name| !is_there(name))
        .collect();
    let missing = Some(missing.join(", ")).filter(|missing| !missing.is_empty() && !is_there("*"));
    let line = missing.and_then(|missing: String| HeaderValue::try_from(missing).ok());
    if let Some(line) = line {
        response.append(http::header::VARY, line);
    }
    response
}

#[cfg(feature = "tower")]
mod layer {
    use core::{
        convert::Infallible,
        future::{Ready, ready},
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use http::{HeaderMap, Request, Response, StatusCode};
    use tower_layer::Layer;
    use tower_service::Service;

    use super::{CorsPolicy, LawViolation, same};
    use crate::tower::CorsLayer;

    /// Puts its headers on every response.
    struct Handler<'h>(&'h HeaderMap);

    impl Service<Request<()>> for Handler<'_> {
        type Response = Response<()>;
        type Error = Infallible;
        type Future = Ready<Result<Response<()>, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<()>) -> Self::Future {
            let mut response = Response::new(());
            response.headers_mut().clone_from(self.0);
            ready(Ok(response))
        }
    }

    /// Preflights are answered by the layer, of which the handler knows nothing, or passed on to it.
    pub(crate) fn agrees(
        policy: &CorsPolicy,
        request: &Request<()>,
        handler: &HeaderMap,
        status: Option<StatusCode>,
        expected: &HeaderMap,
    ) -> Result<(), LawViolation> {
        let mut alone = HeaderMap::new();
        policy
            .decide(request.method(), request.headers())
            .apply(&mut alone);
        let layer = CorsLayer::new(policy.clone());
        let passed_on = (StatusCode::OK, expected);
        let answered = status.map_or(passed_on, |status| (status, &alone));
        for (layer, (status, headers)) in [
            (layer.clone(), answered),
            (layer.pass_preflights_on(), passed_on),
        ] {
            let response = pin!(layer.layer(Handler(handler)).call(request.clone()));
            let Poll::Ready(Ok(response)) = response.poll(&mut Context::from_waker(Waker::noop()))
            else {
                return Err(LawViolation::new("the layer waits for nothing"));
            };
            same("the layer", &status, &response.status())?;
            same("the layer", headers, response.headers())?;
        }
        Ok(())
    }
}
