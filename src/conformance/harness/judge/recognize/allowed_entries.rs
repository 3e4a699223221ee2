//! Compares the origins that a server allows with the entries of the policy's list. Finds three mistakes: the server does
//! not understand an entry with a `*`; the server tries only one entry for a host; or the server's list has an origin in
//! a form that no browser sends.

use alloc::{format, string::String, vec::Vec};

use ::url::Url;

use super::{
    Evidence,
    comparison_rules::Listed,
    fixes::SERVER_ERRORS_FIRST,
    names::{Names, are_server_errors, origins},
};
use crate::{
    conformance::{
        generate::policies::policy_spec::PolicySpec,
        harness::report::{cause::Cause, place::Place, violation::Violation},
    },
    infrastructure::{origin::TupleOrigin, request::CredentialsMode},
    wording,
};

/// A mistake about an entry, with its fix.
pub(super) struct EntryMistake {
    pub(super) mistake: String,
    pub(super) fix: String,
    /// The entries that the server does not understand, the misspelled origins, and the other origins that the server
    /// denies.
    pub(super) origins: Vec<String>,
    /// The places that `mistake` names.
    pub(super) places: &'static [Place],
}

impl Evidence<'_> {
    /// Returns the mistakes about the entries of the policy that explain the violations, as one mistake. In the
    /// violations, the server denies allowed origins; `cause` is their cause. Returns `None` if the server denies every
    /// allowed origin, and its list has no misspelled origin.
    pub(super) fn entry_mistake(
        &self,
        cause: Cause,
        violations: &[Violation],
    ) -> Option<EntryMistake> {
        if cause == Cause::NoCorsHeaders
            && let Some(mistake) = self.configured_origin_mistake(violations)
        {
            return Some(mistake);
        }
        let exchanges = violations.iter().flat_map(|violation| &violation.exchanges);
        let misspelled = self.misspelled_entry(&origins(exchanges)?);
        if misspelled.is_none() && cause != Cause::DeniesAllowedOrigin {
            return None;
        }
        let denied = self.denied_origins(violations);
        let mut denied: Vec<&str> = denied.iter().flat_map(Names::iter).collect();
        let mut mistakes = Vec::new();
        if let Some((page, mistake)) = misspelled {
            // The fix of the misspelled entry also allows the other origins of the entry.
            let entries = self.expectations.spec.origins.entries().iter();
            let of_page = entries.filter(|entry| allows(entry, &page));
            let of_page: Vec<&String> = of_page.collect();
            denied.retain(|origin| !of_page.iter().any(|entry| allows(entry, origin)));
            mistakes.push(mistake);
        }
        while let Some(entry) = self.pattern_of_most(&denied) {
            let (of_entry, others) = denied.into_iter().partition(|origin| allows(entry, origin));
            denied = others;
            let of_entry: Vec<&str> = of_entry;
            mistakes.extend(
                Names::of_origins(of_entry).map(|of_entry| self.misread_entry(entry, &of_entry)),
            );
        }
        let others = Names::of_origins(denied);
        mistakes.extend(others.map(|others| self.denial(&others, violations)));
        let joined = |text: fn(&EntryMistake) -> &str| {
            let texts: Vec<&str> = mistakes.iter().map(text).collect();
            texts.join("; ")
        };
        Some(EntryMistake {
            mistake: joined(|mistake| &mistake.mistake),
            fix: joined(|mistake| &mistake.fix),
            places: mistakes.last()?.places,
            origins: mistakes
                .into_iter()
                .flat_map(|mistake| mistake.origins)
                .collect(),
        })
    }

    /// Returns the entry with a `*` that allows the most origins in `denied`. Returns `None` if no such entry allows one of
    /// these origins.
    fn pattern_of_most(&self, denied: &[&str]) -> Option<&String> {
        let entries = self.expectations.spec.origins.entries().iter();
        let counted = entries
            .rev()
            .filter(|entry| entry.contains('*'))
            .map(|entry| {
                let allowed = denied.iter().filter(|origin| allows(entry, origin));
                (allowed.count(), entry)
            });
        let (count, entry) = counted.max_by_key(|(count, _)| *count)?;
        (count > 0).then_some(entry)
    }

    /// Returns the mistake that the server denies `origins`, if no other mistake explains this.
    fn denial(&self, origins: &Names, violations: &[Violation]) -> EntryMistake {
        let is_error =
            are_server_errors(violations.iter().flat_map(|violation| &violation.exchanges));
        let (does, first) = if is_error {
            ("fails on requests of", SERVER_ERRORS_FIRST)
        } else {
            ("denies", "")
        };
        let (place, places) = self.place_of_denial(violations);
        // If other responses allow the origin, the server already lists the exact form of the origin.
        let form = if is_error || !place.is_empty() {
            ""
        } else {
            ", in exactly this form, without a slash at the end"
        };
        let (named, all) = (origins.with_noun("origin"), origins.all_with_noun("origin"));
        EntryMistake {
            mistake: format!("the server {does} {named}, which the policy allows{place}"),
            fix: format!("{first}allow {all}{form}"),
            origins: origins.iter().map(String::from).collect(),
            places,
        }
    }

    /// Returns the mistake about `entry`, which has a `*` and allows all origins in `denied`. The server denies these
    /// origins.
    fn misread_entry(&self, entry: &str, denied: &Names) -> EntryMistake {
        let denied_origins = denied.with_noun("origin");
        let mistake = format!(
            "the server denies {denied_origins}, which the entry `{entry}` of the policy allows"
        );
        let mut origins = Vec::from([String::from(entry)]);
        if self.allowed.origins().any(|origin| allows(entry, &origin)) {
            // The server denies only some origins of the entry, so these origins tell two mistakes apart.
            origins.extend(denied.iter().map(String::from));
        }
        let places: &[Place] = &[];
        if let Some(hiding) = self.hiding_entries(entry, denied) {
            let others = hiding.joined("and");
            let hosts = if denied.iter().nth(1).is_some() {
                "the hosts of these origins"
            } else {
                "the host of this origin"
            };
            return EntryMistake {
                mistake: format!("{mistake}: the server tries only {others} for {hosts}"),
                fix: String::from("compare the origin with every entry of the list"),
                origins,
                places,
            };
        }
        // If the server allows an origin that only this entry allows, the form of this origin is not the reason.
        let allowed = || self.origins_only_of(entry);
        let most = allowed().filter_map(|origin| labels(entry, &origin)).max();
        let most = most.unwrap_or(1);
        let is_of_labels = entry.contains("://*.")
            && self.allowed.origins().any(|origin| allows(entry, &origin))
            && denied
                .iter()
                .all(|origin| labels(entry, origin).is_some_and(|labels| labels > most));
        let has_port = |origin: &str| {
            let rest = origin.split_once("://").map_or(origin, |(_, rest)| rest);
            // An IPv6 host has colons between brackets.
            let end = rest.rsplit_once(']').map_or(rest, |(_, end)| end);
            end.contains(':')
        };
        let is_of_port = entry.ends_with(":*")
            && self.allowed.origins().any(|origin| allows(entry, &origin))
            && allowed().all(|origin| has_port(&origin))
            && !denied.iter().any(has_port);
        if is_of_port {
            EntryMistake {
                mistake: format!("{mistake}: the server requires a port for `:*`"),
                fix: String::from("let `:*` also match an origin without a port"),
                origins,
                places,
            }
        } else if is_of_labels {
            let most = match most {
                1 => String::from("only one label"),
                most => format!("at most {most} labels"),
            };
            EntryMistake {
                mistake: format!("{mistake}: the server lets `*.` match {most}"),
                fix: String::from(wording::match_several_labels!()),
                origins,
                places,
            }
        } else {
            EntryMistake {
                mistake,
                fix: format!("let the server match origins with the pattern `{entry}`"),
                origins,
                places,
            }
        }
    }

    /// Returns the origins that the server allows, and that no entry of the policy except `entry` allows.
    fn origins_only_of(&self, entry: &str) -> impl Iterator<Item = String> {
        self.allowed.origins().filter(move |origin| {
            let entries = self.expectations.spec.origins.entries().iter();
            let mut others = entries.filter(|other| *other != entry);
            allows(entry, origin) && !others.any(|other| allows(other, origin))
        })
    }

    /// Returns the entries that hide `entry`, if the server tries only one entry for each host: each denied origin has a
    /// host of such an entry, and each origin that the server allows only because of `entry` has another host. There is
    /// at least one such allowed origin: otherwise the server's list possibly lacks the entry.
    fn hiding_entries(&self, entry: &str, denied: &Names) -> Option<Names> {
        self.origins_only_of(entry).next()?;
        let entries = self.expectations.spec.origins.entries().iter();
        let others = entries.filter(|other| *other != entry);
        // A server can also look up the domain of an entry such as `https://*.example` in this way.
        let has_host_of = |other: &str, origin: &str, with_domain: bool| {
            let listed = Listed::parse(other);
            let page = TupleOrigin::parse(origin.as_bytes());
            listed.zip(page.ok()).is_some_and(|(listed, page)| {
                listed.matches(page.host()) || (with_domain && listed.is_domain(page.host()))
            })
        };
        let hiding: Vec<&String> = others
            .filter(|other| {
                let is_allowed = |origin: String| has_host_of(other, &origin, false);
                denied.iter().any(|origin| has_host_of(other, origin, true))
                    && !self.origins_only_of(entry).any(is_allowed)
            })
            .collect();
        let is_hidden = |origin: &str| {
            let mut hiding = hiding.iter();
            hiding.any(|other| has_host_of(other, origin, true))
        };
        let are_all_hidden = denied.iter().all(is_hidden);
        Names::new(hiding).filter(|_| are_all_hidden)
    }

    /// Returns the mistake if the server denies an origin that the policy allows, and allows another form of this
    /// origin, such as the origin with a slash at the end. `origins` has the origins of the requests of a violation. Also
    /// returns the denied origin.
    pub(super) fn misspelled_entry(&self, origins: &Names) -> Option<(String, EntryMistake)> {
        let (written, page) = origins.iter().find_map(|origin| {
            let page = self.misspelled_page(origin)?;
            Some((origin, page))
        })?;
        let mistake = EntryMistake {
            mistake: format!(
                "the server allows `{}`, but denies `{page}`, which the policy allows",
                written.escape_debug()
            ),
            fix: format!(
                "in the list of origins that the server allows, write `{page}` in place of `{}`",
                written.escape_debug()
            ),
            origins: Vec::from([String::from(written)]),
            places: &[],
        };
        Some((page, mistake))
    }

    /// Returns the correct form of `written`, if `written` is a misspelled origin. The policy allows the correct form,
    /// and the server denies the correct form. `None` if there is no such form, or if the policy also allows `written`.
    pub(super) fn misspelled_page(&self, written: &str) -> Option<String> {
        if self.expectations.lets_read(written, false) {
            return None;
        }
        let page = Url::parse(written).ok()?.origin().ascii_serialization();
        let of_other_scheme = page
            .strip_prefix("http://")
            .map(|rest| format!("https://{rest}"))
            .or_else(|| Some(format!("http://{}", page.strip_prefix("https://")?)));
        let mut pages = [Some(page), of_other_scheme].into_iter().flatten();
        pages.find(|page| {
            let is_other_form = page != written && self.expectations.lets_read(page, false);
            is_other_form && self.allowed.denies(page) && !self.is_text_after_colon(written, page)
        })
    }

    /// Returns the origin that the policy allows by an entry with `:*` and that the server denies, if the server
    /// accepts any text after the colon in place of a port. `written` is a value that the server accepts: the origin, a
    /// colon and any text.
    pub(super) fn page_without_port(&self, written: &str) -> Option<String> {
        let entries = self.expectations.spec.origins.entries().iter();
        let mut pages = entries.filter_map(|entry| entry.strip_suffix(":*"));
        let page = pages.find(|page| self.is_text_after_colon(written, page))?;
        self.allowed.denies(page).then(|| String::from(page))
    }

    fn is_text_after_colon(&self, written: &str, page: &str) -> bool {
        let mut entries = self.expectations.spec.origins.entries().iter();
        let rest = written.strip_prefix(page);
        rest.is_some_and(|rest| rest.starts_with(':'))
            && entries.any(|entry| entry.strip_suffix(":*") == Some(page))
    }
}

/// Whether a policy with only this entry allows the origin.
pub(super) fn allows(entry: &str, origin: &str) -> bool {
    let spec = PolicySpec::from_origins([entry]);
    spec.permits(origin, "GET", &[], CredentialsMode::Omit)
}

/// Returns the number of labels that the `*.` of the entry stands for.
fn labels(entry: &str, origin: &str) -> Option<usize> {
    let (scheme, rest) = entry.split_once("*.")?;
    let host = rest.split(':').next()?;
    let (before, _) = origin
        .strip_prefix(scheme)?
        .split_once(&format!(".{host}"))?;
    Some(before.split('.').count())
}
