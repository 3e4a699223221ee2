//! Commands that find the exact reason of a failure.

use alloc::{format, string::String, vec, vec::Vec};

use super::{ConsoleMessage, is_of_preflight, topics::Next};
use crate::{Failure, infrastructure::shell_word::shell_word};

pub(super) fn next_commands(message: &ConsoleMessage) -> Vec<String> {
    let needs_requests = match message.topic.next {
        Next::Nothing => return Vec::new(),
        Next::Request => false,
        Next::Requests => true,
    };
    let preflight_can_be_meant = message
        .failures
        .iter()
        .any(|failure| is_of_preflight(*failure));
    let call = Call::new(message);
    if !needs_requests {
        return vec![call.request()];
    }
    let mut commands = Vec::new();
    let mut explain = call.explain();
    if preflight_can_be_meant {
        commands.push(format!("{} > preflight.txt", call.preflight()));
        explain += " --preflight preflight.txt";
    }
    if message.is_preflight() != Some(true) {
        commands.push(format!("{} > response.txt", call.request()));
        explain += " --response response.txt";
    }
    commands.push(explain);
    commands
}

/// The call of the page, as far as the message describes the call. A placeholder in upper case, such as `URL`, replaces
/// each value that the message does not contain.
struct Call<'m> {
    origin: &'m str,
    url: &'m str,
    method: Option<&'m str>,
    header: Option<String>,
    with_credentials: bool,
}

impl<'m> Call<'m> {
    fn new(message: &'m ConsoleMessage) -> Self {
        let url = message
            .redirected_from
            .as_deref()
            .or(message.url.as_deref());
        // The reason for the preflight is possibly a method other than GET, HEAD and POST. The message does not show
        // the method, so the command has the placeholder `METHOD`.
        let unknown_method = message
            .failures
            .iter()
            .any(|failure| is_of_preflight(*failure))
            .then_some("METHOD");
        let is_content_type = |name: &&String| name.eq_ignore_ascii_case("content-type");
        let header = message.header_name.as_ref().map(|name| {
            let value = if is_content_type(&name) {
                "application/json"
            } else {
                "1"
            };
            format!("{name}: {value}")
        });
        let with_credentials = message.failures.iter().any(|failure| {
            matches!(
                failure,
                Failure::WildcardOriginNotAllowed
                    | Failure::PreflightWildcardOriginNotAllowed
                    | Failure::InvalidAllowCredentials
                    | Failure::PreflightInvalidAllowCredentials
            )
        });
        Self {
            // After a redirect to a third origin, the message has the origin `null`, which is not the origin of the
            // page. The command then has the placeholder `ORIGIN`.
            origin: message
                .origin
                .as_deref()
                .filter(|origin| *origin != "null" || !message.is_redirected_to_third_origin())
                .unwrap_or("ORIGIN"),
            url: url.unwrap_or("URL"),
            method: message.method.as_deref().or(unknown_method),
            header,
            with_credentials,
        }
    }

    fn preflight(&self) -> String {
        let method = self.method.unwrap_or("GET");
        let mut command = format!(
            "curl -si -X OPTIONS -H {} -H {}",
            shell_word(format!("Origin: {}", self.origin).as_bytes()),
            shell_word(format!("Access-Control-Request-Method: {method}").as_bytes()),
        );
        if let Some((name, _)) = self.header.as_deref().and_then(|line| line.split_once(':')) {
            let name = name.to_ascii_lowercase();
            let line = format!("Access-Control-Request-Headers: {name}");
            command += " -H ";
            command += &shell_word(line.as_bytes());
        }
        format!("{command} {}", shell_word(self.url.as_bytes()))
    }

    fn request(&self) -> String {
        let mut command = String::from("curl -si");
        if let Some(method) = self.method {
            command += " -X ";
            command += &shell_word(method.as_bytes());
        }
        command += " -H ";
        command += &shell_word(format!("Origin: {}", self.origin).as_bytes());
        if let Some(header) = &self.header {
            command += " -H ";
            command += &shell_word(header.as_bytes());
        }
        format!("{command} {}", shell_word(self.url.as_bytes()))
    }

    fn explain(&self) -> String {
        let mut command = format!(
            "fetch-cors explain --origin {} --url {}",
            shell_word(self.origin.as_bytes()),
            shell_word(self.url.as_bytes())
        );
        if let Some(method) = self.method {
            command += " -X ";
            command += &shell_word(method.as_bytes());
        }
        if let Some(header) = &self.header {
            command += " -H ";
            command += &shell_word(header.as_bytes());
        }
        if self.with_credentials {
            command += " --credentials include";
        }
        command
    }
}
