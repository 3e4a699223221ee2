//! Parses, prints and judges cases.

use alloc::{borrow::Cow, format, sync::Arc, vec::Vec};
use core::{fmt, time::Duration};

use serde::{Serialize, Serializer};

use super::{
    LineError, Resource,
    case_text::CaseText,
    fetch_call::{FetchCall, fetch_text, timed_fetch_call},
    limits::MAX_WORK_BYTES,
    line_error::from_json,
    outcome::CaseOutcome,
    recent::Recent,
    server::{Server, UrlIndex, resource},
    text::Text,
};
use crate::{
    engine::Engine,
    fetching::{UserAgent, cors_preflight_cache::CorsPreflightCache},
    infrastructure::{
        site::{NoPublicSuffixes, PublicSuffixes},
        url::{is_http_or_https, without_fragment_and_userinfo},
    },
    outcome::Outcome,
};

/// A case: the fetches of one browsing session, in order, and the answers of the servers.
///
/// ```
/// use fetch_cors::cases::Case;
///
/// let line = r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://b/"}],"server":[]}"#;
/// let case = Case::parse(line)?;
/// assert_eq!(case.to_string(), line);
///
/// let outcome = case.judge();
/// assert_eq!(outcome.fetches[0].result.as_ref().unwrap_err().step(), "cors-check/2");
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Case<'a> {
    /// The name of the case.
    pub id: Cow<'a, str>,
    /// The fetches, in order.
    pub fetches: Vec<FetchCall<'a>>,
    /// The answers of the servers. Each URL occurs once.
    pub server: Vec<Resource>,
}

impl<'a> Case<'a> {
    /// Parses a case.
    ///
    /// # Errors
    ///
    /// Returns a [`LineError`] that names the member with the error.
    pub fn parse(json: &'a str) -> Result<Self, LineError> {
        Self::from_text(from_json(json)?, &mut Recent::default())
    }

    /// Runs the fetches as the standard requires, and returns their outcomes. Does not use a list of public suffixes:
    /// the last label of a domain is its public suffix.
    pub fn judge(self) -> CaseOutcome<'a> {
        self.judge_with(Arc::new(NoPublicSuffixes))
    }

    /// Runs the fetches as the standard requires, and returns their outcomes. Uses the given list of public suffixes.
    pub fn judge_with(self, public_suffixes: Arc<dyn PublicSuffixes>) -> CaseOutcome<'a> {
        // A case is one input line, and the length of a line is limited. So the preflight cache does not need a limit.
        let mut user_agent = user_agent_without_evictions(Engine::Spec, public_suffixes);
        let id = self.id.clone();
        CaseOutcome {
            fetches: run_with(&mut user_agent, self),
            id,
        }
    }

    pub(super) fn from_text(text: CaseText<'a>, recent: &mut Recent) -> Result<Self, LineError> {
        if text.fetches.is_empty() {
            return Err(LineError::new("fetches", "the list is empty: add a fetch"));
        }
        let mut fetches = Vec::with_capacity(text.fetches.len());
        let mut earliest = Duration::ZERO;
        for (i, fetch) in text.fetches.into_iter().enumerate() {
            let fetch = timed_fetch_call(fetch, earliest, recent)
                .map_err(|m| m.within(&format!("fetches[{i}]")))?;
            earliest = fetch.at;
            fetches.push(fetch);
        }
        let mut server: Vec<Resource> = Vec::with_capacity(text.server.len());
        let mut index = UrlIndex::with_capacity(text.server.len());
        for (i, given) in text.server.into_iter().enumerate() {
            let first = fetches.first().map(|fetch| fetch.call.url());
            let first = first.filter(|url| is_http_or_https(url));
            let resource =
                resource(given, first, recent).map_err(|m| m.within(&format!("server[{i}]")))?;
            let urls = server.iter().map(|listed| &listed.url);
            let listed = index.find(&resource.url, urls);
            match listed.and_then(|position| server.get(position)) {
                Some(listed) if listed.has_same_answers(&resource) => {}
                Some(_) => {
                    let url = without_fragment_and_userinfo(&resource.url);
                    let reason = format!(
                        "`{}` is listed above with other answers: put all answers of a URL into one entry",
                        url.escape_default()
                    );
                    return Err(LineError::new(format!("server[{i}].url"), reason));
                }
                None => {
                    index.insert(&resource.url, server.len());
                    server.push(resource);
                }
            }
        }
        check_work(fetches.len(), &server)?;
        Ok(Self {
            id: text.id.0,
            fetches,
            server,
        })
    }

    fn to_text(&self) -> CaseText<'_> {
        CaseText {
            id: Text(Cow::Borrowed(&*self.id)),
            fetches: self.fetches.iter().map(fetch_text).collect(),
            server: self.server.iter().map(Resource::to_text).collect(),
        }
    }
}

/// Runs the fetches of a case.
pub(super) fn run_with(user_agent: &mut UserAgent, case: Case<'_>) -> Vec<Outcome> {
    let mut server = Server::new(&case.server);
    let fetches = case.fetches.into_iter().map(|fetch| {
        let request = fetch.call.into_request(fetch.origin);
        Outcome::fetch(user_agent, request, fetch.at, |http_request| {
            server.answer(http_request)
        })
    });
    fetches.collect()
}

/// Creates a user agent with a preflight cache that removes an entry only when the entry expires.
pub(super) fn user_agent_without_evictions(
    engine: Engine,
    public_suffixes: Arc<dyn PublicSuffixes>,
) -> UserAgent {
    let max_age_limit = engine.max_age_limit_seconds();
    UserAgent {
        cors_preflight_cache: CorsPreflightCache::with_limits(max_age_limit, usize::MAX),
        public_suffixes,
        allows_mixed_content: false,
        quirks: engine.quirks(),
    }
}

impl Serialize for Case<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_text().serialize(serializer)
    }
}

/// The case as one line of JSON.
impl fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// Limits the work of a case. Every fetch can receive every answer, so a short line can cause much work.
fn check_work(fetches: usize, server: &[Resource]) -> Result<(), LineError> {
    let answers: usize = server.iter().map(Resource::weight).sum();
    match fetches.checked_mul(answers) {
        Some(work) if work <= MAX_WORK_BYTES => Ok(()),
        _ => {
            let reason = format!(
                "the case is too large, because the number of fetches ({fetches}) times the size of all answers ({answers} bytes) is more than {MAX_WORK_BYTES} bytes: split the case"
            );
            Err(LineError::new("fetches", reason))
        }
    }
}
