//! The parts of header values: ranges and MIME types.

use core::cmp::Ordering;

use fetch_cors::infrastructure::{
    mime::parse_a_mime_type,
    range::{AllowWhitespace, parse_a_single_range_header_value},
};

type Ends<'a> = Option<(Option<&'a str>, Option<&'a str>)>;

fn ends(value: &str, allow_whitespace: AllowWhitespace) -> Ends<'_> {
    let range = parse_a_single_range_header_value(value.as_bytes(), allow_whitespace)?;
    Some((
        range.start.map(|start| start.digits()),
        range.end.map(|end| end.digits()),
    ))
}

#[test]
fn single_byte_ranges_are_parsed() {
    for (value, expected) in [
        ("bytes=0-9", Some((Some("0"), Some("9")))),
        ("bytes=9-9", Some((Some("9"), Some("9")))),
        ("bytes=9-10", Some((Some("9"), Some("10")))),
        ("bytes=10-9", None),
        ("bytes=500-", Some((Some("500"), None))),
        ("bytes=-500", Some((None, Some("500")))),
        ("bytes=00-007", Some((Some("0"), Some("7")))),
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes", None),
        ("byte=0-9", None),
        ("Bytes=0-9", None),
        ("bytes:0-9", None),
        ("bytes=0:9", None),
        ("bytes=0-9,", None),
        ("bytes=0-9-", None),
        ("bytes=a-9", None),
        ("bytes=0-a", None),
    ] {
        assert_eq!(ends(value, AllowWhitespace::No), expected, "{value}");
        assert_eq!(ends(value, AllowWhitespace::Yes), expected, "{value}");
    }
    for (value, expected) in [
        ("bytes\t =  0\t-  9", Some((Some("0"), Some("9")))),
        ("bytes =0-9", Some((Some("0"), Some("9")))),
        ("bytes=  0-9", Some((Some("0"), Some("9")))),
        ("bytes=0  -9", Some((Some("0"), Some("9")))),
        ("bytes=0-  9", Some((Some("0"), Some("9")))),
        ("bytes=  -9", Some((None, Some("9")))),
        ("bytes=0-  ", Some((Some("0"), None))),
        ("bytes=0-9 ", None),
        (" bytes=0-9", None),
        ("bytes=0 0-9", None),
    ] {
        assert_eq!(ends(value, AllowWhitespace::Yes), expected, "{value}");
        assert_eq!(ends(value, AllowWhitespace::No), None, "{value}");
    }
}

#[test]
fn range_numbers_have_any_size() {
    let number = |digits: &'static str| {
        let range = parse_a_single_range_header_value(digits.as_bytes(), AllowWhitespace::No);
        range.unwrap().end.unwrap()
    };
    let (seven, ten) = (number("bytes=-007"), number("bytes=-10"));
    let huge = number("bytes=-18446744073709551616");
    assert_eq!(
        (seven.to_u64(), ten.to_u64(), huge.to_u64()),
        (Some(7), Some(10), None)
    );
    assert_eq!(
        number("bytes=-18446744073709551615").to_u64(),
        Some(u64::MAX)
    );
    for (a, b, expected) in [
        (seven, ten, Ordering::Less),
        (ten, huge, Ordering::Less),
        (huge, seven, Ordering::Greater),
        (ten, number("bytes=-0010"), Ordering::Equal),
        (ten, number("bytes=-11"), Ordering::Less),
    ] {
        assert_eq!((a.cmp(&b), a.partial_cmp(&b)), (expected, Some(expected)));
    }
}

#[test]
fn mime_types_have_a_type_and_a_subtype() {
    for (input, essence, expected) in [
        ("text/plain", "text/plain", Some(true)),
        ("Text/PLAIN", "text/plain", Some(true)),
        ("text/plain", "text/html", Some(false)),
        ("text/plain", "image/plain", Some(false)),
        ("text/plain", "textplain", Some(false)),
        (" \r\n\ttext/plain \t", "text/plain", Some(true)),
        ("text/plain \t;charset=a/b", "text/plain", Some(true)),
        ("text/plain;;=", "text/plain", Some(true)),
        ("text/p lain", "", None),
        ("te xt/plain", "", None),
        ("text /plain", "", None),
        ("text/ plain", "", None),
        ("text/", "", None),
        ("text/;a", "", None),
        ("text", "", None),
        ("/plain", "", None),
        ("text;/plain", "", None),
        ("a/b/c", "", None),
        ("", "", None),
        ("*/*", "*/*", Some(true)),
        ("a/b", "a/b", Some(true)),
    ] {
        let parsed = parse_a_mime_type(input.as_bytes());
        let is_essence = parsed.map(|mime_type| mime_type.essence_is(essence));
        assert_eq!(is_essence, expected, "{input} {essence}");
    }
}
