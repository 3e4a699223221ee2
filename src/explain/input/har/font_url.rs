//! URLs of fonts.

use ::url::Url;

/// Whether the path of the URL ends with the extension of a font.
pub(super) fn has_font_extension(url: &Url) -> bool {
    let extension = url.path().rsplit('.').next().unwrap_or_default();
    let mut extensions = ["woff", "woff2", "ttf", "otf"].iter();
    extensions.any(|other| extension.eq_ignore_ascii_case(other))
}
