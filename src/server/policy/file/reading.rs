//! Reading a policy from a file.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};

use serde::{Deserialize, Deserializer, de::Error as _};

use super::meant::{meant_flag, meant_integer, meant_list};
use crate::server::policy::{
    CorsPolicy,
    config::{AllowList, PolicyConfig, members::Member},
    error::{ConfigError, ConfigErrorKind as Code, ConfigErrors, ConfigValue},
    member_names::{name_of, nearest, nearest_of_all, position},
    pairs::{NONE, whole_number},
    raw_value::RawValue,
};
use crate::{
    infrastructure::public_suffixes::{NoPublicSuffixes, PublicSuffixes},
    wording,
};

/// The contents of a policy file. [`validate`](Self::validate) reports wrong types and wrong values together.
/// Deserializing a [`PolicyConfig`] fails at wrong types, before the values are checked. A [`CorsPolicy`] does not
/// implement `Deserialize`, so that each caller chooses the list of public suffixes.
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
    /// Returns all errors. Errors about unknown members come first. The other errors are in the order of the members.
    pub fn validate(
        self,
        public_suffixes: &dyn PublicSuffixes,
    ) -> Result<CorsPolicy, ConfigErrors> {
        let reader = Reader::read(self.0, public_suffixes);
        if !reader.is_object {
            return Err(ConfigErrors(reader.errors));
        }
        let validated = reader.config.validate(public_suffixes);
        let Err(ConfigErrors(invalid)) = validated else {
            return reader.finish().and(validated);
        };
        let invalid = invalid
            .into_iter()
            .map(|error| reader.with_index_in_file(error).for_file());
        let mut errors: Vec<_> = reader.errors.iter().cloned().chain(invalid).collect();
        errors.sort_by_key(|error| position(error.member()));
        Err(ConfigErrors(errors))
    }

    /// Reads a JSON text. Unlike a deserializer, this function does not convert numbers: `1e2` is not an integer, and an
    /// integer can have any number of digits.
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

/// If the text has unknown members or values of a wrong type, the error lists all of them.
impl<'de> Deserialize<'de> for PolicyConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = RawValue::deserialize(deserializer)?;
        Reader::read(value, &NoPublicSuffixes)
            .finish()
            .map_err(D::Error::custom)
    }
}

/// Reads a configuration, and collects the errors for unknown members and for values of a wrong type.
struct Reader<'p> {
    config: PolicyConfig,
    is_object: bool,
    errors: Vec<ConfigError>,
    /// For each member, the sorted positions of the list entries that are not strings. The configuration does not
    /// contain these entries. The position of an entry is the number of strings before the entry in the list.
    skipped: BTreeMap<String, Vec<usize>>,
    /// Whether an error already lists the names of all members. Later errors do not repeat the list.
    has_listed_members: bool,
    /// The members whose value is a string instead of a list. Each pair is the name of a member and the string.
    strings: Vec<(String, String)>,
    public_suffixes: &'p dyn PublicSuffixes,
}

impl<'p> Reader<'p> {
    fn new(public_suffixes: &'p dyn PublicSuffixes) -> Self {
        Self {
            config: PolicyConfig::default(),
            is_object: true,
            errors: Vec::new(),
            skipped: BTreeMap::new(),
            has_listed_members: false,
            strings: Vec::new(),
            public_suffixes,
        }
    }

    fn read(value: RawValue, public_suffixes: &'p dyn PublicSuffixes) -> Self {
        let mut reader = Self::new(public_suffixes);
        let RawValue::Map(members) = value else {
            reader.is_object = false;
            let expected = "an object with the members of a policy, such as `{\"origins\": [\"https://app.example\"]}`";
            reader.wrong_type("", &value, expected);
            return reader;
        };
        let mut config = PolicyConfig::default();
        let lacks_origins = !members.iter().any(|(name, _)| name == "origins");
        let has_group = members.iter().any(|(_, value)| value.kind() == "an object");
        let present: BTreeSet<String> = members.iter().map(|(name, _)| name.clone()).collect();
        for (name, value) in members {
            let mut known = config.members().into_iter();
            match known.find(|(known, _)| *known == name) {
                Some((_, member)) => reader.member(&name, member, value),
                None => reader.unknown_member(&name, &value, &present),
            }
        }
        reader.config = config;
        let unknown = reader.errors.iter();
        let unknown = unknown.filter(|error| error.kind() == Code::UnknownMember);
        let is_policy = present.is_empty()
            || unknown.clone().any(|error| error.suggestion().is_some())
            || unknown.clone().count() < present.len();
        let is_misspelled = unknown
            .clone()
            .any(|error| error.suggestion() == Some("origins"));
        if !is_policy {
            // The file does not have any member of a policy, so it is probably not a policy file. One error is enough.
            reader.errors.truncate(1);
        } else if lacks_origins && !is_misspelled && !has_group {
            reader.errors.push(no_origins(ConfigValue::Absent));
        }
        for (name, string) in core::mem::take(&mut reader.strings) {
            reader.wrong_string(&name, string);
        }
        reader
    }

    /// Returns `value` if the member `name` can have this value without an error. Otherwise returns `None`. The errors
    /// for values of a wrong type suggest only values that this function returns.
    fn valid(&self, name: &str, value: RawValue) -> Option<RawValue> {
        let mut config = self.config.clone();
        let mut reader = Self::new(self.public_suffixes);
        for (known, member) in config.members() {
            if known == name {
                reader.member(name, member, value.clone());
            }
        }
        let is_read = reader.errors.is_empty() && reader.strings.is_empty();
        let errors = config.validate(self.public_suffixes).err();
        let mut errors = errors.iter().flatten();
        (is_read && errors.all(|error| name_of(error.member()) != name)).then_some(value)
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
            Member::List(list) if name == "origins" && value == RawValue::String(NONE.into()) => {
                *list = AllowList::default();
            }
            Member::List(_) if name == "origins" && value == RawValue::String(String::new()) => {
                self.errors.push(no_origins(value.to_value()));
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
                value => {
                    let meant = meant_flag(&value).map(RawValue::Bool);
                    self.wrong_scalar(name, &value, "`true` or `false`", meant);
                }
            },
            // Validation checks the range of a number. This function reports a number that does not fit into the type
            // of the member.
            Member::MaxAge(max_age) => match self.integer(name, &value).map(u32::try_from) {
                Some(Ok(given)) => *max_age = Some(given),
                Some(Err(_)) => self.error(Code::MaxAgeOutOfRange, name, &value),
                None => {}
            },
            Member::Status(status) => match self.integer(name, &value).map(u16::try_from) {
                Some(Ok(given)) => *status = given,
                Some(Err(_)) => self.error(Code::InvalidPreflightStatus, name, &value),
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
                            self.skipped
                                .entry(member.into())
                                .or_default()
                                .push(entries.len());
                        }
                    }
                }
                Some(AllowList::Only(entries))
            }
            RawValue::String(string) => {
                self.strings.push((member.into(), string));
                None
            }
            value => {
                self.wrong_list(member, &value);
                None
            }
        }
    }

    /// Changes the index in the error to the index in the file. The index in the file also counts the skipped entries.
    fn with_index_in_file(&self, error: ConfigError) -> ConfigError {
        let Some((_, Some(index))) = position(error.member()) else {
            return error;
        };
        let name = name_of(error.member());
        let skipped = self.skipped.get(name).map_or(&[][..], Vec::as_slice);
        let index = index + skipped.partition_point(|strings_before| *strings_before <= index);
        let member = format!("{name}[{index}]");
        error.with_member(member)
    }

    fn integer(&mut self, member: &str, value: &RawValue) -> Option<i128> {
        if let RawValue::Number(number) = value {
            let digits = number.strip_prefix('-').unwrap_or(number);
            if digits.bytes().all(|byte| byte.is_ascii_digit()) {
                // A number that is too large for the type is outside of every permitted range.
                return Some(number.parse().unwrap_or(i128::MAX));
            }
        }
        let meant = meant_integer(value).map(|number| RawValue::Number(number.to_string()));
        self.wrong_scalar(member, value, whole_number(member), meant);
        None
    }

    fn wrong_type(&mut self, member: &str, value: &RawValue, expected: &str) {
        self.errors.push(wrong_type(member, value, expected));
    }

    /// Adds the error for a string where a list is expected. The error suggests the value that the author probably
    /// meant, if this value is valid.
    fn wrong_string(&mut self, member: &str, string: String) {
        let meant = meant_list(member, &string).and_then(|meant| self.valid(member, meant));
        let value = RawValue::String(string);
        match meant {
            Some(meant) => {
                let error = wrong_type(member, &value, list_of(member));
                self.errors.push(error.with_suggestion(meant.to_string()));
            }
            None => self.wrong_list(member, &value),
        }
    }

    /// Adds the error for a value that is not a list. The error has an example of a list.
    fn wrong_list(&mut self, member: &str, value: &RawValue) {
        let example = match member {
            "origins" => "https://app.example",
            "methods" => "PUT",
            _ => "x-request-id",
        };
        let expected = format!("{}: write, for example, `[\"{example}\"]`", list_of(member));
        self.wrong_type(member, value, &expected);
    }

    /// Adds the error for a value that must be a boolean or a number, and is not. `meant` is the value that the author
    /// probably meant.
    fn wrong_scalar(
        &mut self,
        member: &str,
        value: &RawValue,
        expected: &str,
        meant: Option<RawValue>,
    ) {
        let advice = match (value, meant.and_then(|meant| self.valid(member, meant))) {
            (RawValue::String(_), Some(meant)) => {
                format!(": write `{meant}`, without quotation marks")
            }
            (RawValue::String(_), None) => String::from(", without quotation marks"),
            (_, Some(meant)) => format!(": write `{meant}`"),
            (RawValue::Json(json), None) if json == "null" => {
                String::from(wording::write_value_or_remove!())
            }
            (_, None) => String::new(),
        };
        self.wrong_type(member, value, &format!("{expected}{advice}"));
    }

    fn unknown_member(&mut self, member: &str, value: &RawValue, present: &BTreeSet<String>) {
        let error = ConfigError::new(Code::UnknownMember, member, value.to_value());
        // Comparing spellings is slow, so the comparisons stop after a limited number of errors. A file with more
        // errors than this limit is probably not a policy.
        let is_compared = self.errors.len() < COMPARED_MEMBERS_LIMIT;
        let nearest = is_compared.then(|| nearest(member, |name| present.contains(name)));
        if let Some(nearest) = nearest.flatten() {
            self.errors.push(error.with_suggestion(nearest));
            return;
        }
        let meant = is_compared.then(|| nearest_of_all(member)).flatten();
        let reason = match meant {
            Some(meant) => format!(
                "no member of a policy has this name, and the policy already has `{meant}`: remove one of the two"
            ),
            None if self.has_listed_members => {
                String::from("no member of a policy has this name: remove it")
            }
            None => {
                self.has_listed_members = true;
                let names = PolicyConfig::member_names().join("`, `");
                let names = format!(
                    "a policy has no member with this name: write one of the members: `{names}`"
                );
                match value.kind() {
                    "an object" => {
                        names
                            + "; a policy has no groups of members, so write them at the top level"
                    }
                    _ => names,
                }
            }
        };
        self.errors.push(error.with_reason(reason));
    }

    fn error(&mut self, code: Code, member: &str, value: &RawValue) {
        self.errors
            .push(ConfigError::new(code, member, value.to_value()));
    }
}

/// After this number of errors, unknown members are not compared with the known members.
const COMPARED_MEMBERS_LIMIT: usize = 100;

/// Returns the error for a file without origins.
fn no_origins(value: ConfigValue) -> ConfigError {
    ConfigError::new(Code::EmptyOrigins, "origins", value).with_reason(
        "no origin is listed: list at least one, or write `\"*\"` for any origin or `\"none\"` to allow no origin",
    )
}

/// Describes the values that a list member can have, for an error message.
fn list_of(member: &str) -> &'static str {
    match member {
        "origins" => "a list of strings, `\"*\"` or `\"none\"`",
        _ => "a list of strings or `\"*\"`",
    }
}

fn wrong_type(member: &str, value: &RawValue, expected: &str) -> ConfigError {
    ConfigError::new(Code::WrongType, member, value.to_value()).with_reason(format!(
        "the value is {}, but it must be {expected}",
        value.kind()
    ))
}
