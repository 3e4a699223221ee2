//! The parts of an entry that decide its verdict. Entries with equal keys have the same verdict, so that the algorithm
//! runs once for all of them, and their headers are stored once.

use alloc::{sync::Arc, vec::Vec};

use ::url::{Position, Url};
use hashbrown::HashMap;

use super::{
    entry_parts::EntryParts,
    font_url::has_font_extension,
    headers::RawHeaders,
    raw::RawEntry,
    response_source::ResponseSource,
    value_use::{KnownNames, ValueUse},
};

/// The maximum number of keys. The entries with further keys do not share their headers.
const MAX_KEYS: usize = 4096;

/// The maximum size of a key.
const MAX_KEY_BYTES: usize = 8 * 1024;

/// The byte after each part of a key. UTF-8 does not have this byte.
const END: u8 = 0xFF;

/// The byte in place of a value that is not empty and decides nothing, and before each cookie. UTF-8 does not have this byte.
const FILLED: u8 = 0xFE;

/// The two bytes in place of the number of a header name that has no number. The name itself follows.
const NO_NUMBER: [u8; 2] = [END, END];

/// The parts of the entries, by key.
#[derive(Debug, Clone)]
pub(super) struct SharedParts {
    /// Whether entries with equal keys share their parts. If not, such entries have only the same key.
    pub(super) shares_headers: bool,
    /// The number and the parts of the first entry with each key. `None` if the entry is not relevant to CORS.
    parts: HashMap<Vec<u8>, Option<(u32, Arc<EntryParts>)>>,
    /// The key of the current entry. Empty if the entry does not share its parts.
    key: Vec<u8>,
    request_names: KnownNames,
    response_names: KnownNames,
}

impl SharedParts {
    pub(super) fn new(shares_headers: bool) -> Self {
        Self {
            shares_headers,
            parts: HashMap::new(),
            key: Vec::new(),
            request_names: KnownNames::of_requests(),
            response_names: KnownNames::of_responses(),
        }
    }

    /// Returns the parts of an earlier entry with the key of this entry. `Some(None)` if such an entry is not relevant to
    /// CORS. `None` if no earlier entry has this key.
    pub(super) fn find(
        &mut self,
        raw: &RawEntry<'_>,
        url: &Url,
        is_stored_resource: bool,
    ) -> Option<Option<(u32, Arc<EntryParts>)>> {
        self.key.clear();
        if !is_sharable(raw, url) {
            return None;
        }
        self.write_key(raw, url);
        write_flags(&mut self.key, [is_stored_resource]);
        if self.key.len() > MAX_KEY_BYTES {
            self.key.clear();
            return None;
        }
        self.parts.get(&self.key).cloned()
    }

    /// Stores the parts of the entry for which [`find`](Self::find) found nothing. Returns the number of the key. `None`
    /// if the entry does not share its parts.
    pub(super) fn add(&mut self, parts: Option<&Arc<EntryParts>>) -> Option<u32> {
        if self.key.is_empty() || self.parts.len() >= MAX_KEYS {
            return None;
        }
        let number = u32::try_from(self.parts.len()).ok()?;
        let parts = parts.map(|parts| (number, Arc::clone(parts)));
        self.parts.insert(self.key.clone(), parts);
        Some(number)
    }

    fn write_key(&mut self, raw: &RawEntry<'_>, url: &Url) {
        let Some(request) = raw.request.0.as_ref() else {
            return;
        };
        let key = &mut self.key;
        write(key, Some(&url[..Position::BeforePath]));
        write(key, raw.pageref.as_str());
        write(key, request.method.as_str());
        write(key, raw.resource_type.as_str());
        write(key, raw.protocol_type.as_str());
        write(key, raw.initiator.kind.as_str());
        write(key, raw.error.as_str());
        write(key, raw.blocked_reason.as_str());
        if let Some(status) = raw.cors_error_status.0.as_ref() {
            write(key, status.cors_error.as_str());
            write(key, status.failed_parameter.as_str());
        }
        let has_origin = request.headers.value_of("origin").is_some();
        let flags = [
            raw.cors_error_status.0.is_some(),
            raw.initiator_request.filled().is_some(),
            request.post_data.0.is_some(),
            !request.cookies.0.is_empty(),
            has_font_extension(url),
            raw.response.0.is_some(),
        ];
        write_flags(key, flags);
        key.push(ResponseSource::new(raw) as u8);
        write_headers(key, &request.headers, &mut self.request_names, has_origin);
        if let Some(response) = raw.response.0.as_ref() {
            write(key, response.status.as_str());
            write(key, response.error.as_str());
            write(key, response.failure_text.as_str());
            write(key, response.denial());
            write_flags(key, [response.has_body(), response.has_no_error]);
            write_headers(key, &response.headers, &mut self.response_names, has_origin);
        }
    }
}

/// Whether the key decides the verdict. The verdict of a redirect, and of a URL with a user name or a password, also
/// depends on the rest of the URL.
fn is_sharable(raw: &RawEntry<'_>, url: &Url) -> bool {
    let redirects = raw.response.0.as_ref().is_some_and(|response| {
        let status = response.status.as_str().unwrap_or_default();
        (status.starts_with('3') && status != "304")
            || response.redirect_url.filled().is_some()
            || response.headers.value_of("location").is_some()
    });
    !redirects && url.username().is_empty() && url.password().is_none()
}

fn write(key: &mut Vec<u8>, text: Option<&str>) {
    match text {
        Some(text) => key.extend(text.as_bytes()),
        None => key.push(END),
    }
    key.push(END);
}

fn write_flags<const N: usize>(key: &mut Vec<u8>, flags: [bool; N]) {
    key.extend(flags.map(u8::from));
}

/// Writes the names of all headers, and the values that decide the verdict. A value with a control character is always
/// written, because such a value can be several header lines, or invalid.
fn write_headers(
    key: &mut Vec<u8>,
    headers: &RawHeaders,
    names: &mut KnownNames,
    has_origin: bool,
) {
    key.push(headers.form() as u8);
    key.extend(headers.iter().len().to_le_bytes());
    for (name, value) in headers.iter() {
        let (value_use, number) = names.find(name);
        key.extend(number.map_or(NO_NUMBER, u16::to_le_bytes));
        if number.is_none() {
            write(key, Some(name));
        }
        let is_decisive = match value_use {
            ValueUse::Cookies => {
                write_cookies(key, value);
                key.push(END);
                continue;
            }
            ValueUse::Decisive => true,
            ValueUse::DecisiveWithoutOrigin => !has_origin,
            ValueUse::Age => value != "0",
            ValueUse::Ignored => false,
        };
        if is_decisive || has_control_character(value) {
            key.extend(value.as_bytes());
        } else if !value.is_empty() {
            key.push(FILLED);
        }
        key.push(END);
    }
}

fn has_control_character(value: &str) -> bool {
    // Unlike `any`, `fold` always reads all bytes, so the processor can compare many bytes at a time.
    value
        .bytes()
        .fold(false, |has, byte| has | byte.is_ascii_control())
}

/// Writes the names and the attributes of the cookies. The values of the cookies decide nothing.
fn write_cookies(key: &mut Vec<u8>, value: &str) {
    for line in value.split('\n') {
        key.push(FILLED);
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        let name = pair.split('=').next().unwrap_or_default();
        write(key, Some(name));
        write(key, Some(attributes));
    }
}
