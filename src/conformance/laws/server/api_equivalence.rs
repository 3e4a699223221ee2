use alloc::{format, string::String, vec::Vec};

use http::{HeaderMap, HeaderName, HeaderValue, Request};

use crate::conformance::laws::{
    support::headers::{elements, lines},
    violation::{LawViolation, ensure},
};
use crate::{
    infrastructure::header_list::HeaderList,
    server::{CorsPolicy, Decision},
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
    let judged = (decision.kind(), decision.verdict(), decision.status());
    let mut expected = handler.clone();
    decision.apply(&mut expected);

    let method = request.method().as_str().as_bytes();
    let by_name = |name: &str| lines(request.headers(), name).into_iter();
    let raw = policy.decide_raw(method, &by_name);
    same(
        "decide_raw",
        &judged,
        &(raw.kind(), raw.verdict(), raw.status()),
    )?;
    same(
        "describe",
        &format!("{}", decision.describe()),
        &format!("{}", raw.describe()),
    )?;
    let mut applied = handler.clone();
    raw.apply(&mut applied);
    same("decide_raw and apply", &expected, &applied)?;
    same("headers and vary", &expected, &by_hand(handler, &raw))?;
    same("headers and vary", &expected, &by_hand(handler, &decision))?;

    // A header list has no white space around its values.
    let list = HeaderList::from(handler);
    let mut stripped = HeaderMap::try_from(&list).map_err(LawViolation::new)?;
    decision.apply(&mut stripped);
    let same_on_a_list = |way: &str, apply: &dyn Fn(&mut HeaderList)| {
        let mut list = list.clone();
        apply(&mut list);
        let listed = HeaderMap::try_from(&list).map_err(LawViolation::new)?;
        same(way, &stripped, &listed)
    };
    same_on_a_list("apply_to", &|list| decision.apply_to(list))?;
    same_on_a_list("decide_raw and apply_to", &|list| raw.apply_to(list))?;

    for (way, owned) in [
        ("into_owned", decision.clone().into_owned()),
        ("raw into_owned", raw.clone().into_owned()),
    ] {
        same(
            way,
            &judged,
            &(owned.kind(), owned.verdict(), owned.status()),
        )?;
        let mut applied = handler.clone();
        owned.apply(&mut applied);
        same(way, &expected, &applied)?;
        same_on_a_list(way, &|list| owned.apply_to(list))?;
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

/// As a framework with a header map of its own does it.
fn by_hand(handler: &HeaderMap, decision: &Decision<'_>) -> HeaderMap {
    let is_cors = |name: &HeaderName| name.as_str().starts_with("access-control-");
    let kept = handler.iter().filter(|(name, _)| !is_cors(name));
    let mut response: HeaderMap = kept
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    decision.for_each_header(|name, value| {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            response.append(name.clone(), value);
        }
    });
    let there = elements(handler, "vary");
    let is_there = |name: &str| {
        there
            .iter()
            .any(|there| there.eq_ignore_ascii_case(name.as_bytes()))
    };
    let missing: Vec<&str> = decision
        .vary()
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
