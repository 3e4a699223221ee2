//! Sends some probes again at the end of the check. Two equal requests are then far apart in time: a server that decides
//! by the request gives both the same answer, and a server that fails by chance or for some time usually does not.

use alloc::vec::Vec;

use http::Method;

use super::probe::{LONG_PREFIX, Plan, Probe, is_credentialed};
use crate::{
    conformance::harness::{
        config::CheckConfig,
        expectations::Expectations,
        judge::{outages::MIN_OUTAGE_LENGTH, requests::origin_kind},
        report::request_kind::OriginKind,
    },
    fetching::HttpRequest,
};

/// Returns the probes to send again:
///
/// - the probes with a POST request, with credentials or with `Vary`, whose origin is not denied: the check has only few
///   such requests
/// - some of the single requests of denied origins: most of these origins have only one request. Of
///   [`MIN_OUTAGE_LENGTH`] consecutive such requests, one is sent again.
///
/// Requests of denied origins to the error URL are not sent again. So a configuration with an error URL only adds probes.
pub(super) fn sent_again(
    expectations: &Expectations,
    config: &CheckConfig,
    probes: &[Probe],
) -> Vec<Probe> {
    let is_denied = |probe: &Probe| {
        let kind = last(probe).map(|last| origin_kind(expectations, last));
        kind == Some(OriginKind::Denied)
    };
    let probes = probes
        .iter()
        .filter(|probe| !probe.name.starts_with(LONG_PREFIX))
        .filter(|probe| !matches!(probe.plan, Plan::Rewritten(_)));
    let rare = probes
        .clone()
        .filter(|probe| !is_denied(probe) && last(probe).is_some_and(is_rare));
    let is_at_url = |probe: &Probe| last(probe).is_some_and(|last| last.url == *config.url());
    let denied =
        probes.filter(|probe| is_denied(probe) && is_at_url(probe) && probe.requests().len() == 1);
    let again = rare.chain(denied.step_by(MIN_OUTAGE_LENGTH));
    again.map(Probe::sent_again).collect()
}

fn last(probe: &Probe) -> Option<&HttpRequest> {
    probe.requests().last().map(|line| &line.request)
}

/// Whether the request has the method POST, the credentials of a user, or `Vary`.
fn is_rare(request: &HttpRequest) -> bool {
    request.method == Method::POST
        || is_credentialed(request)
        || request.header_list.contains("vary")
}
