//! Writing a policy to a file.

use serde::{Serialize, Serializer, ser::Error as _};

use crate::server::policy::{CorsPolicy, config::AllowList};

/// Serializes the normalized configuration. Returns an error if the policy has a predicate.
impl Serialize for CorsPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.has_predicate() {
            return Err(S::Error::custom(
                "a policy with a predicate cannot be serialized, because a predicate is code: use a list of origins",
            ));
        }
        self.config().serialize(serializer)
    }
}

/// Serializes `Any` as the string `"*"`, and `Only` as a list of strings.
impl Serialize for AllowList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Any => serializer.serialize_str("*"),
            Self::Only(entries) => entries.serialize(serializer),
        }
    }
}
