//! A configuration from pairs of a name and a text, such as environment variables.

use alloc::{
    borrow::ToOwned,
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    config::{AllowList, PolicyConfig, members::Member},
    error::{ConfigError, ConfigErrorKind as Code, ConfigErrors, ConfigValue},
    member_names::{nearest, position},
};

/// The text for an empty list.
pub(super) const NONE: &str = "none";

const NO_ORIGINS: &str = "no origin is listed: list at least one, or write `*` for any origin or `none` to allow no origin";

impl PolicyConfig {
    /// Reads members from pairs of a name and a text. A name can have any letter case, and can have `-` instead of `_`.
    ///
    /// | member | permitted values |
    /// |---|---|
    /// | `origins`, `methods`, `request_headers`, `expose_headers` | a comma-separated list; `*` for any; `none` for an empty list. Empty entries and white space around entries are ignored |
    /// | `credentials`, members that begin with `dangerously_` | `true`, `false` |
    /// | `max_age`, `preflight_status` | digits |
    ///
    /// # Errors
    ///
    /// Returns all errors about unknown names, repeated names and values of a wrong type. An absent or empty `origins` is
    /// an error: write `none` for a policy that does not allow any origin. [`validate`](Self::validate) reports the other
    /// errors.
    ///
    /// ```
    /// use fetch_cors::{infrastructure::site::NoPublicSuffixes, server::PolicyConfig};
    ///
    /// // A program usually reads `std::env::vars()`, selects the names with a prefix, and removes the prefix.
    /// let variables = [("ORIGINS", "https://app.example, https://*.example.com"), ("MAX_AGE", "600")];
    /// let policy = PolicyConfig::from_pairs(variables)?.validate(&NoPublicSuffixes)?;
    /// assert_eq!(policy.config().max_age, Some(600));
    ///
    /// let errors = PolicyConfig::from_pairs([("ORIGIN", "")]).unwrap_err();
    /// let kinds: Vec<_> = errors.iter().map(|error| error.kind().as_str()).collect();
    /// assert_eq!(kinds, ["unknown-member", "empty-origins"]);
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    pub fn from_pairs<N: AsRef<str>, V: AsRef<str>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, ConfigErrors> {
        let (mut config, mut errors) = (Self::default(), Vec::new());
        let mut seen = BTreeSet::new();
        let plain = |name: &str| name.to_ascii_lowercase().replace('-', "_");
        let pairs: Vec<_> = pairs.into_iter().collect();
        let present: BTreeSet<String> =
            pairs.iter().map(|(name, _)| plain(name.as_ref())).collect();
        for (name, value) in &pairs {
            let (given, value) = (name.as_ref(), value.as_ref().trim());
            let name = plain(given);
            let mut members = config.members().into_iter();
            let error = match members.find(|(member, _)| *member == name) {
                None => Some(unknown(given, value, &present)),
                Some(_) if !seen.insert(name.clone()) => Some(
                    error(Code::Malformed, given, value)
                        .with_reason(format!("the member `{name}` is repeated: write it once")),
                ),
                Some((member, target)) => fill(member, target, value),
            };
            errors.extend(error);
        }
        if !seen.contains("origins") {
            let error = ConfigError::new(Code::EmptyOrigins, "origins", ConfigValue::Absent);
            errors.push(error.with_reason(NO_ORIGINS));
        }
        errors.sort_by_key(|error| position(error.member()));
        if errors.is_empty() {
            Ok(config)
        } else {
            Err(ConfigErrors(errors))
        }
    }
}

fn fill(member: &str, target: Member<'_>, value: &str) -> Option<ConfigError> {
    match target {
        Member::List(_) | Member::Names(_) if value != NONE && entries(value).is_empty() => {
            Some(match member {
                "origins" => error(Code::EmptyOrigins, member, value).with_reason(NO_ORIGINS),
                _ => wrong_type(
                    member,
                    value,
                    "a list separated by commas, or `none` for an empty list",
                ),
            })
        }
        Member::List(list) => {
            *list = match value {
                "*" => AllowList::Any,
                value => AllowList::Only(entries(value)),
            };
            None
        }
        Member::Names(names) => {
            *names = entries(value);
            None
        }
        Member::Flag(flag) => match value {
            "true" | "false" => {
                *flag = value == "true";
                None
            }
            _ => Some(wrong_type(member, value, "`true` or `false`")),
        },
        Member::MaxAge(max_age) => match digits(value).map(str::parse) {
            None => Some(wrong_type(member, value, whole_number(member))),
            Some(Ok(seconds)) => {
                *max_age = Some(seconds);
                None
            }
            // The number is too large for the type of the member.
            Some(Err(_)) => Some(error(Code::MaxAgeOutOfRange, member, value)),
        },
        Member::Status(status) => match digits(value).map(str::parse) {
            None => Some(wrong_type(member, value, whole_number(member))),
            Some(Ok(number)) => {
                *status = number;
                None
            }
            Some(Err(_)) => Some(error(Code::InvalidPreflightStatus, member, value)),
        },
    }
}

/// Describes the numbers that the member can have, for an error message.
pub(super) fn whole_number(member: &str) -> &'static str {
    match member {
        "max_age" => "a whole number from 0 to 86400, written only in digits",
        _ => "a whole number from 200 to 299, written only in digits",
    }
}

fn entries(value: &str) -> Vec<String> {
    let entries = value.split(',').map(str::trim);
    let entries = entries.filter(|entry| !entry.is_empty() && value != NONE);
    entries.map(ToOwned::to_owned).collect()
}

fn digits(value: &str) -> Option<&str> {
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(value)
}

fn error(code: Code, member: &str, value: &str) -> ConfigError {
    ConfigError::new(code, member, ConfigValue::String(value.to_string()))
}

fn wrong_type(member: &str, value: &str, expected: &str) -> ConfigError {
    let reason = format!("the value must be {expected}");
    error(Code::WrongType, member, value).with_reason(reason)
}

fn unknown(member: &str, value: &str, present: &BTreeSet<String>) -> ConfigError {
    let error = error(Code::UnknownMember, member, value);
    match nearest(member, |name| present.contains(name)) {
        Some(nearest) => error.with_suggestion(nearest),
        None => error,
    }
}
