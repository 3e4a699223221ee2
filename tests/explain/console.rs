//! Lines of a browser's console.

use fetch_cors::{
    Failure,
    explain::{
        HtmlPage,
        input::{Browser, ConsoleForm, ConsoleMessage},
    },
};
use std::{error::Error, fs, path::Path};

use proptest::prelude::*;

#[path = "console_columns.rs"]
mod columns;
#[path = "console_escapes.rs"]
mod escapes;
#[path = "console_forms.rs"]
mod forms;
#[path = "console_messages.rs"]
mod messages;
#[path = "console_text.rs"]
mod text;
#[path = "console_versions.rs"]
mod versions;

type Outcome = Result<(), Box<dyn Error>>;

const URL: &str = "https://api.example/notes?a=b";

const ORIGIN: &str = "https://app.example";

fn parse(line: &str) -> ConsoleMessage {
    ConsoleMessage::parse(line).unwrap_or_else(|error| panic!("{error}"))
}

fn chromium(kind: &str, reason: &str) -> String {
    format!(
        "Access to {kind} at '{URL}' from origin '{ORIGIN}' has been blocked by CORS policy: {reason}"
    )
}

const PREFLIGHT: &str = "Response to preflight request doesn't pass access control check: ";

/// Each reason that Chromium prints after the CORS check, with the failure for a response, the failure for a preflight
/// response, and the header value in the reason.
const CHECKS: [(&str, Failure, Failure, Option<&str>); 6] = [
    (
        "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        Failure::MissingAllowOriginHeader,
        Failure::PreflightMissingAllowOriginHeader,
        None,
    ),
    (
        "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the \
         request's credentials mode is 'include'.",
        Failure::WildcardOriginNotAllowed,
        Failure::PreflightWildcardOriginNotAllowed,
        None,
    ),
    (
        "The 'Access-Control-Allow-Origin' header contains multiple values 'https://a.test, *', but only one is \
         allowed. Have the server send the header with a valid value.",
        Failure::MultipleAllowOriginValues,
        Failure::PreflightMultipleAllowOriginValues,
        Some("https://a.test, *"),
    ),
    (
        "The 'Access-Control-Allow-Origin' header contains the invalid value 'a.test'.",
        Failure::InvalidAllowOriginValue,
        Failure::PreflightInvalidAllowOriginValue,
        Some("a.test"),
    ),
    (
        "The 'Access-Control-Allow-Origin' header has a value 'https://app.example/' that is not equal to the \
         supplied origin. Have the server send the header with a valid value, or, if an opaque response serves your \
         needs, set the request's mode to 'no-cors' to fetch the resource with CORS disabled.",
        Failure::AllowOriginMismatch,
        Failure::PreflightAllowOriginMismatch,
        Some("https://app.example/"),
    ),
    (
        "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when \
         the request's credentials mode is 'include'. The credentials mode of requests initiated by the \
         XMLHttpRequest is controlled by the withCredentials attribute.",
        Failure::InvalidAllowCredentials,
        Failure::PreflightInvalidAllowCredentials,
        Some(""),
    ),
];

#[test]
fn explanation_of_a_line_has_fix_causes_and_commands() {
    let line = chromium(
        "fetch",
        "Request header field content-type is not allowed by Access-Control-Allow-Headers in preflight response.",
    );
    let expected = "Chromium: `Access-Control-Allow-Headers` of the preflight response does not
  allow the request header `content-type`
  A preflight is the OPTIONS request that asks the server for permission first.

Likeliest fix: answer the preflight with
  `Access-Control-Allow-Headers: content-type`, plus the names that your server
  already lists

Caution: browsers name only the first denied header: after you allow this
  header, the next header fails. List all names of
  `Access-Control-Request-Headers`

Usual causes, the most frequent first:
  1. the server's list does not have this name
  2. the list is `*`: with credentials, `*` is not a wildcard
  3. the page sets the header by mistake: if the page does not need it, remove
     it there

To be certain, run:
$ curl -sSviX OPTIONS -H 'Origin: https://app.example' -H 'Access-Control-Request-Method: METHOD' -H 'Access-Control-Request-Headers: content-type' 'https://api.example/notes?a=b' > preflight.txt 2>&1
$ fetch-cors explain --origin https://app.example --url 'https://api.example/notes?a=b' -H 'content-type: application/json' --preflight preflight.txt
Add each other header that the page sets, such as `Authorization`, to
`Access-Control-Request-Headers`, in lower case: `content-type,authorization`.
Replace the words in upper case: the message does not have these values.

The message:
  URL: `https://api.example/notes?a=b`
  origin of the page: `https://app.example`
  request header: `content-type`
  failure code: header-disallowed-by-preflight-response";
    assert_eq!(parse(&line).to_string(), expected);
}

#[test]
fn fix_depends_on_the_values_of_the_message() {
    let fix = |reason: &str| parse(&chromium("fetch", reason)).fix();
    let method = |name: &str| {
        fix(&format!(
            "Method {name} is not allowed by Access-Control-Allow-Methods in preflight response."
        ))
    };
    assert_eq!(
        method("PUT"),
        "answer the preflight with `Access-Control-Allow-Methods: PUT`, plus the methods that your server already lists"
    );
    assert!(
        method("patch").starts_with("in the page, write the method in upper case: `PATCH`. Then")
    );
    assert!(
        method("Query").starts_with("in the page, write the method in upper case: `QUERY`. Then")
    );
    let header = |name: &str| {
        fix(&format!(
            "Request header field {name} is not allowed by Access-Control-Allow-Headers in preflight response."
        ))
    };
    assert!(
        header("x-a").starts_with("answer the preflight with `Access-Control-Allow-Headers: x-a`")
    );
    for name in [
        "Access-Control-Allow-Origin",
        "access-control-max-age",
        "X-Frame-Options",
    ] {
        let start = format!("remove `{name}` from the request in the page");
        assert!(header(name).starts_with(&start), "{}", header(name));
        let line = chromium(
            "fetch",
            &format!(
                "Request header field {name} is not allowed by Access-Control-Allow-Headers in preflight response."
            ),
        );
        // No part of the text tells the server to allow the header, because the page must not send this header.
        let text = parse(&line).to_string().replace("\n  ", " ");
        assert!(!text.contains("answer the preflight with"), "{text}");
        assert!(!text.contains("after you allow this header"), "{text}");
    }
}

#[test]
fn mistakes_of_the_value_are_named() {
    let text = |value: &str| {
        let reason = format!(
            "The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied origin. Have the server send the header with a valid value."
        );
        parse(&chromium("fetch", &reason)).to_string()
    };
    for (value, mistake) in [
        ("https://app.example/", "the value ends with a slash"),
        ("http://app.example", "the scheme differs"),
        ("https://app.example:81", "the value has the port 81"),
        ("https://www.app.example", "`www.`"),
        ("https://api.example", "the origin of the server itself"),
        ("null", "`null` is the origin of sandboxed pages, of files"),
    ] {
        assert!(text(value).contains(mistake), "{}", text(value));
    }
    let firefox = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: ";
    let status = |status: u16| parse(&format!("{firefox}{status}.")).to_string();
    assert!(status(404).contains("the response is an error (status 404)"));
    assert!(status(302).contains("the response is a redirect (status 302)"));
    assert!(!status(200).contains("status 200)"));
}

/// A script asks for a header that the response does not expose.
#[test]
fn header_that_is_not_exposed_has_a_fix() {
    for line in [
        "Refused to get unsafe header \"X-Total-Count\"",
        "main.js:7 Refused to get unsafe header \"X-Total-Count\"",
    ] {
        let message = parse(line);
        assert_eq!(message.header_name.as_deref(), Some("X-Total-Count"));
        assert!(
            message
                .fix()
                .starts_with("send `Access-Control-Expose-Headers: X-Total-Count`")
        );
    }
}

/// The messages about the local network have different fixes.
#[test]
fn local_network_has_the_fix_of_each_message() {
    for (reason, fix) in [
        (
            "The request client is not a secure context and the resource is in more-private address space `private`.",
            "serve the page over https",
        ),
        (
            "No 'Access-Control-Allow-Private-Network' header was present in the preflight response for this private network request targeting the `private` address space.",
            "answer the preflight with `Access-Control-Allow-Private-Network: true`",
        ),
        (
            "Permission was denied for this request to access the `loopback` address space.",
            "if the URL is a mistake",
        ),
    ] {
        let line = chromium("fetch", reason);
        assert!(parse(&line).fix().starts_with(fix), "{line}");
    }
}

/// Firefox prints the list that is not valid.
#[test]
fn mistakes_of_the_list_are_named() {
    for (value, mistake) in [
        (
            "put; get",
            "separate the elements of the list with commas, not with `;`",
        ),
        (
            "PUT GET",
            "separate the elements of the list with commas, not with spaces",
        ),
        (
            "'PUT'",
            "the value has quotation marks or brackets: remove them",
        ),
    ] {
        for header in ["Methods", "Headers"] {
            let line = format!(
                "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {URL}. (Reason: invalid token ‘{value}’ in CORS header ‘Access-Control-Allow-{header}’)."
            );
            let misses = parse(&line).near_misses();
            let sentences: Vec<_> = misses.iter().map(|miss| &*miss.sentence).collect();
            assert_eq!(sentences, [mistake], "{line}");
        }
    }
}

/// If the line has the status, the causes fit this status.
#[test]
fn status_of_the_line_decides_the_causes() {
    let firefox = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing).";
    let safari = "Origin https://app.example is not allowed by Access-Control-Allow-Origin.";
    for line in [firefox, safari] {
        let status = |status: u16| parse(&format!("{line} Status code: {status}."));
        let is_about_errors = |cause: &String| cause.starts_with("the response is an error");
        assert!(!status(200).causes().iter().any(is_about_errors), "{line}");
        assert!(status(404).causes().iter().any(is_about_errors), "{line}");
        assert!(parse(line).causes().iter().any(is_about_errors), "{line}");
    }
    let caution = |end: &str| {
        parse(&format!("{firefox}{end}"))
            .caution()
            .unwrap_or_default()
    };
    assert!(caution("").contains("look at the status of the response first"));
    let success = caution(" Status code: 200.");
    assert!(
        success.starts_with("the status is not an error"),
        "{success}"
    );
    assert!(!success.contains("404"), "{success}");
    let error = caution(" Status code: 404.");
    assert!(
        error.contains("find the reason for the status first"),
        "{error}"
    );
}

/// Chromium prints an empty value for a missing header.
#[test]
fn empty_value_is_named() {
    let shown = |reason: &str| parse(&chromium("fetch", reason)).to_string();
    let credentials = shown(CHECKS[5].0);
    assert!(
        credentials.starts_with("Chromium: the request has credentials, and `Access-Control-Allow-Credentials` is\n  missing or empty\n"),
        "{credentials}"
    );
    let one = shown(&CHECKS[5].0.replace("''", "'1'"));
    assert!(one.contains("not exactly `true`"), "{one}");
    for reason in [
        CHECKS[5].0,
        "The 'Access-Control-Allow-Origin' header contains the invalid value ''.",
        "The 'Access-Control-Allow-Origin' header has a value '' that is not equal to the supplied origin.",
        "The 'Access-Control-Allow-Origin' header contains multiple values '', but only one is allowed.",
        "Redirect location '' contains a username and password, which is disallowed for cross-origin requests.",
    ] {
        let shown = shown(reason);
        assert!(!shown.contains("``"), "{shown}");
        assert!(
            shown.contains("value of the response header: missing or empty\n"),
            "{shown}"
        );
    }
}

#[test]
fn line_without_values_is_named() {
    for line in ["TypeError: Failed to fetch", "AxiosError: Network Error"] {
        let shown = parse(line).to_string();
        assert!(
            shown.ends_with("\nThe message does not have a URL, an origin or a reason."),
            "{shown}"
        );
    }
}

#[test]
fn line_about_a_resource_has_no_url() {
    let line = parse("Failed to load resource: net::ERR_FAILED");
    assert_eq!(line.url, None);
}

#[test]
fn text_from_outside_is_escaped() {
    let line = chromium(
        "fetch",
        "The 'Access-Control-Allow-Origin' header contains the invalid value '\x1b[31m`$(id)'.",
    )
    .replace("/notes", "/\u{202e}\u{e9}'$(id)");
    let shown = parse(&line).to_string();
    assert!(!shown.contains(['\x1b', '\u{202e}']), "{shown}");
    assert!(shown.contains("`\\u{1b}[31m\\x60$(id)`"), "{shown}");
    let command = parse(&line).next_commands().remove(0);
    assert!(
        command.contains(r"$'https://api.example/\xc3\xa9\'$(id)?a=b'"),
        "{command}"
    );
}

proptest! {
    /// Values and words around the message do not change its meaning.
    #[test]
    fn values_of_each_form_are_read(
        form in prop::sample::select(CHECKS.to_vec()),
        is_preflight in any::<bool>(),
        path in "[!-&(-~]{0,20}",
        before in "[a-z.:0-9 ]{0,20}",
        after in "[a-z.:0-9 ]{0,20}",
    ) {
        let (reason, failure, on_preflight, value) = form;
        let url = format!("https://api.example/{path}");
        let intro = if is_preflight { PREFLIGHT } else { "" };
        let line = chromium("fetch", &format!("{intro}{reason}")).replace(URL, &url);
        let message = ConsoleMessage::parse(&format!("{before}{line}{after}")).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(&message.failures, &[if is_preflight { on_preflight } else { failure }]);
        prop_assert_eq!(message.url.as_deref(), Some(&*url));
        prop_assert_eq!(message.value.as_deref(), value);
    }

    /// No text panics, and the printed text has no control characters except line breaks.
    #[test]
    fn any_text_is_recognized_or_refused(
        parts in prop::collection::vec(
            prop_oneof![
                prop::sample::select(ConsoleForm::all().iter().map(|form| form.template().to_owned()).collect::<Vec<_>>()),
                prop::sample::select(vec!["Access to fetch at '", "' from origin '", "\n", " net::ERR_", "\u{1b}", "‘", "{url}", "`"]).prop_map(str::to_owned),
                any::<String>(),
            ],
            0..6,
        )
    ) {
        let text = parts.concat();
        for line in ConsoleMessage::parse_all(&text) {
            let shown = match line.message {
                Ok(message) => message.to_string(),
                Err(error) => error.to_string(),
            };
            prop_assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
        }
    }
}

/// The message of a line has the same cautions as an explanation. For example, `null` allows sandboxed pages of every
/// site.
#[test]
fn unsafe_changes_have_cautions() {
    use fetch_cors::explain::CautionKind as Kind;
    let null = |reason: &str| chromium("fetch", reason).replace(ORIGIN, "null");
    let missing = "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    let wildcard = "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.";
    let credentials = "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'.";
    let mismatch = "The 'Access-Control-Allow-Origin' header has a value 'https://a.test' that is not equal to the supplied origin.";
    for (line, expected) in [
        (null(missing), &[Kind::NullOrigin][..]),
        (null(&format!("{PREFLIGHT}{missing}")), &[Kind::NullOrigin]),
        (null(mismatch), &[Kind::NullOrigin]),
        (null(wildcard), &[Kind::NullOrigin]),
        (
            "Origin null is not allowed by Access-Control-Allow-Origin. Status code: 200".into(),
            &[Kind::NullOrigin],
        ),
        (chromium("fetch", missing), &[]),
        (chromium("fetch", wildcard), &[Kind::Reflection]),
        (chromium("fetch", credentials), &[Kind::Reflection]),
        (null(credentials), &[Kind::NullOrigin]),
        (
            null(&format!("{PREFLIGHT}{credentials}")),
            &[Kind::NullOrigin],
        ),
        (
            chromium("fetch", credentials).replace(ORIGIN, "http://app.example"),
            &[Kind::Reflection, Kind::InsecureOrigin],
        ),
        (
            chromium("fetch", wildcard).replace(ORIGIN, "http://app.example"),
            &[Kind::Reflection, Kind::InsecureOrigin],
        ),
        (
            chromium("fetch", credentials).replace(ORIGIN, "http://localhost:3000"),
            &[Kind::Reflection, Kind::DevelopmentOrigin],
        ),
        (
            chromium("fetch", wildcard).replace(ORIGIN, "http://[::1]:3000"),
            &[Kind::Reflection, Kind::DevelopmentOrigin],
        ),
        (
            chromium("fetch", wildcard).replace(ORIGIN, "http://192.168.0.7"),
            &[
                Kind::Reflection,
                Kind::InsecureOrigin,
                Kind::DevelopmentOrigin,
            ],
        ),
        (
            chromium("fetch", wildcard).replace(ORIGIN, "https://[fd00::1]"),
            &[Kind::Reflection, Kind::DevelopmentOrigin],
        ),
        (
            chromium("fetch", wildcard).replace(ORIGIN, "https://app.test"),
            &[Kind::Reflection, Kind::DevelopmentOrigin],
        ),
        (
            chromium("fetch", missing).replace(ORIGIN, "http://localhost:3000"),
            &[],
        ),
        (
            "GET https://a.test/ net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin".into(),
            &[Kind::AnySiteCanEmbed],
        ),
    ] {
        let message = parse(&line);
        let found: Vec<_> = message
            .cautions()
            .iter()
            .map(|caution| caution.kind)
            .collect();
        assert_eq!(found, expected, "{line}");
        let text = message.to_string();
        assert!(
            !text.contains("Likeliest fix: send `Access-Control-Allow-Origin: null`"),
            "{text}"
        );
        if found == [Kind::NullOrigin] {
            assert!(message.fix().starts_with("load the page"), "{text}");
        }
        for caution in message.cautions() {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words(&text).contains(&words(&caution.safer)), "{text}");
        }
    }
}

/// Firefox does not print the origin of the page. The message still names a wrong spelling of the value.
#[test]
fn spelling_of_the_value_does_not_need_the_origin() {
    let line = |value: &str| {
        format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {URL}. (Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘{value}’)."
        )
    };
    let kinds = |value: &str| {
        let misses = parse(&line(value)).near_misses();
        misses
            .iter()
            .map(|miss| miss.kind.name())
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds("https://app.example;"), ["extra-character"]);
    assert_eq!(kinds("https://app.example/"), ["trailing-slash"]);
    assert_eq!(kinds("${ORIGIN}"), ["placeholder"]);
    assert!(kinds("https://other.example").is_empty());
}

/// If a server redirects to a third origin, and the server's origin is not the page's origin, browsers send `Origin:
/// null`.
#[test]
fn redirect_to_a_third_origin_is_named() {
    let line = |from: &str, origin: &str, reason: &str| {
        parse(&format!(
            "Access to fetch at 'https://last.example/a' (redirected from '{from}') from origin '{origin}' has been \
             blocked by CORS policy: {reason}"
        ))
    };
    for (reason, ..) in &CHECKS[..5] {
        for origin in [ORIGIN, "null"] {
            let message = line("https://first.example/", origin, reason);
            let fix = message.fix();
            assert!(
                fix.starts_with("let the page fetch `https://last.example/a` directly"),
                "{fix}"
            );
            let text = message.to_string();
            assert!(!text.contains("sandbox attribute"), "{text}");
            assert!(!text.contains("--origin null"), "{text}");
            assert_eq!(message.near_misses()[0].kind.name(), "origin-is-null");
            assert_eq!(
                message.cautions()[0].safer,
                "let the page fetch `https://last.example/a`, and allow this request from the origin of the page: then there is no redirect to another origin. If the redirect has to stay, let a server of the page's own origin send it: browsers then send the origin of the page, and not `null`"
            );
        }
        // The first server has the origin of the page or of the last URL.
        for from in ["https://app.example/a", "https://last.example/"] {
            let fix = line(from, ORIGIN, reason).fix();
            assert!(!fix.contains("directly"), "{fix}");
        }
    }
    let sandboxed = line("https://last.example/", "null", CHECKS[0].0);
    assert!(sandboxed.fix().contains("`sandbox`"), "{}", sandboxed.fix());
}

/// Chromium names the scheme of the URL. If `http://` is missing, this scheme is in fact the host.
#[test]
fn unsupported_schemes_are_named() {
    for (url, scheme, fix) in [
        (
            "localhost:3000/x",
            "localhost",
            "`localhost:` is read as the scheme: write `http://localhost:3000/x`",
        ),
        (
            "api.example:81/",
            "api.example",
            "`api.example:` is read as the scheme: write `http://api.example:81/`",
        ),
        (
            "file:///a",
            "file",
            "open the page over `http://localhost`. In the code of the page, write the whole URL of the request, with `http://` or `https://`",
        ),
    ] {
        let message = parse(&format!(
            "Fetch API cannot load {url}. URL scheme \"{scheme}\" is not supported."
        ));
        assert_eq!(message.failures, [Failure::UnsupportedScheme], "{url}");
        assert_eq!(message.url.as_deref(), Some(url));
        assert_eq!(message.fix(), fix);
    }
}

/// Two names of the user's own computer are two origins.
#[test]
fn names_of_the_own_computer_are_compared() {
    for (value, page) in [
        ("http://127.0.0.1:3000", "http://localhost:3000"),
        ("http://localhost:3000", "http://127.0.0.1:3000"),
    ] {
        let reason = CHECKS[4].0.replace("https://app.example/", value);
        let message = parse(&chromium("fetch", &reason).replace(ORIGIN, page));
        let sentence = &message.near_misses()[0].sentence;
        assert!(
            sentence.contains("are the same computer, but different origins"),
            "{sentence}"
        );
    }
}
