//! The URLs and origins that were parsed last. Most lines name the same servers and pages as earlier lines, so the
//! stored URLs and origins save time.

use alloc::vec::Vec;

use ::url::{ParseError, Position, Url};

use crate::infrastructure::{
    origin::{InvalidOriginError, Origin},
    url::is_http_or_https,
};

/// The maximum number of stored URLs, and of stored origins.
const MAX_VALUES: usize = 4;

/// The maximum length of a stored URL or origin, in bytes.
const MAX_VALUE_BYTES: usize = 256;

/// The URLs and origins that were parsed last.
#[derive(Debug, Clone, Default)]
pub(super) struct Recent {
    urls: Ring<Url>,
    origins: Ring<Origin>,
}

impl Recent {
    /// Parses a URL. Does not parse a stored URL again. If a stored URL has the same scheme, host and port, parses only
    /// the path.
    pub(super) fn url(&mut self, text: &str) -> Result<Url, ParseError> {
        if let Some(stored) = self.urls.0.iter().find(|stored| stored.as_str() == text) {
            return Ok(stored.clone());
        }
        let relative = self.urls.0.iter().find_map(|base| {
            let path = text.strip_prefix(&base[..Position::BeforePath])?;
            let rest = path.strip_prefix('/')?;
            // This shortcut parses the path as a relative reference. In a relative reference, two slashes at the start
            // begin a host, even with a tab between the slashes. So the shortcut is only for two kinds of paths: the
            // path `/`, and a path with a letter or a digit after its first slash.
            let is_path = rest
                .bytes()
                .next()
                .is_none_or(|byte| byte.is_ascii_alphanumeric());
            is_path.then_some((base, path))
        });
        if let Some((base, path)) = relative {
            return Url::options().base_url(Some(base)).parse(path);
        }
        let url = Url::parse(text)?;
        if is_http_or_https(&url) && url.as_str().len() <= MAX_VALUE_BYTES {
            self.urls.push(url.clone());
        }
        Ok(url)
    }

    pub(super) fn origin(&mut self, text: &str) -> Result<Origin, InvalidOriginError> {
        let mut stored = self.origins.0.iter();
        if let Some(origin) = stored.find(|origin| origin.serialize() == text) {
            return Ok(origin.clone());
        }
        let origin = Origin::parse(text)?;
        if text.len() <= MAX_VALUE_BYTES {
            self.origins.push(origin.clone());
        }
        Ok(origin)
    }
}

/// The last values. A new value replaces the oldest value.
#[derive(Debug, Clone)]
struct Ring<T>(Vec<T>);

impl<T> Ring<T> {
    fn push(&mut self, value: T) {
        self.0.truncate(MAX_VALUES - 1);
        self.0.insert(0, value);
    }
}

impl<T> Default for Ring<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String};

    use super::*;

    /// Returns all texts of at most `length` parts.
    fn texts(parts: &[&str], length: usize) -> Vec<String> {
        let mut all = Vec::from([String::new()]);
        let mut start = 0;
        for _ in 0..length {
            let end = all.len();
            for i in start..end {
                for part in parts {
                    all.push(format!("{}{part}", all[i]));
                }
            }
            start = end;
        }
        all
    }

    #[test]
    fn urls_are_parsed_as_without_stored_urls() {
        let parts = [
            "/",
            "\\",
            "a",
            "..",
            "\t",
            "\n",
            "?",
            "#",
            "%2e",
            ":",
            "@",
            " ",
            "^",
            "é",
            "b.example",
        ];
        let texts = texts(&parts, 4);
        for base in ["http://a.example/b/c?d#e", "https://u:p@127.0.0.1:81/"] {
            let url = Url::parse(base).unwrap();
            let start = &url[..Position::BeforePath];
            for text in &texts {
                let text = format!("{start}{text}");
                let mut recent = Recent::default();
                assert_eq!(recent.url(base), Ok(url.clone()));
                assert_eq!(
                    recent.url(&text),
                    Url::parse(&text),
                    "{text:?} after {base}"
                );
            }
        }
    }

    #[test]
    fn last_values_are_stored() {
        let mut recent = Recent::default();
        for text in [
            "http://a",
            "null",
            "http://b",
            "http://c",
            "http://d",
            "http://a",
            "http://a:80",
        ] {
            assert_eq!(recent.origin(text), Origin::parse(text));
        }
        let stored = recent.origins.0.iter().map(Origin::serialize);
        assert!(stored.eq(["http://a", "http://d", "http://c", "http://b"]));
        let long = format!("http://a/{}", "b".repeat(MAX_VALUE_BYTES));
        assert!(recent.url(&long).is_ok() && recent.url("data:,").is_ok());
        assert!(recent.urls.0.is_empty());
    }
}
