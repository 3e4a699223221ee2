//! Each technical word of a message is in the glossary of MDN or in our glossary. A technical word is a word that is neither
//! plain English for a junior web developer nor the name of a program or a format.

use std::collections::{BTreeMap, BTreeSet};

use crate::sentences::{PARTS, source, texts_of};

const PLAIN: &str = include_str!("words/plain.txt");
const NAMES: &str = include_str!("words/names.txt");
/// One word of a line, and the page about the word in the glossary of MDN.
const MDN: &str = include_str!("words/mdn.txt");
const GLOSSARY: &str = include_str!("../../src/guide/glossary.md");

/// Returns the words of our glossary, in lower case.
fn own_words() -> BTreeSet<String> {
    let rows = GLOSSARY.lines().filter_map(|line| line.strip_prefix("| "));
    // The first row has the headings.
    let terms = rows.skip(1).filter_map(|row| row.split(" |").next());
    terms.flat_map(words).collect()
}

/// Returns the words of a text in lower case, without values between backticks. A word in camel case is the name of an
/// interface, so it is left out.
fn words(text: &str) -> Vec<String> {
    let is_balanced = text.matches('`').count().is_multiple_of(2);
    let outside = if is_balanced {
        text.split('`').step_by(2).collect::<String>()
    } else {
        text.to_owned()
    };
    let text = without_placeholders(&outside)
        .replace("\\n", " ")
        .replace("\\t", " ");
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '-' || c == '\'';
    let words = text.split(|c| !is_letter(c));
    let words = words.map(|word| word.trim_matches(['-', '\'']));
    let is_camel_case = |word: &str| {
        word.split('-').any(|part| {
            part.chars().skip(1).any(char::is_uppercase) && part.chars().any(char::is_lowercase)
        })
    };
    let words = words.filter(|word| word.len() > 1 && !is_camel_case(word));
    words.map(str::to_ascii_lowercase).collect()
}

/// Returns the text without the placeholders of a format string, such as `{name}`.
fn without_placeholders(text: &str) -> String {
    let mut rest = text;
    let mut found = String::new();
    while let Some((before, behind)) = rest.split_once('{') {
        found = found + before + " ";
        rest = behind.split_once('}').map_or("", |(_, after)| after);
    }
    found + rest
}

/// Whether the text is a sentence, and neither a name, a command nor markup.
fn is_sentence(text: &str) -> bool {
    text.contains(' ')
        && text.len() >= 12
        && !text.contains('<')
        && !text.contains("=\u{1}")
        && !text.starts_with("curl ")
}

/// Returns the word and the words from which it can be derived: `copies` from `copy`, and `stopped` from `stop`.
fn base_forms(word: &str) -> Vec<String> {
    let word = word.strip_suffix("'s").unwrap_or(word);
    let mut forms = vec![String::from(word)];
    for (ending, replacements) in [
        ("ies", &["y"][..]),
        ("ied", &["y"]),
        ("es", &["", "e"]),
        ("s", &[""]),
        ("ed", &["", "e"]),
        ("ing", &["", "e"]),
        ("er", &["", "e"]),
        ("est", &["", "e"]),
        ("ly", &["", "le"]),
    ] {
        let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.len() > 1) else {
            continue;
        };
        forms.extend(
            replacements
                .iter()
                .map(|replacement| stem.to_owned() + replacement),
        );
        let mut characters = stem.chars();
        let last = characters.next_back();
        if last == characters.clone().next_back() {
            forms.push(characters.as_str().to_owned());
        }
    }
    forms
}

/// Returns the words of the sentences, each with a sentence.
fn used_words() -> BTreeMap<String, String> {
    let parts = PARTS.iter().chain(&["failure.rs"]);
    let texts = parts.flat_map(|part| texts_of(&source().join(part)));
    let texts = texts.flat_map(|(_, texts)| texts);
    let sentences = texts.filter(|text| is_sentence(text));
    let words = sentences.flat_map(|text| {
        words(&text)
            .into_iter()
            .map(move |word| (word, text.clone()))
    });
    words.collect()
}

fn mdn_words() -> BTreeSet<String> {
    let words = MDN.lines().map(|line| {
        let (word, page) = line.split_once(' ').unwrap();
        let start = "https://developer.mozilla.org/en-US/docs/Glossary/";
        assert!(
            page.len() > start.len() && page.starts_with(start),
            "{line}"
        );
        word.to_owned()
    });
    words.collect()
}

#[test]
fn each_technical_word_is_in_a_glossary() {
    let lists = [PLAIN, NAMES].map(str::split_whitespace);
    let mut known: BTreeSet<String> = lists.into_iter().flatten().map(String::from).collect();
    known.extend(own_words());
    known.extend(mdn_words());
    let used = used_words();
    assert!(used.len() > 1000, "{}", used.len());
    let is_unknown = |word: &str| !base_forms(word).iter().any(|form| known.contains(form));
    let unknown: Vec<String> = used
        .iter()
        .filter(|(word, _)| is_unknown(word))
        .map(|(word, sentence)| format!("{word}: {sentence}"))
        .collect();
    assert!(
        unknown.is_empty(),
        "write a simpler word, or explain the word in src/guide/glossary.md:\n{}",
        unknown.join("\n")
    );
}

/// A word that no sentence uses is removed from its list, and no word is in two lists.
#[test]
fn lists_have_only_used_words() {
    let used = used_words();
    let used: BTreeSet<String> = used.keys().flat_map(|word| base_forms(word)).collect();
    let mut seen = own_words();
    let rows = GLOSSARY.lines().filter(|line| line.starts_with("| "));
    for row in rows.skip(1) {
        let term = row.trim_start_matches("| ").split(" |").next().unwrap();
        let is_used = term
            .split(", ")
            .any(|term| words(term).iter().all(|word| used.contains(word)));
        assert!(is_used, "{term}");
    }
    let plain_and_names = [PLAIN, NAMES].into_iter().flat_map(str::split_whitespace);
    for word in plain_and_names.map(String::from).chain(mdn_words()) {
        assert!(used.contains(&word), "no sentence uses `{word}`");
        assert!(seen.insert(word.clone()), "`{word}` is in two lists");
    }
}

/// The words that an explanation adds below its sentences are the words of the glossary.
#[test]
fn explanations_have_the_words_of_the_glossary() {
    let texts = texts_of(&source().join("explain/glossary.rs")).remove(0).1;
    let sentences: Vec<String> = texts
        .into_iter()
        .filter(|text| text.ends_with('.'))
        .collect();
    assert!(sentences.len() > 3, "{sentences:?}");
    for sentence in sentences {
        assert!(GLOSSARY.contains(&format!("| {sentence} |")), "{sentence}");
    }
}
