//! Mutants of a document: each has one change.

use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// A member is removed.
    Removed,
    /// A value has another type than in the sample.
    Retyped,
    /// A string has unusual characters.
    Renamed,
    /// An object has an additional member whose name begins with `x-`.
    Added,
    /// An object has an additional member whose name does not begin with `x-`.
    Unknown,
}

pub(crate) struct Mutant {
    pub(crate) change: Change,
    /// The path of the changed value, such as `fetches[].at`.
    pub(crate) path: String,
    /// The new type of the value.
    pub(crate) kind: &'static str,
    pub(crate) document: Value,
}

/// A character above U+00FF, a space and a line break.
const UNUSUAL: &str = "\u{2603} no such\nword";

pub(crate) fn mutants(document: &Value) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for pointer in pointers(document) {
        let value = document.pointer(&pointer).unwrap();
        let mut replace = |change, new: Value| {
            let kind = kind(&new);
            let mut document = document.clone();
            *document.pointer_mut(&pointer).unwrap() = new;
            mutants.push(Mutant {
                change,
                path: path(&pointer),
                kind,
                document,
            });
        };
        let others = [
            json!(null),
            json!(true),
            json!(7),
            json!("*"),
            json!([]),
            json!({}),
        ];
        for other in others {
            if kind(&other) != kind(value) {
                replace(Change::Retyped, other);
            }
        }
        if value.is_string() {
            replace(Change::Renamed, json!(UNUSUAL));
        }
        if let Some(object) = value.as_object() {
            for (change, name) in [
                (Change::Added, "x-no-such-member"),
                (Change::Unknown, "no_such_member"),
            ] {
                let mut more = object.clone();
                more.insert(name.into(), json!(true));
                replace(change, Value::Object(more));
            }
        }
        let (parent, member) = pointer.rsplit_once('/').unwrap_or_default();
        let mut without = document.clone();
        if let Some(Value::Object(parent)) = without.pointer_mut(parent)
            && parent.remove(member).is_some()
        {
            mutants.push(Mutant {
                change: Change::Removed,
                path: path(&pointer),
                kind: "absent",
                document: without,
            });
        }
    }
    mutants
}

/// Returns the JSON pointers of all values, the whole document first.
pub(crate) fn pointers(document: &Value) -> Vec<String> {
    let mut pointers = vec![String::new()];
    let children: Vec<(String, &Value)> = match document {
        Value::Object(members) => members.iter().map(|(name, v)| (name.clone(), v)).collect(),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(i, v)| (i.to_string(), v))
            .collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        let below = self::pointers(child);
        pointers.extend(below.iter().map(|rest| format!("/{name}{rest}")));
    }
    pointers
}

/// Returns the member path of a pointer, without the indices of entries.
fn path(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        match part.parse::<usize>() {
            Ok(_) => path.push_str("[]"),
            Err(_) if path.is_empty() => path.push_str(part),
            Err(_) => path.extend([".", part]),
        }
    }
    path
}

pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}
