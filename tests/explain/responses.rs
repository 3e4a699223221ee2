//! Responses that `curl` printed.

use std::error::Error;

use fetch_cors::explain::input::{
    LeftOutReason, MAX_PASTED_BYTES, PastedResponses, PastedResponsesErrorKind as Kind,
};
use proptest::prelude::*;

type Outcome = Result<(), Box<dyn Error>>;

fn statuses(text: impl AsRef<[u8]>) -> Vec<u16> {
    let pasted = PastedResponses::parse(text.as_ref()).unwrap();
    let responses = pasted.responses.iter();
    responses.map(|response| response.status.as_u16()).collect()
}

fn message(text: impl AsRef<[u8]>) -> String {
    PastedResponses::parse(text.as_ref())
        .unwrap_err()
        .to_string()
}

#[test]
fn versions_and_line_breaks_are_read() {
    for version in ["1.0", "1.1", "2", "3"] {
        for end in ["\r\n", "\n"] {
            let text = format!("HTTP/{version} 200 OK{end}Vary: a{end}vary:b{end}{end}body");
            let pasted = PastedResponses::parse(text.as_bytes()).unwrap();
            assert_eq!(pasted.responses.len(), 1, "{text}");
            let response = &pasted.responses[0];
            let version = version.trim_end_matches(".0").to_owned()
                + if version == "1.0" { ".0" } else { "" };
            assert!(format!("{:?}.0", response.version).starts_with(&format!("HTTP/{version}")));
            assert_eq!(
                response.header_list.get("vary").as_deref(),
                Some(&b"a, b"[..])
            );
        }
    }
}

#[test]
fn response_without_an_empty_line_at_the_end_is_read() {
    assert_eq!(statuses("HTTP/2 204"), [204]);
    assert_eq!(statuses("HTTP/2 204\nVary: a"), [204]);
    assert_eq!(
        statuses("\n\n  \nHTTP/2 204 \r\nVary: a\r\n   \r\nx"),
        [204]
    );
}

#[test]
fn several_responses_are_read_in_order() {
    let redirect = "HTTP/1.1 301 Moved\r\nLocation: /a/\r\nContent-Length: 178\r\n\r\n";
    let last = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]";
    assert_eq!(
        statuses([redirect, redirect, last].concat()),
        [301, 301, 200]
    );
    assert_eq!(statuses([last, last].concat()), [200, 200]);
    assert_eq!(
        statuses([last, "\n$ curl -i b\n", last, "\n"].concat()),
        [200, 200]
    );
    // `curl -I` prints no bodies.
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n";
    assert_eq!(statuses(head.repeat(3)), [200, 200, 200]);
    let chunked = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n";
    assert_eq!(
        statuses([chunked, "{}\n", chunked, "{}"].concat()),
        [200, 200]
    );
    // A line break at the end of a body is missing.
    let text = "HTTP/1.1 404 x\nContent-Length: 2\n\n{}HTTP/1.1 200 OK\nVary: a\n\n";
    assert_eq!(statuses(text), [404, 200]);
}

#[test]
fn body_is_not_a_response() {
    let body = "HTTP/1.1 500 no\nX-A: 1\n\n";
    let length = body.len();
    for (headers, printed) in [
        (format!("Content-Length: {length}\n"), body.to_owned()),
        (format!("Content-Length: {length}\r\n"), body.to_owned()),
        (
            format!("Content-Length: {}\n", length + 2),
            format!("\n\n{body}"),
        ),
        (
            format!("Content-Length: {length}\nContent-Length: {length}\n"),
            body.to_owned(),
        ),
        // The length is wrong, because the body is compressed.
        (
            format!("Content-Length: {}\n", length + 2),
            format!("a\n{body}and more"),
        ),
        (
            "Transfer-Encoding: chunked\n".to_owned(),
            format!("{length:x};a=b\r\n{body}\r\n2\r\nab\r\n0\r\nX-Trailer: 1\r\n\r\n"),
        ),
    ] {
        let next = "HTTP/1.1 201 Created\r\n\r\n";
        let text = format!("HTTP/1.1 200 OK\n{headers}\n{printed}");
        assert_eq!(statuses(&text), [200], "{text}");
        if !printed.ends_with("more") {
            assert_eq!(statuses(text.clone() + next), [200, 201], "{text}");
        }
    }
    // Without Content-Length, a status line inside the body begins a new response only if a header line follows it.
    // Otherwise the status line is a part of the body.
    for body in [
        "a\nHTTP/1.1 500 no\n",
        "a\nHTTP/1.1 500 no\n\n",
        "a\nHTTP/1.1 500 no\nb\n\n",
    ] {
        assert_eq!(statuses(format!("HTTP/2 200\n\n{body}")), [200], "{body}");
    }
    assert_eq!(
        statuses("HTTP/2 200\n\na\nHTTP/2 500\nHTTP/2 201\nVary: a\n\n"),
        [200, 201]
    );
}

#[test]
fn interim_responses_and_proxies_are_left_out() -> Outcome {
    let text = b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 9\r\n\r\n\
        HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n\
        HTTP/1.1 401 Unauthorized\r\n\r\nno";
    let pasted = PastedResponses::parse(text)?;
    assert_eq!(pasted.responses.len(), 1);
    assert_eq!(
        (
            pasted.responses[0].status.as_u16(),
            pasted.responses[0].line
        ),
        (401, 12)
    );
    let left_out: Vec<_> = pasted
        .left_out
        .iter()
        .map(|response| (response.line, response.status.as_u16(), response.reason))
        .collect();
    let expected = [
        (1, 407, LeftOutReason::Proxy),
        (5, 200, LeftOutReason::Proxy),
        (7, 100, LeftOutReason::Informational),
        (9, 103, LeftOutReason::Informational),
    ];
    assert_eq!(left_out, expected);
    assert_eq!(
        pasted.left_out[1].to_string(),
        "line 5: status 200 is the answer of a proxy to `curl`, not of the server"
    );
    assert_eq!(
        message("HTTP/1.1 100 Continue\n\n"),
        "line 1: the text ends after a response with status 100 Continue, and the final response of the server is missing: \
         paste the rest of the output"
    );
    // If the proxy refuses the connection, the response of the proxy is the last response.
    assert_eq!(statuses("HTTP/1.1 407 no\n\n"), [407]);
    Ok(())
}

#[test]
fn verbose_output_has_the_requests() -> Outcome {
    let text = b"*   Trying 127.0.0.1:8080...
* Connected to proxy (127.0.0.1) port 8080
> CONNECT api.example:443 HTTP/1.1
> Host: api.example:443
>
< HTTP/1.1 200 OK
<
* CONNECT tunnel established
> PUT /r?a HTTP/1.1
> Host: api.example
> Origin: https://app.example
> X-Empty:
>
< HTTP/1.1 100 Continue
<\x20
} [2 bytes data]
< HTTP/1.1 302 Found
< Location: /s
< X-Folded: a
<   b
<
* Ignoring the response-body
< not a header, because no status line comes before
> GET /s HTTP/2
> host: api.example
>
< HTTP/2 200
< access-control-allow-origin: \xff
<
HTTP/1.1 500 in the body
X-A: 1

* Connection #0 left intact";
    let pasted = PastedResponses::parse(text)?;
    let lines: Vec<_> = pasted
        .responses
        .iter()
        .map(|response| {
            let request = response.request.as_ref().unwrap();
            let method = String::from_utf8_lossy(&request.method).into_owned();
            (
                request.line,
                method,
                response.line,
                response.status.as_u16(),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            (9, "PUT".to_owned(), 17, 302),
            (24, "GET".to_owned(), 27, 200)
        ]
    );
    let first = pasted.responses[0].request.as_ref().unwrap();
    assert_eq!(first.target, b"/r?a");
    assert_eq!(
        first.header_list.get("origin").as_deref(),
        Some(&b"https://app.example"[..])
    );
    assert_eq!(
        pasted.responses[0].header_list.get("x-folded").as_deref(),
        Some(&b"a b"[..])
    );
    let allowed = pasted.responses[1]
        .header_list
        .get("access-control-allow-origin");
    assert_eq!(allowed.as_deref(), Some(&b"\xff"[..]));
    assert_eq!(pasted.left_out.len(), 2);
    assert_eq!(pasted.left_out[0].reason, LeftOutReason::Proxy);
    Ok(())
}

#[test]
fn malformed_text_is_reported_with_its_line_and_a_fix() {
    for (text, expected) in [
        (
            "",
            "line 1: the text is empty: paste the output of `curl -i`",
        ),
        (
            " \n\t\n",
            "line 1: the text is empty: paste the output of `curl -i`",
        ),
        (
            "\n<!doctype html>\n",
            "line 2: `<!doctype html>` is not the status line of a response: paste the output of `curl -i` \
             (`curl.exe -i` in PowerShell), which begins like `HTTP/1.1 200 OK`",
        ),
        (
            "vary: a\nAccess-Control-Allow-Origin: *\n\nHTTP/2 200\n",
            "line 2: `Access-Control-Allow-Origin: *` is a header line, but the status line before it is missing: paste the \
             whole output of `curl -i`, which begins like `HTTP/1.1 200 OK`",
        ),
        (
            "$ curl -i https://a.test\ncurl: (6) Could not resolve host: a.test\n",
            "line 2: `curl` got no response: `curl: (6) Could not resolve host: a.test`. A browser reports this as a \
             network error, not as a CORS error: fix the URL, the name, the certificate or the server first",
        ),
        (
            "*   Trying 127.0.0.1:9...\n* connect to 127.0.0.1 port 9 failed: Connection refused\n* Closing connection 0\n",
            "line 2: `curl` got no response: `connect to 127.0.0.1 port 9 failed: Connection refused`. A browser reports \
             this as a network error, not as a CORS error: fix the URL, the name, the certificate or the server first",
        ),
        (
            "* Connected to a.test (127.0.0.1) port 80 (#0)\r\n> GET / HTTP/1.1\r\n> Origin: null\r\n>\r\n\
             * Empty reply from server\r\n* Closing connection 0\r\n",
            "line 5: `curl` got no response: `Empty reply from server`. A browser reports this as a network error, not \
             as a CORS error: fix the URL, the name, the certificate or the server first",
        ),
        (
            "* hello\n",
            "line 1: `* hello` is not the status line of a response: paste the output of `curl -i` (`curl.exe -i` in PowerShell), which begins like `HTTP/1.1 200 OK`",
        ),
        (
            "*   Trying 127.0.0.1:80...\n* Connected to a.test (127.0.0.1) port 80\n> GET / HTTP/1.1\n> \n* Request completely sent off\n",
            "line 1: `*   Trying 127.0.0.1:80...` is not the status line of a response: paste the output of `curl -i` (`curl.exe -i` in PowerShell), which begins like `HTTP/1.1 200 OK`",
        ),
        (
            "* one item of a list\nand a text\n",
            "line 1: `* one item of a list` is not the status line of a response: paste the output of `curl -i` \
             (`curl.exe -i` in PowerShell), which begins like `HTTP/1.1 200 OK`",
        ),
        (
            "HTTP/1.1 20 OK\n\n",
            "line 1: `HTTP/1.1 20 OK` is a malformed status line: it must begin like `HTTP/1.1 200`",
        ),
        (
            "< HTTP/7 200\n<\n",
            "line 1: `HTTP/7 200` is a malformed status line: it must begin like `HTTP/1.1 200`",
        ),
        (
            "HTTP/1.1 200 OK\nVary: a\n\x1b[2J\n",
            "line 3: `\\u{1b}[2J` is not a header line: write a name, a colon and a value, or end the headers with \
             an empty line",
        ),
        (
            "HTTP/1.1 200 OK\n Vary: a\n",
            "line 2: ` Vary: a` is not a header line: write a name, a colon and a value, or end the headers with an \
             empty line",
        ),
        (
            "HTTP/1.1 200 OK\nAccess-Control-Allow-Origin : *\n",
            "line 2: `Access-Control-Allow-Origin : *` has white space before the colon, so the name is not valid \
             and browsers ignore or refuse the header: remove it in the server",
        ),
        (
            "HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n",
            "line 2: `A: b\\0` has a NUL or a carriage return in the value: remove it in the server",
        ),
    ] {
        assert_eq!(message(text), expected);
    }
    let long = vec![b' '; MAX_PASTED_BYTES + 1];
    let kind = PastedResponses::parse(&long).unwrap_err().kind;
    assert!(
        matches!(kind, Kind::TooLong { bytes } if bytes == long.len()),
        "{kind}"
    );
    assert!(message("x".repeat(100_000)).len() < 500);
    let header = |bytes: usize| format!("HTTP/1.1 200 OK\nA: b\nC: {}\n\n", "d".repeat(bytes));
    assert_eq!(
        message(header(1 << 20)),
        "line 3: the headers have more than 1048576 bytes, the limit of this program: browsers refuse such a response"
    );
    assert_eq!(statuses(header((1 << 20) - 10)), [200]);
}

/// The texts are so long that a parser with quadratic work needs hours.
#[test]
fn megabytes_of_text_are_parsed() {
    let megabytes = |unit: &str, end: &str| {
        let count = (2 << 20) / unit.len();
        unit.repeat(count) + end
    };
    let head = "HTTP/1.1 200 OK\nContent-Length: 0\n\n";
    let chunked = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n";
    for (text, expected) in [
        (megabytes(head, &" ".repeat(2 << 20)), Some(59_918)),
        (megabytes(head, &"\n".repeat(2 << 20)), Some(59_918)),
        (megabytes("HTTP/2 200\nA: b\n", ""), None),
        (
            "HTTP/2 200\n\nx\n".to_owned() + &megabytes("HTTP/2 200\nA: b\n", "!"),
            Some(1),
        ),
        (
            chunked.to_owned() + &megabytes(&format!("2d\n{chunked}\n\n"), "!"),
            Some(42_800),
        ),
        (megabytes(&format!("{chunked}300000\n"), "!"), Some(41_120)),
        (
            "HTTP/2 200\nA: b\n".to_owned() + &megabytes(" c\n", "!"),
            None,
        ),
        (megabytes("> GET / HTTP/2\n", "< HTTP/2 200\n"), None),
    ] {
        let parsed = PastedResponses::parse(text.as_bytes());
        let count = parsed.map(|parsed| parsed.responses.len()).ok();
        assert_eq!(count, expected);
    }
}

/// A response to print, with its body.
#[derive(Debug, Clone)]
struct Printed {
    status: u16,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

fn printed() -> impl Strategy<Value = Printed> {
    let value = prop::collection::vec(
        prop_oneof![Just(b' '), Just(b','), any::<u8>()].prop_filter("not in a value", |byte| {
            !matches!(byte, b'\0' | b'\r' | b'\n')
        }),
        0..8,
    );
    let headers = prop::collection::vec(("[a-zA-Z!#]{1,4}", value), 0..4);
    let line = prop_oneof![
        Just(b"HTTP/1.1 200 OK\r\nVary: a\r\n\r\n".to_vec()),
        Just(b"HTTP/1.1 100 Continue\n\n".to_vec()),
        Just(b"\n".to_vec()),
        prop::collection::vec(any::<u8>(), 0..8),
    ];
    let body = prop::collection::vec(line, 0..4).prop_map(|lines| lines.concat());
    (200..600_u16, headers, body).prop_map(|(status, headers, body)| Printed {
        status,
        headers,
        body,
    })
}

proptest! {
    /// If the length of a body is known, from `Content-Length` or from chunks, no text in the body begins a new
    /// response.
    #[test]
    fn printed_responses_are_parsed(responses in prop::collection::vec((printed(), any::<bool>()), 1..5)) {
        let mut text = Vec::new();
        for (response, is_chunked) in &responses {
            text.extend_from_slice(format!("HTTP/1.1 {} x\r\n", response.status).as_bytes());
            for (name, value) in &response.headers {
                text.extend_from_slice(name.as_bytes());
                text.extend_from_slice(b": ");
                text.extend_from_slice(value);
                text.extend_from_slice(b"\r\n");
            }
            let length = response.body.len();
            if *is_chunked {
                text.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
                if length > 0 {
                    text.extend_from_slice(format!("{length:X}\r\n").as_bytes());
                    text.extend_from_slice(&response.body);
                    text.extend_from_slice(b"\r\n");
                }
                text.extend_from_slice(b"0\r\n\r\n");
            } else {
                text.extend_from_slice(format!("Content-Length: {length}\r\n\r\n").as_bytes());
                text.extend_from_slice(&response.body);
            }
        }
        let pasted = PastedResponses::parse(&text).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let found: Vec<_> = pasted.responses.iter().map(|response| response.status.as_u16()).collect();
        let expected: Vec<_> = responses.iter().map(|(response, _)| response.status).collect();
        prop_assert_eq!(found, expected);
        for (found, (expected, _)) in pasted.responses.iter().zip(&responses) {
            for (name, value) in &expected.headers {
                let value = value.trim_ascii();
                let values: Vec<_> = found.header_list.values(name).collect();
                prop_assert!(values.iter().any(|other| other.as_bytes().trim_ascii() == value));
            }
        }
    }

    /// No input panics, and the message of an error is one printable line.
    #[test]
    fn any_text_is_parsed_or_refused(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "HTTP/1.1 200 OK", "HTTP/2 3", "\r\n", "\n", ": ", "< ", "> ", "GET / HTTP/1.1", "Content-Length: 5",
                "Transfer-Encoding: chunked", "curl: (6) a", "A", "\0", "é", "\u{7f}", " ", "0", "`",
            ]),
            0..40,
        )
    ) {
        let text = parts.concat();
        match PastedResponses::parse(text.as_bytes()) {
            Ok(pasted) => {
                prop_assert!(!pasted.responses.is_empty());
                let lines = text.split('\n').count();
                prop_assert!(pasted.responses.iter().all(|response| response.line <= lines));
            }
            Err(error) => {
                let message = error.to_string();
                prop_assert!(!message.contains(|c: char| c.is_control()), "{}", message);
                prop_assert_eq!(message.matches('`').count() % 2, 0, "{}", message);
            }
        }
    }
}

/// PowerShell writes the output of a program to a file in UTF-16 or with a byte order mark.
#[test]
fn encodings_of_powershell_are_read() {
    let text = "HTTP/1.1 200 OK\r\nVary: Origin\r\n\r\nbody";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for text in [
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        [b"\xff\xfe", &*little].concat(),
        [b"\xfe\xff", &*big].concat(),
        // The text ends with the first half of a UTF-16 code unit.
        [b"\xff\xfe", &*little, b"a"].concat(),
    ] {
        let pasted = PastedResponses::parse(&text).unwrap();
        let vary = pasted.responses[0].header_list.get("vary");
        assert_eq!(vary.as_deref(), Some(&b"Origin"[..]));
    }
}

/// Returns the value of a header line, after a status line in color.
fn allowed_origin(line: &str) -> Vec<u8> {
    let text = format!("\x1b[34mHTTP\x1b[39m/\x1b[34m1.1\x1b[0m 200\r\n{line}\r\n\r\n");
    let pasted = PastedResponses::parse(text.as_bytes()).unwrap();
    let headers = &pasted.responses[0].header_list;
    headers.get("access-control-allow-origin").unwrap().into()
}

/// A terminal program styles a name or a whole value. Any other escape is from the server, and browsers see the escape.
#[test]
fn escapes_of_the_server_stay() {
    for (line, expected) in [
        ("access-control-allow-origin: a\x1b[31mb", "a\x1b[31mb"),
        (
            "access-control-allow-origin: \x1b[31ma\x1b[0m",
            "\x1b[31ma\x1b[0m",
        ),
        (
            "\x1b[1maccess-control-allow-origin\x1b[0m: a\x1b[31mb",
            "a\x1b[31mb",
        ),
        (
            "\x1b[1maccess-control-allow-origin\x1b[0m: \x1b[3\x1b[0m",
            "\x1b[3",
        ),
    ] {
        assert_eq!(allowed_origin(line), expected.as_bytes(), "{expected:?}");
    }
}

/// Terminals, mails and editors change the lines.
#[test]
fn lines_can_have_styles_and_indentation() {
    for text in [
        "\u{1b}[1mHTTP/2 200\u{1b}[0m\n\u{1b}[1;34maccess-control-allow-origin\u{1b}[0m: *\n\n",
        // If the inner escape is removed, the text around it becomes a new escape. The parser removes the new escape
        // too.
        "\u{1b}[\u{1b}[1mmHTTP/2 200\naccess-control-allow-origin: *\n\n",
        "    HTTP/1.1 200 OK\n    Access-Control-Allow-Origin: *\n\n    body\n",
        "  HTTP/1.1 200 OK\n  Access-Control-Allow-Origin: *\nLength: 2\n",
        "> HTTP/1.1 200 OK\n> Access-Control-Allow-Origin: *\n>\n> {}\n",
        "On Monday she wrote:\n>> HTTP/1.1 200 OK\n>> Access-Control-Allow-Origin: *\n>>\n",
        "HTTP/1.1 200 OK\rAccess-Control-Allow-Origin: *\r\r{}",
    ] {
        let pasted = PastedResponses::parse(text.as_bytes()).unwrap();
        assert_eq!(pasted.responses.len(), 1, "{text}");
        let allowed = pasted.responses[0]
            .header_list
            .get("access-control-allow-origin");
        assert_eq!(allowed.as_deref(), Some(&b"*"[..]), "{text}");
    }
    // The styles of HTTPie and of xh.
    for line in [
        "\x1b[36maccess-control-allow-origin\x1b[39;49;00m:\x1b[37m \x1b[39;49;00m*\x1b[37m\x1b[39;49;00m",
        "\x1b[38;5;37maccess-control-allow-origin\x1b[0m\x1b[38;5;245m: \x1b[0m\x1b[38;5;37m*\x1b[0m",
    ] {
        assert_eq!(allowed_origin(line), b"*", "{line}");
    }
    // The parser keeps escapes that are not styles. It also keeps the marks of `curl -v`.
    let text = b"> GET / HTTP/1.1\n> Host: a\n>\n< HTTP/1.1 200 OK\n< A: \x1b[2Jb\n<\n";
    let pasted = PastedResponses::parse(text).unwrap();
    assert_eq!(
        pasted.responses[0].header_list.get("a").as_deref(),
        Some(&b"\x1b[2Jb"[..])
    );
    assert!(pasted.responses[0].request.is_some());
}

/// Without `-s`, `curl` writes its progress meter before the status line.
#[test]
fn progress_meter_before_the_status_line_is_left_out() {
    let text = "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\r100  2979  100  2979    0     0   128k      0 --:--:--  0:00:01 --:--:--  132kHTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n{}";
    let pasted = PastedResponses::parse(text.as_bytes()).unwrap();
    let [response] = &*pasted.responses else {
        panic!("{pasted:?}");
    };
    let allowed = response.header_list.get("access-control-allow-origin");
    assert_eq!(allowed.as_deref(), Some(&b"*"[..]));
    assert_eq!((response.line, response.is_cut), (3, false));
    let text = text.replace(" --:--:--  132kHTTP", " a HTTP");
    assert!(PastedResponses::parse(text.as_bytes()).is_err());
}

/// A colon before a status line is not a progress meter.
#[test]
fn body_with_a_colon_before_a_status_line_keeps_its_length() {
    for start in [":", "1:2 ", " :-"] {
        let body = format!("{start}HTTP/1.1 200 OK\nVary: a\n\n");
        let length = body.len();
        let text = format!("HTTP/1.1 404 x\nContent-Length: {length}\n\n{body}");
        assert_eq!(statuses(&text), [404], "{start}");
    }
}

/// The empty line after the headers shows that all headers are in the text.
#[test]
fn text_without_the_empty_line_is_cut() {
    for (text, is_cut) in [
        ("HTTP/1.1 200 OK\nA: b\n\n", false),
        ("HTTP/1.1 200 OK\nA: b\n", true),
        ("HTTP/1.1 200 OK", true),
        (
            "> GET / HTTP/1.1\n> Host: a\n> \n< HTTP/1.1 200 OK\n< A: b\n< \n* Closing",
            false,
        ),
        (
            "> GET / HTTP/1.1\n> Host: a\n> \n< HTTP/1.1 200 OK\n< A: b\n",
            true,
        ),
    ] {
        let pasted = PastedResponses::parse(text.as_bytes()).unwrap();
        assert_eq!(pasted.responses[0].is_cut, is_cut, "{text}");
    }
}

/// A pasted response is often in a block of code in Markdown.
#[test]
fn marks_of_a_block_of_code_are_not_header_lines() {
    for text in [
        "```http\nHTTP/1.1 200 OK\nVary: Origin\n```\n",
        "```\r\nHTTP/1.1 200 OK\r\nVary: Origin\r\n```\r\n",
        "~~~\nHTTP/1.1 200 OK\nVary: Origin\n~~~\nThat is all.",
    ] {
        let pasted = PastedResponses::parse(text.as_bytes()).unwrap();
        let headers = &pasted.responses[0].header_list;
        assert_eq!(headers.get("vary").as_deref(), Some(b"Origin".as_slice()));
        assert_eq!(headers.len(), 1, "{text}");
    }
}

/// `wget -S` prints the headers with spaces before them, and other lines without an empty line before them. `wget -d` prints
/// the request, too.
#[test]
fn output_of_wget_is_read() {
    let text = "--2026-01-01 10:00:00--  https://api.example/a\nHTTP request sent, awaiting response... \n  HTTP/1.1 302 Found\n  Location: /b\nLocation: /b [following]\n--2026-01-01 10:00:01--  https://api.example/b\nReusing existing connection to api.example:443.\nHTTP request sent, awaiting response... \n  HTTP/1.1 200 OK\n  Vary: a\nLength: 2 [application/json]\nSaving to: 'b'\n";
    let pasted = PastedResponses::parse(text.as_bytes()).unwrap();
    let [redirect, last] = &pasted.responses[..] else {
        panic!("{pasted:?}");
    };
    let value = |name: &str| {
        redirect
            .header_list
            .get(name)
            .map(|value| value.into_owned())
    };
    assert_eq!(value("location"), Some(b"/b".to_vec()));
    assert_eq!((redirect.line, last.line), (3, 9));
    assert_eq!(last.header_list.iter().len(), 1);

    let text = "---request begin---\nPUT /a HTTP/1.1\nHost: api.example\n\n---request end---\n---response begin---\nHTTP/1.1 200 OK\nVary: a\n\n---response end---\n200 OK\n";
    let pasted = PastedResponses::parse(text.as_bytes()).unwrap();
    let request = pasted.responses[0].request.as_ref().unwrap();
    assert_eq!(request.method, b"PUT");
}

/// With `-v`, HTTPie prints the request with its body before the response.
#[test]
fn request_of_httpie_is_read() {
    let text = b"$ http -v PUT api.example/notes a:=1\nPUT /notes HTTP/1.1\nAuthorization: Bearer t\nContent-Type: application/json\nHost: api.example\nOrigin: https://app.example\n\n{\n    \"a\": 1\n}\n\n\nHTTP/1.1 200 OK\nContent-Length: 2\n\n{}\n\n\nElapsed time: 0.1s\n\
        OPTIONS /notes HTTP/1.1\nAccess-Control-Request-Method: PUT\nHost: api.example\nOrigin: https://app.example\n\n\n\nHTTP/1.1 204 No Content\nAccess-Control-Allow-Methods: POST\n\n\n\nHTTP/1.1 404 Not Found\nVary: Origin\n\n";
    let pasted = PastedResponses::parse(text).unwrap();
    let [put, preflight, without] = &pasted.responses[..] else {
        panic!("{pasted:?}");
    };
    let requests = [put, preflight].map(|response| response.request.as_ref().unwrap());
    let [put, preflight] = requests;
    assert_eq!(
        (put.line, &*put.method, &*put.target),
        (2, &b"PUT"[..], &b"/notes"[..])
    );
    assert_eq!(put.header_list.len(), 4);
    assert_eq!((preflight.line, &*preflight.method), (20, &b"OPTIONS"[..]));
    assert!(
        preflight
            .header_list
            .contains("access-control-request-method")
    );
    assert!(without.request.is_none());

    // A body of unknown length ends before the next request.
    let text = b"HTTP/1.1 200 OK\nVary: Origin\n\nbody\n\nGET /a HTTP/1.1\nHost: api.example\n\n\n\nHTTP/1.1 404 Not Found\nVary: Origin\n\n";
    let pasted = PastedResponses::parse(text).unwrap();
    assert_eq!(pasted.responses[0].body_start, "body\n\n");
    assert!(pasted.responses[1].request.is_some());

    // These lines are not a request.
    let text = b"The log has\nGET /a HTTP/1.1\n\nand then\n\nHTTP/1.1 200 OK\nVary: Origin\n\n";
    let pasted = PastedResponses::parse(text).unwrap();
    assert!(pasted.responses[0].request.is_none());
}
