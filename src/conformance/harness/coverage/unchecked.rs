//! Describes the parts of a server that a check did not cover. A description often has the reason, and the way to check
//! the part.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use http::Method;

use super::{Coverage, counted, hint, is_success, login_question};
use crate::{
    conformance::harness::{config::is_safe, probes::attacks::MAX_LISTED_ORIGINS},
    wording,
};

/// The maximum number of request ids in a text about requests without an answer.
const MAX_NAMED_IDS: usize = 6;

/// The minimum number of requests with the status 429 for a statement about their origins. Fewer requests can have similar
/// origins by chance.
const MIN_LIMITED_DENIED: usize = 10;

/// The maximum number of pages in a text about pages without a successful response.
const MAX_NAMED_PAGES: usize = 6;

const HANDLERS: &str = "whether the middleware keeps the `Vary` of your code, and passes OPTIONS requests that are not preflights to your code: to check this, use a test handler";
const HANDLERS_WITHOUT_CORS: &str =
    "whether your code gets OPTIONS requests: this needs a test handler";
const HANDLERS_WITHOUT_PAGE: &str =
    "whether your code gets OPTIONS requests that are not preflights: this needs a test handler";
const PAGES: &str = "everything that the policy allows, because no page of an allowed origin can send a cross-origin request to this URL \
     (every allowed origin is the server's own origin or is not a web origin): list the origins of the pages in the policy, or use a URL of another origin";
const SILENT_ERROR_URL: &str = concat!(wording::silent_error_url!(), ": is the URL right?");
const STALLED: &str =
    "the server does not answer long preflights in time: to check them, correct this mistake first";
const DROPPED_OPTIONS: &str = "every OPTIONS request fails, so allow OPTIONS in the firewall or the proxy in front of the server, and send these requests again";
const REVALIDATIONS: &str = "the CORS headers of responses with the status 304: responses have `ETag` or `Last-Modified`, so browsers also send `If-None-Match` or `If-Modified-Since`, \
     but no response of this check has the status 304: to check them, send the `ETag` in `If-None-Match` (or the date in `If-Modified-Since`), with the `Origin` of a denied page";
const OR_START: &str = ", or start the server if it is not available";
const TIMES: &str = "whether the time to answer a preflight grows faster than the length of the preflight: to check this,";
const ANY_EXPOSED: &str = "the exposed headers, because no readable response has a header that needs to be exposed: \
     to check them, use a URL whose response has such a header";

impl Coverage {
    /// Whether the check knows why requests get no response.
    pub(in crate::conformance::harness) fn has_reason_for_missing_responses(&self) -> bool {
        !self.failed.is_empty()
            && (self.silent_length.is_some() || self.has_stalled_preflights || self.drops_options())
    }

    /// Returns the parts of the server that were not checked, the most important part first.
    pub(in crate::conformance::harness) fn unchecked(&self) -> Vec<String> {
        let mut unchecked = Vec::new();
        if self.has_origins && !self.has_page {
            unchecked.push(PAGES.to_string());
        }
        if self.listed_origins > MAX_LISTED_ORIGINS {
            unchecked.push(format!(
                "{} of {} entries of `origins`: to check them, use a policy that begins its list with these entries",
                self.listed_origins - MAX_LISTED_ORIGINS,
                self.listed_origins
            ));
        }
        for (ids, lack, advice) in [
            (
                &self.unanswered,
                "not sent or not recorded",
                String::from(
                    "to check them, send every request and record its response or its error",
                ),
            ),
            (
                &self.failed,
                "without a response",
                if let Some(length) = self.silent_length {
                    format!(
                        "every request with a header of {length} bytes or more fails: to check these requests, raise the limit for the length of a header, \
                         in the server or in the proxy in front of the server"
                    )
                } else if self.silent_error_url().is_some()
                    && self.failed.len() == self.failed_at_error_url
                {
                    SILENT_ERROR_URL.to_string()
                } else if self.has_stalled_preflights {
                    STALLED.to_string()
                } else if self.drops_options() {
                    DROPPED_OPTIONS.to_string()
                } else {
                    "the connection failed or timed out, so send these requests again".to_string()
                },
            ),
        ] {
            if !ids.is_empty() {
                let rest = if ids.len() > MAX_NAMED_IDS {
                    ", …"
                } else {
                    ""
                };
                let named = ids.get(..MAX_NAMED_IDS).unwrap_or(ids).join(", ");
                let requests = counted(ids.len(), "request");
                unchecked.push(format!("{requests} {lack} ({named}{rest}): {advice}"));
            }
        }
        if self.limits_denied_origins() {
            let refused = self.limited.len();
            let requests = counted(self.responses, "request");
            unchecked.push(format!(
                "{refused} of {requests}, refused with the status 429: only requests of origins that the policy does not allow get this status, \
                 so the server probably refuses these origins, and does not limit the number of requests: refuse them with another status, \
                 such as 403, and run the check again"
            ));
        } else if !self.limited.is_empty() {
            let refused = self.limited.len();
            let requests = counted(self.responses, "request");
            let (statuses, reason, or_start) =
                match (self.has_too_many_requests, self.has_unavailable) {
                    (_, false) => ("429", wording::requests_are_limited!(), ""),
                    (false, true) => ("503", wording::limit_or_outage!(), OR_START),
                    (true, true) => ("429 or 503", wording::limit_or_outage!(), OR_START),
                };
            unchecked.push(format!(
                "{refused} of {requests}, refused with the status {statuses}, {reason}: {}{or_start}",
                self.interface.avoid_limit(),
            ));
        }
        if self.has_left_out {
            let to = self.checked_origins();
            let preflights = if self.has_left_out_preflights {
                "; without them, only the preflights of these requests are checked"
            } else {
                ""
            };
            unchecked.push(format!(
                "responses to POST, PUT, PATCH, DELETE and other methods that can change data, {to} and to the server's own pages: to check them, send these requests too, to a test instance ({}){preflights}",
                self.interface.unsafe_methods(),
            ));
        }
        if self.has_success() {
            unchecked.extend(self.unchecked_pages());
            unchecked.extend(self.unchecked_methods());
        } else {
            unchecked.push(self.unchecked_url());
        }
        if self.denies_origins && self.has_validator && !self.statuses.contains_key(&304) {
            unchecked.push(REVALIDATIONS.to_string());
        }
        unchecked.extend(self.login_answers.unchecked(self.interface));
        let unseen = self.unseen_names.iter().filter(|_| self.has_page);
        let unseen = unseen.map(|name| {
            format!(
                "the exposed header `{name}`, because no response that a page can read has this header: use a URL whose response has it"
            )
        });
        unchecked.extend(unseen);
        if self.is_any_name_unseen && self.has_page {
            unchecked.push(ANY_EXPOSED.to_string());
        }
        if !self.has_handler {
            let handlers = match (self.has_origins, self.has_page) {
                (false, _) => HANDLERS_WITHOUT_CORS,
                (true, false) => HANDLERS_WITHOUT_PAGE,
                (true, true) => HANDLERS,
            };
            unchecked.push(format!("{handlers} {}", self.interface.test_handler()));
        }
        match self.error_status {
            _ if self.error_url.is_none() => {
                let to = self.checked_origins();
                unchecked.push(format!(
                    "the CORS headers of error responses, {to}: to check them, give a URL that the server answers with an error ({})",
                    self.interface.error_url(),
                ));
            }
            Some(status) if status < 400 => unchecked.push(format!(
                "the CORS headers of error responses, because the status at the error URL is {status}, which is not an error: \
                 to check them, use an error URL whose status is 400 or higher"
            )),
            Some(_) => {}
            None if self.silent_error_url().is_some() => unchecked.push(format!(
                "the CORS headers of error responses, because {SILENT_ERROR_URL}"
            )),
            None => unchecked.push(
                "the CORS headers of error responses, because no recorded response is from the error URL"
                    .to_string(),
            ),
        }
        if self.has_page && !self.has_times {
            unchecked.push(format!("{TIMES} {}", self.interface.times()));
        }
        unchecked
    }

    /// Whether only requests of denied origins get the status 429. A limit for the number of requests does not depend on the
    /// origin.
    fn limits_denied_origins(&self) -> bool {
        let is_only_429 = self.has_too_many_requests && !self.has_unavailable;
        is_only_429 && !self.limits_others && self.limited.len() >= MIN_LIMITED_DENIED
    }

    /// Returns, as a part of a message, the kinds of origins from which the check sends requests.
    const fn checked_origins(&self) -> &'static str {
        match (self.has_page, self.denies_origins) {
            (true, true) => "to allowed and to denied origins",
            (true, false) => "to allowed origins",
            (false, _) => "to denied origins",
        }
    }

    /// Whether every OPTIONS request got an error, and no other request got an error.
    const fn drops_options(&self) -> bool {
        self.is_only_options_without_response && self.options_responses == 0 && self.responses > 0
    }

    fn unchecked_url(&self) -> String {
        let (seen, question) = (self.seen(), self.question());
        let methods = self.methods.iter().map(|(method, _)| &**method);
        let methods: Vec<&str> = methods.collect();
        let methods = methods.join(", ").escape_debug().to_string();
        let reason = self.responses_without_success();
        format!(
            "the responses of this URL to the permitted methods ({methods}), because {reason}{seen}: {question}"
        )
    }

    /// Describes the listed pages that never get a status from 200 to 299, although other pages get one.
    fn unchecked_pages(&self) -> Option<String> {
        let pages = self.statuses_by_page.iter().filter(|(_, statuses)| {
            // The status 429 depends on the number of earlier requests, and has a text of its own.
            !statuses
                .keys()
                .any(|status| is_success(*status) || *status == 429)
        });
        let pages: Vec<(&String, &BTreeMap<u16, usize>)> = pages.collect();
        let statuses = pages.iter().flat_map(|(_, statuses)| statuses.keys());
        let statuses: BTreeSet<String> = statuses.map(u16::to_string).collect();
        let statuses: Vec<String> = statuses.into_iter().collect();
        let named = pages.iter().take(MAX_NAMED_PAGES);
        let named: Vec<String> = named.map(|(page, _)| format!("`{page}`")).collect();
        let more = match pages.len().saturating_sub(MAX_NAMED_PAGES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        (!pages.is_empty()).then(|| {
            format!(
                "the responses to pages of {}{more}, because no such response has a status from 200 to 299 (the status is {}), although other allowed pages get one: \
                 let the server answer requests of each listed origin, or use a URL that it answers for each of them",
                named.join(", "),
                statuses.join(" or ")
            )
        })
    }

    fn unchecked_methods(&self) -> Vec<String> {
        let is_left_out = |method: &str| {
            let method = Method::from_bytes(method.as_bytes());
            !self.sends_unsafe_methods && method.is_ok_and(|method| !is_safe(&method))
        };
        let methods = self.methods.iter().filter(|(method, statuses)| {
            self.has_page
                && !is_left_out(method)
                && !statuses.iter().any(|status| is_success(*status))
        });
        // Methods with the same advice have one line.
        let mut lines: Vec<(&str, String, Vec<&str>, Vec<u16>)> = Vec::new();
        for (method, statuses) in methods {
            let first = statuses.first().copied();
            let (without, advice) = if self.methods_with_login.contains(method) {
                let question = login_question(self.interface);
                (" without `Cookie` and `Authorization`", question)
            } else {
                let status = first.filter(|status| !matches!(status, 404 | 410));
                let hint = status.and_then(|status| hint(self.interface, status));
                ("", hint.unwrap_or_default())
            };
            let mut known = lines.iter_mut();
            let line = known.find(|(other, other_advice, _, seen)| {
                *other == without && *other_advice == advice && seen.is_empty() == first.is_none()
            });
            if let Some((.., methods, seen)) = line {
                methods.push(method);
                seen.extend(first.filter(|status| !seen.contains(status)));
            } else {
                let seen = first.into_iter().collect();
                lines.push((without, advice, vec![method], seen));
            }
        }
        let lines = lines.into_iter().map(|(without, advice, methods, seen)| {
            let (noun, these) = match *methods {
                [_] => ("the method", "this method"),
                _ => ("the methods", "these methods"),
            };
            let names = methods.iter().map(|method| format!("`{method}`"));
            let names = names.collect::<Vec<_>>().join(", ");
            let reason = if seen.is_empty() {
                String::from("there is no response to a page of an allowed origin")
            } else {
                let verb = match *seen {
                    [_] => "the first has",
                    _ => "the first have",
                };
                let seen = seen.iter().map(u16::to_string);
                let seen = seen.collect::<Vec<_>>().join(", ");
                format!("no response has a status from 200 to 299 ({verb} {seen})")
            };
            let advice = if advice.is_empty() {
                format!("to check them, use a URL that answers {these}")
            } else {
                advice
            };
            format!("the responses to {noun} {names}{without}, because {reason}: {advice}")
        });
        lines.collect()
    }
}
