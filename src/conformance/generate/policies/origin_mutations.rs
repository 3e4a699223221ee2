//! Mutations: changes that turn an origin into a similar origin.

use alloc::{format, string::String, vec::Vec};

/// A change that turns an origin into a similar text. Such texts come from attackers and from careless clients.
#[derive(Debug, Clone)]
pub(crate) enum OriginMutation {
    Nothing,
    /// Replaces the character at the index. The index is taken modulo the length of the origin.
    ReplaceCharacter(usize, char),
    RemoveCharacter(usize),
    InsertCharacter(usize, char),
    Prefix(&'static str),
    /// Inserts a text between the scheme and the host.
    HostPrefix(&'static str),
    /// Inserts a text between the host and the port.
    HostSuffix(&'static str),
    Suffix(&'static str),
    WithoutFirstLabel,
    OtherScheme,
    OtherPort(&'static str),
    UpperCase,
    /// Appends a separator and the host of another origin to the host. The field is the separator.
    JoinedHosts(&'static str),
    /// Inserts labels before the host. The new host has the given length in bytes.
    LongHost(usize),
    /// Replaces the origin with the given origin.
    OtherOrigin(&'static str),
}

impl OriginMutation {
    /// Returns the bytes of the mutated origin, without the white space that HTTP removes at both ends.
    pub(crate) fn bytes(&self, origin: &str, other: &str) -> Vec<u8> {
        let text = self.text(origin, other);
        let bytes = text.chars().map(|c| u8::try_from(c).unwrap_or(b'?'));
        bytes.collect::<Vec<_>>().trim_ascii().to_vec()
    }

    fn text(&self, origin: &str, other: &str) -> String {
        let (scheme, authority) = origin.split_once("://").unwrap_or(("https", origin));
        let (host, port) = split_port(authority);
        let at = |at: &usize| at % origin.chars().count().max(1);
        let spliced = |at: usize, skipped: usize, inserted: &str| {
            let before = origin.chars().take(at);
            let behind = origin.chars().skip(at + skipped);
            before.chain(inserted.chars()).chain(behind).collect()
        };
        match self {
            Self::Nothing => origin.into(),
            Self::ReplaceCharacter(index, c) => spliced(at(index), 1, c.encode_utf8(&mut [0; 4])),
            Self::RemoveCharacter(index) => spliced(at(index), 1, ""),
            Self::InsertCharacter(index, c) => spliced(at(index), 0, c.encode_utf8(&mut [0; 4])),
            Self::Prefix(text) => format!("{text}{origin}"),
            Self::HostPrefix(text) => format!("{scheme}://{text}{authority}"),
            Self::HostSuffix(text) => format!("{scheme}://{host}{text}{port}"),
            Self::Suffix(text) => format!("{origin}{text}"),
            Self::WithoutFirstLabel => match authority.split_once('.') {
                Some((_, rest)) => format!("{scheme}://{rest}"),
                None => format!("{scheme}://"),
            },
            Self::OtherScheme if scheme == "https" => format!("http://{authority}"),
            Self::OtherScheme => format!("https://{authority}"),
            Self::OtherPort(port) => format!("{scheme}://{host}{port}"),
            Self::UpperCase => origin.to_ascii_uppercase(),
            Self::JoinedHosts(between) => {
                let other = other.rsplit("://").next().unwrap_or_default();
                format!("{scheme}://{host}{between}{other}")
            }
            Self::LongHost(length) => {
                let missing = length.saturating_sub(host.len());
                let odd = if missing % 2 == 1 { "a" } else { "" };
                let labels = "a.".repeat(missing / 2);
                format!("{scheme}://{odd}{labels}{authority}")
            }
            Self::OtherOrigin(origin) => String::from(*origin),
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
