//! Parses any bytes as the output of `curl`: responses that are printed and parsed again are the same, and an
//! error is one printable line.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::explain::input::{PastedResponse, PastedResponses};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let parsed = PastedResponses::parse(text);
    assert_eq!(PastedResponses::parse(text), parsed);
    // The parser also ends a line at a lone carriage return.
    let lines = text.split(|byte| matches!(byte, b'\r' | b'\n')).count();
    match parsed {
        Ok(parsed) => {
            assert!(!parsed.responses.is_empty());
            let positions: Vec<usize> = parsed.responses.iter().map(|found| found.line).collect();
            assert!(
                positions.is_sorted() && positions.iter().all(|line| (1..=lines).contains(line))
            );
            let printed: Vec<u8> = parsed.responses.iter().flat_map(print).collect();
            let again = PastedResponses::parse(&printed).expect("a printed response is parsed");
            assert!(again.left_out.is_empty());
            let contents = |responses: &[PastedResponse]| {
                let contents = responses
                    .iter()
                    .map(|response| (response.status, headers(response)));
                contents.collect::<Vec<_>>()
            };
            assert_eq!(contents(&again.responses), contents(&parsed.responses));
        }
        Err(error) => {
            let message = error.to_string();
            assert!((1..=lines).contains(&error.line), "{message}");
            assert!(!message.contains(|c: char| c.is_control()), "{message}");
        }
    }
});

/// Returns the headers of a response, without the headers that give the length of the body.
fn headers(response: &PastedResponse) -> Vec<(String, Vec<u8>)> {
    let headers = response.header_list.iter();
    headers
        .filter(|(name, _)| **name != "content-length" && **name != "transfer-encoding")
        .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
        .collect()
}

/// Prints a response as `curl -i` does, with a body that looks like another response.
fn print(response: &PastedResponse) -> Vec<u8> {
    let mut printed = format!("HTTP/1.1 {}\r\n", response.status.as_u16()).into_bytes();
    for (name, value) in headers(response) {
        printed.extend_from_slice(name.as_bytes());
        printed.extend_from_slice(b": ");
        printed.extend_from_slice(&value);
        printed.extend_from_slice(b"\r\n");
    }
    printed.extend_from_slice(b"Content-Length: 19\r\n\r\nHTTP/1.1 500 no\r\n\r\n");
    printed
}
