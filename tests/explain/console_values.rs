//! The values of console messages: the mistakes and the causes that a value shows or excludes.

use fetch_cors::{
    Failure,
    engine::{Engine, Quirk},
    explain::{NearMissKind as Kind, input::ConsoleMessage},
};

fn parse(line: &str) -> ConsoleMessage {
    ConsoleMessage::parse(line).unwrap_or_else(|error| panic!("{error}"))
}

/// Returns the line of Firefox about a response without CORS headers.
fn missing_headers(status: u16) -> ConsoleMessage {
    parse(&format!(
        "(Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: {status}."
    ))
}

/// Safari prints the value without quotation marks, so the value ends at the end of the line.
#[test]
fn malformed_list_is_read_whole_and_its_names_are_in_the_fix() {
    for (line, value, fix) in [
        (
            "[Error] Header Access-Control-Allow-Methods has an invalid value: GET PUT",
            "GET PUT",
            "send methods with commas between them: `Access-Control-Allow-Methods: GET, PUT`",
        ),
        (
            "Header Access-Control-Allow-Headers has an invalid value: x-a;x-b (app.js:12:3)",
            "x-a;x-b",
            "send names with commas between them: `Access-Control-Allow-Headers: x-a, x-b`",
        ),
        (
            "(Reason: invalid token ‘POST PUT’ in CORS header ‘Access-Control-Allow-Methods’).",
            "POST PUT",
            "send methods with commas between them: `Access-Control-Allow-Methods: POST, PUT`, plus the other methods that your server already lists",
        ),
        // The value has no known name, so the fix has an example.
        (
            "(Reason: invalid token ‘@’ in CORS header ‘Access-Control-Allow-Methods’).",
            "@",
            "send methods with commas between them: `Access-Control-Allow-Methods: GET, PUT, DELETE`",
        ),
    ] {
        let message = parse(line);
        assert_eq!(message.value.as_deref(), Some(value), "{line}");
        assert_eq!(message.fix(), fix, "{line}");
    }
}

/// The value shows no name, so the fix has an example.
#[test]
fn other_text_in_a_list_of_a_firefox_line_is_named() {
    for (value, kind) in [
        ("System.String[]", Kind::Placeholder),
        ("[object Object]", Kind::Placeholder),
        ("${NAMES}", Kind::Placeholder),
        ("%(names)s", Kind::Placeholder),
        ("application/json", Kind::ExtraCharacter),
    ] {
        for (header, names) in [("Methods", "GET, PUT, DELETE"), ("Headers", "content-type")] {
            let message = parse(&format!(
                "(Reason: invalid token ‘{value}’ in CORS header ‘Access-Control-Allow-{header}’)."
            ));
            let found: Vec<Kind> = message.near_misses().iter().map(|miss| miss.kind).collect();
            assert_eq!(found, [kind], "{value}");
            let fix = message.fix();
            let expected = format!("`Access-Control-Allow-{header}: {names}");
            assert!(fix.contains(&expected), "{value}: {fix}");
        }
    }
}

/// The line has neither the origin of the page nor the request, but the value alone shows some mistakes.
#[test]
fn value_of_a_firefox_line_shows_its_mistake() {
    let message = |value: &str| {
        parse(&format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/a. (Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘{value}’)."
        ))
    };
    for (value, kinds, example) in [
        (
            "https://app.example:443",
            &[Kind::DefaultPort][..],
            "https://app.example",
        ),
        (
            "http://localhost:80",
            &[Kind::DefaultPort],
            "http://localhost",
        ),
        ("https://App.Example", &[Kind::Case], "https://app.example"),
        (
            "https://api.example",
            &[Kind::ServersOwnOrigin],
            "https://app.example",
        ),
        (
            "https://api.example/a",
            &[Kind::ServersOwnOrigin, Kind::Path],
            "https://app.example",
        ),
        ("https://other.example", &[], "https://app.example"),
    ] {
        let message = message(value);
        let found: Vec<Kind> = message.near_misses().iter().map(|miss| miss.kind).collect();
        assert_eq!(found, kinds, "{value}");
        let example = format!("for example `{example}`");
        assert!(
            message.fix().contains(&example),
            "{value}: {}",
            message.fix()
        );
    }
}

/// A cause names the status of the message, not only the usual statuses.
#[test]
fn causes_name_the_status_of_the_message() {
    let old = "Failed to load https://api.example/a: Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource. Origin 'https://app.example' is therefore not allowed access. The response had HTTP status code 500.";
    let failure = "the server fails on OPTIONS (500)";
    assert!(
        parse(old).causes()[0].starts_with(failure),
        "{}",
        parse(old)
    );
    for status in [401, 403] {
        let causes = missing_headers(status).causes();
        let named = format!("authentication runs before CORS, and answers {status}: ");
        assert!(
            causes.iter().any(|cause| cause.starts_with(&named)),
            "{causes:?}"
        );
    }
    for status in [415, 429, 503] {
        let causes = missing_headers(status).causes();
        let named = format!("the response is an error ({status}), ");
        assert!(
            causes.iter().any(|cause| cause.starts_with(&named)),
            "{causes:?}"
        );
    }
    // A framework often answers OPTIONS by itself, with a status that is not an error.
    for (status, position) in [(200, 2), (204, 0)] {
        let causes = missing_headers(status).causes();
        assert!(
            causes[position].contains("answers OPTIONS by itself"),
            "{causes:?}"
        );
    }
    let redirect = "Failed to load https://api.example/a: Response for preflight has invalid HTTP status code 301.";
    let message = parse(redirect);
    assert!(
        message
            .fix()
            .starts_with("in the page, use the URL that the redirect leads to")
    );
    assert_eq!(message.failures, [Failure::PreflightDisallowedRedirect]);
}

/// The line says whether the cookie has `SameSite`, so the list has only the causes that agree with the line.
#[test]
fn causes_of_a_refused_cookie_agree_with_the_line() {
    let causes = |line: &str| parse(line).causes().join("\n");
    let explicit = causes(
        "Cookie “sid” has been rejected because it is in a cross-site context and its “SameSite” is “Lax” or “Strict”.",
    );
    assert!(!explicit.contains("has no `SameSite`"), "{explicit}");
    let missing = causes(
        "Cookie “sid” has “SameSite” policy set to “Lax” because it is missing a “SameSite” attribute",
    );
    assert!(!missing.contains("the server sets"), "{missing}");
}

const URL: &str = "https://api.example/a";

/// Returns a block of lines that Chromium prints for one failed request.
fn block_of_chromium(method: &str) -> String {
    let reason = "Response to preflight request doesn't pass access control check: It does not have HTTP ok status.";
    format!(
        "Access to fetch at '{URL}' from origin 'https://app.example' has been blocked by CORS policy: {reason}\n\
         app.js:3 \n {method} {URL} net::ERR_FAILED\n(anonymous) @ app.js:3\n"
    )
}

fn methods(text: &str) -> Vec<Option<String>> {
    let lines = ConsoleMessage::parse_all(text).into_iter();
    let messages = lines.filter_map(|line| line.message.ok());
    let reasons = messages.filter(ConsoleMessage::has_reason);
    reasons.map(|message| message.method).collect()
}

/// Another line of the block has the method of the request.
#[test]
fn method_comes_from_the_line_with_the_request() {
    let firefox = format!(
        "XHROPTIONS{URL}\n[HTTP/1.1 404 Not Found 2ms]\nXHRPUT{URL}\nCORS Preflight Did Not Succeed\n\
         Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {URL}. (Reason: CORS preflight response did not succeed). Status code: 404.\n"
    );
    for text in [block_of_chromium("PUT"), firefox] {
        let lines = ConsoleMessage::parse_all(&text).into_iter();
        let messages = lines.filter_map(|line| line.message.ok());
        for message in messages.filter(ConsoleMessage::has_reason) {
            assert_eq!(message.method.as_deref(), Some("PUT"), "{text}");
            assert_eq!(message.url.as_deref(), Some(URL), "{text}");
            let commands = message.next_commands().join("\n");
            let header = "-H 'Access-Control-Request-Method: PUT'";
            assert!(commands.contains(header), "{commands}");
            assert!(!commands.contains("METHOD"), "{commands}");
        }
        assert!(!methods(&text).is_empty(), "{text}");
    }
}

/// Two requests to one URL can have different methods.
#[test]
fn method_of_another_request_is_not_taken() {
    let some = |method: &str| Some(String::from(method));
    let two = block_of_chromium("PUT") + &block_of_chromium("DELETE");
    assert_eq!(methods(&two), [some("PUT"), some("DELETE")]);
    let same = block_of_chromium("PUT") + &block_of_chromium("PUT");
    assert_eq!(methods(&same), [some("PUT"), some("PUT")]);
    // The order of the lines does not show which line belongs to which message.
    let [(reason, request), (other_reason, other_request)] = ["PUT", "DELETE"].map(|method| {
        let block = block_of_chromium(method);
        let (reason, request) = block.split_once('\n').unwrap();
        (String::from(reason), String::from(request))
    });
    let mixed = [reason, other_reason, request, other_request].join("\n");
    assert_eq!(methods(&mixed), [None, None]);
    let other_url =
        block_of_chromium("PUT").replace(&format!("PUT {URL}"), "PUT https://b.example/");
    assert_eq!(methods(&other_url), [None]);
}

/// Returns the line of Chromium about a resource of this kind.
fn line_about(kind: &str, reason: &str) -> ConsoleMessage {
    parse(&format!(
        "Access to {kind} at '{URL}' from origin 'https://app.example' has been blocked by CORS policy: {reason}"
    ))
}

/// An element, not a call such as `fetch()`, decides whether the request uses CORS and has credentials.
#[test]
fn advice_fits_the_kind_of_the_resource() {
    let missing = "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    let wildcard = "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.";
    let credentials = "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'.";
    for (kind, words) in [
        ("image", "remove `crossorigin` from the element"),
        ("video", "remove `crossorigin` from the element"),
        (
            "script",
            "if the element has no `integrity`, and is not a module",
        ),
        ("CSS stylesheet", "if the element has no `integrity`"),
        ("font", "serve the file from the origin of the page"),
        ("manifest", "serve the file from the origin of the page"),
    ] {
        let message = line_about(kind, missing);
        let fix = message.fix();
        assert!(
            fix.starts_with("send `Access-Control-Allow-Origin: "),
            "{fix}"
        );
        assert!(fix.contains(words), "{kind}: {fix}");
        assert!(
            message.meaning().ends_with("does not use the response"),
            "{kind}"
        );
        let caution = message.caution().unwrap_or_default();
        assert!(
            !caution.is_empty() && !caution.contains("no-cors"),
            "{kind}: {caution}"
        );
        for reason in [wildcard, credentials] {
            let message = line_about(kind, reason);
            let fix = message.fix();
            assert!(
                fix.contains("write `crossorigin=\"anonymous\"`"),
                "{kind}: {fix}"
            );
            let causes = message.causes().join("\n");
            assert!(!causes.contains("preflight"), "{kind}: {causes}");
            assert!(!causes.contains("library"), "{kind}: {causes}");
        }
    }
    for kind in ["fetch", "XMLHttpRequest"] {
        let message = line_about(kind, missing);
        assert!(!message.fix().contains("crossorigin"), "{kind}");
        assert!(
            message.caution().unwrap_or_default().contains("no-cors"),
            "{kind}"
        );
        let message = line_about(kind, wildcard);
        assert!(
            message
                .fix()
                .contains("leave the credentials out in the page"),
            "{kind}"
        );
        assert!(message.causes().join("\n").contains("a library"), "{kind}");
    }
}

/// The quirks of an engine exclude some causes and some reasons.
#[test]
fn sentences_agree_with_the_engine_of_the_line() {
    let has = |engine: Engine, quirk| engine.quirks().contains(quirk);
    let text = |line: &str| {
        let message = parse(line);
        format!("{} {}", message.meaning(), message.causes().join(" "))
    };
    // Chromium counts equal values of `Location` as one value.
    assert!(has(Engine::Chromium, Quirk::EqualLocationsCountOnce));
    assert!(has(Engine::Chromium, Quirk::DifferentLocationsFail));
    let several = text("net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION");
    assert!(
        several.contains("even if it is not a redirect"),
        "{several}"
    );
    assert!(several.contains("different values"), "{several}");
    let invalid = text("net::ERR_INVALID_REDIRECT");
    assert!(
        !invalid.contains("twice") && !invalid.contains("single"),
        "{invalid}"
    );
    // Firefox warns, but sends the request.
    assert!(has(Engine::Firefox, Quirk::WildcardCoversAuthorization));
    let warning = parse(
        "Cross-Origin Request Warning: The Same Origin Policy will disallow reading the remote resource at https://api.example/a soon. (Reason: When the `Access-Control-Allow-Headers` is `*`, the `Authorization` header is not covered. To include the `Authorization` header, it must be explicitly listed in CORS header `Access-Control-Allow-Headers`).",
    );
    assert!(
        warning
            .fix()
            .starts_with("if a fetch fails, this line is not the reason"),
        "{}",
        warning.fix()
    );
}
