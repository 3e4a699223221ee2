//! A different fix of the same fetch: a safer fix, or a fix without a change of the page.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

#[cfg(feature = "cases")]
use super::json;
use super::{
    ChangedHeader, ChangedStatus, Edit, Explanation, PageChange, changed::changed_answers,
    repair::Run, shown::shown, words::Part,
};
use crate::infrastructure::url::without_fragment_and_userinfo;

/// A different fix of the same fetch. The fetch succeeds with all changes of this fix, without the changes of the
/// [fix](super::Fix). Each change is necessary.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent};
/// use fetch_cors::{api::ApiCall, explain::{AlternativeKind, explain}};
///
/// let page = Origin::parse("https://app.example")?;
/// let mut init = RequestInit::new("https://api.example/notes".parse()?);
/// init.method = "PUT".into();
/// let explanation = explain(&UserAgent::new(), &page, &ApiCall::Fetch(init), Duration::ZERO, |request| {
///     let headers = [
///         ("Access-Control-Allow-Origin", "*"),
///         ("Access-Control-Allow-Methods", "PUT"),
///         ("Location", "/notes/"),
///     ];
///     let headers = HeaderList::from_pairs(headers).ok()?;
///     let status = if request.is_preflight() && request.url.path() == "/notes" { 308 } else { 200 };
///     Some(Ok(Response::new(http::StatusCode::from_u16(status).ok()?, headers)))
/// });
/// // The fix changes the URL of the page. The alternative changes the status of the preflight response.
/// let alternative = &explanation.alternatives[0];
/// assert_eq!(alternative.kind, AlternativeKind::WithoutNewUrl);
/// assert_eq!(alternative.answers[0].status.unwrap().after, 204);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cases", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AlternativeFix {
    /// The reason for the different fix.
    pub kind: AlternativeKind,
    /// The changes of the page. The answers in `answers` are for the page with these changes.
    #[cfg_attr(feature = "cases", serde(skip_serializing_if = "Vec::is_empty"))]
    pub page: Vec<PageChange>,
    /// The answers that change.
    pub answers: Vec<AlternativeAnswer>,
}

/// The reason for an [`AlternativeFix`].
///
/// ```
/// use fetch_cors::explain::AlternativeKind;
/// assert_ne!(AlternativeKind::WithoutRedirect, AlternativeKind::WithoutNewUrl);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "cases",
    derive(serde::Serialize),
    serde(rename_all = "kebab-case")
)]
// Not exhaustive: a later version can know more fixes.
#[non_exhaustive]
pub enum AlternativeKind {
    /// The fix allows the origin `null`, because the request is redirected to another origin. In the safer alternative,
    /// the page fetches the last URL, and the server at this URL allows the origin of the page.
    WithoutRedirect,
    /// The fix changes the URL that the page fetches, because the preflight is redirected to this URL. In the alternative,
    /// the page fetches the same URL as before, and the server does not redirect the preflight.
    WithoutNewUrl,
}

/// An answer that changes in an [`AlternativeFix`].
///
/// ```
/// use fetch_cors::explain::Explanation;
/// fn urls(explanation: &Explanation) -> impl Iterator<Item = &str> {
///     explanation.alternatives.iter().flat_map(|other| &other.answers).map(|answer| &*answer.url)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cases", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AlternativeAnswer {
    /// The method of the request.
    #[cfg_attr(feature = "cases", serde(serialize_with = "json::text"))]
    pub method: String,
    /// The URL of the request.
    #[cfg_attr(feature = "cases", serde(serialize_with = "json::text"))]
    pub url: String,
    /// Whether the request is a preflight.
    pub is_preflight: bool,
    /// The status, if it changes.
    pub status: Option<ChangedStatus>,
    /// The headers that change, in the order of the edits.
    pub headers: Vec<ChangedHeader>,
    /// The edits that turn the old answer into the new answer, in order.
    #[cfg_attr(feature = "cases", serde(skip))]
    pub edits: Vec<Edit>,
}

impl Explanation {
    /// Returns the alternative of this kind that has changed answers.
    pub(super) fn alternative(&self, kind: AlternativeKind) -> Option<&AlternativeFix> {
        let mut alternatives = self.alternatives.iter();
        alternatives.find(|other| other.kind == kind && !other.answers.is_empty())
    }
}

impl AlternativeKind {
    /// Returns the words before the name of a changed answer. `is_first` is true for the first changed answer.
    pub(super) const fn heading(self, is_first: bool) -> &'static str {
        match self {
            _ if !is_first => "And in",
            Self::WithoutRedirect => "Then needed in",
            Self::WithoutNewUrl => "Or, in the server, in",
        }
    }

    /// Returns the sentence below the changed answers.
    pub(super) const fn proof(self) -> &'static str {
        match self {
            Self::WithoutRedirect => {
                "If the page fetches this URL, the fetch succeeds with these lines."
            }
            Self::WithoutNewUrl => {
                "With these changes of the server, the fetch succeeds with the old URL, if the server redirects neither the preflight nor the request."
            }
        }
    }
}

impl AlternativeAnswer {
    /// Returns `start` with the name of the answer, such as `Or, in the server, in the preflight response`.
    pub(super) fn heading(&self, start: &str) -> String {
        let part = if self.is_preflight {
            Part::Preflight
        } else {
            Part::Response
        };
        format!("{start} {}", part.name())
    }
}

/// Returns the fix that changes the answers of a run. `None` if the run fails. Also `None` if a URL has several answers,
/// because the method and the URL of a changed answer are then not enough to find this answer.
pub(super) fn alternative(
    kind: AlternativeKind,
    page: Vec<PageChange>,
    run: &Run,
) -> Option<AlternativeFix> {
    let requests = run.exchanges.iter().map(|exchange| &exchange.request);
    let mut seen = BTreeSet::new();
    let mut parts = requests.map(|request| (request.is_preflight(), request.url.as_str()));
    let has_one_answer_each = parts.all(|part| seen.insert(part));
    (run.result.is_ok() && has_one_answer_each).then(|| AlternativeFix {
        kind,
        page,
        answers: answers(run),
    })
}

/// Returns the answers that change in a run.
fn answers(run: &Run) -> Vec<AlternativeAnswer> {
    let changed = changed_answers(&run.exchanges).into_iter();
    let answers = changed.filter_map(|changed| {
        let exchange = run.exchanges.get(changed.exchange)?;
        Some(AlternativeAnswer {
            method: shown(exchange.request.method.to_string()),
            url: shown(without_fragment_and_userinfo(&exchange.request.url)),
            is_preflight: exchange.request.is_preflight(),
            status: changed.status,
            headers: changed.headers,
            edits: changed.edits,
        })
    });
    answers.collect()
}
