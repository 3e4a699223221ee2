//! A run of a fetch whose server redirects to a login page. The fix is then an answer whose status the page can read.

use core::time::Duration;

use http::StatusCode;

use super::{
    Run,
    run::{merged, run_with_edit},
};
use crate::{
    explain::{explanation::is_opaque, fix::Edit},
    fetching::UserAgent,
    infrastructure::request::Request,
};

/// The statuses to send in place of the redirect, the best status first. For a status 401, browsers send some requests
/// again with a password, which is not possible if the body of the request is a stream.
const STATUSES: [StatusCode; 2] = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];

/// Returns a run in which the request at `redirect` gets a status that the page can read, in place of the redirect to the
/// login page, and `true`. The run begins with the exchanges that happen without a fix. Returns `first` and `false` if there
/// is no such run.
pub(in crate::explain) fn run_with_readable_status(
    user_agent: &UserAgent,
    request: &Request,
    now: Duration,
    first: Run,
    redirect: usize,
) -> (Run, bool) {
    let run = |status| {
        let edit = Edit::SetStatus { status };
        let run = run_with_edit(user_agent, request, now, &first, (redirect, &edit))?;
        let edited = run.exchanges.get(redirect)?.edited().ok()?;
        let is_opaque = run.result.as_ref().is_ok_and(is_opaque);
        (edited.status == status && !is_opaque).then_some(run)
    };
    let Some(mut second) = STATUSES.into_iter().find_map(run) else {
        return (first, false);
    };
    second.login_page = first.answer_after(redirect).cloned();
    (merged(first, second), true)
}
