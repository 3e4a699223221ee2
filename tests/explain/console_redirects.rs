//! Messages about redirects: login pages, other forms of a URL, and other schemes.

use super::*;

/// A script cannot use a login page, so neither CORS headers nor another URL are a fix.
#[test]
fn redirect_to_a_login_page_has_one_fix() {
    for (from, origin) in [
        ("https://api.example/", "null"),
        ("https://api.example/", "https://app.example"),
        ("https://app.example/", "https://app.example"),
    ] {
        for reason in [String::from(MISSING), format!("{PREFLIGHT}{MISSING}")] {
            let at = format!(
                "fetch at 'https://idp.example/oauth2/authorize' (redirected from '{from}') from origin '{origin}'"
            );
            let message = chromium(&at, &reason);
            assert!(
                message
                    .fix()
                    .starts_with("answer requests of scripts with status 401 and CORS headers"),
                "{}",
                message.fix()
            );
            let text = message.to_string();
            for wrong in [
                "Access-Control-Allow-Origin:",
                "directly",
                "last URL,",
                "OPTIONS at",
            ] {
                assert!(!text.contains(wrong), "{text}");
            }
        }
    }
}

/// The commands send the request that the browser refused: the preflight after the redirect.
#[test]
fn commands_reach_the_url_after_a_redirect() {
    let at = "fetch at 'https://b.example/x' (redirected from 'https://api.example/x') from origin 'https://app.example'";
    let message = chromium(at, &format!("{PREFLIGHT}{MISSING}"));
    let commands = message.next_commands();
    let preflight = "curl -sSviX OPTIONS -H 'Origin: null' -H 'Access-Control-Request-Method: METHOD' -H 'Access-Control-Request-Headers: NAMES' https://b.example/x >> preflight.txt 2>&1";
    assert_eq!(commands[1], preflight);
    let causes = message.causes();
    assert!(
        !causes.iter().any(|cause| cause.contains("app.example")),
        "{causes:?}"
    );
    assert!(
        causes.iter().any(|cause| cause.contains("`null`")),
        "{causes:?}"
    );
    let same_site = at.replace("b.example", "api.example");
    let command = &chromium(&same_site, &format!("{PREFLIGHT}{MISSING}")).next_commands()[1];
    assert!(
        command.contains("'Origin: https://app.example'"),
        "{command}"
    );
    // The first URL has the origin of the page, so the request to it needs no preflight.
    let own = at.replace("https://api.example", "https://app.example");
    let commands = chromium(&own, &format!("{PREFLIGHT}{MISSING}")).next_commands();
    assert!(
        commands[0].ends_with("https://b.example/x > preflight.txt 2>&1"),
        "{commands:?}"
    );
}

/// Safari names only the last URL of the redirects.
#[test]
fn redirect_of_safari_is_named() {
    let line = |url: &str, origin: &str| {
        parse(&format!(
            "Cross-origin redirection to {url} denied by Cross-Origin Resource Sharing policy: Origin {origin} is not allowed by Access-Control-Allow-Origin. Status code: 200"
        ))
    };
    let login = line("https://login.example/", "https://app.example");
    let status_401 = "answer requests of scripts with status 401 and CORS headers";
    assert!(login.fix().starts_with(status_401), "{}", login.fix());
    assert_eq!(login.near_misses()[0].kind.name(), "redirect-to-login");
    assert!(login.cautions().is_empty());
    let other = line("https://b.example/notes", "https://app.example");
    assert!(!other.fix().starts_with(status_401), "{}", other.fix());
    let null = line("https://b.example/notes", "null");
    let fix = null.fix();
    assert!(
        fix.starts_with("let the page fetch `https://b.example/notes` directly"),
        "{fix}"
    );
    for message in [login, other, null] {
        let text = message.to_string();
        let words: Vec<_> = text.split_whitespace().collect();
        let words = words.join(" ");
        assert!(
            words.contains("a server redirected the request to this URL"),
            "{text}"
        );
        assert!(
            words.contains("the network panel has the URL that redirected"),
            "{text}"
        );
        let commands = message.next_commands();
        let explain = commands.last().unwrap();
        assert!(explain.contains(" --url URL "), "{explain}");
        assert!(commands[0].contains(" URL > "), "{commands:?}");
    }
    let without = parse(
        "Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 200",
    );
    assert!(!without.to_string().contains("redirected"));
}

/// The page can fetch the URL to which the server redirects.
#[test]
fn redirect_to_another_form_of_the_url_has_a_fix_in_the_page() {
    let app = "https://app.example";
    for (from, to, page) in [
        ("https://api.example/a/", "https://api.example/a", app),
        ("https://api.example/a?b", "https://api.example/a/?b", app),
        (
            "http://api.example/a",
            "https://api.example/a",
            "http://api.example",
        ),
        (
            "https://api.example/",
            "https://www.api.example/",
            "https://api.example",
        ),
        (
            "http://www.api.example/a",
            "https://api.example/a/",
            "http://www.api.example",
        ),
        ("http://api.example/a", "https://api.example/a", app),
    ] {
        let at = format!("fetch at '{to}' (redirected from '{from}') from origin '{page}'");
        let message = chromium(&at, MISSING);
        let fix = message.fix();
        assert!(
            fix.starts_with(&format!("let the page fetch `{to}`")),
            "{fix}"
        );
        assert!(
            message.causes()[0].contains("so the server redirects"),
            "{from}"
        );
        assert!(!message.to_string().contains("check first"), "{from}");
        let line =
            format!("Redirect from '{from}' to '{to}' has been blocked by CORS policy: {MISSING}");
        let fix = parse(&line).fix();
        assert!(
            fix.starts_with(&format!("let the page fetch `{to}`")),
            "{fix}"
        );
    }
    let login = format!(
        "Redirect from 'https://api.example/a' to 'https://api.example/login' has been blocked by CORS policy: {MISSING}"
    );
    assert!(
        parse(&login).fix().contains("status 401"),
        "{}",
        parse(&login).fix()
    );
    for to in [
        "https://api.example/b",
        "https://api.example/a#b",
        "https://api.example/a?c",
        "https://api.example:81/a",
    ] {
        let at = format!(
            "fetch at '{to}' (redirected from 'https://api.example/a') from origin '{app}'"
        );
        let message = chromium(&at, MISSING);
        assert!(
            !message.causes()[0].contains("so the server redirects"),
            "{to}"
        );
    }
}

#[test]
fn redirect_without_the_header_has_a_fix_in_the_page() {
    for status in [301, 302, 303, 307, 308] {
        for line in missing_headers(status) {
            let message = parse(&line);
            let fix = "let the page fetch the URL that the redirect leads to";
            assert!(message.fix().starts_with(fix), "{line}: {}", message.fix());
            assert!(message.causes()[0].contains("slash"), "{line}");
        }
    }
}

#[test]
fn redirected_preflight_of_safari_has_the_fix_of_a_redirect() {
    for status in [301, 307] {
        let message = parse(&format!(
            "Preflight response is not successful. Status code: {status}"
        ));
        assert_eq!(message.failures, [Failure::PreflightDisallowedRedirect]);
        assert!(
            message
                .fix()
                .starts_with("in the page, use the URL that the redirect leads to"),
            "{}",
            message.fix()
        );
    }
    for status in [304, 404] {
        let message = parse(&format!(
            "Preflight response is not successful. Status code: {status}"
        ));
        assert_eq!(
            message.failures,
            [Failure::PreflightInvalidStatus],
            "{status}"
        );
    }
}

/// A URL that gives a token to a script has parameters of OAuth too, but is not a page for the user.
#[test]
fn url_of_a_token_is_not_a_login_page() {
    for url in [
        "https://github.com/login/oauth/access_token?client_id=a&client_secret=b&code=c",
        "https://auth.example/oauth/token?client_id=a",
        "https://auth.example/oauth2/introspect?client_id=a",
        "https://auth.example/oauth/token?client_id=a&redirect_uri=b&code=c&grant_type=authorization_code",
    ] {
        let message = parse(&format!(
            "Access to fetch at '{url}' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource."
        ));
        let causes = format!("{:?}", message.near_misses());
        assert!(!causes.contains("RedirectToLogin"), "{url}: {causes}");
        assert!(!message.fix().contains("401"), "{url}: {}", message.fix());
    }
}

/// A page on the web has no local file to open in another way, and a redirect is the server's.
#[test]
fn fix_for_another_scheme_depends_on_the_page_and_on_redirects() {
    let reason = "Cross origin requests are only supported for protocol schemes: chrome, chrome-extension, chrome-untrusted, data, http, https.";
    for (at, fix) in [
        (
            "fetch at 'app://b/x' from origin 'https://app.example'",
            "in the code of the page, write the whole URL",
        ),
        (
            "fetch at 'app://b/x' (redirected from 'https://api.example/x') from origin 'https://app.example'",
            "let the server redirect to a URL with `http://` or `https://`",
        ),
        (
            "fetch at 'file:///x' from origin 'null'",
            "open the page over `http://localhost`",
        ),
    ] {
        let message = chromium(at, reason);
        assert!(message.fix().starts_with(fix), "{message}");
    }
}
