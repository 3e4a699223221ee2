//! All tables, list sizes and probabilities of the generators.
//!
//! The strategies and `Arbitrary` use the same tables.

pub(crate) mod calls;
pub(crate) mod families;
pub(crate) mod origin_mutations;
pub(crate) mod policies;
pub(crate) mod policy_origins;
pub(crate) mod policy_requests;
pub(crate) mod request_headers;
pub(crate) mod responses;
pub(crate) mod sequences;
pub(crate) mod table;

/// All tables, by file. If this list lacks the `TABLES` of a file, the compiler reports that these `TABLES` are unused.
#[cfg(all(test, feature = "arbitrary"))]
pub(crate) static TABLES: &[&[&dyn table::Outcomes]] = &[
    calls::TABLES,
    families::TABLES,
    origin_mutations::TABLES,
    policies::TABLES,
    policy_origins::TABLES,
    policy_requests::TABLES,
    request_headers::TABLES,
    responses::TABLES,
    sequences::TABLES,
];
