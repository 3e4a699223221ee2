//! `explain`: parts of the request that decide the explanation: the mode `no-cors`, and a header that an engine drops.

use crate::{
    explained_parts::PAGE,
    program::{Ran, ran},
};

/// Explains a GET request with a response.
fn with_response(more: &[&str], headers: &str) -> Ran {
    let arguments = [&PAGE, more, &["--response", "-"]].concat();
    ran(&arguments, format!("HTTP/1.1 200 OK\n{headers}\n"))
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
    let other = with_response(&["-H", "User-Agent: x"], "").out;
    let words = other.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("Chromium drops this header"), "{other}");
}
