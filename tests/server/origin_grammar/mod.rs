//! The crate's grammar of serialized origins, against the `url` crate.
//!
//! As the origin of a request, the grammar accepts all that `url` serializes. It also accepts Punycode that `url` refuses
//! by UTS 46, and nothing else. As an entry of a policy, another form of an origin has the suggestion of `url`.

mod entries;
mod exhaustive;
mod generated;
mod oracle;

use crate::naive_policy::punycode;
