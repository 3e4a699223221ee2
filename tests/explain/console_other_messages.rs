//! Messages in other words: of old browsers, in another letter case, without a reason, and with other lines.

use fetch_cors::explain::input::ConsoleForm;

use super::*;

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

/// Chromium prints `net::ERR_ABORTED` also for a script or a style sheet whose response it does not use.
#[test]
fn aborted_request_with_a_status_got_a_response() {
    let abort = "stopped the request";
    for (line, status, meaning, is_stopped) in [
        (
            "GET https://api.example/a.js net::ERR_ABORTED 404 (Not Found)",
            Some(404),
            "does not use the file",
            false,
        ),
        (
            "PUT https://api.example/a net::ERR_ABORTED 500",
            Some(500),
            "this line alone does not say whether CORS",
            false,
        ),
        (
            "GET https://api.example/a.css net::ERR_ABORTED 200 (OK)",
            Some(200),
            "the server answered with status 200",
            false,
        ),
        (
            "GET https://api.example/a.js net::ERR_ABORTED",
            None,
            abort,
            true,
        ),
        ("NS_BINDING_ABORTED", None, abort, true),
    ] {
        let message = parse(line);
        assert_eq!(message.status, status, "{line}");
        assert_eq!(message.is_stopped(), is_stopped, "{line}");
        let text = message.to_string();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(meaning), "{text}");
        let is_error = status.is_some_and(|status| status >= 400);
        assert!(!(is_error && text.contains("abort()")), "{text}");
    }
}

/// The network panel of Firefox and the tooltips of Chromium name the reason in a few words.
#[test]
fn reasons_of_network_panels_are_recognized() {
    for (line, failure, meaning) in [
        (
            "CORS No Allow Credentials",
            Failure::WildcardOriginNotAllowed,
            "the request has credentials",
        ),
        (
            "CORS Missing Allow Credentials",
            Failure::InvalidAllowCredentials,
            "is not exactly `true`",
        ),
        (
            "Response body is not available to scripts (Reason: CORS Allow Origin Not Matching Origin)",
            Failure::AllowOriginMismatch,
            "has a value that is not the origin of the page",
        ),
        (
            "CORS Missing Allow Header",
            Failure::HeaderDisallowedByPreflightResponse,
            "the request header of the page",
        ),
        (
            "CORS Invalid Allow Method",
            Failure::InvalidAllowMethodsPreflightResponse,
            "is not a list of methods",
        ),
        (
            "CORS External Redirect Not Allowed",
            Failure::PreflightDisallowedRedirect,
            "is a redirect",
        ),
        ("CORS Failed", Failure::NetworkError, "got no response"),
        (
            "Cross-Origin Resource Sharing error: PreflightMissingAllowOriginHeader",
            Failure::PreflightMissingAllowOriginHeader,
            "the preflight response has no",
        ),
        (
            "Cross-Origin Resource Sharing error: MethodDisallowedByPreflightResponse",
            Failure::MethodDisallowedByPreflightResponse,
            "the method of the request",
        ),
        (
            "[Deprecation] Authorization will not be covered by the wildcard symbol (*) in CORS Access-Control-Allow-Headers handling.",
            Failure::HeaderDisallowedByPreflightResponse,
            "does not cover `Authorization`",
        ),
    ] {
        let message = parse(line);
        assert_eq!(message.failures[0], failure, "{line}");
        assert!(message.meaning().contains(meaning), "{line}: {message}");
        // The line has no value for a placeholder.
        for placeholder in ["`VALUE`", "`HEADER`", "`METHOD`"] {
            let text = message.meaning() + &message.fix();
            assert!(!text.contains(placeholder), "{text}");
        }
    }
}

/// Each failure of Chromium whose name is in a tooltip has its own code.
#[test]
fn tooltip_of_chromium_has_the_code_of_the_failure() {
    let tooltip = "Cross-Origin Resource Sharing error: ";
    let forms = ConsoleForm::all().iter();
    let names = forms.filter_map(|form| Some((form, form.template().strip_prefix(tooltip)?)));
    let mut checked = 0;
    for (form, name) in names {
        let mut code = String::new();
        for c in name.chars() {
            if c.is_ascii_uppercase() && !code.is_empty() {
                code.push('-');
            }
            code.push(c.to_ascii_lowercase());
        }
        let known: Vec<Failure> = code.parse().into_iter().collect();
        assert_eq!(form.failures(), known, "{name}");
        checked += known.len();
    }
    assert!(checked > 20, "{checked}");
}

/// A server sends these texts, so the policy of the server has to change.
#[test]
fn text_of_a_server_that_denies_the_origin_is_recognized() {
    for line in [
        "Not allowed by CORS",
        "Error: Not allowed by CORS",
        "Invalid CORS request",
        "Disallowed CORS origin",
    ] {
        let message = parse(line);
        let fix = message.fix();
        assert!(
            fix.starts_with("add `ORIGIN` to the list of allowed origins"),
            "{fix}"
        );
    }
    let method = parse("Disallowed CORS method").fix();
    assert!(method.contains("`allow_methods`"), "{method}");
}

/// An English line, or a short line that can be of any program, is not a message of a browser in another language.
#[test]
fn english_or_short_line_is_not_translated() {
    for line in [
        "CORS request rejected",
        "CORS check (origin) denied",
        "Rejected by CORS at https://api.example/",
        "CORS-Anfrage fehlgeschlagen",
    ] {
        let error = ConsoleMessage::parse(line).unwrap_err();
        assert!(!error.is_translated(), "{line}");
    }
}

/// The text of a README: in two lines, and without the last words.
#[test]
fn wrapped_and_cut_message_has_its_url_and_origin() {
    let words = "Access to fetch at 'http://localhost:8000/api' from origin 'http://localhost:3000' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present";
    for text in [
        words.replace(" has been", "\nhas been"),
        words
            .replace(" from", "\nfrom")
            .replace(" has been", "\nhas been"),
        words.replace(" from", "\nfrom") + "\n\nother",
    ] {
        let lines = ConsoleMessage::parse_all(&text);
        let message = lines[0].message.as_ref().unwrap();
        assert_eq!(
            message.url.as_deref(),
            Some("http://localhost:8000/api"),
            "{text}"
        );
        assert_eq!(
            message.origin.as_deref(),
            Some("http://localhost:3000"),
            "{text}"
        );
        assert_eq!(message.failures[0], Failure::MissingAllowOriginHeader);
    }
    // A line that is not a message stays alone.
    let lines =
        ConsoleMessage::parse_all("Access to the file is denied\nTypeError: Failed to fetch");
    assert!(lines[0].message.is_err() && lines[1].message.is_ok());
}

/// Bug trackers and chat programs turn URLs into links and code. Only a URL goes into the fix and the commands.
#[test]
fn markup_around_a_url_is_not_in_the_fix() {
    let firefox = parse(
        "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at `https://cors1.example/x`. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing).",
    );
    assert_eq!(firefox.url.as_deref(), Some("https://cors1.example/x"));
    let cors = |origin: &str| {
        parse(&format!(
            "Access to fetch at 'https://api.example/' from origin '{origin} has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource."
        ))
    };
    let link = cors("[http://localhost:8080'](http://localhost:8080'/)");
    assert_eq!(link.origin.as_deref(), Some("http://localhost:8080"));
    let slack = cors("<http://localhost:8080|localhost:8080>'");
    assert_eq!(slack.origin.as_deref(), Some("http://localhost:8080"));
    let other = cors("[REDACTED]'");
    assert_eq!(other.origin, None);
    assert!(
        other
            .fix()
            .contains("`Access-Control-Allow-Origin: ORIGIN`")
    );
}

/// A method is a token, so angle brackets are from the text around the message. A value can have any characters.
#[test]
fn angle_brackets_around_a_method_are_not_in_the_fix() {
    let method =
        parse("Method <PUT> is not allowed by Access-Control-Allow-Methods in preflight response.");
    assert_eq!(method.method.as_deref(), Some("PUT"));
    let header = parse(
        "Request header field <x-token> is not allowed by Access-Control-Allow-Headers in preflight response.",
    );
    assert_eq!(header.header_name.as_deref(), Some("x-token"));
    let value = parse(
        "The 'Access-Control-Allow-Origin' header contains the invalid value '<https://app.example>'.",
    );
    assert_eq!(value.value.as_deref(), Some("<https://app.example>"));
}

/// The error of a line that is not known names the program that printed it.
#[test]
fn other_programs_are_named() {
    let unknown = |line: &str| ConsoleMessage::parse(line).unwrap_err().to_string();
    for line in [
        "SEC7120: Origin https://app.example not found in Access-Control-Allow-Origin header.",
        "SEC7118: XMLHttpRequest for https://api.example/x required Cross Origin Resource Sharing (CORS).",
        "HTML1300: Navigation occurred. SEC7128: Multiple Access-Control-Allow-Origin headers are not allowed for CORS response.",
    ] {
        let error = unknown(line);
        assert!(
            error.contains("are from Internet Explorer and from Edge before version 79"),
            "{error}"
        );
    }
    for line in [
        "Cypress detected a cross origin error happened on page load:",
        "CypressError: `cy.visit()` failed because you are attempting to visit a URL that is of a different origin.",
        "The command was expected to run against origin `https://a.example` but the application is at origin `https://b.example`.",
    ] {
        let error = unknown(line);
        assert!(
            error.contains("a rule of Cypress, and not of CORS"),
            "{error}"
        );
    }
    for line in [
        "Ensure CORS response header values are valid",
        "Ensure preflight responses are valid",
    ] {
        let error = unknown(line);
        assert!(
            error.contains("this heading of the panel `Issues` does not have the reason"),
            "{error}"
        );
    }
    // A message of a browser in the log of Cypress is known.
    parse(
        "cypress: Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 200",
    );
}

/// A value with another origin does not explain why the page has the origin `null`.
#[test]
fn page_with_the_origin_null_has_its_own_cause() {
    for origin in ["null", "file:///home/a/index.html"] {
        let message = parse(&format!(
            "Access to fetch at 'http://api.localhost:9116/ok' from origin '{origin}' has been blocked by CORS policy: The 'Access-Control-Allow-Origin' header has a value 'http://page.localhost:9115' that is not equal to the supplied origin."
        ));
        let causes = message.causes();
        assert!(causes[0].contains("a sandboxed frame"), "{causes:?}");
        assert_eq!(causes.len(), 1, "{causes:?}");
    }
    let other = chromium(
        AT,
        "The 'Access-Control-Allow-Origin' header has a value 'https://b.example' that is not equal to the supplied origin.",
    );
    let mut causes = other.causes().into_iter();
    assert!(!causes.any(|cause| cause.contains("sandboxed frame")));
}
