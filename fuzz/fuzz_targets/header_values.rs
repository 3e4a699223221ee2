//! Compares the extraction of header values with a naive split and a regular expression.
#![no_main]
#![forbid(unsafe_code)]

use arbitrary::Arbitrary;
use fetch_cors::infrastructure::{
    header_list::{HeaderList, get_decode_and_split},
    header_values::{Abnf, extract_header_list_values},
};
use fetch_cors_fuzz::{cases::show, grammar::ORIGIN, naive, values::Value};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Input {
    abnf: u8,
    lines: Vec<Value>,
}

const ABNFS: [Abnf; 10] = [
    Abnf::AccessControlRequestMethod,
    Abnf::AccessControlRequestHeaders,
    Abnf::AccessControlAllowOrigin,
    Abnf::AccessControlAllowCredentials,
    Abnf::AccessControlExposeHeaders,
    Abnf::AccessControlMaxAge,
    Abnf::AccessControlAllowMethods,
    Abnf::AccessControlAllowHeaders,
    Abnf::Origin,
    Abnf::Location,
];

/// Whether the value matches the grammar of a header that is not a list.
fn matches(abnf: Abnf, value: &[u8]) -> bool {
    match abnf {
        Abnf::AccessControlRequestMethod => naive::is_token(value),
        Abnf::AccessControlAllowOrigin => value == b"*" || ORIGIN.is_match(value),
        Abnf::AccessControlAllowCredentials => value == b"true",
        Abnf::AccessControlMaxAge => value.iter().all(u8::is_ascii_digit) && !value.is_empty(),
        Abnf::Origin => ORIGIN.is_match(value),
        Abnf::Location => naive::is_uri_reference(value),
        _ => unreachable!("list headers are parsed elsewhere"),
    }
}

fn extract_naively(abnf: Abnf, lines: &[Vec<u8>]) -> Result<Option<Vec<Vec<u8>>>, ()> {
    if abnf.is_list() {
        let lines: Vec<_> = lines.iter().map(|line| &line[..]).collect();
        let values = naive::parse_list(&lines).transpose()?;
        return Ok(values.map(|values| values.into_iter().map(String::into_bytes).collect()));
    }
    match lines {
        [] => Ok(None),
        [line] if matches(abnf, line) => Ok(Some(vec![line.clone()])),
        _ => Err(()),
    }
}

fuzz_target!(|input: Input| {
    let abnf = ABNFS[usize::from(input.abnf) % ABNFS.len()];
    let lines: Vec<_> = input.lines.iter().map(Value::received).collect();
    let headers = lines.iter().map(|line| (abnf.header_name(), line));
    let list = HeaderList::from_pairs(headers).expect("valid headers");

    let found = extract_header_list_values(abnf, &list);
    let found = found
        .map(|values| values.map(|values| values.into_iter().map(Vec::from).collect()))
        .map_err(|_| ());
    assert_eq!(found, extract_naively(abnf, &lines), "{abnf:?}");

    let borrowed: Vec<_> = lines.iter().map(|line| &line[..]).collect();
    let split = list.get_decode_and_split(abnf.header_name());
    let split = split.map(|values| {
        values
            .into_iter()
            .map(|value| value.into_iter().map(char::from).collect())
            .collect()
    });
    assert_eq!(split, naive::get_decode_split(&borrowed));

    for line in &lines {
        // A line without quotation marks is split at each comma.
        if !line.contains(&b'"') {
            let count = line.split(|byte| *byte == b',').count();
            assert_eq!(get_decode_and_split(line).len(), count, "{}", show(line));
        }
    }
});
