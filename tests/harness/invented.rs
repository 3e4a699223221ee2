//! Servers as people write them. The first finding of a report names the mistake of the server, and a report has at
//! most five findings. A correct server has no finding. Each server has its own middleware, which does not use the
//! module `server` of the crate.

use fetch_cors::{
    conformance::{Cause, CheckConfig, Report, check, policies::PolicySpec},
    server::CorsPolicy,
};
use http::{HeaderValue, Request, Response, StatusCode};

use super::{
    config,
    servers::{policy, set},
};

pub(super) const ALLOW_ORIGIN: &str = "access-control-allow-origin";
pub(super) const ALLOW_CREDENTIALS: &str = "access-control-allow-credentials";
pub(super) const ALLOW_METHODS: &str = "access-control-allow-methods";
pub(super) const ALLOW_HEADERS: &str = "access-control-allow-headers";
const EXPOSE_HEADERS: &str = "access-control-expose-headers";
pub(super) const MAX_AGE: &str = "access-control-max-age";
pub(super) const LISTED: [&str; 2] = ["https://app.example", "https://other.example"];

/// Returns the origin of a request. Returns an empty string if the request has no `Origin` line or several `Origin`
/// lines.
pub(super) fn origin(request: &Request<()>) -> String {
    let mut lines = request.headers().get_all("origin").iter();
    match (lines.next(), lines.next()) {
        (Some(only), None) => String::from_utf8_lossy(only.as_bytes()).into_owned(),
        _ => String::new(),
    }
}

pub(super) fn is_preflight(request: &Request<()>) -> bool {
    let headers = request.headers();
    let names = ["origin", "access-control-request-method"];
    request.method() == "OPTIONS" && names.iter().all(|name| headers.contains_key(*name))
}

/// Returns middleware with fixed lists. `allow_origin` returns the value of `Access-Control-Allow-Origin`.
pub(super) fn middleware(
    allow_origin: impl Fn(&Request<()>) -> Option<String>,
) -> impl Fn(&Request<()>) -> Response<()> {
    move |request| {
        let mut response = Response::new(());
        let headers = response.headers_mut();
        set(headers, "vary", "Origin");
        if let Some(value) = allow_origin(request) {
            set(headers, ALLOW_ORIGIN, &value);
            set(headers, ALLOW_CREDENTIALS, "true");
            if is_preflight(request) {
                set(headers, ALLOW_METHODS, "GET, HEAD, POST, PUT, PATCH");
                set(headers, ALLOW_HEADERS, "x-a, x-b");
                set(headers, MAX_AGE, "600");
            } else {
                set(headers, EXPOSE_HEADERS, "etag");
            }
        }
        if is_preflight(request) {
            *response.status_mut() = StatusCode::NO_CONTENT;
        }
        response
    }
}

/// Returns middleware that reflects listed origins, and origins for which `allows` returns true.
pub(super) fn reflecting_if(allows: fn(&str) -> bool) -> impl Fn(&Request<()>) -> Response<()> {
    middleware(move |request| {
        let origin = origin(request);
        let is_allowed = LISTED.contains(&&*origin) || allows(&origin);
        is_allowed.then_some(origin)
    })
}

fn right() -> impl Fn(&Request<()>) -> Response<()> {
    reflecting_if(|_| false)
}

/// Returns correct middleware that applies `change` to each response.
pub(super) fn right_but(
    change: impl Fn(&Request<()>, &mut Response<()>),
) -> impl Fn(&Request<()>) -> Response<()> {
    let right = right();
    move |request| {
        let mut response = right(request);
        change(request, &mut response);
        response
    }
}

/// Replaces the value of `Access-Control-Allow-Origin` with `value(origin)`.
pub(super) fn sending(value: impl Fn(&str) -> String) -> impl Fn(&Request<()>) -> Response<()> {
    right_but(move |request, response| {
        if response.headers().contains_key(ALLOW_ORIGIN) {
            set(
                response.headers_mut(),
                ALLOW_ORIGIN,
                &value(&origin(request)),
            );
        }
    })
}

pub(super) fn status(code: u16, pairs: &[(&'static str, &str)]) -> Response<()> {
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::from_u16(code).unwrap();
    for (name, value) in pairs {
        set(response.headers_mut(), name, value);
    }
    response
}

pub(super) fn report_with(
    policy: &CorsPolicy,
    config: CheckConfig,
    server: &dyn Fn(&Request<()>) -> Response<()>,
) -> Report {
    check(&mut |request: Request<()>| server(&request), policy, config).unwrap()
}

pub(super) fn causes(report: &Report) -> Vec<Cause> {
    let findings = report.findings();
    findings.iter().map(|finding| finding.cause()).collect()
}

/// Whether the regular expression `https://app.example` matches the whole origin. The dot of the expression is not
/// escaped, so the dot matches any character.
fn matches_any_dot(origin: &str) -> bool {
    let rest = origin.strip_prefix("https://app").unwrap_or_default();
    let mut chars = rest.chars();
    chars.next().is_some() && chars.as_str() == "example"
}

pub(super) type Server = Box<dyn Fn(&Request<()>) -> Response<()>>;

#[test]
fn the_first_finding_names_the_mistake() {
    let servers: Vec<(&str, Cause, Server)> = vec![
        (
            "a regular expression without an end",
            Cause::ComparesPrefix,
            Box::new(reflecting_if(|origin| {
                LISTED.iter().any(|listed| origin.starts_with(listed))
            })),
        ),
        (
            "a regular expression without a beginning",
            Cause::ComparesSuffix,
            Box::new(reflecting_if(|origin| {
                LISTED
                    .iter()
                    .any(|listed| origin.ends_with(listed.trim_start_matches("https://")))
            })),
        ),
        (
            "a dot without a backslash",
            Cause::UnescapedDot,
            Box::new(reflecting_if(matches_any_dot)),
        ),
        (
            "`https?` in a regular expression",
            Cause::IgnoresScheme,
            Box::new(reflecting_if(|origin| {
                let secure = origin.replacen("http://", "https://", 1);
                LISTED.contains(&&*secure)
            })),
        ),
        (
            "an optional port",
            Cause::IgnoresPort,
            Box::new(reflecting_if(|origin| {
                let (host, port) = origin.rsplit_once(':').unwrap_or_default();
                LISTED.contains(&host) && port.parse::<u16>().is_ok()
            })),
        ),
        (
            "the whole configuration with a slash",
            Cause::OriginWithSlash,
            Box::new(middleware(|_| Some("https://app.example/".into()))),
        ),
        (
            "the origin behind an asterisk",
            Cause::RepeatsAllowOrigin,
            Box::new(sending(|origin| format!("*, {origin}"))),
        ),
        (
            "a list separated by spaces",
            Cause::SendsList,
            Box::new(sending(|_| LISTED.join(" "))),
        ),
        (
            "a redirect to a login page",
            Cause::RedirectsPreflights,
            Box::new(right_but(|request, response| {
                if request.method() == "OPTIONS" {
                    *response = status(302, &[("location", "/login")]);
                }
            })),
        ),
        (
            "a login in front of the middleware",
            Cause::AuthenticatesPreflights,
            Box::new(right_but(|request, response| {
                if !request.headers().contains_key("authorization") && is_preflight(request) {
                    *response = status(401, &[("www-authenticate", "Bearer")]);
                }
            })),
        ),
        (
            "a router without OPTIONS",
            Cause::MissesPreflights,
            Box::new(right_but(|request, response| {
                if request.method() == "OPTIONS" {
                    *response = status(404, &[("content-type", "application/json")]);
                }
            })),
        ),
        (
            "a router with a list of methods",
            Cause::MissesPreflights,
            Box::new(right_but(|request, response| {
                if request.method() == "OPTIONS" {
                    *response = status(405, &[("allow", "GET, PUT, PATCH")]);
                }
            })),
        ),
        (
            "a method is missing",
            Cause::LacksMethod,
            Box::new(right_but(|_, response| {
                if response.headers().contains_key(ALLOW_METHODS) {
                    set(response.headers_mut(), ALLOW_METHODS, "GET, PUT");
                }
            })),
        ),
        (
            "the sandboxed frame",
            Cause::AllowsNull,
            Box::new(reflecting_if(|origin| origin == "null")),
        ),
        (
            "`null` as a value without a meaning",
            Cause::SendsNull,
            Box::new(right_but(|_, response| {
                if !response.headers().contains_key(ALLOW_ORIGIN) {
                    set(response.headers_mut(), ALLOW_ORIGIN, "null");
                }
            })),
        ),
        (
            "a variable without a value",
            Cause::SendsText,
            Box::new(right_but(|_, response| {
                if !response.headers().contains_key(ALLOW_ORIGIN) {
                    set(response.headers_mut(), ALLOW_ORIGIN, "undefined");
                }
            })),
        ),
        (
            "a configuration without a value",
            Cause::WrongConstantOrigin,
            Box::new(middleware(|_| Some("undefined".into()))),
        ),
        (
            "a list as Python prints it",
            Cause::WrongConstantOrigin,
            Box::new(middleware(|_| Some("['https://app.example']".into()))),
        ),
        (
            "the `Vary` of the request",
            Cause::CopiesVary,
            Box::new(right_but(|request, response| {
                if let Some(vary) = request.headers().get("vary") {
                    response.headers_mut().append("vary", vary.clone());
                }
            })),
        ),
        (
            "any origin with a session",
            Cause::ReflectsWithCredentials,
            Box::new(middleware(|request| {
                let origin = origin(request);
                let has_session = request.headers().contains_key("cookie");
                (has_session || LISTED.contains(&&*origin)).then_some(origin)
            })),
        ),
        (
            "everything is reflected",
            Cause::AllowsEverything,
            Box::new(|request: &Request<()>| {
                let mut response = Response::new(());
                for (requested, sent) in [
                    ("origin", ALLOW_ORIGIN),
                    ("access-control-request-method", ALLOW_METHODS),
                    ("access-control-request-headers", ALLOW_HEADERS),
                ] {
                    if let Some(value) = request.headers().get(requested) {
                        response.headers_mut().insert(sent, value.clone());
                    }
                }
                set(response.headers_mut(), ALLOW_CREDENTIALS, "true");
                response
            }),
        ),
        (
            "the reflection behind a login with a token",
            Cause::ReflectsAnyOrigin,
            Box::new(|request: &Request<()>| {
                let has_token = request.headers().contains_key("authorization");
                if !has_token && request.method() != "OPTIONS" {
                    return status(401, &[]);
                }
                let reflects = middleware(|request| {
                    let has_origin = request.headers().contains_key("origin");
                    has_origin.then(|| origin(request))
                });
                reflects(request)
            }),
        ),
        (
            "an asterisk with credentials",
            Cause::WildcardOrigin,
            Box::new(middleware(|_| Some("*".into()))),
        ),
        (
            "a boolean of Python",
            Cause::LacksCredentials,
            Box::new(right_but(|_, response| {
                if response.headers().contains_key(ALLOW_CREDENTIALS) {
                    set(response.headers_mut(), ALLOW_CREDENTIALS, "True");
                }
            })),
        ),
        (
            "the gateway and the server",
            Cause::RepeatsAllowOrigin,
            Box::new(right_but(|request, response| {
                if response.headers().contains_key(ALLOW_ORIGIN) {
                    let again = HeaderValue::from_str(&origin(request)).unwrap();
                    response.headers_mut().append(ALLOW_ORIGIN, again);
                }
            })),
        ),
        (
            "one list for methods and one for headers",
            Cause::GrantsMoreThanPolicy,
            Box::new(right_but(|request, response| {
                if !response.headers().contains_key(ALLOW_METHODS) {
                    return;
                }
                let headers = response.headers_mut();
                set(headers, ALLOW_METHODS, "PUT, PATCH, DELETE");
                if request
                    .headers()
                    .contains_key("access-control-request-headers")
                {
                    set(headers, ALLOW_HEADERS, "x-a, x-b, authorization");
                } else {
                    headers.remove(ALLOW_HEADERS);
                }
            })),
        ),
        (
            "a list of methods without GET",
            Cause::LacksSafelistedMethod,
            Box::new(right_but(|request, response| {
                let method = request.headers().get("access-control-request-method");
                if method.is_some_and(|method| method != "PUT" && method != "PATCH") {
                    for name in [ALLOW_METHODS, ALLOW_HEADERS, MAX_AGE] {
                        response.headers_mut().remove(name);
                    }
                }
            })),
        ),
        (
            "headers on preflights only",
            Cause::LacksHeadersOnSomeResponses,
            Box::new(right_but(|request, response| {
                if !is_preflight(request) {
                    *response = Response::new(());
                    set(response.headers_mut(), "vary", "Origin");
                }
            })),
        ),
        (
            "no `Vary`",
            Cause::LacksVary,
            Box::new(right_but(|_, response| {
                response.headers_mut().remove("vary");
            })),
        ),
        (
            "a comparison without regard to case",
            Cause::AllowsMalformedOrigin,
            Box::new(reflecting_if(|origin| {
                LISTED.contains(&&*origin.to_ascii_lowercase())
            })),
        ),
        (
            "a search in the configuration",
            Cause::SearchesList,
            Box::new(reflecting_if(|origin| {
                !origin.is_empty() && LISTED.join(",").contains(origin)
            })),
        ),
    ];
    let mut failures = Vec::new();
    for (name, cause, server) in &servers {
        let report = report_with(&policy(), config(), server);
        let causes = causes(&report);
        if causes.first() != Some(cause) || causes.len() > 5 {
            failures.push(format!("{name}: {causes:?}\n{report}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn right_servers_have_no_finding() {
    let two = policy();
    let one = PolicySpec::from_origins(["https://app.example"])
        .build()
        .unwrap();
    let tenants = PolicySpec::from_origins(["https://*.tenants.example"]);
    let tenants = tenants.build().unwrap();
    let plain = |allowed: fn(&Request<()>) -> Option<String>, varies: bool| {
        move |request: &Request<()>| {
            let mut response = Response::new(());
            if varies {
                set(response.headers_mut(), "vary", "Origin");
            }
            if let Some(value) = allowed(request) {
                set(response.headers_mut(), ALLOW_ORIGIN, &value);
            }
            response
        }
    };
    let private = CheckConfig::new("http://192.168.0.10:8080/notes").unwrap();
    let counted = std::cell::Cell::new(0);
    let login = |accepts: fn(&HeaderValue) -> bool, code: u16| {
        right_but(move |request, response| {
            let token = request.headers().get("authorization");
            if !is_preflight(request) && !token.is_some_and(accepts) {
                *response.status_mut() = StatusCode::from_u16(code).unwrap();
            }
        })
    };
    type Right<'s> = Box<dyn Fn(&Request<()>) -> Response<()> + 's>;
    let servers: Vec<(&str, &CorsPolicy, CheckConfig, Right<'_>)> = vec![
        (
            "a constant origin",
            &one,
            config(),
            Box::new(plain(|_| Some("https://app.example".into()), false)),
        ),
        (
            "a server in a private network",
            &one,
            private,
            Box::new(plain(|_| Some("https://app.example".into()), false)),
        ),
        (
            "a server with tenants",
            &tenants,
            config(),
            Box::new(plain(
                |request| {
                    let origin = origin(request);
                    let host = origin.strip_prefix("https://")?;
                    let tenant = host.strip_suffix(".tenants.example")?;
                    let is_known =
                        |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_');
                    (!tenant.is_empty()
                        && tenant.bytes().all(is_known)
                        && !tenant.split('.').any(str::is_empty))
                    .then(|| origin.clone())
                },
                true,
            )),
        ),
        (
            "the first origin of the list for others",
            &two,
            config(),
            Box::new(middleware(|request| {
                let origin = origin(request);
                Some(if LISTED.contains(&&*origin) {
                    origin
                } else {
                    LISTED[0].into()
                })
            })),
        ),
        (
            "a gateway that answers OPTIONS",
            &two,
            config(),
            Box::new(right_but(|request, response| {
                if request.method() == "OPTIONS" && !is_preflight(request) {
                    *response = status(204, &[("allow", "GET, PUT, PATCH"), ("vary", "Origin")]);
                }
            })),
        ),
        (
            "a login that takes any token",
            &two,
            config(),
            Box::new(login(|_| true, 401)),
        ),
        (
            "a login that answers 403",
            &two,
            config(),
            Box::new(login(|_| true, 403)),
        ),
        (
            "a login",
            &two,
            config(),
            Box::new(login(|token| token == "Bearer 1", 401)),
        ),
        (
            "a login with a cookie",
            &two,
            config(),
            Box::new(right_but(|request, response| {
                if !is_preflight(request) && !request.headers().contains_key("cookie") {
                    *response.status_mut() = StatusCode::UNAUTHORIZED;
                }
            })),
        ),
        (
            "a limit on the number of requests",
            &two,
            config(),
            Box::new(right_but(|_, response| {
                counted.set(counted.get() + 1);
                if counted.get() > 60 {
                    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
                }
            })),
        ),
    ];
    let mut failures = Vec::new();
    for (name, policy, config, server) in &servers {
        let report = report_with(policy, config.clone(), server);
        let found = causes(&report);
        if !found.is_empty() {
            failures.push(format!("{name}: {found:?}\n{report}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// A constant origin is right for a policy with one origin, even if the server grants too many methods or headers.
#[test]
fn constant_origin_is_right_for_one_origin() {
    let policy = CorsPolicy::builder().origin("https://app.example");
    let policy = policy.methods(["PUT"]).request_headers(["x-a"]);
    let policy = policy.build().unwrap();
    let constant = |lists: [&'static str; 2]| {
        move |request: &Request<()>| {
            let mut response = Response::new(());
            let headers = response.headers_mut();
            set(headers, ALLOW_ORIGIN, "https://app.example");
            if is_preflight(request) {
                let [methods, names] = lists;
                set(headers, ALLOW_METHODS, methods);
                set(headers, ALLOW_HEADERS, names);
            }
            response
        }
    };
    for (lists, expected) in [
        (["PUT", "x-a"], &[][..]),
        (["PUT", "x-a, x-more"], &[Cause::GrantsOtherHeaders]),
        (["PUT", "x-a, authorization"], &[Cause::GrantsOtherHeaders]),
        (["PUT, DELETE", "x-a"], &[Cause::GrantsOtherMethods]),
        (
            ["PUT, DELETE", "x-a, x-more"],
            &[Cause::GrantsMoreThanPolicy],
        ),
        (["PUT", "*"], &[Cause::GrantsAny]),
    ] {
        let report = report_with(&policy, config(), &constant(lists));
        assert_eq!(causes(&report), expected, "{lists:?}\n{report}");
    }
    // If the policy lists several origins, a server that always sends the same origin makes a second mistake. This
    // mistake has its own finding.
    let several = CorsPolicy::builder().origins(LISTED);
    let several = several.methods(["PUT"]).request_headers(["x-a"]);
    let several = several.build().unwrap();
    let report = report_with(&several, config(), &constant(["PUT", "x-a, x-more"]));
    let expected = [Cause::GrantsOtherHeaders, Cause::ConstantOrigin];
    assert_eq!(causes(&report), expected, "{report}");
}

/// A server reflects every origin, and also sends useless headers if the request has no `Origin`. The reflection
/// explains the useless headers only if responses to denied origins have these headers too.
#[test]
fn reflection_hides_no_other_mistake() {
    let is_reflected = |request: &Request<()>| {
        let has_origin = request.headers().contains_key("origin");
        has_origin.then(|| origin(request))
    };
    let is_listed = |request: &Request<()>| {
        let origin = origin(request);
        LISTED.contains(&&*origin).then_some(origin)
    };
    let with_both = |server: Server, adds: fn(&Request<()>, &mut Response<()>)| -> [Server; 1] {
        [Box::new(move |request: &Request<()>| {
            let mut response = server(request);
            adds(request, &mut response);
            response
        })]
    };
    let only_without_origin = |request: &Request<()>, response: &mut Response<()>| {
        if !request.headers().contains_key("origin") {
            set(response.headers_mut(), MAX_AGE, "5");
        }
    };
    let always = |_: &Request<()>, response: &mut Response<()>| {
        set(response.headers_mut(), ALLOW_CREDENTIALS, "true");
    };
    type Adds = fn(&Request<()>, &mut Response<()>);
    for (adds, shows) in [(only_without_origin as Adds, true), (always, false)] {
        let [server] = with_both(Box::new(middleware(is_reflected)), adds);
        let found = causes(&report_with(&policy(), config(), &server));
        assert_eq!(found[0], Cause::ReflectsAnyOrigin);
        assert_eq!(found.contains(&Cause::UselessHeaders), shows, "{found:?}");
        // If the server reflects only listed origins, the report has the finding `UselessHeaders` for both values of
        // `adds`.
        let [server] = with_both(Box::new(middleware(is_listed)), adds);
        let report = report_with(&policy(), config(), &server);
        assert_eq!(causes(&report), [Cause::UselessHeaders], "{report}");
    }
}
