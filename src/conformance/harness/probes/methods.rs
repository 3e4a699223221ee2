//! Probes with permitted methods, and with methods that the policy does not permit.

use alloc::{string::String, vec::Vec};

use super::{
    builder::{Call, ProbeBuilder, named, numbered},
    probe::{ANY_METHOD, UNLISTED_METHOD},
};
use crate::{
    conformance::harness::report::cause::Cause,
    infrastructure::{
        forbidden::is_forbidden_request_header,
        method::{is_forbidden_method, normalize},
    },
    server::AllowList,
};

pub(super) const LISTED: &str =
    "list this method in `Access-Control-Allow-Methods`: the policy permits it";
pub(super) const UNLISTED: &str =
    "do not list this method in `Access-Control-Allow-Methods`: the policy does not permit it";
const CASE: &str = Cause::IgnoresMethodCase.advice();
const WHOLE: &str = Cause::ComparesPartOfMethod.advice();
const SAFELISTED: &str =
    "allow GET, HEAD and POST in every preflight, even if the policy does not list them";

/// Methods that many servers allow by default, and an unknown method.
const COMMON: &[&str] = &["PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "CHICKEN"];

/// Unpermitted methods that are sent with a permitted header, the most harmful method first.
const WITH_HEADER: &[&str] = &["DELETE", "PUT", "PATCH", "CHICKEN"];

impl ProbeBuilder<'_> {
    /// Adds fetches with permitted methods, and fetches with methods that the policy does not permit.
    pub(crate) fn methods(&mut self, page: &str) {
        for method in ["GET", "HEAD", "POST"] {
            let call = Call {
                method,
                upload: true,
                ..Call::from_page(page)
            };
            self.call(named("safelisted-method-", method), SAFELISTED, call);
        }
        let listed = self.expectations.spec.methods.entries().to_vec();
        for (i, method) in listed.iter().enumerate() {
            let call = Call {
                method,
                ..Call::from_page(page)
            };
            self.call(numbered("listed-method", i), LISTED, call);
        }
        let is_permitted = |method: &str| self.expectations.permits_method(method);
        let (permitted, others): (Vec<&str>, Vec<&str>) =
            COMMON.iter().partition(|method| is_permitted(method));
        let kinds = match self.expectations.spec.methods {
            AllowList::Any => [
                (ANY_METHOD, LISTED, permitted),
                (UNLISTED_METHOD, UNLISTED, others),
            ],
            AllowList::Only(_) => [
                (ANY_METHOD, LISTED, Vec::new()),
                (UNLISTED_METHOD, UNLISTED, others),
            ],
        };
        for (beginning, advice, methods) in kinds {
            for method in methods {
                let call = Call {
                    method,
                    ..Call::from_page(page)
                };
                self.call(named(beginning, method), advice, call);
            }
        }
        self.unlisted_methods_with_header(page);
        self.almost_listed_methods(page, &listed);
    }

    /// Adds fetches with an unpermitted method and a permitted header, because some servers check the method only if the preflight
    /// has no header names.
    fn unlisted_methods_with_header(&mut self, page: &str) {
        let listed = self.expectations.spec.request_headers.iter();
        let mut listed = listed
            .filter(|name| *name == "*" || !is_forbidden_request_header(name.as_bytes(), b""));
        let Some(name) = listed.next() else {
            return;
        };
        let name = if name == "*" { "x-a" } else { name }.to_ascii_lowercase();
        let unlisted = WITH_HEADER.iter();
        let unlisted = unlisted.filter(|method| !self.expectations.permits_method(method));
        let methods: Vec<&str> = unlisted.copied().take(2).collect();
        for (i, method) in methods.into_iter().enumerate() {
            let call = Call {
                method,
                names: &[&name],
                ..Call::from_page(page)
            };
            self.call(
                numbered("method-beyond-policy-with-a-header", i),
                UNLISTED,
                call,
            );
        }
    }

    /// Adds fetches with methods that are similar to a listed method.
    fn almost_listed_methods(&mut self, page: &str, listed: &[String]) {
        let mut almost: Vec<(&str, &str, String)> = Vec::new();
        for method in listed {
            almost.push(("case-of-a-method", CASE, method.to_ascii_lowercase()));
            almost.push(("case-of-a-method", CASE, method.to_ascii_uppercase()));
            let part = method.get(1..method.len().saturating_sub(1));
            almost.extend(part.map(|part| ("part-of-a-method", WHOLE, part.into())));
            almost.push(("part-of-a-method", WHOLE, method.clone() + "S"));
        }
        let is_unpermitted = |method: &str| {
            !method.is_empty()
                && normalize(method.as_bytes()) == method.as_bytes()
                && !is_forbidden_method(method.as_bytes())
                && !self.expectations.permits_method(method)
        };
        almost.retain(|(_, _, method)| is_unpermitted(method));
        almost.dedup();
        for name in ["case-of-a-method", "part-of-a-method"] {
            let with_name = almost.iter().filter(|(other, ..)| *other == name);
            for (i, (_, advice, method)) in with_name.enumerate() {
                let call = Call {
                    method,
                    ..Call::from_page(page)
                };
                self.call(numbered(name, i), advice, call);
            }
        }
    }
}
