//! An HTML page that a fetch gets in place of data.

use alloc::{format, string::String};

#[cfg(feature = "cases")]
use super::json;
use super::{
    Verdict, login_redirect,
    near_miss::login::is_html,
    repair::{Run, RunExchange},
    shown::{heading_url, shown},
};
use crate::infrastructure::url::without_fragment_and_userinfo;

/// An HTML page that a fetch probably gets in place of data: a login page, or an error page with a status such as 200.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent};
/// use fetch_cors::{api::ApiCall, explain::explain};
///
/// let page = Origin::parse("https://app.example")?;
/// let call = ApiCall::Fetch(RequestInit::new("https://api.example/notes".parse()?));
/// let headers = HeaderList::from_pairs([("Access-Control-Allow-Origin", "*"), ("Content-Type", "text/html")])?;
/// let explanation = explain(&UserAgent::new(), &page, &call, Duration::ZERO, |_| {
///     Some(Ok(Response::new(http::StatusCode::OK, headers.clone())))
/// });
/// let found = explanation.unexpected_page.unwrap();
/// assert_eq!((found.exchange, found.status), (0, 200));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cases", derive(serde::Serialize))]
#[non_exhaustive]
pub struct UnexpectedPage {
    /// The position of the exchange in [`exchanges`](super::Explanation::exchanges).
    pub exchange: usize,
    /// The status of the response.
    pub status: u16,
    /// The URL of the HTML page.
    #[cfg_attr(feature = "cases", serde(serialize_with = "json::text"))]
    pub url: String,
    /// Whether a server redirects the fetch to this URL, and the URL looks like the URL of a login page.
    pub is_login: bool,
    /// The HTML page and its probable reason, in words.
    pub sentence: String,
}

/// Returns the HTML page that a run gets in place of data. `None` if the last response is not known, is not HTML, or is
/// not a success. Also `None` if the page asks for HTML, or if the URL is the URL of an HTML page.
pub(super) fn unexpected_page(run: &Run, verdict: Verdict) -> Option<UnexpectedPage> {
    let mut sent = run.exchanges.iter().enumerate();
    let (position, exchange) = sent.rfind(|(_, exchange)| exchange.was_sent)?;
    let response = exchange.answer.as_ref().ok()?;
    let is_page = exchange.is_known
        && verdict != Verdict::Opaque
        && !exchange.request.is_preflight()
        && response.status.is_success()
        && is_html(&response.header_list) == Some(true);
    if !is_page || asks_for_html(exchange) {
        return None;
    }
    let login = login_redirect::sentence(run);
    let status = response.status.as_u16();
    let url = shown(without_fragment_and_userinfo(&exchange.request.url));
    Some(UnexpectedPage {
        exchange: position,
        status,
        is_login: login.is_some(),
        sentence: match login {
            Some(login) => {
                format!("{login}. The response of this URL is an HTML page, and not data")
            }
            None => format!(
                "the response of {} is an HTML page (status {status}): if the page that fetches expects data, look at the text of the response. If the text is a login page, the session of the user ended or the request has no cookies; if the text is an error page, correct the URL or the server",
                heading_url(&url)
            ),
        },
        url,
    })
}

/// Whether the script sets an `Accept` with HTML, or the URL is the root of a server or has the extension of HTML files.
fn asks_for_html(exchange: &RunExchange) -> bool {
    let accept = exchange.request.header_list.get("accept");
    let accept = accept.unwrap_or_default().to_ascii_lowercase();
    let path = exchange.request.url.path().to_ascii_lowercase();
    let is_file = [".html", ".htm", ".xhtml"]
        .iter()
        .any(|end| path.ends_with(end));
    path == "/" || is_file || accept.windows(4).any(|part| part == b"html")
}
