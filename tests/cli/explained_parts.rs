//! Parts of the calls of `explain`: the options of a page, and entries of a HAR recording.

use serde_json::{Value, json};

use crate::program::file;

pub(crate) const PAGE: [&str; 5] = [
    "explain",
    "--origin",
    "https://app.example",
    "--url",
    "https://api.example/notes",
];

/// Writes a recording. Returns the name of its file.
pub(crate) fn har(name: &str, entries: &[Value]) -> String {
    // The network panel of Chromium records no body of a blocked response.
    let creator = json!({"name": "WebInspector"});
    let har = json!({"log": {"creator": creator, "entries": entries}}).to_string();
    file(&format!("{name}.har"), har)
}

pub(crate) fn header(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value})
}

/// Returns an entry of a GET request with the mode `cors`.
pub(crate) fn entry(url: &str, origin: &str, response: Value) -> Value {
    let headers = [header("Origin", origin), header("Sec-Fetch-Mode", "cors")];
    let request = json!({"method": "GET", "url": url, "headers": headers});
    json!({"request": request, "response": response})
}
