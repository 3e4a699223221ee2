//! The comparison of one line with the standard.

use fetch_cors::{
    cases::{Checked, RecordedComparison, Vector},
    engine::Engine,
};

use crate::{
    input::{Content, Line, too_long},
    recognize::{self, Kind},
    refusals::Refused,
    vector_line::{answered_error, function},
};

/// The vector of a line, compared with the standard.
pub(super) struct Judged {
    pub(super) id: Option<String>,
    /// The number of the line.
    pub(super) number: u64,
    /// The function that a question asks about. `None` if the line is not a question.
    pub(super) function: Option<String>,
    /// The differences, or the error of a malformed line.
    pub(super) result: Result<Checked, String>,
    /// The failed fetches of the case. Empty without `--examples`.
    pub(super) refused: Vec<Refused>,
    /// The comparison of recorded and computed outcomes. `None` without `--html`, or if the line is malformed.
    pub(super) compared: Option<RecordedComparison>,
}

/// Compares the recorded and the computed outcomes of a vector. Returns `None` for a malformed line, because the
/// function `judge` of this file reports the error of the line.
pub(super) fn recordings(line: &Line<'_>) -> Option<RecordedComparison> {
    let Content::Bytes(bytes) = line.content else {
        return None;
    };
    RecordedComparison::parse(std::str::from_utf8(bytes).ok()?).ok()
}

pub(super) fn judge(line: &Line<'_>, engine: Engine) -> Judged {
    let Content::Bytes(bytes) = line.content else {
        return Judged {
            id: None,
            number: line.number,
            function: None,
            result: Err(too_long()),
            refused: Vec::new(),
            compared: None,
        };
    };
    let Ok(json) = std::str::from_utf8(bytes) else {
        return malformed(bytes, line.number, None);
    };
    match Vector::parse(json) {
        Ok(vector) => {
            let id = Some(vector.id().to_owned());
            let result = vector
                .check_in(engine)
                .map_err(|malformed| malformed.to_string());
            Judged {
                id,
                number: line.number,
                function: function(json),
                result,
                refused: Vec::new(),
                compared: None,
            }
        }
        Err(reason) => {
            let reason = recognize::explain(reason.to_string(), bytes, &[Kind::Vector]);
            malformed(bytes, line.number, Some(reason))
        }
    }
}

/// Returns the result for a malformed line. If `reason` is `None`, the result has the error that `run` prints for the
/// line.
fn malformed(bytes: &[u8], number: u64, reason: Option<String>) -> Judged {
    let (id, answered) = answered_error(bytes, number);
    Judged {
        id,
        number,
        function: None,
        result: Err(reason.unwrap_or(answered)),
        refused: Vec::new(),
        compared: None,
    }
}
