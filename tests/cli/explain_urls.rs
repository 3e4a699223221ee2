//! `explain`: URLs and pages with rules of their own: local files, local networks, international hosts.

use crate::program::ran;

/// Browsers fetch these URLs without a server.
#[test]
fn urls_without_a_server_are_undecided() {
    for url in ["data:text/plain,a", "blob:https://app.example/1"] {
        let text = ran(
            &["explain", "--origin", "https://app.example", "--url", url],
            "",
        )
        .out;
        assert!(
            text.starts_with("undecided: this program does not judge `data:`"),
            "{text}"
        );
        assert!(!text.contains("do not fetch"), "{text}");
    }
    let file = ran(
        &[
            "explain",
            "--origin",
            "https://app.example",
            "--url",
            "file:///a",
        ],
        "",
    )
    .out;
    assert!(file.starts_with("blocked: "), "{file}");
}

#[test]
fn page_from_a_file_is_judged_as_the_origin_null() {
    let arguments = [
        "explain",
        "--origin",
        "file://",
        "--url",
        "https://api.example/",
        "--response",
        "-",
    ];
    let found = ran(&arguments, "HTTP/1.1 200 OK\n\n");
    assert!(found.out.contains("page null,"), "{}", found.out);
    assert!(
        found
            .out
            .contains("load the page from an http or https server"),
        "{}",
        found.out
    );
    assert!(found.err.contains("a web view of an app"), "{}", found.err);
}

/// Browsers send an international host in ASCII.
#[test]
fn international_host_is_the_same_host() {
    let arguments = [
        "explain",
        "--origin",
        "https://xn--mnchen-3ya.example",
        "--url",
        "https://api.example/",
        "--response",
        "-",
    ];
    let explained = |value: &str| {
        let answer = format!("HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: {value}\n\n");
        ran(&arguments, answer).out
    };
    let same = explained("https://münchen.example");
    assert!(
        same.contains("browsers send this host as `xn--mnchen-3ya.example`: write this in"),
        "{same}"
    );
    for wrong in ["remove it", "allows another origin"] {
        assert!(!same.contains(wrong), "{same}");
    }
    let slash = explained("https://münchen.example/");
    assert!(
        slash.contains("browsers send this host as") && slash.contains("ends with a slash"),
        "{slash}"
    );
    let other = explained("https://köln.example");
    assert!(other.contains("allows another origin"), "{other}");
}

/// The program does not know the rules for local networks.
#[test]
fn local_network_has_a_note() {
    for (url, is_local) in [
        ("http://192.168.0.1/", true),
        ("http://[fd00::1]/", true),
        ("http://printer.local/", true),
        ("https://api.example/", false),
    ] {
        let found = ran(
            &["explain", "--origin", "http://app.example", "--url", url],
            "",
        );
        assert_eq!(
            found.err.contains("rules of browsers for local networks"),
            is_local,
            "{url}"
        );
    }
}
