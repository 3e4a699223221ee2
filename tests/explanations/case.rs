//! Broken exchanges, in short.

use std::time::Duration;

use fetch_cors::{
    api::{ApiCall, RequestInit},
    browser::{CredentialsMode, HeaderList, Origin, Response, UserAgent},
    explain::{Explanation, Fix, PageChange, explain},
    http::StatusCode,
};

/// A fetch and its answers. Header lines are separated by line breaks.
#[derive(Clone, Copy)]
pub(crate) struct Exchange {
    pub(crate) origin: &'static str,
    pub(crate) url: &'static str,
    pub(crate) method: &'static str,
    pub(crate) headers: &'static str,
    pub(crate) has_credentials: bool,
    /// The status and the headers; `None` if the answer is not known.
    pub(crate) preflight: Option<(u16, &'static str)>,
    pub(crate) response: Option<(u16, &'static str)>,
}

/// A page of `https://app.example` that fetches from `https://api.example`.
pub(crate) const GET: Exchange = Exchange {
    origin: "https://app.example",
    url: "https://api.example/notes",
    method: "GET",
    headers: "",
    has_credentials: false,
    preflight: None,
    response: None,
};

impl Exchange {
    pub(crate) fn explain(&self) -> Explanation {
        let url: fetch_cors::url::Url = self.url.parse().unwrap();
        let mut init = RequestInit::new(url.clone());
        init.method = self.method.into();
        init.headers = lines(self.headers)
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        if self.has_credentials {
            init.credentials = CredentialsMode::Include;
        }
        let page = Origin::parse(self.origin).unwrap();
        explain(
            &UserAgent::new(),
            &page,
            &ApiCall::Fetch(init),
            Duration::ZERO,
            |request| {
                // The answers to requests for other URLs are not known.
                if request.url.as_str() != url.as_str() {
                    return None;
                }
                let answer = if request.is_preflight() {
                    self.preflight
                } else {
                    self.response
                };
                answer.map(|(status, headers)| {
                    let headers = HeaderList::from_pairs(lines(headers)).unwrap();
                    Ok(Response::new(
                        StatusCode::from_u16(status).unwrap(),
                        headers,
                    ))
                })
            },
        )
    }
}

fn lines(headers: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    headers
        .lines()
        .map(|line| line.split_once(": ").unwrap_or((line, "")))
}

/// Returns the changes in the fix, one line each. A change of the page begins with `page`. A change of an answer begins
/// with the position of the answer, and then has the new status or the new header line.
pub(crate) fn changes(explanation: &Explanation) -> Vec<String> {
    let Fix::Answers { page, answers, .. } = &explanation.fix else {
        return Vec::new();
    };
    let page = page.iter().map(|change| match change {
        PageChange::RemoveHeader { name } => format!("page without {name}"),
        PageChange::SetMethod { after, .. } => format!("page {after}"),
        PageChange::SetUrl { after, .. } => format!("page fetches {after}"),
        other => format!("page {other}"),
    });
    let mut lines: Vec<String> = page.collect();
    for answer in answers {
        let position = answer.exchange;
        lines.extend(
            answer
                .status
                .map(|status| format!("{position} {}", status.after)),
        );
        lines.extend(answer.headers.iter().map(|header| match &header.after {
            Some(after) => format!("{position} {}: {after}", header.name),
            None if !header.kept.is_empty() => {
                format!(
                    "{position} only {}: {}",
                    header.name,
                    header.kept.join(", ")
                )
            }
            None => format!("{position} without {}", header.name),
        }));
    }
    lines
}
