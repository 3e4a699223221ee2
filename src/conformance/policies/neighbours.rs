//! Origins that are, or are nearly, those of a list.

use alloc::{format, string::String, vec, vec::Vec};

use proptest::{
    sample::{self, Index},
    strategy::{BoxedStrategy, Just, Strategy, Union},
};

use super::{PolicySpec, origins::meant_by};

/// What an attacker, or a careless client, makes of an origin.
#[derive(Debug, Clone)]
enum Edit {
    Nothing,
    /// The character there becomes another.
    Replaced(Index, char),
    Removed(Index),
    Inserted(Index, char),
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
    LongHost(usize),
    Instead(&'static str),
}

const CHARACTERS: &[char] = &[
    'a', 'b', '.', '-', '_', ':', '/', '0', '%', '@', '*', '`', ' ', '!', '\\', 'A', '\u{e9}', '{',
];

const BEFORE_HOST: &[&str] = &[
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

const BEHIND_HOST: &[&str] = &[
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

const BEHIND: &[&str] = &[
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

const PORTS: &[&str] = &[
    "", ":80", ":443", ":0", ":00", ":81", ":8080", ":8443", ":65535", ":65536", ":081", ":+81",
    ":*", ":", ":81:81", ":a",
];

const OTHERS: &[&str] = &[
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

/// Bytes of an Origin header that are one of the policy's origins, or close to one.
///
/// ```
/// use fetch_cors::conformance::policies::{PolicySpec, origin_near};
/// use proptest::{strategy::{Strategy, ValueTree}, test_runner::TestRunner};
///
/// let origins = origin_near(&PolicySpec::of(["https://a.example"]));
/// assert!(!origins.new_tree(&mut TestRunner::deterministic())?.current().is_empty());
/// # Ok::<(), proptest::test_runner::Reason>(())
/// ```
pub fn origin_near(spec: &PolicySpec) -> impl Strategy<Value = Vec<u8>> + use<> {
    let predicate = spec.predicate.iter().map(|predicate| &predicate.origin);
    let listed: Vec<String> = spec
        .listed_origins()
        .iter()
        .chain(predicate)
        .cloned()
        .collect();
    let near = match listed.is_empty() {
        true => meant_by("https://a.example"),
        false => (sample::select(listed.clone()), Just(()))
            .prop_flat_map(|(entry, ())| meant_by(&entry))
            .boxed(),
    };
    let other = match listed.is_empty() {
        true => Just(String::from("https://b.example")).boxed(),
        false => sample::select(listed).boxed(),
    };
    (near, other, edit()).prop_map(|(origin, other, edit)| {
        let edited = edit.of(&origin, &other);
        let edited: Vec<u8> = edited
            .chars()
            .map(|c| u8::try_from(c).unwrap_or(b'?'))
            .collect();
        // As HTTP delivers it.
        edited.trim_ascii().to_vec()
    })
}

fn edit() -> BoxedStrategy<Edit> {
    let any = proptest::arbitrary::any::<Index>;
    let character = || sample::select(CHARACTERS);
    let given = |list: &'static [&'static str], edit: fn(&'static str) -> Edit| {
        sample::select(list).prop_map(edit).boxed()
    };
    Union::new_weighted(vec![
        (24, Just(Edit::Nothing).boxed()),
        (
            2,
            (any(), character())
                .prop_map(|(at, c)| Edit::Replaced(at, c))
                .boxed(),
        ),
        (2, any().prop_map(Edit::Removed).boxed()),
        (
            2,
            (any(), character())
                .prop_map(|(at, c)| Edit::Inserted(at, c))
                .boxed(),
        ),
        (
            1,
            given(
                &[" ", "a", "https://", "https://evil.com ", "\u{e9}"],
                Edit::Before,
            ),
        ),
        (3, given(BEFORE_HOST, Edit::BeforeHost)),
        (3, given(BEHIND_HOST, Edit::BehindHost)),
        (1, given(BEHIND, Edit::Behind)),
        (2, Just(Edit::WithoutFirstLabel).boxed()),
        (1, Just(Edit::OtherScheme).boxed()),
        (2, given(PORTS, Edit::OtherPort)),
        (1, Just(Edit::UpperCase).boxed()),
        (2, given(&["", ".", "-"], Edit::Joined)),
        (
            1,
            sample::select(&[300_usize, 5000][..])
                .prop_map(Edit::LongHost)
                .boxed(),
        ),
        (2, given(OTHERS, Edit::Instead)),
    ])
    .boxed()
}

impl Edit {
    fn of(&self, origin: &str, other: &str) -> String {
        let (scheme, authority) = origin.split_once("://").unwrap_or(("https", origin));
        let (host, port) = split_port(authority);
        let at = |index: &Index| index.index(origin.chars().count().max(1));
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
                let labels = "a.".repeat(length / 2);
                format!("{scheme}://{labels}{authority}")
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
