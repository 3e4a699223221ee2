//! Describes the reason why a check could not judge a server.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use http::Method;

use super::{Coverage, counted, hint, login_question};
use crate::{
    conformance::harness::config::is_safe, explain::login_url::leads_to_login, infrastructure::url,
    wording,
};

/// The minimum number of responses to allowed origins for a statement about most of them.
const MIN_ALLOWED_RESPONSES: usize = 8;

impl Coverage {
    /// Returns the reason why the check could not judge the server, or `None` if there is no reason. There are two
    /// possible reasons: all requests failed, or there are responses from the URL of the check, but no response to a page of
    /// an allowed origin has a status from 200 to 299 (see [`has_success`](Self::has_success)).
    pub(in crate::conformance::harness) fn unjudged(&self) -> Option<String> {
        let url = &self.url;
        let [network, timeout] = self.errors;
        if self.responses == 0 && network + timeout > 0 {
            let reason = if network >= timeout {
                "the connection fails"
            } else {
                wording::no_answer_in_time!()
            };
            return Some(format!(
                "no request to {url} gets a response, because {reason}: is the server running?"
            ));
        }
        if self.has_success() || self.counted_statuses().is_empty() {
            return None;
        }
        let (seen, question) = (self.seen(), self.question());
        let to_pages = if self.fails_only_for_pages() {
            " to a page of an allowed origin"
        } else {
            ""
        };
        Some(format!(
            "no response from {url}{to_pages} has a status from 200 to 299{seen}: {question}"
        ))
    }

    /// Returns a text if the server refuses most requests of allowed origins with one status, so that the check judges only a small
    /// part of its answers. Returns `None` if the server refuses all of them, because the check then has not judged the server.
    pub(in crate::conformance::harness) fn mostly_refused(&self) -> Option<String> {
        let counts = &self.statuses_of_allowed;
        let refused = counts
            .iter()
            .filter(|(status, _)| (300..600).contains(*status));
        let (status, count) = refused.max_by_key(|(_, count)| **count)?;
        let all: usize = counts.values().sum();
        (self.has_success() && count * 3 >= all * 2 && all > MIN_ALLOWED_RESPONSES).then(|| {
            let hint = hint(self.interface, *status).unwrap_or_default();
            let question = if hint.is_empty() {
                String::new()
            } else {
                format!(": {hint}")
            };
            format!(
                "{count} of {all} responses to requests of allowed origins have the status {status}, so this check judges only a small part of the answers{question}"
            )
        })
    }

    /// Returns the most frequent status at the URL of the check, and the number of responses with this status.
    fn most_frequent(&self) -> Option<(u16, usize)> {
        let counts = self.counted_statuses().iter();
        let most_frequent = counts.max_by_key(|(_, count)| **count);
        most_frequent.map(|(status, count)| (*status, *count))
    }

    pub(super) fn seen(&self) -> String {
        self.most_frequent()
            .map_or_else(String::new, |(status, count)| {
                let total = self.counted_statuses().values().sum();
                format!(
                    " (the status is {status} in {count} of {})",
                    counted(total, "response")
                )
            })
    }

    /// Returns a question about the most frequent status, with advice for the user.
    pub(super) fn question(&self) -> String {
        let status = self.most_frequent().map(|(status, _)| status);
        let question = match status {
            Some(405 | 501) => return self.question_about_methods(),
            Some(304) => {
                "does a cache in front of the server answer? Send the requests to the server itself, without `If-None-Match` and `If-Modified-Since`"
            }
            Some(300..=399) => return self.question_about_redirects(),
            _ => "use a URL that the server answers with a status from 200 to 299",
        };
        let hint = status.and_then(|status| hint(self.interface, status));
        hint.unwrap_or_else(|| question.to_string())
    }

    /// Returns the question about redirects. If the target of the redirect is on another host or looks like a login
    /// page, the text does not ask the user to test the target.
    fn question_about_redirects(&self) -> String {
        let to = self.location.as_deref();
        let named = to.map_or_else(String::new, |to| format!(" (`{}`)", to.escape_debug()));
        let from = ::url::Url::parse(&self.url).ok();
        let target = from.as_ref().zip(to);
        let target = target.and_then(|(from, to)| Some((from, url::parse(to, from)?)));
        match target {
            Some((from, to)) if leads_to_login(from, &to) => {
                let question = login_question(self.interface);
                format!("the server redirects to a login page{named}: {question}")
            }
            Some((from, to)) if from.host_str() != to.host_str() => format!(
                "does the server redirect every request to another host{named}? \
                 If the URL needs a login, {}; otherwise, test a URL that the server answers itself",
                self.interface.send_login()
            ),
            _ if self
                .counted_statuses()
                .keys()
                .all(|status| (300..400).contains(status)) =>
            {
                format!("test the URL to which the server redirects{named}")
            }
            _ => format!(
                "does the server redirect every request? Test the URL to which it redirects{named}"
            ),
        }
    }

    /// Returns the question about the status 405 or 501: does the URL answer GET, or only other methods?
    fn question_about_methods(&self) -> String {
        const USE_GET: &str = "use a URL that answers GET";
        let mut answered = self.methods.iter().filter_map(|(method, statuses)| {
            let mut statuses = statuses.iter();
            let status = statuses.find(|status| !matches!(status, 405 | 501))?;
            Some((method, status)).filter(|_| !matches!(&**method, "GET" | "HEAD"))
        });
        if let Some((method, status)) = answered.next() {
            return format!(
                "the URL answers {method} with the status {status}, and does not answer GET: \
                 send the requests with the body that the URL needs, or {USE_GET}"
            );
        }
        let others = self.unsent_methods();
        if others.is_empty() {
            return format!("does the URL answer GET? Otherwise, {USE_GET}");
        }
        format!(
            "does the URL answer GET? Otherwise, {USE_GET}, or {}, to send {} to the URL too, each with the body that the URL needs",
            self.interface.unsafe_methods(),
            others.join(", ").escape_debug()
        )
    }

    /// Returns the unsafe methods that the check does not send and that the URL possibly answers. These are the methods
    /// in the first `Allow` of the URL or, without `Allow`, the methods that the policy permits.
    fn unsent_methods(&self) -> Vec<&str> {
        if self.sends_unsafe_methods {
            return Vec::new();
        }
        let mut methods: Vec<&str> = match &self.allow {
            Some(allow) => allow.split(',').map(str::trim).collect(),
            None => self.methods.iter().map(|(method, _)| &**method).collect(),
        };
        methods.retain(|method| {
            Method::from_bytes(method.as_bytes()).is_ok_and(|method| !is_safe(&method))
        });
        methods
    }
}
