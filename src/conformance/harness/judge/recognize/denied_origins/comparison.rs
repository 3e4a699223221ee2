//! Finds the wrong comparison that makes a server allow a denied origin.

use alloc::{collections::BTreeSet, string::String};

use super::{
    super::comparison_rules::{
        Given, Listed, Rule, begins_with_address, combines_parts, is_address, is_private_address,
        is_web_scheme,
    },
    DeniedOrigins, is_of_reflection, parse,
};
use crate::conformance::harness::{probes::shared_hosts::is_on_shared_host, report::cause::Cause};

impl DeniedOrigins<'_> {
    /// Returns the wrong comparison that makes the server allow `origin`. Several wrong comparisons can be one mistake.
    pub(super) fn comparison(&self, origin: &str) -> Cause {
        if self.changes.is_some() {
            return Cause::AllowsSometimes;
        }
        if self.found.open_ends.explains(origin) {
            return Cause::ComparesSuffix;
        }
        match self.single_comparison(origin) {
            Cause::ComparesPrefix | Cause::ComparesSuffix | Cause::ContainsListedHost
                if self.found.has_ungrouped_alternatives =>
            {
                Cause::UngroupedAlternatives
            }
            cause @ (Cause::ComparesPrefix | Cause::ComparesSuffix)
                if self.found.searches_for_entry || self.found.explanations.is_of_search(cause) =>
            {
                Cause::ContainsListedHost
            }
            cause => cause,
        }
    }

    pub(super) fn single_comparison(&self, origin: &str) -> Cause {
        if let Some(reflects) = self.found.reflects
            && self.is_of_reflection(origin)
        {
            return reflects;
        }
        let parsed = parse(origin);
        if origin == "null" {
            return Cause::AllowsNull;
        }
        let host = parsed.as_ref().map_or(origin, |parsed| parsed.host());
        let given = Given::new(origin, parsed.as_ref());
        if self.found.allows_addresses && begins_with_address(origin) {
            return Cause::AllowsAddresses;
        }
        let mut ends = self.found.accepted_ends.iter();
        let end = ends.find(|end| host.ends_with(&***end));
        // The server also accepts an unrelated host with the same last label. So a special character is not the reason
        // why the server allows `origin`.
        let rule = self.found.explanations.rule(origin, parsed.as_ref());
        // If the server compares only a beginning of a listed host, and the dot is after this beginning, the dot is not the
        // reason either.
        let is_possible = |(rule, _): &(Rule, Cause)| match rule {
            Rule::SpecialCharacter => end.is_none(),
            Rule::Dot(_) | Rule::Dots => {
                let explanations = &self.found.explanations;
                !self.found.accepts_beginning || explanations.comparison_of_parts(given).is_none()
            }
            _ => true,
        };
        let rule = rule.filter(is_possible);
        // A server that compares the scheme, the host and the port one by one also accepts origins that follow the rule
        // `Port`, `Scheme` or `Host`.
        let is_of_parts =
            rule.is_none_or(|(rule, _)| matches!(rule, Rule::Port | Rule::Scheme | Rule::Host));
        if self.found.combines && is_of_parts && combines_parts(&self.entries, given) {
            return Cause::MixesEntries;
        }
        let of_other_entry = || self.found.explanations.rule_of_any(&self.entries, given);
        if let Some((_, cause)) = rule.or_else(|| of_other_entry().filter(is_possible)) {
            return cause;
        }
        // Browsers do not send this origin, but some apps do.
        if origin == "file://" {
            let null = self.reflected.get("null").and_then(|answers| answers.usual);
            return if null == Some(true) {
                Cause::AllowsNull
            } else {
                self.app_cause(origin)
            };
        }
        if let Some(parsed) = &parsed
            && let Some(cause) = self.comparison_with_own_host(parsed)
        {
            return cause;
        }
        if let Some(parsed) = &parsed
            && self.is_on_own_host(parsed)
            && !self.allows_other_local_hosts()
            && !self.lists_own_local_host()
        {
            return Cause::AllowsOwnHost;
        }
        if let Some(cause) = self.comparison_with_localhost(origin, parsed.as_ref()) {
            return cause;
        }
        if let Some(end) = end {
            return self.comparison_of_ends(end);
        }
        let Some(parsed) = &parsed else {
            return Cause::AllowsMalformedOrigin;
        };
        if let Some(of_parts) = self.found.explanations.comparison_of_parts(given) {
            of_parts
        } else if self.entries.iter().any(|entry| entry.has_other_dot(given)) {
            Cause::UnescapedDot
        } else if is_on_shared_host(origin) {
            Cause::AllowsSharedHosts
        } else if !self.entries.iter().any(|entry| entry.has_www(given))
            && (self.found.mixed.contains(origin) || combines_parts(&self.entries, given))
        {
            Cause::MixesEntries
        } else if self.follows_other_text(origin) && !self.allows_every_scheme() {
            Cause::ComparesSuffix
        } else if !is_web_scheme(parsed.scheme())
            && !self.entries.iter().any(|entry| entry.contains(origin))
        {
            self.app_cause(origin)
        } else {
            Cause::AllowsOtherOrigin
        }
    }

    /// Whether the server compares only the beginning of some entries, and only the end of others (see
    /// [`has_ungrouped_alternatives`](super::explanations::Explanations::has_ungrouped_alternatives)). The end can be a whole
    /// origin: `^https://a.example|https://b.example$` also matches `https://evil.test/https://b.example`. No browser sends
    /// such a text, but it shows the mistake.
    pub(super) fn has_ungrouped_alternatives(&self) -> bool {
        let explanations = &self.found.explanations;
        if explanations.has_ungrouped_alternatives() {
            return true;
        }
        let beginnings = explanations.entries_with(Cause::ComparesPrefix);
        // One pattern can stand for `https://a.example` and for `https://*.a.example`.
        let is_of_beginning = |page: &str| {
            let compared = self.entries.iter();
            let mut compared = compared.filter(|entry| beginnings.contains(entry.entry()));
            let exact = self.entries.iter().find(|entry| entry.entry() == page);
            exact.is_some_and(|exact| compared.any(|entry| entry.shares_domain(exact)))
        };
        let mut texts = self.decisions().filter(|(_, is_reflected)| *is_reflected);
        !beginnings.is_empty()
            && texts.any(|(text, _)| {
                self.exact_entries().any(|page| {
                    let is_after_text = text.len() > page.len() && text.ends_with(page);
                    is_after_text && !is_of_beginning(page)
                })
            })
    }

    /// Whether the server searches for the text of an entry. There are two kinds of evidence:
    ///
    /// - The server compares only the beginning of the entry, and also accepts a path that ends with this entry. A server that
    ///   ignores the scheme accepts `ahttps://a.example` too, so another scheme is not enough.
    /// - The server compares only the end of the entry, and also accepts a longer port, but no other port.
    pub(super) fn searches_for_entry(&self) -> bool {
        let explanations = &self.found.explanations;
        // A server that compares only the first label does not search for the whole text.
        if explanations.has_only(Cause::ComparesPrefix, |rule| rule == Rule::FirstLabel) {
            return false;
        }
        let beginnings = explanations.entries_with(Cause::ComparesPrefix);
        let ends = explanations.entries_with(Cause::ComparesSuffix);
        self.exact_entries().any(|page| {
            let accepts = |is_searched: &dyn Fn(&str) -> bool| {
                let mut texts = self.decisions().filter(|(_, is_reflected)| *is_reflected);
                texts.any(|(text, _)| is_searched(text))
            };
            // If another rule compares the end of the text, the entry is not the reason.
            let ends_path = |text: &str| {
                let before = text.strip_suffix(page);
                before.is_some_and(|before| before.contains('/'))
                    && explanations
                        .rule(text, parse(text).as_ref())
                        .is_none_or(|(_, cause)| cause != Cause::ComparesSuffix)
            };
            let other_port = |text: &str| {
                let (Some((host, _)), Some((other, _))) =
                    (page.rsplit_once(':'), text.rsplit_once(':'))
                else {
                    return false;
                };
                host == other && text != page && !text.starts_with(page)
            };
            let has_longer_port = |text: &str| {
                let port = text.strip_prefix(page).unwrap_or_default();
                !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
            };
            (beginnings.contains(page) && accepts(&ends_path))
                || (ends.contains(page) && accepts(&has_longer_port) && !accepts(&other_port))
        })
    }

    /// Whether the server accepts listed hosts with another last label, and compares no other beginning of an origin.
    pub(in super::super) fn accepts_other_end(&self) -> bool {
        let explanations = &self.found.explanations;
        explanations.has_only(Cause::ComparesPrefix, |rule| rule == Rule::OtherEnd)
    }

    /// Whether the server accepts a hyphen in place of a dot of a listed host, but no other character.
    pub(in super::super) fn accepts_only_hyphens(&self) -> bool {
        let explanations = &self.found.explanations;
        explanations.has_only(Cause::UnescapedDot, |rule| {
            matches!(rule, Rule::HyphenForDot | Rule::HyphenForOneDot(_))
        })
    }

    /// Whether the server allows hosts that are not an IP address, but begin with an address.
    fn accepts_beginning_of_address(&self) -> bool {
        let mut origins = self.origins_with(Cause::AllowsAddresses);
        origins.any(|origin| parse(&origin).is_some_and(|parsed| !is_address(parsed.host())))
    }

    /// Returns the mistake of a server that compares origins wrongly, if the text of the cause is not exact.
    pub(in super::super) fn described_comparison(&self, cause: Cause) -> Option<&'static str> {
        let explanations = &self.found.explanations;
        match cause {
            Cause::ContainsListedHost
                if explanations.has_only(cause, |rule| rule == Rule::ContainedWord) =>
            {
                Some(
                    "the server allows each origin that contains a listed host between other characters than letters and digits",
                )
            }
            Cause::ContainsListedHost
                if explanations.has_only(cause, |rule| rule == Rule::AnyLabel) =>
            {
                Some(
                    "the server allows each host with the first label of a listed host in any place",
                )
            }
            Cause::ContainsListedHost
                if explanations.has_only(cause, |rule| rule == Rule::SecondLabel) =>
            {
                Some("the server compares only the second label of the host")
            }
            Cause::ContainsListedHost if !explanations.entries_with(cause).is_empty() => None,
            Cause::ContainsListedHost
                if (self.found.searches_for_entry && self.allows_other_beginning())
                    || self.accepts_other_end() =>
            {
                Some("the server compares only a part of the origin or of its host")
            }
            Cause::ContainsListedHost if self.found.searches_for_entry => Some(
                "the server allows each origin that begins with a listed origin, because it searches for the listed origin in the text of `Origin`",
            ),
            Cause::ContainsListedHost
                if [Cause::ComparesPrefix, Cause::ComparesSuffix]
                    .iter()
                    .all(|part| !explanations.entries_with(*part).is_empty()) =>
            {
                Some(
                    "the server allows each origin that begins or ends with a listed origin or its host",
                )
            }
            Cause::ComparesPrefix if self.accepts_other_end() => {
                Some("the server allows a listed host with another last label")
            }
            Cause::ComparesPrefix
                if explanations.has_only(cause, |rule| rule == Rule::FirstLabel) =>
            {
                Some("the server compares only the first label of the host")
            }
            Cause::UnescapedDot if self.accepts_only_hyphens() => {
                Some("the server accepts a hyphen in place of a dot of a listed host")
            }
            Cause::AllowsAddresses if self.accepts_beginning_of_address() => Some(
                "the server allows every page whose host is an IP address, or only begins with an IP address",
            ),
            _ => None,
        }
    }

    /// Whether the server allows an origin that does not begin with a listed origin, apart from the scheme, because it compares
    /// only a part of the origin.
    fn allows_other_beginning(&self) -> bool {
        let listed = self.exact_entries().map(without_scheme);
        let listed: BTreeSet<&str> = listed.collect();
        let mut origins = self.origins_with(Cause::ContainsListedHost);
        origins.any(|origin| {
            let rest = without_scheme(&origin);
            !listed.iter().any(|page| rest.starts_with(page))
        })
    }

    /// Returns the entries that are origins. The `*` of a pattern can also match another text before a page of the entry.
    fn exact_entries(&self) -> impl Iterator<Item = &str> {
        let exact = self.entries.iter();
        let exact = exact.filter(|entry| entry.entry() == entry.page());
        exact.map(Listed::page)
    }

    /// Whether the origin is a text and then an entry of the policy, such as `ahttps://app.example`. A server that allows such
    /// an origin compares only the end of the origin.
    pub(in super::super) fn follows_other_text(&self, origin: &str) -> bool {
        let mut entries = self.expectations.spec.origins.entries().iter();
        entries.any(|entry| {
            let text = origin.strip_suffix(entry.as_str());
            text.is_some_and(|text| !text.is_empty())
        })
    }

    /// Whether the server allows every tested origin whose scheme is neither `http` nor `https`. At least two such origins have
    /// unrelated schemes.
    fn allows_every_scheme(&self) -> bool {
        let of_apps = self.decisions().filter_map(|(origin, is_reflected)| {
            let parsed = parse(origin).filter(|parsed| !is_web_scheme(parsed.scheme()))?;
            Some((String::from(parsed.scheme()), is_reflected, origin))
        });
        let mut schemes = BTreeSet::new();
        for (scheme, is_reflected, origin) in of_apps {
            if !is_reflected {
                return false;
            }
            if !self.follows_other_text(origin) {
                schemes.insert(scheme);
            }
        }
        schemes.len() > 1
    }

    /// Returns why the server allows `origin`, an origin of apps, extensions or files. If every app of a kind has the same
    /// origin, such as `capacitor://localhost`, and the server allows no other such origin, the server's list probably has
    /// this origin. The identifiers of extensions in the test requests are invented, so no list has them.
    fn app_cause(&self, origin: &str) -> Cause {
        let is_app = |other: &str| {
            let parsed = parse(other);
            other == "file://" || parsed.is_some_and(|parsed| !is_web_scheme(parsed.scheme()))
        };
        let has_identifier = origin != "file://" && !origin.ends_with("://localhost");
        let mut others = self.decisions().filter(|(other, is_reflected)| {
            *is_reflected && *other != origin && is_app(other) && !self.follows_other_text(other)
        });
        if has_identifier || others.next().is_some() {
            Cause::AllowsApps
        } else {
            Cause::AllowsOtherOrigin
        }
    }

    /// Whether the server allows a public IP address that has no first number in common with a listed host. A server that
    /// compares a part of the host accepts only addresses that have a listed part.
    /// `reflects` is the cause if the server reflects origins by default; such an origin shows nothing.
    pub(super) fn allows_addresses(&self, reflects: Option<Cause>) -> bool {
        let first = |host: &str| host.split('.').next().map(String::from);
        let mut decisions = self.decisions();
        decisions.any(|(origin, is_reflected)| {
            let is_of_address = is_reflected && !is_of_reflection(reflects, origin);
            let parsed = parse(origin).filter(|_| is_of_address);
            let public = parsed
                .filter(|parsed| is_address(parsed.host()) && !is_private_address(parsed.host()));
            public.is_some_and(|parsed| {
                let mut entries = self.entries.iter();
                !entries.any(|entry| entry.first_number() == first(parsed.host()))
            })
        })
    }

    /// Returns the mistake of a server that accepts unrelated hosts with the last label `end`.
    fn comparison_of_ends(&self, end: &str) -> Cause {
        let mut entries = self.entries.iter();
        let is_listed = entries.any(|entry| entry.has_last_label(end));
        let is_contained = self.found.explanations.contains_listed_host();
        if is_listed && !self.found.refused_ends.contains(end) {
            // A server that searches for a part of a listed host also finds this part at the end of another host.
            if is_contained {
                Cause::ContainsListedHost
            } else {
                Cause::ComparesSuffix
            }
        } else {
            Cause::AllowsOtherOrigin
        }
    }
}

fn without_scheme(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, rest)| rest)
}
