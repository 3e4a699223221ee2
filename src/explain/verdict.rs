//! The verdict of a run, and the verdict in one sentence.

use alloc::{format, string::String};

use super::{
    Refusal, Verdict,
    explanation::is_opaque,
    repair::Run,
    shown::{heading_url, shown, shown_briefly},
};
use crate::infrastructure::{response::ResponseType, url::without_fragment_and_userinfo};

pub(super) fn verdict(run: &Run, refusals: &[Refusal]) -> Verdict {
    let first_unknown = run.exchanges.iter().position(|exchange| !exchange.is_known);
    let first_refused = refusals.first().map(|refusal| refusal.exchange);
    match (first_refused, first_unknown) {
        (Some(Some(refused)), Some(unknown)) if unknown < refused => Verdict::Undecided,
        (Some(_), _) => Verdict::Blocked,
        (None, Some(_)) => Verdict::Undecided,
        (None, None) => match &run.result {
            Ok(response) if is_opaque(response) => Verdict::Opaque,
            Ok(_) => Verdict::Readable,
            Err(_) => Verdict::Blocked,
        },
    }
}

/// Returns the verdict in one sentence.
pub(super) fn headline(verdict: Verdict, run: &Run, refusals: &[Refusal]) -> String {
    match (verdict, &run.result) {
        (Verdict::Undecided, _) => {
            let mut unknown = run.exchanges.iter().filter(|exchange| !exchange.is_known);
            match unknown.next() {
                Some(exchange) if exchange.request.is_preflight() => {
                    "undecided: the answer to the preflight is not known".into()
                }
                Some(exchange) => format!(
                    "undecided: the answer to {} {} is not known",
                    shown_briefly(exchange.request.method.as_str()),
                    heading_url(&shown(without_fragment_and_userinfo(&exchange.request.url)))
                ),
                None => "undecided".into(),
            }
        }
        (Verdict::Readable, Ok(response)) => format!(
            "readable: the page can read the response, which has the status {}",
            response.status()
        ),
        (Verdict::Opaque, Ok(response)) => match response.response_type() {
            ResponseType::OpaqueRedirect => {
                "opaque: the page can read nothing, because the redirect mode is `manual`".into()
            }
            _ => "opaque: the page can read nothing, because the mode is `no-cors`".into(),
        },
        _ => refusals.first().map_or_else(String::new, blocked),
    }
}

pub(super) fn blocked(refusal: &Refusal) -> String {
    format!("blocked: {}", refusal.sentence)
}
