//! Explanations as a page: one HTML file without script, in which each fetch is a sequence between page, browser and
//! server.

mod details;
mod escape;
mod sequence;

use core::fmt::{self, Formatter};

use super::{Explanation, Verdict};
use escape::{Html, Sentence};

/// The style sheet: colors for light and dark, columns that fit a phone, and the arrows.
const STYLE: &str = include_str!("page.css");

/// Explanations as an HTML page. `Display` writes the page.
///
/// The page has no script and loads nothing. Each text from outside is escaped.
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
    fetches: alloc::vec::Vec<(&'a str, &'a Explanation)>,
}

impl<'a> HtmlPage<'a> {
    /// Creates a page without fetches.
    ///
    /// ```
    /// use fetch_cors::explain::HtmlPage;
    /// assert!(HtmlPage::new("Empty").to_string().contains("There is no fetch to show."));
    /// ```
    pub const fn new(title: &'a str) -> Self {
        Self {
            title,
            fetches: alloc::vec::Vec::new(),
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
    /// assert!(page.to_string().contains("<h2>GET /</h2>"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_fetch(mut self, heading: &'a str, explanation: &'a Explanation) -> Self {
        self.fetches.push((heading, explanation));
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
        match self.fetches.len() {
            0 => f.write_str("<p>There is no fetch to show.</p>\n")?,
            1 => {}
            _ => self.fmt_contents(f)?,
        }
        for (position, (heading, explanation)) in self.fetches.iter().enumerate() {
            fmt_fetch(f, position, heading, explanation)?;
        }
        f.write_str("</main>\n</body>\n</html>\n")
    }
}

impl HtmlPage<'_> {
    fn fmt_contents(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("<nav aria-label=\"Fetches\">\n<ol class=\"contents\">\n")?;
        for (position, (heading, explanation)) in self.fetches.iter().enumerate() {
            let (class, verdict) = verdict(explanation.verdict);
            let heading = Html(heading);
            writeln!(
                f,
                "<li><span class=\"verdict {class}\">{verdict}</span> <a href=\"#fetch-{position}\">{heading}</a></li>"
            )?;
        }
        f.write_str("</ol>\n</nav>\n")
    }
}

fn fmt_fetch(
    f: &mut Formatter<'_>,
    position: usize,
    heading: &str,
    explanation: &Explanation,
) -> fmt::Result {
    let (class, verdict) = verdict(explanation.verdict);
    writeln!(
        f,
        "<article id=\"fetch-{position}\">\n<h2>{}</h2>",
        Html(heading)
    )?;
    writeln!(
        f,
        "<p class=\"headline\"><span class=\"verdict {class}\">{verdict}</span> {}</p>",
        Sentence(without_verdict(&explanation.headline))
    )?;
    f.write_str("<div class=\"columns\">\n")?;
    sequence::fmt(f, explanation)?;
    details::fmt(f, explanation)?;
    f.write_str("</div>\n</article>\n")
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
