//! Lines that need much work.

use fetch_cors::cases::{Answer, answer};

use super::assert_malformed;

/// Without a limit on the work for a line, each of these lines takes minutes or all memory.
#[test]
fn work_of_a_line_is_limited() {
    // After the redirects, all requests have the origin `null`, but each page has its own cache entries.
    let fetches: Vec<String> = (0..5_000)
        .map(|i| format!(r#"{{"origin":"http://o{i}","url":"http://b/","method":"PUT"}}"#))
        .collect();
    let allowed = r#"{"status":200,"headers":[["Access-Control-Allow-Origin","*"],["Access-Control-Allow-Methods","*"]]}"#;
    let redirect =
        r#"{"status":307,"headers":[["Access-Control-Allow-Origin","*"],["Location","//c/"]]}"#;
    let line = format!(
        r#"{{"id":"a","fetches":[{}],"server":[{{"url":"http://b/","preflight":{allowed},"response":{redirect}}},{{"url":"http://c/","response":{allowed}}}]}}"#,
        fetches.join(",")
    );
    assert!(matches!(answer(line.as_bytes(), 1), Answer::Outcome(_)));

    let fetches = vec![r#"{"origin":"http://b","url":"http://b/"}"#; 20_000].join(",");
    let header = "x".repeat(1_000_000);
    let line = format!(
        r#"{{"id":"a","fetches":[{fetches}],"server":[{{"url":"http://b/","response":{{"status":200,"headers":[["a","{header}"]]}}}}]}}"#
    );
    assert_malformed(
        &line,
        "fetches: the case is too large, because the number of fetches (20000) times ",
    );
}

#[test]
fn cases_never_evict_a_cache_entry_before_it_expires() {
    let names: Vec<String> = (0..70_000).map(|i| format!("a{i}")).collect();
    let fetch = r#"{"origin":"http://a","url":"http://b/","headers":[["a0","1"]]}"#;
    let line = format!(
        r#"{{"id":"a","fetches":[{fetch},{fetch}],"server":[{{"url":"http://b/","response":{{"status":200,"headers":[["Access-Control-Allow-Origin","*"],["Access-Control-Allow-Headers","{}"],["Access-Control-Max-Age","600"]]}}}}]}}"#,
        names.join(",")
    );
    let Answer::Outcome(outcome) = answer(line.as_bytes(), 1) else {
        panic!()
    };
    let requests: Vec<_> = outcome
        .fetches
        .iter()
        .map(|fetch| fetch.requests.len())
        .collect();
    assert_eq!(requests, [2, 1]);
}
