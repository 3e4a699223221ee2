//! The format of a recording: members with other types, broken files, and the entries of other tools.

use super::*;

#[test]
fn members_can_have_other_types() {
    let expected = "ok";
    for change in [
        json!({"response": {"status": "200", "headers": [header("access-control-allow-origin", "*"), null, 7, {"name": 1}]}}),
        json!({"response": {"status": 200.0, "headers": [header("Access-Control-Allow-Origin", "*")], "redirectURL": null, "content": [[[]]]}}),
        json!({"_initiator": [1, {}], "_error": {}, "_corsErrorStatus": "a", "pageref": 7, "_id": null, "_resourceType": false}),
        json!({"x": {"y": [{}]}, "request": {"method": "GET", "url": URL, "postData": 7, "headers": [
            header("ORIGIN", "https://app.example"), header("Sec-Fetch-Mode", "cors"), {"value": "a"}, header("a b", "c"), header("d", "\u{0}")]}}),
    ] {
        let mut entry = request("GET", &[]);
        for (name, value) in change.as_object().unwrap() {
            entry[name] = value.clone();
        }
        let found = fetches(&[json!(null), json!("a"), entry, json!([])]);
        assert_eq!(found.len(), 1, "{change}");
        assert_eq!(
            result(&found[0], CredentialsMode::SameOrigin),
            expected,
            "{change}"
        );
    }
    for status in [
        json!(0),
        json!(-1),
        json!("abc"),
        json!(null),
        json!({}),
        json!(1e300),
        json!(true),
    ] {
        let mut entry = request("GET", &[]);
        entry["response"] = json!({"status": status, "headers": []});
        assert_eq!(
            result(&fetches(&[entry])[0], CredentialsMode::SameOrigin),
            "network-error"
        );
    }
}

#[test]
fn broken_recordings_are_reported_with_their_place() -> Outcome {
    for (text, expected) in [
        (
            "",
            "line 1, column 0: the text ends where a value is expected; no entry before this position is readable. The file ends too early: save the recording again",
        ),
        (
            "[]",
            "line 1, column 2: NOT; no entry before this position is readable. EXPORT",
        ),
        (
            "{}",
            "line 1, column 2: NOT; no entry before this position is readable. EXPORT",
        ),
        (
            "[{\"a\":{}},7,null]",
            "line 1, column 17: NOT; no entry before this position is readable. EXPORT",
        ),
        (
            "7",
            "line 1, column 1: the value is the number `7`, but it must be a HAR recording, which is an object with the member `log`; no entry before this position is readable. EXPORT",
        ),
        (
            "{\"log\":{}}",
            "line 1, column 9: the member `entries` is missing: add it; no entry before this position is readable. EXPORT",
        ),
        (
            "{\"log\":{\"entries\":[{},{}\n,{]}}",
            "line 2, column 3: expected the name of a member, in double quotes; 2 entries before this position are readable. The file is damaged here: save the recording again, without editing it",
        ),
        (
            "{\"log\":{\"entries\":[]}} x",
            "line 1, column 24: expected a value: an object, a list, a string in double quotes, a number, `true`, `false` or `null`; no entry before this position is readable. The file is damaged here: save the recording again, without editing it",
        ),
    ] {
        let error = Recording::from_slice(text.as_bytes()).err().ok_or(text)?;
        let expected = expected
            .replace("NOT", "the text is not a HAR recording: a recording has the member `log` with the list `entries`, and an entry of the list has the member `request`")
            .replace("EXPORT", "Save the requests as HAR in the network panel: in Chrome and Edge with `Export HAR`, in Firefox with `Save All As HAR`, in Safari with `Export`");
        assert_eq!(error.to_string(), expected);
    }
    assert!(Recording::from_slice(b"\xef\xbb\xbf{\"log\":{\"entries\":[]}}").is_ok());
    // If the text is cut, the entries before the cut are readable.
    let text = har(&[
        preflight("PUT", "x-a", 404),
        request("GET", &[]),
        request("GET", &[]),
    ]);
    let mut readable = 0;
    for end in 0..text.len() {
        let error = Recording::from_slice(&text[..end])
            .err()
            .ok_or("no error")?;
        let found = error.readable.fetches().len();
        assert!(found >= readable && found <= 3);
        readable = found;
        assert_eq!((error.line, error.column), (1, end));
    }
    assert_eq!(readable, 3);
    Ok(())
}

/// `Copy as HAR` and scripts write less than a whole recording.
#[test]
fn parts_of_recordings_are_read() {
    let entry = request("GET", &[header("Access-Control-Allow-Origin", "*")]);
    let [one, two] = [1, 2].map(|count| vec![entry.clone(); count]);
    let log = json!({"log": {"entries": two}});
    for (text, count) in [
        (entry.to_string(), 1),
        (json!(two).to_string(), 2),
        (
            json!({"entries": two, "pages": [], "creator": {"name": "a"}}).to_string(),
            2,
        ),
        (format!("{entry}\n{entry}\n{entry}\n"), 3),
        (format!("{log}\n{entry}"), 3),
        (json!([log, one[0], null, 7]).to_string(), 3),
        (
            json!({"log": {"entries": one}, "request": {}}).to_string(),
            1,
        ),
    ] {
        let recording = Recording::from_slice(text.as_bytes()).unwrap();
        assert_eq!(recording.entry_count(), count, "{text}");
        assert_eq!(recording.fetches().len(), count, "{text}");
    }
}

/// A body does not end the reading if a tool cut the body in the middle of an emoji, or if the body is not UTF-8.
#[test]
fn text_that_is_not_valid_is_replaced() {
    let entry = request(
        "GET",
        &[
            header("Access-Control-Allow-Origin", "*"),
            header("X-A", "PLACE"),
        ],
    );
    let mut own = entry.clone();
    own["request"]["url"] = json!("https://api.example/PLACE");
    own["comment"] = json!({"PLACE": "PLACE"});
    let text = String::from_utf8(har(&[own, entry])).unwrap();
    for (place, replaced) in [
        (&b"\\ud800"[..], "%EF%BF%BD"),
        (b"\\udfffa", "%EF%BF%BDa"),
        (b"\xff", "%EF%BF%BD"),
        (b"\\ud83d\\ude00", "%F0%9F%98%80"),
        (b"a", "a"),
        // The parser of URLs removes line breaks.
        (b"\r\n", ""),
    ] {
        let parts: Vec<_> = text.split("PLACE").map(str::as_bytes).collect();
        let text = parts.join(place);
        let fetches = Recording::from_slice(&text).unwrap().fetches();
        assert_eq!(fetches.len(), 2, "{}", place.escape_ascii());
        assert_eq!(fetches[0].url.path(), format!("/{replaced}"));
    }
}

#[test]
fn recordings_in_other_formats_have_a_fix() {
    for (start, expected) in [
        (
            &b"\x1f\x8b\x08"[..],
            "line 1, column 0: the file is compressed with gzip: decompress it with `gzip -dc FILE > NEW_FILE`; no entry before this position is readable",
        ),
        (
            b"\xff\xfe{\0",
            "line 1, column 0: the file has the encoding UTF-16: convert it with `iconv -f UTF-16 -t UTF-8 FILE > NEW_FILE`; no entry before this position is readable",
        ),
    ] {
        let error = Recording::from_slice(start).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

/// Recordings of Charles, mitmproxy, Insomnia and Safari have only the members of HAR 1.2, and no `Sec-Fetch-*`. In
/// these recordings, header names are in any letter case, some WebSockets have an `https:` URL, and some requests have
/// no page.
#[test]
fn entries_of_other_tools_are_read() {
    let plain = |method: &str, headers: &[Value]| {
        json!({
            "startedDateTime": "2026-01-01T00:00:00.000Z", "time": 1, "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0},
            "request": {"method": method, "url": URL, "httpVersion": "HTTP/2.0", "cookies": [], "headers": headers,
                "queryString": [], "headersSize": -1, "bodySize": 0},
            "response": {"status": 200, "statusText": "", "httpVersion": "HTTP/2.0", "cookies": [], "redirectURL": "",
                "headers": [header("ACCESS-CONTROL-ALLOW-ORIGIN", "chrome-extension://abcdefghijklmnop")],
                "content": {"size": 0, "mimeType": ""}, "headersSize": -1, "bodySize": -1},
        })
    };
    let of_extension = [
        header(":authority", "api.example"),
        header("ORIGIN", "chrome-extension://abcdefghijklmnop"),
        header("X-A", "1"),
    ];
    let call = plain("GET", &of_extension);
    let mut socket = plain(
        "GET",
        &[
            header("Origin", "https://app.example"),
            header("Upgrade", "websocket"),
            header("Sec-WebSocket-Key", "a"),
        ],
    );
    socket["response"]["status"] = json!(101);
    let without_page = plain(
        "POST",
        &[
            header("content-type", "application/json"),
            header("user-agent", "insomnia/10"),
        ],
    );
    let mut data = plain("GET", &[header("Origin", "https://app.example")]);
    data["request"]["url"] = json!("data:text/plain,a");
    let mut extension = plain("GET", &[header("Origin", "https://app.example")]);
    extension["request"]["url"] = json!("chrome-extension://abcdefghijklmnop/a.js");
    let found = fetches(&[call.clone(), socket, without_page, data, extension, call]);
    // A repeated entry counts as two fetches.
    assert_eq!(found.len(), 2);
    for fetch in found {
        assert_eq!(
            fetch
                .headers
                .iter()
                .map(|(name, _)| name.as_str())
                .collect::<Vec<_>>(),
            ["x-a"]
        );
        assert_eq!(result(&fetch, CredentialsMode::SameOrigin), "ok");
    }
}

/// The bodies are skipped, and the entries without CORS do not stay in memory.
#[test]
fn entries_are_read_one_by_one() -> Outcome {
    struct Endless<'t> {
        parts: std::iter::Flatten<std::array::IntoIter<Box<dyn Iterator<Item = &'t [u8]> + 't>, 3>>,
        part: &'t [u8],
    }
    impl std::io::Read for Endless<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            while self.part.is_empty() {
                match self.parts.next() {
                    Some(part) => self.part = part,
                    None => return Ok(0),
                }
            }
            self.part.read(buffer)
        }
    }
    let mut image = request("GET", &[]);
    image["request"]["headers"] = json!([
        header("sec-fetch-mode", "no-cors"),
        header("sec-fetch-site", "cross-site")
    ]);
    image["response"]["content"] = json!({"text": "a".repeat(20_000)});
    let image = format!("{image},").into_bytes();
    let last = format!("{}]}}}}", request("GET", &[])).into_bytes();
    let parts: [Box<dyn Iterator<Item = &[u8]>>; 3] = [
        Box::new(std::iter::once(&b"{\"log\":{\"entries\":["[..])),
        Box::new(std::iter::repeat_n(&image[..], 500)),
        Box::new(std::iter::once(&last[..])),
    ];
    let reader = Endless {
        parts: parts.into_iter().flatten(),
        part: &[],
    };
    let mut recording = Recording::new();
    recording.read(&mut serde_json::Deserializer::from_reader(
        std::io::BufReader::new(reader),
    ))?;
    assert_eq!(
        (recording.entry_count(), recording.fetches().len()),
        (501, 1)
    );
    Ok(())
}

#[test]
fn damaged_entries_are_counted_and_named() {
    use EntryProblemKind as Kind;
    let whole = request("GET", &[]);
    let changed = |member: &str, value: Value| {
        let mut entry = whole.clone();
        entry["request"][member] = value;
        entry
    };
    for (entry, expected) in [
        (json!(null), Some(Kind::NotAnObject)),
        (json!(3), Some(Kind::NotAnObject)),
        (json!([]), Some(Kind::NotAnObject)),
        (json!({}), Some(Kind::NoRequest)),
        (json!({"request": []}), Some(Kind::NoRequest)),
        (changed("url", json!(null)), Some(Kind::NoUrl)),
        (changed("url", json!("")), Some(Kind::NoUrl)),
        (changed("url", json!("/notes")), Some(Kind::InvalidUrl)),
        (
            changed("url", json!("https://a b/")),
            Some(Kind::InvalidUrl),
        ),
        (changed("method", json!(null)), Some(Kind::NoMethod)),
        (
            changed("headers", json!(null)),
            Some(Kind::NoRequestHeaders),
        ),
        (
            changed("headers", json!(7)),
            Some(Kind::UnreadableRequestHeaders),
        ),
        (
            changed("headers", json!([7])),
            Some(Kind::IncompleteRequestHeader),
        ),
        (
            changed("headers", json!({"a": {}})),
            Some(Kind::IncompleteRequestHeader),
        ),
        (changed("url", json!("data:,")), None),
        (
            changed("headers", json!({"a": "b", "c": ["d", "e"], "f": 1})),
            None,
        ),
        (whole.clone(), None),
    ] {
        let text = har(&[whole.clone(), entry.clone()]);
        let recording = Recording::from_slice(&text).unwrap();
        let found: Vec<_> = recording
            .problems()
            .iter()
            .map(|problem| (problem.entry, problem.kind))
            .collect();
        let expected: Vec<_> = expected.into_iter().map(|kind| (1, kind)).collect();
        assert_eq!(found, expected, "{entry}");
        assert_eq!(recording.problem_count(), expected.len());
    }
    let many = har(&vec![json!(null); 300]);
    let recording = Recording::from_slice(&many).unwrap();
    assert_eq!(
        (recording.problems().len(), recording.problem_count()),
        (100, 300)
    );
}

#[test]
fn headers_can_be_members_of_an_object() {
    let mut entry = request("GET", &[]);
    entry["request"]["headers"] = json!({"Origin": "https://app.example", "X-A": ["1", "2"]});
    entry["response"]["headers"] = json!({"Access-Control-Allow-Origin": "*", "Content-Length": 7});
    let fetch = &fetches(&[entry])[0];
    assert_eq!(
        fetch.exchanges[0].request_headers.get("x-a").as_deref(),
        Some(&b"1, 2"[..])
    );
    assert_eq!(result(fetch, CredentialsMode::SameOrigin), "ok");
}

#[test]
fn scheme_of_a_url_can_have_upper_case() {
    let mut entry = request("GET", &[]);
    entry["request"]["url"] = json!("HTTPS://API.example/");
    let recording = Recording::from_slice(&har(std::slice::from_ref(&entry))).unwrap();
    assert_eq!(recording.http_entry_count(), 1);
    assert_eq!(recording.fetches()[0].url.as_str(), "https://api.example/");
}
