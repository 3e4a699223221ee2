//! Collects which unpermitted names a server grants and refuses, and finds the rule that explains this.

use alloc::{collections::BTreeSet, string::String};

/// Names that servers list by default. A server that grants such a name can have it in a list.
const COMMON_NAMES: &[&str] = &[
    "accept",
    "authorization",
    "content-type",
    "x-requested-with",
    "delete",
    "head",
    "options",
    "patch",
    "post",
    "put",
    "query",
];

/// The grants and refusals of unpermitted methods, or of unpermitted header names.
#[derive(Default)]
pub(super) struct Kind {
    /// The unpermitted names (of methods or headers) that a preflight asks for, and that the response grants.
    pub(super) granted: BTreeSet<String>,
    /// The unpermitted names that the server grants to a preflight without other names.
    granted_alone: BTreeSet<String>,
    /// The unpermitted names. Each name is the only possible reason for the refusal of at least one preflight.
    pub(super) refused: BTreeSet<String>,
    /// The names of `refused` that a preflight requests without other names.
    refused_alone: BTreeSet<String>,
    /// The unpermitted names that the server grants to a preflight with other names. A preflight without names does not
    /// count: some servers copy the names of a preflight, and send a fixed list only if the preflight has no names.
    pub(super) unrequested: BTreeSet<String>,
    /// All unpermitted names that the server grants, even if no preflight asks for these names.
    pub(super) beyond: BTreeSet<String>,
    /// Whether the server grants `*`.
    pub(super) granted_any: bool,
}

/// The requested names that a server grants without a comparison with the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Extent {
    /// Every requested name.
    Every,
    /// Every name that is the only name of its preflight, but not every name of a longer list.
    Alone,
    /// Every requested name, except a few names.
    Except(BTreeSet<String>),
    /// Every short name. Each refused name is longer than each granted name. The set has the refused names.
    Short(BTreeSet<String>),
}

impl Kind {
    /// Adds the names that a preflight requests, and the unpermitted names that its response grants. `is_unpermitted`
    /// returns true for a name that the policy does not permit. `is_only_reason` returns true for a name if nothing else
    /// in the preflight explains a refusal.
    pub(super) fn insert(
        &mut self,
        requested: &[String],
        granted: &[String],
        is_unpermitted: impl Fn(&str) -> bool,
        is_only_reason: impl Fn(&str) -> bool,
    ) {
        let unrequested = granted
            .iter()
            .filter(|element| !requested.is_empty() && !requested.contains(element));
        self.unrequested.extend(unrequested.cloned());
        self.beyond.extend(granted.iter().cloned());
        self.granted_any |= granted.iter().any(|element| element == "*");
        let is_alone = requested.len() == 1;
        for element in requested.iter().filter(|element| is_unpermitted(element)) {
            if granted.contains(element) {
                self.granted.insert(element.clone());
                if is_alone {
                    self.granted_alone.insert(element.clone());
                }
            } else if is_only_reason(element) {
                self.refused.insert(element.clone());
                if is_alone {
                    self.refused_alone.insert(element.clone());
                }
            }
        }
    }

    /// Whether the server grants `name` only to preflights that also request other names. The result is true only if at
    /// least one name is granted in one response and refused in another response.
    pub(super) fn is_granted_only_with_others(&self, name: &String) -> bool {
        !self.granted.is_disjoint(&self.refused)
            && !self.granted_alone.contains(name)
            && !self.unrequested.contains(name)
    }

    /// Returns the requested names that the server grants without a comparison with the policy. Returns `None` if the server
    /// compares the names, or if only one unpermitted name was requested, because one example is not enough. Names that the
    /// server also grants without a request do not count as examples, because they can be in a list.
    pub(super) fn extent(&self, permitted: &[String]) -> Option<Extent> {
        self.granted.difference(&self.unrequested).nth(1)?;
        if !self.refused.iter().any(|name| is_usual_name(name)) {
            return Some(Extent::Every);
        }
        if !self.granted_alone.is_disjoint(&self.refused_alone) {
            return None;
        }
        let grants_invented_name = self.grants_invented_name(permitted);
        if self.refused_alone.is_empty() {
            let is_granted_alone = self.refused.is_subset(&self.granted_alone);
            return (is_granted_alone || grants_invented_name).then_some(Extent::Alone);
        }
        let exceptions = self.refused_alone.iter();
        let exceptions: BTreeSet<String> = exceptions
            .filter(|name| is_usual_name(name))
            .cloned()
            .collect();
        if grants_invented_name && self.refuses_only_long_names() {
            return Some(Extent::Short(exceptions));
        }
        let is_open = grants_invented_name
            && exceptions.len() < self.granted_alone.len()
            && self.prefix(permitted).is_none();
        is_open.then_some(Extent::Except(exceptions))
    }

    /// Whether each of at least two refused names is longer than each granted name.
    fn refuses_only_long_names(&self) -> bool {
        let shortest_refused = self.refused.iter().map(String::len).min();
        let longest_granted = self.granted.iter().map(String::len).max();
        self.refused.len() > 1 && shortest_refused > longest_granted
    }

    /// Returns the beginning of names, such as `x-`, if the server grants every requested name with this beginning, and
    /// refuses another name. Names that are similar to permitted names are not enough, because a server that compares a part of
    /// a name grants them too.
    pub(super) fn prefix(&self, permitted: &[String]) -> Option<&str> {
        let mut others = self.granted.difference(&self.unrequested).peekable();
        let first = others.next()?;
        let hyphens = first.match_indices('-');
        let mut prefixes = hyphens.filter_map(|(at, _)| first.get(..=at));
        let prefix =
            prefixes.find(|prefix| !self.refused.iter().any(|name| name.starts_with(prefix)))?;
        let is_shown = others.peek().is_some()
            && !self.refused.is_empty()
            && self.grants_invented_name(permitted);
        (is_shown && others.all(|name| name.starts_with(prefix))).then_some(prefix)
    }

    /// Whether the server grants a requested name that no list of a server has. Such a server does not grant other names
    /// because they are similar to permitted names.
    pub(super) fn grants_invented_name(&self, permitted: &[String]) -> bool {
        self.invented(permitted).next().is_some() || self.compares_no_part(permitted)
    }

    /// Whether a comparison of a part of the name does not explain the grants. The server grants, only on request, a name that
    /// contains a permitted name, a part of a permitted name, and also a name that is not similar to a permitted name. The length
    /// explains the refusals.
    fn compares_no_part(&self, permitted: &[String]) -> bool {
        let has = |is_searched: fn(&str, &[String]) -> bool| {
            let mut on_request = self.granted_alone.difference(&self.unrequested);
            on_request.any(|name| is_searched(name, permitted))
        };
        self.refuses_only_long_names()
            && has(contains_permitted)
            && has(is_part_of_permitted)
            && has(is_unrelated)
    }

    /// Returns the names that the server grants only on request, that are not similar to a permitted name, and that servers do
    /// not list by default. If the server refuses a granted name in another preflight, the name counts only if a preflight
    /// requests it alone, because the other names of its preflight can be the reason for the grant.
    fn invented(&self, permitted: &[String]) -> impl Iterator<Item = &String> {
        let depends_on_others = !self.granted.is_disjoint(&self.refused);
        let granted = if depends_on_others {
            &self.granted_alone
        } else {
            &self.granted
        };
        let on_request = granted.difference(&self.unrequested);
        on_request.filter(|name| {
            let is_common = COMMON_NAMES
                .iter()
                .any(|common| name.eq_ignore_ascii_case(common));
            !is_common && is_unrelated(name, permitted)
        })
    }
}

/// Whether a name has only letters, digits, hyphens and underscores. A server that checks the characters of a name, and nothing
/// else, grants every usual name.
fn is_usual_name(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// Whether `element` contains no permitted name, and no permitted name contains `element`. Letter case does not matter.
pub(super) fn is_unrelated(element: &str, permitted: &[String]) -> bool {
    let mut permitted = permitted.iter();
    !permitted.any(|permitted| {
        contains_ignoring_case(permitted, element) || contains_ignoring_case(element, permitted)
    })
}

/// Whether `element` is longer than a permitted name, and contains it. Letter case does not matter.
fn contains_permitted(element: &str, permitted: &[String]) -> bool {
    let mut permitted = permitted.iter();
    permitted.any(|permitted| {
        element.len() > permitted.len() && contains_ignoring_case(element, permitted)
    })
}

/// Whether `element` is shorter than a permitted name that contains it. Letter case does not matter.
fn is_part_of_permitted(element: &str, permitted: &[String]) -> bool {
    let mut permitted = permitted.iter();
    permitted.any(|permitted| {
        element.len() < permitted.len() && contains_ignoring_case(permitted, element)
    })
}

fn contains_ignoring_case(text: &str, part: &str) -> bool {
    text.to_ascii_lowercase()
        .contains(&part.to_ascii_lowercase())
}
