//! Messages of older and newer versions of the browsers.

use fetch_cors::explain::NearMissKind;

use super::*;

/// The sentences that Chromium prints after the reason.
const FOLLOWING: [&str; 6] = [
    "",
    " Have the server send the header with a valid value, or, if an opaque response serves your needs, set the request's mode to 'no-cors' to fetch the resource with CORS disabled.",
    " If an opaque response serves your needs, set the request's mode to 'no-cors' to fetch the resource with CORS disabled.",
    " Origin 'https://app.example' is therefore not allowed access.",
    " Origin 'https://app.example' is therefore not allowed access. The response had HTTP status code 404.",
    " Origin 'https://app.example' is therefore not allowed access. The credentials mode of requests initiated by the XMLHttpRequest is controlled by the withCredentials attribute.",
];

#[test]
fn value_ends_before_the_following_sentence() {
    let mut count = 0;
    for form in ConsoleForm::all() {
        if form.browser() != Some(Browser::Chromium) || !form.template().contains("{value}") {
            continue;
        }
        for value in ["app.example", "", "'self'", "https://a.example, *"] {
            for following in FOLLOWING {
                let reason = forms::filled(form.template(), |_| value.to_owned());
                let message = parse(&chromium("fetch", &format!("{reason}.{following}")));
                assert_eq!(message.value.as_deref(), Some(value), "{reason}{following}");
                count += 1;
            }
        }
    }
    assert!(count > 150, "{count}");
}

#[test]
fn value_of_old_versions_is_named() {
    for line in [
        chromium(
            "fetch",
            &format!(
                "The 'Access-Control-Allow-Origin' header contains the invalid value 'app.example'.{}",
                FOLLOWING[1]
            ),
        ),
        format!(
            "XMLHttpRequest cannot load {URL}. The 'Access-Control-Allow-Origin' header contains the invalid value 'app.example'.{}",
            FOLLOWING[3]
        ),
    ] {
        let message = parse(&line);
        assert_eq!(message.value.as_deref(), Some("app.example"));
        assert_eq!(message.url.as_deref(), Some(URL));
        assert_eq!(message.origin.as_deref(), Some(ORIGIN));
        assert_eq!(message.near_misses()[0].kind, NearMissKind::MissingScheme);
    }
}

/// Newer versions of Chromium print the bytes of a value as codes.
#[test]
fn codes_of_bytes_are_decoded() {
    for (value, character) in [
        ("https://app.example\\u00E2\\u0080\\u008B", "U+200B"),
        ("https://app.example\\u00C2\\u00A0", "U+00A0"),
        ("https://app.example\\u00A0", "U+00A0"),
        ("https://app.example\\u007F", "U+007F"),
        ("https://app\\u0009.example", "U+0009"),
        ("https://b\\u00C3\\u00BCcher.example", "b\\u{fc}cher"),
        ("https://b\\u00FCcher.example", "b\\u{fc}cher"),
    ] {
        for reason in [
            format!(
                "The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied origin."
            ),
            format!(
                "The 'Access-Control-Allow-Origin' header contains the invalid value '{value}'."
            ),
        ] {
            let message = parse(&chromium("fetch", &reason));
            let misses = message.near_misses();
            assert!(
                misses.iter().all(|miss| miss.kind != NearMissKind::Encoded),
                "{misses:?}"
            );
            let text = message.to_string();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(character), "{value}: {text}");
        }
    }
    // A server sends such a code for a visible character only by mistake.
    let message = parse(&chromium(
        "fetch",
        "The 'Access-Control-Allow-Origin' header contains the invalid value 'https:\\u002F\\u002Fapp.example'.",
    ));
    assert_eq!(message.near_misses()[0].kind, NearMissKind::Encoded);
}

#[test]
fn messages_about_elements_and_workers_are_known() {
    for (line, url, words) in [
        (
            "MediaElementAudioSource outputs zeroes due to CORS access restrictions for https://cdn.example/a.mp3",
            Some("https://cdn.example/a.mp3"),
            "silence",
        ),
        (
            "The HTMLMediaElement passed to createMediaElementSource has a cross-origin resource, the node will output silence.",
            None,
            "silence",
        ),
        (
            "Uncaught DOMException: Failed to execute 'texImage2D' on 'WebGLRenderingContext': The image element contains cross-origin data, and may not be loaded.",
            None,
            "WebGL",
        ),
        (
            "Unable to get image data from canvas because the canvas has been tainted by cross-origin data.",
            None,
            "canvas",
        ),
        ("SecurityError: The operation is insecure.", None, "canvas"),
        (
            "Subresource Integrity: The resource 'https://cdn.example/a.js' has an integrity attribute, but the resource requires the request to be CORS enabled to check the integrity, and it is not. The resource has been blocked because the integrity cannot be enforced.",
            Some("https://cdn.example/a.js"),
            "crossorigin",
        ),
        (
            "“https://cdn.example/a.js” is not eligible for integrity checks since it’s neither CORS-enabled nor same-origin.",
            Some("https://cdn.example/a.js"),
            "crossorigin",
        ),
        (
            "Uncaught SecurityError: Failed to construct 'Worker': Script at 'https://cdn.example/w.js' cannot be accessed from origin 'https://app.example'.",
            Some("https://cdn.example/w.js"),
            "worker",
        ),
        (
            "Blocked https://api.example/ from asking for credentials because it is a cross-origin request.",
            Some("https://api.example/"),
            "Authorization",
        ),
        ("[Error] Blocked by content extension", None, "extension"),
        (
            "[Error] Blocked by Content Security Policy.",
            None,
            "Content Security Policy",
        ),
    ] {
        let message = parse(line);
        assert_eq!(message.url.as_deref(), url, "{line}");
        let text = message.to_string();
        assert!(text.contains(words), "{text}");
        assert!(!message.is_stopped());
    }
}

#[test]
fn messages_of_old_versions_of_chromium_are_known() {
    let message = parse(
        "Access to script at 'file:///home/a/a.js' from origin 'null' has been blocked by CORS policy: The response is invalid.",
    );
    assert_eq!(message.failures[0], Failure::CorsDisabledScheme);
    assert!(message.fix().contains("start a web server"));

    let message = parse(
        "Redirect from 'https://api.example/a' to 'https://api.example/b' has been blocked by CORS policy: Request requires preflight, which is disallowed to follow cross-origin redirect.",
    );
    assert_eq!(message.failures, [Failure::PreflightDisallowedRedirect]);
    assert_eq!(message.url.as_deref(), Some("https://api.example/a"));

    let message = parse(&chromium(
        "fetch",
        &format!(
            "{PREFLIGHT}No 'Access-Control-Allow-External' header was present in the preflight response for this external request (This is an experimental header which is defined in 'https://wicg.github.io/cors-rfc1918/')."
        ),
    ));
    assert!(message.meaning().contains("Access-Control-Allow-External"));
    assert_eq!(message.origin.as_deref(), Some(ORIGIN));

    let message = parse(&format!(
        "EventSource cannot load {URL}. No 'Access-Control-Allow-Origin' header is present on the requested resource. Origin '{ORIGIN}' is therefore not allowed access."
    ));
    assert_eq!(message.url.as_deref(), Some(URL));
    assert_eq!(message.failures, [Failure::MissingAllowOriginHeader]);
}

/// A line of Chromium has no status, so the response can be a redirect.
#[test]
fn redirects_are_causes_of_a_missing_header() {
    let causes = |url: &str| {
        let line = chromium("fetch", CHECKS[0].0).replace(URL, url);
        parse(&line).causes().join("\n")
    };
    let slash = "redirects to the URL with a slash";
    let https = "redirects http to https";
    for (url, has_slash, has_https) in [
        ("https://api.example/notes", true, false),
        ("http://api.example/notes", true, true),
        ("https://api.example/notes/", false, false),
    ] {
        let causes = causes(url);
        assert_eq!(causes.contains(slash), has_slash, "{causes}");
        assert_eq!(causes.contains(https), has_https, "{causes}");
    }
    let redirected = "Access to fetch at 'http://b.example/a' (redirected from 'http://a.example/a') from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    assert!(!parse(redirected).causes().join("\n").contains(slash));
    let of_status =
        "(Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 404.";
    assert!(!parse(of_status).causes().join("\n").contains(slash));
}

/// The causes do not repeat a mistake that the explanation already names, and the notes on the commands do not repeat each
/// other.
#[test]
fn nothing_is_repeated() {
    for preflight in ["", PREFLIGHT] {
        let message = parse(&chromium(
            "fetch",
            &format!(
                "{preflight}The 'Access-Control-Allow-Origin' header has a value '{ORIGIN}/' that is not equal to the supplied origin."
            ),
        ));
        let causes = message.causes().join("\n");
        assert!(!causes.is_empty() && !causes.contains("slash"), "{causes}");
        let text = message.to_string();
        assert!(text.matches("\nReplace ").count() <= 1, "{text}");
    }
}
