//! The difference between two results of a question.

use alloc::{string::String, vec::Vec};

use serde_json::{Value, value::RawValue};

use super::{
    LineError,
    compare::Difference,
    question::{Integer, QuestionResult},
};
use crate::json_error::describe;

/// Returns the difference between `found` and the JSON value `expected`.
pub(super) fn with_result(
    found: &QuestionResult,
    expected: &RawValue,
) -> Result<Vec<Difference>, LineError> {
    let line_error = |error| LineError::new("expect", describe(&error, expected.get()));
    let expected_value: Value = serde_json::from_str(expected.get()).map_err(line_error)?;
    let found_value = serde_json::to_value(found).map_err(line_error)?;
    let same = match found {
        // A `Value` cannot hold a number of more than 64 bits exactly, so this code compares the digits of the numbers.
        QuestionResult::Range(ends) => {
            let digits = serde_json::from_str::<[Option<&RawValue>; 2]>(expected.get());
            digits.is_ok_and(|digits| {
                ends.iter()
                    .map(|end| end.as_ref().map(Integer::digits))
                    .eq(digits.map(|end| end.map(RawValue::get)))
            })
        }
        _ => expected_value == found_value,
    };
    Ok(differences(same, expected_value, found_value))
}

/// Returns the difference between two results of a question.
pub(super) fn with_json(
    found: &RawValue,
    expected: &RawValue,
) -> Result<Vec<Difference>, LineError> {
    let line_error = |error| LineError::new("result", error);
    let expected_value: Value = serde_json::from_str(expected.get()).map_err(line_error)?;
    let found_value: Value = serde_json::from_str(found.get()).map_err(line_error)?;
    // The ends of a range can have more than 64 bits, and a `Value` cannot hold such a number exactly. So the digits of
    // the ends are compared.
    let digits = |range: &'_ RawValue| {
        let ends: [Option<&RawValue>; 2] = serde_json::from_str(range.get()).ok()?;
        let ends = ends.map(|end| end.map(|end| String::from(end.get())));
        let mut numbers = ends.iter().flatten();
        let are_numbers = numbers.all(|end| end.bytes().all(|byte| byte.is_ascii_digit()));
        are_numbers.then_some(ends)
    };
    let same = expected_value == found_value && digits(expected) == digits(found);
    Ok(differences(same, expected_value, found_value))
}

fn differences(are_equal: bool, expected: Value, found: Value) -> Vec<Difference> {
    if are_equal {
        return Vec::new();
    }
    Vec::from([Difference {
        path: String::from("result"),
        expected,
        found,
    }])
}
