//! Probes from origins of apps and extensions, and from origins that imitate the listed origin of an app.

use alloc::{format, string::String};

use super::{
    advice::{ANCHORED, EXACT, NO_BROWSER},
    attacks::SCHEMES,
    builder::{Call, ProbeBuilder, numbered},
};

/// Origins of apps and extensions, with schemes other than `http` and `https`.
const OTHER_SCHEMES: &[(&str, &str)] = &[
    ("capacitor", "capacitor://localhost"),
    ("tauri", "tauri://localhost"),
    ("ionic", "ionic://localhost"),
    (
        "extension",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    ),
    (
        "firefox-extension",
        "moz-extension://0f1e2d3c-4b5a-4678-9a0b-1c2d3e4f5a6b",
    ),
    (
        "safari-extension",
        "safari-web-extension://0F1E2D3C-4B5A-4678-9A0B-1C2D3E4F5A6B",
    ),
    (
        "vscode-webview",
        "vscode-webview://0f1e2d3c-4b5a-4678-9a0b-1c2d3e4f5a6b",
    ),
    ("file", "file://"),
];

/// Whether the scheme is one of the schemes of apps and extensions that the check sends (see [`OTHER_SCHEMES`]).
pub(crate) fn is_app_scheme(scheme: &str) -> bool {
    let mut schemes = OTHER_SCHEMES.iter();
    schemes.any(|(_, origin)| origin.split_once("://").map(|(of_app, _)| of_app) == Some(scheme))
}

impl ProbeBuilder<'_> {
    /// Adds the origins of [`OTHER_SCHEMES`].
    pub(super) fn apps(&mut self) {
        for (name, origin) in OTHER_SCHEMES {
            self.call(*name, SCHEMES, Call::from_page(origin));
        }
    }

    /// Adds origins that imitate the listed origin of an app.
    pub(super) fn imitations_of_app(&mut self, index: usize, entry: &str) {
        let Some((_, host)) = entry.split_once("://") else {
            return;
        };
        if host.is_empty() || host.contains('*') {
            return;
        }
        for (name, advice, origin) in [
            ("web-scheme", SCHEMES, format!("https://{host}")),
            ("insecure-web-scheme", SCHEMES, format!("http://{host}")),
            ("app-with-suffix", ANCHORED, format!("{entry}.evil.test")),
            ("app-with-slash", NO_BROWSER, format!("{entry}/")),
        ] {
            let name = numbered(name, index);
            self.call(name, advice, Call::from_page(&origin));
        }
        if let Some(other) = with_other_end(entry) {
            let name = numbered("other-app", index);
            self.call(name, EXACT, Call::from_page(&other));
        }
    }
}

/// Returns the origin of another app or extension, whose host differs only in the last letter or digit. The host has the
/// same form: the pairs `a` and `b`, `c` and `d`, and so on, replace each other, so a letter from `a` to `p` and a
/// hexadecimal digit stay such a letter and such a digit. Returns `None` if the last character is neither a letter nor a
/// digit.
fn with_other_end(origin: &str) -> Option<String> {
    let (start, last) = origin.split_at_checked(origin.len().checked_sub(1)?)?;
    let last = *last.as_bytes().first()?;
    let first = match last {
        b'0'..=b'9' => b'0',
        b'a'..=b'z' => b'a',
        b'A'..=b'Z' => b'A',
        _ => return None,
    };
    let other = char::from(((last - first) ^ 1) + first);
    Some(format!("{start}{other}"))
}
