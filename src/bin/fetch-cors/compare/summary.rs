//! The counts of `compare`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    check::Counts as CheckCounts,
    output::{Output, Stop, counted},
    table::Table,
};

/// The number of vectors by result. Each vector is counted once.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Counts {
    #[serde(flatten)]
    pub(super) checked: CheckCounts,
    pub(super) missing: u64,
    pub(super) doubled: u64,
    pub(super) not_compared: u64,
}

impl Counts {
    /// Whether no outcome was compared with a vector.
    const fn has_compared_nothing(self) -> bool {
        let CheckCounts {
            hold,
            differ,
            known,
            ..
        } = self.checked;
        hold + differ + known == 0
    }
}

#[derive(Debug, Default, Serialize)]
pub(super) struct Summary {
    #[serde(flatten)]
    pub(super) total: Counts,
    /// The number of outcomes without a vector.
    pub(super) unknown: u64,
    pub(super) listed_but_agree: u64,
    pub(super) listed_but_missing: u64,
    /// The members that outcomes lack, each with the number of vectors in which the member was not
    /// compared.
    pub(super) left_out: BTreeMap<&'static str, u64>,
    pub(super) families: BTreeMap<String, Counts>,
}

/// The last line of the output with `--json`.
#[derive(Serialize)]
pub(super) struct SummaryLine<'a> {
    pub(super) summary: &'a Summary,
}

impl Summary {
    /// Whether each vector holds or has a known difference, each outcome has a vector, and the list of known
    /// differences is up to date.
    pub(super) const fn has_passed(&self) -> bool {
        let Counts { checked, .. } = self.total;
        checked.hold + checked.known == checked.vectors
            && checked.malformed + self.unknown + self.listed_but_agree + self.listed_but_missing
                == 0
    }

    pub(super) fn print(&self, output: &mut Output) -> Result<(), Stop> {
        let mut table = Table::new([
            "family",
            "vectors",
            "hold",
            "differ",
            "known",
            "malformed",
            "missing",
            "doubled",
            "not compared",
        ]);
        for (family, counts) in &self.families {
            let Counts {
                checked,
                missing,
                doubled,
                not_compared,
            } = *counts;
            let counts = checked.columns().into_iter();
            table.row(family, counts.chain([missing, doubled, not_compared]));
        }
        table.total();
        output.text(table)?;
        for (member, vectors) in &self.left_out {
            let vectors = counted(
                *vectors,
                "vector that expects it: its outcome lacks",
                "vectors that expect it: their outcomes lack",
            );
            output.text(format_args!(
                "\n`{member}` was not compared in {vectors} this member"
            ))?;
        }
        if self.unknown > 0 {
            let outcomes = counted(self.unknown, "outcome", "outcomes");
            output.text(format_args!("\n{outcomes} with an id that no vector has"))?;
        }
        if self.total.not_compared == self.total.checked.vectors {
            output
                .text("\nnothing was compared, because no outcome has a member that its vector expects: add these members")?;
        } else if self.total.has_compared_nothing() {
            output.text("\nnothing was compared: correct the errors above")?;
        }
        Ok(())
    }
}
