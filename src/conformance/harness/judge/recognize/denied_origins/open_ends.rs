//! Recognizes servers that allow every host with a certain last label, or every origin with a port.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
};

use super::{
    super::comparison_rules::{is_local_host, is_web_scheme},
    DeniedOrigins, is_plain, parse,
};
use crate::{
    conformance::harness::{
        expectations::is_label_of_a_host,
        probes::{last_labels::split_last_labels, shared_hosts::is_on_shared_host},
        report::cause::Cause,
    },
    infrastructure::origin::TupleOrigin,
};

/// The ends of origins that are the reason why a server allows the origins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct OpenEnds {
    /// The last labels, such as `com`. An end can have two labels (see [`split_last_labels`]).
    pub(in super::super) labels: BTreeSet<String>,
    /// The ports, each with its colon.
    pub(in super::super) ports: BTreeSet<String>,
    /// The schemes of the origins that the server allows with any port.
    pub(in super::super) schemes: BTreeSet<String>,
}

impl OpenEnds {
    /// Whether an end is the reason why the server allows the text. The text can be a text that is not an origin.
    pub(super) fn explains(&self, text: &str) -> bool {
        let (start, port) = split_port(text);
        let scheme = start.split("://").next().unwrap_or_default();
        let end = end_of_host(start);
        let has_port =
            self.ports.contains(port) || (!port.is_empty() && self.schemes.contains(scheme));
        has_port || (end.len() < start.len() && self.labels.contains(end))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.ports.is_empty() && self.schemes.is_empty()
    }
}

/// The accepted and the refused origins that have the same end.
#[derive(Default)]
struct Answers {
    /// The ends of the accepted hosts, each with the label before it.
    domains: BTreeSet<String>,
    /// Whether an accepted origin has no other reason to be allowed.
    is_shown: bool,
    has_shared_host: bool,
    has_other_host: bool,
    is_refused: bool,
}

impl Answers {
    fn add(&mut self, parsed: &TupleOrigin, is_accepted: bool, is_evidence: bool) {
        self.is_refused |= !is_accepted;
        if is_accepted {
            self.domains.insert(domain(parsed.host()).into());
            self.is_shown |= is_evidence;
        }
    }
}

impl DeniedOrigins<'_> {
    /// Finds the ends. The server allows each tested origin with such an end.
    pub(super) fn find_open_ends(&self) -> OpenEnds {
        let mut labels: BTreeMap<String, Answers> = BTreeMap::new();
        for (origin, is_accepted) in self.decisions() {
            let plain =
                parse(origin).filter(|parsed| is_plain(parsed) && parsed.scheme() == "https");
            if let Some(parsed) = plain {
                let answers = labels.entry(end_of_host(parsed.host()).into()).or_default();
                let is_evidence =
                    self.is_unrelated(origin, &parsed) && !self.is_on_special_host(origin);
                answers.add(&parsed, is_accepted, is_evidence);
                let is_shared = is_on_shared_host(origin);
                answers.has_shared_host |= is_accepted && is_shared;
                answers.has_other_host |= is_accepted && !is_shared;
            }
        }
        labels.retain(|_, answers| {
            // A server can list several shared hosts with the same last label. It can also allow a listed host with this label.
            let is_of_both = answers.has_shared_host && answers.has_other_host;
            let is_shown = answers.is_shown || is_of_both;
            is_shown && !answers.is_refused && answers.domains.len() > 1
        });
        let mut ports: BTreeMap<[String; 2], Answers> = BTreeMap::new();
        for (origin, is_accepted) in self.decisions() {
            let parsed = parse(origin).filter(has_usual_host);
            let (_, port) = split_port(origin);
            if let Some(parsed) = parsed.filter(|_| !port.is_empty()) {
                let host = parsed.host();
                let is_evidence = self.is_unrelated(origin, &parsed)
                    && !self.is_on_special_host(origin)
                    && !is_local_host(host)
                    && host.contains('.')
                    && !labels.contains_key(end_of_host(host));
                // A server can deny the hosts of the user's machine apart from the port.
                if !is_accepted && is_local_host(host) {
                    continue;
                }
                for port in [port, ""] {
                    let end = [parsed.scheme(), port].map(String::from);
                    let answers = ports.entry(end).or_default();
                    answers.add(&parsed, is_accepted, is_evidence);
                }
            }
        }
        // If the server allows any port for one scheme, the origins of the other scheme need no other reason.
        let is_open = |answers: &Answers| answers.is_shown && !answers.is_refused;
        let mut schemes = ports.iter().filter(|([_, port], _)| port.is_empty());
        let has_open_scheme = schemes.any(|(_, answers)| is_open(answers));
        ports.retain(|[_, port], answers| {
            let is_of_scheme = has_open_scheme && port.is_empty() && answers.domains.len() > 1;
            !answers.is_refused && (answers.is_shown || is_of_scheme)
        });
        let schemes = ports.keys().filter(|[_, port]| port.is_empty());
        let schemes: BTreeSet<String> = schemes.map(|[scheme, _]| scheme.clone()).collect();
        let ports = ports
            .into_keys()
            .filter(|[scheme, _]| !schemes.contains(scheme));
        OpenEnds {
            labels: labels.into_keys().collect(),
            ports: ports.map(|[_, port]| port).collect(),
            schemes,
        }
    }

    /// Returns the ends if they are the reason for an origin that the server allows with this cause.
    pub(in super::super) fn open_ends(&self, cause: Cause) -> Option<&OpenEnds> {
        let ends = &self.found.open_ends;
        (cause == Cause::ComparesSuffix && !ends.is_empty()).then_some(ends)
    }

    /// Whether the ends are the reason for each origin that the server allows with this cause.
    pub(in super::super) fn has_only_open_ends(&self, cause: Cause) -> bool {
        self.open_ends(cause).is_some_and(|ends| {
            let mut origins = self.origins_with(cause);
            origins.all(|origin| ends.explains(&origin))
        })
    }
}

/// Splits an origin into the text before its port, and the port with its colon.
fn split_port(text: &str) -> (&str, &str) {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let colon = text.rfind(':');
    let split = colon.and_then(|colon| text.split_at_checked(colon));
    let split = split.filter(|(_, port)| is_port(port.trim_start_matches(':')));
    split.unwrap_or((text, ""))
}

/// Whether a page of the web can have the host, and no part of the host is unusual.
fn has_usual_host(parsed: &TupleOrigin) -> bool {
    is_web_scheme(parsed.scheme()) && parsed.host().split('.').all(is_label_of_a_host)
}

/// Returns the last label of the host, or its last two labels (see [`split_last_labels`]).
fn end_of_host(host: &str) -> &str {
    split_last_labels(host).map_or(host, |(_, end)| end)
}

/// Returns the end of the host with the label before it.
fn domain(host: &str) -> &str {
    let dots_of_end = end_of_host(host).matches('.').count();
    let mut dots = host.rmatch_indices('.');
    let before = dots.nth(dots_of_end + 1);
    before.map_or(host, |(dot, _)| host.get(dot + 1..).unwrap_or(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_ends() {
        let set = |texts: &[&str]| texts.iter().map(|text| String::from(*text)).collect();
        let ends = OpenEnds {
            labels: set(&["com"]),
            ports: set(&[":8000"]),
            schemes: set(&["https"]),
        };
        for (text, expected) in [
            ("https://evil.com", true),
            ("http://evil.com:3000", true),
            ("https://evil.test/https://evil.com", true),
            ("http://evil.test:8000", true),
            ("https://evil.test:3000", true),
            ("http://evil.test:3000", false),
            ("http://evil.test:80000", false),
            ("https://evilcom", false),
            ("https://evil.com.test", false),
            ("https://evil.com.", false),
            ("https://evil.test:", false),
            ("null", false),
        ] {
            assert_eq!(ends.explains(text), expected, "{text}");
        }
        for (host, expected) in [
            ("a.b.evil.com", "evil.com"),
            ("evil.com", "evil.com"),
            ("a.b.evil.co.uk", "evil.co.uk"),
            ("a.evil.uk", "evil.uk"),
            ("co.uk", "co.uk"),
        ] {
            assert_eq!(domain(host), expected, "{host}");
        }
        assert_eq!(split_port("http://[::1]"), ("http://[::1]", ""));
    }
}
