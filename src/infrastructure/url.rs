//! [URLs](https://url.spec.whatwg.org): functions that the [`url`] crate does not provide.
//!
//! ```
//! use fetch_cors::infrastructure::url::parse;
//!
//! let base = "https://a.example/b/c".parse()?;
//! assert_eq!(parse("../d", &base).unwrap().as_str(), "https://a.example/d");
//! assert_eq!(parse("///e", &base).unwrap().as_str(), "https://e/");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::{format, string::String};

use ::url::{Position, Url};

/// Runs the [URL parser](https://url.spec.whatwg.org/#concept-url-parser) on `input` with the base URL `base`. Returns
/// `None` if the parser returns failure.
///
/// ```
/// use fetch_cors::infrastructure::url::parse;
/// assert_eq!(parse("http://[", &"https://a.example".parse()?), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse(input: &str, base: &Url) -> Option<Url> {
    base.join(input).ok().or_else(|| {
        // The crate `url` refuses three or more slashes before the host. The standard ignores the additional slashes,
        // so this code parses the URL again without the additional slashes.
        let slashes_skipped = input.trim_start_matches(['/', '\\']);
        let slashes = input.len() - slashes_skipped.len();
        if slashes < 3 || !is_http_or_https(base) {
            return None;
        }
        Url::parse(&format!("{}://{slashes_skipped}", base.scheme())).ok()
    })
}

/// Whether the scheme of `url` is an [HTTP(S) scheme](https://fetch.spec.whatwg.org/#http-scheme).
///
/// ```
/// use fetch_cors::infrastructure::url::is_http_or_https;
/// assert!(!is_http_or_https(&"data:,".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[inline]
pub fn is_http_or_https(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// Whether `url` [includes credentials](https://url.spec.whatwg.org/#include-credentials): a user name or a password that
/// is not empty.
///
/// ```
/// use fetch_cors::infrastructure::url::includes_credentials;
/// assert!(includes_credentials(&"https://:p@a.example".parse()?));
/// assert!(!includes_credentials(&"https://@a.example".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[inline]
pub fn includes_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some_and(|password| !password.is_empty())
}

/// Returns `url` without its fragment, user name and password. HTTP sends the URL in this form.
///
/// ```
/// use fetch_cors::infrastructure::url::without_fragment_and_userinfo;
/// let url = "https://u:p@a.example/b?c#d".parse()?;
/// assert_eq!(without_fragment_and_userinfo(&url), "https://a.example/b?c");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn without_fragment_and_userinfo(url: &Url) -> String {
    if !url.has_authority() {
        return String::from(&url[..Position::AfterQuery]);
    }
    [
        &url[..Position::BeforeUsername],
        &url[Position::BeforeHost..Position::AfterQuery],
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extra_slashes_before_an_authority_are_skipped() {
        let base = Url::parse("http://a.example/b").unwrap();
        for input in ["///test", "////test", "/\\/test", "//test"] {
            assert_eq!(
                parse(input, &base).unwrap().as_str(),
                "http://test/",
                "{input}"
            );
        }
        assert_eq!(parse("///", &base), None);
        assert_eq!(parse("//", &base), None);
    }
}
