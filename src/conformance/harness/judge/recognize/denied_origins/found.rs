//! Finds the ways in which a server seems to compare origins.

use alloc::{
    collections::BTreeSet,
    string::{String, ToString},
};

use super::{
    super::comparison_rules::{Given, Rule, begins_with_address, combines_parts, is_local_host},
    DeniedOrigins,
    answers::Circumstance,
    explanations::Explanations,
    is_of_reflection, is_plain, last_label,
    open_ends::OpenEnds,
    own_host::OwnPart,
    parse,
};
use crate::conformance::harness::{
    probes::{patterns::mixed_origins, shared_hosts::is_on_shared_host, unlisted::UNLISTED_COM},
    report::cause::Cause,
};

/// The ways in which the server seems to compare origins.
#[derive(Default)]
pub(super) struct Found {
    pub(super) reflects: Option<Cause>,
    /// The circumstances in which the server reflects an unrelated origin, although it refuses this origin in usual
    /// responses.
    pub(super) limited: BTreeSet<Circumstance>,
    /// The circumstances of `limited` in which the server reflects only origins with `https:`. It refuses `http:` origins there.
    pub(super) limited_to_https: BTreeSet<Circumstance>,
    /// The last label of the host of each accepted origin, such as `com`. An origin counts only if it is plain (see
    /// [`is_plain`]) and is not similar to a listed origin.
    pub(super) accepted_ends: BTreeSet<String>,
    /// The last label of the host of each refused origin. An origin counts only if it is plain (see [`is_plain`]) and
    /// has the scheme `https`.
    pub(super) refused_ends: BTreeSet<String>,
    /// The origins that combine parts of two entries of the list.
    pub(super) mixed: BTreeSet<String>,
    pub(super) explanations: Explanations,
    /// The ends with which the server allows every origin.
    pub(super) open_ends: OpenEnds,
    /// Whether the server accepts the beginning of a listed origin, such as `https://a.example.co` for
    /// `https://a.example.com`.
    pub(super) accepts_beginning: bool,
    /// Whether the server accepts hosts that begin with its own host.
    pub(super) accepts_own_beginning: bool,
    /// Whether the server accepts hosts that end with its own host, without a dot before it.
    pub(super) accepts_own_end: bool,
    /// Whether the server accepts other subdomains of the parent domain of its own host.
    pub(super) accepts_own_sibling: bool,
    /// Whether the server accepts hosts that end with the parent domain of its own host, without a dot before it.
    pub(super) accepts_own_parent_end: bool,
    /// Whether the server allows every IP address (see [`allows_addresses`](DeniedOrigins::allows_addresses)).
    pub(super) allows_addresses: bool,
    /// Whether the server accepts an origin that combines parts of several entries (see [`combines_parts`]), and no wrong
    /// comparison explains this.
    pub(super) combines: bool,
    /// Whether the server compares only the beginning of some entries, and only the end of others.
    pub(super) has_ungrouped_alternatives: bool,
    /// Whether the server compares only the beginning of an entry, and also accepts another text before this entry.
    pub(super) searches_for_entry: bool,
}

impl DeniedOrigins<'_> {
    /// Compares the accepted origins with the refused origins.
    pub(super) fn compare(&mut self) {
        // The answers do not show how the server compares origins.
        if self.changes.is_some() {
            return;
        }
        self.found.mixed = mixed_origins(self.expectations.spec.origins.entries());
        let mut found = Found::default();
        let decisions = self.decisions();
        for (origin, is_reflected) in
            decisions.filter(|(origin, _)| !self.is_on_special_host(origin))
        {
            let Some(parsed) = parse(origin).filter(is_plain) else {
                continue;
            };
            let end = last_label(parsed.host());
            if !is_reflected {
                if parsed.scheme() == "https" {
                    found.refused_ends.insert(end.to_string());
                }
            } else if self.is_unrelated(origin, &parsed) {
                // The server possibly accepts every origin that contains the first label of a listed host. If the
                // server accepts such an origin, the end of the origin is possibly not the reason.
                let given = Given::new(origin, Some(&parsed));
                let mut entries = self.entries.iter();
                if !entries.any(|entry| entry.shares_first_label(given)) {
                    found.accepted_ends.insert(end.to_string());
                }
            }
        }
        found.reflects = self.reflection();
        found.allows_addresses = self.allows_addresses(found.reflects);
        let open_ends = self.find_open_ends();
        let accepts = |is_part: fn(OwnPart) -> bool| {
            self.decisions().any(|(origin, is_reflected)| {
                let parsed = parse(origin);
                let part = parsed.as_ref().and_then(|parsed| self.own_part(parsed));
                // The server can accept every host with the same last label.
                let end = parsed.as_ref().map(|parsed| last_label(parsed.host()));
                let is_by_end = end.is_some_and(|end| {
                    found.accepted_ends.contains(end) && !found.refused_ends.contains(end)
                });
                let is_by_end = is_by_end || open_ends.explains(origin);
                let is_address = found.allows_addresses && begins_with_address(origin);
                is_reflected && !is_by_end && !is_address && part.is_some_and(is_part)
            })
        };
        let beginning = accepts(|part| part == OwnPart::Beginning);
        let end = accepts(|part| part == OwnPart::End);
        (found.accepts_own_sibling, found.accepts_own_parent_end) = (
            accepts(|part| part == OwnPart::Sibling),
            accepts(|part| part == OwnPart::ParentEnd),
        );
        (found.accepts_own_beginning, found.accepts_own_end) = (beginning, end);
        found.accepts_beginning = self.decisions().any(|(origin, is_reflected)| {
            let parsed = parse(origin);
            let given = Given::new(origin, parsed.as_ref());
            let mut entries = self.entries.iter();
            is_reflected && entries.any(|entry| entry.is_typical(Rule::SearchedList, given))
        });
        for (origin, answers) in &self.reflected {
            let is_refused = answers.usual == Some(false);
            // A server can allow local hosts only in some responses, so these hosts do not show that it reflects any origin.
            let parsed = parse(origin).filter(|_| is_refused);
            let parsed = parsed.filter(|parsed| !is_local_host(parsed.host()));
            // Other requests with the same parts have an origin with another end, and show that the server reflects any origin.
            let parsed =
                parsed.filter(|_| !is_on_shared_host(origin) && origin.as_str() != UNLISTED_COM);
            // A server can also allow the neighbors of its own host only in some responses.
            let parsed = parsed.filter(|parsed| self.own_part(parsed).is_none());
            if parsed.is_some_and(|parsed| self.is_unrelated(origin, &parsed)) {
                found.limited.extend(&answers.other);
            }
        }
        let reflects = found.reflects;
        let is_of_scheme = matches!(
            reflects,
            Some(Cause::ReflectsAnyHttpsOrigin | Cause::ReflectsAnyHttpOrigin)
        );
        if is_of_scheme {
            found.limited.extend(self.circumstances_of_other_origins());
        }
        found.limited_to_https = self.limited_to_https(&found.limited);
        found.mixed = core::mem::take(&mut self.found.mixed);
        if found.reflects != Some(Cause::ReflectsAnyOrigin) {
            let explain = |has_other_reason: &dyn Fn(&str) -> bool| {
                let decisions = self.decisions().filter(|(origin, is_accepted)| {
                    let is_explained = *is_accepted && has_other_reason(origin);
                    !(self.is_on_special_host(origin) || is_explained)
                });
                Explanations::new(&self.entries, decisions)
            };
            // An origin that the server reflects by its scheme shows no comparison.
            found.explanations = explain(&|origin| is_of_reflection(reflects, origin));
            // If the server allows every host with the last label of an origin, the origin shows no other mistake.
            if found.reflects.is_none()
                && !open_ends.is_empty()
                && !found.explanations.contains_listed_host()
            {
                found.explanations = explain(&|origin| open_ends.explains(origin));
            }
        }
        found.combines = found.reflects.is_none()
            && self.decisions().any(|(origin, is_reflected)| {
                let parsed = parse(origin);
                let rule = found.explanations.rule(origin, parsed.as_ref());
                let given = Given::new(origin, parsed.as_ref());
                is_reflected && rule.is_none() && combines_parts(&self.entries, given)
            });
        self.found = found;
        self.found.has_ungrouped_alternatives =
            self.has_ungrouped_alternatives() && !self.contradicts_alternatives();
        self.found.searches_for_entry = self.searches_for_entry();
        if self.reflects_many_kinds() {
            self.found.reflects = Some(Cause::ReflectsManyOrigins);
        }
        // A server that reflects every origin, except some origins, also allows every tested host with some last labels.
        if self.found.reflects.is_none() {
            self.found.open_ends = open_ends;
        }
        // A server that searches for a part of a listed host also finds this part at the end of another host.
        if self.found.explanations.contains_listed_host() {
            self.found.open_ends.labels.clear();
        }
    }
}
