//! Members that no object has: the error names the place and the nearest name.

use fetch_cors::cases::{Exchange, Vector};

use super::{CASE, assert_malformed, error, with_fetch, with_server};

#[test]
fn unknown_member_is_malformed_in_every_object() {
    let expecting =
        |expectation: &str| format!(r#"{{"case":{CASE},"expect":{{"fetches":[{expectation}]}}}}"#);
    let observing =
        |recorded: &str| format!(r#"{{"case":{CASE},"observed":{{"firefox":{recorded}}}}}"#);
    let exchange = r#"{"id":"a","request":{"id":"a","method":"GET","url":"http://a/","headers":[]},"response":{"status":200},"seconds":0.1}"#;
    let insert = |line: &str, before: &str, member: &str| {
        let inserted = line.replacen(before, &format!("{member}{before}"), 1);
        assert_ne!(inserted, line);
        inserted
    };
    for (line, path, nearest) in [
        (
            CASE.replace(r#""server""#, r#""servers""#),
            "servers",
            "server",
        ),
        (insert(CASE, r#""id""#, r#""notes":1,"#), "notes", ""),
        (
            with_fetch(r#","methd":"PUT""#),
            "fetches[0].methd",
            "method",
        ),
        (
            with_fetch(r#","useCorsPreflight":true"#),
            "fetches[0].useCorsPreflight",
            "use_cors_preflight",
        ),
        (
            with_fetch(r#","referrer":"""#),
            "fetches[0].referrer",
            "referrer_policy",
        ),
        (with_fetch(r#","X-A":"""#), "fetches[0].X-A", ""),
        (with_fetch(r#","x_a":"""#), "fetches[0].x_a", ""),
        (with_fetch(r#","":"""#), "fetches[0].", ""),
        (
            with_server(r#"[{"url":"http://b/","responses":{"status":200}}]"#),
            "server[0].responses",
            "response",
        ),
        (
            with_server(
                r#"[{"url":"http://b/","responses":{"status":200},"response":{"status":200}}]"#,
            ),
            "server[0].responses",
            "",
        ),
        (
            with_server(r#"[{"url":"http://b/","response":{"status":200,"body":""}}]"#),
            "server[0].response.body",
            "",
        ),
        (
            with_server(
                r#"[{"url":"http://b/","response":[{"status":200},{"status":200,"header":[]}]}]"#,
            ),
            "server[0].response[1].header",
            "headers",
        ),
        (
            with_server(
                r#"[{"url":"http://b/","preflight":{"error":"network","seconds":1},"response":{"status":200}}]"#,
            ),
            "server[0].preflight.seconds",
            "",
        ),
        (
            insert(&expecting("{}"), r#""case""#, r#""sourc":"","#),
            "sourc",
            "source",
        ),
        (
            insert(&expecting("{}"), r#""id""#, r#""note":"","#),
            "case.note",
            "",
        ),
        (
            expecting("{}").replace(r#""fetches":[{}]"#, r#""fetch":[{}]"#),
            "expect.fetch",
            "fetches",
        ),
        (
            expecting(r#"{"preflight":true}"#),
            "expect.fetches[0].preflight",
            "preflights",
        ),
        (
            expecting(r#"{"prefligthed":true}"#),
            "expect.fetches[0].prefligthed",
            "preflighted",
        ),
        (
            expecting(r#"{"result":{"code":"bad-port"}}"#),
            "expect.fetches[0].result.code",
            "",
        ),
        (
            expecting(r#"{"result":{"statsu":0}}"#),
            "expect.fetches[0].result.statsu",
            "status",
        ),
        (
            expecting(r#"{"actual":[{"header":{}}]}"#),
            "expect.fetches[0].actual[0].header",
            "headers",
        ),
        (
            expecting(r#"{"preflights":[{},{"reasons":[]}]}"#),
            "expect.fetches[0].preflights[1].reasons",
            "",
        ),
        (
            format!(r#"{{"case":{CASE},"observed":{{"fire-fox":{{}}}}}}"#),
            "observed.fire-fox",
            "firefox",
        ),
        (
            observing(r#"{"fetches":[],"devtool":[]}"#),
            "observed.firefox.devtool",
            "devtools",
        ),
        (
            observing(r#"{"fetches":[],"devtools":[{"url":"a","error":"b","value":"c"}]}"#),
            "observed.firefox.devtools[0].value",
            "",
        ),
        (
            observing(r#"{"fetches":[{"requests":[],"result":{"type":"error"},"at":0}]}"#),
            "observed.firefox.fetches[0].at",
            "",
        ),
        (
            observing(
                r#"{"fetches":[{"requests":[{"methods":"GET"}],"result":{"type":"error"}}]}"#,
            ),
            "observed.firefox.fetches[0].requests[0].methods",
            "method",
        ),
        (
            observing(r#"{"fetches":[{"requests":[],"result":{"type":"error","reason":"a"}}]}"#),
            "observed.firefox.fetches[0].result.reason",
            "",
        ),
        (
            r#"{"id":"a","fn":"method","valu":"PUT"}"#.into(),
            "valu",
            "value",
        ),
        (
            r#"{"id":"a","fn":"method","value":"PUT","name":"a"}"#.into(),
            "name",
            "",
        ),
        (
            r#"{"id":"a","fn":"method","value":"PUT","values":[]}"#.into(),
            "values",
            "",
        ),
        (
            r#"{"id":"a","fn":"method","value":"PUT","expected":true}"#.into(),
            "expected",
            "expect",
        ),
        (
            r#"{"id":"a","fn":"tao-check","fetches":[]}"#.into(),
            "fetches",
            "",
        ),
        (
            insert(exchange, r#""seconds""#, r#""note":"","#),
            "note",
            "",
        ),
        (
            exchange.replace(r#""headers""#, r#""headrs""#),
            "request.headrs",
            "headers",
        ),
        (
            exchange.replace(r#""status""#, r#""state""#),
            "response.state",
            "status",
        ),
        (
            r#"{"id":"a","method":"GET","headers":[],"response_headers":[],"urls":"a"}"#.into(),
            "urls",
            "url",
        ),
        (
            r#"{"id":"a","method":"GET","headers":[],"response_headers":[],"origin":"a"}"#.into(),
            "origin",
            "",
        ),
    ] {
        let error = error(&line).unwrap_or_else(|| panic!("accepted: {line}"));
        let beginning = format!("{path}: no member has this name: ");
        let advice = error.strip_prefix(&beginning);
        let is_right = |advice: &str| {
            if nearest.is_empty() {
                advice.ends_with("or begin the name with `x-`")
            } else {
                advice == format!("write `{nearest}`")
            }
        };
        assert!(advice.is_some_and(is_right), "{line}\n{error}");
        // Every member whose name begins with `x-` is accepted, whatever its value is.
        let name = path.rsplit('.').next().unwrap();
        let free = line.replacen(&format!(r#""{name}":"#), r#""x-a":"#, 1);
        // The line can still have an error, because a required member can be missing.
        let error = self::error(&free).unwrap_or_default();
        assert!(
            !error.contains("no member has this name"),
            "{free}\n{error}"
        );
    }
}

#[test]
fn members_of_a_fetch_or_a_question_name_the_place() {
    let of_fetch = "this is a member of a fetch: write the fetch into `fetches`, as in ";
    let of_question = "this is a member of a question, and a question needs `fn`: add `fn`, ";
    for (line, member, expected) in [
        (r#"{"origin":"http://a"}"#, "origin", of_fetch),
        (
            r#"{"id":"a","url":"http://a","x-a":1,"origin":"http://b"}"#,
            "url",
            of_fetch,
        ),
        (r#"{"method":"PUT","mode":"cors"}"#, "method", of_fetch),
        (r#"{"id":"a","value":"PUT"}"#, "value", of_question),
        (
            r#"{"origin":"http://a","tainting":"cors"}"#,
            "origin",
            of_question,
        ),
    ] {
        assert_malformed(line, &format!("{member}: {expected}"));
    }
}

#[test]
fn nearest_name_leads_to_a_line_that_parses() {
    let unknown = "no member has this name: ";
    for (line, expected) in [
        (r#"{"id":"a","Fn":"method","value":"x"}"#, "Fn: write `fn`"),
        (
            r#"{"id":"a","fnn":"method","value":"x"}"#,
            "fnn: write `fn`",
        ),
        (r#"{"id":"a","value":"x","Fn":"method"}"#, "Fn: write `fn`"),
        (r#"{"cas":{},"expect":{}}"#, "cas: write `case`"),
        (r#"{"cases":{}}"#, "cases: write `case`"),
        (
            r#"{"id":"a","fetchs":[],"servers":[]}"#,
            "fetchs: write `fetches`",
        ),
        (
            r#"{"id":"a","fn":"method","value":"x","Value":"x"}"#,
            "Value: remove it, or",
        ),
        (
            r#"{"id":"a","fn":"method","Value":"x","value":"x"}"#,
            "Value: remove it, or",
        ),
        (
            r#"{"id":"a","fn":"method","value":"x","values":["x"]}"#,
            "values: remove it, or",
        ),
        (
            r#"{"id":"a","fn":"method","values":["x"]}"#,
            "values: write `value`",
        ),
        (
            r#"{"id":"a","fn":"cors-safelisted-request-header","name":"x","values":["x"],"value":"x"}"#,
            "values: remove it, or",
        ),
        (
            r#"{"id":"a","fn":"tao-check","origin":"x","headers":[]}"#,
            "headers: use one of `tainting`, `values`, or",
        ),
        (
            r#"{"id":"a","fn":"tao-check","mode":"cors"}"#,
            "mode: use one of `origin`, `tainting`, `values`, or",
        ),
        (
            r#"{"id":"a","fn":"tao-check","fetches":[]}"#,
            "fetches: use one of `origin`, `tainting`, `values`, or",
        ),
        (
            r#"{"id":"a","fetches":[{"url":"http://a","Url":"http://a"}],"server":[]}"#,
            "fetches[0].Url: use one of `at`, ",
        ),
        // The member with the correct name can come after the member with the misspelled name.
        (
            r#"{"id":"a","fetches":[{"Url":"http://a","url":"http://a"}],"server":[]}"#,
            "fetches[0].Url: use one of `at`, ",
        ),
        (
            r#"{"id":"a","fetches":[{"origin":"http://a","URL":"http://a","Origin":"http://a"}],"server":[]}"#,
            "fetches[0].URL: write `url`",
        ),
        (
            r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://a"}],"server":[{"url":"http://a","response":[{"status":200},{"Status":200,"status":204}]}]}"#,
            "server[0].response[1].Status: use one of `headers`, or",
        ),
        (
            r#"{"case":{"id":"a","fetches":[{"origin":"http://a","url":"http://a","body":{"Type":"a","type":"b"}}],"server":[]}}"#,
            "case.fetches[0].body.Type: remove it, or",
        ),
    ] {
        let (path, advice) = expected.split_once(' ').unwrap();
        assert_malformed(line, &format!("{path} {unknown}{advice}"));
    }
    let error = |line| Vector::parse(line).unwrap_err().to_string();
    let expected = format!("Fn: {unknown}write `fn`");
    assert_eq!(
        error(r#"{"id":"a","Fn":"method","value":"x","expect":true}"#),
        expected
    );
    assert_eq!(
        error(r#"{"cas":{},"expect":{}}"#),
        format!("cas: {unknown}write `case`")
    );
}

/// An error about an unknown member does not suggest a member that is refused next to the other members.
#[test]
fn suggested_member_can_be_added() {
    let with_answer = |answer: &str| {
        format!(
            r#"{{"id":"a","fetches":[{{"origin":"http://a","url":"http://b/"}}],"server":[{{"url":"http://b/","response":{answer}}}]}}"#
        )
    };
    let remove = "remove it, or begin the name with `x-`";
    for (line, path, advice) in [
        (
            with_answer(r#"{"status":200,"headers":[],"seconds":3}"#),
            "server[0].response.seconds",
            remove,
        ),
        (
            with_answer(r#"{"error":"network","stattus":200}"#),
            "server[0].response.stattus",
            remove,
        ),
        (
            with_answer(r#"{"seconds":3}"#),
            "server[0].response.seconds",
            "use one of `error`, `status`, `headers`, or begin",
        ),
        (
            with_fetch(r#","api":"xhr","modes":"cors""#),
            "fetches[0].modes",
            "use one of `at`, `method`, `headers`, `body`, `credentials`, `use_cors_preflight`, or begin",
        ),
        (
            with_fetch(r#","use_cors_preflight":true,"redirects":"manual""#),
            "fetches[0].redirects",
            "use one of `at`, `api`, `method`, `headers`, `body`, `credentials`, or begin",
        ),
        (
            with_fetch(r#","api":"fetch","use_preflight":true"#),
            "fetches[0].use_preflight",
            "use one of `at`, `method`, `headers`, `body`, `referrer_policy`, `mode`, `credentials`, `redirect`, or begin",
        ),
        (
            with_fetch(r#","api":"fetch","modes":"cors""#),
            "fetches[0].modes",
            "write `mode`",
        ),
    ] {
        let expected = format!("{path}: no member has this name: {advice}");
        assert_malformed(&line, &expected);
    }
    let exchange = |response: &str| {
        let line = format!(
            r#"{{"id":"a/1","request":{{"method":"GET","url":"http://a/","headers":[]}},"response":{response}}}"#
        );
        Exchange::parse(&line).unwrap_err().to_string()
    };
    let unknown = "no member has this name: ";
    for response in [
        r#"{"status":200,"headers":[],"erorr":"timeout"}"#,
        r#"{"error":"timeout","header":[]}"#,
    ] {
        let error = exchange(response);
        assert!(
            error.ends_with(&format!("{unknown}{remove}")),
            "{response}: {error}"
        );
    }
}
