//! `fetch-cors policy suggest`: the narrowest policy that a recording needs.

use std::{fmt::Write as _, path::PathBuf};

use fetch_cors::{
    recorded::{PolicyWarning, SuggestedPolicy, suggest_policies},
    server::{PolicyConfig, PublicSuffixList},
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    entries, fetches, heading, no_request, print_broken, print_unchecked, selection,
    several_servers, stopped,
};
use crate::{
    Verdict,
    explain::Credentials,
    har_file,
    output::{Output, Stop, counted, print_note},
};

#[derive(Debug, clap::Args)]
pub(crate) struct SuggestArguments {
    /// The HAR recording of a network panel.
    #[arg(value_name = "CAPTURE.har")]
    recording: PathBuf,
    /// Use only requests whose URL contains this text. A text with `*`, such as `*/notes`, must match the whole URL.
    /// The `*` matches any characters.
    #[arg(long, value_name = "TEXT")]
    only_url: Option<String>,
    /// The credentials mode of the fetches for which the recording does not show it.
    #[arg(long, value_enum, value_name = "MODE")]
    credentials: Option<Credentials>,
    /// Print the policy as TOML, with the warnings as comments.
    #[arg(long, conflicts_with = "json")]
    toml: bool,
    /// Print one line of JSON for each server: its origin, the policy, the number of fetches, and the warnings.
    #[arg(long)]
    json: bool,
}

/// A suggested policy as a line of JSON.
#[derive(Serialize)]
struct SuggestionLine<'s> {
    server: &'s str,
    fetches: usize,
    policy: Map<String, Value>,
    warnings: Vec<WarningLine<'s>>,
}

#[derive(Serialize)]
struct WarningLine<'s> {
    warning: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    values: &'s [String],
    message: String,
}

impl<'s> From<&'s PolicyWarning> for WarningLine<'s> {
    fn from(warning: &'s PolicyWarning) -> Self {
        Self {
            warning: warning.kind.as_str(),
            values: &warning.values,
            message: warning.to_string(),
        }
    }
}

/// Prints the narrowest policy that a recording needs.
pub(crate) fn suggest(arguments: &SuggestArguments, output: &mut Output) -> Result<Verdict, Stop> {
    let (recording, broken) = har_file::read(&arguments.recording, output)?;
    let is_selected = selection(arguments.only_url.as_deref());
    let suggesting = format!("suggesting a policy for {}", entries(&recording));
    let suggestions = output.progress().during(&suggesting, || {
        suggest_policies(
            &fetches(&recording, arguments.credentials),
            &PublicSuffixList,
            is_selected,
        )
    });
    print_unchecked(&suggestions.unchecked);
    let nothing = || {
        let request = "cross-origin fetch that a policy can allow";
        no_request(&recording, request, arguments.only_url.as_deref())
    };
    match &*suggestions.policies {
        [] => return Err(stopped(&arguments.recording, broken, nothing())),
        policies if arguments.json => {
            for suggested in policies {
                output.json(&SuggestionLine {
                    server: &suggested.server,
                    fetches: suggested.fetch_count,
                    policy: needed_members(suggested.policy.config())?,
                    warnings: suggested.warnings.iter().map(WarningLine::from).collect(),
                })?;
            }
        }
        [suggested] => print_policy(suggested, arguments.toml, output)?,
        policies => {
            let servers = policies.iter();
            let servers = servers.map(|suggested| (&*suggested.server, suggested.fetch_count));
            let several = several_servers(servers).unwrap_or_default();
            let message = format!("{several}, or print all policies with `--json`");
            return Err(stopped(&arguments.recording, broken, message));
        }
    }
    let left_out = har_file::left_out_count(&recording);
    if left_out > 0 {
        let entries = counted(left_out, "damaged entry", "damaged entries");
        print_note(&format!(
            "the policy does not include the requests of {entries}: correct the recording, or record again"
        ));
    }
    if let Some(error) = &broken {
        let consequence = "the policy allows only the requests of the readable part";
        print_broken(&arguments.recording, error, consequence);
    }
    Ok(if left_out == 0 && broken.is_none() {
        Verdict::Passed
    } else {
        Verdict::Failed
    })
}

/// Prints the text of a policy file, and prints the warnings.
fn print_policy(
    suggested: &SuggestedPolicy,
    is_toml: bool,
    output: &mut Output,
) -> Result<(), Stop> {
    let members = needed_members(suggested.policy.config())?;
    let (server, fetches) = (&suggested.server, suggested.fetch_count);
    let heading = heading(server, fetches);
    if is_toml {
        output.text(format_args!("# {heading}"))?;
        for warning in &suggested.warnings {
            output.text(format_args!("# {}: {warning}", warning.kind.as_str()))?;
        }
        return output.text(toml(&members));
    }
    let json = serde_json::to_string_pretty(&members)
        .map_err(|error| Stop::CannotRun(format!("could not serialize the policy: {error}")))?;
    output.text(json)?;
    output.flush()?;
    print_note(&heading);
    for warning in &suggested.warnings {
        print_note(&format!("warning: {}: {warning}", warning.kind.as_str()));
    }
    Ok(())
}

/// Returns the member `origins`, and each member whose value is not the default value.
fn needed_members(config: &PolicyConfig) -> Result<Map<String, Value>, Stop> {
    let members = |config: &PolicyConfig| match serde_json::to_value(config) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(Stop::CannotRun("could not serialize the policy".into())),
    };
    let defaults = members(&PolicyConfig::default())?;
    let mut needed = members(config)?;
    needed.retain(|name, value| name == "origins" || defaults.get(name) != Some(value));
    Ok(needed)
}

/// Returns the members as TOML. The strings of a policy have only printable ASCII characters. JSON and TOML write such
/// strings in the same way.
fn toml(members: &Map<String, Value>) -> String {
    let lines = members.iter().map(|(name, value)| match value {
        Value::Array(entries) if entries.len() > 1 => {
            let mut list = format!("{name} = [\n");
            for entry in entries {
                // Writing to a string does not fail.
                let _ = writeln!(list, "  {entry},");
            }
            list + "]"
        }
        value => format!("{name} = {value}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}
