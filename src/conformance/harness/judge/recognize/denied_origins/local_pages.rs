//! Finds the mistake of a server that allows pages of local hosts, such as `http://localhost:3000`.

use super::{
    super::comparison_rules::{is_local_host, is_web_scheme},
    DeniedOrigins, parse,
};
use crate::{
    conformance::harness::{probes::attacks::LOCALHOST_LOOK_ALIKE, report::cause::Cause},
    infrastructure::origin::TupleOrigin,
};

impl DeniedOrigins<'_> {
    /// Returns the cause if the host is local (see [`is_local_host`]) and is not listed, or if the origin is
    /// [`LOCALHOST_LOOK_ALIKE`]. A server that allows both `http://localhost` and [`LOCALHOST_LOOK_ALIKE`] compares only the
    /// beginning of the origin with an entry for `http://localhost`.
    pub(super) fn comparison_with_localhost(
        &self,
        origin: &str,
        parsed: Option<&TupleOrigin>,
    ) -> Option<Cause> {
        let parsed = parsed.filter(|parsed| {
            let mut entries = self.entries.iter();
            let is_listed = entries.any(|entry| entry.matches(parsed.host()));
            let is_of_host = parsed.host() == "localhost" && self.compares_localhost();
            (is_web_scheme(parsed.scheme()) || is_of_host) && !is_listed
        })?;
        let is_local = is_local_host(parsed.host());
        let are_both_allowed = ["http://localhost", LOCALHOST_LOOK_ALIKE]
            .into_iter()
            .filter_map(|origin| self.reflected.get(origin))
            .filter(|answers| answers.usual == Some(true))
            .count()
            == 2;
        if are_both_allowed && (is_local || origin == LOCALHOST_LOOK_ALIKE) {
            Some(Cause::AllowsLocalhostPrefix)
        } else {
            is_local.then_some(Cause::AllowsLocalhost)
        }
    }

    /// Whether the host of the server is local, and the server denies pages of this host at some ports. Such a server does not
    /// compare the host of `Origin` with its own host. Its list has an origin of a developer's machine.
    pub(super) fn lists_own_local_host(&self) -> bool {
        let mut decisions = self.decisions();
        decisions.any(|(origin, is_reflected)| {
            let own = parse(origin).filter(|parsed| self.is_on_own_host(parsed));
            let http = own.filter(|own| own.scheme() == "http" && is_local_host(own.host()));
            !is_reflected && http.is_some()
        })
    }

    /// Whether the server allows an origin whose host is local, but not the server's own host and not listed. An origin that the
    /// server reflects by default does not count.
    pub(super) fn allows_other_local_hosts(&self) -> bool {
        let mut decisions = self.decisions();
        decisions.any(|(origin, is_reflected)| {
            let other = parse(origin).filter(|parsed| {
                let mut entries = self.entries.iter();
                !self.is_on_own_host(parsed) && !entries.any(|entry| entry.matches(parsed.host()))
            });
            let is_shown = is_reflected && !self.is_of_reflection(origin);
            is_shown && other.is_some_and(|other| is_local_host(other.host()))
        })
    }

    /// Whether the server allows each tested origin with the host `localhost` and without a port, whatever the scheme. Such a
    /// server compares only the host, or only the end of the origin.
    pub(in super::super) fn compares_localhost(&self) -> bool {
        let mut decisions = self.decisions();
        decisions.all(|(origin, is_reflected)| is_reflected || !origin.ends_with("://localhost"))
    }
}
