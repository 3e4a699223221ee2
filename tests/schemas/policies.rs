//! The printed lines about policies fit their schemas.

use fetch_cors::conformance::laws::Law;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    printed::printed,
    program::file,
    validator::{Schemas, document},
};

fn policies() -> Vec<Value> {
    vec![
        json!({"origins": "*"}),
        json!({"origins": "*", "methods": "*", "request_headers": ["*", "authorization"], "expose_headers": "*", "max_age": 0}),
        json!({"origins": ["https://a.example"], "methods": ["PUT"], "expose_headers": ["ETag"]}),
        json!({"origins": ["https://a.example", "tauri://localhost"], "preflight_status": 200}),
        json!({"origins": ["https://*.a.example", "http://localhost:*"], "credentials": true, "methods": "*", "request_headers": "*"}),
        json!({"origins": ["null"], "credentials": true, "dangerously_allow_null_origin": true, "request_headers": ["X-A"], "max_age": 86400}),
    ]
}

/// Returns the values of `member` in the lines of `out`.
fn found(out: &[Value], member: &str) -> BTreeSet<String> {
    let found = out.iter().filter_map(|line| line[member].as_str());
    found.map(str::to_owned).collect()
}

fn listed(schema: &Value) -> BTreeSet<String> {
    let words = schema["enum"].as_array().unwrap().iter();
    words
        .map(|word| word.as_str().unwrap().to_owned())
        .collect()
}

fn lines(out: &str) -> Vec<Value> {
    out.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn printed_policies_fit_the_schema() {
    let schemas = Schemas::load();
    for policy in policies() {
        assert!(schemas.accepts("policy", &policy), "{policy}");
        printed(&["policy", "--json", "-"], policy.to_string(), &["policy"]);
    }
}

#[test]
fn printed_policy_errors_fit_the_schema() {
    let wrong = json!({
        "origins": ["a", "https://a.example/", "null", "http://a.example", "https://*.co.uk", "moz-extension://*", 1.5],
        "credentials": true,
        "methods": ["a b", "CONNECT", "put", null],
        "request_headers": ["a b", "cookie", "access-control-allow-origin"],
        "expose_headers": "*",
        "max_age": 86_401,
        "preflight_status": 300,
        "x": [{"a": []}],
    });
    let any = json!({"origins": "*", "credentials": true});
    let mut errors = Vec::new();
    for policy in [
        wrong.to_string(),
        any.to_string(),
        "{}".into(),
        "{".into(),
        "a = 1".into(),
    ] {
        let arguments = ["policy", "--json", "-"];
        errors.extend(lines(&printed(
            &arguments,
            policy,
            &["configuration-error"],
        )));
    }
    let codes = &document("configuration-error")["properties"]["error"];
    assert_eq!(found(&errors, "error"), listed(codes));
    let wrong = file("schemas-wrong.json", wrong.to_string());
    printed(
        &["judge", "--json", "--policy", &wrong, "--url", "http://a"],
        "",
        &["configuration-error"],
    );
}

#[test]
fn printed_policy_differences_fit_the_schema() {
    let [old, new] = ["old", "new"].map(|name| format!("schemas-{name}.json"));
    let old = file(&old, policies()[2].to_string());
    let new = file(&new, policies()[3].to_string());
    for (old, new) in [(&old, &new), (&old, &old)] {
        printed(
            &["policy", "diff", "--json", old, new],
            "",
            &["policy-difference"],
        );
    }
}

#[test]
fn printed_responses_fit_the_schema() {
    let origins: [&[&str]; 4] = [&[], &["https://a.example"], &["null"], &["b", "b"]];
    let methods: [&[&str]; 4] = [&[], &["PUT"], &["X"], &["a b"]];
    let names: [&[&str]; 4] = [&[], &["x-a"], &["authorization,y"], &["a b"]];
    let header = |name: &str, values: &[&str]| {
        let lines = values.iter().map(|value| json!([name, value]));
        lines.collect::<Vec<_>>()
    };
    let mut input = String::from("{}\n");
    for method in ["GET", "PUT", "OPTIONS", "a b"] {
        for origin in origins {
            for asked in methods {
                for names in names {
                    let headers = [
                        header("Origin", origin),
                        header("Access-Control-Request-Method", asked),
                        header("Access-Control-Request-Headers", names),
                    ];
                    let set = [
                        ["Vary", "accept"],
                        ["X-B", " \u{e9} "],
                        ["access-control-a", "b"],
                    ];
                    let line = json!({"id": "a", "method": method, "headers": headers.concat(), "response_headers": set});
                    input += &format!("{line}\n");
                }
            }
        }
    }
    let mut answers = Vec::new();
    for (i, policy) in policies().into_iter().enumerate() {
        let policy = file(&format!("schemas-{i}.json"), policy.to_string());
        let arguments = ["respond", "--policy", &policy];
        answers.extend(lines(&printed(
            &arguments,
            input.clone(),
            &["answer", "malformed"],
        )));
    }
    let schema = document("answer");
    assert_eq!(
        found(&answers, "kind"),
        listed(&schema["properties"]["kind"])
    );
    let denied = &schema["allOf"][1]["then"]["properties"]["denied"];
    assert_eq!(found(&answers, "denied"), listed(denied));
}

/// `fetch-cors respond` answers the probes in place of a server.
#[test]
fn printed_probes_and_violations_fit_the_schema() {
    const BASE: &str = "https://api.example/notes";
    let policy = file("schemas-judged.json", policies()[2].to_string());
    let other = file("schemas-served.json", policies()[1].to_string());
    let probes = printed(
        &[
            "probe",
            "--unsafe-methods",
            "--policy",
            &policy,
            "--url",
            BASE,
        ],
        "",
        &["probe"],
    );
    let answers = printed(
        &["respond", "--policy", &other],
        probes.clone(),
        &["answer"],
    );
    let exchanges: String = lines(&probes)
        .into_iter()
        .zip(lines(&answers))
        .map(|(request, answer)| {
            let status = answer.get("status").cloned().unwrap_or(json!(200));
            let response = json!({"status": status, "headers": answer["headers"]});
            let id = request["id"].clone();
            format!(
                "{}\n",
                json!({"id": id, "request": request, "response": response})
            )
        })
        .collect();
    let schemas = Schemas::load();
    for exchange in lines(&exchanges) {
        assert_eq!(schemas.refusal("exchange", &exchange), None);
    }
    let [shown, absent] = [Law::DeniedPageReadsNothing, Law::VaryListsEachNameOnce].map(Law::name);
    let known = format!("{shown} reflection a\n{absent} a b\n");
    let known = file("schemas-known.txt", known);
    let judged = printed(
        &[
            "judge", "--json", "--policy", &policy, "--url", BASE, "--known", &known,
        ],
        exchanges + "{}\n",
        &["violation", "known-violation", "judge-summary", "malformed"],
    );
    // The server's policy is wider than the judged policy.
    assert!(found(&lines(&judged), "severity").contains("security"));
}
