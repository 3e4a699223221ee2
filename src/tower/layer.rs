//! The layer of a policy, its service, and the future of a response.

use alloc::sync::Arc;
use core::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use http::{Request, Response, request::Parts};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::server::{CorsPolicy, Decision, PendingHeaders, RequestKind};

/// A layer that applies a policy to services.
///
/// - The layer answers a [preflight] itself, and the inner service does not get it.
/// - Any other request goes to the inner service, even an OPTIONS request that is not a preflight. The layer adds the
///   policy's headers to the response, even to an error response. The layer does not change an `Err`.
/// - A request from a denied origin also goes to the inner service. The response then does not allow the origin, so the
///   browser does not let the page read the response.
///
/// ```
/// use std::convert::Infallible;
///
/// use fetch_cors::{server::CorsPolicy, tower::CorsLayer};
/// use http::{Request, Response};
/// use tower::{Layer, ServiceExt, service_fn};
///
/// let inner = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new("content")));
/// let service = CorsLayer::new(CorsPolicy::builder().any_origin().build()?).layer(inner);
///
/// let response = pollster::block_on(service.oneshot(Request::new(())))?;
/// assert_eq!(response.headers()["access-control-allow-origin"], "*");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [preflight]: https://fetch.spec.whatwg.org/#cors-preflight-request
#[derive(Debug, Clone)]
pub struct CorsLayer<P = CorsPolicy> {
    pub(super) policy: P,
    pub(super) options: Options,
}

/// The settings of a layer, without its policy.
#[derive(Debug, Clone)]
pub(super) struct Options {
    preflights: Preflights,
    observer: Option<Observer>,
}

/// A function that the layer calls with each decision.
#[derive(Clone)]
struct Observer(Arc<Observe>);

type Observe = dyn Fn(&Decision<'_>, &Parts) + Send + Sync;

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// How the layer handles preflights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Preflights {
    Answered,
    PassedOn,
}

impl CorsLayer {
    /// Creates a layer that applies `policy`.
    ///
    /// ```
    /// use fetch_cors::{server::CorsPolicy, tower::CorsLayer};
    /// let layer = CorsLayer::new(CorsPolicy::builder().origin("https://app.example").build()?);
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    pub const fn new(policy: CorsPolicy) -> Self {
        Self::with_policy(policy)
    }
}

impl<P> CorsLayer<P> {
    pub(super) const fn with_policy(policy: P) -> Self {
        Self {
            policy,
            options: Options {
                preflights: Preflights::Answered,
                observer: None,
            },
        }
    }

    /// Calls `observer` with each decision and its request, before the inner service gets the request. An observer can
    /// write a log, update a metric, or try a policy that is not in use yet. A second call of this method replaces the
    /// observer.
    ///
    /// ```
    /// use std::convert::Infallible;
    ///
    /// use fetch_cors::{server::CorsPolicy, tower::CorsLayer};
    /// use http::{Request, Response};
    /// use tower::{Layer, ServiceExt, service_fn};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let layer = CorsLayer::new(policy).observe(|decision, request| {
    ///     if let Some(reason) = decision.verdict().denial() {
    ///         eprintln!("cors denied ({}) {}: {}", reason.as_str(), request.uri, decision.describe());
    ///     }
    /// });
    /// let service = layer.layer(service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(()))));
    /// let request = Request::get("/notes").header("Origin", "http://app.example").body(())?;
    /// pollster::block_on(service.oneshot(request))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn observe(
        mut self,
        observer: impl Fn(&Decision<'_>, &Parts) + Send + Sync + 'static,
    ) -> Self {
        self.options.observer = Some(Observer(Arc::new(observer)));
        self
    }

    /// Passes preflights on to the inner service. The inner service then sets the status and the body of the response.
    /// The policy still sets the CORS headers. A preflight succeeds only with an [ok status].
    ///
    /// ```
    /// use std::convert::Infallible;
    ///
    /// use fetch_cors::{server::CorsPolicy, tower::CorsLayer};
    /// use http::{Request, Response};
    /// use tower::{Layer, ServiceExt, service_fn};
    ///
    /// let inner = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new("seen")));
    /// let policy = CorsPolicy::builder().any_origin().methods(["PUT"]).build()?;
    /// let service = CorsLayer::new(policy).pass_preflights_on().layer(inner);
    ///
    /// let preflight = Request::options("/")
    ///     .header("Origin", "https://app.example")
    ///     .header("Access-Control-Request-Method", "PUT");
    /// let response = pollster::block_on(service.oneshot(preflight.body(())?))?;
    /// assert_eq!(response.headers()["access-control-allow-methods"], "PUT");
    /// assert_eq!(response.into_body(), "seen");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// [ok status]: https://fetch.spec.whatwg.org/#ok-status
    #[must_use]
    pub fn pass_preflights_on(mut self) -> Self {
        self.options.preflights = Preflights::PassedOn;
        self
    }
}

impl<S, P: Clone> Layer<S> for CorsLayer<P> {
    type Service = Cors<S, P>;

    fn layer(&self, inner: S) -> Self::Service {
        Cors {
            inner,
            policy: self.policy.clone(),
            options: self.options.clone(),
        }
    }
}

/// A service that applies a policy to an inner service. [`CorsLayer`] creates this service.
///
/// ```
/// use fetch_cors::{server::CorsPolicy, tower::{Cors, CorsLayer}};
/// use tower::Layer;
///
/// struct Inner;
/// let policy = CorsPolicy::builder().any_origin().build()?;
/// let service: Cors<Inner> = CorsLayer::new(policy).layer(Inner);
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone)]
pub struct Cors<S, P = CorsPolicy> {
    pub(super) inner: S,
    pub(super) policy: P,
    pub(super) options: Options,
}

impl<S, RequestBody, ResponseBody> Service<Request<RequestBody>> for Cors<S>
where
    S: Service<Request<RequestBody>, Response = Response<ResponseBody>>,
    ResponseBody: Default,
{
    type Response = Response<ResponseBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    #[inline]
    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        if self.options.observer.is_some() {
            return self.call_observed(request);
        }
        if self.policy.is_static_for(request.method()) {
            let response = self.inner.call(request);
            let pending_headers = self.policy.static_headers();
            return ResponseFuture::passed(response, pending_headers);
        }
        self.call_decided(request)
    }
}

impl<S> Cors<S> {
    /// A static policy does not need this function. So the function is not inlined, and the code for static policies
    /// stays short.
    #[inline(never)]
    fn call_decided<RequestBody, ResponseBody>(
        &mut self,
        request: Request<RequestBody>,
    ) -> ResponseFuture<S::Future>
    where
        S: Service<Request<RequestBody>, Response = Response<ResponseBody>>,
    {
        let decision = self.policy.decide_request(&request);
        if self.options.answers(&decision) {
            return ResponseFuture::answered(&decision);
        }
        let pending_headers = decision.pending_headers();
        ResponseFuture::passed(self.inner.call(request), pending_headers)
    }

    /// Calls the observer, and then does the same as a service without an observer.
    #[cold]
    fn call_observed<RequestBody, ResponseBody>(
        &mut self,
        request: Request<RequestBody>,
    ) -> ResponseFuture<S::Future>
    where
        S: Service<Request<RequestBody>, Response = Response<ResponseBody>>,
    {
        let (parts, body) = request.into_parts();
        self.options
            .call(&self.policy, &mut self.inner, parts, body)
    }
}

impl Options {
    /// Calls the observer if there is one, and answers a preflight or calls the inner service.
    pub(super) fn call<S, RequestBody, ResponseBody>(
        &self,
        policy: &CorsPolicy,
        inner: &mut S,
        parts: Parts,
        body: RequestBody,
    ) -> ResponseFuture<S::Future>
    where
        S: Service<Request<RequestBody>, Response = Response<ResponseBody>>,
    {
        let decision = policy.decide_parts(&parts);
        if let Some(Observer(observer)) = &self.observer {
            observer(&decision, &parts);
        }
        if self.answers(&decision) {
            return ResponseFuture::answered(&decision);
        }
        let pending_headers = decision.pending_headers();
        let request = Request::from_parts(parts, body);
        ResponseFuture::passed(inner.call(request), pending_headers)
    }

    #[inline]
    fn answers(&self, decision: &Decision<'_>) -> bool {
        decision.kind() == RequestKind::Preflight && self.preflights == Preflights::Answered
    }
}

pin_project! {
    /// The future that [`Cors`] returns. Its output is the response.
    ///
    /// ```
    /// use std::{convert::Infallible, future::Ready};
    ///
    /// use fetch_cors::tower::{Cors, ResponseFuture};
    /// use http::{Request, Response};
    /// use tower::Service;
    ///
    /// type Inner = Ready<Result<Response<String>, Infallible>>;
    /// fn call<S>(service: &mut Cors<S>) -> ResponseFuture<Inner>
    /// where
    ///     S: Service<Request<()>, Response = Response<String>, Error = Infallible, Future = Inner>,
    /// {
    ///     service.call(Request::new(()))
    /// }
    /// ```
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        state: State<F>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = Projected]
    enum State<F> {
        /// The inner service got the request.
        Passed { #[pin] response: F, pending_headers: PendingHeaders },
        /// The layer has answered a preflight itself.
        Answered { response: Option<Response<()>> },
    }
}

impl<F> ResponseFuture<F> {
    /// Creates the future for a request that the inner service got.
    #[inline]
    pub(super) const fn passed(response: F, pending_headers: PendingHeaders) -> Self {
        Self {
            state: State::Passed {
                response,
                pending_headers,
            },
        }
    }

    /// Creates the future for a preflight that the layer answers itself.
    #[inline]
    fn answered(decision: &Decision<'_>) -> Self {
        Self {
            state: State::Answered {
                response: Some(decision.preflight_response()),
            },
        }
    }
}

impl<F, ResponseBody, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<ResponseBody>, E>>,
    ResponseBody: Default,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            Projected::Passed {
                response,
                pending_headers,
            } => {
                // The response is changed in place. A move of the response would cost as much time as one more header.
                let mut polled = response.poll(context);
                if let Poll::Ready(Ok(response)) = &mut polled {
                    pending_headers.merge_into(response.headers_mut());
                }
                polled
            }
            Projected::Answered { response } => match response.take() {
                Some(response) => Poll::Ready(Ok(response.map(|()| ResponseBody::default()))),
                // The future was polled again after it was ready.
                None => Poll::Pending,
            },
        }
    }
}
