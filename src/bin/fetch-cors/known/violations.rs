//! The list of known violations of `judge`.

use std::collections::{BTreeMap, BTreeSet};

use fetch_cors::conformance::{Cause, Violation, laws::Law};

use super::lines;
use crate::{laws, output::Stop};

/// The known violations of `judge`.
#[derive(Debug, Default)]
pub(crate) struct KnownViolations(BTreeMap<KnownEntry, KnownViolation>);

/// An entry of the list of known violations, without the reason. An entry can match several violations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum KnownEntry {
    /// All violations with this cause, if the finding has the scope of the entry.
    Cause(Cause),
    /// The violations that one probe shows for a law. The text is the name of the probe, or the id of a request.
    Probe(Law, String),
}

#[derive(Debug)]
struct KnownViolation {
    /// The name of the file and the number of the line.
    place: String,
    reason: String,
    /// The scope of the finding. If the entry names a law, the scope of the violation (see [`scope_of_violation`]).
    scope: BTreeSet<String>,
    /// Whether the check found the violation.
    found: bool,
    /// The scope that the check found, if it differs from `scope`.
    other_scope: Option<Vec<String>>,
}

/// An entry that matches no violation of the check.
pub(crate) struct Missing<'a> {
    pub(crate) entry: &'a KnownEntry,
    /// The name of the file and the number of the line.
    pub(crate) place: &'a str,
    /// The scope that the check found, if it found the cause, or the law and the probe, with another scope.
    pub(crate) other_scope: Option<&'a [String]>,
}

impl KnownViolations {
    /// Parses lines of `cause reason…`, of `law probe reason…`, and the same lines with a scope: `cause[scope]` and
    /// `law[scope]`.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Stop> {
        let mut violations = BTreeMap::new();
        for line in lines(file, text) {
            let of_cause = line.text.split_once(char::is_whitespace);
            let of_cause = of_cause.and_then(|(name, reason)| {
                let mut causes = Cause::ALL.iter();
                let (name, scope) = parse_scope(name);
                let cause = causes.find(|cause| cause.name() == name)?;
                let entry = KnownEntry::Cause(*cause);
                Some((entry, name.to_owned(), scope, reason.trim()))
            });
            let (entry, name, scope, reason) = if let Some(of_cause) = of_cause {
                of_cause
            } else {
                // The first word can be a misspelled cause, with a reason of one word after it. So this word is checked
                // before the number of words.
                check_name(line.text).map_err(|error| line.error(&error))?;
                let [law, probe, reason] = line.words(
                    "violation",
                    "either a cause and a reason, or a law, a probe and a reason",
                )?;
                let (law, scope) = parse_scope(law);
                let named = laws::law(law).map_err(|reason| line.error(&reason))?;
                let entry = KnownEntry::Probe(named, probe.to_owned());
                (entry, format!("{law} {probe}"), scope, reason)
            };
            let known = KnownViolation {
                place: line.place(),
                reason: reason.to_owned(),
                scope,
                found: false,
                other_scope: None,
            };
            if violations.insert(entry, known).is_some() {
                return Err(line.listed_twice(&name));
            }
        }
        Ok(Self(violations))
    }

    /// Returns the reason of a known violation. Each entry that matches the violation is marked as found.
    pub(crate) fn find(&mut self, violation: &Violation) -> Option<&str> {
        let names = [violation.probe()].into_iter().chain(violation.ids());
        let of_probe = names.map(|name| KnownEntry::Probe(violation.law(), name.to_owned()));
        let mut first = None;
        for key in of_probe.chain([KnownEntry::Cause(violation.cause())]) {
            if let Some(known) = self.0.get_mut(&key) {
                let scope = match key {
                    KnownEntry::Cause(_) => violation.scope().to_vec(),
                    KnownEntry::Probe(..) => scope_of_violation(violation),
                };
                if !scope.iter().eq(&known.scope) {
                    known.other_scope = Some(scope);
                    continue;
                }
                known.found = true;
                first.get_or_insert(key);
            }
        }
        self.0.get(&first?).map(|known| &*known.reason)
    }

    /// Returns the entries that match no violation of the check.
    pub(crate) fn missing(&self) -> impl Iterator<Item = Missing<'_>> {
        let missing = self.0.iter().filter(|(_, known)| !known.found);
        missing.map(|(entry, known)| Missing {
            entry,
            place: &known.place,
            other_scope: known.other_scope.as_deref(),
        })
    }
}

/// Returns the scope of one violation: `credentials` if a page of a denied origin can read the data of a user.
fn scope_of_violation(violation: &Violation) -> Vec<String> {
    let credentials = violation.allows_credentials().then_some("credentials");
    credentials.into_iter().map(String::from).collect()
}

/// Returns the text of the entry that accepts a finding with the cause and the scope, without the reason.
pub(crate) fn entry_of_cause(cause: Cause, scope: &[String]) -> String {
    with_scope(cause.name(), scope)
}

/// Returns the text of the entry that accepts a violation of the law by the probe, without the reason.
pub(crate) fn entry_of_violation(law: Law, probe: &str, scope: &[String]) -> String {
    format!("{} {probe}", with_scope(law.name(), scope))
}

fn with_scope(name: &str, scope: &[String]) -> String {
    if scope.is_empty() {
        return name.to_owned();
    }
    let names: Vec<String> = scope.iter().map(|name| encode(name)).collect();
    format!("{name}[{}]", names.join(","))
}

/// Splits the first word of an entry into the name of the cause and the scope.
fn parse_scope(word: &str) -> (&str, BTreeSet<String>) {
    let parts = word
        .strip_suffix(']')
        .and_then(|parts| parts.split_once('['));
    let Some((name, scope)) = parts else {
        return (word, BTreeSet::new());
    };
    (name, scope.split(',').map(decode).collect())
}

/// Encodes the characters that have a meaning in an entry, as `%` and two hexadecimal digits for each byte.
fn encode(name: &str) -> String {
    let mut encoded = String::new();
    for c in name.chars() {
        if c.is_whitespace() || c.is_control() || matches!(c, ',' | '%') {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                encoded.push_str(&format!("%{byte:02X}"));
            }
        } else {
            encoded.push(c);
        }
    }
    encoded
}

fn decode(name: &str) -> String {
    let mut parts = name.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2);
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let rest = byte.and_then(|_| part.get(2..));
        bytes.push(byte.unwrap_or(b'%'));
        bytes.extend(rest.unwrap_or(part).bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Checks that the first word of an entry is the name of a cause or a law. The word can have a scope.
fn check_name(entry: &str) -> Result<(), String> {
    let first = entry.split_whitespace().next().unwrap_or_default();
    let (first, _) = parse_scope(first);
    if Cause::ALL.iter().any(|cause| cause.name() == first) {
        return Ok(());
    }
    laws::law(first).map(|_| ())
}

#[cfg(test)]
mod tests {
    use fetch_cors::conformance::Cause;

    use super::{entry_of_cause, parse_scope};

    #[test]
    fn each_scope_can_be_written_and_read() {
        for names in [
            &["PUT"][..],
            &["http://[::1]:8080", "x-a"],
            &["", "a, b", "50%", "%2C", "a]", "tab\t", "\u{3000}é"],
        ] {
            let scope: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let entry = entry_of_cause(Cause::LacksMethod, &scope);
            assert!(!entry.contains(char::is_whitespace), "{entry}");
            let (name, read) = parse_scope(&entry);
            assert_eq!(name, "lacks-method");
            assert_eq!(read, scope.into_iter().collect());
        }
    }
}
