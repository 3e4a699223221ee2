//! The recorded cases of `tests/vectors/browsers.ndjson`.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use fetch_cors::cases::answer;
use serde_json::value::RawValue;

/// Input lines of `run`.
#[derive(Debug)]
pub struct Lines(Vec<String>);

impl Lines {
    /// Reads the vectors: cases with the recorded behavior of the engines.
    pub fn vectors() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/browsers.ndjson");
        let text = fs::read_to_string(path).expect("the vectors");
        Self(text.lines().map(String::from).collect())
    }

    /// Reads the vectors and returns their cases only.
    pub fn cases() -> Self {
        Self(Self::vectors().0.iter().map(|line| case_of(line)).collect())
    }

    /// Returns the number of lines.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no lines.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Splits the lines into chunks of `size`.
    pub fn chunks(&self, size: usize) -> Vec<Self> {
        self.0
            .chunks(size)
            .map(|lines| Self(lines.to_vec()))
            .collect()
    }

    /// Answers each line and writes the answers into `output`, as the program does.
    pub fn run(&self, output: &mut String) {
        output.clear();
        for (line, number) in self.0.iter().zip(1..) {
            writeln!(output, "{}", answer(line.as_bytes(), number))
                .expect("a string takes everything");
        }
    }
}

fn case_of(line: &str) -> String {
    let members: BTreeMap<&str, &RawValue> = serde_json::from_str(line).expect("a vector");
    members
        .get("case")
        .expect("a vector with a case")
        .get()
        .to_owned()
}
