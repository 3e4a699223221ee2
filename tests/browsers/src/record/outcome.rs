//! The outcome of a case, from the results that the script saw and the requests that arrived.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    browser::devtools::DevtoolsError,
    case::{Fetch, Header},
    server::session::{Arrived, Finished},
};

/// The outcome of a case in one engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedOutcome {
    pub id: String,
    pub fetches: Vec<RecordedFetch>,
    /// The failures that the developer tools showed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub devtools: Vec<DevtoolsError>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedFetch {
    pub requests: Vec<RecordedRequest>,
    pub result: Value,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedRequest {
    pub method: String,
    pub url: String,
    pub headers: Vec<Header>,
    pub credentials: bool,
}

/// The headers that browsers put on each request. The presence of such a header does not show that a script set the
/// header.
const ENGINE_HEADERS: &[&str] = &[
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "connection",
    "content-length",
    "cookie",
    "host",
    "origin",
    "referer",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
];

const REDIRECT_STATUSES: &[Option<u16>] = &[Some(301), Some(302), Some(303), Some(307), Some(308)];

/// Returns the outcome of a finished case. Returns `None` if a fetch did not end in time, or if the results are not
/// complete.
pub fn outcome(finished: &Finished) -> Option<RecordedOutcome> {
    let Finished {
        case,
        results,
        arrived,
        engine_headers,
    } = finished;
    if results.len() != case.fetches.len() || arrived.len() != case.fetches.len() {
        return None;
    }
    let fetches = case.fetches.iter().zip(results).zip(arrived);
    let fetches = fetches.map(|((fetch, result), arrived)| {
        Some(RecordedFetch {
            requests: arrived
                .iter()
                .map(|arrived| request(fetch, arrived, engine_headers))
                .collect(),
            result: recorded_result(fetch, result, arrived)?,
        })
    });
    Some(RecordedOutcome {
        id: case.id.clone(),
        fetches: fetches.collect::<Option<_>>()?,
        devtools: Vec::new(),
    })
}

fn request(
    fetch: &Fetch,
    Arrived { url, request, .. }: &Arrived,
    engine_headers: &[Header],
) -> RecordedRequest {
    let mut headers = Vec::new();
    let mut add = |name: &str| {
        if let Some(value) = request.header(name) {
            headers.push((name.to_owned(), value));
        }
    };
    add("origin");
    if request.is_preflight() {
        add("access-control-request-headers");
        add("access-control-request-method");
    }
    for name in script_names(fetch) {
        let value = request.header(&name);
        let lines = fetch.headers.iter();
        let lines = lines.filter(|(other, _)| other.eq_ignore_ascii_case(&name));
        let lines = lines.map(|(_, value)| value.trim_matches([' ', '\t', '\r', '\n']));
        let lines: Vec<_> = lines.collect();
        // Some engines send only one of the lines that the script set for a name.
        let is_of_script = value
            .as_ref()
            .is_some_and(|value| *value == lines.join(", ") || lines.contains(&&**value));
        let mut of_engine = engine_headers.iter();
        let is_of_engine =
            of_engine.any(|(other, text)| *other == name && value.as_ref() == Some(text));
        // A preflight does not send the headers of the script. If a preflight has the value that the script set, the
        // engine made a mistake, so the header is recorded. If a preflight has the engine's own value, the header is
        // not recorded.
        let is_added = if request.is_preflight() {
            is_of_script && !is_of_engine
        } else {
            is_of_script || !is_of_engine
        };
        if is_added {
            add(&name);
        }
    }
    headers.sort();
    RecordedRequest {
        method: request.method.clone(),
        url: url.clone(),
        headers,
        credentials: request.header("cookie").is_some(),
    }
}

/// Returns the names of the headers that the script sets, in lower case.
fn script_names(fetch: &Fetch) -> Vec<String> {
    let names = fetch
        .headers
        .iter()
        .map(|(name, _)| name.to_ascii_lowercase());
    let of_body = fetch.body.get("type").map(|_| "content-type".to_owned());
    let mut names: Vec<_> = names.chain(of_body).collect();
    names.retain(|name| !ENGINE_HEADERS.contains(&&**name));
    names.sort();
    names.dedup();
    names
}

fn recorded_result(fetch: &Fetch, result: &Value, arrived: &[Arrived]) -> Option<Value> {
    if result["type"] == "late" {
        return None;
    }
    if result["type"] == "error" {
        return Some(json!({"type": "error"}));
    }
    let pairs: Vec<Header> = serde_json::from_value(result["headers"].clone()).ok()?;
    let requests = || {
        arrived
            .iter()
            .filter(|arrived| !arrived.request.is_preflight())
    };
    // XMLHttpRequest shows neither the response type nor the redirects.
    let response_type = result["type"].as_str().unwrap_or({
        let is_own = |arrived: &Arrived| arrived.url.starts_with(&format!("{}/", fetch.origin));
        if requests().all(is_own) {
            "basic"
        } else {
            "cors"
        }
    });
    let redirected = result["redirected"].as_bool().unwrap_or_else(|| {
        // The browser did not follow the response to the last request, so this response is skipped.
        let mut followed = requests().rev().skip(1);
        followed.any(|arrived| REDIRECT_STATUSES.contains(&arrived.status))
    });
    let mut recorded = json!({
        "type": response_type,
        "status": result["status"],
        "url": result["url"],
        "redirected": redirected,
        "headers": combined(pairs),
    });
    if let Some(timing) = result["timing_allowed"].as_bool() {
        recorded["timing_allowed"] = timing.into();
    }
    Some(recorded)
}

/// Returns the headers that a script can read: one value for each name, sorted. Headers of the recorder's own server
/// are left out.
fn combined(pairs: Vec<Header>) -> Vec<Header> {
    let mut headers: Vec<Header> = Vec::new();
    let own = ["connection", "content-length"];
    let pairs = pairs
        .into_iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value));
    for (name, value) in pairs.filter(|(name, _)| !own.contains(&&**name)) {
        match headers.iter_mut().find(|(other, _)| *other == name) {
            Some((_, values)) => *values = format!("{values}, {value}"),
            None => headers.push((name, value)),
        }
    }
    headers.sort();
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::request::Request;

    fn fetch(json: &str) -> Fetch {
        serde_json::from_str(json).unwrap()
    }

    fn arrived(method: &str, url: &str, headers: &[(&str, &str)]) -> Arrived {
        let is_redirect = url == "http://a/r";
        Arrived {
            status: Some(if is_redirect { 302 } else { 200 }),
            url: url.to_owned(),
            request: Request {
                method: method.to_owned(),
                target: String::new(),
                headers: headers
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                    .collect(),
                body: Vec::new(),
            },
        }
    }

    #[test]
    fn headers_of_the_engine_are_left_out() {
        let engine = [("accept".to_owned(), "*/*".to_owned())];
        let call = |accept: &str| {
            fetch(&format!(
                r#"{{"origin":"null","url":"http://b/r","headers":[["Accept","{accept}"],["X-A","1"],["Cookie","a"]]}}"#
            ))
        };
        let sent = arrived(
            "GET",
            "http://b/r",
            &[("accept", "*/*"), ("cookie", "b"), ("x-a", "1")],
        );
        let names = |accept: &str| -> Vec<String> {
            let headers = request(&call(accept), &sent, &engine).headers;
            headers.into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names("a"), ["x-a"]);
        assert_eq!(names("*/*"), ["accept", "x-a"]);
        // The script sets two lines of `Accept`, and the value of the first line is empty. Firefox sends only the
        // second value.
        assert_eq!(names(r#""],["Accept","*/*"#), ["accept", "x-a"]);
    }

    #[test]
    fn preflight_has_three_headers() {
        let call = fetch(r#"{"origin":"http://a","url":"http://b/r","headers":[["Accept","a"]]}"#);
        let names = [
            ("origin", "http://a"),
            ("access-control-request-method", "PUT"),
            ("accept", "*/*"),
        ];
        let request = request(&call, &arrived("OPTIONS", "http://b/r", &names), &[]);
        assert_eq!(request.headers.len(), 2);
        assert!(!request.credentials);
    }

    #[test]
    fn header_of_script_on_a_preflight_is_recorded() {
        let call = r#"{"origin":"http://a","url":"http://b/r","headers":[["User-Agent","z1"],["Accept","a"]]}"#;
        let sent = [
            ("access-control-request-method", "GET"),
            ("user-agent", "z1"),
            ("accept", "*/*"),
        ];
        let sent = arrived("OPTIONS", "http://b/r", &sent);
        let headers = request(&fetch(call), &sent, &[]).headers;
        let names: Vec<_> = headers.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["access-control-request-method", "user-agent"]);
    }

    #[test]
    fn type_and_redirects_of_an_xml_http_request_are_inferred() {
        let call = fetch(r#"{"origin":"http://a","url":"http://a/r","api":"xhr"}"#);
        let result = json!({"status": 200, "url": "http://a/s", "headers": [["X-A", "1"], ["x-a", "2"], ["Connection", "close"]]});
        let own = [
            arrived("GET", "http://a/r", &[]),
            arrived("GET", "http://a/s", &[]),
        ];
        let recorded = recorded_result(&call, &result, &own).unwrap();
        assert_eq!(
            (&recorded["type"], &recorded["redirected"]),
            (&json!("basic"), &json!(true))
        );
        assert_eq!(recorded["headers"], json!([["x-a", "1, 2"]]));
        let other = [arrived("GET", "http://b/r", &[])];
        let recorded = recorded_result(&call, &result, &other).unwrap();
        assert_eq!(
            (&recorded["type"], &recorded["redirected"]),
            (&json!("cors"), &json!(false))
        );
    }
}
