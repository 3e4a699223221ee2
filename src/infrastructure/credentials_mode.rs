//! The [credentials mode](https://fetch.spec.whatwg.org/#concept-request-credentials-mode) of a request.
//!
//! ```
//! use fetch_cors::infrastructure::credentials_mode::CredentialsMode;
//! assert_ne!(CredentialsMode::Include, CredentialsMode::SameOrigin);
//! ```

/// The [credentials mode](https://fetch.spec.whatwg.org/#concept-request-credentials-mode) of a request.
///
/// ```
/// use fetch_cors::infrastructure::credentials_mode::CredentialsMode;
/// assert_ne!(CredentialsMode::Include, CredentialsMode::Omit);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Exhaustive: the standard has three credentials modes.
pub enum CredentialsMode {
    /// `omit`
    Omit,
    /// `same-origin`
    SameOrigin,
    /// `include`
    Include,
}
