//! Makes request headers from bytes.

use alloc::vec::Vec;

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::{
    conformance::generate::{
        cases::request_headers::RequestHeader,
        draw::bytes::{many, one_of, select},
        weights::request_headers::{
            BYTE_PLACES, HEADER_KINDS, HeaderKind, LISTED, MIXED_HEADERS, RequestHeaderWeights,
            RequestHeaders, SAFELISTED_NAMES, TOTAL_LENGTHS_BYTES, VALUE_BYTES,
            VALUE_LENGTHS_BYTES,
        },
    },
    infrastructure::{
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
    },
};

impl<'a> Arbitrary<'a> for HeaderList {
    /// Makes request headers. Some of the headers are CORS-safelisted, and some are forbidden.
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let headers = match one_of(bytes, &MIXED_HEADERS)? {
            Some(weights) => request_headers(bytes, weights)?,
            None => Vec::new(),
        };
        let pairs = headers.iter().flat_map(RequestHeader::pairs);
        let valid = pairs.filter_map(|(name, value)| {
            let value: Vec<u8> = value
                .chars()
                .map(u8::try_from)
                .collect::<core::result::Result<_, _>>()
                .ok()?;
            Some((
                HeaderName::new(name.as_bytes()).ok()?,
                HeaderValue::new(value).ok()?,
            ))
        });
        Ok(valid.collect())
    }
}

/// Makes the headers that an author sets.
pub(super) fn request_headers(
    bytes: &mut Unstructured<'_>,
    weights: RequestHeaderWeights,
) -> Result<Vec<RequestHeader>> {
    many(bytes, weights.size, |bytes| match weights.headers {
        RequestHeaders::Listed => one_of(bytes, &LISTED).map(RequestHeader::from),
        RequestHeaders::Limits => request_header(bytes),
    })
}

fn request_header(bytes: &mut Unstructured<'_>) -> Result<RequestHeader> {
    Ok(match one_of(bytes, &HEADER_KINDS)? {
        HeaderKind::Given(pairs) => select(bytes, pairs)?.into(),
        HeaderKind::Long => RequestHeader::Long(
            select(bytes, &SAFELISTED_NAMES)?,
            select(bytes, &VALUE_LENGTHS_BYTES)?,
        ),
        HeaderKind::Byte => RequestHeader::Byte(
            select(bytes, &SAFELISTED_NAMES)?,
            select(bytes, &VALUE_BYTES)?,
            one_of(bytes, &BYTE_PLACES)?,
        ),
        HeaderKind::Together => RequestHeader::Together(select(bytes, &TOTAL_LENGTHS_BYTES)?),
    })
}
