//! The recorder with programs in place of browsers: nothing is left running, and errors are clear.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The time that a process has to start or to end.
const LIMIT: Duration = Duration::from_secs(60);

/// A folder with a program `chromium`. Dropping the value removes the folder.
struct Browser(PathBuf);

impl Browser {
    fn new(name: &str, script: &str) -> Self {
        // A worker hides the folders of temporary files. The target folder can be in one of these folders: then the
        // home folder is used.
        let home = env::var("HOME").unwrap();
        let mut folders = [env!("CARGO_TARGET_TMPDIR"), &home].into_iter();
        let is_visible = |folder: &&str| {
            !["/tmp", "/var/tmp"]
                .iter()
                .any(|hidden| Path::new(folder).starts_with(hidden))
        };
        let folder = folders
            .find(is_visible)
            .expect("a folder that a worker does not hide");
        let folder =
            Path::new(folder).join(format!(".fetch-cors-test-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let program = folder.join("chromium");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }

    /// Returns a command that runs the recorder. `PATH` begins with the folder of this value, so the recorder starts
    /// the program in this folder.
    fn recorder(&self) -> Command {
        let path = env::var_os("PATH").unwrap();
        let folders = [self.0.clone()].into_iter().chain(env::split_paths(&path));
        let mut command = recorder(env::join_paths(folders).unwrap().as_ref());
        command.args(["--engines", "chromium", "--count", "1", "--seed", "1"]);
        command
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn recorder(path: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fetch-cors-browsers"));
    command.env("PATH", path).stdin(Stdio::null());
    command
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Returns the number of processes that have this argument.
fn running(argument: &str) -> usize {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    lines
        .filter(|line| {
            line.split(|&byte| byte == 0)
                .any(|word| word == argument.as_bytes())
        })
        .count()
}

fn wait_until(is_done: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        if is_done() {
            return true;
        }
        thread::sleep(Duration::from_millis(50));
    }
    false
}

/// The browser runs until it is killed. The signal reaches only the recorder.
#[test]
fn nothing_is_left_after_a_signal() {
    for (number, signal) in ["INT", "TERM", "KILL"].into_iter().enumerate() {
        let seconds = format!("9{}.{number}", std::process::id());
        let script = format!("[ \"$1\" = --version ] && exit\nsleep {seconds}\n");
        let browser = Browser::new(signal, &script);
        let mut command = browser.recorder();
        let mut recorder = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        assert!(wait_until(|| running(&seconds) > 0), "{signal}: no browser");
        let id = recorder.id().to_string();
        let status = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(status.unwrap().success());
        let _ = recorder.wait();
        assert!(
            wait_until(|| running(&seconds) == 0),
            "{signal}: the browser still runs"
        );
    }
}

#[test]
fn browser_that_ends_is_replaced_and_then_given_up() {
    let browser = Browser::new("ends", "[ \"$1\" = --version ] && exit\nexit 3");
    let output = browser.recorder().output().unwrap();
    let text = text(&output);
    let replaced = "the browser was replaced: the browser ended: exit status: 3";
    // Each of the two runs gives up after three browsers.
    assert_eq!(text.matches(replaced).count(), 6, "{text}");
    assert!(text.contains("0 unstable, 0 without an outcome after 20 seconds, 1 not run\n  not run: check-000001\n  repeat with: cargo run --release --manifest-path tests/browsers/Cargo.toml -- --seed 1 --count 1 --only check-000001 --engines chromium\n"), "{text}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn missing_browsers_are_named_with_their_packages() {
    let empty = Path::new("/nonexistent");
    let output = recorder(empty).output().unwrap();
    assert_eq!(
        text(&output),
        "error: no browser is installed: install one or several, on Debian with `apt-get install chromium firefox-esr webkit2gtk-driver xvfb xauth`\n"
    );
    assert_eq!(output.status.code(), Some(2));
    let output = recorder(empty)
        .args(["--engines", "firefox"])
        .output()
        .unwrap();
    assert_eq!(
        text(&output),
        "error: firefox is not installed: install it, on Debian with `apt-get install firefox-esr`\n"
    );
}
