//! `policy`, `policy diff` and `respond`.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
};

use serde_json::{Value, json};

use crate::program::{command, feed, file, ran, spawn};

const ERROR: &str = r#"{"error":"unmatchable-origin","member":"origins[0]","value":"https://a.com/","message":"the entry ends with a slash, which an origin does not have, so it never matches: write it without the slash","suggestion":"https://a.com","file":"-","line":1,"column":13}"#;

fn codes(arguments: &[&str], input: &str) -> Vec<(String, String, Value)> {
    let ran = ran(&[arguments, &["--json"]].concat(), input);
    assert_eq!((ran.status, &*ran.err), (1, ""), "{}", ran.out);
    let errors = ran.json().into_iter().map(|error| {
        let text = |member: &str| error[member].as_str().unwrap().to_owned();
        assert!(!text("message").contains('\n') && !text("message").ends_with('.'));
        (text("error"), text("member"), error["value"].clone())
    });
    errors.collect()
}

#[test]
fn invalid_policy_is_answered_with_all_errors() {
    let wrong = r#"{"origins":["https://a.com/"],"max_age":1e2}"#;
    let out = format!(
        "{ERROR}\n{}\n",
        r#"{"error":"wrong-type","member":"max_age","value":1e2,"message":"the value is a number with a fraction or an exponent, but it must be a whole number from 0 to 86400, written only in digits","file":"-","line":1,"column":41}"#
    );
    ran(&["policy", "--json", "-"], wrong).expect(1, &out, "");
    let text = ran(&["policy", "-"], wrong);
    let shown = r#"error[unmatchable-origin]: the entry ends with a slash, which an origin does not have, so it never matches: write it without the slash
 --> standard input:1:13
  |
1 | {"origins":["https://a.com/"],"max_age":1e2}
  |             ^^^^^^^^^^^^^^^^ write `https://a.com`

error[wrong-type]: the value is a number with a fraction or an exponent, but it must be a whole number from 0 to 86400, written only in digits
 --> standard input:1:41
  |
1 | {"origins":["https://a.com/"],"max_age":1e2}
  |                                         ^^^
"#;
    text.expect(1, shown, "");
    let wrong = file("wrong-policy.json", wrong);
    let shown = shown.replace("standard input", &wrong);
    // The output of these commands is for a program, so the errors go to the standard error.
    for arguments in [
        &["respond", "--policy", &wrong][..],
        &["probe", "--policy", &wrong, "--url", "http://a"],
    ] {
        ran(arguments, "{}").expect(1, "", &shown);
    }
    let judge = ["judge", "--policy", &wrong, "--url", "http://a"];
    ran(&judge, "{}").expect(1, &shown, "");
    // `probe` has printed the errors if the record is empty.
    let short = format!(
        "`{wrong}`: the policy has 2 errors, and the input has no exchange: correct the policy first (`fetch-cors policy` prints the errors)\n"
    );
    ran(&judge, "").expect(1, &short, "");
    let empty = file("empty-record.ndjson", "");
    ran(&[&judge[..], &[&empty]].concat(), "").expect(1, &short, "");
    ran(&[&judge[..], &["no-such-file.ndjson"]].concat(), "").expect(1, &shown, "");
    let json = ran(&[&judge[..], &["--json"]].concat(), "").json();
    assert_eq!(json.len(), 2);
    ran(&["policy", "--json", "-"], "{}").expect(
        1,
        "{\"error\":\"empty-origins\",\"member\":\"origins\",\"message\":\"no origin is listed: list at least one, or write `\\\"*\\\"` for any origin or `\\\"none\\\"` to allow no origin\",\"file\":\"-\",\"line\":1,\"column\":1}\n",
        "",
    );
}

/// Returns the place of each error, and the text that the carets underline.
fn carets(name: &str, content: &[u8]) -> Vec<(String, String)> {
    let path = file(name, content);
    let ran = ran(&["policy", &path], "");
    assert_eq!((ran.status, &*ran.err), (1, ""), "{}", ran.out);
    let blocks = ran.out.trim_end().split("\n\n");
    let carets = blocks.map(|block| {
        let lines: Vec<&str> = block.lines().collect();
        let place = lines[1].split_once(&*path).expect(block).1;
        let (source, caret) = (lines[lines.len() - 2], lines[lines.len() - 1]);
        let start = caret.chars().position(|c| c == '^').expect(block);
        let length = caret.chars().filter(|c| *c == '^').count();
        let marked = source.chars().skip(start).take(length).collect();
        (place.to_owned(), marked)
    });
    carets.collect()
}

/// A terminal can interpret U+009B as the start of a command.
#[test]
fn invisible_characters_of_a_policy_are_escaped() {
    let text = "{\"x\u{9b}\u{200b}\": 1, \"origins\": [\"https://\u{85}.example\"]}";
    let out = ran(
        &["policy", &file("invisible\u{9b}.json", text.as_bytes())],
        "",
    )
    .out;
    let is_visible = |c: char| c == '\n' || c.is_ascii_graphic() || c == ' ';
    assert!(out.chars().all(is_visible), "{}", out.escape_debug());
    for part in ["x\\u{9b}\\u{200b}", "https://\\u{85}.example", "json:1:24"] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let twice = "\"x\u{9b}\" = 1\n\"x\u{9b}\" = 2\n";
    let out = ran(&["policy", &file("invisible.toml", twice)], "").out;
    assert!(out.chars().all(is_visible), "{}", out.escape_debug());
}

#[test]
fn caret_is_below_the_value_or_the_name() {
    let json = "{\r\n  \"origins\": [\r\n    \"https://a.example\", \"\u{e9}\", 5, \"https://b.example/\"],\r\n  \"max_age\" : -1, \"Methods\": []\r\n}";
    let toml = "# a policy\nmax_age = -1\nMethods = []\norigins = ['https://a.example', '\u{e9}', 5,\n 'https://b.example/']\n";
    let of_json = [
        (":3:26", "\"\u{e9}\""),
        (":3:31", "5"),
        (":3:34", "\"https://b.example/\""),
        (":4:15", "-1"),
        (":4:19", "\"Methods\""),
    ];
    let of_toml = [
        (":2:11", "-1"),
        (":3:1", "Methods"),
        (":4:33", "'\u{e9}'"),
        (":4:38", "5"),
        (":5:2", "'https://b.example/'"),
    ];
    for (name, text, expected) in [
        ("carets.json", json, &of_json[..]),
        ("carets.toml", toml, &of_toml),
        (
            "not.json",
            "{\"origins\": \"*\",\n \u{e9}}",
            &[(":2:2", "\u{e9}")],
        ),
        ("ends.json", "{\"origins\":\n [", &[(":2:3", "")]),
        (
            "twice.json",
            "{\"origins\":\"*\",\"a\":1,\n\"origins\":\"*\"}",
            &[(":2:1", "\"origins\"")],
        ),
        (
            "twice.toml",
            "origins='*'\norigins='*'",
            &[(":2:1", "origins")],
        ),
        ("not.toml", "origins = ['*'", &[(":1:15", "")]),
        (
            "table.toml",
            "origins='*'\n[credentials]\na=1",
            &[(":2:1", "[credentials]")],
        ),
        ("absent.json", "\n {\"max_age\":1}", &[(":2:2", "{")]),
        ("whole.json", " [\"origins\"]", &[(":1:2", "[\"origins\"]")]),
        ("mark.json", "\u{feff}{\"origins\":1}", &[(":1:12", "1")]),
    ] {
        let found = carets(name, text.as_bytes());
        let found: Vec<_> = found
            .iter()
            .map(|(place, text)| (&**place, &**text))
            .collect();
        // A caret at the end of a text has no character above it.
        assert_eq!(found, expected, "{name}");
    }
    assert_eq!(
        carets("bytes.json", b"{\"origins\":\"\xff\"}")[0].0,
        ":1:13"
    );
}

/// The work for each error does not depend on the length of the file.
#[test]
fn long_line_and_many_errors_are_cut() {
    let entries = vec!["\"https://a.example/\""; 100_000].join(",");
    let policy = format!("{{\"origins\":[\"\\u001b[31m\u{202e}\",{entries}]}}");
    let out = ran(&["policy", "-"], &*policy).out;
    assert!(
        out.len() < 100_000 && out.lines().all(|line| line.chars().count() < 400),
        "{out}"
    );
    assert!(!out.contains('\u{1b}'), "{out}");
    assert!(out.contains(" --> standard input:1:1035\n"), "{out}");
    assert!(
        out.ends_with("\n\nand 99951 more errors: `fetch-cors policy --json` prints all errors\n")
    );
    let lines = ran(&["policy", "--json", "-"], &*policy).json();
    assert_eq!(
        (lines.len(), &lines[100_000]["column"]),
        (100_001, &json!(2_100_006))
    );
}

#[test]
fn errors_have_colors_only_where_they_are_wanted() {
    let colored = |variables: &[(&str, &str)]| {
        let mut command = command(&["policy", "-"]);
        command
            .env_remove("NO_COLOR")
            .envs(variables.iter().copied());
        feed(&mut command, "{}").out.contains('\u{1b}')
    };
    assert!(!colored(&[]));
    assert!(colored(&[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

#[test]
fn error_with_a_value_of_several_lines_is_one_line() {
    let wrong = "{\"origins\": [\n \"https://a.com\",\n {\"a\\\"\\n b\": [1,\r\n\t2]}],\n \"max_age\": {\n}}";
    let found = codes(&["policy", "-"], wrong);
    let expected = [
        ("wrong-type", "origins[1]", json!({"a\"\n b": [1, 2]})),
        ("wrong-type", "max_age", json!({})),
    ];
    let expected = expected.map(|(a, b, value)| (a.to_owned(), b.to_owned(), value));
    assert_eq!(found, expected);
}

#[test]
fn toml_policy_has_the_same_members_as_json() {
    let toml =
        "origins = ['https://*.app.example'] # a comment\nmax_age = 0x258\ncredentials = true\n";
    let json = &*ran(&["policy", "--json", "-"], toml).out;
    let first = "{\"origins\":[\"https://*.app.example\"],\"credentials\":true,\"methods\":[],\"request_headers\":[],\"expose_headers\":[],\"max_age\":600,\"preflight_status\":204,";
    let flags = json.strip_prefix(first).expect(json);
    let flags: BTreeMap<String, bool> = serde_json::from_str(&format!("{{{flags}")).unwrap();
    assert!(flags.len() >= 3 && !flags.values().any(|is_set| *is_set));
    ran(&["policy", "--json", "-"], json).expect(0, json, "");
    let named = |name: &str, content: &str| file(name, content);
    ran(&["policy", "--json", &named("policy.toml", toml)], "").expect(0, json, "");
    ran(&["policy", "--json", &named("toml-policy.json", toml)], "").expect(0, json, "");

    let wrong = "origins = [1, inf, 1979-05-27, 'null']\nmethods = 'PUT'\nmax_age = 99999999999999999999\npreflight_status = +2e2\ncredentials.a = 1_0\nx = 0b11";
    let found = codes(&["policy", "-"], wrong);
    let expected = [
        ("wrong-type", "origins[0]", json!(1)),
        ("wrong-type", "origins[1]", json!(null)),
        (
            "wrong-type",
            "origins[2]",
            json!({"datetime": "1979-05-27"}),
        ),
        ("wrong-type", "methods", json!("PUT")),
        (
            "max-age-out-of-range",
            "max_age",
            json!(99999999999999999999_u128 as f64),
        ),
        ("wrong-type", "preflight_status", json!(200.0)),
        ("wrong-type", "credentials", json!({"a": 10})),
        ("unknown-member", "x", json!(3)),
    ];
    let expected = expected.map(|(a, b, value)| (a.to_owned(), b.to_owned(), value));
    assert_eq!(found, expected);
    assert_eq!(codes(&["policy", "-"], "# a")[0].0, "empty-origins");
}

/// A comment of a TOML policy can quote a console message or a command.
#[test]
fn toml_policy_can_begin_with_any_comment() {
    let origins = "origins = [\"https://app.example\"]";
    for policy in [
        format!("# Fixes \"TypeError: Failed to fetch\" in the app.\n{origins}\n"),
        format!("# curl -i https://api.example : net::ERR_FAILED\n{origins}\n"),
        format!("{origins} # Failed to fetch\n"),
    ] {
        assert_eq!(ran(&["policy", "-"], &*policy).status, 0, "{policy}");
        let damaged = policy.replace('"', "");
        let found = ran(&["policy", "-"], &*damaged);
        assert!(
            found.out.contains("not TOML: "),
            "{}{}",
            found.out,
            found.err
        );
    }
}

#[test]
fn file_that_is_not_json_or_toml_is_malformed() {
    for (name, content) in [
        ("a.json", &b"{\"origins\":\"*\",}"[..]),
        ("a.json", b"{\"origins\":\"*\",\"origins\":\"*\"}"),
        ("b.toml", b"{\"origins\":\"*\"}"),
        ("b.toml", b"origins = '*'\norigins = '*'"),
        ("c", b"origins: *"),
        ("d", b"\xff"),
    ] {
        let file = file(name, content);
        let found = codes(&["policy", &file], "");
        assert_eq!((found.len(), &*found[0].0), (1, "malformed"), "{name}");
        let is_repetition = content
            .windows(7)
            .filter(|seven| seven == b"origins")
            .count()
            == 2;
        assert_eq!(found[0].1, if is_repetition { "origins" } else { "" });
        assert_eq!(found[0].2, Value::Null);
    }
    let error = |input: &str| {
        let error = ran(&["policy", "--json", "-"], input).json()[0].clone();
        (error["message"].clone(), error["line"].clone())
    };
    assert_eq!(
        error("{\n5}"),
        (
            json!("not JSON: expected the name of a member, in double quotes"),
            json!(2)
        )
    );
    assert_eq!(
        error("a = 1\nb"),
        (json!("not TOML: key with no value, expected `=`"), json!(2))
    );
}

#[test]
fn valid_policy_is_described_as_text() {
    let policy = r#"{"origins":["https://*.app.example","https://app.example","null"],"credentials":true,"methods":"*",
        "request_headers":"*","expose_headers":["ETag"],"dangerously_allow_null_origin":true}"#;
    let words = "\
the policy is valid
origins          null: sandboxed pages and local files; a page of any site can have this origin
                 https://app.example
                 https://*.app.example: all subdomains, not the domain itself
credentials      allowed
methods          GET, HEAD, POST (always allowed)
                 any method except `*`; the response reflects the method
request headers  CORS-safelisted headers with a safe value (always allowed)
                 any header except `authorization` and `*`; the response reflects the names
exposed headers  CORS-safelisted headers (always exposed)
                 etag
preflights       status 204
                 no max-age: browsers cache a preflight for 5 seconds
responses        different for each origin, and `Vary` lists `Origin` for caches
danger           a page of any site can have the origin `null`
";
    ran(&["policy", "-"], policy).expect(0, words, "");
    let any = ran(&["policy", "-"], r#"{"origins":"*","max_age":0}"#);
    assert!(
        any.out.contains("the same for every origin")
            && any.out.contains("browsers do not cache a preflight"),
        "{}",
        any.out
    );
}

#[test]
fn diff_lists_widened_and_narrowed_entries() {
    let old = file(
        "old-policy.json",
        r#"{"origins":["https://a.example"],"methods":["PUT"]}"#,
    );
    let new = file(
        "new-policy.toml",
        "origins = ['https://*.example']\nmax_age = 5",
    );
    let out = "widened\n  origins: https://*.example\nnarrowed\n  methods: PUT\n";
    ran(&["policy", "diff", &old, &new], "").expect(1, out, "");
    ran(&["policy", "diff", "--json", &old, &new], "").expect(
        1,
        "{\"widened\":[\"origins: https://*.example\"],\"narrowed\":[\"methods: PUT\"]}\n",
        "",
    );
    ran(&["policy", "diff", &old, &old], "").expect(
        0,
        "both policies allow the same requests and expose the same headers\n",
        "",
    );
    let less = r#"{"origins":["https://a.example"]}"#;
    ran(&["policy", "diff", &old, "-"], less).expect(0, "narrowed\n  methods: PUT\n", "");
    let broken = r#"{"origins":["https://a.com/"]}"#;
    let ran_diff = |options: &[&str], old: &str| {
        ran(&[&["policy", "diff", old, "-"], options].concat(), broken)
    };
    ran_diff(&["--json"], &old).expect(
        2,
        &format!("{ERROR}\n"),
        "fetch-cors: `-` is not a valid policy\n",
    );
    let text = ran_diff(&[], &old);
    assert_eq!((text.status, &*text.out), (2, ""));
    assert!(
        text.err.starts_with("error[unmatchable-origin]: "),
        "{}",
        text.err
    );
    assert!(
        text.err
            .ends_with("\nfetch-cors: `-` is not a valid policy\n"),
        "{}",
        text.err
    );
    let bad = file("bad-policy.json", broken);
    let complaint =
        format!("fetch-cors: `{bad}` is not a valid policy, and `-` is not a valid policy\n");
    let of_bad = ERROR.replace(r#""file":"-""#, &format!(r#""file":"{bad}""#));
    ran_diff(&["--json"], &bad).expect(2, &format!("{of_bad}\n{ERROR}\n"), &complaint);
    let with_credentials = r#"{"origins":["https://a.example"],"methods":"*","credentials":true}"#;
    let any_method = file(
        "any-method.json",
        r#"{"origins":["https://a.example"],"methods":"*"}"#,
    );
    ran(&["policy", "diff", "-", &any_method], with_credentials).expect(
        0,
        "narrowed\n  credentials\n",
        "",
    );
}

#[test]
fn respond_continues_after_a_malformed_line() {
    let policy = file(
        "respond-policy.json",
        r#"{"origins":["https://a.example"]}"#,
    );
    let input = concat!(
        r#"{"id":"1","method":"OPTIONS","headers":[["origin","https://a.example"],["access-control-request-method","PUT"]]}"#,
        "\n\n{\n",
        r#"{"id":"2","method":"GET","headers":[["A","b"]],"response_headers":[["B","\u00e9"]]}"#,
    );
    let out = concat!(
        r#"{"id":"1","kind":"preflight","allowed":false,"denied":"method","status":204,"headers":[["access-control-allow-methods","GET,HEAD,POST"],["access-control-allow-origin","https://a.example"],["vary","origin, access-control-request-method, access-control-request-headers"]]}"#,
        "\n",
        r#"{"id":null,"line":3,"malformed":"not JSON, column 1: the text ends inside an object: close it with `}`"}"#,
        "\n",
        r#"{"id":"2","kind":"not-cors","allowed":null,"headers":[["access-control-allow-origin","https://a.example"],["b","é"]]}"#,
        "\n",
    );
    ran(&["respond", "--policy", &policy], input).expect(1, out, "");
    let requests = file("requests.ndjson", input.lines().next_back().unwrap());
    let last = format!("{}\n", out.lines().next_back().unwrap());
    ran(&["respond", "--policy", &policy, &requests], "").expect(0, &last, "");
    let too_long = vec![b' '; 8 * 1024 * 1024 + 1];
    ran(&["respond", "--policy", &policy], too_long).expect(
        1,
        "{\"id\":null,\"line\":1,\"malformed\":\"the line is longer than 8388608 bytes: write a shorter line\"}\n",
        "",
    );

    let mut child = spawn(&mut command(&["respond", "--policy", &policy]));
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..2 {
        writeln!(
            stdin,
            r#"{{"id":"2","method":"GET","headers":[],"response_headers":[["B","é"]]}}"#
        )
        .unwrap();
        assert_eq!(answers.next().unwrap().unwrap(), last.trim_end());
    }
    drop(stdin);
    assert!(answers.next().is_none() && child.wait().unwrap().success());
}

#[test]
fn program_that_cannot_run_prints_one_error() {
    for (arguments, complaint) in [
        (&["policy"][..], "missing `<FILE>`; try `--help`"),
        (
            &["policy", "/none"],
            "could not read `/none`: no such file or directory",
        ),
        (
            &["policy", "diff", "/none"],
            "missing `<NEW>`; try `--help`",
        ),
        (
            &["policy", "old", "new"],
            "unexpected argument `new`: use `policy diff OLD NEW` to compare two policies; try `--help`",
        ),
        (
            &["policy", "--json", "old", "new"],
            "unexpected argument `new`: use `policy diff OLD NEW` to compare two policies; try `--help`",
        ),
        (
            &["policy", "diff", "-", "-"],
            "two inputs are read from `-`, but there is only one standard input: name a file for one of the two",
        ),
        (&["respond"], "missing `--policy <FILE>`; try `--help`"),
        (
            &["respond", "--policy", "-"],
            "two inputs are read from `-`, but there is only one standard input: name a file for one of the two",
        ),
        (
            &["respond", "--policy", "/none"],
            "could not read `/none`: no such file or directory",
        ),
    ] {
        assert_eq!(ran(arguments, "").complaint(), complaint);
    }
}

#[test]
fn help_lists_the_exit_statuses() {
    for (arguments, statuses) in [
        (
            &["run"][..],
            ["1 a line is malformed", "2 the program could not run"],
        ),
        (
            &["check"],
            [
                "1 a vector has an unknown difference",
                "2 the program could not run",
            ],
        ),
        (
            &["generate"],
            ["0 the cases are printed", "2 the program could not run"],
        ),
        (
            &["policy"],
            ["1 the policy is not valid", "2 the program could not run"],
        ),
        (
            &["policy", "diff"],
            [
                "1 the list `widened` is not empty",
                "2 a policy is not valid or cannot be read",
            ],
        ),
        (
            &["respond"],
            ["1 a line is malformed", "2 the program could not run"],
        ),
        (
            &["probe"],
            ["1 the policy is not valid", "2 the program could not run"],
        ),
        (
            &["judge"],
            ["1 a violation counts", "2 the program could not run"],
        ),
        (
            &["laws"],
            ["0 the laws and causes are printed", "2 no law or cause has"],
        ),
        (
            &["completions"],
            ["0 the script is printed", "2 the shell is not supported"],
        ),
        (
            &["man"],
            ["0 the page is printed", "2 there is no such command"],
        ),
    ] {
        let help = ran(&[arguments, &["--help"]].concat(), "").out;
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for status in statuses {
            assert!(help.contains(status), "{status}: {help}");
        }
    }
}

#[test]
fn byte_order_mark_before_a_policy_is_ignored() {
    let valid = "the policy is valid\n";
    let marked = ran(
        &["policy", "-"],
        "\u{feff}{\"origins\":[\"https://a.example\"]}",
    );
    assert!(marked.out.starts_with(valid), "{}", marked.out);
}

#[test]
fn repeated_member_of_a_policy_is_named() {
    let repeated = "{\"error\":\"malformed\",\"member\":\"origins\",\"message\":\"the member `origins` is repeated: write it once\",\"file\":\"-\",\"line\":1,\"column\":16}\n";
    ran(
        &["policy", "--json", "-"],
        r#"{"origins":"*","origins":"*"}"#,
    )
    .expect(1, repeated, "");
}

/// One mistake has one error.
#[test]
fn one_mistake_has_one_error() {
    for (policy, member) in [
        (
            r#"{"origin":"https://a.example","credentials":true}"#,
            "origin",
        ),
        (r#"{"cors":{"origins":"*","methods":["PUT"]}}"#, "cors"),
        (r#"{"credentials":true,"cors":{"origins":"*"}}"#, "cors"),
        ("[cors]\norigins = \"*\"\ncredentials = true\n", "cors"),
        (r#"{"name":"x","version":"1"}"#, "name"),
        ("{}", "origins"),
    ] {
        let errors = ran(&["policy", "--json", "-"], policy).json();
        assert_eq!(errors.len(), 1, "{policy}: {errors:?}");
        assert_eq!(errors[0]["member"], member, "{policy}");
    }
}

#[test]
fn error_describes_the_text_of_the_file() {
    for (policy, message) in [
        ("", "the file is empty: write a policy, "),
        (" \n", "the file is empty: write a policy, "),
        (
            "origins = \"*\"\nmax_age = inf\n",
            "the value is `inf`, but it must be a whole number from 0 to 86400, written only in digits",
        ),
        (
            "origins = 2026-01-01\n",
            "the value is a date or a time, but it must be a list of strings, `\"*\"` or `\"none\"`",
        ),
        (
            "---\norigins: \"*\"\n",
            "a policy is JSON or TOML, and this looks like YAML: write `origins = …`",
        ),
        (
            "https://app.example\nhttps://b.example\n",
            "this is a URL, and a policy is JSON or TOML: write the origins of your pages into `origins`, for example `{\"origins\": [\"https://app.example\"]}`",
        ),
        (
            "{\"origins\":\"*\", // any\n\"methods\":[]}",
            "not JSON: JSON does not have comments: remove the comment",
        ),
        (
            "{\"origins\":[\"https://a.example\",],}",
            "not JSON: nothing follows the last comma: remove the comma",
        ),
        (
            "{\"origins\":\"*\"}\n{\"origins\":\"none\"}\n",
            "the file has several objects, but a policy is one object: ",
        ),
        (
            r#"{"origins":["*"]}"#,
            "`*` cannot be a list entry: to allow any origin, write `\"*\"` in place of the list",
        ),
    ] {
        let errors = ran(&["policy", "--json", "-"], policy).json();
        let found = errors[0]["message"].as_str().unwrap();
        assert!(found.starts_with(message), "{policy}: {found}");
    }
}

/// A policy that denies every origin has a line about origins too.
#[test]
fn policy_without_origins_says_so() {
    let origins = "\norigins          none: the policy denies every cross-origin request\n";
    for text in [r#"{"origins": "none"}"#, r#"{"origins": []}"#] {
        let policy = file("no-origins.json", text);
        let shown = ran(&["policy", &policy], "");
        assert!(shown.out.contains(origins), "{}", shown.out);
    }
}

/// A file with several lines of another kind gets the same advice as a file with one line.
#[test]
fn lines_of_another_kind_are_recognized() {
    let exchange = r#"{"id":"a/1","request":{"method":"GET","url":"https://api.example/"},"response":{"status":200}}"#;
    let case = r#"{"id":"a","fetches":[],"server":[]}"#;
    let policy = r#"{"origins":["https://app.example"]}"#;
    for (line, expected) in [
        (
            exchange,
            "this is an exchange: `fetch-cors judge` checks it",
        ),
        (case, "this is a case: `fetch-cors run` judges it"),
        (
            r#"{"id":"a","fetches":[{"url":"https://api.example/"}],"serve":[]}"#,
            "this is a case: `fetch-cors run` judges it",
        ),
        (
            policy,
            "the file has several objects, but a policy is one object: ",
        ),
    ] {
        let lines = file("policy-lines.json", format!("{line}\r\n{line}\r\n"));
        let shown = ran(&["policy", &lines], "");
        assert!(
            shown.status == 1 && shown.out.contains(expected),
            "{}",
            shown.out
        );
    }
}

/// The parser of TOML needs a multiple of the size of the file, so a policy in TOML has a lower limit.
#[test]
fn policy_that_is_too_large_for_toml_is_refused() {
    let entry = "\"https://app.example\",";
    for (bytes, status) in [(262_144, 0), (262_145, 1)] {
        for name in ["large.toml", "large.txt"] {
            let entries = entry.repeat((bytes - 20) / entry.len());
            let policy = format!("origins = [{entries}]\n");
            let policy = format!("{policy}{}", "#".repeat(bytes - policy.len()));
            let shown = ran(&["policy", &file(name, &policy)], "");
            let expected = "the file has more than 262144 bytes, which is too large for a policy in TOML: write the policy in JSON, ";
            assert_eq!(
                (shown.status, shown.out.contains(expected)),
                (status, status == 1),
                "{}",
                shown.out
            );
        }
    }
}

/// A list can have very many entries in a small file, and each invalid entry needs memory for its error.
#[test]
fn policy_with_too_many_entries_is_refused() {
    let list = |entry: &str, count: usize| format!("[{}]", vec![entry; count].join(","));
    // The two members count too.
    let valid = list(r#""PUT""#, 199_998);
    let valid = format!(r#"{{"origins":"*","methods":{valid}}}"#);
    let valid = file("entries.json", valid);
    assert_eq!(ran(&["policy", &valid], "").status, 0);
    let members: String = (0..200_000).map(|i| format!(r#""{i:x}":1,"#)).collect();
    let halves = (list("1", 100_000), list("1", 99_999));
    for (count, policy) in [
        (200_001, format!(r#"{{"origins":{}}}"#, list("1", 200_000))),
        (
            2_000_001,
            format!(r#"{{"methods":{}}}"#, list("1", 2_000_000)),
        ),
        (
            200_001,
            format!(r#"{{"origins":{},"methods":{}}}"#, halves.0, halves.1),
        ),
        (200_001, format!(r#"{{{members}"origins":"*"}}"#)),
    ] {
        let refused = ran(&["policy", &file("entries.json", policy)], "");
        let title = format!(
            "error[malformed]: the policy has {count} members and list entries, but it can have at most 200000: list fewer origins, "
        );
        assert!(refused.out.starts_with(&title), "{}", refused.out);
        assert_eq!(refused.status, 1);
    }
}

#[test]
fn file_that_is_too_large_for_a_policy_is_refused_with_its_kind() {
    let filler = "a".repeat(5_000_000);
    let har = format!(r#"{{"log":{{"version":"1.2","creator":"{filler}"#);
    let case = format!("{{\"id\":\"a\",\"fetches\":[],\"server\":[]}}\n{filler}");
    for (content, expected) in [
        (har.clone(), "this is a HAR recording: "),
        (har.replace('{', "{\n  "), "this is a HAR recording: "),
        (case, "this is a case: "),
        (format!("[{{\"a\":\"{filler}\"}}]"), "this is a JSON list: "),
        (
            "{".repeat(5_000_000),
            "the file has more than 4194304 bytes, which is too large for a policy: ",
        ),
        (
            format!("{{\"origins\":[\"https://a.example\"],\"x\":\"{filler}\"}}"),
            "the file has more than 4194304 bytes, which is too large for a policy: ",
        ),
    ] {
        let path = file("large-policy", content);
        let shown = ran(&["policy", &path], "");
        assert_eq!(shown.status, 1);
        let title = format!("error[malformed]: {expected}");
        assert!(shown.out.starts_with(&title), "{}", shown.out);
        assert!(shown.out.len() < 2000, "{}", shown.out.len());
    }
    // Lists of known differences and violations have the same limit.
    let path = file("large-known", har);
    let complaint = ran(&["check", "--known", &path, "-"], "").complaint();
    assert!(complaint.contains(" is a HAR recording: "), "{complaint}");
}

#[test]
fn errors_are_in_the_order_of_the_file() {
    let policy = "max_age = \"a\"\norigins = [1, 2]\ncredentials = 3\nx_y = 4\nmethods = 5\n";
    let errors = ran(&["policy", "--json", &file("order.toml", policy)], "").json();
    let places = errors
        .iter()
        .map(|error| (error["line"].as_u64(), error["column"].as_u64()));
    assert!(errors.len() >= 5 && places.is_sorted(), "{errors:?}");
}
