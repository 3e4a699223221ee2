//! `policy suggest` and `policy check`.

use std::fs;

use fetch_cors::server::PolicyConfig;
use serde_json::{Value, json};

use crate::{
    explained_parts::header,
    program::{file, ran},
};

fn entry(method: &str, url: &str, headers: &[Value]) -> Value {
    let page = [header("origin", "https://app.example")];
    let headers = [&page, headers].concat();
    json!({"request": {"method": method, "url": url, "headers": headers}, "response": {"status": 200, "headers": []}})
}

fn har(name: &str, entries: &[Value]) -> String {
    file(name, json!({"log": {"entries": entries}}).to_string())
}

fn notes() -> [Value; 2] {
    let cookie = header("cookie", "a=b");
    [
        entry("GET", "https://api.example/notes", &[cookie]),
        entry("PUT", "https://api.example/notes/1", &[header("x-a", "1")]),
    ]
}

const POLICY: &str = r#"{
  "credentials": true,
  "methods": [
    "PUT"
  ],
  "origins": [
    "https://app.example"
  ],
  "request_headers": [
    "x-a"
  ]
}
"#;

#[test]
fn suggested_policy_is_a_policy_file() {
    let recording = har("suggest.har", &notes());
    let suggested = ran(&["policy", "suggest", &recording], "");
    suggested.expect(0, POLICY, "https://api.example: 2 fetches\n");
    let policy = file("suggested.json", POLICY);
    assert_eq!(ran(&["policy", &policy], "").status, 0);
    let checked = ran(&["policy", "check", &policy, &recording], "");
    checked.expect(
        0,
        "allowed  GET  https://app.example  https://api.example/notes\n\
         allowed  PUT  https://app.example  https://api.example/notes/1\n",
        "2 requests: 2 allowed, 0 allowed only without credentials, 0 denied, 0 not checked\n",
    );
}

#[test]
fn suggested_policy_is_toml_with_comments() {
    let insecure = json!({"request": {"method": "GET", "url": "https://api.example/", "headers": [
        header("origin", "http://app.example"), header("cookie", "a=b")]}, "response": {"status": 200}});
    let recording = har("suggest-toml.har", &[insecure, notes()[0].clone()]);
    let suggested = ran(&["policy", "suggest", "--toml", &recording], "");
    assert_eq!((suggested.status, &*suggested.err), (0, ""));
    let lines: Vec<_> = suggested.out.lines().collect();
    assert_eq!(lines[0], "# https://api.example: 2 fetches");
    assert!(
        lines[1].starts_with("# insecure-origin: `http://app.example`: "),
        "{}",
        lines[1]
    );
    let policy = file("suggested.toml", &suggested.out);
    let valid = ran(&["policy", "--json", &policy], "");
    assert_eq!(valid.status, 0, "{}", valid.out);
    assert_eq!(valid.json()[0]["dangerously_allow_insecure_origins"], true);
    assert_eq!(
        valid.json()[0]["origins"],
        json!(["http://app.example", "https://app.example"])
    );
}

#[test]
fn policy_of_one_server_is_selected() {
    let other = entry("GET", "https://cdn.example/font", &[]);
    let [get, put] = notes();
    let recording = har("suggest-servers.har", &[get, other, put]);
    let several = ran(&["policy", "suggest", &recording], "");
    assert_eq!((several.status, &*several.out), (2, ""));
    let servers = "https://api.example: 2 fetches\nhttps://cdn.example: 1 fetch\n";
    let advice = "the recording has requests to 2 servers, but a policy file is for one server: choose the server with `--only-url 'https://api.example/*'`, or print all policies with `--json`\n";
    assert_eq!(
        several.err,
        format!("{servers}fetch-cors: `{recording}`: {advice}")
    );
    // The message also says that the recording is not readable to its end.
    let text = fs::read_to_string(&recording).unwrap();
    let cut = file("suggest-servers-cut.har", text.strip_suffix("]}}").unwrap());
    let broken = ran(&["policy", "suggest", &cut], "");
    assert_eq!((broken.status, &*broken.out), (2, ""));
    let found = broken.err.strip_prefix(servers).unwrap();
    let found = found.strip_suffix(&format!("; {advice}")).unwrap();
    let expected = format!("fetch-cors: `{cut}`: line 1, column ");
    assert!(found.starts_with(&expected), "{found}");
    let one = ran(
        &[
            "policy",
            "suggest",
            &recording,
            "--only-url",
            "https://api.example",
        ],
        "",
    );
    assert_eq!((one.status, &*one.out), (0, POLICY));
    let all = ran(&["policy", "suggest", "--json", &recording], "");
    let lines = all.json();
    assert_eq!((all.status, lines.len()), (0, 2));
    assert_eq!(lines[1]["server"], "https://cdn.example");
    assert_eq!(
        lines[1]["policy"],
        json!({"origins": ["https://app.example"]})
    );
    assert_eq!(lines[1]["warnings"][0]["warning"], "unknown-credentials");
}

/// The request has no response, because Chromium blocked the preflight response. The preflight response blocks only a
/// credentialed request.
#[test]
fn error_that_fits_only_credentials_shows_the_credentials_mode() {
    let asks_for_put = header("access-control-request-method", "PUT");
    let mut preflight = entry("OPTIONS", "https://api.example/notes", &[asks_for_put]);
    preflight["response"]["headers"] = json!([
        header("Access-Control-Allow-Origin", "*"),
        header("Access-Control-Allow-Methods", "PUT")
    ]);
    let mut blocked = entry("PUT", "https://api.example/notes", &[]);
    blocked["response"] = json!({"status": 0, "headers": [], "_error": "net::ERR_FAILED"});
    let recording = har("only-credentials.har", &[preflight, blocked]);
    let suggested = ran(&["policy", "suggest", &recording], "");
    let expected =
        json!({"origins": ["https://app.example"], "methods": ["PUT"], "credentials": true});
    let policy: Value = serde_json::from_str(&suggested.out).unwrap();
    assert_eq!(policy, expected);
    let explained = ran(&["explain", &recording], "").out;
    assert!(!explained.contains("does not show whether"), "{explained}");
}

/// Firefox records a blocked response like any other response. The warning has the fetch that the browser blocked if it has
/// credentials, and the check does not pass while the credentials mode is unknown.
#[test]
fn fetch_that_is_blocked_only_with_credentials_is_named() {
    let mut wildcard = entry("GET", "https://api.example/notes?secret", &[]);
    wildcard["response"]["headers"] = json!([header("Access-Control-Allow-Origin", "*")]);
    let recording = |name: &str, creator: &str, entry: &Value| {
        let log = json!({"log": {"creator": {"name": creator}, "entries": [entry]}});
        file(name, log.to_string())
    };
    let firefox = recording("check-credentials.har", "Firefox", &wildcard);
    let suggested = ran(&["policy", "suggest", "--toml", &firefox], "").out;
    let warning = "# blocked-with-credentials: `GET https://api.example/notes`: the recorded server blocks this fetch only if it has credentials";
    assert!(suggested.contains(warning), "{suggested}");
    assert!(!suggested.contains("# unknown-credentials"), "{suggested}");
    let with_credentials = [
        "policy",
        "suggest",
        "--toml",
        "--credentials",
        "include",
        &*firefox,
    ];
    let with_credentials = ran(&with_credentials, "").out;
    assert!(
        with_credentials.contains("\ncredentials = true\n"),
        "{with_credentials}"
    );
    assert!(
        !with_credentials.contains("# blocked-with"),
        "{with_credentials}"
    );

    let policy = file(
        "check-credentials.json",
        r#"{"origins": ["https://app.example"]}"#,
    );
    for (more, status, verdict) in [
        (&[][..], 1, "allowed only without credentials  GET"),
        (&["--credentials", "same-origin"], 0, "allowed  GET"),
        (&["--credentials", "include"], 1, "denied  GET"),
    ] {
        let checked = ran(
            &[&["policy", "check", &policy, &firefox], more].concat(),
            "",
        );
        assert_eq!(checked.status, status, "{}", checked.out);
        assert!(checked.out.starts_with(verdict), "{}", checked.out);
    }
    // Chromium does not record the body of a blocked response, so this fetch worked and has no credentials.
    wildcard["response"]["content"] = json!({"size": 2, "text": "[]"});
    let chromium = recording("check-worked.har", "WebInspector", &wildcard);
    let checked = ran(&["policy", "check", &policy, &chromium], "");
    assert_eq!(
        (checked.status, checked.out.starts_with("allowed  GET")),
        (0, true),
        "{}",
        checked.out
    );
    let suggested = ran(&["policy", "suggest", "--toml", &chromium], "").out;
    assert!(!suggested.contains("credentials"), "{suggested}");
}

/// A policy is for one server, so requests to another server are not checked against the policy.
#[test]
fn policy_is_checked_with_requests_to_one_server() {
    let other = entry("GET", "https://cdn.example/font", &[]);
    let [get, put] = notes();
    let recording = har("check-servers.har", &[get, other, put]);
    let policy = file("check-servers.json", POLICY);
    for options in [&[][..], &["--json"]] {
        let several = ran(
            &[&["policy", "check", &policy, &recording], options].concat(),
            "",
        );
        assert_eq!((several.status, &*several.out), (2, ""));
        let expected = format!(
            "https://api.example: 2 fetches\nhttps://cdn.example: 1 fetch\nfetch-cors: `{recording}`: the recording has requests to 2 servers, but a policy file is for one server: choose the server with `--only-url 'https://api.example/*'`\n"
        );
        assert_eq!(several.err, expected);
    }
    let only = ["--only-url", "https://api.example/"];
    let one = ran(
        &[&["policy", "check", &policy, &recording], &only[..]].concat(),
        "",
    );
    assert_eq!((one.status, one.out.lines().count()), (0, 2), "{}", one.out);
}

#[test]
fn header_that_the_policy_does_not_expose_is_named() {
    let [mut get, _] = notes();
    get["response"]["headers"] = json!([
        header("access-control-allow-origin", "https://app.example"),
        header("access-control-allow-credentials", "true"),
        header("access-control-expose-headers", "X-Total"),
        header("x-total", "3"),
    ]);
    let recording = har("hidden.har", &[get]);
    let policy = file("hidden.json", POLICY);
    let checked = ran(&["policy", "check", &policy, &recording], "");
    assert_eq!(
        (checked.status, &*checked.out),
        (
            0,
            "allowed  GET  https://app.example  https://api.example/notes\n  the page can no longer read the response header `x-total`: add `x-total` to `expose_headers`\n"
        )
    );
    let json = ran(&["policy", "check", "--json", &policy, &recording], "").json();
    assert_eq!(json[0]["hidden_headers"], json!(["x-total"]));
}

#[test]
fn denied_requests_have_all_reasons() {
    let recording = har("check.har", &[&notes()[..], &notes()[1..]].concat());
    let policy = file("check.json", r#"{"origins": ["https://app.example"]}"#);
    let checked = ran(&["policy", "check", &policy, &recording], "");
    checked.expect(
        1,
        "denied  GET  https://app.example  https://api.example/notes\n\
         \x20 credentialed requests are not allowed: set `credentials` to `true`\n\
         denied  PUT  https://app.example  https://api.example/notes/1 (2 times)\n\
         \x20 the policy does not allow the method `PUT`: add `PUT` to `methods`\n\
         \x20 the policy does not allow the request header `x-a`: add `x-a` to `request_headers`\n",
        "3 requests: 0 allowed, 0 allowed only without credentials, 3 denied, 0 not checked\n",
    );
    let json = ran(&["policy", "check", "--json", &policy, &recording], "").json();
    assert_eq!(
        json[1],
        json!({"entry": 1, "server": "https://api.example", "method": "PUT", "url": "https://api.example/notes/1",
            "origin": "https://app.example", "verdict": "denied",
            "reasons": ["the policy does not allow the method `PUT`: add `PUT` to `methods`", "the policy does not allow the request header `x-a`: add `x-a` to `request_headers`"]})
    );
    let port = entry("GET", "https://api.example:6000/", &[]);
    let [get, _] = notes();
    let mixed = har(
        "check-unchecked.har",
        &[entry("GET", "https://api.example/", &[]), port],
    );
    let checked = ran(&["policy", "check", &policy, &mixed], "");
    assert_eq!(checked.status, 1, "{}", checked.err);
    assert!(
        checked
            .out
            .starts_with("allowed only without credentials  GET"),
        "{}",
        checked.out
    );
    assert!(checked.err.contains("1 not checked"), "{}", checked.err);
    let allowed = har("check-allowed.har", &[get]);
    let policy = file(
        "check-allowed.json",
        r#"{"origins": ["https://app.example"], "credentials": true}"#,
    );
    assert_eq!(ran(&["policy", "check", &policy, &allowed], "").status, 0);
}

#[test]
fn order_of_policy_and_recording_is_named() {
    for (name, quote) in [("policy-order", ""), ("policy order $HOME", "'")] {
        let recording = har(&format!("{name}.har"), &notes());
        let policy = file(
            &format!("{name}.json"),
            r#"{"origins": ["https://app.example"]}"#,
        );
        let complaint = ran(&["policy", "check", &recording, &policy], "").complaint();
        let expected = format!(
            "the first file is a HAR recording, but the policy comes first: `fetch-cors policy check {quote}{policy}{quote} {quote}{recording}{quote}`"
        );
        assert_eq!(complaint, expected);
    }
}

/// The exit status is not a success if the check has no requests, or if only a part of the recording is readable.
#[test]
fn nothing_to_check_is_an_error() {
    let policy = file("nothing.json", r#"{"origins": ["https://app.example"]}"#);
    let own = json!({
        "request": {"method": "GET", "url": "https://app.example/", "headers": []},
        "response": {"status": 200, "headers": []},
    });
    let recording = har("nothing.har", &[own.clone(), own]);
    let complaint = ran(&["policy", "check", &policy, &recording], "").complaint();
    assert!(complaint.ends_with(": nothing is checked: the recording has 2 entries, but no cross-origin request that a policy can allow or deny"), "{complaint}");
    let complaint = ran(&["policy", "suggest", &recording], "").complaint();
    assert!(
        complaint.ends_with(
            ": the recording has 2 entries, but no cross-origin fetch that a policy can allow"
        ),
        "{complaint}"
    );
    let filtered = har("nothing-filtered.har", &notes());
    let complaint = ran(
        &[
            "policy",
            "check",
            &policy,
            &filtered,
            "--only-url",
            "absent",
        ],
        "",
    )
    .complaint();
    assert!(complaint.contains("nothing is checked"), "{complaint}");
    assert!(
        complaint.ends_with("contains `absent`: change `--only-url`"),
        "{complaint}"
    );
    let suggest = ["policy", "suggest", &filtered, "--only-url", "absent"];
    let complaint = ran(&suggest, "").complaint();
    assert!(
        complaint.ends_with("contains `absent`: change `--only-url`"),
        "{complaint}"
    );

    let text = json!({"log": {"entries": notes()}}).to_string();
    let broken = file("nothing-broken.har", &text.as_bytes()[..text.len() - 3]);
    let checked = ran(&["policy", "check", &policy, &broken], "");
    assert_eq!(
        (checked.status, checked.out.lines().count()),
        (1, 5),
        "{}",
        checked.out
    );
    assert!(
        checked
            .err
            .ends_with("; only the readable part is checked\n"),
        "{}",
        checked.err
    );
    let suggested = ran(&["policy", "suggest", &broken], "");
    assert_eq!((suggested.status, &*suggested.out), (1, POLICY));
    assert!(
        suggested
            .err
            .contains("2 entries before this position are readable"),
        "{}",
        suggested.err
    );

    let invalid = file("nothing-invalid.json", r#"{"origins": ["https://a/"]}"#);
    let checked = ran(&["policy", "check", &invalid, &filtered], "");
    assert_eq!((checked.status, &*checked.out), (2, ""));
    assert!(
        checked.err.contains("is not a valid policy"),
        "{}",
        checked.err
    );
}

/// A damaged entry is perhaps a request, so the command does not succeed.
#[test]
fn damaged_entry_is_not_checked() {
    let policy = file("damaged.json", POLICY);
    let [get, put] = notes();
    let recording = har("damaged.har", &[get, json!({}), put]);
    let checked = ran(&["policy", "check", &policy, &recording], "");
    assert_eq!(checked.status, 1, "{}", checked.err);
    assert!(
        checked.err.ends_with(
            "\n3 requests: 2 allowed, 0 allowed only without credentials, 0 denied, 1 not checked\n"
        ),
        "{}",
        checked.err
    );
    let suggested = ran(&["policy", "suggest", &recording], "");
    assert_eq!((suggested.status, &*suggested.out), (1, POLICY));
    assert!(
        suggested
            .err
            .ends_with("does not include the requests of 1 damaged entry: correct the recording, or record again\n"),
        "{}",
        suggested.err
    );
}

/// The suggested text does not select other servers whose origin begins with the same characters.
#[test]
fn suggested_text_selects_one_server() {
    let urls = [
        "https://api.example/",
        "https://api.example:8443/",
        "https://api.example.org/",
    ];
    let recording = har(
        "same-beginning.har",
        &urls.map(|url| entry("GET", url, &[])),
    );
    let complaint = ran(&["policy", "suggest", &recording], "").err;
    let (_, text) = complaint.split_once("--only-url ").unwrap();
    let (text, _) = text.split_once('`').unwrap();
    let text = text.trim_matches('\'');
    let one = ran(&["policy", "suggest", &recording, "--only-url", text], "");
    assert_eq!(one.status, 0, "{}", one.err);
    assert!(
        one.err.starts_with("https://api.example: 1 fetch\n"),
        "{}",
        one.err
    );
}

#[test]
fn denied_requests_are_first() {
    let policy = file("first.json", r#"{"origins": ["https://app.example"]}"#);
    let recording = har(
        "first.har",
        &[
            entry("GET", "https://api.example/", &[]),
            entry("PUT", "https://api.example/", &[]),
        ],
    );
    let checked = ran(&["policy", "check", &policy, &recording], "");
    let verdicts: Vec<_> = checked.out.lines().map(|line| line.get(..8)).collect();
    assert_eq!(
        verdicts,
        [Some("denied  "), Some("  the po"), Some("allowed ")]
    );
    assert!(
        checked.err.contains("\nallowed only without credentials: ")
            && checked
                .err
                .contains("set `credentials` if the page fetches with `credentials: \"include\"`"),
        "{}",
        checked.err
    );
}

#[test]
fn compressed_recordings_have_a_fix() {
    for (start, fix) in [
        (&b"\x1f\x8b\x08\0"[..], "gzip -dc"),
        (b"PK\x03\x04", "unzip"),
        (b"\x28\xb5\x2f\xfd", "zstd -d"),
        (b"\xff\xfe{\0", "iconv -f UTF-16"),
        (b"{\0\"\0", "iconv -f UTF-16"),
    ] {
        let recording = file("compressed.har", start);
        for arguments in [&["explain"][..], &["policy", "suggest"]] {
            let complaint = ran(&[arguments, &[&recording]].concat(), "").complaint();
            assert!(complaint.contains(fix), "{complaint}");
        }
    }
}

/// A policy has at most the max-age that browsers use, so the policy can have less than the recorded server.
#[test]
fn help_names_the_limit_of_the_max_age() {
    let limit = format!("at most {} seconds", PolicyConfig::MAX_AGE_LIMIT_SECONDS);
    let help = ran(&["policy", "suggest", "--help"], "").out;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains(&limit), "{help}");
}
