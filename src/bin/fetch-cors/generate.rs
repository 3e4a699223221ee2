//! `fetch-cors generate`: prints generated cases as vectors that assert the whole outcome.

use std::{collections::BTreeMap, sync::Arc};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use fetch_cors::{
    cases::{ApiCall, Case, FetchCall, OutcomeRecord, RequestRecord, ResultRecord},
    conformance::{Family, generate as generate_cases},
    server::PublicSuffixList,
};
use serde::Serialize;

use crate::{
    Verdict,
    output::{Output, Stop},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The seed of the generator, a number.
    #[arg(long, value_name = "N")]
    seed: u64,
    /// The number of cases to generate.
    #[arg(long, value_name = "N")]
    count: u64,
    /// Generate only cases of this family.
    #[arg(long, value_parser = families())]
    family: Option<Family>,
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

pub(crate) fn generate(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    let mut source = format!("fetch-cors generate --seed {}", arguments.seed);
    if let Some(family) = &arguments.family {
        source += &format!(" --family {family}");
    }
    let mut cases = generate_cases(arguments.seed, arguments.family);
    for done in 0..arguments.count {
        let Some(case) = cases.next() else { break };
        print(&source, &case, output)?;
        output.progress().cases(done + 1, arguments.count);
    }
    Ok(Verdict::Passed)
}

fn print(source: &str, case: &Case<'_>, output: &mut Output) -> Result<(), Stop> {
    let outcome = case.clone().judge_with(Arc::new(PublicSuffixList));
    let records: Vec<_> = outcome.fetches.iter().map(OutcomeRecord::from).collect();
    let fetches = case.fetches.iter().zip(&records);
    let expect = Expectations {
        fetches: fetches
            .map(|(call, record)| expectation(call, record))
            .collect(),
    };
    output.json(&Vector {
        source,
        case,
        expect,
    })
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
        // Another implementation does not have these words.
        result: record.result.without_words(),
        request_count: record.requests.len(),
        preflights: expectations(preflights, &preflight_names),
        actual: expectations(actual, &actual_names),
    }
}

/// `names` are the headers that the request can have. A header that it does not have is null.
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
