//! `fetch-cors completions` and `fetch-cors man`: files for a shell and for `man`.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::{
    Verdict,
    output::{Output, Stop},
    usage,
};

#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ManArguments {
    /// The command to describe, such as `judge` or `policy suggest`; the default is the whole program.
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

pub(crate) fn completions(
    arguments: &CompletionsArguments,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    let mut command = crate::Arguments::command();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "fetch-cors", &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if arguments.shell == Shell::Bash {
        // clap_complete 4.6.11 writes the hyphen of `fetch-cors` in two ways: `__` where the script sets a
        // label, and `__subcmd__` where the script compares the label.
        script = script.replace("fetch__subcmd__cors__", "fetch__cors__");
    }
    output.text(script.trim_end())?;
    Ok(Verdict::Passed)
}

pub(crate) fn man(arguments: &ManArguments, output: &mut Output) -> Result<Verdict, Stop> {
    let mut command = crate::Arguments::command();
    command.build();
    let mut parents: Vec<&str> = Vec::new();
    for name in &arguments.command {
        command = match command.find_subcommand(name) {
            Some(found) => found.clone(),
            None => {
                let error = usage::unknown_subcommand(&parents, name);
                return Err(Stop::CannotRun(format!("{error}; try `--help`")));
            }
        };
        parents.push(name);
    }
    let usage = command.render_usage().to_string();
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|error| Stop::CannotRun(format!("could not write the page: {error}")))?;
    let page = with_usage(&String::from_utf8_lossy(&page), &usage);
    let page = with_line_breaks(&page);
    output.text(page.trim_end())?;
    Ok(Verdict::Passed)
}

/// Aligns the text to the left, without hyphenation. Otherwise `man` cannot fill the lines next to a long word, and
/// prints hyphens inside of JSON. `\:` lets `man` break a line of JSON without a hyphen.
fn with_line_breaks(page: &str) -> String {
    let page = page.replacen("\n.SH ", "\n.ad l\n.nh\n.SH ", 1);
    let lines = page.lines().map(|line| {
        if line.starts_with("  {") {
            line.replace(",\"", ",\\:\"")
        } else {
            line.to_owned()
        }
    });
    lines.collect::<Vec<String>>().join("\n")
}

/// Replaces the synopsis of a manual page with the usage. `clap_mangen` writes a synopsis without the values of options.
fn with_usage(page: &str, usage: &str) -> String {
    const TITLE: &str = ".SH SYNOPSIS\n";
    let Some((before, after)) = page.split_once(TITLE) else {
        return page.to_owned();
    };
    let rest = after.find(".SH ").and_then(|end| after.get(end..));
    let usage = usage.trim_start_matches("Usage:").lines().map(str::trim);
    let usage = usage.collect::<Vec<_>>().join("\n.br\n");
    let usage = usage.replace('-', "\\-");
    format!("{before}{TITLE}{usage}\n{}", rest.unwrap_or_default())
}
