//! The recording as a whole: cases, two runs in each engine, files, tables.

use std::{collections::BTreeMap, fs, thread};

use fetch_cors::{
    cases::{EngineReport, RecordedComparison},
    conformance::generate,
};

use super::{
    case_file,
    known::KnownDifferences,
    recordable::{is_plain, recordable},
    run::{Run, Runner, Work},
    stable::{Stability, stability},
    table::Table,
    vector::{Judged, RecordedCase},
};
use crate::{
    arguments::Arguments,
    browser::{
        engine::{Engine, Installed},
        isolation::Isolation,
    },
    case::Case,
    date::today,
    progress::Progress,
    worker::FETCH_LIMIT_SECONDS,
};

/// The number of cases if `--count` is absent.
const DEFAULT_CASES: usize = 500;

/// The maximum number of differences that are printed for a case in one engine. Most later differences follow from the
/// first difference.
const SHOWN_DIFFERENCES: usize = 2;

/// The runs of one engine.
struct Recording {
    browser: Installed,
    runs: [Run; 2],
}

/// Records the cases, and prints the results. Returns whether all results are as expected.
pub fn record(
    arguments: &Arguments,
    browsers: &[Installed],
    isolation: Isolation,
    seed: u64,
) -> Result<bool, String> {
    let (mut cases, command) = cases(arguments, seed)?;
    if let Some(ids) = &arguments.only {
        if let Some(id) = ids
            .iter()
            .find(|id| cases.iter().all(|case| case.id != **id))
        {
            return Err(format!(
                "`--only`: none of the {} cases has the id `{id}`: check the id, the seed and the count",
                cases.len()
            ));
        }
        cases.retain(|case| ids.contains(&case.id));
    }
    let mut runnable = cases.clone();
    if isolation == Isolation::Absent {
        runnable.retain(is_plain);
        let left_out = cases.len() - runnable.len();
        println!("{left_out} cases are left out, because they need namespaces");
    }
    let headed = arguments.headed;
    let progress = Progress::new(2 * runnable.len() * browsers.len(), "runs of cases");
    let one = |browser: &Installed| {
        let engine = browser.engine;
        let runner = Runner {
            engine,
            isolation,
            headed,
            work: Work::Cases,
            devtools: arguments.devtools,
        };
        Recording {
            browser: browser.clone(),
            runs: [(); 2].map(|()| runner.run(&runnable, || progress.step())),
        }
    };
    let recordings: Vec<Recording> = if isolation == Isolation::Absent {
        // The browsers need the same ports, so they run one after another.
        browsers.iter().map(one).collect()
    } else {
        thread::scope(|scope| {
            let threads: Vec<_> = browsers
                .iter()
                .map(|browser| scope.spawn(|| one(browser)))
                .collect();
            threads
                .into_iter()
                .filter_map(|thread| thread.join().ok())
                .collect()
        })
    };
    progress.end();
    let versions: Vec<_> = browsers.iter().map(|browser| &*browser.version).collect();
    let recorded = format!("{}; {}", versions.join(", "), today());
    // With `--case`, the command contains the path of a file. This path has no meaning on a different machine, so the
    // vectors do not contain the command.
    let source = if arguments.case.is_some() {
        recorded
    } else {
        format!("{command}; {recorded}")
    };
    report(arguments, &cases, &recordings, &command, &source)
}

/// Returns the cases, and the command that makes the cases.
fn cases(arguments: &Arguments, seed: u64) -> Result<(Vec<Case>, String), String> {
    if let Some(file) = &arguments.case {
        let command = format!("tests/browsers --case {}", file.display());
        return Ok((case_file::read(file)?, command));
    }
    let count = arguments.count.unwrap_or(DEFAULT_CASES);
    let command = format!("tests/browsers --seed {seed} --count {count}");
    println!("{command}");
    let cases = generate(seed, None).filter_map(|case| {
        let case = serde_json::from_str(&case.to_string()).ok()?;
        recordable(case)
    });
    Ok((cases.take(count).collect(), command))
}

fn report(
    arguments: &Arguments,
    cases: &[Case],
    recordings: &[Recording],
    command: &str,
    source: &str,
) -> Result<bool, String> {
    let mut recorded = Vec::new();
    let mut unstable = String::new();
    let mut apart: [Apart; 3] = [
        Apart::new("unstable"),
        Apart::new("no outcome"),
        Apart::new("not run"),
    ];
    for case in cases {
        let mut observed = BTreeMap::new();
        for Recording { browser, runs } in recordings {
            let name = browser.engine.name();
            let [apart_unstable, apart_unfinished, apart_missing] = &mut apart;
            let id = case.id.clone();
            match stability(&case.id, runs) {
                Stability::Stable(outcome) => {
                    observed.insert(name, outcome);
                }
                Stability::Unstable(outcomes) => {
                    apart_unstable.add(browser.engine, id);
                    let line = serde_json::json!({"engine": name, "case": case, "runs": outcomes});
                    unstable += &format!("{line}\n");
                }
                Stability::Unfinished => apart_unfinished.add(browser.engine, id),
                Stability::Missing => apart_missing.add(browser.engine, id),
            }
        }
        if !observed.is_empty() {
            recorded.push(RecordedCase {
                source: source.to_owned(),
                case: case.clone(),
                observed,
            });
        }
    }
    let compared: Vec<RecordedComparison> = recorded
        .iter()
        .map(RecordedCase::compare)
        .collect::<Result<_, _>>()?;
    let judged: Vec<Judged> = compared.iter().map(Judged::from).collect();
    let table = Table::new(&judged);
    let counts = apart.each_ref().map(|apart| (apart.name, apart.counts()));
    println!("\n{}\n", table.text(&counts));
    let mut passes = true;
    for Recording { browser, runs } in recordings {
        let counts = apart
            .each_ref()
            .map(|apart| apart.ids(browser.engine).len());
        let [unstable, unfinished, missing] = counts;
        println!(
            "{}: {unstable} unstable, {unfinished} without an outcome after {FETCH_LIMIT_SECONDS} seconds, {missing} not run",
            browser.version
        );
        for apart in &apart {
            let ids = apart.ids(browser.engine);
            if !ids.is_empty() {
                println!("  {}: {}", apart.name, ids.join(", "));
                println!("  {}", repetition(command, ids, browser.engine));
            }
        }
        for reason in runs.iter().flat_map(|run| &run.replaced) {
            println!("  the browser was replaced: {reason}");
        }
        passes &= !runs.iter().any(|run| run.is_broken);
    }
    if arguments.known.is_none() {
        print_unequal(&recorded, &judged, command);
    }
    let write = |file: &Option<std::path::PathBuf>, text: &dyn Fn() -> String| match file {
        Some(file) => {
            fs::write(file, text()).map_err(|error| format!("{}: {error}", file.display()))
        }
        None => Ok(()),
    };
    write(&arguments.unstable, &|| unstable.clone())?;
    write(&arguments.vectors, &|| {
        // A vector needs the outcome of every engine, so a case that lacks an outcome is left out.
        let whole = recorded
            .iter()
            .filter(|recorded| recorded.observed.len() == recordings.len());
        whole
            .filter_map(|recorded| recorded.line().ok())
            .map(|line| line + "\n")
            .collect()
    })?;
    write(&arguments.html, &|| {
        let mut report = EngineReport::new();
        for comparison in &compared {
            report.add(comparison.clone());
        }
        let source = format!("Source: {source}.");
        report.to_html("Browsers and the standard", &source)
    })?;
    let browsers: Vec<_> = recordings
        .iter()
        .map(|recording| recording.browser.clone())
        .collect();
    let known = match &arguments.known {
        Some(file) => {
            let text =
                fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            Some(
                KnownDifferences::parse(&text)
                    .map_err(|error| format!("{}: {error}", file.display()))?,
            )
        }
        None => None,
    };
    write(&arguments.write_known, &|| {
        known
            .clone()
            .unwrap_or_default()
            .updated(&browsers, &judged)
    })?;
    if let Some(known) = known {
        for browser in &browsers {
            passes &= compare_with_known(&known, browser, cases, &judged, command);
        }
    }
    Ok(passes)
}

/// For each engine, the ids of the cases that are not compared.
struct Apart {
    name: &'static str,
    ids: BTreeMap<Engine, Vec<String>>,
}

impl Apart {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            ids: BTreeMap::new(),
        }
    }

    fn add(&mut self, engine: Engine, id: String) {
        self.ids.entry(engine).or_default().push(id);
    }

    fn ids(&self, engine: Engine) -> &[String] {
        self.ids.get(&engine).map_or(&[], |ids| ids)
    }

    fn counts(&self) -> BTreeMap<Engine, usize> {
        let counts = self.ids.iter();
        counts.map(|(engine, ids)| (*engine, ids.len())).collect()
    }
}

/// Returns the command that runs the cases with these ids again. If `ids` is empty, the command runs all cases.
fn repetition(command: &str, ids: &[String], engine: Engine) -> String {
    let command = command.replace(
        "tests/browsers",
        "cargo run --release --manifest-path tests/browsers/Cargo.toml --",
    );
    let only = if ids.is_empty() {
        String::new()
    } else {
        format!(" --only {}", ids.join(","))
    };
    format!("repeat with: {command}{only} --engines {}", engine.name())
}

/// Prints each case in which the library's outcome differs from the outcomes of all engines. Also prints each case in
/// which the outcome of an engine is neither the standard's outcome nor the outcome that the quirks of the engine
/// predict.
fn print_unequal(recorded: &[RecordedCase], judged: &[Judged], command: &str) {
    let unequal = judged
        .iter()
        .filter(|judged| !judged.equals_an_engine())
        .count();
    println!("\nIn {unequal} cases, the library's outcome is not the outcome of any engine");
    for judged in judged
        .iter()
        .filter(|judged| !judged.equals_an_engine() && judged.is_explained())
    {
        let quirks = judged.quirks.iter();
        let names =
            quirks.map(|(engine, names)| format!("{}: {}", engine.name(), names.join(", ")));
        println!("  {}: {}", judged.id, names.collect::<Vec<_>>().join("; "));
    }
    let unexplained = recorded
        .iter()
        .zip(judged)
        .filter(|(_, judged)| !judged.is_explained());
    let unexplained: Vec<_> = unexplained.collect();
    println!(
        "\nIn {} cases, the outcome of an engine is neither the standard's outcome nor the outcome that its quirks predict",
        unexplained.len()
    );
    for (recorded, judged) in unexplained {
        println!(
            "\n{}",
            serde_json::to_string(&recorded.case).unwrap_or_default()
        );
        // Prints the differences between the outcome and the prediction. A new quirk has to predict these differences.
        for (engine, differences) in &judged.unpredicted {
            for difference in differences.iter().take(SHOWN_DIFFERENCES) {
                println!("  {}: {difference}", engine.name());
            }
            if let Some(more) = differences.len().checked_sub(SHOWN_DIFFERENCES + 1) {
                println!("  {}: and {} more", engine.name(), more + 1);
            }
            let ids = std::slice::from_ref(&judged.id);
            println!("  {}", repetition(command, ids, *engine));
        }
    }
}

/// Compares a recording with the list of known differences, and prints the mistakes of the list. Returns false if the
/// list has mistakes and is about the recorded release. If the list is about a different release, the function always
/// returns true.
fn compare_with_known(
    known: &KnownDifferences,
    browser: &Installed,
    cases: &[Case],
    judged: &[Judged],
    command: &str,
) -> bool {
    let engine = browser.engine;
    let unexpected = known.unexpected(engine, judged);
    let stale = known.stale(engine, cases);
    if unexpected.is_empty() && stale.is_empty() {
        println!("\n{}: all differences are known", browser.version);
        return true;
    }
    let fails = known.is_about(browser);
    let count = unexpected.len() + stale.len();
    let how = if fails {
        ""
    } else {
        ", which is only reported: the list is about another release"
    };
    println!(
        "\n{}: {count} differences are not as listed{how}",
        browser.version
    );
    for id in stale {
        println!("\n  {id}: listed, but no case has this id");
    }
    for (id, text) in unexpected {
        println!("\n  {id}: {text}");
        let case = cases.iter().find(|case| case.id == id);
        println!("  {}", serde_json::to_string(&case).unwrap_or_default());
    }
    println!("\n  {}", repetition(command, &[], engine));
    !fails
}
