//! Names the wrong comparison by which a server allows an origin.

use super::{super::likeness::Likeness, DeniedOrigins, parse};
use crate::{
    conformance::harness::{probes::attacks::LOCALHOST_LOOK_ALIKE, report::cause::Cause},
    infrastructure::origin::TupleOrigin,
};

impl DeniedOrigins<'_> {
    /// Returns the cause: the wrong comparison by which the server allows an origin.
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
        // Browsers do not send this origin, but some apps do.
        if origin == "file://" {
            return Cause::AllowsApps;
        }
        let likenesses = self.likenesses(origin, parsed.as_ref());
        let causes = likenesses.filter_map(|(i, likeness, _)| {
            let of_parent = self.comparison_with_parent(i, parsed.as_ref());
            let cause = of_parent.or_else(|| self.comparison_with(i, likeness))?;
            // A weak cause applies only if there is no other cause. For example, `http://a.example` has the bare domain
            // of the pattern `https://*.a.example`, and also the host of the entry `https://a.example`. Here the bare
            // domain is the weak cause. In the same way, `http://b.a.example` is a subdomain of this entry, which is the
            // weak cause, and also has a host that the pattern matches. Another example: an origin can begin with one listed host and a special
            // character (the weak cause), and also end with another listed host.
            let is_other_character = cause == Cause::SpecialCharacter
                && self
                    .found
                    .refused
                    .contains(&(i, Likeness::SpecialCharacter));
            let is_of_other_entry =
                matches!(cause, Cause::AllowsBareDomain | Cause::AllowsSubdomains);
            let is_weak = is_of_other_entry || is_other_character;
            Some((is_weak, cause))
        });
        let nearest = causes.min().map(|(_, cause)| cause);
        if nearest.is_none()
            && let Some(cause) = self.comparison_with_localhost(origin, parsed.as_ref())
        {
            return cause;
        }
        let host = parsed.as_ref().map_or(origin, |parsed| parsed.host());
        let mut ends = self.found.accepted_ends.iter();
        let end = ends.find(|end| host.ends_with(&***end));
        let is_of_host = matches!(nearest, Some(Cause::IgnoresPort | Cause::ComparesHost));
        if let Some(end) = end.filter(|_| !is_of_host) {
            // The server also accepts an unrelated host with this last label. So the similarity to an entry is not the
            // reason why the server allows the origin.
            return self.comparison_of_ends(end);
        }
        let Some(parsed) = parsed else {
            return nearest.unwrap_or(Cause::AllowsMalformedOrigin);
        };
        if let Some(nearest) = nearest {
            nearest
        } else if let Some(of_parts) = self.comparison_of_parts(origin) {
            of_parts
        } else if self.found.mixed.contains(origin) {
            Cause::MixesEntries
        } else if !parsed.scheme().starts_with("http") {
            Cause::AllowsApps
        } else {
            Cause::AllowsOtherOrigin
        }
    }

    /// Returns the cause by which the server allows a page of the user's machine, or a host that begins with `localhost`.
    /// If the server allows both, it compares only the beginning of the host, so any site can read the responses.
    fn comparison_with_localhost(
        &self,
        origin: &str,
        parsed: Option<&TupleOrigin>,
    ) -> Option<Cause> {
        let parsed = parsed.filter(|parsed| parsed.scheme().starts_with("http"))?;
        let is_local = matches!(parsed.host(), "localhost" | "127.0.0.1");
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

    /// Returns the cause by which the server allows hosts that share only the last label with a listed host.
    fn comparison_of_ends(&self, end: &str) -> Cause {
        let mut entries = self.entries.iter();
        let is_listed = entries.any(|entry| entry.has_last_label(end));
        if is_listed && !self.found.refused_ends.contains(end) {
            Cause::ComparesSuffix
        } else {
            Cause::AllowsOtherOrigin
        }
    }

    /// Returns the cause if the server compares only a part of the listed host: the beginning of the listed host, or a
    /// text that the server finds anywhere in the origin.
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

    /// Returns the cause if the server compares only the end of the host with a parent domain of a listed host.
    fn comparison_with_parent(&self, index: usize, origin: Option<&TupleOrigin>) -> Option<Cause> {
        let (host, entry) = (origin?.host(), self.entries.get(index)?);
        let is_refused = |likeness| self.found.refused.contains(&(index, likeness));
        let accepted = self.found.accepted.range((index, Likeness::Scheme)..);
        let mut accepted = accepted.take_while(|(entry, _)| *entry == index);
        let ends_alike = accepted.any(|(_, likeness)| match likeness {
            Likeness::ParentSuffix(labels) => {
                !is_refused(*likeness) && entry.ends_with_parent(host, *labels)
            }
            // A host that ends with the listed host also ends with a dot and the parent domain.
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

    /// Returns the cause by which the server allows an origin that is similar to one entry. Returns `None` if a refused
    /// origin disproves the comparison.
    fn comparison_with(&self, entry: usize, likeness: Likeness) -> Option<Cause> {
        let accepts = |likeness| self.found.accepted.contains(&(entry, likeness));
        let is_shown =
            |likeness| accepts(likeness) && !self.found.refused.contains(&(entry, likeness));
        let contains = is_shown(Likeness::Contained);
        let prefix = is_shown(Likeness::Prefix);
        let suffix = is_shown(Likeness::Suffix);
        // A server that compares only the beginning of the first label also accepts a host whose first label has one more
        // character at its end.
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
            Likeness::Scheme | Likeness::Port
                if is_shown(Likeness::Scheme) && is_shown(Likeness::Port) =>
            {
                Cause::ComparesHost
            }
            Likeness::Scheme => Cause::IgnoresScheme,
            Likeness::Port => Cause::IgnoresPort,
            Likeness::MalformedPrefix | Likeness::MalformedSuffix | Likeness::MalformedWildcard => {
                Cause::AllowsMalformedOrigin
            }
        };
        Some(cause)
    }
}
