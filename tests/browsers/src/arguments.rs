//! The command line.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    str::FromStr,
};

use fetch_cors::nearest_name::nearest_name;
use lexopt::{Arg, Error, Parser, ValueExt};

use crate::{browser::engine::Engine, explain};

pub const HELP: &str = "\
Run generated CORS cases in the real browsers of this machine, and compare what they do with the library.

Usage: fetch-cors-browsers [OPTIONS]

  --seed N           seed of the generators (default: a new one, which is printed)
  --count N          number of cases (default: 500)
  --only IDS         run only the cases with these ids, which are separated by commas
  --case FILE        run the cases or vectors of FILE, one per line, instead of generated cases
  --engines LIST     engines to use, of chromium,firefox,webkit (default: all that are installed)
  --devtools         record the names of the failures in Chromium's developer tools, too
  --headed           show the windows of the browsers
  --vectors FILE     write the stable cases with their outcomes to FILE, as vectors
  --unstable FILE    write the cases whose two runs differ to FILE
  --known FILE       fail if the differences are not those that FILE lists for the engine's version
  --write-known FILE write the differences to FILE, for --known
  --html FILE        write an HTML page, as `fetch-cors check --html FILE` does
  --policy           test generated policies with their servers instead of cases
  --leak N           with --policy: the server leaks a header once in N responses, and the run must find it
  --explain-recordings [DIR]
                     record the consoles and HAR files of tests/explain/recordings, and write them to DIR
  --help             print this text
";

/// Pairs of options. If the first option is present, the second option has no effect.
const CONFLICTS: &[(&str, &str)] = &[
    ("case", "seed"),
    ("case", "count"),
    ("policy", "case"),
    ("policy", "only"),
    ("policy", "devtools"),
    ("policy", "vectors"),
    ("policy", "unstable"),
    ("policy", "known"),
    ("policy", "write-known"),
    ("policy", "html"),
    ("explain-recordings", "seed"),
    ("explain-recordings", "count"),
    ("explain-recordings", "only"),
    ("explain-recordings", "case"),
    ("explain-recordings", "devtools"),
    ("explain-recordings", "vectors"),
    ("explain-recordings", "unstable"),
    ("explain-recordings", "known"),
    ("explain-recordings", "write-known"),
    ("explain-recordings", "html"),
    ("explain-recordings", "policy"),
];

/// The task of the program.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Arguments {
    pub seed: Option<u64>,
    pub count: Option<usize>,
    pub only: Option<Vec<String>>,
    pub case: Option<PathBuf>,
    pub engines: Option<Vec<Engine>>,
    pub devtools: bool,
    pub headed: bool,
    pub vectors: Option<PathBuf>,
    pub unstable: Option<PathBuf>,
    pub known: Option<PathBuf>,
    pub write_known: Option<PathBuf>,
    pub html: Option<PathBuf>,
    pub policy: bool,
    pub leak: Option<u64>,
    /// The folder for the recordings.
    pub explain_recordings: Option<PathBuf>,
    pub help: bool,
}

/// Returns the option as `--help` shows it: the name and the word for its value, such as `--seed N`.
fn usage(option: &str) -> &'static str {
    let mut lines = HELP.lines().map(str::trim_start);
    let line = lines.find(|line| {
        line.split(' ')
            .next()
            .is_some_and(|word| word.strip_prefix("--") == Some(option))
    });
    let line = line.unwrap_or_default();
    let mut spaces = line.match_indices(' ').map(|(position, _)| position);
    let end = match spaces.next() {
        Some(first) if !line[first..].starts_with("  ") => spaces.next(),
        first => first,
    };
    &line[..end.unwrap_or(line.len())]
}

/// Returns the names of all options.
fn names() -> Vec<&'static str> {
    let lines = HELP
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--"));
    lines
        .filter_map(|line| line.split([' ', '\n']).next())
        .collect()
}

/// Returns the error for a word that is not an option.
fn unknown(word: &str) -> String {
    let name = word.trim_start_matches('-');
    let names = names();
    let nearest = if names.contains(&name) {
        Some(name)
    } else {
        nearest_name(name, &names)
    };
    match nearest {
        Some(nearest) => format!("`{word}` is not an option: write `--{nearest}`"),
        None => format!("`{word}` is not an option: `--help` lists the options"),
    }
}

fn message(error: Error) -> String {
    match error {
        Error::MissingValue {
            option: Some(option),
        } => {
            let usage = usage(option.trim_start_matches('-'));
            format!("`{option}` lacks its value: write `{usage}`")
        }
        Error::UnexpectedValue { option, value } => {
            let value = value.to_string_lossy();
            format!("`{option}` does not have a value: remove `={value}`")
        }
        Error::UnexpectedOption(word) => unknown(&word),
        Error::UnexpectedArgument(word) => unknown(&word.to_string_lossy()),
        Error::NonUnicodeValue(value) => {
            let value = value.to_string_lossy();
            format!("`{value}` is not UTF-8: write it in UTF-8")
        }
        other => other.to_string(),
    }
}

/// Parses the value of an option as a number. A number below `least` is an error.
fn number<N: FromStr + PartialOrd + From<u8>>(
    parser: &mut Parser,
    option: &str,
    least: u8,
) -> Result<Option<N>, Error> {
    let text = parser.value()?.string()?;
    let number = text.parse().ok();
    let number = number.filter(|number| *number >= N::from(least));
    number.map(Some).ok_or_else(|| {
        format!("`--{option} {text}`: write a whole number from {least}, such as `--{option} 7`")
            .into()
    })
}

impl Arguments {
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut given = Vec::new();
        let arguments =
            Self::from_parser(Parser::from_args(arguments), &mut given).map_err(message)?;
        for (option, without_effect) in CONFLICTS {
            if given.iter().any(|name| name == option)
                && given.iter().any(|name| name == without_effect)
            {
                return Err(format!(
                    "`--{without_effect}` has no effect with `--{option}`: remove one of them"
                ));
            }
        }
        if arguments.leak.is_some() && !arguments.policy {
            return Err("`--leak` has no effect without `--policy`: add `--policy`".to_owned());
        }
        arguments.check_folders()?;
        Ok(arguments)
    }

    /// Checks that the folder of each output file exists. Without this check, the error would come only after minutes,
    /// when the browsers have run.
    fn check_folders(&self) -> Result<(), String> {
        let files = [
            ("vectors", &self.vectors),
            ("unstable", &self.unstable),
            ("write-known", &self.write_known),
            ("html", &self.html),
        ];
        let folder_of = |file: &PathBuf| {
            let parent = file.parent().unwrap_or(file);
            if parent == Path::new("") {
                PathBuf::from(".")
            } else {
                parent.to_owned()
            }
        };
        let folders = files
            .into_iter()
            .filter_map(|(option, file)| file.as_ref().map(|file| (option, folder_of(file))));
        let recordings = self.explain_recordings.clone();
        let recordings = recordings.map(|folder| ("explain-recordings", folder));
        for (option, folder) in folders.chain(recordings) {
            if !folder.is_dir() {
                let folder = folder.display();
                return Err(format!(
                    "`--{option}`: `{folder}` is not a folder: create it, or name another folder"
                ));
            }
        }
        Ok(())
    }

    fn from_parser(mut parser: Parser, given: &mut Vec<String>) -> Result<Self, Error> {
        let mut arguments = Self::default();
        while let Some(argument) = parser.next()? {
            if let Arg::Long(name) = argument {
                given.push(name.to_owned());
            }
            let file = |parser: &mut Parser| parser.value().map(|value| Some(PathBuf::from(value)));
            match argument {
                Arg::Long("seed") => arguments.seed = number(&mut parser, "seed", 0)?,
                Arg::Long("count") => {
                    let count = number::<u64>(&mut parser, "count", 1)?;
                    arguments.count = count.and_then(|count| count.try_into().ok());
                }
                Arg::Long("only") => {
                    let ids = parser.value()?.string()?;
                    arguments.only = Some(ids.split(',').map(str::to_owned).collect());
                }
                Arg::Long("case") => arguments.case = file(&mut parser)?,
                Arg::Long("engines") => {
                    arguments.engines = Some(engines(&parser.value()?.string()?)?);
                }
                Arg::Long("devtools") => arguments.devtools = true,
                Arg::Long("headed") => arguments.headed = true,
                Arg::Long("vectors") => arguments.vectors = file(&mut parser)?,
                Arg::Long("unstable") => arguments.unstable = file(&mut parser)?,
                Arg::Long("known") => arguments.known = file(&mut parser)?,
                Arg::Long("write-known") => arguments.write_known = file(&mut parser)?,
                Arg::Long("html") => arguments.html = file(&mut parser)?,
                Arg::Long("policy") => arguments.policy = true,
                Arg::Long("leak") => arguments.leak = number(&mut parser, "leak", 1)?,
                Arg::Long("explain-recordings") => {
                    let is_folder =
                        |word: &std::ffi::OsStr| !word.to_string_lossy().starts_with('-');
                    let folder = match parser.optional_value() {
                        Some(folder) => Some(folder),
                        None => parser.raw_args()?.next_if(is_folder),
                    };
                    let folder = folder.map(PathBuf::from);
                    arguments.explain_recordings =
                        Some(folder.unwrap_or_else(explain::command::default_folder));
                }
                Arg::Long("help") | Arg::Short('h') => arguments.help = true,
                other => return Err(other.unexpected()),
            }
        }
        Ok(arguments)
    }
}

fn engines(list: &str) -> Result<Vec<Engine>, Error> {
    let mut engines = Vec::new();
    for name in list.split(',') {
        let names = Engine::ALL.map(Engine::name);
        let Some(engine) = Engine::from_name(name) else {
            let fix = match nearest_name(name, &names) {
                Some(nearest) => format!("write `{nearest}`"),
                None => format!("use `{}`", names.join("`, `")),
            };
            return Err(format!("`--engines`: `{name}` is not an engine: {fix}").into());
        };
        if engines.contains(&engine) {
            return Err(
                format!("`--engines`: `{name}` is listed twice: remove one of them").into(),
            );
        }
        engines.push(engine);
    }
    Ok(engines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Arguments, String> {
        Arguments::parse(text.split(' ').map(OsString::from))
    }

    #[test]
    fn options_are_parsed() {
        let arguments = parse("--seed 7 --count=20 --engines firefox,webkit --headed").unwrap();
        assert_eq!(
            (arguments.seed, arguments.count, arguments.headed),
            (Some(7), Some(20), true)
        );
        assert_eq!(
            arguments.engines,
            Some(vec![Engine::Firefox, Engine::WebKit])
        );
        let only = parse("--only a-1,b-2").unwrap().only.unwrap();
        assert_eq!(only, ["a-1", "b-2"]);
    }

    #[test]
    fn folder_of_the_recordings_is_optional() {
        let folder = |text: &str| parse(text).unwrap().explain_recordings.unwrap();
        let default = explain::command::default_folder();
        assert_eq!(folder("--explain-recordings"), default);
        assert_eq!(folder("--explain-recordings --headed"), default);
        assert_eq!(folder("--explain-recordings src"), Path::new("src"));
        assert_eq!(folder("--explain-recordings=src"), Path::new("src"));
    }

    #[test]
    fn errors_have_the_name_and_the_fix() {
        for (text, error) in [
            ("--cuont 7", "`--cuont` is not an option: write `--count`"),
            ("count 7", "`count` is not an option: write `--count`"),
            (
                "--zzzzzzzz",
                "`--zzzzzzzz` is not an option: `--help` lists the options",
            ),
            ("--seed", "`--seed` lacks its value: write `--seed N`"),
            (
                "--headed=1",
                "`--headed` does not have a value: remove `=1`",
            ),
            (
                "--seed a",
                "`--seed a`: write a whole number from 0, such as `--seed 7`",
            ),
            (
                "--count 0",
                "`--count 0`: write a whole number from 1, such as `--count 7`",
            ),
            (
                "--policy --leak 0",
                "`--leak 0`: write a whole number from 1, such as `--leak 7`",
            ),
            (
                "--leak 1000",
                "`--leak` has no effect without `--policy`: add `--policy`",
            ),
            (
                "--case a --seed 7",
                "`--seed` has no effect with `--case`: remove one of them",
            ),
            (
                "--engines safari",
                "`--engines`: `safari` is not an engine: use `chromium`, `firefox`, `webkit`",
            ),
            (
                "--engines webkti",
                "`--engines`: `webkti` is not an engine: write `webkit`",
            ),
            (
                "--engines webkit,webkit",
                "`--engines`: `webkit` is listed twice: remove one of them",
            ),
            (
                "--vectors absent/v.ndjson",
                "`--vectors`: `absent` is not a folder: create it, or name another folder",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err(), error);
        }
    }

    #[test]
    fn help_has_every_option() {
        assert!(names().len() > 15);
        for name in names() {
            let argument = if name == "engines" { "webkit" } else { "1" };
            let before = if name == "leak" { "--policy " } else { "" };
            let alone = parse(&format!("{before}--{name}"));
            assert!(
                alone.is_ok() || parse(&format!("{before}--{name} {argument}")).is_ok(),
                "{name}"
            );
        }
    }

    #[test]
    fn conflicts_are_between_options() {
        for (option, without_effect) in CONFLICTS {
            assert!(names().contains(option) && names().contains(without_effect));
        }
    }
}
