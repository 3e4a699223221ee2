//! Mistakes in entries of a list of origins.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

/// A text that someone can write into a list of origins by mistake.
///
/// ```
/// let mistakes = fetch_cors::conformance::policies::entry_mistakes("https://a.example", "https://b.example");
/// let mistake = mistakes.iter().find(|mistake| mistake.written == "https://a.example,https://b.example").unwrap();
/// assert_eq!(mistake.meant, ["https://a.example", "https://b.example"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryMistake {
    /// The text.
    pub written: String,
    /// The entries that the text stands for. Empty if there is no such entry.
    pub meant: Vec<String>,
}

/// Texts between two origins.
const SEPARATORS: [&str; 10] = [
    ",", ", ", ";", " ", "\n", "\r\n", "\t", "|", "\u{ff0c}", " or ",
];

/// Returns texts with mistakes that a user can make when they write the valid entry `entry`, or `entry` and the valid
/// entry `other` together.
///
/// ```
/// use fetch_cors::conformance::{laws, policies::entry_mistakes};
///
/// for mistake in entry_mistakes("https://a.example", "https://b.example") {
///     laws::suggestion_keeps_the_meaning(&mistake.written, &mistake.meant)?;
/// }
/// # Ok::<(), laws::LawViolation>(())
/// ```
pub fn entry_mistakes(entry: &str, other: &str) -> Vec<EntryMistake> {
    let mut mistakes = Vec::new();
    let mut add = |written: String, meant: &[&str]| {
        let meant = meant.iter().map(|entry| (*entry).to_owned()).collect();
        mistakes.push(EntryMistake { written, meant });
    };
    for separator in SEPARATORS {
        add(format!("{entry}{separator}{other}"), &[entry, other]);
        let upper = entry.to_ascii_uppercase();
        add(format!("{upper}{separator}{other}/"), &[entry, other]);
    }
    if other.starts_with("http") {
        add(format!("{entry}{other}"), &[entry, other]);
        add(format!("{entry}/{other}"), &[entry, other]);
    }
    for written in [
        format!(" {entry}"),
        format!("{entry}\n"),
        format!("{entry}/"),
        format!("{entry}/a?b#c"),
        format!("{entry},"),
        format!("{entry};"),
        format!("\"{entry}\""),
        format!("'{entry}'"),
        format!("[{entry}]"),
        entry.to_ascii_uppercase(),
    ] {
        add(written, &[entry]);
    }
    for written in [
        format!("^{entry}$"),
        format!("{entry}$"),
        format!("/{entry}/"),
        entry.replacen("://", "://(www.)?", 1),
        entry.replacen("://", "s?://", 1),
        entry.replacen("://", "://.+\\.", 1),
        entry.replacen("://", "://[a-z]+\\.", 1),
        entry.replacen("://", "://{{host}}.", 1),
        entry.replacen("://", "://${HOST}.", 1),
        entry.replacen('.', "\\.", 1),
    ] {
        if written != entry {
            add(written, &[]);
        }
    }
    for range in ["10.0.0.0/8", "127.0.0.1/32", "[::1]/128"] {
        add(format!("https://{range}"), &[]);
        add(format!("http://{range}"), &[]);
    }
    let Some((scheme @ ("http" | "https"), host)) = entry.split_once("://") else {
        return mistakes;
    };
    add(format!("{scheme}:{host}"), &[entry]);
    add(format!("{scheme}//{host}"), &[entry]);
    add(format!("{scheme}:/{host}"), &[entry]);
    add(format!("{scheme}:\\\\{host}"), &[entry]);
    add(format!("{scheme}://user:password@{host}"), &[entry]);
    add(format!("{scheme}://user.example@{host}"), &[]);
    add(format!("{scheme}://{entry}"), &[]);
    for place in 0..scheme.len() {
        let without = scheme.char_indices().filter(|(i, _)| *i != place);
        let without: String = without.map(|(_, letter)| letter).collect();
        // Removing the last letter of `https` gives `http`, which is not a mistake.
        if without != "http" {
            add(format!("{without}://{host}"), &[entry]);
        }
    }
    if scheme == "http" {
        add(host.to_owned(), &[entry]);
        add(format!("//{host}"), &[entry]);
    }
    mistakes
}
