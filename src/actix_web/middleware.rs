//! The actix-web middleware, the service of the middleware, and the future that the service returns.

use alloc::sync::Arc;
use core::{
    fmt,
    future::{Ready, ready},
    mem,
    pin::Pin,
    task::{self, Context, Poll},
};

use actix_web::{
    Error, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
    http::{StatusCode, header},
};
use http::{HeaderName, HeaderValue};
use pin_project_lite::pin_project;

use super::request::http_request;
use crate::server::{
    CorsPolicy, Decision, OwnedDecision, RequestKind, Vary, add_vary, remove_cors_headers,
};

/// A middleware that applies a policy.
///
/// - The middleware answers a [preflight] itself, and handlers do not get it.
/// - Any other request goes to the handler, even an OPTIONS request that is not a preflight. The middleware adds the
///   policy's headers to the response, even to an error response and to the response for an `Err` of another middleware.
/// - A request from a denied origin also goes to the handler. The response then does not allow the origin, so the
///   browser does not let the page read the response.
///
/// ```
/// use actix_web::{App, HttpResponse, test, web};
/// use fetch_cors::{actix_web::Cors, server::CorsPolicy};
///
/// let policy = CorsPolicy::builder().any_origin().build()?;
/// # actix_web::rt::System::new().block_on(async {
/// let app = App::new().route("/", web::get().to(HttpResponse::Ok)).wrap(Cors::new(policy));
/// let app = test::init_service(app).await;
/// let response = test::call_service(&app, test::TestRequest::get().uri("/nowhere").to_request()).await;
/// assert_eq!(response.status(), 404);
/// assert_eq!(response.headers().get("access-control-allow-origin").unwrap(), "*");
/// # });
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
///
/// [preflight]: https://fetch.spec.whatwg.org/#cors-preflight-request
#[derive(Clone)]
pub struct Cors {
    policies: Policies,
    observer: Option<Arc<Observe>>,
    answers_preflights: bool,
}

type Observe = dyn Fn(&Decision<'_>, &ServiceRequest) + Send + Sync;
type Choose = dyn Fn(&ServiceRequest) -> Option<CorsPolicy> + Send + Sync;

/// The policy of each request: one policy for all requests, or a function that chooses a policy.
#[derive(Clone)]
enum Policies {
    One(CorsPolicy),
    Chosen {
        choose: Arc<Choose>,
        vary: Option<HeaderValue>,
    },
}

impl Cors {
    /// Creates a middleware that applies `policy`.
    ///
    /// ```
    /// use fetch_cors::{actix_web::Cors, server::CorsPolicy};
    /// let cors = Cors::new(CorsPolicy::builder().origin("https://app.example").build()?);
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    pub const fn new(policy: CorsPolicy) -> Self {
        Self::with_policies(Policies::One(policy))
    }

    const fn with_policies(policies: Policies) -> Self {
        Self {
            policies,
            observer: None,
            answers_preflights: true,
        }
    }

    /// Creates a middleware that chooses a policy for each request. Use this middleware to have one policy per tenant, or
    /// to replace a policy while the server runs.
    ///
    /// `reads` must list each request header that the choice depends on. If the choice depends on an extension of the
    /// request, also list the request headers that another middleware used to compute the extension. This middleware adds
    /// `Origin` and these names to the `Vary` of every response. `reads` does not need the method and the URI, because
    /// every cache already stores responses by method and URI.
    ///
    /// If `choose` returns `None`, the middleware passes the request on to the handler, even if the request is a
    /// preflight. The middleware removes the CORS headers from the handler's response, and adds only `Vary`. For this
    /// request, the middleware does not call the observer.
    ///
    /// A preflight does not have cookies, and does not have the headers that scripts set. Choose by the host or the path.
    /// With HTTP/2, the URI contains the host. With HTTP/1.1, the header `Host` contains the host.
    ///
    /// If the policies are in a database, let an outer middleware look up the policy and put it into the extensions of
    /// the request: see [Tenants and reloading](crate::guide::tenants_and_reloading).
    ///
    /// ```
    /// use actix_web::{App, HttpResponse, test, web};
    /// use fetch_cors::{actix_web::Cors, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().any_origin().build()?;
    /// let cors = Cors::choose([http::header::HOST], move |request| {
    ///     let sent = request.headers().get("host").and_then(|host| host.to_str().ok());
    ///     let host = request.uri().host().or(sent)?;
    ///     (host == "public.example").then(|| policy.clone())
    /// });
    /// # actix_web::rt::System::new().block_on(async {
    /// let app = test::init_service(App::new().route("/", web::get().to(HttpResponse::Ok)).wrap(cors)).await;
    /// let http1 = test::TestRequest::get().uri("/").insert_header(("Host", "public.example"));
    /// let http2 = test::TestRequest::get().uri("https://public.example/");
    /// for request in [http1, http2] {
    ///     let response = test::call_service(&app, request.to_request()).await;
    ///     assert_eq!(response.headers().get("access-control-allow-origin").unwrap(), "*");
    ///     assert_eq!(response.headers().get("vary").unwrap(), "origin, host");
    /// }
    /// # });
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    pub fn choose(
        reads: impl IntoIterator<Item = HeaderName>,
        choose: impl Fn(&ServiceRequest) -> Option<CorsPolicy> + Send + Sync + 'static,
    ) -> Self {
        Self::with_policies(Policies::Chosen {
            choose: Arc::new(choose),
            vary: Vary::of_chooser(reads),
        })
    }

    /// Calls `observer` with each decision and its request, before the handler gets the request. An observer can write
    /// a log, update a metric, or try a policy that is not in use yet. A second call of this method replaces the
    /// observer.
    ///
    /// ```
    /// use fetch_cors::{actix_web::Cors, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let cors = Cors::new(policy).observe(|decision, request| {
    ///     if let Some(reason) = decision.verdict().denial() {
    ///         eprintln!("cors denied ({}) {}: {}", reason.as_str(), request.path(), decision.describe());
    ///     }
    /// });
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    #[must_use]
    pub fn observe(
        mut self,
        observer: impl Fn(&Decision<'_>, &ServiceRequest) + Send + Sync + 'static,
    ) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Passes preflights on to the handlers. A handler then sets the status and the body of the response. The policy
    /// still sets the CORS headers. A preflight succeeds only with an [ok status].
    ///
    /// ```
    /// use fetch_cors::{actix_web::Cors, server::CorsPolicy};
    /// let cors = Cors::new(CorsPolicy::builder().any_origin().build()?).pass_preflights_on();
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    ///
    /// [ok status]: https://fetch.spec.whatwg.org/#ok-status
    #[must_use]
    pub const fn pass_preflights_on(mut self) -> Self {
        self.answers_preflights = false;
        self
    }

    /// Decides on the request, and calls the observer.
    fn decide(&self, request: &ServiceRequest) -> PendingHeaders {
        let chosen;
        let (policy, vary) = match &self.policies {
            Policies::One(policy) => (Some(policy), None),
            Policies::Chosen { choose, vary } => {
                chosen = choose(request);
                (chosen.as_ref(), vary.clone())
            }
        };
        let decision = policy.map(|policy| self.decide_by(policy, request));
        PendingHeaders { decision, vary }
    }

    fn decide_by(&self, policy: &CorsPolicy, request: &ServiceRequest) -> OwnedDecision {
        // Only a predicate reads the URI, so only a policy with a predicate needs a copy of the request.
        let copied = if policy.has_predicate() {
            http_request(request.request())
        } else {
            None
        };
        let headers = request.headers();
        let values = |name: &str| headers.get_all(name).map(header::HeaderValue::as_bytes);
        let decision = match &copied {
            Some(copied) => policy.decide_request(copied),
            None => policy.decide_raw(request.method().as_str().as_bytes(), &values),
        };
        if let Some(observer) = &self.observer {
            observer(&decision, request);
        }
        decision.into_owned()
    }
}

impl fmt::Debug for Cors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Cors");
        match &self.policies {
            Policies::One(policy) => debug.field("policy", policy),
            Policies::Chosen { vary, .. } => debug.field("vary", vary),
        };
        debug
            .field("answers_preflights", &self.answers_preflights)
            .finish_non_exhaustive()
    }
}

impl<S, B> Transform<S, ServiceRequest> for Cors
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = CorsMiddleware<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, Self::InitError>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(CorsMiddleware {
            service,
            cors: self.clone(),
        }))
    }
}

/// A service that applies a policy to an inner service. [`Cors`] creates this service.
///
/// ```
/// use actix_web::dev::Transform;
/// use fetch_cors::{actix_web::{Cors, CorsMiddleware}, server::CorsPolicy};
/// # use actix_web::{Error, HttpResponse, dev::{ServiceRequest, ServiceResponse, fn_service}};
///
/// let inner = fn_service(async |request: ServiceRequest| Ok::<_, Error>(request.into_response(HttpResponse::Ok().finish())));
/// let inner = actix_web::dev::ServiceFactory::new_service(&inner, ());
/// # actix_web::rt::System::new().block_on(async {
/// let cors = Cors::new(CorsPolicy::builder().any_origin().build().unwrap());
/// let service: CorsMiddleware<_> = cors.new_transform(inner.await.unwrap()).await.unwrap();
/// # });
/// ```
#[derive(Debug)]
pub struct CorsMiddleware<S> {
    service: S,
    cors: Cors,
}

impl<S, B> Service<ServiceRequest> for CorsMiddleware<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let pending_headers = self.cors.decide(&request);
        let status = if self.cors.answers_preflights {
            pending_headers.preflight_status()
        } else {
            None
        };
        let state = match status {
            Some(status) => {
                let mut response = HttpResponse::new(status);
                pending_headers.merge_into(response.headers_mut());
                State::Answered {
                    response: Some(request.into_response(response)),
                }
            }
            None => State::Passed {
                response: self.service.call(request),
                pending_headers,
            },
        };
        ResponseFuture { state }
    }
}

/// The headers of a decision, stored until the response exists.
#[derive(Debug, Default)]
struct PendingHeaders {
    /// The decision, or `None` if no policy was chosen.
    decision: Option<OwnedDecision>,
    /// The `Vary` line of a middleware that chooses policies.
    vary: Option<HeaderValue>,
}

impl PendingHeaders {
    /// Returns the status of the response to a preflight, or `None` for any other request.
    fn preflight_status(&self) -> Option<StatusCode> {
        let decision = self.decision.as_ref();
        let decision = decision.filter(|decision| decision.kind() == RequestKind::Preflight)?;
        StatusCode::from_u16(decision.status()?.as_u16()).ok()
    }

    fn merge_into(&self, response: &mut header::HeaderMap) {
        match &self.decision {
            Some(decision) => decision.apply_to(response),
            None => remove_cors_headers(response),
        }
        if let Some(line) = &self.vary {
            add_vary(line, response);
        }
    }
}

pin_project! {
    /// The future that [`CorsMiddleware`] returns. Its output is the response.
    ///
    /// ```
    /// use actix_web::{Error, body::BoxBody, dev::{Service, ServiceRequest, ServiceResponse}};
    /// use fetch_cors::actix_web::{CorsMiddleware, ResponseFuture};
    ///
    /// type Inner = std::future::Ready<Result<ServiceResponse, Error>>;
    /// fn call<S>(service: &CorsMiddleware<S>, request: ServiceRequest) -> ResponseFuture<Inner>
    /// where
    ///     S: Service<ServiceRequest, Response = ServiceResponse, Error = Error, Future = Inner>,
    /// {
    ///     service.call(request)
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
        /// The middleware has answered a preflight itself.
        Answered { response: Option<ServiceResponse> },
    }
}

impl<F, B> Future for ResponseFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
    B: MessageBody,
{
    type Output = Result<ServiceResponse<EitherBody<B>>, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            Projected::Passed {
                response,
                pending_headers,
            } => Poll::Ready(match task::ready!(response.poll(context)) {
                Ok(mut response) => {
                    pending_headers.merge_into(response.headers_mut());
                    Ok(response.map_into_left_body())
                }
                // The error does not have a response yet. So `add_response_mapper` stores a function in the error. When
                // actix-web or an outer middleware creates a response from the error, this function adds the headers to
                // the response.
                Err(mut error) => {
                    let pending_headers = mem::take(pending_headers);
                    error.add_response_mapper(move |mut response| {
                        pending_headers.merge_into(response.headers_mut());
                        response
                    });
                    Err(error)
                }
            }),
            Projected::Answered { response } => match response.take() {
                Some(response) => Poll::Ready(Ok(response.map_into_right_body())),
                // The future was polled again after it was ready.
                None => Poll::Pending,
            },
        }
    }
}
