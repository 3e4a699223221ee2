//! `explain`: the commands that the text prints. A pasted command reaches the same verdict.

use serde_json::{Value, json};

use crate::{
    explained_parts::{PAGE, header},
    program::{file, ran},
};

/// The response that Firefox accepts as an answer to `Authorization`, in contrast to the standard.
const WILDCARD: &str =
    "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: *\n\n";

/// Returns the printed commands.
fn commands(text: &str) -> Vec<&str> {
    let lines = text.lines();
    lines.filter_map(|line| line.strip_prefix("$ ")).collect()
}

/// Splits a printed command into words. The command has no other quotes than single quotes.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (position, part) in command.split('\'').enumerate() {
        if position % 2 == 1 {
            words.last_mut().unwrap().push_str(part);
            continue;
        }
        for (position, word) in part.split(' ').enumerate() {
            if position > 0 {
                words.push(String::new());
            }
            words.last_mut().unwrap().push_str(word);
        }
    }
    words
}

/// Runs the printed `fetch-cors` command. `answer` is the content of each file that the command reads.
fn pasted(text: &str, name: &str, answer: &str) -> String {
    let printed = commands(text);
    let last = printed.last().expect(text);
    let printed = words(last.strip_prefix("fetch-cors ").expect(text));
    let files = ["preflight.txt", "response.txt"];
    let arguments = printed.into_iter().map(|word| {
        if files.contains(&&*word) {
            file(&format!("explain-commands-{name}-{word}"), answer)
        } else {
            word
        }
    });
    let arguments: Vec<_> = arguments.collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    ran(&arguments, "").out
}

/// The printed command has each option that decides the verdict.
#[test]
fn printed_command_has_the_options_of_the_fetch() {
    for (more, expected) in [
        (&["-H", "Authorization: Bearer x"][..], "blocked: "),
        (
            &["--engine", "firefox", "-H", "Authorization: Bearer x"],
            "readable: ",
        ),
        (&["--credentials", "include"], "blocked: "),
        (&["--credentials", "omit"], "readable: "),
        (&["--mode", "no-cors"], "opaque: "),
        (&["-X", "POST", "--body", "application/json"], "readable: "),
        (
            &["--engine", "webkit", "-X", "POST", "--body", "text/plain"],
            "readable: ",
        ),
    ] {
        let text = ran(&[&PAGE, more].concat(), "").out;
        let verdict = pasted(&text, "options", WILDCARD);
        assert!(verdict.starts_with(expected), "{more:?}: {text}{verdict}");
        let last = commands(&text).pop().unwrap();
        for option in more.iter().filter(|option| option.starts_with("--")) {
            assert!(last.contains(option), "{option}: {last}");
        }
    }
}

/// The command after the explanation of a recording has the engine, too.
#[test]
fn printed_command_of_a_recording_has_the_engine() {
    let request = json!({"method": "GET", "url": "https://api.example/", "headers": [
        header("Origin", "https://app.example"), header("Authorization", "x"),
        header("Sec-Fetch-Mode", "cors"), header("Sec-Fetch-Site", "cross-site")]});
    let response = json!({"status": 200, "headers": [header("Access-Control-Allow-Origin", "*")]});
    let har = json!({"log": {"entries": [{"request": request, "response": response}]}});
    let har = file("explain-commands.har", har.to_string());
    let text = ran(&["explain", "--all", "--engine", "firefox", &har], "").out;
    let last = commands(&text).pop().expect(&text);
    assert!(last.contains(" --engine firefox "), "{text}");
}

/// If the fix changes the page, the commands send the requests of the changed page, and end with the command that
/// explains the answers.
#[test]
fn commands_check_the_fix_of_the_page() {
    let allowed = "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Methods: PATCH, PUT\n";
    let granted = format!("HTTP/1.1 204 No Content\n{allowed}\n");
    let redirect = String::from("HTTP/1.1 301 Moved\nLocation: https://api.example/notes/\n\n");
    for (name, preflight, more, wanted, wrong) in [
        ("method", &granted, &["-X", "patch"][..], "PATCH", "patch"),
        (
            "header",
            &granted,
            &["-X", "PUT", "-H", "Access-Control-Allow-Origin: *"],
            "PUT",
            "ccess-control-allow-origin",
        ),
        (
            "url",
            &redirect,
            &["-X", "PUT"],
            "https://api.example/notes/",
            "https://api.example/notes ",
        ),
    ] {
        let preflight = file(&format!("explain-commands-{name}.txt"), preflight);
        let arguments = [&PAGE, more, &["--preflight", &preflight]].concat();
        let text = ran(&arguments, "").out;
        assert!(text.starts_with("blocked: "), "{text}");
        assert!(
            text.contains("\nTo check the fix, change the page and run:\n$ "),
            "{text}"
        );
        let printed = commands(&text);
        assert_eq!(printed.len(), 3, "{text}");
        for command in printed {
            assert!(command.contains(wanted), "{wanted}: {command}");
            assert!(!command.contains(wrong), "{wrong}: {command}");
        }
        let verdict = pasted(&text, name, &granted);
        assert!(verdict.starts_with("readable: "), "{text}{verdict}");
    }
}

/// The program cannot know which file has the known answer, so the reader sends this request again.
#[test]
fn commands_check_the_fix_of_a_preflight_without_a_file() {
    let preflight = file("explain-commands-refused.txt", "HTTP/1.1 404 Not Found\n\n");
    let more = ["-X", "PUT", "--preflight", &preflight, "--response", "-"];
    let text = ran(
        &[&PAGE[..], &more].concat(),
        "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n\n",
    );
    let granted = "HTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT\n\n";
    let verdict = pasted(&text.out, "refused", granted);
    assert!(verdict.starts_with("readable: "), "{}{verdict}", text.out);
}

/// A recording has no file with the answers that the program reads, so the reader sends the preflight again.
#[test]
fn commands_after_a_recording_end_with_the_command_that_explains() {
    let page = header("Origin", "https://app.example");
    let mode = header("Sec-Fetch-Mode", "cors");
    let preflight = json!({"request": {"method": "OPTIONS", "url": "https://api.example/", "headers": [
        page, header("Access-Control-Request-Method", "PUT")]},
        "response": {"status": 204, "headers": [header("Access-Control-Allow-Origin", "*"), header("Access-Control-Allow-Methods", "PUT")]}});
    let put = |status: u16| {
        json!({"request": {"method": "PUT", "url": "https://api.example/", "headers": [page, mode]},
            "response": {"status": status, "headers": []}})
    };
    for (name, entries, last) in [
        (
            "unanswered",
            vec![preflight.clone(), put(0)],
            "--preflight preflight.txt --response response.txt",
        ),
        ("cached", vec![put(200)], "--preflight preflight.txt"),
    ] {
        let har = json!({"log": {"entries": entries}}).to_string();
        let har = file(&format!("explain-commands-{name}.har"), har);
        let text = ran(&["explain", &har], "").out;
        let printed = commands(&text);
        assert!(
            printed[0].ends_with("https://api.example/ > preflight.txt 2>&1"),
            "{text}"
        );
        assert!(printed.last().unwrap().ends_with(last), "{text}");
    }
}

/// The safe fix comes before the header line that allows each sandboxed page.
#[test]
fn safe_fix_is_before_the_origin_null() {
    let safe = "load the page from an http or https server";
    let is_safe_first = |text: &str| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let first = text.find(safe).expect(&text);
        let unsafe_fix = text.find("+ Access-Control-Allow-Origin: null");
        let unsafe_fix = unsafe_fix.or_else(|| text.find("Access-Control-Allow-Origin: null"));
        assert!(
            unsafe_fix.is_none_or(|unsafe_fix| first < unsafe_fix),
            "{text}"
        );
        assert_eq!(text.matches(safe).count(), 1, "{text}");
    };
    let options = [
        "explain",
        "--origin",
        "null",
        "--url",
        "https://api.example/",
    ];
    is_safe_first(&ran(&options, "").out);
    let answered = [&options[..], &["--response", "-"]].concat();
    let answer = "HTTP/1.1 200 OK\n\n";
    let text = ran(&answered, answer).out;
    is_safe_first(&text);
    assert!(
        text.contains("\nUnsafe fix, in the response to GET"),
        "{text}"
    );
    is_safe_first(&ran(&[&answered[..], &["--html", "-"]].concat(), answer).out);
    let request = json!({"method": "GET", "url": "https://api.example/", "headers": [
        header("Origin", "null"), header("Sec-Fetch-Mode", "cors"), header("Cookie", "a=b")]});
    let response = json!({"status": 200, "headers": []});
    let har = json!({"log": {"entries": [{"request": request, "response": response}]}});
    let har = file("explain-commands-null.har", har.to_string());
    is_safe_first(&ran(&["explain", &har], "").out);
    let line = "Access to fetch at 'https://api.example/' from origin 'null' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    is_safe_first(&ran(&["explain", line], "").out);
}

/// The fix in the page replaces all changes of the answers. The server of the last URL has to allow the page.
#[test]
fn fix_in_the_page_is_an_alternative_to_the_unsafe_fix() {
    let call = |url| {
        [
            "explain",
            "--url",
            url,
            "--origin",
            "https://app.example",
            "--response",
            "-",
        ]
    };
    let options = call("https://b.example/x");
    let allow = "Access-Control-Allow-Origin: https://app.example\n";
    for (header, parts) in [
        (allow, &["Unsafe fix, in"][..]),
        (
            "",
            &["Unsafe fix, part 1 of 2, in", "Unsafe fix, part 2 of 2, in"],
        ),
    ] {
        let answers = format!(
            "HTTP/1.1 302 Found\nLocation: https://c.example/y\n{header}\nHTTP/1.1 200 OK\n\n"
        );
        let page = ran(&[&options[..], &["--html", "-"]].concat(), &*answers).out;
        let text = ran(&options, &*answers).out;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.contains(
                "let the page fetch `https://c.example/y`, and allow this request from the origin of the page"
            ),
            "{text}"
        );
        for text in [&text, &page] {
            assert!(
                text.contains("The unsafe fix works without the first fix: with all changes of the unsafe fix, the fetch succeeds. Each of these changes is necessary."),
                "{text}"
            );
            let mut rest = &**text;
            for part in parts {
                let part = format!("{part} the response to GET");
                (_, rest) = rest.split_once(&part).expect(text);
            }
            assert_eq!(text.matches("Unsafe fix, ").count(), parts.len(), "{text}");
            assert!(!text.contains("Fix, in the response"), "{text}");
        }
    }
    let answer = format!("HTTP/1.1 200 OK\n{allow}\n");
    assert_eq!(ran(&call("https://c.example/y"), answer).status, 0);
}

/// The text, the HTML page and the JSON have the name of the cookie.
#[test]
fn line_about_a_cookie_names_the_cookie() {
    let line = "Cookie “sid” does not have a proper “SameSite” attribute value.";
    assert!(ran(&["explain", line], "").out.contains("cookie: `sid`"));
    let page = ran(&["explain", "--html", "-", line], "").out;
    assert!(page.contains("sid"), "{page}");
    let json = ran(&["explain", "--json", line], "");
    assert_eq!(json.json()[0]["cookie"], json!("sid"));
    let json = ran(&["explain", "--json", "net::ERR_FAILED"], "");
    assert_eq!(json.json()[0].get("cookie"), Some(&Value::Null));
}

/// A line that contradicts itself was changed, so the line has no explanation, and the exit status says so.
#[test]
fn line_that_contradicts_itself_is_not_explained() {
    let line = "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: The 'Access-Control-Allow-Origin' header has a value 'https://app.example' that is not equal to the supplied origin.";
    let found = ran(&["explain", line], "");
    assert_eq!(found.status, 1, "{}", found.out);
    let text = found.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.starts_with("Chromium: this line contradicts itself"),
        "{text}"
    );
    assert!(text.contains("What to do: paste the line again"), "{text}");
    for wrong in ["Likeliest fix", "Usual causes", "Caution"] {
        assert!(!text.contains(wrong), "{text}");
    }
    let page = ran(&["explain", "--html", "-", line], "");
    assert_eq!(page.status, 1);
    assert!(page.out.contains("<h3>What to do</h3>"), "{}", page.out);
    assert!(!page.out.contains("Usual causes"), "{}", page.out);
    let json = ran(&["explain", "--json", line], "");
    assert_eq!(
        (json.status, &json.json()[0]["contradicts_itself"]),
        (1, &json!(true))
    );
    // The other lines are explained.
    let other = line.replace("value 'https://app.example'", "value 'https://b.example'");
    let both = ran(&["explain", "-"], format!("{line}\n{other}\n"));
    assert_eq!(both.status, 1);
    assert!(both.out.contains("Likeliest fix: send"), "{}", both.out);
    assert_eq!(ran(&["explain", &other], "").status, 0);
}

/// The program has no option for the redirect mode, so no command explains the answers. The reader then sends only the
/// request whose answer changes.
#[test]
fn fetch_without_options_has_no_command_that_explains() {
    let case = json!({"id": "a", "fetches": [{"origin": "https://app.example", "url": "https://api.example/", "method": "PUT", "redirect": "error"}],
        "server": [{"url": "https://api.example/", "preflight": {"status": 404, "headers": []}, "response": {"status": 200, "headers": []}}]});
    let text = ran(&["explain", "--case", "-"], format!("{case}\n")).out;
    let printed = commands(&text);
    assert!(
        printed.len() == 1 && printed[0].starts_with("curl -sSiX OPTIONS "),
        "{text}"
    );
}

/// The text of an explanation escapes a backslash, a backtick and a tab. The commands have the value itself.
#[test]
fn commands_have_values_with_escaped_characters() {
    for (value, printed) in [
        (r"a\b", r"-H 'X-Q: a\b'"),
        ("a`b", "-H 'X-Q: a`b'"),
        ("a\tb", r"-H $'X-Q: a\x09b'"),
    ] {
        let header = format!("X-Q: {value}");
        let text = ran(&[&PAGE[..], &["-H", &header]].concat(), "").out;
        let printed_commands = commands(&text);
        assert!(
            printed_commands[0].ends_with(" > preflight.txt 2>&1"),
            "{text}"
        );
        let last = printed_commands.last().expect(&text);
        assert!(
            last.starts_with("fetch-cors explain ") && last.contains(printed),
            "{text}"
        );
    }
}

/// The answer to the second preflight is not known. The changes of the known answer are unsafe all the same.
#[test]
fn fix_that_allows_null_is_unsafe_before_the_verdict_is_known() {
    let allow = "Access-Control-Allow-Origin: https://app.example\n";
    let preflight =
        format!("HTTP/1.1 204 No Content\n{allow}Access-Control-Allow-Methods: PUT\n\n");
    let preflight = file("commands-null-preflight.txt", preflight);
    let redirect = format!("HTTP/1.1 307 X\n{allow}Location: https://b.example/done\n\n");
    let responses = format!("{redirect}HTTP/1.1 200 OK\n\n");
    let arguments = [
        "explain",
        "--origin",
        "https://app.example",
        "--url",
        "https://api.example/notes",
        "-X",
        "PUT",
        "--preflight",
        &preflight,
        "--response",
        "-",
    ];
    let text = ran(&arguments, responses).out;
    assert!(text.starts_with("undecided: "), "{text}");
    for heading in [
        "\nUnsafe fix, in the preflight response to OPTIONS https://b.example/done:\n+ Access-Control-Allow-Origin: null\n",
        "\nUnsafe fix, in the response to PUT https://b.example/done:\n+ Access-Control-Allow-Origin: null\n",
    ] {
        assert!(text.contains(heading), "{text}");
    }
}

/// A command with a body and without a method probably lacks the method: `fetch()` throws for GET with a body.
#[test]
fn body_without_a_method_has_the_missing_option() {
    for (more, is_missing) in [
        (&["--body", "application/json"][..], true),
        (&["-X", "HEAD", "--body", "application/json"], false),
        (&["-X", "POST", "--body", "application/json"], false),
        (&[], false),
    ] {
        let text = ran(&[&PAGE, more].concat(), "").out;
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(
            line.contains("add `-X POST` if the page sends POST"),
            is_missing,
            "{more:?}: {text}"
        );
    }
}
