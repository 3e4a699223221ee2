//! The two interfaces of the harness: the library and the program. The advice in a report depends on the interface.

use alloc::{format, string::String};

use super::report::cause::Cause;

/// The interface through which a check runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Interface {
    #[default]
    Library,
    Program,
}

impl Interface {
    /// Returns the setting that adds an error URL to a check.
    pub(super) const fn error_url(self) -> &'static str {
        match self {
            Self::Library => "`CheckConfig::error_url`",
            Self::Program => "`--error-url`",
        }
    }

    /// Returns the end of a sentence that begins with `to do this,`: how to send requests with unsafe methods.
    pub(super) const fn unsafe_methods(self) -> &'static str {
        match self {
            Self::Library => "do not call `CheckConfig::without_unsafe_methods`",
            Self::Program => "use `--unsafe-methods`",
        }
    }

    /// Returns the advice for a server that needs a login. The text begins with a verb.
    pub(super) const fn send_login(self) -> &'static str {
        match self {
            Self::Library => {
                "send the credentials of a test user, such as `Authorization: Bearer …` or `Cookie: …`, with every request except OPTIONS"
            }
            Self::Program => {
                "send the credentials of a test user with every request except OPTIONS: give `send.py` and `judge` the option `--header 'Authorization: Bearer …'` or `--header 'Cookie: …'`"
            }
        }
    }

    /// Returns the advice for a server that limits the number of requests. The text begins with a verb.
    pub(super) const fn avoid_limit(self) -> &'static str {
        match self {
            Self::Library => "send the requests more slowly, or raise the limit for the test",
            Self::Program => {
                "send the requests more slowly (`send.py --pause 1`), or raise the limit for the test"
            }
        }
    }

    /// Returns the beginning of the advice for a server that needs parameters or a body.
    pub(super) const fn send_body(self) -> &'static str {
        match self {
            Self::Library => "Send them",
            Self::Program => {
                "Add the parameters to the URL, give `send.py` and `judge` the option `--body '{…}'`"
            }
        }
    }

    /// Returns advice about a server that refuses the test value of the header `name`, which is `cookie` or
    /// `authorization`.
    pub(super) fn login(self, name: &str) -> String {
        let option = match self {
            Self::Library => "",
            Self::Program => {
                if name == "cookie" {
                    " (`send.py --header 'cookie: …'`)"
                } else {
                    " (`send.py --header 'authorization: …'`)"
                }
            }
        };
        let how = if name == "cookie" {
            "add the cookie of a test user to the same header line, after `; `"
        } else {
            "send the `authorization` of a test user in place of the test value"
        };
        format!("to check them, {how}{option}")
    }

    /// Returns a description of the test handler. The description is a text in parentheses.
    pub(super) const fn test_handler(self) -> &'static str {
        match self {
            Self::Library => "(`conformance::handler`)",
            Self::Program => "(see `fetch-cors guide testing_your_middleware`)",
        }
    }

    /// Returns the end of a sentence that begins with `to check this,`. The end tells the user to record the duration
    /// of each exchange.
    pub(super) const fn times(self) -> &'static str {
        match self {
            Self::Library => "give the check the duration of each exchange",
            Self::Program => "record the `seconds` of each exchange",
        }
    }

    /// Returns the end of a sentence that begins with `to judge more,`. The end tells the user how to make
    /// the ids of the recorded exchanges known.
    pub(super) const fn same_configuration(self) -> &'static str {
        match self {
            Self::Library => {
                "use the policy and the configuration that generated the test requests"
            }
            Self::Program => "give `judge` the policy and the options that `probe` had",
        }
    }

    /// Returns the function that returns the options of CORS libraries for a mistake, or the command that prints them. A
    /// sentence can begin with the text.
    pub(super) fn library_options(self, cause: Cause) -> String {
        match self {
            Self::Library => "`Cause::library_options`".into(),
            Self::Program => format!("`fetch-cors laws {}`", cause.name()),
        }
    }

    /// Returns where the user finds the statements of the laws.
    pub(super) const fn laws(self) -> &'static str {
        match self {
            Self::Library => "`conformance::laws`",
            Self::Program => "`fetch-cors laws`",
        }
    }
}
