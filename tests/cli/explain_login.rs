//! `explain`: redirects to login pages.

use serde_json::json;

use crate::{
    explained_parts::{PAGE, entry, har, header},
    program::{file, ran},
};

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
        is_right(
            &ran(
                &["explain", &har("explain-login-login", &[first, last])],
                "",
            )
            .out,
        );
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
