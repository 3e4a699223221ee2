//! Chooses the wrong comparisons that explain which denied origins a server accepts.
//!
//! An accepted origin can have several explanations. For example, `https://app.example.b.example` begins with
//! `https://app.example`, and is a subdomain of `b.example`. A refused origin can exclude an explanation. Among the
//! other explanations, the explanation of the most accepted origins is probably right.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use core::cmp::Reverse;

use super::{
    super::comparison_rules::{Given, Listed, Rule},
    parse,
};
use crate::{conformance::harness::report::cause::Cause, infrastructure::origin::TupleOrigin};

/// The wrong comparisons that the answers of a server show.
#[derive(Default)]
pub(super) struct Explanations {
    /// Each rule has the entries to which the server applies the rule.
    rules: Vec<(Rule, Vec<Listed>)>,
}

impl Explanations {
    /// Finds the explanations. `decisions` has denied origins, and whether the server accepts each of them.
    pub(super) fn new<'d>(
        entries: &[Listed],
        decisions: impl Iterator<Item = (&'d String, bool)>,
    ) -> Self {
        let parsed: Vec<(&str, Option<TupleOrigin>, bool)> = decisions
            .map(|(origin, is_accepted)| (origin.as_str(), parse(origin), is_accepted))
            .collect();
        let given = |is_searched: bool| -> Vec<Given<'_>> {
            let searched = parsed
                .iter()
                .filter(|(.., is_accepted)| *is_accepted == is_searched);
            let given = searched.map(|(text, parsed, _)| Given::new(text, parsed.as_ref()));
            given.collect()
        };
        let (mut accepted, refused) = (given(true), given(false));
        let mut possible = possible_rules(entries, &accepted, &refused);
        let mut explanations = Self::default();
        loop {
            let counted = possible.iter().map(|(rule, listed)| {
                let explained = accepted.iter().filter(|given| {
                    explains(*rule, listed, **given) && is_evidence(*rule, listed, **given)
                });
                (explained.count(), Reverse(*rule))
            });
            let Some((1.., Reverse(rule))) = counted.max() else {
                return explanations;
            };
            let listed = possible.remove(&rule).unwrap_or_default();
            accepted.retain(|given| !explains(rule, &listed, *given));
            explanations.rules.push((rule, listed));
        }
    }

    /// Returns the parent domains of listed hosts whose subdomains the server accepts. Returns nothing if the server also
    /// compares the end of the host in another way.
    pub(super) fn parents_of_subdomains(&self) -> BTreeSet<&str> {
        let applied = self.rules.iter().flat_map(|(rule, listed)| {
            let of_suffix = listed
                .iter()
                .filter(|listed| listed.cause(*rule) == Cause::ComparesSuffix);
            of_suffix.map(|listed| listed.open_parent(*rule))
        });
        let parents: Option<BTreeSet<&str>> = applied.collect();
        parents.unwrap_or_default()
    }

    /// Returns the entries to which the server applies a rule with this cause.
    pub(super) fn entries_with(&self, cause: Cause) -> BTreeSet<&str> {
        let rules = self.rules.iter().flat_map(|(rule, listed)| {
            let of_cause = listed.iter().filter(|listed| listed.cause(*rule) == cause);
            of_cause.map(Listed::entry)
        });
        rules.collect()
    }

    /// Whether the server searches for a listed host.
    pub(super) fn contains_listed_host(&self) -> bool {
        !self.entries_with(Cause::ContainsListedHost).is_empty()
    }

    /// Whether the server applies a rule for which `is_searched` returns true, and no other rule with the cause.
    pub(super) fn has_only(&self, cause: Cause, is_searched: impl Fn(Rule) -> bool) -> bool {
        let of_cause = self.rules.iter().filter(|(other, listed)| {
            let mut listed = listed.iter();
            listed.any(|listed| listed.cause(*other) == cause)
        });
        let mut of_cause = of_cause.map(|(rule, _)| is_searched(*rule)).peekable();
        of_cause.peek().is_some() && of_cause.all(|is_same| is_same)
    }

    /// Returns the entries that the server compares wrongly in any way.
    pub(super) fn entries(&self) -> BTreeSet<&str> {
        let entries = self.rules.iter().flat_map(|(_, listed)| listed);
        entries.map(Listed::entry).collect()
    }

    /// Whether the server compares only the beginning of some entries, and only the end of others. A regular expression
    /// such as `^a|b$`, whose alternatives have no group, has this effect.
    pub(super) fn has_ungrouped_alternatives(&self) -> bool {
        let beginnings = self.entries_with(Cause::ComparesPrefix);
        let ends = self.entries_with(Cause::ComparesSuffix);
        let shares_domain = |beginning: &Listed| {
            let mut ends = self.listed_with(Cause::ComparesSuffix);
            ends.any(|end| end.shares_domain(beginning))
        };
        !beginnings.is_empty()
            && !ends.is_empty()
            && beginnings.is_disjoint(&ends)
            // One pattern can stand for both entries.
            && !self.listed_with(Cause::ComparesPrefix).any(shares_domain)
    }

    fn listed_with(&self, cause: Cause) -> impl Iterator<Item = &Listed> {
        let rules = self.rules.iter();
        rules.flat_map(move |(rule, listed)| {
            let listed = listed.iter();
            listed.filter(move |listed| listed.cause(*rule) == cause)
        })
    }

    /// Whether the server searches for an entry, so that it also accepts origins that begin or end with this entry. `cause` is
    /// a comparison of only the beginning, or of only the end. A regular expression without `^` and `$` has this effect. A server
    /// that also accepts names below a parent domain of the entry has two rules, and does not search for the entry.
    pub(super) fn is_of_search(&self, cause: Cause) -> bool {
        let entries = self.entries_with(cause);
        let beginnings = self.entries_with(Cause::ComparesPrefix);
        // A server that compares only a label in the middle of the host accepts other last labels and other first labels.
        let is_other_end = self.has_only(Cause::ComparesPrefix, |rule| rule == Rule::OtherEnd);
        let mut of_ends = self.rules.iter().filter(|(rule, _)| {
            rule.compares_end_of_entry() || (is_other_end && rule.cause() == Cause::ComparesSuffix)
        });
        let are_both_found = of_ends.any(|(_, listed)| {
            let mut listed = listed.iter();
            listed.any(|listed| beginnings.contains(listed.entry()))
        });
        let searched = self.entries_with(Cause::ContainsListedHost);
        are_both_found || (!entries.is_empty() && entries.is_subset(&searched))
    }

    /// Returns the rule that explains why the server accepts the origin, with the cause.
    pub(super) fn rule(&self, origin: &str, parsed: Option<&TupleOrigin>) -> Option<(Rule, Cause)> {
        let given = Given::new(origin, parsed);
        self.rules.iter().find_map(|(rule, listed)| {
            let mut listed = listed.iter();
            let found = listed.find(|listed| listed.explains(*rule, given))?;
            Some((*rule, found.cause(*rule)))
        })
    }

    /// Returns a rule that explains the origin if the server applies the rule to each of `entries`, with the cause. The
    /// answers show the rule only for other entries, so the rule counts only if the origin is typical of the rule.
    pub(super) fn rule_of_any(
        &self,
        entries: &[Listed],
        given: Given<'_>,
    ) -> Option<(Rule, Cause)> {
        self.rules.iter().find_map(|(rule, _)| {
            let mut entries = entries.iter();
            let found = entries.find(|entry| entry.is_typical(*rule, given))?;
            Some((*rule, found.cause(*rule)))
        })
    }

    /// Returns the cause if the server searches for a listed host, or compares only the beginning of a listed host, and
    /// the origin has the first label of this host in the same place. No rule explains the origin, so the server
    /// compares only a part of the listed host.
    pub(super) fn comparison_of_parts(&self, given: Given<'_>) -> Option<Cause> {
        let mut rules = self.rules.iter();
        let found = rules.find(|(rule, listed)| {
            let mut listed = listed.iter();
            listed.any(|listed| listed.shares_part(*rule, given))
        });
        found.map(|(rule, _)| rule.cause())
    }
}

/// Returns the rules that fit all answers, each with its entries. For each entry, the server accepts an origin that is
/// typical of the rule, and refuses no such origin with usual characters.
fn possible_rules(
    entries: &[Listed],
    accepted: &[Given<'_>],
    refused: &[Given<'_>],
) -> BTreeMap<Rule, Vec<Listed>> {
    let mut possible: BTreeMap<Rule, Vec<Listed>> = BTreeMap::new();
    for listed in entries {
        let mut rules = Vec::new();
        for rule in listed.rules() {
            let is_typical = |given: &Given<'_>| listed.is_typical(rule, *given);
            let is_refuted = |given: &Given<'_>| listed.refutes(rule, *given);
            let is_excluded = || !rule.allows_refusals() && refused.iter().any(is_refuted);
            // If the server also accepts a letter after the host, it does not look for the end of the host.
            let is_of_longer_host = || {
                rule == Rule::SpecialCharacter
                    && accepted.iter().any(|given| listed.continues(*given))
            };
            // If the server also accepts the second label in another place, it looks for a part of the host.
            let is_of_any_place = || {
                let mut accepted = accepted.iter();
                rule == Rule::SecondLabel
                    && accepted.any(|given| listed.has_second_label_elsewhere(*given))
            };
            let is_refused = || is_excluded() || is_of_longer_host() || is_of_any_place();
            if accepted.iter().any(is_typical) && !is_refused() {
                rules.push(rule);
            }
        }
        // A dot matches exactly one character. So if the server also accepts the domain itself, the missing dot before the domain is
        // the mistake, and not an unescaped dot there.
        if rules.contains(&Rule::Suffix) && rules.contains(&Rule::BareDomain) {
            rules.retain(|rule| !matches!(rule, Rule::Dots | Rule::Dot(0)));
        }
        for rule in rules {
            possible.entry(rule).or_default().push(listed.clone());
        }
    }
    possible.retain(|rule, listed| {
        let accepted = accepted.iter();
        let explained = accepted.filter(|given| explains(*rule, listed, **given));
        explained.count() >= rule.min_accepted()
    });
    possible
}

/// Whether the accepted origin shows the rule. A port also follows the host, but shows no special character.
fn is_evidence(rule: Rule, listed: &[Listed], given: Given<'_>) -> bool {
    let mut listed = listed.iter();
    rule != Rule::SpecialCharacter || listed.any(|listed| listed.is_typical(rule, given))
}

fn explains(rule: Rule, listed: &[Listed], given: Given<'_>) -> bool {
    let mut listed = listed.iter();
    listed.any(|listed| listed.explains(rule, given))
}
