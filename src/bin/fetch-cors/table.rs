//! A plain-text table. The names are aligned to the left, and the numbers to the right.

use std::fmt;

pub(crate) struct Table {
    heads: Vec<String>,
    rows: Vec<(String, Vec<u64>)>,
}

impl Table {
    pub(crate) fn new<'a>(heads: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            heads: heads.into_iter().map(String::from).collect(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, name: &str, numbers: impl IntoIterator<Item = u64>) {
        // The name can be a part of an id. An id can have any characters, such as line breaks and terminal escapes, so
        // the name is escaped.
        let name = name.escape_debug().to_string();
        self.rows.push((name, numbers.into_iter().collect()));
    }

    /// Adds a row with the sums of the columns.
    pub(crate) fn total(&mut self) {
        let columns = self.heads.len().saturating_sub(1);
        let sum = |column| {
            let numbers = self.rows.iter().filter_map(|(_, row)| row.get(column));
            numbers.sum()
        };
        let sums: Vec<u64> = (0..columns).map(sum).collect();
        self.row("total", sums);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, heads) = self.heads.split_first().ok_or(fmt::Error)?;
        let names = self.rows.iter().map(|(name, _)| name);
        let widest = names.chain([first]).map(|name| name.chars().count()).max();
        let widest = widest.unwrap_or_default();
        write!(f, "{first:<widest$}")?;
        for head in heads {
            write!(f, "  {head:>width$}", width = width(head))?;
        }
        for (name, numbers) in &self.rows {
            write!(f, "\n{name:<widest$}")?;
            for (number, head) in numbers.iter().zip(heads) {
                write!(f, "  {number:>width$}", width = width(head))?;
            }
        }
        Ok(())
    }
}

/// Returns the width of the column with the heading `head`. A number of seven digits always fits.
fn width(head: &str) -> usize {
    head.chars().count().max(7)
}
