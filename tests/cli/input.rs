//! Values of several lines, and input of a kind that a command does not read.

use serde_json::{Value, json};

use crate::{
    ANSWER, CASE, QUESTION,
    program::{file, ran},
};

pub(crate) fn pretty(json: &str) -> String {
    let value: Value = serde_json::from_str(json).unwrap();
    serde_json::to_string_pretty(&value).unwrap()
}

fn malformed(answer: &Value) -> (&Value, &str) {
    (&answer["line"], answer["malformed"].as_str().unwrap())
}

#[test]
fn first_value_can_have_several_lines() {
    let answer = format!("{ANSWER}\n");
    let case = pretty(CASE);
    assert!(case.lines().count() > 5);
    ran(&["run"], &*case).expect(0, &answer, "");
    ran(&["run", &file("pretty.json", &case)], "").expect(0, &answer, "");
    let blank = format!("\n\n{}\r\n\n", case.replace('\n', "\r\n\r\n"));
    ran(&["run"], blank).expect(0, &answer, "");
    let by_hand = CASE
        .replace(",\"server\"", ",\n\"server\"")
        .replace("[{", "[\n{");
    ran(&["run"], by_hand).expect(0, &answer, "");
    let response = CASE
        .replace("\"response\":", "\"response\":\n")
        .replace("}}]", "}\n}]");
    ran(&["run"], response).expect(0, &answer, "");
    // The input has the form in which `jq .` prints several values.
    let several = format!("{case}\n{}\n{case}\n{QUESTION}\n", pretty(QUESTION));
    let result = "{\"id\":\"q\",\"result\":true}\n";
    let out = format!("{answer}{result}{answer}{result}");
    ran(&["run"], several).expect(0, &out, "");

    let vector = format!(
        r#"{{"case":{CASE},"expect":{{"fetches":[{{"result":{{"type":"error","step":"cors-check/2"}}}}]}}}}"#
    );
    let checked = ran(&["check", "-"], pretty(&vector));
    assert_eq!((checked.status, &*checked.err), (0, ""), "{}", checked.out);
    let policy = file("pretty-policy.json", r#"{"origins":["https://a.example"]}"#);
    let request = r#"{"id":"1","method":"GET","headers":[["origin","https://a.example"]]}"#;
    let answered = ran(&["respond", "--policy", &policy], pretty(request)).json();
    assert_eq!((answered.len(), &answered[0]["allowed"]), (1, &json!(true)));
}

#[test]
fn error_in_a_value_of_several_lines_has_its_line_and_column() {
    let case = r#"{
  "id": "a",

  "fetches": [
    {"origin": "http://a", "url": "http://b/"}
  ],
  "server": []
}"#;
    ran(&["run"], case).expect(0, &format!("{ANSWER}\n"), "");
    for (from, to, expected) in [
        (
            "\"server\"",
            "server",
            "not JSON, line 7, column 3: expected the name",
        ),
        (
            "\"url\"",
            "\"Url\"",
            "fetches[0].Url: no member has this name: write `url`",
        ),
        (
            "\n}",
            "",
            "not JSON, line 7, column 14: the text ends inside an object",
        ),
        (
            "]\n",
            "],\n",
            "not JSON, line 8, column 1: nothing follows the last comma",
        ),
    ] {
        let case = case.replacen(from, to, 1);
        let answers = ran(&["run"], case).json();
        assert_eq!(answers.len(), 1, "{answers:?}");
        let malformed = answers[0]["malformed"].as_str().unwrap();
        assert!(malformed.starts_with(expected), "{malformed}");
    }
}

/// A line that is cut off must not hide the lines after it.
#[test]
fn broken_first_line_is_answered_alone() {
    for first in ["{", "{\"id\":\"a\",", "{\"id\":\"a\",\"fetches\":["] {
        for second in [CASE, QUESTION] {
            let answers = ran(&["run"], format!("{first}\n\n{second}\n{{\n{CASE}")).json();
            assert_eq!(answers.len(), 4, "{answers:?}");
            let (line, reason) = malformed(&answers[0]);
            assert_eq!(*line, 1);
            assert!(reason.starts_with("not JSON, column "), "{reason}");
            assert_eq!(
                (&answers[1]["malformed"], &answers[2]["line"]),
                (&Value::Null, &json!(4))
            );
        }
    }
    let long = format!("{{\n{}\n{CASE}\n", " ".repeat(8 * 1024 * 1024) + "1");
    let answers = ran(&["run"], long).json();
    let lines: Vec<_> = answers.iter().map(|answer| &answer["line"]).collect();
    assert_eq!(lines, [&json!(1), &json!(2), &Value::Null]);
}

/// Notepad and PowerShell write a byte order mark, or UTF-16.
#[test]
fn encodings_of_windows_are_read_or_named() {
    let case = r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://b/"}],"server":[]}"#;
    let vector = r#"{"id":"q","fn":"method","value":"G:ET","expect":false}"#;
    let request = r#"{"id":"r","method":"GET","url":"https://api.example/","headers":[]}"#;
    let exchange = r#"{"id":"e","request":{"method":"GET","url":"https://api.example/","headers":[["origin","https://e.example"]]},"response":{"status":200,"headers":[["access-control-allow-origin","*"]]}}"#;
    let policy_text = r#"{"origins": ["https://app.example"]}"#;
    let policy = file("encoding-policy.json", policy_text);
    let exchange_file = file("encoding-exchange.ndjson", exchange);
    let vector_file = file("encoding-vector.ndjson", vector);
    let url = "https://api.example/";
    let judge = ["judge", "--policy", &policy, "--url", url];
    let known = [&judge[..], &[&exchange_file, "--known"]].concat();
    let commands: [(&str, &str, &[&str]); 8] = [
        ("run", case, &["run"]),
        ("check", vector, &["check"]),
        ("session", r#"{"reset":true}"#, &["session"]),
        ("respond", request, &["respond", "--policy", &policy]),
        ("judge", exchange, &judge),
        ("known-violations", "# nothing", &known),
        (
            "known-differences",
            "# nothing",
            &["check", &vector_file, "--known"],
        ),
        ("policy", policy_text, &["policy"]),
    ];
    for (name, text, command) in commands {
        let given = |text: &[u8]| {
            let path = file(&format!("encoding-{name}"), text);
            ran(&[command, &[&path]].concat(), "")
        };
        let plain = given(text.as_bytes());
        let marked = given(format!("\u{feff}{text}\n").as_bytes());
        assert_eq!(
            (marked.status, &marked.out),
            (plain.status, &plain.out),
            "{name}"
        );
        let units =
            |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        let [little, big] = [units(u16::to_le_bytes), units(u16::to_be_bytes)];
        for bytes in [
            [b"\xFF\xFE", &*little].concat(),
            [b"\xFE\xFF", &*big].concat(),
            little,
            big,
        ] {
            let ran = given(&bytes);
            assert_eq!((ran.status, &*ran.out), (2, ""), "{name}");
            let reason = "is a text in the encoding UTF-16, but this program reads UTF-8: save it as UTF-8, or convert it: `iconv ";
            assert!(ran.err.contains(reason), "{name}: {}", ran.err);
        }
    }
}

/// A value of several lines that is too long has one error, not an error for each of its lines.
#[test]
fn value_of_several_lines_can_be_too_long() {
    let lines = "    \"a\",\n".repeat(1024 * 1024);
    let reason = "fetch-cors: standard input, line 2: the JSON value that begins here has more than 8388608 bytes: split it, and write each part in a line of its own\n";
    let input = format!("\n{{\n  \"id\": [\n{lines}");
    for command in ["run", "session"] {
        let ran = ran(&[command], input.clone());
        assert_eq!((ran.status, &*ran.out, &*ran.err), (2, "", reason));
    }
}

#[test]
fn input_without_lines_is_noted() {
    let policy = file(
        "empty-input-policy.json",
        r#"{"origins": ["https://app.example"]}"#,
    );
    let commands: [&[&str]; 3] = [&["run"], &["session"], &["respond", "--policy", &policy]];
    for command in commands {
        for input in ["", "\n \n"] {
            let ran = ran(command, input);
            let note = "fetch-cors: standard input has no line, so there is nothing to answer\n";
            assert_eq!(
                (ran.status, &*ran.out, &*ran.err),
                (0, "", note),
                "{command:?}"
            );
        }
    }
    let explained = ran(&["run", "--explain"], "");
    let note = "fetch-cors: the input has no case, so there is nothing to explain\n";
    assert_eq!((explained.status, &*explained.err), (0, note));
    for command in [&["check", "-", "-"][..], &["compare", "-", "-", &policy]] {
        let twice = ran(command, "").complaint();
        assert!(twice.starts_with("two inputs are read from `-`"), "{twice}");
    }
}

#[test]
fn fetch_without_a_result_is_noted() {
    let open = r#"{"open":{"origin":"http://a","url":"http://b/"}}"#;
    let answer = r#"{"answer":{"status":200,"headers":[]}}"#;
    let note = "fetch-cors: the last fetch has no result, because its last request has no answer: add a line with `answer`\n";
    for (lines, err) in [
        (vec![open], note),
        (vec![open, answer], ""),
        (vec![open, r#"{"reset":true}"#], ""),
        (vec![open, answer, open], note),
    ] {
        let ran = ran(&["session"], lines.join("\n"));
        assert_eq!((ran.status, &*ran.err), (0, err), "{}", ran.out);
    }
}

/// If a number is too large for a status, the error has the range of statuses, and not the range of the integer type.
#[test]
fn status_out_of_range_names_the_range() {
    let policy = file(
        "status-policy.json",
        r#"{"origins": ["https://app.example"]}"#,
    );
    for status in ["70000", "-1", "1.5", "\"200\""] {
        let case = format!(
            r#"{{"id":"a","fetches":[{{"origin":"http://a","url":"http://b/"}}],"server":[{{"url":"http://b/","response":{{"status":{status}}}}}]}}"#
        );
        let answer = format!(
            "{{\"open\":{{\"origin\":\"http://a\",\"url\":\"http://b/\"}}}}\n{{\"answer\":{{\"status\":{status}}}}}"
        );
        let exchange = format!(
            r#"{{"id":"e","request":{{"method":"GET","url":"http://b/","headers":[]}},"response":{{"status":{status},"headers":[]}}}}"#
        );
        let judge = [
            "judge",
            "--policy",
            &policy,
            "--url",
            "https://api.example/",
        ];
        for (command, input) in [
            (&["run"][..], case),
            (&["session"], answer),
            (&judge, exchange),
        ] {
            let ran = ran(command, input);
            let range = "but it must be a whole number from 200 to 999";
            assert!(ran.out.contains(range), "{status}: {}", ran.out);
        }
    }
}

#[test]
fn input_that_is_not_lines_of_json_is_recognized() {
    let policy = file(
        "recognizing-policy.json",
        r#"{"origins":["https://a.example"]}"#,
    );
    let har = r#"{"log":{"version":"1.2","entries":[]}}"#;
    let response = "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n{}\n";
    for arguments in [
        &["run"][..],
        &["check", "-"],
        &["respond", "--policy", &policy],
        &[
            "judge",
            "--policy",
            &policy,
            "--url",
            "https://api.example/",
        ],
    ] {
        for (input, kind, command) in [
            (response, "an HTTP response", "`fetch-cors judge`"),
            (
                "< HTTP/2 200\n< vary: origin\n",
                "an HTTP response",
                "`fetch-cors judge`",
            ),
            (
                "\n\nHTTP/2 204 \n",
                "an HTTP response",
                "`fetch-cors judge`",
            ),
            (har, "a HAR recording", "`fetch-cors judge`"),
            (&pretty(har), "a HAR recording", "`fetch-cors judge`"),
            (
                "origins = [\"https://a.example\"]\n",
                "a policy",
                "`fetch-cors policy FILE`",
            ),
            (&pretty("[{},{}]"), "a JSON list", "`jq -c '.[]'`"),
            (
                "*   Trying 127.0.0.1:8000...\n> GET / HTTP/1.1\n",
                "the output of `curl -v`",
                "`fetch-cors explain --origin ORIGIN --url URL --response FILE`",
            ),
            (
                "> OPTIONS / HTTP/1.1\n> Host: a.example\n>\n< HTTP/1.1 204\n",
                "the output of `curl -v`",
                "`fetch-cors explain --origin ORIGIN --url URL --response FILE`",
            ),
            (
                "  % Total    % Received % Xferd\n* Connected to a.example\n",
                "the output of `curl -v`",
                "`fetch-cors explain --origin ORIGIN --url URL --response FILE`",
            ),
            (
                "curl 'https://api.example/notes' -H 'Origin: https://app.example'\n",
                "a `curl` command",
                "run it with `-i`",
            ),
            (
                "Access-Control-Allow-Origin: *\nvary: Origin\n",
                "a list of response headers without the status line",
                "`HTTP/1.1 200 OK`",
            ),
            (
                "date: Sat, 28 Nov 2026 05:00:00 GMT\n",
                "a list of response headers without the status line",
                "`HTTP/1.1 200 OK`",
            ),
            (
                "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
                "a console message",
                "`fetch-cors explain FILE`",
            ),
        ] {
            let beginning = format!("standard input is {kind}: ");
            let complaint = ran(arguments, input).complaint();
            assert!(
                complaint.starts_with(&beginning) && complaint.contains(command),
                "{complaint}"
            );
        }
    }
    // These recordings are longer than the maximum length of a line.
    for line in [
        " ".repeat(9 * 1024 * 1024),
        "    1\n".repeat(2 * 1024 * 1024),
    ] {
        for har in [har, &pretty(har)] {
            let complaint = ran(&["run"], har.replace("[]", &format!("[{line}]"))).complaint();
            let beginning = "standard input is a HAR recording: ";
            assert!(complaint.starts_with(beginning), "{complaint}");
        }
    }
}

#[test]
fn line_of_another_kind_names_its_command() {
    let policy = r#"{"origins":["https://a.example"],"max_age":600}"#;
    let file = file("other-kinds.json", policy);
    let exchange = r#"{"id":"a/1","request":{"method":"GET","url":"https://a.example/"},"response":{"status":200}}"#;
    let request = r#"{"id":"a/1","method":"GET","url":"https://a.example/","headers":[]}"#;
    let vector = format!(r#"{{"case":{CASE},"expect":{{"fetches":[{{"preflighted":false}}]}}}}"#);
    let finding =
        r#"{"law":"a","severity":"waste","probe":"b","message":"c","ids":[],"explanation":"d"}"#;
    let list = format!("[{CASE}]");
    let case = "this is a case: `fetch-cors run` judges it";
    let of_policy = "this is a policy: `fetch-cors policy FILE` validates it";
    let of_exchange = "this is an exchange: `fetch-cors judge` checks it";
    let of_request = "this is a request, which `fetch-cors probe` prints: send it to the server";
    let of_vector = "this is a vector: `fetch-cors check` compares it";
    let of_outcome = "this is an outcome, which `fetch-cors run` prints";
    let response = r#"{"status":200,"headers":[["vary","Origin"]]}"#;
    let of_response = "this is a response in JSON: for `fetch-cors judge`";
    let of_list = "this is a JSON list: write each entry in a line of its own";
    let judge = &[
        "judge",
        "--json",
        "--policy",
        &*file,
        "--url",
        "https://a.example/",
    ][..];
    let respond = &["respond", "--policy", &*file][..];
    for (arguments, line, expected) in [
        (&["run"][..], policy, of_policy),
        (&["run"], &pretty(policy), of_policy),
        (&["run"], exchange, of_exchange),
        (&["run"], request, of_request),
        (&["run"], ANSWER, of_outcome),
        (
            &["run"],
            finding,
            "this is a violation, which `fetch-cors judge` prints",
        ),
        (&["run"], &list, of_list),
        (judge, CASE, case),
        (judge, request, of_request),
        (judge, policy, of_policy),
        (judge, &vector, of_vector),
        (respond, CASE, case),
        (respond, exchange, of_exchange),
        (respond, policy, of_policy),
        (&["check", "--json", "-"], CASE, case),
        (
            &["check", "--json", "-"],
            r#"{"id":"q","fn":"method","value":"PUT"}"#,
            "this is a question: `fetch-cors run` answers it; for `fetch-cors check`, add the member `expect`",
        ),
        (&["check", "--json", "-"], exchange, of_exchange),
        (&["check", "--json", "-"], ANSWER, of_outcome),
        (&["run"], response, of_response),
        (&["session"], response, of_response),
        (judge, response, of_response),
        (respond, response, of_response),
        (&["policy", "--json", "-"], response, of_response),
        (
            &["run"],
            r#"{"allowed_origins":["https://a.example"]}"#,
            of_policy,
        ),
        (
            &["run"],
            r#"{"origin":["https://a.example"],"credentials":true}"#,
            of_policy,
        ),
        (judge, r#"{"allow-methods":["PUT"]}"#, of_policy),
        (
            &["policy", "--json", "-"],
            "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
            "this is a console message: `fetch-cors explain FILE` explains it",
        ),
        (
            &["policy", "--json", "-"],
            "curl -i https://a.example/",
            "this is a `curl` command: ",
        ),
        (&["policy", "--json", "-"], CASE, case),
        (&["policy", "--json", "-"], exchange, of_exchange),
        (&["policy", "--json", "-"], &vector, of_vector),
        (
            &["policy", "--json", "-"],
            "HTTP/1.1 200 OK\n",
            "this is an HTTP response: ",
        ),
        (
            &["policy", "--json", "-"],
            r#"{"log":{"entries":[]}}"#,
            "this is a HAR recording: ",
        ),
    ] {
        let found = ran(arguments, line);
        let answers = found.json();
        let member = if arguments[0] == "policy" {
            "message"
        } else {
            "malformed"
        };
        let reason = answers[0][member].as_str().expect(&found.out);
        assert!(
            reason.starts_with(expected),
            "{arguments:?} {line}\n{reason}"
        );
        assert_eq!(found.status, 1);
    }
    // If the line is of a kind that the command reads, the error does not name another command.
    let no_server = r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://b/"}]}"#;
    let answers = ran(&["run"], no_server).json();
    assert_eq!(
        malformed(&answers[0]).1,
        "the member `server` is missing: add it"
    );
    // A policy has no `id`.
    let misspelled = r#"{"id":"a","fetches":[],"serve":[],"origin":["https://a.example"]}"#;
    let answers = ran(&["run"], misspelled).json();
    assert_eq!(
        malformed(&answers[0]).1,
        "serve: no member has this name: write `server`"
    );
}

/// The name of a header has no spaces.
#[test]
fn sentence_about_a_header_is_not_a_list_of_headers() {
    let text = "Access-Control-Allow-Origin problem again: see below\nTypeError: Failed to fetch\n";
    let explained = ran(&["explain", "-"], text);
    assert!(
        explained.out.contains("this line does not have the reason"),
        "{}{}",
        explained.out,
        explained.err
    );
}

/// A command recognizes each kind of input that only other commands read. The message names a command for this input.
#[test]
fn each_kind_of_input_is_recognized_by_each_command() {
    let kinds = [
        ("case", "a case", CASE.to_owned()),
        ("question", "a question", QUESTION.to_owned()),
        (
            "vector",
            "a vector",
            format!(r#"{{"case":{CASE},"expect":{{"fetches":[{{"result":{{"type":"error"}}}}]}}}}"#),
        ),
        ("outcome", "an outcome, which `fetch-cors run` prints", ANSWER.to_owned()),
        (
            "request",
            "a request, which `fetch-cors probe` prints",
            r#"{"id":"a/1","method":"GET","url":"https://api.example/","headers":[]}"#.to_owned(),
        ),
        (
            "exchange",
            "an exchange",
            r#"{"id":"a/1","request":{"method":"GET","url":"https://api.example/","headers":[]},"response":{"status":200,"headers":[]}}"#.to_owned(),
        ),
        (
            "violation",
            "a violation, which `fetch-cors judge` prints",
            r#"{"law":"a_law_holds","severity":"waste","cause":"a","probe":"a","requests":[],"message":"a","ids":["a/1"],"explanation":"b"}"#.to_owned(),
        ),
        ("session", "a line of a session", r#"{"reset":true}"#.to_owned()),
        ("policy", "a policy", r#"{"origins":["https://app.example"]}"#.to_owned()),
        ("har", "a HAR recording", r#"{"log":{"version":"1.2","entries":[]}}"#.to_owned()),
        (
            "http",
            "an HTTP response",
            "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n".to_owned(),
        ),
        ("list", "a JSON list", r#"[{"id":"a"},{"id":"b"}]"#.to_owned()),
    ];
    let policy = file(
        "matrix-policy.json",
        r#"{"origins":["https://app.example"]}"#,
    );
    let har = file("matrix.har", r#"{"log":{"version":"1.2","entries":[]}}"#);
    let vectors = file("matrix-vectors.ndjson", &kinds[2].2);
    let outcomes = file("matrix-outcomes.ndjson", &kinds[3].2);
    let request = file("matrix-request.ndjson", &kinds[4].2);
    let url = "https://api.example/";
    for (name, noun, text) in &kinds {
        let given = file(&format!("matrix-given-{name}"), text);
        // The kinds that a command reads, and the arguments of the command.
        let commands: [(&[&str], Vec<&str>); 16] = [
            (&["case", "question", "vector"], vec!["run", &given]),
            (&["case", "vector", "har", "list"], vec!["explain", &given]),
            (&["session"], vec!["session", &given]),
            (&["vector"], vec!["check", &given]),
            (&["vector"], vec!["compare", &given, &outcomes]),
            (&["outcome"], vec!["compare", &vectors, &given]),
            (&["policy"], vec!["policy", &given]),
            (&["policy"], vec!["policy", "diff", &given, &policy]),
            (&["policy"], vec!["policy", "diff", &policy, &given]),
            (&["har", "list"], vec!["policy", "suggest", &given]),
            (&["har", "list"], vec!["policy", "check", &policy, &given]),
            (&["policy"], vec!["policy", "check", &given, &har]),
            (&["request"], vec!["respond", "--policy", &policy, &given]),
            (&["policy"], vec!["respond", "--policy", &given, &request]),
            (&["policy"], vec!["probe", "--policy", &given, "--url", url]),
            (
                &["exchange"],
                vec!["judge", "--policy", &policy, "--url", url, &given],
            ),
        ];
        for (readable, arguments) in commands {
            if readable.contains(name) {
                continue;
            }
            let ran = ran(&arguments, "");
            let text = format!("{}{}", ran.out, ran.err);
            assert_ne!(ran.status, 0, "{name}, {arguments:?}: {text}");
            // `compare` names the likeliest mistake: its two files are in the wrong order. `explain` asks for the
            // missing half of a response.
            let is_known_mistake = text.contains("write `fetch-cors compare VECTORS OUTCOMES`")
                || text.contains("add `--origin ORIGIN --url URL`");
            let is_named = text.contains(noun)
                && (text.contains(": `fetch-cors ")
                    || text.contains("instead")
                    || text.contains("`jq "));
            let is_named = is_named || (text.contains(noun) && text.contains("`fetch-cors judge`"));
            assert!(
                is_named || is_known_mistake,
                "{name}, {arguments:?}: {text}"
            );
        }
    }
}

/// A file of another tool is recognized by each command, and the message names the file to use instead.
#[test]
fn files_of_other_tools_are_recognized() {
    let policy = file(
        "foreign-policy.json",
        r#"{"origins":["https://app.example"]}"#,
    );
    for (name, noun, content) in [
        (
            "postman.json",
            "a Postman collection",
            r#"{"info":{"name":"a","schema":"https://schema.getpostman.com/"},"item":[]}"#,
        ),
        (
            "openapi.json",
            "an OpenAPI description",
            r#"{"openapi":"3.0.0","info":{},"paths":{}}"#,
        ),
        (
            "swagger.json",
            "an OpenAPI description",
            r#"{"swagger":"2.0","paths":{}}"#,
        ),
        (
            "package.json",
            "a `package.json` of npm",
            r#"{"name":"a","version":"1.0.0","scripts":{"test":"a"}}"#,
        ),
        (
            "page.html",
            "an HTML or XML document",
            "<!doctype html>\n<title>a</title>\n",
        ),
        (
            "request.txt",
            "an HTTP request without its response",
            "GET /a HTTP/1.1\r\nHost: a\r\n\r\n",
        ),
        ("program", "a binary file", "\u{7f}ELF\0\u{1}\0\n"),
    ] {
        let mut contents = vec![content.to_owned()];
        if content.starts_with('{') {
            contents.push(pretty(content));
        }
        for content in contents {
            let foreign = file(name, content);
            for arguments in [
                &["explain", &*foreign][..],
                &["policy", "suggest", &foreign],
                &["policy", "check", &policy, &foreign],
                &["policy", &foreign],
                &["run", &foreign],
                &["check", &foreign],
                &["explain", "--case", &foreign],
            ] {
                let found = ran(arguments, "");
                let text = found.out + &found.err;
                assert!(
                    found.status > 0
                        && text.contains(noun)
                        && text.contains("as HAR in the network panel"),
                    "{arguments:?}: {text}"
                );
            }
        }
    }
}

/// A compressed file is recognized by each command, and the message says how to decompress it.
#[test]
fn compressed_files_are_recognized() {
    let policy = file(
        "compressed-policy.json",
        r#"{"origins":["https://app.example"]}"#,
    );
    let url = "https://api.example/";
    for (start, advice) in [
        (&b"\x1f\x8b\x08\0"[..], "decompress it with `gzip -dc FILE"),
        (b"PK\x03\x04", "unpack it with `unzip FILE`"),
        (b"\x28\xb5\x2f\xfd", "decompress it with `zstd -d FILE"),
    ] {
        let compressed = file("compressed", [start, b"\0\x89\n\xff"].concat());
        for arguments in [
            &["run", &*compressed][..],
            &["check", &compressed],
            &["compare", &compressed, &compressed],
            &["session", &compressed],
            &["explain", &compressed],
            &["explain", "--case", &compressed],
            &["policy", &compressed],
            &["policy", "suggest", &compressed],
            &["policy", "check", &policy, &compressed],
            &["policy", "diff", &policy, &compressed],
            &["respond", "--policy", &policy, &compressed],
            &["judge", "--policy", &policy, "--url", url, &compressed],
        ] {
            let found = ran(arguments, "");
            let text = found.out + &found.err;
            assert!(
                found.status == 2 && text.contains(advice),
                "{arguments:?}: {text}"
            );
        }
    }
}

#[test]
fn input_that_is_not_a_recording_is_named() {
    let exchange = r#"{"id":"a/1","request":{"method":"GET","url":"https://a.example/","headers":[]},"response":{"status":200}}"#;
    let without_id = r#"{"request":{"method":"GET","url":"https://a.example/","headers":[["origin","https://b.example"]]},"response":{"status":200}}"#;
    let list = |entry: &str| format!("[{entry},{entry}]");
    for (content, reason) in [
        (
            format!("{exchange}\n{exchange}\n"),
            " is an exchange: `fetch-cors judge` checks it",
        ),
        (
            format!("{without_id}\n"),
            " is an exchange: `fetch-cors judge` checks it",
        ),
        (
            pretty(without_id),
            " is an exchange: `fetch-cors judge` checks it",
        ),
        (
            list(exchange),
            " is a JSON list of exchanges: write each exchange in a line",
        ),
        (
            pretty(&list(without_id)),
            " is a JSON list of exchanges: write each exchange in a line",
        ),
        (
            list(r#"{"origin":"https://a.example"}"#),
            " is a JSON list, but its entries are not the entries of a HAR recording: ",
        ),
        (
            r#"["https://a.example"]"#.to_owned(),
            " is a JSON list, but its entries are not the entries of a HAR recording: ",
        ),
        (" \n".to_owned(), " is empty: "),
        (String::new(), " is empty: "),
    ] {
        let path = file("no-recording.json", &content);
        for arguments in [&["explain", &*path][..], &["policy", "suggest", &path]] {
            let complaint = ran(arguments, "").complaint();
            let start = format!("`{path}`{reason}");
            assert!(complaint.starts_with(&start), "{arguments:?}: {complaint}");
        }
    }
    let text = file("hello.txt", "hello\n");
    let complaint = ran(&["policy", "suggest", &text], "").complaint();
    assert!(
        complaint.contains(" is not JSON, so it is not a HAR recording: "),
        "{complaint}"
    );
    let har = file("only-a-name.har", "\n");
    let named = ran(&["policy", &har], "");
    assert!(
        named.status == 1 && named.out.contains("`fetch-cors policy suggest FILE.har`"),
        "{}",
        named.out
    );
    let yaml = ran(&["policy", "-"], "origins:\n  - https://a.example\n").out;
    assert!(
        yaml.contains("this looks like YAML: write `origins = …`"),
        "{yaml}"
    );
    let directory = ran(&["explain", env!("CARGO_TARGET_TMPDIR")], "").complaint();
    assert!(directory.ends_with(": is a directory"), "{directory}");
    // A path can also be a pipe.
    let piped = ran(&["explain", "/dev/stdin"], exchange).complaint();
    assert!(
        piped.starts_with("`/dev/stdin` is an exchange: "),
        "{piped}"
    );
    let missing = ran(&["explain", "missing.txt"], "").complaint();
    assert!(
        missing.starts_with("there is no file `missing.txt`: "),
        "{missing}"
    );
}

/// A recording without a request that a command can use ends each command with the status 2, and with the reason.
#[test]
fn recordings_without_requests_are_refused() {
    let policy = file(
        "recordings-policy.json",
        r#"{"origins":["https://app.example"]}"#,
    );
    for (name, entries, reason) in [
        (
            "empty",
            "",
            "the recording has no entry: reload the page while the network panel is open, and save the recording again",
        ),
        (
            "data",
            r#"{"request":{"method":"GET","url":"data:,a","headers":[]}},{"request":{"method":"GET","url":"blob:a","headers":[]}}"#,
            "the recording has 2 entries, but no request to an `http` or `https` URL: reload the page while the network panel is open, and save the recording again",
        ),
        (
            "socket",
            r#"{"request":{"method":"GET","url":"wss://a.example/","headers":[]}}"#,
            "the recording has 1 entry, but no request to an `http` or `https` URL: the recording has a WebSocket, and CORS headers have no effect on a WebSocket: its server compares `Origin` itself. If the connection failed, look at its status in the network panel, and into the log of the server",
        ),
        (
            "file",
            r#"{"request":{"method":"GET","url":"file:///home/a/index.html","headers":[]}},{"request":{"method":"GET","url":"file:///home/a/notes.json","headers":[]}}"#,
            "the recording has 2 entries, but no request to an `http` or `https` URL: the page is opened from a file (`file:`): serve its folder over http, for example with `python3 -m http.server`, load the page from there, and save the recording again",
        ),
        (
            "damaged",
            r#"{"request":{"method":"GET","headers":[]}},null"#,
            "the recording has 2 entries, but no entry is readable: save the recording again, without editing it",
        ),
    ] {
        let har = format!(r#"{{"log":{{"entries":[{entries}]}}}}"#);
        let path = file(&format!("recordings-{name}.har"), har);
        for arguments in [
            &["explain"][..],
            &["explain", "--json"],
            &["explain", "--html", "-"],
            &["policy", "suggest"],
            &["policy", "check", &policy],
        ] {
            let ran = ran(&[arguments, &[&path]].concat(), "");
            assert_eq!((ran.status, &*ran.out), (2, ""), "{name}: {}", ran.err);
            let line = ran.err.lines().last().unwrap_or_default();
            assert!(line.ends_with(&format!("`: {reason}")), "{name}: {line}");
        }
    }
}

/// Each line is answered. If all lines have the same error, the standard error also has the error once, with the number
/// of lines.
#[test]
fn equal_errors_are_counted() {
    let input = "{\"error\":\"refused\"}\n".repeat(365);
    let policy = file(
        "counted-policy.json",
        r#"{"origins":["https://app.example"]}"#,
    );
    for arguments in [
        &["run"][..],
        &["run", "--jobs", "4"],
        &["respond", "--policy", &policy],
    ] {
        let counted = ran(arguments, &*input);
        assert_eq!((counted.status, counted.json().len()), (1, 365));
        let [error, count] = counted.err.lines().collect::<Vec<_>>()[..] else {
            panic!("{}", counted.err)
        };
        assert!(
            error.starts_with("fetch-cors: line 1 is malformed: error: "),
            "{error}"
        );
        assert_eq!(count, "  365 lines have this error: 1, 2, 3, 4, 5, …");
        // The number is printed only if there are several lines, and all lines have the same error.
        let valid = if arguments[0] == "run" {
            CASE
        } else {
            r#"{"id":"a","method":"GET","headers":[]}"#
        };
        for rest in ["{", valid] {
            let other = ran(arguments, format!("{input}{rest}\n"));
            assert_eq!((other.status, &*other.err), (1, ""), "{rest}");
        }
        let one = ran(arguments, "{\"error\":\"refused\"}\n");
        assert_eq!((one.status, &*one.err), (1, ""));
    }
    for arguments in [&["run", "--explain"][..], &["explain", "--case", "-"]] {
        let counted = ran(arguments, &*input);
        assert_eq!(
            (counted.status, counted.out.matches("malformed: ").count()),
            (1, 1)
        );
        assert!(
            counted
                .err
                .contains("\n  365 lines have this error: 1, 2, "),
            "{}",
            counted.err
        );
    }
}

#[test]
fn vector_without_case_is_named() {
    for line in [
        r#"{"id":"a","fetches":[],"server":[],"expect":{"fetches":[]}}"#,
        r#"{"id":"a","fetches":[],"server":[],"observed":{}}"#,
        r#"{"fetches":[{"origin":"http://a","url":"http://b/"}],"expect":{}}"#,
    ] {
        for arguments in [&["check", "-"][..], &["run"]] {
            let ran = ran(arguments, line);
            let text = format!("{}{}", ran.out, ran.err);
            let words = "this is a vector without the member `case`: write the members of the case, which are `id`, `fetches` and `server`, into `case`: ";
            assert!(ran.status == 1 && text.contains(words), "{text}");
        }
    }
}

#[test]
fn list_of_known_entries_can_be_the_standard_input() {
    let vectors = crate::program::vectors("spec-issues.ndjson");
    let outcomes = crate::program::file("known-outcomes.ndjson", ran(&["run", &vectors], "").out);
    for arguments in [
        &["check", "--known", "-", &vectors][..],
        &["compare", "--known", "-", &vectors, &outcomes],
    ] {
        assert_eq!(ran(arguments, "# no entry\n").status, 0, "{arguments:?}");
        let complaint = ran(arguments, "a").complaint();
        assert!(
            complaint.starts_with("standard input, line 1: "),
            "{complaint}"
        );
    }
    let policy = crate::program::file(
        "known-policy.json",
        r#"{"origins":["https://app.example"]}"#,
    );
    let judge = [
        "judge",
        "--policy",
        &policy,
        "--url",
        "http://a/",
        "--known",
        "-",
    ];
    for arguments in [&["check", "--known", "-", "-"][..], &judge] {
        let complaint = ran(arguments, "").complaint();
        assert!(
            complaint.starts_with("two inputs are read from `-`"),
            "{complaint}"
        );
    }
}

#[test]
fn output_line_of_a_session_is_recognized() {
    for line in [
        r#"{"result":{"type":"error"}}"#,
        r#"{"send":{"method":"GET"}}"#,
    ] {
        let answer = &ran(&["session"], line).json()[0];
        let malformed = answer["malformed"].as_str().unwrap();
        assert!(
            malformed.starts_with("this is a line that `fetch-cors session` prints: "),
            "{answer}"
        );
    }
}
