//! Probes for two mistakes: the server combines parts of two list entries, or accepts any text as the port.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use super::{
    advice::NO_BROWSER,
    attacks::MAX_LABEL_LENGTH,
    builder::{Call, ProbeBuilder, numbered},
};
use crate::wording;

/// The maximum number of list entries that are combined in pairs.
const MAX_PAIRED_ENTRIES: usize = 8;
/// The maximum number of origins that the probes for one mistake send.
const MAX_ORIGINS: usize = 24;

const JOINED: &str =
    "compare whole labels: if `bar.com` and `foo.com` are listed, do not allow `barfoo.com`";
const OVERLAPPING: &str = "if several patterns match the host, try all of them, not only the longest or the first pattern";
const LABELS: &str = wording::match_several_labels!();
const CHARACTERS: &str =
    "let the pattern match every letter, digit and hyphen in a label: the policy has `*`";
const CROSSED: &str = "compare scheme, host and port with one entry: do not combine the host of one entry with the scheme or the port of another entry";
const PORT: &str = "allow every port: the policy has `:*`";

/// Texts that replace the `*` of an entry such as `https://a.example:*`. No browser sends an origin with such a text in
/// place of the port.
const NOT_PORTS: &[&str] = &[
    "evil",
    "",
    "8080.evil.test",
    "8080@evil.test",
    "@evil.test",
    "8080/",
    "8080:8080",
    "080",
    "99999",
    "-1",
    "80 80",
];

/// Texts that replace the `*` of an entry such as `https://*.a.example`. Each text has another property of real labels: a
/// digit, a hyphen, only one letter, and a label of Punycode.
const LABEL_TEXTS: &[&str] = &["www2", "a-b", "a", "xn--bcher-kva"];

/// Ports that an entry such as `https://a.example:*` matches, each with its colon. The empty text stands for an origin
/// without a port.
const PORTS: &[&str] = &["", ":81", ":65535"];

/// A parsed entry of the policy's list of origins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry<'a> {
    scheme: &'a str,
    /// The host without the `*.` of a pattern.
    host: &'a str,
    is_pattern: bool,
    /// The port with its colon, or an empty text.
    port: &'a str,
}

impl<'a> Entry<'a> {
    /// Parses an entry. Returns `None` if the scheme is neither `http` nor `https`, or if the host is an IPv6 address.
    fn parse(entry: &'a str) -> Option<Self> {
        let (scheme, rest) = entry.split_once("://")?;
        let is_pattern = rest.starts_with("*.");
        let rest = rest.strip_prefix("*.").unwrap_or(rest);
        let end = rest.find(':').unwrap_or(rest.len());
        let (host, port) = rest.split_at_checked(end)?;
        let is_web = matches!(scheme, "http" | "https");
        (is_web && !host.is_empty() && !host.starts_with('[')).then_some(Self {
            scheme,
            host,
            is_pattern,
            port,
        })
    }

    /// Whether the host is a domain name with a dot.
    fn is_domain(self) -> bool {
        let last = self.host.rsplit('.').next().unwrap_or_default();
        self.host.contains('.') && last.starts_with(|c: char| c.is_ascii_alphabetic())
    }

    /// Returns an origin with the given host, and with the scheme and the port of the entry. If the entry allows any
    /// port, the port is 8080.
    fn with_host(self, host: &str) -> String {
        let port = if self.port == ":*" {
            ":8080"
        } else {
            self.port
        };
        format!("{}://{host}{port}", self.scheme)
    }

    /// Returns this host without the last labels that both hosts share: for example, `a` for the hosts `a.b.com` and
    /// `c.b.com`.
    fn labels_before_common(self, other: Self) -> Option<String> {
        let [labels, others] =
            [self, other].map(|entry| entry.host.rsplit('.').collect::<Vec<&str>>());
        let common = labels
            .iter()
            .zip(&others)
            .take_while(|(a, b)| a == b)
            .count();
        let mut before: Vec<&str> = labels.get(common..)?.to_vec();
        before.reverse();
        let is_joinable = common > 0 && !before.is_empty() && common < others.len();
        is_joinable.then(|| before.join("."))
    }
}

/// Returns the pairs of the first [`MAX_PAIRED_ENTRIES`] entries. Domain names can be combined in more ways than other
/// hosts, so the entries with a domain name come first. A pair has two different entries.
fn pairs(entries: &[String]) -> Vec<(Entry<'_>, Entry<'_>)> {
    let mut parsed: Vec<Entry<'_>> = entries
        .iter()
        .filter_map(|entry| Entry::parse(entry))
        .collect();
    parsed.sort_by_key(|entry| !entry.is_domain());
    let paired = parsed.get(..MAX_PAIRED_ENTRIES).unwrap_or(&parsed);
    let pairs = paired
        .iter()
        .flat_map(|a| paired.iter().map(move |b| (*a, *b)));
    pairs.filter(|(a, b)| a != b).collect()
}

/// Returns origins that combine parts of two entries.
pub(crate) fn mixed_origins(entries: &[String]) -> BTreeSet<String> {
    let pairs = pairs(entries).into_iter();
    let mixed = pairs.flat_map(|(a, b)| [joined_hosts(a, b), crossed_parts(a, b)].concat());
    mixed.collect()
}

impl ProbeBuilder<'_> {
    /// Adds origins that combine parts of two entries, and origins that have a text in place of the port.
    pub(crate) fn patterns(&mut self) {
        let entries = self.expectations.spec.origins.entries().to_vec();
        let (mut joined, mut overlapping, mut crossed) = (Vec::new(), Vec::new(), Vec::new());
        for (a, b) in pairs(&entries) {
            joined.extend(joined_hosts(a, b));
            overlapping.extend(hosts_under_both(a, b).map(|host| a.with_host(&host)));
            crossed.extend(crossed_parts(a, b));
        }
        let patterns = entries.iter().filter_map(|entry| Entry::parse(entry));
        let patterns = patterns.filter(|entry| entry.is_pattern);
        let several = patterns.map(|entry| entry.with_host(&format!("a.b.c.{}", entry.host)));
        let several = several.collect();
        joined.retain(|origin| !self.expectations.lets_read(origin, false));
        overlapping.retain(|origin| self.expectations.lets_read(origin, false));
        crossed.retain(|origin| !self.expectations.lets_read(origin, false));
        for (name, advice, origins) in [
            ("joined-hosts", JOINED, joined),
            ("overlapping-patterns", OVERLAPPING, overlapping),
            ("several-labels", LABELS, several),
            ("crossed-patterns", CROSSED, crossed),
        ] {
            let mut known = BTreeSet::new();
            let origins = origins.into_iter();
            let distinct = origins.filter(|origin| known.insert(origin.clone()));
            for (i, origin) in distinct.take(MAX_ORIGINS).enumerate() {
                self.call(numbered(name, i), advice, Call::from_page(&origin));
            }
        }
        self.labels(&entries);
        let with_any_port = entries.iter().find_map(|entry| entry.strip_suffix(":*"));
        if let Some(base) = with_any_port {
            self.any_port(&base.replacen("*.", "www.", 1));
        }
    }

    /// Adds origins whose labels have different forms, for the first [`MAX_PAIRED_ENTRIES`] entries with `*` in the host:
    /// the texts of [`LABEL_TEXTS`], and a label of the maximum length.
    fn labels(&mut self, entries: &[String]) {
        let hosts = entries.iter().filter_map(|entry| {
            let entry = entry.replacen(":*", ":8080", 1);
            let (before, after) = entry.split_once('*')?;
            let start = before.rsplit("//").next().unwrap_or_default();
            let fixed = start.len() + after.split(['.', ':']).next().unwrap_or_default().len();
            let longest = "a".repeat(MAX_LABEL_LENGTH.saturating_sub(fixed));
            let texts = LABEL_TEXTS.iter().copied().chain([&*longest]);
            let origins = texts.map(|text| format!("{before}{text}{after}"));
            Some(origins.collect::<Vec<_>>())
        });
        let hosts = hosts.take(MAX_PAIRED_ENTRIES).flatten();
        let allowed = hosts.filter(|origin| self.is_allowed(origin));
        for (i, origin) in allowed.collect::<Vec<_>>().iter().enumerate() {
            let name = numbered("form-of-a-label", i);
            self.call(name, CHARACTERS, Call::from_page(origin));
        }
    }

    /// Adds an origin with each text of [`PORTS`] and [`NOT_PORTS`] as its port. `base` is an origin without its port.
    fn any_port(&mut self, base: &str) {
        let ports = PORTS.iter().map(|port| format!("{base}{port}"));
        let ports = ports.filter(|origin| self.expectations.lets_read(origin, false));
        for (i, origin) in ports.collect::<Vec<_>>().iter().enumerate() {
            self.call(numbered("listed-port", i), PORT, Call::from_page(origin));
        }
        for (i, text) in NOT_PORTS.iter().enumerate() {
            let origin = format!("{base}:{text}");
            let name = numbered("text-after-colon", i);
            self.call(name, NO_BROWSER, Call::from_page(&origin));
        }
    }
}

/// Returns origins that join the hosts of two entries. For example, the host `barfoo.com` joins the beginning of
/// `bar.com` and the whole of `foo.com`.
fn joined_hosts(a: Entry<'_>, b: Entry<'_>) -> Vec<String> {
    let Some(before) = a.labels_before_common(b).filter(|_| b.is_domain()) else {
        return Vec::new();
    };
    let mut hosts = Vec::from([
        format!("{before}{}", b.host),
        format!("{before}.{}", b.host),
    ]);
    if b.is_pattern {
        hosts.push(format!("www.{before}{}", b.host));
    }
    hosts.iter().map(|host| b.with_host(host)).collect()
}

/// Returns the host of `longer` and two subdomains of this host. Returns nothing if the host of `longer` does not end
/// with the domain of `pattern`.
fn hosts_under_both(pattern: Entry<'_>, longer: Entry<'_>) -> impl Iterator<Item = String> {
    let is_under = longer
        .host
        .strip_suffix(pattern.host)
        .is_some_and(|before| before.is_empty() || before.ends_with('.'));
    let prefixes = ["", "www.", "a.b."].into_iter();
    let host = String::from(longer.host);
    prefixes
        .filter(move |_| pattern.is_pattern && is_under)
        .map(move |prefix| format!("{prefix}{host}"))
}

/// Returns two origins with the host of `a`. The first has the scheme and the port of `b`, and the second has the
/// scheme of `a` and the port of `b`.
fn crossed_parts(a: Entry<'_>, b: Entry<'_>) -> Vec<String> {
    let host = if a.is_pattern {
        format!("www.{}", a.host)
    } else {
        String::from(a.host)
    };
    let port = if b.port == ":*" { ":8080" } else { b.port };
    Vec::from([b.with_host(&host), format!("{}://{host}{port}", a.scheme)])
}
