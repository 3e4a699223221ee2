//! Each sentence of an explanation is written once. The harness, the failed assertions and the denials of a policy use the
//! words of the explanations.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The files with the messages of browsers, which repeat parts of each other, and the files with unit tests.
const WITH_COPIES: [&str; 2] = ["forms.rs", "tests.rs"];
/// The length of a word or a name. Longer texts with spaces are sentences.
const MAX_NAME_CHARS: usize = 24;

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    });
    files.collect()
}

/// Returns the texts in quotation marks of the code, without its comments and unit tests.
fn texts(code: &str) -> Vec<String> {
    let code = code.split("#[cfg(test)]\nmod tests").next().unwrap();
    let lines = code.lines().map(|line| {
        if line.trim_start().starts_with("//") {
            ""
        } else {
            line
        }
    });
    let code = lines
        .collect::<Vec<_>>()
        .join("\n")
        .replace("\\\\", "\u{2}")
        .replace("\\\"", "\u{1}")
        .replace("'\"'", "");
    let texts = code.split('"').skip(1).step_by(2);
    texts.map(str::to_owned).collect()
}

/// The parts of the source with sentences about mistakes of servers.
pub(crate) const PARTS: [&str; 8] = [
    "bin",
    "cases",
    "explain",
    "recorded",
    "conformance/harness",
    "conformance/laws/index.rs",
    "server",
    "wording.rs",
];

pub(crate) fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Returns the files of the library in the folder or the file, each with its texts.
pub(crate) fn texts_of(path: &Path) -> Vec<(String, Vec<String>)> {
    let files = if path.is_dir() {
        files(path)
    } else {
        vec![path.to_owned()]
    };
    let files = files.into_iter().filter(|file| {
        let name = file.file_name().unwrap().to_str().unwrap();
        name.ends_with(".rs") && !WITH_COPIES.contains(&name)
    });
    let files = files.map(|file| {
        let texts = texts(&fs::read_to_string(&file).unwrap());
        (file.to_str().unwrap().to_owned(), texts)
    });
    files.collect()
}

#[test]
fn each_sentence_is_written_once() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, texts) in PARTS.iter().flat_map(|part| texts_of(&source().join(part))) {
        for text in texts {
            if text.contains(' ') && text.chars().count() > MAX_NAME_CHARS {
                places.entry(text).or_default().push(file.clone());
            }
        }
    }
    assert!(places.len() > 250, "{}", places.len());
    places.retain(|_, files| files.len() > 1);
    assert_eq!(places, BTreeMap::new());
}

/// A text that has the words of `wording.rs` as a part uses these words from there.
#[test]
fn shared_words_have_no_copies() {
    let mut words = texts_of(&source().join("wording.rs")).remove(0).1;
    words.retain(|text| text.contains(' '));
    assert!(words.len() > 25, "{words:?}");
    let mut copies = Vec::new();
    for (file, texts) in texts_of(&source()) {
        let is_other = !file.ends_with("wording.rs");
        for text in texts.iter().filter(|_| is_other) {
            let copied = words.iter().filter(|words| text.contains(&***words));
            copies.extend(copied.map(|words| format!("{file}: {words}")));
        }
    }
    assert!(copies.is_empty(), "{}", copies.join("\n"));
}
