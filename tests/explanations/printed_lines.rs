//! The fix as a reader applies it: the removed and the added lines of the explanation, in place of the edits.

use fetch_cors::{
    explain::{
        AlternativeAnswer, AlternativeFix, ChangedHeader, ChangedStatus, Edit, ExplainedAnswer,
        ExplainedExchange, Explanation,
    },
    http::StatusCode,
};

/// Returns, for each exchange, the edits that do exactly the changes that the explanation prints.
pub(crate) fn printed_edits(explanation: &Explanation) -> Result<Vec<Vec<Edit>>, String> {
    let mut edits = vec![Vec::new(); explanation.exchanges.len()];
    for answer in explanation.fix.answers() {
        let printed = Printed {
            status: answer.status,
            headers: &answer.headers,
            edits: &answer.edits,
        };
        let old = headers(&explanation.exchanges[answer.exchange]);
        edits[answer.exchange] = edits_of_answer(&printed, old)?;
    }
    Ok(edits)
}

/// Returns, for each changed answer of the alternative, the edits that do exactly the changes that the explanation prints.
pub(crate) fn printed_edits_of_alternative(
    explanation: &Explanation,
    alternative: &AlternativeFix,
) -> Result<Vec<Vec<Edit>>, String> {
    let edits = alternative.answers.iter().map(|answer| {
        let printed = Printed {
            status: answer.status,
            headers: &answer.headers,
            edits: &answer.edits,
        };
        let keeps_lines = answer.headers.iter().any(|header| !header.kept.is_empty());
        match old_exchange(explanation, answer) {
            Some(old) => edits_of_answer(&printed, headers(old)),
            // The old answer is not in the explanation, so the places of its lines are not known.
            None if keeps_lines => Ok(answer.edits.clone()),
            None => edits_of_answer(&printed, &[]),
        }
    });
    edits.collect()
}

/// Returns the exchange whose answer the alternative changes. `None` if only the changed page sends the request.
fn old_exchange<'e>(
    explanation: &'e Explanation,
    answer: &AlternativeAnswer,
) -> Option<&'e ExplainedExchange> {
    let mut exchanges = explanation.exchanges.iter();
    exchanges
        .find(|exchange| exchange.is_preflight == answer.is_preflight && exchange.url == answer.url)
}

fn headers(exchange: &ExplainedExchange) -> &[(String, String)] {
    match &exchange.answer {
        ExplainedAnswer::Response { headers, .. } => headers,
        _ => &[],
    }
}

/// The printed changes of an answer, and the edits behind these changes.
struct Printed<'a> {
    status: Option<ChangedStatus>,
    headers: &'a [ChangedHeader],
    edits: &'a [Edit],
}

/// Returns the edits that do the printed changes. `old` has the headers of the old answer.
fn edits_of_answer(answer: &Printed<'_>, old: &[(String, String)]) -> Result<Vec<Edit>, String> {
    let mut edits = vec![Edit::Answer];
    if let Some(status) = answer.status {
        let status = StatusCode::from_u16(status.after).map_err(|error| error.to_string())?;
        edits.push(Edit::SetStatus { status });
    }
    for header in answer.headers {
        let name = name_of(header, answer).ok_or_else(|| format!("no edit of {header:?}"))?;
        if header.renamed_from.is_some() {
            // The edit of the misspelled name also removes the header lines with this name.
            let renamed =
                |edit: &&Edit| matches!(edit, Edit::RenameHeader { to, .. } if *to == name);
            edits.extend(answer.edits.iter().find(renamed).cloned());
        }
        edits.push(lines_of_header(name, header, old)?);
    }
    Ok(edits)
}

/// Returns the edit that removes the lines in `before`, and sends the line in `after`.
fn lines_of_header(
    name: &'static str,
    header: &ChangedHeader,
    old: &[(String, String)],
) -> Result<Edit, String> {
    let value = header.after.as_deref().map(unescaped);
    if header.kept.is_empty() {
        return Ok(
            value.map_or(Edit::RemoveHeader { name }, |value| Edit::SetHeader {
                name,
                value,
            }),
        );
    }
    let old = old
        .iter()
        .filter(|(other, _)| other.eq_ignore_ascii_case(name));
    let mut before = header.before.clone();
    let mut lines = Vec::new();
    for (position, (_, value)) in old.enumerate() {
        if let Some(found) = before.iter().position(|removed| removed == value) {
            before.remove(found);
            lines.push(position);
        }
    }
    if !before.is_empty() || (lines.is_empty() && value.is_some()) {
        return Err(format!("the answer does not have the lines of {header:?}"));
    }
    Ok(Edit::ReplaceLines { name, lines, value })
}

/// Returns the name of the header in lower case.
fn name_of(header: &ChangedHeader, answer: &Printed<'_>) -> Option<&'static str> {
    let names = answer.edits.iter().filter_map(|edit| match edit {
        Edit::SetHeader { name, .. }
        | Edit::ReplaceLines { name, .. }
        | Edit::RemoveHeader { name }
        | Edit::RenameHeader { to: name, .. }
        | Edit::AddElement { name, .. } => Some(*name),
        _ => None,
    });
    let mut names = names.filter(|name| name.eq_ignore_ascii_case(&header.name));
    names.next()
}

/// Returns the value of a printed line. A reader understands an escape, such as `\x60` for a backtick, as the character.
fn unescaped(printed: &str) -> String {
    let mut value = String::new();
    let mut rest = printed;
    while let Some((before, behind)) = rest.split_once('\\') {
        value.push_str(before);
        let code = behind.strip_prefix('x').and_then(|code| code.get(..2));
        let character = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        let (character, length) = match character {
            Some(byte) => (char::from(byte), 3),
            None => ('\\', usize::from(behind.starts_with('\\'))),
        };
        value.push(character);
        rest = behind.get(length..).unwrap_or_default();
    }
    value + rest
}
