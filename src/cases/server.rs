//! The answers of the servers of a case.

use alloc::{borrow::Cow, format, string::String, vec, vec::Vec};

use ::url::{Position as Part, Url};
use hashbrown::HashMap;
use http::{Method, StatusCode};

use super::{
    LineError,
    case_text::{AnswerText, AnswersText, ErrorText, ResourceText},
    members::{header_list, headers_text, http_url, status_code},
    recent::Recent,
    text::{Pairs, Text},
};
use crate::{
    fetching::{ConnectionError, HttpRequest},
    infrastructure::{
        header_list::HeaderList, response::Response, url::without_fragment_and_userinfo,
    },
};

/// A URL and the answers of its server.
///
/// ```
/// use fetch_cors::cases::{Resource, ServerAnswer};
/// let resource = Resource {
///     url: "http://a/".parse()?,
///     preflight: None,
///     response: vec![ServerAnswer::ConnectionError],
/// };
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// The URL. Its fragment and userinfo are ignored.
    pub url: Url,
    /// The answers to preflights, in order. The last answer repeats. If `None`, the answers in `response` are also for
    /// preflights.
    pub preflight: Option<Vec<ServerAnswer>>,
    /// The answers to all requests except preflights, in order. The last answer repeats.
    pub response: Vec<ServerAnswer>,
}

/// The answer of a server.
///
/// ```
/// use fetch_cors::{browser::{HeaderList, Response}, cases::ServerAnswer};
/// let answer = ServerAnswer::Response(Response::new(http::StatusCode::OK, HeaderList::new()));
/// assert_ne!(answer, ServerAnswer::ConnectionError);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
// Exhaustive: version 2 of the format has these answers.
pub enum ServerAnswer {
    /// A response.
    Response(Response),
    /// The connection fails.
    ConnectionError,
}

impl Resource {
    pub(super) fn has_same_answers(&self, other: &Self) -> bool {
        (&self.preflight, &self.response) == (&other.preflight, &other.response)
    }

    /// Returns the approximate size of the answers in memory, in bytes.
    pub(super) fn weight(&self) -> usize {
        let answers = self.preflight.iter().flatten().chain(&self.response);
        answers.map(ServerAnswer::weight).sum()
    }

    pub(super) fn to_text(&self) -> ResourceText<'_> {
        ResourceText {
            url: Text(Cow::Borrowed(self.url.as_str())),
            preflight: self.preflight.as_deref().map(answers_text),
            response: answers_text(&self.response),
        }
    }
}

impl ServerAnswer {
    /// Returns the approximate size of the answer in memory, in bytes.
    pub(super) fn weight(&self) -> usize {
        let headers = match self {
            Self::Response(response) => response.header_list.iter(),
            Self::ConnectionError => return 0,
        };
        let bytes = headers.map(|(name, value)| {
            name.as_bytes().len() + value.as_bytes().len() + size_of_val(&(name, value))
        });
        bytes.sum()
    }
}

/// A list with at most this number of URLs is searched linearly.
const LINEAR_SEARCH_LIMIT: usize = 4;

/// The position of each URL in a list. Fragments and userinfos are ignored.
///
/// A list of at most [`LINEAR_SEARCH_LIMIT`] URLs is searched without copies. The URLs of a longer list are copied and
/// hashed, so that the work grows linearly with the length of the list.
#[derive(Debug, Clone)]
pub(super) struct UrlIndex(Option<HashMap<String, usize>>);

impl UrlIndex {
    /// Creates the index of a list that will have the given length.
    pub(super) fn with_capacity(length: usize) -> Self {
        Self((length > LINEAR_SEARCH_LIMIT).then(|| HashMap::with_capacity(length)))
    }

    pub(super) fn insert(&mut self, url: &Url, position: usize) {
        if let Some(positions) = &mut self.0 {
            positions.insert(without_fragment_and_userinfo(url), position);
        }
    }

    pub(super) fn find<'u>(
        &self,
        url: &Url,
        mut urls: impl Iterator<Item = &'u Url>,
    ) -> Option<usize> {
        match &self.0 {
            Some(positions) => positions.get(&without_fragment_and_userinfo(url)).copied(),
            None => urls.position(|other| is_same_resource(other, url)),
        }
    }
}

/// Whether two http or https URLs are equal without fragment and userinfo.
fn is_same_resource(a: &Url, b: &Url) -> bool {
    a[Part::BeforeHost..Part::AfterQuery] == b[Part::BeforeHost..Part::AfterQuery]
        && a.scheme() == b.scheme()
}

/// The servers of a case, and for each URL the number of answers that were used.
#[derive(Debug, Clone)]
pub(super) struct Server<'a> {
    positions: Vec<Position<'a>>,
    index: UrlIndex,
}

#[derive(Debug, Clone)]
struct Position<'a> {
    resource: &'a Resource,
    preflights: usize,
    responses: usize,
}

impl<'a> Server<'a> {
    pub(super) fn new(resources: &'a [Resource]) -> Self {
        let mut index = UrlIndex::with_capacity(resources.len());
        for (resource, position) in resources.iter().zip(0..) {
            index.insert(&resource.url, position);
        }
        let positions = resources.iter().map(|resource| Position {
            resource,
            preflights: 0,
            responses: 0,
        });
        Self {
            positions: positions.collect(),
            index,
        }
    }

    /// Whether the case has an entry for the URL. A request to a URL without an entry gets the status 404.
    pub(super) fn has_entry(&self, url: &Url) -> bool {
        let urls = self.positions.iter().map(|position| &position.resource.url);
        self.index.find(url, urls).is_some()
    }

    pub(super) fn answer(
        &mut self,
        http_request: &HttpRequest,
    ) -> Result<Response, ConnectionError> {
        let urls = self.positions.iter().map(|position| &position.resource.url);
        let index = self.index.find(&http_request.url, urls);
        let Some(position) = index.and_then(|index| self.positions.get_mut(index)) else {
            return Ok(Response::new(StatusCode::NOT_FOUND, HeaderList::new()));
        };
        match position.next(http_request) {
            Some(ServerAnswer::Response(response)) => Ok(response.clone()),
            Some(ServerAnswer::ConnectionError) | None => Err(ConnectionError),
        }
    }
}

impl<'a> Position<'a> {
    fn next(&mut self, http_request: &HttpRequest) -> Option<&'a ServerAnswer> {
        let is_preflight = http_request.method == Method::OPTIONS
            && http_request
                .header_list
                .contains("access-control-request-method");
        let (answers, given) = match &self.resource.preflight {
            Some(preflight) if is_preflight => (preflight, &mut self.preflights),
            _ => (&self.resource.response, &mut self.responses),
        };
        let answer = answers.get(*given).or(answers.last());
        *given += 1;
        answer
    }
}

/// Parses a URL and its answers. `first` is the parsed URL of the first fetch of the case. A URL that is equal to
/// `first` is not parsed again.
pub(super) fn resource(
    text: ResourceText<'_>,
    first: Option<&Url>,
    recent: &mut Recent,
) -> Result<Resource, LineError> {
    let url = match first.filter(|first| first.as_str() == text.url.0) {
        Some(first) => first.clone(),
        None => http_url(&text.url.0, recent)?,
    };
    let preflight = text
        .preflight
        .map(|given| answers("preflight", given))
        .transpose()?;
    Ok(Resource {
        url,
        preflight,
        response: answers("response", text.response)?,
    })
}

fn answers(member: &str, text: AnswersText<'_>) -> Result<Vec<ServerAnswer>, LineError> {
    match text {
        AnswersText::One(given) => Ok(vec![answer(given).map_err(|m| m.within(member))?]),
        AnswersText::Many(given) if given.is_empty() => {
            Err(LineError::new(member, "the list is empty: add an answer"))
        }
        AnswersText::Many(given) => {
            let answers = given.into_iter().enumerate().map(|(i, given)| {
                answer(given).map_err(|error| error.within(&format!("{member}[{i}]")))
            });
            answers.collect()
        }
    }
}

/// The only header name that keeps its letter case. In the quirk `empty-lines-dropped`, the letter case of this name
/// matters.
const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";

pub(super) fn answer(text: AnswerText<'_>) -> Result<ServerAnswer, LineError> {
    if text.error.is_some() {
        let members = [
            ("status", text.status.is_some()),
            ("headers", text.headers.is_some()),
        ];
        if let Some((member, _)) = members.iter().find(|(_, is_present)| *is_present) {
            let reason =
                "a failed connection has no response: remove this member, or remove `error`";
            return Err(LineError::new(*member, reason));
        }
        return Ok(ServerAnswer::ConnectionError);
    }
    let status = text.status.ok_or_else(|| {
        LineError::new(
            "",
            "an answer needs a status: add `status`, or write `\"error\": \"network\"`",
        )
    })?;
    let headers = text.headers.unwrap_or_default();
    let has_canonical_names = headers.iter().any(|(name, _)| name.0 == ALLOW_ORIGIN);
    let headers = header_list("headers", headers)?;
    let mut response = Response::new(status_code(status)?, headers);
    response.has_canonical_names = has_canonical_names;
    Ok(ServerAnswer::Response(response))
}

/// Returns the headers, with names in lower case. The name `Access-Control-Allow-Origin` keeps its capital letters if
/// the JSON of the case has this name with exactly these capital letters.
fn response_headers(response: &Response) -> Pairs<'_> {
    let mut headers = headers_text(&response.header_list);
    if response.has_canonical_names {
        for (name, _) in &mut headers {
            if name.0.eq_ignore_ascii_case(ALLOW_ORIGIN) {
                name.0 = ALLOW_ORIGIN.into();
            }
        }
    }
    headers
}

fn answers_text(answers: &[ServerAnswer]) -> AnswersText<'_> {
    match answers {
        [answer] => AnswersText::One(answer_text(answer)),
        answers => AnswersText::Many(answers.iter().map(answer_text).collect()),
    }
}

fn answer_text(answer: &ServerAnswer) -> AnswerText<'_> {
    match answer {
        ServerAnswer::ConnectionError => AnswerText {
            error: Some(ErrorText::Network),
            ..AnswerText::default()
        },
        ServerAnswer::Response(response) => AnswerText {
            error: None,
            status: Some(response.status.as_u16()),
            headers: Some(response_headers(response)),
        },
    }
}
