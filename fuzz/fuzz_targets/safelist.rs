//! Compares the safelists and the forbidden names and methods with the naive model.
#![no_main]
#![forbid(unsafe_code)]

use arbitrary::Arbitrary;
use fetch_cors::{
    conformance::laws,
    infrastructure::{
        forbidden::{is_forbidden_request_header, is_forbidden_response_header_name},
        header::{HeaderName, HeaderValue, normalize},
        header_list::{HeaderList, convert_header_names_to_a_sorted_lowercase_set},
        method,
        range::{AllowWhitespace, parse_a_single_range_header_value},
        safelist,
    },
};
use fetch_cors_fuzz::{
    assert_law,
    cases::show,
    naive,
    values::{Name, Value},
};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Input {
    headers: Vec<(Name, Value)>,
    exposed: Vec<Name>,
}

fuzz_target!(|input: Input| {
    let mut exposed: Vec<HeaderName> = Vec::new();
    for name in &input.exposed {
        exposed.push(name.token().parse().expect("valid token"));
    }
    let exposed = convert_header_names_to_a_sorted_lowercase_set(exposed);
    let exposed_naively: Vec<_> = input.exposed.iter().map(Name::token).collect();

    for (name, value) in &input.headers {
        check_header(&name.text(), &value.bytes());
        let token = name.token();
        assert_eq!(
            safelist::is_cors_safelisted_response_header_name(
                &token.parse().expect("valid token"),
                &exposed
            ),
            naive::cors_safelisted_response_header_name(&token, &exposed_naively),
            "{token} {exposed:?}",
        );
    }

    let headers: Vec<_> = input
        .headers
        .iter()
        .map(|(name, value)| (name.token(), value.received()))
        .collect();
    let list = HeaderList::from_pairs(headers.iter().map(|(name, value)| (name, value)))
        .expect("valid headers");
    let law = laws::unsafe_names_form_sorted_set;
    assert_law(law(&list), || format!("{list:?}"));
    for (name, value) in list.iter() {
        let (name, value) = (name.as_str(), value.as_bytes());
        let law = laws::safelist_matches_byte_table(name, value);
        assert_law(law, || format!("{name}: {}", show(value)));
    }
    let names = safelist::cors_unsafe_request_header_names(&list);
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    assert_eq!(names, naive::unsafe_names(&headers));
});

fn check_header(name: &str, value: &[u8]) {
    let message = || format!("{}: {}", name.escape_default(), show(value));
    let name_bytes: Vec<u8> = name.chars().map(|c| c as u8).collect();
    assert_eq!(
        safelist::is_cors_safelisted_request_header(&name_bytes, value),
        naive::cors_safelisted_request_header(name, value),
        "{}",
        message(),
    );
    assert_eq!(
        safelist::is_no_cors_safelisted_request_header(&name_bytes, value),
        naive::no_cors_safelisted_request_header(name, value),
        "{}",
        message(),
    );
    assert_eq!(
        is_forbidden_request_header(&name_bytes, value),
        naive::forbidden_request_header(name, value),
        "{}",
        message(),
    );
    assert_eq!(
        is_forbidden_response_header_name(&name_bytes),
        naive::is_forbidden_response_name(name),
        "{}",
        message()
    );
    assert_eq!(
        HeaderName::new(&name_bytes).is_ok(),
        naive::is_name(name),
        "{}",
        message()
    );
    assert_eq!(
        HeaderValue::new(value).is_ok(),
        naive::is_value(value),
        "{}",
        message()
    );
    assert_eq!(
        normalize(value),
        naive::normalize_value(value),
        "{}",
        message()
    );

    let text: String = value.iter().copied().map(char::from).collect();
    assert_eq!(
        method::is_method(value),
        naive::is_token(value),
        "{}",
        message()
    );
    assert_eq!(
        method::is_forbidden_method(value),
        naive::is_forbidden_method(&text),
        "{}",
        message()
    );
    assert_eq!(
        method::is_cors_safelisted_method(value),
        naive::is_safelisted_method(&text),
        "{}",
        message()
    );
    let normalized: String = method::normalize(value)
        .iter()
        .copied()
        .map(char::from)
        .collect();
    assert_eq!(normalized, naive::normalize_method(&text), "{}", message());

    for (allow_whitespace, flag) in [(AllowWhitespace::Yes, true), (AllowWhitespace::No, false)] {
        let range = parse_a_single_range_header_value(value, allow_whitespace);
        let digits = |end: Option<fetch_cors::infrastructure::range::Decimal<'_>>| {
            end.map(|end| end.digits().to_owned())
        };
        let range = range.map(|range| (digits(range.start), digits(range.end)));
        assert_eq!(range, naive::single_range(value, flag), "{}", message());
    }
}
