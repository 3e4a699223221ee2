//! Generates wrong entries of a list of origins.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

/// A wrong entry that a user can write into a list of origins.
///
/// ```
/// let mistakes = fetch_cors::conformance::policies::entry_mistakes("https://a.example", "https://b.example");
/// let mistake = mistakes.iter().find(|mistake| mistake.written == "https://a.example,https://b.example").unwrap();
/// assert_eq!(mistake.meant, ["https://a.example", "https://b.example"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryMistake {
    /// The wrong entry.
    pub written: String,
    /// The valid entries that the user may have meant. The list is empty if the wrong entry does not show which entry
    /// the user meant.
    pub meant: Vec<String>,
}

/// Texts between two origins in one entry.
const SEPARATORS: [&str; 10] = [
    ",", ", ", ";", " ", "\n", "\r\n", "\t", "|", "\u{ff0c}", " or ",
];

/// Texts before the host of an entry. With such a text, the entry becomes a pattern or a template.
const PATTERN_STARTS: [&str; 15] = [
    "(www.)?",
    ".+\\.",
    "[a-z]+\\.",
    "{{host}}.",
    "${HOST}.",
    "www.?",
    "app-?.",
    "app#.",
    "app/.",
    "{a,b}.",
    "[1-3].",
    "app-.+.",
    "a+.",
    "!",
    "~",
];

/// Texts after an entry. Such a text has several possible meanings: a path, a query, a port, a second host, or a part
/// of a pattern or of a range.
const AMBIGUOUS_ENDS: [&str; 12] = [
    "/3000",
    "/8",
    "/16/",
    "/8:443",
    "/c.example",
    "/.c.example",
    "?",
    "?.c.example",
    "#.c.example",
    "\u{2215}path",
    "\u{3001}",
    "\u{300d}",
];

/// Ranges of IP addresses.
const RANGES: [&str; 14] = [
    "10.0.0.0/8",
    "127.0.0.1/32",
    "[::1]/128",
    "10.0.0.0/8:443",
    "10.0.0.0:443/8",
    "10.0.0.0/16/",
    "10.0.0.0/255.255.0.0",
    "192.168/16",
    "10.0.0.x",
    "10.0.0.0-255",
    "10.0.0.1-10.0.0.20",
    "10.0.0.*",
    "*.0.0.x",
    "[fd00::]/8:443",
];

/// Returns wrong entries that a user can write. The user wants to write the valid entry `entry`, or the two valid
/// entries `entry` and `other`.
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
    // If `entry` is `null`, the joined text begins with `nullhttp`. This can be the scheme of an app, so the joined
    // text is not a mistake.
    if other.starts_with("http") && entry != "null" {
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
        format!("`{entry}`"),
        format!("[{entry}]"),
        format!("<{entry}>"),
        format!("{{{entry}}}"),
        format!(",{entry}"),
        format!("[\"{entry}\"]"),
        format!("{entry}/*"),
        format!("{entry}/**"),
        format!("{entry}?q=1"),
        format!("{entry}#/route"),
    ] {
        add(written, &[entry]);
    }
    add(entry.to_ascii_uppercase(), &[&lowercase_form(entry)]);
    add(format!("[\"{entry}\",\"{other}\"]"), &[entry, other]);
    for end in AMBIGUOUS_ENDS {
        add(format!("{entry}{end}"), &[]);
    }
    for start in PATTERN_STARTS {
        let written = entry.replacen("://", &format!("://{start}"), 1);
        if written != entry {
            add(written, &[]);
        }
    }
    for written in [
        format!("^{entry}$"),
        format!("{entry}$"),
        format!("/{entry}/"),
        format!("regex:{entry}"),
        format!("!{entry}"),
        format!("#{entry}"),
        entry.replacen("://", "s?://", 1),
        entry.replacen('.', "\\.", 1),
    ] {
        if written != entry {
            add(written, &[]);
        }
    }
    for range in RANGES {
        add(format!("https://{range}"), &[]);
        add(format!("http://{range}"), &[]);
    }
    let Some((scheme, host)) = entry.split_once("://") else {
        return mistakes;
    };
    add(format!("{scheme}//{host}"), &[entry]);
    add(format!("{scheme}:/{host}"), &[entry]);
    if !matches!(scheme, "http" | "https") {
        return mistakes;
    }
    add(format!("{scheme}:3000"), &[]);
    add(format!("{scheme}://3000"), &[]);
    add(format!("{scheme}:{host}"), &[entry]);
    add(format!("{scheme}.//{host}"), &[entry]);
    add(format!("{scheme};//{host}"), &[entry]);
    add(format!("{scheme}:\\\\{host}"), &[entry]);
    add(format!("{scheme}://__HOST__.{host}"), &[]);
    add(format!("wss://{host}"), &[]);
    add(format!("view-source:{entry}"), &[]);
    add(format!("mailto://{host}"), &[]);
    let misspelled = match scheme {
        "https" => &["hxxps", "hptts", "hppts", "hts", "htttpss"][..],
        _ => &["hxxp", "hhttp", "hhtttp"],
    };
    for misspelled in misspelled {
        add(format!("{misspelled}://{host}"), &[entry]);
    }
    add(format!("{scheme}://user:password@{host}"), &[entry]);
    add(format!("{scheme}://user.example@{host}"), &[]);
    add(format!("{scheme}://{entry}"), &[]);
    for place in 0..scheme.len() {
        let without = scheme.char_indices().filter(|(i, _)| *i != place);
        let without: String = without.map(|(_, letter)| letter).collect();
        // Without its last letter, `https` is `http`, which is a valid scheme and so not a mistake.
        if without != "http" {
            add(format!("{without}://{host}"), &[entry]);
        }
    }
    if scheme == "http" {
        add(host.to_owned(), &[entry]);
        add(host.to_ascii_uppercase(), &[entry]);
        add(format!("//{host}"), &[entry]);
    }
    mistakes
}

/// A user has written `entry` in upper case. Returns the valid entry that the user means. With the scheme of an app,
/// the host stays in upper case, as in `tauri://LOCALHOST`, because such a host can have upper-case letters.
fn lowercase_form(entry: &str) -> String {
    match entry.split_once("://") {
        // Browsers send the hosts of origins with these schemes in lower case.
        Some(("http" | "https" | "chrome-extension" | "moz-extension", _)) => entry.to_owned(),
        Some((scheme, host)) => format!("{scheme}://{}", host.to_ascii_uppercase()),
        _ => entry.to_owned(),
    }
}
