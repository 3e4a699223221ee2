//! The probes: the test requests that the harness sends. The name of a probe is the name of the attack or of the
//! mistake that the probe detects.

pub(crate) mod advice;
pub(crate) mod apps;
pub(crate) mod attacks;
pub(crate) mod builder;
pub(crate) mod credentials;
pub(crate) mod denied;
mod error_responses;
pub(crate) mod generated;
pub(crate) mod last_labels;
mod local_hosts;
mod look_alikes;
pub(crate) mod methods;
pub(crate) mod names;
mod other_pages;
mod own_host;
pub(crate) mod patterns;
mod ports;
pub(crate) mod probe;
pub(crate) mod protocol;
mod sent_again;
pub(crate) mod shared_hosts;
pub(crate) mod special_headers;
pub(crate) mod unlisted;

use alloc::{string::String, vec::Vec};

use hashbrown::HashSet;

use self::{
    builder::{ProbeBuilder, numbered},
    generated::generated,
    probe::Probe,
    sent_again::sent_again,
};
use super::{config::CheckConfig, expectations::Expectations};

/// Returns the probes of a check. No two probes have the same name, so no two requests have the same id.
pub(super) fn probes(expectations: &Expectations, config: &CheckConfig) -> Vec<Probe> {
    let mut probes = named_probes(expectations, config);
    let again = sent_again(expectations, config, &probes);
    probes.extend(generated(expectations, config));
    probes.extend(again);
    number_equal_names(&mut probes);
    probes
}

/// Adds a number to the name of a probe if an earlier probe has the same name. Names contain methods in lower case, so
/// the probes for `PATCH` and `patch` can have the same name.
fn number_equal_names(probes: &mut [Probe]) {
    let mut names: HashSet<String> = probes.iter().map(|probe| probe.name.clone()).collect();
    let mut seen = HashSet::new();
    for probe in probes {
        if seen.insert(probe.name.clone()) {
            continue;
        }
        let numbers = 1..;
        let mut numbered = numbers.map(|index| numbered(&probe.name, index));
        if let Some(name) = numbered.find(|name| names.insert(name.clone())) {
            probe.rename(name);
        }
    }
}

/// Returns the named probes. These probes do not depend on the seed.
fn named_probes(expectations: &Expectations, config: &CheckConfig) -> Vec<Probe> {
    let mut builder = ProbeBuilder::new(expectations, config);
    builder.pages();
    builder.attacks();
    builder.patterns();
    if let Some(page) = expectations.page(config.url()) {
        builder.methods(&page);
        builder.names(&page);
        builder.other_pages(&page);
        builder.hostile(&page);
    }
    builder.protocol();
    builder.credentials();
    builder.denied_origins();
    builder.requests_with_special_headers();
    builder.probes
}
