//! A fetch that runs again after a change of the page.

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::time::Duration;

use super::{
    Run, RunExchange, run,
    run::{is_same_part, merged},
};
use crate::{
    explain::{
        alternative::{AlternativeFix, AlternativeKind, alternative},
        fix::Edit,
        near_miss::{preflight_status::url_for_page, response_headers::is_response_header},
        page_change::PageChange,
    },
    fetching::{ConnectionError, HttpRequest, UserAgent},
    infrastructure::{request::Request, response::Response, url::without_fragment_and_userinfo},
};

/// The answer of the server to a request.
type Answer = Result<Response, ConnectionError>;

/// The changes of a page, and the requests that the browser sends for the changed page.
#[derive(Debug, Default)]
pub(in crate::explain) struct ChangedPage {
    pub(in crate::explain) changes: Vec<PageChange>,
    pub(in crate::explain) requests: Vec<HttpRequest>,
    /// A fix without a new URL. `None` if the page does not get a new URL, or if this fix does not work.
    pub(in crate::explain) without_new_url: Option<AlternativeFix>,
}

/// Corrects mistakes of the page, and runs the fetch again with the changed page. `first` is the run of the unchanged
/// page. In that run, each answer that the browser refuses is edited. A mistake is corrected if the mistake is the
/// reason for such an edit. `answered` are the requests of the unchanged page, with the known answers. `network` answers
/// the requests that only the changed page sends.
///
/// Returns the second run, and the changes of the page. If the page makes no known mistake, or if one of the two runs
/// fails, returns `first` and an empty list of changes.
///
/// The returned run begins with the exchanges that happen without a fix. The exchanges that happen only after the fix
/// come last.
pub(in crate::explain) fn run_with_changed_page(
    user_agent: &UserAgent,
    request: &Request,
    now: Duration,
    first: Run,
    answered: &[(HttpRequest, Option<Answer>)],
    mut network: impl FnMut(&HttpRequest) -> Option<Answer>,
) -> (Run, ChangedPage) {
    let edits = first.exchanges.iter().flat_map(|exchange| &exchange.edits);
    let mut changes = in_place_of(edits);
    changes.extend(changed_url(request, &first));
    if changes.is_empty() || first.result.is_err() {
        return (first, ChangedPage::default());
    }
    let mut changed = request.clone();
    PageChange::apply_all(&changes, &mut changed);
    let second = run_with_answers(user_agent, &changed, now, answered, &mut network);
    if second.result.is_err() {
        return (first, ChangedPage::default());
    }
    let requests = second.exchanges.iter();
    let requests = requests.map(|exchange| exchange.request.clone()).collect();
    let (new_urls, other_changes): (Vec<_>, Vec<_>) = changes
        .iter()
        .cloned()
        .partition(|change| change.new_url().is_some());
    let without_new_url = (!new_urls.is_empty()).then(|| {
        let kind = AlternativeKind::WithoutNewUrl;
        if other_changes.is_empty() {
            return alternative(kind, other_changes, &first);
        }
        let mut changed = request.clone();
        PageChange::apply_all(&other_changes, &mut changed);
        let run = run_with_answers(user_agent, &changed, now, answered, &mut network);
        alternative(kind, other_changes, &run)
    });
    let changed_page = ChangedPage {
        changes,
        requests,
        without_new_url: without_new_url.flatten(),
    };
    (merged(first, second), changed_page)
}

/// Returns the fix in which the page fetches the last URL of the run, so that no redirect to another origin causes the
/// origin `null`. `None` if this fetch fails, too, if it needs the origin `null`, or if a redirect changes the method.
pub(in crate::explain) fn without_redirect(
    user_agent: &UserAgent,
    request: &Request,
    now: Duration,
    first: &Run,
    answered: &[(HttpRequest, Option<Answer>)],
    network: impl FnMut(&HttpRequest) -> Option<Answer>,
) -> Option<AlternativeFix> {
    // After some redirects, the browser sends GET in place of the method of the page. The page then needs another call.
    let last = first.exchanges.last();
    let last = last.filter(|last| last.request.method == request.method)?;
    let change = PageChange::SetUrl {
        before: String::from(request.url().as_str()),
        after: without_fragment_and_userinfo(&last.request.url),
    };
    let page = Vec::from([change]);
    let mut changed = request.clone();
    PageChange::apply_all(&page, &mut changed);
    let run = run_with_answers(user_agent, &changed, now, answered, network);
    let allows_null = |exchange: &RunExchange| {
        let origin = exchange.request.header_list.get("origin");
        origin.is_some_and(|origin| *origin == *b"null")
    };
    if run.exchanges.iter().any(allows_null) {
        return None;
    }
    alternative(AlternativeKind::WithoutRedirect, page, &run)
}

/// Runs the fetch. If the URL of a request stays the same, the server is assumed to send the same answer. `network`
/// answers all other requests.
fn run_with_answers(
    user_agent: &UserAgent,
    request: &Request,
    now: Duration,
    answered: &[(HttpRequest, Option<Answer>)],
    mut network: impl FnMut(&HttpRequest) -> Option<Answer>,
) -> Run {
    let mut unused: Vec<_> = answered.iter().collect();
    run(user_agent, request, now, |request| {
        let same = unused
            .iter()
            .position(|(other, _)| is_same_part(other, request));
        match same {
            Some(position) => unused.remove(position).1.clone(),
            None => network(request),
        }
    })
}

/// Returns the change of the URL if the server redirects the preflight of the page to a similar URL. The similar URL
/// has https in place of http, or has a slash added or removed at the end.
fn changed_url(request: &Request, run: &Run) -> Option<PageChange> {
    let exchange = run.exchanges.first()?;
    let mut edits = exchange.edits.iter();
    let is_redirect = edits.any(|edit| matches!(edit, Edit::SetStatus { .. }));
    let response = exchange.answer.as_ref().ok()?;
    let after = url_for_page(request.url(), response)
        .filter(|_| is_redirect && exchange.request.is_preflight())?;
    Some(PageChange::SetUrl {
        before: String::from(request.url().as_str()),
        after: String::from(after.as_str()),
    })
}

/// Returns the changes of the page that make some of the edits unnecessary, each change once.
fn in_place_of<'e>(edits: impl Iterator<Item = &'e Edit>) -> Vec<PageChange> {
    let mut found = BTreeMap::new();
    for change in edits.filter_map(in_place_of_edit) {
        let position = found.len();
        found.entry(change).or_insert(position);
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_unstable_by_key(|(_, position)| *position);
    found.into_iter().map(|(change, _)| change).collect()
}

/// Returns the change of the page that makes the edit unnecessary. `None` if the reason for the edit is not a mistake
/// of the page.
fn in_place_of_edit(edit: &Edit) -> Option<PageChange> {
    let Edit::AddElement { name, element, .. } = edit else {
        return None;
    };
    match *name {
        "access-control-allow-headers" => {
            is_response_header(element).then(|| PageChange::RemoveHeader {
                name: element.clone(),
            })
        }
        "access-control-allow-methods" => {
            let after = element.to_ascii_uppercase();
            (after != *element).then(|| PageChange::SetMethod {
                before: element.clone(),
                after,
            })
        }
        _ => None,
    }
}
