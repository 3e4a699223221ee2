//! Explanations as a page: one HTML file without script, in which each fetch is a sequence between page, browser and
//! server.

mod details;
mod escape;
mod message;
mod sequence;

use alloc::vec::Vec;
use core::fmt::{self, Formatter};

use super::{Explanation, Verdict, input::ConsoleMessage, shown::MAX_NEEDED_CHARS};
use escape::{Html, Sentence, Short};

/// The style sheet: colors for light and dark, columns that fit a phone, and the arrows.
const STYLE: &str = include_str!("page.css");

/// The maximum number of characters of a heading in the table of contents.
const MAX_LABEL_CHARS: usize = 500;

/// Explanations as an HTML page. `Display` writes the page.
///
/// The page has no script and loads nothing. Each text is escaped, including the title and the headings.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::api::ApiCall;
/// use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent};
/// use fetch_cors::explain::{HtmlPage, explain};
///
/// let origin = Origin::parse("https://app.example")?;
/// let call = ApiCall::Fetch(RequestInit::new("https://api.example/".parse()?));
/// let explanation = explain(&UserAgent::new(), &origin, &call, Duration::ZERO, |_| {
///     Some(Ok(Response::new(http::StatusCode::OK, HeaderList::new())))
/// });
/// let page = HtmlPage::new("One fetch").with_fetch("GET <notes>", &explanation).to_string();
/// assert!(page.starts_with("<!doctype html>"));
/// assert!(page.contains("GET &lt;notes&gt;") && page.contains("Access-Control-Allow-Origin"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct HtmlPage<'a> {
    title: &'a str,
    entries: Vec<Entry<'a>>,
}

/// A part of the page, with its heading.
#[derive(Debug, Clone)]
struct Entry<'a> {
    heading: &'a str,
    content: Content<'a>,
    /// The explanations under other assumptions, with the words for the assumption.
    alternatives: Vec<(&'a str, &'a Explanation)>,
}

#[derive(Debug, Clone, Copy)]
enum Content<'a> {
    Fetch(&'a Explanation),
    Message(&'a ConsoleMessage),
    NotJudged(&'a str),
}

impl<'a> HtmlPage<'a> {
    /// Creates an empty page.
    ///
    /// ```
    /// use fetch_cors::explain::HtmlPage;
    /// assert!(HtmlPage::new("Empty").to_string().contains("There is no fetch to show."));
    /// ```
    pub const fn new(title: &'a str) -> Self {
        Self {
            title,
            entries: Vec::new(),
        }
    }

    /// Adds a fetch with its heading.
    ///
    /// ```
    /// use core::time::Duration;
    /// use fetch_cors::{api::ApiCall, browser::{Origin, RequestInit, UserAgent}};
    /// use fetch_cors::explain::{HtmlPage, explain};
    ///
    /// let origin = Origin::parse("https://app.example")?;
    /// let call = ApiCall::Fetch(RequestInit::new("https://api.example/".parse()?));
    /// let explanation = explain(&UserAgent::new(), &origin, &call, Duration::ZERO, |_| None);
    /// let page = HtmlPage::new("Fetches").with_fetch("GET /", &explanation);
    /// assert!(page.to_string().contains(">GET /</h2>"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_fetch(self, heading: &'a str, explanation: &'a Explanation) -> Self {
        self.with_entry(heading, Content::Fetch(explanation))
    }

    /// Adds a message of a browser's console with its heading.
    ///
    /// ```
    /// use fetch_cors::explain::{HtmlPage, input::ConsoleMessage};
    ///
    /// let message = ConsoleMessage::parse("net::ERR_UNSAFE_PORT")?;
    /// let page = HtmlPage::new("Messages").with_message("Message 1", &message).to_string();
    /// assert!(page.contains(">Message 1</h2>") && page.contains("Likeliest fix"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_message(self, heading: &'a str, message: &'a ConsoleMessage) -> Self {
        self.with_entry(heading, Content::Message(message))
    }

    /// Adds a fetch that cannot be judged, with its heading and the reason.
    ///
    /// ```
    /// use fetch_cors::explain::HtmlPage;
    /// let page = HtmlPage::new("Fetches").with_fetch_not_judged("GET /", "the recording has no headers").to_string();
    /// assert!(page.contains("Not judged") && page.contains("the recording has no headers"));
    /// ```
    #[must_use]
    pub fn with_fetch_not_judged(self, heading: &'a str, reason: &'a str) -> Self {
        self.with_entry(heading, Content::NotJudged(reason))
    }

    fn with_entry(mut self, heading: &'a str, content: Content<'a>) -> Self {
        self.entries.push(Entry {
            heading,
            content,
            alternatives: Vec::new(),
        });
        self
    }

    /// Adds the explanation of the last fetch under another assumption. The page shows where it differs.
    ///
    /// ```
    /// use core::time::Duration;
    /// use fetch_cors::browser::{CredentialsMode, Origin, RequestInit, UserAgent};
    /// use fetch_cors::{api::ApiCall, explain::{HtmlPage, explain}};
    ///
    /// let origin = Origin::parse("https://app.example")?;
    /// let mut init = RequestInit::new("https://api.example/".parse()?);
    /// let fetch = |init| explain(&UserAgent::new(), &origin, &ApiCall::Fetch(init), Duration::ZERO, |_| None);
    /// let without_cookies = fetch(init.clone());
    /// init.credentials = CredentialsMode::Include;
    /// let with_cookies = fetch(init);
    /// let page = HtmlPage::new("Fetches")
    ///     .with_fetch("GET /", &without_cookies)
    ///     .with_alternative("If the page sends cookies", &with_cookies)
    ///     .to_string();
    /// assert!(page.contains("<h3>If the page sends cookies</h3>"));
    /// assert!(page.contains("Access-Control-Allow-Credentials: true"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_alternative(mut self, assumption: &'a str, explanation: &'a Explanation) -> Self {
        if let Some(last) = self.entries.last_mut() {
            last.alternatives.push((assumption, explanation));
        }
        self
    }
}

impl fmt::Display for HtmlPage<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let title = Html(self.title);
        f.write_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")?;
        f.write_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")?;
        // The page loads nothing, even if a text is not escaped.
        f.write_str("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")?;
        writeln!(f, "<title>{title}</title>\n<style>\n{STYLE}</style>")?;
        writeln!(f, "</head>\n<body>\n<main>\n<h1>{title}</h1>")?;
        match self.entries.len() {
            0 => f.write_str("<p>There is no fetch to show.</p>\n")?,
            1 => {}
            _ => self.fmt_contents(f)?,
        }
        for (position, entry) in (1..).zip(&self.entries) {
            entry.fmt(f, position)?;
        }
        f.write_str("</main>\n</body>\n</html>\n")
    }
}

impl HtmlPage<'_> {
    fn fmt_contents(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("<nav aria-label=\"Contents\">\n<ol class=\"contents\">\n")?;
        for (position, entry) in (1..).zip(&self.entries) {
            f.write_str("<li>")?;
            entry.fmt_label(f)?;
            let heading = Short(entry.heading, MAX_LABEL_CHARS);
            writeln!(f, "<a href=\"#entry-{position}\">{heading}</a></li>")?;
        }
        f.write_str("</ol>\n</nav>\n")
    }
}

impl Entry<'_> {
    fn fmt(&self, f: &mut Formatter<'_>, position: usize) -> fmt::Result {
        let heading = Short(self.heading, MAX_NEEDED_CHARS);
        writeln!(
            f,
            "<article id=\"entry-{position}\" aria-labelledby=\"heading-{position}\">\n<h2 id=\"heading-{position}\">{heading}</h2>"
        )?;
        f.write_str("<p class=\"headline\">")?;
        self.fmt_label(f)?;
        match self.content {
            Content::Fetch(explanation) => {
                let headline = without_verdict(&explanation.headline);
                writeln!(f, "{}</p>\n<div class=\"columns\">", Sentence(headline))?;
                details::fmt(f, explanation, &self.alternatives)?;
                sequence::fmt(f, explanation)?;
                f.write_str("</div>\n")?;
            }
            Content::Message(message) => message::fmt(f, message)?,
            Content::NotJudged(reason) => writeln!(f, "{}</p>", Sentence(reason))?,
        }
        f.write_str("</article>\n")
    }

    /// Writes the verdict as a label, and a space. A message has no verdict.
    fn fmt_label(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (class, verdict) = match self.content {
            Content::Fetch(explanation) => verdict(explanation.verdict),
            Content::Message(_) => return Ok(()),
            Content::NotJudged(_) => ("undecided", "Not judged"),
        };
        write!(f, "<span class=\"verdict {class}\">{verdict}</span> ")
    }
}

/// Returns the headline without the verdict before the colon, which the page shows as a label.
fn without_verdict(headline: &str) -> &str {
    match headline.split_once(": ") {
        Some((verdict, rest)) if !verdict.contains(' ') => rest,
        _ => headline,
    }
}

/// Returns the class of a verdict, and its word.
const fn verdict(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Readable => ("readable", "Works"),
        Verdict::Opaque => ("opaque", "Not readable"),
        Verdict::Blocked => ("blocked", "Blocked"),
        Verdict::Undecided => ("undecided", "Not decided"),
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use core::time::Duration;

    use super::*;
    use crate::{
        api::{ApiCall, RequestInit},
        explain::explain,
        fetching::UserAgent,
        infrastructure::{header_list::HeaderList, origin::Origin, response::Response},
    };

    #[test]
    fn text_of_headers_is_escaped() {
        let origin = Origin::parse("https://app.example").unwrap();
        let mut init = RequestInit::new("https://api.example/<b>".parse().unwrap());
        init.method = "PUT".into();
        let headers = [
            (
                "Access-Control-Allow-Origin",
                "</code><script>alert(1)</script>",
            ),
            ("X-<b>", "\"'><img src=x>"),
        ];
        let headers = headers.map(|(name, value)| (name.replace(['<', '>'], "!"), value));
        let headers = headers.iter().map(|(name, value)| (&**name, *value));
        let headers = HeaderList::from_pairs(headers).unwrap();
        let call = ApiCall::Fetch(init);
        let explanation = explain(&UserAgent::new(), &origin, &call, Duration::ZERO, |_| {
            Some(Ok(Response::new(http::StatusCode::OK, headers.clone())))
        });
        let page = HtmlPage::new("<i>")
            .with_fetch("<u>", &explanation)
            .to_string();
        let (_, body) = page.split_once("<body>").unwrap();
        for markup in ["<script", "<img", "<i>", "<u>"] {
            assert!(!body.contains(markup), "{markup}");
        }
        assert!(body.contains("&lt;script&gt;alert(1)"));
        assert!(body.contains("Refused here.") && body.contains("Not sent."));
    }
}
