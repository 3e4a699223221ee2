//! The answer to a line of any kind: a case, a question or a vector.

use alloc::{format, string::String, sync::Arc};
use core::fmt;

use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::{
    AllOutcomes, Case, CaseOutcome, EngineOutcome, LineError, MAX_LINE_BYTES, Question, Vector,
    line_error::{from_open_json, readable_id},
    nearest_kind::nearest_kind,
    object::{Object, declared_names, present},
    question::QuestionAnswer,
    quick_case,
    recent::Recent,
    vector::VectorText,
};
use crate::{
    engine::Engine,
    infrastructure::site::{NoPublicSuffixes, PublicSuffixes},
    wording,
};

/// The answer to a line.
///
/// ```
/// use fetch_cors::cases::{Answer, answer};
/// assert!(matches!(answer(b"{}", 7), Answer::Malformed { line: Some(7), .. }));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
// Exhaustive: version 2 of the format has these answers.
pub enum Answer<'a> {
    /// The outcome of a case. The line is the case, or a vector that contains the case.
    Outcome(CaseOutcome<'a>),
    /// The outcome of a case in an engine.
    InEngine(EngineOutcome<'a>),
    /// The standard's outcome of a case, and the outcome in each engine.
    InAll(AllOutcomes<'a>),
    /// The answer to a question.
    Question(QuestionAnswer<'a>),
    /// The error of a line that does not fit the format.
    Malformed {
        /// The id of the line, if the id is readable.
        id: Option<String>,
        /// The number of the line, if the id is not readable.
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<u64>,
        /// The error. If the error is in a member, the text begins with the path of the member.
        malformed: String,
    },
}

/// The answer as one line of JSON.
impl fmt::Display for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// Answers a line: a case, a question or a vector. `number` is the number of the line.
///
/// The answer to any other line is [`Answer::Malformed`].
///
/// ```
/// use fetch_cors::cases::answer;
/// assert_eq!(
///     answer(b"\xFF", 3).to_string(),
///     r#"{"id":null,"line":3,"malformed":"byte 1 of the line is not UTF-8: save the file as UTF-8"}"#,
/// );
/// ```
pub fn answer(line: &[u8], number: u64) -> Answer<'_> {
    answer_with(line, number, &(Arc::new(NoPublicSuffixes) as _))
}

/// Answers `line` as [`answer`] does, but uses a list of public suffixes.
///
/// ```
/// use std::sync::Arc;
/// use fetch_cors::{cases::{answer, answer_with}, infrastructure::site::PublicSuffixes};
///
/// #[derive(Debug)]
/// struct British;
/// impl PublicSuffixes for British {
///     fn public_suffix<'domain>(&self, domain: &'domain str) -> Option<&'domain str> {
///         domain.ends_with(".co.uk").then_some("co.uk")
///     }
/// }
/// let line = br#"{
///     "id": "a",
///     "fetches": [{"origin": "https://a.co.uk", "url": "https://b.co.uk/", "mode": "no-cors"}],
///     "server": [{
///         "url": "https://b.co.uk/",
///         "response": {"status": 200, "headers": [["Cross-Origin-Resource-Policy", "same-site"]]}
///     }]
/// }"#;
/// let blocked = |answer: String| answer.contains("blocked-by-cross-origin-resource-policy");
/// assert!(!blocked(answer(line, 1).to_string()));
/// assert!(blocked(answer_with(line, 1, &(Arc::new(British) as _)).to_string()));
/// ```
pub fn answer_with<'a>(
    line: &'a [u8],
    number: u64,
    public_suffixes: &Arc<dyn PublicSuffixes>,
) -> Answer<'a> {
    Answerer::new(Arc::clone(public_suffixes)).answer(line, number)
}

/// Answers lines one after another. This is faster than one call of [`answer_with`] for each line.
///
/// An answer does not depend on earlier lines. Most lines name the same servers and pages as earlier lines, so the
/// answerer stores the URLs and origins that it parsed last.
///
/// ```
/// use std::sync::Arc;
/// use fetch_cors::{cases::{Answerer, answer}, infrastructure::site::NoPublicSuffixes};
///
/// let mut answerer = Answerer::new(Arc::new(NoPublicSuffixes));
/// for (number, line) in (1..).zip([r#"{"id":"a","fn":"method","value":"GET"}"#, "{}"]) {
///     assert_eq!(answerer.answer(line.as_bytes(), number), answer(line.as_bytes(), number));
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Answerer {
    public_suffixes: Arc<dyn PublicSuffixes>,
    recent: Recent,
    judging: Judging,
}

/// The engines for which an answerer computes outcomes.
#[derive(Debug, Clone, Copy)]
enum Judging {
    Spec,
    In(Engine),
    InAll,
}

impl Answerer {
    /// Creates an answerer with a list of public suffixes.
    pub fn new(public_suffixes: Arc<dyn PublicSuffixes>) -> Self {
        Self {
            public_suffixes,
            recent: Recent::default(),
            judging: Judging::Spec,
        }
    }

    /// Returns an answerer that answers each case with an [`Answer::InEngine`]: the outcome in `engine`.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use fetch_cors::{cases::{Answer, Answerer}, engine::Engine, infrastructure::site::NoPublicSuffixes};
    ///
    /// let mut answerer = Answerer::new(Arc::new(NoPublicSuffixes)).judging_in(Engine::Firefox);
    /// let line = br#"{"id":"a","fetches":[{"origin":"http://a","url":"http://a/"}],"server":[]}"#;
    /// assert!(matches!(answerer.answer(line, 1), Answer::InEngine(_)));
    /// ```
    #[must_use]
    pub const fn judging_in(mut self, engine: Engine) -> Self {
        self.judging = match engine {
            Engine::Spec => Judging::Spec,
            engine => Judging::In(engine),
        };
        self
    }

    /// Returns an answerer that answers each case with an [`Answer::InAll`]: the standard's outcome, and the
    /// outcome in each engine.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use fetch_cors::{cases::{Answer, Answerer}, infrastructure::site::NoPublicSuffixes};
    ///
    /// let mut answerer = Answerer::new(Arc::new(NoPublicSuffixes)).judging_in_all();
    /// let line = br#"{"id":"a","fetches":[{"origin":"http://a","url":"http://a/"}],"server":[]}"#;
    /// assert!(matches!(answerer.answer(line, 1), Answer::InAll(_)));
    /// ```
    #[must_use]
    pub const fn judging_in_all(mut self) -> Self {
        self.judging = Judging::InAll;
        self
    }

    /// Answers a line, as [`answer_with`] does. `number` is the number of the line.
    pub fn answer<'a>(&mut self, line: &'a [u8], number: u64) -> Answer<'a> {
        let json = match text(line) {
            Ok(json) => json,
            Err(reason) => return malformed(None, number, &reason),
        };
        self.try_answer(json)
            .unwrap_or_else(|reason| malformed(readable_id(json), number, &reason))
    }

    fn try_answer<'a>(&mut self, json: &'a str) -> Result<Answer<'a>, LineError> {
        let Self {
            public_suffixes,
            recent,
            judging,
        } = self;
        let judge = |case: Case<'a>| {
            let public_suffixes = Arc::clone(public_suffixes);
            match *judging {
                Judging::Spec => Answer::Outcome(case.judge_with(public_suffixes)),
                Judging::In(engine) => Answer::InEngine(case.judge_in(engine, public_suffixes)),
                Judging::InAll => Answer::InAll(case.judge_in_all(public_suffixes)),
            }
        };
        // Most lines are cases, or vectors with recordings. Such a line is parsed once. Any other line is parsed more than
        // once.
        if let Some(case) = quick_case::of_vector(json) {
            let case = Case::from_text(case, recent);
            return Ok(judge(case.map_err(|error| error.within("case"))?));
        }
        if let Ok(Object(case)) = serde_json::from_str(json) {
            return Ok(judge(Case::from_text(case, recent)?));
        }
        match from_open_json(json)? {
            RequestKind { case: Some(_), .. } => {
                let case = Case::from_text(Vector::parse_case(json)?, recent);
                Ok(judge(case.map_err(|error| error.within("case"))?))
            }
            RequestKind {
                function: Some(_), ..
            } => Ok(Answer::Question(Question::parse(json)?.answer()?)),
            _ => match Case::parse(json) {
                Ok(case) => Ok(judge(case)),
                Err(error) => Err(nearest_kind(
                    json,
                    error,
                    declared_names::<VectorText<'_>>(),
                )),
            },
        }
    }
}

/// Returns the text of a line. Refuses a line that is too long or not UTF-8.
pub(super) fn text(line: &[u8]) -> Result<&str, LineError> {
    if line.len() > MAX_LINE_BYTES {
        return Err(LineError::new("", wording::line_too_long(MAX_LINE_BYTES)));
    }
    core::str::from_utf8(line).map_err(|error| {
        let byte = error.valid_up_to() + 1;
        LineError::new(
            "",
            format!("byte {byte} of the line is not UTF-8: save the file as UTF-8"),
        )
    })
}

/// The member `case` of a vector, and the member `fn` of a question. A case has neither member.
#[derive(Deserialize)]
#[serde(expecting = "an object, which is a case, a question or a vector")]
struct RequestKind {
    #[serde(default, deserialize_with = "present")]
    case: Option<IgnoredAny>,
    #[serde(rename = "fn", default, deserialize_with = "present")]
    function: Option<IgnoredAny>,
}

/// Returns the case of a line. The line is a case or a vector.
pub(super) fn case_of(json: &str) -> Result<Case<'_>, LineError> {
    match from_open_json(json)? {
        RequestKind { case: Some(_), .. } => {
            let case = Case::from_text(Vector::parse_case(json)?, &mut Recent::default());
            case.map_err(|error| error.within("case"))
        }
        RequestKind {
            function: Some(_), ..
        } => Err(LineError::new(
            "",
            "a question has no fetch to explain: write a case, or answer the question with `fetch-cors run` without `--explain`",
        )),
        _ => Case::parse(json),
    }
}

pub(super) fn malformed(id: Option<String>, number: u64, reason: &LineError) -> Answer<'static> {
    let line = id.is_none().then_some(number);
    Answer::Malformed {
        id,
        line,
        malformed: format!("{reason}"),
    }
}
