//! Samples of lines about policies and servers.

use crate::samples::Sample;

pub(crate) const POLICIES: &[Sample] = &[
    Sample {
        schema: "policy",
        lines: &[
            r#"{"origins":["https://a.example","null"],"credentials":true,"methods":["PUT"],"request_headers":["*"],"expose_headers":["a"],"max_age":600,"preflight_status":204,"dangerously_allow_any_extension_origin":true,"dangerously_allow_insecure_origins":true,"dangerously_allow_null_origin":true,"dangerously_allow_subdomains_of_public_suffixes":true}"#,
        ],
        optional: &[
            "credentials",
            "dangerously_allow_any_extension_origin",
            "dangerously_allow_insecure_origins",
            "dangerously_allow_subdomains_of_public_suffixes",
            "expose_headers",
            "max_age",
            "methods",
            "preflight_status",
            "request_headers",
        ],
        retyped: &["methods string", "request_headers string"],
        free: &["origins[]"],
        open: &[],
    },
    Sample {
        schema: "configuration-error",
        lines: &[
            r#"{"error":"wrong-type","member":"origins[0]","value":{"a":1},"message":"b","suggestion":"c","file":"a","line":1,"column":1}"#,
        ],
        optional: &["suggestion", "value", "value.a"],
        retyped: &[
            "value boolean",
            "value list",
            "value null",
            "value number",
            "value string",
            "value.a boolean",
            "value.a list",
            "value.a null",
            "value.a object",
            "value.a string",
        ],
        free: &["file", "member", "suggestion"],
        open: &["value"],
    },
    Sample {
        schema: "policy-suggestion",
        lines: &[
            r#"{"server":"https://b","fetches":1,"policy":{"origins":["https://a"]},"warnings":[{"warning":"null-origin","values":["null"],"message":"c"}]}"#,
        ],
        optional: &["warnings[].values"],
        retyped: &["policy.origins string"],
        free: &[
            "policy.origins[]",
            "warnings[].message",
            "warnings[].values[]",
        ],
        open: &[],
    },
    Sample {
        schema: "checked-request",
        lines: &[
            r#"{"entry":0,"server":"https://b","method":"GET","url":"https://b/","origin":"https://a","verdict":"allowed","hidden_headers":["x-a"]}"#,
            r#"{"entry":1,"server":"https://b","method":"GET","url":"https://b/","origin":"https://a","verdict":"denied","reasons":["c"]}"#,
            r#"{"entry":2,"server":"https://b","method":"GET","url":"https://b/","verdict":"not-checked","reasons":["c"]}"#,
        ],
        optional: &["hidden_headers"],
        retyped: &[],
        free: &["method", "reasons[]", "hidden_headers[]"],
        open: &[],
    },
    Sample {
        schema: "policy-difference",
        lines: &[r#"{"widened":["a"],"narrowed":["b"]}"#],
        optional: &[],
        retyped: &[],
        free: &["narrowed[]", "widened[]"],
        open: &[],
    },
    Sample {
        schema: "request",
        lines: &[
            r#"{"id":"a","method":"GET","headers":[["Origin","null"]],"response_headers":[["Vary","*"]],"url":"a"}"#,
        ],
        optional: &["response_headers", "url"],
        retyped: &[],
        free: &["id", "url"],
        open: &[""],
    },
    Sample {
        schema: "answer",
        lines: &[
            r#"{"id":"a","kind":"not-cors","allowed":null,"headers":[["vary","*"]]}"#,
            r#"{"id":"a","kind":"cors","allowed":false,"denied":"origin","headers":[]}"#,
            r#"{"id":"a","kind":"preflight","allowed":true,"status":204,"headers":[]}"#,
        ],
        optional: &[],
        retyped: &[],
        free: &["id"],
        open: &[],
    },
    Sample {
        schema: "probe",
        lines: &[
            r#"{"id":"a/1","method":"OPTIONS","url":"http://a/","headers":[["origin","null"]],"response_headers":[]}"#,
        ],
        optional: &["response_headers"],
        retyped: &[],
        free: &[],
        open: &[],
    },
    Sample {
        schema: "exchange",
        lines: &[
            r#"{"id":"a/1","seconds":0.5,"request":{"id":"b","method":"GET","url":"http://a/","headers":[["origin","null"]]},"response":{"status":200,"headers":[["vary","*"]]}}"#,
            r#"{"id":"a/2","request":{"method":"GET","url":"http://a/","headers":[]},"response":{"error":"timeout"}}"#,
        ],
        optional: &["request.id", "seconds"],
        retyped: &[],
        free: &["id", "request.id"],
        open: &["", "request", "response"],
    },
    Sample {
        schema: "violation",
        lines: &[
            r#"{"law":"a_law_holds","severity":"waste","cause":"a-b","probe":"a","requests":["no-origin"],"message":"a","ids":["a/1"],"explanation":"b","known":"c"}"#,
        ],
        optional: &["known"],
        retyped: &[],
        free: &["explanation", "ids[]", "known", "probe"],
        open: &[],
    },
    Sample {
        schema: "judge-summary",
        lines: &[
            r#"{"exchanges":1,"fetches":1,"missing":1,"violations":1,"not_judged":"a","findings":[{"cause":"a-b","severity":"waste","mistake":"a","advice":"b","scope":["PUT"],"violations":1}],"unanswered":["a/1"],"without_response":["a/1"],"judged_alone":1,"not_checked":["a"],"notes":["a"],"known":0,"listed_but_missing":0,"listed_with_other_scope":1}"#,
        ],
        optional: &[
            "findings[].scope",
            "judged_alone",
            "known",
            "listed_but_missing",
            "listed_with_other_scope",
            "not_judged",
            "notes",
            "without_response",
        ],
        retyped: &[],
        free: &[
            "findings[].advice",
            "findings[].mistake",
            "findings[].scope[]",
            "not_checked[]",
            "not_judged",
            "notes[]",
            "unanswered[]",
            "without_response[]",
        ],
        open: &[],
    },
    Sample {
        schema: "known-violation",
        lines: &[
            r#"{"law":"a_law_holds","probe":"a","status":"listed-but-missing"}"#,
            r#"{"cause":"lacks-vary","status":"listed-but-missing"}"#,
            r#"{"cause":"lacks-method","status":"listed-with-other-scope","entry":"lacks-method[PUT]"}"#,
        ],
        optional: &[],
        retyped: &[],
        free: &["cause", "entry", "law", "probe"],
        open: &[],
    },
];
