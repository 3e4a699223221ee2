//! Reads a policy from TOML.

use fetch_cors::{
    server::{CorsPolicy, PolicyFile, PublicSuffixList},
    wording,
};
use serde_json::{Value, value::RawValue};
use toml::de::{DeTable, DeValue};

use super::{
    FEWER_ORIGINS,
    errors::{ErrorLine, malformed},
    located,
};
use crate::positions::Positions;

/// The maximum size of a policy in TOML, in bytes. The program needs up to 450 times this size. A policy of this size can
/// list about 10,000 origins.
const MAX_TOML_BYTES: usize = 256 * 1024;

pub(super) fn is_toml(text: &str) -> bool {
    // TOML cannot begin with `{`. The parser would still store all tokens of the text.
    text.len() <= MAX_TOML_BYTES
        && !text.trim_start().starts_with('{')
        && DeTable::parse(text).is_ok()
}

pub(super) fn from_toml(text: &str) -> Result<CorsPolicy, Vec<ErrorLine>> {
    if text.len() > MAX_TOML_BYTES {
        let message = format!(
            "the file has more than {MAX_TOML_BYTES} bytes, which is too large for a policy in TOML: write the policy in JSON, {FEWER_ORIGINS}"
        );
        return Err(vec![malformed(message, 0..1)]);
    }
    let table = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        let message = error.message().replace('\n', ", ");
        let mut error = malformed(format!("not TOML: {message}"), span.clone());
        if let Some(name) = yaml_name(text, span.start) {
            error.message = format!(
                "a policy is JSON or TOML, and this looks like YAML: write `{name} = …` for TOML, with strings in double quotes"
            );
        }
        if message == "duplicate key" {
            let member = text.get(span).unwrap_or_default();
            member
                .trim_matches(['"', '\''])
                .clone_into(&mut error.member);
            error.message = wording::repeated_member(&error.member);
        }
        vec![error]
    })?;
    let mut json = String::new();
    write_table(&mut json, table.get_ref());
    let file = PolicyFile::from_json(&json);
    let policy = file.and_then(|file| file.validate(&PublicSuffixList));
    policy.map_err(|errors| {
        let mut errors = located(&errors, &Positions::of_toml(text, &table));
        for error in &mut errors {
            describe_in_toml(error, text);
        }
        errors
    })
}

/// Corrects the message about a value that JSON does not have: a date, a time, infinity or NaN.
fn describe_in_toml(error: &mut ErrorLine, text: &str) {
    let value = text.get(error.span.clone()).unwrap_or_default();
    let is_time = value.starts_with(|first: char| first.is_ascii_digit());
    if let Some(expected) = error.message.strip_prefix("the value is null") {
        let expected = expected.trim_end_matches(wording::WRITE_VALUE_OR_REMOVE);
        error.message = format!("the value is `{value}`{expected}");
    } else if let Some(expected) = error.message.strip_prefix("the value is an object")
        && is_time
    {
        error.message = format!("the value is a date or a time{expected}");
    }
}

/// Returns the name before the colon of a line that looks like YAML. `position` is a position in this line, or in a
/// line `---` before this line.
fn yaml_name(text: &str, position: usize) -> Option<&str> {
    let before = text.get(..position)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let mut lines = text.get(start..)?.lines();
    let line = lines.find(|line| line.trim() != "---")?;
    let (name, _) = line.split_once(':')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

/// Writes a TOML table as JSON. Integers are copied digit by digit, because a TOML integer can be too large for every
/// integer type of Rust.
fn write_table(json: &mut String, table: &DeTable<'_>) {
    json.push('{');
    for (i, (name, value)) in table.iter().enumerate() {
        json.push_str(if i == 0 { "" } else { "," });
        write_string(json, name.get_ref());
        json.push(':');
        write_value(json, value.get_ref());
    }
    json.push('}');
}

fn write_value(json: &mut String, value: &DeValue<'_>) {
    match value {
        DeValue::String(string) => write_string(json, string),
        DeValue::Boolean(bool) => json.push_str(if *bool { "true" } else { "false" }),
        DeValue::Integer(integer) => {
            let digits = integer.as_str().trim_start_matches('+');
            match (
                integer.radix(),
                u128::from_str_radix(digits, integer.radix()),
            ) {
                (10, _) => json.push_str(digits),
                (_, Ok(number)) => json.push_str(&number.to_string()),
                (_, Err(_)) => json.push_str(&u128::MAX.to_string()),
            }
        }
        DeValue::Float(float) => {
            let text = float.as_str().trim_start_matches('+');
            // JSON has no number for infinity and NaN, so `null` is written.
            match serde_json::from_str::<&RawValue>(text) {
                Ok(number) => json.push_str(number.get()),
                Err(_) => json.push_str("null"),
            }
        }
        DeValue::Datetime(datetime) => {
            json.push_str("{\"datetime\":");
            write_string(json, &datetime.to_string());
            json.push('}');
        }
        DeValue::Array(array) => {
            json.push('[');
            for (i, entry) in array.iter().enumerate() {
                json.push_str(if i == 0 { "" } else { "," });
                write_value(json, entry.get_ref());
            }
            json.push(']');
        }
        DeValue::Table(table) => write_table(json, table),
    }
}

fn write_string(json: &mut String, string: &str) {
    json.push_str(&Value::from(string).to_string());
}
