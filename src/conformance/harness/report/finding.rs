//! A finding: all violations that have the same cause.

use alloc::{format, string::String, vec::Vec};
use core::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{cause::Cause, engines::only_in, violation::Violation};
use crate::{conformance::laws::severity::Severity, engine::Engine};

const MAX_NAMED_PROBES: usize = 6;

/// A mistake of a server, and the violations that this mistake causes.
///
/// ```
/// use fetch_cors::{conformance::{Cause, CheckConfig, Severity, check}, server::CorsPolicy};
///
/// let policy = CorsPolicy::builder().origins(["https://app.example", "https://other.example"]).build()?;
/// let mut silent = |_: http::Request<()>| http::Response::new(());
/// let report = check(&mut silent, &policy, CheckConfig::new("https://api.example/")?)?;
/// let findings = report.findings();
/// assert_eq!((findings.len(), findings[0].cause()), (1, Cause::NoCorsHeaders));
/// assert_eq!(findings[0].severity(), Severity::Broken);
/// assert!(findings[0].violations().len() > 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding<'r> {
    example: &'r Violation,
    violations: Vec<&'r Violation>,
}

impl<'r> Finding<'r> {
    /// Groups the violations of a report by cause. The violations are sorted, so the first violation of a cause is the
    /// example.
    pub(super) fn from_violations(violations: &'r [Violation]) -> Vec<Self> {
        let mut findings: Vec<Self> = Vec::new();
        for violation in violations {
            let mut known = findings.iter_mut();
            match known.find(|finding| finding.cause() == violation.cause()) {
                Some(finding) => finding.violations.push(violation),
                None => findings.push(Self {
                    example: violation,
                    violations: Vec::from([violation]),
                }),
            }
        }
        findings
    }

    /// Returns the cause.
    pub const fn cause(&self) -> Cause {
        self.example.cause()
    }

    /// Returns the mistake of the server: the text of the cause, with the methods, headers or origins that the check saw.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, check, policies::serve}, http::Request, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut without_options = |request: Request<()>| {
    ///     let mut response = serve(&policy, &request);
    ///     if request.method() == "OPTIONS" {
    ///         response = http::Response::builder().status(404).body(()).unwrap();
    ///     }
    ///     response
    /// };
    /// let report = check(&mut without_options, &policy, CheckConfig::new("https://api.example/")?)?;
    /// let mistake = report.findings()[0].mistake();
    /// assert!(mistake.starts_with("preflights get the status 404"));
    /// // The policy permits only methods and headers that need no preflight.
    /// assert!(mistake.ends_with("if your pages have no such listeners, ignore this finding"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn mistake(&self) -> String {
        let mistake = self.example.mistake.as_deref();
        String::from(mistake.unwrap_or(self.cause().mistake()))
    }

    /// Returns the fix of the mistake, with the methods, headers or origins that the check saw. For some policies, the
    /// fix differs from [`Cause::advice`].
    ///
    /// ```
    /// use fetch_cors::{conformance::{Cause, CheckConfig, check}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().any_origin().build()?;
    /// let mut server = |_: http::Request<()>| {
    ///     let response = http::Response::builder().header("access-control-allow-origin", "*");
    ///     response.header("access-control-allow-credentials", "true").body(()).unwrap()
    /// };
    /// let report = check(&mut server, &policy, CheckConfig::new("https://api.example/")?)?;
    /// let finding = &report.findings()[0];
    /// assert_eq!(finding.cause(), Cause::WildcardWithCredentials);
    /// assert!(finding.advice().starts_with("remove `Access-Control-Allow-Credentials`"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn advice(&self) -> &'r str {
        self.example.fix()
    }

    /// Returns the scope of the mistake (see [`Violation::scope`]).
    pub fn scope(&self) -> &'r [String] {
        self.example.scope()
    }

    /// Returns the severity, the mistake, the name of the cause and the engines.
    pub(super) fn first_line(&self) -> String {
        let only = only_in(&self.engines());
        let (severity, cause) = (self.severity(), self.cause());
        format!("{severity}: {} ({cause}){only}", self.mistake())
    }

    /// Returns the severity of the worst violation.
    pub const fn severity(&self) -> Severity {
        self.example.severity()
    }

    /// Returns the violation that shows the cause best.
    pub const fn example(&self) -> &'r Violation {
        self.example
    }

    /// Returns the browser engines in which the worst violations of the finding occur. The worst violations have the
    /// [severity](Self::severity) of the finding. Most findings occur in all engines.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, check}, engine::Engine, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut silent = |_: http::Request<()>| http::Response::new(());
    /// let report = check(&mut silent, &policy, CheckConfig::new("https://api.example/")?)?;
    /// assert_eq!(report.findings()[0].engines(), Engine::ALL);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn engines(&self) -> Vec<Engine> {
        let is_real = |engine: &Engine| {
            let worst = |violation: &&&Violation| violation.severity() == self.severity();
            let mut worst = self.violations.iter().filter(worst);
            worst.any(|violation| violation.engines().contains(engine))
        };
        Engine::ALL.into_iter().filter(is_real).collect()
    }

    /// Returns the violations of the finding. The first violation is the [example](Self::example).
    pub fn violations(&self) -> &[&'r Violation] {
        &self.violations
    }
}

/// Displays the mistake, the fix, the example, the number of the other violations, and the names of up to six other
/// probes that show these violations.
impl fmt::Display for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let example = self.example;
        writeln!(f, "{}", self.first_line())?;
        writeln!(f, "fix: {}", self.advice())?;
        writeln!(
            f,
            "example: {} ({}): {}",
            example.law(),
            example.probe(),
            example.message_without_advice()
        )?;
        f.write_str(&example.explanation())?;
        let others = self.violations.get(1..).unwrap_or_default();
        if others.is_empty() {
            return Ok(());
        }
        let mut named: Vec<&str> = Vec::new();
        for other in others {
            if !named.contains(&other.probe()) && other.probe() != example.probe() {
                named.push(other.probe());
            }
        }
        let rest = if named.len() > MAX_NAMED_PROBES {
            ", …"
        } else {
            ""
        };
        named.truncate(MAX_NAMED_PROBES);
        let named = if named.is_empty() {
            String::new()
        } else {
            format!(" ({}{rest})", named.join(", "))
        };
        write!(f, "\nmore violations: {}{named}", others.len())
    }
}

/// Serializes the cause, the severity, the mistake, the advice, the scope and the number of violations. The member `scope`
/// is absent if the scope is empty.
impl Serialize for Finding<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("cause", self.cause().name())?;
        map.serialize_entry("severity", self.severity().name())?;
        map.serialize_entry("mistake", &self.mistake())?;
        map.serialize_entry("advice", self.advice())?;
        if !self.scope().is_empty() {
            map.serialize_entry("scope", self.scope())?;
        }
        let engines = self.engines();
        if engines != Engine::ALL {
            let names: Vec<&str> = engines.iter().map(|engine| engine.name()).collect();
            map.serialize_entry("engines", &names)?;
        }
        map.serialize_entry("violations", &self.violations.len())?;
        map.end()
    }
}
