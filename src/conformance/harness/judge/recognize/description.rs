//! The description of a mistake: its text, the place of the mistake, and the names that tell two mistakes with the same
//! cause apart.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use super::{misspelled_headers::MisspelledHeaders, names::Names};
use crate::conformance::harness::report::place::Place;

/// The description of a mistake.
#[derive(Debug, Clone)]
pub(crate) struct Description {
    pub(crate) text: String,
    /// The methods, names, origins, statuses and other values that the mistake concerns. A mistake with another scope is
    /// another mistake, even if it has the same cause.
    pub(crate) scope: BTreeSet<String>,
    /// The places that the text names.
    places: Vec<Place>,
    /// The place of the mistake, if the text does not name it.
    pub(super) unnamed_place: Option<Place>,
    /// The misspelled headers that are the mistake, or a part of it.
    pub(super) misspelled: Option<MisspelledHeaders>,
}

impl Description {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            scope: BTreeSet::new(),
            places: Vec::new(),
            unnamed_place: None,
            misspelled: None,
        }
    }

    /// Adds names to the scope.
    pub(super) fn about<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.scope.extend(names.into_iter().map(Into::into));
        self
    }

    pub(super) fn about_names(self, names: &Names) -> Self {
        self.about(names.iter())
    }

    /// Adds places that the text names.
    pub(super) fn naming(mut self, places: &[Place]) -> Self {
        self.places.extend(places);
        self
    }

    /// Adds the place of the mistake to the text, if the text does not name the place.
    pub(super) fn in_place(mut self, place: Option<Place>) -> Self {
        let place = place.filter(|place| !place.is_named_by(&self.places, &self.text));
        if let Some(place) = place {
            self.text = shown_only_by(&self.text, place.responses());
        }
        self.unnamed_place = place;
        self
    }
}

/// Adds the only responses with the mistake to its text. A text about every response gets the responses at its beginning,
/// because a limit at its end contradicts its words.
pub(super) fn shown_only_by(text: &str, responses: &str) -> String {
    let (mistake, _) = text.split_once(", although").unwrap_or((text, ""));
    let mut words = mistake.split(' ');
    if words.any(|word| matches!(word, "always" | "each" | "every")) {
        return format!("in {responses}, {text}");
    }
    format!("{text}; only {responses} show this mistake")
}

/// Adds the only responses without the mistake to its text.
pub(super) fn not_shown_by(text: &str, responses: &str) -> String {
    format!("{text}; {responses} do not show this mistake")
}
