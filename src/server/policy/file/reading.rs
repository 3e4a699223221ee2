//! A policy from a file.

use alloc::{format, string::String, vec::Vec};

use serde::{Deserialize, Deserializer};

use super::members::{MEMBERS, name_of, nearest, position};
use crate::infrastructure::site::PublicSuffixes;
use crate::server::policy::{
    CorsPolicy,
    builder::CorsPolicyBuilder,
    entries::Entries,
    error::{ConfigError, ConfigErrorKind as Code, ConfigErrors},
    raw_value::RawValue,
};

/// A configuration as it stands in a file, not yet looked at.
///
/// ```
/// use fetch_cors::{infrastructure::site::NoPublicSuffixes, server::Config};
///
/// let config: Config = serde_json::from_str(r#"{"origins": ["https://a.example/"], "max_age": 1.5}"#)?;
/// let errors = config.build(NoPublicSuffixes).unwrap_err();
/// let codes: Vec<_> = errors.iter().map(|error| error.kind().as_str()).collect();
/// assert_eq!(codes, ["unmatchable-origin", "wrong-type"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Config(RawValue);

impl Config {
    /// The policy, by the same rules as [`CorsPolicyBuilder::build`].
    ///
    /// # Errors
    ///
    /// All that is wrong.
    pub fn build(
        self,
        public_suffixes: impl PublicSuffixes + 'static,
    ) -> Result<CorsPolicy, ConfigErrors> {
        let mut reader = Reader { errors: Vec::new() };
        let RawValue::Map(members) = self.0 else {
            reader.wrong_type("", &self.0, "an object of the policy's members");
            return Err(ConfigErrors(reader.errors));
        };
        let builder = reader.builder(members).public_suffixes(public_suffixes);
        let mut errors = reader.errors;
        let built = builder.build();
        if let Err(ConfigErrors(more)) = &built {
            // An `origins` that could not be read is not absent besides.
            let is_told = errors
                .iter()
                .any(|error| name_of(error.member()) == "origins");
            let more = more
                .iter()
                .filter(|error| !is_told || error.kind() != Code::EmptyOrigins);
            errors.extend(more.cloned());
        }
        errors.sort_by_key(|error| position(error.member()));
        match built {
            Ok(policy) if errors.is_empty() => Ok(policy),
            _ => Err(ConfigErrors(errors)),
        }
    }

    /// What stands in a JSON text. Unlike a deserializer it sees numbers as they are written, so that
    /// `1e2` is no integer, and one of any size is.
    ///
    /// # Errors
    ///
    /// One, [`Malformed`](Code::Malformed): it is no JSON, or a member is repeated.
    ///
    /// ```
    /// use fetch_cors::server::Config;
    /// let errors = Config::from_json(r#"{"origins": "*", "origins": "*"}"#).unwrap_err();
    /// let error = errors.iter().next().unwrap();
    /// assert_eq!((error.kind().as_str(), error.member()), ("malformed", "origins"));
    /// ```
    #[cfg(feature = "cases")]
    pub fn from_json(json: &str) -> Result<Self, ConfigErrors> {
        RawValue::from_json(json)
            .map(Self)
            .map_err(|(member, reason)| {
                ConfigErrors(Vec::from([ConfigError::malformed(member, reason)]))
            })
    }
}

impl<'de> Deserialize<'de> for Config {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RawValue::deserialize(deserializer).map(Self)
    }
}

struct Reader {
    errors: Vec<ConfigError>,
}

/// A list, or `*`.
enum AnyOr {
    Any,
    List(Entries),
}

impl Reader {
    fn builder(&mut self, members: Vec<(String, RawValue)>) -> CorsPolicyBuilder {
        let mut builder = CorsPolicyBuilder::default();
        for (member, value) in members {
            match &*member {
                "origins" if value == RawValue::List(Vec::new()) => {
                    self.error(Code::EmptyOrigins, &member, &value);
                }
                "origins" => match self.list(&member, value) {
                    Some(AnyOr::Any) => builder.any_origin = true,
                    Some(AnyOr::List(list)) => builder.origins = list,
                    None => {}
                },
                "methods" => match self.list(&member, value) {
                    Some(AnyOr::Any) => builder.methods = None,
                    Some(AnyOr::List(list)) => builder.methods = Some(list),
                    None => {}
                },
                "request_headers" => match self.list(&member, value) {
                    Some(AnyOr::Any) => {
                        builder.request_headers = Vec::from([Some(String::from("*"))])
                    }
                    Some(AnyOr::List(list)) => builder.request_headers = list,
                    None => {}
                },
                "expose_headers" => match self.list(&member, value) {
                    Some(AnyOr::Any) => builder.expose_headers = None,
                    Some(AnyOr::List(list)) => builder.expose_headers = Some(list),
                    None => {}
                },
                "credentials" => self.flag(&member, &value, &mut builder.credentials),
                "max_age" => {
                    if let Some(number) = self.integer(&member, &value) {
                        match u32::try_from(number).ok().filter(|_| number <= 86_400) {
                            Some(max_age) => builder.max_age = Some(max_age),
                            None => self.error(Code::MaxAgeOutOfRange, &member, &value),
                        }
                    }
                }
                "preflight_status" => {
                    if let Some(number) = self.integer(&member, &value) {
                        match u16::try_from(number)
                            .ok()
                            .filter(|status| (200..=299).contains(status))
                        {
                            Some(status) => builder.preflight_status = status,
                            None => self.error(Code::InvalidPreflightStatus, &member, &value),
                        }
                    }
                }
                "dangerously_allow_insecure_origins" => {
                    self.flag(
                        &member,
                        &value,
                        &mut builder.dangerously_allow_insecure_origins,
                    );
                }
                "dangerously_allow_null_origin" => {
                    self.flag(&member, &value, &mut builder.dangerously_allow_null_origin);
                }
                "dangerously_allow_subdomains_of_public_suffixes" => {
                    let flag = &mut builder.dangerously_allow_subdomains_of_public_suffixes;
                    self.flag(&member, &value, flag);
                }
                _ => self.unknown_member(&member, &value),
            }
        }
        builder
    }

    fn list(&mut self, member: &str, value: RawValue) -> Option<AnyOr> {
        match value {
            RawValue::String(string) if string == "*" => Some(AnyOr::Any),
            RawValue::List(list) => {
                let entries = list.into_iter().enumerate().map(|(i, entry)| match entry {
                    RawValue::String(string) => Some(string),
                    entry => {
                        self.wrong_type(&format!("{member}[{i}]"), &entry, "a string");
                        None
                    }
                });
                Some(AnyOr::List(entries.collect()))
            }
            RawValue::String(string) => {
                let list = format!(
                    "{}",
                    RawValue::List(Vec::from([RawValue::String(string.clone())]))
                );
                let error = wrong_type(member, &RawValue::String(string), LIST);
                self.errors.push(error.with_suggestion(list));
                None
            }
            value => {
                self.wrong_type(member, &value, LIST);
                None
            }
        }
    }

    fn flag(&mut self, member: &str, value: &RawValue, flag: &mut bool) {
        match value {
            RawValue::Bool(set) => *flag = *set,
            value => self.wrong_type(member, value, "`true` or `false`"),
        }
    }

    fn integer(&mut self, member: &str, value: &RawValue) -> Option<i128> {
        if let RawValue::Number(number) = value {
            let digits = number.strip_prefix('-').unwrap_or(number);
            if digits.bytes().all(|byte| byte.is_ascii_digit()) {
                // One that is too large for us is out of any range.
                return Some(number.parse().unwrap_or(i128::MAX));
            }
        }
        self.wrong_type(member, value, "a whole number in digits alone");
        None
    }

    fn wrong_type(&mut self, member: &str, value: &RawValue, expected: &str) {
        self.errors.push(wrong_type(member, value, expected));
    }

    fn unknown_member(&mut self, member: &str, value: &RawValue) {
        let error = ConfigError::new(Code::UnknownMember, member, value.to_value());
        self.errors.push(match nearest(member) {
            Some(nearest) => error.with_suggestion(nearest),
            None => error.with_reason(format!(
                "there is no such member: there are `{}`",
                MEMBERS.join("`, `")
            )),
        });
    }

    fn error(&mut self, code: Code, member: &str, value: &RawValue) {
        self.errors
            .push(ConfigError::new(code, member, value.to_value()));
    }
}

const LIST: &str = "a list of strings, or `\"*\"`";

fn wrong_type(member: &str, value: &RawValue, expected: &str) -> ConfigError {
    ConfigError::new(Code::WrongType, member, value.to_value()).with_reason(format!(
        "this is of a wrong type: {expected} is expected, and it is {}",
        value.kind()
    ))
}
