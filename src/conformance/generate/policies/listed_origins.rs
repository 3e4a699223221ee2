//! Generates entries of a list of origins, and origins that match an entry.

use alloc::{format, string::String};

use proptest::strategy::{BoxedStrategy, Strategy};

use crate::conformance::generate::{
    draw::strategies::{many, one_of, one_of_then, optional, select},
    weights::policy_origins::{
        ENTRY_KINDS, ENTRY_LABEL_COUNT, ENTRY_LABELS, ENTRY_PORTS, ENTRY_SCHEMES, ENTRY_WILDCARDS,
        EntryKind, GIVEN_ENTRIES, WILDCARD_HAS_PORT, WILDCARD_LABELS, WILDCARD_PORTS,
    },
};

/// Generates valid entries of every form.
pub(super) fn entry() -> BoxedStrategy<String> {
    one_of_then(&ENTRY_KINDS, |kind| match kind {
        EntryKind::Given => select(&GIVEN_ENTRIES).prop_map(String::from).boxed(),
        EntryKind::Composed => (
            select(&ENTRY_SCHEMES),
            select(&ENTRY_WILDCARDS),
            many(&ENTRY_LABEL_COUNT, one_of(&ENTRY_LABELS)),
            select(&ENTRY_PORTS),
        )
            .prop_map(|(scheme, wildcard, labels, port)| {
                format!("{scheme}://{wildcard}{}{port}", labels.join("."))
            })
            .boxed(),
    })
}

/// Generates origins that match `entry`.
pub(super) fn matching_origins(entry: &str) -> BoxedStrategy<String> {
    let entry = String::from(entry);
    let labels = select(&WILDCARD_LABELS);
    let port = optional(&WILDCARD_HAS_PORT, select(&WILDCARD_PORTS));
    (labels, port)
        .prop_map(move |(labels, port)| concrete(&entry, labels, port))
        .boxed()
}

/// Returns the entry with labels in place of its `*`, and with a port in place of its `:*`.
pub(super) fn concrete(entry: &str, labels: &str, port: Option<u16>) -> String {
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    let with_port = match entry.strip_suffix(":*") {
        Some(entry) => format!("{entry}{port}"),
        None => String::from(entry),
    };
    let is_subdomain = with_port.contains("://*.");
    // All labels of `labels` replace the `*` of an entry such as `https://*.example`. Only the first label replaces the
    // `*` of an entry such as `https://app-*.example`.
    let first = labels.split('.').next().unwrap_or(labels);
    let part = first.trim_start_matches("xn--").replace('_', "-");
    with_port.replacen('*', if is_subdomain { labels } else { &part }, 1)
}
