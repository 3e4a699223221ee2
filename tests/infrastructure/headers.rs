//! Names, values and lists of headers.

use fetch_cors::{
    http::{self, HeaderMap, StatusCode},
    infrastructure::{
        header::{HeaderName, HeaderValue, is_header_value, normalize},
        header_list::{HeaderList, HeaderMapConversionError, get_decode_and_split},
        response::Response,
        safelist::{
            is_no_cors_safelisted_request_header_name, is_privileged_no_cors_request_header_name,
        },
    },
};

fn name(name: &str) -> HeaderName {
    name.parse().unwrap()
}

fn value(value: &[u8]) -> HeaderValue {
    HeaderValue::new(value).unwrap()
}

fn list(pairs: &[(&str, &str)]) -> HeaderList {
    HeaderList::from_pairs(pairs.iter().copied()).unwrap()
}

#[test]
fn header_names_ignore_case() {
    let name = name("X-A");
    assert_eq!((name.as_str(), name.as_bytes()), ("x-a", b"x-a".as_slice()));
    assert_eq!(
        (format!("{name}"), format!("{name:?}")),
        ("x-a".into(), r#""x-a""#.into())
    );
    for (other, expected) in [("x-a", true), ("X-a", true), ("x-b", false), ("x-", false)] {
        assert_eq!(name == other, expected, "{other}");
        assert_eq!(name == *other, expected, "{other}");
    }
    for invalid in ["", "a b", "a:", "é"] {
        let error = invalid.parse::<HeaderName>().unwrap_err().to_string();
        let shown = invalid.escape_default().to_string();
        assert!(error.contains(&format!("`{shown}`")), "{error}");
    }
    assert_eq!(http::HeaderName::try_from(&name).unwrap(), "x-a");
    assert_eq!(HeaderName::from(&http::header::ETAG), "etag");
}

#[test]
fn header_values_have_no_line_ends() {
    let given = value(b"a\xFF\"");
    assert_eq!(given.as_bytes(), b"a\xFF\"");
    assert_eq!(format!("{given:?}"), r#""a\xff\"""#);
    for (other, expected) in [(b"a\xFF\"".as_slice(), true), (b"a", false), (b"", false)] {
        assert_eq!(given == *other, expected, "{other:?}");
    }
    for (potential, is_value, normalized, received) in [
        (
            b"".as_slice(),
            true,
            Some(b"".as_slice()),
            Some(b"".as_slice()),
        ),
        (b"a b", true, Some(b"a b"), Some(b"a b")),
        (b"\x01\xFF", true, Some(b"\x01\xFF"), Some(b"\x01\xFF")),
        (b" a", false, Some(b"a"), Some(b"a")),
        (b"a\t", false, Some(b"a"), Some(b"a")),
        (b"\r\na\n", false, Some(b"a"), None),
        (b"a\0", false, None, None),
        (b"a\nb", false, None, None),
        (b"a\rb", false, None, None),
    ] {
        let shown = potential.escape_ascii();
        assert_eq!(is_header_value(potential), is_value, "{shown}");
        assert_eq!(HeaderValue::new(potential).is_ok(), is_value, "{shown}");
        let given = HeaderValue::normalized(potential).ok();
        assert_eq!(given, normalized.map(value), "{shown}");
        assert_eq!(
            HeaderValue::received(potential).ok(),
            received.map(value),
            "{shown}"
        );
    }
    assert_eq!(normalize(b" \r\n\ta b\n"), b"a b");
    assert_eq!(HeaderValue::try_from("a"), Ok(value(b"a")));
    assert!(HeaderValue::try_from(" a").is_err());
    let padded = http::HeaderValue::from_static(" a ");
    assert_eq!(HeaderValue::from(&padded), value(b"a"));
    assert_eq!(http::HeaderValue::try_from(&value(b"a")).unwrap(), "a");
}

#[test]
fn header_lists_are_ordered_and_allow_equal_names() {
    let mut headers = list(&[("a", "1"), ("B", "2"), ("A", "3")]);
    assert_eq!((headers.len(), headers.is_empty()), (3, false));
    assert_eq!(
        (HeaderList::new().len(), HeaderList::new().is_empty()),
        (0, true)
    );
    assert_eq!(headers.get("A").as_deref(), Some(b"1, 3".as_slice()));
    assert_eq!(headers.get("b").as_deref(), Some(b"2".as_slice()));
    assert_eq!(headers.get("c"), None);
    assert_eq!(
        (headers.contains("b"), headers.contains("c")),
        (true, false)
    );
    let values: Vec<_> = headers.values("a").map(HeaderValue::as_bytes).collect();
    assert_eq!(values, [b"1", b"3"]);

    headers.append(name("a"), value(b"4"));
    headers.set(name("A"), value(b"5"));
    assert_eq!(headers, list(&[("a", "5"), ("b", "2")]));
    headers.set(name("c"), value(b"6"));
    headers.append(name("b"), value(b"7"));
    headers.set(name("b"), value(b"8"));
    assert_eq!(headers, list(&[("a", "5"), ("b", "8"), ("c", "6")]));
    headers.append(name("b"), value(b"9"));
    headers.combine(name("b"), &value(b"10"));
    headers.combine(name("d"), &value(b"11"));
    let expected = [
        ("a", "5"),
        ("b", "8, 10"),
        ("c", "6"),
        ("b", "9"),
        ("d", "11"),
    ];
    assert_eq!(headers, list(&expected));
    headers.delete("B");
    assert_eq!(headers, list(&[("a", "5"), ("c", "6"), ("d", "11")]));
    let pairs: HeaderList = headers.clone().into_iter().collect();
    assert_eq!(pairs, headers);
}

#[test]
fn equal_names_are_combined_except_set_cookie() {
    let given = [
        ("b", "1"),
        ("set-cookie", "2"),
        ("a", "3"),
        ("b", "4"),
        ("set-cookie", "5"),
        ("b", "6"),
    ];
    let expected = [
        ("a", "3"),
        ("b", "1, 4, 6"),
        ("set-cookie", "2"),
        ("set-cookie", "5"),
    ];
    assert_eq!(list(&given).sort_and_combine(), list(&expected));
}

#[test]
fn header_lists_convert_to_header_maps_and_back() {
    let headers = list(&[("a", "1"), ("a", "2"), ("b", "3")]);
    let map = HeaderMap::try_from(&headers).unwrap();
    assert_eq!((map.len(), map.get_all("a").iter().count()), (3, 2));
    assert_eq!(HeaderList::from(&map), headers);
    let response = Response::new(StatusCode::IM_A_TEAPOT, headers.clone());
    let converted = http::Response::try_from(&response).unwrap();
    assert_eq!(
        (converted.status(), converted.headers()),
        (response.status, &map)
    );
    assert_eq!(Response::from(&converted), response);
    let control = HeaderList::from_pairs([("a", b"\x01")]).unwrap();
    assert_eq!(
        HeaderMap::try_from(&control),
        Err(HeaderMapConversionError::Value(name("a")))
    );
}

#[test]
fn values_are_split_at_commas_outside_quotes() {
    for (value, expected) in [
        ("", &[""][..]),
        (",", &["", ""]),
        (" a ,\tb", &["a", "b"]),
        ("nosniff,", &["nosniff", ""]),
        ("x / x,,,1", &["x / x", "", "", "1"]),
        (r#"text/html;", x/x"#, &[r#"text/html;", x/x"#]),
        (r#"text/html;""#, &[r#"text/html;""#]),
        (r#"x/x;test="hi",y/y"#, &[r#"x/x;test="hi""#, "y/y"]),
        (r#""1,2", 3"#, &[r#""1,2""#, "3"]),
        (r#""1,2""#, &[r#""1,2""#]),
        (r#"a"b,"c, "d\",",e"#, &[r#"a"b,"c"#, r#""d\",""#, "e"]),
        (r#""""",a"#, &[r#""""""#, "a"]),
    ] {
        let expected: Vec<&[u8]> = expected.iter().map(|element| element.as_bytes()).collect();
        assert_eq!(get_decode_and_split(value.as_bytes()), expected, "{value}");
        let headers = list(&[("a", value)]);
        assert_eq!(
            headers.get_decode_and_split("A").unwrap(),
            expected,
            "{value}"
        );
    }
    let two = list(&[("a", r#"1,"2"#), ("b", "3"), ("a", r#"4",5"#)]);
    let expected = [b"1".as_slice(), br#""2, 4""#, b"5"];
    assert_eq!(two.get_decode_and_split("a").unwrap(), expected);
    assert_eq!(two.get_decode_and_split("c"), None);
}

#[test]
fn no_cors_requests_keep_only_safelisted_headers() {
    for (name, is_safelisted, is_privileged) in [
        ("Accept", true, false),
        ("accept-language", true, false),
        ("Content-Language", true, false),
        ("content-type", true, false),
        ("Range", false, true),
        ("x-a", false, false),
        ("", false, false),
    ] {
        let name = name.as_bytes();
        assert_eq!(
            is_no_cors_safelisted_request_header_name(name),
            is_safelisted,
            "{name:?}"
        );
        assert_eq!(
            is_privileged_no_cors_request_header_name(name),
            is_privileged,
            "{name:?}"
        );
    }
}
