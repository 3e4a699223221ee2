//! The command line.

use std::{ffi::OsString, path::PathBuf};

use lexopt::{Arg, Parser, ValueExt};

use crate::browser::engine::Engine;

pub const HELP: &str = "\
Run generated CORS cases in the real browsers of this machine, and compare what they do with the library.

Usage: fetch-cors-browsers [OPTIONS]

  --seed N           seed of the generators (default: a new one, which is printed)
  --count N          number of cases (default: 500)
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
  --help             print this text
";

/// The task of the program.
#[derive(Debug, Clone, PartialEq)]
pub struct Arguments {
    pub seed: Option<u64>,
    pub count: Option<usize>,
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
    pub help: bool,
}

impl Arguments {
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        Self::from_parser(Parser::from_args(arguments)).map_err(|error| error.to_string())
    }

    fn from_parser(mut parser: Parser) -> Result<Self, lexopt::Error> {
        let mut arguments = Self {
            seed: None,
            count: None,
            case: None,
            engines: None,
            devtools: false,
            headed: false,
            vectors: None,
            unstable: None,
            known: None,
            write_known: None,
            html: None,
            policy: false,
            leak: None,
            help: false,
        };
        while let Some(argument) = parser.next()? {
            let file = |parser: &mut Parser| parser.value().map(|value| Some(PathBuf::from(value)));
            match argument {
                Arg::Long("seed") => arguments.seed = Some(parser.value()?.parse()?),
                Arg::Long("count") => arguments.count = Some(parser.value()?.parse()?),
                Arg::Long("case") => arguments.case = file(&mut parser)?,
                Arg::Long("engines") => {
                    arguments.engines = Some(engines(&parser.value()?.string()?)?)
                }
                Arg::Long("devtools") => arguments.devtools = true,
                Arg::Long("headed") => arguments.headed = true,
                Arg::Long("vectors") => arguments.vectors = file(&mut parser)?,
                Arg::Long("unstable") => arguments.unstable = file(&mut parser)?,
                Arg::Long("known") => arguments.known = file(&mut parser)?,
                Arg::Long("write-known") => arguments.write_known = file(&mut parser)?,
                Arg::Long("html") => arguments.html = file(&mut parser)?,
                Arg::Long("policy") => arguments.policy = true,
                Arg::Long("leak") => arguments.leak = Some(parser.value()?.parse()?),
                Arg::Long("help") | Arg::Short('h') => arguments.help = true,
                other => return Err(other.unexpected()),
            }
        }
        if arguments.leak.is_some() && !arguments.policy {
            return Err("`--leak` needs `--policy`".into());
        }
        Ok(arguments)
    }
}

fn engines(list: &str) -> Result<Vec<Engine>, lexopt::Error> {
    let engine = |name: &str| {
        let names = Engine::ALL.map(Engine::name).join("`, `");
        Engine::from_name(name)
            .ok_or_else(|| format!("`{name}` is not an engine: use `{names}`").into())
    };
    list.split(',').map(engine).collect()
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
    }

    #[test]
    fn errors_name_the_value() {
        assert_eq!(
            parse("--engines safari").unwrap_err(),
            "`safari` is not an engine: use `chromium`, `firefox`, `webkit`"
        );
        assert!(parse("--seed a").unwrap_err().contains('a'));
        assert!(parse("--leak 1000").is_err());
        assert!(parse("y").is_err());
    }

    #[test]
    fn help_has_every_option() {
        for line in HELP.lines().filter_map(|line| line.strip_prefix("  --")) {
            let name = line.split(' ').next().unwrap();
            let argument = if name == "engines" { "webkit" } else { "1" };
            let alone = parse(&format!("--policy --{name}"));
            assert!(
                alone.is_ok() || parse(&format!("--policy --{name} {argument}")).is_ok(),
                "{name}"
            );
        }
    }
}
