//! Why a decision is as it is, for logs.

use core::fmt;

use super::{
    decide::{Decision, DenialReason, RequestKind},
    header_source::RequestValue,
};

/// A decision in words, with nothing of the request unescaped. It is for logs, not for the client.
///
/// ```
/// use fetch_cors::server::CorsPolicy;
///
/// let policy = CorsPolicy::builder().origins(["https://a.example", "https://b.example"]).build()?;
/// let mut request = http::HeaderMap::new();
/// request.insert("origin", "https://\u{e9}".parse()?);
/// let decision = policy.decide(&http::Method::GET, &request);
/// assert_eq!(decision.explain().to_string(), r"cors request from `https://\xc3\xa9`: the origin is not allowed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Explanation<'r> {
    kind: RequestKind,
    verdict: Result<(), DenialReason>,
    origin: Option<&'r [u8]>,
    method: Option<&'r [u8]>,
}

/// So much of a value is shown.
const SHOWN: usize = 256;

impl<'r, I, V> Decision<'r, I>
where
    I: Iterator<Item = V> + Clone,
    V: RequestValue<'r>,
{
    /// Why, in words.
    pub fn explain(&self) -> Explanation<'r> {
        Explanation {
            kind: self.kind(),
            verdict: self.allowed().unwrap_or(Ok(())),
            origin: self.origin.map(V::bytes),
            method: self.requested_method.map(V::bytes),
        }
    }
}

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            RequestKind::NotCors => return f.write_str("not a cors request: there is no Origin"),
            RequestKind::Cors => "cors request",
            RequestKind::Preflight => "preflight",
        })?;
        if let Some(origin) = self.origin {
            write!(f, " from `{}`", shown(origin))?;
        }
        if let Some(method) = self.method {
            write!(f, " for `{}`", shown(method))?;
        }
        f.write_str(match self.verdict {
            Ok(()) => ": allowed",
            Err(DenialReason::Origin) => ": the origin is not allowed",
            Err(DenialReason::MalformedRequest) => {
                ": what it asks cannot be read, or is over a limit"
            }
            Err(DenialReason::Method) => ": the method is not allowed",
            Err(DenialReason::Header) => ": a header that it asks for is not allowed",
        })
    }
}

fn shown(value: &[u8]) -> impl fmt::Display + '_ {
    value.get(..SHOWN).unwrap_or(value).escape_ascii()
}
