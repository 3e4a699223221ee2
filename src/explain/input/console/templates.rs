//! The templates of all messages, with an index that finds the templates of a line in one pass over the line.

use alloc::{borrow::Cow, vec, vec::Vec};
use core::cell::OnceCell;

use super::{
    forms::{CHROMIUM_PREFLIGHT, ConsoleForm, DETAILS},
    template::without_quotes,
};

/// The number of bytes of a text that the index compares first.
const KEY_BYTES: usize = 4;

/// The number of bits of the filter of an index. The filter excludes most positions of a line.
const FILTER_BITS: usize = 4096;

/// The templates in the forms that a parser needs. A caller that parses several messages uses the same templates each
/// time.
#[derive(Debug)]
pub(super) struct Templates {
    exact: TemplateLists,
    unquoted: OnceCell<TemplateLists>,
}

/// The templates of messages, and of the parts of messages.
#[derive(Debug)]
pub(super) struct TemplateLists {
    /// The templates of [`ConsoleForm::all`], in the same order.
    pub(super) forms: IndexedTemplates,
    /// The templates of [`DETAILS`], in the same order.
    pub(super) details: IndexedTemplates,
    /// [`CHROMIUM_PREFLIGHT`], without the space at its end.
    pub(super) preflight: Cow<'static, str>,
}

impl Default for Templates {
    fn default() -> Self {
        Self {
            exact: TemplateLists::new(Cow::Borrowed),
            unquoted: OnceCell::new(),
        }
    }
}

impl Templates {
    /// Returns the templates as browsers print them.
    pub(super) const fn exact(&self) -> &TemplateLists {
        &self.exact
    }

    /// Returns the templates without quotes.
    pub(super) fn unquoted(&self) -> &TemplateLists {
        let without_quotes = |template| Cow::Owned(without_quotes(template));
        self.unquoted
            .get_or_init(|| TemplateLists::new(without_quotes))
    }
}

impl TemplateLists {
    fn new(wording: fn(&'static str) -> Cow<'static, str>) -> Self {
        let forms = ConsoleForm::all().iter();
        Self {
            forms: IndexedTemplates::new(forms.map(|form| wording(form.template()))),
            details: IndexedTemplates::new(DETAILS.iter().map(|template| wording(template))),
            preflight: wording(CHROMIUM_PREFLIGHT.trim_end()),
        }
    }
}

/// Templates with an index. The index has the longest text of each template. A line without this text does not match the
/// template.
#[derive(Debug)]
pub(super) struct IndexedTemplates {
    templates: Vec<Cow<'static, str>>,
    /// The key of the longest text of each template, and the position of the template, in the order of the keys.
    keys: Vec<(u32, usize)>,
    /// The positions of the templates whose texts are all shorter than a key.
    without_key: Vec<usize>,
    /// The bit of each key is set.
    filter: Vec<u64>,
}

impl IndexedTemplates {
    fn new(templates: impl Iterator<Item = Cow<'static, str>>) -> Self {
        let templates: Vec<_> = templates.collect();
        let mut filter = vec![0; FILTER_BITS / 64];
        let (mut keys, mut without_key) = (Vec::new(), Vec::new());
        for (position, template) in templates.iter().enumerate() {
            let Some(key) = longest_text(template).as_bytes().first_chunk().map(key) else {
                without_key.push(position);
                continue;
            };
            let (word, bit) = filter_bit(key);
            if let Some(word) = filter.get_mut(word) {
                *word |= bit;
            }
            keys.push((key, position));
        }
        keys.sort_unstable();
        Self {
            templates,
            keys,
            without_key,
            filter,
        }
    }

    /// Returns all templates, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.templates.iter().map(AsRef::as_ref)
    }

    /// Returns the templates that the line can match, in order, with their positions. A template without a text in the
    /// line is left out. The case of letters does not matter.
    pub(super) fn possible(&self, line: &str) -> impl Iterator<Item = (usize, &str)> {
        let mut is_possible = vec![false; self.templates.len()];
        for position in &self.without_key {
            if let Some(is_possible) = is_possible.get_mut(*position) {
                *is_possible = true;
            }
        }
        let bytes = line.as_bytes();
        for (start, window) in bytes.windows(KEY_BYTES).enumerate() {
            let Some(key) = window.first_chunk().map(key) else {
                continue;
            };
            let (word, bit) = filter_bit(key);
            if self.filter.get(word).is_some_and(|word| word & bit == 0) {
                continue;
            }
            let first = self.keys.partition_point(|(other, _)| *other < key);
            let same = self.keys.get(first..).unwrap_or_default().iter();
            for (_, position) in same.take_while(|(other, _)| *other == key) {
                let (Some(template), Some(is_possible)) = (
                    self.templates.get(*position),
                    is_possible.get_mut(*position),
                ) else {
                    continue;
                };
                if !*is_possible {
                    let text = longest_text(template).as_bytes();
                    let found = bytes.get(start..start.saturating_add(text.len()));
                    *is_possible = found.is_some_and(|found| found.eq_ignore_ascii_case(text));
                }
            }
        }
        let templates = self.templates.iter().enumerate().zip(is_possible);
        templates.filter_map(|((position, template), is_possible)| {
            is_possible.then_some((position, template.as_ref()))
        })
    }
}

/// Returns the longest text of a template outside of braces.
fn longest_text(template: &str) -> &str {
    let parts = template.split('{').enumerate();
    let texts = parts.filter_map(|(position, part)| {
        if position == 0 {
            Some(part)
        } else {
            Some(part.split_once('}')?.1)
        }
    });
    texts.max_by_key(|text| text.len()).unwrap_or_default()
}

/// Returns the first bytes of a text as a number, with letters in lower case.
fn key(bytes: &[u8; KEY_BYTES]) -> u32 {
    u32::from_be_bytes(bytes.map(|byte| byte.to_ascii_lowercase()))
}

/// Returns the word of the filter that has the bit of a key, and the bit.
const fn filter_bit(key: u32) -> (usize, u64) {
    // The upper bits of the product depend on all bits of the key.
    let bit = (key.wrapping_mul(0x9E37_79B1) >> 20) as usize % FILTER_BITS;
    (bit / 64, 1 << (bit % 64))
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;

    #[test]
    fn longest_text_is_outside_of_braces() {
        assert_eq!(longest_text("a {url} bcd {value}"), " bcd ");
        assert_eq!(longest_text("{very-long-name}a"), "a");
        assert_eq!(longest_text("abc"), "abc");
    }

    /// A template whose text is in a line is possible, also in another letter case and at the end of the line.
    #[test]
    fn templates_with_a_text_of_the_line_are_possible() {
        let templates = Templates::default();
        for lists in [templates.exact(), templates.unquoted()] {
            for list in [&lists.forms, &lists.details] {
                for (position, template) in list.templates.iter().enumerate() {
                    let line = alloc::format!("x{}", template.to_ascii_uppercase());
                    let mut possible = list.possible(&line);
                    assert!(possible.any(|(other, _)| other == position), "{template}");
                }
                assert!(list.without_key.is_empty());
                assert_eq!(
                    list.possible("2024-01-01 loaded 7 notes in 3 ms").count(),
                    0
                );
            }
        }
        let exact = &templates.exact().forms;
        let positions = |line| {
            exact
                .possible(line)
                .map(|(_, text)| String::from(text))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            positions("net::ERR_TIMED_OUT"),
            ["net::ERR_TIMED_OUT", "net::ERR_"]
        );
    }
}
