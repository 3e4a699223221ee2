//! The origins of browser extensions: each scheme has identifiers of one form.

/// The schemes of browser extensions, each with an example of an identifier. Chromium uses 32 letters from `a` to `p`.
/// Firefox and Safari use UUIDs.
const EXTENSIONS: [(&str, &str); 3] = [
    ("chrome-extension", "bcdefghijklmnopabcdefghijklmnopa"),
    ("moz-extension", "5d0c1b2a-7f6e-4c3b-9a8d-0e1f2a3b4c5d"),
    (
        "safari-web-extension",
        "5D0C1B2A-7F6E-4C3B-9A8D-0E1F2A3B4C5D",
    ),
];

/// Returns an identifier of an extension. Returns `None` if the scheme is not the scheme of extensions.
pub(super) fn example_identifier(scheme: &str) -> Option<&'static str> {
    let mut extensions = EXTENSIONS.into_iter();
    let found = extensions.find(|(extension, _)| *extension == scheme);
    found.map(|(_, identifier)| identifier)
}

/// Whether a page of the scheme can have the host: an extension has an identifier of its browser's form. Returns true
/// for all other schemes.
pub(super) fn is_possible_host(scheme: &str, host: &str) -> bool {
    let Some(example) = example_identifier(scheme) else {
        return true;
    };
    let is_letter = |byte: u8| match scheme {
        "chrome-extension" => (b'a'..=b'p').contains(&byte),
        _ => byte.is_ascii_hexdigit(),
    };
    let mut pairs = example.bytes().zip(host.bytes());
    host.len() == example.len()
        && pairs.all(|(of_example, byte)| match of_example {
            b'-' => byte == b'-',
            _ => is_letter(byte),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_have_identifiers_of_one_form() {
        for (scheme, host, is_possible) in [
            ("chrome-extension", "abcdefghijklmnopabcdefghijklmnop", true),
            (
                "chrome-extension",
                "abcdefghijklmnopabcdefghijklmnoq",
                false,
            ),
            ("chrome-extension", "a", false),
            (
                "moz-extension",
                "2c6f7a1e-93d7-4d0a-9c1e-6b2d0d9f1a3b",
                true,
            ),
            (
                "moz-extension",
                "2c6f7a1e093d704d0a09c1e06b2d0d9f1a3b",
                false,
            ),
            ("moz-extension", "abcdefghijklmnopabcdefghijklmnop", false),
            ("capacitor", "localhost", true),
        ] {
            assert_eq!(
                is_possible_host(scheme, host),
                is_possible,
                "{scheme}://{host}"
            );
        }
        for (scheme, identifier) in EXTENSIONS {
            assert!(is_possible_host(scheme, identifier), "{scheme}");
        }
    }
}
