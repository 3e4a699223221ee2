//! `explain`: the forms of its input, and the options that do not fit.

use super::*;

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
            "invalid value `/b` for `--url <URL>`: relative URL without a base: write a whole URL, for example `https://api.example/`; try `--help`",
        ),
        (
            &["explain", "--origin", "localhost:9000", "--url", "/b"],
            "invalid value `localhost:9000` for `--origin <ORIGIN>`: `localhost:9000` is not the origin of a page: write `http://localhost:9000`; try `--help`",
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
        (
            "--body",
            r#"{"a": "b/c"}"#,
            "write the content type of the body, such as `application/json`, and not the body",
        ),
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
        // The error names URLs that the option can select.
        let has_urls = refused.err.contains(". The fetches have: `http");
        assert_eq!(has_urls, options[0] == "--only-url", "{}", refused.err);
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

/// An option that does not fit the input is refused.
#[test]
fn options_of_another_input_are_refused() {
    let message = "net::ERR_UNSAFE_PORT";
    let har = file("explain-inputs-options.har", r#"{"log": {"entries": []}}"#);
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
    let all = explained(&["--all"], "");
    assert!(all.err.contains("`--all` selects fetches"), "{}", all.err);
}
