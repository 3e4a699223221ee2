//! A server that grants methods or request headers to some allowed origins only.

use alloc::{collections::BTreeSet, format, string::String};

use super::{
    Evidence,
    allowed_origins::by_origin::ByOrigin,
    description::Description,
    facts::{REQUEST_HEADERS, REQUEST_METHOD, elements, single},
    names::Names,
};
use crate::{
    cases::Exchange,
    conformance::harness::report::{cause::Cause, violation::Violation},
};

/// A kind of names: methods or request headers.
struct Kind<'e> {
    noun: &'static str,
    /// The header of preflights that requests such names.
    request: &'static str,
    /// The header of preflight responses that grants such names.
    response: &'static str,
    by_origin: &'e ByOrigin,
}

impl Kind<'_> {
    /// Whether the preflight requests a name that the server grants to other origins, but never to the origin of the
    /// preflight.
    fn is_only_for_others(&self, preflight: &Exchange) -> bool {
        let request = &preflight.request.header_list;
        let origin = single(request, "origin").unwrap_or_default();
        let lacking = self.by_origin.lacking(&origin);
        let requested = elements(request, self.request);
        let mut requested = requested.iter();
        requested.any(|name| lacking.contains(&name))
    }
}

/// The names that the server does not grant to some origins.
struct OriginsWithoutGrants<'e> {
    kind: Kind<'e>,
    origins: Names,
    names: Names,
    other_origins: Names,
}

impl Evidence<'_> {
    /// Describes the mistake if the server grants the names to other allowed origins.
    pub(super) fn description_by_origin(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> Option<Description> {
        let found = self.origins_without_grants(cause, violations)?;
        let text = format!(
            "preflight responses for {} do not grant {}, but those for {} do",
            found.origins.with_noun("origin"),
            found.names.with_noun(found.kind.noun),
            found.other_origins.joined("and"),
        );
        let description = Description::new(text).about_names(&found.origins);
        Some(description.about_names(&found.names))
    }

    /// Returns the fix for the mistake that [`description_by_origin`](Self::description_by_origin) describes.
    pub(super) fn fix_by_origin(&self, cause: Cause, violations: &[Violation]) -> Option<String> {
        let found = self.origins_without_grants(cause, violations)?;
        let header = found.kind.response;
        let (names, origins) = (found.names.all(), found.origins.all());
        Some(format!(
            "list {names} in `{header}` for every allowed origin, and so for {origins} too"
        ))
    }

    fn kind_of_names(&self, cause: Cause) -> Option<Kind<'_>> {
        let granted = &self.allowed.granted;
        match cause {
            Cause::LacksRequestHeader => Some(Kind {
                noun: "request header",
                request: REQUEST_HEADERS,
                response: "Access-Control-Allow-Headers",
                by_origin: granted.names_by_origin(),
            }),
            Cause::LacksMethod => Some(Kind {
                noun: "method",
                request: REQUEST_METHOD,
                response: "Access-Control-Allow-Methods",
                by_origin: granted.methods_by_origin(),
            }),
            _ => None,
        }
    }

    fn origins_without_grants(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> Option<OriginsWithoutGrants<'_>> {
        let kind = self.kind_of_names(cause)?;
        let by_origin = kind.by_origin;
        let mut preflights = violations.iter().flat_map(|violation| &violation.exchanges);
        if !preflights.all(|preflight| kind.is_only_for_others(preflight)) {
            return None;
        }
        let origins: BTreeSet<&[u8]> = by_origin.origins_without().collect();
        let names = origins.iter().flat_map(|origin| by_origin.lacking(origin));
        let names: BTreeSet<&String> = names.collect();
        let others = names.iter().flat_map(|name| by_origin.origins_with(name));
        let text = |origin: &[u8]| String::from_utf8_lossy(origin).into_owned();
        Some(OriginsWithoutGrants {
            kind,
            origins: Names::of_origins(origins.iter().map(|origin| text(origin)))?,
            other_origins: Names::of_origins(others.map(text))?,
            names: Names::new(names)?,
        })
    }
}
