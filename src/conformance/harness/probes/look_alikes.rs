//! Origins that differ from a listed origin in one label of the host. A careless regular expression accepts them.

use alloc::{format, string::String, vec::Vec};

use super::{
    advice::{ANCHORED, DOTS, EXACT, OTHER_PORT},
    last_labels::{TWO_LABEL_SUFFIX, split_last_labels},
};

/// The label that follows a listed host. In `https://app.example.com.au`, the label is the code of a country.
const LABEL_AFTER: &str = "au";
/// The ends of origins that differ from a listed origin only in the last label. They belong to countries, but sites of other
/// countries have them too.
const COUNTRY_ENDS: [&str; 4] = ["de", "io", "fr", TWO_LABEL_SUFFIX];

/// The parts of a listed origin.
pub(super) struct Parts<'a> {
    pub(super) scheme: &'a str,
    pub(super) host: &'a str,
    /// The host without the `www.` that stands for the `*.` of a pattern.
    pub(super) base: &'a str,
    /// The port with its colon, or an empty text.
    pub(super) port: &'a str,
    pub(super) is_pattern: bool,
}

impl Parts<'_> {
    /// Returns the origins, each with the name and the advice of its probe. The host must be a domain name.
    pub(super) fn look_alikes(&self) -> Vec<(&'static str, &'static str, String)> {
        let Self {
            scheme,
            host,
            base,
            port,
            is_pattern,
        } = self;
        let Some((first, _)) = base.split_once('.') else {
            return Vec::new();
        };
        let www = if *is_pattern { "www." } else { "" };
        let at = |host: String| format!("{scheme}://{host}{port}");
        let mut origins = Vec::from([(
            "label-after-host",
            ANCHORED,
            at(format!("{host}.{LABEL_AFTER}")),
        )]);
        if let Some((start, _)) = base.rsplit_once('.') {
            // No site has a host such as `app-example`, so the last dot stays.
            for (dot, _) in start.match_indices('.') {
                let (before, after) = base.split_at(dot);
                let after = after.trim_start_matches('.');
                let joined = at(format!("{www}{before}-{after}"));
                origins.push(("hyphen-for-dot", DOTS, joined));
            }
        }
        if let Some((start, end)) = split_last_labels(base) {
            let others = COUNTRY_ENDS.iter().filter(|other| **other != end);
            let others = others.map(|other| at(format!("{www}{start}.{other}")));
            origins.extend(others.map(|origin| ("other-country", EXACT, origin)));
        }
        if !is_pattern {
            origins.push(("digit-before-host", EXACT, at(format!("7.{host}"))));
            origins.push(("first-label", EXACT, at(format!("{first}.evil.test"))));
            if port.is_empty() {
                let other = other_www(host);
                let with_port = format!("{scheme}://{other}:{OTHER_PORT}");
                origins.push(("www-with-port", EXACT, with_port));
            }
        }
        origins
    }
}

/// Returns the host with `www.` before it, or without its `www.`.
pub(super) fn other_www(host: &str) -> String {
    let without = host.strip_prefix("www.").map(String::from);
    without.unwrap_or_else(|| format!("www.{host}"))
}
