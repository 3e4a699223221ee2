//! The entries in a policy's list of origins, and the origins that match these entries.

use super::table::{Odds, Size, Uniform, Weighted, tables};

/// The way to make an entry of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) enum EntryKind {
    Given,
    /// Joins a scheme, labels and a port.
    Composed,
}

tables! {
    /// The sizes of the lists of origins. `None` means that every origin is allowed.
    static ORIGIN_LIST_SIZES: Weighted<Option<&'static Size>> = &[
        (5, Some(&SEVERAL_ORIGINS)),
        (2, Some(&ONE_ORIGIN)),
        (1, None),
    ];
    static SEVERAL_ORIGINS: Size = 1..=5;
    static ONE_ORIGIN: Size = 1..=1;

    static ENTRY_KINDS: Weighted<EntryKind> = &[(3, EntryKind::Given), (2, EntryKind::Composed)];

    /// Valid entries that are written in full. Together, they show every form that an entry can have.
    static GIVEN_ENTRIES: Uniform<&'static str> = &[
        "https://a.example",
        "https://foo.com",
        "https://bar.com",
        "https://foo.com:8443",
        "https://*.foo.com",
        "https://*.example",
        "https://*.a.example:8443",
        "https://*.a.example:*",
        "http://localhost:*",
        "http://localhost:3000",
        "http://127.0.0.1",
        "http://127.0.0.1:*",
        "http://[::1]:*",
        "http://[::1]:8080",
        "http://*.localhost:*",
        "http://a.example",
        "http://a.example:443",
        "https://a.example.",
        "https://*.a.example.",
        "https://my_app.example",
        "https://xn--bcher-kva.example",
        "https://*.xn--4dbrk0ce",
        "https://*.com",
        "https://a.example:8",
        "https://a.example:65535",
        "https://app-*.a.example",
        "https://*--app.foo.com",
        "https://a*b.example:*",
        "http://a-*.localhost:81",
        "chrome-extension://*",
        "moz-extension://*",
        "file://",
        "tauri://localhost",
        "app://.",
        "com.example.app://X_y",
        "chrome-extension://abcdef",
        "null",
    ];

    static ENTRY_SCHEMES: Uniform<&'static str> = &["https", "https", "http"];

    static ENTRY_WILDCARDS: Uniform<&'static str> = &["", "", "", "*.", "*.", "a*.", "*-b.", "a*b."];

    static ENTRY_LABEL_COUNT: Size = 1..=3;

    /// Labels of composed entries. The labels are few and short, so the entries of a list are often similar.
    static ENTRY_LABELS: Weighted<&'static str> =
        &[(2, "a"), (2, "b"), (1, "aa"), (1, "ab"), (1, "ba"), (1, "bb")];

    static ENTRY_PORTS: Uniform<&'static str> = &["", "", "", ":81", ":*"];

    /// Labels that replace the `*` of an entry.
    static WILDCARD_LABELS: Uniform<&'static str> = &["w", "x.y", "a", "b.a", "xn--bcher-kva", "_"];

    static WILDCARD_HAS_PORT: Odds = (1, 2);

    /// Ports that replace the `:*` of an entry.
    static WILDCARD_PORTS: Uniform<u16> = &[81, 0, 8443, 65535];
}
