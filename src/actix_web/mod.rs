//! A policy as a middleware of actix-web. The header types of actix-web differ from the header types of version 1 of
//! the crate `http`.
//!
//! ```
//! use actix_web::{App, HttpResponse, http::Method, test, web};
//! use fetch_cors::{actix_web::Cors, server::CorsPolicy};
//!
//! let policy = CorsPolicy::builder().origin("https://app.example").credentials(true).methods(["PUT"]).build()?;
//! # actix_web::rt::System::new().block_on(async {
//! let app = App::new()
//!     .route("/notes", web::put().to(HttpResponse::Ok))
//!     .wrap(Cors::new(policy));
//!
//! let app = test::init_service(app).await;
//! let preflight = test::TestRequest::with_uri("/notes")
//!     .method(Method::OPTIONS)
//!     .insert_header(("Origin", "https://app.example"))
//!     .insert_header(("Access-Control-Request-Method", "PUT"));
//! let response = test::call_service(&app, preflight.to_request()).await;
//! assert_eq!(response.status(), 204);
//! assert_eq!(response.headers().get("access-control-allow-methods").unwrap(), "PUT");
//! # });
//! # Ok::<(), fetch_cors::server::ConfigErrors>(())
//! ```
//!
//! - Wrap the whole `App` with the middleware, in the last call of `wrap`. The last call adds the outermost middleware,
//!   so this middleware also adds the headers to the error responses of all other middleware.
//! - A scope or a resource can have its own policy: wrap the scope or the resource. If several policies apply to one
//!   route, the outermost policy decides.
//! - Do not use `Route::wrap`, as in `web::put().to(handler).wrap(cors)`. actix-web chooses a route by the request's
//!   method, and the method of a preflight is OPTIONS. The middleware of the route therefore does not get the preflight.
//! - [`Cors::choose`] chooses a policy for each request: see [Tenants and
//!   reloading](crate::guide::tenants_and_reloading). [`Cors::observe`] calls a function with each decision: see [Logging
//!   denials](crate::guide::logging_denials).
//! - In actix-web, the types of the URI and of the extensions differ from the types of the crate `http`. A
//!   [predicate](crate::server::PredicateRequest) sees the method, the URI and the declared headers of the request, but
//!   not the extensions. To choose a policy by the extensions, use [`Cors::choose`].

mod headers;
mod middleware;
mod request;

pub use self::{
    middleware::{Cors, CorsMiddleware, ResponseFuture},
    request::http_request,
};
