//! Entries of `origins`: valid, invalid, in another form, and refused with credentials.

use fetch_cors::server::CorsPolicy;
use fetch_cors::server::CredentialsMode;

use super::support::{assert_errors, errors};

/// Returns the errors of an entry of `origins`, with or without credentials.
fn origin_errors(origin: &str, credentials: bool) -> Vec<String> {
    let origin = serde_json::Value::from(origin);
    let errors = errors(&format!(
        r#"{{"origins":[{origin}],"credentials":{credentials}}}"#
    ));
    let errors = errors
        .iter()
        .map(|error| error.replacen(" origins[0]", "", 1));
    errors.collect()
}

#[test]
fn valid_origins_are_accepted() {
    for origin in [
        "https://app.example",
        "https://my_app.example",
        "https://app.example.",
        "https://app.example:8443",
        "https://xn--bcher-kva.example",
        "https://xn--a", // a control character, which UTS 46 refuses
        "http://localhost:*",
        "http://127.0.0.1",
        "http://127.9.9.9:81",
        "http://[::1]:8080",
        "http://[::1]:*",
        "http://a.localhost",
        "http://*.localhost:*",
        "https://[2001:db8::1]",
        "https://1.2.3.4:*",
        "https://*.app.example",
        "https://*.app.example:*",
        "https://*.app.example:8443",
        "https://*.app.example.",
        "tauri://localhost",
        "tauri://localhost:65535",
        "app://a:0",
        "app://[::1]:81",
        "https://_dmarc.my__app.example",
        "https://1-2.example",
        "https://10-0-0-1.example",
        "https://1.2.3.xyz",
        "https://x.x",
        "https://1-20",
        "html://a",
        "git+ssh://a",
        "tauri://my_app",
        "app://.",
        "capacitor://localhost",
        "com.example.app://X_y:81",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
        "safari-web-extension://1A2B3C4D-62C7-7E4F-90E5-472B45EECFDC",
    ] {
        assert_eq!(origin_errors(origin, false), [""; 0], "{origin}");
        assert_eq!(origin_errors(origin, true), [""; 0], "{origin}");
    }
    assert_eq!(origin_errors("null", false), [""; 0]);
}

#[test]
fn invalid_origins_are_refused() {
    for origin in [
        "",
        "*",
        "app.example",
        "https://",
        "https://*",
        "https://*.",
        "https://*:*",
        "https://*:443",
        "https://*.*.example",
        "https://*example.com",
        "https://*example.com:*",
        "https://*9.com.",
        "https://a*b*.example.com",
        "https://a*",
        "https://a*.",
        "https://a*:81",
        "https://xn--a*.example.com",
        "https://1*.2.3.4",
        "https://a*.1.2.3.4",
        "https://[::*]",
        "https://a*.example:80:*",
        "https://%61*.example.com",
        "chrome-extension://*.a",
        "chrome-extension://a*",
        "chrome-extension://*:*",
        "ms-browser-extension://*",
        "https://a.*.example.com",
        "https://example.*",
        "https://example.com:*:*",
        "https://example.com:80:*",
        "https://example.com::*",
        "https://example.com:4*",
        "https://example.com:**",
        // Browsers send the next two origins as `https://*.example.com`. As an entry, this text means all subdomains,
        // so the error does not suggest it.
        "https://%2A.example.com",
        "https://\u{ff0a}.example.com",
        "https://*.1.2.3.4",
        "https://*.[::1]",
        "https://*.user@a.example",
        "https://a.example:99999",
        "app://[::1]:99999",
        "tauri://localhost:99999",
        "App://a:99999/",
        "file:///home",
        "https://a b",
        "https://1.2.3.256",
        "https://xn--",
        "https://xn--abc-",
        "https://xn--a-a-",
        "tauri://*",
        "tauri://*.localhost",
        "tauri://localhost:*",
        "tauri://my app",
        "my_app://localhost",
        "app://a/b",
        "app://a:b",
        "app://a:123456",
        "app://",
        "*://a.example",
        "*.example.com",
        "file://a",
        "file://*",
        "data:,",
        "about:blank",
        "https://a.example, https://b.example",
    ] {
        assert_eq!(origin_errors(origin, true), ["invalid-origin"], "{origin}");
    }
}

/// Well-formed origins that no page has. Each row has an origin, and a part of the error message.
#[test]
fn origins_that_no_page_has_are_refused() {
    let label = "a".repeat(64);
    let long = format!("https://{}example", "aaaaaaa.".repeat(31));
    let dead = [
        ("https://app.example:25", "block this port"),
        ("https://app.example:0", "block this port"),
        ("http://[::1]:6000", "block this port"),
        ("http://127.0.0.1:10080", "block this port"),
        ("https://*.app.example:25", "block this port"),
        ("https://a.example:0025/", "block this port"),
        ("ws://a.example", "no page has an origin with this scheme"),
        (
            "wss://a.example:81",
            "no page has an origin with this scheme",
        ),
        (
            "wss://*.a.example",
            "no page has an origin with this scheme",
        ),
        ("about://blank", "no page has an origin with this scheme"),
        ("ftp://a.example", "no page has an origin with this scheme"),
        ("data://a", "no page has an origin with this scheme"),
        ("https://a..b", "two dots in a row"),
        ("https://.a.example", "begins with a dot"),
        ("https://a.example..", "two dots in a row"),
        ("https://*.a..example", "two dots in a row"),
        ("https://A..b/", "two dots in a row"),
        ("https://{{app_host}}", "placeholder"),
        ("{{app_origin}}", "placeholder"),
        ("https://${HOST}", "placeholder"),
        ("https://${HOST}:3000", "placeholder"),
        ("https://<%= host %>", "placeholder"),
        ("https://a.example$", "not a regular expression"),
        ("https://a,b.example", "several origins"),
        ("https://a.example,", "a character that no domain has"),
        ("https://`a`.example", "a character that no domain has"),
        ("https://a`.example", "a character that no domain has"),
        ("https://localhost=3000", "a character that no domain has"),
        ("https://app.example.com&", "a character that no domain has"),
        (
            "https://!evil.example.com",
            "a character that no domain has",
        ),
        ("https://~a.example:*", "a character that no domain has"),
        ("https://a!-*.example.com", "a character that no domain has"),
        ("https://app-.+.example.com", "not a regular expression"),
        ("https://a+.example.com", "not a regular expression"),
        ("https://*.app-x+.example.com", "not a regular expression"),
        ("https://10.0.0.x", "a range of addresses"),
        ("https://10.0.x", "a range of addresses"),
        ("https://10.0.0.0-255", "a range of addresses"),
        ("https://10.0.0.1-20:81", "a range of addresses"),
        ("https://10.0.1-2.x.", "a range of addresses"),
        ("http://10.0.0.0-10.0.0.255", "a range of addresses"),
        ("https://10.0.0.*", "a range of addresses"),
        ("https://*.0.0.x", "a range of addresses"),
        ("https://*.10.x:81", "a range of addresses"),
        ("https://*.1.2-3", "a range of addresses"),
        ("https://1*.0.0.x", "a range of addresses"),
        ("https://app-*.10.1-5:*", "a range of addresses"),
        ("git://a.example", "no page has an origin with this scheme"),
        ("LDAP://a.example", "no page has an origin with this scheme"),
        (
            "irc://a.example:81",
            "no page has an origin with this scheme",
        ),
        ("https://__HOST__", "placeholder"),
        ("https://__host__.example", "placeholder"),
        ("app://__HOST__:81", "placeholder"),
        ("chrome-extension://__MSG_id__", "placeholder"),
        ("view-source://x", "no page has an origin with this scheme"),
        ("filesystem://x", "no page has an origin with this scheme"),
        ("mailto://x", "no page has an origin with this scheme"),
        (
            "mailto:a@b.example",
            "no page has an origin with this scheme",
        ),
        ("WSS://a.example", "no page has an origin with this scheme"),
        ("htts://a.example", "misspelled"),
        ("app://a:99999", "from 0 to 65535"),
        ("https://a.example:99999", "from 0 to 65535"),
        ("https://*.a'b.example", "a character that no domain has"),
        (&format!("https://{label}.example"), "more than 63 bytes"),
        (&format!("https://*.{label}.example"), "more than 63 bytes"),
        (&long, "more than 253 bytes"),
        (&format!("{long}:*"), "more than 253 bytes"),
    ];
    for (origin, reason) in dead {
        for credentials in [false, true] {
            assert_eq!(
                origin_errors(origin, credentials),
                ["invalid-origin"],
                "{origin}"
            );
        }
        let errors = CorsPolicy::builder()
            .origin(origin)
            .build()
            .unwrap_err()
            .to_string();
        assert!(errors.contains(reason), "{origin}: {errors}");
    }
    for alive in [
        &format!("https://{}.example", "a".repeat(63)),
        "https://a.example:65535",
        "https://a.example:8",
        "https://*.a.example.",
        &long.replacen("aaaaaaa.", "aa.", 1),
        "hello://a",
        "htcpcp://a",
        "httpsx+y://a",
    ] {
        assert_eq!(origin_errors(alive, false), [""; 0], "{alive}");
    }
}

#[test]
fn misspelled_schemes_have_a_suggestion() {
    for (origin, suggestion) in [
        ("htps://a.example", "https://a.example"),
        ("htpps://a.example", "https://a.example"),
        ("hhtps://A.example/", "https://a.example"),
        ("htttp://a.example:81", "http://a.example:81"),
        ("ttp://localhost:*", "http://localhost:*"),
        ("hptts://*.a.example", "https://*.a.example"),
        ("hxxps://a.example", "https://a.example"),
        ("hxxp://a.example", "http://a.example"),
        ("hppts://a.example", "https://a.example"),
        ("hts://a.example", "https://a.example"),
        ("htttpss://A.example", "https://a.example"),
        ("hhtttpp://a.example", "http://a.example"),
        ("htpts://*.a.example", "https://*.a.example"),
        ("HTPS://a.example", "https://a.example"),
        ("https//a.example", "https://a.example"),
        ("http//localhost:3000", "http://localhost:3000"),
        ("https//:a.example", "https://a.example"),
        ("https:://a.example", "https://a.example"),
        ("chrome-extention://abc", "chrome-extension://abc"),
        ("chrome_extension://*", "chrome-extension://*"),
        ("moz-extensions://*", "moz-extension://*"),
        ("Moz-Extensoin://a-b/", "moz-extension://a-b"),
        ("safari-web-extensions://A-B", "safari-web-extension://A-B"),
        ("https;//a.example", "https://a.example"),
        ("htps:/a.example", "https://a.example"),
        // `http` and `https` are equally near, so there is no suggestion.
        ("httpx://a.example", ""),
        ("htps://a.example:25", ""),
        ("htps://a.example,https://b.example", ""),
    ] {
        let arrow = if suggestion.is_empty() { "" } else { " -> " };
        let expected = format!("invalid-origin{arrow}{suggestion}");
        assert_eq!(origin_errors(origin, false), [expected], "{origin}");
        if !suggestion.is_empty() {
            let error = CorsPolicy::builder().origin(origin).build().unwrap_err();
            let is_complete = ["https//", "http//", "https;//", "https:://"];
            let is_complete = is_complete.iter().any(|start| origin.starts_with(start));
            let reason = if is_complete {
                "write `://` after the scheme"
            } else {
                "misspelled"
            };
            assert!(error.to_string().contains(reason), "{error}");
        }
    }
}

/// A text that does not mean one origin has a reason, and no suggestion.
#[test]
fn ambiguous_entries_have_a_reason_without_a_suggestion() {
    const SEVERAL: &str = "several origins";
    const REGULAR_EXPRESSION: &str = "not a regular expression";
    const RANGE: &str = "a range of addresses";
    const AFTER_THE_HOST: &str = "the text after the host";
    const PORT_ALONE: &str = "the entry has no host";
    for (origin, reason) in [
        ("https://a.example\nhttps://b.example", SEVERAL),
        ("https://A.example,https://b.example", SEVERAL),
        ("https://a.example\thttps://b.example/", SEVERAL),
        ("https://a.example|https://b.example", SEVERAL),
        ("*.a.com, *.b.com", SEVERAL),
        ("a.example;b.example", SEVERAL),
        ("https://a.examplehttps://b.example", "two schemes"),
        ("https://a.example/https://b.example", "two schemes"),
        ("https://https://a.example", "two schemes"),
        ("https://(www.)?example.com", REGULAR_EXPRESSION),
        ("https://app\\.example\\.com", REGULAR_EXPRESSION),
        ("^https://.*\\.example\\.com$", REGULAR_EXPRESSION),
        ("https?://example.com", REGULAR_EXPRESSION),
        ("https://[a-z]+.example.com", REGULAR_EXPRESSION),
        ("/https:\\/\\/a/", REGULAR_EXPRESSION),
        ("^https://a.example", REGULAR_EXPRESSION),
        ("/^https://a.example/", REGULAR_EXPRESSION),
        ("https://[::1/64", "this is not an origin"),
        ("https://a<b.example/8", "this is not an origin"),
        ("https://10.0.0.0/8", "a range of addresses"),
        ("10.0.0.0/8", "a range of addresses"),
        ("//app.example", "no scheme: write `https://app.example`"),
        ("https://a.example@b.example", "this is not an origin"),
        ("https://a b.example", SEVERAL),
        ("https://www.?example.com", "`?` is not a wildcard"),
        ("https://app?.a.example", "`?` is not a wildcard"),
        ("https://a.example?", "`?` is not a wildcard"),
        ("https://app#.example.com", AFTER_THE_HOST),
        ("https://app/.example.com", AFTER_THE_HOST),
        ("http://localhost/3000", AFTER_THE_HOST),
        ("https://a.example:3000/3001", AFTER_THE_HOST),
        ("https://a.example/b.example", AFTER_THE_HOST),
        ("https://a.example/b:3000", AFTER_THE_HOST),
        ("http://192.168.0.0/16:3000", RANGE),
        ("http://192.168.0.0/16/", RANGE),
        ("http://192.168.0.0/16?", RANGE),
        ("http://192.168.0.0/255.255.0.0", RANGE),
        ("https://10.0.0.0/8:443", RANGE),
        ("https://10.0.0.0:443/8", RANGE),
        ("https://[fd00::]/8:443", RANGE),
        ("http://192.168/16", RANGE),
        ("https://a.example\u{2215}path", "this is not an origin"),
        ("https://my\u{2013}app.example", "this is not an origin"),
        ("https://a.example\u{3001}", "this is not an origin"),
        ("https://\u{300c}a.example\u{300d}", "this is not an origin"),
        ("https://a.example\u{ff63}", "this is not an origin"),
        ("https://a.example\u{bb}", "this is not an origin"),
        ("http://3000", PORT_ALONE),
        ("http:3000", PORT_ALONE),
        ("http:/8080", PORT_ALONE),
        ("https//3000", PORT_ALONE),
        ("http;//8080", PORT_ALONE),
        ("htps://443", PORT_ALONE),
        ("https://00443/", PORT_ALONE),
        (":3000", PORT_ALONE),
        ("3000", PORT_ALONE),
        ("http://:3000", PORT_ALONE),
        ("fd00::/8", RANGE),
    ] {
        assert_eq!(origin_errors(origin, false), ["invalid-origin"], "{origin}");
        let error = CorsPolicy::builder().origin(origin).build().unwrap_err();
        assert!(error.to_string().contains(reason), "{origin}: {error}");
    }
    for (origin, suggestion) in [
        ("localhost:3000", "http://localhost:3000"),
        ("LOCALHOST:3000/", "http://localhost:3000"),
        ("app.localhost:3000", "http://app.localhost:3000"),
        ("*.localhost:3000", "http://*.localhost:3000"),
        ("capacitor//localhost", "capacitor://localhost"),
        ("tauri:/localhost", "tauri://localhost"),
        ("https.//a.example", "https://a.example"),
        ("localhost", "http://localhost"),
        ("127.0.0.1:*", "http://127.0.0.1:*"),
        ("[::1]:81", "http://[::1]:81"),
        ("[::1]", "http://[::1]"),
    ] {
        let expected = format!("invalid-origin -> {suggestion}");
        assert_eq!(origin_errors(origin, false), [expected], "{origin}");
    }
}

#[test]
fn origins_in_one_string_have_a_list_as_suggestion() {
    for (string, suggestion) in [
        ("https://a.example", r#" -> ["https://a.example"]"#),
        (
            "https://a.example,https://b.example",
            r#" -> ["https://a.example","https://b.example"]"#,
        ),
        (
            "https://A.example/ , http://localhost:*",
            r#" -> ["https://a.example","http://localhost:*"]"#,
        ),
        (
            "https://a.example https://b.example",
            r#" -> ["https://a.example","https://b.example"]"#,
        ),
        (
            "https://A.example; https://b.example,",
            r#" -> ["https://a.example","https://b.example"]"#,
        ),
        (
            r#"[\"https://a.example\", \"https://b.example\"]"#,
            r#" -> ["https://a.example","https://b.example"]"#,
        ),
        (",", ""),
        ("[]", ""),
        ("https://a.example,b", ""),
        ("a.example", ""),
    ] {
        let found = errors(&format!(r#"{{"origins":"{string}"}}"#));
        assert_eq!(
            found,
            [format!("wrong-type origins{suggestion}")],
            "{string}"
        );
    }
    for string in [
        "PUT, DELETE",
        "PUT DELETE,",
        "PUT;DELETE",
        r"['PUT','DELETE']",
    ] {
        let found = errors(&format!(r#"{{"origins":"*","methods":"{string}"}}"#));
        assert_eq!(
            found,
            [r#"wrong-type methods -> ["PUT","DELETE"]"#],
            "{string}"
        );
    }
    let found = errors(r#"{"origins":"*","methods":"P(T"}"#);
    assert_eq!(found, ["wrong-type methods"]);
}

#[test]
fn origins_in_another_form_have_a_suggestion() {
    for (origin, suggestion) in [
        ("https://a.example/", "https://a.example"),
        ("https://a.example/path?q#f", "https://a.example"),
        ("https://a.example?q=1", "https://a.example"),
        ("https://a.example#/route", "https://a.example"),
        ("https://a.example#", "https://a.example"),
        ("https://A.example", "https://a.example"),
        ("HTTPS://a.example", "https://a.example"),
        ("https://a.example:443", "https://a.example"),
        ("http://a.example:80/", "http://a.example"),
        ("https://a.example:", "https://a.example"),
        ("https://a.example:08443", "https://a.example:8443"),
        ("https://user:pass@a.example", "https://a.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        (
            "https://bu\u{308}cher.example",
            "https://xn--bcher-kva.example",
        ),
        ("https://a%2Eexample", "https://a.example"),
        ("https:a.example", "https://a.example"),
        ("https:\\\\a.example", "https://a.example"),
        (" https://a.example", "https://a.example"),
        ("https://a.example ", "https://a.example"),
        ("https://a.example\n", "https://a.example"),
        ("http://65536", "http://0.1.0.0"),
        ("http://0x7f.1", "http://127.0.0.1"),
        ("http://[::0:1]", "http://[::1]"),
        ("http://[::ABCD]", "http://[::abcd]"),
        ("https://*.A.example", "https://*.a.example"),
        ("https://*.a.example/", "https://*.a.example"),
        ("https://*.a.example/b", "https://*.a.example"),
        ("https://*.a.example:443", "https://*.a.example"),
        (
            "https://*.bücher.example",
            "https://*.xn--bcher-kva.example",
        ),
        ("https://user@*.a.example", "https://*.a.example"),
        (" https://*.a.example ", "https://*.a.example"),
        ("https://a.example:*/", "https://a.example:*"),
        ("https://App-*.a.example", "https://app-*.a.example"),
        ("https://app-*.a.example/b", "https://app-*.a.example"),
        ("https://*--app.a.example:443", "https://*--app.a.example"),
        (
            "https://app-*.bücher.example",
            "https://app-*.xn--bcher-kva.example",
        ),
        ("https://app-*%2Ea.example", "https://app-*.a.example"),
        ("Chrome-Extension://*", "chrome-extension://*"),
        ("chrome-extension://*/", "chrome-extension://*"),
        ("Moz-Extension://*/*", "moz-extension://*"),
        ("HTTP://LOCALHOST:*", "http://localhost:*"),
        ("https://a.example/*", "https://a.example"),
        ("https://*.a.example/*", "https://*.a.example"),
        ("http://localhost:*/*", "http://localhost:*"),
        ("http://localhost:*/**", "http://localhost:*"),
        ("Tauri://localhost", "tauri://localhost"),
        ("MyApp://localhost:081", "myapp://localhost:81"),
        ("App://.", "app://."),
        ("com.example.App://X_y", "com.example.app://X_y"),
        ("capacitor://localhost/", "capacitor://localhost"),
        ("chrome-extension://abc/", "chrome-extension://abc"),
        ("chrome-extension://ABC", "chrome-extension://abc"),
        (
            "moz-extension://2C127FA4-62C7-7E4F-90E5-472B45EECFDC",
            "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc",
        ),
        ("app://[::1]:080", "app://[::1]:80"),
        (" file:///", "file://"),
        ("FILE://", "file://"),
        ("NULL", "null"),
        ("null ", "null"),
    ] {
        // An unmatchable origin has only one error, because validation does not check the risks of such an origin.
        let expected = [format!("unmatchable-origin -> {suggestion}")];
        assert_eq!(origin_errors(origin, true), expected, "{origin:?}");
        assert_eq!(origin_errors(suggestion, false), [""; 0], "{suggestion}");
    }
}

#[test]
fn dangerous_origins_are_refused_with_credentials() {
    const INSECURE: &str = "insecure-origin-with-credentials";
    const PUBLIC: &str = "public-suffix-with-credentials";
    const ANY_EXTENSION: &str = "any-extension-origin-with-credentials";
    for (origin, expected) in [
        ("null", &["null-origin-with-credentials"][..]),
        ("file://", &["null-origin-with-credentials"]),
        ("chrome-extension://*", &[ANY_EXTENSION]),
        ("moz-extension://*", &[ANY_EXTENSION]),
        ("safari-web-extension://*", &[ANY_EXTENSION]),
        ("https://app-*.com", &[PUBLIC]),
        ("https://app-*.vercel.app", &[PUBLIC]),
        ("https://*--app.netlify.app:*", &[PUBLIC]),
        ("https://app-*.netlify.app.", &[PUBLIC]),
        ("https://app-*.kawasaki.jp", &[PUBLIC]),
        ("http://app-*.a.example", &[INSECURE]),
        ("http://app-*.github.io", &[INSECURE, PUBLIC]),
        ("http://a.example", &[INSECURE]),
        ("http://localhost.", &[INSECURE]),
        ("http://notlocalhost", &[INSECURE]),
        ("http://localhost.example", &[INSECURE]),
        ("http://128.0.0.1", &[INSECURE]),
        ("http://[::2]", &[INSECURE]),
        ("http://a.example:*", &[INSECURE]),
        ("http://*.app.example", &[INSECURE]),
        ("https://*.com", &[PUBLIC]),
        ("https://*.com.", &[PUBLIC]),
        ("https://*.com:*", &[PUBLIC]),
        ("https://*.co.uk", &[PUBLIC]),
        ("https://*.github.io", &[PUBLIC]),
        ("https://*.kawasaki.jp", &[PUBLIC]),
        ("https://*.xn--55qx5d.cn", &[PUBLIC]),
        ("http://*.github.io:81", &[INSECURE, PUBLIC]),
        // These names have public suffixes below them.
        ("https://*.amazonaws.com", &[PUBLIC]),
        ("https://*.railway.app", &[PUBLIC]),
        ("https://*.eu-west-1.amazonaws.com", &[PUBLIC]),
        ("https://*.salesforce.com.", &[PUBLIC]),
    ] {
        assert_eq!(origin_errors(origin, true), expected, "{origin}");
        assert_eq!(origin_errors(origin, false), [""; 0], "{origin}");
    }
    for origin in [
        "https://github.io",
        "https://github.io:*",
        "https://*.a.github.io",
        "https://*.app.railway.app",
        "https://amazonaws.com",
        "https://app-*.amazonaws.com",
        "https://app-*.a.vercel.app",
        "http://app-*.localhost",
        "chrome-extension://abcdef",
        "https://com",
        "https://com:*",
    ] {
        assert_eq!(origin_errors(origin, true), [""; 0], "{origin}");
    }
    // Even without a list, top-level domains are public suffixes.
    for (origin, expected) in [
        ("https://*.com", false),
        ("https://*.internal.", false),
        ("https://*.localhost", true),
        ("https://*.co.uk", true),
    ] {
        let builder = CorsPolicy::builder().origin(origin).credentials(true);
        assert_eq!(builder.clone().build().is_ok(), expected, "{origin}");
        let insists = builder.dangerously_allow_subdomains_of_public_suffixes();
        assert!(insists.build().is_ok(), "{origin}");
    }
    assert_errors(
        r#"{"origins":["null","http://*.com"],"credentials":true,"dangerously_allow_null_origin":true,
            "dangerously_allow_insecure_origins":true,"dangerously_allow_subdomains_of_public_suffixes":true}"#,
        &[],
    );
    assert_errors(
        r#"{"origins":["null","http://*.com"],"credentials":true,"dangerously_allow_insecure_origins":true}"#,
        &[
            "null-origin-with-credentials origins[0]",
            "public-suffix-with-credentials origins[1]",
        ],
    );
}

#[test]
fn pattern_with_a_host_that_is_too_long_is_refused() {
    // The longest host has 254 bytes, including the dot at its end.
    let host = |length: usize| "a.".repeat(127).split_off(254 - length);
    for (origin, is_valid) in [
        (format!("https://*.{}", host(252)), true),
        (format!("https://*.{}", host(254)), false),
        (format!("https://{}:*", host(254)), true),
        (format!("https://a.{}:*", host(254)), false),
        (format!("https://*.{}a", host(250)), true),
        (format!("https://*.{}a", host(252)), false),
        (format!("https://{}a:*", host(252)), true),
        (format!("https://a{}a:*", host(252)), false),
        (format!("https://{}a:*", host(254)), false),
    ] {
        let built = CorsPolicy::builder().origin(&*origin).build();
        assert_eq!(built.is_ok(), is_valid, "{}", origin.len());
        let page = origin.replace("*.", "a.").replace(":*", ":81");
        let permits = |policy: CorsPolicy| policy.permits(&page, "GET", &[], CredentialsMode::Omit);
        assert_eq!(built.is_ok_and(permits), is_valid, "{}", origin.len());
    }
}
