//! The causes of a message, which fit its values and its browser.

use super::*;

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
        &["copied from the address bar"],
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
