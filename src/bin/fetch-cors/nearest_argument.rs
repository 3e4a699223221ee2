//! The command or the option that the author of a misspelled argument probably meant.

use clap::{Command, CommandFactory};
use fetch_cors::nearest_name::{nearest_name, nearest_spelling};

/// The maximum number of options in one suggestion.
const MAX_OPTIONS: usize = 3;

/// The options of the script `send.py`, which sends the requests that `probe` prints.
const OPTIONS_OF_SCRIPT: [&str; 4] = ["header", "body", "parallel", "pause"];

/// The minimum number of letters that an unknown command and a known command have in common at their beginnings.
const MIN_BEGINNING: usize = 4;

/// Returns the program with its commands, and with the options that every command has.
fn program() -> Command {
    let mut program = crate::Arguments::command();
    program.build();
    program
}

/// Returns the command with the given path. If the path is empty, returns the program.
fn command_at(path: &[&str]) -> Option<Command> {
    path.iter().try_fold(program(), |command, name| {
        command.find_subcommand(name).cloned()
    })
}

/// Returns the names of the subcommands of a command, without `help`.
pub(crate) fn subcommands(parents: &[&str]) -> Vec<String> {
    let parent = command_at(parents).unwrap_or_else(program);
    let names = parent.get_subcommands().map(Command::get_name);
    names
        .filter(|name| *name != "help")
        .map(String::from)
        .collect()
}

/// Returns the subcommand with the most similar name. `parents` is the path of its parent command. If this path is
/// empty, the parent is the program.
pub(crate) fn nearest_subcommand(parents: &[&str], name: &str) -> Option<String> {
    let names = subcommands(parents);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    nearest_spelling(name, &names).map(String::from)
}

/// Returns the arguments that the user probably meant instead of the unknown word `name`: a subcommand, an option such
/// as `--version`, or a subcommand after its parent command, such as `policy suggest`.
pub(crate) fn nearest_command(parents: &[&str], name: &str) -> Option<String> {
    let parent = command_at(parents)?;
    let path = |names: &[&str]| [parents, names].concat().join(" ");
    let subcommands = || parent.get_subcommands();
    let own = subcommands().map(|command| (command.get_name(), path(&[command.get_name()])));
    let options = long_options(&parent).map(|option| (option, format!("--{option}")));
    let others = subcommands().filter(|command| command.get_name() != "help");
    let nested = others.flat_map(|command| {
        let nested = command.get_subcommands().map(Command::get_name);
        nested.map(move |name| (name, path(&[command.get_name(), name])))
    });
    let candidates: Vec<(&str, String)> = own.chain(options).chain(nested).collect();
    let names: Vec<&str> = candidates.iter().map(|(name, _)| *name).collect();
    let nearest = nearest_spelling(name, &names).or_else(|| with_same_beginning(name, &names))?;
    let mut candidates = candidates.into_iter();
    candidates.find_map(|(name, path)| (name == nearest).then_some(path))
}

/// Returns the advice for an unknown option. `arguments` are the arguments of the program.
pub(crate) fn advice(given: &str, arguments: &[String]) -> Option<String> {
    let mut command = program();
    let mut path = Vec::new();
    for word in arguments {
        if let Some(subcommand) = command.find_subcommand(word).cloned() {
            path.push(word.as_str());
            command = subcommand;
        }
    }
    let write = |options: &[String]| Some(format!("write `{}`", options.join("` or `")));
    let Some(name) = given.strip_prefix("--") else {
        return match &*nearest_short(&command, given, arguments) {
            [] => None,
            options => write(options),
        };
    };
    let own: Vec<&str> = long_options(&command).collect();
    let write_long = |name: &str| write(&[format!("--{name}")]);
    if own.contains(&name) {
        // The option exists, but stands before the name of its command.
        return Some(format!("write it after `{}`", path.join(" ")));
    }
    if let Some(name) = own.iter().find(|own| is_same(own, name)) {
        return write_long(name);
    }
    let always_json = ["session", "respond", "probe", "generate"];
    if let [command] = *path
        && always_json.contains(&command)
        && nearest_spelling(name, &[&*own, &["json"]].concat()) == Some("json")
    {
        return Some(format!("`{command}` always prints JSON, so remove it"));
    }
    if let [command @ ("probe" | "judge")] = *path
        && let Some(option) = OPTIONS_OF_SCRIPT
            .iter()
            .find(|option| is_same(option, name))
    {
        let is_of_both = command == "probe" && matches!(*option, "header" | "body");
        let and = if is_of_both { ", and to `judge`" } else { "" };
        return Some(format!(
            "give `--{option}` to `send.py`, which sends the requests{and}"
        ));
    }
    let others = commands();
    let elsewhere: Vec<&str> = others
        .iter()
        .flat_map(|(_, command)| long_options(command))
        .collect();
    let beginning = || {
        let mut longer = own.iter().filter(|option| option.starts_with(name));
        let first = longer.next().filter(|_| !name.is_empty());
        first.filter(|_| longer.next().is_none()).copied()
    };
    let option = elsewhere
        .iter()
        .find(|option| is_same(option, name))
        .copied()
        .or_else(|| nearest_spelling(name, &own))
        .or_else(beginning)
        .or_else(|| nearest_name(name, &elsewhere))
        .or_else(|| nearest_name(name, &own))?;
    if own.contains(&option) {
        return write_long(option);
    }
    let with_option = others
        .iter()
        .filter(|(_, command)| long_options(command).any(|other| other == option));
    let paths: Vec<String> = with_option.map(|(path, _)| path.join(" ")).collect();
    let subject = if option == name {
        String::from("this")
    } else {
        format!("`--{option}`")
    };
    Some(format!(
        "{subject} is an option of `{}`",
        paths.join("`, `")
    ))
}

/// Returns the options that the author of an unknown short option probably meant. The author probably wrote a letter in
/// the wrong case, a long option with one hyphen (`-json`), or the first letter of a long option (`-j`).
fn nearest_short(command: &Command, given: &str, arguments: &[String]) -> Vec<String> {
    let Some(letter) = given.strip_prefix('-').and_then(|rest| rest.chars().next()) else {
        return Vec::new();
    };
    let long: Vec<&str> = long_options(command).collect();
    let words = arguments.iter().filter(|word| word.chars().count() > 2);
    let mut words =
        words.filter_map(|word| word.strip_prefix('-')?.starts_with(letter).then_some(word));
    let word = words.find_map(|word| nearest_spelling(word.split('=').next()?, &long));
    if let Some(word) = word {
        return vec![format!("--{word}")];
    }
    if letter == '?' {
        return vec![String::from("--help")];
    }
    let mut short = command.get_arguments().filter_map(clap::Arg::get_short);
    if let Some(short) = short.find(|short| short.eq_ignore_ascii_case(&letter)) {
        return vec![format!("-{short}")];
    }
    let longer = long
        .iter()
        .filter(|option| option.starts_with(letter.to_ascii_lowercase()));
    let longer: Vec<String> = longer.map(|option| format!("--{option}")).collect();
    if longer.len() > MAX_OPTIONS {
        Vec::new()
    } else {
        longer
    }
}

/// Returns all commands and subcommands, each with its path.
fn commands() -> Vec<(Vec<String>, Command)> {
    let mut commands = vec![(Vec::new(), program())];
    let mut next = 0;
    while let Some((path, command)) = commands.get(next).cloned() {
        let subcommands = command
            .get_subcommands()
            .filter(|command| command.get_name() != "help");
        commands.extend(subcommands.map(|subcommand| {
            let name = String::from(subcommand.get_name());
            ([&*path, &[name]].concat(), subcommand.clone())
        }));
        next += 1;
    }
    commands.retain(|(path, _)| !path.is_empty());
    commands
}

fn long_options(command: &Command) -> impl Iterator<Item = &str> {
    command.get_arguments().filter_map(clap::Arg::get_long)
}

/// Returns the name that has the longest common beginning with `given`: `completions` for `complete`. The beginning is
/// `given` itself, or has at least [`MIN_BEGINNING`] letters and half of `given`. Returns `None` if two names have the
/// same beginning.
fn with_same_beginning<'n>(given: &str, names: &[&'n str]) -> Option<&'n str> {
    let common = |name: &str| {
        let pairs = given.bytes().zip(name.bytes());
        pairs.take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
    };
    let longest = names.iter().map(|name| common(name)).max()?;
    let is_long = longest >= MIN_BEGINNING && longest * 2 >= given.len();
    let mut nearest = names.iter().filter(|name| common(name) == longest);
    let only = nearest.next().filter(|_| longest > 0)?;
    let is_only = nearest.all(|other| other == only);
    (is_only && (is_long || longest == given.len())).then_some(*only)
}

/// Whether two names are equal. Ignores the letter case.
fn is_same(name: &str, given: &str) -> bool {
    name.eq_ignore_ascii_case(given)
}
