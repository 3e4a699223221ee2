//! Compares the essence of a MIME type with the naive model.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::{
    conformance::laws::safelist_matches_byte_table, infrastructure::mime::parse_a_mime_type,
};
use fetch_cors_fuzz::{assert_law, cases::show, naive, values::Value};
use libfuzzer_sys::fuzz_target;

const ESSENCES: [&str; 4] = [
    "text/plain",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
    "application/json",
];

fuzz_target!(|value: Value| {
    let value = value.bytes();
    let parsed = parse_a_mime_type(&value);
    let essence = naive::mime_essence(&value);
    assert_eq!(parsed.is_some(), essence.is_some(), "{}", show(&value));
    if let (Some(parsed), Some(essence)) = (parsed, essence) {
        assert!(parsed.essence_is(&essence), "{essence} of {parsed:?}");
        assert!(parsed.essence_is(&essence.to_ascii_uppercase()));
        for other in ESSENCES {
            assert_eq!(
                parsed.essence_is(other),
                other == essence,
                "{}",
                show(&value)
            );
        }
        // Parameters do not change the essence.
        let more = [&value, &b";charset=\"a, b\"\\;="[..]].concat();
        let again = parse_a_mime_type(&more).expect("parameters do not make the parse fail");
        assert!(again.essence_is(&essence), "{}", show(&more));
    }
    let law = safelist_matches_byte_table("Content-Type", &value);
    assert_law(law, || show(&value));
});
