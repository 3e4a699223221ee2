//! Changes generated cases into cases that a page can run.

use url::{Position, Url};

use super::{location, pauses};
use crate::case::{Answer, Answers, Case};

/// The origins that the page and its frames can have.
pub const PLAIN_PAGES: &[&str] = &[
    "http://127.0.0.1:8001",
    "http://127.0.0.1:8002",
    "http://localhost:8003",
    "null",
];

/// Origins whose host is in the hosts file. A browser has this hosts file only in Linux namespaces.
pub const NAMED_PAGES: &[&str] = &["https://app.example", "https://sub.app.example"];

/// The servers whose host does not need a hosts file. Nothing listens on port 25, because browsers block this port.
const PLAIN_SERVERS: &[&str] = &[
    "http://127.0.0.1:8001",
    "http://127.0.0.1:8002",
    "http://localhost:8003",
    "http://127.0.0.1:25",
];

/// The servers whose host is in the hosts file.
const NAMED_SERVERS: &[&str] = &[
    "http://app.example",
    "https://app.example",
    "https://sub.app.example",
];

/// Content types with capital letters. A request body that a script passes can have such a type.
const TYPES_WITH_CAPITALS: &[&str] = &[
    "text/plain;charset=UTF-8",
    "application/x-www-form-urlencoded;charset=UTF-8",
];

/// Returns the case with its id as the first segment of each path, and with short pauses. Returns `None` if a page
/// cannot run the case.
pub fn recordable(mut case: Case) -> Option<Case> {
    let folder = format!("/{}", case.id);
    let mut times: Vec<f64> = case.fetches.iter().map(|fetch| fetch.at).collect();
    pauses::shorten(&mut times);
    for (fetch, at) in case.fetches.iter_mut().zip(times) {
        fetch.at = at;
        if !is_page(&fetch.origin) || !can_be_sent(fetch.body["type"].as_str()) {
            return None;
        }
        fetch.url = in_folder(&fetch.url, &folder)?;
    }
    for resource in &mut case.server {
        resource.url = in_folder(&resource.url, &folder)?;
        let answers = resource
            .preflight
            .iter_mut()
            .chain([&mut resource.response]);
        for answer in answers.flat_map(|answers| answers.iter_mut()) {
            let Answer::Response { headers, .. } = answer else {
                continue;
            };
            for (name, value) in headers {
                if name.eq_ignore_ascii_case("location") {
                    *value = location::in_folder(value, &folder);
                    if !leads_to_a_server(value) {
                        return None;
                    }
                }
            }
        }
    }
    Some(case)
}

/// Checks a case of a file. The paths of the case must begin with its id, because the server finds the case of a
/// request by this id. The recorder must have the pages and the servers of the case.
pub fn check(case: &Case) -> Result<(), String> {
    for (number, fetch) in case.fetches.iter().enumerate() {
        let member = format!("`fetches[{number}]");
        if !is_page(&fetch.origin) {
            let pages = [PLAIN_PAGES, NAMED_PAGES].concat().join("`, `");
            return Err(format!(
                "{member}.origin` is `{}`, but the recorder has no page with this origin: use `{pages}`",
                fetch.origin
            ));
        }
        let body_type = fetch.body["type"].as_str();
        if !can_be_sent(body_type) {
            return Err(format!(
                "{member}.body.type` is `{}`, but a page cannot make a body whose type has capital letters: write small letters",
                body_type.unwrap_or_default()
            ));
        }
        check_url(&format!("{member}.url`"), &fetch.url, &case.id)?;
    }
    for (number, resource) in case.server.iter().enumerate() {
        check_url(&format!("`server[{number}].url`"), &resource.url, &case.id)?;
        let answers = resource.preflight.iter().chain([&resource.response]);
        for answer in answers.flat_map(Answers::iter) {
            let Answer::Response { headers, .. } = answer else {
                continue;
            };
            for (name, value) in headers {
                if name.eq_ignore_ascii_case("location") {
                    let member = format!("`Location` of `server[{number}]`");
                    check_location(&member, value, &resource.url, &case.id)?;
                }
            }
        }
    }
    Ok(())
}

fn check_url(member: &str, text: &str, id: &str) -> Result<(), String> {
    let url = Url::parse(text).map_err(|error| format!("{member} is `{text}`: {error}"))?;
    if !has_server(&url) {
        return Err(no_server(member, text));
    }
    if is_in_folder(&url, id) {
        return Ok(());
    }
    let folder = format!("/{id}");
    let fixed = in_folder(text, &folder).unwrap_or_default();
    Err(format!("{member} is `{text}`, but {RULE}: write `{fixed}`"))
}

/// Checks a value of `Location`. `base` is the URL of the response. A relative value is resolved against `base`.
fn check_location(member: &str, text: &str, base: &str, id: &str) -> Result<(), String> {
    let Some(url) = Url::parse(base).ok().and_then(|base| base.join(text).ok()) else {
        return Ok(());
    };
    if !matches!(url.scheme(), "http" | "https") || is_in_folder(&url, id) && has_server(&url) {
        return Ok(());
    }
    if !has_server(&url) {
        return Err(no_server(member, text));
    }
    let fixed = location::in_folder(text, &format!("/{id}"));
    if fixed == text {
        return Err(format!(
            "{member} is `{text}`, which leads to `{url}`, but {RULE}: write a value that leads to `/{id}/`"
        ));
    }
    Err(format!("{member} is `{text}`, but {RULE}: write `{fixed}`"))
}

const RULE: &str = "the first part of the path must be the id of the case";

fn no_server(member: &str, text: &str) -> String {
    let servers = [PLAIN_SERVERS, NAMED_SERVERS].concat().join("`, `");
    format!("{member} is `{text}`, but no server listens there: use `{servers}`")
}

fn is_in_folder(url: &Url, id: &str) -> bool {
    url.path_segments().and_then(|mut parts| parts.next()) == Some(id)
}

/// Whether the case can run without a hosts file.
pub fn is_plain(case: &Case) -> bool {
    let text = serde_json::to_string(case).unwrap_or_default();
    !text.contains("app.example")
}

fn is_page(origin: &str) -> bool {
    PLAIN_PAGES.contains(&origin) || NAMED_PAGES.contains(&origin)
}

fn can_be_sent(body_type: Option<&str>) -> bool {
    body_type.is_none_or(|body_type| {
        TYPES_WITH_CAPITALS.contains(&body_type)
            || !body_type.contains(|c: char| c.is_ascii_uppercase())
    })
}

fn in_folder(url: &str, folder: &str) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    if !has_server(&url) {
        return None;
    }
    url.set_path(&format!("{folder}{}", url.path()));
    Some(url.into())
}

fn has_server(url: &Url) -> bool {
    let host_and_port = &url[Position::BeforeHost..Position::BeforePath];
    let origin = format!("{}://{host_and_port}", url.scheme());
    PLAIN_SERVERS.contains(&&*origin) || NAMED_SERVERS.contains(&&*origin)
}

/// Whether the recorder has a server for the URL in a `Location` value. A value without a host leads to the server of
/// the response. Also returns true for a value that no browser follows, such as a value with a scheme other than http
/// and https.
fn leads_to_a_server(location: &str) -> bool {
    let base = Url::parse(PLAIN_SERVERS[0]).expect("a valid URL");
    match base.join(location) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => has_server(&url),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(fetch: &str, location: &str) -> Case {
        let line = format!(
            r#"{{"id":"a-1","fetches":[{{{fetch}}}],"server":[{{"url":"http://127.0.0.1:8002/r","response":{{"status":302,"headers":[["location","{location}"]]}}}}]}}"#
        );
        serde_json::from_str(&line).unwrap()
    }

    const FETCH: &str = r#""origin":"null","url":"http://user@127.0.0.1:8002/r?q#f""#;

    #[test]
    fn paths_begin_with_the_id() {
        let case = recordable(case(FETCH, "/h1")).unwrap();
        assert_eq!(case.fetches[0].url, "http://user@127.0.0.1:8002/a-1/r?q#f");
        assert_eq!(case.server[0].url, "http://127.0.0.1:8002/a-1/r");
        assert!(
            serde_json::to_string(&case)
                .unwrap()
                .contains(r#"["location","/a-1/h1"]"#)
        );
    }

    #[test]
    fn case_needs_known_pages_and_servers() {
        for fetch in [
            r#""origin":"capacitor://localhost","url":"http://127.0.0.1:8002/r""#,
            r#""origin":"null","url":"https://other.example/r""#,
            r#""origin":"null","url":"http://127.0.0.1:8002/r","body":{"type":"Text/plain"}"#,
        ] {
            assert_eq!(recordable(case(fetch, "/h1")), None, "{fetch}");
        }
        assert_eq!(recordable(case(FETCH, "https://other.example/h1")), None);
        assert!(recordable(case(FETCH, "data:,a")).is_some());
        let named = recordable(case(FETCH, "https://app.example/h1")).unwrap();
        assert!(!is_plain(&named) && is_plain(&case(FETCH, "/h1")));
    }
}
