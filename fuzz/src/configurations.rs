//! Generates valid and invalid configurations of a policy.

use arbitrary::Arbitrary;
use fetch_cors::{
    infrastructure::site::PublicSuffixes,
    server::{CorsPolicy, CorsPolicyBuilder},
};

use crate::{
    origins::ParsedOrigin,
    values::{Name, Value},
};

/// The arguments of the builder.
#[derive(Debug, Clone, Arbitrary)]
pub struct Configuration {
    pub any_origin: bool,
    pub origins: Vec<ParsedOrigin>,
    pub credentials: bool,
    pub methods: Option<Vec<Method>>,
    pub request_headers: Vec<HeaderName>,
    pub expose_headers: Option<Vec<HeaderName>>,
    pub max_age: Option<MaxAge>,
    pub preflight_status: Option<Status>,
    pub extension: bool,
    pub insecure: bool,
    pub null: bool,
    pub public_suffixes: bool,
}

#[derive(Debug, Clone, Arbitrary)]
pub enum Method {
    Put,
    Patch,
    LowerPatch,
    LowerPut,
    Get,
    MixedOptions,
    Trace,
    Connect,
    Star,
    Space,
    Odd(Value),
}

#[derive(Debug, Clone, Arbitrary)]
pub enum HeaderName {
    Usual(Name),
    AllowOrigin,
    MaxAge,
    RequestMethod,
    Origin,
    Proxy,
    Secure,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
pub enum Status {
    Ok(u8),
    Some(u8),
    Any(u16),
}

#[derive(Debug, Clone, Copy, Arbitrary)]
pub enum MaxAge {
    Some(u16),
    Day,
    DayAndASecond,
    Any(u32),
}

impl Method {
    pub fn text(&self) -> String {
        let method = match self {
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::LowerPatch => "patch",
            Self::LowerPut => "put",
            Self::Get => "GET",
            Self::MixedOptions => "Options",
            Self::Trace => "TRACE",
            Self::Connect => "connect",
            Self::Star => "*",
            Self::Space => "PUT ",
            Self::Odd(value) => return value.text(),
        };
        method.to_owned()
    }
}

impl HeaderName {
    pub fn text(&self) -> String {
        let name = match self {
            Self::Usual(name) => return name.text(),
            Self::AllowOrigin => "Access-Control-Allow-Origin",
            Self::MaxAge => "access-control-max-age",
            Self::RequestMethod => "Access-Control-Request-Method",
            Self::Origin => "origin",
            Self::Proxy => "Proxy-A",
            Self::Secure => "sec-a",
        };
        name.to_owned()
    }
}

impl Status {
    pub const fn number(self) -> u16 {
        match self {
            Self::Ok(number) => 200 + number as u16 % 100,
            Self::Some(number) => 150 + number as u16,
            Self::Any(number) => number,
        }
    }
}

impl MaxAge {
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Some(seconds) => seconds as u32,
            Self::Day => 86_400,
            Self::DayAndASecond => 86_401,
            Self::Any(seconds) => seconds,
        }
    }
}

impl Configuration {
    /// Returns the entries of the list of origins.
    pub fn origins(&self) -> Vec<String> {
        self.origins.iter().map(ParsedOrigin::text).collect()
    }

    /// Returns a builder with these arguments.
    pub fn builder(&self) -> CorsPolicyBuilder {
        let names =
            |names: &[HeaderName]| -> Vec<_> { names.iter().map(HeaderName::text).collect() };
        let mut builder = CorsPolicy::builder()
            .origins(self.origins())
            .credentials(self.credentials)
            .request_headers(names(&self.request_headers))
            .public_suffixes(SomeSuffixes);
        if self.any_origin {
            builder = builder.any_origin();
        }
        builder = match &self.methods {
            Some(methods) => builder.methods(methods.iter().map(Method::text)),
            None => builder.any_method(),
        };
        builder = match &self.expose_headers {
            Some(exposed) => builder.expose_headers(names(exposed)),
            None => builder.expose_any_header(),
        };
        if let Some(max_age) = self.max_age {
            builder = builder.max_age(max_age.seconds());
        }
        if let Some(status) = self.preflight_status {
            builder = builder.preflight_status(status.number());
        }
        if self.extension {
            builder = builder.dangerously_allow_any_extension_origin();
        }
        if self.insecure {
            builder = builder.dangerously_allow_insecure_origins();
        }
        if self.null {
            builder = builder.dangerously_allow_null_origin();
        }
        if self.public_suffixes {
            builder = builder.dangerously_allow_subdomains_of_public_suffixes();
        }
        builder
    }
}

/// A short list of public suffixes.
#[derive(Debug)]
pub struct SomeSuffixes;

/// The entries of the list, longer entries first.
pub const SUFFIXES: [&str; 2] = ["a.example", "example"];

impl PublicSuffixes for SomeSuffixes {
    fn public_suffix<'domain>(&self, domain: &'domain str) -> Option<&'domain str> {
        let is_below = |suffix: &str| {
            let labels = domain.strip_suffix(suffix);
            labels.is_some_and(|labels| labels.is_empty() || labels.ends_with('.'))
        };
        SUFFIXES.into_iter().find(|suffix| is_below(suffix))
    }
}
