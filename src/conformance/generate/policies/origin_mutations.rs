//! What becomes of an origin that is edited.

use alloc::{format, string::String, vec::Vec};

/// What an attacker, or a careless client, makes of an origin.
#[derive(Debug, Clone)]
pub(super) enum Edit {
    Nothing,
    /// The character there, counted round, becomes another.
    Replaced(usize, char),
    Removed(usize),
    Inserted(usize, char),
    Before(&'static str),
    /// Between scheme and host.
    BeforeHost(&'static str),
    /// Between host and port.
    BehindHost(&'static str),
    Behind(&'static str),
    WithoutFirstLabel,
    OtherScheme,
    OtherPort(&'static str),
    UpperCase,
    /// With the host of another one behind its own.
    Joined(&'static str),
    /// With labels before it, so that the host has so many bytes.
    LongHost(usize),
    Instead(&'static str),
}

/// How an origin is edited, before it is known where and with what.
#[derive(Debug, Clone, Copy)]
pub(super) enum EditKind {
    Nothing,
    Replaced,
    Removed,
    Inserted,
    Before,
    BeforeHost,
    BehindHost,
    Behind,
    WithoutFirstLabel,
    OtherScheme,
    OtherPort,
    UpperCase,
    Joined,
    LongHost,
    Instead,
}

pub(super) const EDITS: &[(u32, EditKind)] = &[
    (24, EditKind::Nothing),
    (2, EditKind::Replaced),
    (2, EditKind::Removed),
    (2, EditKind::Inserted),
    (1, EditKind::Before),
    (3, EditKind::BeforeHost),
    (3, EditKind::BehindHost),
    (1, EditKind::Behind),
    (2, EditKind::WithoutFirstLabel),
    (1, EditKind::OtherScheme),
    (2, EditKind::OtherPort),
    (1, EditKind::UpperCase),
    (2, EditKind::Joined),
    (1, EditKind::LongHost),
    (2, EditKind::Instead),
];

pub(crate) const CHARACTERS: &[char] = &[
    'a', 'b', '.', '-', '_', ':', '/', '0', '%', '@', '*', '`', ' ', '!', '\\', 'A', '\u{e9}', '{',
];

pub(super) const BEFORE: &[&str] = &[" ", "a", "https://", "https://evil.com ", "\u{e9}"];

pub(super) const BEFORE_HOST: &[&str] = &[
    "a",
    "a.",
    "evil",
    "evil.",
    "a-",
    ".",
    "..",
    "*.",
    "www.",
    "u@",
    "u:p@",
    "_",
    "xn--",
    "xn--a.",
    "xn--bcher-kva.",
    "XN--A.",
    "%61.",
    "a..",
    "[",
    "/",
    "a_b.",
    "a`b.",
    "a:b.",
    "<.",
    "|.",
];

pub(super) const BEHIND_HOST: &[&str] = &[
    ".",
    "..",
    ".evil.com",
    "evil.com",
    "a",
    "-evil.com",
    "_",
    "`.evil.com",
    "%60.evil.com",
    "!.evil.com",
    "&.evil.com",
    "{.evil.com",
    "'.evil.com",
    "~.evil.com",
    "+.evil.com",
    ",.evil.com",
    ";.evil.com",
    "=.evil.com",
    "(.evil.com",
    "|.evil.com",
    "^.evil.com",
    "\".evil.com",
    "$.evil.com",
    "*.evil.com",
    "%0b.evil.com",
    "@evil.com",
    "/.evil.com",
    "#.evil.com",
    "?.evil.com",
    "\\.evil.com",
    "]",
    ":1@evil.com",
];

pub(super) const BEHIND: &[&str] = &[
    "/",
    "/a",
    "?",
    "#",
    " https://evil.com",
    ", https://evil.com",
    ",null",
    "\t.",
    "\u{e9}",
    ":",
];

pub(super) const PORTS: &[&str] = &[
    "", ":80", ":443", ":0", ":00", ":81", ":8080", ":8443", ":65535", ":65536", ":081", ":+81",
    ":*", ":", ":81:81", ":a",
];

/// Between two hosts.
pub(super) const BETWEEN: &[&str] = &["", ".", "-"];

/// Around the longest that a host can be.
pub(crate) const LENGTHS: &[usize] = &[250, 252, 253, 254, 255, 256, 260, 261, 262, 300, 5000];

pub(crate) const OTHERS: &[&str] = &[
    "null",
    "NULL",
    "Null",
    "",
    "*",
    "https://",
    "https://*",
    "http://localhost",
    "file://",
    "://a.example",
    "evil.com",
    "https://evil.com",
    "https://a.example",
    "data:,",
    "https://1.2.3.4",
    "http://[::1]",
    "http://[::1]:",
    "http://[::1",
    "http://127.0.0.1:81",
];

impl Edit {
    /// The edited origin, as HTTP delivers it.
    pub(crate) fn bytes(&self, origin: &str, other: &str) -> Vec<u8> {
        let edited = self.of(origin, other);
        let bytes = edited.chars().map(|c| u8::try_from(c).unwrap_or(b'?'));
        bytes.collect::<Vec<_>>().trim_ascii().to_vec()
    }

    fn of(&self, origin: &str, other: &str) -> String {
        let (scheme, authority) = origin.split_once("://").unwrap_or(("https", origin));
        let (host, port) = split_port(authority);
        let at = |at: &usize| at % origin.chars().count().max(1);
        let around = |at: usize, skipped: usize, inserted: &str| {
            let before = origin.chars().take(at);
            let behind = origin.chars().skip(at + skipped);
            before.chain(inserted.chars()).chain(behind).collect()
        };
        match self {
            Self::Nothing => origin.into(),
            Self::Replaced(index, c) => around(at(index), 1, c.encode_utf8(&mut [0; 4])),
            Self::Removed(index) => around(at(index), 1, ""),
            Self::Inserted(index, c) => around(at(index), 0, c.encode_utf8(&mut [0; 4])),
            Self::Before(text) => format!("{text}{origin}"),
            Self::BeforeHost(text) => format!("{scheme}://{text}{authority}"),
            Self::BehindHost(text) => format!("{scheme}://{host}{text}{port}"),
            Self::Behind(text) => format!("{origin}{text}"),
            Self::WithoutFirstLabel => match authority.split_once('.') {
                Some((_, rest)) => format!("{scheme}://{rest}"),
                None => format!("{scheme}://"),
            },
            Self::OtherScheme if scheme == "https" => format!("http://{authority}"),
            Self::OtherScheme => format!("https://{authority}"),
            Self::OtherPort(port) => format!("{scheme}://{host}{port}"),
            Self::UpperCase => origin.to_ascii_uppercase(),
            Self::Joined(between) => {
                let other = other.rsplit("://").next().unwrap_or_default();
                format!("{scheme}://{host}{between}{other}")
            }
            Self::LongHost(length) => {
                let missing = length.saturating_sub(host.len());
                let odd = if missing % 2 == 1 { "a" } else { "" };
                let labels = "a.".repeat(missing / 2);
                format!("{scheme}://{odd}{labels}{authority}")
            }
            Self::Instead(origin) => String::from(*origin),
        }
    }
}

fn split_port(authority: &str) -> (&str, &str) {
    let at = authority
        .rfind(':')
        .filter(|&at| !authority.ends_with(']') && at > 0);
    at.and_then(|at| authority.split_at_checked(at))
        .unwrap_or((authority, ""))
}
