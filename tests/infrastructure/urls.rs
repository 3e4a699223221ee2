//! URLs: sites, the taint of redirects, references, and the parts that are not sent.

use fetch_cors::infrastructure::{
    origin::{OpaqueOrigin, Origin},
    port::{BlockBadPort, should_be_blocked_due_to_a_bad_port},
    request::{RedirectTaint, Request},
    site::{NoPublicSuffixes, PublicSuffixes, Site, is_same_site, is_schemelessly_same_site},
    url::{includes_credentials, is_http_or_https, parse, without_fragment_and_userinfo},
};

#[derive(Debug)]
struct LastLabel;

impl PublicSuffixes for LastLabel {
    fn public_suffix<'domain>(&self, domain: &'domain str) -> Option<&'domain str> {
        domain.rsplit('.').next()
    }
}

fn origin(serialized: &str) -> Origin {
    Origin::parse(serialized.as_bytes()).unwrap()
}

#[test]
fn site_is_a_public_suffix_with_one_more_label() {
    for (host, expected) in [
        ("a.site.example", "site.example"),
        ("b.a.site.example", "site.example"),
        ("site.example", "site.example"),
        ("example", "example"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
        ("a.site.example.", "site.example."),
        ("example.", "example."),
    ] {
        let site = Site::SchemeAndHost("https".into(), expected.into());
        let page = origin(&format!("https://{host}:81"));
        assert_eq!(Site::from_origin(&page, &LastLabel), site);
        assert_eq!(Site::from_origin(&page, &NoPublicSuffixes), site);
    }
    assert_eq!(NoPublicSuffixes.public_suffix("a.b."), None);
    let opaque = |number| Origin::Opaque(OpaqueOrigin(number));
    for (a, b, schemelessly, same) in [
        (origin("http://a.b.c"), origin("http://b.c:81"), true, true),
        (origin("http://a.b.c"), origin("https://b.c"), true, false),
        (origin("http://a.b.c"), origin("http://a.c"), false, false),
        (opaque(1), opaque(1), true, true),
        (opaque(1), opaque(2), false, false),
        (opaque(1), origin("http://a"), false, false),
    ] {
        assert_eq!(
            is_schemelessly_same_site(&a, &b, &LastLabel),
            schemelessly,
            "{a:?} {b:?}"
        );
        assert_eq!(is_same_site(&a, &b, &LastLabel), same, "{a:?} {b:?}");
    }
    // By the default rule, the last label is a public suffix.
    let same_site = |a, b| is_same_site(&origin(a), &origin(b), &NoPublicSuffixes);
    assert!(same_site("http://a.b.c", "http://b.c"));
    assert!(same_site("http://a.co.uk", "http://b.co.uk"));
    assert!(!same_site("http://a", "http://b"));
    assert!(!same_site("http://a.b", "http://b"));
    assert!(!same_site("http://a.b.c.", "http://b.c"));
    assert!(!same_site("http://127.0.0.1", "http://128.0.0.1"));
}

/// A list of two rules, `co.uk` and `uk`. The default rule applies to all other domains.
#[derive(Debug)]
struct British;

impl PublicSuffixes for British {
    fn public_suffix<'domain>(&self, domain: &'domain str) -> Option<&'domain str> {
        ["co.uk", "uk"]
            .into_iter()
            .find(|suffix| domain == *suffix || domain.ends_with(&format!(".{suffix}")))
    }
}

#[test]
fn rules_of_the_list_precede_the_default_rule() {
    let same_site = |a, b| is_same_site(&origin(a), &origin(b), &British);
    assert!(!same_site("http://a.co.uk", "http://b.co.uk"));
    assert!(!same_site("http://a.co.uk.", "http://b.co.uk."));
    assert!(!same_site("http://a.co.uk", "http://co.uk"));
    assert!(same_site("http://x.a.co.uk.", "http://a.co.uk."));
    assert!(same_site("http://a.site.example", "http://site.example"));
}

#[test]
fn redirect_taint_depends_on_the_origins_of_urls() {
    use RedirectTaint::{CrossSite, SameOrigin, SameSite};
    let page = "http://page.site.example";
    for (urls, expected) in [
        (&["http://other.example"][..], SameOrigin),
        (
            &["http://page.site.example/1", "http://other.example/2"],
            SameOrigin,
        ),
        (
            &["http://other.example/1", "http://other.example/2"],
            SameOrigin,
        ),
        (
            &["http://a.site.example", "http://b.site.example"],
            SameSite,
        ),
        (
            &["http://a.other.example", "http://b.other.example"],
            SameSite,
        ),
        (&["http://a.site.example", "http://other.example"], SameSite),
        (
            &["http://a.other.example", "http://page.site.example"],
            CrossSite,
        ),
        (
            &["http://a.other.example", "http://b.third.example"],
            CrossSite,
        ),
        (
            &["https://a.site.example", "http://a.site.example"],
            CrossSite,
        ),
        (
            &[
                "http://a.site.example",
                "http://b.site.example",
                "http://b.site.example/2",
            ],
            SameSite,
        ),
        (
            &[
                "http://a.site.example",
                "http://other.example",
                "http://third.example",
            ],
            CrossSite,
        ),
    ] {
        let mut urls = urls.iter().map(|url| url.parse().unwrap());
        let mut request = Request::new(origin(page), urls.next().unwrap());
        let first = request.url().clone();
        urls.for_each(|url| request.append_url(url));
        let listed: Vec<_> = request.url_list().cloned().collect();
        assert_eq!(
            (request.url(), listed.last()),
            (&first, Some(request.current_url()))
        );
        assert_eq!(request.redirect_taint(&LastLabel), expected, "{listed:?}");
        let serialized = if expected == SameOrigin { page } else { "null" };
        assert_eq!(request.serialize_origin(), serialized, "{listed:?}");
        assert_eq!(request.byte_serialize_origin(), serialized.as_bytes());
    }
}

#[test]
fn url_is_sent_without_fragment_and_userinfo() {
    for (url, credentials, plain) in [
        ("http://a/b?c#d", false, "http://a/b?c"),
        ("http://u@a:81/b?c#d", true, "http://a:81/b?c"),
        ("http://u:p@a/", true, "http://a/"),
        ("http://:p@a/", true, "http://a/"),
        ("http://@a/", false, "http://a/"),
        ("data:,a#b", false, "data:,a"),
    ] {
        let url = url.parse().unwrap();
        assert_eq!(includes_credentials(&url), credentials, "{url}");
        assert_eq!(without_fragment_and_userinfo(&url), plain, "{url}");
    }
    for (url, is_http, is_blocked) in [
        ("http://a", true, false),
        ("https://a:25", true, true),
        ("http://a:10080", true, true),
        ("http://a:81", true, false),
        ("ftp://a:25", false, false),
        ("ws://a", false, false),
    ] {
        let url = url.parse().unwrap();
        assert_eq!(is_http_or_https(&url), is_http, "{url}");
        let blocked = should_be_blocked_due_to_a_bad_port(&url) == BlockBadPort::Blocked;
        assert_eq!(blocked, is_blocked, "{url}");
    }
}

#[test]
fn references_are_resolved_against_the_base() {
    for (input, base, expected) in [
        ("c", "http://a/b", Some("http://a/c")),
        ("//c", "http://a/b", Some("http://c/")),
        ("///c", "http://a/b", Some("http://c/")),
        (r"\/\/c/d", "https://a/b", Some("https://c/d")),
        ("//", "http://a/b", None),
        ("///", "http://a/b", None),
        ("http://[", "http://a/b", None),
        ("///c:x", "ext://a/b", Some("ext:///c:x")),
        ("c", "data:,a", None),
    ] {
        let parsed = parse(input, &base.parse().unwrap());
        assert_eq!(
            parsed.as_ref().map(|url| url.as_str()),
            expected,
            "{input} {base}"
        );
    }
}
