//! What of the browser's side no case can say: a list of public suffixes, a full cache, a function alone.
#![allow(missing_docs, clippy::unwrap_used)]

use std::time::Duration;

use fetch_cors::{
    api::XmlHttpRequest,
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
        request::{Body, Mode, Request},
        response::Response,
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
fn a_response_for_the_same_site_is_for_a_sibling_that_is_no_less_secure() {
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

/// So many that some share the bits by which a table tells its names apart first.
#[test]
fn a_name_matches_no_other_however_many_there_are() {
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

/// A case has no streams.
#[test]
fn a_misdirected_request_is_sent_once_more_and_a_stream_is_not() {
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
fn a_preflight_says_what_it_is_for() {
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

/// The referrer policy that there is keeps the origin of a page on https from what is not.
#[test]
fn the_origin_that_is_sent() {
    for (origin, url, mode, method, expected) in [
        ("https://a", "http://b", Mode::NoCors, "POST", Some("null")),
        (
            "https://a",
            "https://b",
            Mode::NoCors,
            "POST",
            Some("https://a"),
        ),
        (
            "http://a",
            "http://b",
            Mode::NoCors,
            "POST",
            Some("http://a"),
        ),
        (
            "http://a",
            "https://b",
            Mode::NoCors,
            "POST",
            Some("http://a"),
        ),
        ("https://a", "http://b", Mode::NoCors, "GET", None),
        (
            "https://a",
            "http://b",
            Mode::Cors,
            "POST",
            Some("https://a"),
        ),
        (
            "https://a",
            "http://b",
            Mode::Cors,
            "GET",
            Some("https://a"),
        ),
        ("https://a", "https://a", Mode::Cors, "GET", None),
        ("https://a", "https://a", Mode::Cors, "HEAD", None),
        (
            "https://a",
            "https://a",
            Mode::SameOrigin,
            "POST",
            Some("https://a"),
        ),
    ] {
        let mut request = request(origin, url);
        (request.mode, request.method) = (mode, method.parse().unwrap());
        let sent = sent(&mut UserAgent::new(), request);
        let sent = sent.header_list.get("origin");
        assert_eq!(
            sent.as_deref(),
            expected.map(str::as_bytes),
            "{origin} {url} {mode:?} {method}"
        );
    }
}

/// What is sent first; then the connection breaks.
fn sent(user_agent: &mut UserAgent, request: Request) -> HttpRequest {
    let mut sent = None;
    let result = fetch(user_agent, request, Duration::ZERO, |request| {
        sent.get_or_insert_with(|| request.clone());
        Err(ConnectionError)
    });
    assert!(result.is_err());
    sent.unwrap()
}

/// A request of script has the unsafe-request flag; a form's has not, and needs no preflight.
#[test]
fn what_fails_forgets_what_its_preflight_would_be_spared_by() {
    for (method, is_of_script, has_preflight) in [
        ("GET", true, false),
        ("GET", false, false),
        ("PUT", true, true),
        ("PUT", false, false),
    ] {
        let mut request = request("http://a", "http://b");
        (request.mode, request.unsafe_request_flag) = (Mode::Cors, is_of_script);
        request.method = method.parse().unwrap();
        let key = CacheKey::new(&request, &NoPublicSuffixes);
        let mut user_agent = UserAgent::new();
        let cache = &mut user_agent.cors_preflight_cache;
        cache.create_method_entry(&key, 5, b"DELETE", Duration::ZERO);
        let is_preflight = sent(&mut user_agent, request).is_preflight();
        assert_eq!(is_preflight, has_preflight, "{method} {is_of_script}");
        let is_forgotten = user_agent.cors_preflight_cache.is_empty();
        assert_eq!(is_forgotten, has_preflight, "{method} {is_of_script}");
    }
}

#[test]
fn an_xml_http_request_sends_its_body_where_there_is_room_for_one() {
    for (method, expected) in [
        ("GET", None),
        ("HEAD", None),
        ("POST", Some(Body::WithSource)),
        ("x", Some(Body::WithSource)),
    ] {
        let mut xhr = XmlHttpRequest::new("http://b".parse().unwrap());
        (xhr.method, xhr.body) = (method.into(), Some(Body::WithSource));
        let request = xhr.into_request(Origin::parse(b"http://a").unwrap());
        assert_eq!(request.unwrap().body, expected, "{method}");
    }
}

#[test]
fn the_timing_of_ones_own_is_seen() {
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
