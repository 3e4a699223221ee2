//! Laws that only somebody can judge who knows the handler behind the middleware.

use fetch_cors::conformance::Severity;

use crate::{
    Failure, PORT,
    handler::ASKED,
    line::{Headers, RequestLine, Response},
    peer::Server,
    violation::Violation,
};

pub(crate) fn judge(server: &mut dyn Server, page: &str) -> Result<Vec<Violation>, Failure> {
    let origin = ("origin", page);
    let mut found = Vec::new();
    for (probe, headers) in [("vary-of-a-page", vec![origin]), ("vary-of-nobody", vec![])] {
        let request = request("GET", "/vary", &headers);
        let response = server.answer(&request)?;
        let kept = elements(&response, "vary");
        let is_kept = |name: &&str| kept.iter().any(|kept| kept == name || kept == "*");
        if !["accept", "cookie"].iter().all(is_kept) {
            let law = "merging_keeps_the_vary_of_a_handler";
            found.push(violation(law, Severity::Cache, probe, &request, &response));
        }
    }
    let method = ("access-control-request-method", "PUT");
    let of_others = [
        ("plain-options", vec![]),
        ("options-with-an-origin", vec![origin]),
        ("options-without-an-origin", vec![method]),
    ];
    for (probe, headers) in of_others {
        let request = request("OPTIONS", "/", &headers);
        let response = server.answer(&request)?;
        if elements(&response, ASKED).is_empty() {
            let law = "a_preflight_is_an_options_with_both_headers";
            found.push(violation(law, Severity::Broken, probe, &request, &response));
        }
    }
    Ok(found)
}

fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> RequestLine {
    RequestLine {
        id: String::new(),
        method: method.to_owned(),
        url: format!("http://127.0.0.1:{PORT}{path}"),
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    }
}

/// In lower case.
fn elements(response: &Response, wanted: &str) -> Vec<String> {
    let lines = response
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let elements = lines.flat_map(|(_, value)| value.split(','));
    elements
        .map(|element| element.trim().to_ascii_lowercase())
        .collect()
}

fn violation(
    law: &'static str,
    severity: Severity,
    probe: &str,
    request: &RequestLine,
    response: &Response,
) -> Violation {
    let shown = |headers: &Headers| -> String {
        headers
            .iter()
            .map(|(name, value)| format!("\n  {name}: {value}"))
            .collect()
    };
    let RequestLine {
        method,
        url,
        headers,
        ..
    } = request;
    let options: String = headers
        .iter()
        .map(|(name, value)| format!(" -H '{name}: {value}'"))
        .collect();
    let explanation = format!(
        "> {method} {url}{}\n< {}{}",
        shown(headers),
        response.status,
        shown(&response.headers)
    );
    Violation {
        law,
        severity,
        probe: probe.to_owned(),
        explanation,
        curl: vec![format!("curl -siX {method}{options} {url}")],
    }
}
