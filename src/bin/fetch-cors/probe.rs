//! `fetch-cors probe`: prints the test requests for a server that should implement a policy.

use std::path::PathBuf;

use fetch_cors::{
    conformance::{CheckConfig, Recorded},
    server::CorsPolicy,
};

use crate::{
    Verdict,
    output::{Output, Stop},
    policy_file,
};

/// The end of the help of `probe`: the form of the output.
pub(crate) const LINES: &str = r#"A line of the output:
  {"id":"reflection/1","method":"GET","url":"http://127.0.0.1:8000/notes","headers":[["accept","*/*"],["origin","https://unlisted.test"]]}

The requests have no body. The help of `judge` shows the lines to record. `fetch-cors guide send.py > send.py` writes a Python
script that sends the requests and records the responses. `fetch-cors guide testing_your_middleware` describes the script."#;

#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Arguments {
    /// The file with the policy that the server should implement, JSON or TOML; `-` is the standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: PathBuf,
    /// The URL to test, with its path, such as `http://127.0.0.1:8000/notes`. An `http` URL is judged like an
    /// `https` URL, although browsers block requests of `https` pages to it.
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    url: CheckConfig,
    /// The seed of the generated requests, a number; the default is 0.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true,
        allow_negative_numbers = true
    )]
    seed: u64,
    /// A URL that the server answers with an error, such as a path that does not exist. The CORS headers of this error are
    /// checked too.
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    error_url: Option<CheckConfig>,
    /// Also use requests with POST, PUT, DELETE, PATCH and other methods. The server executes these requests: use a test
    /// instance of the server.
    ///
    /// Without this option, only requests with GET, HEAD and OPTIONS are used, and the report of `judge` lists the parts
    /// that are not checked.
    #[arg(long)]
    unsafe_methods: bool,
}

impl Arguments {
    /// Creates the configuration of the check from the arguments.
    pub(crate) fn config(&self) -> Result<CheckConfig, Stop> {
        let mut config = self.url.clone().seed(self.seed).name_program_options();
        if let Some(error) = &self.error_url {
            config = config
                .error_url(error.url().as_str())
                .map_err(|error| Stop::CannotRun(error.to_string()))?;
        }
        if !self.unsafe_methods {
            config = config.without_unsafe_methods();
        }
        Ok(config)
    }
}

/// Creates the check of recorded exchanges.
pub(crate) fn recorded(policy: &CorsPolicy, config: CheckConfig) -> Result<Recorded, Stop> {
    Recorded::new(policy, config).map_err(|error| Stop::CannotRun(error.to_string()))
}

pub(crate) fn probe(arguments: &Arguments, output: &mut Output) -> Result<Verdict, Stop> {
    let policy = match policy_file::read(&arguments.policy)? {
        Ok(policy) => policy,
        Err(errors) => {
            errors.print_aside();
            return Ok(Verdict::Failed);
        }
    };
    let recorded = recorded(&policy, arguments.config()?)?;
    recorded.requests().try_for_each(|line| output.json(line))?;
    Ok(Verdict::Passed)
}

fn parse_url(url: &str) -> Result<CheckConfig, String> {
    CheckConfig::new(url).map_err(|error| error.reason().to_owned())
}
