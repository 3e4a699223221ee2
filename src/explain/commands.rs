//! The commands that show the unknown answers of a fetch, and check the fix.

use alloc::{format, string::String, vec::Vec};

use super::{
    ExplainedExchange, Explanation, Fix, PageChange, Verdict,
    run_next::{
        ExplainCommand, NEW_PREFLIGHT_FILE, NEW_RESPONSE_FILE, PREFLIGHT_FILE, RESPONSE_FILE,
        caution_of_method, into_file,
    },
    words::OLD_METHOD_IN_COMMAND,
};

/// The maximum length of a command that explains answers. Shells have a limit for the length of a command.
const MAX_COMMAND_BYTES: usize = 8000;

/// The files from which the known answers of an explanation come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct AnswerFiles {
    preflight: Option<String>,
    response: Option<String>,
}

impl AnswerFiles {
    fn name(&self, is_preflight: bool) -> Option<&str> {
        let name = if is_preflight {
            &self.preflight
        } else {
            &self.response
        };
        name.as_deref()
    }
}

/// All preflights of a fetch, or all other requests of the fetch. One file has the answers to these requests.
struct Part<'e> {
    /// The number of exchanges whose requests the commands do not send. The answers of these exchanges are known.
    kept: usize,
    /// The exchanges whose requests the commands send.
    sent: Vec<&'e ExplainedExchange>,
    /// The file with the answers. `None` if there are no requests, if the user did not name the file with the known
    /// answers, or if this file has an old answer.
    file: Option<&'e str>,
}

impl Explanation {
    /// Sets the names of the files from which the answers come. Such a file can be the output of `curl`. The commands
    /// in the text of the explanation then contain these file names.
    ///
    /// ```
    /// use core::time::Duration;
    /// use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent};
    /// use fetch_cors::{api::ApiCall, explain::explain};
    ///
    /// let page = Origin::parse("https://app.example")?;
    /// let mut init = RequestInit::new("https://api.example/".parse()?);
    /// init.method = "PUT".into();
    /// let mut explanation = explain(&UserAgent::new(), &page, &ApiCall::Fetch(init), Duration::ZERO, |request| {
    ///     let response = Response::new(http::StatusCode::OK, HeaderList::new());
    ///     (!request.is_preflight()).then_some(Ok(response))
    /// });
    /// explanation.set_answer_files(None, Some("answer.txt".into()));
    /// assert!(explanation.to_string().contains(" --preflight preflight.txt --response answer.txt\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set_answer_files(&mut self, preflight: Option<String>, response: Option<String>) {
        self.files = AnswerFiles {
            preflight,
            response,
        };
    }

    /// Whether the reader has to send the request of `exchange`. The reader sends a request whose answer is not known.
    /// The reader also sends a preflight whose response is the reason for the verdict, if the fix changes the response.
    fn is_to_send(&self, position: usize, exchange: &ExplainedExchange) -> bool {
        let is_refused = || {
            let first = self.refusals.first();
            let refused = first.and_then(|refusal| refusal.exchange);
            let is_changed = match &self.fix {
                Fix::Answers { answers, .. } => answers.iter().any(|it| it.exchange == position),
                _ => false,
            };
            exchange.is_preflight && refused == Some(position) && is_changed
        };
        exchange.is_to_try() || (self.verdict == Verdict::Blocked && is_refused())
    }

    fn part(&self, is_preflight: bool) -> Part<'_> {
        let exchanges = self.exchanges.iter().enumerate();
        let (sent, kept): (Vec<_>, Vec<_>) = exchanges
            .filter(|(_, exchange)| exchange.is_preflight == is_preflight)
            .partition(|(position, exchange)| self.is_to_send(*position, exchange));
        let known = self.files.name(is_preflight);
        let (default, other) = if is_preflight {
            (PREFLIGHT_FILE, NEW_PREFLIGHT_FILE)
        } else {
            (RESPONSE_FILE, NEW_RESPONSE_FILE)
        };
        let is_taken = self.files.name(!is_preflight) == Some(default);
        let default = if is_taken { other } else { default };
        let has_old_answer = sent.iter().any(|(_, exchange)| !exchange.is_to_try());
        let file = match (kept.len(), sent.len()) {
            (0, 0) => None,
            (0, _) => Some(default),
            // The file has the old answer. A new answer at the end of the file would not replace the old answer.
            _ if has_old_answer => None,
            _ => known,
        };
        Part {
            kept: kept.len(),
            sent: sent.into_iter().map(|(_, exchange)| exchange).collect(),
            file,
        }
    }

    /// Returns the requests that the reader has to send.
    fn requests_to_send(&self) -> impl Iterator<Item = &ExplainedExchange> {
        let exchanges = self.exchanges.iter().enumerate();
        exchanges
            .filter(|(position, exchange)| self.is_to_send(*position, exchange))
            .map(|(_, exchange)| exchange)
    }

    /// Returns the sentence before the commands.
    pub(super) fn commands_heading(&self) -> &'static str {
        let mut requests = self.requests_to_send();
        if requests.all(|exchange| exchange.is_to_try()) {
            "Try it"
        } else {
            "To check the fix, run"
        }
    }

    /// Returns a `curl` command for each request whose answer is not known, and for the preflight if the fix changes its
    /// answer. Then returns the command that explains the answers.
    pub(super) fn commands(&self) -> Vec<String> {
        let (preflights, responses) = (self.part(true), self.part(false));
        let explain = self.explain_command(&preflights, &responses);
        let mut written = [preflights.kept, responses.kept];
        let mut commands: Vec<String> = Vec::new();
        for exchange in self.requests_to_send() {
            let part = if exchange.is_preflight {
                &preflights
            } else {
                &responses
            };
            commands.push(match part.file.filter(|_| explain.is_some()) {
                Some(file) => {
                    let [of_preflights, of_responses] = &mut written;
                    let count = if exchange.is_preflight {
                        of_preflights
                    } else {
                        of_responses
                    };
                    *count += 1;
                    into_file(&exchange.curl, file, *count > 1)
                }
                None => exchange.curl.clone(),
            });
        }
        if !commands.is_empty() {
            commands.extend(explain);
        }
        commands
    }

    /// Returns the command that explains the answers. `None` if the options of the program do not describe the call, if
    /// a file would lack an answer, or if the command is too long for a shell.
    fn explain_command(&self, preflights: &Part<'_>, responses: &Part<'_>) -> Option<String> {
        let asked = &self.asked;
        let lacks_answer = |part: &Part<'_>| part.kept + part.sent.len() > 0 && part.file.is_none();
        let is_page_changed = matches!(&self.fix, Fix::Answers { page, .. } if !page.is_empty());
        if is_page_changed
            || asked.api != "fetch"
            || lacks_answer(preflights)
            || lacks_answer(responses)
        {
            return None;
        }
        let mut headers = asked.headers.clone();
        // The browser sets `Content-Type` from the body, so the headers of the call do not have it.
        let content_type =
            |(name, _): &&(String, String)| name.eq_ignore_ascii_case("content-type");
        if !headers.iter().any(|header| content_type(&header)) {
            let mut sent = self.exchanges.iter().flat_map(|exchange| &exchange.headers);
            headers.extend(sent.find(content_type).cloned());
        }
        let headers = headers.into_iter();
        let headers: Vec<String> = headers
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        // If the displayed text of a value has an escape, the text differs from the value that the call sends.
        let is_escaped = |text: &str| text.contains('\\');
        if is_escaped(&asked.url)
            || is_escaped(&asked.method)
            || headers.iter().any(|line| is_escaped(line))
        {
            return None;
        }
        let command = ExplainCommand {
            origin: &asked.origin,
            url: &asked.url,
            method: Some(&*asked.method).filter(|method| *method != "GET"),
            headers: &headers,
            mode: Some(asked.mode).filter(|mode| *mode != "cors"),
            credentials: Some(asked.credentials)
                .filter(|credentials| *credentials != "same-origin"),
            preflight_file: preflights.file,
            response_file: responses.file,
        };
        Some(command.line()).filter(|line| line.len() <= MAX_COMMAND_BYTES)
    }

    /// Returns the notes about the commands: the danger of a command, and the cookies, bodies and redirects that the
    /// commands do not reproduce.
    pub(super) fn command_notes(&self) -> Vec<String> {
        let exchanges = || self.requests_to_send();
        let mut notes: Vec<String> = Vec::new();
        for caution in exchanges().filter_map(|exchange| caution_of_method(&exchange.method)) {
            if !notes.contains(&caution) {
                notes.push(caution);
            }
        }
        let has_cookies = exchanges().any(|exchange| exchange.has_credentials);
        let has_body = exchanges().any(|exchange| {
            let mut names = exchange.headers.iter().map(|(name, _)| name);
            names.any(|name| name == "content-type")
        });
        let asks_for_old_method = exchanges().any(|exchange| exchange.is_preflight)
            && matches!(&self.fix, Fix::Answers { page, .. } if page.iter().any(|change| matches!(change, PageChange::SetMethod { .. })));
        let can_be_redirected = exchanges().any(|exchange| !exchange.is_preflight);
        let others = [
            (asks_for_old_method, OLD_METHOD_IN_COMMAND),
            (
                has_cookies,
                "The browser also sends the cookies of the user: add `-b 'NAME=VALUE'`.",
            ),
            (
                has_body,
                "The browser also sends the body of the request: add `--data 'BODY'`.",
            ),
            (
                can_be_redirected,
                "The browser follows redirects. If an answer is a redirect, explain this answer, too: the next explanation has the command for the next URL.",
            ),
        ];
        let others = others.into_iter().filter(|(is_needed, _)| *is_needed);
        notes.extend(others.map(|(_, note)| String::from(note)));
        notes
    }
}
