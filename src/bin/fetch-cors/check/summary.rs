//! The counts of `check`.

use std::collections::BTreeMap;

use fetch_cors::{cases::Checked, engine::Engine};
use serde::Serialize;

use crate::{
    findings::FindingKind,
    output::{Output, Stop},
    table::Table,
};

/// The number of vectors by result.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Counts {
    pub(crate) vectors: u64,
    pub(crate) hold: u64,
    pub(crate) differ: u64,
    pub(crate) known: u64,
    pub(crate) malformed: u64,
}

impl Counts {
    /// Returns the counts in the order of the table's columns.
    pub(crate) const fn columns(self) -> [u64; 5] {
        let Self {
            vectors,
            hold,
            differ,
            known,
            malformed,
        } = self;
        [vectors, hold, differ, known, malformed]
    }
}

#[derive(Debug, Default, Serialize)]
struct EngineCounts {
    equal: u64,
    differ: u64,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct Summary {
    #[serde(flatten)]
    pub(super) total: Counts,
    pub(super) listed_but_agree: u64,
    pub(super) listed_but_missing: u64,
    families: BTreeMap<String, Counts>,
    engines: BTreeMap<&'static str, BTreeMap<String, EngineCounts>>,
}

/// The last line of the output with `--json`.
#[derive(Serialize)]
pub(super) struct SummaryLine<'a> {
    pub(super) summary: &'a Summary,
}

impl Summary {
    /// Counts the recordings of a vector by engine.
    pub(super) fn count_engines(&mut self, family: &str, checked: &Checked) {
        for (engine, differences) in &checked.observed {
            let families = self.engines.entry(engine.name()).or_default();
            let counts = families.entry(family.to_owned()).or_default();
            if differences.is_empty() {
                counts.equal += 1;
            } else {
                counts.differ += 1;
            }
        }
    }

    /// Counts a vector by the finding about it.
    pub(super) fn count(&mut self, family: &str, kind: Option<&FindingKind<'_>>) {
        for counts in [
            &mut self.total,
            self.families.entry(family.to_owned()).or_default(),
        ] {
            counts.vectors += 1;
            *match kind {
                Some(FindingKind::Malformed { .. }) => &mut counts.malformed,
                Some(FindingKind::Differs(_)) => &mut counts.differ,
                Some(FindingKind::Known { .. }) => &mut counts.known,
                // A vector that holds is counted here, even if the vector is listed as a known difference.
                _ => &mut counts.hold,
            } += 1;
        }
        if let Some(FindingKind::ListedButAgrees) = kind {
            self.listed_but_agree += 1;
        }
    }

    pub(super) fn print(&self, output: &mut Output) -> Result<(), Stop> {
        let mut table = Table::new(["family", "vectors", "hold", "differ", "known", "malformed"]);
        if self.total.vectors > 0 && self.total.malformed == self.total.vectors {
            table.row("(no vector)", self.total.columns());
        } else {
            for (family, counts) in &self.families {
                table.row(family, counts.columns());
            }
        }
        table.total();
        output.text(table)?;
        for engine in Engine::RECORDED {
            let Some(families) = self.engines.get(engine.name()) else {
                continue;
            };
            let mut table = Table::new([engine.name(), "equal", "differ"]);
            for (family, counts) in families {
                table.row(family, [counts.equal, counts.differ]);
            }
            table.total();
            output.text(format_args!("\n{table}"))?;
        }
        Ok(())
    }
}
