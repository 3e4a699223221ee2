//! A policy in Rocket, which has its own header types.

use fetch_cors::server::{CorsPolicy, HeaderTarget};
use rocket::{
    Request, Response,
    fairing::{Fairing, Info, Kind},
    http::Status,
};

/// Attach it to the server: `rocket::build().attach(Cors(policy))`.
pub struct Cors(pub CorsPolicy);

#[rocket::async_trait]
impl Fairing for Cors {
    fn info(&self) -> Info {
        Info {
            name: "CORS",
            kind: Kind::Response,
        }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let values = |name: &str| request.headers().get(name).map(str::as_bytes);
        let method = request.method().as_str().as_bytes();
        let decision = self.0.decide_raw(method, &values);
        if let Some(status) = decision.status() {
            // No route matches a preflight, so Rocket's response has the status 404. A new response takes its place.
            *response = Response::new();
            response.set_status(Status::new(status.as_u16()));
        }
        decision.apply_to(&mut Headers(response));
    }
}

/// The headers of a response of Rocket.
struct Headers<'a, 'r>(&'a mut Response<'r>);

impl HeaderTarget for Headers<'_, '_> {
    fn remove(&mut self, is_removed: impl Fn(&str) -> bool) {
        let names = self
            .0
            .headers()
            .iter()
            .map(|header| header.name().to_string());
        let removed: Vec<_> = names.filter(|name| is_removed(name)).collect();
        for name in removed {
            self.0.remove_header(&name);
        }
    }

    fn append(&mut self, name: &str, value: &[u8]) {
        if let Ok(value) = str::from_utf8(value) {
            self.0.adjoin_raw_header(name.to_owned(), value.to_owned());
        }
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let values: Vec<_> = self.0.headers().get(name).map(str::as_bytes).collect();
        values.into_iter()
    }
}
