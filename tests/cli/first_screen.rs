//! The first screen of an explanation has the fix. There are nine broken servers. Each server is explained from a line
//! of Chromium's console, from the output of `curl -i`, and from a recording.

use serde_json::{Value, json};

use crate::program::{file, ran};

const SCREEN_LINES: usize = 24;
const SCREEN_COLUMNS: usize = 80;

const PAGE: &str = "https://app.example";
const URL: &str = "https://api.example/notes";

/// A broken server, and a fetch that fails.
struct Broken {
    name: &'static str,
    method: &'static str,
    header: Option<(&'static str, &'static str)>,
    has_credentials: bool,
    /// The output of `curl -i` for the preflight, if there is one.
    preflight: &'static str,
    /// The output of `curl -i` for the request.
    response: &'static str,
    /// Chromium's reason in the console.
    reason: &'static str,
    /// Whether Chromium sends the request after the preflight.
    is_request_sent: bool,
    /// A line that the fix must have.
    fix: &'static str,
    /// Words that the likeliest fix must have, if the input is only the line of the console.
    likeliest_fix: &'static str,
}

const GET: Broken = Broken {
    name: "",
    method: "GET",
    header: None,
    has_credentials: false,
    preflight: "",
    response: "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: https://app.example\r\n\r\n",
    reason: "",
    is_request_sent: true,
    fix: "+ Access-Control-Allow-Origin: https://app.example",
    likeliest_fix: "`Access-Control-Allow-Origin: https://app.example`",
};

const PUT: Broken = Broken {
    method: "PUT",
    is_request_sent: false,
    ..GET
};

const NINE: [Broken; 9] = [
    Broken {
        name: "slash at the end of the origin",
        response: "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: https://app.example/\n\n",
        reason: "The 'Access-Control-Allow-Origin' header has a value 'https://app.example/' that is not equal to the supplied origin. Have the server send the header with a valid value.",
        ..GET
    },
    Broken {
        name: "any origin with credentials",
        has_credentials: true,
        response: "HTTP/2 200\naccess-control-allow-origin: *\n\n",
        reason: "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.",
        fix: "+ Access-Control-Allow-Credentials: true",
        likeliest_fix: "`Access-Control-Allow-Credentials: true`",
        ..GET
    },
    Broken {
        name: "authentication before CORS",
        preflight: "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\n\r\n",
        reason: "Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        fix: "+ status 204",
        likeliest_fix: "before authentication and routing",
        ..PUT
    },
    Broken {
        name: "no route for OPTIONS",
        preflight: "HTTP/1.1 404 Not Found\r\n\r\n",
        reason: "Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        fix: "+ status 204",
        likeliest_fix: "answer OPTIONS at this URL with status 204",
        ..PUT
    },
    Broken {
        name: "a method missing",
        method: "DELETE",
        preflight: "HTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: GET, PUT\n\n",
        reason: "Method DELETE is not allowed by Access-Control-Allow-Methods in preflight response.",
        fix: "+ Access-Control-Allow-Methods: GET, PUT, DELETE",
        likeliest_fix: "`Access-Control-Allow-Methods: DELETE`",
        ..PUT
    },
    Broken {
        name: "a doubled header",
        response: "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Origin: *\n\n",
        reason: "The 'Access-Control-Allow-Origin' header contains multiple values '*, *', but only one is allowed. Have the server send the header with a valid value.",
        likeliest_fix: "set the header in one place only",
        ..GET
    },
    Broken {
        name: "the name of a header missing",
        method: "GET",
        header: Some(("X-Token", "1")),
        preflight: "HTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: content-type\n\n",
        reason: "Request header field x-token is not allowed by Access-Control-Allow-Headers in preflight response.",
        fix: "+ Access-Control-Allow-Headers: content-type, x-token",
        likeliest_fix: "`Access-Control-Allow-Headers: x-token`",
        ..PUT
    },
    Broken {
        name: "a redirect to a slash",
        response: "HTTP/1.1 301 Moved Permanently\nLocation: /notes/\n\nHTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n\n",
        reason: "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        likeliest_fix: "also on errors and redirects",
        ..GET
    },
    Broken {
        name: "no Access-Control-Allow-Credentials",
        has_credentials: true,
        reason: "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'.",
        fix: "+ Access-Control-Allow-Credentials: true",
        likeliest_fix: "`Access-Control-Allow-Credentials: true`",
        ..GET
    },
];

/// Returns the lines of the first screen. A line that is longer than the width of the screen counts
/// as several lines.
fn first_screen(text: &str) -> Vec<&str> {
    let mut used = 0;
    let lines = text.lines().take_while(|line| {
        used += line.chars().count().div_ceil(SCREEN_COLUMNS).max(1);
        used <= SCREEN_LINES
    });
    lines.collect()
}

#[track_caller]
fn assert_has_fix(broken: &Broken, text: &str) {
    let screen = first_screen(text);
    assert!(
        screen.contains(&broken.fix),
        "{}: {}\n{text}",
        broken.name,
        broken.fix
    );
    assert!(text.contains("blocked: "), "{text}");
    assert!(text.contains("the fetch succeeds"), "{text}");
}

#[test]
fn fix_is_on_the_first_screen_from_a_line_of_the_console() {
    for broken in &NINE {
        let line = format!(
            "Access to fetch at '{URL}' from origin '{PAGE}' has been blocked by CORS policy: {}",
            broken.reason
        );
        let text = ran(&["explain", &line], "").out;
        // The program breaks sentences into lines, so the test joins the lines.
        let screen = first_screen(&text).join("\n").replace("\n  ", " ");
        // A line of the console does not prove that a fix works, so the text has only the likeliest fix.
        let (_, fix) = screen.split_once("\nLikeliest fix: ").expect(&text);
        let (fix, _) = fix.split_once('\n').expect(&text);
        assert!(
            fix.contains(broken.likeliest_fix),
            "{}: {text}",
            broken.name
        );
    }
}

#[test]
fn fix_is_on_the_first_screen_from_curl() {
    for (number, broken) in NINE.iter().enumerate() {
        let response = file(&format!("explain-nine-{number}.txt"), broken.response);
        let preflight = file(
            &format!("explain-nine-preflight-{number}.txt"),
            broken.preflight,
        );
        let header = broken
            .header
            .map(|(name, value)| format!("{name}: {value}"));
        let mut arguments = vec![
            "explain",
            "--origin",
            PAGE,
            "--url",
            URL,
            "-X",
            broken.method,
        ];
        arguments.extend(["--response", &response]);
        if !broken.preflight.is_empty() {
            arguments.extend(["--preflight", &preflight]);
        }
        if let Some(header) = &header {
            arguments.extend(["-H", header]);
        }
        if broken.has_credentials {
            arguments.extend(["--credentials", "include"]);
        }
        let text = ran(&arguments, "").out;
        assert!(text.starts_with("blocked: "), "{text}");
        assert_has_fix(broken, &text);
    }
}

/// Returns an entry of a recording of Chromium.
fn entry(
    broken: &Broken,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    response: &str,
) -> Value {
    let header = |(name, value): (&str, &str)| json!({"name": name, "value": value});
    let headers = headers.iter().copied().chain([
        ("Origin", PAGE),
        ("Sec-Fetch-Mode", "cors"),
        ("Sec-Fetch-Site", "cross-site"),
    ]);
    let is_preflight = method == "OPTIONS";
    let cookie = (broken.has_credentials && !is_preflight).then_some(("Cookie", "a=b"));
    let headers: Vec<Value> = headers.chain(cookie).map(header).collect();
    let mut lines = response.lines();
    let status: u16 = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let pairs = lines.filter_map(|line| line.split_once(": "));
    let location = pairs.clone().find(|(name, _)| *name == "Location");
    json!({
        "_resourceType": if is_preflight { "preflight" } else { "fetch" },
        "request": {"method": method, "url": url, "headers": headers},
        "response": {
            "status": status,
            "headers": pairs.map(header).collect::<Vec<_>>(),
            "redirectURL": location.map_or("", |(_, value)| value),
        },
    })
}

fn recording(broken: &Broken) -> Value {
    let mut entries = Vec::new();
    if !broken.preflight.is_empty() {
        let name = broken.header.map(|(name, _)| name.to_ascii_lowercase());
        let names = name
            .as_deref()
            .map(|name| ("Access-Control-Request-Headers", name));
        let mut headers = vec![("Access-Control-Request-Method", broken.method)];
        headers.extend(names);
        entries.push(entry(broken, "OPTIONS", URL, &headers, broken.preflight));
    }
    let responses = broken.response.replace("\r\n", "\n");
    // The browser does not follow a redirect that it refuses, so the recording contains only the first response.
    let first = responses.split("\n\n").next().unwrap();
    let own: Vec<_> = broken.header.into_iter().collect();
    if broken.is_request_sent {
        entries.push(entry(broken, broken.method, URL, &own, first));
    } else {
        let mut unsent = entry(broken, broken.method, URL, &own, "HTTP/1.1 0\n");
        unsent["response"]["_error"] = json!("net::ERR_FAILED");
        entries.push(unsent);
    }
    json!({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "entries": entries}})
}

#[test]
fn fix_is_on_the_first_screen_from_a_recording() {
    for (number, broken) in NINE.iter().enumerate() {
        let path = file(
            &format!("explain-nine-{number}.har"),
            recording(broken).to_string(),
        );
        let text = ran(&["explain", &path], "").out;
        assert!(
            text.starts_with(&format!("{} {URL}\n", broken.method)),
            "{text}"
        );
        assert_has_fix(broken, &text);
    }
}
