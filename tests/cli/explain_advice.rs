//! `explain`: the fixes of redirects to login pages, files, local URLs and international hosts; repeated failures;
//! options that do not fit the input.

use serde_json::{Value, json};

use crate::program::{Ran, file, ran};

const PAGE: [&str; 5] = [
    "explain",
    "--origin",
    "https://app.example",
    "--url",
    "https://api.example/notes",
];

/// Explains a GET request with a response.
fn with_response(more: &[&str], headers: &str) -> Ran {
    let arguments = [&PAGE, more, &["--response", "-"]].concat();
    ran(&arguments, format!("HTTP/1.1 200 OK\n{headers}\n"))
}

fn har(name: &str, entries: &[Value]) -> String {
    let har = json!({"log": {"entries": entries}}).to_string();
    file(&format!("explain-advice-{name}.har"), har)
}

fn header(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value})
}

/// Returns an entry of a GET request with the mode `cors`.
fn entry(url: &str, origin: &str, response: Value) -> Value {
    let headers = [header("Origin", origin), header("Sec-Fetch-Mode", "cors")];
    let request = json!({"method": "GET", "url": url, "headers": headers});
    json!({"request": request, "response": response})
}

/// Browsers fetch these URLs without a server.
#[test]
fn urls_without_a_server_are_undecided() {
    for url in ["data:text/plain,a", "blob:https://app.example/1"] {
        let text = ran(
            &["explain", "--origin", "https://app.example", "--url", url],
            "",
        )
        .out;
        assert!(
            text.starts_with("undecided: this program does not judge `data:`"),
            "{text}"
        );
        assert!(!text.contains("do not fetch"), "{text}");
    }
    let file = ran(
        &[
            "explain",
            "--origin",
            "https://app.example",
            "--url",
            "file:///a",
        ],
        "",
    )
    .out;
    assert!(file.starts_with("blocked: "), "{file}");
}

#[test]
fn page_from_a_file_is_judged_as_the_origin_null() {
    let arguments = [
        "explain",
        "--origin",
        "file://",
        "--url",
        "https://api.example/",
        "--response",
        "-",
    ];
    let found = ran(&arguments, "HTTP/1.1 200 OK\n\n");
    assert!(found.out.contains("page null,"), "{}", found.out);
    assert!(
        found
            .out
            .contains("load the page from an http or https server"),
        "{}",
        found.out
    );
    assert!(found.err.contains("a web view of an app"), "{}", found.err);
}

/// A script cannot use a login page, so no answer of the login page is the fix.
#[test]
fn redirect_to_a_login_page_has_one_fix() {
    let fix = "for the status 401, let the page navigate to the login page";
    let is_right = |text: &str| {
        let words: Vec<_> = text.split_whitespace().collect();
        let text = words.join(" ");
        assert!(text.contains(fix), "{text}");
        assert!(text.contains("- status 302 + status 401"), "{text}");
        for wrong in ["+ Access-Control-Allow-Origin: null", "let the page fetch"] {
            assert!(!text.contains(wrong), "{text}");
        }
    };
    let location = "Location: https://login.example/auth\n";
    let allowed = "Access-Control-Allow-Origin: https://app.example\n";
    for headers in [String::from(location), format!("{location}{allowed}")] {
        let redirect = format!("HTTP/1.1 302 Found\n{headers}\n");
        let text = ran(&[&PAGE[..], &["--response", "-"]].concat(), &*redirect).out;
        is_right(&text);
        let preflight = format!("HTTP/1.1 204 No Content\n{allowed}\n");
        let preflight = file("explain-advice-preflight.txt", preflight);
        let more = ["-X", "PUT", "--preflight", &preflight, "--response", "-"];
        let text = ran(&[&PAGE[..], &more].concat(), &*redirect).out;
        is_right(&text);
        assert!(
            text.contains("+ Access-Control-Allow-Methods: PUT"),
            "{text}"
        );
    }
    let allow = header("Access-Control-Allow-Origin", "https://app.example");
    let redirect = json!({"status": 302, "headers": [header("Location", "https://login.example/auth"), allow]});
    let mut blocked = entry(
        "https://login.example/auth",
        "null",
        json!({"status": 0, "headers": []}),
    );
    blocked["response"]["_error"] = json!("net::ERR_FAILED");
    for last in [
        blocked,
        entry(
            "https://login.example/auth",
            "null",
            json!({"status": 200, "headers": []}),
        ),
    ] {
        let first = entry(
            "https://api.example/notes",
            "https://app.example",
            redirect.clone(),
        );
        is_right(&ran(&["explain", &har("login", &[first, last])], "").out);
    }
}

/// A word such as `sso` in a URL is not enough: an API can have such a URL too.
#[test]
fn login_page_needs_more_than_a_word_in_the_url() {
    const PROBABLE: &str = "looks like a login page";
    const POSSIBLE: &str = "is possibly a login page";
    let html = "HTTP/2 200\ncontent-type: text/html\n\n";
    let json = "HTTP/2 200\ncontent-type: application/json\n\n";
    for (status, target, answer, expected) in [
        (302, "/login", "", Some(PROBABLE)),
        (302, "https://sso.example/start", html, Some(PROBABLE)),
        (
            302,
            "https://sso.example/start?rd=/notes",
            "",
            Some(PROBABLE),
        ),
        (302, "https://sso.example/start", "", Some(POSSIBLE)),
        (307, "/login", "", Some(POSSIBLE)),
        // The answer is not a page.
        (302, "/login", json, None),
        (302, "https://sso.example/avatar.png", "", None),
        (302, "https://b.example/v2/login-history", "", None),
        (302, "/v2/accounts", "", None),
        // The resource has a new place.
        (301, "/login", "", None),
        (307, "https://accounts.example/notes", "", None),
    ] {
        let redirect = format!("HTTP/1.1 {status} R\nLocation: {target}\n\n{answer}");
        let text = ran(&[&PAGE[..], &["--response", "-"]].concat(), &*redirect).out;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in [PROBABLE, POSSIBLE] {
            let is_expected = expected == Some(words);
            assert_eq!(text.contains(words), is_expected, "{redirect}{text}");
        }
        // Only a probable login page changes the fix.
        let has_fix = text.contains("+ status 401");
        assert_eq!(has_fix, expected == Some(PROBABLE), "{redirect}{text}");
    }
}

/// Browsers send an international host in ASCII.
#[test]
fn international_host_is_the_same_host() {
    let arguments = [
        "explain",
        "--origin",
        "https://xn--mnchen-3ya.example",
        "--url",
        "https://api.example/",
        "--response",
        "-",
    ];
    let explained = |value: &str| {
        let answer = format!("HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: {value}\n\n");
        ran(&arguments, answer).out
    };
    let same = explained("https://münchen.example");
    assert!(
        same.contains("browsers send this host as `xn--mnchen-3ya.example`: write this in"),
        "{same}"
    );
    for wrong in ["remove it", "allows another origin"] {
        assert!(!same.contains(wrong), "{same}");
    }
    let slash = explained("https://münchen.example/");
    assert!(
        slash.contains("browsers send this host as") && slash.contains("ends with a slash"),
        "{slash}"
    );
    let other = explained("https://köln.example");
    assert!(other.contains("allows another origin"), "{other}");
}

/// The mode `cors` is better than a weaker `Cross-Origin-Resource-Policy`.
#[test]
fn mode_no_cors_is_named_before_the_resource_policy() {
    let policy = "Cross-Origin-Resource-Policy: same-origin\n";
    let explained = |headers: &str| {
        let text = with_response(&["--mode", "no-cors"], &format!("{policy}{headers}")).out;
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let allowed = explained("Access-Control-Allow-Origin: *\n");
    let mode = allowed
        .find("use the mode `cors`: the response has the CORS headers")
        .unwrap();
    assert!(mode < allowed.find("Fix, in").unwrap(), "{allowed}");
    assert!(allowed.contains("hidden from scripts"), "{allowed}");
    let plain = explained("");
    assert!(plain.contains("still hidden from scripts"), "{plain}");
}

/// Chromium drops the header, so no preflight is needed, and none is cached.
#[test]
fn header_that_an_engine_drops_is_named() {
    let arguments = ["--engine", "chromium", "-H", "User-Agent: x"];
    let text = with_response(&arguments, "Access-Control-Allow-Origin: *\n").out;
    assert!(
        text.contains("the browser drops the header `user-agent`"),
        "{text}"
    );
    assert!(!text.contains("cached"), "{text}");
}

/// If a recorded call succeeded, a credentials mode that blocks the call is not explained.
#[test]
fn call_that_worked_is_readable() {
    let answer = |body: Value| json!({"status": 200, "headers": [header("Access-Control-Allow-Origin", "*")], "content": body});
    let explained = |name: &str, body: Value, options: &[&str]| {
        let entries = [entry(
            "https://api.example/",
            "https://app.example",
            answer(body),
        )];
        ran(&[&["explain", &har(name, &entries)], options].concat(), "").out
    };
    let body = || json!({"size": 2, "text": "{}"});
    let worked = explained("worked", body(), &[]);
    assert!(worked.starts_with("no fetch is blocked"), "{worked}");
    let readable = explained("readable", body(), &["--all"]);
    let start = "GET https://api.example/\nreadable: ";
    assert!(readable.starts_with(start), "{readable}");
    assert!(!readable.contains("`include`"), "{readable}");
    let unknown = explained("unknown", json!({"size": 0}), &[]);
    assert!(unknown.contains("Fix, in"), "{unknown}");
}

/// A proxy records network errors, but no CORS failures. So a blocked response without an error is not a contradiction.
#[test]
fn recording_of_a_proxy_does_not_contradict_an_explanation() {
    let origin = "https://app.example";
    let mut failed = entry(
        "https://api.example/a",
        origin,
        json!({"status": 0, "headers": []}),
    );
    failed["response"]["_error"] = json!("net::ERR_CONNECTION_REFUSED");
    let blocked = entry(
        "https://api.example/b",
        origin,
        json!({"status": 200, "headers": []}),
    );
    let text = |name: &str, creator: &str| {
        let log =
            json!({"creator": {"name": creator}, "entries": [failed.clone(), blocked.clone()]});
        let har = file(name, json!({"log": log}).to_string());
        ran(&["explain", &har], "").out
    };
    let contradiction = "The recording has another result";
    assert!(text("proxy-panel.har", "WebInspector").contains(contradiction));
    assert!(!text("proxy.har", "mitmproxy").contains(contradiction));
}

#[test]
fn recording_without_a_fetch_of_a_page_says_so() {
    let mut request = entry(
        "https://api.example/",
        "https://app.example",
        json!({"status": 200, "headers": []}),
    );
    request["request"]["headers"] = json!([header("User-Agent", "insomnia/8")]);
    let har = har("no-page", std::slice::from_ref(&request));
    let sentence = "no cross-origin fetch of a page is in the recording: ";
    let text = ran(&["explain", &har], "");
    assert!(
        text.status == 2 && text.err.contains(sentence) && text.out.is_empty(),
        "{}",
        text.err
    );
    assert_eq!(ran(&["explain", "--json", &har], "").status, 2);
    let page = ran(&["explain", "--html", "-", &har], "");
    assert_eq!(page.status, 2);
    assert!(page.out.contains(sentence), "{}", page.out);
    // The entry without readable headers is possibly a fetch of a page.
    let mut damaged = request.clone();
    damaged["request"]["headers"] = json!(5);
    let har = self::har("damaged-page", &[damaged, request]);
    let text = ran(&["explain", &har], "").err;
    let sentence = "no readable cross-origin fetch of a page is in the recording: ";
    assert!(text.contains(sentence), "{text}");
}

/// A group has one line with the numbers of its fetches, and the overview has one entry for each group.
#[test]
fn groups_of_fetches_have_one_line() {
    let answers = [
        json!({"status": 200, "headers": []}),
        json!({"status": 200, "headers": [header("Access-Control-Allow-Origin", "null")]}),
    ];
    let entries: Vec<_> = (0..30)
        .map(|number| {
            // Every second fetch belongs to another server.
            let url = format!("https://api{}.example/n", number % 2);
            entry(&url, "https://app.example", answers[0].clone())
        })
        .chain([entry(
            "https://api0.example/n",
            "https://app.example",
            answers[1].clone(),
        )])
        .collect();
    let text = ran(&["explain", &har("groups", &entries)], "").out;
    for start in [
        "\n1. GET https://api0.example/n (and 14 more)\n",
        "\n2. GET https://api1.example/n (and 14 more)\n",
        "\n31. GET https://api0.example/n\n",
        "\nFetches 3, 5, 7, 9, 11 and 9 more: the same as fetch 1\n  GET https://api0.example/n\n\n",
        "\nFetches 4, 6, 8, 10, 12 and 9 more: the same as fetch 2\n  GET https://api1.example/n\n\n",
    ] {
        assert!(text.contains(start), "{start}: {text}");
    }
}

/// A recording without a blocked fetch has one sentence, and the notes about its cookies.
#[test]
fn recording_without_a_blocked_fetch_says_so() {
    let cookie = header("Set-Cookie", "sid=1; SameSite=Lax");
    let allowed = [
        header("Access-Control-Allow-Origin", "https://app.example"),
        header("Access-Control-Allow-Credentials", "true"),
        cookie,
    ];
    let mut readable = entry(
        "https://api.example/",
        "https://app.example",
        json!({"status": 200, "headers": allowed}),
    );
    let headers = readable["request"]["headers"].as_array_mut();
    headers.unwrap().push(header("Cookie", "sid=1"));
    let har = har("readable", &[readable]);
    let text = ran(&["explain", &har], "").out;
    let sentence = "no fetch is blocked: `--all` shows the readable fetches\n";
    assert!(text.starts_with(sentence), "{text}");
    assert!(
        text.contains("Note: the cookie `sid` has `SameSite=Lax`"),
        "{text}"
    );
    let page = ran(&["explain", "--html", "-", &har], "").out;
    assert!(
        page.contains("no fetch is blocked: <code>--all</code> shows the readable fetches"),
        "{page}"
    );
    assert!(page.contains("the cookie <code>sid</code> has"), "{page}");
    assert!(!page.contains("There is no fetch to show"), "{page}");
    let all = ran(&["explain", "--all", &har], "").out;
    assert!(!all.contains("no fetch is blocked"), "{all}");
    let json = ran(&["explain", "--json", &har], "").out;
    assert_eq!(json, "");
}

/// A recording without the header `Cookie` does not show the credentials mode. The note on a cookie names the mode.
#[test]
fn note_on_a_cookie_does_not_need_the_credentials_mode() {
    let cookie = header("Set-Cookie", "sid=1; SameSite=Lax");
    let credentialed = [
        header("Access-Control-Allow-Origin", "https://app.example"),
        header("Access-Control-Allow-Credentials", "true"),
        cookie.clone(),
    ];
    let note = "Note: if the credentials mode is `include`: the cookie `sid` has `SameSite=Lax`";
    for (name, headers) in [("readable", &credentialed[..]), ("blocked", &[cookie])] {
        let response = json!({"status": 200, "headers": headers});
        let entry = entry("https://api.example/", "https://app.example", response);
        let text = ran(&["explain", &har(&format!("note-{name}"), &[entry])], "").out;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.contains("the cookie `sid` has `SameSite=Lax`"),
            "{text}"
        );
        assert_eq!(text.contains(note), name == "readable", "{text}");
    }
}

/// The request after a preflight can be missing, so its error can be missing too. This is not a contradiction.
#[test]
fn preflight_without_its_request_does_not_contradict_the_recording() {
    let mut preflight = entry(
        "https://api.example/",
        "https://app.example",
        json!({"status": 404, "headers": []}),
    );
    preflight["request"]["method"] = json!("OPTIONS");
    let headers = preflight["request"]["headers"].as_array_mut();
    headers
        .unwrap()
        .push(header("Access-Control-Request-Method", "PUT"));
    let refused = json!({"status": 0, "headers": [], "_error": "net::ERR_CONNECTION_REFUSED"});
    let refused = entry("https://b.example/", "https://app.example", refused);
    let text = ran(
        &["explain", &har("lone-preflight", &[preflight, refused])],
        "",
    )
    .out;
    assert!(
        text.contains("blocked: the preflight response has no"),
        "{text}"
    );
    assert!(!text.contains("The recording has another result"), "{text}");
}

/// Equal failures are explained once.
#[test]
fn repeated_failures_are_explained_once() {
    let entries: Vec<_> = (0..60)
        .map(|number| {
            let url = format!("https://api.example/n/{number}");
            entry(
                &url,
                "https://app.example",
                json!({"status": 200, "headers": []}),
            )
        })
        .collect();
    let text = ran(&["explain", &har("repeated", &entries)], "").out;
    assert!(text.lines().count() < 250, "{text}");
    let others = "\nFetches 2 to 60: the same as fetch 1\n  GET https://api.example/n/1\n  GET https://api.example/n/2\n  GET https://api.example/n/3\n  and 56 more\n";
    assert!(text.contains(others), "{text}");
    assert_eq!(text.matches("the same as fetch").count(), 1, "{text}");
    let page = ran(&["explain", "--html", "-", &har("repeated", &entries)], "").out;
    assert_eq!(page.matches("<article").count(), 1, "{page}");
    assert!(
        page.contains("<summary>59 other fetches have this explanation</summary>")
            && page.contains("<li>Fetch 60: GET https://api.example/n/59</li>"),
        "{page}"
    );
    let json = ran(&["explain", "--json", &har("repeated", &entries)], "").json();
    // Each fetch has a line for each credentials mode.
    assert_eq!(json.len(), 120);
    let group = |line: usize| (json[line]["fetch"].as_u64(), json[line]["same_as"].as_u64());
    assert_eq!(group(1), (Some(1), None));
    assert_eq!(group(118), (Some(60), Some(1)));
    let url = &json[118]["explanation"]["asked"]["url"];
    assert_eq!(url, "https://api.example/n/59");
    let line = "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.\n";
    let text = ran(&["explain", "-"], line.repeat(40)).out;
    assert!(
        text.starts_with("The console has this message 40 times.\nChromium: "),
        "{text}"
    );
    assert_eq!(text.matches("Likeliest fix").count(), 1, "{text}");
    let json = ran(&["explain", "--json", "-"], line.repeat(40)).out;
    assert_eq!(json.lines().count(), 40);
}

/// An option that does not fit the input is refused.
#[test]
fn options_of_another_input_are_refused() {
    let message = "net::ERR_UNSAFE_PORT";
    let har = har("options", &[]);
    let case = r#"{"id": "a", "fetches": []}"#;
    for (arguments, reason) in [
        (
            &["--all", message][..],
            "`--all` selects fetches of a HAR recording",
        ),
        (
            &["--only-url", "a", message],
            "`--only-url` selects fetches",
        ),
        (
            &["--only-status", "200", "-"],
            "`--only-status` selects fetches",
        ),
        (&["--all", "--case", "-"], "`--all` selects fetches"),
        (
            &["-X", "PUT", message],
            "`-X` describes a fetch of `--origin` and `--url`, but this is a console message",
        ),
        (&["-X", "PUT", &har], "but this is a HAR recording"),
        (
            &["-H", "a: b"],
            "`-H` describes a fetch: add `--origin ORIGIN --url URL`",
        ),
        (
            &[],
            "nothing to explain: give a console message, a HAR file",
        ),
    ] {
        let refused = ran(&[&["explain"], arguments].concat(), case);
        assert_eq!(refused.status, 2, "{arguments:?}");
        assert!(
            refused.err.contains(reason),
            "{arguments:?}: {}",
            refused.err
        );
    }
    let all = ran(&[&PAGE[..], &["--all"]].concat(), "");
    assert!(all.err.contains("`--all` selects fetches"), "{}", all.err);
}

/// Requests without CORS that the browser blocked are explained, too.
#[test]
fn blocked_resources_of_a_recording_are_explained() {
    let resource = |error: &str| {
        let headers = [
            header("Referer", "https://app.example/"),
            header("Sec-Fetch-Mode", "no-cors"),
        ];
        let url = format!("https://cdn.example/{error}");
        json!({
            "request": {"method": "GET", "url": url, "headers": headers},
            "response": {"status": 0, "headers": [], "_error": error},
            "_resourceType": "image",
        })
    };
    let entries = [
        "net::ERR_BLOCKED_BY_ORB",
        "net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin",
    ]
    .map(resource);
    let text = ran(&["explain", &har("resources", &entries)], "").out;
    assert!(text.contains("Opaque Response Blocking"), "{text}");
    assert!(text.contains("`Cross-Origin-Resource-Policy`"), "{text}");
}

/// Browsers load a font of another origin without credentials.
#[test]
fn font_has_one_credentials_mode() {
    let mut font = entry(
        "https://cdn.example/f",
        "https://app.example",
        json!({"status": 200, "headers": []}),
    );
    font["_resourceType"] = json!("font");
    let text = ran(&["explain", &har("font", &[font])], "").out;
    assert!(!text.contains("credentials mode"), "{text}");
}

/// The program does not know the rules for local networks.
#[test]
fn local_network_has_a_note() {
    for (url, is_local) in [
        ("http://192.168.0.1/", true),
        ("http://[fd00::1]/", true),
        ("http://printer.local/", true),
        ("https://api.example/", false),
    ] {
        let found = ran(
            &["explain", "--origin", "http://app.example", "--url", url],
            "",
        );
        assert_eq!(
            found.err.contains("rules of browsers for local networks"),
            is_local,
            "{url}"
        );
    }
}

/// Returns the commands that the text prints.
fn commands(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("$ "))
        .collect()
}

fn explain_put(name: &str, more: &[&str]) -> String {
    let arguments = [
        &PAGE,
        &["-X", "PUT", "-H", "Content-Type: application/json"][..],
        more,
    ]
    .concat();
    let ran = ran(&arguments, "");
    assert_eq!(ran.status, 0, "{name}: {}", ran.err);
    ran.out
}

const PUT_CAUTION: &str =
    "\nCaution: the command with `PUT` can change data: use a test instance.\n";

/// The printed commands write the files that the last command reads.
#[test]
fn unknown_answers_have_commands_and_the_next_explanation() {
    let start = "fetch-cors explain --origin https://app.example --url https://api.example/notes -X PUT -H 'Content-Type: application/json'";
    let ok = "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n\n";
    let response = file("explain-next-response.txt", ok);
    for response_arguments in [vec!["--response", &response], vec![&*response]] {
        let text = explain_put("response", &response_arguments);
        let [preflight, explain] = &commands(&text)[..] else {
            panic!("{text}");
        };
        assert!(preflight.starts_with("curl -sSviX OPTIONS "), "{text}");
        assert!(preflight.ends_with(" > preflight.txt 2>&1"), "{text}");
        let expected = format!("{start} --preflight preflight.txt --response {response}");
        assert_eq!(*explain, expected);
        assert!(!text.contains("Caution: the command"), "{text}");
    }
    let text = explain_put("nothing", &[]);
    let [_, put, explain] = &commands(&text)[..] else {
        panic!("{text}");
    };
    assert!(
        put.starts_with("curl -sSviX PUT ") && put.ends_with(" > response.txt 2>&1"),
        "{text}"
    );
    assert_eq!(
        *explain,
        format!("{start} --preflight preflight.txt --response response.txt")
    );
    assert!(text.contains(PUT_CAUTION), "{text}");

    // The answer to the redirected request goes to the end of the file with the redirect.
    let redirect = "HTTP/1.1 302 Found\nAccess-Control-Allow-Origin: *\nLocation: /b\n\n";
    let redirect = file("explain-next-redirect.txt", redirect);
    let text = ran(&[&PAGE, &["--response", &*redirect][..]].concat(), "").out;
    let [get, explain] = &commands(&text)[..] else {
        panic!("{text}");
    };
    assert!(get.ends_with(&format!("/b >> {redirect} 2>&1")), "{text}");
    assert!(
        explain.ends_with(&format!(" --response {redirect}")),
        "{text}"
    );
    assert!(!text.contains("Caution: the command"), "{text}");

    // The standard input is not a file, so the answer to the redirect is not in a file.
    let redirect = "HTTP/1.1 302 Found\nAccess-Control-Allow-Origin: *\nLocation: /b\n\n";
    let pasted = ran(&[&PAGE, &["--response", "-"][..]].concat(), redirect).out;
    assert!(pasted.contains("\n$ curl "), "{pasted}");
    assert!(!pasted.contains("$ fetch-cors"), "{pasted}");
    let arguments = [
        &PAGE,
        &["--credentials", "include", "--mode", "no-cors"][..],
    ]
    .concat();
    let text = ran(&arguments, "").out;
    assert!(
        text.contains(" --mode no-cors --credentials include --response response.txt\n"),
        "{text}"
    );
}

/// If the preflight is refused, the first command sends the preflight again.
#[test]
fn refused_preflight_is_checked_before_the_request() {
    let refused = file("explain-next-refused.txt", "HTTP/1.1 404 Not Found\n\n");
    let text = explain_put("refused", &["--preflight", &refused]);
    let [doubted, explain_doubted, preflight, put, explain] = &commands(&text)[..] else {
        panic!("{text}");
    };
    assert_eq!(doubted, preflight, "{text}");
    assert!(
        explain_doubted.ends_with(" --preflight preflight.txt"),
        "{text}"
    );
    assert!(
        text.contains("\nTo check the fix, run:\n$ curl -sSviX OPTIONS "),
        "{text}"
    );
    assert!(put.starts_with("curl -sSviX PUT "), "{text}");
    assert!(
        explain.ends_with(" --preflight preflight.txt --response response.txt"),
        "{text}"
    );
    assert!(text.contains(PUT_CAUTION), "{text}");
}

/// The responses of `curl` do not show whether the page sends cookies.
#[test]
fn verdict_with_credentials_is_named_if_it_differs() {
    let note = "Note: if the page sends cookies (`--credentials include`): blocked: the response";
    let any = "Access-Control-Allow-Origin: *\n";
    let credentials = "Access-Control-Allow-Credentials: true\n";
    let own = "Access-Control-Allow-Origin: https://app.example\n";
    for (headers, options, has_note) in [
        (format!("{any}{credentials}"), &[][..], true),
        (any.to_owned(), &[], false),
        (format!("{own}{credentials}"), &[], false),
        (
            format!("{any}{credentials}"),
            &["--credentials", "omit"],
            false,
        ),
    ] {
        let text = with_response(options, &headers).out;
        assert!(text.starts_with("readable: "), "{text}");
        assert_eq!(text.contains(note), has_note, "{text}");
    }
    let sent = "> GET /notes HTTP/1.1\n> Cookie: a=b\n> Origin: https://app.example\n> \n< HTTP/1.1 200 OK\n< Access-Control-Allow-Origin: *\n< \n";
    let text = ran(&[&PAGE, &["-"][..]].concat(), sent).out;
    assert!(text.contains(note), "{text}");
}
