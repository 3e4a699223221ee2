//! Verdicts, and the reasons for denials.

use core::fmt;

use crate::{infrastructure::escaped::Escaped, wording};

/// Whether a policy allows a request.
///
/// ```
/// use fetch_cors::server::{CorsPolicy, DenialReason, Verdict};
///
/// let policy = CorsPolicy::builder().origin("https://a.example").methods(["PUT"]).build()?;
/// let mut request = http::HeaderMap::new();
/// request.insert("origin", "https://a.example".parse()?);
/// request.insert("access-control-request-method", "DELETE".parse()?);
/// let decision = policy.decide(&http::Method::OPTIONS, &request);
/// assert_eq!(decision.verdict(), Verdict::Denied(DenialReason::Method("DELETE")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Exhaustive: a request is not CORS, or it is allowed, or it is denied.
pub enum Verdict<'r> {
    /// The request has no `Origin`.
    NotCors,
    /// The request is allowed.
    Allowed,
    /// The request is denied.
    Denied(DenialReason<'r>),
}

/// The reason why a request is denied.
///
/// ```
/// use fetch_cors::server::DenialReason;
///
/// let reason = DenialReason::Header("x-a");
/// assert_eq!((reason.as_str(), &*reason.to_string()), ("header", "the policy does not allow the request header `x-a`"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Exhaustive: callers handle each reason, so a new reason should break their `match`.
pub enum DenialReason<'r> {
    /// The origin is not allowed, or `Origin` does not have exactly one origin.
    Origin,
    /// The headers of a preflight are malformed.
    MalformedRequest,
    /// The method with this name is not allowed.
    Method(&'r str),
    /// The method has more than 8 KiB, and the policy does not list it.
    MethodTooLong,
    /// The header with this name is not allowed. The name is the first denied name of the request, with unchanged
    /// letter case. A denied name of more than 8 KiB is cut to 8 KiB. If the policy lists a name of more than 8 KiB,
    /// the limit for the denied name is the length of the longest listed name.
    Header(&'r str),
    /// Access-Control-Request-Headers has more elements or more bytes than the policy's limit.
    TooManyHeaders,
}

impl<'r> Verdict<'r> {
    /// Whether the request is a CORS request that the policy allows.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed)
    }

    /// Returns the reason if the request is denied, and otherwise `None`.
    pub const fn denial(&self) -> Option<DenialReason<'r>> {
        match self {
            Self::Denied(reason) => Some(*reason),
            Self::NotCors | Self::Allowed => None,
        }
    }
}

impl DenialReason<'_> {
    /// Returns the kind of the reason: `origin`, `malformed-request`, `method` or `header`. The case format uses the
    /// same names.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::MalformedRequest => "malformed-request",
            Self::Method(_) | Self::MethodTooLong => "method",
            Self::Header(_) | Self::TooManyHeaders => "header",
        }
    }
}

/// Writes the reason as a sentence. Names are escaped, and long names are cut.
impl fmt::Display for DenialReason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Origin => f.write_str(concat!("the policy ", wording::does_not_allow_origin!())),
            Self::MalformedRequest => f.write_str(
                "`Access-Control-Request-Method` or `Access-Control-Request-Headers` is malformed",
            ),
            Self::Method(method) => {
                let method = Escaped(method.as_bytes());
                write!(f, "the policy {} `{method}`", wording::does_not_allow_method!())
            }
            Self::MethodTooLong => f.write_str("the method has more than 8 KiB, and the policy does not list it"),
            Self::Header(name) => {
                let name = Escaped(name.as_bytes());
                write!(f, "the policy {} `{name}`", wording::does_not_allow_header!())
            }
            Self::TooManyHeaders => f.write_str(
                "`Access-Control-Request-Headers` has more elements or bytes than the policy's limit",
            ),
        }
    }
}

impl core::error::Error for DenialReason<'_> {}

/// The reason for a denial, without the denied name. The name is looked up again when a caller asks for the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denial {
    Origin,
    MalformedRequest,
    Method,
    MethodTooLong,
    Header,
    TooManyHeaders,
}

impl Denial {
    /// Whether the response still grants the origin, and the methods and headers that the policy allows. Such a
    /// response passes the CORS check, so the browser reports the denied method or header. A malformed preflight and a
    /// preflight from a denied origin do not get any CORS headers.
    #[inline]
    pub(crate) const fn grants_rest(self) -> bool {
        match self {
            Self::Origin | Self::MalformedRequest => false,
            Self::Method | Self::MethodTooLong | Self::Header | Self::TooManyHeaders => true,
        }
    }

    /// Adds the denied name if this kind of reason contains a name.
    pub(super) const fn with_name(self, name: &str) -> DenialReason<'_> {
        match self {
            Self::Origin => DenialReason::Origin,
            Self::MalformedRequest => DenialReason::MalformedRequest,
            Self::Method => DenialReason::Method(name),
            Self::MethodTooLong => DenialReason::MethodTooLong,
            Self::Header => DenialReason::Header(name),
            Self::TooManyHeaders => DenialReason::TooManyHeaders,
        }
    }
}
