//! `fetch-cors generate`: prints generated cases as vectors that assert the whole outcome.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use fetch_cors::{
    cases::{ApiCall, Case, FetchCall, OutcomeRecord, RequestRecord, ResultRecord},
    conformance::{Family, Generate, generate as generate_cases},
    server::PublicSuffixList,
};
use serde::Serialize;

use crate::{
    Verdict,
    output::{Output, Stop, json_line},
    parallel::{self, Jobs, Part, Stages},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The seed of the generator, a number.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: u64,
    /// The number of cases to generate.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    count: u64,
    /// Generate only cases of this family. A family has cases about one subject, such as redirects.
    #[arg(long, value_parser = families())]
    family: Option<Family>,
    #[command(flatten)]
    jobs: Jobs,
}

/// A vector that asserts the whole outcome: each member of a result, each request, and each header
/// that a request can have.
#[derive(Serialize)]
struct Vector<'a> {
    source: &'a str,
    case: &'a Case<'a>,
    expect: Expectations<'a>,
}

#[derive(Serialize)]
struct Expectations<'a> {
    fetches: Vec<Expectation<'a>>,
}

#[derive(Serialize)]
struct Expectation<'a> {
    result: ResultRecord<'a>,
    request_count: usize,
    preflights: Vec<RequestExpectation<'a>>,
    actual: Vec<RequestExpectation<'a>>,
}

#[derive(Serialize)]
struct RequestExpectation<'a> {
    method: &'a str,
    url: &'a str,
    headers: BTreeMap<String, Option<&'a str>>,
    credentials: bool,
    #[serde(rename = "because", skip_serializing_if = "Option::is_none")]
    preflight_reasons: Option<&'a [std::borrow::Cow<'a, str>]>,
}

/// The maximum number of threads. Several threads together may need at most 64 MiB more than a single thread needs. Each
/// thread has its own generator, and needs up to 1.1 MiB: 64 threads need up to 68 MiB more than one thread.
const MAX_THREADS: usize = 48;

/// The maximum number of cases that a thread generates before the program prints them. Larger batches are not faster.
const MAX_BATCH_CASES: u64 = 64;

/// The maximum number of cases that all threads together keep in memory. If there are more threads, each thread has
/// smaller batches.
const MAX_CASES: u64 = 512;

struct Generator {
    seed: u64,
    count: u64,
    batch_cases: u64,
    family: Option<Family>,
    source: String,
}

/// A generator of cases, and the number of cases that it has generated or skipped.
type Worker = (Generate, u64);

impl Stages for Generator {
    type Batch = Range<u64>;
    type Worker = Worker;
    type Result = Vec<u8>;
    type Source = Range<u64>;
    /// The output, and the number of cases that are printed.
    type Sink = (Output, u64);

    fn read(
        &self,
        rest: &mut Range<u64>,
        batch: &mut Range<u64>,
        _: &dyn Fn(),
    ) -> Result<Part, Stop> {
        let end = rest.end.min(rest.start.saturating_add(self.batch_cases));
        *batch = rest.start..end;
        rest.start = end;
        Ok(if batch.is_empty() {
            Part::End
        } else {
            Part::Small
        })
    }

    fn worker(&self) -> Worker {
        (generate_cases(self.seed, self.family), 0)
    }

    fn work(
        &self,
        (cases, given): &mut Worker,
        batch: &Range<u64>,
        lines: &mut Vec<u8>,
    ) -> Result<(), Stop> {
        // Each thread has its own generator, and a case depends only on the seed and on the number of the case. So each
        // thread can skip the cases of the other threads.
        let skipped = usize::try_from(batch.start - *given).unwrap_or(usize::MAX);
        *given = batch.end;
        batch
            .clone()
            .zip(cases.skip(skipped))
            .try_for_each(|(_, case)| print(&self.source, &case, lines))
    }

    fn finish(&self, (output, done): &mut (Output, u64), lines: &mut Vec<u8>) -> Result<(), Stop> {
        *done = self.count.min(done.saturating_add(self.batch_cases));
        output.progress().share(*done, self.count, "cases");
        output.take_lines(lines)
    }
}

pub(crate) fn generate(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    let Arguments {
        seed,
        count,
        family,
        jobs,
    } = *arguments;
    let mut source = format!("fetch-cors generate --seed {seed}");
    if let Some(family) = family {
        source += &format!(" --family {family}");
    }
    let threads = jobs.number().min(MAX_THREADS);
    let generator = Generator {
        seed,
        count,
        batch_cases: batch_cases(threads),
        family,
        source,
    };
    let sink = (std::mem::take(output), 0);
    let (sink, result) = parallel::run(generator, threads, 0..count, sink);
    if let Some((sink, _)) = sink {
        *output = sink;
    }
    result.map(|()| Verdict::Passed)
}

/// Returns the number of cases in a batch. Each thread counts as two batches: the batch that the thread works on, and
/// the result that waits for earlier batches.
fn batch_cases(threads: usize) -> u64 {
    let batches = u64::try_from(2 * threads).unwrap_or(u64::MAX);
    (MAX_CASES / batches).clamp(1, MAX_BATCH_CASES)
}

fn print(source: &str, case: &Case<'_>, lines: &mut Vec<u8>) -> Result<(), Stop> {
    let outcome = case.clone().judge_with(Arc::new(PublicSuffixList));
    let records: Vec<_> = outcome.fetches.iter().map(OutcomeRecord::from).collect();
    let fetches = case.fetches.iter().zip(&records);
    let expect = Expectations {
        fetches: fetches
            .map(|(call, record)| expectation(call, record))
            .collect(),
    };
    let vector = Vector {
        source,
        case,
        expect,
    };
    json_line(lines, &vector)
}

fn expectation<'a>(call: &FetchCall<'_>, record: &'a OutcomeRecord<'_>) -> Expectation<'a> {
    let (preflights, actual): (Vec<_>, Vec<_>) = record
        .requests
        .iter()
        .partition(|request| request.preflight_reasons.is_some());
    let preflight_names = [
        "access-control-request-headers",
        "access-control-request-method",
        "origin",
    ];
    let names = match &call.call {
        ApiCall::Fetch(init) => &init.headers,
        ApiCall::XmlHttpRequest(xhr) => &xhr.headers,
    };
    let author_names: Vec<String> = names
        .iter()
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect();
    let expectations = |requests: Vec<&'a RequestRecord<'_>>, names: &[&str]| {
        requests
            .into_iter()
            .map(|request| request_expectation(request, names))
            .collect()
    };
    let author_names = author_names.iter().map(|name| &**name);
    let actual_names: Vec<&str> = author_names.chain(["origin"]).collect();
    Expectation {
        // Other implementations have other messages, so the expectation has no messages.
        result: record.result.without_words(),
        request_count: record.requests.len(),
        preflights: expectations(preflights, &preflight_names),
        actual: expectations(actual, &actual_names),
    }
}

/// Returns the expectation for a request. `names` are the headers that the request can have. The expected value of a
/// missing header is null.
fn request_expectation<'a>(
    request: &'a RequestRecord<'_>,
    names: &[&str],
) -> RequestExpectation<'a> {
    let mut headers: BTreeMap<String, Option<&str>> = names
        .iter()
        .map(|name| (String::from(*name), None))
        .collect();
    for (name, value) in &request.headers {
        headers.insert(name.to_string(), Some(value));
    }
    RequestExpectation {
        method: &request.method,
        url: &request.url,
        headers,
        credentials: request.credentials,
        preflight_reasons: request.preflight_reasons.as_deref(),
    }
}

fn families() -> impl TypedValueParser<Value = Family> {
    let names = Family::ALL.iter().map(|family| family.name());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Family>())
}
