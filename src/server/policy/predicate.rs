//! The predicate of a policy, and the request headers that it can read.

use alloc::{sync::Arc, vec::Vec};
use core::fmt;

use http::HeaderName;

use crate::infrastructure::{
    origin_header::matches_origin_or_null, serialized_origin::is_serialized_origin,
};
use crate::server::origin::parsed::ORIGIN_LIMIT_BYTES;

/// The request headers that a predicate can read: the headers that it has declared.
///
/// ```
/// use fetch_cors::server::CorsPolicy;
/// // A gateway adds this header to each request, also to preflights.
/// let reads = ["x-forwarded-host"];
/// let policy = CorsPolicy::builder().origin_predicate(&reads, move |_, headers| headers.get(reads[0]).is_some());
/// assert!(policy.build().is_ok());
/// ```
pub struct DeclaredHeaders<'r> {
    reads: &'r [HeaderName],
    header: &'r dyn Fn(&HeaderName) -> Option<&'r [u8]>,
}

impl<'r> DeclaredHeaders<'r> {
    /// The first value of the header, if the predicate has declared it and the request has it.
    pub fn get(&self, name: &str) -> Option<&'r [u8]> {
        let mut reads = self.reads.iter();
        let declared = reads.find(|read| read.as_str().eq_ignore_ascii_case(name))?;
        (self.header)(declared)
    }
}

impl fmt::Debug for DeclaredHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DeclaredHeaders").field(&self.reads).finish()
    }
}

type AllowsOrigin = dyn Fn(&str, &DeclaredHeaders<'_>) -> bool + Send + Sync;

/// The function of a predicate. Two of them are equal only if one is a clone of the other.
#[derive(Clone)]
pub(crate) struct Allows(pub(super) Arc<AllowsOrigin>);

impl fmt::Debug for Allows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Allows").finish_non_exhaustive()
    }
}

impl PartialEq for Allows {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Predicate {
    pub(crate) reads: Vec<HeaderName>,
    pub(crate) allows: Allows,
}

impl Predicate {
    #[cold]
    pub(crate) fn allows<'r>(
        &'r self,
        origin: &[u8],
        header: &'r dyn Fn(&HeaderName) -> Option<&'r [u8]>,
    ) -> bool {
        if origin.len() > ORIGIN_LIMIT_BYTES {
            return false;
        }
        core::str::from_utf8(origin).is_ok_and(|origin| {
            let headers = DeclaredHeaders {
                reads: &self.reads,
                header,
            };
            is_origin_or_null(origin) && (self.allows.0)(origin, &headers)
        })
    }
}

/// Whether a predicate is called for this `Origin`: a serialized origin, `null`, or an origin of another scheme in the
/// grammar of the header.
fn is_origin_or_null(origin: &str) -> bool {
    if origin.starts_with("http://") || origin.starts_with("https://") {
        is_serialized_origin(origin)
    } else {
        matches_origin_or_null(origin.as_bytes())
    }
}
