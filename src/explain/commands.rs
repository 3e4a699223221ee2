//! The commands that show the unknown answers of a fetch, and check the fix.

use alloc::{format, string::String, vec::Vec};

use super::{
    Asked, ExplainedExchange, Explanation, Fix, Verdict,
    run_next::{
        CHECK_WITH_CHANGED_PAGE, ExplainCommand, NEW_PREFLIGHT_FILE, NEW_RESPONSE_FILE,
        PREFLIGHT_FILE, RESPONSE_FILE, UNKNOWN_VALUE, caution_of_method, into_file,
    },
};
use crate::{
    engine::Engine,
    fetching::UserAgent,
    infrastructure::{
        escaped::unescaped,
        request::{Body, RedirectMode, Request},
    },
};

/// The maximum length of a command that explains answers. Shells have a limit for the length of a command.
const MAX_COMMAND_BYTES: usize = 8000;

/// The data that the commands need, and that the explanation does not show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Replay {
    /// See [`command_engine`].
    pub(super) engine: Option<Engine>,
    /// The call of the changed page. `None` if the fix does not change the page.
    pub(super) changed_call: Option<ChangedCall>,
    /// See [`explain_unexplained_preflight`](super::explain_unexplained_preflight).
    pub(super) is_preflight_unexplained: bool,
    /// The files from which the known answers come.
    preflight_file: Option<String>,
    response_file: Option<String>,
}

/// The call of a page after the changes of the fix, and the requests that the browser then sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChangedCall {
    pub(super) asked: Asked,
    pub(super) exchanges: Vec<ExplainedExchange>,
}

/// Returns the engine for a command that explains the fetch. `None` if the options of the program cannot describe the
/// fetch: the program has no option for the redirect mode, for a body that is a stream, for cached preflights and for
/// permitted mixed content. Also `None` if no engine has the quirks of `user_agent`.
pub(super) fn command_engine(user_agent: &UserAgent, request: &Request) -> Option<Engine> {
    let has_options = request.redirect_mode == RedirectMode::Follow
        && request.body != Some(Body::Stream)
        && user_agent.cors_preflight_cache.is_empty()
        && !user_agent.allows_mixed_content;
    let mut engines = Engine::ALL.into_iter().filter(|_| has_options);
    engines.find(|engine| engine.quirks() == user_agent.quirks)
}

impl Replay {
    pub(super) fn file(&self, is_preflight: bool) -> Option<&str> {
        let file = if is_preflight {
            &self.preflight_file
        } else {
            &self.response_file
        };
        file.as_deref()
    }
}

/// All preflights of a fetch, or all other requests of the fetch. One file has the answers to these requests.
pub(super) struct Part<'e> {
    /// The number of exchanges whose requests the commands do not send. The answers of these exchanges are known.
    pub(super) kept: usize,
    /// The exchanges whose requests the commands send.
    pub(super) sent: Vec<&'e ExplainedExchange>,
    /// The file with the answers. `None` if there are no requests. Also `None` if some answers are known, but the user
    /// did not name the file with these answers.
    pub(super) file: Option<&'e str>,
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
        self.replay.preflight_file = preflight;
        self.replay.response_file = response;
    }

    /// Whether the commands show the unknown answers, and come before the fix. If the fix changes the page, the change
    /// comes first, because the commands send the requests of the changed page.
    pub(super) fn has_commands_before_fix(&self) -> bool {
        // The fix of a redirect to a login page does not depend on the answers that are not known.
        let is_fix_known = matches!(self.fix, Fix::LoginPage { .. });
        self.verdict == Verdict::Undecided && !is_fix_known && self.changed_call().is_none()
    }

    /// Returns the call of the changed page. `None` if the fix does not change the page.
    fn changed_call(&self) -> Option<&ChangedCall> {
        let is_changed = matches!(&self.fix, Fix::Answers { page, .. } if !page.is_empty());
        self.replay.changed_call.as_ref().filter(|_| is_changed)
    }

    /// Returns the call and the requests that the commands are about. If the fix changes the page, the commands are
    /// about the changed page.
    fn call(&self) -> (&Asked, &[ExplainedExchange]) {
        match self.changed_call() {
            Some(changed) => (&changed.asked, &changed.exchanges),
            None => (&self.asked, &self.exchanges),
        }
    }

    /// Whether the answer to a preflight is the reason for the verdict, and the fix changes this answer.
    fn has_fixed_preflight(&self) -> bool {
        let refused = self.refusals.first().and_then(|first| first.exchange);
        let Some((position, exchange)) = refused.and_then(|at| Some((at, self.exchanges.get(at)?)))
        else {
            return false;
        };
        let mut answers = self.fix.answers().iter();
        let is_changed = answers.any(|it| it.exchange == position);
        self.verdict == Verdict::Blocked
            && self.changed_call().is_none()
            && exchange.is_preflight
            && is_changed
    }

    /// Whether the fix changes an answer to a request that is no preflight.
    fn fixes_response(&self) -> bool {
        let mut answers = self.fix.answers().iter();
        answers.any(|answer| {
            let exchange = self.exchanges.get(answer.exchange);
            exchange.is_some_and(|exchange| !exchange.is_preflight)
        })
    }

    /// Whether the user has to send the request, to see the answer or to check the fix.
    fn is_to_send(&self, exchange: &ExplainedExchange) -> bool {
        // A part of the call is not known, so the commands cannot send the requests of the browser to check the fix.
        if self.replay.is_preflight_unexplained && self.verdict == Verdict::Blocked {
            return false;
        }
        if exchange.is_to_try() {
            return true;
        }
        // The command that explains the fetch again needs a file with the answers to all preflights. To check the fix
        // of a preflight, this command also needs a file with the other answers: a new file if the fix changes one of
        // these answers. If no command can explain the fetch (`is_explained` is false), the user sends only the fixed
        // preflight again.
        let is_file_missing = self.replay.file(exchange.is_preflight).is_none();
        let is_explained = self.replay.engine.is_some();
        if self.has_fixed_preflight() {
            let is_old = is_file_missing || self.fixes_response();
            return exchange.is_preflight || (is_old && is_explained);
        }
        let mut exchanges = self.call().1.iter();
        exchange.is_preflight
            && is_file_missing
            && is_explained
            && exchanges.any(ExplainedExchange::is_to_try)
    }

    fn part(&self, is_preflight: bool) -> Part<'_> {
        let exchanges = self.call().1.iter();
        let (sent, kept): (Vec<_>, Vec<_>) = exchanges
            .filter(|exchange| exchange.is_preflight == is_preflight)
            .partition(|exchange| self.is_to_send(exchange));
        let file = match (kept.len(), sent.len()) {
            (0, 0) => None,
            (0, _) => Some(self.unused_file(is_preflight)),
            _ => self.replay.file(is_preflight),
        };
        Part {
            kept: kept.len(),
            sent,
            file,
        }
    }

    /// Returns the requests that the user has to send.
    fn requests_to_send(&self) -> impl Iterator<Item = &ExplainedExchange> {
        let exchanges = self.call().1.iter();
        exchanges.filter(|exchange| self.is_to_send(exchange))
    }

    /// Returns the sentence before the commands.
    pub(super) fn commands_heading(&self) -> &'static str {
        if self.changed_call().is_some() {
            if self.verdict == Verdict::Undecided {
                "Try it after the change of the page"
            } else {
                CHECK_WITH_CHANGED_PAGE
            }
        } else if !self.has_fixed_preflight() {
            "Try it"
        } else if self.safe_fix().is_some() {
            "To check the unsafe fix, run"
        } else {
            "To check the fix, run"
        }
    }

    /// Returns a `curl` command for each request whose answer is not known, and for the preflight if the fix changes its
    /// answer. If the fix then also changes another answer, returns a command for each request. The last command
    /// explains the answers.
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

    /// Returns the name of a new file for the answers to the preflights, or for all other answers.
    pub(super) fn unused_file(&self, is_preflight: bool) -> &'static str {
        let (default, other) = if is_preflight {
            (PREFLIGHT_FILE, NEW_PREFLIGHT_FILE)
        } else {
            (RESPONSE_FILE, NEW_RESPONSE_FILE)
        };
        let is_taken = self.replay.file(!is_preflight) == Some(default);
        if is_taken { other } else { default }
    }

    /// Returns the command that explains the answers. `None` if the options of the program do not describe the call, if
    /// a file would lack an answer, or if the command is too long for a shell. If the user sends only preflights, and
    /// no file has the other answers, the command explains only the preflights.
    pub(super) fn explain_command(
        &self,
        preflights: &Part<'_>,
        responses: &Part<'_>,
    ) -> Option<String> {
        let engine = self.replay.engine?;
        let (asked, exchanges) = self.call();
        let lacks_answer = |part: &Part<'_>| !part.sent.is_empty() && part.file.is_none();
        if lacks_answer(preflights) || lacks_answer(responses) {
            return None;
        }
        let headers = asked.headers.iter();
        let headers: Vec<String> = headers
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        // The browser sets `Content-Type` from the body, unless script sets this header.
        let content_type = |headers: &[(String, String)]| {
            let mut headers = headers.iter();
            let found = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
            found.map(|(_, value)| value.clone())
        };
        let body = match content_type(&asked.headers) {
            Some(_) => None,
            None => exchanges
                .iter()
                .find_map(|exchange| content_type(&exchange.headers)),
        };
        // The explanation has escaped values, and the options of the command have the values that the call sends.
        let (url, method) = (option_value(&asked.url)?, option_value(&asked.method)?);
        let headers = headers.iter().map(|line| option_value(line));
        let headers = headers.collect::<Option<Vec<_>>>()?;
        let body = match body {
            Some(body) => Some(option_value(&body)?),
            None => None,
        };
        let command = ExplainCommand {
            origin: &asked.origin,
            url: &url,
            method: Some(&*method).filter(|method| *method != "GET"),
            headers: &headers,
            mode: Some(asked.mode).filter(|mode| *mode != "cors"),
            credentials: Some(asked.credentials)
                .filter(|credentials| *credentials != "same-origin"),
            body: body.as_deref(),
            engine: Some(engine.name()).filter(|_| engine != Engine::Spec),
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
        let start = format!(": {UNKNOWN_VALUE}'");
        let has_unknown_value = exchanges().any(|exchange| exchange.curl.contains(&start));
        let can_be_redirected = exchanges().any(|exchange| !exchange.is_preflight);
        let others = [
            (
                has_unknown_value,
                "Replace `VALUE` in each `curl` command with the value that the page sends.",
            ),
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
                "These commands do not follow redirects, but the browser does. If an answer is a redirect, explain this answer, too: its explanation has the command for the next URL.",
            ),
        ];
        let others = others.into_iter().filter(|(is_needed, _)| *is_needed);
        notes.extend(others.map(|(_, note)| String::from(note)));
        notes
    }
}

/// Returns the value of an option of a command. `None` if the value has characters other than ASCII.
fn option_value(shown: &str) -> Option<String> {
    let value = String::from_utf8(unescaped(shown)?).ok()?;
    value.is_ascii().then_some(value)
}
