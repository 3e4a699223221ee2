//! Reads a record: the lines with the exchanges.

use std::path::Path;

use fetch_cors::{
    cases::{Answer, ExchangeRecord},
    conformance::Recorded,
};

use crate::{
    input::{Content, Input, too_long},
    output::{Output, Stop},
    recognize::{self, Kind},
    repeated::RepeatedErrors,
    shown::{MAX_MESSAGE_CHARS, shown},
};

/// The facts about the lines of a record.
pub(super) struct Lines {
    /// The number of exchanges that are judged.
    pub(super) exchange_count: usize,
    /// Whether each line is a valid exchange, and no exchange counts as [`OtherRequests`].
    pub(super) is_whole: bool,
    /// Whether more than half of the valid exchanges count as [`OtherRequests`]. If so, the record probably belongs to
    /// another policy, URL or seed.
    pub(super) is_of_other_probes: bool,
}

/// The exchanges whose request differs from the request that `probe` printed with the same id.
#[derive(Default)]
struct OtherRequests {
    count: usize,
    /// The line number, the id and the error of the first counted exchange.
    first: Option<(u64, String, String)>,
}

impl OtherRequests {
    /// Prints one message about all exchanges that `self` counts. The message is a JSON object, or two lines of text.
    /// `inserted` is the number of exchanges that were inserted into [`Recorded`].
    fn print(&self, inserted: usize, is_json: bool, output: &mut Output) -> Result<(), Stop> {
        let Some((line, id, error)) = &self.first else {
            return Ok(());
        };
        let count = self.count;
        let of_all = format!(
            "exchanges whose request differs from the request that `fetch-cors probe` printed with the same id: {count} of {}",
            inserted + count
        );
        let result = if count > inserted {
            "; the record is not judged"
        } else {
            "; these exchanges are not judged"
        };
        if is_json {
            let rest = if count > 1 || count > inserted {
                format!("; {of_all}{result}")
            } else {
                String::new()
            };
            return output.json(&malformed(Some(id.clone()), None, format!("{error}{rest}")));
        }
        let error = shown(error, MAX_MESSAGE_CHARS);
        output.text(format_args!(
            "{of_all}{result}\nthe first is in line {line}, `{}`: {error}\n",
            id.escape_debug()
        ))
    }
}

/// Reads the exchanges of the file `path`, and prints the errors of the lines. If `is_json` is true, prints the errors
/// as JSON.
pub(super) fn read(
    path: &Path,
    recorded: &mut Recorded,
    is_json: bool,
    output: &mut Output,
) -> Result<Lines, Stop> {
    let mut input = Input::open(path)?;
    let mut is_whole = true;
    let mut inserted = 0;
    let mut others = OtherRequests::default();
    let mut errors = RepeatedErrors::default();
    while let Some(line) = input.next_line(output)? {
        let number = line.number;
        let exchange = match line.content {
            Content::Bytes(bytes) => ExchangeRecord::parse_line(bytes, number)
                .map_err(|answer| recognize::explained(answer, bytes, &[Kind::Exchange])),
            Content::TooLong => Err(malformed(None, Some(number), too_long())),
        };
        match exchange {
            Ok(exchange) => {
                let id = exchange.id.clone();
                match recorded.insert(exchange) {
                    Ok(()) => inserted += 1,
                    Err(error) => {
                        others.count += 1;
                        let first = (number, id, error.to_string());
                        others.first.get_or_insert(first);
                    }
                }
                continue;
            }
            Err(answer) if is_json => output.json(&answer)?,
            Err(Answer::Malformed { malformed, .. }) => {
                if let Some(text) = errors.add_line(number, &malformed) {
                    output.text(format_args!("{text}\n"))?;
                }
            }
            Err(_) => {}
        }
        is_whole = false;
    }
    errors.print(output)?;
    others.print(inserted, is_json, output)?;
    Ok(Lines {
        exchange_count: inserted,
        is_whole: is_whole && others.count == 0,
        is_of_other_probes: others.count > inserted,
    })
}

fn malformed(id: Option<String>, line: Option<u64>, malformed: String) -> Answer<'static> {
    Answer::Malformed {
        id,
        line,
        malformed,
    }
}
