//! The test of policies: the fetches in each engine are compared with the permissions of the
//! policies.

use std::{collections::BTreeMap, thread};

use serde_json::Value;

use super::{
    expected::difference,
    fetches::PageFetch,
    origins::{NAMED_PAGES, PLAIN_PAGES},
    plan::Plan,
};
use crate::{
    arguments::Arguments,
    browser::{engine::Installed, isolation::Isolation},
    case::Case,
    progress::Progress,
    record::run::{Run, Runner, Work},
};

/// The number of fetches if `--count` is absent.
const DEFAULT_FETCHES: usize = 2000;

/// The number of differences that are printed.
const SHOWN_DIFFERENCES: usize = 20;

/// Runs the test. Returns true if all results agree with the policies. With a server that leaks, returns true if each
/// engine found the leak.
pub fn test(
    arguments: &Arguments,
    browsers: &[Installed],
    isolation: Isolation,
    seed: u64,
) -> Result<bool, String> {
    let count = arguments.count.unwrap_or(DEFAULT_FETCHES);
    println!("tests/browsers --policy --seed {seed} --count {count}");
    let plan = Plan::new(seed);
    let pages = match isolation {
        Isolation::Absent => PLAIN_PAGES.to_vec(),
        Isolation::Root | Isolation::User => [PLAIN_PAGES, NAMED_PAGES].concat(),
    };
    let fetches = PageFetch::all(seed, count, &plan, &pages);
    let cases: Vec<Case> = fetches.iter().map(PageFetch::case).collect();
    let progress = Progress::new(count * browsers.len(), "fetches");
    let work = Work::Policies {
        seed,
        leak: arguments.leak,
    };
    let one = |browser: &Installed| {
        let runner = Runner {
            engine: browser.engine,
            isolation,
            headed: arguments.headed,
            work,
            devtools: false,
        };
        runner.run(&cases, || progress.step())
    };
    let runs: Vec<Run> = if isolation == Isolation::Absent {
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
    let results = browsers
        .iter()
        .zip(&runs)
        .map(|(browser, run)| report(browser, run, &fetches, &plan));
    let found: Vec<usize> = results.collect();
    let is_whole = runs.iter().all(|run| run.outcomes.len() == count);
    Ok(if arguments.leak.is_some() {
        println!(
            "\nthe leak is found in each engine: {}",
            found.iter().all(|&found| found > 0)
        );
        found.iter().all(|&found| found > 0)
    } else {
        is_whole && found.iter().all(|&found| found == 0)
    })
}

/// Prints the results of an engine, and returns the number of differences.
fn report(browser: &Installed, run: &Run, fetches: &[PageFetch], plan: &Plan) -> usize {
    let mut pages: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let mut differences = Vec::new();
    for fetch in fetches {
        let Some(result) = run
            .outcomes
            .get(&fetch.id)
            .and_then(|outcome| outcome.fetches.first())
        else {
            continue;
        };
        let [readable, all] = pages.entry(fetch.origin).or_default();
        *all += 1;
        *readable += usize::from(result.result["type"] != "error");
        differences
            .extend(difference(fetch, plan, &result.result).map(|difference| (fetch, difference)));
    }
    let violations = &run.violations;
    println!(
        "\n{}: {} fetches, {} differences, {} forbidden requests",
        browser.version,
        run.outcomes.len(),
        differences.len(),
        violations.len()
    );
    for reason in &run.replaced {
        println!("  the browser was replaced: {reason}");
    }
    for (page, [readable, all]) in pages {
        println!("  {page}: read {readable} of {all} responses");
    }
    for (fetch, difference) in differences.iter().take(SHOWN_DIFFERENCES) {
        let config = plan.policies[fetch.policy].config();
        let call = serde_json::to_value(fetch.case()).map(|mut case| case["fetches"][0].take());
        println!(
            "\n  {}\n  {config:?}\n  {difference}",
            call.unwrap_or(Value::Null)
        );
    }
    for violation in violations.iter().take(SHOWN_DIFFERENCES) {
        println!("  {violation}");
    }
    differences.len() + violations.len()
}
