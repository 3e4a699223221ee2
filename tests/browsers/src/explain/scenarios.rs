//! The fetches that are recorded. For most fetches, the URL has the origin `API` and the path `/NAME`.

/// A call of `fetch()`, and the answers of its server.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    pub name: &'static str,
    /// The URL to fetch. `None` means the URL with the origin `API` and the path `/NAME`.
    pub url: Option<&'static str>,
    /// The second argument of `fetch()`, in JSON.
    pub init: &'static str,
    /// The answer to OPTIONS.
    pub preflight: Reply,
    /// The answer to a request with a method other than OPTIONS.
    pub response: Reply,
}

/// The answer of a server.
#[derive(Debug, Clone, Copy)]
pub enum Reply {
    /// A status, and header lines that the server sends unchanged.
    Response(u16, &'static [&'static str]),
    /// The connection is closed without a response.
    Closed,
}

use Reply::{Closed, Response};

const API: &str = "http://127.0.0.1:8002";

const NOT_FOUND: Reply = Response(404, &[]);

const ALLOW: &str = "Access-Control-Allow-Origin: http://127.0.0.1:8001";
const ALLOW_WITH_SLASH: &str = "Access-Control-Allow-Origin: http://127.0.0.1:8001/";
const ANY: &str = "Access-Control-Allow-Origin: *";
const CREDENTIALS: &str = "Access-Control-Allow-Credentials: true";
const ALLOW_PUT: &str = "Access-Control-Allow-Methods: PUT";
const ALLOWED: Reply = Response(200, &[ALLOW]);

const PUT: &str = r#"{"method":"PUT"}"#;
const INCLUDE: &str = r#"{"credentials":"include"}"#;
const PUT_AND_INCLUDE: &str = r#"{"method":"PUT","credentials":"include"}"#;
const NO_CORS: &str = r#"{"mode":"no-cors"}"#;
const JSON: &str = r#"{"method":"POST","headers":{"content-type":"application/json"},"body":"{}"}"#;
const JSON_WITH_ID: &str = r#"{"method":"POST","headers":{"content-type":"application/json","x-request-id":"1"},"body":"{}"}"#;
const AUTHORIZATION: &str = r#"{"headers":{"authorization":"Bearer a"}}"#;

const fn fetch(name: &'static str, init: &'static str, response: Reply) -> Scenario {
    Scenario {
        name,
        url: None,
        init,
        preflight: NOT_FOUND,
        response,
    }
}

const fn get(name: &'static str, response: Reply) -> Scenario {
    fetch(name, "{}", response)
}

impl Scenario {
    const fn preflight(self, preflight: Reply) -> Self {
        Self { preflight, ..self }
    }

    const fn at(self, url: &'static str) -> Self {
        Self {
            url: Some(url),
            ..self
        }
    }

    /// Returns the URL of the fetch.
    pub fn url(&self) -> String {
        let own = || format!("{API}/{}", self.name);
        self.url.map_or_else(own, str::to_owned)
    }
}

#[rustfmt::skip]
pub const SCENARIOS: &[Scenario] = &[
    // Scenarios about the CORS check of the response.
    get("allowed", Response(200, &[ALLOW, "X-Total: 3", "Access-Control-Expose-Headers: X-Other"])),
    get("missing-allow-origin", Response(200, &[])),
    get("trailing-slash", Response(200, &[ALLOW_WITH_SLASH])),
    get("other-scheme", Response(200, &["Access-Control-Allow-Origin: https://127.0.0.1:8001"])),
    get("other-port", Response(200, &["Access-Control-Allow-Origin: http://127.0.0.1:3000"])),
    get("null-value", Response(200, &["Access-Control-Allow-Origin: null"])),
    get("invalid-value", Response(200, &["Access-Control-Allow-Origin: undefined"])),
    get("two-values", Response(200, &["Access-Control-Allow-Origin: http://127.0.0.1:8001, *"])),
    get("doubled-header", Response(200, &[ALLOW, ALLOW])),
    fetch("wildcard-with-credentials", INCLUDE, Response(200, &[ANY, CREDENTIALS])),
    fetch("no-allow-credentials", INCLUDE, ALLOWED),
    fetch("allow-credentials-in-upper-case", INCLUDE, Response(200, &[ALLOW, "Access-Control-Allow-Credentials: True"])),
    get("error-without-headers", Response(500, &[])),
    get("not-found-without-headers", NOT_FOUND),
    get("redirect-without-headers", Response(302, &["Location: http://127.0.0.1:8002/allowed"])),
    fetch("redirect-to-slash", PUT, ALLOWED)
        .preflight(Response(301, &["Location: http://127.0.0.1:8002/redirect-to-slash/"])),
    get("redirect-to-login", Response(302, &[ALLOW, "Location: http://localhost:8002/missing-allow-origin"])),
    get("redirect-with-password", Response(302, &[ALLOW, "Location: http://user:secret@localhost:8002/allowed"])),
    get("redirect-without-location-scheme", Response(302, &[ALLOW, "Location: ftp://localhost/"])),
    get("redirect-with-invalid-location", Response(302, &[ALLOW, "Location: http://[::1/"])),
    get("redirect-with-two-locations", Response(302, &[
        ALLOW,
        "Location: http://127.0.0.1:8002/allowed",
        "Location: http://127.0.0.1:8002/missing-allow-origin",
    ])),
    get("too-many-redirects", Response(302, &[ALLOW, "Location: http://127.0.0.1:8002/too-many-redirects"])),
    fetch("redirect-mode-error", r#"{"redirect":"error"}"#, Response(302, &[ALLOW, "Location: http://127.0.0.1:8002/allowed"])),
    // The preflight.
    fetch("put-allowed", PUT, ALLOWED).preflight(Response(204, &[ALLOW, ALLOW_PUT])),
    fetch("preflight-missing-allow-origin", PUT, ALLOWED).preflight(Response(204, &[])),
    fetch("preflight-trailing-slash", PUT, ALLOWED).preflight(Response(204, &[ALLOW_WITH_SLASH, ALLOW_PUT])),
    fetch("preflight-invalid-value", PUT, ALLOWED).preflight(Response(204, &["Access-Control-Allow-Origin: false"])),
    fetch("preflight-doubled-header", PUT, ALLOWED).preflight(Response(204, &[ALLOW, ALLOW])),
    fetch("preflight-wildcard-with-credentials", PUT_AND_INCLUDE, Response(200, &[ALLOW, CREDENTIALS]))
        .preflight(Response(204, &[ANY, CREDENTIALS])),
    fetch("preflight-no-allow-credentials", PUT_AND_INCLUDE, Response(200, &[ALLOW, CREDENTIALS]))
        .preflight(Response(204, &[ALLOW, ALLOW_PUT])),
    fetch("preflight-not-authenticated", AUTHORIZATION, ALLOWED).preflight(Response(401, &["WWW-Authenticate: Bearer"])),
    fetch("preflight-not-found", PUT, ALLOWED).preflight(Response(404, &["Content-Type: text/plain"])),
    fetch("preflight-method-not-allowed", PUT, ALLOWED).preflight(Response(405, &[ALLOW, "Allow: GET, PUT"])),
    fetch("preflight-redirect", PUT, ALLOWED).preflight(Response(302, &[ALLOW, "Location: http://127.0.0.1:8002/login"])),
    fetch("method-missing", PUT, ALLOWED).preflight(Response(204, &[ALLOW, "Access-Control-Allow-Methods: GET, POST"])),
    fetch("method-in-lower-case", r#"{"method":"patch"}"#, ALLOWED)
        .preflight(Response(204, &[ALLOW, "Access-Control-Allow-Methods: PATCH"])),
    fetch("header-missing", JSON, ALLOWED).preflight(Response(204, &[ALLOW, "Access-Control-Allow-Methods: POST"])),
    fetch("second-header-missing", JSON_WITH_ID, ALLOWED)
        .preflight(Response(204, &[ALLOW, "Access-Control-Allow-Headers: content-type"])),
    fetch("authorization-under-wildcard", AUTHORIZATION, Response(200, &[ANY]))
        .preflight(Response(204, &[ANY, "Access-Control-Allow-Headers: *"])),
    fetch("invalid-allow-methods", PUT, ALLOWED).preflight(Response(204, &[ALLOW, "Access-Control-Allow-Methods: PUT;DELETE"])),
    fetch("invalid-allow-headers", JSON, ALLOWED).preflight(Response(204, &[ALLOW, "Access-Control-Allow-Headers: content type"])),
    fetch("response-after-preflight-missing-allow-origin", PUT, Response(200, &[])).preflight(Response(204, &[ALLOW, ALLOW_PUT])),
    fetch("response-headers-on-request", r#"{"headers":{"Access-Control-Allow-Origin":"*"}}"#, ALLOWED)
        .preflight(Response(204, &[ALLOW])),
    // Scenarios in which the browser makes no CORS check.
    fetch("corp", NO_CORS, Response(200, &["Cross-Origin-Resource-Policy: same-origin"])).at("http://localhost:8002/corp"),
    fetch("same-origin-mode", r#"{"mode":"same-origin"}"#, ALLOWED),
    get("bad-port", NOT_FOUND).at("http://127.0.0.1:6000/bad-port"),
    get("connection-closed", Closed),
    get("connection-refused", NOT_FOUND).at("http://127.0.0.1:8999/connection-refused"),
    fetch("no-cors-is-opaque", NO_CORS, Response(200, &[])),
];

/// Returns the scenario whose name is the first segment of the path `target`.
pub fn scenario(target: &str) -> Option<&'static Scenario> {
    let name = target.strip_prefix('/')?.split(['/', '?']).next()?;
    SCENARIOS.iter().find(|scenario| scenario.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each recording has the scenarios in the order of the table.
    #[test]
    fn recordings_have_the_names_of_the_table() {
        let names: Vec<_> = SCENARIOS.iter().map(|scenario| scenario.name).collect();
        for recording in [
            include_str!("../../../explain/recordings/chromium.console.txt"),
            include_str!("../../../explain/recordings/firefox.console.txt"),
        ] {
            // The first line has the version of the browser.
            let lines = recording.lines().skip(1);
            let starts = lines.filter_map(|line| line.strip_prefix("# "));
            let recorded: Vec<_> = starts
                .map(|start| start.split(':').next().unwrap())
                .collect();
            assert_eq!(recorded, names);
        }
    }

    #[test]
    fn table_is_consistent() {
        for scenario in SCENARIOS {
            let init: serde_json::Value = serde_json::from_str(scenario.init).unwrap();
            assert!(init.is_object(), "{}", scenario.name);
            let url = url::Url::parse(&scenario.url()).unwrap();
            let found = super::scenario(url.path()).unwrap();
            assert_eq!(found.name, scenario.name);
        }
        assert!(scenario("/redirect-to-slash/").is_some());
        assert!(scenario("/login").is_none());
    }
}
