//! What it all came to, for a person.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use fetch_cors::conformance::{Finding, Severity};

use crate::{
    finding::{Assessment, Verdict, kind},
    survey::{Cell, Column},
};

const HEAD: &str = "\
# What the harness finds in other people's middleware

Written by `tests/peers/run`; [`README.md`](README.md) says how each is configured and asked. In a cell stands under how many of the
twelve policies a law is violated, of those that the middleware can express; `–` is none. How bad it is:

- *security*: a page reads what the policy does not let it read, or sends what it may not send;
- *broken*: a page fails at what the policy permits;
- *cache*: with a cache between browser and server that keeps to `Vary`, a page gets another verdict;
- *waste*: headers or work that are of use to nobody.

What counts as a violation was looked at by hand, and so was what does not, which is at the end. For the lines with `curl`, start the server:
`tests/peers/run serve PEER tests/peers/policies/POLICY.json`.

";

/// A violation, of whom and under which policy.
struct Found<'a> {
    peer: &'static str,
    policy: &'a str,
    violation: &'a Finding,
    finding: Option<&'a Assessment>,
}

pub(crate) fn written(columns: &[Column], findings: &[Assessment]) -> String {
    let found: Vec<Found<'_>> = columns
        .iter()
        .flat_map(|column| found(column, findings))
        .collect();
    let mut text = String::from(HEAD);
    table(&mut text, columns, &found);
    for column in columns {
        details(&mut text, column, &found);
    }
    no_faults(&mut text, &found);
    not_looked_at(&mut text, &found);
    text
}

fn found<'a>(column: &'a Column, findings: &'a [Assessment]) -> Vec<Found<'a>> {
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
                .find(|finding| finding.is_about(column.name, policy, violation)),
        })
        .collect()
}

fn is_fault(found: &&Found<'_>) -> bool {
    found
        .finding
        .is_some_and(|finding| finding.verdict == Verdict::Fault)
}

fn table(text: &mut String, columns: &[Column], found: &[Found<'_>]) {
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
    row("policies that it can express", "", expressed.collect());
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

fn details(text: &mut String, column: &Column, found: &[Found<'_>]) {
    let _ = writeln!(text, "\n## {} {}\n", column.name, column.version);
    let cells = match &column.cells {
        Ok(cells) => cells,
        Err(why) => {
            let _ = writeln!(text, "Not run: {why}.");
            return;
        }
    };
    let unsaid = cells
        .iter()
        .filter_map(|cell| Some((&cell.policy, cell.result.as_ref().err()?)));
    let unsaid: Vec<String> = unsaid
        .map(|(policy, why)| format!("`{policy}` ({why})"))
        .collect();
    if !unsaid.is_empty() {
        let _ = writeln!(text, "It cannot express {}.\n", unsaid.join(", "));
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
        class_in_lines(text, "", &class);
    }
}

/// Those of one finding, the worst first.
fn classes<'a>(found: impl Iterator<Item = &'a Found<'a>>) -> Vec<Vec<&'a Found<'a>>> {
    let mut classes: BTreeMap<(Severity, *const Assessment), Vec<&Found<'_>>> = BTreeMap::new();
    for found in found {
        if let Some(finding) = found.finding {
            classes
                .entry((found.violation.severity(), finding))
                .or_default()
                .push(found);
        }
    }
    classes.into_values().collect()
}

/// Who, what and where; the exchange that shows it; and why.
fn class_in_lines(text: &mut String, peers: &str, class: &[&Found<'_>]) {
    let Some((first, finding)) = class
        .first()
        .and_then(|first| Some((first, first.finding?)))
    else {
        return;
    };
    let policies: BTreeSet<&str> = class.iter().map(|found| number(found.policy)).collect();
    let policies: Vec<&str> = policies.into_iter().collect();
    let violation = first.violation;
    let _ = writeln!(
        text,
        "- {}**{}** ({}; {}; policies {})\n  `{}` (under `{}`)\n  {}{}",
        if peers.is_empty() {
            String::new()
        } else {
            format!("{peers}: ")
        },
        finding.what,
        violation.severity(),
        violation.law().name(),
        policies.join(", "),
        shown(violation),
        first.policy,
        finding.why,
        finding
            .known
            .as_ref()
            .map(|known| format!(" Known: {known}."))
            .unwrap_or_default(),
    );
}

/// The lines for a shell, unless they are too long to read.
fn shown(violation: &Finding) -> String {
    const LONG: usize = 500;
    let lines = violation.curl().join("`; `");
    match lines.len() > LONG {
        true => format!("a request of the probe {}", violation.probe()),
        false => lines,
    }
}

/// `03-list` is the third.
fn number(policy: &str) -> &str {
    policy.split('-').next().unwrap_or(policy)
}

fn no_faults(text: &mut String, found: &[Found<'_>]) {
    let is_none = |found: &&Found<'_>| {
        found
            .finding
            .is_some_and(|finding| finding.verdict == Verdict::NoFault)
    };
    let classes = classes(found.iter().filter(is_none));
    if classes.is_empty() {
        return;
    }
    text.push_str("\n## Reported, and no fault of the middleware\n\n");
    for class in classes {
        let peers: BTreeSet<&str> = class.iter().map(|found| found.peer).collect();
        let peers: Vec<&str> = peers.into_iter().collect();
        class_in_lines(text, &peers.join(", "), &class);
    }
}

fn not_looked_at(text: &mut String, found: &[Found<'_>]) {
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
    text.push_str("\n## Reported, and not looked at yet\n\n");
    for ((peer, law, probe), count) in left {
        let _ = writeln!(text, "- {peer}: {law}, by the probe {probe}: {count}");
    }
}
