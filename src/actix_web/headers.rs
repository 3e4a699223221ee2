//! The header map of actix-web.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::server::HeaderTarget;

impl HeaderTarget for HeaderMap {
    fn remove(&mut self, is_removed: impl Fn(&str) -> bool) {
        self.retain(|name, _| !is_removed(name.as_str()));
    }

    fn append(&mut self, name: &str, value: &[u8]) {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value)) {
            self.append(name, value);
        }
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.get_all(name).map(HeaderValue::as_bytes)
    }
}
