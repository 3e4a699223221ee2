//! A policy as a [`Layer`](tower_layer::Layer), for axum, hyper, tonic and other frameworks of tower services.
//!
//! ```
//! use axum::{Router, body::Body, http::Request, routing::get};
//! use fetch_cors::{server::CorsPolicy, tower::CorsLayer};
//! use tower::ServiceExt;
//!
//! let policy = CorsPolicy::builder().origin("https://app.example").credentials(true).methods(["PUT"]).build()?;
//! let app = Router::new()
//!     .route("/", get(async || "content").put(async || ()))
//!     .layer(CorsLayer::new(policy));
//!
//! let preflight = Request::options("/")
//!     .header("Origin", "https://app.example")
//!     .header("Access-Control-Request-Method", "PUT");
//! let response = pollster::block_on(app.oneshot(preflight.body(Body::empty())?))?;
//! assert_eq!(response.status(), 204);
//! assert_eq!(response.headers()["access-control-allow-methods"], "PUT");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A layer applies to the routes that were added to the router before the layer. To give routes different policies, add a
//! separate layer to each group of routes. If several layers apply to one route, the outermost layer decides: its policy
//! replaces the CORS headers of the other layers.
//!
//! A policy is immutable. To have one policy per tenant, or to replace a policy while the server runs, use
//! [`CorsLayer::choose`] or [`CorsLayer::choose_async`]: see [Tenants and
//! reloading](crate::guide::tenants_and_reloading).

mod choose;
mod layer;

pub use self::{
    choose::{AsyncChooser, AsyncResponseFuture, Chooser, ChosenResponseFuture},
    layer::{Cors, CorsLayer, ResponseFuture},
};
