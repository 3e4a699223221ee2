//! The changes that a fetch needs in addition to the changes of another explanation of this fetch.

use alloc::vec::Vec;

use super::{ChangedAnswer, ChangedHeader, Explanation, Fix};

impl Explanation {
    /// Returns the changes of the fix that the fix of `other` lacks. Both explanations are for the same fetch, under
    /// different assumptions. The result is empty if both fixes have the same changes.
    ///
    /// `None` if the fix of `other` has a change that this fix does not have, or if a fix is not a list of changes.
    ///
    /// ```
    /// use core::time::Duration;
    /// use fetch_cors::browser::{CredentialsMode, HeaderList, Origin, RequestInit, Response, UserAgent};
    /// use fetch_cors::{api::ApiCall, explain::explain};
    ///
    /// let page = Origin::parse("https://app.example")?;
    /// let fetch = |credentials| {
    ///     let mut init = RequestInit::new("https://api.example/".parse().unwrap());
    ///     init.credentials = credentials;
    ///     explain(&UserAgent::new(), &page, &ApiCall::Fetch(init), Duration::ZERO, |_| {
    ///         Some(Ok(Response::new(http::StatusCode::OK, HeaderList::new())))
    ///     })
    /// };
    /// let (without_cookies, with_cookies) = (fetch(CredentialsMode::Omit), fetch(CredentialsMode::Include));
    /// let also_needed = with_cookies.also_needed(&without_cookies).unwrap();
    /// assert_eq!(also_needed[0].headers[0].to_string(), "+ Access-Control-Allow-Credentials: true");
    /// assert!(with_cookies.also_needed(&with_cookies).unwrap().is_empty());
    /// assert!(without_cookies.also_needed(&with_cookies).is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn also_needed(&self, other: &Self) -> Option<Vec<ChangedAnswer>> {
        let (
            Fix::Answers { page, answers, .. },
            Fix::Answers {
                page: known_page,
                answers: known,
                ..
            },
        ) = (&self.fix, &other.fix)
        else {
            return (self.fix == other.fix).then(Vec::new);
        };
        let is_same_kind = page == known_page
            && self.verdict == other.verdict
            && self.safe_fix() == other.safe_fix();
        if !is_same_kind {
            return None;
        }
        let mut rest: Vec<&ChangedAnswer> = known.iter().collect();
        let mut needed = Vec::new();
        for answer in answers {
            let position = rest.iter().position(|known| {
                known.exchange == answer.exchange && self.has_same_request(other, known.exchange)
            });
            match position.map(|position| rest.remove(position)) {
                Some(known) => needed.extend(without(answer, known)?),
                None => needed.push(answer.clone()),
            }
        }
        rest.is_empty().then_some(needed)
    }

    /// Whether the two explanations have the same request at a position of their exchanges.
    fn has_same_request(&self, other: &Self, position: usize) -> bool {
        let [own, other] = [self, other].map(|explanation| explanation.exchanges.get(position));
        own.zip(other).is_some_and(|(own, other)| {
            own.is_preflight == other.is_preflight
                && own.method == other.method
                && own.url == other.url
        })
    }
}

/// Returns the part of a changed answer that `known` lacks. `Some(None)` if `known` lacks nothing. `None` if `known` has a
/// change that `answer` does not have.
fn without(answer: &ChangedAnswer, known: &ChangedAnswer) -> Option<Option<ChangedAnswer>> {
    let is_new = |header: &&ChangedHeader| !known.headers.contains(header);
    let headers: Vec<ChangedHeader> = answer.headers.iter().filter(is_new).cloned().collect();
    let has_all_known = known.status == answer.status
        && answer.headers.len() - headers.len() == known.headers.len()
        && (known.vary.is_none() || known.vary == answer.vary);
    let vary = answer.vary.filter(|_| known.vary.is_none());
    let is_empty = headers.is_empty() && vary.is_none();
    has_all_known.then(|| {
        (!is_empty).then(|| ChangedAnswer {
            status: None,
            headers,
            vary,
            edits: Vec::new(),
            ..answer.clone()
        })
    })
}
