//! Describes an `Access-Control-Max-Age` that differs from the max-age of the policy, and its fix.

use alloc::{
    format,
    string::{String, ToString},
};

use super::names::Names;

/// The units of a time that servers write after a number, each with its length in seconds.
const UNITS: [(&[&str], u64); 4] = [
    (&["s", "sec", "secs", "second", "seconds"], 1),
    (&["m", "min", "mins", "minute", "minutes"], 60),
    (&["h", "hr", "hrs", "hour", "hours"], 3600),
    (&["d", "day", "days"], 86_400),
];

/// Describes the values that the server sends. `expected` is the max-age of the policy.
pub(super) fn mistake(sent: &Names, expected: Option<u32>) -> String {
    let all = sent.joined("or");
    let policy = match expected {
        Some(seconds) => format!("the policy has `{seconds}`"),
        None => String::from("the policy has no max-age"),
    };
    match wrong_form(sent) {
        Some("is empty") => format!("the max-age of preflight responses is empty; {policy}"),
        Some(reason) => format!(
            "the max-age of preflight responses is {all}, which browsers ignore, because it {reason}; {policy}"
        ),
        None => format!("the max-age of preflight responses is {all}, but {policy}"),
    }
}

/// Returns the fix if browsers ignore the values, or if they are in milliseconds. Returns `None` for other numbers.
pub(super) fn fix(sent: &Names, expected: u32) -> Option<String> {
    if wrong_form(sent).is_none() {
        let milliseconds = (u64::from(expected) * 1000).to_string();
        return sent.iter().eq([&milliseconds]).then(|| {
            format!("the value is in seconds, and not in milliseconds: send `{expected}`")
        });
    }
    let other = sent.iter().find_map(|value| {
        let seconds = seconds(value)?;
        (seconds != u64::from(expected)).then(|| {
            format!(
                "; `{}` means {seconds} seconds, so if this time is right, correct `max_age` of the policy",
                value.escape_debug()
            )
        })
    });
    Some(format!(
        "send only the number of seconds as the value, in digits: `{expected}`{}",
        other.unwrap_or_default()
    ))
}

/// Returns the reason why browsers ignore the values, as the end of a sentence. Returns `None` if a value consists of digits.
fn wrong_form(sent: &Names) -> Option<&'static str> {
    let mut reasons = sent.iter().map(|value| wrong_form_of(value.trim()));
    let first = reasons.next()??;
    reasons.all(|reason| reason.is_some()).then_some(first)
}

fn wrong_form_of(value: &str) -> Option<&'static str> {
    let are_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if are_digits(value) {
        return None;
    }
    let unquoted = value.trim_matches(['"', '\'']);
    Some(if value.is_empty() {
        "is empty"
    } else if unquoted.len() < value.len() {
        "has quotation marks"
    } else if value.contains(',') {
        "has a comma"
    } else if value.strip_prefix('-').is_some_and(are_digits) {
        "is negative"
    } else if seconds(value).is_some() {
        "has a unit"
    } else if value.parse::<f64>().is_ok_and(f64::is_finite) {
        "has other characters than digits"
    } else if value
        .rsplit_once([':', '='])
        .is_some_and(|(_, end)| are_digits(end.trim()))
    {
        "begins with a name"
    } else {
        "is not a number of seconds"
    })
}

/// Returns the number of seconds of a value such as `1h`. Returns `None` if the value is not a number with a unit.
fn seconds(value: &str) -> Option<u64> {
    let digits = value.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = value.split_at_checked(digits)?;
    let unit = unit.trim().to_ascii_lowercase();
    let mut units = UNITS.iter();
    let (_, length) = units.find(|(names, _)| names.contains(&unit.as_str()))?;
    number.parse::<u64>().ok()?.checked_mul(*length)
}
