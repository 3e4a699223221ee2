//! The grants and refusals of unpermitted methods, or of unpermitted header names.

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
        let is_open = grants_invented_name
            && exceptions.len() < self.granted_alone.len()
            && self.prefix(permitted).is_none();
        is_open.then_some(Extent::Except(exceptions))
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
        self.invented(permitted).next().is_some()
    }

    /// Returns the names that a preflight requests alone, that the server grants only on request, that are not similar to a
    /// permitted name, and that servers do not list by default.
    fn invented(&self, permitted: &[String]) -> impl Iterator<Item = &String> {
        let on_request = self.granted_alone.difference(&self.unrequested);
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
    let element = element.to_ascii_lowercase();
    let mut permitted = permitted
        .iter()
        .map(|permitted| permitted.to_ascii_lowercase());
    !permitted.any(|permitted| permitted.contains(&element) || element.contains(&permitted))
}
