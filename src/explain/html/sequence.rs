//! The sequence diagram of a fetch: the messages between page, browser and server, in order.

use alloc::vec::Vec;
use core::fmt::{self, Formatter};

use super::{
    super::{ExplainedAnswer, ExplainedExchange, Explanation, Fix, Verdict},
    escape::{Html, Sentence, Short},
};
use crate::explain::shown::{MAX_NEEDED_CHARS, MAX_VALUE_CHARS};

/// Writes the messages as an ordered list. The style sheet turns each list item into an arrow between two columns.
pub(super) fn fmt(f: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    f.write_str("<div class=\"sequence\">\n<h3>What happened</h3>\n")?;
    f.write_str("<div class=\"parties\" aria-hidden=\"true\"><span>page</span><span>browser</span><span>server</span></div>\n")?;
    // The style removes the numbers of the list. Without the role, the screen reader of Safari does not announce a list
    // without numbers.
    f.write_str("<ol role=\"list\">\n")?;
    fmt_call(f, explanation)?;
    for (position, exchange) in explanation.exchanges.iter().enumerate() {
        let mut refusals = explanation.refusals.iter();
        let is_refused = refusals.any(|refusal| refusal.exchange == Some(position));
        let refused = is_refused.then(|| changed_names(explanation, position));
        fmt_exchange(f, exchange, refused.as_deref())?;
    }
    fmt_result(f, explanation)?;
    f.write_str("</ol>\n</div>\n")
}

/// Returns the names of the headers that the fix changes in an answer. These headers decide that the fetch is blocked.
fn changed_names(explanation: &Explanation, exchange: usize) -> Vec<&str> {
    let Fix::Answers { answers, .. } = &explanation.fix else {
        return Vec::new();
    };
    let answers = answers.iter().filter(|answer| answer.exchange == exchange);
    let headers = answers.flat_map(|answer| &answer.headers);
    headers.map(|header| &*header.name).collect()
}

/// The sender and the receiver of a message.
#[derive(Clone, Copy)]
enum Way {
    PageToBrowser,
    BrowserToServer,
    ServerToBrowser,
    BrowserToPage,
}

impl Way {
    const fn class(self) -> &'static str {
        match self {
            Self::PageToBrowser => "left right-arrow",
            Self::BrowserToServer => "right right-arrow",
            Self::ServerToBrowser => "right left-arrow",
            Self::BrowserToPage => "left left-arrow",
        }
    }

    /// Returns the sender and the receiver in words, for screen readers, because a screen reader does not announce the
    /// arrow.
    const fn words(self) -> &'static str {
        match self {
            Self::PageToBrowser => "Page to browser: ",
            Self::BrowserToServer => "Browser to server: ",
            Self::ServerToBrowser => "Server to browser: ",
            Self::BrowserToPage => "Browser to page: ",
        }
    }
}

fn fmt_start(f: &mut Formatter<'_>, way: Way, class: &str) -> fmt::Result {
    let (way_class, words) = (way.class(), way.words());
    let space = if class.is_empty() { "" } else { " " };
    write!(
        f,
        "<li class=\"{way_class}{space}{class}\"><div><span class=\"hidden\">{words}</span>"
    )
}

fn fmt_call(f: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    let asked = &explanation.asked;
    fmt_start(f, Way::PageToBrowser, "")?;
    let (method, url) = (
        Short(&asked.method, MAX_VALUE_CHARS),
        Short(&asked.url, MAX_NEEDED_CHARS),
    );
    write!(f, "<b>{} {method}</b> <code>{url}</code>", Html(asked.api))?;
    write!(
        f,
        "<p>Page <code>{}</code>, mode <code>{}</code>, credentials <code>{}</code></p>",
        Short(&asked.origin, MAX_NEEDED_CHARS),
        asked.mode,
        asked.credentials
    )?;
    fmt_headers(f, &asked.headers, &[])?;
    f.write_str("</div></li>\n")
}

fn fmt_exchange(
    f: &mut Formatter<'_>,
    exchange: &ExplainedExchange,
    refused: Option<&[&str]>,
) -> fmt::Result {
    let is_recorded = exchange.answer != ExplainedAnswer::NotRecorded;
    let class = if exchange.was_sent && is_recorded {
        ""
    } else {
        "unsent"
    };
    fmt_start(f, Way::BrowserToServer, class)?;
    let method = Short(&exchange.method, MAX_VALUE_CHARS);
    let url = Short(&exchange.url, MAX_NEEDED_CHARS);
    write!(f, "<b>{method}</b> <code>{url}</code>")?;
    if exchange.is_preflight {
        f.write_str(" <span class=\"note\">preflight</span>")?;
    }
    if !is_recorded {
        return f.write_str("<p>Not in the recording.</p></div></li>\n");
    }
    if exchange.has_credentials {
        f.write_str(" <span class=\"note\">with credentials</span>")?;
    }
    if !exchange.was_sent {
        f.write_str("<p>Not sent. The browser sends this request after the fix.</p>")?;
    }
    fmt_headers(f, &exchange.headers, &[])?;
    f.write_str("</div></li>\n")?;
    if exchange.was_sent {
        fmt_answer(f, exchange, refused)
    } else {
        Ok(())
    }
}

/// Writes an answer. `refused` has the names of the headers that decide that the browser refuses the answer. `None` if the
/// browser does not refuse the answer.
fn fmt_answer(
    f: &mut Formatter<'_>,
    exchange: &ExplainedExchange,
    refused: Option<&[&str]>,
) -> fmt::Result {
    let is_refused = refused.is_some();
    let class = match &exchange.answer {
        ExplainedAnswer::Unknown | ExplainedAnswer::NotRecorded => "unknown",
        _ if is_refused => "refused",
        _ => "",
    };
    fmt_start(f, Way::ServerToBrowser, class)?;
    match &exchange.answer {
        ExplainedAnswer::Response { status, headers } => {
            match status {
                Some(status) => write!(f, "<b>status {status}</b>")?,
                None => f.write_str("<b>a response whose status is not in the recording</b>")?,
            }
            fmt_headers(f, headers, refused.unwrap_or_default())?;
        }
        ExplainedAnswer::ConnectionError => f.write_str("<b>no answer</b>")?,
        ExplainedAnswer::Unknown | ExplainedAnswer::NotRecorded => {
            f.write_str("<b>the answer is not known</b>")?;
        }
    }
    if is_refused {
        f.write_str("<p><strong>The browser stops here.</strong></p>")?;
    }
    f.write_str("</div></li>\n")
}

fn fmt_result(f: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    let (class, result) = match explanation.verdict {
        Verdict::Readable => ("readable", "the response"),
        Verdict::Opaque => ("", "a response that the page cannot read"),
        Verdict::Blocked => ("refused", "an error"),
        Verdict::Undecided => ("unknown", "not known"),
    };
    fmt_start(f, Way::BrowserToPage, class)?;
    write!(f, "<b>{result}</b>")?;
    // A refusal without an exchange, such as a blocked port, has no message of its own in the diagram. So the last
    // message shows this refusal.
    let own = explanation.refusals.first();
    if let Some(refusal) = own.filter(|refusal| refusal.exchange.is_none()) {
        write!(f, "<p>{}</p>", Sentence(&refusal.sentence))?;
    }
    f.write_str("</div></li>\n")
}

/// The maximum number of header lines that the page shows for one message.
const MAX_SHOWN: usize = 40;

/// Writes the header lines. `deciding` has the names of the headers that decide that the fetch is blocked.
fn fmt_headers(
    f: &mut Formatter<'_>,
    headers: &[(impl AsRef<str>, impl AsRef<str>)],
    deciding: &[&str],
) -> fmt::Result {
    if headers.is_empty() {
        return Ok(());
    }
    f.write_str("<ul class=\"headers\" role=\"list\">")?;
    for (name, value) in headers.iter().take(MAX_SHOWN) {
        let mut names = deciding.iter();
        let class = if names.any(|other| other.eq_ignore_ascii_case(name.as_ref())) {
            " class=\"deciding\""
        } else {
            ""
        };
        let name = Short(name.as_ref(), MAX_NEEDED_CHARS);
        let value = Short(value.as_ref(), MAX_VALUE_CHARS);
        write!(f, "<li{class}><code>{name}: {value}</code></li>")?;
    }
    match headers.len().saturating_sub(MAX_SHOWN) {
        0 => {}
        rest => write!(f, "<li>and {rest} more</li>")?,
    }
    f.write_str("</ul>")
}
