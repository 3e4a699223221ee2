//! Describes a server that allows every host with a certain last label, or every origin with a port.

use alloc::{format, string::String, vec::Vec};

use super::{
    Evidence, denied_origins::open_ends::OpenEnds, description::Description, names::joined,
};
use crate::conformance::harness::report::{cause::Cause, violation::Violation};

impl Evidence<'_> {
    /// Describes the mistake. Returns `None` if the server does not make this mistake, or makes another mistake too.
    pub(super) fn mistake_with_open_ends(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> Option<Description> {
        let ends = self.denied.open_ends(cause)?;
        let allowed = self.wrongly_allowed(cause, violations)?.joined("and");
        let text = format!("the server allows {}: {allowed}", kinds_of_origins(ends));
        let labels = ends.labels.iter().map(|label| [".", label].concat());
        let schemes = ends.schemes.iter().map(|scheme| [scheme, ":"].concat());
        let names = labels.chain(schemes).chain(ends.ports.iter().cloned());
        Some(Description::new(text).about(names))
    }

    /// Returns the parts of an origin that the server compares.
    pub(super) fn compared_ends(&self, cause: Cause) -> Option<String> {
        let ends = self.denied.open_ends(cause)?;
        let labels = ends.labels.iter().map(|label| format!("`.{label}`"));
        let quoted = labels.chain(ends.ports.iter().map(|port| format!("`{port}`")));
        let quoted: Vec<String> = quoted.collect();
        let of_text = (!quoted.is_empty()).then(|| format!("the end {}", joined(quoted, "and")));
        let of_port = (!ends.schemes.is_empty()).then(|| String::from("the port"));
        let parts = of_text.into_iter().chain(of_port);
        Some(joined(parts.collect(), "and"))
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
