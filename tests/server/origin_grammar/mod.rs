//! The crate's grammar of serialized origins, against the `url` crate.
//!
//! As the origin of a request, the grammar accepts all that `url` serializes. It also accepts Punycode that `url` refuses
//! by UTS 46, and nothing else. Wildcards and predicates have limits of length, 254 bytes for a host and 268 bytes for an
//! origin, which other tests check: no domain is longer. As an entry of a policy, another form of an origin has the suggestion of `url`.

mod entries;
mod exhaustive;
mod generated;
mod oracle;

use crate::naive_policy::punycode;
