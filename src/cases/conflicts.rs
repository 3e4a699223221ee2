//! Members that cannot occur together in one object.

use alloc::{borrow::Cow, collections::BTreeMap};

use serde_json::value::RawValue;

/// Each entry has a member, its value, and the members that are refused next to it. Without a value, each value of the
/// member counts.
const CONFLICTS: [(&str, Option<&str>, &[&str]); 11] = [
    ("error", None, &["status", "headers"]),
    ("status", None, &["error"]),
    ("headers", None, &["error"]),
    ("open", None, &["answer", "at", "reset"]),
    ("answer", None, &["open", "reset"]),
    ("at", None, &["open", "reset"]),
    ("reset", None, &["open", "answer", "at"]),
    ("api", Some(r#""fetch""#), &["use_cors_preflight"]),
    (
        "api",
        Some(r#""xhr""#),
        &["mode", "referrer_policy", "redirect"],
    ),
    (
        "use_cors_preflight",
        Some("true"),
        &["mode", "referrer_policy", "redirect"],
    ),
    (
        "type",
        Some(r#""error""#),
        &["status", "url", "redirected", "headers", "timing_allowed"],
    ),
];

/// Whether a member with this name can be added to an object that has the members `present`.
pub(super) fn can_be_added(name: &str, present: &BTreeMap<Cow<'_, str>, &RawValue>) -> bool {
    let conflicts = CONFLICTS.iter().any(|(member, value, refused)| {
        let given = present.get(*member).map(|given| given.get());
        refused.contains(&name) && given.is_some_and(|given| value.is_none_or(|v| v == given))
    });
    !conflicts && !present.contains_key(name)
}
