//! Alternative fixes: a safer fix than allowing the origin `null`, and a fix without a new URL in the page.

use fetch_cors::{
    cases::Case,
    explain::{AlternativeKind, Explanation, HtmlPage, PageChange},
};

use crate::properties;

const ALLOW: &str = r#"["Access-Control-Allow-Origin","https://app.example"]"#;

/// Explains a case, and proves its fixes. `entries` are the servers of the case.
fn explained(fetch: &str, entries: &[String]) -> Explanation {
    let entries = entries.join(",");
    let json = format!(
        r#"{{"id":"a","fetches":[{{"origin":"https://app.example","url":"https://api.example/a",{fetch}}}],"server":[{entries}]}}"#
    );
    let explained = properties::check(&Case::parse(&json).unwrap()).unwrap();
    explained.into_iter().next().unwrap()
}

/// Returns the changes of each alternative: the new URL of the page, and the changed lines.
fn changes(explanation: &Explanation) -> Vec<(AlternativeKind, Vec<String>)> {
    let alternatives = explanation.alternatives.iter().map(|alternative| {
        let page = alternative.page.iter().map(|change| match change {
            PageChange::SetUrl { after, .. } => format!("page fetches {after}"),
            other => format!("page {other}"),
        });
        let answers = alternative.answers.iter().flat_map(|answer| {
            let request = format!("{} {}", answer.method, answer.url);
            let status = answer.status.map(|status| status.after.to_string());
            let headers = answer.headers.iter().map(ToString::to_string);
            let lines = status.into_iter().chain(headers);
            lines.map(move |line| format!("{request}: {line}"))
        });
        (alternative.kind, page.chain(answers).collect())
    });
    alternatives.collect()
}

/// Whether the text and the HTML page have the lines, without the markup of HTML.
fn shows(explanation: &Explanation, lines: &[&str]) {
    let text = explanation.to_string();
    let page = HtmlPage::new("a").with_fetch("b", explanation).to_string();
    for line in lines {
        assert!(text.contains(&format!("\n{line}\n")), "{line}: {text}");
        let html = line.rsplit(" to ").next().unwrap().trim_end_matches(':');
        let html = html.rsplit(' ').next().unwrap();
        assert!(page.contains(html), "{html}: {page}");
    }
}

fn redirect(from: &str, status: u16, to: &str, preflight: &str) -> String {
    format!(
        r#"{{"url":"https://api.example{from}",{preflight}"response":{{"status":{status},"headers":[{ALLOW},["Location","{to}"]]}}}}"#
    )
}

/// The server of another origin redirects to a third origin, so the browser sends `Origin: null`.
#[test]
fn safer_fix_of_a_redirect_to_another_origin_has_the_lines_of_the_last_server() {
    let entries = [
        redirect("/a", 307, "https://cdn.example/b", ""),
        String::from(r#"{"url":"https://cdn.example/b","response":{"status":200,"headers":[]}}"#),
    ];
    let explanation = explained(r#""method":"GET""#, &entries);
    let lines = vec![
        "page fetches https://cdn.example/b".into(),
        "GET https://cdn.example/b: + Access-Control-Allow-Origin: https://app.example".into(),
    ];
    assert_eq!(
        changes(&explanation),
        [(AlternativeKind::WithoutRedirect, lines)]
    );
    shows(
        &explanation,
        &[
            "Then needed in the response to GET https://cdn.example/b:",
            "+ Access-Control-Allow-Origin: https://app.example",
        ],
    );
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["alternatives"][0]["kind"], "without-redirect");
    assert!(
        explanation.to_string().contains("own origin"),
        "{explanation}"
    );
}

/// With a preflight, the last server also has to answer the preflight.
#[test]
fn safer_fix_with_a_preflight_has_the_preflight_of_the_last_server() {
    let preflight = format!(
        r#""preflight":{{"status":204,"headers":[{ALLOW},["Access-Control-Allow-Methods","PUT"]]}},"#
    );
    let entries = [
        redirect("/a", 307, "https://cdn.example/b", &preflight),
        String::from(
            r#"{"url":"https://cdn.example/b","preflight":{"status":404,"headers":[]},"response":{"status":200,"headers":[]}}"#,
        ),
    ];
    let explanation = explained(r#""method":"PUT""#, &entries);
    let request = "OPTIONS https://cdn.example/b";
    let lines = vec![
        "page fetches https://cdn.example/b".into(),
        format!("{request}: 204"),
        format!("{request}: + Access-Control-Allow-Origin: https://app.example"),
        format!("{request}: + Access-Control-Allow-Methods: PUT"),
        "PUT https://cdn.example/b: + Access-Control-Allow-Origin: https://app.example".into(),
    ];
    assert_eq!(
        changes(&explanation),
        [(AlternativeKind::WithoutRedirect, lines)]
    );
}

/// After the status 303, the browser sends GET. A PUT request to the last URL is not the same fetch.
#[test]
fn redirect_that_changes_the_method_has_no_alternative() {
    let preflight = format!(
        r#""preflight":{{"status":204,"headers":[{ALLOW},["Access-Control-Allow-Methods","PUT"]]}},"#
    );
    let entries = [
        redirect("/a", 303, "https://cdn.example/b", &preflight),
        String::from(r#"{"url":"https://cdn.example/b","response":{"status":200,"headers":[]}}"#),
    ];
    let explanation = explained(r#""method":"PUT""#, &entries);
    assert_eq!(changes(&explanation), []);
}

/// A redirect from the origin of the page does not change `Origin`, so no fix allows `null`.
#[test]
fn redirect_from_the_origin_of_the_page_needs_no_alternative() {
    let json = r#"{"id":"a","fetches":[{"origin":"https://app.example","url":"https://app.example/a"}],"server":[
        {"url":"https://app.example/a","response":{"status":307,"headers":[["Location","https://cdn.example/b"]]}},
        {"url":"https://cdn.example/b","response":{"status":200,"headers":[]}}]}"#;
    let explained = properties::check(&Case::parse(json).unwrap()).unwrap();
    assert_eq!(changes(&explained[0]), []);
}

/// The page can fetch the URL with the slash, or the server can answer the preflight without a redirect.
#[test]
fn redirected_preflight_can_be_answered_by_the_server() {
    let preflight = format!(
        r#""preflight":{{"status":301,"headers":[{ALLOW},["Location","/a/"],["Access-Control-Allow-Methods","PUT"]]}},"#
    );
    let response = format!(
        r#"{{"url":"https://api.example/a",{preflight}"response":{{"status":200,"headers":[{ALLOW}]}}}}"#
    );
    for (fetch, page) in [
        (r#""method":"PUT""#, None),
        // The other mistake of the page stays a change of the page.
        (
            r#""method":"PUT","headers":[["Vary","Origin"]]"#,
            Some("page remove the header `vary` from the request: only responses have this header"),
        ),
    ] {
        let explanation = explained(fetch, std::slice::from_ref(&response));
        let lines = page.map(String::from).into_iter();
        let lines = lines.chain(["OPTIONS https://api.example/a: 204".into()]);
        assert_eq!(
            changes(&explanation),
            [(AlternativeKind::WithoutNewUrl, lines.collect())]
        );
        shows(
            &explanation,
            &["Or, in the server, in the preflight response to OPTIONS https://api.example/a:"],
        );
    }
}

/// A redirect back to the origin of the page is not needed: the page can fetch its own URL, without CORS.
#[test]
fn safer_fix_of_a_redirect_back_is_the_own_url() {
    let entries = [
        redirect("/a", 307, "https://app.example/b", ""),
        String::from(r#"{"url":"https://app.example/b","response":{"status":200,"headers":[]}}"#),
    ];
    let explanation = explained(r#""method":"GET""#, &entries);
    let text = explanation.to_string().replace("\n  ", " ");
    for part in [
        "this URL has the origin of the page, so no CORS header is needed",
        "Unsafe fix, in the response to GET https://app.example/b:",
        "to an origin that is not its own",
    ] {
        assert!(text.contains(part), "{text}");
    }
}
