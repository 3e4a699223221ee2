//! The [Headers class](https://fetch.spec.whatwg.org/#headers-class).

use alloc::borrow::Cow;

use super::byte_string::to_byte_string;
use crate::{
    Failure, FetchError,
    infrastructure::{
        forbidden::is_forbidden_request_header,
        header::{HeaderName, HeaderValue, normalize},
        header_list::HeaderList,
        safelist::{
            is_no_cors_safelisted_request_header, is_privileged_no_cors_request_header_name,
        },
    },
};

/// A [headers guard](https://fetch.spec.whatwg.org/#headers-guard) of a request.
///
/// ```
/// use fetch_cors::api::Guard;
/// assert_ne!(Guard::Request, Guard::RequestNoCors);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Not exhaustive: a later version can add a guard for the headers of responses.
#[non_exhaustive]
pub enum Guard {
    /// `request`: the `Headers` object drops forbidden request-headers.
    Request,
    /// `request-no-cors`: the `Headers` object drops every header that is not a no-CORS-safelisted request-header.
    RequestNoCors,
}

/// A [`Headers`](https://fetch.spec.whatwg.org/#headers) object of a request.
///
/// ```
/// use fetch_cors::api::{Guard, Headers};
///
/// let mut headers = Headers::new(Guard::RequestNoCors);
/// headers.append("Content-Type", " text/plain ")?;
/// headers.append("X-A", "1")?;
/// assert_eq!(headers.into_header_list().len(), 1);
/// # Ok::<(), fetch_cors::FetchError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headers {
    guard: Guard,
    header_list: HeaderList,
}

impl Headers {
    /// Creates an empty object with the given guard.
    pub const fn new(guard: Guard) -> Self {
        Self {
            guard,
            header_list: HeaderList::new(),
        }
    }

    /// [Fills](https://fetch.spec.whatwg.org/#concept-headers-fill) the object with names and values.
    ///
    /// # Errors
    ///
    /// Returns [`Failure::InvalidHeader`] for the first pair that is not a valid header. The object keeps the pairs
    /// that come before the invalid pair.
    pub fn fill<N: AsRef<str>, V: AsRef<str>>(
        &mut self,
        object: impl IntoIterator<Item = (N, V)>,
    ) -> Result<(), FetchError> {
        // headers-fill/1: for each header of a sequence
        for (name, value) in object {
            // headers-fill/1.2: append the header
            self.append(name.as_ref(), value.as_ref())?;
        }
        Ok(())
    }

    /// [Appends](https://fetch.spec.whatwg.org/#concept-headers-append) a header, unless the guard drops the header.
    /// Each code point of `name` and `value` represents one byte.
    ///
    /// # Errors
    ///
    /// Returns [`Failure::InvalidHeader`] if the pair is not a valid header. The error's step is step 2 of Web IDL's
    /// conversion to a byte string, or step 1 of *validate*.
    pub fn append(&mut self, name: &str, value: &str) -> Result<(), FetchError> {
        let name_bytes = to_byte_string(name, Failure::InvalidHeader)?;
        let value_bytes = to_byte_string(value, Failure::InvalidHeader)?;
        // headers-append/1: strip HTTP whitespace at both ends of the value
        let value = normalize(&value_bytes);
        // headers-append/2: validate the header; stop if it is dropped
        let Some((name, value)) = validate(self.guard, &name_bytes, value)? else {
            return Ok(());
        };
        // headers-append/3: guard `request-no-cors`
        if self.guard == Guard::RequestNoCors {
            // headers-append/3.1: get the current value of the name
            let temporary_value = self.header_list.get(name.as_str());
            let temporary_value = match temporary_value {
                // headers-append/3.2: no current value: judge the new value
                None => Cow::Borrowed(value.as_bytes()),
                // headers-append/3.3: otherwise: judge both values, combined
                Some(temporary_value) => {
                    Cow::Owned([&*temporary_value, b", ", value.as_bytes()].concat())
                }
            };
            // headers-append/3.4: not a no-CORS-safelisted request-header: drop it
            if !is_no_cors_safelisted_request_header(name.as_bytes(), &temporary_value) {
                return Ok(());
            }
        }
        // headers-append/4: append the header
        self.header_list.append(name, value);
        // headers-append/5: guard `request-no-cors`: remove the privileged headers
        if self.guard == Guard::RequestNoCors {
            self.remove_privileged_no_cors_request_headers();
        }
        Ok(())
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.header_list.contains(name)
    }

    /// Returns the header list.
    pub fn into_header_list(self) -> HeaderList {
        self.header_list
    }

    fn remove_privileged_no_cors_request_headers(&mut self) {
        // headers-remove-privileged-no-cors-request-headers/1: for each privileged name
        // headers-remove-privileged-no-cors-request-headers/1.1: delete its headers
        debug_assert!(is_privileged_no_cors_request_header_name(b"range"));
        self.header_list.delete("range");
    }
}

/// [Validates](https://fetch.spec.whatwg.org/#headers-validate) a header. Returns `None` if the guard drops the header.
pub(super) fn validate(
    guard: Guard,
    name: &[u8],
    value: &[u8],
) -> Result<Option<(HeaderName, HeaderValue)>, FetchError> {
    // headers-validate/1: not a header name, or not a header value: throw
    let invalid = |value: &[u8]| FetchError::new(Failure::InvalidHeader).with_value(value);
    let header_name = HeaderName::new(name).map_err(|_| invalid(name))?;
    let header_value = HeaderValue::new(value).map_err(|_| invalid(value))?;
    // headers-validate/3: guard `request` and a forbidden request-header: drop it
    if guard == Guard::Request && is_forbidden_request_header(name, value) {
        return Ok(None);
    }
    // headers-validate/5: anything else: valid
    Ok(Some((header_name, header_value)))
}
