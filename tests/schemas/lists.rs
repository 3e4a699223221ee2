//! The lists of words in the schemas equal the lists in the code.

use std::collections::BTreeSet;

use fetch_cors::{
    Failure,
    cases::{Answer, answer},
    conformance::Severity,
    engine::Engine,
    infrastructure::response::ResponseType,
    server::{ConfigErrorKind, DenialReason},
};
use serde_json::Value;

use crate::validator::document;

/// Returns the words that an `enum` or a `const` lists.
fn words(schema: &Value) -> Vec<&str> {
    match schema.get("enum") {
        Some(list) => list
            .as_array()
            .unwrap()
            .iter()
            .map(|word| word.as_str().unwrap())
            .collect(),
        None => vec![schema["const"].as_str().unwrap()],
    }
}

#[test]
fn failures_are_listed_with_their_steps() {
    let schema = document("failure");
    let codes: Vec<_> = Failure::ALL.iter().map(|failure| failure.code()).collect();
    assert_eq!(words(&schema["$defs"]["failure"]), codes);
    let pairs: BTreeSet<_> = Failure::ALL
        .iter()
        .flat_map(|failure| failure.steps().iter().map(|&step| (step, failure.code())))
        .collect();
    let listed = schema["anyOf"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|pairs| {
            let step = words(&pairs["properties"]["step"])[0];
            words(&pairs["properties"]["failure"])
                .into_iter()
                .map(move |code| (step, code))
        });
    assert_eq!(listed.collect::<BTreeSet<_>>(), pairs);
    let steps: BTreeSet<_> = pairs.iter().map(|(step, _)| *step).collect();
    let listed = words(&schema["$defs"]["step"]);
    assert_eq!(
        (listed.len(), listed.into_iter().collect()),
        (steps.len(), steps)
    );
}

/// Returns the words that the parser accepts, from its error for the unknown word in `line`.
fn accepted_words(line: &str) -> Vec<String> {
    let Answer::Malformed { malformed, .. } = answer(line.as_bytes(), 1) else {
        panic!("{line}");
    };
    let (_, expected) = malformed.split_once("use one of ").expect(&malformed);
    let words = expected.split('`').skip(1).step_by(2);
    words.map(str::to_owned).collect()
}

#[test]
fn parser_accepts_exactly_the_listed_words() {
    let functions = accepted_words(r#"{"id":"a","fn":"?"}"#);
    let question = document("question");
    let listed = words(&question["properties"]["fn"]);
    assert_eq!(
        BTreeSet::from_iter(listed),
        functions.iter().map(|word| &**word).collect()
    );
    let judged = question["allOf"].as_array().unwrap().iter();
    let judged = judged.flat_map(|branch| words(&branch["if"]["properties"]["fn"]));
    assert_eq!(
        judged.collect::<BTreeSet<_>>(),
        functions.iter().map(|word| &**word).collect()
    );
    let vector = document("vector");
    let expected = vector["then"]["allOf"].as_array().unwrap().iter();
    let expected = expected.flat_map(|branch| words(&branch["if"]["properties"]["fn"]));
    assert_eq!(
        expected.collect::<BTreeSet<_>>(),
        functions.iter().map(|word| &**word).collect()
    );

    let case = document("case");
    for member in ["mode", "credentials", "redirect"] {
        let line = format!(
            r#"{{"id":"a","fetches":[{{"origin":"null","url":"http://a","{member}":"?"}}],"server":[]}}"#
        );
        let schema = &case["$defs"]["fetch"]["properties"][member];
        assert_eq!(words(schema), accepted_words(&line), "{member}");
        assert!(words(schema).contains(&schema["default"].as_str().unwrap()));
    }
    let line = r#"{"id":"a","fetches":[{"origin":"null","url":"http://a","api":"?"}],"server":[]}"#;
    let schema = &case["$defs"]["fetch"]["properties"]["api"];
    assert_eq!(words(schema), accepted_words(line));
    let error = r#"{"id":"a","fetches":[],"server":[{"url":"http://a","response":{"error":"?"}}]}"#;
    assert_eq!(
        words(&case["$defs"]["answer"]["properties"]["error"]),
        accepted_words(error)
    );
}

#[test]
fn results_and_engines_are_listed() {
    let definitions = document("definitions");
    // A new response type breaks this `match`, and must then be listed below.
    let known = |kind: ResponseType| match kind {
        ResponseType::Basic
        | ResponseType::Cors
        | ResponseType::Opaque
        | ResponseType::OpaqueRedirect => kind.as_str(),
    };
    let kinds = [
        known(ResponseType::Basic),
        known(ResponseType::Cors),
        known(ResponseType::Opaque),
        known(ResponseType::OpaqueRedirect),
        "error",
    ];
    assert_eq!(
        words(&definitions["$defs"]["result-members"]["properties"]["type"]),
        kinds
    );
    let vector = document("vector");
    let engines = vector["else"]["properties"]["observed"]["properties"]
        .as_object()
        .unwrap();
    let engines: BTreeSet<_> = engines.keys().map(|name| &**name).collect();
    assert_eq!(
        engines,
        Engine::RECORDED.into_iter().map(Engine::name).collect()
    );
}

#[test]
fn denial_reasons_and_policy_errors_are_listed() {
    let known = |denied: DenialReason<'static>| match denied {
        DenialReason::Origin
        | DenialReason::MalformedRequest
        | DenialReason::Method(_)
        | DenialReason::MethodTooLong
        | DenialReason::Header(_)
        | DenialReason::TooManyHeaders => denied.as_str().to_owned(),
    };
    let reasons = [
        DenialReason::Origin,
        DenialReason::MalformedRequest,
        DenialReason::Method("PUT"),
        DenialReason::Header("x-a"),
    ];
    let answer = document("answer");
    let denied = &answer["allOf"][1]["then"]["properties"]["denied"];
    assert_eq!(words(denied), reasons.map(known));

    // A file cannot have a predicate, so the error for a second predicate does not occur.
    let in_files = ConfigErrorKind::ALL
        .iter()
        .filter(|kind| **kind != ConfigErrorKind::RepeatedPredicate);
    let codes: Vec<_> = in_files.map(|kind| kind.as_str()).collect();
    let errors = document("configuration-error");
    assert_eq!(words(&errors["properties"]["error"]), codes);
}

#[test]
fn severities_are_listed() {
    let schema = document("violation");
    let severities = Severity::ALL.map(Severity::name);
    assert_eq!(words(&schema["properties"]["severity"]), severities);
}
