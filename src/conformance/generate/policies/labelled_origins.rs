use alloc::vec::Vec;

use proptest::strategy::Strategy;

use super::{near_origins::origin_near, policy_spec::PolicySpec};
use crate::infrastructure::origin::{Origin, matches_origin_or_null};

/// The bytes of an `Origin` header, with a label that shows whether a browser can send these bytes.
///
/// A server that allows a wrong origin is in danger only if a browser can send this origin. Other programs can send any
/// origin, but they do not have the cookies of a user.
///
/// ```
/// use fetch_cors::conformance::policies::NearOrigin;
///
/// assert!(NearOrigin::new("https://a`.example").is_from_browser);
/// assert!(!NearOrigin::new("https://a%60.example").is_from_browser); // browsers decode the host
/// assert!(!NearOrigin::new("https://a.example/").is_from_browser);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearOrigin {
    /// The bytes of the `Origin` header.
    pub bytes: Vec<u8>,
    /// Whether a browser can send the bytes. A browser can send only the serialization of an
    /// [origin](https://html.spec.whatwg.org/#concept-origin).
    pub is_from_browser: bool,
}

impl NearOrigin {
    /// Creates a [`NearOrigin`] from the bytes of an `Origin` header. The label `is_from_browser` is computed from
    /// these bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let is_http = bytes.starts_with(b"http://") || bytes.starts_with(b"https://");
        // The origins of extensions and apps do not have the scheme `http`, `https` or `file`.
        let is_other = !is_http && !bytes.starts_with(b"file:") && matches_origin_or_null(&bytes);
        Self {
            is_from_browser: is_other || Origin::parse(&bytes).is_ok(),
            bytes,
        }
    }
}

/// Generates origins as [`origin_near`] does, and adds the label of each origin.
///
/// ```
/// use fetch_cors::conformance::policies::{PolicySpec, labelled_origin_near};
/// use proptest::{strategy::{Strategy, ValueTree}, test_runner::TestRunner};
///
/// let origins = labelled_origin_near(&PolicySpec::from_origins(["https://a.example"]));
/// let mut runner = TestRunner::deterministic();
/// let mut labels = (0..100).map(|_| origins.new_tree(&mut runner).unwrap().current().is_from_browser);
/// assert!(labels.any(|label| label) && labels.any(|label| !label));
/// ```
pub fn labelled_origin_near(spec: &PolicySpec) -> impl Strategy<Value = NearOrigin> + use<> {
    origin_near(spec).prop_map(NearOrigin::new)
}
