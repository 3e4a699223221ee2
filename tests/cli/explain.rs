//! `fetch-cors explain` and `run --explain`.

use fetch_cors::engine::Quirk;
use serde_json::{Value, json};

use crate::program::{file, ran};

const FETCH: &[&str] = &[
    "explain",
    "--origin",
    "https://app.example",
    "--url",
    "https://api.example/notes",
];

fn explained(more: &[&str], input: &str) -> crate::program::Ran {
    ran(&[FETCH, more].concat(), input)
}

#[test]
fn fetch_without_responses_has_commands_and_the_needed_lines() {
    let explained = explained(&["-X", "PUT", "-H", "Content-Type: application/json"], "");
    assert_eq!((explained.status, &*explained.err), (0, ""));
    for part in [
        "undecided: the answer to the preflight is not known\n",
        "$ curl -sSviX OPTIONS ",
        "+ Access-Control-Allow-Methods: PUT\n",
        "+ Access-Control-Allow-Headers: content-type\n",
        "Preflight: yes, because the content type `application/json`",
    ] {
        assert!(explained.out.contains(part), "{part}: {}", explained.out);
    }
    // The output is a pipe and not a terminal, so it has no colors.
    assert!(!explained.out.contains('\u{1b}'));
}

#[test]
fn pasted_responses_are_explained() {
    let preflight = file(
        "explain-preflight.txt",
        "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\n\r\n",
    );
    let explained_text = explained(&["-X", "PUT", "--preflight", &preflight], "").out;
    let first_screen: Vec<&str> = explained_text.lines().take(22).collect();
    assert_eq!(
        first_screen,
        [
            "blocked: the preflight response has no `Access-Control-Allow-Origin`",
            "  the server has no route for OPTIONS at this URL (status 405): answer OPTIONS",
            "  before routing",
            "  if the page sets headers such as `Authorization`, add each with `-H 'NAME:",
            "  VALUE'`: the server has to allow them, too",
            "  A preflight is the OPTIONS request that asks the server for permission first.",
            "",
            "First check the request: many servers send `Access-Control-Allow-Origin` only",
            "  for a request with `Origin: https://app.example` and",
            "  `Access-Control-Request-Method: PUT`, and the pasted text does not show the",
            "  request. If your request did not have these headers, run these commands",
            "  instead:",
            "  the first commands below the fix.",
            "",
            "Fix, in the preflight response to OPTIONS https://api.example/notes:",
            "- status 405",
            "+ status 204",
            "+ Access-Control-Allow-Origin: https://app.example",
            "+ Access-Control-Allow-Methods: PUT",
            "",
            "Needed in the response to PUT https://api.example/notes:",
            "+ Access-Control-Allow-Origin: https://app.example",
        ]
    );
    // Several responses after redirects, from the standard input.
    let redirect = "HTTP/2 301\nlocation: /notes/\naccess-control-allow-origin: *\n\nHTTP/2 200\naccess-control-allow-origin: *\n\n{}";
    let readable = explained(&["--response", "-"], redirect);
    assert!(
        readable
            .out
            .starts_with("readable: the page can read the response, which has the status 200\n"),
        "{}",
        readable.out
    );
}

#[test]
fn json_has_the_explanation_as_data() {
    let response = "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://app.example/\n\n";
    let explained = explained(&["--json", "--response", "-"], response);
    let [explanation] = &explained.json()[..] else {
        panic!("{}", explained.out);
    };
    assert_eq!(explanation["verdict"], "blocked");
    let refusal = &explanation["refusals"][0];
    assert_eq!(refusal["failure"], "allow-origin-mismatch");
    assert_eq!(refusal["near_misses"][0]["kind"], "trailing-slash");
    assert_eq!(
        explanation["fix"],
        json!({"kind": "answers", "answers": [{"exchange": 0, "status": null, "headers": [{
            "name": "Access-Control-Allow-Origin",
            "before": ["https://app.example/"],
            "after": "https://app.example",
        }], "vary": "Origin"}]})
    );
}

/// Firefox drops the empty line of Access-Control-Allow-Credentials.
#[test]
fn cases_are_explained_in_one_engine() {
    let case = r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://b/","credentials":"include"}],"server":[{"url":"http://b/","response":{"status":200,"headers":[["access-control-allow-origin","http://a"],["access-control-allow-credentials","true"],["access-control-allow-credentials",""]]}}]}"#;
    let explained = |engine| ran(&["run", "--explain", "--engine", engine], case);
    let (spec, firefox) = (explained("spec"), explained("firefox"));
    assert!(spec.out.contains("\nblocked: "), "{}", spec.out);
    assert!(firefox.out.contains("\nreadable: "), "{}", firefox.out);
    let all = explained("all");
    assert_eq!(all.status, 2);
    assert!(all.err.contains("write `--engine spec`"), "{}", all.err);
}

#[test]
fn cases_and_vectors_are_explained() {
    let case = r#"{"id":"a\u001b","fetches":[{"origin":"http://a","url":"http://b/"},{"origin":"http://a","url":"http://a/"}],"server":[]}"#;
    let vector = format!(r#"{{"case":{case}}}"#);
    let lines = format!("{case}\n{vector}\n{{\"id\":\"x\"}}\n");
    for arguments in [&["explain", "--case", "-"][..], &["run", "--explain"]] {
        let text = ran(arguments, lines.as_str());
        assert_eq!(text.status, 1);
        let start = "case `a\\u{1b}`, fetch 1 of 2\nblocked: the response has no `Access-Control-Allow-Origin`\n";
        assert_eq!(text.out.matches(start).count(), 2, "{}", text.out);
        assert!(
            text.out.contains("fetch 2 of 2\nreadable: "),
            "{}",
            text.out
        );
        assert!(
            text.out
                .ends_with("\n\ncase `x`\nmalformed: the member `fetches` is missing: add it\n")
        );
    }
    let json = ran(&["explain", "--json", "--case", "-"], case);
    assert_eq!(json.json()[0]["fetches"][1]["verdict"], "readable");
    assert_eq!(ran(&["run", "--explain", "--json"], case).out, json.out);
}

/// A terminal would run a printed control character as a command.
#[test]
fn control_characters_of_a_malformed_case_are_escaped() {
    let fetch = json!({"origin": "http://a", "url": "http://b/", "mode": "\u{1b}[31m\u{202e}"});
    let wrong_value = json!({"id": "a", "fetches": [fetch], "server": []});
    let wrong_member = json!({"id": "a", "fetches": [], "server": [], "\u{9b}x\u{7f}": 1});
    for case in [wrong_value, wrong_member] {
        for arguments in [
            &["explain", "--case", "-"][..],
            &["run", "--explain"],
            &["run", "--explain", "--html", "-"],
        ] {
            let ran = ran(arguments, format!("{case}\n"));
            assert_eq!(ran.status, 1);
            for text in [&ran.out, &ran.err] {
                let is_invisible = |c: &char| *c != '\n' && c.escape_debug().nth(3).is_some();
                assert_eq!(text.chars().find(is_invisible), None, "{text}");
            }
        }
    }
}

#[test]
fn wrong_options_have_a_reason() {
    for (arguments, complaint) in [
        (
            &["explain"][..],
            "nothing to explain: give a console message, a HAR file, a file with cases or `--origin` and `--url`, or pipe the text into `fetch-cors explain -`; try `--help`",
        ),
        (
            &[
                "explain",
                "--origin",
                "https://a.example/",
                "--url",
                "https://b.example/",
            ],
            "invalid value `https://a.example/` for `--origin <ORIGIN>`: `https://a.example/` is not the origin of a page: write `https://a.example`; try `--help`",
        ),
        (
            &["explain", "--origin", "https://a.example", "--url", "/b"],
            "invalid value `/b` for `--url <URL>`: relative URL without a base; write a whole URL, such as `https://api.example/`; try `--help`",
        ),
        (
            &["explain", "--case", "a", "-H", "b: c"],
            "`--case <FILE>` cannot be given with `--header <NAME: VALUE>`; try `--help`",
        ),
    ] {
        assert_eq!(ran(arguments, "").complaint(), complaint);
    }
    let complaint = explained(&["-H", "a"], "").complaint();
    assert!(
        complaint.contains("write the name, a colon and the value"),
        "{complaint}"
    );
    let complaint = explained(&["--preflight", "-", "--response", "-"], "").complaint();
    assert!(complaint.contains("only one standard input"), "{complaint}");
    let complaint = explained(&["--response", "-"], "no response").complaint();
    assert!(complaint.starts_with("standard input: "), "{complaint}");
}

/// The standard blocks the fetch, and the engines allow it.
#[test]
fn verdict_of_an_engine_is_explained() {
    let preflight = file(
        "explain-engine-preflight.txt",
        "HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: *\r\n\r\n",
    );
    let response = file(
        "explain-engine-response.txt",
        "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n",
    );
    let fetch = ["-H", "Authorization: a", "--preflight", &preflight];
    let fetch = [&fetch[..], &["--response", &response]].concat();
    let paragraph = "\nChromium, Firefox and WebKit allow this; the standard blocks it: ";
    for (engine, verdict) in [("spec", "blocked: "), ("firefox", "readable: ")] {
        let text = explained(&[&fetch[..], &["--engine", engine]].concat(), "");
        assert!(text.out.starts_with(verdict), "{}", text.out);
        assert!(text.out.contains(paragraph), "{}", text.out);
    }
}

#[test]
fn cases_are_explained_in_an_engine() {
    let headers = json!([
        ["Access-Control-Allow-Origin", "*"],
        ["Access-Control-Allow-Headers", "*"]
    ]);
    let case = json!({
        "id": "a",
        "fetches": [{"origin": "http://a", "url": "http://b/", "headers": [["Authorization", "x"]]}],
        "server": [{"url": "http://b/", "response": {"status": 200, "headers": headers}}],
    });
    for (engine, verdict) in [("spec", "blocked"), ("webkit", "readable")] {
        let arguments = ["explain", "--json", "--case=-", "--engine", engine];
        let printed: serde_json::Value =
            serde_json::from_str(&ran(&arguments, case.to_string()).out).unwrap();
        let fetch = &printed["fetches"][0];
        assert_eq!(fetch["verdict"], verdict);
        let quirks = json!([{
            "name": "wildcard-covers-authorization",
            "standard": Quirk::WildcardCoversAuthorization.standard(),
            "engine": "`*` covers Authorization.",
        }]);
        assert_eq!(
            fetch["engines"][1],
            json!({
                "engine": "firefox", "verdict": "readable", "failure": null, "standard": "blocked",
                "sentence": "Firefox allows this; the standard blocks it", "quirks": quirks,
            })
        );
    }
}

#[test]
fn message_of_a_console_is_not_explained_in_an_engine() {
    let refused = ran(&["explain", "--engine=firefox", "net::ERR_UNSAFE_PORT"], "");
    assert_eq!(refused.status, 2);
    assert!(
        refused.err.contains("`--engine` explains fetches"),
        "{}",
        refused.err
    );
}

#[test]
fn messages_of_a_console_are_explained() {
    let message = "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    let text = ran(&["explain", message], "");
    assert_eq!((text.status, &*text.err), (0, ""));
    for part in [
        "missing-allow-origin-header",
        "Likeliest fix: ",
        "curl -sSvi ",
    ] {
        assert!(text.out.contains(part), "{part}: {}", text.out);
    }
    let lines = format!("a line of the page\n{message}\n{message}\n");
    let json = ran(&["explain", "--json", "-"], lines).json();
    assert_eq!(json.len(), 2);
    assert_eq!(json[0]["origin"], "https://app.example");
    let complaint = ran(&["explain", "no message"], "").complaint();
    assert!(
        complaint.starts_with("`no message` is not a known message"),
        "{complaint}"
    );
    let complaint = ran(&["explain", "-"], "no message").complaint();
    assert!(
        complaint.starts_with("standard input has no known message"),
        "{complaint}"
    );
}

#[test]
fn unknown_messages_about_cors_are_named() {
    let message = "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    let unknown = "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: a new reason.";
    let lines = format!("{message}\n{unknown}\na line of the page\n\n{unknown}\n");
    for json in [&["--json"][..], &[]] {
        let arguments = [&["explain", "-"], json].concat();
        let named =
            "2 of 4 lines have a CORS message that is not known and not explained: lines 2, 5\n";
        let ran_with = ran(&arguments, lines.clone());
        assert_eq!((ran_with.status, &*ran_with.err), (1, named));
    }
    let one = ran(&["explain", "-"], format!("{message}\n{unknown}\n"));
    let named = "1 of 2 lines has a CORS message that is not known and not explained: line 2\n";
    assert_eq!((one.status, &*one.err), (1, named));
    let german = "Quellübergreifende (Cross-Origin) Anfrage blockiert: (Grund: CORS-Kopfzeile 'Access-Control-Allow-Origin' fehlt).";
    assert_eq!(
        ran(&["explain", "-"], format!("{message}\n{german}\n")).status,
        1
    );
    assert_eq!(
        ran(&["explain", "-"], format!("{message}\na line\n")).status,
        0
    );
}

/// A URL without `http://` is not mixed content.
#[test]
fn scheme_of_the_url_is_named() {
    for (url, advice) in [
        (
            "localhost:3000/notes",
            "`localhost:` is read as the scheme: write `http://localhost:3000/notes`",
        ),
        (
            "ftp://x/",
            "use an SCHEMES URL: browsers do not fetch `ftp:` URLs",
        ),
    ] {
        // A page on https cannot fetch over http.
        for (origin, schemes) in [
            ("https://app.example", "`https`"),
            ("http://app.example", "`http` or `https`"),
        ] {
            let advice = advice.replace("SCHEMES", schemes);
            let arguments = ["explain", "--json", "--origin", origin, "--url", url];
            let json = ran(&arguments, "").json();
            assert_eq!(json[0]["fix"]["advice"], advice, "{origin}: {}", json[0]);
            let text = ran(&["explain", "--origin", origin, "--url", url], "").out;
            assert!(!text.contains("over https"), "{text}");
        }
    }
}

#[test]
fn blocked_fetches_of_a_recording_are_explained() {
    let har = format!(
        "{}/tests/explain/har/cdp-chromium.har",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = ran(&["explain", &har, "--only-url", "mismatch"], "");
    assert_eq!(text.status, 0, "{}", text.err);
    let start = "The recording does not show whether the page sends cookies.\nWith credentials mode `include`, the fix below also needs:\n+ Access-Control-Allow-Credentials: true\nWith credentials mode `same-origin`:\nblocked: the response allows the origin `https://x.test`";
    assert!(text.out.contains(start), "{}", text.out);
    assert!(text.err.contains("18 fetches"), "{}", text.err);

    let blocked = ran(&["explain", "--json", &har], "").json().len();
    let all = ran(&["explain", "--json", "--all", &har], "").json().len();
    assert!(blocked < all, "{blocked} {all}");
    let with_status = ran(&["explain", "--json", &har, "--only-status", "403"], "");
    assert!(
        with_status
            .json()
            .iter()
            .all(|line| line["url"].as_str().unwrap().contains("403"))
    );
    // The recording names the failure that the browser reported for this PUT. With credentials, the failure would be
    // different, so only the explanation without credentials is printed.
    assert_eq!(with_status.json().len(), 1);

    let broken = file("explain-broken.har", r#"{"log": {"entries": [{}, "#);
    let ran_broken = ran(&["explain", &broken], "");
    assert_eq!(ran_broken.status, 2);
    assert!(
        ran_broken.err.contains("line 1, column 25: the text ends")
            && ran_broken
                .err
                .contains("1 entry before this position is readable"),
        "{}",
        ran_broken.err
    );
    let complaint = ran(&["explain", "missing.har"], "").complaint();
    assert!(
        complaint.starts_with("could not read `missing.har`"),
        "{complaint}"
    );
}

/// Chromium does not send the request after a preflight that fails, so the answer to the request is unknown, and is not
/// a network error.
#[test]
fn request_after_a_failed_preflight_has_an_unknown_answer() {
    let har = format!(
        "{}/tests/explain/har/cdp-chromium.har",
        env!("CARGO_MANIFEST_DIR")
    );
    for id in ["put-403", "put-noacao", "put-method", "pre-redirect"] {
        let lines = ran(&["explain", "--json", &har, "--only-url", id], "").json();
        assert!(!lines.is_empty(), "{id}");
        for line in lines {
            assert_eq!(line["explanation"]["verdict"], "blocked", "{id}");
            let text = line["explanation"].to_string();
            assert!(!text.contains("network-error"), "{id}: {text}");
        }
    }
    // If the browser sent a request and the request failed, the failure is a network error.
    let lines = ran(&["explain", "--json", &har, "--only-url", "closed"], "").json();
    let text = lines[0]["explanation"].to_string();
    assert!(text.contains("network-error"), "{text}");
}

#[test]
fn mode_of_the_request_is_an_option() {
    for (mode, verdict) in [
        (
            "cors",
            "blocked: the response has no `Access-Control-Allow-Origin`",
        ),
        ("no-cors", "opaque: the page can read nothing"),
        (
            "same-origin",
            "blocked: the mode of the request is `same-origin`",
        ),
    ] {
        let text = explained(&["--mode", mode, "--response", "-"], "HTTP/2 200\n\n").out;
        assert!(text.starts_with(verdict), "{text}");
        assert!(text.contains(&format!("mode {mode},")), "{text}");
    }
    let complaint = explained(&["--mode", "navigate"], "").complaint();
    assert!(complaint.contains("`no-cors`"), "{complaint}");
}

/// Returns the page that the program wrote to the standard output, after checks of its form.
fn page(arguments: &[&str], input: &str) -> String {
    let page = ran(&[arguments, &["--html", "-"]].concat(), input);
    let out = page.out;
    assert!(
        out.starts_with("<!doctype html>\n<html lang=\"en\">"),
        "{out}"
    );
    assert!(out.ends_with("</html>\n"), "{out}");
    for forbidden in ["<script", "<img", "<link", "src=", " on", "url("] {
        let (_, body) = out.split_once("<body>").unwrap();
        let mut tags = body.split('<').map(|part| part.split('>').next().unwrap());
        assert!(
            !tags.any(|tag| format!("<{tag}").contains(forbidden)),
            "{out}"
        );
    }
    for (start, end) in [
        ("<article", "</article>"),
        ("<div", "</div>"),
        ("<h2", "</h2>"),
    ] {
        assert_eq!(
            out.matches(start).count(),
            out.matches(end).count(),
            "{start}"
        );
    }
    assert_eq!(out.matches("<main>").count(), 1);
    assert_eq!(out.matches("<h1>").count(), 1);
    out
}

#[test]
fn page_has_the_explanation_of_each_input() {
    let response = "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: <script>alert(1)</script>\n\n";
    let of_response = page(&[FETCH, &["--response", "-"]].concat(), response);
    assert!(
        of_response.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{of_response}"
    );
    assert!(of_response.contains("+ Access-Control-Allow-Origin: https://app.example</ins>"));

    let message = "Access to fetch at 'https://api.example/<b>' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    let of_message = page(&["explain", message], "");
    assert!(
        of_message.contains("https://api.example/&lt;b&gt;"),
        "{of_message}"
    );
    assert!(
        of_message.contains("<h3>Likeliest fix</h3>"),
        "{of_message}"
    );
    let other = message.replace("<b>", "c");
    let of_messages = page(
        &["explain", "-"],
        &format!("{message}\n{other}\n{message}\n"),
    );
    assert_eq!(of_messages.matches("<article").count(), 2);
    assert!(
        of_messages.contains("Message 1, 2 times: "),
        "{of_messages}"
    );

    let har = format!(
        "{}/tests/explain/har/cdp-chromium.har",
        env!("CARGO_MANIFEST_DIR")
    );
    let of_har = page(&["explain", &har], "");
    let text = ran(&["explain", &har], "").out;
    assert_eq!(
        of_har.matches("<article").count(),
        text.matches("\nCall: ").count() + text.matches("\ncannot be judged").count()
    );
    assert!(
        of_har.contains("If the credentials mode is include</h3>"),
        "{of_har}"
    );

    let case = r#"{"id":"a<","fetches":[{"origin":"http://a","url":"http://b/"},{"origin":"http://a","url":"http://a/"}],"server":[]}"#;
    for arguments in [&["explain", "--case", "-"][..], &["run", "--explain"]] {
        let of_case = page(arguments, &format!("{case}\n{{}}\n"));
        assert!(of_case.contains("case `a&lt;`, fetch 2 of 2"), "{of_case}");
        assert!(
            of_case.contains("Not judged") && of_case.contains("line 2"),
            "{of_case}"
        );
    }
}

#[test]
fn page_is_written_to_a_file() {
    let path = file("explain-page.html", "an older page");
    let written = explained(&["--html", &path], "");
    assert_eq!((written.status, &*written.out), (0, ""));
    assert_eq!(written.err, format!("the page was written to `{path}`\n"));
    let page = std::fs::read_to_string(&path).unwrap();
    assert!(
        page.contains("<h1>A fetch of https://app.example</h1>"),
        "{page}"
    );
    let complaint = explained(&["--html", "/missing/page.html"], "").complaint();
    assert!(
        complaint.starts_with("could not write `/missing/page.html`: "),
        "{complaint}"
    );
    let complaint = explained(&["--html", "-", "--json"], "").complaint();
    assert!(complaint.contains("cannot be given with"), "{complaint}");
}

const NO_HEADER: &str = "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.";

#[test]
fn lines_of_an_argument_or_a_file_are_explained_like_the_standard_input() {
    let failed = "main.js:3 GET https://api.example/ net::ERR_FAILED 200 (OK)";
    let other = "Access to fetch at 'https://api.example/b' from origin 'https://app.example' has been blocked by CORS policy: Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.";
    let lines = format!("{failed}\n{NO_HEADER}\n{failed}\n{other}\n");
    let text = file("explain-console.txt", &lines);
    for (arguments, input) in [
        (["explain", "--json", "-"], &*lines),
        (["explain", "--json", &lines], ""),
        (["explain", "--json", &text], ""),
    ] {
        let json = ran(&arguments, input).json();
        let urls: Vec<_> = json.iter().map(|line| &line["url"]).collect();
        assert_eq!(urls, ["https://api.example/", "https://api.example/b"]);
        assert_eq!(json[0]["failures"], json!(["missing-allow-origin-header"]));
    }
}

#[test]
fn file_of_another_kind_names_the_option() {
    let response = "HTTP/1.1 200 OK\nVary: Origin\n\n";
    let path = file("explain-response.txt", response);
    for (argument, input) in [(&*path, ""), ("-", response)] {
        let complaint = ran(&["explain", argument], input).complaint();
        assert!(
            complaint.contains(" is an HTTP response")
                && complaint.contains("add `--origin ORIGIN --url URL`"),
            "{complaint}"
        );
    }
    let complaint = ran(&["explain", "-"], r#"{"origins": ["https://app.example"]}"#).complaint();
    assert!(
        complaint.starts_with("standard input is a policy: "),
        "{complaint}"
    );
    let har = r#"{"log":{"entries":[]}}"#;
    for input in [har, NO_HEADER, r#"{"id": "a", "fetches": []}"#] {
        let complaint = explained(&["-"], input).complaint();
        assert!(
            complaint.ends_with(": leave the options out"),
            "{complaint}"
        );
    }
}

/// `explain` recognizes the same forms of input in the standard input and in a file with any name.
#[test]
fn input_is_recognized_by_its_form() {
    let har = std::fs::read_to_string(format!(
        "{}/tests/explain/har/netmonitor-firefox.har",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap();
    let case =
        r#"{"id": "a", "fetches": [{"origin": "http://a", "url": "http://b/"}], "server": []}"#;
    let response = "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: https://app.example/\r\n\r\n";
    let utf_16: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(NO_HEADER.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let fetch = [
        "--origin",
        "https://app.example",
        "--url",
        "https://api.example/",
    ];
    for (number, (input, options, expected)) in [
        (har.as_bytes(), &[][..], "blocked: "),
        (format!("\u{feff}\n{har}").as_bytes(), &[], "blocked: "),
        (case.as_bytes(), &[], "case `a`"),
        (response.as_bytes(), &fetch, "the value ends with a slash"),
        (
            format!("$ curl -i https://api.example/\n{response}").as_bytes(),
            &fetch,
            "the value ends with a slash",
        ),
        (NO_HEADER.as_bytes(), &[], "Likeliest fix: "),
        (&utf_16, &[], "Likeliest fix: "),
    ]
    .into_iter()
    .enumerate()
    {
        let path = file(&format!("explain-form-{number}"), input);
        let from_input = ran(&[&["explain", "-"], options].concat(), input);
        let from_file = ran(&[&["explain", &path], options].concat(), "");
        assert!(
            from_input.out.contains(expected),
            "{number}: {}{}",
            from_input.out,
            from_input.err
        );
        // A request of the recording has no response and no error, so its fetch is not judged.
        let status = i32::from(number < 2);
        assert_eq!(from_input.status, status, "{number}");
        assert_eq!(from_file.status, status, "{number}");
        assert_eq!(from_input.out, from_file.out, "{number}");
    }
}

/// If there is no answer, the reason is the error of the browser, and not the credentials mode.
#[test]
fn error_of_the_browser_is_printed() {
    for (error, expected) in [
        ("net::ERR_BLOCKED_BY_CLIENT", "an extension of the browser"),
        (
            "net::ERR_ABORTED",
            "the page or the user stopped the request",
        ),
        ("net::ERR_NAME_NOT_RESOLVED", "has no address (DNS)"),
        ("NS_ERROR_UNKNOWN_HOST", "has no address (DNS)"),
        ("net::ERR_FAILED", "cannot be judged"),
    ] {
        let entry = json!({
            "_resourceType": "fetch",
            "request": {"method": "GET", "url": "https://api.example/", "headers": [
                {"name": "Referer", "value": "https://app.example/"}]},
            "response": {"status": 0, "headers": [], "_error": error},
        });
        let text = ran(&["explain", "-"], entry.to_string()).out;
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(expected), "{error}: {text}");
        assert!(!text.contains("credentials mode"), "{error}: {text}");
    }
}

/// If the end of a recording is missing, the readable part is explained, and the exit status is 1. If nothing is
/// readable, or no fetch is cross-origin, the exit status is 2.
#[test]
fn exit_status_says_whether_a_recording_is_readable() {
    let entry_with = |headers: Value| json!({"request": {"method": "GET", "url": "https://a.example/", "headers": headers}, "response": {"status": 200, "headers": []}});
    let entry = entry_with(json!([{"name": "Origin", "value": "https://app.example"}]));
    let page = json!({"log": {"entries": [entry_with(json!([]))]}}).to_string();
    let har = json!({"log": {"entries": [entry, entry]}}).to_string();
    let left_out = json!({"log": {"entries": [entry, {}]}}).to_string();
    let policy = file(
        "explain-status.json",
        r#"{"origins": ["https://app.example"]}"#,
    );
    for (name, text, status) in [
        ("whole", &*har, 0),
        ("page", &*page, 2),
        ("left-out", &*left_out, 1),
        ("cut", har.strip_suffix("]}}").unwrap(), 1),
        ("cut-at-start", r#"{"log":{"e"#, 2),
        ("other", "{}", 2),
        ("empty", "", 2),
    ] {
        let path = file(&format!("explain-status-{name}.har"), text);
        let ran_with = |arguments: &[&str]| ran(&[arguments, &[&path]].concat(), "");
        let explained = ran_with(&["explain"]);
        assert_eq!(explained.status, status, "{name}: {}", explained.err);
        for arguments in [&["policy", "suggest"][..], &["policy", "check", &policy]] {
            let has_requests = status != 2;
            assert_eq!(ran_with(arguments).status == 2, !has_requests, "{name}");
        }
        if !text.is_empty() && status != 0 {
            assert_eq!(ran(&["explain", "-"], text).status, status, "{name}");
        }
    }
}

/// The standard input cannot be read twice. The error of a recording is the same as the error of a file.
#[test]
fn standard_input_has_the_errors_of_a_file() {
    let entry = json!({"request": {"method": "GET", "url": "https://a.example/", "headers": []}});
    let har = json!({"log": {"entries": [entry, entry]}}).to_string();
    let (start, rest) = har.split_at(har.len() / 2);
    let end = har.strip_suffix("}]}}").unwrap();
    for (number, text) in [
        format!("{start}\u{1}{rest}"),
        format!("{start}{{{rest}"),
        start.to_owned(),
        end.to_owned(),
        format!("{end},}}]}}}}"),
        format!("{end}}} {{}}]}}}}"),
        har.replace("\"GET\"", "\"\\q\""),
        har.replace("\"GET\"", "\n\n tru"),
        har.replace("\"https", "\"\\ud800https"),
        format!(
            "{{\"x\": {}1{}, {}",
            "[".repeat(200),
            "]".repeat(200),
            har.trim_start_matches('{')
        ),
        "{\"a\": 1}".to_owned(),
        "[1]".to_owned(),
        "{".to_owned(),
    ]
    .into_iter()
    .enumerate()
    {
        let path = file(&format!("explain-input-{number}.har"), &text);
        let from_file = ran(&["explain", &path], "");
        let from_input = ran(&["explain", "-"], text.as_str());
        let name = format!("`{path}`");
        let errors = from_file.err.replace(&name, "standard input");
        assert_eq!(from_input.err, errors, "{text}");
        assert_eq!(from_input.out, from_file.out, "{text}");
        assert_eq!(from_input.status, from_file.status, "{text}");
    }
}

/// A fetch that cannot be judged is not explained. If no fetch can be judged, the exit status is 2.
#[test]
fn exit_status_says_whether_each_fetch_is_judged() {
    let entry = |path: &str, response: Value| {
        json!({
            "request": {"method": "GET", "url": format!("https://api.example/{path}"), "headers": [
                {"name": "Origin", "value": "https://app.example"},
                {"name": "Sec-Fetch-Mode", "value": "cors"}]},
            "response": response,
        })
    };
    let allowing = json!([{"name": "Access-Control-Allow-Origin", "value": "*"}]);
    let not_judged = || {
        let response = json!({"status": 0, "headers": [], "_error": "net::ERR_FAILED"});
        entry("a", response)
    };
    let blocked = entry("b", json!({"status": 200, "headers": []}));
    let readable = entry("c", json!({"status": 200, "headers": allowing}));
    let undecided = entry("d", json!({"status": 0, "headers": []}));
    let counts = |explained: usize| format!("{explained} explained, 1 not judged");
    for (name, entries, status, expected) in [
        ("undecided", vec![undecided.clone()], 2, counts(0)),
        ("either", vec![undecided, blocked.clone()], 1, counts(1)),
        ("none", vec![not_judged()], 2, counts(0)),
        ("blocked", vec![not_judged(), blocked.clone()], 1, counts(1)),
        ("readable", vec![not_judged(), readable], 1, counts(0)),
        ("all", vec![blocked], 0, "1 explained\n".into()),
    ] {
        let har = json!({"log": {"entries": entries}}).to_string();
        let path = file(&format!("explain-judged-{name}.har"), har);
        for options in [
            &["explain"][..],
            &["explain", "--json"],
            &["explain", "--html", "-"],
        ] {
            let ran = ran(&[options, &[&path]].concat(), "");
            assert_eq!(ran.status, status, "{name}: {}", ran.err);
            assert!(ran.err.contains(&expected), "{name}: {}", ran.err);
            let reason = "nothing is explained, because no fetch can be judged";
            assert_eq!(ran.err.contains(reason), status == 2, "{name}: {}", ran.err);
            assert!(!ran.out.is_empty(), "{name}");
        }
    }
}

/// `curl -v` shows the request. If the request does not have the origin of the page, the server can leave the CORS
/// headers out.
#[test]
fn response_to_another_origin_has_a_warning() {
    let explained = |origin: &str, allow: &str| {
        let text = format!(
            "> GET /notes HTTP/1.1\n> Host: api.example\n{origin}>\n< HTTP/1.1 200 OK\n{allow}<\n"
        );
        let ran = explained(&["--response", "-", "--credentials", "omit"], &text);
        assert_eq!(ran.status, 0);
        ran
    };
    let allow_any = "< Access-Control-Allow-Origin: *\n";
    let origin = "> Origin: https://app.example\n";
    assert_eq!(explained(origin, allow_any).err, "");
    assert_eq!(explained(origin, "").err, "");
    for (origin, sent) in [
        ("", "no `Origin`"),
        (
            "> Origin: https://b.example\n",
            "`Origin: https://b.example`",
        ),
    ] {
        let warning = explained(origin, allow_any).err;
        assert!(
            warning.contains(sent) && warning.contains("-H 'Origin: https://app.example'"),
            "{warning}"
        );
        // The explanation of a blocked fetch has the doubt about the request, so there is no second warning.
        let blocked = explained(origin, "");
        assert_eq!(blocked.err, "");
        assert!(blocked.out.contains("\nFirst check the request: "));
    }
}

/// `curl -v` shows the URL, except the scheme. The response to a request with another URL explains nothing.
#[test]
fn response_to_another_url_has_a_warning() {
    let warnings = |url: &str, target: &str, host: &str, response: &str| {
        let request = format!("> GET {target} HTTP/1.1\n{host}> Origin: https://app.example\n>\n");
        let start = ["explain", "--origin", "https://app.example", "--url", url];
        let arguments = [&start[..], &["-X", "GET", "--response", "-"]].concat();
        let ran = ran(&arguments, format!("{request}{response}"));
        assert_eq!(ran.status, 0, "{}", ran.err);
        let lines = ran.err.lines().map(String::from);
        let lines = lines.filter(|line| line.contains("with the URL"));
        lines.collect::<Vec<_>>()
    };
    const ALLOWING: &str = "< HTTP/1.1 200 OK\n< Access-Control-Allow-Origin: *\n<\n";
    const HOST: &str = "> Host: api.example\n";
    for (url, target, host) in [
        ("https://api.example/a?b=c#d", "/a?b=c", HOST),
        ("https://api.example/a", "/a", ""),
        ("https://api.example/a", "/a", "> Host: API.example:443\n"),
        ("http://api.example/a", "http://api.example/a", HOST),
        ("https://api.example/a b'", "/a%20b'", HOST),
    ] {
        assert_eq!(warnings(url, target, host, ALLOWING), [""; 0], "{url}");
    }
    for (target, host, sent) in [
        ("/b", HOST, "https://api.example/b"),
        ("/a?c", HOST, "https://api.example/a?c"),
        ("/a", "> Host: localhost:8080\n", "https://localhost:8080/a"),
        ("/A", "", "https://api.example/A"),
    ] {
        let warnings = warnings("https://api.example/a#d", target, host, ALLOWING);
        let expected = format!(
            "line 5: this is the response to a request with the URL `{sent}`, but the program judges it as the response to a request with the URL `https://api.example/a`: check `--url`, or send the request again"
        );
        let expected = if host.is_empty() {
            expected.replace("line 5", "line 4")
        } else {
            expected
        };
        assert!(
            warnings.len() == 1 && warnings[0].ends_with(&expected),
            "{warnings:?}"
        );
    }
    // After a redirect, each response belongs to another URL.
    let redirected = |location: &str| {
        let redirect = format!(
            "< HTTP/1.1 302 Found\n< Location: {location}\n< Access-Control-Allow-Origin: *\n<\n"
        );
        let second = format!("> GET /b HTTP/1.1\n{HOST}> Origin: https://app.example\n>\n");
        warnings(
            "https://api.example/a",
            "/a",
            HOST,
            &format!("{redirect}{second}{ALLOWING}"),
        )
    };
    assert_eq!(redirected("/b"), [""; 0]);
    assert_eq!(redirected("/c").len(), 1);
}

/// The output also lists a fetch that no page can make.
#[test]
fn request_of_another_program_is_named() {
    let har = json!({"log": {"entries": [{
        "request": {"method": "TRACE", "url": "https://api.example/", "headers": [
            {"name": "Origin", "value": "https://app.example"}]},
        "response": {"status": 200, "headers": []},
    }]}});
    let har = file("explain-trace.har", har.to_string());
    let text = ran(&["explain", &har], "");
    assert_eq!(text.status, 2, "{}", text.err);
    assert!(
        text.out.contains("cannot be judged: `fetch()` throws")
            && text.out.contains("forbidden-method"),
        "{}",
        text.out
    );
}

/// A redirect to the same URL, for example to set a cookie, needs the same change as the answer after the redirect.
#[test]
fn same_change_of_many_responses_is_printed_once() {
    let entry = json!({
        "request": {"method": "GET", "url": "https://api.example/", "headers": [
            {"name": "Origin", "value": "https://app.example"},
            {"name": "Sec-Fetch-Mode", "value": "cors"},
            {"name": "Sec-Fetch-Site", "value": "cross-site"},
            {"name": "Cookie", "value": "a=b"}]},
        "response": {"status": 302, "headers": [
            {"name": "Location", "value": "https://api.example/"},
            {"name": "Access-Control-Allow-Origin", "value": "*"}]},
    });
    let mut last = entry.clone();
    last["response"]["status"] = json!(200);
    let har = json!({"log": {"entries": [entry.clone(), entry, last]}});
    let har = file("explain-same-url.har", har.to_string());
    let text = ran(&["explain", &har], "").out;
    let fixes: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("Fix, in "))
        .collect();
    assert!(fixes.len() <= 2, "{text}");
    assert!(fixes.iter().any(|line| line.contains(" times:")), "{text}");
    let page = page(&["explain", &har], "");
    assert_eq!(page.matches("<h3>Fix, in ").count(), fixes.len(), "{page}");
    assert!(page.contains(" times</h3>"), "{page}");
    let also_refused = |text: &str, start: &str| {
        let (_, others) = text
            .split_once("Further reasons to block the fetch, after the first reason is fixed")
            .unwrap();
        let others = others.split(start).skip(1);
        others
            .filter(|other| other.contains("does not allow a request with credentials"))
            .count()
    };
    assert!(also_refused(&text, "\n  - ") <= 1, "{text}");
    assert!(also_refused(&page, "<li>") <= 1, "{page}");
}

/// Firefox does not name errors. If a request was sent after its preflight or after a redirect, the browser had allowed
/// the preflight or the redirect.
#[test]
fn request_that_was_sent_shows_that_its_preflight_succeeded() {
    let har = format!(
        "{}/tests/explain/har/netmonitor-firefox.har",
        env!("CARGO_MANIFEST_DIR")
    );
    for id in ["put-ok", "har%2Fredirect&"] {
        let all = ran(&["explain", "--json", "--all", &har, "--only-url", id], "").json();
        assert_eq!(all.len(), 1, "{id}");
        assert_eq!(all[0]["explanation"]["verdict"], "readable", "{id}");
    }
}

/// The commands that the program prints have words in upper case in place of unknown values. The user must replace
/// these words.
#[test]
fn words_to_replace_are_refused() {
    for (option, value, reason) in [
        ("-X", "METHOD", "replace `METHOD` by the method"),
        (
            "-H",
            "NAME: VALUE",
            "replace `NAME: VALUE` by a request header",
        ),
        (
            "-H",
            "NAME: 1",
            "replace `NAME` by the name of a request header",
        ),
        ("--body", "TYPE", "replace `TYPE` by the content type"),
        ("--response", "FILE", "replace `FILE` by the name of a file"),
        (
            "--preflight",
            "FILE",
            "replace `FILE` by the name of a file",
        ),
    ] {
        let complaint = explained(&[option, value], "").complaint();
        assert!(complaint.contains(reason), "{option}: {complaint}");
    }
    for (origin, url, reason) in [
        (
            "ORIGIN",
            "https://api.example/",
            "replace `ORIGIN` by the origin of the page",
        ),
        (
            "https://app.example",
            "URL",
            "replace `URL` by the URL of the request",
        ),
    ] {
        let complaint = ran(&["explain", "--origin", origin, "--url", url], "").complaint();
        assert!(complaint.contains(reason), "{complaint}");
    }
}

/// If no fetch matches the selection, the selection is a mistake.
#[test]
fn selection_without_a_fetch_is_refused() {
    let har = format!(
        "{}/tests/explain/har/cdp-chromium.har",
        env!("CARGO_MANIFEST_DIR")
    );
    for (options, reason) in [
        (
            &["--only-url", "nosuch\u{1b}"][..],
            "no fetch has a URL that contains `nosuch\\u{1b}`",
        ),
        (
            &["--only-status", "299"],
            "no fetch has a response with the status 299",
        ),
        (
            &["--only-url", "mismatch", "--only-status", "299"],
            "no fetch has a URL that contains `mismatch` and a response with the status 299",
        ),
    ] {
        let refused = ran(&[&["explain", &*har], options].concat(), "");
        assert_eq!((refused.status, &*refused.out), (2, ""), "{}", refused.err);
        assert!(refused.err.contains(reason), "{}", refused.err);
    }
}

/// A response that lacks a CORS header, or the preflight response with an error, is possibly right: many servers answer so
/// if the request lacks a header. A response with another value is possibly right if the text shows another request. The
/// text, the HTML page and the JSON say so before the fix, unless the text has the request of the browser.
#[test]
fn doubt_about_the_request_comes_before_the_fix() {
    let put = ["-X", "PUT", "-H", "X-A: b", "--preflight", "-"];
    let origin = "Origin: https://app.example";
    let method = "Access-Control-Request-Method: PUT";
    let allow = "access-control-allow-origin: https://app.example";
    let methods = "access-control-allow-methods: PUT";
    let get = ["--response", "-"];
    let verbose = |request: &[&str]| {
        let headers: String = request.iter().map(|line| format!("> {line}\n")).collect();
        format!("> OPTIONS /notes HTTP/1.1\n> Host: api.example\n{headers}>\n")
    };
    let (unknown, lacks_method) = (String::new(), verbose(&[origin]));
    let known = verbose(&[origin, method, "Access-Control-Request-Headers: X-A"]);
    let longer = verbose(&[origin, method, "Access-Control-Request-Headers: x-b ,X-A"]);
    let other_name = verbose(&[origin, method, "Access-Control-Request-Headers: X-B"]);
    let other_case = verbose(&[origin, "Access-Control-Request-Method: put"]);
    let other_method = verbose(&[
        origin,
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: X-A",
    ]);
    let other_origin = verbose(&["Origin: https://app.example/"]);
    let slash = "access-control-allow-origin: https://app.example/";
    let cookies = ["--credentials", "include", "--response", "-"];
    let with_cookie = verbose(&[origin, "Cookie: a=b"]);
    for (arguments, request, status, headers, doubted) in [
        (
            &get[..],
            &unknown,
            "200 OK",
            &["vary: Origin"][..],
            Some("`Origin: https://app.example`"),
        ),
        (
            &get,
            &unknown,
            "200 OK",
            &["access-control-allow-origin: https://b.example"],
            None,
        ),
        (
            &get,
            &unknown,
            "200 OK",
            &["access-control-allow-orgin: *"],
            None,
        ),
        (
            &get,
            &unknown,
            "302 Found",
            &["location: https://login.example/"],
            None,
        ),
        (
            &get,
            &verbose(&["Origin: https://b.example"]),
            "200 OK",
            &[],
            Some("`Origin: https://app.example`"),
        ),
        (&get, &known, "200 OK", &[], None),
        (
            &put,
            &unknown,
            "204 No Content",
            &[],
            Some("and `Access-Control-Request-Method: PUT`"),
        ),
        (
            &put,
            &unknown,
            "204 No Content",
            &[allow],
            Some("and `Access-Control-Request-Method: PUT`"),
        ),
        (
            &put,
            &unknown,
            "204 No Content",
            &[allow, methods],
            Some("and `Access-Control-Request-Headers: x-a`"),
        ),
        (
            &put,
            &unknown,
            "204 No Content",
            &[allow, methods, "access-control-allow-headers: x-b"],
            None,
        ),
        (
            &put,
            &unknown,
            "404 Not Found",
            &[allow],
            Some("answer OPTIONS with a success status"),
        ),
        (
            &put,
            &lacks_method,
            "405 Method Not Allowed",
            &[],
            Some("does not have `Access-Control-Request-Method: PUT`."),
        ),
        (&put, &known, "405 Method Not Allowed", &[], None),
        (
            &put,
            &other_case,
            "405 Method Not Allowed",
            &[],
            Some("does not have `Access-Control-Request-Method: PUT`."),
        ),
        (&put, &longer, "204 No Content", &[allow, methods], None),
        (
            &put,
            &other_name,
            "204 No Content",
            &[allow, methods],
            Some("does not have `Access-Control-Request-Headers: x-a,x-b`."),
        ),
        (
            &put,
            &other_method,
            "204 No Content",
            &[allow, "access-control-allow-methods: POST"],
            Some(
                "does not have `Access-Control-Request-Method: PUT`. Many servers send another `Access-Control-Allow-Methods` for a request with such headers",
            ),
        ),
        (
            &put,
            &other_name,
            "204 No Content",
            &[allow, methods, "access-control-allow-headers: x-b"],
            Some(
                "does not have `Access-Control-Request-Headers: x-a,x-b`. Many servers send another",
            ),
        ),
        (
            &put,
            &known,
            "204 No Content",
            &[allow, methods, "access-control-allow-headers: x-b"],
            None,
        ),
        (
            &get,
            &other_origin,
            "200 OK",
            &[slash],
            Some(
                "does not have `Origin: https://app.example`. Many servers send another `Access-Control-Allow-Origin`",
            ),
        ),
        (&get, &known, "200 OK", &[slash], None),
        (
            &cookies,
            &known,
            "401 Unauthorized",
            &[],
            Some(
                "does not have `cookie`. Many servers send `Access-Control-Allow-Origin` only for a request with such headers, so the server is possibly right. Send the request as the browser sends it, with the cookies (`-b 'NAME=VALUE'`):",
            ),
        ),
        (&cookies, &known, "200 OK", &[], None),
        (&cookies, &with_cookie, "401 Unauthorized", &[], None),
    ] {
        let mark = if request.is_empty() { "" } else { "< " };
        let headers: String = headers
            .iter()
            .map(|line| format!("{mark}{line}\n"))
            .collect();
        let answer = format!("{request}{mark}HTTP/1.1 {status}\n{headers}{mark}\n");
        let json = explained(&[arguments, &["--json"]].concat(), &answer).json();
        let doubt = &json[0]["request_doubt"];
        let text = explained(arguments, &answer).out;
        let page = explained(&[arguments, &["--html", "-"]].concat(), &answer).out;
        let Some(doubted) = doubted else {
            assert!(doubt.is_null(), "{answer}{doubt}");
            assert!(!text.contains("First check the request"), "{text}");
            continue;
        };
        let sentence = doubt["sentence"].as_str().expect(&answer);
        assert!(sentence.contains(doubted), "{answer}{sentence}");
        assert_eq!(doubt["is_certain"], json!(!request.is_empty()), "{answer}");
        let (before, _) = text.split_once("\nFix, in the ").expect(&text);
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words(before).contains(&format!("First check the request: {sentence}")),
            "{text}"
        );
        // The printed command is the same command, but also shows the request and writes to the file.
        let command = doubt["curl"].as_str().unwrap();
        let command = command.replacen("curl -sS", "\n$ curl -sSv", 1);
        let (before, _) = text.split_once("\nTo check the fix").unwrap_or((&text, ""));
        assert!(before.contains(&format!("{command} > ")), "{text}");
        assert!(
            before.contains("\n$ fetch-cors explain --origin "),
            "{text}"
        );
        let (before, _) = page.split_once(">Fix, in the ").expect(&page);
        assert!(before.contains("First check the request: "), "{page}");
    }
}

/// A text that was pasted without its line breaks, or with other line breaks, has several messages in a line.
#[test]
fn messages_in_one_line_are_explained_each() {
    let chromium = |path: &str, reason: &str| {
        format!(
            "Access to fetch at 'https://api.example/{path}' from origin 'https://app.example' has been blocked by CORS policy: {reason}"
        )
    };
    let status = "Response to preflight request doesn't pass access control check: It does not have HTTP ok status.";
    let missing = "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    let of_chromium = [
        chromium("a", status),
        chromium("b", missing),
        chromium("c", status),
    ];
    let firefox = |path: &str, reason: &str| {
        format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/{path}. (Reason: {reason}). Status code: 200."
        )
    };
    let of_firefox = ["a", "b", "c"]
        .map(|path| firefox(path, "CORS header ‘Access-Control-Allow-Origin’ missing"));
    let safari = |path: &str| {
        format!(
            "[Error] Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 404 [Error] Fetch API cannot load https://api.example/{path} due to access control checks. [Error] Failed to load resource: Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 404 ({path}, line 0)"
        )
    };
    let of_safari = ["a", "b", "c"].map(safari);
    // Safari does not wrap its messages.
    for (messages, widths) in [
        (of_chromium, &[60, 80, 120][..]),
        (of_firefox, &[60, 80, 120]),
        (of_safari, &[]),
    ] {
        let glued = messages.join("");
        let prefixed = messages.join(" 12:30:01 app.js:7 (index):1 ");
        let mut texts = vec![glued, prefixed, messages.join(" ")];
        for &width in widths {
            let mut column = 0;
            let words = messages.iter().flat_map(|message| message.split(' '));
            let wrapped = words.map(|word| {
                column += word.len() + 1;
                let is_at_end = column > width;
                column = if is_at_end { word.len() + 1 } else { column };
                format!("{}{word}", if is_at_end { "\n" } else { " " })
            });
            texts.push(wrapped.collect());
        }
        for text in texts {
            let json = ran(&["explain", "--json", &text], "").json();
            let urls: Vec<&Value> = json.iter().map(|message| &message["url"]).collect();
            let expected = ["a", "b", "c"].map(|path| json!(format!("https://api.example/{path}")));
            assert_eq!(urls, expected.iter().collect::<Vec<_>>(), "{text}");
        }
    }
    // If one of two messages in a line is not known, the program says so.
    let text = chromium("a", missing) + " " + &chromium("b", "The moon is full.");
    let explained = ran(&["explain", &text], "");
    assert!(
        explained.out.contains("https://api.example/a"),
        "{}",
        explained.out
    );
    assert_eq!(
        explained.err,
        "1 of 1 lines has a CORS message that is not known and not explained: line 1\n"
    );
}

/// A response does not show the method of its request, unless `curl -v` printed it.
#[test]
fn response_without_a_method_has_a_note() {
    let response = "HTTP/1.1 200 OK\r\n\r\n";
    let note = "the response is judged as the response to a GET request: add `-X METHOD` for another method\n";
    assert_eq!(explained(&["--response", "-"], response).err, note);
    assert_eq!(
        explained(&["--response", "-", "-X", "GET"], response).err,
        ""
    );
    assert_eq!(explained(&[], "").err, "");
    let verbose = |method: &str| {
        let text = format!(
            "> {method} /notes HTTP/1.1\n> Host: api.example\n> Origin: https://app.example\n>\n< HTTP/1.1 200 OK\n<\n"
        );
        explained(&["--response", "-"], &text).err
    };
    assert_eq!(verbose("GET"), "");
    assert_eq!(
        verbose("PUT"),
        "standard input: line 5: this is the response to a request with the method PUT, but the program judges it as the response to a request with the method GET: add `-X PUT`\n"
    );
}

/// The first screen of several explanations has each reason once, with the number of the first fetch.
#[test]
fn several_fetches_have_an_overview() {
    let entry = |(path, status): (&str, u16)| {
        json!({
            "request": {"method": "GET", "url": format!("https://api.example/{path}"), "headers": [
                {"name": "Origin", "value": "https://app.example"}]},
            "response": {"status": status, "headers": if status == 201 {
                json!([{"name": "Access-Control-Allow-Origin", "value": "https://app.example/"}])
            } else { json!([]) }},
        })
    };
    let text = |entries: &[(&str, u16)]| {
        let count = entries.len();
        let entries: Vec<_> = entries.iter().copied().map(entry).collect();
        let har = json!({"log": {"entries": entries}});
        let har = file(&format!("explain-overview-{count}.har"), har.to_string());
        ran(&["explain", &har], "").out
    };
    let one = text(&[("a", 200)]);
    assert!(one.starts_with("GET https://api.example/a\n"), "{one}");
    let three = text(&[("a", 200), ("b", 201), ("c", 200)]);
    let lines: Vec<_> = three.lines().take(9).collect();
    assert_eq!(
        lines,
        [
            "3 fetches:",
            "",
            "1. GET https://api.example/a (and 1 more)",
            "   blocked: the response has no `Access-Control-Allow-Origin`",
            "2. GET https://api.example/b",
            "   blocked: the response allows the origin `https://app.example/`, but the page",
            "   has the origin `https://app.example`",
            "",
            "Fetch 1: GET https://api.example/a",
        ]
    );
    assert!(
        three.contains("\nFetch 3: GET https://api.example/c: the same as fetch 1\n"),
        "{three}"
    );
    let har = format!(
        "{}/tests/explain/har/cdp-chromium.har",
        env!("CARGO_MANIFEST_DIR")
    );
    let all = ran(&["explain", &har], "").out;
    let overview = all
        .lines()
        .take_while(|line| !line.starts_with("Fetch 1: "));
    let overview: Vec<_> = overview.collect();
    // Each blocked fetch is listed, with or without its reason.
    let is_listed = |line: &&&str| line.contains(". GET http") || line.contains(". PUT http");
    let listed = overview.iter().filter(is_listed);
    assert_eq!(listed.count(), 14, "{overview:?}");
    // A reason is not cut, and only the first line of a group, which has the URL, can be long.
    for line in overview {
        assert!(!line.ends_with("..."), "{line}");
        assert!(
            line.chars().count() <= 80 || line.contains("http"),
            "{line}"
        );
    }
}

/// The output names a response that does not belong to a request of the fetch.
#[test]
fn input_that_is_not_used_is_named() {
    const PREFLIGHT: &str = "HTTP/1.1 204 No Content\r\nAllow: PUT\r\n\r\n";
    const RESPONSE: &str = "HTTP/1.1 200 OK\r\n\r\n";
    const REFUSED: &str = "HTTP/1.1 405 Method Not Allowed\r\n\r\n";
    let both = file("explain-unused-both.txt", [PREFLIGHT, RESPONSE].concat());
    let two = file(
        "explain-unused-two.txt",
        [REFUSED, PREFLIGHT, PREFLIGHT].concat(),
    );
    let response = file("explain-unused-response.txt", RESPONSE);
    for (arguments, expected) in [
        (
            &["-X", "PUT", "--response", &both][..],
            "line 4: the response with the status 200 is not used: apart from its preflight, the fetch sends no further request: if an earlier response is the answer to the preflight (OPTIONS), write it to a file of its own for `--preflight`\n",
        ),
        (
            &["-X", "PUT", "--preflight", &two, "--response", &response],
            "line 3: the response with the status 204 and 1 more are not used: the fetch sends no further preflight\n",
        ),
        (
            &["--preflight", &two, "-X", "GET", "--response", &response],
            "line 3: the response with the status 204 and 1 more are not used: the fetch sends no further preflight\n",
        ),
        (
            &["-X", "GET", "--response", &both],
            "line 4: the response with the status 200 is not used: the fetch sends no further request\n",
        ),
        (&["-X", "GET", "--response", &response], ""),
    ] {
        let explained = explained(arguments, "");
        assert!(
            explained.err.ends_with(expected) && explained.err.is_empty() == expected.is_empty(),
            "{}",
            explained.err
        );
    }
}

/// Each form of the output names the header once.
#[test]
fn header_that_a_script_cannot_set_is_named_once() {
    const NOTE: &str = "the browser does not send ";
    let arguments = ["-X", "GET", "-H", "Origin: x"];
    let text = explained(&arguments, "");
    assert_eq!(text.out.matches(NOTE).count(), 1, "{}", text.out);
    assert_eq!(text.err, "");
    let json = explained(&[&arguments[..], &["--json"]].concat(), "");
    assert_eq!(json.out.matches(NOTE).count(), 1, "{}", json.out);
    let page = page(&[FETCH, &arguments[..]].concat(), "");
    assert_eq!(page.matches(NOTE).count(), 1, "{page}");
}

/// The commands have no cookies, because only the browser knows them.
#[test]
fn command_for_a_request_with_credentials_names_the_cookies() {
    let note = "\nThe browser also sends the cookies of the user: add `-b 'NAME=VALUE'`.\n";
    for (credentials, has_note) in [("include", true), ("same-origin", false)] {
        let arguments = &["--credentials", credentials];
        let text = explained(arguments, "").out;
        assert_eq!(text.contains(note), has_note, "{text}");
        let page = page(&[FETCH, arguments].concat(), "");
        assert_eq!(
            page.contains("the cookies of the user: add"),
            has_note,
            "{page}"
        );
    }
}

/// Returns a recording of a PUT without a response or an error. `preflight` has the headers of the preflight response.
fn unanswered_put(preflight: &[(&str, &str)], status: serde_json::Value) -> String {
    let header = |name: &str, value: &str| json!({"name": name, "value": value});
    let preflight: Vec<_> = preflight
        .iter()
        .map(|(name, value)| header(name, value))
        .collect();
    let url = "https://api.example/notes";
    let origin = header("Origin", "https://app.example");
    json!({"log": {"entries": [
        {"request": {"method": "OPTIONS", "url": url, "headers": [origin, header("Access-Control-Request-Method", "PUT")]},
         "response": {"status": 204, "headers": preflight}},
        {"request": {"method": "PUT", "url": url, "headers": [origin]}, "response": {"status": status, "headers": []}}
    ]}})
    .to_string()
}

/// Firefox records the status 0 and no error if a preflight fails. If the preflight fails only with credentials, the
/// explanation for a fetch with credentials is printed first.
#[test]
fn request_without_a_status_points_to_the_failed_preflight() {
    let methods = ("Access-Control-Allow-Methods", "PUT");
    for (name, preflight) in [
        (
            "wildcard",
            &[("Access-Control-Allow-Origin", "*"), methods][..],
        ),
        (
            "no-credentials",
            &[
                ("Access-Control-Allow-Origin", "https://app.example"),
                methods,
            ],
        ),
    ] {
        let har = unanswered_put(preflight, json!(0));
        let path = file(&format!("explain-status-zero-{name}.har"), har);
        let text = ran(&["explain", &path], "").out;
        let first_screen: Vec<&str> = text.lines().take(24).collect();
        let first_screen = first_screen.join("\n");
        let position = |part| {
            let position = first_screen.find(part);
            position.unwrap_or_else(|| panic!("{part}: {text}"))
        };
        assert!(
            position("With credentials mode `include`:\nblocked: ")
                < position("+ Access-Control-Allow-Credentials: true")
        );
        assert!(!text.contains("not about CORS"), "{text}");
    }
}

/// If a request has neither a response nor an error, the explanation is undecided, and does not add a header.
#[test]
fn request_without_a_response_and_an_error_is_undecided() {
    let allowed = [
        ("Access-Control-Allow-Origin", "https://app.example"),
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Allow-Methods", "PUT"),
    ];
    for status in [json!(0), json!(-1), json!(99_999_999_999_u64)] {
        let path = file(
            "explain-no-response.har",
            unanswered_put(&allowed, status.clone()),
        );
        let ran_with = ran(&["explain", &path], "");
        let text = &ran_with.out;
        assert!(
            text.contains(
                "undecided: the recording has neither a response to the request nor an error"
            ),
            "{text}"
        );
        assert!(
            !text.contains("\n+ ") && !text.contains("not about CORS"),
            "{text}"
        );
        let is_damaged = ran_with
            .err
            .contains("entry 2: the `status` of the response must be a number");
        assert_eq!(
            is_damaged,
            status.as_u64().is_some_and(|status| status > 0),
            "{}",
            ran_with.err
        );
        let selected = ran(&["explain", &path, "--only-status", "0"], "");
        assert_eq!(&selected.out, text, "{}", selected.err);
        let page = page(&["explain", &path], "");
        // The order of the text is the order on the screen.
        let position = |part| page.find(part).unwrap_or_else(|| panic!("{part}: {page}"));
        assert!(position("class=\"details\"") < position("class=\"sequence\""));
        position("grid-template-areas: \"details sequence\"");
        assert!(
            !page.contains("Send</span>") && !page.contains("succeeds"),
            "{page}"
        );
    }
}

/// The program reports the number of damaged entries, and the problems of the first damaged entries.
#[test]
fn damaged_entries_are_named() {
    let whole = json!({"request": {"method": "GET", "url": "https://a.example/", "headers": []}});
    let har = json!({"log": {"entries": [null, 3, {"request": {"method": "GET", "headers": []}}, {}, {}, {}, {}, whole]}});
    let path = file("explain-damaged.har", har.to_string());
    let expected = "7 entries are damaged: entry 1: it is not an object; entry 2: it is not an object; entry 3: the request has no `url`; entry 4: it has no `request`; entry 5: it has no `request`; and 2 more\n";
    for arguments in [
        &["explain"][..],
        &["explain", "--json"],
        &["policy", "suggest"],
    ] {
        let ran = ran(&[arguments, &[&path]].concat(), "");
        assert!(ran.err.contains(expected), "{}", ran.err);
    }
    let page = page(&["explain", &path], "");
    assert!(
        page.contains(">Entry 3</h2>") && page.contains("the request has no <code>url</code>"),
        "{page}"
    );
    let one = json!({"log": {"entries": [null]}}).to_string();
    let ran = ran(&["explain", "-"], one);
    assert!(
        ran.err
            .contains(": 1 entry is damaged: entry 1: it is not an object\n"),
        "{}",
        ran.err
    );
}

/// A raw line break in a string is not JSON. The place of the line break is reported, and the recording is read to its
/// end.
#[test]
fn line_break_in_a_string_is_repaired() {
    let entry = json!({
        "comment": "PLACE",
        "request": {"method": "GET", "url": "https://api.example/", "headers": [{"name": "Origin", "value": "https://app.example"}]},
        "response": {"status": 200, "headers": []},
    });
    let har = json!({"log": {"entries": [entry, entry]}})
        .to_string()
        .replace("PLACE", "a\nb");
    let path = file("explain-line-break.har", &*har);
    let ran = ran(&["explain", &path], "");
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(
        ran.err.contains(
            "line 2, column 0: the text of a string is not valid JSON, and was repaired\n"
        ),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("2 explained"), "{}", ran.err);
    // The place of a second mistake is the place in the text before the repair.
    let har = har
        .replace("a\nb", "a\nb\"é\": 1}")
        .replacen("\"é\": 1}", "", 1);
    let end = har.lines().last().unwrap().find("\"é").unwrap();
    let path = file("explain-two-mistakes.har", &*har);
    let from_file = crate::program::ran(&["explain", &path], "");
    let from_input = crate::program::ran(&["explain", "-"], &*har);
    let places = [
        String::from(
            "line 2, column 0: the text of a string is not valid JSON, and was repaired\n",
        ),
        format!("line 3, column {}", end + 2),
    ];
    for place in places {
        assert!(from_file.err.contains(&place), "{place} {}", from_file.err);
        assert!(
            from_input.err.contains(&place),
            "{place} {}",
            from_input.err
        );
    }
}

/// A text with `*` must match the whole URL.
#[test]
fn urls_are_selected_by_a_pattern() {
    let har = format!(
        "{}/tests/explain/recordings/chromium.har",
        env!("CARGO_MANIFEST_DIR")
    );
    let count = |text: &str| {
        let lines = ran(&["explain", "--json", "--only-url", text, &har], "").json();
        let mut urls: Vec<_> = lines.iter().map(|line| line["url"].clone()).collect();
        urls.dedup();
        urls.len()
    };
    assert_eq!((count("header-missing"), count("*/header-missing")), (2, 1));
}

/// The fix has only the necessary changes. Only caches need the line `Vary`, so this line is below the fix.
#[test]
fn fix_with_an_origin_names_vary() {
    let text = |headers: &str| {
        let response = format!("HTTP/1.1 200 OK\r\n{headers}\r\n");
        explained(&["--response", "-", "--credentials", "include"], &response).out
    };
    let line = "Each change is necessary.\n\nFor caches, if the server allows several origins, also send:\n+ Vary: Origin\n";
    let any = "Access-Control-Allow-Origin: *\r\n";
    assert!(text(any).contains(line), "{}", text(any));
    for headers in [
        format!("{any}Vary: accept, origin\r\n"),
        format!("{any}Vary: *\r\n"),
        String::from("Access-Control-Allow-Origin: https://app.example\r\n"),
    ] {
        let text = text(&headers);
        assert!(!text.contains("For caches"), "{text}");
    }
    // A cache does not store responses to OPTIONS, so the fix of a preflight response does not need `Vary`.
    let preflight = file("explain-vary.txt", "HTTP/1.1 204 No Content\r\n\r\n");
    let response = "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: https://app.example\r\n\r\n";
    let arguments = ["-X", "PUT", "--preflight", &preflight, "--response", "-"];
    let text = explained(&arguments, response).out;
    assert!(
        text.contains("Fix, in the preflight response") && !text.contains("For caches"),
        "{text}"
    );
}

/// A URL that `server` of a case lacks gets the status 404. The mistake is then in the case, not in a server.
#[test]
fn url_without_an_entry_is_a_mistake_of_the_case() {
    let case = |method: &str, server: &str| {
        format!(
            r#"{{"id":"a","fetches":[{{"origin":"https://app.example","url":"https://api.example/notes#x","method":"{method}"}}],"server":[{server}]}}"#
        )
    };
    let entry = |url: &str| format!(r#"{{"url":"{url}","response":{{"status":404}}}}"#);
    let missing = "`server` of the case has no entry for `https://api.example/notes`";
    let advice = ", so the answer is 404: correct the URL, or add an entry";
    for method in ["GET", "PUT"] {
        for (server, nearest) in [
            (String::new(), ""),
            (entry("https://other.example/"), ""),
            (
                entry("https://api.example/note"),
                " (nearest: `https://api.example/note`)",
            ),
            (
                entry("http://api.example/notes"),
                " (nearest: `http://api.example/notes`)",
            ),
        ] {
            let json = ran(&["explain", "--json", "--case", "-"], case(method, &server)).out;
            let sentence = format!("{missing}{nearest}{advice}");
            assert!(json.contains(&sentence), "{json}");
            assert!(json.contains(r#""kind":"url-without-entry""#), "{json}");
            assert!(!json.contains("no route"), "{json}");
            assert!(!json.contains("many servers"), "{json}");
        }
        let present = entry("https://api.example/notes");
        let json = ran(
            &["explain", "--json", "--case", "-"],
            case(method, &present),
        )
        .out;
        assert!(!json.contains("no entry"), "{json}");
    }
}
