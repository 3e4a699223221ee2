//! Descriptions of decisions, for logs.

use core::fmt;

use super::{
    decide::{Decision, RequestKind},
    denial::{Denial, Verdict},
    nearest_origin::{described_differences, nearest},
};
use crate::infrastructure::escaped::Escaped;

/// A description of a decision for logs. Do not send the description to the client. In values from the request,
/// backticks, control characters and non-ASCII bytes are escaped, so a request cannot forge parts of a log line.
///
/// ```
/// use fetch_cors::server::CorsPolicy;
///
/// let policy = CorsPolicy::builder().origins(["https://a.example", "https://b.example"]).build()?;
/// let mut request = http::HeaderMap::new();
/// request.insert("origin", "https://\u{e9}".parse()?);
/// let decision = policy.decide(&http::Method::GET, &request);
/// let expected = r"CORS request from `https://\u{e9}`: the policy does not allow the origin";
/// assert_eq!(decision.describe().to_string(), expected);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Description<'r> {
    kind: RequestKind,
    verdict: Verdict<'r>,
    origin: Option<&'r [u8]>,
    method: Option<&'r [u8]>,
    nearest_origin: Option<&'r str>,
}

impl<'r> Decision<'r> {
    /// Returns a description of the decision in words, for logs.
    pub fn describe(&self) -> Description<'r> {
        Description {
            kind: self.kind(),
            verdict: self.verdict(),
            origin: self.requested.origin().map(|origin| origin.bytes()),
            method: self.requested.method().map(|method| method.bytes()),
            nearest_origin: self.nearest_origin(),
        }
    }

    /// Returns the listed origin that is most similar to the denied origin. The two origins differ only in the scheme,
    /// the port, the letter case, a slash at the end or `www.`. Returns `None` if the origin is allowed, or if each
    /// listed origin differs in other ways.
    ///
    /// This method compares all listed origins, so call it for logs only. [`describe`](Self::describe) also calls this
    /// method.
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    ///
    /// let policy = CorsPolicy::builder().origins(["https://a.example", "https://b.example"]).build()?;
    /// let mut request = http::HeaderMap::new();
    /// request.insert("origin", "http://b.example:8080".parse()?);
    /// let decision = policy.decide(&http::Method::GET, &request);
    /// assert_eq!(decision.nearest_origin(), Some("https://b.example"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn nearest_origin(&self) -> Option<&'r str> {
        let is_denied = self.checked() == Err(Denial::Origin);
        let origin = self.requested.origin().filter(|_| is_denied)?;
        nearest(self.policy.0.rules.config.origins.entries(), origin.bytes())
    }
}

impl fmt::Display for Description<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            RequestKind::NotCors => return f.write_str("not a CORS request: it has no `Origin`"),
            RequestKind::Cors => "CORS request",
            RequestKind::Preflight => "preflight",
        })?;
        if let Some(origin) = self.origin {
            write!(f, " from `{}`", Escaped(origin))?;
        }
        if let Some(method) = self.method {
            write!(f, " for `{}`", Escaped(method))?;
        }
        match self.verdict.denial() {
            None => f.write_str(": allowed"),
            Some(reason) => write!(f, ": {reason}"),
        }?;
        let Some(nearest) = self.nearest_origin else {
            return Ok(());
        };
        write!(f, "; the nearest allowed origin is `{nearest}`")?;
        let mut separator = ": ";
        described_differences(self.origin.unwrap_or_default(), nearest).try_for_each(|words| {
            write!(f, "{separator}{words}")?;
            separator = "; ";
            Ok(())
        })
    }
}
