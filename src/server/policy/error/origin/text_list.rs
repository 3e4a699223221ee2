//! Mistakes in a list of origins, if the author wrote the list as one text, such as the value of an environment
//! variable.

use super::text::{has_several_origins, is_list_as_text};
use crate::{server::origin::app_origin::FILE_ORIGIN, wording};

pub(crate) const EMPTY_LIST: &str =
    "the list has no origin: write at least one origin, or `none` to allow no origin";

const NULL: &str = concat!(
    wording::sandboxed_pages_are_null!(),
    ", and in some clients every local document has the origin `file://`, so the two origins cannot be part of this list: call `null_origin` to allow `null`, or `origin` to allow `file://`"
);
const NONE: &str = "`none` cannot be part of a list: to allow no origin, write only `none`";
const ANY: &str =
    "`*` cannot be part of this list: list each origin, or call `any_origin` to allow any origin";
const SEVERAL: &str = "this entry has several origins: separate the origins with commas";
const LIST_AS_TEXT: &str = "the brackets and quotation marks are part of the value: write only the origins, separated by commas";

/// Returns the reason for refusing an entry of a list, if the author wrote the whole list as one text. Returns `None`
/// if the entry is valid, or if the reason is the same for every list.
pub(crate) fn entry_mistake(entry: &str) -> Option<&'static str> {
    match entry {
        FILE_ORIGIN => Some(NULL),
        "*" => Some(ANY),
        _ if entry.eq_ignore_ascii_case("null") => Some(NULL),
        _ if entry.eq_ignore_ascii_case("none") => Some(NONE),
        _ if is_list_as_text(entry) => Some(LIST_AS_TEXT),
        _ if has_several_origins(entry) => Some(SEVERAL),
        _ => None,
    }
}
