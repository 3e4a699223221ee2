//! `explain` of cases and of vectors, and in an engine.

use super::*;

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

/// A malformed case has the same heading in the text and in the page.
#[test]
fn malformed_case_has_its_id_in_the_page() {
    let ran = ran(
        &["explain", "--case", "-", "--html", "-"],
        "{\"id\":\"it's\"}\n",
    );
    assert!(ran.out.contains("case `it"), "{}", ran.out);
    assert!(!ran.out.contains(">line<"), "{}", ran.out);
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
