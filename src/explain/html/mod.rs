//! Explanations as an HTML page: one file without scripts. The page has a sequence diagram for each fetch. The diagram
//! shows the messages between page, browser and server.

mod details;
mod entry;
mod escape;
mod message;
mod sequence;
mod table;

use alloc::{string::String, vec::Vec};
use core::fmt::{self, Formatter};

pub use self::table::HtmlTable;
use self::{
    entry::{Content, Entry},
    escape::{Html, Short},
};
use super::{Explanation, input::ConsoleMessage};

/// The style sheet: colors for light and dark mode, columns that fit on a phone, and the arrows.
const STYLE: &str = include_str!("page.css");

/// The maximum number of characters of a heading in the table of contents.
const MAX_LABEL_CHARS: usize = 500;

/// An HTML page with explanations. `Display` writes the page.
///
/// The page has no script and loads no other file. All text is escaped, including the title and the headings.
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

    /// Adds a console message of a browser, with its heading.
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

    /// Adds a fetch that cannot be explained, with its heading and the reason.
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

    /// Adds a table with its heading. [`HtmlTable`] has an example.
    #[must_use]
    pub fn with_table(self, heading: &'a str, table: &'a HtmlTable) -> Self {
        self.with_entry(heading, Content::Table(table))
    }

    /// Adds a list with its heading and an introduction. Text between backticks is code.
    ///
    /// ```
    /// use fetch_cors::explain::HtmlPage;
    /// let items = ["`a-1`: <b>".to_string()];
    /// let page = HtmlPage::new("Differences").with_list("Unnamed", "These differ.", &items).to_string();
    /// assert!(page.contains("<p>These differ.</p>") && page.contains("<li><code>a-1</code>: &lt;b&gt;</li>"));
    /// ```
    #[must_use]
    pub fn with_list(self, heading: &'a str, introduction: &'a str, items: &'a [String]) -> Self {
        self.with_entry(
            heading,
            Content::List {
                introduction,
                items,
            },
        )
    }

    /// Adds a paragraph below the heading that was added last. Text between backticks is code.
    ///
    /// ```
    /// use fetch_cors::explain::HtmlPage;
    /// let page = HtmlPage::new("Differences").with_list("Unnamed", "None.", &[]).with_note("Of `a`.");
    /// assert!(page.to_string().contains("<p>Of <code>a</code>.</p>"));
    /// ```
    #[must_use]
    pub fn with_note(mut self, note: &'a str) -> Self {
        if let Some(last) = self.entries.last_mut() {
            last.notes.push(note);
        }
        self
    }

    /// Adds the headings of other fetches that have the same explanation as the fetch that was added last. The page shows
    /// this explanation once, with a list of the headings.
    ///
    /// ```
    /// use fetch_cors::explain::HtmlPage;
    /// let equal = ["GET /9", "GET /10", "GET /9"].map(String::from);
    /// let page = HtmlPage::new("Fetches").with_fetch_not_judged("GET /8", "no headers").with_equal_fetches(&equal);
    /// let page = page.to_string();
    /// assert!(page.contains("<summary>3 other fetches have this explanation</summary>"));
    /// assert!(page.contains("<li>GET /9 (2 times)</li>\n<li>GET /10</li>"));
    /// ```
    #[must_use]
    pub fn with_equal_fetches(mut self, headings: &'a [String]) -> Self {
        if let Some(last) = self.entries.last_mut() {
            last.equal = headings;
        }
        self
    }

    /// Adds a number of further fetches that have the same explanation as the fetch that was added last. The page has only
    /// their number.
    ///
    /// ```
    /// use fetch_cors::explain::HtmlPage;
    /// let page = HtmlPage::new("Fetches").with_fetch_not_judged("GET /8", "no headers").with_further_equal_fetches(40);
    /// assert!(page.to_string().contains("<summary>40 other fetches have this explanation</summary>"));
    /// ```
    #[must_use]
    pub fn with_further_equal_fetches(mut self, count: usize) -> Self {
        if let Some(last) = self.entries.last_mut() {
            last.further_equal_count = count;
        }
        self
    }

    fn with_entry(mut self, heading: &'a str, content: Content<'a>) -> Self {
        self.entries.push(Entry {
            heading,
            content,
            alternatives: Vec::new(),
            notes: Vec::new(),
            equal: &[],
            further_equal_count: 0,
        });
        self
    }

    /// Adds an alternative explanation, for a different assumption, to the fetch that was added last. The page shows
    /// the fix of the alternative explanation and the dangers of this fix. If the verdicts of the two explanations
    /// differ, the page also shows the verdict of the alternative explanation.
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
        // Even if a bug leaves some text unescaped, this Content Security Policy prevents the page from loading files.
        f.write_str("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")?;
        writeln!(f, "<title>{title}</title>\n<style>\n{STYLE}</style>")?;
        writeln!(f, "</head>\n<body>\n<main>\n<h1>{title}</h1>")?;
        if self.entries.is_empty() {
            f.write_str("<p>There is no fetch to show.</p>\n")?;
        }
        let mut entries = (1..).zip(&self.entries).peekable();
        // The tables and lists before the first fetch are the summary of the page.
        while let Some((position, entry)) = entries.next_if(|(_, entry)| entry.is_summary()) {
            entry.fmt(f, position)?;
        }
        self.fmt_contents(f, entries.clone())?;
        for (position, entry) in entries {
            entry.fmt(f, position)?;
        }
        f.write_str("</main>\n</body>\n</html>\n")
    }
}

impl HtmlPage<'_> {
    fn fmt_contents<'b>(
        &self,
        f: &mut Formatter<'_>,
        entries: impl Iterator<Item = (usize, &'b Entry<'b>)> + Clone,
    ) -> fmt::Result {
        if entries.clone().nth(1).is_none() {
            return Ok(());
        }
        let has_summary = self.entries.iter().any(Entry::is_summary);
        f.write_str("<nav aria-label=\"Contents\">\n<ul class=\"contents\">\n")?;
        for (position, entry) in entries {
            f.write_str("<li>")?;
            // On a page with a summary, the fetches are examples, so the table of contents does not need their verdicts.
            if !has_summary {
                entry.fmt_label(f)?;
            }
            let heading = Short(entry.heading, MAX_LABEL_CHARS);
            write!(f, "<a href=\"#entry-{position}\">{heading}</a>")?;
            match entry.equal_count() {
                0 => {}
                more => write!(f, " (and {more} more)")?,
            }
            if !has_summary {
                entry.fmt_reason(f)?;
            }
            f.write_str("</li>\n")?;
        }
        f.write_str("</ul>\n</nav>\n")
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
        infrastructure::{
            header_list::HeaderList, origin::Origin, request::CredentialsMode, response::Response,
        },
    };

    /// The explanation for another assumption has its own group. The line `Vary` looks like the other lines of the fix.
    #[test]
    fn other_assumption_is_a_group() {
        let origin = Origin::parse("https://app.example").unwrap();
        let mut init = RequestInit::new("https://api.example/".parse().unwrap());
        let explained = |init: &RequestInit<'_>| {
            let call = ApiCall::Fetch(init.clone());
            explain(&UserAgent::new(), &origin, &call, Duration::ZERO, |_| None)
        };
        let without_cookies = explained(&init);
        init.credentials = CredentialsMode::Include;
        let with_cookies = explained(&init);
        let page = HtmlPage::new("Fetches")
            .with_fetch("GET /", &without_cookies)
            .with_alternative("With cookies", &with_cookies)
            .to_string();
        let (_, group) = page.split_once("<div class=\"assumption\">\n").unwrap();
        let (group, after) = group.split_once("</div>").unwrap();
        assert!(group.starts_with("<h3>With cookies</h3>\n"), "{group}");
        assert!(group.contains("Allow-Credentials: true"), "{group}");
        assert!(after.contains("Why there is no preflight"), "{after}");
        assert!(page.contains("+ Vary: Origin</ins>"), "{page}");
    }

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
        assert!(body.contains("The browser stops here.") && body.contains("Not sent."));
    }
}
