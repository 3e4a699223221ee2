//! The message of a failure that Chromium reports by its name.

use alloc::{string::String, vec::Vec};

use super::{Browser, ConsoleForm, ConsoleMessage, topics};
use crate::Failure;

impl ConsoleMessage {
    /// Returns the message that Chromium prints for a CORS failure. `value` is the part that differs between the
    /// messages about this failure. `None` if Chromium prints no such message.
    pub(in crate::explain) fn of_chromium(failure: Failure, value: Option<&str>) -> Option<Self> {
        let forms = || {
            let forms = ConsoleForm::all().iter();
            forms.filter(|form| form.browser() == Some(Browser::Chromium))
        };
        // A recording has the names of failures only from newer versions.
        let is_old = |form: &ConsoleForm| core::ptr::eq(form.topic, &topics::OLD_REDIRECT);
        let is_form = |form: &&ConsoleForm| form.failures() == [failure] && !is_old(form);
        // The messages about a preflight have the forms of the messages about a response.
        let is_form_of_response = |form: &&ConsoleForm| match form.failures() {
            [other] => other.on_preflight() == failure,
            _ => false,
        };
        let form = forms()
            .find(is_form)
            .or_else(|| forms().find(is_form_of_response))?;
        let named = |field: &str| {
            let value = value.filter(|_| form.template().contains(field));
            value.map(String::from)
        };
        let mut message = Self {
            value: named("{value}"),
            method: named("{method}"),
            header_name: named("{header}"),
            failures: Vec::from([failure]),
            ..Self::new(form)
        };
        message.topic = message.topic_of_values().unwrap_or(message.topic);
        Some(message)
    }
}
