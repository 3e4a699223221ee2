//! Writes the entries of a network panel as a HAR file. Each entry is one line.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A header of a request or response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HarHeader {
    pub name: String,
    pub value: String,
}

/// A request, with the response that the network panel shows.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Members that only one browser writes. Their names begin with `_`.
    pub others: Vec<(&'static str, Value)>,
    pub started: String,
    pub method: String,
    pub url: String,
    pub sent: Vec<HarHeader>,
    pub status: u64,
    pub status_text: String,
    pub received: Vec<HarHeader>,
    pub mime_type: String,
}

#[derive(Serialize)]
struct RequestText<'a> {
    method: &'a str,
    url: &'a str,
    headers: &'a [HarHeader],
    #[serde(rename = "queryString")]
    query: [(); 0],
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResponseText<'a> {
    status: u64,
    status_text: &'a str,
    headers: &'a [HarHeader],
    content: Content<'a>,
    #[serde(rename = "redirectURL")]
    redirect_url: &'a str,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content<'a> {
    size: u64,
    mime_type: &'a str,
}

/// Members that the format requires. The recorder does not know their true values.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Unknown {
    http_version: &'static str,
    cookies: [(); 0],
    headers_size: i8,
    body_size: i8,
}

const UNKNOWN: Unknown = Unknown {
    http_version: "HTTP/1.1",
    cookies: [],
    headers_size: -1,
    body_size: -1,
};

const LAST_MEMBERS: &str = r#""cache":{},"timings":{"send":0,"wait":0,"receive":0}"#;

const CREATOR: &str = r#"{"name":"fetch-cors-browsers","version":"1"}"#;

impl Entry {
    fn line(&self) -> serde_json::Result<String> {
        let request = serde_json::to_string(&RequestText {
            method: &self.method,
            url: &self.url,
            headers: &self.sent,
            query: [],
            unknown: UNKNOWN,
        })?;
        let response = serde_json::to_string(&ResponseText {
            status: self.status,
            status_text: &self.status_text,
            headers: &self.received,
            content: Content {
                size: 0,
                mime_type: &self.mime_type,
            },
            redirect_url: "",
            unknown: UNKNOWN,
        })?;
        let others = self.others.iter();
        let others: String = others
            .map(|(name, value)| format!("\"{name}\":{value},"))
            .collect();
        let started = json!(self.started);
        Ok(format!(
            "{{{others}\"startedDateTime\":{started},\"time\":0,\"request\":{request},\"response\":{response},{LAST_MEMBERS}}}"
        ))
    }
}

/// Returns the text of a HAR file that has the entries.
pub fn text(browser: &str, version: &str, entries: &[Entry]) -> serde_json::Result<String> {
    let lines = entries.iter().map(Entry::line);
    let lines = lines.collect::<Result<Vec<_>, _>>()?.join(",\n");
    let browser = format!(
        "{{\"name\":{},\"version\":{}}}",
        json!(browser),
        json!(version)
    );
    Ok(format!(
        "{{\"log\":{{\"version\":\"1.2\",\"creator\":{CREATOR},\"browser\":{browser},\"entries\":[\n{lines}\n]}}}}\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_has_an_entry_in_each_line() {
        let entry = Entry {
            others: vec![("_error", json!("net::ERR_FAILED"))],
            url: "http://a/\"".into(),
            sent: vec![HarHeader {
                name: "x-a".into(),
                value: "1".into(),
            }],
            ..Entry::default()
        };
        let text = text("Chromium", "156", &[entry.clone(), entry]).unwrap();
        assert_eq!(text.lines().count(), 4);
        let value: Value = serde_json::from_str(&text).unwrap();
        let entry = &value["log"]["entries"][1];
        assert_eq!(entry["_error"], "net::ERR_FAILED");
        assert_eq!(entry["request"]["url"], "http://a/\"");
        assert_eq!(entry["request"]["headers"][0]["name"], "x-a");
        assert_eq!(entry["response"]["bodySize"], -1);
    }
}
