//! The reason why a record is incomplete.

use fetch_cors::{conformance::Report, wording};

use crate::output::counted;

/// A part that an incomplete record lacks for some of the requests that `probe` printed.
#[derive(Clone, Copy)]
enum Lack {
    Exchange,
    Response,
    /// A response that is not a refusal with the status 429 or 503.
    UsefulResponse,
    /// A response that does not depend on chance or on time.
    StableResponse,
}

impl Lack {
    fn noun(self) -> String {
        match self {
            Self::Exchange => "line in the record".into(),
            Self::Response => "response".into(),
            Self::UsefulResponse => {
                format!("response except a refusal, {}", wording::LIMIT_OR_OUTAGE)
            }
            Self::StableResponse => {
                format!(
                    "response about the policy, because {}",
                    wording::SERVER_IS_UNSTABLE
                )
            }
        }
    }
}

/// Returns the reason why the record is incomplete, or `None` if the record is complete. A record is incomplete in five cases:
/// a request has no line in the record, a request has no response, the server refused a request with the status 429 or 503, the
/// server failed at random, or no response to an allowed page has a status from 200 to 299. `failed` has the ids of the
/// requests without a response.
pub(super) fn incomplete(report: &Report, failed: &[String]) -> Option<String> {
    const MAX_NAMED_IDS: usize = 6;
    let missing = report.unanswered();
    let (ids, lack) = match (missing, failed, report.limited(), report.unstable()) {
        ([], [], [], []) if report.has_success() => return None,
        ([], [], [], []) => {
            let reason = "no response to a page of an allowed origin has a status from 200 to 299: test a URL that the server answers, or accept this with `--allow-unanswered`";
            return Some(reason.into());
        }
        ([], [], [], unstable) => (unstable, Lack::StableResponse),
        ([], [], limited, _) => (limited, Lack::UsefulResponse),
        ([], failed, ..) => (failed, Lack::Response),
        (missing, ..) => (missing, Lack::Exchange),
    };
    let them = if ids.len() == 1 { "it" } else { "them" };
    let advice = match lack {
        Lack::UsefulResponse => wording::SEND_MORE_SLOWLY.into(),
        Lack::StableResponse => wording::FIND_REASON_IN_LOG.into(),
        Lack::Response if report.has_silent_error_url() => format!(
            "{}: correct the error URL (`--error-url`), if it is wrong",
            wording::SILENT_ERROR_URL
        ),
        Lack::Response if report.has_reason_for_missing_responses() => String::from(
            "correct the mistake that the findings name, because it does not help to send them again",
        ),
        Lack::Response => format!("send {them} again"),
        Lack::Exchange => format!(
            "send {them}, record the responses, and give `judge` the options that `probe` had"
        ),
    };
    let named: Vec<String> = ids
        .iter()
        .take(MAX_NAMED_IDS)
        .map(|id| format!("`{}`", id.escape_debug()))
        .collect();
    let rest = if ids.len() > MAX_NAMED_IDS {
        ", …"
    } else {
        ""
    };
    let (requests, named) = (
        counted(
            ids.len(),
            "request that `fetch-cors probe` printed has",
            "requests that `fetch-cors probe` printed have",
        ),
        named.join(", "),
    );
    Some(format!(
        "{requests} no {} ({named}{rest}): {advice}, or accept this with `--allow-unanswered`",
        lack.noun()
    ))
}
