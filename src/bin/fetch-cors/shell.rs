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
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|error| Stop::CannotRun(format!("could not write the page: {error}")))?;
    output.text(String::from_utf8_lossy(&page).trim_end())?;
    Ok(Verdict::Passed)
}
