//! Compares the crate's grammar of serialized origins with the `url` crate.
//!
//! For the origin of a request, the grammar accepts every serialization of `url`. It also accepts Punycode that `url`
//! refuses by UTS 46. It accepts no other text. Wildcards and predicates have limits of length: 254 bytes for a host,
//! and 268 bytes for an origin. No domain is longer. Other tests check these limits. If an entry of a policy is an
//! origin in another form, the suggestion is the serialization of `url`.

mod entries;
mod exhaustive;
mod generated;
mod oracle;

use crate::naive_policy::punycode;
