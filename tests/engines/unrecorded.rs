//! Cases for the quirks that no recording shows. The source code of the engines shows these quirks.

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
    // A recording does not have the cookies of a request.
    Unrecorded {
        quirk: Quirk::NoCorsCookiesAfterRedirect,
        engines: &[Engine::Webkit],
        json: r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://a/1","mode":"no-cors"}],"server":[
            {"url":"http://a/1","response":{"status":302,"headers":[["Location","http://b/"]]}}]}"#,
    },
];
