//! The table of equal outcomes. For each family and engine, the table has the number of cases in which the library and
//! the engine have the same outcome.

use std::collections::{BTreeMap, BTreeSet};

use super::vector::Judged;
use crate::browser::engine::Engine;

/// The number of cases in which the library and an engine have the same outcome, and the number of all cases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    pub equal: usize,
    pub all: usize,
}

/// For each family and engine, the share of the cases in which the library and the engine have the same outcome.
#[derive(Debug, Clone, Default)]
pub struct Table(BTreeMap<(String, Engine), Share>);

/// The name of the row with the sums.
const TOTAL: &str = "total";

impl Table {
    pub fn new<'a>(cases: impl IntoIterator<Item = &'a Judged>) -> Self {
        let mut table = Self::default();
        for judged in cases {
            for (engine, differences) in &judged.engines {
                for row in [&*judged.family, TOTAL] {
                    let share = table.0.entry((row.to_owned(), *engine)).or_default();
                    share.all += 1;
                    share.equal += usize::from(differences.is_empty());
                }
            }
        }
        table
    }

    pub fn share(&self, row: &str, engine: Engine) -> Share {
        self.0
            .get(&(row.to_owned(), engine))
            .copied()
            .unwrap_or_default()
    }

    /// Returns the names of the rows: the families, and the row with the sums.
    pub fn rows(&self) -> Vec<&str> {
        let families: BTreeSet<_> = self
            .0
            .keys()
            .map(|(family, _)| &**family)
            .filter(|row| *row != TOTAL)
            .collect();
        families.into_iter().chain([TOTAL]).collect()
    }

    /// Returns the engines that ran at least one case.
    pub fn engines(&self) -> Vec<Engine> {
        let engines: BTreeSet<_> = self.0.keys().map(|(_, engine)| *engine).collect();
        engines.into_iter().collect()
    }

    /// Returns the table as text. `apart` counts the cases that are not compared. The last rows of the table show these
    /// counts.
    pub fn text(&self, apart: &[(&str, BTreeMap<Engine, usize>)]) -> String {
        let mut engines = self.engines();
        let others = apart.iter().flat_map(|(_, counts)| counts.keys());
        engines.extend(others);
        engines.sort();
        engines.dedup();
        let mut text = format!("{:<12}", "family");
        for engine in &engines {
            text += &format!("{:>18}", engine.name());
        }
        for row in self.rows() {
            text += &format!("\n{row:<12}");
            for &engine in &engines {
                let Share { equal, all } = self.share(row, engine);
                text += &format!("{:>18}", format!("{equal} of {all}"));
            }
        }
        for (row, counts) in apart.iter().filter(|(_, counts)| !counts.is_empty()) {
            text += &format!("\n{row:<12}");
            for engine in &engines {
                text += &format!("{:>18}", counts.get(engine).copied().unwrap_or_default());
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_sums() {
        let judged = |family: &str, differences: &[&str]| Judged {
            id: String::new(),
            family: family.to_owned(),
            engines: vec![
                (
                    Engine::Firefox,
                    differences.iter().map(|&text| text.to_owned()).collect(),
                ),
                (Engine::Chromium, Vec::new()),
            ],
            quirks: Vec::new(),
            unpredicted: Vec::new(),
        };
        let table = Table::new(&[
            judged("check", &[]),
            judged("check", &["a"]),
            judged("mode", &[]),
        ]);
        assert_eq!(table.rows(), ["check", "mode", "total"]);
        assert_eq!(
            table.share("check", Engine::Firefox),
            Share { equal: 1, all: 2 }
        );
        assert_eq!(
            table.share(TOTAL, Engine::Chromium),
            Share { equal: 3, all: 3 }
        );
        let text = table.text(&[
            ("no outcome", BTreeMap::from([(Engine::WebKit, 2)])),
            ("unstable", BTreeMap::new()),
        ]);
        assert!(text.starts_with(
            "family                chromium           firefox            webkit\ncheck"
        ));
        let last = text.lines().last().unwrap();
        let words: Vec<_> = last.split_whitespace().collect();
        assert_eq!(words, ["no", "outcome", "0", "0", "2"]);
    }
}
