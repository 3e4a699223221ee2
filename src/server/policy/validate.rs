//! Validation: turns a configuration into a policy, or reports all errors of the configuration.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use http::{HeaderName, StatusCode};

use super::{
    CorsPolicy,
    config::{AllowList, PolicyConfig},
    credential_risks::credential_risks,
    error::{
        ConfigError, ConfigErrorKind as Code, ConfigErrors, ConfigValue,
        origin::{
            origin_error,
            text_list::{EMPTY_LIST, entry_mistake},
        },
    },
    lists::{Methods, RequestHeaders, ResponseHeaders},
    predicate::{Allows, Domain, Predicate},
    rules::{Origins, Rules},
};
use crate::infrastructure::public_suffixes::PublicSuffixes;
use crate::server::origin::{
    matcher::OriginSet,
    pattern::{OriginPattern, OriginPatternError},
};

/// A configuration before validation, with the parts that a file cannot contain.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) config: PolicyConfig,
    /// The entries that have no effect, because their member also has a wildcard. Validation still reports their
    /// errors.
    pub(super) redundant: Redundant,
    /// The sorted indices of the origins from `origins_from_list`. `None` if `origins_from_list` was not called.
    pub(super) text_origins: Option<Vec<usize>>,
    /// Whether an empty list of origins is an error.
    pub(super) requires_origins: bool,
    /// The predicates. A second predicate is an error.
    pub(super) predicates: Vec<DraftPredicate>,
}

/// The listed entries of each member that also has a wildcard. The wildcard makes these entries redundant.
#[derive(Debug, Clone, Default)]
pub(super) struct Redundant {
    pub(super) origins: Vec<String>,
    pub(super) methods: Vec<String>,
    pub(super) expose_headers: Vec<String>,
}

/// A predicate before the validation of its header names.
#[derive(Debug, Clone)]
pub(super) struct DraftPredicate {
    pub(super) reads: Vec<String>,
    pub(super) domain: Domain,
    pub(super) allows: Allows,
}

impl PolicyConfig {
    /// Validates the configuration and returns the policy. A configuration without origins is valid: its
    /// policy allows no origin.
    ///
    /// # Errors
    ///
    /// Returns all errors of the configuration, in the order of the members.
    ///
    /// ```
    /// use fetch_cors::server::{NoPublicSuffixes, PolicyConfig};
    ///
    /// let mut config = PolicyConfig::default();
    /// config.origins = ["https://a.example/"].into();
    /// config.max_age = Some(90_000);
    /// let errors = config.validate(&NoPublicSuffixes).unwrap_err();
    /// let members: Vec<_> = errors.iter().map(|error| error.member()).collect();
    /// assert_eq!(members, ["origins[0]", "max_age"]);
    /// ```
    pub fn validate(
        &self,
        public_suffixes: &dyn PublicSuffixes,
    ) -> Result<CorsPolicy, ConfigErrors> {
        let draft = Draft {
            config: self.clone(),
            ..Draft::default()
        };
        draft.validate(public_suffixes)
    }
}

impl Draft {
    pub(super) fn validate(
        self,
        public_suffixes: &dyn PublicSuffixes,
    ) -> Result<CorsPolicy, ConfigErrors> {
        let mut errors = Vec::new();
        let patterns = self.checked_origins(public_suffixes, &mut errors);
        let predicate = self.checked_predicate(&mut errors);
        let mut config = self.config;
        let redundant = AllowList::Only(self.redundant.methods);
        Methods::new(&redundant, &mut errors);
        let methods = Methods::new(&config.methods, &mut errors);
        let request_headers = RequestHeaders::new(&config.request_headers, &mut errors);
        let redundant = AllowList::Only(self.redundant.expose_headers);
        ResponseHeaders::new(&redundant, config.credentials, &mut errors);
        let expose_headers =
            ResponseHeaders::new(&config.expose_headers, config.credentials, &mut errors);
        let limit = PolicyConfig::MAX_AGE_LIMIT_SECONDS;
        if let Some(max_age) = config.max_age.filter(|max_age| *max_age > limit) {
            let value = ConfigValue::Json(format!("{max_age}"));
            errors.push(ConfigError::new(Code::MaxAgeOutOfRange, "max_age", value));
        }
        let preflight_status = checked_status(config.preflight_status, &mut errors);
        if !errors.is_empty() {
            return Err(ConfigErrors(errors));
        }
        let origins = match (patterns, &mut config.origins) {
            (Some(mut patterns), AllowList::Only(entries)) => {
                patterns.sort_unstable();
                patterns.dedup();
                // The normalized form of an entry is its pattern, written as text.
                *entries = patterns.iter().map(ToString::to_string).collect();
                Origins::Listed(OriginSet::new(patterns))
            }
            _ => Origins::Any,
        };
        config.methods = methods.to_list();
        config.request_headers = request_headers.to_entries();
        config.expose_headers = expose_headers.to_list();
        Ok(CorsPolicy::from_rules(Rules {
            config,
            // If every origin is allowed, a predicate cannot allow further origins.
            predicate: predicate.filter(|_| origins != Origins::Any),
            origins,
            methods,
            request_headers,
            expose_headers,
            preflight_status,
        }))
    }

    /// Returns the patterns of the entries, or `None` if every origin is allowed.
    fn checked_origins(
        &self,
        public_suffixes: &dyn PublicSuffixes,
        errors: &mut Vec<ConfigError>,
    ) -> Option<Vec<OriginPattern>> {
        let AllowList::Only(entries) = &self.config.origins else {
            if self.config.credentials {
                let value = ConfigValue::String(String::from("*"));
                errors.push(ConfigError::new(
                    Code::WildcardOriginWithCredentials,
                    "origins",
                    value,
                ));
            }
            self.parsed_origins(&self.redundant.origins, public_suffixes, errors);
            return None;
        };
        if self.requires_origins && entries.is_empty() && self.predicates.is_empty() {
            let error = ConfigError::new(Code::EmptyOrigins, "origins", ConfigValue::Absent);
            errors.push(match self.text_origins {
                Some(_) => error.with_reason(EMPTY_LIST),
                None => error,
            });
        }
        Some(self.parsed_origins(entries, public_suffixes, errors))
    }

    fn parsed_origins(
        &self,
        entries: &[String],
        public_suffixes: &dyn PublicSuffixes,
        errors: &mut Vec<ConfigError>,
    ) -> Vec<OriginPattern> {
        let mut patterns = Vec::with_capacity(entries.len());
        let text_origins = self.text_origins.as_deref().unwrap_or_default();
        for (i, origin) in entries.iter().enumerate() {
            let error = |code| {
                let value = ConfigValue::String(origin.clone());
                ConfigError::new(code, format!("origins[{i}]"), value)
            };
            let is_from_text = text_origins.binary_search(&i).is_ok();
            if let Some(reason) = entry_mistake(origin).filter(|_| is_from_text) {
                errors.push(error(Code::InvalidOrigin).with_reason(reason));
                continue;
            }
            match origin.parse::<OriginPattern>() {
                Ok(pattern) => {
                    if self.config.credentials {
                        let risks = credential_risks(&self.config, public_suffixes, &pattern);
                        errors.extend(risks.into_iter().map(|(code, reason)| match reason {
                            Some(reason) => error(code).with_reason(reason),
                            None => error(code),
                        }));
                    }
                    patterns.push(pattern);
                }
                Err(OriginPatternError::Invalid) if origin == "*" => {
                    let error = error(Code::InvalidOrigin);
                    errors.push(error.with_asterisk_reason("origins", !self.config.credentials));
                }
                Err(invalid) => errors.push(origin_error(origin, invalid, error)),
            }
        }
        patterns
    }

    /// Checks the number of predicates, and the names of the headers that the predicates read. A name that is not a token
    /// is an error, because no request can have such a header and `Vary` cannot list it.
    fn checked_predicate(&self, errors: &mut Vec<ConfigError>) -> Option<Predicate> {
        if self.predicates.len() > 1 {
            errors.push(ConfigError::new(
                Code::RepeatedPredicate,
                "origin_predicate",
                ConfigValue::Absent,
            ));
        }
        let mut checked = None;
        for draft in &self.predicates {
            checked = Some(draft.checked(errors));
        }
        checked
    }
}

impl DraftPredicate {
    fn checked(&self, errors: &mut Vec<ConfigError>) -> Predicate {
        let mut reads = Vec::with_capacity(self.reads.len());
        for (i, name) in self.reads.iter().enumerate() {
            match HeaderName::from_bytes(name.as_bytes()) {
                Ok(name) => reads.push(name),
                Err(_) => {
                    let value = ConfigValue::String(name.clone());
                    let member = format!("origin_predicate[{i}]");
                    errors.push(ConfigError::new(Code::InvalidHeaderName, member, value));
                }
            }
        }
        Predicate {
            reads,
            domain: self.domain,
            allows: self.allows.clone(),
        }
    }
}

fn checked_status(status: u16, errors: &mut Vec<ConfigError>) -> StatusCode {
    let is_permitted = PolicyConfig::PREFLIGHT_STATUSES.contains(&status);
    match StatusCode::from_u16(status) {
        Ok(status) if is_permitted => status,
        _ => {
            errors.push(ConfigError::new(
                Code::InvalidPreflightStatus,
                "preflight_status",
                ConfigValue::Json(format!("{status}")),
            ));
            StatusCode::NO_CONTENT
        }
    }
}
