//! Recordings of generated fetches.

use super::*;

/// The behavior of the generated servers.
#[derive(Debug, Clone)]
struct Served {
    method: &'static str,
    header: Option<&'static str>,
    credentials: CredentialsMode,
    preflight: (u16, Vec<(&'static str, &'static str)>),
    response: (u16, Vec<(&'static str, &'static str)>),
}

fn served() -> impl Strategy<Value = Served> {
    let allowing = |statuses: Vec<u16>| {
        let headers = prop::sample::subsequence(
            vec![
                ("access-control-allow-origin", "*"),
                ("access-control-allow-origin", "https://app.example"),
                ("access-control-allow-origin", "https://app.example/"),
                ("access-control-allow-credentials", "true"),
                ("access-control-allow-methods", "PUT"),
                ("access-control-allow-methods", "a b"),
                ("access-control-allow-headers", "x-a, content-type"),
                ("location", "/r2"),
            ],
            0..6,
        );
        (prop::sample::select(statuses), headers)
    };
    (
        prop::sample::select(vec!["GET", "POST", "PUT", "patch"]),
        prop::sample::select(vec![
            None,
            Some("x-a"),
            Some("content-type"),
            Some("authorization"),
        ]),
        prop::sample::select(vec![
            CredentialsMode::SameOrigin,
            CredentialsMode::Include,
            CredentialsMode::Omit,
        ]),
        allowing(vec![200, 204, 302, 404]),
        allowing(vec![200, 404, 307]),
    )
        .prop_map(
            |(method, header, credentials, preflight, response)| Served {
                method,
                header,
                credentials,
                preflight,
                response,
            },
        )
}

/// Runs a fetch, and records the fetch as a network panel does. Returns the result of the fetch.
fn record(served: &Served, entries: &mut Vec<Value>) -> String {
    let mut init = RequestInit::new(URL.parse().unwrap());
    init.method = served.method.into();
    init.headers = served
        .header
        .iter()
        .map(|name| ((*name).into(), "application/json".into()))
        .collect();
    init.credentials = served.credentials;
    let request = init.into_request(Origin::parse("https://app.example").unwrap());
    let mut was_sent = false;
    let outcome = fetch_cors::browser::Outcome::fetch(
        &mut UserAgent::new(),
        request,
        Duration::ZERO,
        |request| {
            let (status, headers) = if request.is_preflight() {
                &served.preflight
            } else {
                &served.response
            };
            was_sent |= !request.is_preflight();
            let mut sent: Vec<_> = request
                .header_list
                .iter()
                .map(|(name, value)| {
                    header(name.as_str(), &String::from_utf8_lossy(value.as_bytes()))
                })
                .collect();
            sent.push(header("sec-fetch-mode", "cors"));
            if request.credentials == Credentials::Included {
                sent.push(header("cookie", "a=b"));
            }
            let location = headers
                .iter()
                .find(|(name, _)| *name == "location" && (300..400).contains(status));
            let received: Vec<_> = headers
                .iter()
                .map(|(name, value)| header(name, value))
                .collect();
            let redirect_url = location.map_or("", |_| "https://api.example/r2");
            entries.push(json!({
            "request": {"method": request.method.as_str(), "url": request.url.as_str(), "headers": sent},
            "response": {
                "status": status,
                "headers": received,
                "redirectURL": redirect_url,
            },
        }));
            let headers = HeaderList::from_pairs(headers.iter().copied()).unwrap();
            Ok(Response::new((*status).try_into().unwrap(), headers))
        },
    );
    if !was_sent {
        let sent: Vec<_> = served
            .header
            .iter()
            .map(|name| header(name, "application/json"))
            .collect();
        entries.push(json!({"request": {"method": served.method, "url": URL, "headers": sent}, "response": {"status": 0, "headers": []}}));
    }
    outcome
        .result
        .map_or_else(|error| error.failure().to_string(), |_| "ok".to_owned())
}

proptest! {
    /// A fetch that is recorded, and read back from the recording, has the same result. The order of preflight and
    /// request does not matter.
    #[test]
    fn recorded_fetches_have_the_same_result(served in served(), is_reversed in any::<bool>()) {
        let mut entries = Vec::new();
        let expected = record(&served, &mut entries);
        if is_reversed && entries.len() == 2 && served.response.0 != 307 {
            entries.reverse();
        }
        let fetches = fetches(&entries);
        prop_assert_eq!(fetches.len(), 1, "{:?}", entries);
        let credentials = match served.credentials {
            // In mode `same-origin`, cross-origin requests do not have credentials either.
            CredentialsMode::Omit => CredentialsMode::SameOrigin,
            other => other,
        };
        let modes = fetches[0].credentials_modes();
        prop_assert!(modes.contains(&credentials), "{modes:?}");
        prop_assert_eq!(result(&fetches[0], credentials), expected, "{:?}", entries);
    }

    /// If a recording is cut anywhere, the error has the place of the cut, and the entries before the cut are the same
    /// as in the whole recording.
    #[test]
    fn cut_recordings_have_the_entries_before_the_cut(
        at in any::<prop::sample::Index>(),
        name in prop::sample::select(vec!["cdp-chromium.har", "netmonitor-firefox.har", "playwright-chromium.har"]),
    ) {
        let text = sample(name).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let whole = Recording::from_slice(&text).unwrap();
        let end = at.index(text.trim_ascii_end().len());
        let cut = &text[..end];
        let error = Recording::from_slice(cut).unwrap_err();
        let line_start = cut.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let lines = cut.iter().filter(|byte| **byte == b'\n').count();
        prop_assert_eq!((error.line, error.column), (lines + 1, end - line_start));
        let mut streamed = Recording::new();
        streamed.read(&mut serde_json::Deserializer::from_reader(cut)).unwrap_err();
        prop_assert_eq!(streamed.entry_count(), error.readable.entry_count());
        prop_assert!(error.readable.entry_count() <= whole.entry_count());
        let places = |recording: &Recording| -> std::collections::BTreeSet<usize> {
            let fetches = recording.fetches();
            fetches.iter().flat_map(|fetch| &fetch.exchanges).map(|exchange| exchange.entry).collect()
        };
        let (before, all) = (places(&error.readable), places(&whole));
        let count = error.readable.entry_count();
        prop_assert!(all.iter().filter(|at| **at < count).all(|at| before.contains(at)));
    }

    /// A recording with a changed value is read or refused, without a panic. Two judgments of one fetch have the same
    /// result.
    #[test]
    fn changed_recordings_are_read_or_refused(
        at in any::<prop::sample::Index>(),
        junk in prop::sample::select(vec!["null", "0", "\"\"", "[]", "{}", "[{}]", "-1", "\"https://a.test\"", "\"\\u001b\"", "}", ","]),
        name in prop::sample::select(vec!["cdp-chromium.har", "netmonitor-firefox.har"]),
    ) {
        let text = sample(name).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let colons: Vec<_> = text.windows(2).enumerate().filter(|(_, bytes)| bytes == b": ").map(|(at, _)| at + 2).collect();
        let start = *at.get(&colons);
        let end = start + text[start..].iter().position(|byte| b",\n}]".contains(byte)).unwrap_or(0);
        let changed = [&text[..start], junk.as_bytes(), &text[end..]].concat();
        let recording = Recording::from_slice(&changed).unwrap_or_else(|error| {
            assert!(!error.to_string().contains(|c: char| c.is_control()));
            *error.readable
        });
        for fetch in recording.fetches() {
            for mode in fetch.credentials_modes() {
                prop_assert_eq!(result(&fetch, *mode), result(&fetch, *mode));
            }
        }
    }
}
