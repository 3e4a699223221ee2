use alloc::string::{String, ToString};

use ::url::Url;

use crate::infrastructure::{
    port::{BlockBadPort, should_be_blocked_due_to_a_bad_port},
    url::{includes_credentials, is_http_or_https},
};

/// Where a server is asked, and how much.
///
/// A server over plain http is judged as if its URL were https: pages on https may fetch from it, although
/// browsers block that as mixed content.
///
/// The seed and the policy make the requests: the same ones each time.
///
/// ```
/// use fetch_cors::conformance::CheckConfig;
///
/// let config = CheckConfig::new("https://api.example/notes")?.seed(7).fetches(1000);
/// assert_eq!(config.url().path(), "/notes");
/// # Ok::<(), fetch_cors::conformance::UnusableUrlError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckConfig {
    url: Url,
    pub(super) error_url: Option<Url>,
    pub(crate) seed: u64,
    pub(crate) fetches: usize,
    pub(super) longest_value: usize,
}

impl CheckConfig {
    /// To ask at `url`, by seed 0, with a hundred generated requests besides those that are always made.
    ///
    /// # Errors
    ///
    /// [`UnusableUrlError`], where no browser would ask there.
    pub fn new(url: &str) -> Result<Self, UnusableUrlError> {
        Ok(Self {
            url: usable(url)?,
            error_url: None,
            seed: 0,
            fetches: 100,
            longest_value: 6000,
        })
    }

    /// The URL without its fragment.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// Makes the generated requests from another seed.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Makes so many requests from the seed.
    pub const fn fetches(mut self, fetches: usize) -> Self {
        self.fetches = fetches;
        self
    }

    /// Asks at a URL, too, that the server is known to answer with an error: errors need the same
    /// headers, or no page can tell what went wrong.
    ///
    /// # Errors
    ///
    /// [`UnusableUrlError`], where no browser would ask there.
    pub fn error_url(mut self, url: &str) -> Result<Self, UnusableUrlError> {
        self.error_url = Some(usable(url)?);
        Ok(self)
    }

    /// Makes the longest values of hostile requests about so many bytes. Many servers refuse more than
    /// the 6000 that are the default before any middleware sees them.
    pub const fn longest_value(mut self, bytes: usize) -> Self {
        self.longest_value = bytes;
        self
    }
}

/// A URL where no browser would ask.
///
/// ```
/// use fetch_cors::conformance::CheckConfig;
/// let error = CheckConfig::new("http://api.example:25/").unwrap_err();
/// assert_eq!(error.to_string(), "`http://api.example:25/`: browsers block this port");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}`: {reason}", .url.escape_debug())]
pub struct UnusableUrlError {
    url: String,
    reason: String,
}

impl UnusableUrlError {
    /// Why nobody would ask there.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

fn usable(given: &str) -> Result<Url, UnusableUrlError> {
    let unusable = |reason: &str| UnusableUrlError {
        url: String::from(given),
        reason: String::from(reason),
    };
    let mut url = Url::parse(given).map_err(|error| unusable(&error.to_string()))?;
    if !is_http_or_https(&url) {
        return Err(unusable("it must begin with `http:` or `https:`"));
    }
    if includes_credentials(&url) {
        return Err(unusable("`fetch()` takes no URL with a user name"));
    }
    if should_be_blocked_due_to_a_bad_port(&url) == BlockBadPort::Blocked {
        return Err(unusable("browsers block this port"));
    }
    url.set_fragment(None);
    Ok(url)
}
