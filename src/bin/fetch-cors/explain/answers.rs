//! The answers of the servers, from files that `curl -i` wrote.

mod other_request;

use std::{
    collections::{BTreeSet, VecDeque},
    path::Path,
};

use fetch_cors::{
    browser::{ConnectionError, HeaderList, HttpRequest, Response},
    explain::{
        ExplainedExchange, Explanation,
        input::{MAX_PASTED_BYTES, PastedRequest, PastedResponse, PastedResponses},
        printable,
    },
    infrastructure::header::HeaderName,
};
use http::Method;

use super::{asides::Asides, values};
use crate::{
    output::{Stop, counted},
    source::Source,
};

/// The responses that were not yet used as the answer to a request.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers {
    preflights: VecDeque<Answer>,
    responses: VecDeque<Answer>,
    /// Whether the response to the preflight is given.
    has_preflight_answer: bool,
    warnings: Vec<Warning>,
}

/// A warning about a response that is possibly not the response to the request of the browser.
#[derive(Debug, Clone)]
struct Warning {
    is_preflight: bool,
    /// Whether the warning is about the header `Origin` of the request.
    is_of_origin: bool,
    text: String,
}

/// A preflight in the evidence.
#[derive(Debug)]
pub(super) struct GivenPreflight {
    /// The name of the input.
    pub(super) input: String,
    /// `None` if the input has only the response. Only `curl -v` prints requests.
    pub(super) request: Option<PreflightRequest>,
}

/// The request of a preflight.
#[derive(Debug)]
pub(super) struct PreflightRequest {
    /// `None` if the preflight asks for no valid method.
    pub(super) method: Option<String>,
    /// The names of the headers that the preflight asks for, in lower case.
    pub(super) header_names: Vec<String>,
}

/// The request of the page in the evidence.
#[derive(Debug)]
pub(super) struct GivenRequest {
    /// The name of the input.
    pub(super) input: String,
    pub(super) method: String,
    /// The headers that only a page sets, not a program such as `curl`. `None` in place of a value that does not decide the
    /// verdict: it can be secret.
    pub(super) headers: Vec<(String, Option<String>)>,
}

/// A response, and its place in a file.
#[derive(Debug, Clone)]
struct Answer {
    input: String,
    response: PastedResponse,
}

impl Answers {
    /// Reads the responses to preflights, and the other responses. If there is no file with preflights, takes the preflights
    /// from the other file: `curl -v` prints the requests.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, or if the printed requests show that a response is in the wrong file.
    pub(super) fn read(preflight: Option<&Path>, response: Option<Source>) -> Result<Self, Stop> {
        let read = |source: Option<Source>| source.map_or_else(|| Ok(VecDeque::new()), pasted);
        let mut preflights = read(preflight.map(Source::open).transpose()?)?;
        let mut responses = read(response)?;
        if preflight.is_none() {
            (preflights, responses) = responses.into_iter().partition(Answer::is_of_preflight);
        }
        for answer in &preflights {
            answer.refuse(!answer.is_of_request(), "preflight", "`--response`")?;
        }
        for answer in &responses {
            answer.refuse(
                !answer.is_of_preflight(),
                "request of the page",
                "`--preflight`",
            )?;
        }
        Ok(Self {
            has_preflight_answer: preflight.is_some() || !preflights.is_empty(),
            preflights,
            responses,
            warnings: Vec::new(),
        })
    }

    /// Returns the name of the file with the responses if it lacks the request of the first response. `curl` prints
    /// requests only with `-v`.
    pub(super) fn input_without_request(&self) -> Option<&str> {
        let first = self.responses.front()?;
        let is_without = first.response.request.is_none();
        is_without.then_some(&*first.input)
    }

    /// Whether the response to the preflight is given.
    pub(super) const fn has_preflight_answer(&self) -> bool {
        self.has_preflight_answer
    }

    /// Returns the response for each of the exchanges. `None` if the files do not have the response.
    pub(super) fn of_exchanges(
        &self,
        exchanges: &[ExplainedExchange],
    ) -> Vec<Option<&PastedResponse>> {
        let mut preflights = self.preflights.iter();
        let mut responses = self.responses.iter();
        let answers = exchanges.iter().map(|exchange| {
            let answer = if exchange.is_preflight {
                preflights.next()
            } else {
                responses.next()
            };
            Some(&answer?.response)
        });
        answers.collect()
    }

    /// Returns the first preflight. `None` if the files have no response to a preflight. Returns an error if the request of
    /// the preflight has a placeholder of a printed command.
    pub(super) fn first_preflight(&self) -> Result<Option<GivenPreflight>, Stop> {
        let Some(Answer { input, response }) = self.preflights.front() else {
            return Ok(None);
        };
        let request = response.request.as_ref();
        let request = request.map(|request| preflight_request(&request.header_list));
        let request = request.transpose().map_err(|error| {
            Stop::CannotRun(format!(
                "{input}: line {}: {error}, and send the preflight again",
                response.line
            ))
        })?;
        Ok(Some(GivenPreflight {
            input: input.clone(),
            request,
        }))
    }

    /// Returns the request of the page. `None` if the files do not show the request, or if the request has another method
    /// than the options. A user who looks at headers sends HEAD or OPTIONS, so these methods are not the method of the page.
    pub(super) fn first_request(&self, method_of_options: Option<&str>) -> Option<GivenRequest> {
        let Answer { input, response } = self.responses.front()?;
        let request = response.request.as_ref()?;
        let method = isomorphic(&request.method);
        let is_of_page = match method_of_options {
            Some(given) => given == method,
            None => !matches!(&*method, "HEAD" | "OPTIONS"),
        };
        is_of_page.then(|| GivenRequest {
            input: input.clone(),
            method,
            headers: headers_of_page(&request.header_list),
        })
    }

    /// Returns a sentence about each response whose headers do not end with an empty line.
    pub(super) fn cut_responses(&self) -> Vec<String> {
        let answers = self.preflights.iter().chain(&self.responses);
        let cut = answers.filter(|answer| answer.response.is_cut);
        let sentences = cut.map(|Answer { input, response }| {
            format!(
                "{input}: no empty line ends the headers of the response in line {}: if the text was cut off, headers are missing, so paste the whole output",
                response.line
            )
        });
        sentences.collect()
    }

    /// Adds the warnings about the used responses. Leaves out the warnings about `Origin` for the requests that the
    /// explanation doubts, because the explanation then says which request to send.
    pub(super) fn warn_of_used(&self, explanation: &Explanation, asides: &mut Asides) {
        let doubt = explanation.request_doubt.as_ref();
        let doubtful = doubt.and_then(|doubt| explanation.exchanges.get(doubt.exchange));
        let doubtful = doubtful.map(|exchange| exchange.is_preflight);
        let is_doubted =
            |warning: &Warning| warning.is_of_origin && doubtful == Some(warning.is_preflight);
        let warnings = self.warnings.iter().filter(|it| !is_doubted(it));
        asides.add(warnings.map(|warning| &*warning.text));
    }

    /// Adds a warning if a response was not used. `has_preflight` is true if the browser sends a preflight.
    pub(super) fn warn_of_unused(&self, has_preflight: bool, asides: &mut Asides) {
        // For a fetch without a preflight, the explanation says why the response is not used.
        if has_preflight {
            asides.add(warning_of_unused(
                &self.preflights,
                "the fetch sends no further preflight",
            ));
        }
        let reason = if has_preflight && !self.has_preflight_answer {
            "apart from its preflight, the fetch sends no further request: if an earlier response is the answer to the preflight (OPTIONS), write it to a file of its own for `--preflight`"
        } else {
            "the fetch sends no further request"
        };
        asides.add(warning_of_unused(&self.responses, reason));
    }

    /// Returns the next response that was not used. The responses to preflights are separate, and are returned only for
    /// a preflight. `None` if no response is left. Stores the warnings about the response.
    pub(super) fn next(
        &mut self,
        request: &HttpRequest,
    ) -> Option<Result<Response, ConnectionError>> {
        let answer = self.take(request)?;
        let origin = answer.warning_of_other_origin(request);
        let others = [
            answer.warning_of_other_method(request),
            answer.warning_of_other_url(request),
        ];
        let others = others.into_iter().flatten().map(|text| (false, text));
        let warnings = origin.map(|text| (true, text)).into_iter().chain(others);
        self.warnings
            .extend(warnings.map(|(is_of_origin, text)| Warning {
                is_preflight: request.is_preflight(),
                is_of_origin,
                text,
            }));
        Some(Ok(answer.response.to_response()))
    }

    /// Returns the next response like [`Self::next`], but stores no warnings.
    pub(super) fn next_quietly(
        &mut self,
        request: &HttpRequest,
    ) -> Option<Result<Response, ConnectionError>> {
        let answer = self.take(request)?;
        Some(Ok(answer.response.to_response()))
    }

    fn take(&mut self, request: &HttpRequest) -> Option<Answer> {
        let answers = if request.is_preflight() {
            &mut self.preflights
        } else {
            &mut self.responses
        };
        answers.pop_front()
    }

    /// Whether a response has `Access-Control-Allow-Credentials`, or a request has cookies.
    pub(super) fn show_credentials(&self) -> bool {
        let mut answers = self.preflights.iter().chain(&self.responses);
        answers.any(|Answer { response, .. }| {
            let request = response.request.as_ref();
            let allows = &response.header_list;
            allows.contains("access-control-allow-credentials")
                || request.is_some_and(|request| request.header_list.contains("cookie"))
        })
    }
}

fn is_preflight(request: &PastedRequest) -> bool {
    let has_method = request
        .header_list
        .contains("access-control-request-method");
    request.method == b"OPTIONS" && has_method
}

/// Returns a warning with the place of the first unused response, and with the number of further unused responses.
fn warning_of_unused(answers: &VecDeque<Answer>, reason: &str) -> Option<String> {
    let Answer { input, response } = answers.front()?;
    let (line, status) = (response.line, response.status.as_u16());
    let others = match answers.len().saturating_sub(1) {
        0 => String::from("is"),
        others => format!("and {} are", counted(others, "more", "more")),
    };
    Some(format!(
        "{input}: line {line}: the response with the status {status} {others} not used: {reason}"
    ))
}

impl Answer {
    /// Whether `curl -v` printed the request, and the request is a preflight.
    fn is_of_preflight(&self) -> bool {
        let request = self.response.request.as_ref();
        request.is_some_and(is_preflight)
    }

    /// Whether `curl -v` printed the request, and the request is not a preflight. An OPTIONS request is possibly a preflight
    /// without its headers.
    fn is_of_request(&self) -> bool {
        let request = self.response.request.as_ref();
        request.is_some_and(|request| request.method != b"OPTIONS")
    }

    /// Refuses the answer unless `is_right` is true. `option` is the option for the answer.
    fn refuse(&self, is_right: bool, expected: &str, option: &str) -> Result<(), Stop> {
        let (input, line) = (&self.input, self.response.line);
        if is_right {
            return Ok(());
        }
        let request = self.response.request.as_ref();
        let method = request.map(|request| printable(&request.method));
        let method = method.unwrap_or_default();
        Err(Stop::CannotRun(format!(
            "{input}: line {line}: this is the response to a request with the method {method}, and not to the {expected}: give it with {option}"
        )))
    }
}

fn preflight_request(headers: &HeaderList) -> Result<PreflightRequest, String> {
    let method = headers.get("access-control-request-method");
    let is_method = |method: &[u8]| Method::from_bytes(method).is_ok();
    let method = method
        .filter(|method| is_method(method))
        .map(|method| values::method(&isomorphic(&method)));
    let names = headers.get_decode_and_split("access-control-request-headers");
    let names = names.into_iter().flatten();
    let names = names.map(|name| values::header_name(&isomorphic(&name)));
    let mut header_names = names.collect::<Result<Vec<_>, _>>()?;
    header_names.retain(|name| HeaderName::new(name.as_bytes()).is_ok());
    Ok(PreflightRequest {
        method: method.transpose()?,
        header_names,
    })
}

/// Returns the headers that only a page sets, each once. Only the value of `Content-Type` decides the verdict.
fn headers_of_page(list: &HeaderList) -> Vec<(String, Option<String>)> {
    const TYPE: &str = "content-type";
    let names = list
        .iter()
        .map(|(name, _)| name.as_str().to_ascii_lowercase());
    let names = names.filter(|name| {
        matches!(&**name, "authorization" | TYPE) || (name.starts_with("x-") && is_of_page(name))
    });
    let names: BTreeSet<String> = names.collect();
    let headers = names.into_iter().map(|name| {
        let value = list.get(&name).filter(|_| name == TYPE);
        let value = value.map(|value| isomorphic(&value));
        (name, value)
    });
    headers.collect()
}

/// Whether a page can set the header, and a proxy does not add the header.
fn is_of_page(name: &str) -> bool {
    const OF_PROXIES: [&str; 2] = ["x-forwarded-", "x-real-ip"];
    !OF_PROXIES.iter().any(|start| name.starts_with(start))
}

/// Decodes the value as Latin-1.
fn isomorphic(value: &[u8]) -> String {
    value.iter().copied().map(char::from).collect()
}

fn pasted(source: Source) -> Result<VecDeque<Answer>, Stop> {
    let input = String::from(source.name());
    let bytes = source.into_bytes(MAX_PASTED_BYTES + 1)?;
    let pasted = PastedResponses::parse(&bytes)
        .map_err(|error| Stop::CannotRun(format!("{input}: {error}")))?;
    let answer = |response| Answer {
        input: input.clone(),
        response,
    };
    Ok(pasted.responses.into_iter().map(answer).collect())
}
