//! Explanations of calls for which the browser sends no request.

use alloc::{string::String, vec::Vec};

use super::{
    Asked, Explanation, Fix, Verdict, advice::joined, page_failures::PageFailure, preflight_need,
    run_refusals::refusals_of_page, verdict::blocked,
};

/// Returns the explanation of a fetch that this crate does not judge.
pub(super) fn of_not_judged(asked: Asked) -> Explanation {
    let headline = "undecided: this program does not judge `data:` and `blob:` URLs; browsers fetch them without CORS headers";
    let no_fix = Fix::Answers {
        safer: None,
        page: Vec::new(),
        answers: Vec::new(),
    };
    Explanation {
        preflight: Vec::from([preflight_need::NO_REQUEST.into()]),
        ..Explanation::new(asked, Verdict::Undecided, headline.into(), no_fix)
    }
}

/// Returns the explanation of a call that throws before the browser sends a request.
pub(super) fn of_thrown(asked: Asked, failures: &[PageFailure]) -> Explanation {
    Explanation {
        preflight: Vec::from([String::from("the call throws before a request is sent")]),
        ..of_page_failures(asked, failures)
    }
}

/// Returns the explanation of a fetch that fails before the browser sends a request.
pub(super) fn of_page_failures(asked: Asked, failures: &[PageFailure]) -> Explanation {
    let refusals = refusals_of_page(failures, &asked.origin);
    let headline = refusals.first().map(blocked).unwrap_or_default();
    let mut advice: Vec<String> = Vec::new();
    for correction in failures.iter().map(|failure| failure.advice(&asked.origin)) {
        if !advice.contains(&correction) {
            advice.push(correction);
        }
    }
    let fix = Fix::Page {
        advice: joined(&advice, "; "),
    };
    Explanation {
        preflight: Vec::from([preflight_need::NO_REQUEST.into()]),
        refusals,
        ..Explanation::new(asked, Verdict::Blocked, headline, fix)
    }
}
