//! The explanations of the fetches of a case.

use alloc::{borrow::Cow, format, string::String, sync::Arc, vec::Vec};
use core::fmt;

use ::url::Url;
use serde::Serialize;

use super::{
    Answer, Case,
    answer::{case_of, malformed, text},
    case::user_agent_without_evictions,
    line_error::readable_id,
    server::Server,
};
use crate::{
    engine::Engine,
    explain::{Explanation, NearMiss, NearMissKind, explain},
    infrastructure::site::{NoPublicSuffixes, PublicSuffixes},
    nearest_name::nearest_spelling,
    outcome::Outcome,
};

/// The explanations of the fetches of a case.
///
/// ```
/// use fetch_cors::cases::Case;
///
/// let case = Case::parse(r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://b/"}],"server":[]}"#)?;
/// let explained = case.explain();
/// assert_eq!(explained.fetches[0].headline, "blocked: the response has no `Access-Control-Allow-Origin`");
/// assert!(explained.to_string().starts_with(r#"{"id":"a","fetches":[{"verdict":"blocked","headline":"#));
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseExplanation<'a> {
    /// The id of the case.
    pub id: Cow<'a, str>,
    /// The explanation of each fetch.
    pub fetches: Vec<Explanation>,
}

/// The explanations as one line of JSON.
impl fmt::Display for CaseExplanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// Explains the fetches of a line as `engine` runs them. The line is a case, or a vector with a case. `number` is the
/// number of the line.
///
/// # Errors
///
/// If the line is neither a case nor a vector with a case, returns [`Answer::Malformed`] as the error.
///
/// ```
/// use std::sync::Arc;
/// use fetch_cors::{cases::explain_line, engine::Engine, infrastructure::site::NoPublicSuffixes};
///
/// let error = explain_line(br#"{"id":"a"}"#, 1, Engine::Spec, &(Arc::new(NoPublicSuffixes) as _)).unwrap_err();
/// assert_eq!(error.to_string(), r#"{"id":"a","malformed":"the member `fetches` is missing: add it"}"#);
/// ```
pub fn explain_line<'a>(
    line: &'a [u8],
    number: u64,
    engine: Engine,
    public_suffixes: &Arc<dyn PublicSuffixes>,
) -> Result<CaseExplanation<'a>, Answer<'a>> {
    let json = text(line).map_err(|reason| malformed(None, number, &reason))?;
    match case_of(json) {
        Ok(case) => Ok(case.explain_in(engine, Arc::clone(public_suffixes))),
        Err(reason) => Err(malformed(readable_id(json), number, &reason)),
    }
}

/// A request to a URL without an entry in the case gets the status 404. This is a mistake in the case, and not a
/// mistake of a server. So this function reports the missing entry in place of the mistakes of the server. `urls` has
/// the URLs of all entries.
fn name_missing_entries(explanation: &mut Explanation, server: &Server<'_>, urls: &[&str]) {
    let exchanges = &explanation.exchanges;
    for refusal in &mut explanation.refusals {
        let exchange = refusal
            .exchange
            .and_then(|position| exchanges.get(position));
        let Some(url) = exchange.map(|exchange| &*exchange.url) else {
            continue;
        };
        if Url::parse(url).is_ok_and(|url| !server.has_entry(&url)) {
            for miss in &mut refusal.near_misses {
                let kind = miss.kind;
                if let NearMissKind::ErrorWithoutHeaders | NearMissKind::NoRouteForOptions = kind {
                    *miss = missing_entry(url, urls);
                }
            }
        }
    }
}

fn missing_entry(url: &str, urls: &[&str]) -> NearMiss {
    let nearest = nearest_spelling(url, urls)
        .map_or_else(String::new, |nearest| format!(" (nearest: `{nearest}`)"));
    let sentence = format!(
        "`server` of the case has no entry for `{url}`{nearest}, so the answer is 404: correct the URL, or add an entry"
    );
    NearMiss::new(NearMissKind::UrlWithoutEntry, sentence)
}

impl<'a> Case<'a> {
    /// Runs the fetches, and explains each fetch. Does not use a list of public suffixes: the last label of a domain is
    /// its public suffix.
    pub fn explain(self) -> CaseExplanation<'a> {
        self.explain_in(Engine::Spec, Arc::new(NoPublicSuffixes))
    }

    /// Explains the fetches as `engine` runs them. Uses the given list of public suffixes.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use fetch_cors::{cases::Case, engine::Engine, explain::Verdict, infrastructure::site::NoPublicSuffixes};
    ///
    /// let case = Case::parse(r#"{"id":"a",
    ///     "fetches":[{"origin":"http://a","url":"http://b/","headers":[["Authorization","x"]]}],
    ///     "server":[{"url":"http://b/","response":{"status":200,"headers":[
    ///         ["Access-Control-Allow-Origin","*"],["Access-Control-Allow-Headers","*"]]}}]}"#)?;
    /// let explained = case.explain_in(Engine::Firefox, Arc::new(NoPublicSuffixes));
    /// assert_eq!(explained.fetches[0].verdict, Verdict::Readable);
    /// # Ok::<(), fetch_cors::cases::LineError>(())
    /// ```
    pub fn explain_in(
        self,
        engine: Engine,
        public_suffixes: Arc<dyn PublicSuffixes>,
    ) -> CaseExplanation<'a> {
        let mut user_agent = user_agent_without_evictions(engine, public_suffixes);
        let mut server = Server::new(&self.server);
        let urls: Vec<&str> = self.server.iter().map(|entry| entry.url.as_str()).collect();
        let fetches = self.fetches.into_iter().map(|fetch| {
            let mut answers = server.clone();
            let mut explanation = explain(
                &user_agent,
                &fetch.origin,
                &fetch.call,
                fetch.at,
                |http_request| Some(answers.answer(http_request)),
            );
            name_missing_entries(&mut explanation, &server, &urls);
            // `explain` uses copies of the browser and of the servers. So the fetch also runs with the browser and the
            // servers themselves. The next fetch then has the right preflight cache and the right answers.
            let request = fetch.call.into_request(fetch.origin);
            Outcome::fetch(&mut user_agent, request, fetch.at, |http_request| {
                server.answer(http_request)
            });
            explanation
        });
        CaseExplanation {
            fetches: fetches.collect(),
            id: self.id,
        }
    }
}
