//! The commands that send the doubtful request of a pasted answer again.

use alloc::{string::String, vec::Vec};

use super::{
    ExplainedExchange, Explanation,
    commands::Part,
    run_next::{caution_of_method, into_file},
};

impl Explanation {
    /// Returns the commands that send the doubtful request as the browser sends it, and explain the answer. Empty if
    /// there is no [doubt](Explanation::request_doubt).
    pub(super) fn doubt_commands(&self) -> Vec<String> {
        let Some(sent) = self.doubtful_requests() else {
            return Vec::new();
        };
        let is_preflight = sent.iter().any(|exchange| exchange.is_preflight);
        let requests = sent.clone();
        let part = Part {
            kept: 0,
            sent,
            file: Some(self.unused_file(is_preflight)),
        };
        let other = Part {
            kept: 0,
            sent: Vec::new(),
            file: self.replay.file(!is_preflight),
        };
        let explain = if is_preflight {
            self.explain_command(&part, &other)
        } else {
            self.explain_command(&other, &part)
        };
        let requests = requests.iter().enumerate();
        let requests = requests.map(|(position, exchange)| match part.file {
            Some(file) if explain.is_some() => into_file(&exchange.curl, file, position > 0),
            _ => exchange.curl.clone(),
        });
        requests.chain(explain.clone()).collect()
    }

    /// Returns the notes about the [commands for the doubt](Self::doubt_commands).
    pub(super) fn doubt_command_notes(&self) -> Vec<String> {
        let requests = self.doubtful_requests().unwrap_or_default();
        let cautions = requests.iter();
        cautions
            .filter_map(|exchange| caution_of_method(&exchange.method))
            .collect()
    }

    /// Returns the requests whose answers are in the same file as the doubtful answer.
    fn doubtful_requests(&self) -> Option<Vec<&ExplainedExchange>> {
        let doubtful = self.exchanges.get(self.request_doubt.as_ref()?.exchange)?;
        let exchanges = self.exchanges.iter();
        let requests = exchanges
            .filter(|exchange| exchange.was_sent && exchange.is_preflight == doubtful.is_preflight);
        Some(requests.collect())
    }
}
