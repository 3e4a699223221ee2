//! Tables of the HTML page.

use alloc::{string::String, vec::Vec};
use core::fmt::{self, Formatter};

use super::escape::Html;

/// A table of an [`HtmlPage`](super::HtmlPage): a caption, the column headings, and rows.
///
/// ```
/// use fetch_cors::explain::{HtmlPage, HtmlTable};
///
/// let mut table = HtmlTable::new("Equal outcomes", "family", ["Firefox"]);
/// table.push_row("cache", [("66.6 %", "2 of 3")]);
/// let page = HtmlPage::new("Recordings").with_table("The standard", &table).to_string();
/// assert!(page.contains("<th scope=\"row\">cache</th><td>66.6 %<small>2 of 3</small></td>"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HtmlTable {
    caption: String,
    heads: Vec<String>,
    rows: Vec<(String, Vec<(String, String)>)>,
}

impl HtmlTable {
    /// Creates a table without rows. `first` is the heading of the first column.
    pub fn new<T: Into<String>>(
        caption: &str,
        first: &str,
        others: impl IntoIterator<Item = T>,
    ) -> Self {
        let others = others.into_iter().map(Into::into);
        Self {
            caption: caption.into(),
            heads: [first.into()].into_iter().chain(others).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row. `head` is the heading of the row. Each cell has a value, and a detail in small print.
    pub fn push_row<T: Into<String>, U: Into<String>>(
        &mut self,
        head: &str,
        cells: impl IntoIterator<Item = (T, U)>,
    ) {
        let cells = cells.into_iter();
        let cells = cells.map(|(value, detail)| (value.into(), detail.into()));
        self.rows.push((head.into(), cells.collect()));
    }

    /// Writes the table inside a region that scrolls. Screen readers use the caption as the name of the table and of the
    /// region.
    pub(super) fn fmt(&self, f: &mut Formatter<'_>, position: usize) -> fmt::Result {
        writeln!(
            f,
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"caption-{position}\">\n<table>\n<caption id=\"caption-{position}\">{}</caption>",
            Html(&self.caption)
        )?;
        f.write_str("<thead><tr>")?;
        for head in &self.heads {
            write!(f, "<th scope=\"col\">{}</th>", Html(head))?;
        }
        f.write_str("</tr></thead>\n<tbody>\n")?;
        for (head, cells) in &self.rows {
            write!(f, "<tr><th scope=\"row\">{}</th>", Html(head))?;
            for (value, detail) in cells {
                let (value, detail) = (Html(value), Html(detail));
                write!(f, "<td>{value}<small>{detail}</small></td>")?;
            }
            f.write_str("</tr>\n")?;
        }
        f.write_str("</tbody>\n</table>\n</div>\n")
    }
}
