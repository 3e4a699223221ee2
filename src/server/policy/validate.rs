//! From a configuration to a policy, or to all that is wrong with it.

use alloc::{format, string::String, vec::Vec};

use http::{HeaderName, StatusCode};

use super::{
    CorsPolicy, Origins, Policy,
    builder::CorsPolicyBuilder,
    entries::present,
    error::{
        ConfigError, ConfigErrorKind as Code, ConfigErrors, ConfigValue,
        origin::{NULL_IN_A_LIST, of_origin},
    },
    lists::{Methods, RequestHeaders, ResponseHeaders},
    predicate::Predicate,
};
use crate::server::origin::{
    pattern::{OriginPattern, OriginPatternError},
    set::OriginSet,
};

const MAX_AGE_LIMIT: u32 = 86_400;

impl CorsPolicyBuilder {
    /// The policy.
    ///
    /// # Errors
    ///
    /// All that is wrong, in the order of the members.
    pub fn build(self) -> Result<CorsPolicy, ConfigErrors> {
        let mut errors = Vec::new();
        let origins = self.checked_origins(&mut errors);
        let reads = self.names_that_the_predicate_reads(&mut errors);
        let methods = Methods::new(self.methods.as_deref(), &mut errors);
        let request_headers = RequestHeaders::new(&self.request_headers, &mut errors);
        let expose_headers = ResponseHeaders::new(
            self.expose_headers.as_deref(),
            self.credentials,
            &mut errors,
        );
        if let Some(max_age) = self.max_age.filter(|&max_age| max_age > MAX_AGE_LIMIT) {
            let value = ConfigValue::Json(format!("{max_age}"));
            errors.push(ConfigError::new(Code::MaxAgeOutOfRange, "max_age", value));
        }
        let preflight_status = match StatusCode::from_u16(self.preflight_status) {
            Ok(status) if status.is_success() => status,
            _ => {
                let value = ConfigValue::Json(format!("{}", self.preflight_status));
                errors.push(ConfigError::new(
                    Code::InvalidPreflightStatus,
                    "preflight_status",
                    value,
                ));
                StatusCode::NO_CONTENT
            }
        };
        if !errors.is_empty() {
            return Err(ConfigErrors(errors));
        }
        Ok(CorsPolicy::compile(Policy {
            origins,
            // Where any origin is allowed it has nothing to say.
            predicate: self
                .predicate
                .filter(|_| !self.any_origin)
                .map(|predicate| Predicate { reads, ..predicate }),
            credentials: self.credentials,
            methods,
            request_headers,
            expose_headers,
            max_age: self.max_age,
            preflight_status,
            dangerously_allow_insecure_origins: self.dangerously_allow_insecure_origins,
            dangerously_allow_null_origin: self.dangerously_allow_null_origin,
            dangerously_allow_subdomains_of_public_suffixes: self
                .dangerously_allow_subdomains_of_public_suffixes,
        }))
    }

    fn checked_origins(&self, errors: &mut Vec<ConfigError>) -> Origins {
        if self.any_origin {
            if self.credentials {
                let value = ConfigValue::String(String::from("*"));
                errors.push(ConfigError::new(
                    Code::WildcardOriginWithCredentials,
                    "origins",
                    value,
                ));
            }
            // Entries beside it would say nothing, but what is wrong with them is worth saying.
            self.parsed_origins(errors);
            return Origins::Any;
        }
        if self.origins.is_empty() && self.predicate.is_none() {
            errors.push(ConfigError::new(
                Code::EmptyOrigins,
                "origins",
                ConfigValue::Absent,
            ));
        }
        Origins::Listed(OriginSet::new(self.parsed_origins(errors)))
    }

    /// No request has a header of another name, and no `Vary` could hold it.
    fn names_that_the_predicate_reads(&self, errors: &mut Vec<ConfigError>) -> Vec<HeaderName> {
        let mut names = Vec::with_capacity(self.predicate_reads.len());
        for (i, name) in self.predicate_reads.iter().enumerate() {
            match HeaderName::from_bytes(name.as_bytes()) {
                Ok(name) => names.push(name),
                Err(_) => {
                    let value = ConfigValue::String(name.clone());
                    let member = format!("origin_predicate[{i}]");
                    errors.push(ConfigError::new(Code::InvalidHeaderName, member, value));
                }
            }
        }
        names
    }

    fn parsed_origins(&self, errors: &mut Vec<ConfigError>) -> Vec<OriginPattern> {
        let mut patterns = Vec::with_capacity(self.origins.len());
        for (i, origin) in present(&self.origins) {
            let error = |code| {
                let value = ConfigValue::String(String::from(origin));
                ConfigError::new(code, format!("origins[{i}]"), value)
            };
            match origin.parse::<OriginPattern>() {
                Ok(_) if self.refused_origins.binary_search(&i).is_ok() => {
                    errors.push(error(Code::InvalidOrigin).with_reason(NULL_IN_A_LIST));
                }
                Ok(pattern) => {
                    if self.credentials {
                        errors.extend(self.dangers_of(&pattern).into_iter().map(error));
                    }
                    patterns.push(pattern);
                }
                Err(OriginPatternError::Invalid) if origin == "*" => {
                    let error = error(Code::InvalidOrigin);
                    errors.push(error.of_asterisk("origins", !self.credentials));
                }
                Err(invalid) => errors.push(of_origin(origin, invalid, error)),
            }
        }
        patterns
    }
}
