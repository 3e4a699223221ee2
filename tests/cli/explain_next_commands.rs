//! `explain`: the commands that lead from an explanation to the next one.

use crate::{
    explained_parts::PAGE,
    program::{Ran, file, ran},
};

const PUT_CAUTION: &str =
    "\nCaution: the command with `PUT` can change data: use a test instance.\n";

/// Explains a GET request with a response.
fn with_response(more: &[&str], headers: &str) -> Ran {
    let arguments = [&PAGE, more, &["--response", "-"]].concat();
    ran(&arguments, format!("HTTP/1.1 200 OK\n{headers}\n"))
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

/// If the fix changes the answer to the request after a refused preflight, the commands send this request again, too.
#[test]
fn refused_preflight_and_refused_response_are_checked_together() {
    let refused = file(
        "explain-next-both-preflight.txt",
        "HTTP/1.1 204 No Content\n\n",
    );
    let response = |headers: &str| format!("HTTP/1.1 200 OK\n{headers}\n");
    let grant = "Access-Control-Allow-Origin: https://app.example\n";
    for (headers, is_changed) in [("", true), (grant, false)] {
        let response = file("explain-next-both-response.txt", response(headers));
        let text = explain_put("both", &["--preflight", &refused, "--response", &response]);
        let (_, check) = text.split_once("\nTo check the fix").unwrap_or_default();
        let commands = commands(check);
        let requests = commands.iter().filter(|line| line.starts_with("curl"));
        assert_eq!(requests.count(), if is_changed { 2 } else { 1 }, "{text}");
        let explain = commands.last().copied().unwrap_or_default();
        let file = if is_changed {
            "response.txt"
        } else {
            &response
        };
        assert!(
            explain.ends_with(&format!(" --preflight preflight.txt --response {file}")),
            "{text}"
        );
    }
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
