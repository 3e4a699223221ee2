//! `fetch-cors explain` and `run --explain`.

use fetch_cors::engine::Quirk;
use serde_json::{Value, json};

use crate::program::{file, ran};

#[path = "explain_cases.rs"]
mod cases;
#[path = "explain_har.rs"]
mod har;
#[path = "explain_inputs.rs"]
mod inputs;
#[path = "explain_request_doubt.rs"]
mod request_doubt;

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
            "  (status 405)",
            "  the server has no route for OPTIONS at this URL (status 405): answer OPTIONS",
            "  before routing",
            "  if the page sets headers such as `Authorization`, add each with",
            "  `-H 'NAME: VALUE'`: the server has to allow them, too",
            "  A preflight is the OPTIONS request that asks the server for permission first.",
            "",
            "First check the request: many servers send `Access-Control-Allow-Origin` only",
            "  for a request with `Origin: https://app.example` and",
            "  `Access-Control-Request-Method: PUT`, and the pasted text does not show the",
            "  request. If your request did not have these headers, send the request again",
            "  with the commands below",
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

/// A text that only names the problem is answered with the line to copy.
#[test]
fn loose_descriptions_have_the_line_to_copy() {
    for text in [
        "cross origin error",
        "cors error",
        "blocked by cors",
        "cross-origin request blocked",
        "CORS policy error",
        "No CORS",
        "CORS-Fehler",
    ] {
        for arguments in [["explain", text], ["explain", "-"]] {
            let complaint = ran(&arguments, text).complaint();
            let copy = "copy the red line of the panel `Console` that begins with `Access to`";
            assert!(complaint.contains(copy), "{complaint}");
        }
    }
    for (text, meaning) in [
        (
            "strict-origin-when-cross-origin",
            "the default referrer policy",
        ),
        ("(blocked:other)", "an ad blocker"),
    ] {
        for arguments in [["explain", text], ["explain", "-"]] {
            let complaint = ran(&arguments, text).complaint();
            assert!(complaint.contains(meaning), "{complaint}");
        }
    }
    for (text, meaning) in [
        ("(blocked:csp)", "Content Security Policy"),
        ("(blocked:mixed-content)", "mixed content"),
    ] {
        let text = ran(&["explain", text], "").out;
        assert!(text.contains(meaning), "{text}");
    }
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
