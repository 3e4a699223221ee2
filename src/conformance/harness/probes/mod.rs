//! The probes that are always made, by the names of the attacks and mistakes that they are for.

pub(crate) mod attacks;
pub(crate) mod generated;
pub(crate) mod methods;
pub(crate) mod names;
pub(crate) mod probe;
pub(crate) mod protocol;

use alloc::{format, string::String, vec::Vec};

use http::Method;

use self::probe::Probe;
use super::{
    config::CheckConfig,
    expectations::{Terms, is_of_a_host},
};
use crate::{
    conformance::generate::policies::fetches::with_unsafe_values,
    fetching::{Credentials, HttpRequest},
    infrastructure::{
        header_list::HeaderList,
        origin::{OpaqueOrigin, Origin},
        request::{Mode, Request},
    },
};

/// An origin that nobody lists.
const STRANGER: &str = "https://stranger.test";

pub(super) fn catalogue(terms: &Terms, config: &CheckConfig) -> Vec<Probe> {
    let mut catalogue = Catalogue {
        terms,
        config,
        probes: Vec::new(),
    };
    catalogue.pages();
    catalogue.attacks();
    if let Some(page) = terms.page(config.url()) {
        catalogue.methods(&page);
        catalogue.names(&page);
        catalogue.hostile(&page);
    }
    catalogue.protocol();
    catalogue.probes
}

struct Catalogue<'a> {
    terms: &'a Terms,
    config: &'a CheckConfig,
    probes: Vec<Probe>,
}

/// What a page calls.
#[derive(Debug, Clone, Copy)]
struct Call<'a> {
    page: &'a str,
    method: &'a str,
    names: &'a [&'a str],
    /// An `XMLHttpRequest` with listeners for its upload, which always sends a preflight.
    upload: bool,
}

impl<'a> Call<'a> {
    const fn of(page: &'a str) -> Self {
        Self {
            page,
            method: "GET",
            names: &[],
            upload: false,
        }
    }

    /// None where no page has that origin, or the method is none.
    fn request(&self, url: &::url::Url) -> Option<Request> {
        let origin = match self.page {
            "null" => Origin::Opaque(OpaqueOrigin(0)),
            page => Origin::parse(page.as_bytes()).ok().filter(is_of_a_host)?,
        };
        let mut request = Request::new(origin, url.clone());
        request.method = Method::from_bytes(self.method.as_bytes()).ok()?;
        request.mode = Mode::Cors;
        request.unsafe_request_flag = true;
        request.use_cors_preflight_flag = self.upload;
        request.header_list = with_unsafe_values(self.names);
        Some(request)
    }
}

impl Catalogue<'_> {
    /// A fetch of a page; where no page has that origin, its request without the browser.
    fn call(&mut self, name: impl Into<String>, advice: &'static str, call: Call<'_>) {
        let name = name.into();
        match call.request(self.config.url()) {
            Some(request) => self.probes.extend(Probe::fetch(name, advice, request)),
            None => self.alone(
                name,
                advice,
                call.method,
                &[("origin", call.page.as_bytes())],
            ),
        }
    }

    /// A request as it stands.
    fn alone(
        &mut self,
        name: impl Into<String>,
        advice: &'static str,
        method: &str,
        headers: &[(&str, &[u8])],
    ) {
        let (Ok(method), Ok(header_list)) = (
            Method::from_bytes(method.as_bytes()),
            HeaderList::from_pairs(headers.iter().copied()),
        ) else {
            return;
        };
        let request = HttpRequest {
            method,
            url: self.config.url().clone(),
            header_list,
            body: None,
            credentials: Credentials::Excluded,
            preflight_reasons: None,
        };
        self.probes.push(Probe::alone(name.into(), advice, request));
    }
}

/// A name for the first of its kind, and with a number for those after it.
fn numbered(name: &str, index: usize) -> String {
    match index {
        0 => String::from(name),
        index => format!("{name}-{}", index + 1),
    }
}
