//! Namespaces for a browser: nothing leaves the loopback interface, and no process outlives the worker.

use std::{
    env,
    ffi::OsString,
    process::{Command, Stdio},
};

use crate::policy::origins::hosts_file;

/// How a worker is separated from the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// Namespaces that root creates.
    Root,
    /// Namespaces inside of a user namespace, for a user other than root.
    User,
    /// No namespaces: the browser uses the loopback interface of the machine.
    Absent,
}

/// The argument that makes a worker run in namespaces.
pub const ISOLATED: &str = "--isolated";

impl Isolation {
    /// Returns the best isolation that the machine permits.
    pub fn find() -> Self {
        [Self::Root, Self::User]
            .into_iter()
            .find(Self::is_permitted)
            .unwrap_or(Self::Absent)
    }

    fn is_permitted(&self) -> bool {
        let arguments = self.unshare();
        let mut command = Command::new("unshare");
        command
            .args(arguments)
            .args(["ip", "link", "set", "lo", "up"]);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    fn unshare(self) -> Vec<&'static str> {
        let namespaces = [
            "--net",
            "--pid",
            "--mount",
            "--ipc",
            "--fork",
            "--kill-child",
            "--mount-proc",
        ];
        let user: &[_] = match self {
            Self::User => &["--user", "--map-root-user"],
            Self::Root | Self::Absent => &[],
        };
        [user, &namespaces].concat()
    }

    /// Returns a command that runs this program as a worker.
    pub fn worker(self, arguments: &[OsString]) -> std::io::Result<Command> {
        let program = env::current_exe()?;
        let mut command;
        if self == Self::Absent {
            command = Command::new(program);
            command.arg("worker");
            // Ctrl-C reaches only the recorder. The worker notices that the recorder has ended, and
            // ends the browser.
            std::os::unix::process::CommandExt::process_group(&mut command, 0);
        } else {
            command = Command::new("unshare");
            command
                .args(self.unshare())
                .arg(program)
                .args(["worker", ISOLATED]);
        }
        command.args(arguments);
        Ok(command)
    }
}

/// The hosts file for the names of the pages. [`enter`] mounts a file system in memory at `/var/tmp`.
const HOSTS: &str = "/var/tmp/hosts";

/// Prepares the namespaces of this process: the loopback interface, and folders in memory.
pub fn enter(headed: bool) -> Result<(), String> {
    run("ip", &["link", "set", "lo", "up"])?;
    // WebKit resolves names only if an interface has an address outside 127.0.0.0/8. The loopback interface can have
    // such an address.
    run("ip", &["addr", "add", "10.9.9.9/32", "dev", "lo"])?;
    run("mount", &["-t", "tmpfs", "tmpfs", "/var/tmp"])?;
    std::fs::write(HOSTS, hosts_file()).map_err(|error| format!("{HOSTS}: {error}"))?;
    run("mount", &["--bind", HOSTS, "/etc/hosts"])?;
    if !headed {
        // An empty folder hides `/tmp`, except for a headed browser, which needs the socket of the display in `/tmp`.
        run("mount", &["-t", "tmpfs", "tmpfs", "/tmp"])?;
    }
    Ok(())
}

fn run(program: &str, arguments: &[&str]) -> Result<(), String> {
    let failed = |reason: String| format!("`{program} {}`: {reason}", arguments.join(" "));
    let status = Command::new(program)
        .args(arguments)
        .status()
        .map_err(|error| failed(error.to_string()))?;
    if status.success() {
        Ok(())
    } else {
        Err(failed(status.to_string()))
    }
}
