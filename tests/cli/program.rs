//! Running the program.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
};

use serde_json::Value;

/// The result of one run.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn expect(self, status: i32, out: &str, err: &str) {
        assert_eq!(
            (self.status, &*self.out, &*self.err),
            (status, out, err),
            "status, output, error"
        );
    }

    /// Returns the error line of a run that could not start.
    #[track_caller]
    pub(crate) fn complaint(self) -> String {
        assert_eq!((self.status, &*self.out), (2, ""), "{}", self.err);
        let line = self.err.strip_prefix("fetch-cors: ").expect(&self.err);
        let line = line.strip_suffix('\n').expect("a line");
        assert!(!line.contains('\n') && !line.ends_with('.'), "{line}");
        line.to_owned()
    }

    pub(crate) fn json(&self) -> Vec<Value> {
        let lines = self.out.lines();
        lines.map(|l| serde_json::from_str(l).unwrap()).collect()
    }
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fetch-cors"));
    command.args(arguments);
    command
}

pub(crate) fn spawn(command: &mut Command) -> Child {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command.stderr(Stdio::piped()).spawn().unwrap()
}

pub(crate) fn feed(command: &mut Command, input: impl Into<Vec<u8>>) -> Ran {
    let mut child = spawn(command);
    let mut stdin = child.stdin.take().unwrap();
    let input = input.into();
    // The program may end before it has read all input.
    let writer = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    Ran {
        status: output.status.code().expect("no signal"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) fn ran(arguments: &[&str], input: impl Into<Vec<u8>>) -> Ran {
    feed(&mut command(arguments), input)
}

/// Writes a file, and returns its path. Each test has a folder of its own, because tests run at the same time.
pub(crate) fn file(name: &str, content: impl AsRef<[u8]>) -> String {
    let thread = thread::current();
    let test = thread.name().unwrap_or_default().replace("::", ".");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path.into_os_string().into_string().unwrap()
}

pub(crate) fn vectors(file: &str) -> String {
    format!("{}/tests/vectors/{file}", env!("CARGO_MANIFEST_DIR"))
}
