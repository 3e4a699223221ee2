//! `check --examples`: the most frequent failures of the cases, each with an explained example.

use std::{collections::BTreeMap, fmt};

use fetch_cors::{
    Failure, FetchError,
    cases::{Answer, answer},
    outcome::{Outcome, SentRequest},
};

use crate::{
    input::{Content, Line},
    output::counted,
};

/// The maximum number of failures that are printed.
const SHOWN_FAILURES: usize = 5;

/// The maximum length of a printed value. Longer values are cut off.
const MAX_VALUE_BYTES: usize = 100;

/// The failed fetches of the cases so far.
#[derive(Debug, Default)]
pub(crate) struct Refusals {
    failures: BTreeMap<Failure, Refusal>,
}

/// A failed fetch.
#[derive(Debug)]
pub(crate) struct Refused {
    case_id: String,
    error: FetchError,
    /// The last request that the browser sent. `None` if the browser sent no request.
    last_request: Option<SentRequest>,
}

/// Returns the failed fetches of the case in `line`. A question has no fetches.
pub(crate) fn refused_fetches(line: &Line<'_>) -> Vec<Refused> {
    let Content::Bytes(bytes) = line.content else {
        return Vec::new();
    };
    let Answer::Outcome(outcome) = answer(bytes, line.number) else {
        return Vec::new();
    };
    let id = &outcome.id;
    let refused = |Outcome { requests, result }: Outcome| {
        Some(Refused {
            case_id: id.clone().into_owned(),
            error: result.err()?,
            last_request: requests.into_iter().next_back(),
        })
    };
    outcome.fetches.into_iter().filter_map(refused).collect()
}

/// The fetches with the same failure: the number of fetches, and the first fetch.
#[derive(Debug)]
struct Refusal {
    fetches: u64,
    first: Refused,
}

impl Refusals {
    pub(crate) fn add(&mut self, refused: Vec<Refused>) {
        for first in refused {
            let failure = self.failures.entry(first.error.failure());
            let refusal = failure.or_insert_with(|| Refusal { fetches: 0, first });
            refusal.fetches += 1;
        }
    }
}

/// Writes a heading, and a block for each failure.
impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut refusals: Vec<&Refusal> = self.failures.values().collect();
        // The sort is stable, so failures with the same frequency keep the order of the variants of `Failure`.
        refusals.sort_by_key(|refusal| std::cmp::Reverse(refusal.fetches));
        if refusals.is_empty() {
            return f.write_str("no fetch fails");
        }
        if refusals.len() > SHOWN_FAILURES {
            write!(
                f,
                "the {SHOWN_FAILURES} most frequent of {} failures, each with its first case",
                refusals.len()
            )?;
        } else {
            f.write_str("the failures, each with its first case")?;
        }
        let mut shown = refusals.into_iter().take(SHOWN_FAILURES);
        shown.try_for_each(|refusal| write!(f, "\n\n{refusal}"))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            fetches,
            first:
                Refused {
                    case_id,
                    error,
                    last_request,
                },
        } = self;
        let failure = error.failure();
        writeln!(f, "{failure}: {}", counted(*fetches, "fetch", "fetches"))?;
        write!(f, "  {}", failure.message())?;
        if let Some(value) = error.value() {
            write!(f, ": {}", quoted(value))?;
        }
        write!(f, "\n  case  {}: ", case_id.escape_debug())?;
        match last_request {
            Some(request) => write_request(f, request)?,
            None => f.write_str("no request is sent")?,
        }
        write!(f, "\n  step  {}, {}", error.step(), error.anchor())
    }
}

fn write_request(f: &mut fmt::Formatter<'_>, request: &SentRequest) -> fmt::Result {
    let SentRequest { method, url, .. } = request;
    write!(f, "{method} {}", url.escape_debug())?;
    match request.header_list.get("origin") {
        Some(origin) => write!(f, " from {}", origin.escape_ascii()),
        None => Ok(()),
    }
}

fn quoted(value: &[u8]) -> String {
    match value.get(..MAX_VALUE_BYTES) {
        Some(start) if value.len() > MAX_VALUE_BYTES => format!("`{}…`", start.escape_ascii()),
        _ => format!("`{}`", value.escape_ascii()),
    }
}
