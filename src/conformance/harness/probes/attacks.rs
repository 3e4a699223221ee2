//! Probes with listed origins, and with origins that imitate a listed origin.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::net::Ipv4Addr;

use super::{
    advice::{ANCHORED, DOTS, EXACT, NO_BROWSER, OTHER_PORT},
    builder::{Call, ProbeBuilder, UNLISTED_ORIGIN, numbered},
    look_alikes::{Parts, other_www},
    ports::ports,
    shared_hosts::shared_domain,
};
use crate::{
    conformance::harness::{
        expectations::{origin_for_entry, parent_domains},
        report::cause::Cause,
    },
    infrastructure::origin::TupleOrigin,
    wording,
};

/// The maximum number of listed origins from which the probes send requests.
pub(crate) const MAX_LISTED_ORIGINS: usize = 32;
/// The maximum number of list entries that the probes imitate in every way. Web origins and origins of apps are counted
/// separately.
const MAX_IMITATED_ORIGINS: usize = 4;
/// The imitations of the other list entries.
const OTHER_IMITATIONS: &[&str] = &[
    "prefix",
    "prefix-without-dot",
    "suffix",
    "any-port",
    "unescaped-dot",
    "http-trust",
    "any-subdomain",
    "parent",
    "parent-subdomain",
    "parent-suffix",
    "beginning-of-host",
    "other-top-level-domain",
    "longer-first-label",
];
/// The imitations that another entry can allow. The check sends them only if the policy denies them.
const ONLY_DENIED: &[&str] = &[
    "branch-on-a-shared-host",
    "development-port",
    "digit-before-host",
    "first-label",
    "hyphen-before-host",
    "http-parent",
    "hyphen-for-dot",
    "label-after-host",
    "longer-first-label",
    "other-country",
    "other-top-level-domain",
    "parent",
    "usual-other-port",
    "usual-sibling",
    "www-with-port",
];
/// The first labels of other sites of the same organization. A developer adds such a site to the list of a server by hand.
const USUAL_SIBLINGS: [&str; 3] = ["www", "dev", "staging"];
/// The maximum number of parent domains that the probes imitate for each listed host.
const MAX_PARENT_DOMAINS: usize = 2;

const LABELS: &str = "let `*.` match whole labels and their dot: `https://*.a.example` must not match `https://evila.example`";
pub(crate) const EXPRESSION: &str = "write a regular expression that matches whole labels, such as `^https://([a-z0-9-]+\\.)+a\\.example$`: in a regular expression, `*` repeats the character before it, and does not match a subdomain";
const LONGER_LABEL: &str = "let the pattern match the whole first label: if `https://app.a.example` is listed, do not allow `https://app-evil.a.example`";
const HYPHENS: &str = "let the pattern match whole labels: a hyphen is a part of a label, so anyone can register `https://evil-a.example`";
const LISTED: &str = "allow this origin: the policy lists it";
const NULL: &str = concat!(
    "do not allow `null`, unless the policy lists it: ",
    wording::sandboxed_pages_are_null!()
);
pub(super) const SCHEMES: &str = Cause::IgnoresScheme.advice();
pub(crate) const SEVERAL_ORIGINS_ADVICE: &str = Cause::ReadsOneOfSeveralOrigins.advice();
const NOT_LABEL: &str =
    "let `*.` match whole labels only; no page has this origin, so the mistake is harmless today";

const LABEL_PART: &str = "let a `*` within a label match a part of one label only, without a dot";

/// The origin with `http:` that real policies do not list.
const UNLISTED_HTTP_ORIGIN: &str = "http://unlisted.test";
/// An origin that begins like `http://localhost`. Any site can have such an origin.
pub(crate) const LOCALHOST_LOOK_ALIKE: &str = "http://localhost.evil.test";
/// A second port for HTTPS that many servers use.
const USUAL_OTHER_PORT: u16 = 8443;

/// The port that most development servers use.
const DEVELOPMENT_PORT: u16 = 3000;

/// A port for HTTP that many development servers use.
const USUAL_HTTP_PORT: u16 = 8080;

/// Texts that are added to the first label of a listed host. A regular expression such as `app(-\w+)?` or `app\d*` for
/// the label accepts more than the listed host.
const LABEL_ENDS: [&str; 2] = ["-evil", "7"];
/// The subdomains in which many sites have a test server or a version.
const TEST_SUBDOMAINS: [&str; 4] = ["dev", "staging", "test", "v1"];
/// The last labels of the origins that differ from a listed origin only in the last label.
const TOP_LEVEL_DOMAINS: [&str; 3] = ["net", "org", "com"];

/// The maximum length of a label of a host (RFC 1035 §2.3.4).
pub(super) const MAX_LABEL_LENGTH: usize = 63;

/// The characters that the tool CORScanner appends to a host.
const SPECIAL_CHARACTERS: &[&str] = &[
    "_", "-", "\"", "{", "}", "+", "^", "%60", "!", "~", "`", ";", "|", "&", "'", "(", ")", "*",
    ",", "$", "=", "%0b",
];

/// Texts that are not DNS labels. A pattern such as `https://*.app.example` must not match an origin with such a text
/// in place of the `*`.
const NOT_LABELS: &[(&str, &str)] = &[
    ("path-before-suffix", "evil.test/a"),
    ("query-before-suffix", "evil.test?"),
    ("port-before-suffix", "evil.test:8444"),
    ("user-before-suffix", "user@www"),
    ("space-before-suffix", "a b"),
    ("upper-case-before-suffix", "EVIL"),
    ("nothing-before-suffix", ""),
];

impl ProbeBuilder<'_> {
    /// Adds two equal fetches from each listed origin, because a server with a stateful regular expression rejects
    /// every second match.
    pub(crate) fn pages(&mut self) {
        let pages = self.expectations.pages().iter().take(MAX_LISTED_ORIGINS);
        let pages: Vec<String> = pages.cloned().collect();
        for (i, page) in pages.iter().enumerate() {
            self.call(numbered("listed-origin", i), LISTED, Call::from_page(page));
            self.call(
                numbered("listed-origin-again", i),
                LISTED,
                Call::from_page(page),
            );
        }
    }

    /// Adds the known attacks on the comparison of origins.
    pub(crate) fn attacks(&mut self) {
        self.call("reflection", EXACT, Call::from_page(UNLISTED_ORIGIN));
        self.call(
            "reflection-with-http",
            EXACT,
            Call::from_page(UNLISTED_HTTP_ORIGIN),
        );
        self.call("null", NULL, Call::from_page("null"));
        self.unlisted_ends();
        self.local_hosts();
        self.own_host();
        self.shared_hosts();
        self.long_hosts();
        self.apps();
        self.single("empty-origin", NO_BROWSER, "GET", &[("origin", b"")]);
        self.single("asterisk-origin", NO_BROWSER, "GET", &[("origin", b"*")]);
        self.single(
            "malformed-origin",
            NO_BROWSER,
            "GET",
            &[("origin", b"://[")],
        );
        self.single(
            "binary-origin",
            NO_BROWSER,
            "GET",
            &[("origin", b"https://\xff")],
        );
        let entries = self.expectations.spec.origins.entries().iter();
        let others = entries.clone().filter(|entry| !entry.starts_with("http"));
        for (i, entry) in others.cloned().enumerate().take(MAX_IMITATED_ORIGINS) {
            self.imitations_of_app(i, &entry);
        }
        let entries = entries.filter(|entry| entry.starts_with("http")).cloned();
        let mut entries: Vec<String> = entries.collect();
        // A domain can be imitated in more ways than an IP address, so the entries with a domain come first.
        let is_domain = |entry: &String| {
            let last = entry.rsplit('.').next().unwrap_or_default();
            entry.contains('.') && last.starts_with(|c: char| c.is_ascii_alphabetic())
        };
        entries.sort_by_key(|entry| !is_domain(entry));
        for (i, entry) in entries.iter().take(MAX_LISTED_ORIGINS).enumerate() {
            self.imitations(i, entry);
        }
    }

    /// Adds origins that imitate a list entry.
    fn imitations(&mut self, index: usize, entry: &str) {
        let listed = origin_for_entry(entry);
        let Ok(origin) = TupleOrigin::parse(listed.as_bytes()) else {
            return;
        };
        let (scheme, host) = (origin.scheme(), origin.host());
        // A page has the origin of an app or an extension only after a user installs this app or extension. So an
        // attacker cannot easily use an origin that imitates the origin of an app.
        if !matches!(scheme, "http" | "https") {
            return;
        }
        let end_of_host = scheme.len() + "://".len() + host.len();
        let port = listed.get(end_of_host..).unwrap_or_default();
        let is_pattern = entry.contains("://*.");
        let base = host.strip_prefix("www.").filter(|_| is_pattern);
        let base = base.unwrap_or(host);
        let at = |host: String| format!("{scheme}://{host}{port}");
        let at_port = |host: &str| format!("{scheme}://{host}:{OTHER_PORT}");
        let mut imitations = Vec::from([
            ("prefix", ANCHORED, at(format!("{host}.evil.test"))),
            (
                "prefix-without-dot",
                ANCHORED,
                at(format!("{host}evil.test")),
            ),
            ("suffix", LABELS, at(format!("evil{base}"))),
            ("contained", ANCHORED, at(format!("evil-{host}.evil.test"))),
            ("any-port", EXACT, at_port(host)),
            ("upper-case-origin", NO_BROWSER, listed.to_ascii_uppercase()),
            ("origin-with-slash", NO_BROWSER, format!("{listed}/")),
            ("origin-with-path", NO_BROWSER, format!("{listed}/evil")),
            (
                "origin-with-user",
                NO_BROWSER,
                format!("{listed}@evil.test"),
            ),
            (
                "origin-in-a-path",
                NO_BROWSER,
                format!("https://evil.test/{listed}"),
            ),
        ]);
        imitations.extend(ports(scheme, host, port));
        if port.is_empty() {
            let prefix = format!("{host}.evil.test");
            imitations.push(("prefix-with-port", ANCHORED, at_port(&prefix)));
            let suffix = format!("evil{base}");
            imitations.push(("suffix-with-port", LABELS, at_port(&suffix)));
        }
        let usual_port = format!("{scheme}://{host}:{USUAL_OTHER_PORT}");
        if usual_port != listed {
            imitations.push(("usual-other-port", EXACT, usual_port));
        }
        let of_development = format!("{scheme}://{host}:{DEVELOPMENT_PORT}");
        imitations.push(("development-port", EXACT, of_development));
        imitations.push(("hyphen-before-host", HYPHENS, at(format!("evil-{base}"))));
        if shared_domain(&listed).is_some() {
            // Netlify publishes the branches of a site under such names.
            let branch = at(format!("evil--{base}"));
            imitations.push(("branch-on-a-shared-host", HYPHENS, branch));
        }
        if let Some((first, rest)) = base.split_once('.').filter(|_| is_name(host)) {
            let www = if is_pattern { "www." } else { "" };
            let longer = LABEL_ENDS.map(|end| at(format!("{www}{first}{end}.{rest}")));
            imitations.extend(longer.map(|origin| ("longer-first-label", LONGER_LABEL, origin)));
        }
        // A regular expression can have several dots, of which only one is not escaped.
        for (dot, _) in base.match_indices('.') {
            let www = if is_pattern { "www." } else { "" };
            let (before, after) = base.split_at(dot);
            let after = after.trim_start_matches('.');
            let replaced = at(format!("{www}{before}x{after}"));
            imitations.push(("unescaped-dot", DOTS, replaced));
        }
        // If `app.example.com` is listed, the imitations of its parent domain are `evilexample.com` and
        // `evil.example.com`. An attacker can register `evilexample.com`, and perhaps `evil.example.com`.
        for parent in parent_domains(base).into_iter().take(MAX_PARENT_DOMAINS) {
            imitations.push(("parent-suffix", EXACT, at(format!("evil{parent}"))));
            imitations.push(("parent-subdomain", EXACT, at(format!("evil.{parent}"))));
        }
        if let Some(parent) = parent_domains(base).first() {
            imitations.push(("parent", EXACT, at(String::from(*parent))));
            if scheme == "https" {
                imitations.push(("http-parent", SCHEMES, format!("http://{parent}{port}")));
            }
            let siblings = USUAL_SIBLINGS.map(|label| at(format!("{label}.{parent}")));
            imitations.extend(siblings.map(|origin| ("usual-sibling", EXACT, origin)));
        }
        // In a regular expression, the `*` of `https://*.a.example` repeats the slash, and the dot is any character.
        if entry.contains("*.") {
            let origin = origin_for_expression(entry);
            imitations.push(("asterisk-of-an-expression", EXPRESSION, origin));
        }
        if !is_pattern && host_of(entry).is_some_and(|host| host.contains('*')) {
            let dotted = origin_for_entry(&entry.replacen('*', "a.b", 1));
            imitations.push(("dots-in-a-wildcard", LABEL_PART, dotted));
            for end in ["-*", "*-"].into_iter().filter(|end| entry.contains(end)) {
                let without = origin_for_entry(&entry.replacen(end, "evil", 1));
                let advice = Cause::DropsHyphenOfPattern.advice();
                imitations.push(("wildcard-without-hyphen", advice, without));
            }
        }
        // The host without its last letter, such as `example.co` for `example.com`. Some servers join all list entries
        // to one text, and search for the origin of a request in this text. Such a search also finds the beginning of a
        // listed origin.
        let is_name = is_name(host);
        if let Some(part) = host.get(..host.len().saturating_sub(1))
            && is_name
            && port.is_empty()
            && !part.ends_with(['.', '-'])
            && !part.is_empty()
        {
            imitations.push(("beginning-of-origin", EXACT, at(String::from(part))));
        }
        if let Some((start, last)) = base.rsplit_once('.').filter(|_| is_name) {
            imitations.push(("top-level-domain", EXACT, at(format!("evil.{last}"))));
            let www = if is_pattern { "www." } else { "" };
            let others = TOP_LEVEL_DOMAINS.iter().filter(|other| **other != last);
            let others = others
                .take(2)
                .map(|other| at(format!("{www}{start}.{other}")));
            imitations.extend(others.map(|origin| ("other-top-level-domain", EXACT, origin)));
        }
        if let Some((first, _)) = base.split_once('.').filter(|_| is_name && !is_pattern) {
            imitations.push((
                "beginning-of-host",
                ANCHORED,
                at(format!("{first}evil.test")),
            ));
        }
        if let Some(address) = neighbor_address(host) {
            imitations.push(("neighbor-address", EXACT, at(address)));
        }
        // Some servers treat `app.example` and `www.app.example` as the same host.
        if is_name && !is_pattern && host.contains('.') {
            imitations.push(("www", EXACT, at(other_www(host))));
        }
        if is_name {
            let parts = Parts {
                scheme,
                host,
                base,
                port,
                is_pattern,
            };
            imitations.extend(parts.look_alikes());
        }
        if is_name && host.contains('.') {
            imitations.push(("trailing-dot", EXACT, at(format!("{host}."))));
        }
        if scheme == "https" {
            imitations.push(("http-trust", SCHEMES, format!("http://{host}{port}")));
            imitations.push((
                "http-port",
                SCHEMES,
                format!("http://{host}:{USUAL_HTTP_PORT}"),
            ));
            if index == 0 {
                let of_development = format!("http://{host}:{DEVELOPMENT_PORT}");
                imitations.push(("http-development-port", SCHEMES, of_development));
            }
            if is_name && !is_pattern {
                imitations.push((
                    "http-subdomain",
                    SCHEMES,
                    format!("http://evil.{host}{port}"),
                ));
                imitations.push(("http-www", SCHEMES, format!("http://www.{host}{port}")));
            }
        }
        if index == 0 && is_name && !is_pattern && host.contains('.') {
            let hosts = TEST_SUBDOMAINS.map(|label| at(format!("{label}.{host}")));
            imitations.extend(hosts.map(|origin| ("test-subdomain", EXACT, origin)));
        }
        if is_name && !is_pattern {
            imitations.push(("letter-before-host", LABELS, at(format!("x{host}"))));
        }
        imitations.push(("app-scheme", SCHEMES, format!("capacitor://{host}{port}")));
        if is_pattern {
            imitations.push(("bare-domain", LABELS, at(String::from(base))));
            let texts = NOT_LABELS.iter();
            let not_labels = texts.map(|(name, text)| (*name, at(format!("{text}.{base}"))));
            imitations.extend(not_labels.map(|(name, origin)| (name, NOT_LABEL, origin)));
        } else {
            imitations.push(("any-subdomain", EXACT, at(format!("evil.{host}"))));
            // For a pattern, `user-before-suffix` is the same text.
            imitations.push(("user-before-host", NO_BROWSER, at(format!("user@{host}"))));
        }
        let is_full = index < MAX_IMITATED_ORIGINS;
        imitations.retain(|(name, _, origin)| {
            let is_other = !self.is_allowed(origin);
            (is_full || OTHER_IMITATIONS.contains(name))
                && (is_other || !ONLY_DENIED.contains(name))
        });
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, advice, origin) in imitations {
            // Several probes of an entry can have the same name, for example the probes of its parent domains. A number
            // makes most of these names distinct.
            let number = numbers.entry(name).or_default();
            let name = numbered(name, index + *number * MAX_IMITATED_ORIGINS);
            *number += 1;
            self.call(name, advice, Call::from_page(&origin));
        }
        if index == 0 {
            for character in SPECIAL_CHARACTERS {
                let name: String = character
                    .bytes()
                    .map(|byte| format!("{byte:02x}"))
                    .collect();
                let origin = at(format!("{host}{character}.evil.test"));
                let name = format!("special-character-x{name}");
                self.call(name, ANCHORED, Call::from_page(&origin));
            }
        }
        let repeated = [
            ("repeated-origin", [&*listed, UNLISTED_ORIGIN]),
            ("repeated-origin-unlisted-first", [UNLISTED_ORIGIN, &listed]),
        ];
        for (name, origins) in repeated.into_iter().filter(|_| is_full) {
            let lines = origins.map(|origin| ("origin", origin.as_bytes()));
            self.single(numbered(name, index), SEVERAL_ORIGINS_ADVICE, "GET", &lines);
        }
    }
}

/// Returns an origin that an entry with `*.` matches as a regular expression, but not as a pattern.
pub(crate) fn origin_for_expression(entry: &str) -> String {
    origin_for_entry(&entry.replacen("*.", "x", 1))
}

/// Returns an IPv4 address that differs from the address `host` only in the last number. Returns `None` if `host` is not
/// an IPv4 address.
fn neighbor_address(host: &str) -> Option<String> {
    let [start @ .., last] = host.parse::<Ipv4Addr>().ok()?.octets();
    let next = last.checked_add(1).unwrap_or(u8::MAX - 1);
    let [a, b, c] = start;
    Some(Ipv4Addr::new(a, b, c, next).to_string())
}

/// Whether the host is a domain name, and not an address.
fn is_name(host: &str) -> bool {
    host.ends_with(|last: char| last.is_ascii_alphabetic())
}

/// Returns the host of a list entry, without the port.
fn host_of(entry: &str) -> Option<&str> {
    let (_, rest) = entry.split_once("://")?;
    rest.split(':').next()
}
