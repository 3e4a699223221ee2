//! A policy as its file has it: from one, and back.

use alloc::{string::ToString, vec::Vec};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::Error as _,
    ser::{Error as _, SerializeMap},
};

use super::reading::Config;
use crate::server::{
    origin::pattern::OriginPattern,
    policy::{
        CorsPolicy, Origins,
        lists::{Methods, ResponseHeaders},
    },
};

/// The same validation as anywhere; without a list of public suffixes.
impl<'de> Deserialize<'de> for CorsPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let config = Config::deserialize(deserializer)?;
        config
            .build(crate::infrastructure::site::NoPublicSuffixes)
            .map_err(D::Error::custom)
    }
}

/// Fails where there is a predicate.
impl Serialize for CorsPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let policy = &self.0.policy;
        if policy.predicate.is_some() {
            return Err(S::Error::custom("a predicate cannot be written down"));
        }
        let mut map = serializer.serialize_map(None)?;
        match &policy.origins {
            Origins::Any => map.serialize_entry("origins", "*")?,
            Origins::Listed(set) => {
                let patterns: Vec<_> = set
                    .patterns()
                    .iter()
                    .map(OriginPattern::to_string)
                    .collect();
                map.serialize_entry("origins", &patterns)?;
            }
        }
        map.serialize_entry("credentials", &policy.credentials)?;
        match &policy.methods {
            Methods::Any => map.serialize_entry("methods", "*")?,
            Methods::Listed(listed) => map.serialize_entry("methods", listed)?,
        }
        let wildcard = policy.request_headers.any.then_some("*");
        let listed = policy.request_headers.listed.iter().map(|name| &**name);
        map.serialize_entry(
            "request_headers",
            &wildcard.into_iter().chain(listed).collect::<Vec<_>>(),
        )?;
        match &policy.expose_headers {
            ResponseHeaders::Any => map.serialize_entry("expose_headers", "*")?,
            ResponseHeaders::Listed(listed) => map.serialize_entry("expose_headers", listed)?,
        }
        if let Some(max_age) = policy.max_age {
            map.serialize_entry("max_age", &max_age)?;
        }
        map.serialize_entry("preflight_status", &policy.preflight_status.as_u16())?;
        for (member, lifted) in [
            (
                "dangerously_allow_insecure_origins",
                policy.dangerously_allow_insecure_origins,
            ),
            (
                "dangerously_allow_null_origin",
                policy.dangerously_allow_null_origin,
            ),
            (
                "dangerously_allow_subdomains_of_public_suffixes",
                policy.dangerously_allow_subdomains_of_public_suffixes,
            ),
        ] {
            map.serialize_entry(member, &lifted)?;
        }
        map.end()
    }
}
