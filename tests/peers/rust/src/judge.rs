//! Checks a server against the laws.

use std::time::{Duration, Instant};

use fetch_cors::{
    cases::ExchangeError,
    conformance::{Check, CheckConfig, Report},
    http::StatusCode,
    infrastructure::{header_list::HeaderList, response},
    server::CorsPolicy,
};

use crate::{
    Failure, PORT,
    line::{RequestLine, Response, encode, exchange_error},
    peer::Server,
};

/// For each check: the path whose response is an error, and the seed.
const CHECKS: [(&str, u64); 2] = [("/error", 0), ("/fails", 1)];

/// The driver repeats a request that takes this time or more.
const SLOW: Duration = Duration::from_millis(10);
const ATTEMPTS: usize = 10;

pub(crate) fn judge(server: &mut dyn Server, policy: &CorsPolicy) -> Result<Vec<Report>, Failure> {
    let reports = CHECKS.into_iter().map(|(error_path, seed)| {
        let base = format!("http://127.0.0.1:{PORT}");
        let config = CheckConfig::new(&format!("{base}/"))?.seed(seed);
        let config = config.error_url(&format!("{base}{error_path}"))?;
        run_check(server, Check::new(policy, config)?)
    });
    reports.collect()
}

fn run_check(server: &mut dyn Server, mut check: Check) -> Result<Report, Failure> {
    while let Some(line) = check.request() {
        let line: RequestLine = serde_json::from_str(&line.to_string())?;
        let (answer, mut shortest) = answer_after(server, &line)?;
        // Other programs on the machine can only delay an answer. The shortest of several times is therefore the time
        // of the server.
        for _ in 1..ATTEMPTS {
            if shortest < SLOW {
                break;
            }
            shortest = shortest.min(answer_after(server, &line)?.1);
        }
        check.answer_after(answer, Some(shortest));
    }
    Ok(check.report())
}

/// Returns the answer of the server, and the time that it took.
fn answer_after(
    server: &mut dyn Server,
    line: &RequestLine,
) -> Result<(Result<response::Response, ExchangeError>, Duration), Failure> {
    let start = Instant::now();
    let answer = match server.answer(line) {
        Ok(answer) => Ok(convert_response(&answer)?),
        Err(failure) => Err(exchange_error(&failure)),
    };
    Ok((answer, start.elapsed()))
}

fn convert_response(response: &Response) -> Result<response::Response, Failure> {
    let pairs = response.headers.iter();
    let pairs = pairs.map(|(name, value)| (name.as_str(), encode(value).unwrap_or_default()));
    let headers = HeaderList::from_pairs(pairs)?;
    Ok(response::Response::new(
        StatusCode::from_u16(response.status)?,
        headers,
    ))
}
