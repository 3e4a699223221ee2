//! Mutations that turn an origin into a similar origin.

use super::table::{Uniform, Weighted, tables};

/// A kind of mutation, without its place and its text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum MutationKind {
    Nothing,
    ReplaceCharacter,
    RemoveCharacter,
    InsertCharacter,
    Prefix,
    HostPrefix,
    HostSuffix,
    Suffix,
    WithoutFirstLabel,
    OtherScheme,
    OtherPort,
    UpperCase,
    JoinedHosts,
    LongHost,
    OtherOrigin,
}

tables! {
    static MUTATION_KINDS: Weighted<MutationKind> = &[
        (24, MutationKind::Nothing),
        (2, MutationKind::ReplaceCharacter),
        (2, MutationKind::RemoveCharacter),
        (2, MutationKind::InsertCharacter),
        (1, MutationKind::Prefix),
        (3, MutationKind::HostPrefix),
        (3, MutationKind::HostSuffix),
        (1, MutationKind::Suffix),
        (2, MutationKind::WithoutFirstLabel),
        (1, MutationKind::OtherScheme),
        (2, MutationKind::OtherPort),
        (1, MutationKind::UpperCase),
        (2, MutationKind::JoinedHosts),
        (1, MutationKind::LongHost),
        (2, MutationKind::OtherOrigin),
    ];

    /// Characters that a mutation inserts into an origin, or puts in place of another character.
    static CHARACTERS: Uniform<char> = &[
        'a', 'b', '.', '-', '_', ':', '/', '0', '%', '@', '*', '`', ' ', '!', '\\', 'A', '\u{e9}', '{',
    ];

    /// Texts that a mutation puts before the scheme.
    static PREFIXES: Uniform<&'static str> = &[" ", "a", "https://", "https://evil.com ", "\u{e9}"];

    /// Texts that a mutation puts between the scheme and the host.
    static HOST_PREFIXES: Uniform<&'static str> = &[
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

    /// Texts that a mutation puts between the host and the port.
    static HOST_SUFFIXES: Uniform<&'static str> = &[
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

    /// Texts that a mutation puts after the port.
    static SUFFIXES: Uniform<&'static str> = &[
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

    /// Texts that a mutation puts in place of the port.
    static OTHER_PORTS: Uniform<&'static str> = &[
        "", ":80", ":443", ":0", ":00", ":25", ":6000", ":81", ":8080", ":8443", ":65535", ":65536", ":081", ":+81",
        ":*", ":", ":81:81", ":a",
    ];

    /// Texts that a mutation puts between two joined hosts.
    static HOST_SEPARATORS: Uniform<&'static str> = &["", ".", "-"];

    /// Lengths that are close to the maximum length of a host, and one length that is much greater than the maximum.
    static HOST_LENGTHS_BYTES: Uniform<usize> = &[250, 252, 253, 254, 255, 256, 260, 261, 262, 300, 5000];

    /// Values of `Origin` that do not depend on the policy.
    static OTHER_ORIGINS: Uniform<&'static str> = &[
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
        "wss://a.example",
        "about://blank",
        "htps://a.example",
        "https://a.example,https",
    ];
}
