//! The answers of the servers, from files that `curl -i` wrote.

use std::{collections::VecDeque, path::Path};

use fetch_cors::{
    browser::{ConnectionError, HttpRequest, Response},
    explain::input::PastedResponses,
};

use crate::{
    input::{name, read_bytes},
    output::Stop,
};

/// The responses that are not given to a request yet.
#[derive(Debug, Default)]
pub(super) struct Answers {
    preflights: VecDeque<Response>,
    responses: VecDeque<Response>,
}

impl Answers {
    pub(super) fn read(preflight: Option<&Path>, response: Option<&Path>) -> Result<Self, Stop> {
        let read = |path: Option<&Path>| path.map_or_else(|| Ok(VecDeque::new()), pasted);
        Ok(Self {
            preflights: read(preflight)?,
            responses: read(response)?,
        })
    }

    /// Returns the next answer to a request of this kind, or `None` if all answers were used.
    pub(super) fn next(
        &mut self,
        request: &HttpRequest,
    ) -> Option<Result<Response, ConnectionError>> {
        let answers = if request.is_preflight() {
            &mut self.preflights
        } else {
            &mut self.responses
        };
        answers.pop_front().map(Ok)
    }
}

fn pasted(path: &Path) -> Result<VecDeque<Response>, Stop> {
    let bytes = read_bytes(path)?;
    let pasted = PastedResponses::parse(&bytes).map_err(|error| {
        let name = if path == Path::new("-") {
            String::from("standard input")
        } else {
            name(path)
        };
        Stop::CannotRun(format!("{name}: {error}"))
    })?;
    let responses = pasted.responses.iter();
    Ok(responses.map(|response| response.to_response()).collect())
}
