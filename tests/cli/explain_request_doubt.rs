//! `explain` of pasted responses to another request than the request of the browser.

use super::*;

/// `curl -v` shows the request. If the request does not have the origin of the page, the server can leave the CORS
/// headers out.
#[test]
fn response_to_another_origin_has_a_warning() {
    let explained = |origin: &str, allow: &str| {
        let text = format!(
            "> GET /notes HTTP/1.1\n> Host: api.example\n{origin}>\n< HTTP/1.1 200 OK\n{allow}<\n"
        );
        let ran = explained(&["--response", "-", "--credentials", "omit"], &text);
        assert_eq!(ran.status, 0);
        ran
    };
    let allow_any = "< Access-Control-Allow-Origin: *\n";
    let origin = "> Origin: https://app.example\n";
    assert_eq!(explained(origin, allow_any).err, "");
    assert_eq!(explained(origin, "").err, "");
    for (origin, sent) in [
        ("", "no `Origin`"),
        (
            "> Origin: https://b.example\n",
            "`Origin: https://b.example`",
        ),
    ] {
        let warning = explained(origin, allow_any).err;
        assert!(
            warning.contains(sent) && warning.contains("-H 'Origin: https://app.example'"),
            "{warning}"
        );
        // The explanation of a blocked fetch has the doubt about the request, so there is no second warning.
        let blocked = explained(origin, "");
        assert_eq!(blocked.err, "");
        assert!(blocked.out.contains("\nFirst check the request: "));
    }
}

/// `curl -v` shows the URL, except the scheme. The response to a request with another URL explains nothing.
#[test]
fn response_to_another_url_has_a_warning() {
    let warnings = |url: &str, target: &str, host: &str, response: &str| {
        let request = format!("> GET {target} HTTP/1.1\n{host}> Origin: https://app.example\n>\n");
        let start = ["explain", "--origin", "https://app.example", "--url", url];
        let arguments = [&start[..], &["-X", "GET", "--response", "-"]].concat();
        let ran = ran(&arguments, format!("{request}{response}"));
        assert_eq!(ran.status, 0, "{}", ran.err);
        let lines = ran.err.lines().map(String::from);
        let lines = lines.filter(|line| line.contains("with the URL"));
        lines.collect::<Vec<_>>()
    };
    const ALLOWING: &str = "< HTTP/1.1 200 OK\n< Access-Control-Allow-Origin: *\n<\n";
    const HOST: &str = "> Host: api.example\n";
    for (url, target, host) in [
        ("https://api.example/a?b=c#d", "/a?b=c", HOST),
        ("https://api.example/a", "/a", ""),
        ("https://api.example/a", "/a", "> Host: API.example:443\n"),
        ("http://api.example/a", "http://api.example/a", HOST),
        ("https://api.example/a b'", "/a%20b'", HOST),
    ] {
        assert_eq!(warnings(url, target, host, ALLOWING), [""; 0], "{url}");
    }
    for (target, host, sent) in [
        ("/b", HOST, "https://api.example/b"),
        ("/a?c", HOST, "https://api.example/a?c"),
        ("/a", "> Host: localhost:8080\n", "https://localhost:8080/a"),
        ("/A", "", "https://api.example/A"),
    ] {
        let warnings = warnings("https://api.example/a#d", target, host, ALLOWING);
        let expected = format!(
            "line 5: this is the response to a request with the URL `{sent}`, but the program judges it as the response to a request with the URL `https://api.example/a`: check `--url`, or send the request again"
        );
        let expected = if host.is_empty() {
            expected.replace("line 5", "line 4")
        } else {
            expected
        };
        assert!(
            warnings.len() == 1 && warnings[0].ends_with(&expected),
            "{warnings:?}"
        );
    }
    // After a redirect, each response belongs to another URL.
    let redirected = |location: &str| {
        let redirect = format!(
            "< HTTP/1.1 302 Found\n< Location: {location}\n< Access-Control-Allow-Origin: *\n<\n"
        );
        let second = format!("> GET /b HTTP/1.1\n{HOST}> Origin: https://app.example\n>\n");
        warnings(
            "https://api.example/a",
            "/a",
            HOST,
            &format!("{redirect}{second}{ALLOWING}"),
        )
    };
    assert_eq!(redirected("/b"), [""; 0]);
    assert_eq!(redirected("/c").len(), 1);
}

/// The output also lists a fetch that no page can make.
#[test]
fn request_of_another_program_is_named() {
    let har = json!({"log": {"entries": [{
        "request": {"method": "TRACE", "url": "https://api.example/", "headers": [
            {"name": "Origin", "value": "https://app.example"}]},
        "response": {"status": 200, "headers": []},
    }]}});
    let har = file("explain-trace.har", har.to_string());
    let text = ran(&["explain", &har], "");
    assert_eq!(text.status, 2, "{}", text.err);
    assert!(
        text.out.contains("cannot be judged: `fetch()` throws")
            && text.out.contains("forbidden-method"),
        "{}",
        text.out
    );
}

/// A response that lacks a CORS header, or the preflight response with an error, is possibly right: many servers answer so
/// if the request lacks a header. A response with another value is possibly right if the text shows another request. The
/// text, the HTML page and the JSON say so before the fix, unless the text has the request of the browser.
#[test]
fn doubt_about_the_request_comes_before_the_fix() {
    let put = ["-X", "PUT", "-H", "X-A: b", "--preflight", "-"];
    let origin = "Origin: https://app.example";
    let method = "Access-Control-Request-Method: PUT";
    let allow = "access-control-allow-origin: https://app.example";
    let methods = "access-control-allow-methods: PUT";
    let get = ["--response", "-"];
    let verbose = |request: &[&str]| {
        let headers: String = request.iter().map(|line| format!("> {line}\n")).collect();
        format!("> OPTIONS /notes HTTP/1.1\n> Host: api.example\n{headers}>\n")
    };
    let (unknown, lacks_method) = (String::new(), verbose(&[origin]));
    let known = verbose(&[origin, method, "Access-Control-Request-Headers: X-A"]);
    let longer = verbose(&[origin, method, "Access-Control-Request-Headers: x-b ,X-A"]);
    let other_name = verbose(&[origin, method, "Access-Control-Request-Headers: X-B"]);
    let other_case = verbose(&[origin, "Access-Control-Request-Method: put"]);
    let other_method = verbose(&[
        origin,
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: X-A",
    ]);
    let other_origin = verbose(&["Origin: https://app.example/"]);
    let fetched = String::from(
        "> GET /notes HTTP/1.1\n> Host: api.example\n> Origin: https://app.example\n>\n",
    );
    let slash = "access-control-allow-origin: https://app.example/";
    let cookies = ["--credentials", "include", "--response", "-"];
    let with_cookie = verbose(&[origin, "Cookie: a=b"]);
    for (arguments, request, status, headers, doubted) in [
        (
            &get[..],
            &unknown,
            "200 OK",
            &["vary: Origin"][..],
            Some("`Origin: https://app.example`"),
        ),
        (
            &get,
            &unknown,
            "200 OK",
            &["access-control-allow-origin: https://b.example"],
            None,
        ),
        (
            &get,
            &unknown,
            "200 OK",
            &["access-control-allow-orgin: *"],
            None,
        ),
        (
            &get,
            &unknown,
            "302 Found",
            &["location: https://login.example/"],
            None,
        ),
        (
            &get,
            &verbose(&["Origin: https://b.example"]),
            "200 OK",
            &[],
            Some("`Origin: https://app.example`"),
        ),
        (&get, &fetched, "200 OK", &[], None),
        (
            &put,
            &unknown,
            "204 No Content",
            &[],
            Some("and `Access-Control-Request-Method: PUT`"),
        ),
        (
            &put,
            &unknown,
            "204 No Content",
            &[allow],
            Some("and `Access-Control-Request-Method: PUT`"),
        ),
        (
            &put,
            &unknown,
            "204 No Content",
            &[allow, methods],
            Some("and `Access-Control-Request-Headers: x-a`"),
        ),
        (
            &put,
            &unknown,
            "204 No Content",
            &[allow, methods, "access-control-allow-headers: x-b"],
            None,
        ),
        (
            &put,
            &unknown,
            "404 Not Found",
            &[allow],
            Some("answer OPTIONS with a success status"),
        ),
        (
            &put,
            &lacks_method,
            "405 Method Not Allowed",
            &[],
            Some("a request without `Access-Control-Request-Method: PUT`."),
        ),
        (&put, &known, "405 Method Not Allowed", &[], None),
        (
            &put,
            &other_case,
            "405 Method Not Allowed",
            &[],
            Some("a request without `Access-Control-Request-Method: PUT`."),
        ),
        (&put, &longer, "204 No Content", &[allow, methods], None),
        (
            &put,
            &other_name,
            "204 No Content",
            &[allow, methods],
            Some("a request without `Access-Control-Request-Headers: x-a,x-b`."),
        ),
        (
            &put,
            &other_method,
            "204 No Content",
            &[allow, "access-control-allow-methods: POST"],
            Some(
                "a request without `Access-Control-Request-Method: PUT`. Many servers send another `Access-Control-Allow-Methods` if a request has this header",
            ),
        ),
        (
            &put,
            &other_name,
            "204 No Content",
            &[allow, methods, "access-control-allow-headers: x-b"],
            Some(
                "a request without `Access-Control-Request-Headers: x-a,x-b`. Many servers send another",
            ),
        ),
        (
            &put,
            &known,
            "204 No Content",
            &[allow, methods, "access-control-allow-headers: x-b"],
            None,
        ),
        (
            &get,
            &other_origin,
            "200 OK",
            &[slash],
            Some(
                "a request without `Origin: https://app.example`. Many servers send another `Access-Control-Allow-Origin`",
            ),
        ),
        (&get, &fetched, "200 OK", &[slash], None),
        (
            &cookies,
            &fetched,
            "401 Unauthorized",
            &[],
            Some(
                "a request without `cookie`. Many servers send `Access-Control-Allow-Origin` only if a request has this header, so the server can answer the browser differently. Send the request again as the browser sends it, with the cookies (`-b 'NAME=VALUE'`), with the commands below",
            ),
        ),
        (&cookies, &fetched, "200 OK", &[], None),
        (&cookies, &with_cookie, "401 Unauthorized", &[], None),
    ] {
        let mark = if request.is_empty() { "" } else { "< " };
        let headers: String = headers
            .iter()
            .map(|line| format!("{mark}{line}\n"))
            .collect();
        let answer = format!("{request}{mark}HTTP/1.1 {status}\n{headers}{mark}\n");
        let json = explained(&[arguments, &["--json"]].concat(), &answer).json();
        let doubt = &json[0]["request_doubt"];
        let text = explained(arguments, &answer).out;
        let page = explained(&[arguments, &["--html", "-"]].concat(), &answer).out;
        let Some(doubted) = doubted else {
            assert!(doubt.is_null(), "{answer}{doubt}");
            assert!(!text.contains("First check the request"), "{text}");
            continue;
        };
        let sentence = doubt["sentence"].as_str().expect(&answer);
        assert!(sentence.contains(doubted), "{answer}{sentence}");
        assert_eq!(doubt["is_certain"], json!(!request.is_empty()), "{answer}");
        let (before, _) = text.split_once("\nFix, in the ").expect(&text);
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words(before).contains(&format!("First check the request: {sentence}")),
            "{text}"
        );
        // The printed command is the same command, but also shows the request and writes to the file.
        let command = doubt["curl"].as_str().unwrap();
        let command = command.replacen("curl -sS", "\n$ curl -sSv", 1);
        let (before, _) = text.split_once("\nTo check the fix").unwrap_or((&text, ""));
        assert!(before.contains(&format!("{command} > ")), "{text}");
        assert!(
            before.contains("\n$ fetch-cors explain --origin "),
            "{text}"
        );
        let (before, _) = page.split_once(">Fix, in the ").expect(&page);
        assert!(before.contains("First check the request: "), "{page}");
    }
}

/// A response does not show the method of its request, unless `curl -v` printed it.
#[test]
fn response_without_a_method_has_a_note() {
    let response = "HTTP/1.1 200 OK\r\n\r\n";
    let note = "the response is judged as the response to a GET request: add `-X METHOD` for another method\n";
    assert_eq!(explained(&["--response", "-"], response).err, note);
    assert_eq!(
        explained(&["--response", "-", "-X", "GET"], response).err,
        ""
    );
    assert_eq!(explained(&[], "").err, "");
    let verbose = |method: &str| {
        let text = format!(
            "> {method} /notes HTTP/1.1\n> Host: api.example\n> Origin: https://app.example\n>\n< HTTP/1.1 200 OK\n<\n"
        );
        explained(&["--response", "-"], &text).err
    };
    assert_eq!(verbose("GET"), "");
    // A user who looks at the headers sends HEAD, and a page seldom sends HEAD.
    assert_eq!(
        verbose("HEAD"),
        "standard input: line 5: this is the response to a request with the method HEAD, but the program judges it as the response to a request with the method GET: use `-X HEAD`\n"
    );
    // A page seldom sends OPTIONS itself.
    assert!(
        verbose("OPTIONS")
            .contains("and give its response with `--preflight`; if the page itself sends OPTIONS")
    );
}

/// The request of `curl -v` and of HTTPie shows the method and the headers of the page, so the options can lack them.
#[test]
fn printed_request_shows_the_method_and_the_headers_of_the_page() {
    let request = "POST /notes HTTP/1.1\nHost: api.example\nOrigin: https://app.example\nContent-Type: application/json\nAccept: application/json, */*;q=0.5\nAuthorization: Bearer secret\nX-Forwarded-For: 127.0.0.1\nUser-Agent: HTTPie/3.2.2\n\n";
    let response = "HTTP/1.1 201 Created\nAccess-Control-Allow-Origin: https://app.example\n\n";
    let mark = |text: &str, mark: &str| -> String {
        let lines = text.lines().map(|line| format!("{mark} {line}\n"));
        lines.collect()
    };
    let verbose = mark(request, ">") + &mark(response, "<");
    let httpie = format!("{request}{{\"a\": 1}}\n\n\n{response}");
    for text in [&verbose, &httpie] {
        let ran_with = |arguments: &[&str]| {
            let given = ["--json", "--response", "-"];
            let ran = explained(&[arguments, &given].concat(), text);
            let asked = ran.json()[0]["explanation"]["asked"].clone();
            let asked = if asked.is_null() {
                ran.json()[0]["asked"].clone()
            } else {
                asked
            };
            (asked, ran)
        };
        let (asked, without) = ran_with(&[]);
        assert_eq!(asked["method"], "POST", "{}", without.out);
        let sentence = "the program uses the method `POST` and the headers `authorization`, `content-type` of the request in standard input. `VALUE` is in place of the value of `authorization`";
        assert!(without.out.contains(sentence), "{}", without.out);
        assert!(!without.out.contains("secret"), "{}", without.out);
        assert!(without.out.contains("application/json"), "{}", without.out);
        assert_eq!(ran_with(&["-X", "POST"]).0, asked);
        // The options describe another request.
        let (asked, other) = ran_with(&["-X", "PUT"]);
        assert_eq!(asked["method"], "PUT");
        let warning = "use `-X POST -H 'Content-Type: application/json'`\n";
        assert!(
            other.err.ends_with(warning) || other.err.is_empty(),
            "{}",
            other.err
        );
        let (_, get) = ran_with(&["-X", "GET"]);
        assert!(get.err.ends_with(warning), "{}", get.err);
    }
}

/// `curl -v` prints the requests, so a file can have the answers to the preflight and to the request. A response in the
/// wrong file is refused.
#[test]
fn printed_requests_show_the_place_of_each_response() {
    let origin = "> Host: api.example\n> Origin: https://app.example\n";
    let preflight = format!(
        "> OPTIONS /notes HTTP/1.1\n{origin}> Access-Control-Request-Method: PUT\n>\n< HTTP/1.1 204 No Content\n< Access-Control-Allow-Origin: https://app.example\n< Access-Control-Allow-Methods: PUT\n<\n"
    );
    let request = format!(
        "> PUT /notes HTTP/1.1\n{origin}>\n< HTTP/1.1 200 OK\n< Access-Control-Allow-Origin: https://app.example/\n<\n"
    );
    let both = explained(&["--response", "-"], &(preflight.clone() + &request));
    assert!(both.out.starts_with("blocked: "), "{}", both.out);
    assert!(
        both.out.contains("PUT https://api.example/notes"),
        "{}",
        both.out
    );
    let in_wrong_file = explained(&["--preflight", "-"], &request).complaint();
    assert_eq!(
        in_wrong_file,
        "standard input: line 5: this is the response to a request with the method PUT, and not to the preflight: give it with `--response`"
    );
}

/// A file without a request has possibly the response to the preflight.
#[test]
fn response_of_a_fetch_with_a_preflight_has_a_note() {
    let response = "HTTP/1.1 404 Not Found\r\n\r\n";
    let note = "standard input is judged as the response to DELETE: if it is the response to OPTIONS, give it with `--preflight`\n";
    let notes = |more: &[&str]| explained(&[&["--response", "-"], more].concat(), response).err;
    assert_eq!(notes(&["-X", "DELETE"]), note);
    assert_eq!(notes(&["-X", "POST"]), "");
}

/// Each form of the output names the header once.
#[test]
fn header_that_a_script_cannot_set_is_named_once() {
    const NOTE: &str = "the browser does not send ";
    let arguments = ["-X", "GET", "-H", "Origin: x"];
    let text = explained(&arguments, "");
    assert_eq!(text.out.matches(NOTE).count(), 1, "{}", text.out);
    assert_eq!(text.err, "");
    let json = explained(&[&arguments[..], &["--json"]].concat(), "");
    assert_eq!(json.out.matches(NOTE).count(), 1, "{}", json.out);
    let page = page(&[FETCH, &arguments[..]].concat(), "");
    assert_eq!(page.matches(NOTE).count(), 1, "{page}");
}

/// The commands have no cookies, because only the browser knows them.
#[test]
fn command_for_a_request_with_credentials_names_the_cookies() {
    let note = "\nThe browser also sends the cookies of the user: add `-b 'NAME=VALUE'`.\n";
    for (credentials, has_note) in [("include", true), ("same-origin", false)] {
        let arguments = &["--credentials", credentials];
        let text = explained(arguments, "").out;
        assert_eq!(text.contains(note), has_note, "{text}");
        let page = page(&[FETCH, arguments].concat(), "");
        assert_eq!(
            page.contains("the cookies of the user: add"),
            has_note,
            "{page}"
        );
    }
}
