//! Entries of a list of origins, and origins that they mean.

use alloc::{format, string::String, vec};

use proptest::{
    collection, option, sample,
    strategy::{BoxedStrategy, Strategy, Union},
};

/// Valid entries of every form.
pub(super) const ENTRIES: &[&str] = &[
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
    "https://a.example:0",
    "https://a.example:25",
    "tauri://localhost",
    "chrome-extension://abcdef",
    "null",
];

/// What the others are put together from.
pub(crate) const SCHEMES: &[&str] = &["https", "https", "http"];
pub(super) const WILDCARDS: &[&str] = &["", "", "*."];
pub(super) const ENTRY_PORTS: &[&str] = &["", "", "", ":81", ":*"];

/// What a `*` of an entry may stand for.
pub(crate) const LABELS: &[&str] = &["w", "x.y", "a", "b.a", "xn--bcher-kva", "_"];
pub(super) const PORTS: &[u16] = &[81, 0, 8443, 65535];

/// Any valid entry. The labels that are drawn are short, so that one list's entries are alike.
pub(crate) fn entry() -> BoxedStrategy<String> {
    let labels = collection::vec("[ab]{1,2}", 1..=3);
    let port = sample::select(ENTRY_PORTS);
    let parts = (
        sample::select(SCHEMES),
        sample::select(WILDCARDS),
        labels,
        port,
    );
    let drawn = parts.prop_map(|(scheme, wildcard, labels, port)| {
        format!("{scheme}://{wildcard}{}{port}", labels.join("."))
    });
    Union::new_weighted(vec![
        (3, sample::select(ENTRIES).prop_map(String::from).boxed()),
        (2, drawn.boxed()),
    ])
    .boxed()
}

/// An origin that `entry` means.
pub(crate) fn meant_by(entry: &str) -> BoxedStrategy<String> {
    let entry = String::from(entry);
    let labels = sample::select(LABELS);
    let port = option::of(sample::select(PORTS));
    (labels, port)
        .prop_map(move |(labels, port)| concrete(&entry, labels, port))
        .boxed()
}

/// The entry with something in the place of each `*`.
pub(crate) fn concrete(entry: &str, labels: &str, port: Option<u16>) -> String {
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    let with_port = match entry.strip_suffix(":*") {
        Some(entry) => format!("{entry}{port}"),
        None => String::from(entry),
    };
    with_port.replacen('*', labels, 1)
}
