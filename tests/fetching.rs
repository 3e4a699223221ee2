//! Tests of the browser side: public suffixes, streams, single functions. Cases cannot test these parts.
#![cfg(feature = "browser")]
#![allow(missing_docs, clippy::unwrap_used)]

use std::time::Duration;

use fetch_cors::{
    Failure,
    api::{BodyWithType, RequestInit, XmlHttpRequest},
    engine::Engine,
    fetching::{
        ConnectionError, HttpRequest, UserAgent,
        corp_check::{CrossOriginResourcePolicyCheck, cross_origin_resource_policy_check},
        cors_preflight_cache::{CacheKey, CorsPreflightCache},
        cors_preflight_fetch::cors_preflight_request,
        fetch,
    },
    http::StatusCode,
    infrastructure::{
        header_list::HeaderList,
        origin::Origin,
        request::{Body, CredentialsMode, Mode, RedirectMode, Request},
        response::{Response, ResponseType},
        site::{NoPublicSuffixes, PublicSuffixes},
    },
};

fn request(origin: &str, url: &str) -> Request {
    Request::new(
        Origin::parse(origin.as_bytes()).unwrap(),
        url.parse().unwrap(),
    )
}

#[derive(Debug)]
struct LastLabel;

impl PublicSuffixes for LastLabel {
    fn public_suffix<'domain>(&self, domain: &'domain str) -> Option<&'domain str> {
        domain.rsplit('.').next()
    }
}

#[test]
fn same_site_policy_denies_other_sites_and_http_to_https() {
    for (origin, url, expected) in [
        ("http://a.site.example", "http://b.site.example/", true),
        ("http://a.site.example:81", "http://site.example:82/", true),
        ("https://a.site.example", "https://b.site.example/", true),
        ("https://a.site.example", "http://b.site.example/", true),
        ("http://a.site.example", "https://b.site.example/", false),
        ("http://a.site.example", "http://site.other/", false),
        ("https://a.site.example", "https://b.other.example/", false),
        ("https://a.site.example", "http://b.other.example/", false),
        ("http://127.0.0.1:81", "http://127.0.0.1:82/", true),
        ("http://127.0.0.1", "http://1.0.0.1/", false),
    ] {
        let mut response = Response::new(
            StatusCode::OK,
            HeaderList::from_pairs([("Cross-Origin-Resource-Policy", "same-site")]).unwrap(),
        );
        response.url_list.push(url.parse().unwrap());
        let origin = Origin::parse(origin.as_bytes()).unwrap();
        for public_suffixes in [&LastLabel as &dyn PublicSuffixes, &NoPublicSuffixes] {
            let check = cross_origin_resource_policy_check(&origin, &response, public_suffixes);
            let allowed = check == CrossOriginResourcePolicyCheck::Allowed;
            assert_eq!(allowed, expected, "{origin:?} {url} {public_suffixes:?}");
        }
    }
}

/// A hash table first compares a few bits of each hash. Some of 1,000 names have the same bits, so the table must also
/// compare the names.
#[test]
fn cached_method_does_not_match_other_methods() {
    let key = CacheKey::new(&request("http://a", "http://b"), &NoPublicSuffixes);
    let mut cache = CorsPreflightCache::new();
    for number in 0..1000 {
        let method = format!("M{number}");
        cache.create_method_entry(&key, 1, method.as_bytes(), Duration::ZERO);
    }
    assert_eq!(cache.len(), 1000);
    for number in 0..1000 {
        let other = format!("m{number}");
        assert!(!cache.has_method_cache_entry_match(&key, other.as_bytes(), Duration::ZERO));
    }
}

/// After status 421, the fetch sends the request again, on a new connection. A stream cannot be sent again.
#[test]
fn status_421_repeats_the_request_once_without_a_stream() {
    for (body, statuses, expected) in [
        (None, &[421, 200][..], 200),
        (None, &[421, 421], 421),
        (Some(Body::WithSource), &[421, 200], 200),
        (Some(Body::Stream), &[421], 421),
    ] {
        let mut request = request("http://a", "http://a");
        request.body = body;
        let mut left = statuses.iter();
        let result = fetch(&mut UserAgent::new(), request, Duration::ZERO, |_| {
            let status = left.next().ok_or(ConnectionError)?;
            let status = StatusCode::from_u16(*status).unwrap();
            Ok(Response::new(status, HeaderList::new()))
        });
        assert_eq!(result.unwrap().status(), expected, "{body:?} {statuses:?}");
        assert_eq!(left.next(), None, "{body:?} {statuses:?}");
    }
}

#[test]
fn preflight_lists_its_reasons() {
    for (method, headers, flag, expected) in [
        ("GET", &[][..], false, &[][..]),
        (
            "GET",
            &[("x-b", "1"), ("x-a", "2")],
            false,
            &["header:x-a", "header:x-b"],
        ),
        ("PUT", &[("accept", "1")], false, &["method"]),
        (
            "PUT",
            &[("x-a", "1")],
            true,
            &["flag", "header:x-a", "method"],
        ),
    ] {
        let mut request = request("http://a", "http://b");
        request.method = method.parse().unwrap();
        request.header_list = HeaderList::from_pairs(headers.iter().copied()).unwrap();
        request.use_cors_preflight_flag = flag;
        let reasons = cors_preflight_request(&request).preflight_reasons.unwrap();
        let reasons: Vec<_> = reasons.iter().map(ToString::to_string).collect();
        assert_eq!(reasons, expected, "{method} {headers:?}");
    }
}

/// The user agent of this test allows mixed content. Otherwise, pages on https could not send requests to `http://b`.
#[test]
fn origin_header_depends_on_mode_method_and_scheme() {
    use Mode::{Cors, NoCors, SameOrigin};
    for (origin, url, mode, method, expected) in [
        ("https://a", "http://b", NoCors, "POST", Some("null")),
        (
            "https://a",
            "http://localhost",
            NoCors,
            "POST",
            Some("null"),
        ),
        ("https://a", "https://b", NoCors, "POST", Some("https://a")),
        ("http://a", "http://b", NoCors, "POST", Some("http://a")),
        ("http://a", "https://b", NoCors, "POST", Some("http://a")),
        ("https://a", "http://b", NoCors, "GET", None),
        ("https://a", "http://b", Cors, "POST", Some("https://a")),
        ("https://a", "http://b", Cors, "GET", Some("https://a")),
        ("https://a", "https://a", Cors, "GET", None),
        ("https://a", "https://a", Cors, "HEAD", None),
        (
            "https://a",
            "https://a",
            SameOrigin,
            "POST",
            Some("https://a"),
        ),
    ] {
        let mut request = request(origin, url);
        (request.mode, request.method) = (mode, method.parse().unwrap());
        let sent = sent(&mut UserAgent::new().allowing_mixed_content(), request);
        let sent = sent.header_list.get("origin");
        assert_eq!(
            sent.as_deref(),
            expected.map(str::as_bytes),
            "{origin} {url} {mode:?} {method}"
        );
    }
}

#[test]
fn streams_need_a_preflight_and_are_refused_in_no_cors() {
    for (mode, method, expected) in [
        (Mode::Cors, "POST", Ok(true)),
        (Mode::SameOrigin, "POST", Ok(true)),
        (
            Mode::NoCors,
            "POST",
            Err((Failure::StreamBodyNotAllowed, "request-constructor/39.2")),
        ),
        (
            Mode::NoCors,
            "GET",
            Err((Failure::BodyNotAllowed, "request-constructor/35")),
        ),
        (
            Mode::NoCors,
            "PUT",
            Err((
                Failure::MethodNotNoCorsSafelisted,
                "request-constructor/32.1",
            )),
        ),
    ] {
        let mut init = RequestInit::new("http://b".parse().unwrap());
        (init.mode, init.method, init.body) = (mode, method.into(), Some(Body::Stream.into()));
        let request = init.into_request(Origin::parse("http://a").unwrap());
        let result = request
            .map(|request| request.use_cors_preflight_flag)
            .map_err(|error| (error.failure(), error.step()));
        assert_eq!(result, expected, "{mode:?} {method}");
    }
}

/// After status 401, a browser asks for a password and sends the request again. A stream cannot be sent again, so the
/// fetch fails.
#[test]
fn status_401_for_a_credentialed_stream_is_an_error() {
    let refused = Err((
        Failure::AuthenticationBodyWithoutSource,
        "http-network-or-cache-fetch/15.2.1",
    ));
    for (url, credentials_mode, body, expected) in [
        (
            "http://a",
            CredentialsMode::SameOrigin,
            Body::Stream,
            refused,
        ),
        ("http://a", CredentialsMode::Omit, Body::Stream, Ok(401)),
        (
            "http://a",
            CredentialsMode::SameOrigin,
            Body::WithSource,
            Ok(401),
        ),
        ("http://b", CredentialsMode::Include, Body::Stream, Ok(401)),
    ] {
        let mut request = request("http://a", url);
        (request.mode, request.method) = (Mode::Cors, "POST".parse().unwrap());
        (request.credentials_mode, request.body) = (credentials_mode, Some(body));
        let shared = [
            ("Access-Control-Allow-Origin", "http://a"),
            ("Access-Control-Allow-Credentials", "true"),
        ];
        let response = Response::new(
            StatusCode::UNAUTHORIZED,
            HeaderList::from_pairs(shared).unwrap(),
        );
        let result = fetch(&mut UserAgent::new(), request, Duration::ZERO, |_| {
            Ok(response.clone())
        });
        let result = result
            .map(|response| response.status())
            .map_err(|error| (error.failure(), error.step()));
        assert_eq!(result, expected, "{url} {credentials_mode:?} {body:?}");
    }
}

#[test]
fn timing_of_manual_redirects_needs_a_passed_tao_check() {
    for (url, timing_allow_origin, expected) in [
        ("http://a", "", true),
        ("http://b", "", false),
        ("http://b", "http://a", true),
        ("http://b", "*", true),
        ("http://b", "null", false),
    ] {
        let mut request = request("http://a", url);
        (request.mode, request.redirect_mode) = (Mode::Cors, RedirectMode::Manual);
        let headers = [
            ("Access-Control-Allow-Origin", "*"),
            ("Location", "/c"),
            ("Timing-Allow-Origin", timing_allow_origin),
        ];
        let response = Response::new(StatusCode::FOUND, HeaderList::from_pairs(headers).unwrap());
        let result = fetch(&mut UserAgent::new(), request, Duration::ZERO, |_| {
            Ok(response.clone())
        });
        let filtered = result.unwrap();
        assert_eq!(filtered.response_type(), ResponseType::OpaqueRedirect);
        assert_eq!(
            filtered.timing_allow_passed(),
            expected,
            "{url} {timing_allow_origin}"
        );
    }
}

/// The fetch sends a copy of the request, so a second attempt does not append `Origin` again.
#[test]
fn repeated_request_has_one_origin_header() {
    let mut request = request("http://a", "http://b");
    (request.mode, request.redirect_mode) = (Mode::Cors, RedirectMode::Error);
    let mut origins = Vec::new();
    let result = fetch(&mut UserAgent::new(), request, Duration::ZERO, |request| {
        origins.push(request.header_list.values("origin").count());
        let status = StatusCode::MISDIRECTED_REQUEST;
        let headers = HeaderList::from_pairs([("Access-Control-Allow-Origin", "*")]);
        Ok(Response::new(status, headers.unwrap()))
    });
    assert_eq!((result.unwrap().status(), origins), (421, vec![1, 1]));
}

/// Runs a fetch whose connection fails, and returns the first request of the fetch.
fn sent(user_agent: &mut UserAgent, request: Request) -> HttpRequest {
    let mut sent = None;
    let result = fetch(user_agent, request, Duration::ZERO, |request| {
        sent.get_or_insert_with(|| request.clone());
        Err(ConnectionError)
    });
    assert!(result.is_err());
    sent.unwrap()
}

/// If a request needs a preflight, the failure of the fetch clears the cache entries. Here, a request needs a preflight
/// only if its method is PUT and its unsafe-request flag is set.
#[test]
fn failure_after_the_preflight_arm_clears_cache_entries() {
    for (method, has_unsafe_request_flag, has_preflight) in [
        ("GET", true, false),
        ("GET", false, false),
        ("PUT", true, true),
        ("PUT", false, false),
    ] {
        let mut request = request("http://a", "http://b");
        (request.mode, request.unsafe_request_flag) = (Mode::Cors, has_unsafe_request_flag);
        request.method = method.parse().unwrap();
        let key = CacheKey::new(&request, &NoPublicSuffixes);
        let mut user_agent = UserAgent::new();
        let cache = &mut user_agent.cors_preflight_cache;
        cache.create_method_entry(&key, 5, b"DELETE", Duration::ZERO);
        let is_preflight = sent(&mut user_agent, request).is_preflight();
        assert_eq!(
            is_preflight, has_preflight,
            "{method} {has_unsafe_request_flag}"
        );
        let is_cleared = user_agent.cors_preflight_cache.is_empty();
        assert_eq!(
            is_cleared, has_preflight,
            "{method} {has_unsafe_request_flag}"
        );
    }
}

#[test]
fn xml_http_request_ignores_the_body_of_get_and_head() {
    for (method, expected) in [
        ("GET", None),
        ("HEAD", None),
        ("POST", Some(Body::WithSource)),
        ("x", Some(Body::WithSource)),
    ] {
        let mut xhr = XmlHttpRequest::new("http://b".parse().unwrap());
        (xhr.method, xhr.body) = (method.into(), Some(Body::WithSource.into()));
        let request = xhr.into_request(Origin::parse(b"http://a").unwrap());
        assert_eq!(request.unwrap().body, expected, "{method}");
    }
}

#[test]
fn same_origin_timing_is_visible() {
    for (url, expected) in [("http://a", true), ("http://b", false)] {
        let mut request = request("http://a", url);
        request.mode = Mode::Cors;
        let result = fetch(&mut UserAgent::new(), request, Duration::ZERO, |_| {
            let any = HeaderList::from_pairs([("Access-Control-Allow-Origin", "*")]);
            Ok(Response::new(StatusCode::OK, any.unwrap()))
        });
        assert_eq!(result.unwrap().timing_allow_passed(), expected, "{url}");
    }
}

/// The engines combine an empty header line with the other lines of the same name. With work that grows faster than the
/// number of lines, this test would take hours.
#[test]
fn hundreds_of_thousands_of_header_lines_are_sent_and_received() {
    let numbers = 0..300_000;
    let lines = numbers.map(|number| (format!("x{number}"), "1"));
    let lines = lines.chain([
        ("x0".into(), ""),
        ("host".into(), "a"),
        ("host".into(), "b"),
    ]);
    let headers = HeaderList::from_pairs(lines).unwrap();
    for engine in [Engine::Chromium, Engine::Firefox, Engine::Webkit] {
        let mut request = request("http://a", "http://a");
        request.mode = Mode::SameOrigin;
        request.header_list = headers.clone();
        let mut user_agent = UserAgent::of_engine(engine);
        let result = fetch(&mut user_agent, request, Duration::ZERO, |request| {
            assert!(request.header_list.len() >= 300_000);
            Ok(Response::new(StatusCode::OK, headers.clone()))
        });
        assert!(result.unwrap().headers().count() >= 300_000);
    }
}

/// Most of these values come from the web platform test `xhr/send-content-type-charset.htm`.
#[test]
fn xml_http_request_with_a_string_changes_the_charset_of_the_author() {
    let sent = |body_type: &str, author: &str| {
        let mut xhr = XmlHttpRequest::new("http://b".parse().unwrap());
        xhr.method = "POST".into();
        xhr.headers = vec![("Content-Type".into(), author.to_owned().into())];
        xhr.body = Some(BodyWithType::new(Body::WithSource, body_type.to_owned()));
        let request = xhr
            .into_request(Origin::parse("http://a").unwrap())
            .unwrap();
        let content_type = request.header_list.get("content-type").unwrap();
        String::from_utf8(content_type.into_owned()).unwrap()
    };
    let string = "text/plain;charset=UTF-8";
    for (author, expected) in [
        ("text; charset=ascii", "text; charset=ascii"),
        ("charset=ascii", "charset=ascii"),
        ("text/plain;charset=utf-8", "text/plain;charset=utf-8"),
        ("text/x-pink-unicorn", "text/x-pink-unicorn"),
        (
            "text/x-thepiano;charset= waddup",
            "text/x-thepiano;charset=UTF-8",
        ),
        (
            "text/plain; charset=utf-8; charset=waddup",
            "text/plain; charset=utf-8; charset=waddup",
        ),
        ("text/plain;charset= utf-8", "text/plain;charset=UTF-8"),
        (
            "text/x-pink-unicorn; charset=windows-1252; charset=bogus; notrelated; charset=ascii",
            "text/x-pink-unicorn;charset=UTF-8",
        ),
        (
            "TEXT/PLAIN; a=\"b c\"; Charset=\"latin1\"; D=E",
            "text/plain;a=\"b c\";charset=UTF-8;d=E",
        ),
    ] {
        assert_eq!(sent(string, author), expected, "{author}");
        assert_eq!(
            sent("text/html;charset=UTF-8", author),
            expected,
            "{author}"
        );
        assert_eq!(sent("text/plain", author), author, "the body is a Blob");
    }
}
