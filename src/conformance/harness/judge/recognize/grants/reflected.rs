//! Recognizes a server that grants requested methods or requested header names without a comparison with the policy.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
};

use super::{
    super::names::Names,
    Grants,
    kind::{Extent, Kind},
};

impl Grants<'_> {
    /// Whether preflight responses have the requested header names, although the policy does not permit them. Responses with an
    /// error status count only if no preflight response refuses a name.
    pub(in super::super) fn reflects_names(&self) -> bool {
        let is_refused = !self.names.refused.is_empty();
        let on_errors = || self.names_on_errors.extent(&self.permitted_names());
        self.reflects_granted_names() || (!is_refused && on_errors() == Some(Extent::Every))
    }

    /// Whether successful preflight responses have the requested header names, although the policy does not permit them.
    pub(super) fn reflects_granted_names(&self) -> bool {
        self.extent_of_names().is_some() || self.methods_with_reflected_names().is_some()
    }

    /// Whether the server grants every requested header name only if the preflight requests no other name. Such a server refuses
    /// a preflight for several permitted names.
    pub(in super::super) fn reflects_only_single_names(&self) -> bool {
        self.extent_of_names() == Some(Extent::Alone)
    }

    /// Whether the server grants the requested methods, although the policy does not permit them.
    pub(super) fn reflects_methods(&self) -> bool {
        self.extent_of_methods().is_some()
    }

    /// Whether the server grants the requested methods or the requested header names, although the policy does not permit them.
    pub(in super::super) fn reflects(&self) -> bool {
        self.reflects_methods() || self.reflects_granted_names()
    }

    /// Returns the kind of names of which the server grants every requested name.
    pub(in super::super) fn reflected(&self) -> Option<&'static str> {
        if self.reflects_methods() {
            Some("method")
        } else {
            self.reflects_granted_names().then_some("header name")
        }
    }

    /// Returns the kinds of names (methods, request headers or both) that the server grants without a comparison with
    /// the policy. Returns `None` if the server compares both kinds.
    pub(in super::super) fn described_reflection(&self) -> Option<&'static str> {
        let grants_all_methods = self.reflects_methods() || self.methods.granted_any;
        let grants_all_names = self.reflects_names() || self.names.granted_any;
        match (grants_all_methods, grants_all_names) {
            (true, true) => Some("method and header name"),
            (true, false) => Some("method"),
            (false, true) => Some("header name"),
            (false, false) => None,
        }
    }

    /// Returns the end of a sentence about the reflection of requested names: the names that the server does not grant, or
    /// the form in which it grants them. The text is empty if the server grants every requested name.
    pub(in super::super) fn limits_of_reflection(&self) -> String {
        let of_methods = self.limits_of_methods();
        if self.names.granted_any || self.methods.granted_any {
            return String::new();
        }
        match self.extent_of_names() {
            Some(Extent::Alone) => ", but not every header name of a list".into(),
            Some(Extent::Except(names)) => exception(names),
            Some(Extent::Short(names)) => exception_of_long_names(names),
            Some(Extent::Every) => of_methods,
            None => match self.methods_with_reflected_names() {
                Some(methods) if !self.reflects_methods() => {
                    format!(" if the requested method is {}", methods.joined("or"))
                }
                _ => of_methods,
            },
        }
    }

    fn limits_of_methods(&self) -> String {
        let exceptions = match self.extent_of_methods() {
            Some(Extent::Except(names)) => exception(names),
            Some(Extent::Short(names)) => exception_of_long_names(names),
            Some(Extent::Every | Extent::Alone) | None => String::new(),
        };
        // A method that no preflight without header names requests shows nothing.
        let Kind {
            refused, granted, ..
        } = &self.methods_in_upper_case;
        let mut refused_with_names = self.methods_refused_with_names.iter();
        let is_refused_with_names =
            refused_with_names.any(|method| granted.contains(method) && !refused.contains(method));
        if self.reflects_methods() && !self.reflects_names() && is_refused_with_names {
            return " if the preflight requests no headers".into();
        }
        if !self.changes_case_of_methods() {
            return exceptions;
        }
        let granted = || self.methods.beyond.iter();
        let form = if granted().all(|method| !has_byte(method, u8::is_ascii_lowercase)) {
            ", in upper case"
        } else if granted().all(|method| !has_byte(method, u8::is_ascii_uppercase)) {
            ", in lower case"
        } else {
            ", in another letter case"
        };
        [&exceptions, form].concat()
    }

    /// Whether the server grants the requested methods only in another letter case.
    pub(in super::super) fn changes_case_of_methods(&self) -> bool {
        let permitted = self.permitted_methods();
        let in_upper_case = self.methods_in_upper_case.extent(&permitted);
        match self.methods.extent(&permitted) {
            Some(Extent::Every) => false,
            Some(_) => in_upper_case == Some(Extent::Every),
            None => in_upper_case.is_some(),
        }
    }

    fn extent_of_methods(&self) -> Option<Extent> {
        let kind = if self.changes_case_of_methods() {
            &self.methods_in_upper_case
        } else {
            &self.methods
        };
        kind.extent(&self.permitted_methods())
    }

    /// Returns the beginning of header names, such as `x-`, if the server grants every requested name with this
    /// beginning, and refuses another name.
    pub(in super::super) fn prefix(&self) -> Option<&str> {
        let prefix = self.names.prefix(&self.permitted_names());
        prefix.filter(|_| self.names.unrequested.is_empty())
    }

    fn extent_of_names(&self) -> Option<Extent> {
        self.names.extent(&self.permitted_names())
    }

    /// Returns the requested methods of the preflights in which the server grants every requested header name. Returns `None`
    /// if the method is not the condition.
    fn methods_with_reflected_names(&self) -> Option<Names> {
        let permitted = self.permitted_names();
        let is_open = |kind: &&Kind| !kind.granted.is_empty() && kind.refused.is_empty();
        let mut open = self.names_by_method.values().filter(is_open);
        let mut others = self.names_by_method.values();
        let is_condition = open.any(|kind| kind.extent(&permitted) == Some(Extent::Every))
            && others.all(|kind| kind.granted.is_empty() || kind.refused.is_empty());
        let methods = self
            .names_by_method
            .iter()
            .filter(|(_, kind)| is_open(kind));
        Names::new(methods.map(|(method, _)| method.to_string())).filter(|_| is_condition)
    }
}

fn exception(names: BTreeSet<String>) -> String {
    format!(", except {}", listed(names))
}

fn exception_of_long_names(names: BTreeSet<String>) -> String {
    format!(", except long names such as {}", listed(names))
}

fn listed(names: BTreeSet<String>) -> String {
    Names::new(names).map_or_else(String::new, |names| names.joined("and"))
}

fn has_byte(text: &str, is_searched: fn(&u8) -> bool) -> bool {
    text.bytes().any(|byte| is_searched(&byte))
}
