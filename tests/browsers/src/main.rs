//! Compares real browsers with the library.

mod arguments;
mod browser;
mod case;
mod date;
mod explain;
mod policy;
mod progress;
mod record;
mod server;
mod worker;

use std::{
    env,
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use arguments::{Arguments, HELP};
use browser::{
    engine::{Engine, Installed},
    isolation::Isolation,
};

fn main() -> ExitCode {
    let words: Vec<String> = env::args_os()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    if words.get(1).is_some_and(|word| word == "worker") {
        worker::run(&words[2..]);
    }
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<bool, String> {
    let arguments = Arguments::parse(env::args_os().skip(1))?;
    if arguments.help {
        print!("{HELP}");
        return Ok(true);
    }
    let browsers = if arguments.explain_recordings.is_some() {
        let engines = arguments.engines.as_deref();
        find(engines, &explain::command::ENGINES)?
    } else {
        find(arguments.engines.as_deref(), &Engine::ALL)?
    };
    let isolation = Isolation::find();
    if isolation == Isolation::Absent {
        eprintln!(
            "note: the browsers use the loopback interface of this machine, because namespaces are not permitted: \
             run as root, or permit user namespaces, with `unshare`, `ip` and `mount` installed"
        );
    }
    if let Some(folder) = &arguments.explain_recordings {
        return explain::command::record(&arguments, &browsers, isolation, folder).map(|()| true);
    }
    let seed = arguments.seed.unwrap_or_else(new_seed);
    if arguments.policy {
        policy::command::test(&arguments, &browsers, isolation, seed)
    } else {
        record::command::record(&arguments, &browsers, isolation, seed)
    }
}

fn new_seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_secs()
}

/// Returns the browsers to use. `usable` has the engines that can do the task.
fn find(engines: Option<&[Engine]>, usable: &[Engine]) -> Result<Vec<Installed>, String> {
    let asked = engines.unwrap_or(usable);
    if let Some(engine) = asked.iter().find(|engine| !usable.contains(engine)) {
        let names: Vec<_> = usable.iter().map(|engine| engine.name()).collect();
        return Err(format!(
            "`--engines`: `{}` cannot do this: use `{}`",
            engine.name(),
            names.join("`, `")
        ));
    }
    let mut found = Vec::new();
    for engine in asked {
        match engine.find() {
            Some(browser) => found.push(browser),
            None if engines.is_some() => {
                return Err(format!(
                    "{} is not installed: install it, on Debian with `apt-get install {}`",
                    engine.name(),
                    engine.packages()
                ));
            }
            None => {}
        }
    }
    if found.is_empty() {
        let packages: Vec<_> = usable.iter().map(|engine| engine.packages()).collect();
        let packages = packages.join(" ");
        return Err(format!(
            "no browser is installed: install one or several, on Debian with `apt-get install {packages}`"
        ));
    }
    Ok(found)
}
