//! Explains each fetch of a session. Explaining does not change a verdict. The fix makes the fetch succeed, and each
//! change in the fix is necessary. The text and the page are escaped.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors_fuzz::cases::Input;
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/explanations/printed_lines.rs"]
mod printed_lines;
#[path = "../../tests/explanations/properties.rs"]
mod properties;
#[path = "../../tests/explanations/server.rs"]
mod server;

fuzz_target!(|input: Input| {
    let (case, _) = input.judge();
    if let Err(reason) = properties::check(&case) {
        panic!("{reason}\n{case}");
    }
});
