//! The algorithm [extract header list values](https://fetch.spec.whatwg.org/#extract-header-list-values), and the ABNF
//! of each header that the CORS protocol reads.
//!
//! Three results of the algorithm do not contain values: null (the list does not have the header), failure (a value
//! does not match the grammar) and an empty list.
//!
//! ```
//! use fetch_cors::browser::HeaderList;
//! use fetch_cors::infrastructure::header_values::{Abnf, extract_header_list_values};
//!
//! let list = HeaderList::from_pairs([("Access-Control-Allow-Methods", "PUT, , PATCH")])?;
//! let values = extract_header_list_values(Abnf::AccessControlAllowMethods, &list);
//! assert_eq!(values, Ok(Some(vec![b"PUT".as_slice(), b"PATCH"])));
//! assert_eq!(extract_header_list_values(Abnf::AccessControlMaxAge, &list), Ok(None));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::vec::Vec;

use super::{
    bytes::{is_http_tab_or_space, is_token, strip},
    header_list::HeaderList,
    origin_header::matches_origin_or_null,
    uri_reference::is_uri_reference,
};

/// The ABNF of a header. The ABNF is the grammar for the values of the header.
///
/// ```
/// use fetch_cors::infrastructure::header_values::Abnf;
/// assert_eq!(Abnf::Location.header_name(), "location");
/// assert!(Abnf::Location.parse(b"/a b").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
// Not exhaustive: a later version can add the grammar of another header.
#[non_exhaustive]
pub enum Abnf {
    /// `Access-Control-Request-Method`: one method.
    AccessControlRequestMethod,
    /// `Access-Control-Request-Headers`: header names. The standard requires one name or more, but [`Abnf::parse`] also
    /// accepts an empty list.
    AccessControlRequestHeaders,
    /// `Access-Control-Allow-Origin`: an origin, `null` or `*`.
    AccessControlAllowOrigin,
    /// `Access-Control-Allow-Credentials`: `true`.
    AccessControlAllowCredentials,
    /// `Access-Control-Expose-Headers`: header names.
    AccessControlExposeHeaders,
    /// `Access-Control-Max-Age`: a number of seconds.
    AccessControlMaxAge,
    /// `Access-Control-Allow-Methods`: methods.
    AccessControlAllowMethods,
    /// `Access-Control-Allow-Headers`: header names.
    AccessControlAllowHeaders,
    /// `Origin`: an origin or `null`.
    Origin,
    /// `Location`: a URI reference.
    Location,
    /// `Referrer-Policy`: names of referrer policies. The grammar also accepts unknown names.
    ReferrerPolicy,
}

impl Abnf {
    /// Returns the name of the header in lower case.
    pub const fn header_name(self) -> &'static str {
        match self {
            Self::AccessControlRequestMethod => "access-control-request-method",
            Self::AccessControlRequestHeaders => "access-control-request-headers",
            Self::AccessControlAllowOrigin => "access-control-allow-origin",
            Self::AccessControlAllowCredentials => "access-control-allow-credentials",
            Self::AccessControlExposeHeaders => "access-control-expose-headers",
            Self::AccessControlMaxAge => "access-control-max-age",
            Self::AccessControlAllowMethods => "access-control-allow-methods",
            Self::AccessControlAllowHeaders => "access-control-allow-headers",
            Self::Origin => "origin",
            Self::Location => "location",
            Self::ReferrerPolicy => "referrer-policy",
        }
    }

    /// Whether the value of the header is a list. Several header lines with parts of a list have the same effect as one
    /// line with the whole list.
    pub const fn is_list(self) -> bool {
        matches!(
            self,
            Self::AccessControlRequestHeaders
                | Self::AccessControlExposeHeaders
                | Self::AccessControlAllowMethods
                | Self::AccessControlAllowHeaders
                | Self::ReferrerPolicy
        )
    }

    /// [Extracts header values](https://fetch.spec.whatwg.org/#extract-header-values) from the value of
    /// one header.
    ///
    /// # Errors
    ///
    /// Returns [`ExtractionError`] if the value does not match the ABNF.
    pub fn parse(self, value: &[u8]) -> Result<Vec<&[u8]>, ExtractionError> {
        let mut values = Vec::new();
        self.parse_into(value, &mut values)?;
        Ok(values)
    }

    fn parse_into<'value>(
        self,
        value: &'value [u8],
        values: &mut Vec<&'value [u8]>,
    ) -> Result<(), ExtractionError> {
        // definition/abnf-of-the-cors-headers: the grammar of each CORS header
        let matches = match self {
            Self::AccessControlRequestHeaders
            | Self::AccessControlExposeHeaders
            | Self::AccessControlAllowMethods
            | Self::AccessControlAllowHeaders => return parse_list(value, values, is_token),
            // definition/abnf-of-referrer-policy: a list of words of letters and hyphens
            Self::ReferrerPolicy => return parse_list(value, values, is_extension_token),
            Self::AccessControlRequestMethod => is_token(value),
            Self::AccessControlAllowOrigin => value == b"*" || matches_origin_or_null(value),
            Self::AccessControlAllowCredentials => value == b"true",
            Self::AccessControlMaxAge => !value.is_empty() && value.iter().all(u8::is_ascii_digit),
            Self::Origin => matches_origin_or_null(value),
            Self::Location => is_uri_reference(value),
        };
        // extract-header-values/1: the value does not match the header's grammar: failure
        if !matches {
            return Err(ExtractionError);
        }
        // extract-header-values/2: return the values that the grammar finds
        values.push(value);
        Ok(())
    }
}

/// The error for a value that does not match its ABNF. Several headers with the same name are also an error if their
/// ABNF permits only one header.
///
/// ```
/// use fetch_cors::infrastructure::header_values::{Abnf, ExtractionError};
/// assert_eq!(Abnf::AccessControlMaxAge.parse(b"-1"), Err(ExtractionError));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value of the header does not have the form that the standard defines for it")]
pub struct ExtractionError;

/// [Extracts header list values](https://fetch.spec.whatwg.org/#extract-header-list-values). Finds all headers with
/// the name in `abnf`, and parses these headers by the grammar in `abnf`. Returns all values in order.
///
/// Returns `None` (null in the standard) if `list` does not have a header with this name. If the value of the header is
/// an empty list, the result is an empty list too.
///
/// # Errors
///
/// Returns [`ExtractionError`] in two cases:
///
/// - The ABNF permits only one header, but `list` has several headers with the name.
/// - A value does not match the ABNF.
///
/// ```
/// # use fetch_cors::{browser::HeaderList, infrastructure::header_values::*};
/// let list = HeaderList::from_pairs([("Location", "/a"), ("Location", "/a")])?;
/// assert_eq!(extract_header_list_values(Abnf::Location, &list), Err(ExtractionError));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn extract_header_list_values(
    abnf: Abnf,
    list: &HeaderList,
) -> Result<Option<Vec<&[u8]>>, ExtractionError> {
    // extract-header-list-values/1: no such header: null
    let mut headers = list.values(abnf.header_name()).peekable();
    if headers.peek().is_none() {
        return Ok(None);
    }
    // extract-header-list-values/2: two headers, and the grammar allows one: failure
    if !abnf.is_list() && list.values(abnf.header_name()).nth(1).is_some() {
        return Err(ExtractionError);
    }
    // extract-header-list-values/3: start with no values
    let mut values = Vec::new();
    // extract-header-list-values/4: for each header of the name
    for header in headers {
        // extract-header-list-values/4.1: extract its values
        // extract-header-list-values/4.2: it does not parse: failure
        // extract-header-list-values/4.3: add its values, in order
        abnf.parse_into(header.as_bytes(), &mut values)?;
    }
    // extract-header-list-values/5: return the values
    Ok(Some(values))
}

/// Whether `element` is an `extension-token`. The names of the standard's referrer policies also match this grammar.
fn is_extension_token(element: &[u8]) -> bool {
    let mut bytes = element.iter();
    bytes.all(|&byte| byte.is_ascii_alphabetic() || byte == b'-')
}

/// Adds the elements of a list to `values`. Ignores empty elements, as RFC 9110 requires from a recipient.
fn parse_list<'value>(
    value: &'value [u8],
    values: &mut Vec<&'value [u8]>,
    matches: impl Fn(&[u8]) -> bool,
) -> Result<(), ExtractionError> {
    for element in value.split(|&byte| byte == b',') {
        let element = strip(element, is_http_tab_or_space);
        if element.is_empty() {
            continue;
        }
        if !matches(element) {
            return Err(ExtractionError);
        }
        values.push(element);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_failure_and_empty_list_are_distinct() {
        let abnf = Abnf::AccessControlAllowHeaders;
        let extract = |lines: &[&str]| {
            let list = HeaderList::from_pairs(lines.iter().map(|line| (abnf.header_name(), line)))
                .unwrap();
            extract_header_list_values(abnf, &list).map(|values| values.map(|values| values.len()))
        };
        assert_eq!(extract(&[]), Ok(None));
        assert_eq!(extract(&[""]), Ok(Some(0)));
        assert_eq!(extract(&[" ,, "]), Ok(Some(0)));
        assert_eq!(extract(&["a,", ",b\t,*"]), Ok(Some(3)));
        assert_eq!(extract(&["a b"]), Err(ExtractionError));
        assert_eq!(extract(&["a", "\"b\""]), Err(ExtractionError));
    }

    #[test]
    fn values_match_the_grammar_of_their_header() {
        for (abnf, good, bad) in [
            (Abnf::AccessControlRequestMethod, "PUT", "PUT, GET"),
            (Abnf::AccessControlRequestHeaders, "a,b", "a b"),
            (Abnf::AccessControlAllowOrigin, "*", "* "),
            (
                Abnf::AccessControlAllowOrigin,
                "https://a.example",
                "https://a.example/",
            ),
            (Abnf::AccessControlAllowCredentials, "true", "True"),
            (Abnf::AccessControlExposeHeaders, "", ";"),
            (Abnf::AccessControlMaxAge, "0012345678901234567890", "+1"),
            (Abnf::AccessControlMaxAge, "0", ""),
            (Abnf::AccessControlAllowMethods, "*", "@"),
            (Abnf::Origin, "null", "NULL"),
            (Abnf::Location, "", "/a b"),
            (Abnf::ReferrerPolicy, "origin, New-One,", "origin_1"),
        ] {
            assert!(abnf.parse(good.as_bytes()).is_ok(), "{abnf:?} {good}");
            assert_eq!(
                abnf.parse(bad.as_bytes()),
                Err(ExtractionError),
                "{abnf:?} {bad}"
            );
        }
    }
}
