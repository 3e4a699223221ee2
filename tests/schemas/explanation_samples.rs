//! Samples of explanations.

use crate::samples::Sample;

pub(crate) const EXPLANATIONS: &[Sample] = &[
    Sample {
        schema: "explanation",
        lines: &[
            r#"{"verdict":"blocked","headline":"a","asked":{"api":"fetch","origin":"b","method":"PUT","url":"c","mode":"cors","credentials":"include","headers":[["a","b"]]},"preflight":["d"],"exchanges":[{"method":"OPTIONS","url":"c","is_preflight":true,"was_sent":true,"has_credentials":false,"headers":[],"curl":"e","answer":{"kind":"response","status":204,"headers":[["a","b"]]}},{"method":"PUT","url":"c","is_preflight":false,"was_sent":false,"has_credentials":true,"headers":[],"curl":"e","answer":{"kind":"unknown"}}],"refusals":[{"exchange":0,"failure":"allow-origin-mismatch","step":"cors-check/4","anchor":"https://f","value":"g","sentence":"h","near_misses":[{"kind":"port","sentence":"i"}]}],"fix":{"kind":"answers","answers":[{"exchange":0,"status":{"before":404,"after":204},"headers":[{"name":"j","before":["k"],"after":"l"}]}]},"cautions":[{"kind":"reflection","sentence":"m","safer":"n"}],"hidden":[{"name":"o","reason":"p"}],"engines":[{"engine":"firefox","verdict":"blocked","failure":"bad-port","standard":"readable","sentence":"q","quirks":[{"name":"r","standard":"s","engine":"t"}]}]}"#,
            r#"{"verdict":"blocked","headline":"a","asked":{"api":"XMLHttpRequest","origin":"b","method":"","url":"c","mode":"cors","credentials":"omit","headers":[]},"preflight":[],"exchanges":[],"refusals":[{"exchange":null,"failure":"bad-port","step":"main-fetch/7","anchor":"https://f","value":null,"sentence":"h","near_misses":[]}],"fix":{"kind":"page","advice":"q"},"cautions":[],"hidden":[],"engines":[{"engine":"webkit","verdict":"opaque","failure":null,"standard":"blocked","sentence":"q","quirks":[{"name":"r","standard":"s","engine":"t"}]}]}"#,
            r#"{"verdict":"readable","headline":"a","asked":{"api":"fetch","origin":"b","method":"GET","url":"c","mode":"cors","credentials":"omit","headers":[]},"preflight":[],"exchanges":[],"refusals":[],"fix":{"kind":"not-needed"},"cautions":[],"hidden":[],"engines":[]}"#,
        ],
        optional: &[],
        retyped: &[
            "engines[].failure null",
            "fix.answers[].headers[].after null",
            "fix.answers[].status null",
            "fix.answers[].status.before null",
            "refusals[].exchange null",
            "refusals[].exchange number",
            "refusals[].value null",
            "refusals[].value string",
        ],
        free: &[],
        open: &[],
    },
    Sample {
        schema: "case-explanation",
        lines: &[
            r#"{"id":"a","fetches":[{"verdict":"blocked","headline":"a","asked":{"api":"fetch","origin":"b","method":"PUT","url":"c","mode":"cors","credentials":"include","headers":[["a","b"]]},"preflight":["d"],"exchanges":[{"method":"OPTIONS","url":"c","is_preflight":true,"was_sent":true,"has_credentials":false,"headers":[],"curl":"e","answer":{"kind":"response","status":204,"headers":[["a","b"]]}},{"method":"PUT","url":"c","is_preflight":false,"was_sent":false,"has_credentials":true,"headers":[],"curl":"e","answer":{"kind":"unknown"}}],"refusals":[{"exchange":0,"failure":"allow-origin-mismatch","step":"cors-check/4","anchor":"https://f","value":"g","sentence":"h","near_misses":[{"kind":"port","sentence":"i"}]}],"fix":{"kind":"answers","answers":[{"exchange":0,"status":{"before":404,"after":204},"headers":[{"name":"j","before":["k"],"after":"l"}]}]},"cautions":[{"kind":"reflection","sentence":"m","safer":"n"}],"hidden":[{"name":"o","reason":"p"}],"engines":[]}]}"#,
        ],
        optional: &[],
        retyped: &[
            "fetches[].fix.answers[].headers[].after null",
            "fetches[].fix.answers[].status null",
            "fetches[].fix.answers[].status.before null",
            "fetches[].refusals[].exchange null",
            "fetches[].refusals[].value null",
        ],
        free: &["id"],
        open: &[],
    },
    Sample {
        schema: "recorded-explanation",
        lines: &[
            r#"{"url":"a","method":"b","assumed_credentials":"include","explanation":{"verdict":"readable","headline":"a","asked":{"api":"fetch","origin":"b","method":"GET","url":"c","mode":"cors","credentials":"omit","headers":[]},"preflight":[],"exchanges":[],"refusals":[],"fix":{"kind":"not-needed"},"cautions":[],"hidden":[],"engines":[]}}"#,
            r#"{"url":"a","method":"b","obstacle":"c"}"#,
        ],
        optional: &["assumed_credentials"],
        retyped: &[],
        free: &["method", "obstacle"],
        open: &[],
    },
    Sample {
        schema: "console-explanation",
        lines: &[
            r#"{"failures":["bad-port"],"url":"a","origin":"b","value":"c","method":"d","header":"e","status":404,"meaning":"f","near_misses":[{"kind":"port","sentence":"g"}],"causes":["h"],"likeliest_fix":"i","caution":"j","next":["k"]}"#,
            r#"{"failures":[],"url":null,"origin":null,"value":null,"method":null,"header":null,"status":null,"meaning":"f","near_misses":[],"causes":[],"likeliest_fix":"i","caution":null,"next":[]}"#,
        ],
        optional: &[],
        retyped: &[
            "caution null",
            "caution string",
            "header null",
            "header string",
            "method null",
            "method string",
            "origin null",
            "origin string",
            "status null",
            "status number",
            "url null",
            "url string",
            "value null",
            "value string",
        ],
        free: &[
            "causes[]",
            "caution",
            "header",
            "likeliest_fix",
            "meaning",
            "method",
            "next[]",
            "origin",
            "url",
            "value",
        ],
        open: &[],
    },
];
