//! Each sentence of an explanation is written once.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The files with the messages of browsers. These messages repeat parts of each other.
const OF_BROWSERS: [&str; 1] = ["forms.rs"];
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
        .replace("\\\"", "\u{1}")
        .replace("'\"'", "");
    let texts = code.split('"').skip(1).step_by(2);
    texts.map(str::to_owned).collect()
}

#[test]
fn each_sentence_is_written_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/explain");
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files(&folder) {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.ends_with(".rs") || OF_BROWSERS.contains(&&*name) {
            continue;
        }
        for text in texts(&fs::read_to_string(&file).unwrap()) {
            if text.contains(' ') && text.chars().count() > MAX_NAME_CHARS {
                places.entry(text).or_default().push(name.clone());
            }
        }
    }
    assert!(places.len() > 250, "{}", places.len());
    places.retain(|_, files| files.len() > 1);
    assert_eq!(places, BTreeMap::new());
}
