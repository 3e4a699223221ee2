//! A policy as a middleware of actix-web, whose header types differ from the types of the crate `http` 1.
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
//! - Wrap the whole `App`. The last call to `wrap` adds the outermost middleware, and so the error responses of the
//!   other middleware get the headers too.
//! - A scope or a resource can have a policy of its own: wrap it. If several policies wrap one route, the outermost
//!   policy wins.
//! - `Route::wrap`, as in `web::put().to(handler).wrap(cors)`, is too late: actix-web chooses the route by the method, and the
//!   method of a preflight is OPTIONS. So the middleware does not see the preflight.
//! - [`Cors::choose`] chooses a policy for each request, and [`Cors::observe`] sees each decision: see
//!   [Tenants and reloading](crate::guide::tenants_and_reloading) and [Logging denials](crate::guide::logging_denials).
//! - The request type of actix-web has another type of URI and of extensions. A
//!   [predicate](crate::server::PredicateRequest) sees the method, the URI and its headers. A predicate does not see
//!   the extensions: to choose a policy by the extensions, use [`Cors::choose`].

mod headers;
mod middleware;
mod request;

pub use self::{
    middleware::{Cors, CorsMiddleware, ResponseFuture},
    request::http_request,
};
