//! Vectors: cases and questions with a known outcome.

use alloc::{borrow::Cow, format, string::String, vec::Vec};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Case, Comparison, Expectation, GivenOutcome, LineError, MAX_LINE_BYTES, Question,
    case_text::CaseText,
    compare::{self, Checked},
    line_error::from_json,
    nearest_kind::nearest_kind,
    object::{
        OpenObject, declared_names, object, objects, present, present_object, present_objects,
    },
    outcome::OutcomeRecord,
    question_difference,
    recent::Recent,
    text::Text,
};
use crate::{
    engine::{Engine, QuirkSet},
    wording,
};

/// A vector: a case or a question, with its expected or recorded outcome.
///
/// ```
/// use fetch_cors::cases::Vector;
///
/// let json = r#"{"id":"a","fn":"method","value":"G:ET","expect":true}"#;
/// let differences = Vector::parse(json)?.check()?;
/// assert_eq!(differences.expected.unwrap()[0].to_string(), "result: expected true, found false");
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Vector<'a> {
    id: Cow<'a, str>,
    body: Body<'a>,
}

#[derive(Debug, Clone)]
enum Body<'a> {
    Question(Question<'a>, &'a RawValue),
    Case {
        case: Case<'a>,
        expect: Option<Vec<Expectation>>,
        observed: Vec<(Engine, Vec<OutcomeRecord<'a>>)>,
    },
}

#[derive(Deserialize)]
#[serde(expecting = "a vector, which is an object with the member `case`")]
pub(super) struct VectorText<'a> {
    #[serde(rename = "source", default, deserialize_with = "present")]
    _source: Option<Text<'a>>,
    #[serde(rename = "note", default, deserialize_with = "present")]
    _note: Option<Text<'a>>,
    #[serde(borrow, deserialize_with = "object")]
    case: CaseText<'a>,
    #[serde(default, deserialize_with = "present_object")]
    expect: Option<ExpectText>,
    #[serde(borrow, default, deserialize_with = "present_object")]
    observed: Option<ObservedText<'a>>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct ExpectText {
    #[serde(deserialize_with = "objects")]
    fetches: Vec<Expectation>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct ObservedText<'a> {
    #[serde(borrow, default, deserialize_with = "present_object")]
    chromium: Option<Recorded<'a>>,
    #[serde(borrow, default, deserialize_with = "present_object")]
    firefox: Option<Recorded<'a>>,
    #[serde(borrow, default, deserialize_with = "present_object")]
    webkit: Option<Recorded<'a>>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Recorded<'a> {
    #[serde(borrow, rename = "id", default, deserialize_with = "present")]
    _id: Option<Text<'a>>,
    #[serde(borrow, deserialize_with = "objects")]
    fetches: Vec<OutcomeRecord<'a>>,
    #[serde(
        borrow,
        rename = "devtools",
        default,
        deserialize_with = "present_objects"
    )]
    _devtools: Option<Vec<DevtoolsError<'a>>>,
}

/// An error that the developer tools of a browser showed.
#[derive(Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct DevtoolsError<'a> {
    #[serde(borrow, rename = "url")]
    _url: Text<'a>,
    #[serde(rename = "error")]
    _error: Text<'a>,
    #[serde(rename = "parameter", default, deserialize_with = "present")]
    _parameter: Option<Text<'a>>,
}

impl<'a> ObservedText<'a> {
    /// Returns the recordings of `case`. If the vector has no recording, returns an error.
    fn recorded(self, case: &Case<'_>) -> Result<Vec<(Engine, Vec<OutcomeRecord<'a>>)>, LineError> {
        let engines = [self.chromium, self.firefox, self.webkit];
        let mut observed = Vec::new();
        for (engine, recorded) in Engine::RECORDED.into_iter().zip(engines) {
            let Some(Recorded { fetches, .. }) = recorded else {
                continue;
            };
            let path = format!("observed.{}.fetches", engine.name());
            check_length(&path, case, fetches.len())?;
            observed.push((engine, fetches));
        }
        if observed.is_empty() {
            let names = Engine::RECORDED.map(Engine::name).join("`, `");
            let reason = format!("no engine has a recording: add one of `{names}`");
            return Err(LineError::new("observed", reason));
        }
        Ok(observed)
    }
}

type Observed<'a> = (Engine, Vec<OutcomeRecord<'a>>);

/// Whether all recordings are equal.
fn engines_agree(observed: &[Observed<'_>]) -> bool {
    let mut pairs = observed.iter().zip(observed.iter().skip(1));
    pairs.all(|((_, a), (_, b))| compare::records(a, b).is_empty())
}

/// Compares the outcomes of the fetches with the known outcomes.
fn compared(
    records: &[OutcomeRecord<'_>],
    expect: Option<Vec<Expectation>>,
    observed: &[Observed<'_>],
    engines_agree: bool,
) -> Checked {
    let observed = observed.iter();
    Checked {
        expected: expect.map(|expect| compare::with_expectations(records, &expect)),
        observed: observed
            .map(|(engine, recorded)| (*engine, compare::records(records, recorded)))
            .collect(),
        engines_agree,
    }
}

/// Refuses a list with more or fewer entries than the case has fetches. With a shorter list, some fetches would not be
/// compared.
fn check_length(path: &str, case: &Case<'_>, entries: usize) -> Result<(), LineError> {
    let fetches = case.fetches.len();
    if entries == fetches {
        return Ok(());
    }
    let reason = format!(
        "the number of entries is {entries}, and the number of fetches is {fetches}: write one entry for each fetch"
    );
    Err(LineError::new(path, reason))
}

#[derive(Deserialize)]
struct QuestionVector<'a> {
    id: String,
    #[serde(rename = "fn")]
    function: Option<serde::de::IgnoredAny>,
    #[serde(borrow, default, deserialize_with = "present")]
    expect: Option<&'a RawValue>,
}

impl<'a> Vector<'a> {
    /// Parses a vector. A question must have an expected result. A case must have an expected outcome, a recorded
    /// outcome, or both.
    ///
    /// # Errors
    ///
    /// Returns a [`LineError`] that names the member with the error.
    pub fn parse(json: &'a str) -> Result<Self, LineError> {
        if json.len() > MAX_LINE_BYTES {
            return Err(LineError::new("", wording::line_too_long(MAX_LINE_BYTES)));
        }
        if let Ok(OpenObject(QuestionVector {
            id,
            function: Some(_),
            expect,
        })) = serde_json::from_str(json)
        {
            let expect = expect.ok_or_else(|| {
                LineError::new("expect", "this member is missing: add the expected result")
            })?;
            let question = Question::parse(json)?;
            return Ok(Self {
                id: Cow::Owned(id),
                body: Body::Question(question, expect),
            });
        }
        let text: VectorText<'a> = from_json(json)
            .map_err(|error| nearest_kind(json, error, declared_names::<VectorText<'_>>()))?;
        if text.expect.is_none() && text.observed.is_none() {
            let reason = "a vector needs a known outcome: add `expect` or `observed`";
            return Err(LineError::new("", reason));
        }
        let case = Case::from_text(text.case, &mut Recent::default())
            .map_err(|error| error.within("case"))?;
        if let Some(expect) = &text.expect {
            check_length("expect.fetches", &case, expect.fetches.len())?;
            if expect.fetches.iter().all(Expectation::asserts_nothing) {
                let reason = "these expectations assert nothing, so every outcome meets them: add a member such as `result` or `request_count`";
                return Err(LineError::new("expect.fetches", reason));
            }
        }
        let observed = text.observed.map(|observed| observed.recorded(&case));
        let expect = text.expect.map(|expect| expect.fetches);
        let id = case.id.clone();
        Ok(Self {
            id,
            body: Body::Case {
                case,
                expect,
                observed: observed.transpose()?.unwrap_or_default(),
            },
        })
    }

    /// Returns the id of the vector.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the case of the vector. `None` for a question.
    pub(super) const fn case(&self) -> Option<&Case<'a>> {
        match &self.body {
            Body::Question(..) => None,
            Body::Case { case, .. } => Some(case),
        }
    }

    /// Judges the case or answers the question, and compares the outcome with the known outcomes.
    ///
    /// # Errors
    ///
    /// Returns a [`LineError`] if the vector is a question with a missing or wrong argument. The error names this
    /// argument.
    pub fn check(self) -> Result<Checked, LineError> {
        match self.body {
            Body::Question(question, expect) => {
                let answer = question.answer()?;
                let expected = question_difference::with_result(&answer.result, expect)?;
                Ok(Checked {
                    expected: Some(expected),
                    observed: Vec::new(),
                    engines_agree: true,
                })
            }
            Body::Case {
                case,
                expect,
                observed,
            } => {
                let outcome = case.judge();
                let records: Vec<_> = outcome.fetches.iter().map(OutcomeRecord::from).collect();
                let engines_agree = engines_agree(&observed);
                Ok(compared(&records, expect, &observed, engines_agree))
            }
        }
    }

    /// Judges the case as `engine` does, and compares the outcome with the recording of the engine. A vector without
    /// this recording has no differences. The outcome is not compared with the expectations of the vector, because the
    /// expectations follow the standard. Exception: if `engine` is [`Engine::Spec`], this method does the same as
    /// [`check`](Self::check).
    ///
    /// # Errors
    ///
    /// Returns an error only if `engine` is [`Engine::Spec`]: the error of [`check`](Self::check).
    ///
    /// ```
    /// use fetch_cors::{cases::Vector, engine::Engine};
    /// let json = r#"{"id":"a","fn":"method","value":"GET","expect":false}"#;
    /// let checked = Vector::parse(json)?.check_in(Engine::Webkit)?;
    /// assert!(checked.expected.is_none() && checked.observed.is_empty());
    /// # Ok::<(), fetch_cors::cases::LineError>(())
    /// ```
    pub fn check_in(self, engine: Engine) -> Result<Checked, LineError> {
        self.check_with(engine, engine.quirks())
    }

    /// Compares as [`check_in`](Self::check_in) does, but judges the case as if `engine` had exactly the given quirks.
    /// If `engine` is [`Engine::Spec`], the quirks are ignored.
    ///
    /// # Errors
    ///
    /// Returns an error only if `engine` is [`Engine::Spec`]: the error of [`check`](Self::check).
    ///
    /// ```
    /// use fetch_cors::{cases::Vector, engine::{Engine, QuirkSet}};
    /// let json = r#"{"id":"a","fn":"method","value":"GET","expect":false}"#;
    /// assert!(Vector::parse(json)?.check_with(Engine::Webkit, QuirkSet::EMPTY)?.observed.is_empty());
    /// # Ok::<(), fetch_cors::cases::LineError>(())
    /// ```
    pub fn check_with(self, engine: Engine, quirks: QuirkSet) -> Result<Checked, LineError> {
        if engine == Engine::Spec {
            return self.check();
        }
        let mut differences = Vec::new();
        if let Body::Case { case, observed, .. } = self.body
            && let Some((_, recorded)) = observed.iter().find(|(other, _)| *other == engine)
        {
            let outcomes = case.outcomes_with(engine, quirks);
            let records: Vec<_> = outcomes.iter().map(OutcomeRecord::from).collect();
            differences.push((engine, compare::records(&records, recorded)));
        }
        Ok(Checked {
            expected: None,
            observed: differences,
            engines_agree: true,
        })
    }

    /// Compares the outcome of another implementation with the known outcomes.
    ///
    /// An outcome can lack `credentials`, `because`, `timing_allowed`, `failure`, `step` and `value`. Absent members
    /// are not compared.
    ///
    /// # Errors
    ///
    /// Returns a [`LineError`] with the path of the member that does not fit the vector.
    pub fn compare(self, outcome: GivenOutcome<'a>) -> Result<Comparison, LineError> {
        match self.body {
            Body::Question(_, expect) => outcome.compare_question(expect),
            Body::Case {
                case,
                mut expect,
                mut observed,
            } => {
                let fetches = outcome.into_fetches()?;
                check_length("fetches", &case, fetches.len())?;
                let engines_agree = engines_agree(&observed);
                let expectations = expect.as_deref_mut().unwrap_or_default();
                let recorded = observed.iter_mut().map(|(_, recorded)| recorded);
                let left_out = fetches.leave_out(expectations, recorded);
                let mut expectations = expectations.iter();
                let has_assertions =
                    !observed.is_empty() || !expectations.all(Expectation::asserts_nothing);
                let checked = compared(&fetches.into_records(), expect, &observed, engines_agree);
                Ok(Comparison {
                    checked,
                    left_out,
                    has_assertions,
                })
            }
        }
    }

    /// Parses a vector, with or without a known outcome, and returns its case.
    pub(super) fn parse_case(json: &'a str) -> Result<CaseText<'a>, LineError> {
        from_json(json).map(|vector: VectorText<'a>| vector.case)
    }
}
