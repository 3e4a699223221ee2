//! Finds the wrong comparison that makes a server allow a denied origin.

use super::{
    super::{
        comparison_rules::{Rule, is_private_address, is_web_scheme},
        likeness::Likeness,
    },
    DeniedOrigins, parse,
};
use crate::{
    conformance::harness::{
        probes::attacks::{LOCALHOST_LOOK_ALIKE, is_on_shared_host},
        report::cause::Cause,
    },
    infrastructure::origin::TupleOrigin,
};

impl DeniedOrigins<'_> {
    /// Returns the wrong comparison that makes the server allow `origin`.
    pub(super) fn comparison(&self, origin: &str) -> Cause {
        if self.are_all_reflected() {
            return Cause::ReflectsAnyOrigin;
        }
        let parsed = parse(origin);
        let reflects = self.found.reflects;
        if let (Some(reflects), true) = (reflects, origin.starts_with("https://")) {
            return reflects;
        }
        if origin == "null" {
            return Cause::AllowsNull;
        }
        let host = parsed.as_ref().map_or(origin, |parsed| parsed.host());
        let mut ends = self.found.accepted_ends.iter();
        let end = ends.find(|end| host.ends_with(&***end));
        // The server also accepts an unrelated host with the same last label. So a special character is not the reason
        // why the server allows `origin`.
        let rule = self.found.explanations.rule(origin, parsed.as_ref());
        let rule = rule.filter(|rule| *rule != Rule::SpecialCharacter || end.is_none());
        if let Some(rule) = rule {
            return rule.cause();
        }
        // Browsers do not send this origin, but some apps do.
        if origin == "file://" {
            let null = self.reflected.get("null").and_then(|answers| answers.usual);
            return if null == Some(true) {
                Cause::AllowsNull
            } else {
                Cause::AllowsApps
            };
        }
        let likenesses = self.likenesses(origin, parsed.as_ref());
        let causes = likenesses.filter_map(|(i, likeness, _)| {
            let of_parent = self.comparison_with_parent(i, parsed.as_ref());
            let cause = of_parent.or_else(|| self.comparison_with(i, likeness))?;
            // An origin can be similar to two entries, such as `https://*.a.example` and `https://a.example`. A weak
            // cause applies only if no entry gives a stronger cause. For `http://a.example`, the first entry gives a
            // weak cause: the host is the domain of this pattern. The second entry gives a stronger cause: only the
            // scheme differs. For `http://b.a.example`, the second entry gives a weak cause: the host is a subdomain of
            // this entry. The first entry gives a stronger cause: only the scheme differs. A special character after a
            // listed host is a weak cause too: a pattern of another entry can match the rest of the host.
            let is_weak = matches!(
                cause,
                Cause::AllowsBareDomain
                    | Cause::AllowsSubdomains
                    | Cause::AllowsOtherOrigin
                    | Cause::SpecialCharacter
            );
            Some((is_weak, cause))
        });
        let nearest = causes.min().map(|(_, cause)| cause);
        if nearest.is_none()
            && let Some(cause) = self.comparison_with_localhost(origin, parsed.as_ref())
        {
            return cause;
        }
        // The host is listed, but the server accepts only some of its schemes and ports.
        let nearest = nearest.filter(|cause| *cause != Cause::AllowsOtherOrigin);
        let is_of_host = matches!(nearest, Some(Cause::IgnoresPort | Cause::ComparesHost));
        if let Some(end) = end.filter(|_| !is_of_host) {
            // The server also accepts an unrelated host with the same last label. So the similarity of `origin` to an
            // entry is not the reason why the server allows `origin`.
            return self.comparison_of_ends(end);
        }
        let Some(parsed) = parsed else {
            return nearest.unwrap_or(Cause::AllowsMalformedOrigin);
        };
        if let Some(nearest) = nearest {
            nearest
        } else if let Some(of_parts) = self.comparison_of_parts(origin) {
            of_parts
        } else if is_on_shared_host(origin) {
            Cause::AllowsSharedHosts
        } else if self.found.mixed.contains(origin) || self.is_joined(parsed.host()) {
            Cause::MixesEntries
        } else if !is_web_scheme(parsed.scheme())
            && !self.entries.iter().any(|entry| entry.contains(origin))
        {
            Cause::AllowsApps
        } else {
            Cause::AllowsOtherOrigin
        }
    }

    /// Returns the cause if the host is `localhost` or a private address, or if the origin is [`LOCALHOST_LOOK_ALIKE`]. A
    /// server that allows both `http://localhost` and [`LOCALHOST_LOOK_ALIKE`] compares only the beginning of the host.
    fn comparison_with_localhost(
        &self,
        origin: &str,
        parsed: Option<&TupleOrigin>,
    ) -> Option<Cause> {
        let parsed = parsed.filter(|parsed| is_web_scheme(parsed.scheme()))?;
        let is_local = parsed.host() == "localhost" || is_private_address(parsed.host());
        let are_both_allowed = ["http://localhost", LOCALHOST_LOOK_ALIKE]
            .into_iter()
            .filter_map(|origin| self.reflected.get(origin))
            .filter(|answers| answers.usual == Some(true))
            .count()
            == 2;
        if are_both_allowed && (is_local || origin == LOCALHOST_LOOK_ALIKE) {
            Some(Cause::ComparesPrefix)
        } else {
            is_local.then_some(Cause::AllowsLocalhost)
        }
    }

    /// Whether the server accepts an origin that combines parts of two listed origins, and the host is the first label of
    /// a listed host together with another listed host: `barfoo.test` for `bar.example` and `foo.test`.
    fn is_joined(&self, host: &str) -> bool {
        let mut decisions = self.decisions();
        let is_mixed = decisions
            .any(|(origin, is_reflected)| is_reflected && self.found.mixed.contains(origin));
        let mut entries = self.entries.iter();
        is_mixed
            && entries.any(|end| {
                let before = end.before(host);
                let mut entries = self.entries.iter();
                before.is_some_and(|before| entries.any(|entry| entry.first_label() == before))
            })
    }

    /// Returns the mistake of a server that accepts unrelated hosts with the last label `end`.
    fn comparison_of_ends(&self, end: &str) -> Cause {
        let mut entries = self.entries.iter();
        let is_listed = entries.any(|entry| entry.has_last_label(end));
        if is_listed && !self.found.refused_ends.contains(end) {
            Cause::ComparesSuffix
        } else {
            Cause::AllowsOtherOrigin
        }
    }

    /// Returns the cause if the server compares only the beginning of the listed host, or only searches the origin for
    /// a part of the listed host.
    fn comparison_of_parts(&self, origin: &str) -> Option<Cause> {
        let shown = |entry, likeness| {
            let key = (entry, likeness);
            self.found.accepted.contains(&key) && !self.found.refused.contains(&key)
        };
        let mut entries = self.entries.iter().enumerate();
        entries.find_map(|(i, entry)| {
            if shown(i, Likeness::Contained) && entry.shares_first_label(origin) {
                Some(Cause::ContainsListedHost)
            } else if shown(i, Likeness::Prefix) && entry.shares_beginning(origin) {
                Some(Cause::ComparesPrefix)
            } else {
                None
            }
        })
    }

    /// Returns the cause if the server compares only the end of the host with the parent domain of a listed host.
    fn comparison_with_parent(&self, index: usize, origin: Option<&TupleOrigin>) -> Option<Cause> {
        let (host, entry) = (origin?.host(), self.entries.get(index)?);
        let is_refused = |likeness| self.found.refused.contains(&(index, likeness));
        let accepted = self.found.accepted.range((index, Likeness::Scheme)..);
        let mut accepted = accepted.take_while(|(entry, _)| *entry == index);
        let ends_alike = accepted.any(|(_, likeness)| match likeness {
            Likeness::ParentSuffix(labels) => {
                !is_refused(*likeness) && entry.ends_with_parent(host, *labels)
            }
            // If `app.example.com` is listed, some servers accept each host that ends with `.example.com`: a dot and
            // the parent domain. Such a server also accepts `evilapp.example.com`, which ends with the whole listed
            // host. So a server that refuses `evilapp.example.com` does not compare in this way.
            Likeness::ParentSubdomain(labels) => {
                !is_refused(*likeness)
                    && !is_refused(Likeness::Suffix)
                    && entry.ends_with_parent(host, *labels)
            }
            _ => false,
        });
        let contained = (index, Likeness::Contained);
        let contains =
            self.found.accepted.contains(&contained) && !self.found.refused.contains(&contained);
        ends_alike.then_some(if contains {
            Cause::ContainsListedHost
        } else {
            Cause::ComparesSuffix
        })
    }

    /// Returns the wrong comparison of a server that allows an origin with the similarity `likeness` to the entry.
    /// Returns `None` if the answers of the server do not show a comparison.
    fn comparison_with(&self, entry: usize, likeness: Likeness) -> Option<Cause> {
        let accepts = |likeness| self.found.accepted.contains(&(entry, likeness));
        let is_shown =
            |likeness| accepts(likeness) && !self.found.refused.contains(&(entry, likeness));
        let contains = is_shown(Likeness::Contained);
        let prefix = is_shown(Likeness::Prefix);
        let suffix = is_shown(Likeness::Suffix);
        // Some servers compare only the beginning of the origin: the scheme and the first label. Such a server also
        // accepts the listed host with another character in place of the first dot. So the accepted host does not show
        // that a dot in the server's regular expression is unescaped.
        let is_of_beginning = self.found.accepted_beginnings.contains(&entry);
        let cause = match likeness {
            Likeness::Dot if is_of_beginning && contains => Cause::ContainsListedHost,
            Likeness::Dot if is_of_beginning && prefix => Cause::ComparesPrefix,
            Likeness::Dot => Cause::UnescapedDot,
            Likeness::DottedWildcard => Cause::WildcardMatchesDots,
            Likeness::MalformedWildcard if accepts(Likeness::DottedWildcard) => {
                Cause::WildcardMatchesDots
            }
            Likeness::ParentSuffix(_) | Likeness::ParentSubdomain(_) | Likeness::Parent(_) => {
                return None;
            }
            _ if contains => Cause::ContainsListedHost,
            Likeness::Prefix
            | Likeness::SpecialCharacter
            | Likeness::Scheme
            | Likeness::Port
            | Likeness::LongerPort
            | Likeness::MalformedPrefix
                if prefix =>
            {
                Cause::ComparesPrefix
            }
            Likeness::Suffix
            | Likeness::Subdomain
            | Likeness::BareDomain
            | Likeness::Scheme
            | Likeness::Port
            | Likeness::LongerPort
            | Likeness::MalformedSuffix
                if suffix =>
            {
                Cause::ComparesSuffix
            }
            Likeness::Prefix | Likeness::Suffix | Likeness::Contained => return None,
            Likeness::SpecialCharacter => Cause::SpecialCharacter,
            Likeness::Subdomain | Likeness::MalformedSuffix if is_shown(Likeness::Subdomain) => {
                Cause::AllowsSubdomains
            }
            Likeness::Subdomain => return None,
            Likeness::BareDomain => Cause::AllowsBareDomain,
            Likeness::Scheme | Likeness::Port | Likeness::LongerPort
                if is_shown(Likeness::Scheme) && is_shown(Likeness::Port) =>
            {
                Cause::ComparesHost
            }
            Likeness::Scheme if is_shown(Likeness::Scheme) => Cause::IgnoresScheme,
            Likeness::LongerPort if !accepts(Likeness::Port) => Cause::ComparesPrefix,
            Likeness::Port | Likeness::LongerPort if is_shown(Likeness::Port) => Cause::IgnoresPort,
            Likeness::Scheme | Likeness::Port | Likeness::LongerPort => Cause::AllowsOtherOrigin,
            Likeness::MalformedPrefix | Likeness::MalformedSuffix | Likeness::MalformedWildcard => {
                Cause::AllowsMalformedOrigin
            }
        };
        Some(cause)
    }
}
