//! A case, with the members of its line in the case format.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The name and the value of a header line, with one code point for each byte.
pub type Header = (String, String);

/// A case: fetches of pages, and the answers of servers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub id: String,
    pub fetches: Vec<Fetch>,
    pub server: Vec<Resource>,
}

/// A call of `fetch()` or `XMLHttpRequest`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fetch {
    #[serde(default, skip_serializing_if = "is_zero")]
    pub at: f64,
    pub origin: String,
    pub url: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub body: Value,
    /// The members that only the page reads.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

/// A URL and the answers of its server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preflight: Option<Answers>,
    pub response: Answers,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answers {
    One(Answer),
    /// The answers, in order. All further requests get the last answer.
    Many(Vec<Answer>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    Response {
        status: u16,
        #[serde(default)]
        headers: Vec<Header>,
    },
    /// The connection is closed without a response.
    Error { error: String },
}

fn is_zero(seconds: &f64) -> bool {
    *seconds == 0.0
}

impl Case {
    /// Whether an answer has the status of a redirect.
    pub fn has_redirect(&self) -> bool {
        let resources = self.server.iter();
        let mut answers = resources.flat_map(|resource| resource.response.iter());
        answers.any(|answer| {
            matches!(
                answer,
                Answer::Response {
                    status: 300..400,
                    ..
                }
            )
        })
    }

    /// Returns the time from the beginning of the case to the last fetch, in seconds.
    pub fn duration(&self) -> f64 {
        self.fetches.last().map_or(0.0, |fetch| fetch.at)
    }
}

impl Answers {
    /// Returns the answer to the request with this number. The first request has the number 0.
    pub fn get(&self, number: usize) -> Option<&Answer> {
        match self {
            Self::One(answer) => Some(answer),
            Self::Many(answers) => answers.get(number).or(answers.last()),
        }
    }

    /// Iterates over all answers.
    pub fn iter(&self) -> impl Iterator<Item = &Answer> {
        match self {
            Self::One(answer) => std::slice::from_ref(answer).iter(),
            Self::Many(answers) => answers.iter(),
        }
    }

    /// Iterates over mutable references to all answers.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Answer> {
        match self {
            Self::One(answer) => std::slice::from_mut(answer).iter_mut(),
            Self::Many(answers) => answers.iter_mut(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_of_the_case_format_is_kept() {
        for line in include_str!("../../vectors/browsers.ndjson").lines() {
            let vector: Value = serde_json::from_str(line).unwrap();
            let case: Case = serde_json::from_value(vector["case"].clone()).unwrap();
            let again = serde_json::to_string(&case).unwrap();
            let expected = vector["case"].to_string();
            let parse = |line: &str| fetch_cors::cases::Case::parse(line).unwrap().to_string();
            assert_eq!(parse(&again), parse(&expected));
        }
    }

    #[test]
    fn last_answer_repeats() {
        let answers: Answers =
            serde_json::from_str(r#"[{"status":200},{"error":"network"}]"#).unwrap();
        assert!(matches!(
            answers.get(0),
            Some(Answer::Response { status: 200, .. })
        ));
        assert!(matches!(answers.get(7), Some(Answer::Error { .. })));
    }
}
