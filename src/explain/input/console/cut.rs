//! Parses messages whose end is missing, for example because a program shows only the first characters of a message.

use alloc::{string::String, vec::Vec};

use super::{
    Browser, ConsoleMessage,
    forms::ConsoleForm,
    template::{Field, LetterCase, fields_before_end, normalized, without_quotes},
    templates::Templates,
};

/// The minimum length of the known part of a reason, in bytes. A shorter part does not show a reason.
const MIN_REASON_BYTES: usize = 8;

/// The words before the reason in messages of Chromium and Firefox.
const CHROMIUM: &str = "CORS policy: ";
const FIREFOX: &str = "(Reason: ";

/// The beginnings of the messages of Safari that begin with the reason.
const SAFARI: [&str; 3] = ["Request header field ", "Method ", "Origin "];

impl ConsoleMessage {
    /// Parses a message whose end is missing. `None` if the known part can belong to messages about different failures.
    pub(super) fn from_cut(line: &str, templates: &Templates) -> Option<Self> {
        let line = cut_line(line);
        let (browser, reason) = reason(&line)?;
        let preflight = templates.unquoted().preflight.as_ref();
        let after_preflight = reason.strip_prefix(preflight);
        let is_preflight = after_preflight.is_some();
        let reason = after_preflight.unwrap_or(reason).trim_start();
        if reason.len() < MIN_REASON_BYTES {
            return None;
        }
        let forms = templates.unquoted().forms.all().zip(ConsoleForm::all());
        let of_browser = forms.filter(|(_, form)| form.browser() == Some(browser));
        let found = of_browser.filter_map(|(template, form)| {
            let template = template.strip_prefix(FIREFOX).unwrap_or(template);
            let of_preflight = template.strip_prefix(preflight).map(str::trim_start);
            if of_preflight.is_some() && !is_preflight {
                return None;
            }
            let fields = fields_before_end(of_preflight.unwrap_or(template), reason)?;
            // The first word of a message of Safari is also in other messages, so the words behind a value are necessary.
            if browser == Browser::Safari && fields.is_empty() {
                return None;
            }
            Some(Self::of_cut_form(form, fields, is_preflight))
        });
        let found: Vec<Self> = found.collect();
        let first = found.first()?;
        let is_certain = found.iter().all(|other| other.failures == first.failures);
        let mut message = first.clone();
        message.set_details(&line, templates.unquoted(), LetterCase::Exact);
        (is_certain && message.has_reason()).then_some(message)
    }

    fn of_cut_form(form: &ConsoleForm, fields: Vec<(Field, &str)>, is_preflight: bool) -> Self {
        let mut message = Self::new(form);
        message.set_values(fields);
        if is_preflight {
            message.set_failures_of_preflight();
        }
        message
    }
}

/// Whether more text can belong to the message of a line whose end is missing.
pub(super) fn can_continue(line: &str, templates: &Templates) -> bool {
    let line = cut_line(line);
    let Some((browser, reason)) = reason(&line) else {
        return false;
    };
    let preflight = templates.unquoted().preflight.as_ref();
    let reason = reason
        .strip_prefix(preflight)
        .unwrap_or(reason)
        .trim_start();
    let mut forms = templates.unquoted().forms.all().zip(ConsoleForm::all());
    forms.any(|(template, form)| {
        let template = template.strip_prefix(FIREFOX).unwrap_or(template);
        let template = template.strip_prefix(preflight).unwrap_or(template);
        let template = template.trim_start();
        form.browser() == Some(browser) && fields_before_end(template, reason).is_some()
    })
}

/// Whether the line has the words before the reason of a message.
pub(super) fn has_beginning_of_reason(line: &str) -> bool {
    reason(&cut_line(line)).is_some()
}

/// Returns the line without quotes and without the marks of a missing end.
fn cut_line(line: &str) -> String {
    let mut line = without_quotes(&normalized(line));
    let kept = line.trim_end_matches(['.', '…', ' ']).len();
    line.truncate(kept);
    line
}

/// Returns the known part of the reason of a message, and the browser that prints the message.
fn reason(line: &str) -> Option<(Browser, &str)> {
    if let Some((_, reason)) = line.split_once(CHROMIUM) {
        return Some((Browser::Chromium, reason));
    }
    if let Some((_, reason)) = line.split_once(FIREFOX) {
        return (!reason.contains(')')).then_some((Browser::Firefox, reason));
    }
    let starts = SAFARI.iter().filter_map(|start| {
        let mut found = line.match_indices(start).map(|(position, _)| position);
        found.find(|position| is_word_start(line, *position))
    });
    let reason = line.get(starts.min()?..)?;
    Some((Browser::Safari, reason))
}

/// Whether a word starts at the position.
fn is_word_start(line: &str, position: usize) -> bool {
    let before = line.get(..position).unwrap_or_default();
    !before.ends_with(|c: char| c.is_alphanumeric() || c == '-')
}
