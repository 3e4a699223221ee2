//! Finds whether a server reflects any origin, or any origin except some origins that the server blocks.

use alloc::{collections::BTreeSet, string::String};

use super::{
    super::comparison_rules::is_web_scheme, DeniedOrigins, answers::Circumstance, is_plain, parse,
};
use crate::conformance::harness::{expectations::is_label_of_a_host, report::cause::Cause};

/// The minimum number of origins that show that the server reflects any origin in some responses.
const MIN_OTHER_ORIGINS: usize = 3;

/// The numbers of denied origins that the server accepts and refuses.
#[derive(Default)]
struct Counts {
    accepted: usize,
    refused: usize,
}

impl Counts {
    fn add(&mut self, is_accepted: bool) {
        self.accepted += usize::from(is_accepted);
        self.refused += usize::from(!is_accepted);
    }

    /// Whether the server accepts at least `times` origins for each refused origin.
    const fn accepts_most(&self, times: usize) -> bool {
        self.accepted >= self.refused.saturating_mul(times)
    }
}

/// The responses in which a server does not reflect the origins that it reflects in responses to GET.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Unreflected {
    /// Whether the server reflects no origin in responses to OPTIONS.
    pub(in super::super) options: bool,
    /// Whether the server reflects no origin in responses to methods other than GET and OPTIONS.
    pub(in super::super) methods: bool,
    /// Whether the server reflects origins in responses to OPTIONS.
    pub(in super::super) reflects_options: bool,
}

impl DeniedOrigins<'_> {
    /// Returns the cause if the server reflects every origin, or every origin with one scheme. The server can block some
    /// origins.
    pub(super) fn reflection(&self) -> Option<Cause> {
        let of_https = self.reflection_of_https();
        let of_http = || self.reflects_http().then_some(Cause::ReflectsAnyHttpOrigin);
        of_https.or_else(of_http)
    }

    /// Whether the server reflects every tested `http:` origin with a usual host. At least two of these origins are not
    /// similar to an entry.
    fn reflects_http(&self) -> bool {
        let (mut unrelated, mut is_refused) = (0, false);
        for (origin, is_reflected) in self.decisions() {
            let usual = parse(origin).filter(|parsed| {
                let mut labels = parsed.host().split('.');
                parsed.scheme() == "http" && labels.all(is_label_of_a_host)
            });
            let Some(parsed) = usual else {
                continue;
            };
            is_refused |= !is_reflected;
            let is_unrelated =
                self.is_unrelated(origin, &parsed) && !self.is_on_special_host(origin);
            unrelated += usize::from(is_unrelated);
        }
        unrelated > 1 && !is_refused
    }

    /// Returns the cause if the server reflects every origin that begins with `https:`, and maybe other origins.
    fn reflection_of_https(&self) -> Option<Cause> {
        let (mut unrelated, mut look_alikes) = (Counts::default(), Counts::default());
        let (mut http, mut refused_http) = (Counts::default(), 0);
        let (mut has_unrelated, mut refuses_https) = (false, false);
        for (origin, is_reflected) in self.decisions() {
            let parsed = parse(origin);
            let is_http = parsed
                .as_ref()
                .is_some_and(|parsed| parsed.scheme() == "http");
            refused_http += usize::from(is_http && !is_reflected);
            let Some(parsed) = parsed.filter(is_plain) else {
                continue;
            };
            let is_unrelated = self.is_unrelated(origin, &parsed);
            let is_special = self.is_on_special_host(origin);
            has_unrelated |= is_reflected && is_unrelated && !is_special;
            if is_http {
                http.add(is_reflected);
                continue;
            }
            refuses_https |= !is_reflected && !is_special;
            if is_unrelated {
                unrelated.add(is_reflected);
            } else {
                look_alikes.add(is_reflected);
            }
        }
        // A server that compares an origin with an entry refuses most unrelated origins. So a server that accepts most
        // of them blocks the others.
        let is_most = unrelated.accepts_most(3) && look_alikes.accepts_most(1);
        if !has_unrelated || (refuses_https && !is_most) {
            return None;
        }
        // If the server fails on all `http:` origins, it does not reflect them. One error does not show this.
        let failed = self.failed.iter();
        let failed = failed.filter(|origin| {
            origin.starts_with("http://") && !self.reflected.contains_key(*origin)
        });
        refused_http += usize::from(failed.count() > 1);
        // The server probably accepts every scheme if it reflects most plain `http:` origins, or if it refuses no `http:`
        // origin.
        let is_any_scheme = (http.accepted > 0 && http.accepts_most(1)) || refused_http == 0;
        Some(if is_any_scheme {
            Cause::ReflectsAnyOrigin
        } else {
            Cause::ReflectsAnyHttpsOrigin
        })
    }

    /// Whether the server reflects an unrelated `https:` origin and also at least two kinds of origins that are not
    /// similar to an entry: `null`, origins of apps, private hosts, and shared hosts. No comparison with an entry explains
    /// so many kinds, so the server reflects every origin that it does not block.
    pub(super) fn reflects_many_kinds(&self) -> bool {
        let reflected = self.decisions().filter(|(_, is_reflected)| *is_reflected);
        let (mut kinds, mut has_unrelated) = (BTreeSet::new(), false);
        for (origin, _) in reflected {
            match self.comparison(origin) {
                // A server that blocks only some words also accepts a listed host with another last label.
                Cause::AllowsOtherOrigin
                | Cause::ReflectsAnyHttpsOrigin
                | Cause::ComparesPrefix => {
                    let parsed = parse(origin).filter(is_plain);
                    has_unrelated |= parsed.is_some_and(|parsed| {
                        parsed.scheme() == "https" && self.is_unrelated(origin, &parsed)
                    });
                }
                kind @ (Cause::AllowsNull
                | Cause::AllowsApps
                | Cause::AllowsLocalhost
                | Cause::AllowsSharedHosts) => {
                    kinds.insert(kind);
                }
                _ => {}
            }
        }
        has_unrelated && kinds.len() > 1
    }

    /// Returns the circumstances in which the server reflects no tested `http:` origin, although it answers at least two of them
    /// and reflects origins with `https:`.
    pub(super) fn limited_to_https(
        &self,
        limited: &BTreeSet<Circumstance>,
    ) -> BTreeSet<Circumstance> {
        let circumstances = limited.iter().filter(|circumstance| {
            let http = self.reflected.iter().filter(|(origin, answers)| {
                let is_tested = || {
                    answers.answered.contains(circumstance) || answers.other.contains(circumstance)
                };
                origin.starts_with("http://") && parse(origin).is_some() && is_tested()
            });
            let (mut refused, mut is_reflected) = (0, false);
            for (_, answers) in http {
                refused += 1;
                is_reflected |= answers.other.contains(circumstance);
            }
            refused > 1 && !is_reflected
        });
        circumstances.copied().collect()
    }

    /// Returns the origins that the server reflects in its limited circumstances: any origin, or any origin with `https:`.
    pub(in super::super) fn limited_origins(&self) -> &'static str {
        let of_https = &self.found.limited_to_https;
        if !of_https.is_empty() && *of_https == self.found.limited {
            "any origin with `https:`"
        } else {
            "any origin"
        }
    }

    /// Returns the circumstances in which a server that reflects origins with one scheme also reflects the other origins: every
    /// origin that it refuses in usual responses, and at least [`MIN_OTHER_ORIGINS`] of them. The check sends fewer origins to the
    /// error URL with other methods than GET, so one of them is enough if responses to GET show the mistake.
    pub(super) fn circumstances_of_other_origins(&self) -> BTreeSet<Circumstance> {
        let counts = |circumstance: Circumstance| {
            let mut counts = Counts::default();
            for answers in self.reflected.values() {
                let is_reflected = answers.other.contains(&circumstance);
                let is_answered = is_reflected || answers.answered.contains(&circumstance);
                if answers.usual == Some(false) && is_answered {
                    counts.add(is_reflected);
                }
            }
            counts
        };
        let is_of_all = |circumstance: &Circumstance| {
            let counts = counts(*circumstance);
            counts.refused == 0 && counts.accepted >= MIN_OTHER_ORIGINS
        };
        let circumstances = [
            Circumstance::Options,
            Circumstance::Method,
            Circumstance::Error,
        ];
        let mut found: BTreeSet<Circumstance> =
            circumstances.into_iter().filter(is_of_all).collect();
        let of_others = counts(Circumstance::MethodAndError);
        if found.contains(&Circumstance::Error) && of_others.refused == 0 {
            found.insert(Circumstance::MethodAndError);
        }
        found
    }

    /// Returns the page origins that the server refuses although it reflects nearly every origin.
    pub(in super::super) fn blocked(&self) -> impl Iterator<Item = String> {
        let refused = self.decisions().filter(|(origin, is_reflected)| {
            let is_page = parse(origin).is_some_and(|parsed| is_web_scheme(parsed.scheme()));
            !is_reflected && is_page && self.is_of_reflection(origin)
        });
        refused.map(|(origin, _)| origin.clone())
    }

    /// Returns the kinds of responses in which the server does not reflect any unrelated origin, although it reflects these
    /// origins in responses to GET: responses to OPTIONS, and responses to other methods.
    pub(in super::super) fn unreflected(&self) -> Unreflected {
        let reflected = self.reflected.iter().filter(|(origin, answers)| {
            let is_usual = answers.usual == Some(true) && self.is_of_reflection(origin);
            is_usual && parse(origin).is_some_and(|parsed| self.is_unrelated(origin, &parsed))
        });
        let [mut options, mut methods] = [(false, false); 2];
        for (_, answers) in reflected {
            let is_answered = |kind| answers.answered.contains(&kind);
            let is_reflected = |kind| answers.other.contains(&kind);
            let on_errors = Circumstance::MethodAndError;
            options.0 |= is_answered(Circumstance::Options);
            options.1 |= is_reflected(Circumstance::Options) || is_reflected(on_errors);
            methods.0 |= is_answered(Circumstance::Method);
            methods.1 |= is_reflected(Circumstance::Method);
        }
        let is_refused = |(is_answered, is_reflected): (bool, bool)| is_answered && !is_reflected;
        Unreflected {
            options: is_refused(options),
            methods: is_refused(methods),
            reflects_options: options.1,
        }
    }
}
