//! Probes with permitted request headers, and with headers that the policy does not permit.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use super::{
    builder::{Call, ProbeBuilder, named, numbered},
    probe::{Probe, UNLISTED_HEADER},
};
use crate::{
    conformance::harness::report::cause::Cause,
    infrastructure::{forbidden::is_forbidden_request_header, header_list::HeaderList},
};

pub(super) const LISTED: &str =
    "list this header in `Access-Control-Allow-Headers`: the policy permits it";
pub(super) const UNLISTED: &str =
    "do not list this header in `Access-Control-Allow-Headers`: the policy does not permit it";
const EACH: &str = Cause::ChecksOneHeader.advice();
const WHOLE: &str = Cause::ComparesPartOfHeader.advice();
const AUTHORIZATION: &str = "do not grant `authorization`, unless the policy lists it by name: a wildcard does not cover it";
const LINES: &str = "join the lines of `Access-Control-Request-Headers`, split at the commas and trim: browsers send one line without white space, but a gateway can split the list into lines and add white space";

/// The maximum number of listed methods that are sent with a permitted header.
const MAX_METHODS_WITH_HEADER: usize = 6;

/// The maximum number of listed methods that are sent with an unpermitted header.
const MAX_METHODS_WITH_UNLISTED_NAME: usize = 3;

const COMMON: &[&str] = &["x-fetch-cors-unlisted", "content-type", "x-requested-with"];

impl ProbeBuilder<'_> {
    /// Adds fetches with permitted request headers, and fetches with request headers that the policy does not permit.
    pub(crate) fn names(&mut self, page: &str) {
        let expectations = self.expectations;
        let spec = &expectations.spec;
        let listed = spec.request_headers.iter().filter(|name| *name != "*");
        let listed: Vec<String> = listed
            .map(|name| name.to_ascii_lowercase())
            .filter(|name| !is_forbidden_request_header(name.as_bytes(), b""))
            .collect();
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let mut probes: Vec<(String, &'static str, Vec<String>)> = Vec::new();
        for (i, name) in listed.iter().enumerate() {
            probes.push((numbered("listed-header", i), LISTED, owned(&[name])));
        }
        if listed.len() > 1 {
            probes.push(("all-listed-headers".into(), LISTED, listed.clone()));
        }
        let is_permitted = |name: &str| self.expectations.permits_name(name);
        let listed_methods = spec.methods.entries().iter();
        let listed_methods: Vec<&str> = listed_methods
            .take(MAX_METHODS_WITH_UNLISTED_NAME)
            .map(String::as_str)
            .collect();
        let mut with_methods: Vec<(String, &str, &str)> = Vec::new();
        if self.expectations.permits_any_name() {
            probes.push(("any-header".into(), LISTED, owned(&["x-a", "x-fetch-cors"])));
            if !is_permitted("authorization") {
                let name = "authorization-under-a-wildcard".into();
                probes.push((name, AUTHORIZATION, owned(&["authorization"])));
            }
        } else {
            let others = COMMON.iter().chain(&["authorization"]);
            let others = others.filter(|name| !is_permitted(name));
            for name in others.clone().filter(|name| **name != "x-requested-with") {
                with_methods.push((named("unlisted-name-with-post-", name), "POST", *name));
            }
            // Servers that have a list of headers for each method often grant these names to more methods.
            for name in others
                .clone()
                .filter(|name| ["authorization", "content-type"].contains(name))
            {
                for (i, method) in listed_methods.iter().enumerate() {
                    let probe = named("unlisted-name-with-a-listed-method-", name);
                    with_methods.push((numbered(&probe, i), method, *name));
                }
            }
            for name in others {
                probes.push((named(UNLISTED_HEADER, name), UNLISTED, owned(&[name])));
            }
            if let Some(first) = listed.first() {
                let both = owned(&[first, "x-fetch-cors-unlisted"]);
                probes.push(("unlisted-and-listed-header".into(), EACH, both));
            }
            let parts = listed.iter().flat_map(|name| {
                let part = name.get(..name.len().saturating_sub(1)).unwrap_or_default();
                [String::from(part), name.clone() + "x"]
            });
            let parts = parts.filter(|name| !name.is_empty() && !is_permitted(name));
            for (i, name) in parts.enumerate() {
                probes.push((numbered("part-of-a-header", i), WHOLE, owned(&[&name])));
            }
        }
        for (name, advice, names) in probes {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let call = Call {
                names: &names,
                ..Call::from_page(page)
            };
            self.call(name, advice, call);
        }
        for (probe, method, name) in with_methods {
            let call = Call {
                method,
                names: &[name],
                ..Call::from_page(page)
            };
            self.call(probe, UNLISTED, call);
        }
        let any = self.expectations.permits_any_name().then_some("x-a");
        if let Some(name) = listed.first().map(String::as_str).or(any) {
            self.with_other_methods(page, name);
        }
        self.rewritten(page, &listed);
    }

    /// Adds fetches with a permitted header and a method other than GET, because some servers grant a header for some
    /// methods only.
    fn with_other_methods(&mut self, page: &str, name: &str) {
        let listed = self.expectations.spec.methods.entries().iter();
        let listed: Vec<String> = listed.take(MAX_METHODS_WITH_HEADER).cloned().collect();
        let listed = listed.iter().enumerate().map(|(i, method)| {
            let name = numbered("listed-header-with-a-listed-method", i);
            (name, method.as_str())
        });
        let safelisted = [
            ("listed-header-with-post", "POST"),
            ("listed-header-with-head", "HEAD"),
        ];
        let safelisted = safelisted.map(|(name, method)| (String::from(name), method));
        for (probe, method) in safelisted.into_iter().chain(listed) {
            let call = Call {
                method,
                names: &[name],
                ..Call::from_page(page)
            };
            self.call(probe, LISTED, call);
        }
    }

    /// Adds preflights with a rewritten list of header names: either each name has its own header line, or a space is
    /// added after each comma. Some gateways rewrite lists in these ways.
    fn rewritten(&mut self, page: &str, listed: &[String]) {
        let mut names: Vec<&str> = listed.iter().take(4).map(String::as_str).collect();
        if self.expectations.permits_any_name() {
            names.extend(["x-a", "x-fetch-cors"]);
        }
        let call = Call {
            names: &names,
            ..Call::from_page(page)
        };
        let Some(request) = call.request(self.config.url()).filter(|_| names.len() > 1) else {
            return;
        };
        let lines: [(&str, Rewrite); 2] = [
            ("request-headers-in-lines", |value| {
                let lines = value.split(|&byte| byte == b',');
                lines.map(Vec::from).collect()
            }),
            ("request-headers-spaced", |value| {
                let elements: Vec<_> = value.split(|&byte| byte == b',').collect();
                Vec::from([elements.join(&b", "[..])])
            }),
        ];
        for (name, rewrite) in lines {
            let probe = Probe::rewritten(name.into(), LINES, request.clone(), |list| {
                rewritten(list, rewrite)
            });
            self.probes.extend(probe);
        }
    }
}

/// A function that takes the value of a header and returns the values of the new header lines.
type Rewrite = fn(&[u8]) -> Vec<Vec<u8>>;

/// Replaces each `Access-Control-Request-Headers` line with the lines that `rewrite` returns.
fn rewritten(list: &HeaderList, rewrite: Rewrite) -> HeaderList {
    const NAME: &str = "access-control-request-headers";
    let mut pairs: Vec<(&str, Vec<u8>)> = Vec::new();
    for (name, value) in list.iter() {
        match name.as_str() {
            NAME => pairs.extend(
                rewrite(value.as_bytes())
                    .into_iter()
                    .map(|line| (NAME, line)),
            ),
            name => pairs.push((name, value.as_bytes().to_vec())),
        }
    }
    HeaderList::from_pairs(pairs).unwrap_or_else(|_| list.clone())
}
