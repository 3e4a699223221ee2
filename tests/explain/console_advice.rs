//! The fix, the causes and the commands of console messages.

use fetch_cors::{
    Failure,
    engine::{Engine, Quirk},
    explain::{CautionKind, input::ConsoleMessage},
};

fn parse(line: &str) -> ConsoleMessage {
    ConsoleMessage::parse(line).unwrap_or_else(|error| panic!("{error}"))
}

/// Returns a message of Chromium. `at` is the text from the kind to the origin.
fn chromium(at: &str, reason: &str) -> ConsoleMessage {
    parse(&format!(
        "Access to {at} has been blocked by CORS policy: {reason}"
    ))
}

const PREFLIGHT: &str = "Response to preflight request doesn't pass access control check: ";
const MISSING: &str =
    "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
const AT: &str = "fetch at 'https://api.example/notes' from origin 'https://app.example'";

/// Returns the lines of Firefox and of Safari about a response without CORS headers.
fn missing_headers(status: u16) -> [String; 2] {
    [
        format!(
            "(Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: {status}."
        ),
        format!(
            "Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: {status}"
        ),
    ]
}

/// The fix names the directive and the origin of the message.
#[test]
fn policy_of_the_page_has_the_fix_of_its_directive() {
    let fallback =
        " Note that 'font-src' was not explicitly set, so 'default-src' is used as a fallback.";
    for (line, url, fix) in [
        (
            "Refused to connect to 'https://api.example/a?b' because it violates the following Content Security Policy directive: \"connect-src 'self'\".",
            "https://api.example/a?b",
            "add `https://api.example` to `connect-src` in",
        ),
        (
            "Connecting to 'wss://api.example:81/' violates the following Content Security Policy directive: \"connect-src\". The action has been blocked.",
            "wss://api.example:81/",
            "add `wss://api.example:81` to `connect-src` in",
        ),
        (
            "Refused to load the image 'blob:https://app.example/1' because it violates the following Content Security Policy directive: \"img-src 'self'\".",
            "blob:https://app.example/1",
            "add `blob:` to `img-src` in",
        ),
        (
            &format!(
                "Refused to load the font 'https://cdn.example/f' because it violates the following Content Security Policy directive: \"default-src 'self'\".{fallback}"
            ),
            "https://cdn.example/f",
            "add the directive `font-src` to the `Content-Security-Policy` of the page: copy the sources of `default-src` into it, and add `https://cdn.example`",
        ),
        (
            "Refused to load the script 'https://cdn.example/f' because it violates the following Content Security Policy directive: \"script-src 'self'\". Note that 'script-src-elem' was not explicitly set, so 'script-src' is used as a fallback.",
            "https://cdn.example/f",
            "add `https://cdn.example` to `script-src` in",
        ),
        (
            "Content-Security-Policy: The page’s settings blocked the loading of a resource (connect-src) at https://api.example/ because it violates the following directive: “connect-src 'self'”",
            "https://api.example/",
            "add `https://api.example` to `connect-src` in",
        ),
        (
            "Content-Security-Policy: The page’s settings blocked a script (script-src-elem) at https://cdn.example/x.js from being executed because it violates the following directive: “default-src 'self'”",
            "https://cdn.example/x.js",
            "add the directive `script-src` to",
        ),
        (
            "Content Security Policy: The page’s settings blocked the loading of a resource at https://api.example/ (“connect-src”).",
            "https://api.example/",
            "add `https://api.example` to `connect-src` in",
        ),
        (
            "Refused to load https://cdn.example/f because it appears in neither the font-src directive nor the default-src directive of the Content Security Policy.",
            "https://cdn.example/f",
            "add the directive `font-src` to",
        ),
    ] {
        let message = parse(line);
        assert_eq!(message.url.as_deref(), Some(url), "{line}");
        assert!(message.fix().starts_with(fix), "{}", message.fix());
    }
    let unnamed = parse("net::ERR_BLOCKED_BY_CSP").fix();
    assert!(
        unnamed.starts_with("add the origin of the URL to the directive"),
        "{unnamed}"
    );
}

/// A policy that only reports blocks nothing, and an inline script is not fetched. So these lines are not the reason of
/// a failed fetch.
#[test]
fn lines_of_a_policy_without_a_blocked_fetch_say_so() {
    let hash = "Either the 'unsafe-inline' keyword, a hash ('sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='), or a nonce ('nonce-...') is required to enable inline execution.";
    let reported = "blocks nothing";
    let inline = "no fetch is blocked";
    for (line, meaning, fix) in [
        (
            "[Report Only] Refused to connect to 'https://api.example/a' because it violates the following Content Security Policy directive: \"connect-src 'self'\".",
            reported,
            "Before the policy is enforced, add `https://api.example` to `connect-src`",
        ),
        (
            "Connecting to 'https://api.example/a' violates the following Content Security Policy directive: \"connect-src 'self'\". The policy is report-only, so the violation has been logged but no further action has been taken.",
            reported,
            "Before the policy is enforced, add `https://api.example` to `connect-src`",
        ),
        (
            "Content-Security-Policy: (Report-Only policy) The page’s settings would block the loading of a resource (connect-src) at https://api.example/a because it violates the following directive: “default-src 'self'”",
            reported,
            "Before the policy is enforced, add the directive `connect-src`",
        ),
        (
            "Content Security Policy: The page’s settings observed the loading of a resource at https://api.example/a (“connect-src”). A CSP report is being sent.",
            reported,
            "Before the policy is enforced, add `https://api.example` to `connect-src`",
        ),
        (
            "[Report Only] Refused to connect to https://api.example/a because it does not appear in the connect-src directive of the Content Security Policy.",
            reported,
            "Before the policy is enforced, add `https://api.example` to `connect-src`",
        ),
        (
            &format!(
                "[Report Only] Refused to execute inline script because it violates the following Content Security Policy directive: \"script-src 'self'\". {hash}"
            ),
            reported,
            "add to it the source in this line",
        ),
        (
            "Content-Security-Policy: (Report-Only policy) The page’s settings would block an inline style (style-src-attr) from being applied because it violates the following directive: “style-src 'self'”",
            reported,
            "add to it the source in this line",
        ),
        (
            &format!(
                "Refused to execute inline script because it violates the following Content Security Policy directive: \"script-src 'self'\". {hash}"
            ),
            inline,
            "move the script or the style",
        ),
        (
            &format!(
                "app.js:1 Executing inline event handler violates the following Content Security Policy directive 'script-src 'self''. {hash} The action has been blocked."
            ),
            inline,
            "move the script or the style",
        ),
        (
            &format!(
                "Refused to apply inline style because it violates the following Content Security Policy directive: \"default-src 'self'\". {hash} Note also that 'style-src' was not explicitly set, so 'default-src' is used as a fallback."
            ),
            inline,
            "move the script or the style",
        ),
        (
            "Content-Security-Policy: The page’s settings blocked an inline script (script-src-elem) from being executed because it violates the following directive: “script-src 'self'”",
            inline,
            "move the script or the style",
        ),
        (
            "Content Security Policy: The page’s settings blocked the loading of a resource at inline (“script-src”).",
            inline,
            "move the script or the style",
        ),
        (
            "Refused to apply a stylesheet because its hash, its nonce, or 'unsafe-inline' does not appear in the style-src directive of the Content Security Policy.",
            inline,
            "move the script or the style",
        ),
        (
            "This document requires 'TrustedHTML' assignment. The policy is report-only, so the violation has been logged but no further action has been taken.",
            reported,
            "add to it the source in this line",
        ),
        (
            "TypeError: Failed to set the 'innerHTML' property on 'Element': This document requires 'TrustedHTML' assignment.",
            inline,
            "use `textContent` in place of `innerHTML`",
        ),
        (
            "Creating a TrustedTypePolicy named 'p' violates the following Content Security policy directive: \"trusted-types q\". The action has been blocked.",
            inline,
            "list this policy in `trusted-types`",
        ),
        (
            "Content-Security-Policy: The page’s settings blocked assigning to an injection sink because it violates the following directive: “require-trusted-types-for ’script’“",
            inline,
            "trustedTypes.createPolicy()",
        ),
        (
            "CompileError: WebAssembly.Module(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive because 'unsafe-eval' is not an allowed source of script in the following Content Security Policy directive: \"script-src 'self'\".",
            inline,
            "add `'wasm-unsafe-eval'` to `script-src`",
        ),
        (
            "Content-Security-Policy: The page’s settings blocked WebAssembly (script-src) from being executed because it violates the following directive: “script-src 'self'” (Missing 'wasm-unsafe-eval' or 'unsafe-eval')",
            inline,
            "add `'wasm-unsafe-eval'` to `script-src`",
        ),
        (
            "Applying inline speculation rules violates the following Content Security Policy directive 'script-src 'self''. Either the 'unsafe-inline' keyword, a hash ('sha256-RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o='), or a nonce ('nonce-...') is required to enable inline execution. The action has been blocked.",
            inline,
            "move the script or the style",
        ),
        (
            "EvalError: Refused to evaluate a string as JavaScript because 'unsafe-eval' is not an allowed source of script in the following Content Security Policy directive: \"script-src 'self'\".",
            inline,
            "replace the call that runs a string",
        ),
    ] {
        let message = parse(line);
        let (found, likeliest) = (message.meaning(), message.fix());
        assert!(found.contains(meaning), "{line}: {found}");
        assert!(likeliest.contains(fix), "{line}: {likeliest}");
        let other = "if a fetch fails, this line is not the reason: find the line that names the failed fetch, and explain that line";
        assert!(likeliest.starts_with(other), "{line}: {likeliest}");
        assert!(message.next_commands().is_empty() && message.failures.is_empty());
        assert!(!message.adds_nothing_to(&chromium(AT, MISSING)), "{line}");
    }
}

/// If a policy only reports, Chromium prints a line break in its message about `eval()`.
#[test]
fn line_break_in_a_report_does_not_change_its_meaning() {
    let eval = "app.js:2 Evaluating a string as JavaScript violates the following Content Security Policy directive because 'unsafe-eval' is not an allowed source of script: \"script-src 'self'\".";
    let report = format!(
        "{eval}\n The policy is report-only, so the violation has been logged but no further action has been taken."
    );
    let lines = ConsoleMessage::parse_all(&format!("{report}\n{eval}\n"));
    let meanings = lines
        .iter()
        .map(|line| line.message.as_ref().unwrap().meaning());
    let blocks: Vec<_> = meanings
        .map(|meaning| !meaning.contains("blocks nothing"))
        .collect();
    assert_eq!(blocks, [false, true]);
}

/// Each line about a cookie has the fix for this cookie, and says that it is not the reason of a failed fetch.
#[test]
fn lines_about_cookies_are_explained() {
    let same_site = "with `SameSite=None; Secure`, or serve the page and the server from one site";
    let secure = "with `SameSite=None; Secure`, or with `SameSite=Lax`";
    let https = "serve the URL over https";
    let scheme = "serve the page and the URL over https";
    let third_party = "send a token in `Authorization` in place of the cookie";
    for (line, fix) in [
        (
            "Cookie “sid” has been rejected because it is in a cross-site context and its “SameSite” is “Lax” or “Strict”.",
            same_site,
        ),
        (
            "Cookie “sid” has “SameSite” policy set to “Lax” because it is missing a “SameSite” attribute, and “SameSite=Lax” is the default value for this attribute. notes",
            same_site,
        ),
        (
            "Cookie “sid” does not have a proper “SameSite” attribute value. Soon, cookies without the “SameSite” attribute or with an invalid value will be treated as “Lax”.",
            same_site,
        ),
        (
            "Cookie “sid” with the “SameSite” attribute value “Lax” or “Strict” was omitted because of a cross-site redirect.",
            same_site,
        ),
        (
            "Cookie “sid” rejected because it has the “SameSite=None” attribute but is missing the “secure” attribute.",
            secure,
        ),
        (
            "Cookie “sid” will be soon rejected because it has the “sameSite” attribute set to “none” or an invalid value, without the “secure” attribute.",
            secure,
        ),
        (
            "Cookie “sid” has been rejected because a non-HTTPS cookie can’t be set as “secure”.",
            https,
        ),
        (
            "Cookie “sid” has been rejected because there is an existing “secure” cookie.",
            https,
        ),
        (
            "Cookie “sid” has been treated as cross-site against “http://api.example/” because the scheme does not match.",
            scheme,
        ),
        (
            "Cookie “sid” has been rejected as third-party.",
            third_party,
        ),
        (
            "Cookie “sid” has been rejected because it is foreign and does not have the “Partitioned“ attribute.",
            third_party,
        ),
        (
            "Request to access cookie or storage on “https://api.example/” was blocked because it came from a tracker and Enhanced Tracking Protection is enabled.",
            third_party,
        ),
        (
            "Cookie “sid” has been rejected for invalid domain.",
            "remove `Domain`",
        ),
        (
            "Cookie “sid” has been rejected for invalid prefix.",
            "change the part of `Set-Cookie`",
        ),
        (
            "This attempt to set a cookie via a Set-Cookie header was blocked because it had the \"SameSite=Lax\" attribute but came from a cross-site response which was not the response to a top-level navigation.",
            same_site,
        ),
        (
            "This attempt to set a cookie via a Set-Cookie header was blocked because it had the \"SameSite=Lax\" attribute but came from a cross-site response which was not the response to a top-level navigation. This response is considered cross-site because the URL has a different scheme than the current site.",
            scheme,
        ),
        (
            "This Set-Cookie header didn't specify a \"SameSite\" attribute and was defaulted to \"SameSite=Lax,\" and was blocked because it came from a cross-site response which was not the response to a top-level navigation.",
            same_site,
        ),
        (
            "This attempt to set a cookie via a Set-Cookie header was blocked because it had the \"SameSite=None\" attribute but did not have the \"Secure\" attribute, which is required in order to use \"SameSite=None\".",
            secure,
        ),
        (
            "This attempt to set a cookie via a Set-Cookie header was blocked because it had the \"Secure\" attribute but was not received over a secure connection.",
            https,
        ),
        (
            "This cookie was blocked because it had the \"SameSite=Strict\" attribute and the request was made from a different site. This includes top-level navigation requests initiated by other sites.",
            same_site,
        ),
        (
            "This cookie was blocked because it had the \"Secure\" attribute and the connection was not secure.",
            https,
        ),
        (
            "This cookie was blocked due to user preferences.",
            third_party,
        ),
        (
            "Indicate whether to send a cookie in a cross-site request by specifying its SameSite attribute",
            same_site,
        ),
        (
            "Mark cross-site cookies as Secure to allow setting them in cross-site contexts",
            secure,
        ),
    ] {
        let message = parse(line);
        let likeliest = message.fix();
        assert!(likeliest.contains(fix), "{line}: {likeliest}");
        let other = "if a fetch fails, this line is not the reason: find the line that names the failed fetch, and explain that line";
        assert!(likeliest.starts_with(other), "{line}: {likeliest}");
        assert!(
            message
                .meaning()
                .ends_with("this is not CORS, and no fetch is blocked")
        );
        assert!(message.next_commands().is_empty() && message.failures.is_empty());
        assert!(!message.adds_nothing_to(&chromium(AT, MISSING)), "{line}");
        let text = message.to_string();
        assert_eq!(
            text.contains("\n  cookie: `sid`"),
            line.contains("Cookie “sid”"),
            "{text}"
        );
        assert!(!text.contains("does not have a URL"), "{text}");
    }
}

/// A script can never read a header with cookies, so no header of the server is a fix.
#[test]
fn cookies_of_a_response_have_no_fix_on_the_server() {
    for name in ["set-cookie", "Set-Cookie", "set-cookie2"] {
        let message = parse(&format!("Refused to get unsafe header \"{name}\""));
        assert!(
            message.fix().starts_with("do not read"),
            "{}",
            message.fix()
        );
        assert!(message.to_string().contains("\n  response header: "));
    }
    let other = parse("Refused to get unsafe header \"x-a\"").to_string();
    assert!(other.contains("\n  response header: `x-a`"), "{other}");
}

/// A page from a file has the origin `null`, even if the message has `file://`.
#[test]
fn page_from_a_file_has_the_fix_of_the_origin_null() {
    let message = chromium(&AT.replace("https://app.example", "file://"), MISSING);
    assert!(message.fix().starts_with("load the page from an http"));
    let text = message.to_string();
    assert!(text.contains("web views of apps"), "{text}");
    assert!(text.contains("--origin null"), "{text}");
    assert_eq!(message.cautions()[0].kind, CautionKind::NullOrigin);
}

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

/// A reason about `Access-Control-Allow-Origin` names the response that is meant.
#[test]
fn reason_of_a_preflight_names_both_answers() {
    for reason in [
        MISSING,
        "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.",
        "The 'Access-Control-Allow-Origin' header contains multiple values '*, *', but only one is allowed.",
        "The 'Access-Control-Allow-Origin' header contains the invalid value 'app.example'.",
        "The 'Access-Control-Allow-Origin' header has a value 'https://b.example' that is not equal to the supplied origin.",
    ] {
        let message = chromium(AT, &format!("{PREFLIGHT}{reason}"));
        assert!(
            message.meaning().contains("preflight"),
            "{}",
            message.meaning()
        );
        assert!(
            message
                .fix()
                .contains("on the response to the preflight and on the response to the request"),
            "{}",
            message.fix()
        );
        let plain = chromium(AT, reason);
        assert!(
            !plain.meaning().contains("preflight"),
            "{}",
            plain.meaning()
        );
        assert!(!plain.fix().contains("on both answers"), "{}", plain.fix());
    }
}

/// The causes that lead to the status come first, and the causes of other statuses are left out.
#[test]
fn causes_fit_the_status() {
    let chromium = |status: u16| {
        parse(&format!(
            "Failed to load https://api.example/: {PREFLIGHT}{MISSING} Origin 'https://app.example' is therefore not allowed access. The response had HTTP status code {status}."
        ))
    };
    let firefox = |status: u16| {
        parse(&format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/. (Reason: CORS preflight response did not succeed). Status code: {status}."
        ))
    };
    let safari = |status: u16| {
        parse(&format!(
            "Preflight response is not successful. Status code: {status}"
        ))
    };
    let line = |status: u16| parse(&format!("OPTIONS https://api.example/ {status} (Reason)"));
    let messages: [&dyn Fn(u16) -> ConsoleMessage; 4] = [&chromium, &firefox, &safari, &line];
    for message in messages {
        for (status, first, other) in [
            (401, "authentication runs before CORS", "no route"),
            (405, "the server has no route for OPTIONS", "authentication"),
        ] {
            let message = message(status);
            let causes = message.causes();
            assert!(causes[0].starts_with(first), "{message}");
            assert!(
                !causes.iter().any(|cause| cause.contains(other)),
                "{message}"
            );
            assert!(!message.to_string().contains("redirect"), "{message}");
        }
        // No cause belongs to this status, so all causes are named.
        assert!(!message(402).causes().is_empty());
    }
    // Browsers do not follow a location after these statuses.
    for status in [300, 304] {
        let message = firefox(status);
        let causes = message.causes();
        assert!(causes[0].starts_with("a part of the server"), "{message}");
        assert!(!message.to_string().contains("redirect"), "{message}");
    }
    for status in [303, 308] {
        let message = firefox(status);
        assert!(message.causes()[0].contains("redirects"), "{message}");
    }
    for status in [409, 412, 424] {
        let message = firefox(status);
        assert!(
            message.causes()[0].ends_with(&format!("such as the body ({status})")),
            "{message}"
        );
    }
    for status in [404, 500] {
        let text = firefox(status).to_string();
        assert!(
            !text.contains("Chromium") && !text.contains("Safari"),
            "{text}"
        );
    }
    assert_eq!(safari(404).failures.len(), 1);
    assert_eq!(
        parse("Preflight response is not successful").failures.len(),
        2
    );
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

/// Firefox does not print the origin of the page.
#[test]
fn placeholder_of_the_origin_has_an_example() {
    let mismatch = |value: &str| {
        let line =
            format!("(Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘{value}’)");
        parse(&line).fix()
    };
    for (value, example) in [
        ("https://page.example/", "https://page.example"),
        ("http://page.example:80/a", "http://page.example"),
        ("https://other.example", "https://app.example"),
        ("page", "https://app.example"),
    ] {
        let fix = mismatch(value);
        assert!(fix.ends_with(&format!("for example `{example}`")), "{fix}");
        assert!(!fix.contains("exactly as written"), "{fix}");
    }
    let line = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing).";
    let fix = parse(line).fix();
    assert!(fix.contains("for example `https://app.example`"), "{fix}");
    assert!(!chromium(AT, MISSING).fix().contains("for example"));
}

/// A reason that is not known is not a cut line.
#[test]
fn reason_that_is_not_known_is_named() {
    let start = format!("Access to {AT} has been blocked by CORS policy: ");
    let error = |line: &str| ConsoleMessage::parse(line).unwrap_err().to_string();
    for line in [
        format!("{start}Some brand new reason."),
        format!("{start}{PREFLIGHT}Some brand new reason."),
        String::from(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/. (Reason: a new reason).",
        ),
    ] {
        let error = error(&line);
        assert!(
            error.contains("reason of the browser is not known"),
            "{error}"
        );
    }
    for line in [
        start.clone(),
        format!("{start}The value of the 'Access-Control-All"),
        format!("{start}{PREFLIGHT}"),
        format!("{start}The 'Access-Control-Allow-Origin' header"),
    ] {
        assert!(error(&line).contains("the line is cut off"), "{line}");
    }
}

/// An element has the attribute `crossorigin` in place of a credentials mode.
#[test]
fn credentials_of_an_element_come_from_its_attribute() {
    let reason = "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.";
    let image = chromium(&AT.replace("fetch", "image"), reason);
    assert!(image.causes()[0].contains("use-credentials"));
    assert!(chromium(AT, reason).causes()[0].contains("credentials: \"include\""));
}

/// A cause is left out if a value of the message excludes the cause.
#[test]
fn values_of_the_message_exclude_causes() {
    let on = |at: &str, reason: &str| chromium(at, reason).causes().join("; ");
    let check = |causes: &str, present: &[&str], absent: &[&str]| {
        for words in present {
            assert!(causes.contains(words), "{words}: {causes}");
        }
        for words in absent {
            assert!(!causes.contains(words), "{words}: {causes}");
        }
    };
    let header = |name: &str| {
        on(
            AT,
            &format!(
                "Request header field {name} is not allowed by Access-Control-Allow-Headers in preflight response."
            ),
        )
    };
    check(&header("content-type"), &["this name"], &["Authorization"]);
    check(
        &header("authorization"),
        &["this name"],
        &["`Authorization`"],
    );
    let method = "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.";
    check(&on(AT, method), &["in lower case"], &["`patch`"]);

    let value = |name: &str, value: &str| {
        on(
            AT,
            &format!("The 'Access-Control-Allow-Origin' header {name} '{value}'."),
        )
    };
    let invalid = |text: &str| value("contains the invalid value", text);
    check(
        &invalid(""),
        &["empty value"],
        &["scheme", "path", "pattern"],
    );
    check(&invalid("*.a.example"), &["pattern"], &["path", "empty"]);
    check(&invalid("a.example"), &["no scheme"], &["path", "pattern"]);
    check(&invalid("https://a.example/b"), &["a path"], &["scheme"]);
    check(
        &invalid("${ORIGIN}"),
        &["placeholder"],
        &["path", "pattern"],
    );
    assert!(!invalid("https://a.example:999999").is_empty());

    let multiple = |text: &str| {
        on(
            AT,
            &format!(
                "The 'Access-Control-Allow-Origin' header contains multiple values '{text}', but only one is allowed."
            ),
        )
    };
    check(
        &multiple("https://a.example, https://a.example"),
        &["two parts"],
        &["several origins"],
    );
    check(
        &multiple("https://a.example https://b.example"),
        &["several origins"],
        &["two parts"],
    );

    let credentials = |preflight: &str, value: &str| {
        on(
            AT,
            &format!(
                "{preflight}The value of the 'Access-Control-Allow-Credentials' header in the response is '{value}' which must be 'true' when the request's credentials mode is 'include'."
            ),
        )
    };
    check(
        &credentials("", ""),
        &["separate setting", "not on the response"],
        &["`True`", "not on the preflight"],
    );
    check(
        &credentials(PREFLIGHT, ""),
        &["not on the preflight"],
        &["`True`", "not on the response"],
    );
    check(
        &credentials("", "True"),
        &["`True`"],
        &["separate setting", "not on the response"],
    );

    let scheme =
        "Cross origin requests are only supported for protocol schemes: chrome, data, http, https.";
    let at = |url: &str, origin: &str| format!("fetch at '{url}' from origin '{origin}'");
    check(
        &on(&at("file:///a/b.json", "null"), scheme),
        &["as a file"],
        &["localhost", "app"],
    );
    check(
        &on(&at("localhost:3000/a", "http://localhost"), scheme),
        &["localhost"],
        &["as a file", "an app"],
    );
    check(
        &on(&at("myapp://a", "https://app.example"), scheme),
        &["an app"],
        &["as a file", "localhost"],
    );

    let other = |text: &str| {
        on(
            AT,
            &format!(
                "The 'Access-Control-Allow-Origin' header has a value '{text}' that is not equal to the supplied origin."
            ),
        )
    };
    check(
        &other("https://b.example"),
        &["a cache", "fixed origin"],
        &[],
    );
    check(
        &other("https://app.example/"),
        &["compare"],
        &["a cache", "fixed origin"],
    );
    let redirect = format!("{PREFLIGHT}Redirect is not allowed for a preflight request.");
    check(&on(AT, &redirect), &["no slash"], &["has a slash"]);
    check(
        &on(&AT.replace("notes", "notes/"), &redirect),
        &["has a slash"],
        &["no slash"],
    );

    let image = AT.replace("fetch", "image");
    check(&on(&image, MISSING), &[], &["on its request"]);
    check(&on(AT, MISSING), &["on its request"], &[]);
    let redirect = format!("{PREFLIGHT}Redirect is not allowed for a preflight request.");
    check(&on(AT, &redirect), &["www."], &["http to https"]);
    check(
        &on(&AT.replace("https:", "http:"), &redirect),
        &["http to https"],
        &[],
    );

    let firefox = |url: &str| {
        parse(&format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {url}. (Reason: CORS request did not succeed). Status code: (null)."
        ))
        .causes()
        .join("; ")
    };
    check(
        &firefox("http://localhost:3000/"),
        &["does not run"],
        &["certificate", "name of the host", "mixed"],
    );
    check(
        &firefox("http://api.example/"),
        &["mixed"],
        &["certificate"],
    );
    check(
        &firefox("https://api.example/"),
        &["certificate", "name of the host"],
        &["mixed"],
    );
    let refused = |url: &str| {
        parse(&format!("GET {url} net::ERR_CONNECTION_REFUSED"))
            .causes()
            .join("; ")
    };
    check(&refused("http://localhost:3000/"), &["::1"], &[]);
    check(&refused("http://api.example/"), &[], &["::1"]);
    let api = |reason: &str| {
        parse(&format!(
            "TypeError: Failed to execute 'fetch' on 'Window': {reason}"
        ))
        .causes()
        .join("; ")
    };
    check(
        &api("'a b' is not a valid HTTP method."),
        &["space"],
        &["CONNECT"],
    );
    check(
        &api("'TRACE' HTTP method is unsupported."),
        &["TRACE"],
        &["space"],
    );
    check(&api("Invalid name"), &["the name"], &["the value"]);
    check(&api("Invalid value"), &["the value"], &["the name"]);
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

/// The fix of a preflight says on which responses the server sends its headers.
#[test]
fn headers_of_a_preflight_belong_on_both_responses() {
    let fix = |reason: &str| chromium(AT, &format!("{PREFLIGHT}{reason}")).fix();
    let wildcard = fix(
        "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.",
    );
    let end = "on the response to the preflight and on the response to the request";
    assert!(
        wildcard.ends_with(&format!("Send these headers {end}")),
        "{wildcard}"
    );
    assert!(
        fix(MISSING).contains(&format!("Send this header {end}")),
        "{}",
        fix(MISSING)
    );
}

/// A program through which a line is copied can add characters that a reader does not see.
#[test]
fn invisible_characters_of_a_copy_do_not_matter() {
    let line = format!("Access to {AT} has been blocked by CORS policy: {MISSING}");
    let expected = parse(&line).to_string();
    for character in [
        '\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{2060}', '\u{2068}',
        '\u{fe0f}', '\u{feff}',
    ] {
        for word in ["blocked", "Access to", "notes", "app.example", "header is"] {
            let (start, end) = word.split_at(word.len() / 2);
            let copied = line.replace(word, &format!("{start}{character}{end}"));
            assert_eq!(parse(&copied).to_string(), expected, "{character:?} {word}");
            let wrapped = copied.replace("has been", "has\nbeen");
            let lines = ConsoleMessage::parse_all(&wrapped);
            let message = lines[0].message.as_ref().unwrap();
            assert_eq!(message.to_string(), expected, "{character:?} {word}");
        }
    }
    let spaces = line.replace(' ', "\u{a0}");
    assert_eq!(parse(&spaces).to_string(), expected);
}

/// A command that sends a request with a method such as PUT can change data.
#[test]
fn command_that_can_change_data_has_a_caution() {
    let caution = |method: &str| {
        format!("\nCaution: the command with `{method}` can change data: use a test instance.\n")
    };
    let failed = |method: &str| {
        parse(&format!(
            "{method} https://api.example/notes net::ERR_FAILED"
        ))
        .to_string()
    };
    assert!(failed("PUT").contains(&caution("PUT")), "{}", failed("PUT"));
    assert!(
        !failed("GET").contains("can change data"),
        "{}",
        failed("GET")
    );
    let unknown = parse("Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing).").to_string();
    assert!(unknown.contains(&caution("METHOD")), "{unknown}");
    // The only command with `curl` sends the preflight.
    let preflight = chromium(
        AT,
        "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.",
    );
    assert!(
        !preflight.to_string().contains("can change data"),
        "{preflight}"
    );
}

/// The second line of Safari has the URL of a file, which shows the reason. No HTTP request can find out more.
#[test]
fn line_about_a_file_has_no_commands() {
    let second =
        "[Error] Fetch API cannot load file:///home/a/notes.json due to access control checks.";
    let message = parse(second);
    assert_eq!(message.failures, [Failure::CorsDisabledScheme]);
    assert!(
        message
            .fix()
            .contains("open the page over `http://localhost`"),
        "{}",
        message.fix()
    );
    assert_eq!(message.next_commands(), [""; 0]);
    let both = format!("[Error] Cross origin requests are only supported for HTTP.\n{second}\n");
    let lines = ConsoleMessage::parse_all(&both);
    let [first, second] = [0, 1].map(|index| lines[index].message.clone().unwrap());
    assert_eq!(first.url.as_deref(), Some("file:///home/a/notes.json"));
    assert!(second.adds_nothing_to(&first));
    for line in [
        "GET file:///home/a/notes.json net::ERR_FAILED",
        "GET app:a net::ERR_FAILED",
    ] {
        let commands = parse(line).next_commands();
        assert!(
            !commands.iter().any(|command| command.contains("file:")),
            "{commands:?}"
        );
    }
}

/// Only a placeholder is to be replaced, and a part of a URL is not a placeholder.
#[test]
fn note_about_placeholders_needs_a_placeholder() {
    let note = "Replace the words in upper case";
    for (url, reason, expected) in [
        ("https://ORIGIN.example/METHOD/URL", MISSING, false),
        ("https://api.example/?redirect=ORIGIN", MISSING, false),
        ("https://api.example/", MISSING, false),
        (
            "https://api.example/",
            "Response to preflight request doesn't pass access control check: It does not have HTTP ok status.",
            true,
        ),
    ] {
        let at = format!("fetch at '{url}' from origin 'https://app.example'");
        let text = chromium(&at, reason).to_string();
        assert_eq!(text.contains(note), expected, "{text}");
    }
    let firefox = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing).";
    assert!(parse(firefox).to_string().contains(note));
}

/// If the fix begins in the page, the commands send the request of the changed page.
#[test]
fn commands_send_the_request_of_the_changed_page() {
    let message = chromium(
        AT,
        "Method patch is not allowed by Access-Control-Allow-Methods in preflight response.",
    );
    let commands = message.next_commands().join("\n");
    assert!(
        commands.contains("Access-Control-Request-Method: PATCH"),
        "{commands}"
    );
    assert!(commands.contains(" -X PATCH "), "{commands}");
    assert!(!commands.contains("patch"), "{commands}");
    let at = "fetch at 'https://api.example/a/' (redirected from 'https://api.example/a') from origin 'https://app.example'";
    let redirected = chromium(at, MISSING);
    for command in redirected.next_commands() {
        assert!(command.contains("https://api.example/a/"), "{command}");
        assert!(!command.contains("https://api.example/a "), "{command}");
    }
    for message in [message, redirected] {
        let text = message.to_string();
        assert!(
            text.contains("\nTo check the fix, change the page and run:\n$ curl"),
            "{text}"
        );
    }
}

/// Each message contradicts itself in one place. The same message without the contradiction is explained.
#[test]
fn lines_that_contradict_themselves_are_named() {
    let cors = |url: &str, reason: &str| {
        format!(
            "Access to fetch at '{url}' from origin 'https://app.example' has been blocked by CORS policy: {reason}"
        )
    };
    let api = |reason: &str| cors("https://api.example/notes", reason);
    let mismatch = |value: &str| {
        api(&format!(
            "The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied origin."
        ))
    };
    let invalid = |value: &str| {
        api(&format!(
            "{PREFLIGHT}The 'Access-Control-Allow-Origin' header contains the invalid value '{value}'."
        ))
    };
    let multiple = |value: &str| {
        api(&format!(
            "The 'Access-Control-Allow-Origin' header contains multiple values '{value}', but only one is allowed."
        ))
    };
    let credentials = |value: &str| {
        api(&format!(
            "The value of the 'Access-Control-Allow-Credentials' header in the response is '{value}' which must be 'true' when the request's credentials mode is 'include'."
        ))
    };
    let method = |method: &str| {
        api(&format!(
            "Method {method} is not allowed by Access-Control-Allow-Methods in preflight response."
        ))
    };
    let firefox = |reason: &str| {
        format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/. (Reason: {reason})."
        )
    };
    let token = |token: &str| {
        firefox(&format!(
            "invalid token ‘{token}’ in CORS header ‘Access-Control-Allow-Methods’"
        ))
    };
    let mixed = |page: &str, url: &str| {
        format!(
            "Mixed Content: The page at '{page}' was loaded over HTTPS, but requested an insecure resource '{url}'. This request has been blocked; the content must be served over HTTPS."
        )
    };
    let unsafe_header = |name: &str| format!("Refused to get unsafe header \"{name}\"");
    let safari =
        |status: u16| format!("Preflight response is not successful. Status code: {status}");
    let failed = |status: u16| {
        format!("Failed to load resource: the server responded with a status of {status} ()")
    };
    let scheme = |url: &str| {
        cors(
            url,
            "Cross origin requests are only supported for protocol schemes: chrome, data, http, https.",
        )
    };
    let redirected = "fetch at 'https://app.example/' (redirected from 'https://api.example/') from origin 'https://app.example'";
    for (wrong, fact, right) in [
        (
            mismatch("https://app.example"),
            "equals the origin",
            mismatch("https://app.example/"),
        ),
        (mismatch("*"), "allows every origin", mismatch("null")),
        (
            invalid("https://app.example"),
            "is an origin",
            invalid("app.example"),
        ),
        (
            invalid("http://127.0.0.1:3000"),
            "is an origin",
            invalid("null"),
        ),
        (
            multiple("https://app.example"),
            "only one value",
            multiple("*, *"),
        ),
        (credentials("true"), "exactly `true`", credentials("True")),
        (method("POST"), "needs no permission", method("PUT")),
        (method("put"), "as `PUT`", method("patch")),
        (token("PUT"), "is valid", token("PUT;DELETE")),
        (safari(204), "is a success", safari(302)),
        (
            api("Response for preflight has invalid HTTP status code 200"),
            "is a success",
            api("Response for preflight has invalid HTTP status code 500"),
        ),
        (failed(200), "is a success", failed(404)),
        (
            mixed("http://app.example/", "http://api.example/"),
            "is not on https",
            mixed("https://app.example/", "http://api.example/"),
        ),
        (
            mixed("https://app.example/", "https://api.example/"),
            "is on https",
            mixed("https://localhost/", "http://api.example/"),
        ),
        (
            unsafe_header("Content-Type"),
            "can read",
            unsafe_header("etag"),
        ),
        (
            scheme("https://api.example/"),
            "scheme `https`",
            scheme("file:///a"),
        ),
        (
            cors("https://app.example/notes", MISSING),
            "origin of the page",
            format!("Access to {redirected} has been blocked by CORS policy: {MISSING}"),
        ),
    ] {
        let sentence = parse(&wrong)
            .contradiction()
            .unwrap_or_else(|| panic!("{wrong}"));
        assert!(sentence.contains(fact), "{sentence}");
        assert_eq!(parse(&wrong).meaning(), sentence);
        assert!(
            parse(&wrong).fix().starts_with("paste the line again"),
            "{wrong}"
        );
        assert_eq!(parse(&right).contradiction(), None, "{right}");
    }
    assert_eq!(
        parse(&unsafe_header("Content-Length")).contradiction(),
        None
    );
    // Older versions of Firefox print this line for a credentialed request.
    let line = firefox("CORS header ‘Access-Control-Allow-Origin’ does not match ‘*’");
    let message = parse(&line);
    assert_eq!(message.contradiction(), None);
    assert_eq!(
        message.failures,
        [
            Failure::WildcardOriginNotAllowed,
            Failure::PreflightWildcardOriginNotAllowed
        ]
    );
    assert!(message.meaning().contains("has credentials"), "{message}");
}

/// A message has only the first and the last URL of the redirects. If the browser refuses the origin of the page, a
/// redirect between these URLs led to a third origin.
#[test]
fn origin_of_the_page_can_be_wrong_after_a_redirect() {
    let reason = |value: &str| {
        format!(
            "The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied origin."
        )
    };
    for (from, to) in [
        ("https://api.example/", "https://b.example/"),
        ("https://app.example/api", "https://app.example/cb"),
        ("https://api.example/a", "https://api.example/b"),
    ] {
        let at =
            |page: &str| format!("fetch at '{to}' (redirected from '{from}') from origin '{page}'");
        let page = at("https://app.example");
        let message = chromium(&page, &reason("https://app.example"));
        assert_eq!(message.contradiction(), None, "{page}");
        let meaning = message.meaning();
        assert!(meaning.contains("sent `Origin: null`"), "{meaning}");
        assert_eq!(message.near_misses()[0].kind.name(), "origin-is-null");
        assert!(message.causes()[0].contains("redirects"), "{page}");
        // The origin `null` stays `null` after every redirect.
        let null = chromium(&at("null"), &reason("null"));
        assert!(null.contradiction().is_some(), "{page}");
    }
    let direct = "fetch at 'https://api.example/' from origin 'https://app.example'";
    let direct = chromium(direct, &reason("https://app.example"));
    assert!(direct.contradiction().is_some());
}

/// `null` is not a URL, so Chromium calls the value `null` invalid if the page has another origin.
#[test]
fn null_is_an_invalid_value_for_other_pages() {
    let reason = "The 'Access-Control-Allow-Origin' header contains the invalid value 'null'.";
    for page in ["https://app.example", "http://localhost:4200", "file://"] {
        for reason in [String::from(reason), format!("{PREFLIGHT}{reason}")] {
            let at = format!("fetch at 'https://api.example/x' from origin '{page}'");
            assert_eq!(chromium(&at, &reason).contradiction(), None, "{at}");
        }
    }
    let at = "fetch at 'https://api.example/x' from origin 'null'";
    assert!(chromium(at, reason).contradiction().is_some());
}

/// A preflight with a success is not an error, so the line has no failure code of the status.
#[test]
fn line_about_a_successful_preflight_names_no_wrong_status() {
    let message = parse("OPTIONS https://api.example/ 204 (No Content)");
    assert_eq!(
        message.failures,
        [Failure::PreflightMissingAllowOriginHeader]
    );
    let text = message.to_string();
    assert!(text.contains("status 204, which is a success"), "{text}");
    assert!(!text.contains("must be from 200 to 299"), "{text}");
}

/// Browsers send an address in one form only.
#[test]
fn address_in_another_form_is_the_same_host() {
    let misses = |page: &str, value: &str| {
        let at = format!("fetch at 'https://api.example/' from origin '{page}'");
        let reason = format!(
            "The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied origin."
        );
        let misses = chromium(&at, &reason).near_misses().into_iter();
        misses.map(|miss| miss.sentence).collect::<Vec<_>>()
    };
    let same =
        |host: &str| format!("browsers send this host as `{host}`: write this in the server");
    let local = "http://127.0.0.1:3000";
    for value in [
        "http://127.1:3000",
        "http://0x7f.0.0.1:3000",
        "http://2130706433:3000",
    ] {
        assert_eq!(misses(local, value), [same("127.0.0.1")], "{value}");
    }
    let long = "http://[0:0:0:0:0:0:0:1]:3000";
    assert_eq!(misses("http://[::1]:3000", long), [same("[::1]")]);
    let port = misses(local, "http://127.1:80");
    assert!(port.len() == 2 && port[1].contains("port"), "{port:?}");
    // The host is an address of another machine, or the mistake is not in the host.
    for (page, value) in [
        ("https://app.example", "1"),
        ("http://10.0.0.1", "http://010.0.0.1"),
        ("https://127.0.0.1", "https://127.0.0.1:80:80"),
        ("https://127.0.0.1", "https://user@127.0.0.1"),
        ("https://127.0.0.1", "https://127.0.0.1\\x"),
        ("https://app.example", "https://münchen.example:80:80"),
        ("http://[2001:db8::a]", "http://[2001:DB8::A]"),
    ] {
        let misses = misses(page, value);
        let is_form = |miss: &String| miss.starts_with("browsers send this host as");
        assert!(!misses.iter().any(is_form), "{misses:?}");
    }
}

/// Browsers also print `[Report Only]` in messages that are not about a Content Security Policy.
#[test]
fn report_only_line_of_another_policy_is_not_known() {
    for line in [
        "[Report Only] Permissions policy violation: camera is not allowed in this document.",
        "[Report Only] The document policy does not permit this script.",
    ] {
        assert!(ConsoleMessage::parse(line).is_err(), "{line}");
    }
    for line in [
        "[Report Only] Refused to compile or instantiate WebAssembly module because 'unsafe-eval' is not an allowed source of script in the following Content Security Policy directive: \"script-src 'self'\".",
        "[Report Only] This document requires 'TrustedHTML' assignment.",
        "[Report Only] Refused to evaluate a string as JavaScript because this document requires 'Trusted Type' assignment.",
    ] {
        let text = parse(line).to_string();
        assert!(text.contains("that only reports"), "{text}");
    }
}

/// Each line is as people paste lines, with the words that the explanation must have.
#[test]
fn pasted_lines_of_many_kinds_are_recognized() {
    let cors = |url: &str, origin: &str| {
        format!(
            "Access to fetch at '{url}' from origin '{origin}' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource."
        )
    };
    let missing = "send `Access-Control-Allow-Origin: http://localhost:3000`";
    let login = "let the page navigate to the login page";
    for (line, words) in [
        (
            &*cors(
                "[https://api.example/x](https://api.example/x)",
                "[http://localhost:3000](http://localhost:3000)",
            ),
            missing,
        ),
        (
            &*cors("<https://api.example/x>", "<http://localhost:3000>"),
            missing,
        ),
        (
            "**Access to fetch at** `https://api.example/x` from origin `http://localhost:3000` has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
            missing,
        ),
        (
            &*cors(
                "https://accounts.google.com/o/oauth2/v2/auth?client_id=1' (redirected from 'http://localhost:3000/auth/google')",
                "http://localhost:3000",
            )
            .replace("')' from", "') from"),
            login,
        ),
        (
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://login.example/authorize?client_id=1&response_type=code. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 200.",
            login,
        ),
        (
            "Uncaught DOMException: Failed to execute 'toDataURL' on 'HTMLCanvasElement': Tainted canvases may not be exported.",
            "set `crossOrigin",
        ),
        (
            "Cross-Origin Read Blocking (CORB) blocked cross-origin response https://api.example/a with MIME type text/html.",
            "`Content-Type`",
        ),
        (
            "WebSocket connection to 'wss://api.example/a' failed: Error during WebSocket handshake: Unexpected response code: 403",
            "accepts WebSockets",
        ),
        (
            "Firefox can’t establish a connection to the server at wss://api.example/a.",
            "accepts WebSockets",
        ),
        (
            "Failed to load module script: Expected a JavaScript module script but the server responded with a MIME type of \"text/html\".",
            "open the URL of the script in a tab",
        ),
        (
            "SecurityError: Blocked a frame with origin \"https://a.example\" from accessing a cross-origin frame.",
            "`postMessage()`",
        ),
        ("Not allowed to load local resource: file:///C:/a.png", "http://localhost"),
        (
            "[blocked] The page at https://app.example/ was not allowed to display insecure content from http://api.example/x.",
            "over https",
        ),
        ("CORS Missing Allow Origin", "send `Access-Control-Allow-Origin"),
    ] {
        let message = parse(line);
        assert!(message.fix().contains(words), "{line}\n{}", message.fix());
    }
    // An API for logins is not a login page.
    let api = cors("https://login.example/token", "http://localhost:3000");
    assert!(parse(&api).fix().contains(missing));
    // A message can be wrapped, although no failure stands for its reason.
    let wrapped = "Access to fetch at 'http://127.0.0.1:1920/api'\nfrom origin 'https://a.example'\nhas been blocked by CORS policy:\nRequest had a target IP address space of `local`\nyet the resource is in address space `loopback`.";
    let lines = ConsoleMessage::parse_all(wrapped);
    let message = lines[0].message.as_ref().unwrap();
    assert_eq!(message.url.as_deref(), Some("http://127.0.0.1:1920/api"));
    // `no` is a word of several languages.
    let spanish = "Solicitud de origen cruzado bloqueada: La misma política de origen no permite la lectura de recursos remotos en https://api.example/x. (Razón: Solicitud CORS sin éxito).";
    assert!(ConsoleMessage::parse(spanish).unwrap_err().is_translated());
}

/// Firefox and Safari print the same line for the preflight and for the request. With these statuses, the line is often
/// about the preflight.
#[test]
fn preflight_comes_first_for_statuses_of_preflights() {
    for status in [400, 401, 403, 404, 405, 501] {
        for line in missing_headers(status) {
            let message = parse(&line);
            let fix = "if the page sends a preflight (OPTIONS), answer OPTIONS at this URL with status 204, before authentication and routing";
            assert!(message.fix().starts_with(fix), "{line}: {}", message.fix());
            assert!(
                message.causes()[0].contains("OPTIONS")
                    || message.causes()[0].contains("preflight"),
                "{line}"
            );
        }
    }
    for status in [200, 500] {
        let [line, _] = missing_headers(status);
        let fix = parse(&line).fix();
        assert!(
            fix.starts_with("send `Access-Control-Allow-Origin: "),
            "{fix}"
        );
    }
}

/// A new answer to OPTIONS also needs the lists of methods and header names.
#[test]
fn new_answer_to_a_preflight_has_the_lists() {
    let not_ok = "It does not have HTTP ok status.";
    let preflights = [MISSING, not_ok].map(|reason| chromium(AT, &format!("{PREFLIGHT}{reason}")));
    let others = [
        parse("(Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 405."),
        parse("Preflight response is not successful. Status code: 401"),
        parse("(Reason: CORS preflight response did not succeed). Status code: 401."),
    ];
    for message in preflights.iter().chain(&others) {
        let fix = message.fix();
        assert!(fix.contains("`Access-Control-Allow-Methods`"), "{fix}");
        assert!(fix.contains("`Access-Control-Allow-Headers`"), "{fix}");
        let notes = message.to_string();
        assert!(
            notes.contains("\nReplace `NAMES` by the names of the headers"),
            "{notes}"
        );
        // The file shows the method and the names that the reader wrote in place of the placeholders.
        let commands = message.next_commands();
        let (explain, requests) = commands.split_last().unwrap();
        assert!(
            !explain.contains("METHOD") && !explain.contains("NAME"),
            "{explain}"
        );
        for request in requests {
            let is_preflight = request.contains("X OPTIONS ");
            let placeholder = if is_preflight {
                "Headers: NAMES'"
            } else {
                "-H 'NAME: VALUE'"
            };
            assert!(request.contains(placeholder), "{request}");
        }
    }
    let fix = chromium(AT, MISSING).fix();
    assert!(!fix.contains("`Access-Control-Allow-Methods`"), "{fix}");
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
fn header_of_the_response_alone_is_not_about_preflights() {
    let reason = "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'.";
    let of_response = chromium(AT, reason);
    assert!(
        !of_response.fix().contains("preflight"),
        "{}",
        of_response.fix()
    );
    assert!(!of_response.to_string().contains("A preflight is"));
    let of_preflight = chromium(AT, &format!("{PREFLIGHT}{reason}"));
    assert!(
        of_preflight
            .fix()
            .contains("on the preflight response and on the response")
    );
}

#[test]
fn messages_of_old_chromium_are_known() {
    let end = "Origin 'https://app.example' is therefore not allowed access.";
    for (reason, code, value) in [
        (
            "Credentials flag is 'true', but the 'Access-Control-Allow-Credentials' header is ''. It must be 'true' to allow credentials.",
            "invalid-allow-credentials",
            Some(""),
        ),
        (
            "Response to preflight request doesn't pass access control check: Credentials flag is 'true', but the 'Access-Control-Allow-Credentials' header is 'True'. It must be 'true' to allow credentials.",
            "preflight-invalid-allow-credentials",
            Some("True"),
        ),
        (
            "Credentials flag is 'true', but the 'Access-Control-Allow-Origin' header is '*'.",
            "wildcard-origin-not-allowed",
            None,
        ),
        (
            "Invalid HTTP status code 405.",
            "preflight-invalid-status",
            None,
        ),
        (
            "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
            "missing-allow-origin-header",
            None,
        ),
    ] {
        for start in ["XMLHttpRequest cannot load", "Fetch API cannot load"] {
            for separator in [" ", "\n"] {
                let text =
                    [&*format!("{start} https://api.example/notes."), reason, end].join(separator);
                let lines = ConsoleMessage::parse_all(&text);
                let message = lines[0]
                    .message
                    .as_ref()
                    .unwrap_or_else(|_| panic!("{text}"));
                assert_eq!(
                    (lines.len(), message.failures[0].code()),
                    (1, code),
                    "{text}"
                );
                assert_eq!(
                    message.url.as_deref(),
                    Some("https://api.example/notes"),
                    "{text}"
                );
                assert_eq!(
                    message.origin.as_deref(),
                    Some("https://app.example"),
                    "{text}"
                );
                assert_eq!(message.value.as_deref(), value, "{text}");
            }
        }
    }
}

/// After a failed preflight, Firefox prints a second line with the same URL.
#[test]
fn second_line_of_firefox_shows_a_preflight() {
    let line = |path: &str, reason: &str| {
        format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/{path}. (Reason: CORS {reason}.\n"
        )
    };
    let second = line("a", "request did not succeed). Status code: (null)");
    let is_preflight = |text: &str| {
        let lines = ConsoleMessage::parse_all(text);
        lines[0].message.as_ref().unwrap().is_preflight()
    };
    for (status, expected) in [(401, Some(true)), (204, Some(true)), (302, None)] {
        let first = line(
            "a",
            &format!("header ‘Access-Control-Allow-Origin’ missing). Status code: {status}"),
        );
        assert_eq!(
            is_preflight(&(first.clone() + &second)),
            expected,
            "{status}"
        );
        assert_eq!(is_preflight(&first), None);
        let other = line("b", "request did not succeed). Status code: (null)");
        assert_eq!(is_preflight(&(first + &other)), None);
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

/// Documentation writes some messages in another letter case.
#[test]
fn letter_case_of_known_words_does_not_matter() {
    for (line, failure) in [
        (
            "(Reason: CORS request not HTTP).",
            Failure::CorsDisabledScheme,
        ),
        (
            "Reason: CORS header 'access-control-allow-origin' missing",
            Failure::MissingAllowOriginHeader,
        ),
        (
            "access to fetch at 'https://api.example/A' from origin 'https://app.example' has been blocked by cors policy: the 'access-control-allow-origin' header contains the invalid value 'App'.",
            Failure::InvalidAllowOriginValue,
        ),
    ] {
        let line = if line.starts_with("Reason") {
            format!("({line})")
        } else {
            line.into()
        };
        assert_eq!(parse(&line).failures.first(), Some(&failure), "{line}");
    }
    let message = parse(
        "(reason: cors header ‘Access-Control-Allow-Origin’ does not match ‘https://App.example’).",
    );
    assert_eq!(message.value.as_deref(), Some("https://App.example"));
    assert!(ConsoleMessage::parse("Download failed").is_err());
}

/// Messages about request headers that the browser does not send, or that the page cannot set.
#[test]
fn messages_about_request_headers_are_known() {
    for line in [
        "TypeError: Failed to execute 'fetch' on 'Window': Failed to read the 'headers' property from 'RequestInit': String contains non ISO-8859-1 code point.",
        "TypeError: Failed to execute 'setRequestHeader' on 'XMLHttpRequest': String contains non ISO-8859-1 code point.",
        "TypeError: Cannot convert value in record<ByteString, ByteString> branch to ByteString because the character at index 7 has value 8220 which is greater than 255.",
        "TypeError: Failed to execute 'append' on 'Headers': Invalid name",
        "TypeError: Headers.append: 'X A' is an invalid header name.",
    ] {
        assert_eq!(parse(line).failures, [Failure::InvalidHeader], "{line}");
    }
    for line in [
        "Refused to set unsafe header \"Cookie\"",
        "Attempt to set a forbidden header was denied: Cookie",
    ] {
        let message = parse(line);
        assert_eq!(message.header_name.as_deref(), Some("Cookie"), "{line}");
        assert!(
            message
                .fix()
                .starts_with("if a fetch fails, this line is not the reason"),
            "{line}"
        );
    }
    let redirect = parse(
        "XMLHttpRequest cannot load https://api.example/a. The request was redirected to 'https://api.example/a/', which is disallowed for cross-origin requests that require preflight.",
    );
    assert_eq!(redirect.failures, [Failure::PreflightDisallowedRedirect]);
    assert!(
        redirect
            .fix()
            .starts_with("let the page fetch `https://api.example/a/`"),
        "{}",
        redirect.fix()
    );
}

/// Old browsers and other programs print lines without an exact reason.
#[test]
fn lines_without_an_exact_reason_are_known() {
    for (line, url, origin) in [
        (
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/a. This can be fixed by moving the resource to the same domain or enabling CORS.",
            Some("https://api.example/a"),
            None,
        ),
        (
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/a. (Reason: CORS request failed).",
            Some("https://api.example/a"),
            None,
        ),
        (
            "downloadable font: download failed (font-family: \"A\" style:normal weight:400 stretch:100 src index:0): bad URI or cross-site access not allowed source: https://cdn.example/a.woff2",
            Some("https://cdn.example/a.woff2"),
            None,
        ),
        (
            "Error: Cross origin http://localhost forbidden",
            None,
            Some("http://localhost"),
        ),
    ] {
        let message = parse(line);
        assert_eq!(
            (message.url.as_deref(), message.origin.as_deref()),
            (url, origin),
            "{line}"
        );
        assert!(
            message
                .failures
                .contains(&Failure::MissingAllowOriginHeader),
            "{line}"
        );
        assert!(
            message.fix().contains("Access-Control-Allow-Origin"),
            "{line}"
        );
    }
}

/// A message of Safari in a rejected promise has no status, and adds nothing to the message with the status.
#[test]
fn error_of_a_promise_in_safari_adds_nothing() {
    let origin = "Origin https://app.example is not allowed by Access-Control-Allow-Origin.";
    let first = parse(&format!("[Error] {origin} Status code: 404"));
    let second = parse(&format!(
        "[Error] Unhandled Promise Rejection: TypeError: {origin}"
    ));
    assert!(second.adds_nothing_to(&first));
    assert!(!first.adds_nothing_to(&second));
}

/// The lines of Firefox lack the origin of the page, so the value is compared with no origin.
#[test]
fn values_are_checked_without_the_origin_of_the_page() {
    use fetch_cors::explain::NearMissKind as Kind;
    for (value, expected) in [
        ("file://", &[][..]),
        ("//app.example", &[Kind::MissingScheme]),
        ("app.example", &[Kind::MissingScheme]),
        ("http:/app.example", &[Kind::MissingCharacter]),
        ("https:/app.example", &[Kind::MissingCharacter]),
        ("", &[Kind::Empty]),
        ("https://app.example/", &[Kind::TrailingSlash]),
        ("https://app.example", &[]),
    ] {
        let message = parse(&format!(
            "(Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘{value}’)."
        ));
        let misses = message.near_misses();
        let kinds: Vec<_> = misses.iter().map(|miss| miss.kind).collect();
        assert_eq!(kinds, expected, "{value}: {misses:?}");
    }
    for (value, expected) in [
        ("True", &[Kind::NotExactlyTrue][..]),
        ("1", &[Kind::NotExactlyTrue]),
        ("true, true", &[Kind::SameValueTwice]),
        ("", &[]),
    ] {
        let reason = format!(
            "The value of the 'Access-Control-Allow-Credentials' header in the response is '{value}' which must be 'true' when the request's credentials mode is 'include'."
        );
        let kinds: Vec<_> = chromium(AT, &reason)
            .near_misses()
            .iter()
            .map(|miss| miss.kind)
            .collect();
        assert_eq!(kinds, expected, "{value}");
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

/// The lines below a message can be longer than any message.
#[test]
fn long_lines_below_a_message_do_not_hide_it() {
    let message = "Access to fetch at 'https://api.example/notes' from origin 'https://app.example' has been blocked by\nCORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    let other = "x".repeat(9_000);
    let text = format!("{message}\n{}", [&*other; 10].join("\n"));
    let found = ConsoleMessage::parse_all(&text);
    let first = found[0].message.as_ref().unwrap();
    assert_eq!(first.origin.as_deref(), Some("https://app.example"));
}

/// The causes of a wrong status of a preflight are the causes that lead to this status.
#[test]
fn causes_of_a_preflight_status_lead_to_this_status() {
    for (status, words) in [
        (
            400,
            &["does not allow the origin", "like the request itself"][..],
        ),
        (401, &["authentication runs before CORS"]),
        (
            403,
            &[
                "authentication runs before CORS",
                "does not allow the origin",
            ],
        ),
        (405, &["no route for OPTIONS"]),
        (408, &["a proxy or a firewall"]),
        (415, &["like the request itself"]),
        (426, &["a proxy or a firewall"]),
        (429, &["counts preflights"]),
        (431, &["the headers (431)"]),
        (451, &["a proxy or a firewall"]),
        (500, &["the server fails on OPTIONS"]),
    ] {
        let line = format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/n. (Reason: CORS preflight response did not succeed). Status code: {status}."
        );
        let causes = ConsoleMessage::parse(&line).unwrap().causes();
        assert_eq!(causes.len(), words.len(), "{status}: {causes:?}");
        for (cause, words) in causes.iter().zip(words) {
            assert!(cause.contains(words), "{status}: {cause}");
        }
    }
}

/// The console and the near misses recognize the same values.
#[test]
fn cause_fits_the_value_in_place_of_an_origin() {
    for (value, expected) in [
        ("app.example", "has no scheme"),
        ("localhost", "has no scheme"),
        ("localhost/", "has no scheme"),
        ("app.example:3000", "has no scheme"),
        ("all", "a word such as `all`"),
        ("any", "a word such as `all`"),
        ("yes", "a word such as `all`"),
        ("on", "a word such as `all`"),
        ("true", "a word such as `all`"),
        (".*", "a word such as `all`"),
        ("*.app.example", "is a pattern"),
        ("undefined", "a placeholder"),
        ("${ORIGIN}", "a placeholder"),
        ("https://$HOST", "a placeholder"),
        ("config.cors.origin", "a placeholder"),
        ("https://app.example/", "has a path"),
    ] {
        let message = chromium(
            AT,
            &format!(
                "The 'Access-Control-Allow-Origin' header contains the invalid value '{value}'."
            ),
        );
        let causes = message.causes();
        assert!(causes[0].contains(expected), "{value}: {causes:?}");
        for other in [
            "has no scheme",
            "such as `all`",
            "is a pattern",
            "a placeholder",
        ] {
            let found = causes.iter().any(|cause| cause.contains(other));
            assert_eq!(
                found,
                other == expected || expected.contains(other),
                "{value}: {causes:?}"
            );
        }
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

/// A text that was copied from a terminal has line breaks inside words.
#[test]
fn message_that_is_wrapped_inside_words_is_recognized() {
    let message = chromium(AT, MISSING);
    let line = format!("Access to {AT} has been blocked by CORS policy: {MISSING}");
    for width in [40, 61, 80, 100] {
        let characters: Vec<char> = line.chars().collect();
        let lines = characters
            .chunks(width)
            .map(|line| line.iter().collect::<String>());
        let wrapped = lines.collect::<Vec<_>>().join("\n");
        let found = ConsoleMessage::parse_all(&wrapped);
        let first = found[0].message.as_ref();
        assert_eq!(
            first.map(ToString::to_string),
            Ok(message.to_string()),
            "{wrapped}"
        );
        assert_eq!(found.len(), 1, "{wrapped}");
    }
}

/// A browser whose engine lets `*` cover `Authorization` never writes its line because of such a list.
#[test]
fn authorization_under_a_wildcard_is_no_cause_in_engines_that_allow_it() {
    let covers = |engine: Engine| engine.quirks().contains(Quirk::WildcardCoversAuthorization);
    for (engine, line) in [
        (
            Engine::Chromium,
            "Access to fetch at 'https://api.example/notes' from origin 'https://app.example' has been blocked by CORS policy: Request header field authorization is not allowed by Access-Control-Allow-Headers in preflight response.",
        ),
        (
            Engine::Firefox,
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/notes. (Reason: header ‘authorization’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response).",
        ),
        (
            Engine::Webkit,
            "Request header field authorization is not allowed by Access-Control-Allow-Headers.",
        ),
    ] {
        let causes = parse(line).causes();
        let is_cause = causes.iter().any(|cause| cause.contains("does not cover"));
        assert_eq!(is_cause, !covers(engine), "{line}: {causes:?}");
    }
}

/// Only WebKit blocks http on the user's own machine from a page on https.
#[test]
fn mixed_content_on_localhost_is_a_cause_only_in_engines_that_block_it() {
    let has_cause = |url: &str| {
        let line = format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {url}. (Reason: CORS request did not succeed). Status code: (null)."
        );
        let causes = parse(&line).causes();
        causes.iter().any(|cause| cause.contains("https, but"))
    };
    let blocks = Engine::Firefox
        .quirks()
        .contains(Quirk::LoopbackIsMixedContent);
    assert!(has_cause("http://api.example/notes"));
    for url in ["http://localhost:3000/notes", "http://127.0.0.1/notes"] {
        assert_eq!(has_cause(url), blocks, "{url}");
    }
}
