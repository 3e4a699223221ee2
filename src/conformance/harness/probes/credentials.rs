//! Sends some probes again with the credentials of a user, because some servers send different CORS headers to requests
//! with credentials.

use alloc::{string::String, vec::Vec};

use super::{
    builder::ProbeBuilder,
    probe::{ANY_METHOD, CREDENTIALS, Plan, Probe},
};
use crate::{
    conformance::harness::report::cause::Cause,
    infrastructure::header::{HeaderName, HeaderValue},
};

/// The kinds of the probes that are sent again with credentials, and the maximum number of probes of each kind. The
/// probes of `reflection` and `null` are from pages that most policies deny.
const SENT_AGAIN: [(&str, usize); 13] = [
    ("listed-origin", 4),
    ("head", 1),
    ("safelisted-method-post", 1),
    ("listed-method", 4),
    (ANY_METHOD, 1),
    ("listed-header", 1),
    ("all-listed-headers", 1),
    ("any-header", 1),
    ("error-response", 1),
    ("own-origin-post", 1),
    ("without-an-origin", 1),
    ("reflection", 1),
    ("null", 1),
];

impl ProbeBuilder<'_> {
    /// Adds the probes of [`SENT_AGAIN`] again, with credentials.
    pub(crate) fn credentials(&mut self) {
        let advice = Cause::ReflectsWithCredentials.advice();
        let plain = SENT_AGAIN.iter().flat_map(|(kind, max)| {
            let probes = self.probes.iter();
            probes.filter(|probe| probe.kind() == *kind).take(*max)
        });
        let again: Vec<Probe> = plain
            .flat_map(|probe| with_credentials(probe, advice))
            .collect();
        self.probes.extend(again);
    }
}

/// Returns the probe with `Cookie`, and the probe with `Authorization`. `advice` is the advice of the probes that are
/// fetches by a page.
fn with_credentials(probe: &Probe, advice: &'static str) -> impl Iterator<Item = Probe> {
    CREDENTIALS
        .iter()
        .filter_map(move |(suffix, header, value)| {
            let name = String::from(probe.name()) + suffix;
            match &probe.plan {
                Plan::Fetch(request) => {
                    Probe::credentialed(name, advice, (**request).clone(), (header, value))
                }
                Plan::Single => {
                    let mut request = probe.requests().first()?.request.clone();
                    let value = HeaderValue::new(value).ok()?;
                    let header = HeaderName::from_static(header);
                    request.header_list.append(header, value);
                    Some(Probe::single(name, probe.advice, request))
                }
                Plan::Rewritten(_) | Plan::Credentialed(_) => None,
            }
        })
}
