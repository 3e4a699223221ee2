//! Cases for the quirks that the recordings of the crate do not show. Recordings that are not part of the crate, or the
//! source code of the engines, show these quirks.

use fetch_cors::engine::{Engine, Quirk};

pub(crate) struct Unrecorded {
    pub(crate) quirk: Quirk,
    pub(crate) engines: &'static [Engine],
    pub(crate) json: &'static str,
}

/// Whether a case shows the quirk in the engine.
pub(crate) fn shows(quirk: Quirk, engine: Engine) -> bool {
    CASES
        .iter()
        .any(|case| case.quirk == quirk && case.engines.contains(&engine))
}

pub(crate) const CASES: &[Unrecorded] = &[
    Unrecorded {
        quirk: Quirk::RangeAbove63BitsIsUnsafe,
        engines: &[Engine::Chromium],
        json: r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://b/","headers":[["Range","bytes=9223372036854775808-"]]}],"server":[]}"#,
    },
    Unrecorded {
        quirk: Quirk::RangeAbove64BitsIsUnsafe,
        engines: &[Engine::Firefox, Engine::Webkit],
        json: r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://b/","headers":[["Range","bytes=18446744073709551616-"]]}],"server":[]}"#,
    },
    Unrecorded {
        quirk: Quirk::CredentialedCheckOfRedirects,
        engines: &[Engine::Webkit],
        json: r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://a/1"}],"server":[
            {"url":"http://a/1","response":{"status":302,"headers":[["Location","http://b/2"]]}},
            {"url":"http://b/2","response":{"status":302,"headers":[["Location","/3"],["Access-Control-Allow-Origin","*"]]}},
            {"url":"http://b/3","response":{"status":200,"headers":[["Access-Control-Allow-Origin","*"]]}}]}"#,
    },
    Unrecorded {
        quirk: Quirk::RedirectNeedsLocation,
        engines: &[Engine::Chromium, Engine::Webkit],
        json: r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://a/1","redirect":"error"}],"server":[
            {"url":"http://a/1","response":{"status":307,"headers":[]}}]}"#,
    },
    Unrecorded {
        quirk: Quirk::UserinfoInRedirectRefused,
        engines: &[Engine::Chromium],
        json: r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://a/1"}],"server":[
            {"url":"http://a/1","response":{"status":302,"headers":[["Location","http://u@a/2"]]}},
            {"url":"http://a/2","response":{"status":200,"headers":[]}}]}"#,
    },
    Unrecorded {
        quirk: Quirk::LoopbackIsMixedContent,
        engines: &[Engine::Webkit],
        json: r#"{"id":"a","fetches":[{"origin":"https://a","url":"http://127.0.0.1/"}],"server":[]}"#,
    },
    Unrecorded {
        quirk: Quirk::IpAddressesAreNotSameSite,
        engines: &[Engine::Chromium],
        json: r#"{"id":"a","fetches":[{"origin":"http://127.0.0.1:8001","url":"http://127.0.0.1:8002/","mode":"no-cors"}],"server":[
            {"url":"http://127.0.0.1:8002/","response":{"status":200,"headers":[["Cross-Origin-Resource-Policy","same-site"]]}}]}"#,
    },
    Unrecorded {
        quirk: Quirk::OnePreflightPerUrl,
        engines: &[Engine::Chromium, Engine::Webkit],
        json: r#"{"id":"a","fetches":[
            {"origin":"http://a","url":"http://b/","method":"PUT","credentials":"include"},
            {"origin":"http://a","url":"http://b/","headers":[["X-A","1"]]},
            {"origin":"http://a","url":"http://b/","method":"PUT","credentials":"include"}],"server":[
            {"url":"http://b/","preflight":{"status":204,"headers":[["Access-Control-Allow-Origin","http://a"],["Access-Control-Allow-Credentials","true"],["Access-Control-Allow-Methods","PUT"],["Access-Control-Max-Age","600"]]},
             "response":{"status":200,"headers":[["Access-Control-Allow-Origin","http://a"],["Access-Control-Allow-Credentials","true"]]}}]}"#,
    },
    Unrecorded {
        quirk: Quirk::NoCorsCookiesAfterRedirect,
        engines: &[Engine::Webkit],
        json: r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://a/1","mode":"no-cors"}],"server":[
            {"url":"http://a/1","response":{"status":302,"headers":[["Location","http://b/"]]}}]}"#,
    },
    Unrecorded {
        quirk: Quirk::SafelistedMethodIsCached,
        engines: &[Engine::Chromium],
        json: r#"{"id":"a","fetches":[
            {"origin":"http://a","url":"http://b/","method":"POST","body":true,"use_cors_preflight":true},
            {"origin":"http://a","url":"http://b/","method":"POST","body":true,"use_cors_preflight":true}],"server":[
            {"url":"http://b/","response":{"status":200,"headers":[["Access-Control-Allow-Origin","*"]]}}]}"#,
    },
    Unrecorded {
        quirk: Quirk::CacheSeparatesCredentials,
        engines: &[Engine::Firefox],
        json: r#"{"id":"a","fetches":[
            {"origin":"http://a","url":"http://b/","method":"PUT","credentials":"include"},
            {"origin":"http://a","url":"http://b/","method":"PUT"}],"server":[
            {"url":"http://b/","response":{"status":200,"headers":[["Access-Control-Allow-Origin","http://a"],["Access-Control-Allow-Credentials","true"],["Access-Control-Allow-Methods","PUT"]]}}]}"#,
    },
    Unrecorded {
        quirk: Quirk::SafelistedMethodStaysCached,
        engines: &[Engine::Firefox],
        json: r#"{"id":"a","fetches":[
            {"origin":"http://a","url":"http://b/","method":"POST","body":true,"use_cors_preflight":true},
            {"at":7,"origin":"http://a","url":"http://b/","method":"POST","body":true,"use_cors_preflight":true}],"server":[
            {"url":"http://b/","response":{"status":200,"headers":[["Access-Control-Allow-Origin","*"]]}}]}"#,
    },
];
