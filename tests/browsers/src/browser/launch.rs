//! How each browser is started with a new profile.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
};

use super::{
    devtools::Pipes,
    engine::{Engine, Installed},
};
use crate::server::certificate::{Certificate, NAMES};

/// With these preferences, Firefox shows no first-run pages, sends no requests by itself, and accepts all cookies.
const FIREFOX_PREFERENCES: &[(&str, &str)] = &[
    ("app.normandy.enabled", "false"),
    ("app.update.enabled", "false"),
    ("browser.aboutwelcome.enabled", "false"),
    ("browser.safebrowsing.downloads.enabled", "false"),
    ("browser.safebrowsing.malware.enabled", "false"),
    ("browser.safebrowsing.phishing.enabled", "false"),
    ("browser.search.update", "false"),
    ("browser.sessionstore.resume_from_crash", "false"),
    ("browser.shell.checkDefaultBrowser", "false"),
    ("datareporting.healthreport.uploadEnabled", "false"),
    ("datareporting.policy.dataSubmissionEnabled", "false"),
    ("dom.max_script_run_time", "0"),
    ("extensions.update.enabled", "false"),
    ("network.captive-portal-service.enabled", "false"),
    ("network.connectivity-service.enabled", "false"),
    ("network.cookie.cookieBehavior", "0"),
    ("network.dns.disablePrefetch", "true"),
    ("network.proxy.type", "0"),
    ("services.settings.server", "\"\""),
    ("toolkit.telemetry.enabled", "false"),
];

/// The preferences of Chromium: third-party cookies are allowed, as in the other browsers.
const CHROMIUM_PREFERENCES: &str =
    r#"{"profile":{"cookie_controls_mode":0,"block_third_party_cookies":false}}"#;

/// The preferences with which Firefox listens for developer tools.
const FIREFOX_TOOLS_PREFERENCES: &[(&str, &str)] = &[
    ("devtools.chrome.enabled", "true"),
    ("devtools.debugger.prompt-connection", "false"),
    ("devtools.debugger.remote-enabled", "true"),
];

/// How the recorder uses the developer tools of the browser.
#[derive(Clone, Copy)]
pub enum Tools<'a> {
    Unused,
    /// Chromium exchanges messages over the pipes.
    Pipes(&'a Pipes),
    /// Firefox listens on the port.
    Port(u16),
}

/// Starts the browser with the page. `folder` has the profile. The browser becomes the leader of a process group.
pub fn start(
    browser: &Installed,
    folder: &Path,
    page: &str,
    headed: bool,
    certificate: Option<&Certificate>,
    tools: Tools<'_>,
) -> io::Result<Child> {
    let mut command = command(browser, folder, page, headed, certificate, tools)?;
    if let Tools::Pipes(pipes) = tools {
        command = with_pipes(&command, pipes);
    }
    command
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_CACHE_HOME")
        .env_remove("XDG_DATA_HOME")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
}

fn command(
    browser: &Installed,
    folder: &Path,
    page: &str,
    headed: bool,
    certificate: Option<&Certificate>,
    tools: Tools<'_>,
) -> io::Result<Command> {
    let mut command = Command::new(&browser.program);
    match browser.engine {
        Engine::Chromium => {
            let default = folder.join("profile/Default");
            fs::create_dir_all(&default)?;
            fs::write(default.join("Preferences"), CHROMIUM_PREFERENCES)?;
            let mut profile = OsString::from("--user-data-dir=");
            profile.push(folder.join("profile"));
            command.arg(profile).args([
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-background-timer-throttling",
                "--disable-renderer-backgrounding",
                "--disable-component-update",
                "--disable-sync",
                "--password-store=basic",
            ]);
            if !headed {
                command.arg("--headless=new");
            }
            if certificate.is_some() {
                command.arg("--ignore-certificate-errors");
            }
            command.arg(page);
        }
        Engine::Firefox => {
            let mut preferences = FIREFOX_PREFERENCES.to_vec();
            if let Tools::Port(port) = tools {
                preferences.extend(FIREFOX_TOOLS_PREFERENCES);
                command.args(["--start-debugger-server", &port.to_string()]);
            }
            let lines = preferences
                .iter()
                .map(|(name, value)| format!("user_pref(\"{name}\", {value});\n"));
            let profile = folder.join("profile");
            fs::create_dir(&profile)?;
            fs::write(profile.join("user.js"), lines.collect::<String>())?;
            if let Some(certificate) = certificate {
                fs::write(profile.join("cert_override.txt"), overrides(certificate))?;
            }
            if !headed {
                command.arg("--headless");
            }
            command
                .args(["--no-remote", "--profile"])
                .arg(profile)
                .arg(page);
        }
        Engine::WebKit => {
            if !headed {
                command = Command::new("xvfb-run");
                command.arg("--auto-servernum").arg(&browser.program);
            }
            if certificate.is_some() {
                command.arg("--ignore-tls-errors");
            }
            command.args(["--cookies-policy=always", page]);
            // WebKit's sandbox needs further namespaces. On some machines, a process in a namespace cannot create them,
            // so the sandbox is off.
            command.env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
        }
    }
    Ok(command)
}

/// Returns a command that runs `command`. The two pipes are the file descriptors 3 and 4 of the command. The standard
/// library sets only the descriptors 0 to 2 of a command, so a shell opens the pipes.
fn with_pipes(command: &Command, pipes: &Pipes) -> Command {
    let mut shell = Command::new("sh");
    let script = r#"input=$1 output=$2; shift 2; exec "$@" 3<"$input" 4>"$output""#;
    shell
        .args(["-c", script, "sh"])
        .args([&pipes.input, &pipes.output])
        .arg(command.get_program())
        .arg("--remote-debugging-pipe")
        .args(command.get_args());
    shell
}

/// Returns the text of the file in which Firefox stores the certificates that a user accepts.
fn overrides(certificate: &Certificate) -> String {
    let sha256 = "OID.2.16.840.1.101.3.4.2.1";
    let line = |name: &&str| format!("{name}:443:\t{sha256}\t{}\t\n", certificate.fingerprint);
    NAMES.iter().map(line).collect()
}
