//! Reads the steps out of `spec-notes/`.

/// A step as the notes have it.
#[derive(Debug, Default)]
pub(crate) struct Step {
    pub(crate) id: String,
    /// The paraphrase, which the citation repeats.
    pub(crate) words: String,
    /// The file and the line of the notes.
    pub(crate) place: String,
    /// The anchor of the step's algorithm; empty for a definition.
    pub(crate) anchor: String,
    /// The source file of the step, if the notes name such a file. Otherwise, the source file of the step's algorithm.
    pub(crate) source: String,
    pub(crate) failures: Vec<Failure>,
    pub(crate) not_implemented: bool,
}

/// A failure that is decided at a step.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: String,
    pub(crate) library_only: bool,
}

/// All steps in the order of the notes, and the mistakes in the notes themselves.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) steps: Vec<Step>,
    pub(crate) offences: Vec<String>,
}

impl Notes {
    /// Adds the steps of one file.
    pub(crate) fn read(&mut self, file: &str, text: &str) {
        let mut anchor = String::new();
        let mut source = None;
        let mut fenced = false;
        for (index, line) in text.lines().enumerate() {
            let place = format!("{file}:{}", index + 1);
            if line.starts_with("```") {
                fenced = !fenced;
            } else if fenced {
            } else if line.starts_with('#') {
                source = None;
                anchor.clear();
            } else if let Some(link) = line.strip_prefix("Anchor: ") {
                anchor = link.trim_matches(['<', '>']).to_owned();
            } else if let Some(name) = line.strip_prefix("Source: ") {
                source = Some(name.trim_matches('`').to_owned());
            } else if let Some(source) = &source {
                self.line(line, place, &anchor, source);
            } else if line.starts_with("- `") && id_and_words_of(line).is_some() {
                self.offences
                    .push(format!("{place}: a step without a `Source:` above it"));
            }
        }
    }

    /// Returns the position of an id in the order of the notes.
    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.id == id)
    }

    /// Returns the paraphrase of the step at `position`.
    pub(crate) fn words_at(&self, position: usize) -> Option<&str> {
        self.steps.get(position).map(|step| step.words.as_str())
    }

    /// Whether the notes have an algorithm of that name.
    pub(crate) fn knows_algorithm(&self, algorithm: &str) -> bool {
        self.steps
            .iter()
            .any(|step| algorithm_of(&step.id) == algorithm)
    }

    fn line(&mut self, line: &str, place: String, anchor: &str, source: &str) {
        if let Some((id, words)) = id_and_words_of(line) {
            if self.position(id).is_some() {
                self.offences
                    .push(format!("{place}: `{id}` stands in the notes twice"));
            }
            self.steps.push(Step {
                id: id.to_owned(),
                words: words.to_owned(),
                place,
                anchor: anchor.to_owned(),
                source: source.to_owned(),
                ..Step::default()
            });
        } else if line.starts_with("- ") {
            self.offences.push(format!(
                "{place}: not of the form \"- `algorithm/path` words\""
            ));
        } else if let Some(detail) = line.trim_start().strip_prefix("- ") {
            let outcome = match self.steps.last_mut() {
                Some(step) => step.detail(detail),
                None => Err("does not belong to a step"),
            };
            if let Err(why) = outcome {
                self.offences.push(format!("{place}: {why}: \"{detail}\""));
            }
        }
    }
}

impl Step {
    fn detail(&mut self, detail: &str) -> Result<(), &'static str> {
        let (key, value) = detail.split_once(": ").ok_or("has no value")?;
        if value.trim().is_empty() {
            return Err("has no value");
        }
        match key {
            "failure" => {
                let code = value.trim_matches('`').to_owned();
                self.failures.push(Failure {
                    code,
                    library_only: false,
                });
            }
            "library only" => {
                let failure = self
                    .failures
                    .last_mut()
                    .ok_or("does not belong to a failure")?;
                failure.library_only = true;
            }
            "not implemented" => self.not_implemented = true,
            "source" => value.trim_matches('`').clone_into(&mut self.source),
            "deviation" => {}
            _ => return Err("is not a kind of note"),
        }
        if self.not_implemented && !self.failures.is_empty() {
            return Err("a step that is not implemented cannot fail");
        }
        Ok(())
    }
}

/// Returns the name of the algorithm in an id.
pub(crate) fn algorithm_of(id: &str) -> &str {
    id.split_once('/').map_or(id, |(algorithm, _)| algorithm)
}

/// Whether the text has the form of an id, `algorithm/path`.
pub(crate) fn is_id(text: &str) -> bool {
    let part = |part: &str, extra: &str| {
        !part.is_empty()
            && part.chars().all(|c| {
                c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || extra.contains(c)
            })
    };
    text.split_once('/')
        .is_some_and(|(name, path)| part(name, "") && part(path, "."))
}

/// Returns the id at the start of a line of the notes, and the paraphrase after the id. In the line of a definition, a
/// link is between the id and the paraphrase.
fn id_and_words_of(line: &str) -> Option<(&str, &str)> {
    let (id, rest) = line.strip_prefix("- `")?.split_once('`')?;
    let linked = rest
        .strip_prefix(" [")
        .and_then(|rest| rest.split_once("): "));
    let words = linked.map_or(rest, |(_, words)| words).trim();
    (is_id(id) && !words.is_empty()).then_some((id, words))
}
