//! The text about the call, about the exchanges, and about the response headers that scripts cannot read.

use alloc::{format, vec::Vec};
use core::fmt::{self, Formatter};

use super::{
    super::{ExplainedAnswer, ExplainedExchange, Explanation, HiddenHeader, NearMiss},
    MAX_NAMED,
    wrap::{Columns, wrapped},
};
use crate::explain::shown::{MAX_NEEDED_CHARS, MAX_VALUE_CHARS, shortened};

/// The maximum number of displayed characters of a header value in an exchange.
const MAX_LINE_CHARS: usize = 100;

impl Explanation {
    pub(super) fn fmt_details(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.fmt_asked(f)?;
        if !self.has_preflight_in_summary() {
            self.fmt_preflight(f)?;
        }
        self.fmt_exchanges(f)?;
        fmt_hidden(
            f,
            &self.hidden.iter().collect::<Vec<_>>(),
            &self.hidden_near_misses,
        )
    }

    fn fmt_asked(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let asked = &self.asked;
        let url = shortened(&asked.url, MAX_NEEDED_CHARS);
        let method = shortened(&asked.method, MAX_VALUE_CHARS);
        writeln!(f, "\nCall: {} {method} {url}", asked.api)?;
        writeln!(
            f,
            "  page {}, mode {}, credentials {}",
            shortened(&asked.origin, MAX_NEEDED_CHARS),
            asked.mode,
            asked.credentials
        )?;
        fmt_headers(f, "  ", &asked.headers)
    }

    /// Writes whether there is a preflight, and the reasons.
    pub(super) fn fmt_preflight(&self, f: &mut impl Columns) -> fmt::Result {
        let is_needed = self.exchanges.iter().any(|exchange| exchange.is_preflight);
        let start = if is_needed {
            "Preflight: yes, because "
        } else {
            "Preflight: no, because "
        };
        for (position, reason) in self.preflight.iter().enumerate() {
            let start = if position == 0 { start } else { "  and " };
            wrapped(f, start, "  ", reason)?;
        }
        let mut plain = self.plain_words_of_preflight().into_iter();
        plain.try_for_each(|sentence| wrapped(f, "  ", "  ", sentence))
    }

    fn fmt_exchanges(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (position, exchange) in self.exchanges.iter().enumerate() {
            fmt_exchange(f, position, exchange)?;
            let refused = self
                .refusals
                .iter()
                .any(|refusal| refusal.exchange == Some(position));
            if refused {
                f.write_str("   the browser stops here\n")?;
            }
        }
        Ok(())
    }
}

/// Writes the headers that a script cannot read, and the mistakes that hide them. Leaves out the headers that a script does
/// not need.
pub(super) fn fmt_hidden(
    f: &mut Formatter<'_>,
    hidden: &[&HiddenHeader],
    near_misses: &[NearMiss],
) -> fmt::Result {
    let shown = for_scripts(hidden);
    if shown.is_empty() {
        return Ok(());
    }
    let heading = "The page cannot read these headers of the response:";
    wrapped(f, "\n", "", heading)?;
    for hidden in shown.iter().take(MAX_NAMED) {
        let name = shortened(&hidden.name, MAX_NEEDED_CHARS);
        let sentence = format!("{name}: {}", hidden.reason);
        wrapped(f, "  ", "    ", &sentence)?;
    }
    match shown.len().saturating_sub(MAX_NAMED) {
        0 => {}
        rest => writeln!(f, "  and {rest} more")?,
    }
    let mut mistakes = mistakes_of_hidden(&shown, near_misses);
    mistakes.try_for_each(|sentence| wrapped(f, "  ", "  ", sentence))
}

/// Returns the headers that a script can need.
pub(in crate::explain) fn for_scripts<'e>(hidden: &[&'e HiddenHeader]) -> Vec<&'e HiddenHeader> {
    let hidden = hidden.iter().copied();
    hidden
        .filter(|hidden| !is_of_transport(&hidden.name))
        .collect()
}

/// Returns the sentences about the mistakes that hide these headers.
pub(in crate::explain) fn mistakes_of_hidden<'e>(
    hidden: &[&HiddenHeader],
    near_misses: &'e [NearMiss],
) -> impl Iterator<Item = &'e str> {
    let can_be_exposed = hidden.iter().any(|hidden| hidden.can_be_exposed());
    let misses = near_misses.iter().filter(move |_| can_be_exposed);
    misses.map(|miss| &*miss.sentence)
}

/// Whether the header is for the browser, for caches or for the connection. A script does not need such a header.
pub(crate) fn is_of_transport(name: &str) -> bool {
    name.starts_with("access-control-")
        || matches!(
            name,
            "alt-svc"
                | "connection"
                | "date"
                | "keep-alive"
                | "server"
                | "strict-transport-security"
                | "transfer-encoding"
                | "vary"
                | "via"
        )
}

fn fmt_exchange(
    f: &mut Formatter<'_>,
    position: usize,
    exchange: &ExplainedExchange,
) -> fmt::Result {
    let url = shortened(&exchange.url, MAX_NEEDED_CHARS);
    let method = shortened(&exchange.method, MAX_VALUE_CHARS);
    write!(f, "\n{}. {method} {url}", position + 1)?;
    if exchange.is_preflight {
        f.write_str(" (preflight)")?;
    }
    if exchange.answer == ExplainedAnswer::NotRecorded {
        return f.write_str("\n   not in the recording\n");
    }
    if exchange.has_credentials {
        f.write_str(" (with credentials)")?;
    }
    if !exchange.was_sent {
        f.write_str(" (sent only after the fix)")?;
    }
    f.write_str("\n")?;
    fmt_headers(f, "   > ", &exchange.headers)?;
    match &exchange.answer {
        ExplainedAnswer::Response { status, headers } => {
            match status {
                Some(status) => writeln!(f, "   < status {status}")?,
                None => f.write_str("   < the status is not in the recording\n")?,
            }
            fmt_headers(f, "   < ", headers)
        }
        ExplainedAnswer::ConnectionError => f.write_str("   < no answer\n"),
        ExplainedAnswer::Unknown | ExplainedAnswer::NotRecorded => {
            f.write_str("   < the answer is not known\n")
        }
    }
}

fn fmt_headers(
    f: &mut Formatter<'_>,
    start: &str,
    headers: &[(impl AsRef<str>, impl AsRef<str>)],
) -> fmt::Result {
    for (name, value) in headers.iter().take(MAX_NAMED) {
        let (name, value) = (name.as_ref(), value.as_ref());
        let name = shortened(name, MAX_NEEDED_CHARS);
        let value = shortened(value, MAX_LINE_CHARS);
        writeln!(f, "{start}{name}: {value}")?;
    }
    let rest = headers.len().saturating_sub(MAX_NAMED);
    if rest > 0 {
        writeln!(f, "{start}and {rest} more")?;
    }
    Ok(())
}
