//! Describes a server that allows every host with a certain last label, or every origin with a port.

use alloc::{format, string::String, vec::Vec};

use super::{
    Evidence, denied_origins::open_ends::OpenEnds, description::Description, names::joined,
};
use crate::conformance::harness::report::{cause::Cause, violation::Violation};

impl Evidence<'_> {
    /// Returns the end of a sentence that describes another mistake with this cause. The text is empty if the server does not
    /// compare such an end.
    pub(super) fn and_open_ends(&self, cause: Cause) -> String {
        let ends = self.denied.open_ends(cause);
        ends.map_or_else(String::new, |ends| {
            format!(", and also {}", kinds_of_origins(ends))
        })
    }

    /// Describes the mistake. Returns `None` if the server does not make this mistake, or makes another mistake too.
    pub(super) fn mistake_with_open_ends(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> Option<Description> {
        let ends = self.denied.open_ends(cause);
        let ends = ends.filter(|_| self.denied.has_only_open_ends(cause))?;
        let allowed = self.wrongly_allowed(cause, violations)?.joined("and");
        let text = format!("the server allows {}: {allowed}", kinds_of_origins(ends));
        let labels = ends.labels.iter().map(|label| [".", label].concat());
        let schemes = ends.schemes.iter().map(|scheme| [scheme, ":"].concat());
        let names = labels.chain(schemes).chain(ends.ports.iter().cloned());
        Some(Description::new(text).about(names))
    }

    /// Returns the parts of an origin that the server compares. Returns `None` if these parts are not the reason for each origin
    /// that the server allows with this cause.
    pub(super) fn compared_ends(&self, cause: Cause) -> Option<String> {
        let parents = self.denied.parents_of_subdomains();
        if parents.is_empty() && !self.denied.has_only_open_ends(cause) {
            return None;
        }
        let mut quoted: Vec<String> = parents.iter().map(|end| format!("`.{end}`")).collect();
        let mut parts = Vec::new();
        if let Some(ends) = self.denied.open_ends(cause) {
            quoted.extend(ends.labels.iter().map(|label| format!("`.{label}`")));
            quoted.extend(ends.ports.iter().map(|port| format!("`{port}`")));
            parts.extend((!ends.schemes.is_empty()).then(|| String::from("the port")));
        }
        if !quoted.is_empty() {
            parts.insert(0, format!("the end {}", joined(quoted, "and")));
        }
        Some(joined(parts, "and"))
    }
}

fn kinds_of_origins(ends: &OpenEnds) -> String {
    let quoted = |texts: &mut dyn Iterator<Item = String>| {
        let texts = texts.map(|text| format!("`{text}`"));
        joined(texts.collect(), "or")
    };
    let mut kinds = Vec::new();
    if !ends.labels.is_empty() {
        let mut labels = ends.labels.iter().map(|label| [".", label].concat());
        let labels = quoted(&mut labels);
        kinds.push(format!("every host that ends with {labels}"));
    }
    let mut schemes = ends.schemes.iter();
    match (schemes.next(), schemes.next()) {
        (None, _) => {}
        (Some(scheme), None) => kinds.push(format!("any `{scheme}:` origin with a port")),
        (Some(_), Some(_)) => kinds.push(String::from("any origin with a port")),
    }
    if !ends.ports.is_empty() {
        let ports = ends.ports.iter();
        let mut ports = ports.map(|port| String::from(port.trim_start_matches(':')));
        let ports = quoted(&mut ports);
        kinds.push(format!("any origin with the port {ports}"));
    }
    joined(kinds, "and")
}
