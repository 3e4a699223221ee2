//! Layers that choose a policy for each request.

use alloc::sync::Arc;
use core::{
    fmt, mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, request::Parts};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::layer::{Cors, CorsLayer, Options, ResponseFuture};
use crate::server::{CorsPolicy, PendingHeaders, Vary};

impl CorsLayer {
    /// Creates a layer that chooses a policy for each request. Use this layer to have one policy per tenant, or to
    /// replace a policy while the server runs.
    ///
    /// `reads` must list each request header that the choice depends on. If the choice depends on an extension of the
    /// request, also list the request headers that a middleware used to compute the extension. The layer adds `Origin`
    /// and these names to the `Vary` of every response. `reads` does not need the method and the URI, because every
    /// cache already stores responses by method and URI.
    ///
    /// If `choose` returns `None`, the layer passes the request on to the inner service, even if the request is a
    /// preflight. The layer removes the CORS headers from the inner service's response, and adds only `Vary`. For this
    /// request, the layer does not call the observer.
    ///
    /// A preflight does not have cookies, and does not have the headers that scripts set. Choose by the host or the path.
    /// With HTTP/2, the URI contains the host. With HTTP/1.1, the header `Host` contains the host.
    ///
    /// ```
    /// use std::convert::Infallible;
    ///
    /// use fetch_cors::{server::CorsPolicy, tower::CorsLayer};
    /// use http::{Request, Response, header};
    /// use tower::{Layer, ServiceExt, service_fn};
    ///
    /// let inner = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new("content")));
    /// let policy = CorsPolicy::builder().any_origin().build()?;
    /// let layer = CorsLayer::choose([header::HOST], move |request| {
    ///     let sent = request.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    ///     let host = request.uri.host().or(sent)?;
    ///     (host == "public.example").then(|| policy.clone())
    /// });
    /// let http1 = Request::get("/").header("Host", "public.example").body(())?;
    /// let http2 = Request::get("https://public.example/").body(())?;
    /// for request in [http1, http2] {
    ///     let response = pollster::block_on(layer.layer(inner).oneshot(request))?;
    ///     assert_eq!(response.headers()["access-control-allow-origin"], "*");
    ///     assert_eq!(response.headers()["vary"], "origin, host");
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn choose<F>(
        reads: impl IntoIterator<Item = HeaderName>,
        choose: F,
    ) -> CorsLayer<Chooser<F>>
    where
        F: Fn(&Parts) -> Option<CorsPolicy>,
    {
        CorsLayer::with_policy(Chooser {
            choose: Arc::new(choose),
            vary: Vary::of_chooser(reads),
        })
    }

    /// Creates a layer that calls an async function to choose the policy for each request. For the arguments, see
    /// [`choose`](Self::choose).
    ///
    /// The future cannot borrow the request, so read the request before the `async` block. The layer calls the inner
    /// service when the future is ready.
    ///
    /// ```
    /// use std::convert::Infallible;
    ///
    /// use fetch_cors::{server::CorsPolicy, tower::CorsLayer};
    /// use http::{Request, Response, header};
    /// use tower::{Layer, ServiceExt, service_fn};
    ///
    /// async fn look_up(host: String) -> Option<CorsPolicy> {
    ///     CorsPolicy::builder().origin(format!("https://{host}")).build().ok() // a program can read a database here
    /// }
    /// let inner = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new("content")));
    /// let layer = CorsLayer::choose_async([header::HOST], |request| {
    ///     let sent = request.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    ///     let host = request.uri.host().or(sent).map(String::from);
    ///     async move { look_up(host?).await }
    /// });
    /// let http1 = Request::get("/").header("Host", "a.example").body(())?;
    /// let http2 = Request::get("https://a.example/").body(())?;
    /// for request in [http1, http2] {
    ///     let response = pollster::block_on(layer.layer(inner).oneshot(request))?;
    ///     assert_eq!(response.headers()["access-control-allow-origin"], "https://a.example");
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn choose_async<F, C>(
        reads: impl IntoIterator<Item = HeaderName>,
        choose: F,
    ) -> CorsLayer<AsyncChooser<F>>
    where
        F: Fn(&Parts) -> C,
        C: Future<Output = Option<CorsPolicy>>,
    {
        CorsLayer::with_policy(AsyncChooser(Chooser {
            choose: Arc::new(choose),
            vary: Vary::of_chooser(reads),
        }))
    }
}

/// A function that chooses a policy for each request. [`CorsLayer::choose`] creates a `Chooser`.
///
/// ```
/// use fetch_cors::{server::CorsPolicy, tower::{Chooser, CorsLayer}};
/// use http::request::Parts;
///
/// fn layer() -> CorsLayer<Chooser<impl Fn(&Parts) -> Option<CorsPolicy>>> {
///     CorsLayer::choose([], |_| None)
/// }
/// assert!(format!("{:?}", layer()).contains("Chooser"));
/// ```
pub struct Chooser<F> {
    choose: Arc<F>,
    vary: Option<HeaderValue>,
}

impl<F> Clone for Chooser<F> {
    fn clone(&self) -> Self {
        Self {
            choose: Arc::clone(&self.choose),
            vary: self.vary.clone(),
        }
    }
}

impl<F> fmt::Debug for Chooser<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chooser")
            .field("vary", &self.vary)
            .finish_non_exhaustive()
    }
}

/// An async function that chooses a policy for each request. [`CorsLayer::choose_async`] creates an `AsyncChooser`.
///
/// ```
/// use fetch_cors::{server::CorsPolicy, tower::{AsyncChooser, CorsLayer}};
/// use http::request::Parts;
///
/// fn layer() -> CorsLayer<AsyncChooser<impl AsyncFn(&Parts) -> Option<CorsPolicy>>> {
///     CorsLayer::choose_async([], |_: &Parts| async { None })
/// }
/// assert!(format!("{:?}", layer()).contains("Chooser"));
/// ```
pub struct AsyncChooser<F>(Chooser<F>);

impl<F> fmt::Debug for AsyncChooser<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsyncChooser").field(&self.0).finish()
    }
}

impl<F> Clone for AsyncChooser<F> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

fn call<S, RequestBody, ResponseBody>(
    policy: Option<&CorsPolicy>,
    options: &Options,
    inner: &mut S,
    parts: Parts,
    body: RequestBody,
) -> ResponseFuture<S::Future>
where
    S: Service<Request<RequestBody>, Response = Response<ResponseBody>>,
{
    match policy {
        Some(policy) => options.call(policy, inner, parts, body),
        None => {
            let response = inner.call(Request::from_parts(parts, body));
            ResponseFuture::passed(response, PendingHeaders::none())
        }
    }
}

fn add_vary(line: Option<&HeaderValue>, response: &mut HeaderMap) {
    if let Some(line) = line {
        Vary::add(line, response);
    }
}

impl<S, F, RequestBody, ResponseBody> Service<Request<RequestBody>> for Cors<S, Chooser<F>>
where
    S: Service<Request<RequestBody>, Response = Response<ResponseBody>>,
    F: Fn(&Parts) -> Option<CorsPolicy>,
    ResponseBody: Default,
{
    type Response = Response<ResponseBody>;
    type Error = S::Error;
    type Future = ChosenResponseFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let policy = (self.policy.choose)(&parts);
        ChosenResponseFuture {
            response: call(policy.as_ref(), &self.options, &mut self.inner, parts, body),
            vary: self.policy.vary.clone(),
        }
    }
}

pin_project! {
    /// The future that [`Cors`] returns if a [`Chooser`] chooses the policy. Its output is the response.
    ///
    /// ```
    /// use std::{convert::Infallible, future::Ready};
    ///
    /// use fetch_cors::tower::{Chooser, ChosenResponseFuture, Cors};
    /// use fetch_cors::server::CorsPolicy;
    /// use http::{Request, Response, request::Parts};
    /// use tower::Service;
    ///
    /// type Inner = Ready<Result<Response<String>, Infallible>>;
    /// fn call<S, F>(service: &mut Cors<S, Chooser<F>>) -> ChosenResponseFuture<Inner>
    /// where
    ///     S: Service<Request<()>, Response = Response<String>, Error = Infallible, Future = Inner>,
    ///     F: Fn(&Parts) -> Option<CorsPolicy>,
    /// {
    ///     service.call(Request::new(()))
    /// }
    /// ```
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are polled"]
    pub struct ChosenResponseFuture<F> {
        #[pin]
        response: ResponseFuture<F>,
        vary: Option<HeaderValue>,
    }
}

impl<F, ResponseBody, E> Future for ChosenResponseFuture<F>
where
    F: Future<Output = Result<Response<ResponseBody>, E>>,
    ResponseBody: Default,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut polled = this.response.poll(context);
        if let Poll::Ready(Ok(response)) = &mut polled {
            add_vary(this.vary.as_ref(), response.headers_mut());
        }
        polled
    }
}

impl<S, F, C, RequestBody, ResponseBody> Service<Request<RequestBody>> for Cors<S, AsyncChooser<F>>
where
    S: Service<Request<RequestBody>, Response = Response<ResponseBody>> + Clone,
    F: Fn(&Parts) -> C,
    C: Future<Output = Option<CorsPolicy>>,
    ResponseBody: Default,
{
    type Response = Response<ResponseBody>;
    type Error = S::Error;
    type Future = AsyncResponseFuture<C, S, RequestBody>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        let AsyncChooser(chooser) = &self.policy;
        let (parts, body) = request.into_parts();
        let choice = (chooser.choose)(&parts);
        // The polled service is ready, but its clone is not. This call therefore uses the polled service, and `self`
        // keeps the clone.
        let clone = self.inner.clone();
        let inner = mem::replace(&mut self.inner, clone);
        let options = self.options.clone();
        AsyncResponseFuture {
            state: State::Choosing {
                choice,
                call: Some(PendingCall {
                    options,
                    inner,
                    parts,
                    body,
                }),
            },
            vary: chooser.vary.clone(),
        }
    }
}

/// The request and the service, stored until the policy is chosen.
struct PendingCall<S, RequestBody> {
    options: Options,
    inner: S,
    parts: Parts,
    body: RequestBody,
}

pin_project! {
    /// The future that [`Cors`] returns if an [`AsyncChooser`] chooses the policy. Its output is the response.
    ///
    /// ```
    /// use std::future::Ready;
    ///
    /// use fetch_cors::{server::CorsPolicy, tower::{AsyncChooser, AsyncResponseFuture, Cors}};
    /// use http::{Request, Response, request::Parts};
    /// use tower::Service;
    ///
    /// type Choice = Ready<Option<CorsPolicy>>;
    /// fn call<S, F>(service: &mut Cors<S, AsyncChooser<F>>) -> AsyncResponseFuture<Choice, S, ()>
    /// where
    ///     S: Service<Request<()>, Response = Response<String>> + Clone,
    ///     F: Fn(&Parts) -> Choice,
    /// {
    ///     service.call(Request::new(()))
    /// }
    /// ```
    #[must_use = "futures do nothing unless they are polled"]
    pub struct AsyncResponseFuture<C, S, RequestBody>
    where
        S: Service<Request<RequestBody>>,
    {
        #[pin]
        state: State<C, S, RequestBody>,
        vary: Option<HeaderValue>,
    }
}

impl<C, S, RequestBody> fmt::Debug for AsyncResponseFuture<C, S, RequestBody>
where
    S: Service<Request<RequestBody>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncResponseFuture")
            .finish_non_exhaustive()
    }
}

pin_project! {
    #[project = Projected]
    enum State<C, S, RequestBody>
    where
        S: Service<Request<RequestBody>>,
    {
        Choosing { #[pin] choice: C, call: Option<PendingCall<S, RequestBody>> },
        Chosen { #[pin] response: ResponseFuture<S::Future> },
    }
}

impl<C, S, RequestBody, ResponseBody> Future for AsyncResponseFuture<C, S, RequestBody>
where
    C: Future<Output = Option<CorsPolicy>>,
    S: Service<Request<RequestBody>, Response = Response<ResponseBody>>,
    ResponseBody: Default,
{
    type Output = Result<Response<ResponseBody>, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                Projected::Choosing {
                    choice,
                    call: pending,
                } => {
                    let policy = ready!(choice.poll(context));
                    let Some(mut pending) = pending.take() else {
                        // The future was polled again after the inner service panicked.
                        return Poll::Pending;
                    };
                    let (parts, body) = (pending.parts, pending.body);
                    let inner = &mut pending.inner;
                    let response = call(policy.as_ref(), &pending.options, inner, parts, body);
                    this.state.set(State::Chosen { response });
                }
                Projected::Chosen { response } => {
                    let mut polled = response.poll(context);
                    if let Poll::Ready(Ok(response)) = &mut polled {
                        add_vary(this.vary.as_ref(), response.headers_mut());
                    }
                    return polled;
                }
            }
        }
    }
}
