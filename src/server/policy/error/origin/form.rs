//! The difference between an entry and the form of this origin that browsers send.

use crate::wording;

const SPACES: &str = "the entry has white space before or after the origin, so it never matches: write it without white space";
const SLASH: &str = "the entry ends with a slash, which an origin does not have, so it never matches: write it without the slash";
const PATH: &str = "the entry has a path, which an origin does not have, so it never matches: write it without the path";
const DEFAULT_PORT: &str = "browsers do not send the default port of a scheme, so this entry never matches: write it without the port";
const LETTER_CASE: &str = concat!(
    wording::origin_in_lower_case!(),
    ", so this entry never matches: write it in lower case"
);

/// Returns the reason why browsers do not send the entry. `sent` is the form that browsers send. Returns `None` if there
/// are several reasons, or if the reason is the form of the host.
pub(super) fn form_mistake(entry: &str, sent: &str) -> Option<&'static str> {
    if entry.trim() == sent {
        return Some(SPACES);
    }
    if entry.eq_ignore_ascii_case(sent) && sent != "null" {
        return Some(LETTER_CASE);
    }
    match entry.strip_prefix(sent)? {
        "/" => Some(SLASH),
        path if path.starts_with('/') => Some(PATH),
        ":80" | ":443" => Some(DEFAULT_PORT),
        _ => None,
    }
}
