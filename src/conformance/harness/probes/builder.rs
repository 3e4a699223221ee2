//! Builds probes from calls of a page and from single requests.

use alloc::{format, string::String, vec::Vec};

use http::Method;

use super::probe::Probe;
use crate::conformance::harness::{
    config::CheckConfig,
    expectations::{Expectations, is_possible_origin},
};
use crate::{
    conformance::generate::policies::fetches::with_unsafe_values,
    fetching::{Credentials, HttpRequest},
    infrastructure::{
        header_list::HeaderList,
        origin::Origin,
        request::{Mode, Request},
    },
};

/// An origin that real policies do not list.
pub(crate) const UNLISTED_ORIGIN: &str = "https://unlisted.test";

/// The header that browsers add to each request of `fetch()`, and to each preflight.
const ACCEPT: (&str, &[u8]) = ("accept", b"*/*");

/// Collects the probes for one policy and one URL.
pub(crate) struct ProbeBuilder<'a> {
    pub(super) expectations: &'a Expectations,
    pub(super) config: &'a CheckConfig,
    pub(super) probes: Vec<Probe>,
}

/// A call of `fetch()` or `XMLHttpRequest` by a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) page: &'a str,
    pub(super) method: &'a str,
    pub(super) names: &'a [&'a str],
    /// Whether the call is an `XMLHttpRequest` with listeners for its upload. Such a call always sends a preflight.
    pub(super) upload: bool,
}

impl<'a> Call<'a> {
    pub(super) const fn from_page(page: &'a str) -> Self {
        Self {
            page,
            method: "GET",
            names: &[],
            upload: false,
        }
    }

    /// Returns the request. Returns `None` if no page can have the origin, or if the method is not a token.
    pub(super) fn request(&self, url: &::url::Url) -> Option<Request> {
        let origin = Origin::parse(self.page).ok();
        let origin = origin.filter(is_possible_origin)?;
        let mut request = Request::new(origin, url.clone());
        request.method = Method::from_bytes(self.method.as_bytes()).ok()?;
        request.mode = Mode::Cors;
        request.unsafe_request_flag = true;
        request.use_cors_preflight_flag = self.upload;
        request.header_list = with_unsafe_values(self.names);
        Some(request)
    }
}

impl<'a> ProbeBuilder<'a> {
    pub(super) const fn new(expectations: &'a Expectations, config: &'a CheckConfig) -> Self {
        Self {
            expectations,
            config,
            probes: Vec::new(),
        }
    }

    /// Adds a fetch by a page. If no page can have the origin, adds a single request.
    pub(super) fn call(&mut self, name: impl Into<String>, advice: &'static str, call: Call<'_>) {
        let name = name.into();
        match call.request(self.config.url()) {
            Some(request) => self.probes.extend(Probe::fetch(name, advice, request)),
            None => self.single(
                name,
                advice,
                call.method,
                &[("origin", call.page.as_bytes())],
            ),
        }
    }

    /// Adds a probe with a single request. The request is not from a page. Like each request of a browser, the request has
    /// `Accept: */*`, so a response with `Vary: Accept` can answer requests with and without `Origin`.
    pub(super) fn single(
        &mut self,
        name: impl Into<String>,
        advice: &'static str,
        method: &str,
        headers: &[(&str, &[u8])],
    ) {
        let headers = headers.iter().copied().chain([ACCEPT]);
        let (Ok(method), Ok(header_list)) = (
            Method::from_bytes(method.as_bytes()),
            HeaderList::from_pairs(headers),
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
        self.probes
            .push(Probe::single(name.into(), advice, request));
    }
}

/// Returns the name of a probe. The name ends with a number, except for the first probe of a kind.
pub(super) fn numbered(name: &str, index: usize) -> String {
    match index {
        0 => String::from(name),
        index => format!("{name}-{}", index + 1),
    }
}

/// Returns the name of a probe that ends with a method or a header name, in lower case.
pub(super) fn named(beginning: &str, asked: &str) -> String {
    let asked = asked.to_ascii_lowercase();
    String::from(beginning) + &asked.replace(|c: char| !c.is_ascii_alphanumeric(), "-")
}
