//! A server whose only configured origin is wrong, such as `http://app.example` in place of `https://app.example`. Some
//! middleware sends this origin in responses to requests without `Origin`, so these responses show the configuration.

use alloc::{format, string::String, vec::Vec};

use super::{
    Evidence,
    allowed_entries::EntryMistake,
    facts::{ALLOW_ORIGIN, single},
    names::{Names, quoted_name},
    violation_facts::is_about_allow_origin,
};
use crate::{
    conformance::harness::report::violation::Violation, infrastructure::origin::TupleOrigin,
};

impl Evidence<'_> {
    /// Returns the configured origin of the server, if the policy does not allow it, and no response to an allowed origin has
    /// CORS headers.
    fn wrong_configured_origin(&self) -> Option<String> {
        let configured = self.allowed.values.configured()?;
        let text = String::from_utf8(configured.to_vec()).ok()?;
        let is_wrong = !self.allowed.has_headers()
            && self.allowed.has_success
            && !matches!(&*text, "" | "*" | "null")
            && !self.expectations.lets_read(&text, false);
        is_wrong.then_some(text)
    }

    /// Whether the violation is that a response has the wrong configured origin.
    pub(super) fn is_of_configured_origin(&self, violation: &Violation) -> bool {
        let is_sent = |configured: &str| {
            let mut exchanges = violation.exchanges.iter();
            exchanges.any(|exchange| {
                let sent = single(&exchange.response.header_list, ALLOW_ORIGIN);
                sent.as_deref() == Some(configured.as_bytes())
            })
        };
        let has_value = is_about_allow_origin(violation);
        has_value
            && self
                .wrong_configured_origin()
                .is_some_and(|configured| is_sent(&configured))
    }

    /// Returns the mistake in the configured origin. In the `violations`, the server denies allowed origins.
    pub(super) fn configured_origin_mistake(
        &self,
        violations: &[Violation],
    ) -> Option<EntryMistake> {
        let written = self.wrong_configured_origin()?;
        let shown = quoted_name(&written);
        let page = self.misspelled_page(&written);
        let is_value = TupleOrigin::parse(written.as_bytes()).is_ok();
        let pages = match page {
            Some(page) => Names::of_origins([page])?,
            None => self.denied_origins(violations)?,
        };
        let denied = pages.joined("and");
        let does = if is_value || pages.iter().any(|page| is_other_form(&written, page)) {
            format!("allows {shown}, but denies")
        } else {
            format!("has the entry {shown}, which is not an origin, and denies")
        };
        let all = pages.all();
        Some(EntryMistake {
            mistake: format!("the server {does} {denied}, which the policy allows"),
            fix: format!(
                "in the list of origins that the server allows, write {all} in place of {shown}"
            ),
            origins: Vec::from([written]),
            places: &[],
        })
    }
}

/// Whether `written` is `page` with a slash or a port at its end.
fn is_other_form(written: &str, page: &str) -> bool {
    let rest = written.strip_prefix(page);
    rest.is_some_and(|rest| rest == "/" || rest.starts_with(':'))
}
