//! The members of policies, except the origins.

use super::table::{Odds, Size, Uniform, Weighted, tables};
use crate::server::PolicyConfig;

const LAST_PREFLIGHT_STATUS: u16 = *PolicyConfig::PREFLIGHT_STATUSES.end();

tables! {
    /// Methods that a policy lists.
    static METHODS: Uniform<&'static str> = &[
        "PUT",
        "DELETE",
        "PATCH",
        "patch",
        "OPTIONS",
        "GET",
        "HEAD",
        "POST",
        "QUERY",
        "a!#$%&'*+-.^_`|~9",
    ];

    /// Request headers that a policy lists.
    static NAMES: Uniform<&'static str> = &[
        "x-a",
        "x-b",
        "X-A",
        "x-ab",
        "authorization",
        "Authorization",
        "content-type",
        "accept",
        "range",
        "a!#$%&'*+-.^_`|~9",
        "x-requested-with",
    ];

    /// Response headers that a policy exposes.
    static EXPOSED_NAMES: Uniform<&'static str> = &[
        "etag",
        "ETag",
        "x-a",
        "x-b",
        "cache-control",
        "content-type",
        "vary",
        "authorization",
        "access-control-allow-origin",
    ];

    /// The sizes of the lists of methods and of response headers. `None` means a wildcard.
    static LIST_SIZES: Weighted<Option<&'static Size>> = &[(4, Some(&LIST_SIZE)), (1, None)];
    static LIST_SIZE: Size = 0..=4;

    /// Whether the list of request headers has the wildcard in addition to the listed names.
    static ANY_REQUEST_HEADER: Odds = (1, 4);

    static HAS_MAX_AGE: Odds = (1, 2);

    static MAX_AGES_SECONDS: Uniform<u32> = &[0, 1, 5, 600, 7200, PolicyConfig::MAX_AGE_LIMIT_SECONDS];

    static PREFLIGHT_STATUSES: Uniform<u16> = &[204, 200, LAST_PREFLIGHT_STATUS];

    static HAS_PREDICATE: Odds = (1, 10);

    /// The origins that a predicate can allow.
    static PREDICATE_ORIGINS: Uniform<&'static str> = &["https://tenant.example", "null", "https://a.example"];

    /// The request headers that a predicate can read.
    static PREDICATE_HEADERS: Uniform<&'static str> = &["x-tenant", "accept", "origin"];
}
