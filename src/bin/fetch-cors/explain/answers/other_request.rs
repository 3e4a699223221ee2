//! Warnings about an answer to another request than the judged one.

use fetch_cors::{browser::HttpRequest, explain::input::PastedRequest, explain::printable};
use url::Url;

use super::{Answer, isomorphic};

impl Answer {
    /// Returns a warning if the request that `curl -v` printed does not have the same method as `request`.
    pub(super) fn warning_of_other_method(&self, request: &HttpRequest) -> Option<String> {
        let sent = self.response.request.as_ref()?;
        if sent.method == request.method.as_str().as_bytes() {
            return None;
        }
        let (input, line) = (&self.input, self.response.line);
        let is_options = sent.method == b"OPTIONS";
        let content_type = sent.header_list.get("content-type");
        let content_type = content_type.map(|value| isomorphic(&value).escape_debug().to_string());
        let content_type = content_type.filter(|value| !value.contains('\''));
        let content_type =
            content_type.map_or_else(String::new, |value| format!(" -H 'Content-Type: {value}'"));
        let sent = printable(&sent.method);
        let judged = printable(request.method.as_str());
        let advice = if is_options {
            String::from(
                "if you tried the preflight, send it with `Access-Control-Request-Method` too, and give its response with `--preflight`; if the page itself sends OPTIONS, add `-X OPTIONS`",
            )
        } else {
            format!("use `-X {sent}{content_type}`")
        };
        Some(format!(
            "{input}: line {line}: this is the response to a request with the method {sent}, but the program judges it as the response to a request with the method {judged}: {advice}"
        ))
    }

    /// Returns a warning if the request that `curl -v` printed does not have the same host, path and query as `request`.
    /// `curl -v` does not print the scheme.
    pub(super) fn warning_of_other_url(&self, request: &HttpRequest) -> Option<String> {
        let judged = &request.url;
        let sent = self.response.request.as_ref();
        let sent = sent.and_then(|sent| sent_url(sent, judged))?;
        let parts = |url: &Url| {
            let host = url.host_str().map(String::from);
            let path = String::from(url.path());
            (host, url.port(), path, url.query().map(String::from))
        };
        if parts(&sent) == parts(judged) {
            return None;
        }
        let (input, line) = (&self.input, self.response.line);
        let mut judged = judged.clone();
        judged.set_fragment(None);
        Some(format!(
            "{input}: line {line}: this is the response to a request with the URL `{sent}`, but the program judges it as the response to a request with the URL `{judged}`: check `--url`, or send the request again"
        ))
    }

    /// Returns a warning if the request that `curl -v` printed does not have the same `Origin` as `request`.
    pub(super) fn warning_of_other_origin(&self, request: &HttpRequest) -> Option<String> {
        let sent = self.response.request.as_ref()?;
        let sent = sent.header_list.get("origin");
        let expected = request.header_list.get("origin");
        let expected = expected.filter(|expected| sent.as_ref() != Some(expected))?;
        let expected = isomorphic(&expected);
        let (input, line) = (&self.input, self.response.line);
        let sent = match sent {
            Some(sent) => format!("`Origin: {}`", printable(&sent)),
            None => String::from("no `Origin`"),
        };
        Some(format!(
            "{input}: line {line}: this is the response to a request with {sent}, but the page sends another `Origin`, and the response can depend on it: send the request again with `-H 'Origin: {expected}'`"
        ))
    }
}

/// Returns the URL of the request. The scheme is not known, so the URL has the scheme of `judged`. If the host is not known,
/// the URL has the host of `judged`. `None` if the target of the request is not a path.
fn sent_url(sent: &PastedRequest, judged: &Url) -> Option<Url> {
    let target = isomorphic(&sent.target);
    // To a proxy, `curl` sends the whole URL.
    let target = match Url::parse(&target) {
        Ok(url) => return Some(url),
        Err(_) if target.starts_with('/') => target,
        Err(_) => return None,
    };
    let host = sent.header_list.get("host");
    let host = host.map_or_else(|| judged.authority().into(), |host| isomorphic(&host));
    Url::parse(&format!("{}://{host}{target}", judged.scheme())).ok()
}
