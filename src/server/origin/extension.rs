//! Entries such as `chrome-extension://*`, which match the origins of all browser extensions of one scheme.

/// A scheme of browser extensions. The host of an extension's origin is the identifier of the extension. Firefox and
/// Safari choose a new identifier for each installation, so a policy cannot list the origin of a single Firefox or
/// Safari extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ExtensionScheme {
    Chrome,
    Moz,
    SafariWeb,
}

/// The maximum length of an identifier. Real identifiers have 32 or 36 characters.
const IDENTIFIER_LIMIT_BYTES: usize = 64;

impl ExtensionScheme {
    pub(super) const ALL: [Self; 3] = [Self::Chrome, Self::Moz, Self::SafariWeb];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Chrome => "chrome-extension",
            Self::Moz => "moz-extension",
            Self::SafariWeb => "safari-web-extension",
        }
    }

    /// Returns the scheme with the given name, in any letter case.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let mut schemes = Self::ALL.into_iter();
        schemes.find(|scheme| scheme.as_str().eq_ignore_ascii_case(name))
    }

    /// Whether `origin` is the origin of an extension of this scheme.
    pub(super) fn matches(self, origin: &[u8]) -> bool {
        let rest = origin.strip_prefix(self.as_str().as_bytes());
        let identifier = rest.and_then(|rest| rest.strip_prefix(b"://"));
        identifier.is_some_and(|identifier| {
            !identifier.is_empty()
                && identifier.len() <= IDENTIFIER_LIMIT_BYTES
                && identifier
                    .iter()
                    .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        })
    }
}
