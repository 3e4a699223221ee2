//! Reading a policy from a file.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use serde::{Deserialize, Deserializer, de::Error as _};

use super::members::{name_of, nearest, position};
use crate::infrastructure::public_suffixes::{NoPublicSuffixes, PublicSuffixes};
use crate::server::policy::{
    CorsPolicy,
    config::{AllowList, PolicyConfig, members::Member},
    error::{ConfigError, ConfigErrorKind as Code, ConfigErrors},
    raw_value::RawValue,
};

/// The contents of a policy file. [`validate`](Self::validate) reports wrong types and wrong values together,
/// whereas deserializing a [`PolicyConfig`] fails at wrong types before the values are checked.
///
/// ```
/// use fetch_cors::server::{NoPublicSuffixes, PolicyFile};
///
/// let file: PolicyFile = serde_json::from_str(r#"{"origins": ["https://a.example/"], "max_age": 1.5}"#)?;
/// let errors = file.validate(&NoPublicSuffixes).unwrap_err();
/// let kinds: Vec<_> = errors.iter().map(|error| error.kind().as_str()).collect();
/// assert_eq!(kinds, ["unmatchable-origin", "wrong-type"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyFile(RawValue);

impl PolicyFile {
    /// Validates the file by the same rules as [`PolicyConfig::validate`] and returns the policy.
    ///
    /// # Errors
    ///
    /// Returns all errors: unknown members first, then in the order of the members.
    pub fn validate(
        self,
        public_suffixes: &dyn PublicSuffixes,
    ) -> Result<CorsPolicy, ConfigErrors> {
        let reader = Reader::read(self.0);
        if !reader.is_object {
            return Err(ConfigErrors(reader.errors));
        }
        let validated = reader.config.validate(public_suffixes);
        let Err(ConfigErrors(invalid)) = validated else {
            return reader.finish().and(validated);
        };
        // If `origins` has a wrong type, it is not reported as absent too.
        let has_origins_error = reader
            .errors
            .iter()
            .any(|error| name_of(error.member()) == "origins");
        let invalid = invalid
            .into_iter()
            .filter(|error| !has_origins_error || error.kind() != Code::EmptyOrigins)
            .map(|error| reader.with_index_in_file(error));
        let mut errors: Vec<_> = reader.errors.iter().cloned().chain(invalid).collect();
        errors.sort_by_key(|error| position(error.member()));
        Err(ConfigErrors(errors))
    }

    /// Reads a JSON text. Unlike a deserializer, this function keeps numbers as they are written: `1e2` is not an
    /// integer, and an integer can have any number of digits.
    ///
    /// # Errors
    ///
    /// Returns one error of the kind [`Malformed`](Code::Malformed) if the text is not JSON or a member is repeated.
    ///
    /// ```
    /// use fetch_cors::server::PolicyFile;
    /// let errors = PolicyFile::from_json(r#"{"origins": "*", "origins": "*"}"#).unwrap_err();
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

impl<'de> Deserialize<'de> for PolicyFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RawValue::deserialize(deserializer).map(Self)
    }
}

/// Fails with all wrong types and unknown members.
impl<'de> Deserialize<'de> for PolicyConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = RawValue::deserialize(deserializer)?;
        Reader::read(value).finish().map_err(D::Error::custom)
    }
}

/// Validates by the same rules as [`PolicyConfig::validate`], without a list of public suffixes.
impl<'de> Deserialize<'de> for CorsPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let file = PolicyFile::deserialize(deserializer)?;
        file.validate(&NoPublicSuffixes).map_err(D::Error::custom)
    }
}

/// Fills a configuration, and collects unknown members and values of a wrong type.
struct Reader {
    config: PolicyConfig,
    is_object: bool,
    errors: Vec<ConfigError>,
    /// The list entries that are not strings. The configuration does not have them.
    skipped: Vec<(String, usize)>,
}

impl Reader {
    fn read(value: RawValue) -> Self {
        let mut reader = Self {
            config: PolicyConfig::default(),
            is_object: true,
            errors: Vec::new(),
            skipped: Vec::new(),
        };
        let RawValue::Map(members) = value else {
            reader.is_object = false;
            reader.wrong_type("", &value, "an object of the policy's members");
            return reader;
        };
        let mut config = PolicyConfig::default();
        for (name, value) in members {
            let mut known = config.members().into_iter();
            match known.find(|(known, _)| *known == name) {
                Some((_, member)) => reader.member(&name, member, value),
                None => reader.unknown_member(&name, &value),
            }
        }
        reader.config = config;
        reader
    }

    fn finish(self) -> Result<PolicyConfig, ConfigErrors> {
        let Self {
            config, mut errors, ..
        } = self;
        errors.sort_by_key(|error| position(error.member()));
        if errors.is_empty() {
            Ok(config)
        } else {
            Err(ConfigErrors(errors))
        }
    }

    fn member(&mut self, name: &str, member: Member<'_>, value: RawValue) {
        match member {
            Member::List(_) if name == "origins" && value == RawValue::List(Vec::new()) => {
                self.error(Code::EmptyOrigins, name, &value);
            }
            Member::List(list) => {
                if let Some(given) = self.list(name, value) {
                    *list = given;
                }
            }
            Member::Names(names) => match self.list(name, value) {
                Some(AllowList::Any) => *names = Vec::from([String::from("*")]),
                Some(AllowList::Only(given)) => *names = given,
                None => {}
            },
            Member::Flag(flag) => match value {
                RawValue::Bool(given) => *flag = given,
                value => self.wrong_type(name, &value, "`true` or `false`"),
            },
            Member::MaxAge(max_age) => {
                let limit = PolicyConfig::MAX_AGE_LIMIT_SECONDS;
                match self.integer(name, &value).map(u32::try_from) {
                    Some(Ok(given)) if given <= limit => *max_age = Some(given),
                    Some(_) => self.error(Code::MaxAgeOutOfRange, name, &value),
                    None => {}
                }
            }
            Member::Status(status) => match self.integer(name, &value).map(u16::try_from) {
                Some(Ok(given)) if PolicyConfig::PREFLIGHT_STATUSES.contains(&given) => {
                    *status = given;
                }
                Some(_) => self.error(Code::InvalidPreflightStatus, name, &value),
                None => {}
            },
        }
    }

    fn list(&mut self, member: &str, value: RawValue) -> Option<AllowList> {
        match value {
            RawValue::String(string) if string == "*" => Some(AllowList::Any),
            RawValue::List(list) => {
                let mut entries = Vec::with_capacity(list.len());
                for (i, entry) in list.into_iter().enumerate() {
                    match entry {
                        RawValue::String(string) => entries.push(string),
                        entry => {
                            self.wrong_type(&format!("{member}[{i}]"), &entry, "a string");
                            self.skipped.push((member.into(), i));
                        }
                    }
                }
                Some(AllowList::Only(entries))
            }
            RawValue::String(string) => {
                let list = RawValue::List(Vec::from([RawValue::String(string.clone())]));
                let error = wrong_type(member, &RawValue::String(string), LIST);
                self.errors.push(error.with_suggestion(list.to_string()));
                None
            }
            value => {
                self.wrong_type(member, &value, LIST);
                None
            }
        }
    }

    /// Changes the error's index to the index in the file, which also counts the skipped entries.
    fn with_index_in_file(&self, error: ConfigError) -> ConfigError {
        let Some((_, Some(index))) = position(error.member()) else {
            return error;
        };
        let name = name_of(error.member());
        let skipped = self.skipped.iter().filter(|(member, _)| member == name);
        let index = skipped.fold(index, |index, (_, skipped)| {
            index + usize::from(*skipped <= index)
        });
        let member = format!("{name}[{index}]");
        error.with_member(member)
    }

    fn integer(&mut self, member: &str, value: &RawValue) -> Option<i128> {
        if let RawValue::Number(number) = value {
            let digits = number.strip_prefix('-').unwrap_or(number);
            if digits.bytes().all(|byte| byte.is_ascii_digit()) {
                // A number that is too large for the type is outside of each permitted range.
                return Some(number.parse().unwrap_or(i128::MAX));
            }
        }
        self.wrong_type(member, value, "a whole number, written in digits alone");
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
                "there is no such member: use one of `{}`",
                PolicyConfig::member_names().join("`, `")
            )),
        });
    }

    fn error(&mut self, code: Code, member: &str, value: &RawValue) {
        self.errors
            .push(ConfigError::new(code, member, value.to_value()));
    }
}

const LIST: &str = "a list of strings or `\"*\"`";

fn wrong_type(member: &str, value: &RawValue, expected: &str) -> ConfigError {
    ConfigError::new(Code::WrongType, member, value.to_value())
        .with_reason(format!("expected {expected}, found {}", value.kind()))
}
