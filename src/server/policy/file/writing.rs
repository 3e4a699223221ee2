//! A policy to a file.

use serde::{Serialize, Serializer, ser::Error as _};

use crate::server::policy::{CorsPolicy, config::AllowList};

/// The normalized members. Fails if the policy has a predicate.
impl Serialize for CorsPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.has_predicate() {
            return Err(S::Error::custom("a predicate cannot be written down"));
        }
        self.config().serialize(serializer)
    }
}

/// `"*"`, or a list of strings.
impl Serialize for AllowList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Any => serializer.serialize_str("*"),
            Self::Only(entries) => entries.serialize(serializer),
        }
    }
}
