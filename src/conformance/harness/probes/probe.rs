//! A probe: test requests that the harness sends together.

use alloc::{boxed::Box, format, string::String, vec::Vec};
use core::time::Duration;

use http::StatusCode;

use crate::{
    cases::RequestLine,
    fetching::{HttpRequest, Progress, UserAgent, start},
    infrastructure::{
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        request::{CredentialsMode, Request},
        response::Response,
    },
};

/// A probe: all requests of one fetch by a page, or one single request that is not from a page.
///
/// A fetch has one or two requests. If the fetch needs a preflight, the preflight is the first request. The harness
/// sends the second request even if the preflight fails. The requests therefore do not depend on earlier responses, so
/// a program can record all exchanges before the harness judges the first exchange.
///
/// ```
/// use fetch_cors::{conformance::{Check, CheckConfig}, server::CorsPolicy};
///
/// let policy = CorsPolicy::builder().origin("https://app.example").methods(["PUT"]).build()?;
/// let check = Check::new(&policy, CheckConfig::new("https://api.example/")?)?;
/// let prefix = check.probes().find(|probe| probe.name() == "prefix").unwrap();
/// assert!(prefix.is_from_browser());
/// assert_eq!(prefix.requests()[0].request.header_list.get("origin").unwrap(), &b"https://app.example.evil.test"[..]);
///
/// let listed = check.probes().find(|probe| probe.name() == "listed-method").unwrap();
/// let methods = listed.requests().iter().map(|line| (&*line.id, line.request.method.as_str()));
/// assert!(methods.eq([("listed-method/1", "OPTIONS"), ("listed-method/2", "PUT")]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Probe {
    pub(crate) name: String,
    /// How to fix a violation that the probe finds.
    pub(crate) advice: &'static str,
    pub(crate) plan: Plan,
    requests: Vec<RequestLine>,
}

/// The credentials that a probe adds to a request. Each row has the suffix of the probe's name, the header name and the
/// value.
pub(crate) const CREDENTIALS: [(&str, &str, &[u8]); 2] = [
    ("-with-cookie", "cookie", b"fetch-cors=1"),
    (
        "-with-authorization",
        "authorization",
        b"Basic ZmV0Y2gtY29yczpmZXRjaC1jb3Jz",
    ),
];

/// The beginnings of the names of probes that end with the requested method or the requested header name.
pub(crate) const ANY_METHOD: &str = "any-method-";
pub(crate) const UNLISTED_METHOD: &str = "unlisted-method-";
pub(crate) const UNLISTED_HEADER: &str = "unlisted-header-";

/// The suffix of the name of a probe that the check sends again.
const AGAIN_SUFFIX: &str = "-sent-again";

/// Whether the request has a header of [`CREDENTIALS`].
pub(crate) fn is_credentialed(request: &HttpRequest) -> bool {
    let mut names = CREDENTIALS.iter().map(|(_, name, _)| name);
    names.any(|name| request.header_list.contains(name))
}

/// The header that some versions of Chromium added to a preflight for a request to a private network. The draft of this
/// header was abandoned.
pub(crate) const PRIVATE_NETWORK_HEADER: &str = "access-control-request-private-network";

/// The beginning of the name of each long preflight.
pub(crate) const LONG_PREFIX: &str = "long-";

/// The lengths of long preflights. Each row has the suffix of the probe's name and a divisor of the maximum length.
pub(crate) const LENGTHS: [(&str, usize); 3] = [("", 1), ("-half", 2), ("-quarter", 4)];

#[derive(Debug, Clone)]
pub(crate) enum Plan {
    /// A cross-origin fetch by a page, with the request mode `cors`. The fetch is judged with and without credentials.
    Fetch(Box<Request>),
    /// A fetch by a page. An intermediary rewrites the list of header names in the preflight of this fetch.
    Rewritten(Box<Request>),
    /// A fetch by a page. The request has the cookies or the password of a user, so the fetch is judged only in the
    /// credentials mode `include`.
    Credentialed(Box<Request>),
    /// A single request that is not from a page.
    Single,
}

impl Probe {
    /// Returns the name, in kebab-case.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a page in a browser can send the requests. If not, a violation that the probe shows does not endanger
    /// users today.
    pub const fn is_from_browser(&self) -> bool {
        matches!(
            self.plan,
            Plan::Fetch(_) | Plan::Rewritten(_) | Plan::Credentialed(_)
        )
    }

    /// Returns the requests, in order.
    pub fn requests(&self) -> &[RequestLine] {
        &self.requests
    }

    /// Creates the probe of a fetch by a page. Returns `None` if the fetch is not cross-origin, or does not send a
    /// request.
    pub(crate) fn fetch(name: String, advice: &'static str, request: Request) -> Option<Self> {
        let requests = lines(&name, sent(&request)?);
        Some(Self {
            name,
            advice,
            plan: Plan::Fetch(Box::new(request)),
            requests,
        })
    }

    /// Creates the probe of a fetch whose preflight is rewritten. `rewrite` returns the new headers of the preflight.
    pub(crate) fn rewritten(
        name: String,
        advice: &'static str,
        request: Request,
        rewrite: impl FnOnce(&HeaderList) -> HeaderList,
    ) -> Option<Self> {
        let mut sent = sent(&request)?;
        let preflight = sent.first_mut().filter(|first| first.is_preflight())?;
        preflight.header_list = rewrite(&preflight.header_list);
        Some(Self {
            requests: lines(&name, sent),
            name,
            advice,
            plan: Plan::Rewritten(Box::new(request)),
        })
    }

    /// Creates the probe of a fetch with credentials. The last request of the fetch has the header `header`, which
    /// contains the credentials. The preflight does not have this header.
    pub(crate) fn credentialed(
        name: String,
        advice: &'static str,
        request: Request,
        header: (&'static str, &[u8]),
    ) -> Option<Self> {
        Some(Self {
            plan: Plan::Credentialed(Box::new(request.clone())),
            ..Self::with_headers(name, advice, request, &[header])?
        })
    }

    /// Creates the probe of a fetch, and sets `headers` in the last request of the fetch. The preflight does not get
    /// these headers.
    pub(crate) fn with_headers(
        name: String,
        advice: &'static str,
        request: Request,
        headers: &[(&'static str, &[u8])],
    ) -> Option<Self> {
        let mut sent = sent(&request)?;
        let last = sent.last_mut()?;
        for (header, value) in headers {
            let value = HeaderValue::new(value).ok()?;
            last.header_list.set(HeaderName::from_static(header), value);
        }
        Some(Self {
            requests: lines(&name, sent),
            name,
            advice,
            plan: Plan::Fetch(Box::new(request)),
        })
    }

    /// Creates the probe of a fetch, and sets `headers` in each request of the fetch, also in the preflight.
    pub(crate) fn with_headers_on_each(
        name: String,
        advice: &'static str,
        request: Request,
        headers: &[(&'static str, &[u8])],
    ) -> Option<Self> {
        let mut probe = Self::fetch(name, advice, request)?;
        for line in &mut probe.requests {
            for (header, value) in headers {
                let value = HeaderValue::new(value).ok()?;
                let list = &mut line.request.header_list;
                list.set(HeaderName::from_static(header), value);
            }
        }
        Some(probe)
    }

    /// Creates the probe of a recorded request. The request keeps its id.
    pub(crate) fn recorded(line: RequestLine, advice: &'static str) -> Self {
        Self {
            name: line.id.clone(),
            advice,
            plan: Plan::Single,
            requests: Vec::from([line]),
        }
    }

    /// Creates the probe of a single request.
    pub(crate) fn single(name: String, advice: &'static str, request: HttpRequest) -> Self {
        Self {
            requests: lines(&name, Vec::from([request])),
            name,
            advice,
            plan: Plan::Single,
        }
    }

    /// Returns the probe with another name, to send it again.
    pub(crate) fn sent_again(&self) -> Self {
        let mut again = self.clone();
        again.rename(format!("{}{AGAIN_SUFFIX}", self.name));
        again
    }

    /// Returns the fetch without listeners for its upload: only the request, and no preflight. Returns `None` if the fetch
    /// has no preflight, or if its preflight has another reason than the listeners.
    pub(crate) fn without_listeners(&self) -> Option<Self> {
        let without = |request: &Request| {
            let mut request = request.clone();
            request.use_cors_preflight_flag = false;
            Box::new(request)
        };
        let plan = match &self.plan {
            Plan::Fetch(request) => Plan::Fetch(without(request)),
            Plan::Credentialed(request) => Plan::Credentialed(without(request)),
            Plan::Rewritten(_) | Plan::Single => return None,
        };
        let (Plan::Fetch(request) | Plan::Credentialed(request)) = &plan else {
            return None;
        };
        let [_, last] = &*self.requests else {
            return None;
        };
        let is_alone = sent(request)?.len() == 1;
        is_alone.then(|| Self {
            requests: Vec::from([last.clone()]),
            plan,
            ..self.clone()
        })
    }

    /// Changes the name of the probe and the ids of its requests.
    pub(crate) fn rename(&mut self, name: String) {
        let requests = core::mem::take(&mut self.requests).into_iter();
        self.requests = lines(&name, requests.map(|line| line.request).collect());
        self.name = name;
    }

    /// Returns the kind of the probe: its name without its numbers, and without the suffix for credentials, for the
    /// length, or for a probe that is sent again. A name that ends with a requested method or header name has the kind of
    /// its beginning.
    pub(crate) fn kind(&self) -> &str {
        let mut beginnings = [ANY_METHOD, UNLISTED_METHOD, UNLISTED_HEADER].into_iter();
        if let Some(beginning) = beginnings.find(|beginning| self.name.starts_with(beginning)) {
            return beginning;
        }
        let name = without_number(&self.name);
        let kind = without_number(name.strip_suffix(AGAIN_SUFFIX).unwrap_or(name));
        let lengths = LENGTHS.iter().map(|(suffix, _)| *suffix);
        let suffixes = CREDENTIALS.iter().map(|(suffix, ..)| *suffix);
        let mut suffixes = suffixes.chain(lengths.filter(|suffix| !suffix.is_empty()));
        let plain = suffixes.find_map(|suffix| kind.strip_suffix(suffix));
        without_number(plain.unwrap_or(kind))
    }
}

fn without_number(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((start, number)) if number.parse::<usize>().is_ok() => start,
        _ => name,
    }
}

fn lines(name: &str, requests: Vec<HttpRequest>) -> Vec<RequestLine> {
    let numbered = requests.into_iter().zip(1..);
    numbered
        .map(|(request, number)| RequestLine {
            id: format!("{name}/{number}"),
            request,
        })
        .collect()
}

/// Returns the requests that a browser sends for a fetch if the server grants every request.
fn sent(request: &Request) -> Option<Vec<HttpRequest>> {
    if request.origin.is_same_origin_with(request.url()) {
        return None;
    }
    let mut request = request.clone();
    request.credentials_mode = CredentialsMode::SameOrigin;
    let method = request.method.as_str().as_bytes();
    let grant = HeaderList::from_pairs([
        ("access-control-allow-origin", &b"*"[..]),
        ("access-control-allow-methods", method),
        ("access-control-allow-headers", b"*, authorization"),
    ]);
    let grant = Response::new(StatusCode::OK, grant.ok()?);
    let mut user_agent = UserAgent::new().allowing_mixed_content();
    let mut sent = Vec::new();
    let mut progress = start(&mut user_agent, request, Duration::ZERO);
    while let Progress::Waiting(waiting) = progress {
        sent.push(waiting.http_request().clone());
        progress = waiting.answer(&mut user_agent, Duration::ZERO, Ok(grant.clone()));
    }
    (!sent.is_empty()).then_some(sent)
}
