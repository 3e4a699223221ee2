//! Pages that the policy lists, and origins that look like theirs.

use alloc::{format, string::String, vec::Vec};

use super::builder::{Call, ProbeBuilder, UNLISTED_ORIGIN, numbered};
use crate::{
    conformance::harness::expectations::origin_for_entry, infrastructure::origin::TupleOrigin,
};

/// List entries to request, and list entries to imitate.
const MAX_LISTED_ORIGINS: usize = 32;
const MAX_IMITATED_ORIGINS: usize = 4;

const EXACT: &str = "compare the whole Origin, byte for byte, with the origins that are listed";
const ANCHORED: &str = "anchor the pattern at both ends: the whole Origin has to match";
const DOTS: &str = "escape the dots: in a regular expression a `.` stands for any character";
const LABELS: &str = "let `*.` stand for whole labels, up to the dot before the domain";
const LISTED: &str = "the policy lists this origin: allow it";
const NULL: &str =
    "`null` is every sandboxed frame, anybody's: never allow it but where it is listed";
const SCHEMES: &str = "compare the scheme too: whoever is on the network can be a page of `http:`";
const NO_BROWSER: &str =
    "no browser sends it, so nobody is in danger; but Origin is not compared as a whole";
pub(crate) const SEVERAL_ORIGINS_ADVICE: &str = "no browser sends it, so nobody is in danger; but of two lines of Origin neither is the request's: allow none";
const NO_LABEL: &str = "no page has it, so nobody is in danger; but `*.` takes more than labels";

/// What CORScanner puts behind a host.
const SPECIAL_CHARACTERS: &[&str] = &[
    "_", "-", "\"", "{", "}", "+", "^", "%60", "!", "~", "`", ";", "|", "&", "'", "(", ")", "*",
    ",", "$", "=", "%0b",
];

/// What stands before a pattern's suffix and is no label, though the text ends as the pattern does.
const NO_LABELS: &[(&str, &str)] = &[
    ("path-before-suffix", "evil.test/a"),
    ("query-before-suffix", "evil.test?"),
    ("user-before-suffix", "user@www"),
    ("space-before-suffix", "a b"),
    ("upper-case-before-suffix", "EVIL"),
    ("nothing-before-suffix", ""),
];

impl ProbeBuilder<'_> {
    /// The pages of the list, each twice: a pattern with a memory forgets every second one.
    pub(crate) fn pages(&mut self) {
        let mut pages = self.expectations.pages();
        pages.truncate(MAX_LISTED_ORIGINS);
        for (i, page) in pages.iter().enumerate() {
            self.call(numbered("listed-origin", i), LISTED, Call::from_page(page));
            self.call(
                numbered("listed-origin-again", i),
                LISTED,
                Call::from_page(page),
            );
        }
    }

    pub(crate) fn attacks(&mut self) {
        self.call("reflection", EXACT, Call::from_page(UNLISTED_ORIGIN));
        self.call("null", NULL, Call::from_page("null"));
        self.call("localhost", EXACT, Call::from_page("http://localhost"));
        self.call(
            "localhost-port",
            EXACT,
            Call::from_page("http://localhost:3000"),
        );
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
        let entries = entries.filter(|entry| entry.starts_with("http")).cloned();
        let mut entries: Vec<String> = entries.collect();
        // A domain can be imitated in more ways than an address.
        let is_domain = |entry: &String| {
            let last = entry.rsplit('.').next().unwrap_or_default();
            entry.contains('.') && last.starts_with(|c: char| c.is_ascii_alphabetic())
        };
        entries.sort_by_key(|entry| !is_domain(entry));
        for (i, entry) in entries.iter().take(MAX_IMITATED_ORIGINS).enumerate() {
            self.imitations(i, entry);
        }
    }

    fn imitations(&mut self, index: usize, entry: &str) {
        let meant = origin_for_entry(entry);
        let Ok(origin) = TupleOrigin::parse(meant.as_bytes()) else {
            return;
        };
        let (scheme, host) = (origin.scheme(), origin.host());
        let behind = scheme.len() + "://".len() + host.len();
        let port = meant.get(behind..).unwrap_or_default();
        let is_pattern = entry.contains("://*.");
        let base = host.strip_prefix("www.").filter(|_| is_pattern);
        let base = base.unwrap_or(host);
        let at = |host: String| format!("{scheme}://{host}{port}");
        let mut imitations = Vec::from([
            ("prefix", ANCHORED, at(format!("{host}.evil.test"))),
            ("suffix", LABELS, at(format!("evil{base}"))),
            ("contained", ANCHORED, at(format!("evil-{host}.evil.test"))),
            ("any-port", EXACT, format!("{scheme}://{host}:8444")),
            ("upper-case-origin", NO_BROWSER, meant.to_ascii_uppercase()),
            ("origin-with-slash", NO_BROWSER, format!("{meant}/")),
            ("origin-with-path", NO_BROWSER, format!("{meant}/evil")),
            ("origin-with-user", NO_BROWSER, format!("{meant}@evil.test")),
        ]);
        if let Some((first, rest)) = base.split_once('.') {
            let www = if is_pattern { "www." } else { "" };
            let replaced = at(format!("{www}{first}x{rest}"));
            imitations.push(("unescaped-dot", DOTS, replaced));
        }
        if scheme == "https" {
            imitations.push(("http-trust", SCHEMES, format!("http://{host}{port}")));
        }
        match is_pattern {
            true => {
                imitations.push(("bare-domain", LABELS, at(String::from(base))));
                let before = NO_LABELS.iter();
                let no_labels = before.map(|(name, text)| (*name, at(format!("{text}.{base}"))));
                imitations.extend(no_labels.map(|(name, origin)| (name, NO_LABEL, origin)));
            }
            false => imitations.push(("any-subdomain", EXACT, at(format!("evil.{host}")))),
        }
        for (name, advice, origin) in imitations {
            self.call(numbered(name, index), advice, Call::from_page(&origin));
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
        for (name, origins) in [
            ("repeated-origin", [&*meant, UNLISTED_ORIGIN]),
            ("repeated-origin-stranger-first", [UNLISTED_ORIGIN, &meant]),
        ] {
            let lines = origins.map(|origin| ("origin", origin.as_bytes()));
            self.single(numbered(name, index), SEVERAL_ORIGINS_ADVICE, "GET", &lines);
        }
    }
}
