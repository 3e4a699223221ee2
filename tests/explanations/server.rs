//! The servers of a case, as the case format describes them.

use fetch_cors::{
    cases::{Resource, ServerAnswer},
    fetching::{ConnectionError, HttpRequest},
    http::StatusCode,
    infrastructure::{
        header_list::HeaderList, response::Response, url::without_fragment_and_userinfo,
    },
};

/// The servers, with the number of answers that each URL has given.
#[derive(Clone)]
pub(crate) struct Server {
    resources: Vec<(Resource, usize, usize)>,
}

impl Server {
    pub(crate) fn new(resources: &[Resource]) -> Self {
        let resources = resources.iter().cloned();
        Self {
            resources: resources.map(|resource| (resource, 0, 0)).collect(),
        }
    }

    pub(crate) fn answer(&mut self, request: &HttpRequest) -> Result<Response, ConnectionError> {
        let url = without_fragment_and_userinfo(&request.url);
        let found = self
            .resources
            .iter_mut()
            .find(|(resource, _, _)| without_fragment_and_userinfo(&resource.url) == url);
        let Some((resource, preflights, responses)) = found else {
            return Ok(Response::new(StatusCode::NOT_FOUND, HeaderList::new()));
        };
        let is_preflight = request.method == "OPTIONS"
            && request
                .header_list
                .contains("access-control-request-method");
        let (answers, given) = match &resource.preflight {
            Some(answers) if is_preflight => (answers, preflights),
            _ => (&resource.response, responses),
        };
        let answer = answers.get(*given).or(answers.last());
        *given += 1;
        match answer {
            Some(ServerAnswer::Response(response)) => Ok(response.clone()),
            Some(ServerAnswer::ConnectionError) | None => Err(ConnectionError),
        }
    }
}
