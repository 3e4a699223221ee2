//! Recognizes servers that compare only the beginning or the end of `Origin` with their own host, the `Host` of the request.

use alloc::{format, string::String};

use super::{super::comparison_rules::is_web_scheme, DeniedOrigins, last_label, parse};
use crate::{
    conformance::harness::{expectations::parent_domains, report::cause::Cause},
    infrastructure::origin::TupleOrigin,
};

/// The part of a host that is the own host of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OwnPart {
    /// The host begins with the own host, as `api.example.evil.test` for `api.example`.
    Beginning,
    /// The host ends with the own host, without a dot before it, as `evilapi.example` for `api.example`.
    End,
    /// The host ends with a dot and the parent domain of the own host, as `other.corp.example` for `api.corp.example`.
    Sibling,
    /// The host ends with the parent domain of the own host, without a dot before it, as `evilcorp.example` for
    /// `api.corp.example`.
    ParentEnd,
}

impl DeniedOrigins<'_> {
    /// Returns the part of the host that is the server's own host. Returns `None` if the policy lists the own host. For the
    /// host `localhost`, only its end counts, because servers have other reasons to allow a host that begins with `localhost`.
    pub(super) fn own_part(&self, parsed: &TupleOrigin) -> Option<OwnPart> {
        let own = parse(self.own_origin.as_ref()?)?;
        let own = own.host();
        let mut entries = self.entries.iter();
        if !is_web_scheme(parsed.scheme()) || entries.any(|entry| entry.matches(own)) {
            return None;
        }
        let host = parsed.host();
        let is_beginning = own != "localhost" && host.len() > own.len() && host.starts_with(own);
        let before = host.strip_suffix(own);
        let is_end = before.is_some_and(|before| !before.is_empty() && !before.ends_with('.'));
        if is_beginning {
            Some(OwnPart::Beginning)
        } else if is_end {
            Some(OwnPart::End)
        } else {
            self.part_of_parent(own, host)
        }
    }

    /// Returns the part of the host that is the parent domain of the own host. Returns `None` if the policy lists a host under
    /// this parent domain, because the server can also compare the origin with this entry.
    fn part_of_parent(&self, own: &str, host: &str) -> Option<OwnPart> {
        let parent = parent_domains(own).into_iter().next()?;
        let mut entries = self.entries.iter();
        if entries.any(|entry| entry.matches(parent) || entry.is_below(parent)) {
            return None;
        }
        let before = host
            .strip_suffix(parent)
            .filter(|before| !before.is_empty())?;
        let is_of_own = host == own || host.ends_with(&format!(".{own}"));
        if before.ends_with('.') {
            (!is_of_own).then_some(OwnPart::Sibling)
        } else {
            Some(OwnPart::ParentEnd)
        }
    }

    /// Returns the wrong comparison with the own host that makes the server allow the origin. A server that accepts hosts that
    /// begin or end with its own host also accepts the own host with other ports, and its subdomains.
    pub(super) fn comparison_with_own_host(&self, parsed: &TupleOrigin) -> Option<Cause> {
        let is_own = self.is_on_own_host(parsed);
        let own = self.own_host.as_deref().unwrap_or_default();
        let ends_with_own = !own.is_empty() && parsed.host().ends_with(own);
        let part = self.own_part(parsed);
        // The server also accepts the last label of its own host in another place, so it searches for this text.
        if part == Some(OwnPart::Beginning) && self.accepts_end_of_own_host() {
            return Some(Cause::ContainsListedHost);
        }
        let begins = part == Some(OwnPart::Beginning) || is_own;
        let is_of_parent = matches!(part, Some(OwnPart::Sibling | OwnPart::ParentEnd));
        let is_parent = self.accepts_own_parent() && self.own_parent() == Some(parsed.host());
        let ends =
            part == Some(OwnPart::End) || is_own || ends_with_own || is_of_parent || is_parent;
        let cause = self.own_comparison()?;
        let applies = match cause {
            Cause::ComparesPrefix => begins,
            Cause::ComparesSuffix => ends,
            _ => begins || ends,
        };
        applies.then_some(cause)
    }

    /// Returns the wrong comparison with the own host, if the server makes one.
    fn own_comparison(&self) -> Option<Cause> {
        // A server that accepts every host with the last label of its own host, such as `example`, does not compare the whole
        // own host.
        if self.accepts_end_of_own_host() {
            return None;
        }
        let accepts_end = self.found.accepts_own_end || self.accepts_own_parent();
        match (self.found.accepts_own_beginning, accepts_end) {
            (true, true) => Some(Cause::ContainsListedHost),
            (true, false) => Some(Cause::ComparesPrefix),
            (false, true) => Some(Cause::ComparesSuffix),
            (false, false) => None,
        }
    }

    const fn accepts_own_parent(&self) -> bool {
        self.found.accepts_own_sibling || self.found.accepts_own_parent_end
    }

    /// Returns the parent domain of the own host.
    fn own_parent(&self) -> Option<&str> {
        let (_, host) = self.own_origin.as_ref()?.split_once("://")?;
        let host = host.split(':').next()?;
        parent_domains(host).into_iter().next()
    }

    /// Returns a text with the part of the own host that the server compares with the origin.
    pub(in super::super) fn described_own_part(&self) -> Option<String> {
        let own = parse(self.own_origin.as_ref()?)?;
        let dot = match (
            self.found.accepts_own_parent_end,
            self.found.accepts_own_sibling,
        ) {
            (true, _) => "",
            (false, true) => ".",
            (false, false) => return Some(format!("its own host `{}`", own.host())),
        };
        let parent = self.own_parent()?;
        Some(format!(
            "`{dot}{parent}`, which is the parent domain of its own host"
        ))
    }

    fn accepts_end_of_own_host(&self) -> bool {
        let own = self.own_origin.as_deref().and_then(parse);
        own.is_some_and(|own| {
            let end = last_label(own.host());
            self.found.accepted_ends.contains(end) && !self.found.refused_ends.contains(end)
        })
    }

    /// Returns the server's own origin if the server compares its host wrongly, with this cause.
    pub(in super::super) fn own_origin_with(&self, cause: Cause) -> Option<&String> {
        let is_reflected = self.reflects().is_some();
        let origin = self.own_origin.as_ref();
        origin.filter(|_| self.own_comparison() == Some(cause) && !is_reflected)
    }
}
