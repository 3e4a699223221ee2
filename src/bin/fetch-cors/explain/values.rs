//! The values of the options that describe a fetch or select fetches.

use std::path::Path;

use fetch_cors::{browser::Origin, missing_scheme::write_whole_url};
use url::Url;

use crate::output::{Stop, print_aside};

/// Refuses the placeholder `word`, such as `URL`. The help and the printed commands have a placeholder where the user has
/// to write a value.
fn refuse_word(text: &str, word: &str, value: &str) -> Result<(), String> {
    if text == word {
        return Err(format!("replace `{word}` by {value}"));
    }
    Ok(())
}

pub(super) fn method(text: &str) -> Result<String, String> {
    refuse_word(text, "METHOD", "the method")?;
    Ok(text.into())
}

pub(super) fn content_type(text: &str) -> Result<String, String> {
    refuse_word(text, "TYPE", "the content type of the body")?;
    // A content type begins with a name and a slash. A body in JSON does not.
    let (name, _) = text.split_once('/').unwrap_or_default();
    if name.is_empty()
        || !name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        return Err(String::from(
            "write the content type of the body, such as `application/json`, and not the body",
        ));
    }
    Ok(text.into())
}

/// Refuses the placeholder `FILE`, unless a file has this name.
pub(super) fn refuse_word_for_file(path: &Path) -> Result<(), Stop> {
    match path.to_str().filter(|_| !path.exists()) {
        Some(text) => refuse_word(text, "FILE", "the name of a file").map_err(Stop::CannotRun),
        None => Ok(()),
    }
}

pub(super) fn origin(text: &str) -> Result<Origin, String> {
    refuse_word(text, "ORIGIN", "the origin of the page")?;
    if text.starts_with("file:") {
        print_aside(&format!(
            "`{}` is judged as the origin `null`, which a desktop browser sends for a page from a file; a web view of an app can send `file://`",
            text.escape_debug()
        ));
        return Origin::parse("null").map_err(|error| error.to_string());
    }
    Origin::parse(text).map_err(|error| error.to_string())
}

pub(super) fn url(text: &str) -> Result<Url, String> {
    refuse_word(text, "URL", "the URL of the request")?;
    Url::parse(text)
        .map_err(|error| format!("{error}: {}", write_whole_url(text, "https://api.example/")))
}

pub(super) fn header(text: &str) -> Result<(String, String), String> {
    refuse_word(
        text,
        "NAME: VALUE",
        "a request header, such as `X-Total: 1`",
    )?;
    match text.split_once(':') {
        Some((name, value)) => {
            refuse_word(name, "NAME", "the name of a request header")?;
            Ok((name.into(), value.trim().into()))
        }
        None => Err(String::from(
            "write the name, a colon and the value, such as `X-Total: 1`",
        )),
    }
}

/// Returns the name of a header that a preflight asks for, in lower case.
pub(super) fn header_name(text: &str) -> Result<String, String> {
    refuse_word(text, "NAMES", "the names of the headers that the page sets")?;
    Ok(text.to_ascii_lowercase())
}

pub(super) fn status(text: &str) -> Result<u16, String> {
    let status = match text {
        // Some recordings have -1 in place of a missing status.
        "-1" => Some(0),
        _ => text.parse().ok(),
    };
    let status = status.filter(|status| matches!(status, 0 | 100..=999));
    status.ok_or_else(|| {
        String::from("expected a status, a number from 100 to 999, or 0 or -1 for no status")
    })
}
