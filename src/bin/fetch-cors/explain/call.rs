//! The call of the page, from the options and from the request of a pasted preflight.

use std::{borrow::Cow, collections::BTreeSet, time::Duration};

use fetch_cors::{
    api::ApiCall,
    browser::{
        Body, BodyWithType, ConnectionError, CredentialsMode, HttpRequest, Origin, RequestInit,
        Response, UserAgent,
    },
    explain::{Explanation, explain, explain_unexplained_preflight, printable},
};
use url::{Host, Url};

use super::{
    answers::{GivenPreflight, GivenRequest},
    arguments::{Arguments, Credentials, RequestMode},
};

/// The call of the page.
#[derive(Debug, Clone)]
pub(super) struct GivenCall<'a> {
    init: RequestInit<'a>,
    /// Whether the browser sends a preflight for an unknown reason: the evidence has the response to a preflight, but
    /// the known part of the call needs no preflight.
    has_unexplained_preflight: bool,
    /// The missing parts of the options, and the values that the explanation assumes for these parts.
    missing: Vec<String>,
}

impl<'a> GivenCall<'a> {
    /// `preflight` is the preflight in the evidence, and `request` is the request of the page.
    pub(super) fn new(
        arguments: &'a Arguments,
        user_agent: &UserAgent,
        origin: &Origin,
        url: &Url,
        preflight: Option<&GivenPreflight>,
        request: Option<&GivenRequest>,
    ) -> Self {
        let mut call = Self {
            init: init(arguments, url.clone()),
            has_unexplained_preflight: false,
            missing: Vec::new(),
        };
        let shown = [
            preflight.and_then(GivenPreflight::shown_parts),
            request.map(GivenRequest::shown_parts),
        ];
        for shown in shown.into_iter().flatten() {
            let added = call.add(shown, arguments);
            call.missing.extend(added);
        }
        let has_body = call.init.body.is_some();
        if has_body && arguments.method.is_none() && call.init.method == DEFAULT_METHOD {
            call.missing.push(METHOD_OF_BODY.into());
        }
        let needs_no_preflight = call.reason_for_no_preflight(user_agent, origin);
        match (needs_no_preflight, preflight) {
            (None, _) => {
                let has_no_header = call.init.headers.is_empty() && call.init.body.is_none();
                call.missing.extend(has_no_header.then(|| HEADERS.into()));
            }
            (Some(_), None) => {}
            (Some(reason), Some(preflight)) => {
                call.has_unexplained_preflight = true;
                let is_impossible = call.reason_for_no_preflight(user_agent, origin).is_some();
                call.has_unexplained_preflight = !is_impossible;
                call.missing.push(if is_impossible {
                    preflight.unused(&reason)
                } else {
                    preflight.unexplained(&call.init.method)
                });
            }
        }
        call
    }

    /// Adds the parts of the call that a pasted request shows and the options lack. Returns a sentence about these parts.
    /// `None` if the options have all parts.
    fn add(&mut self, shown: ShownParts<'_>, arguments: &Arguments) -> Option<String> {
        let is_open = arguments.method.is_none() && self.init.method == DEFAULT_METHOD;
        let method = shown
            .method
            .filter(|method| is_open && *method != DEFAULT_METHOD);
        let mut parts = Vec::new();
        if let Some(method) = method {
            parts.push(format!("the method `{}`", printable(method)));
            self.init.method = Cow::Owned(method.into());
        }
        let given = self.init.headers.iter();
        let mut given: BTreeSet<String> =
            given.map(|(name, _)| name.to_ascii_lowercase()).collect();
        given.extend((self.init.body.is_some()).then(|| "content-type".into()));
        let mut names = Vec::new();
        let mut placeholders = Vec::new();
        for (name, value) in shown.headers {
            if given.insert(name.clone()) {
                names.push(format!("`{name}`"));
                if value.is_none() {
                    placeholders.push(format!("`{name}`"));
                }
                let value = value.map_or(Cow::Borrowed(unsafe_placeholder(&name)), Cow::Owned);
                self.init.headers.push((Cow::Owned(name), value));
            }
        }
        let values = match (placeholders.len(), names.len()) {
            (0, _) => String::new(),
            (1, 1) => ". `VALUE` is in place of the value of the header".into(),
            (count, all) if count == all => {
                ". `VALUE` is in place of the values of these headers".into()
            }
            _ => format!(
                ". `VALUE` is in place of the value of {}",
                first_names(placeholders)
            ),
        };
        if !names.is_empty() {
            let noun = if names.len() == 1 {
                "header"
            } else {
                "headers"
            };
            parts.push(format!("the {noun} {}", first_names(names)));
        }
        let (request, input) = (shown.request, shown.input);
        (!parts.is_empty()).then(|| {
            let parts = parts.join(" and ");
            format!("the program uses {parts} of the {request} in {input}{values}")
        })
    }

    /// Returns the reason why the browser sends no preflight. `None` if the browser sends a preflight.
    fn reason_for_no_preflight(&self, user_agent: &UserAgent, origin: &Origin) -> Option<String> {
        let explained = self.explained(user_agent, origin, |_| None);
        let mut exchanges = explained.exchanges.iter();
        let has_preflight = exchanges.any(|exchange| exchange.is_preflight);
        (!has_preflight).then(|| explained.preflight.join(", and "))
    }

    /// Returns the same call with credentials.
    pub(super) fn with_credentials(&self) -> Self {
        let mut call = self.clone();
        call.init.credentials = CredentialsMode::Include;
        call
    }

    pub(super) fn explained(
        &self,
        user_agent: &UserAgent,
        origin: &Origin,
        network: impl FnMut(&HttpRequest) -> Option<Result<Response, ConnectionError>>,
    ) -> Explanation {
        let call = ApiCall::Fetch(self.init.clone());
        let now = Duration::ZERO;
        let mut explanation = if self.has_unexplained_preflight {
            explain_unexplained_preflight(user_agent, origin, &call, now, network)
        } else {
            explain(user_agent, origin, &call, now, network)
        };
        explanation
            .not_recorded
            .extend(self.missing.iter().cloned());
        explanation
    }
}

/// The sentence about a call that has a body, if the options have no method.
const METHOD_OF_BODY: &str = "the options have no method, and a GET request cannot have a body: add `-X POST` if the page sends POST";

/// The sentence about a call that needs a preflight and has no headers.
const HEADERS: &str = "if the page sets headers such as `Authorization`, add each with `-H 'NAME: VALUE'`: the server has to allow them, too";

/// The maximum number of names in a sentence.
const MAX_NAMES: usize = 12;

/// Returns the first names as text, and the number of the other names.
fn first_names(mut names: Vec<String>) -> String {
    let rest = names.len().saturating_sub(MAX_NAMES);
    names.truncate(MAX_NAMES);
    names.extend((rest > 0).then(|| format!("{rest} more")));
    names.join(", ")
}

/// The parts of the call that a pasted request shows.
struct ShownParts<'a> {
    /// The kind of the request in words.
    request: &'static str,
    input: &'a str,
    method: Option<&'a str>,
    /// The headers that the page sets. `None` in place of an unknown or secret value.
    headers: Vec<(String, Option<String>)>,
}

impl GivenRequest {
    fn shown_parts(&self) -> ShownParts<'_> {
        ShownParts {
            request: "request",
            input: &self.input,
            method: Some(&self.method),
            headers: self.headers.clone(),
        }
    }
}

impl GivenPreflight {
    /// `None` if the input does not have the request.
    fn shown_parts(&self) -> Option<ShownParts<'_>> {
        let request = self.request.as_ref()?;
        let names = request.header_names.iter();
        Some(ShownParts {
            request: "preflight",
            input: &self.input,
            method: request.method.as_deref(),
            headers: names.map(|name| (name.clone(), None)).collect(),
        })
    }

    /// Returns a sentence about the response to a preflight that the browser never sends for the call.
    fn unused(&self, reason: &str) -> String {
        let input = &self.input;
        format!(
            "the response to a preflight in {input} is not used, because the browser sends no preflight: {reason}. If the browser sent a preflight, check `--origin`, `--url` and `--mode`"
        )
    }

    /// Returns a sentence about a preflight whose reason is not known. The options have the method `method`.
    fn unexplained(&self, method: &str) -> String {
        let input = &self.input;
        let method = printable(method);
        format!(
            "{input} has the response to a preflight, but this {method} request needs none. Add the missing `-X METHOD` or `-H 'NAME: VALUE'` of the page, such as `Authorization` or `Content-Type: application/json`, to see the whole fix; if the page sends no preflight, leave out `--preflight`"
        )
    }
}

/// Returns a placeholder for the unknown value of a header, for which the browser sends a preflight.
fn unsafe_placeholder(name: &str) -> &'static str {
    match name {
        "accept" | "accept-language" | "content-language" => "\"VALUE\"",
        _ => "VALUE",
    }
}

fn init(arguments: &Arguments, url: Url) -> RequestInit<'_> {
    let mut init = RequestInit::new(url);
    init.method = method_or_default(arguments).into();
    init.headers = arguments
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().into(), value.as_str().into()))
        .collect();
    init.mode = arguments.mode.unwrap_or(RequestMode::Cors).into();
    init.credentials = (arguments.credentials)
        .unwrap_or(Credentials::SameOrigin)
        .into();
    init.body = arguments
        .body
        .as_deref()
        .map(|content_type| BodyWithType::new(Body::WithSource, content_type));
    init
}

/// Returns a note if the URL is in a local network, because browsers have further rules for local networks.
pub(super) fn note_of_unchecked_rules(url: &Url) -> Option<&'static str> {
    let is_local = match url.host() {
        Some(Host::Ipv4(address)) => address.is_private() || address.is_link_local(),
        Some(Host::Ipv6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
        Some(Host::Domain(name)) => name.ends_with(".local"),
        None => false,
    };
    is_local.then_some(
        "the URL is in a local network: the rules of browsers for local networks are not checked, such as the permission of the user in Chromium",
    )
}

/// The method that `fetch()` uses if the page does not set a method.
const DEFAULT_METHOD: &str = "GET";

pub(super) fn method_or_default(arguments: &Arguments) -> &str {
    arguments.method.as_deref().unwrap_or(DEFAULT_METHOD)
}
