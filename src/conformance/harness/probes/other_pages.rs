//! Probes with methods and request headers from other allowed pages. Some servers have other lists of methods and request
//! headers for some origins.

use alloc::{string::String, vec::Vec};

use super::{
    builder::{Call, ProbeBuilder, numbered},
    methods, names,
};
use crate::infrastructure::forbidden::is_forbidden_request_header;

/// The maximum number of other pages. If the policy allows more pages, these are the second page and the last page.
const MAX_PAGES: usize = 2;
/// The maximum numbers of listed methods, and of listed request headers, for each page.
const MAX_LISTED: usize = 6;
/// Methods that a page could use to change data.
const UNLISTED_METHODS: [&str; 3] = ["PUT", "PATCH", "DELETE"];
/// Header names that the policy usually does not list.
const UNLISTED_NAMES: [&str; 2] = ["x-fetch-cors-unlisted", "authorization"];

impl ProbeBuilder<'_> {
    /// Adds requests with permitted and unpermitted methods and request headers, from allowed pages other than `page`.
    pub(crate) fn other_pages(&mut self, page: &str) {
        let mut pages = self.expectations.cross_origin_pages(self.config.url());
        pages.retain(|other| other != page);
        let others: Vec<String> = match &*pages {
            [] => return,
            [first, .., last] => [first, last].map(String::from).into(),
            [only] => Vec::from([only.clone()]),
        };
        for (index, other) in others.iter().enumerate() {
            self.methods_of_other_page(index, other);
            self.names_of_other_page(index, other);
        }
    }

    fn methods_of_other_page(&mut self, index: usize, page: &str) {
        let spec = &self.expectations.spec;
        let listed = spec.methods.entries().iter().take(MAX_LISTED).cloned();
        let mut methods: Vec<String> = ["HEAD", "POST"].map(String::from).into();
        methods.extend(listed);
        if spec.methods.is_any() {
            methods.push(String::from("PUT"));
        }
        let is_permitted = |method: &str| self.expectations.permits_method(method);
        let unlisted = UNLISTED_METHODS.iter();
        let unlisted: Vec<String> = unlisted
            .filter(|method| !is_permitted(method))
            .map(|method| String::from(*method))
            .collect();
        for (name, advice, methods) in [
            ("other-page-method", methods::LISTED, methods),
            ("other-page-unlisted-method", methods::UNLISTED, unlisted),
        ] {
            for (i, method) in methods.iter().enumerate() {
                let call = Call {
                    method,
                    ..Call::from_page(page)
                };
                self.call(numbered(name, i * MAX_PAGES + index), advice, call);
            }
        }
    }

    fn names_of_other_page(&mut self, index: usize, page: &str) {
        let listed = self.expectations.spec.request_headers.iter();
        let listed = listed.map(|name| name.to_ascii_lowercase());
        let listed =
            listed.filter(|name| name != "*" && !is_forbidden_request_header(name.as_bytes(), b""));
        let mut listed: Vec<String> = listed.take(MAX_LISTED).collect();
        if self.expectations.permits_any_name() {
            listed.push(String::from("x-a"));
        }
        let is_permitted = |name: &str| self.expectations.permits_name(name);
        let unlisted = UNLISTED_NAMES.iter();
        let unlisted: Vec<String> = unlisted
            .filter(|name| !is_permitted(name))
            .map(|name| String::from(*name))
            .collect();
        for (name, advice, names) in [
            ("other-page-header", names::LISTED, listed),
            ("other-page-unlisted-header", names::UNLISTED, unlisted),
        ] {
            for (i, header) in names.iter().enumerate() {
                let call = Call {
                    names: &[header],
                    ..Call::from_page(page)
                };
                self.call(numbered(name, i * MAX_PAGES + index), advice, call);
            }
        }
    }
}
