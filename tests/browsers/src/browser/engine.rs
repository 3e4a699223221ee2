//! Engines: their programs and versions.

use std::{env, fs, path::PathBuf, process::Command};

/// A browser engine for which Debian has a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

/// A browser that is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    pub engine: Engine,
    pub program: PathBuf,
    /// The name and the version, such as `Chromium 156.0.8078.108`.
    pub version: String,
}

impl Engine {
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// Returns the name of the engine in vectors and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.name() == name)
    }

    /// Returns the possible names of the program. If a machine has several of these programs, the first name is used.
    const fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["chromium", "chromium-browser", "google-chrome"],
            Self::Firefox => &["firefox-esr", "firefox"],
            Self::WebKit => &["MiniBrowser"],
        }
    }

    /// Returns the names of the Debian packages that contain the engine.
    pub const fn packages(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox-esr",
            Self::WebKit => "webkit2gtk-driver xvfb xauth",
        }
    }

    /// Returns the installed browser. Returns `None` if the machine does not have the engine.
    pub fn find(self) -> Option<Installed> {
        let program = self.programs().iter().find_map(|name| program(name))?;
        if self == Self::WebKit && self::program("xvfb-run").is_none() {
            return None;
        }
        let mut command = Command::new(&program);
        if self == Self::WebKit {
            // MiniBrowser needs a display, even to print its version.
            command = Command::new("xvfb-run");
            command.arg("--auto-servernum").arg(&program);
        }
        let output = command.arg("--version").output();
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        Some(Installed {
            engine: self,
            program,
            version: version(self, &text.unwrap_or_default()),
        })
    }
}

impl Installed {
    /// Returns the part of the version that changes with each feature release: the number before the first dot, or two
    /// numbers for WebKitGTK.
    pub fn release(&self) -> &str {
        let numbers = if self.engine == Engine::WebKit { 2 } else { 1 };
        release(&self.version, numbers)
    }
}

/// Returns the name of the engine and the version number. The number is the first word of `printed` that begins with a
/// digit.
fn version(engine: Engine, printed: &str) -> String {
    let name = match engine {
        Engine::Chromium => "Chromium",
        Engine::Firefox => "Firefox",
        Engine::WebKit => "WebKitGTK",
    };
    let mut words = printed.split_whitespace();
    let number = words.find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    format!("{name} {}", number.unwrap_or("of an unknown version"))
}

fn release(version: &str, numbers: usize) -> &str {
    let number = version.rsplit(' ').next().unwrap_or(version);
    let end = number.match_indices('.').nth(numbers - 1);
    &number[..end.map_or(number.len(), |(position, _)| position)]
}

/// Returns the path of a program in the folders of `PATH`. MiniBrowser is also looked up in folders of libraries,
/// because distributions install it there.
fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    if Engine::WebKit.programs().contains(&name) {
        let libraries = ["/usr/lib", "/usr/libexec"]
            .into_iter()
            .flat_map(fs::read_dir)
            .flatten()
            .flatten();
        folders.extend(libraries.flat_map(|folder| {
            ["", "webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"]
                .map(|name| folder.path().join(name))
        }));
    }
    let mut paths = folders.into_iter().map(|folder| folder.join(name));
    paths.find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_a_name_and_a_number() {
        let printed = "Chromium 156.0.8078.108 built on Debian GNU/Linux 12";
        assert_eq!(
            version(Engine::Chromium, printed),
            "Chromium 156.0.8078.108"
        );
        assert_eq!(
            version(Engine::Firefox, "Mozilla Firefox 153.7.0esr"),
            "Firefox 153.7.0esr"
        );
        assert_eq!(
            version(Engine::WebKit, ""),
            "WebKitGTK of an unknown version"
        );
        assert_eq!(release("Firefox 153.7.0esr", 1), "153");
        assert_eq!(release("WebKitGTK 2.50.6", 2), "2.50");
    }

    #[test]
    fn name_is_parsed() {
        for engine in Engine::ALL {
            assert_eq!(Engine::from_name(engine.name()), Some(engine));
        }
        assert_eq!(Engine::from_name("safari"), None);
    }
}
