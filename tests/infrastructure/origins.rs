//! Origins of URLs, origins from strings, and the comparison of origins.

use fetch_cors::infrastructure::{
    origin::{OpaqueOrigin, Origin, TupleOrigin, matches_origin_or_null},
    site::{NoPublicSuffixes, is_same_site, is_schemelessly_same_site},
};

fn origin(serialized: &str) -> Origin {
    Origin::parse(serialized.as_bytes()).unwrap()
}

#[test]
fn same_origin_compares_scheme_host_and_port() {
    let opaque = |number| Origin::Opaque(OpaqueOrigin(number));
    for (a, b, expected) in [
        (origin("http://a"), origin("http://a"), true),
        (origin("http://a"), origin("http://b"), false),
        (origin("http://a"), origin("http://a:81"), false),
        (origin("http://a"), origin("https://a"), false),
        (opaque(1), opaque(1), true),
        (opaque(1), opaque(2), false),
        (opaque(1), origin("http://a"), false),
    ] {
        assert_eq!(a.is_same_origin(&b), expected, "{a:?} {b:?}");
        assert_eq!(b.is_same_origin(&a), expected, "{a:?} {b:?}");
    }
    for (url, expected) in [
        ("http://a/b?c#d", true),
        ("http://a:80", true),
        ("http://u:p@a", true),
        ("http://a:81", false),
        ("https://a", false),
        ("http://ab", false),
        ("http://b", false),
        ("blob:http://a/1", true),
        ("blob:http://b/1", false),
        ("blob:ftp://a/1", false),
        ("data:,http://a", false),
        ("file:///a", false),
    ] {
        let url = url.parse().unwrap();
        let is_same = origin("http://a").is_same_origin_with(&url);
        assert_eq!(is_same, expected, "{url}");
        assert!(!opaque(1).is_same_origin_with(&url), "{url}");
    }
    let url = "http://a:81/b".parse().unwrap();
    assert!(origin("http://a:81").is_same_origin_with(&url));
    assert!(!origin("http://a:8").is_same_origin_with(&url));
}

#[test]
fn urls_have_tuple_or_opaque_origins() {
    for (url, expected) in [
        ("http://a.b:80/c", Some(("http", "a.b", "http://a.b"))),
        (
            "https://[::1]:81/a",
            Some(("https", "[::1]", "https://[::1]:81")),
        ),
        ("http://[::1]", Some(("http", "[::1]", "http://[::1]"))),
        (
            "http://127.1:8",
            Some(("http", "127.0.0.1", "http://127.0.0.1:8")),
        ),
        ("ws://a:81", Some(("ws", "a", "ws://a:81"))),
        ("wss://a", Some(("wss", "a", "wss://a"))),
        ("ftp://a", Some(("ftp", "a", "ftp://a"))),
        ("blob:https://a:81/b", Some(("https", "a", "https://a:81"))),
        ("blob:ftp://a/b", None),
        ("blob:null/b", None),
        ("data:,a", None),
        ("file:///a", None),
        ("ext://a", None),
    ] {
        let origin = TupleOrigin::from_url(&url.parse().unwrap());
        let parts = origin
            .as_ref()
            .map(|origin| (origin.scheme(), origin.host(), origin.serialize()));
        assert_eq!(parts, expected, "{url}");
    }
    assert_eq!(Origin::Opaque(OpaqueOrigin(1)).serialize(), "null");
}

#[test]
fn parsed_null_origins_are_equal() {
    let null = origin("null");
    assert_eq!(null, "null".parse().unwrap());
    assert!(null.is_same_origin(&origin("null")));
    assert!(!null.is_same_origin(&Origin::Opaque(OpaqueOrigin(1))));
    assert!(!null.is_same_origin_with(&"data:,".parse().unwrap()));
    assert_eq!(null.serialize(), "null");
}

#[test]
fn only_serialized_origins_are_parsed() {
    for serialized in [
        "http://a",
        "https://a:80",
        "http://[::1]:81",
        "http://xn--bcher-kva.a",
        "tauri://localhost",
        "tauri://localhost:443",
        "capacitor://localhost",
        "ionic://localhost",
        "app://.",
        "app://MyApp",
        "app://[::1]:1420",
        "com.example.app://x_y",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "moz-extension://3c1d8a2c-5a5c-4f0e-9c6f-0d5f4b1c2a3d",
        "safari-web-extension://E7A6A5B0-0000-4000-8000-000000000000",
        "file://",
    ] {
        assert_eq!(origin(serialized).serialize(), serialized);
    }
    for (string, suggestion) in [
        ("http://A", Some("http://a")),
        ("http://a/", Some("http://a")),
        ("http://a:80", Some("http://a")),
        ("https://a:443", Some("https://a")),
        ("http://[::0]", Some("http://[::]")),
        ("http://bücher.a", Some("http://xn--bcher-kva.a")),
        ("tauri://localhost/", Some("tauri://localhost")),
        ("Tauri://localhost", Some("tauri://localhost")),
        ("tauri://u:p@localhost", Some("tauri://localhost")),
        ("tauri://localhost?a", Some("tauri://localhost")),
        ("tauri://localhost#a", Some("tauri://localhost")),
        ("tauri://localhost:080", Some("tauri://localhost:80")),
        ("tauri://localhost:", Some("tauri://localhost")),
        ("tauri://b\u{fc}cher", Some("tauri://b%C3%BCcher")),
        (" tauri://localhost", Some("tauri://localhost")),
        ("app://[::0]", Some("app://[::]")),
        ("file:///a", Some("null")),
        ("file:", Some("null")),
        ("file://a", Some("null")),
        ("tauri://", None),
        ("tauri:///a", None),
        ("tauri:localhost", None),
        ("tauri:/localhost", None),
        ("tauri://a b", None),
        ("tauri://localhost:65536", None),
        ("1app://a", None),
        ("a_b://a", None),
        ("ws://a", None),
        ("wss://a", None),
        ("about://blank", None),
        ("about:blank", None),
        ("data:,a", None),
        ("data://a", None),
        ("javascript://a", None),
        ("mailto:a@b", None),
        ("NULL", None),
        ("ftp://a", None),
        ("blob:http://a", None),
        ("blob://a", None),
        ("", None),
    ] {
        let error = Origin::parse(string.as_bytes()).unwrap_err();
        assert_eq!(error.suggestion(), suggestion, "{string}");
    }
    let error = Origin::parse(b"http://A").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`http://A` is not the origin of a page: write `http://a`"
    );
    let error = TupleOrigin::parse("null").unwrap_err();
    assert_eq!(error.suggestion(), None);
    let error = Origin::parse(b"\xFF").unwrap_err();
    assert_eq!(
        error.to_string(),
        r"`\u{ff}` is not the origin of a page: write, for example, `https://app.example`"
    );
}

#[test]
fn values_match_the_grammar_of_origin() {
    for (value, expected) in [
        ("null", true),
        ("nul", false),
        ("", false),
        ("a", false),
        ("http://a", true),
        ("e+x-t.1://a", true),
        ("1e://a", false),
        ("Ext://a", false),
        ("e_x://a", false),
        ("e://a.b-c.1", true),
        ("e://", false),
        ("e://a.", false),
        ("e://a..b", false),
        ("e://-a", false),
        ("e://a-", false),
        ("e://A", false),
        ("e://a_b", false),
        ("e://a:1", true),
        ("e://a:12345", true),
        ("e://a:123456", false),
        ("e://a:", false),
        ("e://a:1b", false),
        ("e://[::1]", true),
        ("e://[::1]:81", true),
        ("e://[::1]81", false),
        ("e://[::1", false),
        ("e://[::]", true),
        ("e://[0::abcd]", true),
        ("e://[1:2:3:4:5:6:7:8]", true),
        ("e://[1:2:3:4:5:6:7]", false),
        ("e://[1:2:3:4:5:6:7:8:9]", false),
        ("e://[1:2:3::6:7:8]", true),
        ("e://[1:2:3::5:6:7:8]", false),
        ("e://[1:2:3:4:5:6::]", true),
        ("e://[1:2:3:4:5:6:7::]", false),
        ("e://[00::1]", false),
        ("e://[01::1]", false),
        ("e://[12345::]", false),
        ("e://[A::]", false),
        ("e://[::g]", false),
        ("e://[1:::2]", false),
    ] {
        assert_eq!(
            matches_origin_or_null(value.as_bytes()),
            expected,
            "{value}"
        );
    }
    assert!(!matches_origin_or_null(b"e://\xFF"));
}

/// The host in the origin of an app is not a domain, so no URL of http or https has the same origin or site.
#[test]
fn origin_of_an_app_differs_from_every_web_origin() {
    for page in [
        "tauri://localhost",
        "capacitor://a.example",
        "app://127.0.0.1",
        "x://[::1]",
    ] {
        let page = origin(page);
        let Origin::Tuple(tuple) = &page else {
            panic!("{page:?}")
        };
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{}/a", tuple.host()).parse().unwrap();
            assert!(!page.is_same_origin_with(&url), "{page:?}");
            let web = Origin::Tuple(TupleOrigin::from_url(&url).unwrap());
            assert!(!page.is_same_origin(&web));
            assert!(!is_same_site(&page, &web, &NoPublicSuffixes), "{page:?}");
            assert!(
                !is_schemelessly_same_site(&page, &web, &NoPublicSuffixes),
                "{page:?}"
            );
        }
    }
    for (a, b, same_site, schemelessly) in [
        ("app://a.example", "app://a.example:81", true, true),
        ("app://a.example", "tauri://a.example", false, true),
        ("app://a.b.example", "app://c.b.example", false, false),
        ("app://A", "app://a", false, false),
    ] {
        let (a, b) = (origin(a), origin(b));
        assert!(!a.is_same_origin(&b));
        assert_eq!(is_same_site(&a, &b, &NoPublicSuffixes), same_site, "{a:?}");
        assert_eq!(
            is_schemelessly_same_site(&a, &b, &NoPublicSuffixes),
            schemelessly,
            "{a:?}"
        );
    }
    let url = "tauri://localhost/a".parse().unwrap();
    assert!(origin("tauri://localhost").is_same_origin_with(&url));
    assert!(!origin("tauri://localhost:1").is_same_origin_with(&url));
}
