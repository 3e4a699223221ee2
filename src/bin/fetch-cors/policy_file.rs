//! Reading of a policy from a JSON or TOML file.

use std::path::Path;

use fetch_cors::server::{
    ConfigError, ConfigErrorKind, ConfigErrors, ConfigValue, CorsPolicy, PolicyFile,
    PublicSuffixList,
};
use serde::Serialize;
use serde_json::{Value, value::RawValue};
use toml::de::{DeTable, DeValue};

use crate::{
    input,
    output::{Output, Stop},
};

/// An error of a policy as a line of JSON.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorLine {
    error: &'static str,
    member: String,
    /// The value as the file has it; absent if the member is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Box<RawValue>>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<String>,
}

/// Reads a policy from a JSON or TOML file; `-` is the standard input.
pub(crate) fn read(path: &Path) -> Result<Result<CorsPolicy, Vec<ErrorLine>>, Stop> {
    let content = input::read_bytes(path)?;
    let Ok(text) = str::from_utf8(&content) else {
        return Ok(Err(vec![malformed(
            "the policy is not UTF-8: save the file as UTF-8".into(),
        )]));
    };
    // Some editors write a byte order mark at the beginning.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_toml = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    let file = if is_toml {
        from_toml(text)
    } else {
        from_json(text).or_else(|errors| {
            // A text that begins with `{` is meant as JSON, and cannot be TOML.
            if text.trim_ascii_start().starts_with('{') {
                Err(errors)
            } else {
                from_toml(text)
            }
        })
    };
    Ok(file.and_then(|file| file.validate(&PublicSuffixList).map_err(lines)))
}

/// Prints the errors.
pub(crate) fn print(errors: &[ErrorLine], output: &mut Output) -> Result<(), Stop> {
    errors.iter().try_for_each(|error| output.json(error))
}

fn from_json(text: &str) -> Result<PolicyFile, Vec<ErrorLine>> {
    PolicyFile::from_json(text).map_err(lines)
}

fn from_toml(text: &str) -> Result<PolicyFile, Vec<ErrorLine>> {
    let table = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or_default();
        let line = text.get(..span.start).unwrap_or_default();
        let line = line.matches('\n').count() + 1;
        let message = error.message().replace('\n', ", ");
        let mut error = malformed(format!("not TOML: {message} at line {line}"));
        if message == "duplicate key" {
            let key = text.get(span).unwrap_or_default();
            error.member = key.trim_matches(['"', '\'']).to_owned();
        }
        vec![error]
    })?;
    let mut json = String::new();
    write_table(&mut json, table.get_ref());
    from_json(&json)
}

fn malformed(message: String) -> ErrorLine {
    ErrorLine {
        error: ConfigErrorKind::Malformed.as_str(),
        member: String::new(),
        value: None,
        message,
        suggestion: None,
    }
}

fn lines(errors: ConfigErrors) -> Vec<ErrorLine> {
    errors.iter().map(line).collect()
}

fn line(error: &ConfigError) -> ErrorLine {
    let json = match error.value() {
        ConfigValue::Absent => None,
        ConfigValue::String(string) => Some(Value::from(&**string).to_string()),
        ConfigValue::Json(json) => Some(json.clone()),
    };
    ErrorLine {
        error: error.kind().as_str(),
        member: error.member().to_owned(),
        value: json.and_then(|json| RawValue::from_string(json).ok()),
        message: error.message().to_owned(),
        suggestion: error.suggestion().map(str::to_owned),
    }
}

/// Writes a TOML table as JSON. Integers are copied digit by digit, since no Rust type can hold all of them.
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
            // JSON has no infinity.
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
