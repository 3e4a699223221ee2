//! The probes: the test requests that the harness sends. The name of a probe is the name of the attack or of the
//! mistake that the probe detects.

pub(crate) mod attacks;
pub(crate) mod builder;
pub(crate) mod credentials;
pub(crate) mod denied;
pub(crate) mod generated;
pub(crate) mod methods;
pub(crate) mod names;
pub(crate) mod patterns;
pub(crate) mod probe;
pub(crate) mod protocol;

use alloc::vec::Vec;

use self::{builder::ProbeBuilder, probe::Probe};
use super::{config::CheckConfig, expectations::Expectations};

/// Returns the named probes. These probes do not depend on the seed.
pub(super) fn named_probes(expectations: &Expectations, config: &CheckConfig) -> Vec<Probe> {
    let mut builder = ProbeBuilder::new(expectations, config);
    builder.pages();
    builder.attacks();
    builder.patterns();
    if let Some(page) = expectations.page(config.url()) {
        builder.methods(&page);
        builder.names(&page);
        builder.hostile(&page);
    }
    builder.protocol();
    builder.credentials();
    builder.denied_origins();
    builder.browser_headers();
    builder.probes
}
