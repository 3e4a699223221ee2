//! Writes the report.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use fetch_cors::conformance::{Severity, Violation};

use crate::{
    finding::{Assessment, Verdict, kind},
    survey::{Cell, Column},
};

const HEAD: &str = "\
# Findings of the harness in other middleware

`tests/peers/run` writes this file. [`README.md`](README.md) describes the configuration of each middleware. The table counts, for each
law, the policies with which the middleware violates the law; `–` means 0. A policy that the middleware cannot express does not count.
The severities:

- *security*: a page reads a response or sends a request that the policy does not permit;
- *broken*: a permitted request fails;
- *cache*: a shared cache that follows `Vary` changes the verdict of a page;
- *waste*: unnecessary headers or work.

Each violation was assessed by hand. A mistake can violate several laws: then it has the worst severity of its violations. The last section lists
violations that are not faults of the middleware. To run the `curl` lines, start the server with
`tests/peers/run serve PEER tests/peers/policies/POLICY.json`.

";

/// A violation with its peer, policy and assessment.
struct Found<'a> {
    peer: &'static str,
    policy: &'a str,
    violation: &'a Violation,
    finding: Option<&'a Assessment>,
}

pub(crate) fn render(columns: &[Column], findings: &[Assessment]) -> String {
    let found: Vec<Found<'_>> = columns
        .iter()
        .flat_map(|column| violations(column, findings))
        .collect();
    let mut text = String::from(HEAD);
    write_table(&mut text, columns, &found);
    for column in columns {
        write_details(&mut text, column, &found);
    }
    write_no_faults(&mut text, &found);
    write_unassessed(&mut text, &found);
    text
}

fn violations<'a>(column: &'a Column, findings: &'a [Assessment]) -> Vec<Found<'a>> {
    let cells = column.cells.iter().flatten();
    let judged = cells.filter_map(|Cell { policy, result }| Some((policy, result.as_ref().ok()?)));
    judged
        .flat_map(|(policy, judged)| {
            judged
                .violations
                .iter()
                .map(move |violation| (policy, violation))
        })
        .map(|(policy, violation)| Found {
            peer: column.name,
            policy,
            violation,
            finding: findings
                .iter()
                .find(|finding| finding.applies_to(column.name, policy, violation)),
        })
        .collect()
}

fn is_fault(found: &&Found<'_>) -> bool {
    found
        .finding
        .is_some_and(|finding| finding.verdict == Verdict::Fault)
}

fn write_table(text: &mut String, columns: &[Column], found: &[Found<'_>]) {
    let faults: Vec<&Found<'_>> = found.iter().filter(is_fault).collect();
    let rows: BTreeSet<(Severity, &str)> = faults
        .iter()
        .map(|found| (found.violation.severity(), found.violation.law().name()))
        .collect();
    let mut row = |first: &str, second: &str, cells: Vec<String>| {
        let _ = writeln!(text, "| {first} | {second} | {} |", cells.join(" | "));
    };
    row(
        "law",
        "",
        columns
            .iter()
            .map(|column| format!("{} {}", column.name, column.version))
            .collect(),
    );
    row("---", "---", columns.iter().map(|_| "---".into()).collect());
    let expressed = columns.iter().map(|column| match &column.cells {
        Err(_) => "not run".into(),
        Ok(cells) => {
            let expressed = cells.iter().filter(|cell| cell.result.is_ok()).count();
            format!("{expressed} of {}", cells.len())
        }
    });
    row("expressible policies", "", expressed.collect());
    let exchanges = columns.iter().map(|column| {
        let judged = column
            .cells
            .iter()
            .flatten()
            .filter_map(|cell| cell.result.as_ref().ok());
        judged
            .map(|judged| judged.exchanges)
            .sum::<usize>()
            .to_string()
    });
    row("requests", "", exchanges.collect());
    for (severity, law) in rows {
        let counts = columns.iter().map(|column| {
            let policies: BTreeSet<&str> = faults
                .iter()
                .filter(|found| found.peer == column.name)
                .filter(|found| {
                    (found.violation.severity(), found.violation.law().name()) == (severity, law)
                })
                .map(|found| found.policy)
                .collect();
            match policies.len() {
                _ if column.cells.is_err() => String::new(),
                0 => "–".into(),
                count => count.to_string(),
            }
        });
        row(&law.replace('_', " "), severity.name(), counts.collect());
    }
}

fn write_details(text: &mut String, column: &Column, found: &[Found<'_>]) {
    let _ = writeln!(text, "\n## {} {}\n", column.name, column.version);
    let cells = match &column.cells {
        Ok(cells) => cells,
        Err(why) => {
            let _ = writeln!(text, "Not run: {why}");
            return;
        }
    };
    let inexpressible = cells
        .iter()
        .filter_map(|cell| Some((&cell.policy, cell.result.as_ref().err()?)));
    let inexpressible: Vec<String> = inexpressible
        .map(|(policy, why)| format!("`{policy}` ({why})"))
        .collect();
    if !inexpressible.is_empty() {
        let _ = writeln!(
            text,
            "Policies that the peer cannot express: {}.\n",
            inexpressible.join(", ")
        );
    }
    let of_this = found
        .iter()
        .filter(is_fault)
        .filter(|found| found.peer == column.name);
    let classes = classes(of_this);
    if classes.is_empty() {
        text.push_str("No violation.\n");
    }
    for class in classes {
        write_class(text, "", &class);
    }
}

/// Groups the violations by assessment, the most severe group first. The first violation of a group is its most severe
/// violation.
fn classes<'a>(found: impl Iterator<Item = &'a Found<'a>>) -> Vec<Vec<&'a Found<'a>>> {
    let mut classes: BTreeMap<*const Assessment, Vec<&Found<'_>>> = BTreeMap::new();
    for found in found {
        if let Some(finding) = found.finding {
            classes.entry(finding).or_default().push(found);
        }
    }
    let mut classes: Vec<Vec<&Found<'_>>> = classes.into_values().collect();
    for class in &mut classes {
        class.sort_by_key(|found| found.violation.severity());
    }
    classes.sort_by_key(|class| class.first().map(|found| found.violation.severity()));
    classes
}

/// Writes the violation, the requests that show it, and the explanation.
fn write_class(text: &mut String, peers: &str, class: &[&Found<'_>]) {
    let Some((first, finding)) = class
        .first()
        .and_then(|first| Some((first, first.finding?)))
    else {
        return;
    };
    let policies: BTreeSet<&str> = class.iter().map(|found| number(found.policy)).collect();
    let policies: Vec<&str> = policies.into_iter().collect();
    let violation = first.violation;
    let mut laws: Vec<&str> = Vec::new();
    for found in class {
        let law = found.violation.law().name();
        if !laws.contains(&law) {
            laws.push(law);
        }
    }
    let _ = writeln!(
        text,
        "- {}**{}** ({}; {}; policies {})\n  `{}` (policy `{}`)\n  {}{}",
        if peers.is_empty() {
            String::new()
        } else {
            format!("{peers}: ")
        },
        finding.description,
        violation.severity(),
        laws.join(", "),
        policies.join(", "),
        reproduction(violation),
        first.policy,
        finding.explanation,
        finding
            .known_issue
            .as_ref()
            .map(|issue| format!(" Known: {issue}."))
            .unwrap_or_default(),
    );
}

/// Returns the `curl` lines that show the violation. If the lines are too long, returns the name of the probe.
fn reproduction(violation: &Violation) -> String {
    const MAX_LENGTH: usize = 500;
    let lines = violation.curl().join("`; `");
    if lines.len() > MAX_LENGTH {
        format!("a request of the probe {}", violation.probe())
    } else {
        lines
    }
}

/// Returns the number of a policy: `03` for `03-list`.
fn number(policy: &str) -> &str {
    policy.split('-').next().unwrap_or(policy)
}

fn write_no_faults(text: &mut String, found: &[Found<'_>]) {
    let is_no_fault = |found: &&Found<'_>| {
        found
            .finding
            .is_some_and(|finding| finding.verdict == Verdict::NoFault)
    };
    let classes = classes(found.iter().filter(is_no_fault));
    if classes.is_empty() {
        return;
    }
    text.push_str("\n## Violations that are not faults of the middleware\n\n");
    for class in classes {
        let peers: BTreeSet<&str> = class.iter().map(|found| found.peer).collect();
        let peers: Vec<&str> = peers.into_iter().collect();
        write_class(text, &peers.join(", "), &class);
    }
}

fn write_unassessed(text: &mut String, found: &[Found<'_>]) {
    let mut left: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    for found in found.iter().filter(|found| found.finding.is_none()) {
        let key = (
            found.peer,
            found.violation.law().name(),
            kind(found.violation.probe()),
        );
        *left.entry(key).or_default() += 1;
    }
    if left.is_empty() {
        return;
    }
    text.push_str("\n## Violations that are not assessed yet\n\n");
    for ((peer, law, probe), count) in left {
        let _ = writeln!(text, "- {peer}: {law}, probe {probe}: {count}");
    }
}
