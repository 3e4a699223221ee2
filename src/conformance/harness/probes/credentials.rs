//! Sends some probes again with the credentials of a user, because some servers send different CORS headers to requests
//! with credentials.

use alloc::{string::String, vec::Vec};

use super::{
    builder::ProbeBuilder,
    probe::{CREDENTIALS, Plan, Probe},
};
use crate::conformance::harness::report::cause::Cause;

/// The names of the probes that are sent again with credentials. The last three probes are from pages that most
/// policies deny. Each of the other probes sends a different kind of request from an allowed page.
const SENT_AGAIN: [&str; 11] = [
    "listed-origin",
    "head",
    "safelisted-method-post",
    "listed-method",
    "any-method",
    "listed-header",
    "all-listed-headers",
    "any-header",
    "reflection",
    "prefix",
    "null",
];

impl ProbeBuilder<'_> {
    /// Adds the probes of [`SENT_AGAIN`] again, with credentials.
    pub(crate) fn credentials(&mut self) {
        let probes = self.probes.iter();
        let plain = probes.filter(|probe| SENT_AGAIN.contains(&probe.name()));
        let again = plain.flat_map(|probe| {
            CREDENTIALS.iter().filter_map(|(suffix, header, value)| {
                let Plan::Fetch(request) = &probe.plan else {
                    return None;
                };
                let name = String::from(probe.name()) + suffix;
                let advice = Cause::ReflectsWithCredentials.advice();
                Probe::credentialed(name, advice, (**request).clone(), (header, value))
            })
        });
        let again: Vec<Probe> = again.collect();
        self.probes.extend(again);
    }
}
